// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_CAUSE_GRAPH_STORE_HPP
#define BARTIZAN_RESPONSE_CAUSE_GRAPH_STORE_HPP

#include "../core/age_list.hpp"
#include "cause_graph_texts.hpp"

namespace BARTIZAN_NAMESPACE::respond {

/// What a graph gave up for want of room since it was cleared.
struct graph_cut {
    uint64_t nodes = 0;
    uint64_t edges = 0;
    uint64_t texts = 0;  ///< cut short or left out
};

/// Nodes, edges and texts of a cause graph in fixed memory. When nodes run out, one of the 16 used longest ago goes with its edges:
/// what is no process before a process, then the one with the fewest edges, then the oldest. When edges run out, one of the 16
/// used longest ago goes: what was only reached for before what brings about. What stands on an alert's chain is kept, up to half
/// of each table. Evictions are counted. Not thread-safe.
template <uint32_t Nodes, uint32_t Edges, uint32_t TextUnits>
class cause_graph_store {
    static_assert(Nodes >= 64 && Edges >= 64, "one event names several nodes, all of which must stay; both are powers of two");
    static_assert(TextUnits >= 4096, "the texts of one event must fit");

  public:
    static constexpr uint32_t longest_text = 1024;  ///< UTF-16 code units that are kept of one text

    constexpr void clear() noexcept {
        by_identity_.clear();
        by_pid_.clear();
        by_ends_.clear();
        node_ages_.clear();
        edge_ages_.clear();
        texts_.clear();
        nodes_used_ = edges_used_ = free_nodes_ = free_edges_ = serials_ = kept_nodes_ = kept_edges_ = 0;
        stamp_ = 0;
        cut_ = {};
    }

    [[nodiscard]] constexpr const graph_node& node(uint32_t index) const noexcept { return nodes_[index]; }
    [[nodiscard]] constexpr graph_node& node(uint32_t index) noexcept { return nodes_[index]; }
    [[nodiscard]] constexpr const graph_edge& edge(uint32_t index) const noexcept { return edges_[index]; }
    [[nodiscard]] constexpr text label(uint32_t index) const noexcept { return texts_.at(nodes_[index].label); }
    [[nodiscard]] constexpr text detail(uint32_t index) const noexcept { return texts_.at(nodes_[index].detail); }
    [[nodiscard]] constexpr const graph_cut& cut() const noexcept { return cut_; }
    [[nodiscard]] constexpr uint32_t nodes() const noexcept { return nodes_used_ - free_nodes_; }
    [[nodiscard]] constexpr uint32_t edges() const noexcept { return edges_used_ - free_edges_; }

    /// Nodes named from here on are the current event's: they stay until the next call.
    constexpr void begin_event() noexcept { ++stamp_; }

    /// The node of `identity` among processes (`true`) or among everything else, or no_slot.
    [[nodiscard]] constexpr uint32_t find(uint64_t identity, bool is_process) const noexcept {
        uint32_t i = by_identity_.first(identity);
        while (i != no_slot && (nodes_[i].identity != identity || (nodes_[i].kind == node_kind::process) != is_process)) i = by_identity_.next(i);
        return i;
    }

    /// The process that has `pid` at `time`, newest first, or no_slot.
    [[nodiscard]] constexpr uint32_t find_pid(uint32_t pid, uint64_t time_100ns) const noexcept {
        uint32_t i = pid == 0 ? no_slot : by_pid_.first(pid);
        while (i != no_slot && (nodes_[i].pid != pid || (nodes_[i].exit_100ns != 0 && nodes_[i].exit_100ns <= time_100ns))) i = by_pid_.next(i);
        return i;
    }

    constexpr void touch(uint32_t index) noexcept {
        nodes_[index].stamp = stamp_;
        if (!nodes_[index].has(node_kept)) node_ages_.touch(index);
    }

