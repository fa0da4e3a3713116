// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_APPLICATION_VERIFIER_PROVIDER_REGISTRATION_HPP
#define BARTIZAN_RULES_APPLICATION_VERIFIER_PROVIDER_REGISTRATION_HPP

#include "../../core/rule.hpp"

/// @rule    V1.2 verifier_provider_registration @attack T1546.012 Event Triggered Execution: Image File Execution Options Injection
/// @event   registry, file                   @reads  VerifierDlls, GlobalFlag and their program, key renames, links and loads, new system files
/// @verdict convict (the change is denied or ignored, nobody is terminated): a provider that is not Windows' own for a protected program, with
///          the flag set within 10 min, as a path (V1.2), or behind a moved root (V1.3). Event: such a provider for any other program; a new
///          system library under a registered provider's name (V1.4). The value decides, not the writer
/// @benign  Windows' own providers by any program; page heap and other flags; the flag alone
/// @blind   no value data: r1, r2
/// @misses  values written before the sensor started (V1.1 sees the load); offline hives
namespace BARTIZAN_NAMESPACE::rules {

namespace provider_registration {

enum atom : uint8_t { r1, r2, r3, r4, r5, r6 };

inline constexpr atom_info atoms[] = {
    {"r1", "a verifier provider was registered that is not Windows' own", grade::medium, column::what, field::registry_data},
    {"r2", "the provider is given as a path or with separators", grade::strong, column::how, field::registry_data},
    {"r3", "the program is a security product, part of the logon, or a browser", grade::medium, column::where, field::registry_data},
    {"r4", "Application Verifier was turned on for the program within 10 min", grade::strong, column::how, field::registry_data},
    {"r5", "the settings' root or an ancestor was renamed, linked or loaded over", grade::strong, column::how, field::registry_data},
    {"r6", "a new library in the system directory bears a registered provider's name", grade::medium, column::what, field::file_name},
};

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const auto known = [&e](fact f) { return to_truth(e.facts.get(f) == truth::yes); };
    atom_set set;
    const bool value = e.kind == event_kind::registry && e.data.registry.what == registry_payload::operation::set_value &&
                       equal_folded(e.data.registry.value_name, u"VerifierDlls");
    const truth foreign = value ? e.facts.get(fact::provider_is_foreign) : truth::no;
    set.set(r1, foreign);
    set.set(r2, value ? e.facts.get(fact::provider_is_path) : truth::no);
    set.set(r3, known(fact::ifeo_target_protected) & (foreign | known(fact::verifier_pair)));
    set.set(r4, known(fact::verifier_pair));
    set.set(r5, known(fact::ifeo_root_moved));
    set.set(r6, known(fact::system_file_is_provider));
    return set;
}

/// A protected program is a subject only with a provider registered for it.
[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept {
    const bool registered = (held & (1u << r1 | 1u << r4)) != 0;
    return weigh(registered ? held : static_cast<uint16_t>(held & ~(1u << r3)), atoms);
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    return conclude(find_atoms(e), atoms, response::deny, decide);
}

/// All of it stands in the call itself or in what was set before, so the change can be denied or answered without it.
[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
    const bool denied = e.kind == event_kind::registry && decide(find_atoms(e).yes) == verdict::convict;
    return pre_outcome::deny_if(denied);
}

}  // namespace provider_registration

inline constexpr rule verifier_provider_registered{0x0802,
                                                   1,
                                                   "verifier_provider_registration",
                                                   "T1546.012",
                                                   family::application_verifier,
                                                   detection::application_verifier,
                                                   detection::application_verifier,
                                                   kind_bit(event_kind::registry) | kind_bit(event_kind::file),
                                                   provider_registration::atoms,
                                                   provider_registration::evaluate,
                                                   provider_registration::before};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
