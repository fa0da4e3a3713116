// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_WORDS_HPP
#define BARTIZAN_EXAMPLES_CLI_WORDS_HPP

#include <nlohmann/json.hpp>
#include <string>

#include "language.hpp"

namespace bartizan_cli {

/// The names of the JSON contract in words for an administrator. A name that has no words here is given with blanks for its
/// underscores, so that a newer rule still reads well.

/// What the sensor did not tell: a name of a finding's `blind`.
std::string blind_words(const std::string& field, language l = language::en);
/// Which sensor, or setting of one, would have told it.
std::string sensor_words(const std::string& field, language l);
/// A finding's `verdict`: "detection".
std::string verdict_words(const std::string& verdict, language l = language::en);
/// A disposition's `process`, `admin` and `health`.
std::string process_words(const std::string& action, language l = language::en);
std::string admin_words(const std::string& notice, language l = language::en);
std::string health_words(const std::string& health, language l = language::en);
/// A feature of schema bartizan_v1.
std::string feature_words(const std::string& feature, language l = language::en);
/// Which way a reason of a scanned file points.
std::string direction_words(const nlohmann::ordered_json& reason, language l = language::en);

/// The cause graph's node kinds, roles and edge kinds; an edge's kind as a label, and as the verb of a sentence.
std::string node_words(const std::string& kind, language l);
std::string several_words(const std::string& kind, language l);
std::string role_words(const std::string& role, language l);
std::string edge_words(const std::string& kind, language l);
std::string act_words(const std::string& kind, language l);
/// A step of a response plan or of a clean-up list.
std::string step_words(const std::string& step, language l);
/// A step as what a protected machine would have done, and what a host says became of a step: "done".
std::string would_words(const std::string& step, language l);
std::string result_words(const std::string& result, language l);
/// Why a clean-up list grades an object as it does: its `reason`.
std::string ground_words(const std::string& reason, language l = language::en);
/// Why a plan or a clean-up list names a step, in the page's language; a sentence that has no translation stands for itself.
std::string reason_words(const std::string& reason, language l);

/// A rule in a few words, and what it says happened: {0} is who acted, {1} what was acted on. An unknown rule's name stands for
/// itself.
std::string rule_title(const std::string& rule, language l);
std::string rule_sentence(const std::string& rule, language l);
/// A row of the response table by its English title, and what an administrator does about it ("" for an unknown row).
std::string row_title(const std::string& title, language l);
std::string row_advice(const std::string& title, language l);
/// An atom of a rule in the page's language; `sentence` is the catalogue's own, in English. `code_cave_rule` names the file check.
std::string atom_words(const std::string& rule, const std::string& atom, const std::string& sentence, language l);
inline constexpr const char* code_cave_rule = "code_cave_file";

/// Any other name.
std::string spaced(std::string name);

/// "1,234 events", "1 event".
std::string counted(uint64_t n, const char* noun);
std::string grouped(uint64_t n);

/// A string member, or "" where it is absent, null or no string.
std::string text_of(const nlohmann::ordered_json& object, const char* name);
/// A member that is true.
bool flag_of(const nlohmann::ordered_json& object, const char* name);
/// A member, or null where it is absent or `object` is none.
const nlohmann::ordered_json& member_of(const nlohmann::ordered_json& object, const char* name);
/// A member that is an array, or an empty one.
const nlohmann::ordered_json& list_of(const nlohmann::ordered_json& object, const char* name);

}  // namespace bartizan_cli

#endif
