// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_EXPORT_OCSF_HPP
#define BARTIZAN_RESPONSE_EXPORT_OCSF_HPP

#include "export_alert.hpp"

/// One finding as an OCSF Detection Finding (class 2004). Source: github.com/ocsf/ocsf-schema, release 1.4.0 (the first with
/// `is_alert`); what is required there is required up to 1.9.0 too. Registry values have no place among its evidence artefacts
/// outside the Windows extension: they are in the graph's own JSON.
namespace BARTIZAN_NAMESPACE::respond {

inline constexpr const char* ocsf_version = "1.4.0";

namespace detail {

template <class Sink>
constexpr void put_ocsf_file(json_writer<Sink>& out, text path) {
    out.begin_object();
    out.key("name").value(file_name(path));
    out.key("path").value(path);
    out.key("type_id").value(uint32_t{1});  // regular file
    out.end_object();
}

/// With its parents inside, as far as `levels` goes.
template <class Store, class Sink>
constexpr void put_ocsf_process(json_writer<Sink>& out, const Store& graph, uint32_t index, uint32_t levels) {
    uint32_t open = 0;
    for (; index != no_slot && levels != 0; --levels) {
        const graph_node& n = graph.node(index);
        const text image = graph.label(index);
        out.begin_object();
        ++open;
        if (n.pid != 0) out.key("pid").value(n.pid);
        put_process_uid(out.key("uid"), n);
        if (!image.empty()) {
            out.key("name").value(file_name(image));
            out.key("file");
            put_ocsf_file(out, image);
        }
        if (n.detail.size != 0) out.key("cmd_line").value(graph.detail(index));
        if (n.has(node_born)) out.key("created_time").value_signed(unix_milliseconds(n.first_100ns));
        index = parent_of(graph, index);
        if (index != no_slot && levels > 1) out.key("parent_process");
    }
    for (; open != 0; --open) out.end_object();
}

}  // namespace detail

/// Does nothing for a subgraph without an alert.
template <class Store, uint32_t Most, class Sink>
constexpr void export_ocsf(const Store& graph, const subgraph<Most>& part, const export_origin& origin, Sink&& sink) {
    const alert_summary alert = summarise(graph, part, origin);
    if (alert.found_by == nullptr) return;
    const rule& r = *alert.found_by;
    json_writer out(sink);
    out.begin_object();
    out.key("activity_id").value(uint32_t{1});  // create
    out.key("activity_name").value("Create");
    out.key("category_uid").value(uint32_t{2});
    out.key("category_name").value("Findings");
    out.key("class_uid").value(uint32_t{2004});
    out.key("class_name").value("Detection Finding");
    out.key("type_uid").value(uint32_t{200'401});
    out.key("severity_id").value(uint32_t{static_cast<uint8_t>(alert.severity)});
    out.key("confidence_id").value(uint32_t{alert.evidence == verdict::convict ? 3u : alert.evidence == verdict::event ? 2u : 1u});
    out.key("status_id").value(uint32_t{1});  // new
    out.key("is_alert").value(alert.demands_action);
    out.key("time").value_signed(unix_milliseconds(alert.first_100ns));
    out.key("start_time").value_signed(unix_milliseconds(alert.first_100ns));
    out.key("end_time").value_signed(unix_milliseconds(alert.last_100ns));
    out.key("metadata").begin_object();
    out.key("version").value(ocsf_version);
    out.key("product").begin_object();
    out.key("name").value("bartizan");
    out.key("vendor_name").value("bartizan");
    out.key("version").value(BARTIZAN_VERSION_STRING);
    out.end_object();
    out.end_object();
    if (!origin.host.empty()) {
        out.key("device").begin_object();
        out.key("hostname").value(origin.host);
        out.key("type_id").value(uint32_t{0});
        out.end_object();
    }
    out.key("finding_info").begin_object();
    out.key("uid").hex(alert.uid);
    out.key("title").value(policy::disposition_of(alert.evidence == verdict::convict ? r.row : r.minor_row).title);
    out.key("types").begin_array();
    out.value(name(r.group));
    out.end_array();
    out.key("first_seen_time").value_signed(unix_milliseconds(alert.first_100ns));
    out.key("last_seen_time").value_signed(unix_milliseconds(alert.last_100ns));
    out.key("analytic").begin_object();
    out.key("name").value(r.name);
    out.key("uid").begin_sentence();
    out.part(uint64_t{r.id});
    out.end_sentence();
    out.key("type_id").value(uint32_t{2});  // behavioural
    out.end_object();
    const technique_id base = base_technique(r.technique);
    out.key("attacks").begin_array();
    out.begin_object();
    out.key("technique").begin_object();
    out.key("uid").value(text(base.base, base.size));
    out.end_object();
    if (base.has_sub) {
        out.key("sub_technique").begin_object();
        out.key("uid").value(r.technique);
        out.end_object();
    }
    out.end_object();
    out.end_array();
    out.end_object();

    out.key("evidences").begin_array();
    if (alert.culprit != no_slot) {
        out.begin_object();
        out.key("actor").begin_object();
        out.key("process");
        detail::put_ocsf_process(out, graph, alert.culprit, 8);
        out.end_object();
        if (alert.target != no_slot) {
            out.key("process");
            detail::put_ocsf_process(out, graph, alert.target, 1);
        }
        out.end_object();
    }
    for (uint32_t i = 0; i < part.size; ++i) {
        const uint32_t index = part.nodes[i].node;
        const graph_node& n = graph.node(index);
        const bool is_process = n.kind == node_kind::process && index != alert.culprit && index != alert.target;
        const bool is_file = n.kind == node_kind::file || n.kind == node_kind::module;
        if (!is_process && !is_file && n.kind != node_kind::network) continue;
        if (!is_process && n.label.size == 0) continue;
        out.begin_object();
        if (is_process) {
            out.key("process");
            detail::put_ocsf_process(out, graph, index, 1);
        } else if (is_file) {
            out.key("file");
            detail::put_ocsf_file(out, graph.label(index));
        } else {
            out.key("dst_endpoint").begin_object();
            out.key("name").value(graph.label(index));
            out.end_object();
        }
        out.end_object();
    }
    out.end_array();
    out.end_object();
    out.finish();
}

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
