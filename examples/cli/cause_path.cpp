// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "cause_path.hpp"

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "cause_routine.hpp"

namespace bartizan_cli {

namespace {

constexpr size_t nowhere = SIZE_MAX;

/// By such an edge one thing brings another about.
bool explains(const std::string& kind) {
    for (const char* one : {"created", "started", "wrote", "renamed", "injected", "registered"})
        if (kind == one) return true;
    return false;
}

bool is_of_chain(const cause_node& n) { return n.role == "root_cause" || n.role == "culprit" || n.role == "ancestor"; }

/// Breadth first from the culprit back to `end`; a system parent is not gone through.
std::vector<size_t> way_between(const cause_drawing& graph, size_t culprit, size_t end) {
    std::vector<size_t> next(graph.nodes.size(), nowhere);  // towards the culprit
    std::vector<size_t> reached{culprit};
    next[culprit] = culprit;
    for (size_t i = 0; i < reached.size() && next[end] == nowhere; ++i) {
        const size_t to = reached[i];
        if (graph.nodes[to].is_system_parent && to != culprit) continue;
        const auto reach = [&](size_t from) {
            if (next[from] != nowhere || !is_of_chain(graph.nodes[from])) return;
            next[from] = to;
            reached.push_back(from);
        };
        for (const cause_edge& e : graph.edges) {
            if (e.to == to && explains(e.kind)) reach(e.from);
            if (e.from == to && (e.kind == "loaded" || e.kind == "named")) reach(e.to);  // a library or a script that was brought
        }
    }
    std::vector<size_t> out;
    if (next[end] == nowhere) return out;
    for (size_t at = end; at != culprit; at = next[at]) out.push_back(at);
    out.push_back(culprit);
    return out;
}

/// Whether an edge belongs to the way, and how much it tells: 0 most.
int path_rank(const cause_drawing& graph, const cause_edge& e, const std::vector<bool>& in) {
    const cause_node& from = graph.nodes[e.from];
    const cause_node& to = graph.nodes[e.to];
    constexpr int no = 9;
    if (!in[e.from] || to.kind == "alert") return no;
    if (e.kind == "injected") return 0;
    if (to.role == "target") return from.role == "culprit" || from.is_root ? 0 : no;
    if (from.is_system_parent && from.role != "culprit") return no;
    if (e.kind == "connected") return 1;
    if (is_routine(graph, e)) return no;
    if (to.kind == "registry") return e.kind == "registered" && is_autostart(to.label) ? 2 : no;
    if (to.kind == "service") return 2;
    if (to.kind == "file" || to.kind == "module") {
        const bool runs = std::any_of(graph.edges.begin(), graph.edges.end(), [&](const cause_edge& x) { return x.from == e.to && x.kind == "started"; });
        if (e.kind != "wrote" && e.kind != "renamed") return no;
        return runs || is_runnable(to.label) ? 1 : from.role == "culprit" ? 3 : no;
    }
    return e.kind == "created" ? (from.role == "culprit" ? 2 : 4) : no;
}

}  // namespace

size_t find_role(const cause_drawing& graph, const char* role) {
    for (size_t i = 0; i < graph.nodes.size(); ++i)
        if (graph.nodes[i].role == role) return i;
    return nowhere;
}

std::vector<size_t> main_line(const cause_drawing& graph) {
    const size_t culprit = find_role(graph, "culprit");
    if (culprit == nowhere) return {};
    size_t root = culprit;
    for (size_t i = 0; i < graph.nodes.size(); ++i)
        if (graph.nodes[i].is_root || (root == culprit && graph.nodes[i].role == "root_cause")) root = i;
    std::vector<size_t> out = way_between(graph, culprit, root);
    if (out.empty()) out = {root, culprit};
    // Of a finding without an analysis: all its ancestors.
    while (!graph.is_analysed) {
        const auto above = std::find_if(graph.edges.begin(), graph.edges.end(), [&](const cause_edge& e) { return e.to == out.front() && e.kind == "created"; });
        if (above == graph.edges.end() || out.size() > graph.nodes.size()) break;
        out.insert(out.begin(), above->from);
    }
    return out;
}

void mark_path(cause_drawing& graph) {
    std::vector<bool> in(graph.nodes.size());
    size_t size = 0;
    const auto take = [&](size_t i) {
        if (in[i] || size == path_nodes_at_most) return;
        in[i] = true;
        ++size;
    };
    const std::vector<size_t> line = main_line(graph);
    // A long line keeps its ends.
    constexpr size_t half = path_nodes_at_most / 2;
    for (size_t i = 0; i < line.size(); ++i)
        if (line.size() <= path_nodes_at_most - 4 || i < half - 2 || i + half - 2 >= line.size()) take(line[i]);
    for (size_t i = 0; i < graph.nodes.size(); ++i)
        if (graph.nodes[i].role == "target") take(i);
    for (const size_t i : line)
        for (const cause_edge& e : graph.edges)
            if (e.to == i && e.kind == "created" && graph.nodes[i].kind == "process") take(e.from);
    const std::vector<bool> core = in;
    for (size_t i = 0; i < in.size(); ++i) graph.nodes[i].is_on_path = in[i];
    // Then what the programs of the way did, and what was injected did; of each kind a few.
    std::vector<size_t> taken(5);
    for (const int rank : {0, 1, 2, 3, 4}) {
        constexpr size_t at_most[] = {4, 5, 4, 3, 2};
        std::vector<bool> from = core;
        for (const cause_edge& e : graph.edges)
            if (e.kind == "injected" && in[e.to] && in[e.from]) from[e.to] = true;
        for (const cause_edge& e : graph.edges) {
            if (in[e.to] || taken[static_cast<size_t>(rank)] == at_most[rank] || path_rank(graph, e, from) != rank) continue;
            ++taken[static_cast<size_t>(rank)];
            take(e.to);
            graph.nodes[e.to].is_on_path = in[e.to];
        }
    }
    for (const cause_edge& e : graph.edges) {  // who came in from the network
        if (e.kind != "connected" || graph.nodes[e.from].kind != "network" || !core[e.to] || graph.nodes[e.to].is_system_parent) continue;
        take(e.from);
        graph.nodes[e.from].is_on_path = in[e.from];
    }
}

std::vector<size_t> path_edges(const cause_drawing& graph) {
    std::vector<size_t> out;
    std::vector<bool> in(graph.nodes.size());
    for (size_t i = 0; i < in.size(); ++i) in[i] = graph.nodes[i].is_on_path;
    for (size_t i = 0; i < graph.edges.size(); ++i) {
        const cause_edge& e = graph.edges[i];
        if (!in[e.from] || !in[e.to]) continue;
        const bool tells = explains(e.kind) || e.kind == "connected" || path_rank(graph, e, in) < 9 || (e.kind == "named" && is_of_chain(graph.nodes[e.to])) ||
                           (e.kind == "loaded" && !is_routine(graph, e));
        if (tells) out.push_back(i);
    }
    std::stable_sort(out.begin(), out.end(), [&graph](size_t a, size_t b) {
        return std::tie(graph.edges[a].placed, graph.edges[a].record) < std::tie(graph.edges[b].placed, graph.edges[b].record);
    });
    return out;
}

}  // namespace bartizan_cli
