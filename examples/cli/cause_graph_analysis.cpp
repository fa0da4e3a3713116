// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "cause_graph_analysis.hpp"

#include <bartizan/response/cause_graph.hpp>
#include <bartizan/response/export_json.hpp>

namespace bartizan_cli {

namespace bz = bartizan;
using nlohmann::ordered_json;

struct root_cause_analysis::state {
    bz::respond::cause_graph<8192, 32768> graph;
    bz::respond::subgraph<128> part;
};

root_cause_analysis::root_cause_analysis() : state_(std::make_unique<state>()) {}
root_cause_analysis::~root_cause_analysis() = default;

void root_cause_analysis::clear() { state_->graph.clear(); }

void root_cause_analysis::note(const bz::event& event) { state_->graph.note(event); }

uint32_t root_cause_analysis::note_finding(const bz::rule& rule, const bz::outcome& outcome, const bz::event& event) {
    return state_->graph.note_finding(rule, outcome, event);
}

void root_cause_analysis::add_to(ordered_json& finding, uint32_t alert) {
    state_->graph.trace(alert, state_->part);
    std::string text;
    bz::respond::export_json(state_->graph.data(), state_->part, [&text](const char* bytes, size_t size) { text.append(bytes, size); });
    finding["graph"] = ordered_json::parse(text);
}

}  // namespace bartizan_cli
