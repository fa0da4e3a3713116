// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "graph_layout.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>

namespace bartizan_cli {

namespace {

/// The edges without loops, each turned so that no cycle is left; `turned` says which were.
struct acyclic {
    std::vector<layout_edge> edges;
    std::vector<bool> turned;
};

acyclic without_cycles(size_t nodes, const std::vector<layout_edge>& edges) {
    acyclic out{edges, std::vector<bool>(edges.size())};
    std::vector<std::vector<size_t>> leaving(nodes);
    for (size_t e = 0; e < edges.size(); ++e) leaving[edges[e].from].push_back(e);
    enum : uint8_t { unseen, on_path, done };
    std::vector<uint8_t> state(nodes, unseen);
    std::vector<std::pair<size_t, size_t>> path;  // a node, and how many of its edges were followed
    for (size_t start = 0; start < nodes; ++start) {
        if (state[start] != unseen) continue;
        state[start] = on_path;
        path.push_back({start, 0});
        while (!path.empty()) {
            const size_t node = path.back().first;
            if (path.back().second == leaving[node].size()) {
                state[node] = done;
                path.pop_back();
                continue;
            }
            const size_t e = leaving[node][path.back().second++];
            const size_t to = edges[e].to;
            if (state[to] == on_path) {
                out.turned[e] = true;
                std::swap(out.edges[e].from, out.edges[e].to);
            } else if (state[to] == unseen) {
                state[to] = on_path;
                path.push_back({to, 0});
            }
        }
    }
    return out;
}

/// Longest path from the sources; sources are then drawn to the node that they lead to.
std::vector<int> ranks_of(size_t nodes, const std::vector<layout_edge>& edges) {
    std::vector<int> rank(nodes, 0);
    std::vector<size_t> waiting(nodes, 0);
    std::vector<std::vector<size_t>> next(nodes);
    for (const layout_edge& e : edges) {
        if (e.from == e.to) continue;
        next[e.from].push_back(e.to);
        ++waiting[e.to];
    }
    std::vector<size_t> ready;
    std::vector<bool> is_source(nodes);
    for (size_t i = 0; i < nodes; ++i)
        if (waiting[i] == 0) ready.push_back(i), is_source[i] = true;
    for (size_t at = 0; at < ready.size(); ++at) {
        for (const size_t to : next[ready[at]]) {
            rank[to] = std::max(rank[to], rank[ready[at]] + 1);
            if (--waiting[to] == 0) ready.push_back(to);
        }
    }
    for (size_t i = 0; i < nodes; ++i) {
        if (!is_source[i] || next[i].empty()) continue;
        int nearest = INT32_MAX;
        for (const size_t to : next[i]) nearest = std::min(nearest, rank[to]);
        rank[i] = nearest - 1;
    }
    return rank;
}

/// Nodes and the bends of long edges, in columns; `left` and `right` are neighbours in the columns beside.
struct columns {
    std::vector<std::vector<size_t>> order;
    std::vector<std::vector<size_t>> left;
    std::vector<std::vector<size_t>> right;
    std::vector<std::vector<size_t>> bends;  ///< of each edge, from left to right
};

columns into_columns(size_t nodes, const std::vector<layout_edge>& edges, const std::vector<int>& rank) {
    columns out;
    const int last = rank.empty() ? -1 : *std::max_element(rank.begin(), rank.end());
    out.order.resize(static_cast<size_t>(last + 1));
    out.left.resize(nodes), out.right.resize(nodes), out.bends.resize(edges.size());
    for (size_t i = 0; i < nodes; ++i) out.order[static_cast<size_t>(rank[i])].push_back(i);
    for (size_t e = 0; e < edges.size(); ++e) {
        if (edges[e].from == edges[e].to) continue;
        size_t previous = edges[e].from;
        for (int r = rank[previous] + 1; r <= rank[edges[e].to]; ++r) {
            size_t here = edges[e].to;
            if (r < rank[edges[e].to]) {
                here = out.left.size();
                out.left.emplace_back(), out.right.emplace_back();
                out.order[static_cast<size_t>(r)].push_back(here);
                out.bends[e].push_back(here);
            }
            out.right[previous].push_back(here);
            out.left[here].push_back(previous);
            previous = here;
        }
    }
    return out;
}

std::vector<int> positions(const columns& c) {
    std::vector<int> at(c.left.size());
    for (const auto& column : c.order)
        for (size_t i = 0; i < column.size(); ++i) at[column[i]] = static_cast<int>(i);
    return at;
}

size_t crossings_of(const columns& c) {
    const std::vector<int> at = positions(c);
    size_t crossings = 0;
    for (const auto& column : c.order) {
        std::vector<int> ends;  // of the edges in the order of their beginnings
        for (const size_t node : column) {
            const size_t begin = ends.size();
            for (const size_t to : c.right[node]) ends.push_back(at[to]);
            std::sort(ends.begin() + static_cast<std::ptrdiff_t>(begin), ends.end());
        }
        for (size_t i = 0; i < ends.size(); ++i)
            for (size_t j = i + 1; j < ends.size(); ++j) crossings += ends[i] > ends[j] ? 1 : 0;
    }
    return crossings;
}

void sort_by_barycentre(std::vector<size_t>& column, const std::vector<std::vector<size_t>>& neighbours, const std::vector<int>& at) {
    std::vector<std::pair<int64_t, size_t>> keyed;
    for (size_t i = 0; i < column.size(); ++i) {
        const auto& beside = neighbours[column[i]];
        int64_t sum = 0;
        for (const size_t n : beside) sum += at[n];
        // A node without neighbours on that side stays where it is.
        keyed.push_back({beside.empty() ? static_cast<int64_t>(i) * 1000 : sum * 1000 / static_cast<int64_t>(beside.size()), column[i]});
    }
    std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (size_t i = 0; i < column.size(); ++i) column[i] = keyed[i].second;
}

size_t reduce_crossings(columns& c) {
    constexpr int sweeps = 12;
    columns best = c;
    size_t fewest = crossings_of(c);
    std::vector<int> at = positions(c);
    for (int sweep = 0; sweep < sweeps && fewest != 0; ++sweep) {
        for (size_t i = 0; i < c.order.size(); ++i) {
            std::vector<size_t>& column = c.order[sweep % 2 == 0 ? i : c.order.size() - 1 - i];
            sort_by_barycentre(column, sweep % 2 == 0 ? c.left : c.right, at);
            for (size_t n = 0; n < column.size(); ++n) at[column[n]] = static_cast<int>(n);
        }
        const size_t now = crossings_of(c);
        if (now < fewest) fewest = now, best = c;
    }
    c = best;
    return fewest;
}

/// Places a column so that each node is as near as can be (least squares) to where it wants to be, in order and apart:
/// isotonic regression by pooling neighbours that would overlap.
void settle(const std::vector<size_t>& column, const std::vector<int>& room, const std::vector<int64_t>& wanted, std::vector<int>& y) {
    struct pool {
        int64_t sum;
        int64_t count;
        size_t begin;
        [[nodiscard]] int64_t mean() const { return sum >= 0 ? sum / count : -((-sum + count - 1) / count); }
    };
    std::vector<int64_t> offset(column.size());  // of a node from the first, were all packed
    std::vector<pool> pools;
    for (size_t i = 0; i < column.size(); ++i) {
        if (i != 0) offset[i] = offset[i - 1] + (room[column[i - 1]] + room[column[i]]) / 2;
        pools.push_back({wanted[column[i]] - offset[i], 1, i});
        while (pools.size() > 1 && pools[pools.size() - 2].mean() >= pools.back().mean()) {
            pool& before = pools[pools.size() - 2];
            before.sum += pools.back().sum, before.count += pools.back().count;
            pools.pop_back();
        }
    }
    for (size_t p = 0; p < pools.size(); ++p) {
        const size_t end = p + 1 < pools.size() ? pools[p + 1].begin : column.size();
        for (size_t i = pools[p].begin; i < end; ++i) y[column[i]] = static_cast<int>(pools[p].mean() + offset[i]);
    }
}

/// Middle heights of nodes and bends.
std::vector<int> heights(const columns& c, const std::vector<int>& room) {
    std::vector<int> y(c.left.size());
    std::vector<int64_t> wanted(c.left.size(), 0);
    for (const auto& column : c.order) settle(column, room, wanted, y);
    constexpr int sweeps = 10;
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        const bool rightwards = sweep % 2 != 0;
        for (size_t i = 0; i < c.order.size(); ++i) {
            const auto& column = c.order[rightwards ? i : c.order.size() - 1 - i];
            for (const size_t n : column) {
                const auto& beside = rightwards ? c.left[n] : c.right[n];
                int64_t sum = 0;
                for (const size_t other : beside) sum += y[other];
                wanted[n] = beside.empty() ? y[n] : sum / static_cast<int64_t>(beside.size());
            }
            settle(column, room, wanted, y);
        }
    }
    const int top = y.empty() ? 0 : *std::min_element(y.begin(), y.end());
    for (int& at : y) at -= top;
    return y;
}

}  // namespace

