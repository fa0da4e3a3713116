// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The command line's tables of words against the library's catalogues: nothing is left without words in either language.
#include <gtest/gtest.h>

#include <algorithm>
#include <bartizan/code_cave/decision.hpp>
#include <bartizan/core/fact.hpp>
#include <bartizan/features/bartizan_v1.hpp>
#include <bartizan/policy/disposition.hpp>
#include <bartizan/response/clean_up.hpp>
#include <bartizan/response/progress.hpp>
#include <bartizan/response/step.hpp>
#include <bartizan/response/walk.hpp>
#include <bartizan/rules/catalogue.hpp>
#include <string>

#include "examples/cli/words.hpp"

namespace {

namespace bz = bartizan;
using namespace bartizan_cli;

/// A text that a Japanese reader can read: kana or kanji in it (all of them are UTF-8 of three bytes).
bool is_japanese(const std::string& text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xe3; });
}

bool is_plain(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

TEST(Words, EveryAtomHasJapanese) {
    const auto check = [](const char* rule, const bz::atom_info& atom) {
        EXPECT_EQ(atom_words(rule, atom.name, atom.sentence, language::en), atom.sentence);
        EXPECT_TRUE(is_japanese(atom_words(rule, atom.name, atom.sentence, language::ja))) << rule << " " << atom.name << ": " << atom.sentence;
    };
    for (const bz::rule* rule : bz::rules::catalogue)
        for (const bz::atom_info& atom : rule->atoms) check(rule->name, atom);
    for (const bz::atom_info& atom : bz::code_cave::atoms) check(code_cave_rule, atom);
}

TEST(Words, EveryRuleHasATitleAndASentence) {
    const std::string unknown = rule_sentence("no_such_rule", language::en);
    for (const bz::rule* rule : bz::rules::catalogue) {
        EXPECT_NE(rule_sentence(rule->name, language::en), unknown) << rule->name;
        EXPECT_TRUE(is_plain(rule_title(rule->name, language::en) + rule_sentence(rule->name, language::en))) << rule->name;
        EXPECT_TRUE(is_japanese(rule_title(rule->name, language::ja))) << rule->name;
        EXPECT_TRUE(is_japanese(rule_sentence(rule->name, language::ja))) << rule->name;
        for (const char* slot : {"{0}", "{1}"})
            EXPECT_EQ(rule_sentence(rule->name, language::en).find(slot) == std::string::npos, rule_sentence(rule->name, language::ja).find(slot) == std::string::npos)
                << rule->name << " " << slot;
    }
}

TEST(Words, EveryRowOfTheResponseTableHasATitleAndAdvice) {
    const auto check = [](const bz::policy::disposition& row) {
        EXPECT_FALSE(row_advice(row.title, language::en).empty()) << row.title;
        EXPECT_TRUE(is_japanese(row_advice(row.title, language::ja))) << row.title;
        // A product's name stays as it is.
        EXPECT_TRUE(is_japanese(row_title(row.title, language::ja)) || std::string(row.title) == "Application Verifier") << row.title;
    };
    for (const bz::policy::disposition& row : bz::policy::dispositions) {
        check(row);
        EXPECT_TRUE(is_japanese(process_words(name(row.process), language::ja)));
        EXPECT_TRUE(is_japanese(admin_words(name(row.admin), language::ja)));
        EXPECT_TRUE(is_japanese(health_words(name(row.health), language::ja)));
    }
    check(bz::policy::unknown_disposition);
}

TEST(Words, EveryFieldFeatureAndStepHasWords) {
    for (uint8_t f = 0; f < bz::field_count; ++f) {
        const char* field = bz::name(static_cast<bz::field>(f));
        EXPECT_TRUE(is_japanese(blind_words(field, language::ja))) << field;
        EXPECT_NE(blind_words(field, language::en), field) << field;
        EXPECT_TRUE(is_japanese(sensor_words(field, language::ja))) << field;
        EXPECT_TRUE(is_plain(sensor_words(field, language::en))) << field;
    }
    for (const auto& feature : bz::features::fields) EXPECT_TRUE(is_japanese(feature_words(feature.name, language::ja))) << feature.name;
    for (uint8_t s = 1; s <= static_cast<uint8_t>(bz::respond::step_kind::allow_again); ++s) {
        const char* step = bz::respond::name(static_cast<bz::respond::step_kind>(s));
        EXPECT_TRUE(is_japanese(step_words(step, language::ja))) << step;
        EXPECT_TRUE(is_japanese(would_words(step, language::ja))) << step;
        // Of a replay nothing may read as if it had been done.
        EXPECT_TRUE(would_words(step, language::en).starts_with("It would ") || std::string(step) == "not_prevented") << step;
    }
    for (const bz::respond::step_result result : {bz::respond::step_result::done, bz::respond::step_result::deferred, bz::respond::step_result::failed})
        EXPECT_TRUE(is_japanese(result_words(name(result), language::ja))) << name(result);
    for (uint8_t a = 0; a <= static_cast<uint8_t>(bz::respond::clean_up_action::leave); ++a) {
        const char* step = bz::respond::name(static_cast<bz::respond::clean_up_action>(a));
        EXPECT_TRUE(is_japanese(step_words(step, language::ja))) << step;
    }
    for (uint8_t r = 0; r < static_cast<uint8_t>(bz::respond::clean_up_reason::none); ++r) {
        const char* reason = bz::respond::name(static_cast<bz::respond::clean_up_reason>(r));
        EXPECT_TRUE(is_japanese(ground_words(reason, language::ja))) << reason;
        EXPECT_NE(ground_words(reason), spaced(reason));
    }
}

TEST(Words, ReasonsOfACleanUpListAreJapanese) {
    EXPECT_EQ(reason_words("C:\\a b.exe (pid 7) wrote it, record 12", language::ja), "C:\\a b.exe (pid 7) がこれに書き込みました（レコード 12）");
    EXPECT_EQ(reason_words("C:\\a.exe (pid 7) registered it, record 2", language::ja), "C:\\a.exe (pid 7) がこれを変更しました（レコード 2）");
    EXPECT_EQ(reason_words("it started C:\\a it.exe (pid 7), record 3", language::ja), "これが C:\\a it.exe (pid 7) として実行されました（レコード 3）");
    for (const char* other : {"", "it", " it, record ", "it , record 1", ", record ", "x it, record 1", "a sentence of its own"}) {
        EXPECT_EQ(reason_words(other, language::en), other);
        reason_words(other, language::ja);
    }
}

TEST(Words, EveryPartOfAGraphHasWords) {
    using namespace bz::respond;
    for (uint8_t k = 0; k <= static_cast<uint8_t>(node_kind::alert); ++k) {
        const char* kind = name(static_cast<node_kind>(k));
        EXPECT_TRUE(is_japanese(node_words(kind, language::ja))) << kind;
        EXPECT_TRUE(is_japanese(several_words(kind, language::ja))) << kind;
    }
    const auto check = [](const char* kind) {
        EXPECT_TRUE(is_japanese(edge_words(kind, language::ja))) << kind;
        EXPECT_TRUE(is_japanese(act_words(kind, language::ja))) << kind;
    };
    for (uint8_t k = 0; k <= static_cast<uint8_t>(edge_kind::convicted); ++k) check(name(static_cast<edge_kind>(k)));
    for (const char* ours : {"started_process", "reached", "installed", "opened_file", "recorded"}) check(ours);
    EXPECT_TRUE(is_japanese(act_words("changed", language::ja)));
    EXPECT_TRUE(is_japanese(edge_words("wrote_file", language::ja)));
    for (const char* role : {"root_cause", "culprit", "target", "ancestor", "touched"}) EXPECT_TRUE(is_japanese(role_words(role, language::ja))) << role;
}

}  // namespace
