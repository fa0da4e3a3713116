// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_WALK_HPP
#define BARTIZAN_RESPONSE_WALK_HPP

#include "cause_graph_store.hpp"

namespace BARTIZAN_NAMESPACE::respond {

/// What a node is to a finding.
enum class node_role : uint8_t {
    root_cause,  ///< the process with which it began, unless that is the culprit itself
    culprit,
    target,
    ancestor,    ///< on the chain that explains the culprit
    touched,
};

[[nodiscard]] constexpr const char* name(node_role r) noexcept {
    constexpr const char* names[] = {"root_cause", "culprit", "target", "ancestor", "touched"};
    return names[static_cast<uint8_t>(r)];
}

struct walked_node {
    uint32_t node = no_slot;
    node_role role = node_role::touched;
    bool explains = false;        ///< on the chain
    bool ends = false;            ///< not followed further
    uint64_t since_100ns = 0;     ///< from when on its acts count
};

/// The part of a graph that belongs to one finding; ids of the exports are positions in `nodes`. 16 bytes a node.
template <uint32_t Most = 128>
struct subgraph {
    static_assert(Most >= 8);
    walked_node nodes[Most] = {};
    uint32_t size = 0;
    uint32_t left_out = 0;    ///< nodes that did not fit; the chain comes first, then processes, then objects
    uint32_t root = no_slot;  ///< position of the process with which it began; no_slot: no process is blamed
    uint32_t alert = no_slot;
    uint32_t culprit = no_slot;

    [[nodiscard]] constexpr uint32_t find(uint32_t node) const noexcept {
        for (uint32_t i = 0; i < size; ++i)
            if (nodes[i].node == node) return i;
        return no_slot;
    }
};

/// Walks from a finding back to its root cause and forward to what it touched; docs/root_cause.md states the rules. Time and memory
/// are bounded: each edge that leads back is taken once for each time at which its node is reached later than before, and the
/// whole is given up after 16 * Nodes steps.
template <uint32_t Nodes>
class walk {
  public:
    /// Marks what explains `guilty` as never to be evicted.
    template <class Store>
    constexpr void keep(Store& graph, uint32_t guilty, uint64_t time_100ns) noexcept {
        back(graph, guilty, time_100ns);
        for (uint32_t i = 0; i < reached_size_; ++i) graph.keep_node(reached_[i]);
        for_each_cause(graph, [&](uint32_t edge) { graph.keep_edge(edge); });
        forget();
    }

    template <class Store, uint32_t Most>
    constexpr void trace(const Store& graph, uint32_t alert, subgraph<Most>& out) noexcept {
        out.size = out.left_out = 0;
        out.root = out.culprit = out.alert = no_slot;
        if (alert == no_slot) return;
        const uint32_t guilty = process_before(graph, alert);
        if (guilty != no_slot) {
            out.culprit = add(out, guilty, node_role::culprit, true);
            // Of an alert that folds several findings, what explains the last explains all.
            back(graph, guilty, graph.edge(graph.node(alert).first_in).last_100ns);
            for (uint32_t i = 0; i < reached_size_; ++i)
                if (reached_[i] != guilty) add(out, reached_[i], node_role::ancestor, true);
            forget();
            choose_root(graph, out);
        }
        out.alert = add(out, alert, node_role::touched, false);
        for (uint32_t i = graph.node(alert).first_out; i != no_slot; i = graph.edge(i).next_out) {
            const uint32_t at = out.find(graph.edge(i).to);
            if (at == no_slot) add(out, graph.edge(i).to, node_role::target, false, graph.edge(i).first_100ns);
        }
        forward(graph, out);
    }

  private:
    // Two sensors may report one moment this far apart.
    static constexpr uint64_t disorder_100ns = 20'000'000;
    [[nodiscard]] static constexpr bool is_before(uint64_t cause, uint64_t effect) noexcept { return effect >= UINT64_MAX - disorder_100ns || cause <= effect + disorder_100ns; }

    template <class Store>
    [[nodiscard]] static constexpr uint32_t process_before(const Store& graph, uint32_t alert) noexcept {
        const uint32_t edge = graph.node(alert).first_in;
        return edge == no_slot ? no_slot : graph.edge(edge).from;
    }

