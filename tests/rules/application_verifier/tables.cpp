// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The Application Verifier rules as tables, and "before" against "after".
#include <gtest/gtest.h>

#include <bartizan/rules/catalogue.hpp>

#include "../sound_table.hpp"

namespace {

using namespace bartizan;
using namespace bartizan::rules;
using bartizan_test::expect_sound_table;

TEST(application_verifier, tables_are_monotone_without_dead_rows) {
    expect_sound_table(2, provider_load::decide, verdict::convict);
    expect_sound_table(6, provider_registration::decide, verdict::convict);
    expect_sound_table(5, execution_options::decide, verdict::event);
}

TEST(application_verifier, tables_equal_a_second_implementation) {
    for (uint16_t held = 0; held < 64; ++held) {
        const auto r = [held](int n) { return (held >> (n - 1) & 1) != 0; };
        const bool strong = r(2) || r(4) || r(5);
        const bool what = r(1) || r(6);
        const bool where = r(3) && r(1);
        const verdict expected = strong || (what && where) ? verdict::convict : what || where ? verdict::event : verdict::none;
        EXPECT_EQ(provider_registration::decide(held), expected) << held;
    }
    for (uint16_t held = 0; held < 32; ++held) {
        const auto i = [held](int n) { return (held >> (n - 1) & 1) != 0; };
        const bool medium = i(2) || i(3) || i(4);
        EXPECT_EQ(execution_options::decide(held), medium || (i(1) && i(5)) ? verdict::event : verdict::none) << held;
    }
}

constexpr fact of_load[] = {fact::verifier_active, fact::load_before_kernel32, fact::module_expected_early, fact::process_is_native,
                            fact::provider_authentic, fact::module_is_microsofts};

event load(uint32_t ternary) {
    event e;
    e.kind = event_kind::image_load;
    e.data = image_load_payload{};
    for (const fact f : of_load) {
        e.facts.set(f, static_cast<truth>(ternary % 3));
        ternary /= 3;
    }
    return e;
}

TEST(application_verifier, before_never_denies_what_after_calls_clean) {
    uint32_t denied = 0;
    for (uint32_t state = 0; state < 729; ++state) {
        const event e = load(state);
        const bool deny = verifier_provider_loaded.before(e).what == pre_outcome::decision::deny;
        const outcome after = verifier_provider_loaded.evaluate(e);
        ASSERT_EQ(deny, after.evidence == verdict::convict);
        ASSERT_EQ(deny, after.action == response::deny) << "nobody is terminated";
        denied += deny;
        for (const fact f : of_load) {
            if (!deny || e.facts.get(f) != truth::unknown) continue;
            for (const truth learned : {truth::no, truth::yes}) {
                event refined = e;
                refined.facts.set(f, learned);
                ASSERT_EQ(verifier_provider_loaded.evaluate(refined).evidence, verdict::convict);
            }
        }
        for (const fact f : of_load) {
            event lost = e;
            lost.facts.set(f, truth::unknown);
            ASSERT_LE(verifier_provider_loaded.evaluate(lost).evidence, after.evidence) << "a lost fact never raises";
        }
    }
    EXPECT_EQ(denied, 1u) << "only the one state that is certain in all six facts";
}

constexpr fact of_registration[] = {fact::provider_is_foreign, fact::provider_is_path, fact::ifeo_target_protected,
                                    fact::verifier_pair, fact::ifeo_root_moved, fact::system_file_is_provider};

/// The changes that the rule reads: a provider's value, any other value, a rename, a file.
event change(uint32_t form, uint32_t ternary) {
    event e;
    e.kind = form == 3 ? event_kind::file : event_kind::registry;
    if (form == 3) e.data = file_payload{};
    else {
        registry_payload key{};
        key.what = form == 2 ? registry_payload::operation::rename_key : registry_payload::operation::set_value;
        key.value_name = form == 0 ? text(u"VerifierDLLs") : text(u"GlobalFlag");
        e.data = key;
    }
    for (const fact f : of_registration) {
        e.facts.set(f, static_cast<truth>(ternary % 3));
        ternary /= 3;
    }
    return e;
}

TEST(application_verifier, before_never_denies_a_registration_that_after_calls_clean) {
    uint32_t denied[4] = {};
    for (uint32_t form = 0; form < 4; ++form) {
        for (uint32_t state = 0; state < 729; ++state) {
            const event e = change(form, state);
            const bool deny = verifier_provider_registered.before(e).what == pre_outcome::decision::deny;
            const outcome after = verifier_provider_registered.evaluate(e);
            ASSERT_EQ(deny, after.evidence == verdict::convict && form != 3) << form << ' ' << state;
            ASSERT_TRUE(after.evidence != verdict::convict || after.action == response::deny) << "nobody is terminated";
            denied[form] += deny;
            for (const fact f : of_registration) {
                event lost = e;
                lost.facts.set(f, truth::unknown);
                ASSERT_LE(verifier_provider_registered.evaluate(lost).evidence, after.evidence) << "a lost fact never raises";
                for (const truth learned : {truth::no, truth::yes}) {
                    if (!deny || e.facts.get(f) != truth::unknown) continue;
                    event refined = e;
                    refined.facts.set(f, learned);
                    ASSERT_EQ(verifier_provider_registered.evaluate(refined).evidence, verdict::convict) << form << ' ' << state;
                }
            }
        }
    }
    // Of 729: not denied are a path, pair and moved root none of which is certain (2^3 * 27 states), but for those with a foreign provider
    // for a protected program, or beside a registered provider's file and such a program.
    EXPECT_GT(denied[0], denied[1]);
    EXPECT_EQ(denied[1], denied[2]) << "any other value is as good as a rename: only what was set before counts";
    EXPECT_EQ(denied[1], 729u - 2 * 2 * 81) << "the pair or the moved root is certain";
    EXPECT_EQ(denied[3], 0u) << "a file is not denied";
}

}  // namespace
