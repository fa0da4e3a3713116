// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "cause_drawing.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "cause_path.hpp"
#include "cause_routine.hpp"
#include "cause_times.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

int64_t integer_of(const ordered_json& object, const char* name, int64_t otherwise) {
    const ordered_json& member = member_of(object, name);
    return member.is_number_integer() ? member.get<int64_t>() : otherwise;
}

uint64_t count_of(const ordered_json& object, const char* name, uint64_t otherwise) {
    const int64_t value = integer_of(object, name, -1);
    return value < 0 ? otherwise : static_cast<uint64_t>(value);
}

bool starts_with(const std::string& text, const char* prefix) { return text.rfind(prefix, 0) == 0; }

/// What kind of thing a finding's object is, by how it is written.
const char* object_kind(const std::string& object) {
    for (const char* root : {"\\REGISTRY", "HKLM", "HKU", "HKEY", "HKCR", "\\Registry"})
        if (starts_with(object, root)) return "registry";
    return "file";
}

/// What the actor did to the finding's object, by the rule that found it.
const char* object_act(const std::string& rule) {
    constexpr std::pair<const char*, const char*> acts[] = {
        {"lsass_dump_file", "wrote"}, {"hive_copy_written", "wrote"}, {"hive_file_read", "read"},          {"raw_disk_read", "read"},
        {"secret_value_read", "read"}, {"lsass_module", "loaded"},     {"verifier_provider_load", "loaded"}, {"verifier_provider_registration", "registered"},
        {"remote_library_forced", "loaded"}};
    for (const auto& [name, act] : acts)
        if (rule == name) return act;
    return "reached";
}

const char* target_act(const std::string& family) {
    if (family == "inject" || family == "hollow" || family == "apc" || family == "apc_kernel") return "injected";
    return starts_with(family, "cred") ? "opened" : "reached";
}

/// Of a finding that carries no graph: its ancestors, the actor and what it reached for.
cause_drawing chain_drawing(const ordered_json& finding) {
    cause_drawing out;
    for (const ordered_json& process : list_of(finding, "chain")) out.nodes.push_back(process_node(process, "ancestor"));
    if (out.nodes.empty() && member_of(finding, "actor").is_object()) out.nodes.push_back(process_node(finding["actor"], ""));
    if (out.nodes.empty()) return out;
    out.nodes.back().role = "culprit";
    for (size_t i = 1; i < out.nodes.size(); ++i) out.edges.push_back({i - 1, i, "created", out.nodes[i].time, out.nodes[i].time});
    const size_t actor = out.nodes.size() - 1;
    const std::string time = text_of(finding, "t");
    const auto reach = [&](cause_node node, const char* act) {
        out.nodes.push_back(std::move(node));
        out.edges.push_back({actor, out.nodes.size() - 1, act, time, time, 1, integer_of(finding, "line", -1)});
    };
    if (member_of(finding, "target").is_object()) reach(process_node(finding["target"], "target"), target_act(text_of(finding, "family")));
    if (const std::string object = reached_object(finding); !object.empty())
        reach({.kind = object_kind(object), .label = object, .role = "target"}, object_act(text_of(finding, "rule")));
    return out;
}

/// The walk ended at a process whose start was not recorded, or not by whom.
bool has_starter(const cause_drawing& graph, size_t process) {
    return std::any_of(graph.edges.begin(), graph.edges.end(), [&](const cause_edge& e) {
        return e.to == process && (e.kind == "created" || (e.kind == "started" && graph.nodes[e.from].kind != "file"));
    });
}

cause_node read_node(const ordered_json& n, int64_t root) {
    return {.kind = text_of(n, "kind"), .label = text_of(n, "label"), .command_line = text_of(n, "command_line"), .user = text_of(n, "user"),
            .sha256 = text_of(n, "sha256"), .company = text_of(n, "company"), .signer = text_of(n, "signer"), .time = text_of(n, "time"),
            .role = text_of(n, "role"), .pid = integer_of(n, "pid", -1), .is_root = integer_of(n, "id", -1) == root,
            .is_system_parent = flag_of(n, "system_parent"), .is_recorded_only = flag_of(n, "recorded_only"), .is_gone = flag_of(n, "gone")};
}

}  // namespace

cause_node process_node(const ordered_json& process, const char* role) {
    return {.kind = "process", .label = text_of(process, "image"), .command_line = text_of(process, "command_line"), .user = text_of(process, "user"),
            .time = text_of(process, "t"), .role = role, .pid = integer_of(process, "pid", -1)};
}

std::string reached_object(const ordered_json& finding) {
    const std::string object = text_of(finding, "object");
    const ordered_json& chain = list_of(finding, "chain");
    return !chain.empty() && text_of(chain.back(), "command_line") == object ? std::string() : object;
}

