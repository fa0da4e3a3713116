// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ADAPTERS_ETW_TI_HPP
#define BARTIZAN_ADAPTERS_ETW_TI_HPP

#include "etw_ti_mapping.hpp"
#include "accounts.hpp"

/// Microsoft-Windows-Threat-Intelligence. The consumer runs as protected antimalware; the provider reports executable memory always,
/// reads and writes only of processes whose logging is switched on. Events name no image: the engine knows it from elsewhere. What the
/// provider does not carry (call stack, symbols, debugger) a host may add to the event before it goes on: `stack`, the payload's
/// function texts, `target.debugger`.
namespace BARTIZAN_NAMESPACE::adapters {

namespace detail {

/// NT_ERROR of ntdef.h: nothing was done.
[[nodiscard]] constexpr bool is_failure(uint32_t status) noexcept { return status >> 30 == 3; }

/// VAD fields of an address; unknown where the provider's own query failed or the version carries none.
[[nodiscard]] constexpr error read_vad(const record& r, slot result, slot type, slot file, event_memory& memory, memory_state& state,
                                       uint32_t& region_type, text& mapped_file) noexcept {
    uint32_t status = 0;
    if (const error bad = r.read(result, status)) return bad;
    if (const error bad = r.read(type, region_type)) return bad;
    mapped_file = memory.texts.put(r.text_of(file));
    if (status != 0 || !r.has(type)) return {};
    if (region_type == mem_private) state = memory_state::private_memory;
    if (region_type == mem_image) state = memory_state::image;
    if (region_type == mem_mapped && r.has(file)) state = mapped_file.empty() ? memory_state::mapped_pagefile : memory_state::mapped_file;
    return {};
}

[[nodiscard]] constexpr error read_process(const record& r, slot pid, slot start_key, slot create_time, slot protection, process& p) noexcept {
    if (const error bad = r.read(pid, p.key.pid)) return bad;
    if (const error bad = r.read(start_key, p.key.start_key)) return bad;
    if (const error bad = r.read(create_time, p.create_time_100ns)) return bad;
    if (r.has(protection)) p.is_protected = truth::yes;
    if (const error bad = r.read(protection, p.protection)) return bad;
    if (p.is_protected == truth::yes) p.is_protected = to_truth(p.protection != 0);
    return {};
}

[[nodiscard]] constexpr error fill_memory(const record& r, event_kind kind, event_memory& memory, event& e) noexcept {
    memory_payload m{};
    uint32_t status = 0;
    if (const error bad = r.read(slot::status, status)) return bad;
    if (!r.has(slot::base_address)) return {error_code::adapter_missing_field, 0};
    if (const error bad = r.read(slot::base_address, m.range.base)) return bad;
    if (const error bad = r.read(slot::region_size, m.range.size)) return bad;
    if (const error bad = r.read(slot::page_protection, m.protection)) return bad;
    if (const error bad = r.read(slot::last_page_protection, m.previous_protection)) return bad;
    if (const error bad = read_vad(r, slot::vad_result, slot::vad_type, slot::vad_file, memory, m.state, m.region_type, m.mapped_file)) return bad;
    if (kind == event_kind::memory_allocate) m.state = memory_state::private_memory;
    if (is_failure(status)) return {};
    e.kind = kind;
    e.data = m;
    return {};
}

[[nodiscard]] constexpr error fill_apc(const record& r, event_memory& memory, event& e) noexcept {
    apc_payload apc{};
    uint32_t type = 0;
    uint8_t alertable = 0;
    if (!r.has(slot::routine)) return {error_code::adapter_missing_field, 0};
    if (const error bad = r.read(slot::routine, apc.routine)) return bad;
    if (const error bad = r.read(slot::argument_1, apc.arguments[0])) return bad;
    if (const error bad = r.read(slot::argument_2, apc.arguments[1])) return bad;
    if (const error bad = r.read(slot::argument_3, apc.arguments[2])) return bad;
    if (const error bad = r.read(slot::target_thread, apc.target_thread)) return bad;
    if (const error bad = r.read(slot::alertable, alertable)) return bad;
    apc.target_alertable = r.has(slot::alertable) ? to_truth(alertable != 0) : truth::unknown;
    if (const error bad = r.read(slot::code_vad_protection, apc.routine_protection)) return bad;
    if (const error bad = r.read(slot::vad_protection, apc.argument_protection)) return bad;
    if (const error bad = read_vad(r, slot::code_vad_result, slot::code_vad_type, slot::code_vad_file, memory, apc.routine_state, type, apc.routine_module)) return bad;
    if (const error bad = read_vad(r, slot::vad_result, slot::vad_type, slot::vad_file, memory, apc.argument_state, type, apc.argument_module)) return bad;
    e.kind = event_kind::apc_queue;
    e.data = apc;
    return {};
}

[[nodiscard]] constexpr error fill_context(const record& r, event_memory& memory, event& e) noexcept {
    context_payload context{};
    uint32_t type = 0;
    if (const error bad = r.read(slot::program_counter, context.program_counter)) return bad;
    if (const error bad = r.read(slot::stack_pointer, context.stack_pointer)) return bad;
    if (const error bad = r.read(slot::context_flags, context.context_flags)) return bad;
    if (const error bad = r.read(slot::target_thread, context.target_thread)) return bad;
    if (const error bad = r.read(slot::code_vad_protection, context.protection)) return bad;
    if (const error bad = read_vad(r, slot::code_vad_result, slot::code_vad_type, slot::code_vad_file, memory, context.program_counter_state, type, context.module)) return bad;
    e.kind = event_kind::context_set;
    e.data = context;
    return {};
}

/// Suspend, resume, freeze and thaw, of a process or one of its threads.
[[nodiscard]] constexpr error fill_pause(const record& r, event_kind kind, event& e) noexcept {
    uint32_t status = 0;
    uint32_t thread = 0;
    if (const error bad = r.read(slot::status, status)) return bad;
    if (const error bad = r.read(slot::target_thread, thread)) return bad;
    if (!is_failure(status)) e.kind = kind;
    return {};
}

[[nodiscard]] constexpr error fill_impersonation(const record& r, event_memory& memory, event& e) noexcept {
    token_payload token{};
    token.sid = memory.texts.put(r.text_of(slot::user_sid));
    token.user = account_of_sid(token.sid);
    if (const error bad = r.read(slot::token_integrity, token.integrity_rid)) return bad;
    if (const error bad = r.read(slot::session_id, token.session_id)) return bad;
    if (const error bad = r.read(slot::logon_id, token.authentication_id)) return bad;
    if (const error bad = r.read(slot::token_level, token.impersonation_level)) return bad;
    const account by_logon = account_of_logon(token.authentication_id);
    if (by_logon != account::unknown) token.user = by_logon;
    e.kind = event_kind::impersonate;
    e.data = token;
    return {};
}

}  // namespace detail

/// Makes an event of a record made with `etw_ti_mapping`. `e.kind` stays `none` for events that no rule reads (34: reverting to
/// oneself) and for operations that failed. `time_100ns` and `number` are the host's.
/// Errors: adapter_missing_field, adapter_bad_number.
[[nodiscard]] constexpr error from_etw_ti(const record& r, uint64_t time_100ns, uint64_t number, event_memory& memory, event& e) noexcept {
    using namespace detail;
    e = event{};
    memory.texts.clear();
    e.time_100ns = time_100ns;
    e.record = number;
    e.flags = event_after_operation;
    // 21-28: a kernel-mode caller; the calling process is the one its thread was attached to.
    if (r.id() >= 21 && r.id() <= 28) e.flags |= event_kernel_caller;
    if (const error bad = read_process(r, slot::actor_pid, slot::actor_start_key, slot::actor_create_time, slot::actor_protection, e.actor)) return bad;
    if (const error bad = read_process(r, slot::target_pid, slot::target_start_key, slot::target_create_time, slot::target_protection, e.target)) return bad;
    switch (r.id()) {
        case 1: case 6: case 21: case 26: return fill_memory(r, event_kind::memory_allocate, memory, e);
        case 2: case 7: case 22: case 27: return fill_memory(r, event_kind::memory_protect, memory, e);
        case 3: case 8: case 23: case 28: return fill_memory(r, event_kind::memory_map, memory, e);
        case 11: case 13: return fill_memory(r, event_kind::memory_read, memory, e);
        case 12: case 14: return fill_memory(r, event_kind::memory_write, memory, e);
        case 4: case 24: return fill_apc(r, memory, e);
        case 5: case 25: return fill_context(r, memory, e);
        case 15: case 17: case 19: return fill_pause(r, event_kind::suspend, e);
        case 16: case 18: case 20: return fill_pause(r, event_kind::resume, e);
        case 29: case 31: {
            image_load_payload driver{};
            driver.path = memory.texts.put(r.text_of(slot::module_path));
            e.kind = event_kind::driver_load;
            e.data = driver;
            return {};
        }
        case 33: case 36: return fill_impersonation(r, memory, e);
        default: return {};
    }
}

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif
