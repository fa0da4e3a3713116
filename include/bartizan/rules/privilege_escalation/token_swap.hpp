// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_PRIVILEGE_ESCALATION_TOKEN_SWAP_HPP
#define BARTIZAN_RULES_PRIVILEGE_ESCALATION_TOKEN_SWAP_HPP

#include "../../core/rule.hpp"

/// @rule    T1.1 token_swap                  @attack T1068 Exploitation for Privilege Escalation
/// @event   token_check                      @reads  TokenId, AuthenticationId, SID, integrity and privileges against the snapshot at the first
///          user thread, tokens of the other live processes
/// @verdict convict: the primary token is another one although it was frozen, and it is another process's, or another user's, session's or of
///          higher integrity (P1); privileges are present that the token did not have, or enabled without being present twice running (P2).
///          Event: another token with none of these. No exclusion applies to P1
/// @benign  the token that a broker sets before the first user thread; lowered integrity, removed privileges, enabling present ones
/// @blind   no TokenId: t1-t3; no privilege sets: t4, t5
/// @misses  a swap undone between two checkpoints; privileges that the snapshot already had; nothing can be put back (restoring the old
///          pointer stops the machine): the response ends the process
/// @note    comparing a token with one recorded at process start is claimed in granted patents (US 11,321,455 B2, US 11,714,901 B2 among
///          them): have it reviewed before shipping
namespace BARTIZAN_NAMESPACE::rules {

namespace token_swap {

enum atom : uint8_t { t1, t2, t3, t4, t5 };

inline constexpr atom_info atoms[] = {
    {"t1", "the primary token was replaced after the process had begun to run", grade::medium, column::what, field::token},
    {"t2", "it is the token of another live process", grade::strong, column::where, field::token},
    {"t3", "it belongs to another user or session, or has a higher integrity", grade::strong, column::who, field::token},
    {"t4", "privileges are present that the token did not have", grade::strong, column::what, field::token},
    {"t5", "privileges are enabled that are not present, twice in a row", grade::strong, column::what, field::token},
};

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    atom_set set;
    set.set(t1, facts(fact::token_replaced));
    set.set(t2, facts(fact::token_replaced) & facts(fact::token_of_another));
    set.set(t3, facts(fact::token_replaced) & facts(fact::token_raised));
    set.set(t4, facts(fact::privileges_grew));
    set.set(t5, facts(fact::privileges_inconsistent));
    return set;
}

[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept { return weigh(held, atoms); }

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    outcome out;
    // A record of enabled privileges alone (Security 4703) is no checkpoint of the token.
    if (e.data.token.token_id == 0 && e.data.token.privileges_present == 0) return out;
    out.atoms = find_atoms(e);
    out.evidence = decide(out.atoms.yes);
    // A first checkpoint has nothing to compare with: only what a later one lacks is blindness.
    if (out.evidence != verdict::convict && (e.data.token.token_id == 0 || e.data.token.privileges_present == 0)) out.blind.add(field::token);
    if (out.evidence == verdict::convict) out.action = response::deny_terminate;
    return out;
}

}  // namespace token_swap

inline constexpr rule token_swapped{0x0601,
                                    1,
                                    "token_swap",
                                    "T1068",
                                    family::token_theft,
                                    detection::privilege_escalation,
                                    detection::privilege_escalation,
                                    kind_bit(event_kind::token_check),
                                    token_swap::atoms,
                                    token_swap::evaluate,
                                    nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
