// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// A cause graph as inline SVG.
#include "report_drawing.hpp"

#include <algorithm>
#include <map>

#include "graph_layout.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

constexpr layout_size size{180, 60, 112, 26, 26};
/// A wide drawing has less room for its labels, so that it can be read without scrolling.
constexpr int narrow_gap = 76;
constexpr int wide_drawing = 1300;
constexpr int margin_x = 14;
constexpr int margin_top = 22;
constexpr int margin_bottom = 14;
constexpr int icon_width = 32;
/// Average width of a character at 13 px semibold in a wide face (DejaVu Sans), in tenths of a pixel; wide characters count two.
constexpr int column_10 = 92;
constexpr size_t label_columns = static_cast<size_t>((size.node_width - icon_width - 8) * 10 / column_10);

/// The same for the line of small letters below.
constexpr int small_columns = (size.node_width - icon_width - 6) * 10 / 66;

std::string number(int n) { return std::to_string(n); }

/// Columns of a terminal that a text takes: wide characters two.
int columns_of(const std::string& text) {
    int out = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xc0) != 0x80) out += byte >= 0xe3 ? 2 : 1;
    }
    return out;
}

/// Each kind has its own outline, so that none is told by colour alone.
std::string outline(const std::string& kind, int x, int y, const std::string& classes) {
    constexpr int w = size.node_width, h = size.node_height;
    const std::string at = "M" + number(x) + " " + number(y);
    std::string path;
    if (kind == "file")  // a sheet with a folded corner
        path = at + " h" + number(w - 12) + " l12 12 v" + number(h - 12) + " h-" + number(w) + " z m" + number(w - 12) + " 0 v12 h12";
    else if (kind == "registry")  // a key's tag
        path = at + " m10 0 h" + number(w - 20) + " l10 " + number(h / 2) + " l-10 " + number(h / 2) + " h-" + number(w - 20) + " l-10 -" + number(h / 2) + " z";
    else if (kind == "network")  // a lozenge
        path = at + " m20 0 h" + number(w - 40) + " a20 30 0 0 1 0 60 h-" + number(w - 40) + " a20 30 0 0 1 0 -60 z";
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

std::string role_class(const std::string& role) { return is_marked(role) || role == "ancestor" ? " " + role : ""; }

std::string sub_label(const cause_node& node, const report_words& words) {
    if (node.pid < 0) return node_words(node.kind, words.in);
    const std::string pid = words.text("node.pid", {std::to_string(node.pid)});
    const int room = small_columns - 3 - columns_of(pid);
    return node.user.empty() || room < 4 ? pid : pid + " · " + shortened(base_name(node.user), static_cast<size_t>(room));
}

std::string spoken(const cause_node& node, const report_words& words) {
    std::string out = node_words(node.kind, words.in) + ": " + node_name(node, words);
    if (is_marked(node.role)) out = role_text(node, words) + ", " + out;
    if (node.pid >= 0) out += ", " + words.text("node.pid", {std::to_string(node.pid)});
    return out;
}

/// One line, or two that are broken where a name has a joint.
std::vector<std::string> label_lines(const std::string& name, size_t columns) {
    if (columns_of(name) <= static_cast<int>(columns)) return {name};
    size_t joint = 0;
    for (size_t i = 3; i < std::min(name.size(), columns); ++i)
        if (std::string_view("\\/._- :").find(name[i]) != std::string_view::npos) joint = i + (name[i] == '.' ? 0 : 1);
    const bool is_plain = std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (joint < columns / 2 && is_plain) joint = columns;
    if (joint == 0) return {shortened(name, columns)};
    return {name.substr(0, joint), shortened(name.substr(joint), columns)};
}

std::string node_svg(const cause_node& node, const layout_point& at, const drawn_part& part, size_t i, const report_words& words) {
    const std::string id = std::to_string(i);
    std::string out = "<a class=\"node" + role_class(node.role) + "\" id=\"" + part.ids + id + "\" href=\"#" + part.links + id + "\" aria-label=\"" +
                      html_text(shortened(spoken(node, words), 300)) + "\"><title>" + html_text(shortened(node.folded.empty() ? node.label : node_name(node, words), 400)) +
                      "</title>";
    if (!node.folded.empty()) out += outline(node.kind, at.x + 4, at.y + 4, "box behind");
    out += outline(node.kind, at.x, at.y, "box");
    out += "<path class=\"icon\" transform=\"translate(" + number(at.x + 10) + " " + number(at.y + 22) + ")\" d=\"" + node_icon(node.kind) + "\"/>";
    // Names are made visible before they are broken: what is cut is what is shown.
    const bool is_pointed = node.kind == "registry" || node.kind == "network";
    const std::vector<std::string> lines = label_lines(visible_text(drawn_name(node, words)), is_pointed ? label_columns - 1 : label_columns);
    int y = at.y + (lines.size() > 1 ? 20 : 27);
    for (const std::string& line : lines) {
        out += "<text class=\"strong\" x=\"" + number(at.x + icon_width) + "\" y=\"" + number(y) + "\">" + html_text(line) + "</text>";
        y += 16;
    }
    out += "<text class=\"small\" x=\"" + number(at.x + icon_width) + "\" y=\"" + number(y + 1) + "\">" + html_text(shortened(sub_label(node, words), small_columns)) +
           "</text>";
    if (is_marked(node.role)) {
        const std::string role = role_text(node, words);
        const int width = 14 + columns_of(role) * 13 / 2;
        const int x = at.x + 8;
        out += "<rect class=\"chip\" x=\"" + number(x) + "\" y=\"" + number(at.y - 11) + "\" width=\"" + number(width) + "\" height=\"17\" rx=\"8.5\"/>";
        out += "<text class=\"chip-text\" text-anchor=\"middle\" x=\"" + number(x + width / 2) + "\" y=\"" + number(at.y + 1) + "\">" + html_text(role) + "</text>";
    }
    return out + "</a>";
}

/// All edges between two nodes are one arrow.
struct arrow {
    size_t from;  ///< positions in drawn_part::nodes
    size_t to;
    std::vector<std::string> kinds;
    uint64_t count = 0;
    bool is_grave = false;  ///< an attack on the other process
};

/// What matters most stands on the arrow.
size_t gravity(const std::string& kind) {
    constexpr const char* kinds[] = {"injected", "convicted", "read", "opened", "wrote"};
    return static_cast<size_t>(std::find(std::begin(kinds), std::end(kinds), kind) - std::begin(kinds));
}

std::vector<arrow> arrows_of(const cause_drawing& graph, const drawn_part& part) {
    std::map<size_t, size_t> place;
    for (size_t i = 0; i < part.nodes.size(); ++i) place[part.nodes[i]] = i;
    std::map<std::pair<size_t, size_t>, size_t> known;
    std::vector<arrow> out;
    for (const size_t at : part.edges) {
        const cause_edge& e = graph.edges[at];
        if (e.from == e.to) continue;
        const auto [found, is_new] = known.emplace(std::pair{e.from, e.to}, out.size());
        if (is_new) out.push_back({place.at(e.from), place.at(e.to), {}, 0, false});
        arrow& a = out[found->second];
        const std::string kind = act_of(graph, e);
        if (std::find(a.kinds.begin(), a.kinds.end(), kind) == a.kinds.end()) a.kinds.push_back(kind);
        a.is_grave = a.is_grave || kind == "injected" || kind == "convicted" || ((kind == "opened" || kind == "read") && graph.nodes[e.to].role == "target");
        // A process starts once, however many sensors say so.
        a.count += kind == "started_process" || kind == "started" ? 1 : e.count;
    }
    for (arrow& a : out) std::stable_sort(a.kinds.begin(), a.kinds.end(), [](const std::string& x, const std::string& y) { return gravity(x) < gravity(y); });
    return out;
}

std::string arrow_label(const arrow& a, const report_words& words) {
    std::string out = edge_words(a.kinds.front(), words.in);
    if (a.kinds.size() > 1) out += " +" + grouped(a.kinds.size() - 1);
    if (a.count > 1 && a.kinds.size() == 1) out += " ×" + grouped(a.count);
    return shortened(out, 16);
}

layout_point end_of(const std::vector<layout_point>& line, int port) {
    const int sign = line.back().x < line.front().x ? -1 : 1;
    return {line.back().x - sign * 8, line.back().y + port};
}

std::string arrow_svg(const arrow& a, const std::vector<layout_point>& line, int port) {
    const int sign = line.back().x < line.front().x ? -1 : 1;
    const layout_point end = end_of(line, port);
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
    const std::string tone = a.is_grave ? " grave" : "";
    return "<path class=\"edge" + tone + "\" d=\"" + path + "\"/><path class=\"head" + tone + "\" d=\"M" + number(line.back().x) + " " + number(end.y) + " l" +
           number(-sign * 9) + " -4.500 v9 z\"/>";
}

/// On a ground of its own, over all lines.
std::string arrow_label_svg(const arrow& a, const std::vector<layout_point>& line, int port, const report_words& words) {
    const bool leftwards = line.back().x < line.front().x;
    const layout_point end = end_of(line, port);
    const std::string label = arrow_label(a, words);
    const int width = columns_of(label) * 13 / 2 + 6;
    const int x = leftwards ? end.x + 4 : end.x - 4 - width;
    return "<rect class=\"act-ground\" x=\"" + number(x) + "\" y=\"" + number(end.y - 7) + "\" width=\"" + number(width) +
           "\" height=\"14\" rx=\"3\"/><text class=\"act\" text-anchor=\"middle\" x=\"" + number(x + width / 2) + "\" y=\"" + number(end.y + 4) + "\">" + html_text(label) +
           "</text>";
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
        const int step = n > 1 ? std::min(16, (size.node_height - 8) / (n - 1)) : 0;
        for (int i = 0; i < n; ++i) port[of_node[static_cast<size_t>(i)]] = (2 * i - (n - 1)) * step / 2;
    }
    return port;
}

}  // namespace