    template <class Store>
    [[nodiscard]] static constexpr bool was_written(const Store& graph, uint32_t file, uint64_t before) noexcept {
        for (uint32_t i = graph.node(file).first_in; i != no_slot; i = graph.edge(i).next_in) {
            const graph_edge& e = graph.edge(i);
            if ((e.kind == edge_kind::wrote || e.kind == edge_kind::renamed) && is_before(e.first_100ns, before)) return true;
        }
        return false;
    }

    // Edges that explain node `n` as it was at `bound`: calls `take(edge, other node, time from which the other is explained)`.
    template <class Store, class Take>
    static constexpr void causes_of(const Store& graph, uint32_t n, uint64_t bound, Take&& take) noexcept {
        const graph_node& node = graph.node(n);
        const bool is_process = node.kind == node_kind::process;
        const bool stops = node.has(node_system_parent);
        for (uint32_t i = node.first_in; i != no_slot; i = graph.edge(i).next_in) {
            const graph_edge& e = graph.edge(i);
            bool explains = false;
            switch (e.kind) {
                case edge_kind::created: explains = !stops; break;
                // An image that nobody is known to have written says no more than the process itself.
                case edge_kind::started: explains = !stops && (graph.node(e.from).kind != node_kind::file || was_written(graph, e.from, e.first_100ns)); break;
                case edge_kind::injected: explains = is_before(e.first_100ns, bound); break;
                case edge_kind::wrote:
                case edge_kind::renamed:
                case edge_kind::registered: explains = is_before(e.first_100ns, bound); break;
                default: break;
            }
            if (explains) take(i, e.from, e.first_100ns);
        }
        if (!is_process) return;
        for (uint32_t i = node.first_out; i != no_slot; i = graph.edge(i).next_out) {
            const graph_edge& e = graph.edge(i);
            const bool uses = e.kind == edge_kind::loaded || (e.kind == edge_kind::named && !stops);
            if (uses && is_before(e.first_100ns, bound) && was_written(graph, e.to, e.first_100ns)) take(i, e.to, e.first_100ns);
        }
    }

    template <class Store>
    constexpr void back(const Store& graph, uint32_t from, uint64_t time_100ns) noexcept {
        reached_size_ = 0;
        uint32_t steps = Nodes * 16;
        uint32_t next = 0;
        const auto reach = [this](uint32_t n, uint64_t bound) {
            if (mark_[n] != 0 && bounds_[n] >= bound) return;
            bounds_[n] = bound;
            if (mark_[n] == 0) reached_[reached_size_++] = n;
            mark_[n] = pending;
        };
        reach(from, time_100ns);
        // Round and round over the list, as long as some node was reached at a later time than when it was last looked at.
        for (uint32_t idle = 0; idle < reached_size_ && steps != 0; next = next + 1 < reached_size_ ? next + 1 : 0) {
            const uint32_t n = reached_[next];
            if (mark_[n] != pending) {
                ++idle;
                continue;
            }
            idle = 0;
            mark_[n] = done;
            causes_of(graph, n, bounds_[n], [&](uint32_t, uint32_t other, uint64_t bound) {
                if (steps == 0) return;
                --steps;
                reach(other, bound);
            });
        }
    }

    template <class Store, class Take>
    constexpr void for_each_cause(const Store& graph, Take&& take) noexcept {
        for (uint32_t i = 0; i < reached_size_; ++i) causes_of(graph, reached_[i], bounds_[reached_[i]], [&](uint32_t edge, uint32_t, uint64_t) { take(edge); });
    }

    constexpr void forget() noexcept {
        for (uint32_t i = 0; i < reached_size_; ++i) mark_[reached_[i]] = 0;
        reached_size_ = 0;
    }

    template <uint32_t Most>
    static constexpr uint32_t add(subgraph<Most>& out, uint32_t node, node_role role, bool explains, uint64_t since = 0) noexcept {
        if (out.size == Most) {
            ++out.left_out;
            return no_slot;
        }
        // A target's own acts are no consequence unless it was injected, which `forward` then sees.
        out.nodes[out.size] = {node, role, explains, role == node_role::target, since};
        return out.size++;
    }

    // The oldest process of the chain that is no system parent, of two equally old the one further back; the culprit where all are.
    template <class Store, uint32_t Most>
    static constexpr void choose_root(const Store& graph, subgraph<Most>& out) noexcept {
        out.root = out.culprit;
        bool found = !graph.node(out.nodes[out.culprit].node).has(node_system_parent);
        for (uint32_t i = 0; i < out.size; ++i) {
            const graph_node& n = graph.node(out.nodes[i].node);
            if (!out.nodes[i].explains || n.kind != node_kind::process || n.has(node_system_parent)) continue;
            const graph_node& best = graph.node(out.nodes[out.root].node);
            if (found && n.first_100ns > best.first_100ns) continue;
            out.root = i;
            found = true;
        }
        if (out.root != out.culprit) out.nodes[out.root].role = node_role::root_cause;
    }

