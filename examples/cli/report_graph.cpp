// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The cause graph of a finding: the way of the attack as a drawing, all of it as another, and node by node in words.
#include <algorithm>

#include "cause_path.hpp"
#include "report_drawing.hpp"
#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

constexpr size_t folded_beyond = 5;
/// With more nodes than this, everything that is alike is folded.
constexpr size_t crowded_beyond = 50;
constexpr size_t sentences_at_most = 40;

std::string field(const std::string& label, const std::string& value) {
    return value.empty() ? "" : "<dt>" + label + "</dt><dd class=\"path\">" + value + "</dd>";
}

std::string edge_line(const cause_drawing& graph, const cause_edge& e, const report_words& words) {
    std::string out = e.placed.empty() ? "" : "<span class=\"soft\">" + html_text(readable_time(e.placed)) + "</span> ";
    out += act_html(graph, e, false, words);
    std::string facts;
    if (e.count > 1 && act_of(graph, e) != "started_process") facts = words.text("edge.times", {grouped(e.count), readable_time(e.last)});
    if (e.record >= 0) facts += (facts.empty() ? "" : words.text("comma")) + words.text("edge.record", {std::to_string(e.record)});
    if (e.is_shifted) facts += (facts.empty() ? "" : words.text("comma")) + words.text("time.shifted", {readable_time(e.first)});
    return "<li>" + out + (facts.empty() ? "" : " <span class=\"soft\">(" + html_text(facts) + ")</span>") + "</li>";
}

/// Who started a process, or that it was not recorded.
std::string starter(const cause_drawing& graph, size_t i, const report_words& words) {
    for (const cause_edge& e : graph.edges)
        if (e.to == i && e.kind == "created") return process_html(graph.nodes[e.from], words);
    return words.html("node.no_starter");
}

std::string node_in_words(const cause_drawing& graph, size_t i, const std::string& anchor, const report_words& words) {
    const cause_node& n = graph.nodes[i];
    std::string kind = node_words(n.kind, words.in);
    if (!n.role.empty() && n.role != "touched") kind += " · " + role_text(n, words);
    std::string out = "<li id=\"" + anchor + "-d" + std::to_string(i) + "\"><p class=\"node-name\">" + name_html(drawn_name(n, words)) + " <span class=\"soft\">" +
                      html_text(kind) + "</span></p><dl>";
    const auto given = [](const std::string& value, size_t columns = 2000) { return value.empty() ? std::string() : name_html(value, columns); };
    out += field(words.html("node.full"), given(n.label));
    out += field(words.html("node.command_line"), given(n.command_line));
    out += field(words.html("node.process_id"), n.pid < 0 ? "" : std::to_string(n.pid));
    out += field(words.html("node.user"), given(n.user, 120));
    if (n.kind == "process" && n.folded.empty()) {
        out += field(words.html("node.starter"), starter(graph, i, words));
        out += field(words.html("node.hash"), n.sha256.empty() ? words.html("node.no_hash") : name_html(n.sha256));
        out += field(words.html("node.signer"), given(n.signer));
        out += field(words.html("node.company"), given(n.company));
    }
    out += field(words.html("node.time"), n.placed.empty() ? "" : html_text(readable_time(n.placed)) + " UTC" +
                 (n.placed == n.time || n.kind != "process" ? "" : " (" + words.html("time.shifted", {readable_time(n.time)}) + ")"));
    out += "</dl>";
    std::string list;
    size_t told = 0;
    for (const cause_edge& e : graph.edges)  // oldest first
        if ((e.from == i || e.to == i) && ++told <= sentences_at_most) list += edge_line(graph, e, words);
    if (told > sentences_at_most) list += "<li>" + words.html("and_more", {grouped(told - sentences_at_most)}) + "</li>";
    for (const cause_node& part : n.folded) list += "<li class=\"path\">" + name_html(part.label, 300) + "</li>";
    return out + (list.empty() ? "" : "<ul>" + list + "</ul>") + "</li>";
}

