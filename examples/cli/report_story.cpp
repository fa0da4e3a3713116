// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// A finding in sentences: what happened in the order of time, what was done, what is left to do.
#include <algorithm>
#include <cstdint>
#include <tuple>

#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

/// A longer story keeps what matters most; the rest stands in the graph.
constexpr size_t sentences_at_most = 16;
/// More things of one kind that were touched in one way are told as a number.
constexpr size_t told_singly = 2;

std::string with_pid(const cause_node& node, const report_words& words) {
    const std::string name = name_html(node_name(node, words), 90);
    return "<b>" + name + "</b>" + (node.pid < 0 ? "" : " <span class=\"soft\">" + words.html("node.pid", {std::to_string(node.pid)}) + "</span>");
}

std::string clock_html(const std::string& time, const report_words& words) {
    if (time.empty()) return "<span class=\"when\">" + words.html("story.before") + "</span>";
    return "<time class=\"when\">" + html_text(readable_time(time)) + "</time>";
}

std::string edge_sentence(const cause_drawing& graph, const cause_edge& e, const report_words& words) {
    const cause_node& to = graph.nodes[e.to];
    const std::string kind = act_of(graph, e);
    std::string out = words.marked("story.act", {with_pid(graph.nodes[e.from], words), html_text(act_words(kind, words.in)), with_pid(to, words)});
    if (e.count > 1 && to.folded.empty()) out += " <span class=\"soft\">" + words.html("story.times", {grouped(e.count)}) + "</span>";
    if (kind == "started_process" && !to.command_line.empty())
        out += "<br><span class=\"mono soft path\">" + name_html(to.command_line, 300) + "</span>";
    return out;
}

std::string process_words(const ordered_json& process, const report_words& words) {
    const std::string image(base_name(text_of(process, "image")));
    const ordered_json& pid = member_of(process, "pid");
    return name_html(image.empty() ? words.text("unknown_program") : image, 90) +
           (pid.is_number_unsigned() ? " <span class=\"soft\">" + words.html("node.pid", {pid.dump()}) + "</span>" : "");
}

/// What a step is about: a text, or a process, a handle, a file or a key (plan_json.hpp).
std::string object_html(const ordered_json& object, const report_words& words) {
    if (object.is_string()) return name_html(object.get<std::string>(), 300);
    const std::string kind = text_of(object, "kind");
    if (kind == "process") return process_words(object, words);
    if (kind == "handle")
        return words.marked("plan.handle", {process_words(member_of(object, "holder"), words), process_words(member_of(object, "target"), words),
                                            name_html(text_of(object, "rights"))});
    const std::string path = text_of(object, "path");
    return path.empty() ? "" : name_html(path, 300);
}

/// Whom an administrator, a user or a log is told about is the finding's actor: no need to say so again.
bool only_tells(const std::string& step) {
    for (const char* one : {"record", "event", "alert", "health_red", "notify_user", "root_cause_analysis"})
        if (step == one) return true;
    return false;
}

std::string steps_html(const ordered_json& steps, const char* why, const report_words& words) {
    std::string out = "<ol class=\"steps\">";
    constexpr size_t steps_at_most = 60;
    for (size_t i = 0; i < steps.size() && i < steps_at_most; ++i) {
        const std::string step = text_of(steps[i], "step");
        out += "<li>" + html_text(step_words(step, words.in));
        const std::string object = only_tells(step) ? "" : object_html(member_of(steps[i], "object"), words);
        if (!object.empty()) out += ": " + object;
        // The row of the response table, which stands above the plan anyway, is a reason too.
        const std::string reason = text_of(steps[i], why);
        if (!reason.empty() && row_advice(reason, words.in).empty())
            out += " <span class=\"soft\">– " + html_text(reason_words(reason, words.in)) + "</span>";
        out += "</li>";
    }
    if (steps.size() > steps_at_most) out += "<li>" + words.html("and_more", {grouped(steps.size() - steps_at_most)}) + "</li>";
    return out + "</ol>";
}

bool is_main(const cause_node& node) { return node.role == "root_cause" || node.role == "culprit" || node.role == "ancestor" || node.role == "target"; }

/// 0 matters most: the way from the root to the target, then what the culprit did, then what the root did, then the rest.
int importance(const cause_drawing& graph, const cause_edge& e) {
    const cause_node& from = graph.nodes[e.from];
    const cause_node& to = graph.nodes[e.to];
    const bool only_looks = (e.kind == "opened" && to.role != "target") || e.kind == "named";
    if (only_looks && from.role != "culprit") return 3;
    if (is_main(from) && is_main(to)) return 0;
    if (from.role == "culprit" || e.kind == "injected") return 1;
    return from.role == "root_cause" ? 2 : 3;
}