bool is_marked(const std::string& role) { return role == "root_cause" || role == "culprit" || role == "target"; }

const char* node_icon(const std::string& kind) {
    if (kind == "file") return "M3 1h7l3 3v11H3zM10 1v3h3M5 8h6M5 11h6";
    if (kind == "registry") return "M1 1h6v6H1zM9 1h6v6H9zM1 9h6v6H1zM9 9h6v6H9z";
    if (kind == "network") return "M8 1a7 7 0 1 0 0 14a7 7 0 1 0 0-14M1 8h14M8 1c-5 5-5 9 0 14M8 1c5 5 5 9 0 14";
    if (kind == "module") return "M4 3h8v10H4zM1 5h3M1 8h3M1 11h3M12 5h3M12 8h3M12 11h3";
    if (kind == "service") return "M8 4.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M8 1v3M8 12v3M1 8h3M12 8h3M3 3l2 2M11 11l2 2M3 13l2-2M11 5l2-2";
    if (kind == "alert") return "M8 1.5l7 13H1zM8 6v4M8 12v1";
    return "M1 2h14v12H1zM1 5.5h14M4 8.5l2 1.500l-2 1.500M8 12h4";
}

std::string drawn_name(const cause_node& node, const report_words& words) {
    const std::string name = node_name(node, words);
    if (!node.folded.empty()) return name;
    if (node.kind == "file" || node.kind == "module") return std::string(base_name(name));
    if (node.kind != "registry") return name;
    const std::string_view value = base_name(name);
    if (value.size() + 2 > name.size()) return name;
    const std::string_view key = base_name(std::string_view(name).substr(0, name.size() - value.size() - 1));
    return std::string(key) + "\\" + std::string(value);
}

