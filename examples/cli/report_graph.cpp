// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The cause graph as a drawing, and node by node in words.
#include <algorithm>
#include <map>

#include "graph_layout.hpp"
#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

constexpr layout_size size{196, 44, 86, 24, 26};
constexpr int margin_x = 14;
constexpr int margin_top = 22;
constexpr int margin_bottom = 14;
constexpr int icon_width = 34;
/// Average width of a character at 13 px semibold in a wide face (DejaVu Sans), in tenths of a pixel; wide characters count two.
constexpr int column_10 = 92;
constexpr size_t label_columns = static_cast<size_t>((size.node_width - icon_width - 8) * 10 / column_10);
constexpr size_t folded_beyond = 5;
/// With more nodes than this, everything that is alike is folded.
constexpr size_t crowded_beyond = 50;
constexpr size_t sentences_at_most = 40;

std::string number(int n) { return std::to_string(n); }

/// Each kind has its own outline, so that none is told by colour alone.
std::string outline(const std::string& kind, int x, int y, const std::string& classes) {
    constexpr int w = size.node_width, h = size.node_height;
    const std::string at = "M" + number(x) + " " + number(y);
    std::string path;
    if (kind == "file")  // a sheet with a folded corner
        path = at + " h" + number(w - 12) + " l12 12 v" + number(h - 12) + " h-" + number(w) + " z m" + number(w - 12) + " 0 v12 h12";
    else if (kind == "registry")  // a key's tag
        path = at + " m12 0 h" + number(w - 24) + " l12 " + number(h / 2) + " l-12 " + number(h / 2) + " h-" + number(w - 24) + " l-12 -" + number(h / 2) + " z";
    else if (kind == "network")  // a lozenge
        path = at + " m20 0 h" + number(w - 40) + " a20 22 0 0 1 0 44 h-" + number(w - 40) + " a20 22 0 0 1 0 -44 z";
    else if (kind == "module")  // a block with a spine
        path = at + " h" + number(w) + " v" + number(h) + " h-" + number(w) + " z m5 0 v" + number(h);
    else if (kind == "service")  // a block with two
        path = at + " h" + number(w) + " v" + number(h) + " h-" + number(w) + " z m5 0 v" + number(h) + " m" + number(w - 10) + " 0 v-" + number(h);
    else if (kind == "alert")  // cut corners
        path = at + " m9 0 h" + number(w - 18) + " l9 9 v" + number(h - 18) + " l-9 9 h-" + number(w - 18) + " l-9 -9 v-" + number(h - 18) + " z";
    else
        return "<rect class=\"" + classes + "\" x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(w) + "\" height=\"" + number(h) + "\" rx=\"8\"/>";
    return "<path class=\"" + classes + "\" d=\"" + path + "\"/>";
}

/// 16 by 16, drawn in strokes.
const char* icon(const std::string& kind) {
    if (kind == "file") return "M3 1h7l3 3v11H3zM10 1v3h3M5 8h6M5 11h6";
    if (kind == "registry") return "M1 1h6v6H1zM9 1h6v6H9zM1 9h6v6H1zM9 9h6v6H9z";
    if (kind == "network") return "M8 1a7 7 0 1 0 0 14a7 7 0 1 0 0-14M1 8h14M8 1c-5 5-5 9 0 14M8 1c5 5 5 9 0 14";
    if (kind == "module") return "M4 3h8v10H4zM1 5h3M1 8h3M1 11h3M12 5h3M12 8h3M12 11h3";
    if (kind == "service") return "M8 4.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M8 1v3M8 12v3M1 8h3M12 8h3M3 3l2 2M11 11l2 2M3 13l2-2M11 5l2-2";
    if (kind == "alert") return "M8 1.5l7 13H1zM8 6v4M8 12v1";
    return "M1 2h14v12H1zM1 5.5h14M4 8.5l2 1.500l-2 1.500M8 12h4";
}

/// A role is written out above the box; everything else about it is emphasis.
bool is_marked(const std::string& role) { return role == "root_cause" || role == "culprit" || role == "target"; }

std::string role_class(const std::string& role) { return is_marked(role) || role == "ancestor" ? " " + role : ""; }

std::string sub_label(const cause_node& node, const report_words& words) {
    std::string out = node_words(node.kind, words.in);
    if (node.pid >= 0) out += " · " + words.text("node.pid", {std::to_string(node.pid)});
    return out;
}

