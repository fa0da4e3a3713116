// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_CAUSE_GRAPH_FOLDER_HPP
#define BARTIZAN_EXAMPLES_CLI_CAUSE_GRAPH_FOLDER_HPP

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace bartizan_cli {

/// A folder that gets four files for each conviction with an analysis: NNNN-rule.json, .dot, .ocsf.json and .ecs.json.
class graph_folder {
  public:
    explicit graph_folder(std::string path) : path_(std::move(path)) {}
    /// Sentences about what could not be written.
    std::vector<std::string> write(const nlohmann::ordered_json& finding);

  private:
    std::string path_;
    size_t written_ = 0;
};

}  // namespace bartizan_cli

#endif
