// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_LOCKDOWN_BROWSER_POWERSHELL_HPP
#define BARTIZAN_RULES_LOCKDOWN_BROWSER_POWERSHELL_HPP

#include "../../core/rule.hpp"

/// @rule    L1.1 browser_powershell         @attack T1059.001 Command and Scripting Interpreter: PowerShell
/// @event   process_create, image_load      @reads  child role, lockdown label of parent, creator and client, browser utility, origin of
///          the script, loaded module
/// @verdict convict: PowerShell, by OriginalFilename, image or engine library, under a browser's lockdown, however many shells lie between
///          (L1.1-L1.4); a command interpreter out of the browser's file-dialog process (L1.5). Event: PowerShell runs a downloaded script
/// @benign  a native-messaging host that the policy names; PowerShell under an IDE that also started the browser; downloaded installers;
///          WebDriver, Electron shells
/// @blind   no ancestry: p2; no command line of the browser: p3
/// @misses  a browser that starts another program which by itself starts PowerShell (no lineage by design); an explorer.exe that was
///          there before the browser; a stripped copy of PowerShell without its engine library
namespace BARTIZAN_NAMESPACE::rules {

namespace browser_powershell {

enum atom : uint8_t { p1, p2, p3, p4 };

inline constexpr atom_info atoms[] = {
    {"p1", "PowerShell was started, or its engine was loaded", grade::medium, column::what, field::actor_image},
    {"p2", "a browser, or an HTML application that a browser brought, stands behind it", grade::medium, column::where, field::lineage},
    {"p3", "a command interpreter came out of the browser's file dialog", grade::strong, column::how, field::command_line},
    {"p4", "the script that it runs was downloaded by a browser", grade::weak, column::where, field::command_line},
};

[[nodiscard]] constexpr truth is_locked(lockdown_label label) noexcept {
    return label == lockdown_label::unknown ? truth::unknown : to_truth(label != lockdown_label::none);
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    atom_set set;
    if (e.kind == event_kind::image_load) {
        set.set(p1, facts(fact::module_is_powershell));
        set.set(p2, is_locked(e.actor.lockdown));
        return set;
    }
    const truth interpreter = has_role(e.actor, role::powershell) | has_role(e.actor, role::script_engine) | has_role(e.actor, role::lolbin);
    const truth native_host = facts(fact::native_host_allowed);
    set.set(p1, has_role(e.actor, role::powershell));
    set.set(p2, facts(fact::lineage_locked) & !native_host);
    set.set(p3, facts(fact::lineage_browser_utility) & interpreter & !facts(fact::own_helper));
    set.set(p4, facts(fact::command_from_browser));
    return set;
}

/// What PowerShell does elsewhere, and what a browser starts that is no interpreter, is no subject of this rule.
[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept {
    constexpr uint16_t origin = 1u << p2 | 1u << p4;
    const bool subject = ((held >> p1 & 1) != 0 && (held & origin) != 0) || (held >> p3 & 1) != 0;
    return subject ? weigh(held, atoms) : verdict::none;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    return conclude(find_atoms(e), atoms, response::deny_terminate, decide);
}

/// The start is denied on what is certain by then: later knowledge can only turn unknowns into answers.
[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
    const bool denied = e.kind == event_kind::process_create && decide(find_atoms(e).yes) == verdict::convict;
    return pre_outcome::deny_if(denied);
}

}  // namespace browser_powershell

inline constexpr rule powershell_from_browser{0x0901,
                                              1,
                                              "browser_powershell",
                                              "T1059.001",
                                              family::lockdown,
                                              detection::lockdown_powershell,
                                              detection::lockdown_powershell,
                                              kind_bit(event_kind::process_create) | kind_bit(event_kind::image_load),
                                              browser_powershell::atoms,
                                              browser_powershell::evaluate,
                                              browser_powershell::before};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
