// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_LAYER_GATE_GATE_HPP
#define BARTIZAN_TESTS_LAYER_GATE_GATE_HPP

#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "../../single_include/include_graph.hpp"
#include "layers.hpp"

/// The gate: what every header under include/bartizan/ must keep to, checked from its text.
namespace bartizan_house {

inline constexpr size_t max_header_lines = 400;
inline constexpr std::string_view umbrellas[] = {"kernel.hpp", "bartizan.hpp"};

namespace detail {

inline bool contains_word(std::string_view blank_separated, std::string_view word) {
    std::string surrounded = " ";
    surrounded.append(word).append(" ");
    return blank_separated.find(surrounded) != std::string_view::npos;
}

inline bool is_umbrella(std::string_view path) { return path == umbrellas[0] || path == umbrellas[1]; }

inline std::string room_of(const std::string& path) {
    const size_t slash = path.find('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

inline const layer* layer_of(const std::string& path) {
    for (const layer& l : layers) {
        if (l.room == room_of(path)) return &l;
    }
    return nullptr;
}

inline std::string guard_for(const std::string& path) {
    std::string guard = "BARTIZAN_" + path;
    for (char& c : guard) c = isalnum(static_cast<unsigned char>(c)) ? static_cast<char>(toupper(c)) : '_';
    return guard;
}

inline bool is_third_party(const include_line& i) { return i.angled && !contains_word(standard_headers, i.spelled); }

/// Form: two SPDX lines, the guard, the length, a place in the house.
inline void check_form(const header& h, std::vector<violation>& found) {
    if (!h.path.ends_with(".hpp")) {
        found.push_back({h.path, 0, "not a .hpp file", "include/ is installed whole and holds headers only",
                         "rename it to .hpp or move it out of include/"});
        return;
    }
    if (h.lines.size() < 2 || h.lines[0] != "// SPDX-FileCopyrightText: 2026 The bartizan authors" ||
        h.lines[1] != "// SPDX-License-Identifier: Apache-2.0") {
        found.push_back({h.path, 1, "no SPDX lines",
                         "each file states its own owner and licence, wherever it is copied",
                         "begin with the two SPDX lines that every other header begins with"});
    }
    if (h.pragma_once_line != 0) {
        found.push_back({h.path, h.pragma_once_line, "#pragma once",
                         "it goes by file identity and fails when two copies meet in one program",
                         "use the guard " + guard_for(h.path)});
    } else if (h.guard != guard_for(h.path)) {
        found.push_back({h.path, 0, h.guard.empty() ? "no include guard" : "guard " + h.guard,
                         "a guard not named after the path can clash with another header's",
                         "make the first two directives #ifndef and #define " + guard_for(h.path)});
    }
    if (h.lines.size() > max_header_lines) {
        found.push_back({h.path, max_header_lines + 1, std::to_string(h.lines.size()) + " lines",
                         "a header is one idea, and none has more than " + std::to_string(max_header_lines) + " lines",
                         "split it by idea"});
    }
    if (!is_umbrella(h.path) && layer_of(h.path) == nullptr) {
        found.push_back({h.path, 0, "no room of the house holds it",
                         "a folder is a layer with a row in the table of layers",
                         "move it into a room, or give its folder a row in tests/layer_gate/layers.hpp"});
    }
}

/// Quoted includes: the arrows between rooms.
inline void check_arrow(const header& h, const layer& from, const include_line& i, std::vector<violation>& found) {
    const std::string target_room = room_of(i.target);
    const std::string what = std::string(from.room) + " may not include " +
                             (target_room.empty() ? "an umbrella" : target_room) + " (\"" + i.spelled + "\")";
    if (target_room.empty()) {
        if (from.may_include != "*") {
            found.push_back({h.path, i.line, what, "an umbrella includes the rooms, so this is a cycle",
                             "include the header that is needed"});
        }
    } else if (target_room != from.room && from.may_include != "*" && !contains_word(from.may_include, target_room)) {
        found.push_back({h.path, i.line, what, std::string(from.why),
                         from.may_include == " "
                             ? "move what is needed into core"
                             : "move what is needed into a room that " + std::string(from.room) + " may include:" +
                                   std::string(from.may_include.substr(0, from.may_include.size() - 1)) +
                                   "; or move this header up"});
    }
}

/// Angled includes: what comes from outside.
inline void check_outside(const header& h, const layer& from, const include_line& i, std::vector<violation>& found) {
    for (const outside_header& o : outside_headers) {
        if (i.spelled.starts_with(o.header_prefix) && h.path.starts_with(o.path_prefix)) return;
    }
    const std::string what = std::string(from.room) + " may not include <" + i.spelled + ">";
    if (from.kernel_safe && i.spelled != "stddef.h" && i.spelled != "stdint.h") {
        found.push_back({h.path, i.line, what, "this room is compiled into kernel drivers, which have no other header",
                         "write what is needed in core, or use what core has (span, text, memory)"});
    } else if (is_third_party(i)) {
        found.push_back({h.path, i.line, what, "the headers that customers include must need no third party",
                         "move the use to tests/, bench/, model_weights/ or examples/; xsimd belongs in nn/simd/, "
                         "intrinsics in nn/"});
    }
}

/// kernel.hpp includes exactly the kernel-safe rooms; bartizan.hpp reaches all but testing/, nn/simd/, which needs xsimd,
/// quarantine/system/, which brings the operating system's headers, and the EMBER extractors, which no product needs.
inline void check_umbrellas(const header_map& headers, std::vector<violation>& found) {
    for (const std::string_view umbrella : umbrellas) {
        const std::string name(umbrella);
        if (!headers.contains(name)) {
            found.push_back({name, 0, "missing", "it is one of the two headers that customers include", "write it"});
            continue;
        }
        std::set<std::string> listed;
        for (const include_line& i : headers.at(name).includes) {
            listed.insert(i.target);
            const layer* to = layer_of(i.target);
            if (name == "kernel.hpp" && (to == nullptr || !to->kernel_safe)) {
                found.push_back({name, i.line, "\"" + i.spelled + "\" is not of a kernel-safe room",
                                 "kernel.hpp is what a driver includes", "move the line to bartizan.hpp"});
            }
        }
        if (name == "bartizan.hpp" && listed.contains("kernel.hpp")) {
            for (const include_line& i : headers.at("kernel.hpp").includes) listed.insert(i.target);
        }
        for (const auto& [path, h] : headers) {
            const layer* l = layer_of(path);
            if (l == nullptr || !path.ends_with(".hpp") || listed.contains(path)) continue;
            const bool user_mode_belongs = l->room != "testing" && !path.starts_with("nn/simd/") && !path.starts_with("quarantine/system/") &&
                                           !path.starts_with("features/ember");
            const bool belongs = name == "kernel.hpp" ? l->kernel_safe : user_mode_belongs;
            if (belongs) {
                found.push_back({name, 0, "does not list " + path,
                                 "a header that no umbrella lists is never compiled alone",
                                 "add the line #include \"" + path + "\""});
            }
        }
    }
}

}  // namespace detail

/// All that is wrong with the headers, in order of path within each kind of check. Empty: the house is in order.
inline std::vector<violation> check_house(const header_map& headers) {
    std::vector<violation> found = check_graph(headers);
    for (const auto& [path, h] : headers) {
        detail::check_form(h, found);
        const layer* from = detail::layer_of(path);
        if (from == nullptr) continue;
        for (const include_line& i : h.includes) {
            if (i.angled) {
                detail::check_outside(h, *from, i, found);
            } else if (headers.contains(i.target)) {
                detail::check_arrow(h, *from, i, found);
            }
        }
    }
    detail::check_umbrellas(headers, found);
    return found;
}

}  // namespace bartizan_house

#endif