/// The edges that make sentences, what matters most first. The detection has a sentence of its own, and that a file runs is
/// said by the start of its process.
std::vector<size_t> telling_edges(const cause_drawing& graph) {
    std::vector<size_t> out;
    for (size_t i = 0; i < graph.edges.size(); ++i)
        if (graph.edges[i].kind != "convicted" && graph.edges[i].kind != "started") out.push_back(i);
    std::stable_sort(out.begin(), out.end(), [&graph](size_t a, size_t b) {
        const cause_edge& x = graph.edges[a];
        const cause_edge& y = graph.edges[b];
        const int x_rank = importance(graph, x), y_rank = importance(graph, y);
        return std::tie(x_rank, x.first, x.record) < std::tie(y_rank, y.first, y.record);
    });
    return out;
}

/// Only an analysis knows how it began.
std::string root_sentence(const cause_drawing& graph, const report_words& words) {
    for (const cause_node& n : graph.nodes)
        if (n.is_root) return "<p>" + words.marked("story.root", {with_pid(n, words)}) + "</p>";
    return graph.is_analysed ? "<p class=\"soft\">" + words.html("story.no_root") + "</p>" : "";
}

std::string found_sentence(const ordered_json& finding, const report_words& words) {
    std::string actor = std::string(base_name(text_of(member_of(finding, "actor"), "image")));
    if (actor.empty()) actor = words.text("unknown_program");
    std::string object = std::string(base_name(text_of(member_of(finding, "target"), "image")));
    if (const std::string reached = reached_object(finding); object.empty()) object = reached.empty() ? words.text("something") : reached;
    const std::string verdict = text_of(finding, "verdict");
    return "<li class=\"found\">" + clock_html(text_of(finding, "t"), words) + "<span>" + badge(html_text(verdict), html_text(verdict_words(verdict, words.in))) + " " +
           report_words::markup(rule_sentence(text_of(finding, "rule"), words.in), {"<b>" + name_html(actor, 90) + "</b>", "<b>" + name_html(object, 90) + "</b>"}) +
           "</span></li>";
}

}  // namespace

std::string act_of(const cause_drawing& graph, const cause_edge& e) {
    return e.kind == "created" && graph.nodes[e.to].kind == "process" ? "started_process" : e.kind;
}

std::string role_text(const cause_node& node, const report_words& words) {
    if (node.role == "culprit" && node.is_root) return words.text("role.both");
    return node.role.empty() ? "" : role_words(node.role, words.in);
}

std::string node_name(const cause_node& node, const report_words& words) {
    if (!node.folded.empty()) return words.text("node.several", {grouped(node.folded.size()), several_words(node.kind, words.in)});
    if (node.label.empty()) return words.text("node.unknown", {node_words(node.kind, words.in)});
    if (node.kind == "process") return std::string(base_name(node.label));
    // The graph calls an alert by its rule.
    return node.kind == "alert" ? rule_title(node.label, words.in) : node.label;
}

std::string story_html(const ordered_json& finding, const cause_drawing& whole, const report_words& words) {
    const cause_drawing graph = folded(whole, told_singly);
    std::vector<size_t> told = telling_edges(graph);
    const size_t left_out = told.size() > sentences_at_most ? told.size() - sentences_at_most : 0;
    told.resize(told.size() - left_out);
    struct sentence {
        std::string time;
        int64_t record;
        std::string html;
    };
    std::vector<sentence> story;
    for (const size_t i : told) {
        const cause_edge& e = graph.edges[i];
        story.push_back({e.first, e.record, "<li>" + clock_html(e.first, words) + "<span>" + edge_sentence(graph, e, words) + "</span></li>"});
    }
    // What led to the detection stands before it, what came of it behind.
    story.push_back({text_of(finding, "t"), INT64_MAX, found_sentence(finding, words)});
    std::stable_sort(story.begin(), story.end(), [](const sentence& a, const sentence& b) { return std::tie(a.time, a.record) < std::tie(b.time, b.record); });
    std::string out = root_sentence(whole, words) + "<ol class=\"story\">";
    for (const sentence& s : story) out += s.html;
    out += "</ol>";
    return left_out == 0 ? out : out + "<p class=\"soft\">" + words.html("story.left_out", {grouped(left_out)}) + "</p>";
}

std::string plan_html(const ordered_json& object, const report_words& words) {
    const ordered_json& plan = list_of(object, "plan");
    return plan.empty() ? "" : steps_html(plan, "why", words);
}

}  // namespace bartizan_cli
