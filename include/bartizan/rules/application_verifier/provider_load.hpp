// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_APPLICATION_VERIFIER_PROVIDER_LOAD_HPP
#define BARTIZAN_RULES_APPLICATION_VERIFIER_PROVIDER_LOAD_HPP

#include "../../core/rule.hpp"

/// @rule    V1.1 verifier_provider_load      @attack T1546.012 Event Triggered Execution: Image File Execution Options Injection
/// @event   image_load                       @reads  order of loads in the process, module path, name and signature, subsystem
/// @verdict convict: with verifier.dll active, a module maps before kernel32.dll that does not belong there and that Microsoft did not sign:
///          the mapping fails, the process goes on. Event: one that Microsoft signed but that is no listed provider. Needs no registry, so a
///          transient key, a section swap or a per-user setting changes nothing
/// @benign  Windows' own providers; verifier.dll loaded later, to write a dump; native-subsystem processes; custom providers by exclusion
/// @blind   loads not reported from the process's start on: v1; no signature: v1, v2
/// @misses  a provider that was mapped before the sensor started
namespace BARTIZAN_NAMESPACE::rules {

namespace provider_load {

enum atom : uint8_t { v1, v2 };

inline constexpr atom_info atoms[] = {
    {"v1", "with Application Verifier active, a module that is no provider of Windows maps before kernel32.dll", grade::medium, column::how, field::load_order},
    {"v2", "Microsoft did not sign it", grade::medium, column::who, field::module_signature},
};

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    atom_set set;
    const truth early = facts(fact::verifier_active) & facts(fact::load_before_kernel32) & !facts(fact::module_expected_early) & !facts(fact::process_is_native);
    const truth foreign = early & !facts(fact::provider_authentic);
    set.set(v1, foreign);
    set.set(v2, foreign & !facts(fact::module_is_microsofts));
    return set;
}

[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept { return (held & 1u << v1) != 0 ? weigh(held, atoms) : verdict::none; }

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    return conclude(find_atoms(e), atoms, response::deny, decide);
}

[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
    const bool denied = decide(find_atoms(e).yes) == verdict::convict;
    return pre_outcome::deny_if(denied);
}

}  // namespace provider_load

inline constexpr rule verifier_provider_loaded{0x0801,
                                               1,
                                               "verifier_provider_load",
                                               "T1546.012",
                                               family::application_verifier,
                                               detection::application_verifier,
                                               detection::application_verifier,
                                               kind_bit(event_kind::image_load),
                                               provider_load::atoms,
                                               provider_load::evaluate,
                                               provider_load::before};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
