// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_JUDGEMENT_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_JUDGEMENT_HPP

#include "../../core/rule.hpp"

/// What the rules about stored credentials share: who may, who certainly may not, and how atoms become an outcome.
namespace BARTIZAN_NAMESPACE::rules {

/// The LSA and the kernel own the stores; antimalware and other protected processes may read them.
[[nodiscard]] constexpr truth owns_credentials(const event& e) noexcept {
    return has_role(e.actor, role::lsass) | has_role(e.actor, role::system) | at_least(e.actor.image_trust, trust::t4);
}

/// A program that does what its command line or a script says: being part of Windows says nothing about the act.
[[nodiscard]] constexpr truth is_tool(const event& e) noexcept {
    return has_role(e.actor, role::script_host) | has_role(e.actor, role::registry_tool) | has_role(e.actor, role::memory_tool) |
           has_role(e.actor, role::lolbin);
}

/// Foreign code inside the process takes every excuse away.
[[nodiscard]] constexpr truth runs_foreign_code(const event& e) noexcept {
    return to_truth(at_most(e.caller_trust, trust::t0) == truth::yes || e.facts.get(fact::trace_unbacked) == truth::yes ||
                    e.facts.get(fact::frame_tainted) == truth::yes);
}

/// Backup and imaging products that the policy allows by certificate (T2), and Windows' own servicing, backup and protection.
[[nodiscard]] constexpr truth maintains_windows(const event& e) noexcept {
    const truth allowed = at_least(e.actor.image_trust, trust::t2) & at_most(e.actor.image_trust, trust::t2);
    const truth windows = at_least(e.actor.image_trust, trust::t3) & has_role(e.actor, role::maintenance);
    return (allowed | windows) & !is_tool(e);
}

/// From atoms to outcome: certain evidence, and what the sensor would have had to tell to raise it. `excused` yes is silence;
/// unknown is never more than an event, so that a field that is missing terminates nobody.
[[nodiscard]] constexpr outcome judge(const atom_set& set, span<const atom_info> table, truth excused, field excuse,
                                      bool strong_counts = true) noexcept {
    if (excused == truth::yes) return {};
    outcome out = conclude(set, table, response::deny_terminate, [&](uint16_t held) { return weigh(held, table, strong_counts); });
    if (excused == truth::unknown && (out.evidence != verdict::none || !out.blind.empty())) {
        out.blind.add(excuse);
        if (out.evidence == verdict::convict) out.evidence = verdict::event;
        out.action = response::none;
    }
    return out;
}

/// Before the operation: what would be convicted is denied. The same function decides, so nothing is denied that is clean after.
template <outcome (*Evaluate)(const event&) noexcept>
[[nodiscard]] constexpr pre_outcome deny_what_convicts(const event& e) noexcept {
    return pre_outcome::deny_if(Evaluate(e).evidence == verdict::convict);
}

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
