// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// What programs, things and acts are called in the report's sentences.
#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

bool is_latin(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// Japanese sets a blank only between a Latin word and a Japanese one; `plain` is what `html` shows.
std::string spaced_out(const std::string& html, const std::string& plain, bool leads, const report_words& words) {
    if (words.in != language::ja || plain.empty()) return html;
    return (leads && is_latin(plain.front()) ? " " : "") + html + (is_latin(plain.back()) ? " " : "");
}

std::string person_html(const std::string& name, const std::string& pid, const std::string& user, const report_words& words) {
    std::string facts = pid.empty() ? "" : words.html("node.pid", {pid});
    if (!user.empty()) facts += (facts.empty() ? "" : words.html("comma")) + name_html(user, 60);
    return "<b>" + name_html(name, 90) + "</b>" + (facts.empty() ? "" : "<span class=\"soft\">" + words.marked("node.facts", {facts}) + "</span>");
}

}  // namespace

std::string names_html(const std::vector<std::string>& names, const report_words& words) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : words.html("comma")) + name_html(name, 300);
    return out;
}

std::string act_of(const cause_drawing& graph, const cause_edge& e) {
    const cause_node& to = graph.nodes[e.to];
    if (e.kind == "created" && to.kind == "process") return "started_process";
    if (e.kind == "registered" && to.kind == "service") return "installed";
    if (e.kind == "convicted" && to.is_recorded_only) return "recorded";
    if (e.kind == "opened" && to.kind != "process") return "opened_file";
    return e.kind;
}

std::string role_text(const cause_node& node, const report_words& words) {
    const phrase began = node.is_first_seen ? phrase("role.first_seen") : phrase("role.root");
    if (node.role == "culprit" && node.is_root) return words.text("role.both", {words.text(began), role_words(node.role, words.in)});
    if (node.role == "root_cause") return words.text(began);
    return node.role.empty() ? "" : role_words(node.role, words.in);
}

std::string node_name(const cause_node& node, const report_words& words) {
    if (!node.folded.empty()) return words.text("node.several", {grouped(node.folded.size()), several_words(node.kind, words.in)});
    if (node.label.empty()) return words.text("node.unknown", {node_words(node.kind, words.in)});
    if (node.kind == "process") return std::string(base_name(node.label));
    // The graph calls an alert by its rule.
    return node.kind == "alert" ? rule_title(node.label, words.in) : node.label;
}

std::string process_html(const cause_node& node, const report_words& words) {
    return person_html(node_name(node, words), node.pid < 0 ? "" : std::to_string(node.pid), node.user, words);
}

std::string process_html(const nlohmann::ordered_json& process, const std::string& user, const report_words& words) {
    const std::string image(base_name(text_of(process, "image")));
    const nlohmann::ordered_json& pid = member_of(process, "pid");
    return person_html(image.empty() ? words.text("unknown_program") : image, pid.is_number_unsigned() ? pid.dump() : "", user, words);
}

std::string act_html(const cause_drawing& graph, const cause_edge& e, bool full, const report_words& words) {
    const auto called = [&](size_t i, bool leads) {
        const cause_node& n = graph.nodes[i];
        const std::string name = node_name(n, words);
        const bool has_facts = full && (n.pid >= 0 || !n.user.empty());
        return spaced_out(full ? process_html(n, words) : name_html(name), has_facts ? name + "）" : name, leads, words);
    };
    std::string act = act_of(graph, e);
    if (act == "registered" && !graph.nodes[e.to].folded.empty()) act = "changed";  // what it changed says "registry values" itself
    return words.marked("story.act", {called(e.from, false), html_text(act_words(act, words.in)), called(e.to, true)});
}

std::string shown_verdict(const nlohmann::ordered_json& finding) {
    const std::string verdict = text_of(finding, "verdict");
    // What a policy only watches is recorded; a conviction that demands nobody is a detection and no alert.
    if (verdict != "convict") return verdict;
    return text_of(finding, "mode") == "audit" ? "event" : "convict";
}

std::string verdict_badge(const nlohmann::ordered_json& finding, const report_words& words) {
    const std::string verdict = shown_verdict(finding);
    return badge(html_text(verdict), verdict == "convict" && is_alert(finding) ? words.html("alert.badge") : html_text(verdict_words(verdict, words.in)));
}

std::string account_of(const nlohmann::ordered_json& finding) {
    const nlohmann::ordered_json& chain = list_of(finding, "chain");
    std::string user = chain.empty() ? "" : text_of(chain.back(), "user");
    for (const nlohmann::ordered_json& n : list_of(member_of(finding, "graph"), "nodes"))
        if (text_of(n, "role") == "culprit" && !text_of(n, "user").empty()) user = text_of(n, "user");
    return user;
}

std::string rule_sentence_html(const nlohmann::ordered_json& finding, const std::string& user, const report_words& words) {
    const std::string target(base_name(text_of(member_of(finding, "target"), "image")));
    const std::string reached = reached_object(finding);
    const std::string object = !target.empty() ? target : reached.empty() ? words.text("something") : reached;
    const std::string who = process_html(member_of(finding, "actor"), user, words), what = "<b>" + name_html(object, 200) + "</b>";
    return words.tidy(report_words::markup(rule_sentence(text_of(finding, "rule"), words.in), {who, what}));
}

}  // namespace bartizan_cli
