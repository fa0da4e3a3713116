// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_HOUSE_INCLUDE_GRAPH_HPP
#define BARTIZAN_HOUSE_INCLUDE_GRAPH_HPP

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// What the amalgamator and the layer gate know of the headers: their lines, guards and include directives.
/// It is a reader for this project's own headers, not a preprocessor: no raw strings, no continued directives.
namespace bartizan_house {

/// One complaint: where, what is wrong, why that is a rule, and what to do. `line` counts from 1; 0 is the whole file.
struct violation {
    std::string file;
    size_t line;
    std::string what, why, fix;

    [[nodiscard]] std::string text() const {
        return file + ":" + std::to_string(line) + ": " + what + ": " + why + "; fix: " + fix;
    }
};

struct include_line {
    size_t line;          ///< from 1
    std::string spelled;  ///< between the quotes or angles
    bool angled;
    bool conditional;    ///< inside an #if other than the include guard
    std::string target;  ///< quoted only: the header's path from the root, whether or not it exists
};

struct header {
    std::string path;  ///< from the root, with '/': "core/span.hpp"
    std::vector<std::string> lines;
    std::vector<include_line> includes;
    std::string guard;  ///< empty when the first two directives are not #ifndef X, #define X
    size_t pragma_once_line = 0;
};

using header_map = std::map<std::string, header>;

namespace detail {

/// The line without comments; `in_comment` carries a block comment from line to line. Quoted text is kept as it is.
inline std::string without_comments(const std::string& line, bool& in_comment) {
    std::string code;
    char quote = 0;
    for (size_t i = 0; i < line.size(); ++i) {
        const bool starts_pair = i + 1 < line.size();
        if (in_comment) {
            if (starts_pair && line[i] == '*' && line[i + 1] == '/') in_comment = false, ++i;
        } else if (quote != 0) {
            code += line[i];
            if (line[i] == '\\' && starts_pair)
                code += line[++i];
            else if (line[i] == quote)
                quote = 0;
        } else if (starts_pair && line[i] == '/' && line[i + 1] == '/') {
            break;
        } else if (starts_pair && line[i] == '/' && line[i + 1] == '*') {
            in_comment = true, ++i;
        } else {
            // An apostrophe after a digit separates digits (1'000) and opens nothing.
            if (line[i] == '"' || (line[i] == '\'' && (i == 0 || !isalnum(static_cast<unsigned char>(line[i - 1]))))) {
                quote = line[i];
            }
            code += line[i];
        }
    }
    return code;
}

/// {"include", "<stddef.h>"} for `# include <stddef.h>`; two empty strings when the line is no directive.
inline std::pair<std::string, std::string> directive_of(const std::string& code) {
    const char* const blank = " \t\r";
    const size_t hash = code.find_first_not_of(blank);
    if (hash == std::string::npos || code[hash] != '#') return {};
    const size_t name = code.find_first_not_of(blank, hash + 1);
    if (name == std::string::npos) return {};
    size_t name_end = name;
    while (name_end < code.size() && isalpha(static_cast<unsigned char>(code[name_end]))) ++name_end;
    const size_t rest = code.find_first_not_of(blank, name_end);
    const size_t last = code.find_last_not_of(blank);
    return {code.substr(name, name_end - name), rest == std::string::npos ? "" : code.substr(rest, last + 1 - rest)};
}

}  // namespace detail

/// Reads one header from its lines. `path` is from the root, with '/'.
inline header read_header(const std::string& path, std::vector<std::string> lines) {
    header h{path, std::move(lines), {}, {}};
    bool in_comment = false;
    size_t directives = 0, depth = 0;
    std::string first_ifndef;
    for (size_t i = 0; i < h.lines.size(); ++i) {
        const auto [name, rest] = detail::directive_of(detail::without_comments(h.lines[i], in_comment));
        if (name.empty()) continue;
        ++directives;
        if (directives == 1 && name == "ifndef") first_ifndef = rest;
        if (directives == 2 && name == "define" && rest == first_ifndef) h.guard = rest;
        if (name == "pragma" && rest == "once") h.pragma_once_line = i + 1;
        if (name == "if" || name == "ifdef" || name == "ifndef") ++depth;
        if (name == "endif" && depth > 0) --depth;
        if (name == "include" && rest.size() > 2) {
            const bool angled = rest.front() == '<';
            const std::string spelled = rest.substr(1, rest.size() - 2);
            const std::filesystem::path from = std::filesystem::path(path).parent_path();
            h.includes.push_back({i + 1, spelled, angled, depth > (h.guard.empty() ? 0u : 1u),
                                  angled ? "" : (from / spelled).lexically_normal().generic_string()});
        }
    }
    return h;
}

/// Every file under `root` (the folder include/bartizan), by path. A file that is no .hpp is read too: the gate names it.
inline header_map read_headers(const std::filesystem::path& root) {
    header_map headers;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (!entry.is_regular_file()) continue;
        std::vector<std::string> lines;
        std::ifstream in(entry.path());
        for (std::string line; std::getline(in, line);) lines.push_back(line);
        const std::string path = entry.path().lexically_relative(root).generic_string();
        headers.emplace(path, read_header(path, std::move(lines)));
    }
    return headers;
}

/// Quoted includes that name no header, angled includes of our own headers, and cycles.
inline std::vector<violation> check_graph(const header_map& headers) {
    std::vector<violation> found;
    for (const auto& [path, h] : headers) {
        for (const include_line& i : h.includes) {
            if (!i.angled && !headers.contains(i.target)) {
                found.push_back({path, i.line, "unknown include \"" + i.spelled + "\"",
                                 "quotes are for bartizan's own headers, by a path relative to the including file",
                                 "correct the path, or use <angles> for a header of the standard"});
            } else if (i.angled && i.spelled.starts_with("bartizan/")) {
                found.push_back({path, i.line, "<" + i.spelled + "> is our own header in angles",
                                 "a copy of bartizan must never find another copy's headers on the include path",
                                 "write a quoted path relative to this file"});
            }
        }
    }

    enum class mark { unseen, open, done };
    std::map<std::string, mark> marks;
    std::vector<std::string> trail;
    const std::function<void(const std::string&)> visit = [&](const std::string& path) {
        marks[path] = mark::open;
        trail.push_back(path);
        for (const include_line& i : headers.at(path).includes) {
            if (i.angled || !headers.contains(i.target)) continue;
            if (marks[i.target] == mark::open) {
                std::string circle;
                for (auto at = std::find(trail.begin(), trail.end(), i.target); at != trail.end(); ++at) {
                    circle += *at + " -> ";
                }
                found.push_back({path, i.line, "cycle " + circle + i.target,
                                 "headers that include each other have no order in which both are complete",
                                 "move what both need into a header that includes neither"});
            } else if (marks[i.target] == mark::unseen) {
                visit(i.target);
            }
        }
        trail.pop_back();
        marks[path] = mark::done;
    };
    for (const auto& [path, h] : headers) {
        if (marks[path] == mark::unseen) visit(path);
    }
    return found;
}

/// Every header that `from` reaches, itself included, each after all that it includes. The graph must be sound.
inline std::vector<std::string> reach_in_order(const header_map& headers, const std::string& from) {
    std::vector<std::string> order;
    const std::function<void(const std::string&)> visit = [&](const std::string& path) {
        for (const include_line& i : headers.at(path).includes) {
            if (!i.angled && std::find(order.begin(), order.end(), i.target) == order.end()) visit(i.target);
        }
        if (std::find(order.begin(), order.end(), path) == order.end()) order.push_back(path);
    };
    visit(from);
    return order;
}

}  // namespace bartizan_house

#endif