std::string spoken(const cause_node& node, const report_words& words) {
    std::string out = node_words(node.kind, words.in) + ": " + node_name(node, words);
    if (is_marked(node.role)) out = role_text(node, words) + ", " + out;
    if (node.pid >= 0) out += ", " + words.text("node.pid", {std::to_string(node.pid)});
    return out;
}

/// What stands in the box: a file or a key by its end, since that tells it apart.
std::string drawn_name(const cause_node& node, const report_words& words) {
    const std::string name = node_name(node, words);
    const bool is_path = node.folded.empty() && (node.kind == "file" || node.kind == "module");
    const bool is_pointed = node.folded.empty() && (node.kind == "registry" || node.kind == "network");
    return shortened(is_path ? std::string(base_name(name)) : name, is_pointed ? label_columns - 2 : label_columns);
}

std::string node_svg(const cause_node& node, const layout_point& at, const std::string& anchor, size_t i, const report_words& words) {
    const std::string id = std::to_string(i);
    std::string out = "<a class=\"node" + role_class(node.role) + "\" id=\"" + anchor + "-n" + id + "\" href=\"#" + anchor + "-d" + id + "\" aria-label=\"" +
                      html_text(shortened(spoken(node, words), 300)) + "\"><title>" + html_text(shortened(node.folded.empty() ? node.label : node_name(node, words), 400)) +
                      "</title>";
    if (!node.folded.empty()) out += outline(node.kind, at.x + 4, at.y + 4, "box behind");
    out += outline(node.kind, at.x, at.y, "box");
    out += "<path class=\"icon\" transform=\"translate(" + number(at.x + 11) + " " + number(at.y + 14) + ")\" d=\"" + icon(node.kind) + "\"/>";
    out += "<text class=\"strong\" x=\"" + number(at.x + icon_width) + "\" y=\"" + number(at.y + 19) + "\">" + html_text(drawn_name(node, words)) + "</text>";
    out += "<text class=\"small\" x=\"" + number(at.x + icon_width) + "\" y=\"" + number(at.y + 35) + "\">" +
           html_text(shortened(sub_label(node, words), label_columns + 2)) + "</text>";
    if (is_marked(node.role)) {
        const int width = node.is_root && node.role == "culprit" ? 118 : node.role == "root_cause" ? 76 : 58;
        const int x = at.x + 10;
        out += "<rect class=\"chip\" x=\"" + number(x) + "\" y=\"" + number(at.y - 11) + "\" width=\"" + number(width) + "\" height=\"17\" rx=\"8.5\"/>";
        out += "<text class=\"chip-text\" text-anchor=\"middle\" x=\"" + number(x + width / 2) + "\" y=\"" + number(at.y + 1) + "\">" +
               html_text(role_text(node, words)) + "</text>";
    }
    return out + "</a>";
}

/// All edges between two nodes are one arrow.
struct arrow {
    size_t from;
    size_t to;
    std::vector<std::string> kinds;
    uint64_t count = 0;
};

std::vector<arrow> arrows_of(const cause_drawing& graph) {
    std::map<std::pair<size_t, size_t>, size_t> known;
    std::vector<arrow> out;
    for (const cause_edge& e : graph.edges) {
        if (e.from == e.to) continue;
        const auto [at, is_new] = known.emplace(std::pair{e.from, e.to}, out.size());
        if (is_new) out.push_back({e.from, e.to, {}, 0});
        arrow& a = out[at->second];
        const std::string kind = act_of(graph, e);
        if (std::find(a.kinds.begin(), a.kinds.end(), kind) == a.kinds.end()) a.kinds.push_back(kind);
        a.count += e.count;
    }
    return out;
}

std::string arrow_label(const arrow& a, const report_words& words) {
    std::string out = edge_words(a.kinds.front(), words.in);
    if (a.kinds.size() > 1) out += " +" + grouped(a.kinds.size() - 1);
    if (a.count > 1 && a.kinds.size() == 1) out += " ×" + grouped(a.count);
    return shortened(out, 15);
}

bool is_grave(const arrow& a) {
    return std::any_of(a.kinds.begin(), a.kinds.end(), [](const std::string& k) { return k == "injected" || k == "convicted" || k == "opened"; });
}

