// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "cause_graph_words.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

/// An edge as "A ... B", passive where the thing stands first.
std::string edge_words(const std::string& kind) {
    constexpr std::pair<const char*, const char*> words[] = {
        {"created", "started"},          {"started", "is the program of"}, {"wrote", "wrote"},         {"renamed", "renamed to"},
        {"deleted", "deleted"},          {"read", "read"},                 {"loaded", "loaded"},       {"injected", "put code into"},
        {"opened", "asked for access to the memory or handles of"},         {"connected", "connected to"}, {"registered", "changed the registry value"},
        {"named", "names"},              {"convicted", "led to the alert"},
    };
    for (const auto& [name, sentence] : words)
        if (kind == name) return sentence;
    return spaced(kind);
}

/// "convicted" means one thing from a process and another from an alert.
std::string edge_words(const ordered_json& graph, const ordered_json& edge) {
    const ordered_json& to = graph["nodes"][edge["to"].get<size_t>()];
    if (text_of(edge, "kind") == "registered" && text_of(to, "kind") == "service") return "installed the service";
    if (text_of(edge, "kind") == "convicted" && text_of(graph["nodes"][edge["from"].get<size_t>()], "kind") == "alert") return "is about";
    return edge_words(text_of(edge, "kind"));
}

std::string clock_time(const std::string& iso) { return iso.size() >= 19 ? iso.substr(11, 12) : iso; }

}  // namespace

std::string node_words(const ordered_json& node) {
    const std::string label = text_of(node, "label");
    std::string out = text_of(node, "kind") == "process" ? std::string(base_name(label)) : label;
    if (out.empty()) out = "(unknown " + text_of(node, "kind") + ")";
    if (const auto pid = node.find("pid"); pid != node.end()) out += " (pid " + pid->dump() + ")";
    return out;
}

std::vector<std::string> story_lines(const ordered_json& graph, size_t at_most) {
    std::vector<const ordered_json*> edges;
    for (const ordered_json& edge : graph["edges"])
        if (text_of(edge, "kind") != "started" || text_of(graph["nodes"][edge["from"].get<size_t>()], "kind") != "file") edges.push_back(&edge);
    std::stable_sort(edges.begin(), edges.end(), [](const ordered_json* a, const ordered_json* b) {
        return std::tuple(text_of(*a, "first"), (*a)["record"].get<uint64_t>()) < std::tuple(text_of(*b, "first"), (*b)["record"].get<uint64_t>());
    });
    std::vector<std::string> lines;
    for (const ordered_json* edge : edges) {
        if (lines.size() == at_most) {
            lines.push_back("and " + grouped(edges.size() - at_most) + " more");
            break;
        }
        const uint64_t count = (*edge)["count"].get<uint64_t>();
        lines.push_back(clock_time(text_of(*edge, "first")) + "  " + node_words(graph["nodes"][(*edge)["from"].get<size_t>()]) + " " +
                        edge_words(graph, *edge) + " " + node_words(graph["nodes"][(*edge)["to"].get<size_t>()]) +
                        (count > 1 ? ", " + grouped(count) + " times until " + clock_time(text_of(*edge, "last")) : "") + "  [record " + (*edge)["record"].dump() + "]");
    }
    return lines;
}

std::vector<std::string> tree_lines(const ordered_json& graph) {
    const ordered_json& nodes = graph["nodes"];
    std::vector<std::vector<const ordered_json*>> out_of(nodes.size());
    std::vector<bool> has_cause(nodes.size());
    for (const ordered_json& edge : graph["edges"]) {
        out_of[edge["from"].get<size_t>()].push_back(&edge);
        has_cause[edge["to"].get<size_t>()] = true;
    }
    std::vector<std::string> lines;
    std::vector<bool> placed(nodes.size());
    const std::function<void(size_t, size_t)> place = [&](size_t id, size_t depth) {
        placed[id] = true;
        for (const ordered_json* edge : out_of[id]) {
            const size_t to = (*edge)["to"].get<size_t>();
            const std::string role = text_of(nodes[to], "role");
            const std::string indent((depth + 1) * 2, ' ');
            lines.push_back(indent + edge_words(graph, *edge) + " " + node_words(nodes[to]) + (role == "touched" ? "" : "  <- " + spaced(role)) +
                            (placed[to] ? "  (above)" : ""));
            if (!placed[to]) place(to, std::min<size_t>(depth + 1, 20));
        }
    };
    // From the top of the chain, then whatever it does not reach.
    for (const bool causes_only : {true, false})
        for (size_t id = 0; id < nodes.size(); ++id) {
            if (placed[id] || (causes_only && has_cause[id])) continue;
            const std::string role = text_of(nodes[id], "role");
            lines.push_back(node_words(nodes[id]) + (role == "touched" ? "" : "  <- " + spaced(role)));
            place(id, 0);
        }
    return lines;
}

std::string clean_up_words(const ordered_json& step) {
    const auto pid = step.find("pid");
    const std::string value = text_of(step, "value");
    return step_words(text_of(step, "step"), language::en) + ": " + text_of(step, "object") + (pid != step.end() ? " (pid " + pid->dump() + ")" : "") +
           (value.empty() ? "" : ", now \"" + value + "\"") + ": " + ground_words(text_of(step, "reason")) + "; " + text_of(step, "because");
}

std::string cut_words(const ordered_json& graph) {
    const ordered_json& cut = graph["cut"];
    std::string out;
    const auto add = [&](const char* name, const char* noun, const char* what) {
        const uint64_t n = cut.value(name, uint64_t{0});
        if (n != 0) out += (out.empty() ? "The graph is not whole: " : ", ") + counted(n, noun) + " " + what;
    };
    add("nodes", "node", "forgotten");
    add("edges", "edge", "forgotten");
    add("texts", "text", "cut short");
    add("left_out", "node", "beyond what is shown");
    return out.empty() ? out : out + ".";
}

}  // namespace bartizan_cli