/// Icons of the kinds that are drawn, and what colours, dashes and numbers mean.
std::string legend(const cause_drawing& graph, const drawn_part& part, const report_words& words) {
    std::string out;
    const auto any = [&](auto&& test) {
        return std::any_of(part.nodes.begin(), part.nodes.end(), [&](size_t i) { return test(graph.nodes[i]); });
    };
    for (const char* kind : {"process", "file", "registry", "network", "module", "service", "alert"})
        if (any([kind](const cause_node& n) { return n.kind == kind; }))
            out += "<span><svg viewBox=\"-1 -1 18 18\" aria-hidden=\"true\"><path class=\"icon\" d=\"" + std::string(node_icon(kind)) + "\"/></svg>" +
                   html_text(node_words(kind, words.in)) + "</span>";
    const auto swatch = [&out](const char* role, const std::string& label) {
        out += std::string("<span class=\"") + role + "\"><svg viewBox=\"-1 -1 18 18\" aria-hidden=\"true\">" +
               "<rect class=\"box\" x=\"1\" y=\"3\" width=\"14\" height=\"11\" rx=\"2\"/></svg>" + label + "</span>";
    };
    if (any([](const cause_node& n) { return n.role == "root_cause"; })) swatch("root_cause", words.html("legend.root"));
    if (any([](const cause_node& n) { return n.role == "culprit"; })) swatch("culprit", words.html("legend.culprit"));
    if (any([](const cause_node& n) { return n.role == "target"; })) swatch("target", words.html("legend.target"));
    out += "<span><svg viewBox=\"0 0 18 18\" aria-hidden=\"true\"><path class=\"edge grave\" d=\"M1 9h16\"/></svg>" + words.html("legend.grave") +
           "</span>";
    return "<div class=\"legend\">" + out + "<span>" + words.html("legend.signs") + "</span></div>";
}

std::string cut_html(const cause_drawing& graph, const report_words& words) {
    std::string what;
    const auto add = [&](uint64_t n, phrase p) {
        if (n != 0) what += (what.empty() ? "" : words.html("comma")) + words.html(p, {grouped(n)});
    };
    add(graph.cut_nodes, "cut.nodes");
    add(graph.cut_edges, "cut.edges");
    add(graph.cut_texts, "cut.texts");
    return what.empty() ? "" : "<p class=\"cut\">" + words.marked("graph.cut", {what}) + "</p>";
}

/// A way is read from its beginning, all of a graph from its culprit.
std::string frame(const std::string& drawing, const std::string& rest, bool is_path, const report_words& words) {
    return std::string("<div class=\"graph") + (is_path ? " way" : "") + "\" data-in=\"" + words.html("zoom.in") + "\" data-out=\"" + words.html("zoom.out") + "\" data-fit=\"" + words.html("zoom.fit") +
           "\" data-close=\"" + words.html("panel.close") + "\" data-panel=\"" + words.html("panel.label") + "\" data-hint=\"" + words.html("graph.hint") +
           "\"><div class=\"view\" tabindex=\"0\" role=\"group\" aria-label=\"" + words.html("graph.title") + "\">" + drawing + "</div>" + rest + "</div>";
}

cause_drawing shown_graph(const cause_drawing& whole) {
    cause_drawing graph = folded(whole, folded_beyond);
    return graph.nodes.size() > crowded_beyond ? folded(whole, 1) : graph;
}

/// A program's own file between who wrote it and the program says nothing that the arrow cannot: adds such arrows to the graph, and says which
/// files they spare.
std::vector<bool> spare_files(cause_drawing& graph) {
    std::vector<bool> spared(graph.nodes.size());
    const size_t edges = graph.edges.size();
    for (size_t i = 0; i < edges; ++i) {
        const cause_edge runs = graph.edges[i];
        const cause_node& file = graph.nodes[runs.from];
        if (runs.kind != "started" || file.kind != "file" || !file.is_on_path || !graph.nodes[runs.to].is_on_path) continue;
        for (size_t k = 0; k < edges; ++k) {
            cause_edge wrote = graph.edges[k];
            if (wrote.to != runs.from || (wrote.kind != "wrote" && wrote.kind != "renamed") || !graph.nodes[wrote.from].is_on_path) continue;
            wrote.to = runs.to;
            wrote.kind = "wrote_file";
            wrote.count = 1;
            graph.edges.push_back(wrote);
            spared[runs.from] = true;
        }
    }
    return spared;
}