    [[nodiscard]] constexpr uint32_t add_node(node_kind kind, uint64_t identity, uint32_t pid, uint64_t time_100ns, uint64_t record) noexcept {
        if (nodes_used_ == Nodes && free_nodes_ == 0 && !evict_node()) {
            ++cut_.nodes;
            return no_slot;
        }
        const uint32_t index = free_nodes_ != 0 ? free_list_[--free_nodes_] : nodes_used_++;
        graph_node& n = nodes_[index] = graph_node{};
        n.kind = kind;
        n.identity = identity;
        n.pid = pid;
        n.first_100ns = time_100ns;
        n.record = record;
        n.serial = ++serials_;
        n.stamp = stamp_;
        if (identity != 0) by_identity_.link(identity, index);
        if (pid != 0) by_pid_.link(pid, index);
        node_ages_.add(index);
        return index;
    }

    /// Of a process known by its PID only.
    constexpr void set_identity(uint32_t index, uint64_t identity) noexcept {
        nodes_[index].identity = identity;
        by_identity_.link(identity, index);
    }

    constexpr void set_label(uint32_t index, text in) noexcept { set_text(index, in, false); }
    constexpr void set_detail(uint32_t index, text in) noexcept { set_text(index, in, true); }

    /// Folds a repetition into the edge that is there.
    constexpr void connect(uint32_t from, uint32_t to, edge_kind kind, uint64_t time_100ns, uint64_t record) noexcept {
        if (from == no_slot || to == no_slot || from == to) return;
        const uint64_t ends = key_of(from, to, kind);
        uint32_t i = by_ends_.first(ends);
        while (i != no_slot && (edges_[i].from != from || edges_[i].to != to || edges_[i].kind != kind)) i = by_ends_.next(i);
        if (i == no_slot) return insert_edge(from, to, kind, time_100ns, record);
        graph_edge& e = edges_[i];
        if (time_100ns < e.first_100ns) {
            e.first_100ns = time_100ns;
            e.record = record;
        }
        if (time_100ns >= e.last_100ns) {
            e.last_100ns = time_100ns;
            e.last_record = record;
        }
        if (e.count != UINT32_MAX) ++e.count;
        if (!e.kept) edge_ages_.touch(i);
    }

    /// From now on never evicted; nothing happens once half of the table is kept.
    constexpr void keep_node(uint32_t index) noexcept {
        if (nodes_[index].has(node_kept) || kept_nodes_ >= Nodes / 2) return;
        ++kept_nodes_;
        nodes_[index].flags |= node_kept;
        node_ages_.remove(index);
    }
    constexpr void keep_edge(uint32_t index) noexcept {
        if (edges_[index].kept || kept_edges_ >= Edges / 2) return;
        ++kept_edges_;
        edges_[index].kept = true;
        edge_ages_.remove(index);
    }

  private:
    [[nodiscard]] static constexpr uint64_t key_of(uint32_t from, uint32_t to, edge_kind kind) noexcept {
        return pair_key(from, to) * 16 + static_cast<uint8_t>(kind);
    }

    constexpr void set_text(uint32_t index, text in, bool is_detail) noexcept {
        const auto place = [this](uint32_t owner) { return owner / 2 < Nodes ? &(owner % 2 == 0 ? nodes_[owner / 2].label : nodes_[owner / 2].detail) : nullptr; };
        const uint32_t owner = index * 2 + (is_detail ? 1u : 0u);
        if (in.size > longest_text) {
            in.size = longest_text;
            nodes_[index].flags |= node_truncated;
            ++cut_.texts;
        }
        if (equal(texts_.at(*place(owner)), in)) return;
        *place(owner) = {};
        if (in.empty()) return;
        if (!texts_.has_room(in.size)) texts_.compact(place);
        if (!texts_.has_room(in.size)) {
            // Enough at once that the next text does not compact again.
            uint32_t freed = 0;
            while (freed < TextUnits / 8 && evict_node(&freed)) {}
            texts_.compact(place);
        }
        if (texts_.has_room(in.size)) {
            *place(owner) = texts_.put(in, owner);
        } else {
            nodes_[index].flags |= node_truncated;
            ++cut_.texts;
        }
    }

