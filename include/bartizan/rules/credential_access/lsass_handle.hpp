// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_HANDLE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_HANDLE_HPP

#include "../../core/rule.hpp"

/// @rule    C1.0, C1.1, C1.3 lsass_handle_theft   @attack T1003.001 OS Credential Dumping: LSASS Memory
/// @event   handle_open, handle_duplicate   @reads  target role lsass, granted access (expanded), call-trace facts, caller trust,
///          actor trust, identity, file age, privilege and burst facts
/// @verdict convict: a strong atom with read, derive or inject rights (or a proven read), or two medium atoms of different columns;
///          every other sensitive right of an actor below T4 is taken off the handle
/// @benign  protected antimalware and system processes; WerFault for a fault that LSASS reported; process inventories (bursts, the
///          .NET Process class, WMI) and over-asking agents: stripped in silence; Task Manager: stripped and recorded
/// @blind   no call trace: a1-a4, a13 and (for an inventory's mask) a7, a8; no signature: a2b, a6
/// @misses  reads by a vulnerable driver (no handle); a handle opened before the sensor started
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_handle {

enum atom : uint8_t { a1, a2, a2b, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15 };

inline constexpr atom_info atoms[] = {
    {"a1", "the call came through memory that no file and no JIT compiler accounts for", grade::strong, column::how, field::call_trace},
    {"a2", "an untrusted module made the call inside a Windows process", grade::strong, column::how, field::caller_module},
    {"a2b", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
    {"a3", "the system call was made directly, past ntdll", grade::strong, column::how, field::call_trace},
    {"a4", "a minidump routine is on the call stack outside error reporting", grade::strong, column::how, field::call_trace},
    {"a5", "the actor is a script host or a system tool that can read memory", grade::medium, column::who, field::actor_image},
    {"a6", "the program file is under 500 s old and not trusted", grade::medium, column::who, field::actor_file_age},
    {"a7", "LSASS was singled out for rights that derive, inject or reopen", grade::medium, column::what, field::open_history},
    {"a8", "LSASS was singled out for reading its memory", grade::medium, column::what, field::open_history},
    {"a9", "every right was asked for, or many processes were opened alike", grade::weak, column::what, field::open_history},
    {"a10", "LSASS memory was read in quantity", grade::strong, column::what, field::memory_reads},
    {"a11", "the authentication packages' data was read", grade::strong, column::what, field::memory_reads},
    {"a12", "an unprotected process read protected LSASS", grade::strong, column::what, field::target_protection},
    {"a13", "the secondary logon service leaks a handle that can be duplicated", grade::medium, column::how, field::call_trace},
    {"a14", "the debug privilege was just enabled", grade::weak, column::who, field::actor_privileges},
    {"a15", "a dump-like file was just written", grade::weak, column::where, field::file_name},
};

/// Age below which a program counts as just dropped. Source: rules.md C1 (Elastic's rules use 500 s).
inline constexpr uint32_t young_file_s = 500;

/// Rights over a thread of LSASS that let the holder steer it. THREAD_GET_CONTEXT alone reads registers, not secrets.
inline constexpr access_mask thread_control_rights = thread_set_context | thread_suspend_resume | thread_set_thread_token;

struct rights {
    access_mask mask = 0;       ///< generic rights expanded
    access_mask sensitive = 0;  ///< the part that is stripped
    bool reads = false;
    bool controls = false;      ///< derives, injects, reopens, or steers a thread
    bool opens_gate = false;    ///< enough for a strong atom to count
    bool all = false;
    bool partial = false;       ///< the handle may carry more rights than these
};

[[nodiscard]] constexpr rights rights_of(const handle_payload& handle) noexcept {
    rights r;
    if (handle.type == handle_payload::object::token) return r;
    r.partial = handle.exercised_only;
    if (handle.type == handle_payload::object::thread) {
        r.mask = expand(handle.granted, thread_mapping);
        r.sensitive = (r.mask & thread_control_rights) != 0 ? r.mask & (thread_control_rights | thread_get_context) : 0;
        r.all = (r.mask & thread_all_access) == thread_all_access;
        r.controls = !r.all && r.sensitive != 0;
        r.opens_gate = r.sensitive != 0;
        return r;
    }
    r.mask = expand(handle.granted, process_mapping);
    r.sensitive = r.mask & sensitive_rights;
    r.all = is_all_access(r.mask);
    r.reads = (r.mask & read_rights) != 0;
    r.controls = !r.all && (r.mask & (derive_rights | inject_rights | reopen_rights)) != 0;
    r.opens_gate = (r.mask & (read_rights | derive_rights | inject_rights)) != 0;
    return r;
}

/// A process inventory asks for QUERY_INFORMATION | VM_READ (what EnumProcessModules documents) or, through .NET's Process.Handle,
/// for everything; and its caller is a component known to list processes. Without a call trace only a program that is known not
/// to host .NET is certain not to be one; where only the exercised right is recorded, the mask asked for may have been that.
[[nodiscard]] constexpr truth is_inventory(const event& e, const rights& r) noexcept {
    constexpr access_mask listing = process_query_information | process_vm_read;
    const bool nothing_else = (r.mask & ~(listing | harmless_rights)) == 0;
    truth mask = to_truth(r.all || (nothing_else && (r.mask & listing) == listing));
    if (r.partial && nothing_else) mask = truth::unknown;
    truth caller = e.facts.get(fact::trace_inventory);
    if (caller == truth::unknown) caller = (!has_role(e.actor, role::native_image)) & truth::unknown;
    return mask & caller;
}

/// Antimalware, Windows and WinTcb protected processes are beyond medium evidence, unless foreign code runs inside.
[[nodiscard]] constexpr bool is_above_suspicion(const event& e) noexcept {
    return at_least(e.actor.image_trust, trust::t4) == truth::yes && at_most(e.caller_trust, trust::t2) != truth::yes;
}

[[nodiscard]] constexpr truth is_serving_a_fault(const event& e) noexcept {
    return has_role(e.actor, role::error_reporter) & e.facts.get(fact::actor_fault_reported);
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e, const rights& r) noexcept {
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    const truth error_reporter = has_role(e.actor, role::error_reporter);
    const truth burst = facts(fact::actor_burst);
    const truth targeted = !(burst | is_inventory(e, r));
    const truth windows_image = at_least(e.actor.image_trust, trust::t3);
    const truth task_manager = has_role(e.actor, role::task_manager) & windows_image;
    const truth dump = facts(fact::trace_dump_routine);
    const truth age = e.actor.file_age_s == unknown_u32 ? truth::unknown : to_truth(e.actor.file_age_s <= young_file_s);

    atom_set set;
    set.set(a2, at_most(e.caller_trust, trust::t0) & windows_image);
    set.set(a4, (dump & !error_reporter & !task_manager) | (error_reporter & !facts(fact::actor_fault_reported)));
    set.set(a12, facts(fact::target_memory_read) & to_truth(e.target.protection != 0) & e.target.is_protected & !e.actor.is_protected);
    if (is_above_suspicion(e)) return set;
    set.set(a1, facts(fact::trace_unbacked));
    set.set(a2b, at_most(e.actor.image_trust, trust::t0));
    set.set(a3, facts(fact::trace_direct_syscall));
    set.set(a5, has_role(e.actor, role::script_host) | has_role(e.actor, role::memory_tool));
    set.set(a6, at_most(e.actor.image_trust, trust::t1) & age);
    set.set(a7, targeted & to_truth(r.controls));
    set.set(a8, targeted & to_truth(r.reads));
    set.set(a9, burst | to_truth(r.all));
    set.set(a10, facts(fact::target_memory_read));
    set.set(a11, facts(fact::target_secrets_read));
    set.set(a13, facts(fact::trace_seclogon) & to_truth((r.mask & derive_rights) != 0));
    set.set(a14, facts(fact::actor_debug_privilege));
    set.set(a15, facts(fact::actor_wrote_dump));
    return set;
}

/// The decision as a table over the 16 atoms: total, and monotone in them (enumerated whole in the tests).
[[nodiscard]] constexpr verdict decide(uint16_t held, bool opens_gate) noexcept {
    constexpr uint16_t proven_read = 1u << a10 | 1u << a11 | 1u << a12;
    return weigh(held, atoms, opens_gate || (held & proven_read) != 0);
}

/// Over-asking by a signed program is protected in silence: agents and installers open every process with every right.
[[nodiscard]] constexpr bool is_silent(const event& e, const rights& r, uint16_t held) noexcept {
    const auto allowed = static_cast<uint16_t>(1u << a9 | (r.all ? 1u << a8 : 0u));
    return (held & ~allowed) == 0 && at_least(e.actor.image_trust, trust::t1) == truth::yes &&
           e.facts.get(fact::trace_dump_routine) != truth::yes;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    outcome out;
    const rights r = rights_of(e.data.handle);
    if (r.sensitive == 0) return out;
    const truth target = has_role(e.target, role::lsass);
    if (target == truth::unknown) out.blind.add(field::target_image);
    if (target != truth::yes || is_serving_a_fault(e) == truth::yes) return out;

    out = conclude(find_atoms(e, r), atoms, response::none, [&r](uint16_t held) { return decide(held, r.opens_gate); });
    if (is_above_suspicion(e) && out.evidence == verdict::none) return out;

    out.strip_mask = r.sensitive;
    if (out.evidence == verdict::convict) {
        out.action = response::deny_terminate;
        // The secondary logon service opens on behalf of its RPC client (C1.3): the client goes, the service stays.
        if (out.atoms.has(a13) && has_role(e.actor, role::svchost) == truth::yes)
            out.whose = e.instigator.is_set() ? culprit::instigator : culprit::nobody;
    } else if (is_silent(e, r, out.atoms.yes)) {
        out.evidence = verdict::none;
        out.action = response::strip;
    } else out.action = response::strip_event;
    return out;
}

/// Before the handle exists: rights can be taken off, never the open denied, so a program that only over-asks goes on working.
[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
    const rights r = rights_of(e.data.handle);
    if (r.sensitive == 0 || has_role(e.target, role::lsass) != truth::yes || is_above_suspicion(e) ||
        is_serving_a_fault(e) == truth::yes)
        return {};
    return {pre_outcome::decision::strip, r.sensitive};
}

}  // namespace lsass_handle

inline constexpr rule lsass_handle_theft{0x0101,
                                         1,
                                         "lsass_handle_theft",
                                         "T1003.001",
                                         family::credential_lsass,
                                         detection::credential_theft,
                                         detection::lsass_over_asking,
                                         kind_bit(event_kind::handle_open) | kind_bit(event_kind::handle_duplicate),
                                         lsass_handle::atoms,
                                         lsass_handle::evaluate,
                                         lsass_handle::before};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
