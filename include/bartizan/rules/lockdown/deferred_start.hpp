// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_LOCKDOWN_DEFERRED_START_HPP
#define BARTIZAN_RULES_LOCKDOWN_DEFERRED_START_HPP

#include "../../core/rule.hpp"

/// @rule    L1.6 deferred_start              @attack T1204.004 User Execution: Malicious Copy and Paste
/// @event   process_create                   @reads  child role, lockdown label of parent, creator and client, typed commands, command line
/// @verdict event, never more: a command that was pasted into the Run box or an address bar starts an interpreter (L1.6); a browser's
///          descendant registers a task, service, transfer or WMI process for PowerShell or for a downloaded file (L1.8). The later run is
///          L1.1's where the sensor names its registrar as client
/// @benign  a bare program name in the Run box; work that other programs schedule
/// @blind   no ancestry: d1; no command line: d3, d4
/// @misses  a clipboard that no sensor reports; tasks registered through COM without a child process
namespace BARTIZAN_NAMESPACE::rules {

namespace deferred_start {

enum atom : uint8_t { d1, d2, d3, d4, d5 };

inline constexpr atom_info atoms[] = {
    {"d1", "a browser, or an HTML application that a browser brought, stands behind it", grade::weak, column::where, field::lineage},
    {"d2", "it registers work that the system starts later", grade::weak, column::what, field::actor_image},
    {"d3", "the work is PowerShell or a downloaded file", grade::weak, column::how, field::command_line},
    {"d4", "the command was typed or pasted into the Run box or an address bar within 60 s", grade::weak, column::how, field::command_line},
    {"d5", "it is an interpreter", grade::weak, column::what, field::actor_image},
};

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    atom_set set;
    set.set(d1, facts(fact::lineage_locked));
    set.set(d2, has_role(e.actor, role::work_scheduler));
    set.set(d3, facts(fact::names_powershell) | facts(fact::command_from_browser));
    set.set(d4, facts(fact::command_was_typed));
    set.set(d5, has_role(e.actor, role::powershell) | has_role(e.actor, role::script_engine) | has_role(e.actor, role::lolbin));
    return set;
}

[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept {
    constexpr uint16_t registration = 1u << d1 | 1u << d2 | 1u << d3;
    constexpr uint16_t pasted = 1u << d4 | 1u << d5;
    const bool subject = (held & registration) == registration || (held & pasted) == pasted;
    return subject ? weigh(held, atoms) : verdict::none;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    return conclude(find_atoms(e), atoms, response::none, decide);
}

}  // namespace deferred_start

inline constexpr rule start_deferred_or_pasted{0x0906,
                                               1,
                                               "deferred_start",
                                               "T1204.004",
                                               family::lockdown,
                                               detection::lockdown_powershell,
                                               detection::lockdown_powershell,
                                               kind_bit(event_kind::process_create),
                                               deferred_start::atoms,
                                               deferred_start::evaluate,
                                               nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