graph_layout lay_out(size_t nodes, const std::vector<layout_edge>& edges, const layout_size& size) {
    const acyclic graph = without_cycles(nodes, edges);
    const std::vector<int> rank = ranks_of(nodes, graph.edges);
    columns c = into_columns(nodes, graph.edges, rank);
    graph_layout out;
    out.crossings = reduce_crossings(c);
    std::vector<int> room(c.left.size(), size.lane);
    std::fill(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(nodes), size.node_height + size.node_gap);
    const std::vector<int> y = heights(c, room);
    const int pitch = size.node_width + size.rank_gap;
    const int half = size.node_height / 2;
    for (size_t i = 0; i < nodes; ++i) {
        out.nodes.push_back({rank[i] * pitch, y[i]});
        out.width = std::max(out.width, rank[i] * pitch + size.node_width);
    }
    for (const int at : y) out.height = std::max(out.height, at + size.node_height);
    out.edges.resize(edges.size());
    for (size_t e = 0; e < edges.size(); ++e) {
        const auto [from, to] = graph.edges[e];
        if (from == to) continue;
        std::vector<layout_point>& line = out.edges[e];
        line.push_back({rank[from] * pitch + size.node_width, y[from] + half});
        int r = rank[from];
        for (const size_t bend : c.bends[e]) {
            ++r;
            line.push_back({r * pitch, y[bend] + half});
            line.push_back({r * pitch + size.node_width, y[bend] + half});
        }
        line.push_back({rank[to] * pitch, y[to] + half});
        if (graph.turned[e]) std::reverse(line.begin(), line.end());
    }
    return out;
}

}  // namespace bartizan_cli
