// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "json_lines.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

namespace bartizan_cli {

size_t line_of(std::string_view text, size_t offset) {
    return 1 + static_cast<size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size())), '\n'));
}

member_lines lines_of_members(std::string_view document) {
    struct level {
        bool is_array;
        size_t index;
        std::string path;
    };
    member_lines lines;
    std::vector<level> open;
    std::string member;  // pointer of the value that comes next
    size_t line = 1;
    bool key_expected = false;
    const auto begin_value = [&] {
        if (!open.empty() && open.back().is_array) member = open.back().path + "/" + std::to_string(open.back().index);
        if (!lines.first.emplace(member, line).second) lines.again.emplace(member, line);
    };
    for (size_t i = 0; i < document.size(); ++i) {
        const char c = document[i];
        if (c == '\n') ++line;
        if (c == '"') {
            const size_t begin = i;
            for (++i; i < document.size() && document[i] != '"'; ++i) i += document[i] == '\\' ? 1 : 0;
            if (!key_expected) {
                begin_value();
                continue;
            }
            std::string key = nlohmann::json::parse(document.substr(begin, i + 1 - begin)).get<std::string>();
            for (size_t at = 0; (at = key.find_first_of("~/", at)) != std::string::npos; at += 2) key.replace(at, 1, key[at] == '~' ? "~0" : "~1");
            member = open.back().path + "/" + key;
            key_expected = false;
        } else if (c == '{' || c == '[') {
            begin_value();
            open.push_back({c == '[', 0, member});
            key_expected = c == '{';
        } else if (c == '}' || c == ']') {
            open.pop_back();
            key_expected = false;
        } else if (c == ',') {
            key_expected = !open.back().is_array;
            if (open.back().is_array) ++open.back().index;
        } else if (c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) {
            begin_value();
            while (i + 1 < document.size() && std::string_view(",]} \t\r\n").find(document[i + 1]) == std::string_view::npos) ++i;
        }
    }
    return lines;
}

}  // namespace bartizan_cli
