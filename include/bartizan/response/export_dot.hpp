// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_EXPORT_DOT_HPP
#define BARTIZAN_RESPONSE_EXPORT_DOT_HPP

#include "export_json.hpp"

namespace BARTIZAN_NAMESPACE::respond {

namespace detail {

/// Inside a DOT label: a backslash begins an escape, an ampersand an HTML entity, and control characters have no shape. Sources: "The
/// DOT Language" and "escString" (graphviz.org).
template <class Sink>
constexpr void put_dot(text_writer<Sink>& out, text in) {
    for_each_code_point(in, [&out](uint32_t code_point) {
        if (code_point == '"' || code_point == '\\') out.put('\\');
        if (code_point == '&') out.raw("&amp;");
        else out.utf8(code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0) ? 0xfffd : code_point);
    });
}

[[nodiscard]] constexpr const char* dot_shape(node_kind k) noexcept {
    switch (k) {
        case node_kind::process: return "box";
        case node_kind::alert: return "octagon";
        case node_kind::network: return "ellipse";
        default: return "note";
    }
}

[[nodiscard]] constexpr const char* dot_colour(node_role r) noexcept {
    switch (r) {
        case node_role::root_cause: return "orange";
        case node_role::culprit: return "red";
        case node_role::target: return "blue";
        case node_role::ancestor: return "gray40";
        case node_role::touched: return "black";
    }
    return "black";
}

}  // namespace detail

/// One finding's graph in Graphviz' language: `dot -Tsvg`. Labels are UTF-8; the sink gets plain text.
template <class Store, uint32_t Most, class Sink>
constexpr void export_dot(const Store& graph, const subgraph<Most>& part, Sink&& sink) {
    text_writer out(sink);
    out.raw("digraph cause {\n  charset=\"UTF-8\";\n  rankdir=LR;\n");
    for (uint32_t i = 0; i < part.size; ++i) {
        const uint32_t index = part.nodes[i].node;
        const graph_node& n = graph.node(index);
        out.raw("  n"), out.number(i);
        out.raw(" [shape="), out.raw(detail::dot_shape(n.kind));
        out.raw(" color="), out.raw(detail::dot_colour(part.nodes[i].role));
        out.raw(" label=\"");
        if (n.kind == node_kind::alert && n.found_by != nullptr) out.raw(n.found_by->name);
        else detail::put_dot(out, graph.label(index));
        if (n.pid != 0) out.raw("\\npid "), out.number(n.pid);
        out.raw("\"];\n");
    }
    for_each_edge(graph, part, [&](const graph_edge& e, uint32_t from, uint32_t to) {
        out.raw("  n"), out.number(from);
        out.raw(" -> n"), out.number(to);
        out.raw(" [label=\""), out.raw(name(e.kind));
        if (e.count > 1) out.raw(" x"), out.number(e.count);
        out.raw("\"];\n");
    });
    out.raw("}\n");
    out.flush();
}

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
