// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// A finding in sentences: what happened in the order of time.
#include <algorithm>
#include <cstdint>
#include <tuple>

#include "cause_routine.hpp"
#include "cause_times.hpp"
#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

/// A longer story keeps what matters most; the rest stands in the graph. On a page of hundreds each is shorter.
constexpr size_t sentences_at_most = 24;
constexpr size_t short_story = 12;
/// More things of one kind that were touched in one way are told as a number.
constexpr size_t told_singly = 2;

std::string clock_html(const std::string& time, const report_words& words) {
    if (time.empty()) return "<span class=\"when\">" + words.html("story.before") + "</span>";
    return "<time class=\"when\">" + html_text(readable_time(time)) + "</time>";
}

std::string edge_sentence(const cause_drawing& graph, const cause_edge& e, const report_words& words) {
    const cause_node& to = graph.nodes[e.to];
    const bool starts = act_of(graph, e) == "started_process";
    std::string out = act_html(graph, e, true, words);
    // A process starts once, however many sensors say so.
    if (e.count > 1 && to.folded.empty() && !starts) out += " <span class=\"soft\">" + words.html("story.times", {grouped(e.count)}) + "</span>";
    if (e.is_shifted) out += " <span class=\"cut\">" + words.html("time.shifted", {readable_time(e.first)}) + "</span>";
    if (starts && !to.command_line.empty()) out += "<br><span class=\"mono soft path\">" + name_html(to.command_line, 300) + "</span>";
    return out;
}

}  // namespace

std::string object_html(const ordered_json& object, const report_words& words) {
    if (object.is_string()) return name_html(object.get<std::string>(), 300);
    const std::string kind = text_of(object, "kind");
    if (kind == "process") return process_html(object, "", words);
    if (kind == "handle")
        return words.marked("plan.handle", {process_html(member_of(object, "holder"), "", words), process_html(member_of(object, "target"), "", words),
                                            name_html(text_of(object, "rights"))});
    const std::string path = text_of(object, "path");
    return path.empty() ? "" : name_html(path, 300);
}

namespace {

bool is_main(const cause_node& node) { return node.role == "root_cause" || node.role == "culprit" || node.role == "ancestor" || node.role == "target"; }

/// 0 matters most: the way of the attack, then what the culprit and injected programs did, then what the root did, then the rest.
int importance(const cause_drawing& graph, const cause_edge& e) {
    const cause_node& from = graph.nodes[e.from];
    const cause_node& to = graph.nodes[e.to];
    if (from.is_on_path && to.is_on_path) return 0;
    if (is_main(from) && is_main(to)) return 1;
    if (from.role == "culprit" || e.kind == "connected" || e.kind == "created") return 1;
    return from.is_root ? 2 : 3;
}

/// The edges that make sentences. The detection has a sentence of its own, and that a file runs is said by the start of its process.
struct telling {
    std::vector<size_t> steps;    ///< what matters most first
    std::vector<size_t> routine;  ///< in the order of time
};

telling telling_edges(const cause_drawing& graph) {
    telling out;
    for (size_t i = 0; i < graph.edges.size(); ++i) {
        const cause_edge& e = graph.edges[i];
        if (e.kind == "convicted" || (e.kind == "started" && graph.nodes[e.from].kind == "file")) continue;
        (is_routine(graph, e) ? out.routine : out.steps).push_back(i);
    }
    std::stable_sort(out.steps.begin(), out.steps.end(), [&graph](size_t a, size_t b) {
        const cause_edge& x = graph.edges[a];
        const cause_edge& y = graph.edges[b];
        const int x_rank = importance(graph, x), y_rank = importance(graph, y);
        return std::tie(x_rank, x.placed, x.record) < std::tie(y_rank, y.placed, y.record);
    });
    return out;
}

/// Only an analysis knows how it began.
std::string root_sentence(const cause_drawing& graph, const report_words& words) {
    for (const cause_node& n : graph.nodes)
        if (n.is_root) return "<p>" + words.marked(n.is_first_seen ? phrase("story.first_seen") : phrase("story.root"), {process_html(n, words)}) + "</p>";
    return graph.is_analysed ? "<p class=\"soft\">" + words.html("story.no_root") + "</p>" : "";
}

std::string routine_html(const cause_drawing& graph, const std::vector<size_t>& edges, bool in_short, const report_words& words) {
    if (edges.empty()) return "";
    if (in_short) return "<p class=\"soft\">" + words.html("story.routine", {grouped(edges.size())}) + "</p>";
    constexpr size_t routine_at_most = 60;
    std::string out = "<details class=\"fields\"><summary>" + words.html("story.routine", {grouped(edges.size())}) + "</summary><ul class=\"routine\">";
    for (size_t i = 0; i < edges.size() && i < routine_at_most; ++i) {
        const cause_edge& e = graph.edges[edges[i]];
        out += "<li><span class=\"soft\">" + html_text(readable_time(e.placed)) + "</span> " + act_html(graph, e, false, words) + "</li>";
    }
    if (edges.size() > routine_at_most) out += "<li>" + words.html("and_more", {grouped(edges.size() - routine_at_most)}) + "</li>";
    return out + "</ul></details>";
}

std::string found_sentence(const ordered_json& finding, const report_words& words) {
    const std::string time = text_of(finding, "t"), placed = placed_time(finding);
    return "<li class=\"found\">" + clock_html(placed, words) + "<span>" + verdict_badge(finding, words) + " " +
           rule_sentence_html(finding, account_of(finding), words) + (placed == time ? "" : " <span class=\"cut\">" + words.html("time.shifted", {readable_time(time)}) + "</span>") +
           "</span></li>";
}

}  // namespace

std::string story_html(const ordered_json& finding, const cause_drawing& whole, bool in_short, const report_words& words) {
    const cause_drawing graph = folded(whole, told_singly);
    telling told = telling_edges(graph);
    const size_t at_most = in_short ? short_story : sentences_at_most;
    const size_t left_out = told.steps.size() > at_most ? told.steps.size() - at_most : 0;
    told.steps.resize(told.steps.size() - left_out);
    struct sentence {
        std::string time;
        int64_t record;
        std::string html;
    };
    std::vector<sentence> story;
    for (const size_t i : told.steps) {
        const cause_edge& e = graph.edges[i];
        story.push_back({e.placed, e.record, "<li>" + clock_html(e.placed, words) + "<span>" + edge_sentence(graph, e, words) + "</span></li>"});
    }
    // What led to the detection stands before it, what came of it behind.
    story.push_back({placed_time(finding), INT64_MAX, found_sentence(finding, words)});
    std::stable_sort(story.begin(), story.end(), [](const sentence& a, const sentence& b) { return std::tie(a.time, a.record) < std::tie(b.time, b.record); });
    std::string out = root_sentence(whole, words) + "<ol class=\"story\">";
    for (const sentence& s : story) out += s.html;
    out += "</ol>";
    const phrase rest = in_short ? phrase("story.shortened") : phrase("story.left_out");
    if (left_out != 0) out += "<p class=\"soft\">" + words.html(rest, {grouped(left_out)}) + "</p>";
    return out + routine_html(graph, told.routine, in_short, words);
}

}  // namespace bartizan_cli
