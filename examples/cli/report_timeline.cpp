// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bartizan/adapters/parse.hpp>
#include <vector>

#include "cause_times.hpp"
#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

constexpr int width = 1010;
constexpr int left = 210;
constexpr int right = 30;
constexpr int lane_height = 50;
constexpr size_t lanes_at_most = 30;

struct mark {
    uint64_t time_100ns = 0;
    std::string time;
    finding_kind kind = finding_kind::event;
    std::string anchor;
    std::string title;
};

struct lane {
    std::string host;
    std::vector<mark> marks;
};

std::vector<lane> lanes_of(const report_data& data, const report_words& words) {
    std::vector<lane> lanes;
    for (const finding_kind kind : {finding_kind::convict, finding_kind::event, finding_kind::strip}) {
        for (size_t i = 0; i < data.shown(kind); ++i) {
            const nlohmann::ordered_json& finding = data.findings(kind)[i].json;
            mark m{0, placed_time(finding), kind, anchor_of(kind, i), {}};
            if (!bartizan::adapters::parse_time({m.time.data(), m.time.size()}, m.time_100ns)) continue;
            m.title = verdict_words(name(kind), words.in) + ": " + rule_title(text_of(finding, "rule"), words.in) + words.text("comma") +
                      std::string(base_name(text_of(member_of(finding, "actor"), "image"))) + words.text("comma") + readable_time(m.time) + " UTC";
            const std::string host = text_of(finding, "host");
            auto at = std::find_if(lanes.begin(), lanes.end(), [&host](const lane& l) { return l.host == host; });
            if (at == lanes.end()) at = lanes.insert(lanes.end(), {host, {}});
            at->marks.push_back(std::move(m));
        }
    }
    for (lane& l : lanes)
        std::stable_sort(l.marks.begin(), l.marks.end(),
                         [](const mark& a, const mark& b) { return a.time_100ns < b.time_100ns; });
    return lanes;
}

std::string number(int n) { return std::to_string(n); }

std::string text(int x, int y, const char* classes, const char* anchor, const std::string& words) {
    return "<text class=\"" + std::string(classes) + "\" text-anchor=\"" + anchor + "\" x=\"" + number(x) + "\" y=\"" +
           number(y) + "\">" + html_text(words) + "</text>";
}

/// Convictions are diamonds, records squares, stripped rights rings: the kinds differ without colour.
std::string shape(finding_kind kind, int x, int y) {
    const std::string at = number(x) + " " + number(y);
    const std::string classes = std::string("class=\"mark ") + name(kind) + "\"";
    if (kind == finding_kind::convict) return "<path " + classes + " d=\"M" + at + " m0 -8 l8 8 l-8 8 l-8 -8 z\"/>";
    if (kind == finding_kind::event) return "<path " + classes + " d=\"M" + at + " m-5 -5 h10 v10 h-10 z\"/>";
    return "<circle " + classes + " cx=\"" + number(x) + "\" cy=\"" + number(y) + "\" r=\"4.5\"/>";
}

std::string lane_svg(const lane& l, int top, const report_words& words) {
    const int y = top + 20;
    const uint64_t first = l.marks.front().time_100ns;
    const uint64_t span = l.marks.back().time_100ns - first;
    std::string out =
        "<path class=\"lane\" d=\"M" + number(left) + " " + number(y) + " H" + number(width - right) + "\"/>";
    out += text(0, y + 4, "strong", "start", shortened(l.host.empty() ? words.text("no_host") : l.host, 24));
    out += text(left, y + 24, "small", "start", readable_time(l.marks.front().time) + " UTC");
    if (span != 0) out += text(width - right, y + 24, "small", "end", readable_time(l.marks.back().time) + " UTC");
    // Strong marks are drawn last, so that nothing hides a conviction.
    for (const finding_kind kind : {finding_kind::strip, finding_kind::event, finding_kind::convict}) {
        for (const mark& m : l.marks) {
            if (m.kind != kind) continue;
            const double part = span == 0 ? 0 : static_cast<double>(m.time_100ns - first) / static_cast<double>(span);
            const int x = left + 8 + static_cast<int>(part * (width - left - right - 16));
            const std::string title = html_text(shortened(m.title, 300));
            out += "<a href=\"#" + m.anchor + "\" aria-label=\"" + title + "\"><title>" + title + "</title>" + shape(kind, x, y) + "</a>";
        }
    }
    return out;
}

std::string legend_entry(finding_kind kind, const report_words& words) {
    return "<span><svg viewBox=\"-9 -9 18 18\" aria-hidden=\"true\">" + shape(kind, 0, 0) + "</svg>" +
           html_text(verdict_words(name(kind), words.in)) + "</span>";
}

}  // namespace

std::string timeline_svg(const report_data& data, const report_words& words) {
    const std::vector<lane> lanes = lanes_of(data, words);
    if (lanes.empty()) return "";
    const size_t shown = std::min(lanes.size(), lanes_at_most);
    const int height = lane_height * static_cast<int>(shown);
    const std::string label = words.html("timeline.label");
    std::string out = "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"" + words.html("timeline.title") + "\"><svg width=\"" + number(width) +
                      "\" height=\"" + number(height) + "\" viewBox=\"0 0 " + number(width) + " " + number(height) + "\" role=\"group\" aria-label=\"" + label + "\">";
    for (size_t i = 0; i < shown; ++i) out += lane_svg(lanes[i], lane_height * static_cast<int>(i), words);
    out += "</svg></div><div class=\"legend\">" + legend_entry(finding_kind::convict, words) + legend_entry(finding_kind::event, words) +
           legend_entry(finding_kind::strip, words) + "</div>";
    if (shown < lanes.size()) out += "<p class=\"soft\">" + words.html("timeline.left_out", {grouped(lanes.size() - shown)}) + "</p>";
    return out;
}

}  // namespace bartizan_cli