std::string arrow_svg(const arrow& a, const std::vector<layout_point>& line, int port, const report_words& words) {
    const bool leftwards = line.back().x < line.front().x;
    const int sign = leftwards ? -1 : 1;
    const layout_point end{line.back().x - sign * 8, line.back().y + port};
    std::string path = "M" + number(line[0].x) + " " + number(line[0].y);
    for (size_t i = 1; i < line.size(); ++i) {
        const layout_point to = i + 1 == line.size() ? end : line[i];
        if (i % 2 == 0) {  // past a column
            path += " H" + number(to.x);
            continue;
        }
        const int middle = (line[i - 1].x + to.x) / 2;
        path += " C" + number(middle) + " " + number(line[i - 1].y) + " " + number(middle) + " " + number(to.y) + " " + number(to.x) + " " + number(to.y);
    }
    const std::string tone = is_grave(a) ? " grave" : "";
    std::string out = "<path class=\"edge" + tone + "\" d=\"" + path + "\"/><path class=\"head" + tone + "\" d=\"M" + number(line.back().x) + " " + number(end.y) +
                      " l" + number(-sign * 9) + " -4.500 v9 z\"/>";
    return out + "<text class=\"act\" text-anchor=\"" + (leftwards ? "start" : "end") + "\" x=\"" + number(end.x - sign * 5) + "\" y=\"" + number(end.y - 4) + "\">" +
           html_text(arrow_label(a, words)) + "</text>";
}

/// Where arrows end on their node's side: apart from each other, in the order in which they come in.
std::vector<int> ports_of(const std::vector<arrow>& arrows, const graph_layout& layout, size_t nodes) {
    std::vector<std::vector<size_t>> entering(nodes);
    for (size_t i = 0; i < arrows.size(); ++i)
        if (!layout.edges[i].empty()) entering[arrows[i].to].push_back(i);
    std::vector<int> port(arrows.size());
    for (std::vector<size_t>& of_node : entering) {
        std::stable_sort(of_node.begin(), of_node.end(), [&layout](size_t a, size_t b) {
            return layout.edges[a][layout.edges[a].size() - 2].y < layout.edges[b][layout.edges[b].size() - 2].y;
        });
        const int n = static_cast<int>(of_node.size());
        const int step = n > 1 ? std::min(13, (size.node_height - 8) / (n - 1)) : 0;
        for (int i = 0; i < n; ++i) port[of_node[static_cast<size_t>(i)]] = (2 * i - (n - 1)) * step / 2;
    }
    return port;
}

std::string drawing(const cause_drawing& graph, const std::string& anchor, const report_words& words) {
    const std::vector<arrow> arrows = arrows_of(graph);
    std::vector<layout_edge> edges;
    for (const arrow& a : arrows) edges.push_back({a.from, a.to});
    graph_layout layout = lay_out(graph.nodes.size(), edges, size);
    for (layout_point& p : layout.nodes) p.x += margin_x, p.y += margin_top;
    for (auto& line : layout.edges)
        for (layout_point& p : line) p.x += margin_x, p.y += margin_top;
    const std::string width = number(layout.width + 2 * margin_x);
    const std::string height = number(layout.height + margin_top + margin_bottom);
    std::string out = "<svg width=\"" + width + "\" height=\"" + height + "\" viewBox=\"0 0 " + width + " " + height + "\" role=\"group\" aria-label=\"" +
                      words.html("graph.label", {grouped(graph.nodes.size()), grouped(graph.edges.size())}) + "\">";
    const std::vector<int> port = ports_of(arrows, layout, graph.nodes.size());
    out += "<g aria-hidden=\"true\">";
    for (size_t i = 0; i < arrows.size(); ++i)
        if (!layout.edges[i].empty()) out += arrow_svg(arrows[i], layout.edges[i], port[i], words);
    out += "</g>";
    // Tab goes through the nodes in the order of the columns.
    std::vector<size_t> order(graph.nodes.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&layout](size_t a, size_t b) {
        return std::pair{layout.nodes[a].x, layout.nodes[a].y} < std::pair{layout.nodes[b].x, layout.nodes[b].y};
    });
    for (const size_t i : order) out += node_svg(graph.nodes[i], layout.nodes[i], anchor, i, words);
    return out + "</svg>";
}

std::string field(const std::string& label, const std::string& value) {
    return value.empty() ? "" : "<dt>" + label + "</dt><dd class=\"path\">" + value + "</dd>";
}

