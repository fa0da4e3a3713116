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

}  // namespace
