// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_PRIVILEGE_ESCALATION_TOKEN_BORROWING_HPP
#define BARTIZAN_RULES_PRIVILEGE_ESCALATION_TOKEN_BORROWING_HPP

#include "../../core/rule.hpp"

/// @rule    T1.6 token_borrowing             @attack T1134.001 Access Token Manipulation: Token Impersonation/Theft
/// @event   handle_open, handle_duplicate, token_check, impersonate   @reads granted access, burst, actor role, trust and file age, privileges,
///          impersonation, target role and account
/// @verdict convict: a sensitive handle within 10 s of coming to impersonate SYSTEM (P6); a script host or untrusted program sweeps system
///          processes for the right that duplicates their handles, and with them their tokens. Event: a SYSTEM process's token was opened to be taken over, or
///          winlogon, LSASS or services were opened by a fresh untrusted program with the debug privilege (P7); such a program enables it
/// @benign  handle viewers and system components that duplicate handles; services impersonating their clients; enabling a present privilege
///          in a trusted program
/// @blind   no signature: b2, b4, b5; no open history: b3
/// @misses  tokens reached through a handle that another process passed on; sweeps slower than the burst window
namespace BARTIZAN_NAMESPACE::rules {

namespace token_borrowing {

enum atom : uint8_t { b1, b2, b3, b4, b5, b6 };

inline constexpr atom_info atoms[] = {
    {"b1", "the token of a SYSTEM process was opened to be duplicated or taken over", grade::medium, column::what, field::granted_access},
    {"b2", "winlogon, LSASS or services were opened by a fresh untrusted program with the debug privilege", grade::medium, column::what, field::actor_trust},
    {"b3", "several system processes were opened for duplicating their handles and nothing else", grade::medium, column::what, field::open_history},
    {"b4", "the sweeping program is a script host or not trusted", grade::medium, column::who, field::actor_trust},
    {"b5", "an untrusted program enabled the debug privilege", grade::medium, column::who, field::actor_trust},
    {"b6", "the process came to impersonate SYSTEM within the last 10 s and opens a sensitive handle", grade::strong, column::how, field::token},
};

/// Age below which an untrusted program with the debug privilege counts as just dropped. Source: rules.md T1.P7.
inline constexpr uint32_t fresh_file_s = 900;

[[nodiscard]] constexpr truth is_untrusted(const process& p) noexcept { return at_most(p.image_trust, trust::t0); }

[[nodiscard]] constexpr atom_set find_handle_atoms(const event& e) noexcept {
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    const handle_payload& handle = e.data.handle;
    atom_set set;
    if (handle.type == handle_payload::object::token) {
        constexpr access_mask takes = token_assign_primary | token_duplicate | token_impersonate;
        const truth of_system = e.target.user == account::unknown ? truth::unknown : to_truth(e.target.user == account::system);
        const truth by_system = e.actor.user == account::unknown ? truth::unknown : to_truth(e.actor.user == account::system);
        set.set(b1, to_truth((handle.granted & takes) != 0) & of_system & !by_system);
        return set;
    }
    if (handle.type != handle_payload::object::process) return set;
    const access_mask mask = expand(handle.granted, process_mapping);
    const truth guarded = has_role(e.target, role::winlogon) | has_role(e.target, role::lsass) | has_role(e.target, role::services);
    const truth fresh = e.actor.file_age_s == unknown_u32 ? truth::unknown : to_truth(e.actor.file_age_s < fresh_file_s);
    set.set(b2, to_truth((mask & process_query_information) != 0) & guarded & facts(fact::actor_debug_privilege) & is_untrusted(e.actor) & fresh);
    const truth sweep = facts(fact::actor_sweeps_handles);
    set.set(b3, sweep);
    set.set(b4, sweep & (has_role(e.actor, role::script_host) | is_untrusted(e.actor)));
    set.set(b6, facts(fact::impersonated_system) & to_truth((mask & sensitive_rights) != 0));
    return set;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    if (e.kind != event_kind::token_check) return find_handle_atoms(e);
    constexpr uint64_t debug_privilege = uint64_t{1} << 20;  // SE_DEBUG_PRIVILEGE
    atom_set set;
    // Only a record of enabling has no set of present privileges; a checkpoint lists what is enabled for long.
    const bool enabling = e.data.token.privileges_present == 0 && (e.data.token.privileges_enabled & debug_privilege) != 0;
    set.set(b5, to_truth(enabling) & is_untrusted(e.actor));
    return set;
}

/// A sweep alone is what handle viewers and the task host do: only with its actor is it worth a record.
[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept {
    constexpr uint16_t sweep = 1u << b3 | 1u << b4;
    return weigh((held & sweep) == sweep ? held : static_cast<uint16_t>(held & ~sweep), atoms);
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    outcome out;
    out.atoms = find_atoms(e);
    // b6 alone is unknown wherever no sensor reports impersonation; that is the sensor's limit, not this event's.
    const auto doubtful = static_cast<uint16_t>(out.atoms.unknown & ~(1u << b6));
    if ((out.atoms.yes | doubtful) == 0) return out;
    out.evidence = decide(out.atoms.yes);
    if (decide(static_cast<uint16_t>(out.atoms.yes | doubtful)) > out.evidence) out.blind = fields_of(doubtful, atoms);
    if (out.evidence == verdict::convict) out.action = response::deny_terminate;
    return out;
}

}  // namespace token_borrowing

inline constexpr rule token_borrowed{0x0606,
                                     1,
                                     "token_borrowing",
                                     "T1134.001",
                                     family::token_theft,
                                     detection::privilege_escalation,
                                     detection::privilege_escalation,
                                     kind_bit(event_kind::handle_open) | kind_bit(event_kind::handle_duplicate) | kind_bit(event_kind::token_check),
                                     token_borrowing::atoms,
                                     token_borrowing::evaluate,
                                     nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
