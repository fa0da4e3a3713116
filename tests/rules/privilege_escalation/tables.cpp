// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The privilege-escalation rules as tables, as constant expressions, and "before" against "after".
#include <gtest/gtest.h>

#include <bartizan/rules/catalogue.hpp>

#include "../sound_table.hpp"

namespace {

using namespace bartizan;
using namespace bartizan::rules;
using bartizan_test::expect_sound_table;

TEST(privilege_escalation, tables_are_monotone_without_dead_rows) {
    expect_sound_table(5, token_swap::decide, verdict::convict);
    expect_sound_table(9, system_child::decide, verdict::convict);
    expect_sound_table(6, token_borrowing::decide, verdict::convict);
    expect_sound_table(2, kernel_address::decide, verdict::convict);
}

TEST(privilege_escalation, tables_equal_a_second_implementation) {
    for (uint16_t held = 0; held < 512; ++held) {
        const auto s = [held](int n) { return (held >> (n - 1) & 1) != 0; };
        const bool strong = s(1) || s(2) || s(4) || s(7) || s(8);
        const bool who = s(3), how = s(5) || s(6), what = s(9);
        const verdict expected = strong || who + how + what >= 2 ? verdict::convict : who || how || what ? verdict::event : verdict::none;
        EXPECT_EQ(system_child::decide(held), expected) << held;
    }
    for (uint16_t held = 0; held < 64; ++held) {
        const auto b = [held](int n) { return (held >> (n - 1) & 1) != 0; };
        const bool sweep = b(3) && b(4);
        const bool what = b(1) || b(2) || sweep;
        const bool who = b(5) || sweep;
        const verdict expected = b(6) || (what && who) ? verdict::convict : what || who ? verdict::event : verdict::none;
        EXPECT_EQ(token_borrowing::decide(held), expected) << held;
    }
    for (uint16_t held = 0; held < 32; ++held)
        EXPECT_EQ(token_swap::decide(held), held > 1 ? verdict::convict : held == 1 ? verdict::event : verdict::none) << held;
}

// ---- kernel addresses ----------------------------------------------------------------------------------------------------------

constexpr outcome judge_address(uint64_t address, uint8_t flags = 0, uint8_t protection = 0, event_kind kind = event_kind::memory_write) {
    event e;
    e.kind = kind;
    e.flags = flags;
    e.actor.protection = protection;
    e.actor.is_protected = to_truth(protection != 0);
    if (kind == event_kind::apc_queue) {
        apc_payload apc{};
        apc.routine = address;
        e.data = apc;
    } else {
        memory_payload memory{};
        memory.range = {address, 0x1000};
        e.data = memory;
    }
    return kernel_address_passed.evaluate(e);
}
static_assert(judge_address(0xffff8000'00001000u).evidence == verdict::convict, "P8");
static_assert(judge_address(0x00007fff'00001000u).evidence == verdict::none, "the user half");
static_assert(judge_address(0xffff8000'00001000u, event_kernel_caller).evidence == verdict::none, "a kernel-mode caller");
static_assert(judge_address(0xffff8000'00001000u, 0, 0x31).evidence == verdict::none, "protected antimalware");
static_assert(judge_address(0xffff8000'00001000u, 0, 0x11).evidence == verdict::convict, "a protection that proves nothing");
static_assert(judge_address(0xffff8000'00001000u, 0, 0, event_kind::apc_queue).evidence == verdict::convict);
static_assert(judge_address(uint64_t{0} - (uint64_t{0x76543210} << 2), 0, 0, event_kind::apc_queue).evidence == verdict::none, "a 32-bit routine");

// ---- before and after ----------------------------------------------------------------------------------------------------------

constexpr fact read_at_start[] = {fact::creator_is_system, fact::client_is_service, fact::client_is_user, fact::creator_at_most_medium,
                                  fact::parent_is_spoofed, fact::parent_is_system, fact::impersonated_system, fact::command_to_pipe};

event child(uint32_t ternary, account user, role_set roles, trust tier, uint32_t integrity) {
    event e;
    e.kind = event_kind::process_create;
    e.actor.identity = truth::yes;
    e.actor.roles = roles;
    e.actor.image_trust = tier;
    e.actor.user = user;
    e.actor.integrity_rid = integrity;
    for (const fact f : read_at_start) {
        e.facts.set(f, static_cast<truth>(ternary % 3));
        ternary /= 3;
    }
    return e;
}

TEST(privilege_escalation, before_never_denies_what_after_calls_clean) {
    uint32_t denied = 0;
    for (const account user : {account::unknown, account::system, account::user}) {
        for (const role_set roles : {role_set{}, role_set{}.with(role::script_host), role_set{}.with(role::session_helper)}) {
            for (uint32_t state = 0; state < 6561; ++state) {
                const event e = child(state, user, roles, trust::t3, 0x4000);
                const bool deny = rules::before(e).what == pre_outcome::decision::deny;
                const outcome after = system_child_started.evaluate(e);
                ASSERT_EQ(system_child_started.before(e).what == pre_outcome::decision::deny, after.evidence == verdict::convict);
                if (!deny) continue;
                ++denied;
                for (const fact f : read_at_start) {
                    if (e.facts.get(f) != truth::unknown) continue;
                    for (const truth learned : {truth::no, truth::yes}) {
                        event refined = e;
                        refined.facts.set(f, learned);
                        ASSERT_EQ(system_child_started.evaluate(refined).evidence, verdict::convict);
                    }
                }
            }
        }
    }
    EXPECT_GT(denied, 0u);
}

TEST(privilege_escalation, a_lost_fact_never_terminates) {
    for (const account user : {account::system, account::user}) {
        for (uint32_t state = 0; state < 6561; ++state) {
            const event e = child(state, user, role_set{}.with(role::script_host), trust::t3, 0x3000);
            const verdict whole = system_child_started.evaluate(e).evidence;
            if (whole == verdict::convict) continue;
            for (const fact f : read_at_start) {
                event lost = e;
                lost.facts.set(f, truth::unknown);
                ASSERT_LE(system_child_started.evaluate(lost).evidence, whole);
            }
            event nobody = e;
            nobody.actor.user = account::unknown;
            nobody.actor.integrity_rid = unknown_u32;
            nobody.actor.identity = truth::unknown;
            nobody.actor.roles = {};
            ASSERT_NE(system_child_started.evaluate(nobody).action, response::deny_terminate);
        }
    }
}

}  // namespace
