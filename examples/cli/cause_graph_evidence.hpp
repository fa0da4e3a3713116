// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_CAUSE_GRAPH_EVIDENCE_HPP
#define BARTIZAN_EXAMPLES_CLI_CAUSE_GRAPH_EVIDENCE_HPP

#include <array>
#include <bartizan/core/rule.hpp>
#include <bartizan/policy/settings.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "finding_json.hpp"
#include "recorded_event.hpp"

namespace bartizan_cli {

/// What must come out again.
struct wanted_finding {
    uint16_t rule = 0;
    finding_kind verdict = finding_kind::convict;
    bartizan::process_key culprit;
    size_t position = 0;  ///< of the line that completed it, in recording::lines
};

struct evidence {
    std::vector<uint32_t> lines;  ///< numbers in the recording, ascending in time
    bool is_minimal = false;      ///< replayed alone they give the finding, and none can be spared
};

/// Finds the smallest evidence of findings, by replaying fewer and fewer lines through an engine of its own.
class evidence_finder {
  public:
    explicit evidence_finder(const bartizan::policy::settings& settings);
    ~evidence_finder();
    evidence_finder(const evidence_finder&) = delete;
    evidence_finder& operator=(const evidence_finder&) = delete;

    /// Forgets which processes the lines are about: a host begins, whose lines start at `begin`.
    void begin_host(size_t begin);
    /// Whom the next line of the host is about; for each line, mapped or not, in order.
    void note(const bartizan::event& event);

    /// Looks among few lines first: the finding's own, those of the same rule's last finding about the same culprit, those about
    /// `processes`, all lines of the host up to the finding.
    evidence find(const recording& input, const wanted_finding& wanted, const std::vector<bartizan::process_key>& processes);

  private:
    struct state;
    std::unique_ptr<state> state_;
    std::vector<std::array<bartizan::process_key, 4>> about_;
    std::map<std::array<uint64_t, 3>, std::vector<size_t>> last_;  ///< of rule and culprit: the lines that were needed, without the finding's own
    size_t begin_ = 0;
};

}  // namespace bartizan_cli

#endif
