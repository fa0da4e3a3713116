// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_POLICY_FILE_HPP
#define BARTIZAN_EXAMPLES_CLI_POLICY_FILE_HPP

#include <bartizan/policy/settings.hpp>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "replay.hpp"

namespace bartizan_cli {

/// A policy in memory: the library's settings, and the texts and rows that they point to. Move it, never copy it.
struct policy_file {
    bartizan::policy::settings settings;
    std::optional<bool> trust_from_path;  ///< where the file says so

    std::deque<std::u16string> texts;  ///< never moves its elements
    std::vector<bartizan::policy::image_name> image_names;
    std::vector<bartizan::text> verifier_providers, guarded_programs, native_hosts;
    std::vector<bartizan::policy::rule_mode_row> rule_modes;
    std::vector<bartizan::policy::exclusion> exclusions;
};

/// Reads a policy (docs/policy.md). What is wrong with it comes as sentences "FILE: line N: key: reason", all of them; with any,
/// there is no policy.
std::optional<policy_file> read_policy_file(const std::string& path, std::vector<std::string>& problems);
/// The same of a text; `path` is its name in the sentences.
std::optional<policy_file> read_policy_text(const std::string& path, const std::string& text, std::vector<std::string>& problems);

/// The same for a command's `--policy` and `--path-trust`, which outranks the policy; "" for what was not given. Says whether the
/// policy may be used, and the sentences if not.
bool read_policy_arguments(const std::string& path, const std::string& path_trust, policy_file& policy, replay_options& options,
                           const std::function<void(const std::string&)>& problem);

}  // namespace bartizan_cli

#endif
