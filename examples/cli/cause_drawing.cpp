// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "cause_drawing.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

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

cause_node process_node(const ordered_json& process, const char* role) {
    return {"process", text_of(process, "image"), text_of(process, "command_line"), text_of(process, "user"),
            text_of(process, "t"), role, integer_of(process, "pid", -1), false, {}};
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
        reach({object_kind(object), object, "", "", "", "target", -1, false, {}}, object_act(text_of(finding, "rule")));
    return out;
}

}  // namespace

std::string reached_object(const ordered_json& finding) {
    const std::string object = text_of(finding, "object");
    const ordered_json& chain = list_of(finding, "chain");
    return !chain.empty() && text_of(chain.back(), "command_line") == object ? std::string() : object;
}

cause_drawing read_cause_drawing(const ordered_json& finding) {
    const ordered_json& graph = member_of(finding, "graph");
    if (list_of(graph, "nodes").empty()) return chain_drawing(finding);
    cause_drawing out;
    out.is_analysed = true;
    const ordered_json& cut = member_of(graph, "cut");
    out.cut_nodes = count_of(cut, "nodes", 0) + count_of(cut, "left_out", 0);
    out.cut_edges = count_of(cut, "edges", 0);
    out.cut_texts = count_of(cut, "texts", 0);
    // In the order of time, so that what came first is drawn first.
    std::vector<const ordered_json*> nodes;
    for (const ordered_json& n : list_of(graph, "nodes"))
        if (n.is_object()) nodes.push_back(&n);
    std::stable_sort(nodes.begin(), nodes.end(), [](const ordered_json* a, const ordered_json* b) {
        const std::string x = text_of(*a, "time"), y = text_of(*b, "time");
        return std::pair{x.empty(), x} < std::pair{y.empty(), y};
    });
    const int64_t root = integer_of(graph, "root", -2);
    std::map<int64_t, size_t> position;
    for (const ordered_json* at : nodes) {
        const ordered_json& n = *at;
        if (out.nodes.size() == drawn_nodes_at_most) {
            ++out.cut_nodes;
            continue;
        }
        if (!position.emplace(integer_of(n, "id", -1), out.nodes.size()).second) continue;
        out.nodes.push_back({text_of(n, "kind"), text_of(n, "label"), text_of(n, "command_line"), text_of(n, "user"), text_of(n, "time"),
                             text_of(n, "role"), integer_of(n, "pid", -1), integer_of(n, "id", -1) == root, {}});
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
        if (!in[i].empty() && !acts[i] && (n.role == "touched" || n.role.empty()) && n.kind != "alert") families[{n.kind, in[i]}].push_back(i);
    }
    std::vector<size_t> stands_for(graph.nodes.size());  // the first of a folded family; itself otherwise
    for (size_t i = 0; i < stands_for.size(); ++i) stands_for[i] = i;
    for (const auto& [key, members] : families)
        if (members.size() > at_most)
            for (const size_t i : members) stands_for[i] = members.front();

    cause_drawing out;
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
            group = {first.kind, "", "", "", "", "touched", -1, false, {first}};
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
                continue;
            }
        }
        out.edges.push_back(moved);
    }
    return out;
}

}  // namespace bartizan_cli
