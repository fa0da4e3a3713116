// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_EXPORT_ALERT_HPP
#define BARTIZAN_RESPONSE_EXPORT_ALERT_HPP

#include "../policy/disposition.hpp"
#include "export_json.hpp"

/// What the exports into other products' schemas share: one alert in their terms.
namespace BARTIZAN_NAMESPACE::respond {

/// Of the machine that the graph is about; the host knows it.
struct export_origin {
    text host = {};  ///< name of the machine; empty unknown
};

/// Severities of OCSF, which are ascending numbers.
enum class alert_severity : uint8_t { informational = 1, low = 2, medium = 3, high = 4, critical = 5 };

struct alert_summary {
    const rule* found_by = nullptr;
    verdict evidence = verdict::none;
    bool demands_action = false;  ///< the response table alerts an administrator
    alert_severity severity = alert_severity::low;
    uint32_t culprit = no_slot;  ///< nodes of the graph
    uint32_t target = no_slot;
    uint64_t first_100ns = 0;
    uint64_t last_100ns = 0;
    uint64_t record = 0;
    uint64_t uid = 0;  ///< of host, rule, first time and first record: the same in each export of the finding
};

template <class Store, uint32_t Most>
[[nodiscard]] constexpr alert_summary summarise(const Store& graph, const subgraph<Most>& part, const export_origin& origin) noexcept {
    alert_summary out;
    if (part.alert == no_slot) return out;
    const uint32_t alert = part.nodes[part.alert].node;
    const graph_node& n = graph.node(alert);
    out.found_by = n.found_by;
    out.evidence = n.evidence;
    out.first_100ns = out.last_100ns = n.first_100ns;
    out.record = n.record;
    if (part.culprit != no_slot) out.culprit = part.nodes[part.culprit].node;
    for (uint32_t k = n.first_in; k != no_slot; k = graph.edge(k).next_in) out.last_100ns = graph.edge(k).last_100ns;
    for (uint32_t k = n.first_out; k != no_slot; k = graph.edge(k).next_out) out.target = graph.edge(k).to;
    if (n.found_by != nullptr) {
        const bool convicted = n.evidence == verdict::convict;
        const policy::disposition& row = policy::disposition_of(convicted ? n.found_by->row : n.found_by->minor_row);
        out.demands_action = row.admin == policy::admin_notice::alert;
        out.severity = !convicted ? (n.evidence == verdict::event ? alert_severity::medium : alert_severity::low)
                       : row.health == policy::health::red ? alert_severity::critical : alert_severity::high;
        out.uid = n.found_by->id;
    }
    constexpr uint64_t fnv = 0x100000001b3u;
    out.uid = hash_text(origin.host, (0xcbf29ce484222325u ^ out.uid) * fnv);
    out.uid = ((out.uid ^ out.first_100ns) * fnv ^ out.record) * fnv;
    return out;
}

/// "T1003" of "T1003.001", and whether there was a dot.
struct technique_id {
    char16_t base[12] = {};
    uint32_t size = 0;
    bool has_sub = false;
};
[[nodiscard]] constexpr technique_id base_technique(const char* technique) noexcept {
    technique_id out;
    for (; technique[out.size] != '\0' && technique[out.size] != '.' && out.size < 12; ++out.size) out.base[out.size] = static_cast<char16_t>(technique[out.size]);
    out.has_sub = technique[out.size] == '.';
    return out;
}

/// The process that made `node`, or no_slot.
template <class Store>
[[nodiscard]] constexpr uint32_t parent_of(const Store& graph, uint32_t node) noexcept {
    uint32_t parent = no_slot;
    for (uint32_t k = graph.node(node).first_in; k != no_slot; k = graph.edge(k).next_in)
        if (graph.edge(k).kind == edge_kind::created) parent = graph.edge(k).from;  // the last in the list was told first
    return parent;
}

/// Members that a host or a reader can find the process by: an id that outlives the reuse of its PID.
template <class Sink>
constexpr void put_process_uid(json_writer<Sink>& out, const graph_node& n) {
    out.begin_sentence();
    if (n.identity != 0) out.part("key-"), out.part_hex(n.identity);
    else out.part("serial-"), out.part(uint64_t{n.serial});
    out.end_sentence();
}

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