    // First what runs because of the chain, then the objects that it changed, then what it only reached for.
    template <class Store, uint32_t Most>
    constexpr void forward(const Store& graph, subgraph<Most>& out) noexcept {
        for (uint32_t i = 0; i < out.size; ++i) note_member(out.nodes[i].node, i);
        const auto reach = [&](uint32_t other, const walked_node& from, const graph_edge& e, bool ends, bool last_pass) {
            const uint64_t since = e.first_100ns > from.since_100ns ? e.first_100ns : from.since_100ns;
            if (mark_[other] == member) {
                walked_node& known = out.nodes[bounds_[other]];
                if (ends || !known.ends) return;
                known.ends = false;
                known.since_100ns = since;
            } else if (out.size < Most) {
                note_member(other, out.size);
                out.nodes[out.size++] = {other, node_role::touched, false, ends, since};
            } else if (last_pass && mark_[other] == 0) {
                ++out.left_out;
                mark_[other] = left_out;
                reached_[reached_size_++] = other;
            }
        };
        for (uint32_t pass = 0; pass < 3; ++pass) {
            for (uint32_t i = 0; i < out.size; ++i) {
                const walked_node from = out.nodes[i];
                const graph_node& n = graph.node(from.node);
                // What Windows itself does for everybody is no consequence.
                if (from.ends || (n.has(node_system_parent) && i != out.culprit)) continue;
                for (uint32_t k = n.first_out; k != no_slot; k = graph.edge(k).next_out) {
                    const graph_edge& e = graph.edge(k);
                    if (e.last_100ns >= from.since_100ns && pass_of(graph, n, e) <= pass) reach(e.to, from, e, ends_at(n, e), pass == 2);
                }
                for (uint32_t k = n.first_in; k != no_slot; k = graph.edge(k).next_in) {
                    const graph_edge& e = graph.edge(k);
                    const bool user = e.kind == edge_kind::loaded && !from.explains && e.last_100ns >= from.since_100ns;
                    const bool caller = e.kind == edge_kind::connected && from.explains && pass != 0;
                    // The program itself belongs to what must be looked at, unless it is Windows' own.
                    const bool image = e.kind == edge_kind::started && from.explains && pass != 0 && !graph.node(e.from).has(node_system);
                    if (user || caller || image) reach(e.from, from, e, !user, pass == 2);
                }
            }
        }
        forget();
    }

    constexpr void note_member(uint32_t node, uint32_t position) noexcept {
        mark_[node] = member;
        bounds_[node] = position;
        reached_[reached_size_++] = node;
    }

    // What was only looked at or only named does not carry on what the chain began.
    [[nodiscard]] static constexpr bool ends_at(const graph_node& from, const graph_edge& e) noexcept {
        return e.kind == edge_kind::read || e.kind == edge_kind::opened || from.kind == node_kind::alert || (e.kind == edge_kind::named && from.kind == node_kind::process);
    }

    // 0: more that runs; 1: what was changed; 2: what was reached for.
    template <class Store>
    [[nodiscard]] static constexpr uint32_t pass_of(const Store& graph, const graph_node& from, const graph_edge& e) noexcept {
        switch (e.kind) {
            case edge_kind::created:
            case edge_kind::started:
            case edge_kind::injected: return 0;
            case edge_kind::wrote:
            case edge_kind::renamed:
                for (uint32_t i = graph.node(e.to).first_out; i != no_slot; i = graph.edge(i).next_out)
                    if (graph.edge(i).kind == edge_kind::started) return 0;
                return 1;
            default: return ends_at(from, e) ? 2 : 1;
        }
    }

    static constexpr uint8_t pending = 1;
    static constexpr uint8_t done = 2;
    static constexpr uint8_t member = 3;    ///< of the subgraph; its position is in `bounds_`
    static constexpr uint8_t left_out = 4;

    uint64_t bounds_[Nodes] = {};  ///< until when what explains a node counts
    uint32_t reached_[Nodes] = {};
    uint8_t mark_[Nodes] = {};
    uint32_t reached_size_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
