// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_PLAN_JSON_HPP
#define BARTIZAN_EXAMPLES_CLI_PLAN_JSON_HPP

#include <bartizan/response/step.hpp>
#include <nlohmann/json.hpp>

#include "process_directory.hpp"

namespace bartizan_cli {

/// The steps of a plan in their order: [{"step","object","why"}…]. `object` is null, or
///   {"kind":"process","guid","pid","image"}
///   {"kind":"handle","holder":{"guid","pid","image"},"target":{…},"rights":"0x1f0fff"}
///   {"kind":"file"|"registry_key","path"}.
nlohmann::ordered_json plan_json(const bartizan::respond::plan& plan, const process_directory& directory);

/// The steps' names, separated by commas.
std::string plan_words(const nlohmann::ordered_json& plan);

}  // namespace bartizan_cli

#endif
