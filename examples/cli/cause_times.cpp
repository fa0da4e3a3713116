// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "cause_times.hpp"

#include <algorithm>
#include <bartizan/adapters/parse.hpp>
#include <cstdlib>
#include <numeric>
#include <tuple>

#include "words.hpp"

namespace bartizan_cli {

namespace {

/// Two sensors' clocks of one moment.
constexpr uint64_t disorder_100ns = 30'000'000;

uint64_t parsed(const std::string& time) {
    uint64_t out = 0;
    return bartizan::adapters::parse_time({time.data(), time.size()}, out) ? out : 0;
}

/// `time` lies before `start` by more than disorder explains.
bool is_before(const std::string& time, const std::string& start) {
    const uint64_t t = parsed(time), s = parsed(start);
    return t != 0 && s != 0 && t + disorder_100ns < s;
}

void set_starts(cause_drawing& graph) {
    for (cause_node& n : graph.nodes) n.placed = n.time;
    constexpr int generations = 32;  // so far a wrong time is handed down; a cycle ends too
    bool changed = true;
    for (int i = 0; i < generations && changed; ++i) {
        changed = false;
        for (const cause_edge& e : graph.edges) {
            if (e.kind != "created" || graph.nodes[e.to].kind != "process" || !is_before(graph.nodes[e.to].placed, graph.nodes[e.from].placed)) continue;
            graph.nodes[e.to].placed = graph.nodes[e.from].placed;
            changed = true;
        }
    }
}

/// A log is written in the order of time: an act that claims to be more than a day older than the acts recorded just before and just after it
/// was dated by a clock that was wrong then. Of a process that ran before the recording began nothing else tells.
void set_by_neighbours(cause_drawing& graph) {
    constexpr uint64_t day_100ns = 86'400ull * 10'000'000;
    constexpr int64_t near_records = 3000;
    std::vector<size_t> order;
    for (size_t i = 0; i < graph.edges.size(); ++i)
        if (graph.edges[i].record >= 0) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&graph](size_t a, size_t b) { return graph.edges[a].record < graph.edges[b].record; });
    const auto is_older = [&](const cause_edge& e, const cause_edge& other) {
        const uint64_t t = parsed(e.placed), o = parsed(other.placed);
        return t != 0 && o > t + day_100ns && std::abs(other.record - e.record) < near_records;
    };
    for (size_t i = 1; i + 1 < order.size(); ++i) {
        cause_edge& e = graph.edges[order[i]];
        const cause_edge& before = graph.edges[order[i - 1]];
        size_t next = i + 1;  // past others that the same clock dated
        while (next < order.size() && !is_older(e, graph.edges[order[next]]) && parsed(graph.edges[order[next]].placed) < parsed(before.placed)) ++next;
        if (next < order.size() && is_older(e, before) && is_older(e, graph.edges[order[next]])) e.placed = before.placed;
    }
}

void set_acts(cause_drawing& graph) {
    for (cause_edge& e : graph.edges) {
        e.placed = e.first;
        for (const size_t end : {e.from, e.to})
            if (graph.nodes[end].kind == "process" && is_before(e.placed, graph.nodes[end].placed)) e.placed = graph.nodes[end].placed;
    }
    set_by_neighbours(graph);
    for (cause_edge& e : graph.edges) e.is_shifted = e.placed != e.first;
}

/// Of what is no process, or of a process that an act with a wrong date named first: when it was first touched.
void set_things(cause_drawing& graph) {
    std::vector<std::string> first(graph.nodes.size());
    std::vector<bool> dated_wrong(graph.nodes.size());
    for (const cause_edge& e : graph.edges)
        for (const size_t end : {e.from, e.to}) {
            if (first[end].empty() || e.placed < first[end]) first[end] = e.placed;
            if (e.is_shifted && e.first == graph.nodes[end].time) dated_wrong[end] = true;
        }
    for (size_t i = 0; i < graph.nodes.size(); ++i)
        if (cause_node& n = graph.nodes[i]; n.placed < first[i] && (n.kind != "process" || dated_wrong[i])) n.placed = first[i];
}

}  // namespace

void set_times_right(cause_drawing& graph) {
    set_starts(graph);
    set_acts(graph);
    set_things(graph);
    std::vector<size_t> order(graph.nodes.size());
    std::iota(order.begin(), order.end(), size_t{0});
    // A program that ran before the recording began has no time.
    const auto key = [&graph](size_t i) {
        const cause_node& n = graph.nodes[i];
        return std::pair{n.placed.empty() && n.kind != "process", n.placed};
    };
    std::stable_sort(order.begin(), order.end(), [&key](size_t a, size_t b) { return key(a) < key(b); });
    std::vector<size_t> place(order.size());
    std::vector<cause_node> nodes;
    for (size_t i = 0; i < order.size(); ++i) {
        place[order[i]] = i;
        nodes.push_back(std::move(graph.nodes[order[i]]));
    }
    graph.nodes = std::move(nodes);
    for (cause_edge& e : graph.edges) e.from = place[e.from], e.to = place[e.to];
    std::stable_sort(graph.edges.begin(), graph.edges.end(),
                     [](const cause_edge& a, const cause_edge& b) { return std::tie(a.placed, a.record) < std::tie(b.placed, b.record); });
}

bool is_close(const std::string& a, const std::string& b) { return parsed(a) != 0 && parsed(b) != 0 && !is_before(a, b) && !is_before(b, a); }

std::string placed_time(const nlohmann::ordered_json& finding) {
    const std::string time = text_of(finding, "t");
    const nlohmann::ordered_json& chain = list_of(finding, "chain");
    const std::string start = chain.empty() ? std::string() : text_of(chain.back(), "t");
    return is_before(time, start) ? start : time;
}

}  // namespace bartizan_cli
