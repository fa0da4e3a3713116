// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_REPLAY_HPP
#define BARTIZAN_EXAMPLES_CLI_REPLAY_HPP

#include <bartizan/policy/settings.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cause_graph_analysis.hpp"

namespace bartizan_cli {

struct replay_options {
    /// Let an image's directory stand in for a signature that no sensor recorded; every finding that leaned on it says so.
    bool trust_from_path = true;
    /// Sets, windows, modes and exclusions; null: the built-in ones. Must outlive the replay.
    const bartizan::policy::settings* policy = nullptr;
    /// Findings that get `graph`, `clean_up` and minimal evidence: all that came of them until the end of their host's events.
    analysis_scope analysis = analysis_scope::none;
    std::set<uint32_t> only_lines = {};  ///< analyse no findings but of these lines; empty: all
    bool exports = false;                ///< analysed findings get `exports`: dot, ocsf, ecs
};

struct replay_sinks {
    /// One finding's JSON object, and the line of the recording that completed it; told at the end of its host's events, when it is
    /// known how often it came again (`repetitions`).
    std::function<void(const nlohmann::ordered_json&, std::string_view)> finding;
    /// A sentence about what could not be read: file, line or offset, reason.
    std::function<void(std::string)> problem;
};

struct replay_summary {
    uint64_t files = 0;
    uint64_t events = 0;             ///< lines that are well-formed events, mapped or not
    uint64_t mapped = 0;             ///< of those, how many an adapter made an event of
    uint64_t bad_lines = 0;
    uint64_t evicted_processes = 0;
    uint64_t convictions = 0;
    uint64_t events_found = 0;
    uint64_t strips = 0;
    uint64_t blinds = 0;
    uint64_t repetitions = 0;        ///< of findings that were told before; not in the counts above
    uint64_t dropped = 0;  ///< answers that the policy's modes and exclusions dropped
    std::map<std::string, uint64_t> blind_fields;  ///< findings that lacked this field
    double seconds = 0;
    double parse_seconds = 0;  ///< of `seconds`, spent on gzip and JSON
};

/// Replays recordings (.jsonl, .jsonl.gz, .evtx; folders are walked in byte order of their paths). Events are sorted stably by time for
/// each host, then run through adapter, engine and rules. The sinks are called in a deterministic order.
replay_summary replay(const std::vector<std::string>& paths, const replay_options& options, const replay_sinks& sinks);

}  // namespace bartizan_cli

#endif
