// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_APPLICATION_VERIFIER_EXECUTION_OPTIONS_HPP
#define BARTIZAN_RULES_APPLICATION_VERIFIER_EXECUTION_OPTIONS_HPP

#include "../../core/rule.hpp"

/// @rule    V1.5 image_execution_options     @attack T1546.012 Event Triggered Execution: Image File Execution Options Injection
/// @event   registry                         @reads  Debugger, SilentProcessExit and MitigationOptions values, the program that they are about
/// @verdict event, never more: an interpreter as debugger; a debugger of a protected or logon-screen program; a program to start at another's
///          silent exit; mitigation options that keep other vendors' libraries out of a protected program or of all
/// @benign  debuggers of other programs; page heap; mitigation options of a vendor's own programs
/// @blind   no value data: i4
/// @misses  the same values written before the sensor started
namespace BARTIZAN_NAMESPACE::rules {

namespace execution_options {

enum atom : uint8_t { i1, i2, i3, i4, i5 };

inline constexpr atom_info atoms[] = {
    {"i1", "a debugger was set for a program", grade::weak, column::what, field::registry_data},
    {"i2", "the debugger is a command interpreter", grade::medium, column::what, field::registry_data},
    {"i3", "a program was set to start at another's silent exit", grade::medium, column::what, field::registry_data},
    {"i4", "mitigation options keep other vendors' libraries out", grade::medium, column::what, field::registry_data},
    {"i5", "the program is a security product, part of the logon, or a browser", grade::weak, column::where, field::registry_data},
};

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const auto known = [&e](fact f) { return to_truth(e.facts.get(f) == truth::yes); };
    const truth debugger = known(fact::ifeo_debugger);
    atom_set set;
    set.set(i1, debugger);
    set.set(i2, debugger & known(fact::debugger_is_interpreter));
    set.set(i3, known(fact::silent_exit_monitor));
    const bool options = e.data.registry.what == registry_payload::operation::set_value && equal_folded(e.data.registry.value_name, u"MitigationOptions");
    set.set(i4, options ? e.facts.get(fact::mitigation_blocks) : truth::no);
    set.set(i5, known(fact::ifeo_target_protected) & (debugger | known(fact::silent_exit_monitor) | known(fact::mitigation_blocks)));
    return set;
}

[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept { return weigh(held, atoms); }

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    return conclude(find_atoms(e), atoms, response::none, decide);
}

}  // namespace execution_options

inline constexpr rule execution_options_changed{0x0805,
                                                1,
                                                "image_execution_options",
                                                "T1546.012",
                                                family::application_verifier,
                                                detection::application_verifier,
                                                detection::application_verifier,
                                                kind_bit(event_kind::registry),
                                                execution_options::atoms,
                                                execution_options::evaluate,
                                                nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
