// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_FILE_SCAN_HPP
#define BARTIZAN_EXAMPLES_CLI_FILE_SCAN_HPP

#include <nlohmann/json.hpp>

#include "file_lists.hpp"
#include "file_walk.hpp"
#include "verdict_model.hpp"

namespace bartizan_cli {

/// Judges files one after the other, in the same memory.
class file_scanner {
  public:
    file_scanner(verdict_model& model, const file_lists& lists) : model_(model), lists_(lists) {}

    /// One line of `bartizan scan --json`. A file that cannot be read gives {"path","error"}.
    nlohmann::ordered_json scan(const found_file& file);

  private:
    verdict_model& model_;
    const file_lists& lists_;
    file_bytes bytes_;
};

/// Whether the file would not be started: unwanted by score or with another program hidden in it, lists considered.
bool is_conviction(const nlohmann::ordered_json& scanned);
/// Another program was found in its unused space.
bool hides_program(const nlohmann::ordered_json& scanned);

/// "blocked" or "suppressed" where a list had the word, else the verdict.
std::string listed_verdict(const nlohmann::ordered_json& scanned);

}  // namespace bartizan_cli

#endif