    constexpr void insert_edge(uint32_t from, uint32_t to, edge_kind kind, uint64_t time_100ns, uint64_t record) noexcept {
        if (edges_used_ == Edges && free_edges_ == 0) {
            remove_edge(edge_victim());
            ++cut_.edges;
        }
        const uint32_t index = free_edges_ != 0 ? free_edge_list_[--free_edges_] : edges_used_++;
        graph_edge& e = edges_[index] = graph_edge{};
        e.first_100ns = e.last_100ns = time_100ns;
        e.record = e.last_record = record;
        e.from = from;
        e.to = to;
        e.kind = kind;
        e.count = 1;
        e.next_out = nodes_[from].first_out;
        if (e.next_out != no_slot) edges_[e.next_out].previous_out = index;
        nodes_[from].first_out = index;
        e.next_in = nodes_[to].first_in;
        if (e.next_in != no_slot) edges_[e.next_in].previous_in = index;
        nodes_[to].first_in = index;
        ++nodes_[from].edges;
        ++nodes_[to].edges;
        by_ends_.link(key_of(from, to, kind), index);
        edge_ages_.add(index);
    }

    constexpr void remove_edge(uint32_t index) noexcept {
        const graph_edge& e = edges_[index];
        by_ends_.unlink(key_of(e.from, e.to, e.kind), index);
        (e.previous_out != no_slot ? edges_[e.previous_out].next_out : nodes_[e.from].first_out) = e.next_out;
        if (e.next_out != no_slot) edges_[e.next_out].previous_out = e.previous_out;
        (e.previous_in != no_slot ? edges_[e.previous_in].next_in : nodes_[e.to].first_in) = e.next_in;
        if (e.next_in != no_slot) edges_[e.next_in].previous_in = e.previous_in;
        --nodes_[e.from].edges;
        --nodes_[e.to].edges;
        if (e.kept) --kept_edges_;
        else edge_ages_.remove(index);
        free_edge_list_[free_edges_++] = index;
    }

    [[nodiscard]] constexpr uint32_t edge_victim() const noexcept {
        return edge_ages_.victim([this](uint32_t i) { return !is_causal(edges_[i].kind); });
    }

    /// False where the 16 oldest are all the current event's. Adds the code units that the node's texts took to `freed`.
    constexpr bool evict_node(uint32_t* freed = nullptr) noexcept {
        uint32_t victim = no_slot;
        uint64_t best = UINT64_MAX;
        uint32_t seen = 0;
        for (uint32_t i = node_ages_.oldest(); i != no_slot && seen < 16; i = node_ages_.newer(i), ++seen) {
            const graph_node& n = nodes_[i];
            const uint64_t cost = (n.kind == node_kind::process ? uint64_t{1} << 32 : 0) + n.edges;
            if (n.stamp == stamp_ || cost >= best) continue;
            best = cost;
            victim = i;
        }
        if (victim == no_slot) return false;
        graph_node& n = nodes_[victim];
        while (n.first_out != no_slot) drop_edge_of_node(n.first_out);
        while (n.first_in != no_slot) drop_edge_of_node(n.first_in);
        if (n.identity != 0) by_identity_.unlink(n.identity, victim);
        if (n.pid != 0) by_pid_.unlink(n.pid, victim);
        node_ages_.remove(victim);
        if (freed != nullptr) *freed += n.label.size + n.detail.size + 2 * texts_.header_units;
        n = graph_node{};
        free_list_[free_nodes_++] = victim;
        ++cut_.nodes;
        return true;
    }

    constexpr void drop_edge_of_node(uint32_t index) noexcept {
        remove_edge(index);
        ++cut_.edges;
    }

    graph_node nodes_[Nodes] = {};
    graph_edge edges_[Edges] = {};
    hash_index<Nodes> by_identity_;
    hash_index<Nodes> by_pid_;
    hash_index<Edges> by_ends_;
    age_list<Nodes> node_ages_;
    age_list<Edges> edge_ages_;
    uint32_t free_list_[Nodes] = {};
    uint32_t free_edge_list_[Edges] = {};
    cause_graph_texts<TextUnits> texts_;
    uint64_t stamp_ = 0;
    graph_cut cut_;
    uint32_t nodes_used_ = 0;
    uint32_t edges_used_ = 0;
    uint32_t free_nodes_ = 0;
    uint32_t free_edges_ = 0;
    uint32_t serials_ = 0;
    uint32_t kept_nodes_ = 0;
    uint32_t kept_edges_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