std::string edge_line(const cause_drawing& graph, const cause_edge& e, const report_words& words) {
    const std::string kind = act_of(graph, e);
    std::string out = e.first.empty() ? "" : "<span class=\"soft\">" + html_text(readable_time(e.first)) + "</span> ";
    out += words.marked("story.act", {name_html(node_name(graph.nodes[e.from], words)), html_text(act_words(kind, words.in)),
                                      name_html(node_name(graph.nodes[e.to], words))});
    std::string facts;
    if (e.count > 1) facts = words.text("edge.times", {grouped(e.count), readable_time(e.last)});
    if (e.record >= 0) facts += (facts.empty() ? "" : words.text("comma")) + words.text("edge.record", {std::to_string(e.record)});
    return "<li>" + out + (facts.empty() ? "" : " <span class=\"soft\">(" + html_text(facts) + ")</span>") + "</li>";
}

std::string node_in_words(const cause_drawing& graph, size_t i, const std::string& anchor, const report_words& words) {
    const cause_node& n = graph.nodes[i];
    std::string kind = node_words(n.kind, words.in);
    if (!n.role.empty()) kind += " · " + role_text(n, words);
    std::string out = "<li id=\"" + anchor + "-d" + std::to_string(i) + "\"><p class=\"node-name\">" + name_html(drawn_name(n, words)) + " <span class=\"soft\">" +
                      html_text(kind) + "</span></p><dl>";
    out += field(words.html("node.full"), n.label.empty() ? "" : name_html(n.label, 2000));
    out += field(words.html("node.command_line"), n.command_line.empty() ? "" : name_html(n.command_line, 2000));
    out += field(words.html("node.process_id"), n.pid < 0 ? "" : std::to_string(n.pid));
    out += field(words.html("node.user"), n.user.empty() ? "" : name_html(n.user));
    out += field(words.html("node.time"), n.time.empty() ? "" : html_text(readable_time(n.time)));
    out += "</dl>";
    std::string list;
    size_t told = 0;
    for (const cause_edge& e : graph.edges)
        if ((e.from == i || e.to == i) && ++told <= sentences_at_most) list += edge_line(graph, e, words);
    if (told > sentences_at_most) list += "<li>" + words.html("and_more", {grouped(told - sentences_at_most)}) + "</li>";
    for (const cause_node& part : n.folded) list += "<li class=\"path\">" + name_html(part.label, 300) + "</li>";
    return out + (list.empty() ? "" : "<ul>" + list + "</ul>") + "</li>";
}

std::string legend(const cause_drawing& graph, const report_words& words) {
    std::string out;
    for (const char* kind : {"process", "file", "registry", "network", "module", "service", "alert"})
        if (std::any_of(graph.nodes.begin(), graph.nodes.end(), [kind](const cause_node& n) { return n.kind == kind; }))
            out += "<span><svg viewBox=\"-1 -1 18 18\" aria-hidden=\"true\"><path class=\"icon\" d=\"" + std::string(icon(kind)) + "\"/></svg>" +
                   html_text(node_words(kind, words.in)) + "</span>";
    return "<div class=\"legend\">" + out + "</div>";
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

}  // namespace

std::string graph_html(const cause_drawing& whole, const std::string& anchor, const report_words& words) {
    if (whole.nodes.empty()) return "";
    cause_drawing graph = folded(whole, folded_beyond);
    if (graph.nodes.size() > crowded_beyond) graph = folded(whole, 1);
    std::string out = "<div class=\"graph\" data-in=\"" + words.html("zoom.in") + "\" data-out=\"" + words.html("zoom.out") + "\" data-fit=\"" +
                      words.html("zoom.fit") + "\" data-close=\"" + words.html("panel.close") + "\" data-panel=\"" + words.html("panel.label") +
                      "\" data-hint=\"" + words.html("graph.hint") + "\"><div class=\"view\" tabindex=\"0\" role=\"group\" aria-label=\"" + words.html("graph.title") + "\">";
    out += drawing(graph, anchor, words) + "</div>" + legend(graph, words);
    out += cut_html(whole, words);
    out += "<details class=\"in-words\"><summary>" + words.html("graph.in_words") + "</summary><ul>";
    for (size_t i = 0; i < graph.nodes.size(); ++i) out += node_in_words(graph, i, anchor, words);
    return out + "</ul></details></div>";
}

}  // namespace bartizan_cli
