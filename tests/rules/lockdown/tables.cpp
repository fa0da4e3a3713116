// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The lockdown rules as tables: whole enumeration, and "before" against "after" under every refinement of what was unknown.
#include <gtest/gtest.h>

#include <bartizan/rules/catalogue.hpp>

#include "../sound_table.hpp"

namespace {

using namespace bartizan;
using namespace bartizan::rules;
using bartizan_test::expect_sound_table;

TEST(lockdown, tables_are_monotone_without_dead_rows) {
    expect_sound_table(4, browser_powershell::decide, verdict::convict);
    expect_sound_table(5, html_application::decide, verdict::convict);
    expect_sound_table(5, deferred_start::decide, verdict::event);
}

TEST(lockdown, tables_equal_a_second_implementation) {
    for (uint16_t held = 0; held < 16; ++held) {
        const bool powershell = held & 1, locked = held & 2, dialog = held & 4, downloaded = held & 8;
        const verdict expected = dialog || (powershell && locked) ? verdict::convict : powershell && downloaded ? verdict::event : verdict::none;
        EXPECT_EQ(browser_powershell::decide(held), expected) << held;
    }
    for (uint16_t held = 0; held < 32; ++held) {
        const bool hta = held & 1, starts = held & 2, connects = held & 4, by_browser = held & 8, strict = held & 16;
        const bool acts = hta && (starts || connects || by_browser);
        const verdict expected = strict || acts ? verdict::convict : by_browser ? verdict::event : verdict::none;
        EXPECT_EQ(html_application::decide(held), expected) << held;
    }
    for (uint16_t held = 0; held < 32; ++held) {
        const bool registration = (held & 7) == 7, pasted = (held & 24) == 24;
        EXPECT_EQ(deferred_start::decide(held), registration || pasted ? verdict::event : verdict::none) << held;
    }
}

constexpr fact read_at_start[] = {fact::lineage_locked, fact::lineage_hta, fact::lineage_browser_utility, fact::command_from_browser,
                                  fact::started_by_com, fact::native_host_allowed, fact::own_helper, fact::every_child_locked};
constexpr uint32_t fact_count = sizeof read_at_start / sizeof read_at_start[0];

event start_with(uint32_t ternary, role_set roles) {
    event e;
    e.kind = event_kind::process_create;
    e.actor.identity = truth::yes;
    e.actor.roles = roles;
    for (const fact f : read_at_start) {
        e.facts.set(f, static_cast<truth>(ternary % 3));
        ternary /= 3;
    }
    return e;
}

/// All 3^8 states of the facts for each kind of child. Where "before" denies, then whatever the unknowns turn out to be, "after"
/// convicts: so no refinement of a denied start is clean.
TEST(lockdown, before_never_denies_what_after_calls_clean) {
    uint32_t states = 1;
    for (uint32_t i = 0; i < fact_count; ++i) states *= 3;
    const role_set children[] = {{}, role_set{}.with(role::powershell).with(role::script_host), role_set{}.with(role::script_engine).with(role::html_host),
                                 role_set{}.with(role::lolbin), role_set{}.with(role::browser)};
    const rule* rules[] = {&powershell_from_browser, &html_application_acts};
    uint32_t denied = 0;
    for (const role_set child : children) {
        for (const rule* r : rules) {
            for (uint32_t state = 0; state < states; ++state) {
                const event e = start_with(state, child);
                const outcome after = r->evaluate(e);
                const bool deny = r->before(e).what == pre_outcome::decision::deny;
                ASSERT_EQ(deny, after.evidence == verdict::convict);
                ASSERT_EQ(after.action == response::deny_terminate, after.evidence == verdict::convict);
                denied += deny;
                if (!deny) continue;
                for (uint32_t f = 0; f < fact_count; ++f) {
                    if (e.facts.get(read_at_start[f]) != truth::unknown) continue;
                    for (const truth learned : {truth::no, truth::yes}) {
                        event refined = e;
                        refined.facts.set(read_at_start[f], learned);
                        ASSERT_EQ(r->evaluate(refined).evidence, verdict::convict) << "fact " << f << " of state " << state;
                    }
                }
            }
        }
    }
    EXPECT_GT(denied, 0u);
}

TEST(lockdown, a_lost_fact_never_terminates_and_is_reported_where_it_matters) {
    const role_set children[] = {role_set{}.with(role::powershell).with(role::script_host), role_set{}.with(role::script_engine).with(role::html_host)};
    for (const role_set child : children) {
        for (uint32_t state = 0; state < 6561; ++state) {
            const event e = start_with(state, child);
            for (const rule* r : {&powershell_from_browser, &html_application_acts}) {
                if (r->evaluate(e).evidence == verdict::convict) continue;
                for (const fact f : read_at_start) {
                    event lost = e;
                    lost.facts.set(f, truth::unknown);
                    const outcome o = r->evaluate(lost);
                    ASSERT_NE(o.action, response::deny_terminate);
                    if (o.evidence < r->evaluate(e).evidence) {
                        ASSERT_FALSE(o.blind.empty()) << "a verdict that fell for want of a fact says so";
                    }
                }
            }
        }
    }
}

}  // namespace