std::string drawing_svg(const cause_drawing& graph, const drawn_part& part, const report_words& words) {
    const std::vector<arrow> arrows = arrows_of(graph, part);
    std::vector<layout_edge> edges;
    for (const arrow& a : arrows) edges.push_back({a.from, a.to});
    graph_layout layout = lay_out(part.nodes.size(), edges, size);
    if (part.is_way && layout.width > wide_drawing) {
        layout_size narrow = size;
        narrow.rank_gap = narrow_gap;
        layout = lay_out(part.nodes.size(), edges, narrow);
    }
    for (layout_point& p : layout.nodes) p.x += margin_x, p.y += margin_top;
    for (auto& line : layout.edges)
        for (layout_point& p : line) p.x += margin_x, p.y += margin_top;
    const std::string width = number(layout.width + 2 * margin_x);
    const std::string height = number(layout.height + margin_top + margin_bottom);
    std::string out = "<svg width=\"" + width + "\" height=\"" + height + "\" viewBox=\"0 0 " + width + " " + height + "\" role=\"group\" aria-label=\"" +
                      words.html("graph.label", {grouped(part.nodes.size()), grouped(part.edges.size())}) + "\">";
    const std::vector<int> port = ports_of(arrows, layout, part.nodes.size());
    out += "<g aria-hidden=\"true\">";
    for (size_t i = 0; i < arrows.size(); ++i)
        if (!layout.edges[i].empty()) out += arrow_svg(arrows[i], layout.edges[i], port[i]);
    for (size_t i = 0; i < arrows.size(); ++i)
        if (!layout.edges[i].empty()) out += arrow_label_svg(arrows[i], layout.edges[i], port[i], words);
    out += "</g>";
    // Tab goes through the nodes in the order of the columns.
    std::vector<size_t> order(part.nodes.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&layout](size_t a, size_t b) {
        return std::pair{layout.nodes[a].x, layout.nodes[a].y} < std::pair{layout.nodes[b].x, layout.nodes[b].y};
    });
    for (const size_t i : order) out += node_svg(graph.nodes[part.nodes[i]], layout.nodes[i], part, part.nodes[i], words);
    return out + "</svg>";
}

}  // namespace bartizan_cli
