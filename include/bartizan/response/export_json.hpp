// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_EXPORT_JSON_HPP
#define BARTIZAN_RESPONSE_EXPORT_JSON_HPP

#include "export_text.hpp"
#include "walk.hpp"

namespace BARTIZAN_NAMESPACE::respond {

/// Calls `take(const graph_edge&, uint32_t from, uint32_t to)` for each edge of the graph with both ends in `part`, by their
/// positions there.
template <class Store, uint32_t Most, class Take>
constexpr void for_each_edge(const Store& graph, const subgraph<Most>& part, Take&& take) {
    for (uint32_t i = 0; i < part.size; ++i)
        for (uint32_t k = graph.node(part.nodes[i].node).first_out; k != no_slot; k = graph.edge(k).next_out) {
            const uint32_t to = part.find(graph.edge(k).to);
            if (to != no_slot) take(graph.edge(k), i, to);
        }
}

/// One finding's graph as a JSON object (docs/root_cause.md): ids are positions in `nodes`; `record` is the event::record of an edge's
/// first event; `cut` says what the graph gave up for want of room and how many nodes did not fit into this export.
template <class Store, uint32_t Most, class Sink>
constexpr void export_json(const Store& graph, const subgraph<Most>& part, Sink&& sink) {
    json_writer out(sink);
    const auto id = [&out](const char* key, uint32_t position) {
        out.key(key);
        if (position == no_slot) out.null();
        else out.value(position);
    };
    out.begin_object();
    id("root", part.root);
    id("finding", part.alert);
    out.key("nodes").begin_array();
    for (uint32_t i = 0; i < part.size; ++i) {
        const uint32_t index = part.nodes[i].node;
        const graph_node& n = graph.node(index);
        out.begin_object();
        out.key("id").value(i);
        out.key("kind").value(name(n.kind));
        out.key("label");
        if (n.kind == node_kind::alert && n.found_by != nullptr) out.value(n.found_by->name);
        else out.value(graph.label(index));
        if (n.kind == node_kind::process) {
            if (n.pid != 0) out.key("pid").value(n.pid);
            if (n.detail.size != 0) out.key("command_line").value(graph.detail(index));
            if (n.has(node_system_parent)) out.key("system_parent").value(true);
        } else if (n.detail.size != 0) {
            out.key("data").value(graph.detail(index));
        }
        if (n.has(node_gone)) out.key("gone").value(true);
        if (n.has(node_truncated)) out.key("truncated").value(true);
        out.key("time").time(n.first_100ns);
        out.key("role").value(name(part.nodes[i].role));
        out.end_object();
    }
    out.end_array();
    out.key("edges").begin_array();
    for_each_edge(graph, part, [&](const graph_edge& e, uint32_t from, uint32_t to) {
        out.begin_object();
        out.key("from").value(from);
        out.key("to").value(to);
        out.key("kind").value(name(e.kind));
        out.key("first").time(e.first_100ns);
        out.key("last").time(e.last_100ns);
        out.key("count").value(e.count);
        out.key("record").value(e.record);
        out.end_object();
    });
    out.end_array();
    out.key("cut").begin_object();
    out.key("nodes").value(graph.cut().nodes);
    out.key("edges").value(graph.cut().edges);
    out.key("texts").value(graph.cut().texts);
    out.key("left_out").value(part.left_out);
    out.end_object();
    out.end_object();
    out.finish();
}

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
