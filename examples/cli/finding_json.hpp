// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_FINDING_JSON_HPP
#define BARTIZAN_EXAMPLES_CLI_FINDING_JSON_HPP

#include <bartizan/core/rule.hpp>
#include <bartizan/policy/disposition.hpp>
#include <bartizan/response/plan.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "process_directory.hpp"

namespace bartizan_cli {

/// The `verdict` of a finding's JSON, from strongest to weakest.
enum class finding_kind { convict, strip, event, blind };

finding_kind finding_verdict(const bartizan::outcome& outcome);
const char* name(finding_kind kind);

/// Where the event that completed a finding was recorded.
struct finding_place {
    const std::string& file;
    uint32_t line;  ///< 0-based
    std::string_view time;
    const std::string& host;
};

/// The row's columns, with the exception for critical processes applied to the culprit.
nlohmann::ordered_json disposition_json(const bartizan::policy::disposition& row, bartizan::role_set culprit);

/// One line of `bartizan replay --json`.
nlohmann::ordered_json finding_json(const finding_place& place, const bartizan::rule& rule, const bartizan::outcome& outcome,
                                    const bartizan::event& event, const process_directory& directory,
                                    const bartizan::respond::plan& plan);

}  // namespace bartizan_cli

#endif
