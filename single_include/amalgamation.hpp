// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_HOUSE_AMALGAMATION_HPP
#define BARTIZAN_HOUSE_AMALGAMATION_HPP

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "include_graph.hpp"

namespace bartizan_house {

/// A single header's text; on refusal `text` is empty and `refusals` says why.
struct amalgamation {
    std::string text;
    std::vector<violation> refusals;
};

/// Pastes `umbrella` and all that it reaches into one text. Every part keeps its own include guard, so that the two
/// single headers, and the headers of `include/`, may meet in one translation unit in any order.
/// `outer_guard` guards the whole.
inline amalgamation amalgamate(const header_map& headers, const std::string& umbrella, const std::string& outer_guard) {
    amalgamation out{{}, check_graph(headers)};
    if (!headers.contains(umbrella)) {
        out.refusals.push_back({umbrella, 0, "no such header", "it is the umbrella to be amalgamated",
                                "write include/bartizan/" + umbrella});
    }
    if (!out.refusals.empty()) return out;

    const std::vector<std::string> parts = reach_in_order(headers, umbrella);
    std::set<std::string> standard_headers;
    for (const std::string& part : parts) {
        const header& h = headers.at(part);
        if (h.guard.empty()) {
            out.refusals.push_back({part, 0, "no include guard",
                                    "the parts of a single header are told apart by guards",
                                    "begin with #ifndef X, #define X and end with #endif"});
        }
        for (const include_line& i : h.includes) {
            if (i.angled && !i.conditional) standard_headers.insert(i.spelled);
            if (!i.angled && i.conditional) {
                out.refusals.push_back({part, i.line, "\"" + i.spelled + "\" is included inside an #if",
                                        "it is pasted once and would vanish for everyone where the #if is false",
                                        "include it outside and move the #if into that header"});
            }
        }
    }
    if (!out.refusals.empty()) return out;

    out.text =
        "// SPDX-FileCopyrightText: 2026 The bartizan authors\n// SPDX-License-Identifier: Apache-2.0\n"
        "// Generated from include/bartizan/" +
        umbrella +
        " by single_include/amalgamate.cpp. Do not edit: build the target `amalgamate`.\n"
        "#ifndef " +
        outer_guard + "\n#define " + outer_guard + "\n\n";
    for (const std::string& name : standard_headers) out.text += "#include <" + name + ">\n";

    for (const std::string& part : parts) {
        const header& h = headers.at(part);
        std::set<size_t> dropped;
        for (const include_line& i : h.includes) {
            if (!i.angled || !i.conditional) dropped.insert(i.line);
        }
        out.text += "\n// ==== bartizan/" + part + " ====\n";
        bool blank = true;
        for (size_t n = 1; n <= h.lines.size(); ++n) {
            const std::string& line = h.lines[n - 1];
            // Reasons stay in include/ and documentation comes along; indented by two instead of four: with both, a tenth of the whole.
            const size_t indent = std::min(line.find_first_not_of(' '), line.size());
            const bool reason = line.compare(indent, 2, "//") == 0 && line.compare(indent, 3, "///") != 0;
            if (dropped.contains(n) || reason) continue;
            if (line.empty() && blank) continue;
            blank = line.empty();
            out.text.append(indent / 2, ' ').append(line, indent).append("\n");
        }
    }
    out.text += "\n#endif\n";
    return out;
}

}  // namespace bartizan_house

#endif
