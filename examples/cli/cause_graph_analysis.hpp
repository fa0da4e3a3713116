// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_CAUSE_GRAPH_ANALYSIS_HPP
#define BARTIZAN_EXAMPLES_CLI_CAUSE_GRAPH_ANALYSIS_HPP

#include <bartizan/core/rule.hpp>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "process_directory.hpp"

namespace bartizan_cli {

/// Which findings of a replay get a root-cause analysis.
enum class analysis_scope : uint8_t {
    none,
    called_for,  ///< those whose row of the response table asks for one
    every,       ///< all that found something
};

/// The cause graph of one recorded host, and what it says about each finding. 6 MB, made once and cleared between hosts.
class root_cause_analysis {
  public:
    root_cause_analysis();
    ~root_cause_analysis();
    root_cause_analysis(const root_cause_analysis&) = delete;
    root_cause_analysis& operator=(const root_cause_analysis&) = delete;

    void clear();
    void note(const bartizan::event& event);
    /// Names the finding's alert, for `add_to`.
    uint32_t note_finding(const bartizan::rule& rule, const bartizan::outcome& outcome, const bartizan::event& event);

    /// Puts `graph` and `clean_up` (docs/root_cause.md) into a finding's JSON, and `exports` where they are asked for. The graph's
    /// processes get what `directory` knows of them, and findings that are no convictions "recorded_only".
    void add_to(nlohmann::ordered_json& finding, uint32_t alert, const process_directory& directory, bool with_exports);
    /// Whom the alert is about: culprit, target, and the processes that explain the culprit.
    [[nodiscard]] std::vector<bartizan::process_key> processes_of(uint32_t alert);

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace bartizan_cli

#endif
