// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_WORDS_HPP
#define BARTIZAN_EXAMPLES_CLI_WORDS_HPP

#include <nlohmann/json.hpp>
#include <string>

namespace bartizan_cli {

/// The names of the JSON contract in words for an administrator. A name that has no words here is given with blanks for its
/// underscores, so that a newer rule still reads well.

/// What the sensor did not tell: a name of a finding's `blind`.
std::string blind_words(const std::string& field);
/// A finding's `verdict`: "convicted".
std::string verdict_words(const std::string& verdict);
/// A disposition's `process`.
std::string process_words(const std::string& action);
/// A disposition's `admin`.
std::string admin_words(const std::string& notice);
/// A feature of schema bartizan_v1.
std::string feature_words(const std::string& feature);
/// Which way a reason of a scanned file points.
std::string direction_words(const nlohmann::ordered_json& reason);
/// Any other name.
std::string spaced(std::string name);

/// "1,234 events", "1 event".
std::string counted(uint64_t n, const char* noun);
std::string grouped(uint64_t n);

/// A string member, or "" where it is absent, null or no string.
std::string text_of(const nlohmann::ordered_json& object, const char* name);

}  // namespace bartizan_cli

#endif
