// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Every row of every decision table of injection, APC and code cave: equal to a second implementation, monotone, without a dead row;
// and every combination of facts through the rules themselves.
#include <gtest/gtest.h>

#include <bartizan/rules/catalogue.hpp>
#include <bartizan/testing/injection_events.hpp>
#include <set>
#include <vector>

#include "sound_table.hpp"

namespace {

using namespace bartizan;
using act = bartizan::testing::remote_act;

const rule* const tables[] = {&rules::remote_thread_injected, &rules::remote_library_forced, &rules::remote_memory_changed,
                              &rules::process_hollowed,       &rules::thread_context_hijacked, &rules::tainted_code_acts,
                              &rules::injector_tool_started,  &rules::remote_apc_abused,      &rules::kernel_apc_injected,
                              &rules::code_cave_runs};

/// Rules.md 0.7 as sentences.
verdict by_the_book(uint32_t held, const rule& r) {
    std::multiset<grade> grades;
    std::set<column> medium;
    for (uint8_t i = 0; i < r.atoms.size; ++i) {
        if ((held >> i & 1) == 0) continue;
        grades.insert(r.atoms[i].weight);
        if (r.atoms[i].weight == grade::medium) medium.insert(r.atoms[i].question);
    }
    if (grades.count(grade::strong) != 0 || medium.size() >= 2) return verdict::convict;
    return grades.count(grade::medium) != 0 || grades.count(grade::weak) >= 2 ? verdict::event : verdict::none;
}

TEST(injection_tables, equal_a_second_implementation_and_are_monotone) {
    for (const rule* r : tables) {
        SCOPED_TRACE(r->name);
        for (uint32_t held = 0; held < 1u << r->atoms.size; ++held)
            ASSERT_EQ(weigh(static_cast<uint16_t>(held), r->atoms), by_the_book(held, *r)) << held;
        const verdict highest = r == &rules::injector_tool_started ? verdict::event : verdict::convict;
        bartizan_test::expect_sound_table(static_cast<uint32_t>(r->atoms.size), [r](uint16_t held) { return weigh(held, r->atoms); }, highest);
    }
}

/// Facts that each rule reads; all their combinations of yes, no and unknown are run.
struct read_facts {
    const rule* r;
    std::vector<fact> facts;
    std::vector<act> bases;
};

std::vector<read_facts> readers() {
    using k = event_kind;
    std::vector<read_facts> all;
    all.push_back({&rules::remote_thread_injected,
                   {fact::code_unbacked, fact::code_prepared, fact::code_written, fact::code_writable, fact::code_is_loader, fact::code_is_expected, fact::rights_through_unbacked},
                   {act(k::thread_start, trust::t0), act(k::thread_start, trust::t1), act(k::thread_start, trust::t2), act(k::thread_start, trust::unknown),
                    act(k::thread_start, trust::t3).source_is(role::script_host), act(k::thread_start, trust::t1).target_is(role::lsass)}});
    all.push_back({&rules::remote_apc_abused,
                   {fact::code_unbacked, fact::code_prepared, fact::code_written, fact::code_is_loader, fact::code_reads_atoms, fact::code_is_primitive,
                    fact::code_is_expected, fact::source_is_creator, fact::target_not_started, fact::apc_flood, fact::source_is_debugger},
                   {act(k::apc_queue, trust::t0), act(k::apc_queue, trust::t1), act(k::apc_queue, trust::t4)}});
    all.push_back({&rules::kernel_apc_injected,
                   {fact::code_unbacked, fact::target_is_old, fact::code_writable, fact::kernel_frame_unbacked, fact::kernel_prepared_code},
                   {act(k::apc_queue, trust::t5).kernel_caller().caller(trust::t2), act(k::apc_queue, trust::t5).kernel_caller().caller(trust::unknown),
                    act(k::apc_queue, trust::t5).kernel_caller().caller(trust::t1).target_is(role::lsass)}});
    all.push_back({&rules::thread_context_hijacked,
                   {fact::code_unbacked, fact::source_paused_target, fact::source_is_debugger, fact::code_inside_system, fact::context_churn, fact::code_prepared, fact::code_written},
                   {act(k::context_set, trust::t0), act(k::context_set, trust::t1), act(k::context_set, trust::unknown)}});
    all.push_back({&rules::remote_memory_changed,
                   {fact::creation_write, fact::sandbox_patch, fact::fork_copy, fact::source_is_debugger},
                   {act(k::memory_write, trust::t0).use(memory_use::module_code), act(k::memory_write, trust::t1).use(memory_use::peb),
                    act(k::memory_write, trust::t1).use(memory_use::unknown), act(k::memory_map, trust::t0).protection(page_execute_readwrite)}});
    all.push_back({&rules::process_hollowed,
                   {fact::main_image_overwritten, fact::main_image_remapped, fact::image_base_redirected, fact::source_is_debugger, fact::made_from_section, fact::host_started_elsewhere},
                   {act(k::memory_write, trust::t1), act(k::resume, trust::t1), act(k::process_create, trust::t1), act(k::handle_open, trust::t1)}});
    all.push_back({&rules::remote_library_forced, {fact::library_was_forced, fact::instigator_untrusted},
                   {act(k::image_load, trust::t1).module(trust::t0), act(k::image_load, trust::t1).module(trust::t2), act(k::image_load, trust::t1).module(trust::unknown)}});
    all.push_back({&rules::tainted_code_acts, {fact::frame_tainted, fact::call_unbacked}, {act(k::network_connect, trust::t3), act(k::handle_open, trust::t3).granted(process_all_access)}});
    all.push_back({&rules::injector_tool_started, {fact::command_injects, fact::injector_serves}, {act(k::process_create, trust::t3).source_is(role::code_injector)}});
    all.push_back({&rules::code_cave_runs, {fact::frame_in_slack}, {act(k::network_connect, trust::t3)}});
    return all;
}

constexpr truth values[] = {truth::no, truth::unknown, truth::yes};

/// Kleene's promise: what a rule is certain of with a fact unknown stays so whatever the fact turns out to be, and what it is not
/// certain of it says. So losing a field never makes a clean event a conviction.
TEST(injection_tables, an_unknown_fact_neither_convicts_nor_clears) {
    for (const read_facts& reader : readers()) {
        uint32_t combinations = 1;
        for (size_t i = 0; i < reader.facts.size(); ++i) combinations *= 3;
        for (const act& base : reader.bases) {
            const event first = base.build();
            std::vector<outcome> all(combinations);
            for (uint32_t c = 0; c < combinations; ++c) {
                event e = first;
                for (uint32_t i = 0, rest = c; i < reader.facts.size(); ++i, rest /= 3) e.facts.set(reader.facts[i], values[rest % 3]);
                all[c] = reader.r->evaluate(e);
                ASSERT_EQ(all[c].action == response::none, all[c].evidence != verdict::convict);
                ASSERT_EQ(all[c].atoms.yes & all[c].atoms.unknown, 0);
            }
            for (uint32_t c = 0; c < combinations; ++c) {
                const auto value = [&](fact f) {
                    for (uint32_t i = 0, rest = c; i < reader.facts.size(); ++i, rest /= 3)
                        if (reader.facts[i] == f) return values[rest % 3];
                    return truth::no;
                };
                for (uint32_t i = 0, unit = 1; i < reader.facts.size(); ++i, unit *= 3) {
                    if (c / unit % 3 != 1) continue;
                    const fact f = reader.facts[i];
                    const verdict with = all[c].evidence;
                    const verdict no = all[c - unit].evidence;
                    const verdict yes = all[c + unit].evidence;
                    const verdict least = no < yes ? no : yes;
                    const verdict most = no < yes ? yes : no;
                    // Writes that nobody logs count as made (rules.md M1.3), unless the memory is known to be a file's.
                    const bool by_the_rule = f == fact::code_written || (f == fact::code_unbacked && value(fact::code_prepared) == truth::yes &&
                                                                         value(fact::code_written) == truth::unknown);
                    // Where nobody tells who debugs whom, the act is recorded.
                    const verdict allowed = f == fact::source_is_debugger && least == verdict::none ? verdict::event : least;
                    if (!by_the_rule) { ASSERT_LE(with, allowed) << reader.r->name << ", combination " << c << ", fact " << i; }
                    // Hints that could at most make an event are not missed aloud at every process start and open.
                    const bool quiet = first.kind == event_kind::process_create || first.kind == event_kind::handle_open || f == fact::call_unbacked;
                    if (most > with && !quiet) { ASSERT_FALSE(all[c].blind.empty()) << reader.r->name << ", combination " << c << ", fact " << i; }
                }
            }
        }
    }
}

}  // namespace
