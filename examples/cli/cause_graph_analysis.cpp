// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "cause_graph_analysis.hpp"

#include <bartizan/adapters/text_arena.hpp>
#include <bartizan/response/cause_graph.hpp>
#include <bartizan/response/clean_up.hpp>
#include <bartizan/response/export_dot.hpp>
#include <bartizan/response/export_ecs.hpp>
#include <bartizan/response/export_json.hpp>
#include <bartizan/response/export_ocsf.hpp>
#include <utility>

namespace bartizan_cli {

namespace bz = bartizan;
using nlohmann::ordered_json;

struct root_cause_analysis::state {
    bz::respond::cause_graph<8192, 32768> graph;
    bz::respond::subgraph<128> part;
    bz::respond::clean_up_list<64> clean_up;
};

namespace {

std::u16string utf16(const std::string& in) {
    std::u16string out(in.size() + 1, u'\0');
    bz::adapters::text_arena arena(bz::span<char16_t>(out.data(), out.size()));
    out.resize(arena.put({in.data(), in.size()}).size);
    return out;
}

}  // namespace

root_cause_analysis::root_cause_analysis() : state_(std::make_unique<state>()) {}
root_cause_analysis::~root_cause_analysis() = default;

void root_cause_analysis::clear() { state_->graph.clear(); }

void root_cause_analysis::note(const bz::event& event) { state_->graph.note(event); }

uint32_t root_cause_analysis::note_finding(const bz::rule& rule, const bz::outcome& outcome, const bz::event& event) {
    return state_->graph.note_finding(rule, outcome, event);
}

void root_cause_analysis::add_to(ordered_json& finding, uint32_t alert, const process_directory& directory, bool with_exports) {
    namespace respond = bz::respond;
    const auto& graph = state_->graph.data();
    const auto& part = state_->part;
    state_->graph.trace(alert, state_->part);
    std::string text;
    const auto sink = [&text](const char* bytes, size_t size) { text.append(bytes, size); };
    const auto take = [&text] { return std::exchange(text, {}); };
    respond::export_json(graph, part, sink);
    finding["graph"] = ordered_json::parse(take());
    for (uint32_t i = 0; i < part.size; ++i) {
        const respond::graph_node& n = graph.node(part.nodes[i].node);
        // Not every finding of a chain is a conviction.
        if (n.kind == respond::node_kind::alert && n.evidence != bz::verdict::convict) finding["graph"]["nodes"][i]["recorded_only"] = true;
        if (n.kind == respond::node_kind::process) directory.describe(finding["graph"]["nodes"][i], {n.identity, n.pid});
    }
    respond::plan_clean_up(graph, part, state_->clean_up);
    respond::export_clean_up(graph, part, state_->clean_up, sink);
    finding["clean_up"] = ordered_json::parse(take());
    if (!with_exports) return;
    const std::u16string host = utf16(finding["host"].get<std::string>());
    const respond::export_origin origin{{host.data(), host.size()}};
    respond::export_dot(graph, part, sink);
    finding["exports"]["dot"] = take();
    respond::export_ocsf(graph, part, origin, sink);
    finding["exports"]["ocsf"] = ordered_json::parse(take());
    respond::export_ecs(graph, part, origin, sink);
    finding["exports"]["ecs"] = ordered_json::parse(take());
}

std::vector<bz::process_key> root_cause_analysis::processes_of(uint32_t alert) {
    state_->graph.trace(alert, state_->part);
    std::vector<bz::process_key> keys;
    for (uint32_t i = 0; i < state_->part.size; ++i) {
        const bz::respond::walked_node& walked = state_->part.nodes[i];
        const bz::respond::graph_node& n = state_->graph.data().node(walked.node);
        const bool belongs = walked.explains || walked.role == bz::respond::node_role::target;
        if (belongs && n.kind == bz::respond::node_kind::process) keys.push_back({n.identity, n.pid});
    }
    return keys;
}

}  // namespace bartizan_cli
