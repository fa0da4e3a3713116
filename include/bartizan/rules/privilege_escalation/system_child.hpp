// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_PRIVILEGE_ESCALATION_SYSTEM_CHILD_HPP
#define BARTIZAN_RULES_PRIVILEGE_ESCALATION_SYSTEM_CHILD_HPP

#include "../../core/rule.hpp"

/// @rule    T1.3 system_child                @attack T1134.002 Access Token Manipulation: Create Process with Token
/// @event   process_create, service_install  @reads  account and integrity of the child, of creator, parent and client; impersonation; lineage;
///          a new service's command and account
/// @verdict convict: a SYSTEM process whose creator is not SYSTEM (P3), is at most of medium integrity (P5), came to impersonate SYSTEM within
///          10 s (P6), or hides behind a SYSTEM parent (P9); a SYSTEM shell on behalf of a service account (P4). Event: the same on behalf of a
///          user; high integrity from medium by a recorded creator (P5); creator and parent differ (P9); a SYSTEM shell that writes into a pipe,
///          or a service that would be one
/// @benign  brokers (AppInfo, secondary logon, task scheduler, DCOM, services, WMI, WinRM), which are SYSTEM themselves; error reporting,
///          accessibility and setup helpers; runas and netonly; service accounts' own children; consent
/// @blind   no account: s1-s4; no creator beside the parent: s4-s7; no client of a broker: s2, s3
/// @misses  a spoofed parent where the sensor names no creator and the parent stands in for it; SYSTEM work done without a new process
namespace BARTIZAN_NAMESPACE::rules {

namespace system_child {

enum atom : uint8_t { s1, s2, s3, s4, s5, s6, s7, s8, s9 };

inline constexpr atom_info atoms[] = {
    {"s1", "the process runs as SYSTEM and its creator does not", grade::strong, column::who, field::account},
    {"s2", "a SYSTEM shell, script host or untrusted program serves a service account", grade::strong, column::who, field::com_client},
    {"s3", "a SYSTEM shell, script host or untrusted program serves a user", grade::medium, column::who, field::com_client},
    {"s4", "the process runs as SYSTEM and its creator has at most medium integrity", grade::strong, column::how, field::creator},
    {"s5", "the process has high integrity and its creator at most medium, without consent", grade::medium, column::how, field::creator},
    {"s6", "the creator is not the parent, and no broker", grade::medium, column::how, field::creator},
    {"s7", "the creator hides behind a SYSTEM parent to get SYSTEM's token", grade::strong, column::how, field::creator},
    {"s8", "the creator came to impersonate SYSTEM within the last 10 s", grade::strong, column::how, field::token},
    {"s9", "a SYSTEM shell writes into a named pipe", grade::medium, column::what, field::command_line},
};

inline constexpr uint32_t high_integrity_rid = 0x3000;    ///< SECURITY_MANDATORY_HIGH_RID
inline constexpr uint32_t system_integrity_rid = 0x4000;  ///< SECURITY_MANDATORY_SYSTEM_RID

/// SYSTEM has no second token: one of two that UAC split is a user's, whatever account an audit log names (4688 names the creator's).
[[nodiscard]] constexpr truth is_system(const event& e) noexcept {
    const token_elevation elevation = e.data.create.elevation;
    if (elevation == token_elevation::full || elevation == token_elevation::limited) return truth::no;
    return e.actor.user == account::unknown ? truth::unknown : to_truth(e.actor.user == account::system);
}

[[nodiscard]] constexpr truth is_high(const process& p) noexcept {
    if (p.integrity_rid == unknown_u32) return truth::unknown;
    return to_truth(p.integrity_rid >= high_integrity_rid && p.integrity_rid < system_integrity_rid);
}

/// What an intruder would start: interpreters and programs that nobody vouches for, but not the helpers that Windows starts for users.
[[nodiscard]] constexpr truth is_useful(const process& p) noexcept {
    const truth interpreter = has_role(p, role::script_host) | has_role(p, role::script_engine) | has_role(p, role::powershell) | has_role(p, role::lolbin);
    const truth helper = has_role(p, role::session_helper) & at_least(p.image_trust, trust::t3);
    return (interpreter | at_most(p.image_trust, trust::t0)) & !helper;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    if (e.kind == event_kind::service_install) {
        atom_set set;
        set.set(s9, to_truth(equal_folded(e.data.service.account, u"LocalSystem")) & facts(fact::command_to_pipe));
        return set;
    }
    const truth system = is_system(e);
    const truth useful = is_useful(e.actor);
    const truth low_creator = facts(fact::creator_at_most_medium);
    atom_set set;
    set.set(s1, system & !facts(fact::creator_is_system));
    set.set(s2, system & facts(fact::client_is_service) & useful);
    set.set(s3, system & facts(fact::client_is_user) & useful);
    set.set(s4, system & low_creator);
    set.set(s5, is_high(e.actor) & low_creator);
    set.set(s6, facts(fact::parent_is_spoofed));
    set.set(s7, system & facts(fact::parent_is_spoofed) & facts(fact::parent_is_system));
    set.set(s8, system & facts(fact::impersonated_system));
    set.set(s9, system & facts(fact::command_to_pipe));
    return set;
}

[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept { return weigh(held, atoms); }

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    return conclude(find_atoms(e), atoms, response::deny_terminate, decide);
}

/// The start can be denied on what is certain by then; an unknown never denies.
[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
    if (e.kind != event_kind::process_create) return {};
    const bool denied = decide(find_atoms(e).yes) == verdict::convict;
    return pre_outcome::deny_if(denied);
}

}  // namespace system_child

inline constexpr rule system_child_started{0x0603,
                                           1,
                                           "system_child",
                                           "T1134.002",
                                           family::token_theft,
                                           detection::privilege_escalation,
                                           detection::privilege_escalation,
                                           kind_bit(event_kind::process_create) | kind_bit(event_kind::service_install),
                                           system_child::atoms,
                                           system_child::evaluate,
                                           system_child::before};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
