// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "report_words.hpp"

#include "visible_text.hpp"

namespace bartizan_cli {

std::string fill(std::string_view pattern, const std::vector<std::string>& values) {
    std::string out;
    while (!pattern.empty()) {
        const size_t open = pattern.find('{');
        out += pattern.substr(0, open);
        if (open == std::string_view::npos) break;
        const size_t close = pattern.find('}', open);
        std::string_view slot = pattern.substr(open + 1, close - open - 1);
        pattern.remove_prefix(close + 1);
        const size_t n = static_cast<size_t>(slot[0] - '0');
        const std::string value = n < values.size() ? values[n] : "";
        slot.remove_prefix(1);
        if (slot.empty()) {
            out += value;
            continue;
        }
        const size_t bar = slot.find('|', 1);
        out += value == "1" ? slot.substr(1, bar - 1) : slot.substr(bar + 1);
    }
    return out;
}

std::string report_words::tidy(std::string html) const {
    if (in != language::ja) return html;
    for (const std::string_view bracket : {"）</span> ", "）</span></a> "})
        for (size_t at = html.find(bracket); at != std::string::npos; at = html.find(bracket)) html.erase(at + bracket.size() - 1, 1);
    return html;
}

std::string report_words::html(phrase p, const std::vector<std::string>& values) const { return html_text(text(p, values)); }

std::string report_words::markup(const std::string& pattern, const std::vector<std::string>& values) {
    return fill(html_text(pattern), values);
}

}  // namespace bartizan_cli
