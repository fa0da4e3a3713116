// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// M1.3-M1.6, M1.8-M1.10: memory, hollowing, tainted code, injection tools; each excuse with one condition flipped.
#include <bartizan/rules/catalogue.hpp>
#include <bartizan/testing/injection_events.hpp>

namespace {

using namespace bartizan;
using act = bartizan::testing::remote_act;

constexpr verdict memory(const act& a) { return rules::remote_memory_changed.evaluate(a.build()).evidence; }
constexpr verdict hollow(const act& a) { return rules::process_hollowed.evaluate(a.build()).evidence; }
constexpr verdict taint(const act& a) { return rules::tainted_code_acts.evaluate(a.build()).evidence; }
constexpr verdict tool(const act& a) { return rules::injector_tool_started.evaluate(a.build()).evidence; }

// ---- remote_memory -------------------------------------------------------------------------------------------------------------
constexpr act write(trust source, memory_use use) { return act(event_kind::memory_write, source).use(use); }

static_assert(memory(write(trust::t1, memory_use::heap)) == verdict::none && memory(write(trust::t0, memory_use::heap)) == verdict::none,
              "data alone: what runs in it later convicts");
constexpr act patch = write(trust::t1, memory_use::module_code);
static_assert(memory(patch) == verdict::convict, "M1.9, M1-04 in explorer");
static_assert(memory(act(patch).set(fact::sandbox_patch)) == verdict::none, "ok3");
static_assert(memory(act(patch).set(fact::source_is_debugger)) == verdict::none, "ok4: a breakpoint");
static_assert(memory(act(patch).set(fact::source_is_debugger, truth::unknown)) == verdict::event, "... nobody told who debugs");
static_assert(memory(act(patch).use(memory_use::heap)) == verdict::none, "the decisive fact removed");
static_assert(memory(act(patch).on_itself()) == verdict::none && memory(act(patch).kernel_caller()) == verdict::none);
constexpr memory_use blocks[] = {memory_use::peb, memory_use::peb_image_base, memory_use::process_parameters, memory_use::shim_data};
constexpr bool blocks_convict_outside_creation() {
    for (const memory_use use : blocks) {
        if (memory(write(trust::t1, use)) != verdict::convict) return false;
        if (memory(write(trust::t1, use).set(fact::creation_write)) != verdict::none) return false;
    }
    return true;
}
static_assert(blocks_convict_outside_creation(), "ok1 and its flips");
static_assert(memory(write(trust::t0, memory_use::module_data).set(fact::fork_copy)) == verdict::none, "ok7");
static_assert(memory(write(trust::t0, memory_use::module_data)) == verdict::convict, "... without fork's conditions");
static_assert(memory(write(trust::t1, memory_use::module_data)) == verdict::event);

constexpr act place(event_kind kind, trust source, page_protection p) { return act(kind, source).protection(p); }
static_assert(memory(place(event_kind::memory_allocate, trust::t1, page_execute_readwrite)) == verdict::event, "M1.3: RWX alone");
static_assert(memory(place(event_kind::memory_allocate, trust::t1, page_execute_readwrite).protection(page_execute_readwrite, 0xfff)) == verdict::none);
static_assert(memory(place(event_kind::memory_allocate, trust::t1, page_execute_read)) == verdict::none);
static_assert(memory(place(event_kind::memory_allocate, trust::t0, page_execute_readwrite)) == verdict::convict, "of an untrusted program");
static_assert(memory(place(event_kind::memory_protect, trust::t3, page_execute_readwrite).source_is(role::script_host)) == verdict::convict);
static_assert(memory(place(event_kind::memory_allocate, trust::t2, page_execute_readwrite)) == verdict::none, "ok5");
constexpr act view = place(event_kind::memory_map, trust::t1, page_execute_read).state(memory_state::mapped_pagefile);
static_assert(memory(view) == verdict::event && memory(act(view).state(memory_state::mapped_file)) == verdict::none, "M1.4: M before it runs");
static_assert(rules::remote_memory_changed.evaluate(act(view).state(memory_state::unknown).build()).blind.has(field::memory_state));

// ---- hollowing -----------------------------------------------------------------------------------------------------------------
static_assert(hollow(write(trust::t1, memory_use::main_image)) == verdict::none);
static_assert(hollow(write(trust::t1, memory_use::main_image).set(fact::main_image_overwritten)) == verdict::convict, "M1.5");
static_assert(hollow(act(event_kind::memory_map, trust::t1).set(fact::main_image_remapped)) == verdict::convict);
static_assert(hollow(act(event_kind::memory_allocate, trust::t1).set(fact::main_image_remapped)) == verdict::convict);
static_assert(hollow(act(event_kind::resume, trust::t1).set(fact::image_base_redirected)) == verdict::convict);
static_assert(hollow(act(event_kind::context_set, trust::t1).set(fact::image_base_redirected)) == verdict::convict);
static_assert(hollow(write(trust::t1, memory_use::main_image).set(fact::main_image_overwritten).set(fact::source_is_debugger)) == verdict::convict,
              "no breakpoint takes 4 KiB");

constexpr verdict begun_from(backing_file file, bool process) {
    event e = act(process ? event_kind::process_create : event_kind::image_load, trust::t1).build();
    if (process) e.data.create.backing = file;
    else e.data.image.backing = file;
    return rules::process_hollowed.evaluate(e).evidence;
}
static_assert(begun_from(backing_file::same, true) == verdict::none && begun_from(backing_file::unknown, true) == verdict::none);
static_assert(begun_from(backing_file::changed, true) == verdict::convict, "M1.6 herpaderping");
static_assert(begun_from(backing_file::delete_pending, true) == verdict::convict, "... ghosting");
static_assert(begun_from(backing_file::transacted, true) == verdict::convict, "... in a transaction");
static_assert(begun_from(backing_file::changed, false) == verdict::event && begun_from(backing_file::same, false) == verdict::none);

constexpr verdict tampered(tamper_payload::change what) {
    event e = act(event_kind::image_tampered, trust::t1).build();
    e.data = tamper_payload{what};
    return rules::process_hollowed.evaluate(e).evidence;
}
static_assert(tampered(tamper_payload::change::image_replaced) == verdict::event, "M1-10: Firefox, Edge, VS Code do it");
static_assert(tampered(tamper_payload::change::image_locked) == verdict::none);

static_assert(hollow(act(event_kind::process_create, trust::t0).set(fact::made_from_section)) == verdict::event);
static_assert(hollow(act(event_kind::process_create, trust::t0).set(fact::host_started_elsewhere)) == verdict::event);
static_assert(hollow(act(event_kind::process_create, trust::t0)) == verdict::none);
static_assert(hollow(act(event_kind::handle_open, trust::t0).set(fact::made_from_section)) == verdict::event);

// ---- tainted code --------------------------------------------------------------------------------------------------------------
constexpr act connects = act(event_kind::network_connect, trust::t3).set(fact::frame_tainted);
static_assert(taint(connects) == verdict::convict, "M1.8");
static_assert(rules::tainted_code_acts.evaluate(connects.build()).whose == culprit::instigator);
static_assert(taint(act(connects).set(fact::frame_tainted, truth::no)) == verdict::none);
static_assert(rules::tainted_code_acts.evaluate(act(connects).set(fact::frame_tainted, truth::unknown).build()).blind.has(field::call_trace));
constexpr act opens = act(event_kind::handle_open, trust::t3).granted(process_all_access);
static_assert(taint(act(opens).set(fact::frame_tainted)) == verdict::convict);
static_assert(taint(act(opens).granted(0x1400).set(fact::frame_tainted)) == verdict::none, "a query is a query");
static_assert(taint(act(opens).set(fact::call_unbacked)) == verdict::event, "a program of Windows that compiles nothing");
static_assert(taint(act(opens).set(fact::call_unbacked).source_is(role::managed_host)) == verdict::none, "... one that compiles");
static_assert(taint(act(event_kind::handle_open, trust::t1).granted(process_all_access).set(fact::call_unbacked)) == verdict::none);

// ---- injection tools -----------------------------------------------------------------------------------------------------------
constexpr act mavinject = act(event_kind::process_create, trust::t3).source_is(role::code_injector).set(fact::command_injects);
static_assert(tool(mavinject) == verdict::event, "M1.10: the effect convicts, not the name");
static_assert(tool(act(mavinject).set(fact::injector_serves)) == verdict::none, "Application Virtualization");
static_assert(tool(act(mavinject).set(fact::command_injects, truth::no)) == verdict::none);
static_assert(rules::injector_tool_started.evaluate(act(mavinject).set(fact::command_injects, truth::unknown).build()).blind.has(field::command_line));

}  // namespace
