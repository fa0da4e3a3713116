// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Rule C1.0/C1.1: vectors of its specification, must-not-fire cases, mutation pairs, and its whole decision table.
#include <gtest/gtest.h>

#include <bartizan/rules/catalogue.hpp>
#include <bartizan/testing/event_builder.hpp>

namespace {

using namespace bartizan;
using namespace bartizan::rules::lsass_handle;
using build = bartizan::testing::lsass_open_builder;

constexpr outcome judge(const event& e) { return rules::lsass_handle_theft.evaluate(e); }
constexpr response act(const build& b) { return judge(b.build()).action; }
constexpr verdict weight(const build& b) { return judge(b.build()).evidence; }
constexpr bool convicts(const build& b) { return weight(b) == verdict::convict && act(b) == response::deny_terminate; }

// ---- vectors -------------------------------------------------------------------------------------------------------------------

static_assert(act(build(trust::t1, process_all_access)) == response::strip, "C1-01 signed agent over-asks: stripped in silence");
static_assert(weight(build(trust::t1, process_all_access)) == verdict::none);
static_assert(convicts(build(trust::t0, 0x1410).file_age(30)), "C1-02 fresh unsigned program singles LSASS out");
constexpr build enumerating_agent = build(trust::t0, process_all_access).set(fact::actor_burst);
static_assert(weight(enumerating_agent) == verdict::event && act(enumerating_agent) == response::strip_event, "C1-02b one of 120 opens");
static_assert(act(build(trust::t3, 0x1410).role_is(role::managed_host).set(fact::actor_burst)) == response::strip,
              "C1-02c a process list, without the script host: silent");
static_assert(!convicts(build(trust::t3, 0x1410).role_is(role::script_host).set(fact::actor_burst)), "C1-02c PowerShell's Get-Process");
static_assert(convicts(build(trust::t3, process_all_access).role_is(role::script_host).set(fact::trace_dump_routine)), "C1-03 comsvcs");
static_assert(convicts(build(trust::t3, 0x14c0).role_is(role::svchost).set(fact::trace_seclogon)), "C1-04 seclogon leak");
static_assert(act(build(trust::t1, 0x101ffb)) == response::strip_event, "C1-05 one column is not two");
static_assert(act(build(trust::t1, 0x1418).protection(0x31)) == response::none, "C1-06 protected antimalware");
static_assert(judge(build(trust::t1, 0x1418).protection(0x31).build()).blind.empty());
static_assert(convicts(build(trust::t0, 0x1418)), "C1-07 an antimalware's name without its protection");
static_assert(convicts(build(trust::t3, process_all_access).set(fact::trace_dump_routine).caller(trust::t0)), "C1-08 foreign module");
static_assert(convicts(build(trust::t5, process_all_access).caller(trust::t0)), "C1-08 even inside a WinTcb process");
static_assert(act(build(trust::t1, 0x40).set(fact::actor_burst)) == response::strip, "C1-09 handle viewer");
constexpr build task_manager = build(trust::t3, process_all_access).role_is(role::task_manager).set(fact::trace_dump_routine);
static_assert(act(task_manager) == response::strip_event, "C1-10 Task Manager's dump: stripped and recorded, not terminated");
constexpr build wer = build(trust::t3, process_all_access).role_is(role::error_reporter).set(fact::actor_fault_reported);
static_assert(act(wer) == response::none, "C1-11 WerFault for a fault that LSASS reported");
static_assert(convicts(build(trust::t3, process_all_access).role_is(role::error_reporter)), "C1-11 WerFault without a fault");
static_assert(act(build(trust::t1, 0x1010).without_stack()) == response::strip_event, "C1-13 no call stack");
static_assert(judge(build(trust::t1, 0x1010).without_stack().build()).blind.has(field::call_trace), "C1-13 and it says so");
static_assert(act(build(trust::t1, generic_read).of_thread()) == response::none, "C1-14 thread: GENERIC_READ");
static_assert(act(build(trust::t1, maximum_allowed).of_thread()) == response::strip, "C1-14 thread: MAXIMUM_ALLOWED");

// ---- must not fire: each as it is, and with the one excuse taken away -----------------------------------------------------------

static_assert(act(build(trust::t3, 0x1000)) == response::none && act(build(trust::t3, 0x1400)) == response::none);
static_assert(act(build(trust::t3, 0x101400)) == response::none && act(build(trust::t3, 0x101000)) == response::none);
static_assert(act(build(trust::t0, 0x101400)) == response::none, "a query is a query, whoever asks");
static_assert(act(build(trust::t0, 0x1410).target_is_not_lsass()) == response::none);

constexpr build wmi_inventory = build(trust::t3, 0x1410).set(fact::trace_inventory);
static_assert(act(wmi_inventory) == response::strip, "a WMI provider lists processes");
static_assert(act(build(trust::t3, 0x1410)) == response::strip_event, "... the same without the provider on the stack is recorded");

constexpr build net_inventory = build(trust::t3, 0x1410).role_is(role::script_host).set(fact::trace_inventory);
static_assert(weight(net_inventory) == verdict::event || weight(net_inventory) == verdict::none);
static_assert(convicts(build(trust::t3, 0x1410).role_is(role::script_host)), "... a script that calls OpenProcess itself");
static_assert(convicts(build(trust::t3, 0x1418).role_is(role::script_host).set(fact::trace_inventory)), "... a mask no inventory asks for");

static_assert(convicts(build(trust::t0, process_all_access)), "the burst is the enumerating agent's only excuse");
static_assert(convicts(build(trust::t1, process_all_access).set(fact::trace_dump_routine)), "a dump routine outside Task Manager");
static_assert(convicts(build(trust::t0, process_all_access).role_is(role::task_manager).set(fact::trace_dump_routine)),
              "a Task Manager that Windows did not sign");
static_assert(convicts(build(trust::t1, 0x1010).set(fact::trace_unbacked)) && !convicts(build(trust::t1, 0x1010)));
static_assert(convicts(build(trust::t1, 0x1010).set(fact::trace_direct_syscall)));
static_assert(!convicts(build(trust::t1, process_suspend_resume).set(fact::trace_unbacked)), "the gate: strong atoms need rights that matter");
static_assert(convicts(build(trust::t1, process_suspend_resume).set(fact::target_memory_read)), "... a proven read opens it");
static_assert(convicts(build(trust::t1, 0x1010).duplicate().set(fact::trace_unbacked)), "a duplicate is judged like an open");
static_assert(convicts(build(trust::t1, 0x1010).set(fact::target_memory_read).target_protection(0x41)), "a12 protected LSASS read");

// ---- Kleene: an unknown is neither evidence nor an excuse ------------------------------------------------------------------------

constexpr event audit_log_open(access_mask mask, bool exercised_only, bool native) {
    build b = build(trust::t0, mask).without_stack();
    if (native) b.role_is(role::native_image);
    event e = b.build();
    e.data.handle.exercised_only = exercised_only;
    return e;
}
static_assert(judge(audit_log_open(0x1010, false, false)).evidence == verdict::convict, "no inventory asks for 0x1010");
static_assert(judge(audit_log_open(0x1410, false, false)).evidence == verdict::event, "0x1410 may be one");
static_assert(judge(audit_log_open(0x1410, false, true)).evidence == verdict::convict, "... not of a program without .NET");
static_assert(judge(audit_log_open(0x10, true, false)).evidence == verdict::event, "the right that was used is not the mask that was asked");
static_assert(judge(audit_log_open(0x10, true, false)).blind.has(field::open_history));

// ---- the whole table ------------------------------------------------------------------------------------------------------------

/// Second implementation of the grading, written from the rule's text instead of its table.
verdict graded(uint32_t held, bool gate) {
    constexpr uint32_t strong = 1u << a1 | 1u << a2 | 1u << a3 | 1u << a4 | 1u << a10 | 1u << a11 | 1u << a12;
    constexpr uint32_t proof = 1u << a10 | 1u << a11 | 1u << a12;
    if ((held & strong) != 0 && (gate || (held & proof) != 0)) return verdict::convict;
    const bool who = (held & (1u << a2b | 1u << a5 | 1u << a6)) != 0;
    const bool what = (held & (1u << a7 | 1u << a8)) != 0;
    const bool how = (held & (1u << a13)) != 0;
    if (who + what + how >= 2) return verdict::convict;
    const int weak = __builtin_popcount(held & (1u << a9 | 1u << a14 | 1u << a15));
    return who || what || how || weak >= 2 || (held & strong) != 0 ? verdict::event : verdict::none;
}

TEST(lsass_handle, table_equals_a_second_implementation_and_is_monotone) {
    bool decisive[16] = {};
    for (uint32_t held = 0; held < 0x10000; ++held) {
        for (const bool gate : {false, true}) {
            const verdict v = decide(static_cast<uint16_t>(held), gate);
            ASSERT_EQ(v, graded(held, gate)) << std::hex << held;
            for (uint32_t atom = 0; atom < 16; ++atom) {
                const verdict more = decide(static_cast<uint16_t>(held | 1u << atom), gate);
                ASSERT_GE(more, v) << std::hex << held << " + atom " << atom;
                if (more > v) decisive[atom] = true;
            }
        }
    }
    for (int atom = 0; atom < 16; ++atom) EXPECT_TRUE(decisive[atom]) << "atom row " << atom << " never changes a verdict";
}

TEST(lsass_handle, every_mask_kind_and_protection_keeps_the_contract) {
    for (uint32_t mask = 0; mask < 1u << 14; ++mask) {
        for (const bool duplicate : {false, true}) {
            build b(trust::t1, mask);
            if (duplicate) b.duplicate();
            const event e = b.build();
            const outcome o = judge(e);
            const pre_outcome p = rules::before(e);
            // Exactly the sensitive bits are stripped, and an actor without any goes untouched.
            ASSERT_EQ(o.strip_mask, mask & 0xc0afau) << std::hex << mask;
            ASSERT_EQ(o.action == response::none, (mask & 0xc0afau) == 0) << std::hex << mask;
            ASSERT_EQ(p.strip_mask, o.strip_mask) << std::hex << mask;
            ASSERT_NE(p.what, pre_outcome::decision::deny);
        }
    }
    for (uint32_t level = 0; level < 256; ++level) {
        const event e = build(trust::t1, 0x1418).protection(static_cast<uint8_t>(level)).build();
        const uint32_t type = level & 7;
        const uint32_t signer = level >> 4;
        const bool excused = (type == 1 || type == 2) && signer >= 3 && signer <= 7;
        EXPECT_EQ(judge(e).action == response::none, excused) << std::hex << level;
        EXPECT_EQ(rules::before(e).what == pre_outcome::decision::allow, excused) << std::hex << level;
    }
}

/// Every process mask, opened and duplicated, by a signed program under every protection byte: 2^14 x 2 x 256.
TEST(lsass_handle, the_whole_product_of_masks_kinds_and_protections) {
    event base[2][256];
    bool excused[256];
    for (uint32_t level = 0; level < 256; ++level) {
        const uint32_t type = level & 7;
        const uint32_t signer = level >> 4;
        excused[level] = (type == 1 || type == 2) && signer >= 3 && signer <= 7;
        base[0][level] = build(trust::t1, 0).protection(static_cast<uint8_t>(level)).build();
        base[1][level] = build(trust::t1, 0).protection(static_cast<uint8_t>(level)).duplicate().build();
    }
    uint64_t wrong = 0;
    uint64_t stripped = 0;
    for (auto& kind : base) {
        for (uint32_t level = 0; level < 256; ++level) {
            event& e = kind[level];
            for (access_mask mask = 0; mask < 1u << 14; ++mask) {
                e.data.handle.granted = e.data.handle.desired = mask;
                const access_mask expected = excused[level] ? 0 : mask & 0xc0afau;
                const outcome o = judge(e);
                const pre_outcome p = rules::lsass_handle_theft.before(e);
                // Signed, targeted, its stack known and in files: the rights go, and nobody is accused of more.
                const bool right = o.strip_mask == expected && p.strip_mask == expected && (o.action == response::none) == (expected == 0) &&
                                   o.evidence != verdict::convict && p.what == (expected != 0 ? pre_outcome::decision::strip : pre_outcome::decision::allow);
                wrong += right ? 0 : 1;
                stripped += expected != 0 ? 1 : 0;
            }
        }
    }
    EXPECT_EQ(wrong, 0u);
    EXPECT_EQ(stripped, uint64_t{2} * (256 - 20) * ((1u << 14) - (1u << 6)));  // 10 signer-and-type pairs, audit bit on or off; 6 harmless bits
}

TEST(lsass_handle, losing_a_fact_never_makes_a_clean_event_a_termination) {
    const event clean[] = {build(trust::t1, process_all_access).build(), wmi_inventory.build(), enumerating_agent.build(), wer.build(),
                           task_manager.build(), build(trust::t1, 0x1418).protection(0x31).build()};
    for (const event& base : clean) {
        ASSERT_NE(judge(base).evidence, verdict::convict);
        for (uint8_t f = 0; f <= static_cast<uint8_t>(fact::file_is_dump); ++f) {
            event e = base;
            e.facts.set(static_cast<fact>(f), truth::unknown);
            EXPECT_NE(judge(e).action, response::deny_terminate) << "fact " << int{f};
        }
        event no_trust = base;
        no_trust.actor.image_trust = no_trust.caller_trust = trust::unknown;
        EXPECT_NE(judge(no_trust).action, response::deny_terminate);
        event no_identity = base;
        no_identity.actor.identity = truth::unknown;
        no_identity.actor.roles = {};
        EXPECT_NE(judge(no_identity).action, response::deny_terminate);
    }
}

TEST(lsass_handle, an_unidentified_target_is_blind_and_not_clean) {
    event e = build(trust::t0, 0x1010).build();
    e.target.identity = truth::unknown;
    e.target.roles = {};
    const outcome o = judge(e);
    EXPECT_EQ(o.evidence, verdict::none);
    EXPECT_TRUE(o.blind.has(field::target_image));
    EXPECT_TRUE(o.is_worth_telling());
}

}  // namespace