namespace {

bool is_twin(const cause_node& a, const cause_node& b) {
    return a.kind == "process" && b.kind == "process" && a.pid > 0 && a.pid == b.pid && same_text(base_name(a.label), base_name(b.label)) &&
           is_close(a.time, b.time);
}

cause_drawing analysed_drawing(const ordered_json& graph) {
    cause_drawing out;
    out.is_analysed = true;
    const ordered_json& cut = member_of(graph, "cut");
    out.cut_nodes = count_of(cut, "nodes", 0) + count_of(cut, "left_out", 0);
    out.cut_edges = count_of(cut, "edges", 0);
    out.cut_texts = count_of(cut, "texts", 0);
    const int64_t root = integer_of(graph, "root", -2);
    std::map<int64_t, size_t> position;
    for (const ordered_json& n : list_of(graph, "nodes")) {
        if (!n.is_object()) continue;
        if (out.nodes.size() == drawn_nodes_at_most) {
            ++out.cut_nodes;
            continue;
        }
        if (position.emplace(integer_of(n, "id", -1), out.nodes.size()).second) out.nodes.push_back(read_node(n, root));
    }
    for (const ordered_json& e : list_of(graph, "edges")) {
        const auto from = position.find(integer_of(e, "from", -1));
        const auto to = position.find(integer_of(e, "to", -1));
        if (from == position.end() || to == position.end() || out.edges.size() == drawn_edges_at_most) {
            ++out.cut_edges;
            continue;
        }
        // What an alert is about is said by its rule; the arrow would only push the target away from the culprit.
        if (out.nodes[from->second].kind == "alert") continue;
        out.edges.push_back({from->second, to->second, text_of(e, "kind"), text_of(e, "first"), text_of(e, "last"), count_of(e, "count", 1),
                             integer_of(e, "record", -1)});
    }
    return out;
}

/// Two sensors of one start: the same PID and program within three seconds. What one of them knows, the other may not.
void merge_twins(cause_drawing& graph) {
    std::vector<size_t> place(graph.nodes.size());
    std::vector<cause_node> nodes;
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
        cause_node& n = graph.nodes[i];
        const auto twin = std::find_if(nodes.begin(), nodes.end(), [&n](const cause_node& other) { return is_twin(other, n); });
        place[i] = static_cast<size_t>(twin - nodes.begin());
        if (twin == nodes.end()) {
            nodes.push_back(std::move(n));
            continue;
        }
        for (std::string cause_node::*const member : {&cause_node::user, &cause_node::sha256, &cause_node::company, &cause_node::signer, &cause_node::command_line})
            if (((*twin).*member).empty()) (*twin).*member = n.*member;
        if (twin->role == "touched") twin->role = n.role;
        twin->is_root = twin->is_root || n.is_root;
    }
    graph.nodes = std::move(nodes);
    std::map<std::tuple<size_t, size_t, std::string>, size_t> known;
    std::vector<cause_edge> edges;
    for (cause_edge& e : graph.edges) {
        e.from = place[e.from], e.to = place[e.to];
        const auto [at, is_new] = known.emplace(std::tuple{e.from, e.to, e.kind}, edges.size());
        if (is_new) edges.push_back(std::move(e));
        else edges[at->second].count += e.count;
    }
    graph.edges = std::move(edges);
}

}  // namespace

cause_drawing read_cause_drawing(const ordered_json& finding) {
    const ordered_json& graph = member_of(finding, "graph");
    cause_drawing out = list_of(graph, "nodes").empty() ? chain_drawing(finding) : analysed_drawing(graph);
    merge_twins(out);
    for (size_t i = 0; i < out.nodes.size(); ++i) out.nodes[i].is_first_seen = out.nodes[i].is_root && !has_starter(out, i);
    set_times_right(out);
    mark_path(out);
    return out;
}

cause_drawing folded(const cause_drawing& graph, size_t at_most) {
    // Alike: of one kind, and touched by the same nodes in the same ways.
    using ways = std::set<std::pair<size_t, std::string>>;
    std::vector<ways> in(graph.nodes.size());
    std::vector<bool> acts(graph.nodes.size());
    for (const cause_edge& e : graph.edges) {
        in[e.to].insert({e.from, e.kind});
        acts[e.from] = true;
    }
    std::map<std::pair<std::string, ways>, std::vector<size_t>> families;
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
        const cause_node& n = graph.nodes[i];
        if (!in[i].empty() && !acts[i] && (n.role == "touched" || n.role.empty()) && n.kind != "alert" && !n.is_on_path) families[{n.kind, in[i]}].push_back(i);
    }
    std::vector<size_t> stands_for(graph.nodes.size());  // the first of a folded family; itself otherwise
    for (size_t i = 0; i < stands_for.size(); ++i) stands_for[i] = i;
    for (const auto& [key, members] : families)
        if (members.size() > at_most)
            for (const size_t i : members) stands_for[i] = members.front();

    cause_drawing out;
    out.is_analysed = graph.is_analysed;
    out.cut_nodes = graph.cut_nodes, out.cut_edges = graph.cut_edges, out.cut_texts = graph.cut_texts;
    std::vector<size_t> place(graph.nodes.size());
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
        if (stands_for[i] == i) {
            place[i] = out.nodes.size();
            out.nodes.push_back(graph.nodes[i]);
            continue;
        }
        place[i] = place[stands_for[i]];
        cause_node& group = out.nodes[place[i]];
        if (group.folded.empty()) {
            const cause_node first = group;
            group = {.kind = first.kind, .placed = first.placed, .role = "touched", .folded = {first}};
        }
        group.folded.push_back(graph.nodes[i]);
    }
    std::map<std::tuple<size_t, size_t, std::string>, size_t> into_group;
    for (const cause_edge& e : graph.edges) {
        cause_edge moved = e;
        moved.from = place[e.from], moved.to = place[e.to];
        if (!out.nodes[moved.to].folded.empty()) {
            const auto [at, is_new] = into_group.emplace(std::tuple{moved.from, moved.to, e.kind}, out.edges.size());
            if (!is_new) {
                cause_edge& sum = out.edges[at->second];
                sum.count += e.count;
                if (e.first < sum.first) sum.first = e.first;
                if (e.last > sum.last) sum.last = e.last;
                if (e.placed < sum.placed) sum.placed = e.placed;
                sum.is_shifted = sum.is_shifted && e.is_shifted;
                continue;
            }
        }
        out.edges.push_back(moved);
    }
    return out;
}

}  // namespace bartizan_cli