drawn_part path_of(cause_drawing& graph, const std::string& anchor) {
    drawn_part out{{}, {}, anchor + "-p", anchor + "-d", true};
    const std::vector<size_t> edges = path_edges(graph);
    const size_t recorded = graph.edges.size();
    const std::vector<bool> spared = spare_files(graph);
    for (size_t i = 0; i < graph.nodes.size(); ++i)
        if (graph.nodes[i].is_on_path && !spared[i]) out.nodes.push_back(i);
    for (const size_t e : edges)
        if (!spared[graph.edges[e].from] && !spared[graph.edges[e].to]) out.edges.push_back(e);
    for (size_t e = recorded; e < graph.edges.size(); ++e) out.edges.push_back(e);
    return out;
}

/// "The graph in words": from where it began, along the way of the attack, then the rest.
std::string in_words(const cause_drawing& graph, const std::vector<size_t>& nodes, const std::string& anchor, const report_words& words) {
    std::vector<size_t> order;
    const auto put = [&](size_t i) {
        if (std::find(order.begin(), order.end(), i) == order.end() && std::find(nodes.begin(), nodes.end(), i) != nodes.end()) order.push_back(i);
    };
    for (const size_t i : main_line(graph)) put(i);
    for (const bool on_path : {true, false})
        for (size_t i = 0; i < graph.nodes.size(); ++i)
            if (graph.nodes[i].is_on_path == on_path) put(i);
    std::string out = "<details class=\"in-words\"><summary>" + words.html("graph.in_words") + "</summary><ul>";
    for (const size_t i : order) out += node_in_words(graph, i, anchor, words);
    return out + "</ul></details>";
}

}  // namespace

std::string graph_html(const cause_drawing& whole, bool with_all, const std::string& anchor, const report_words& words) {
    if (whole.nodes.empty()) return "";
    const cause_drawing graph = shown_graph(whole);
    drawn_part all{{}, {}, anchor + "-n", anchor + "-d", false};
    for (size_t i = 0; i < graph.nodes.size(); ++i) all.nodes.push_back(i);
    for (size_t i = 0; i < graph.edges.size(); ++i) all.edges.push_back(i);
    cause_drawing reduced = graph;
    drawn_part path = path_of(reduced, anchor);
    if (path.nodes.empty()) path.nodes = all.nodes, path.edges = all.edges;
    const size_t hidden = all.nodes.size() - path.nodes.size();
    std::string out = frame(drawing_svg(reduced, path, words), legend(reduced, path, words), true, words);
    if (hidden != 0 && with_all)
        out += "<details class=\"all\"><summary>" + words.html("graph.all", {grouped(hidden)}) + "</summary>" +
               frame(drawing_svg(graph, all, words), legend(graph, all, words), false, words) + "</details>";
    if (hidden != 0 && !with_all) out += "<p class=\"soft\">" + words.html("graph.left_out") + "</p>";
    out += cut_html(whole, words);
    return out + in_words(graph, with_all ? all.nodes : path.nodes, anchor, words);
}

std::string path_html(const cause_drawing& graph, const report_words& words) {
    std::string out;
    for (const size_t i : main_line(graph)) out += (out.empty() ? "" : " → ") + process_html(graph.nodes[i], words);
    const size_t target = find_role(graph, "target");
    if (target < graph.nodes.size()) out += " → " + process_html(graph.nodes[target], words);
    return out.empty() ? "" : "<p>" + out + "</p>";
}

}  // namespace bartizan_cli
