// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_POLICY_RULE_MODE_HPP
#define BARTIZAN_POLICY_RULE_MODE_HPP

#include "exclusion.hpp"
#include "settings.hpp"

namespace BARTIZAN_NAMESPACE::policy {

/// The mode of a rule: its own, or else the policy's.
[[nodiscard]] constexpr rule_mode mode_of(const settings& s, uint16_t rule_id) noexcept {
    for (const rule_mode_row& row : s.rule_modes)
        if (row.rule_id == rule_id) return row.mode;
    return s.default_mode;
}

/// What the policy makes of a rule's answer: false drops it (the rule is off, or an exclusion excuses it); in audit mode the evidence
/// stays and nothing is done.
[[nodiscard]] constexpr bool apply(const settings& s, const rule& r, outcome& o, const event& e, const actor_identity& actor,
                                   span<char16_t> buffer) noexcept {
    const rule_mode mode = mode_of(s, r.id);
    if (mode == rule_mode::off) return false;
    for (const exclusion& x : s.exclusions)
        if (excuses(x, r, o, e, actor, s.paths, buffer)) return false;
    if (mode == rule_mode::audit) {
        o.audited = o.action != response::none;
        o.action = response::none;
        o.strip_mask = 0;
    }
    return o.is_worth_telling();  // a silent strip that is only watched leaves nothing to tell
}

}  // namespace BARTIZAN_NAMESPACE::policy

#endif
