// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_HOUSE_AMALGAMATION_HPP
#define BARTIZAN_HOUSE_AMALGAMATION_HPP

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
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
        size_t hidden = std::string::npos;  // the indent of what ends a private part; npos outside
        for (size_t n = 1; n <= h.lines.size(); ++n) {
            const std::string& line = h.lines[n - 1];
            // What a user calls keeps its documentation; reasons and what is private stay documented in include/. Indented by two instead
            // of four. With both, an eighth of the whole.
            const size_t indent = std::min(line.find_first_not_of(' '), line.size());
            const std::string_view words = std::string_view(line).substr(indent);
            if (words == "public:" || (words.starts_with("}") && indent <= hidden)) hidden = std::string::npos;
            if (words == "private:") hidden = indent - 2;
            if (words == "namespace detail {") hidden = indent;
            const bool documents = words.starts_with("///") && hidden == std::string::npos;
            if (dropped.contains(n) || (words.starts_with("//") && !documents)) continue;
            if (line.empty() && blank) continue;
            blank = line.empty();
            const std::string_view code = words.starts_with("}  // namespace") ? words.substr(0, 1) : words;
            out.text.append(indent / 2, ' ').append(code).append("\n");
        }
    }
    out.text += "\n#endif\n";
    return out;
}

}  // namespace bartizan_house

#endif
