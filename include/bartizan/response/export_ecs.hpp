// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_EXPORT_ECS_HPP
#define BARTIZAN_RESPONSE_EXPORT_ECS_HPP

#include "export_alert.hpp"

/// One finding as an event of the Elastic Common Schema. Source: github.com/elastic/ecs, release 8.17: field sets base, ecs, event, rule,
/// threat, process, file, registry, destination, host, observer.
namespace BARTIZAN_NAMESPACE::respond {

inline constexpr const char* ecs_version = "8.17.0";

namespace detail {

/// The members of `process` or `process.parent`, without the braces.
template <class Store, class Sink>
constexpr void put_ecs_process(json_writer<Sink>& out, const Store& graph, uint32_t index) {
    const graph_node& n = graph.node(index);
    const text image = graph.label(index);
    put_process_uid(out.key("entity_id"), n);
    if (n.pid != 0) out.key("pid").value(n.pid);
    if (!image.empty()) {
        out.key("executable").value(image);
        out.key("name").value(file_name(image));
    }
    if (n.detail.size != 0) out.key("command_line").value(graph.detail(index));
    if (n.has(node_born)) out.key("start").time(n.first_100ns);
}

/// The first object of `kind` that the culprit itself changed or reached, or no_slot.
template <class Store>
[[nodiscard]] constexpr uint32_t first_object(const Store& graph, uint32_t culprit, node_kind kind) noexcept {
    uint32_t best = no_slot;
    for (uint32_t k = graph.node(culprit).first_out; k != no_slot; k = graph.edge(k).next_out) {
        const graph_edge& e = graph.edge(k);
        const bool counts = graph.node(e.to).kind == kind && e.kind != edge_kind::named && graph.node(e.to).label.size != 0;
        if (counts && (best == no_slot || e.first_100ns <= graph.edge(best).first_100ns)) best = k;
    }
    return best == no_slot ? no_slot : graph.edge(best).to;
}

}  // namespace detail

/// Does nothing for a subgraph without an alert. Objects are the first file, registry value and endpoint that the culprit touched; all of
/// them are in the graph's own JSON.
template <class Store, uint32_t Most, class Sink>
constexpr void export_ecs(const Store& graph, const subgraph<Most>& part, const export_origin& origin, Sink&& sink) {
    const alert_summary alert = summarise(graph, part, origin);
    if (alert.found_by == nullptr) return;
    const rule& r = *alert.found_by;
    json_writer out(sink);
    out.begin_object();
    out.key("@timestamp").time(alert.first_100ns);
    out.key("ecs").begin_object();
    out.key("version").value(ecs_version);
    out.end_object();
    out.key("message").begin_sentence();
    out.part(policy::disposition_of(alert.evidence == verdict::convict ? r.row : r.minor_row).title);
    if (alert.culprit != no_slot) {
        out.part(": ");
        out.part(graph.label(alert.culprit));
    }
    if (alert.target != no_slot) {
        out.part(" -> ");
        out.part(graph.label(alert.target));
    }
    out.end_sentence();
    out.key("event").begin_object();
    out.key("kind").value(alert.evidence == verdict::convict || alert.demands_action ? "alert" : "event");
    out.key("category").begin_array();
    out.value("process");
    out.value("intrusion_detection");
    out.end_array();
    out.key("type").begin_array();
    out.value("info");
    out.end_array();
    out.key("action").value(r.name);
    out.key("code").begin_sentence();
    out.part(uint64_t{r.id});
    out.end_sentence();
    out.key("dataset").value("bartizan.findings");
    out.key("module").value("bartizan");
    out.key("id").hex(alert.uid);
    out.key("severity").value(uint32_t{static_cast<uint8_t>(alert.severity)});
    out.key("start").time(alert.first_100ns);
    out.key("end").time(alert.last_100ns);
    out.end_object();
    out.key("rule").begin_object();
    out.key("id").begin_sentence();
    out.part(uint64_t{r.id});
    out.end_sentence();
    out.key("name").value(r.name);
    out.key("category").value(name(r.group));
    out.key("ruleset").value("bartizan");
    out.key("version").begin_sentence();
    out.part(uint64_t{r.version});
    out.end_sentence();
    out.end_object();
    const technique_id base = base_technique(r.technique);
    out.key("threat").begin_object();
    out.key("framework").value("MITRE ATT&CK");
    out.key("technique").begin_object();
    out.key("id").begin_array();
    out.value(text(base.base, base.size));
    out.end_array();
    if (base.has_sub) {
        out.key("subtechnique").begin_object();
        out.key("id").begin_array();
        out.value(r.technique);
        out.end_array();
        out.end_object();
    }
    out.end_object();
    out.end_object();
    out.key("observer").begin_object();
    out.key("product").value("bartizan");
    out.key("vendor").value("bartizan");
    out.key("version").value(BARTIZAN_VERSION_STRING);
    out.end_object();
    if (!origin.host.empty()) {
        out.key("host").begin_object();
        out.key("name").value(origin.host);
        out.end_object();
    }
    if (alert.culprit != no_slot) {
        out.key("process").begin_object();
        detail::put_ecs_process(out, graph, alert.culprit);
        if (const uint32_t parent = parent_of(graph, alert.culprit); parent != no_slot) {
            out.key("parent").begin_object();
            detail::put_ecs_process(out, graph, parent);
            out.end_object();
        }
        out.end_object();
        if (const uint32_t file = detail::first_object(graph, alert.culprit, node_kind::file); file != no_slot) {
            out.key("file").begin_object();
            out.key("path").value(graph.label(file));
            out.key("name").value(file_name(graph.label(file)));
            out.end_object();
        }
        if (const uint32_t value = detail::first_object(graph, alert.culprit, node_kind::registry); value != no_slot) {
            out.key("registry").begin_object();
            out.key("path").value(graph.label(value));
            out.end_object();
        }
        if (const uint32_t remote = detail::first_object(graph, alert.culprit, node_kind::network); remote != no_slot) {
            out.key("destination").begin_object();
            out.key("address").value(graph.label(remote));
            out.end_object();
        }
    }
    out.end_object();
    out.finish();
}

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
