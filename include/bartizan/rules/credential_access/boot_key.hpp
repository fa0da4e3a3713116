// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_BOOT_KEY_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_BOOT_KEY_HPP

#include "judgement.hpp"

/// @rule    C2.3 boot_key_read               @attack T1003.002 OS Credential Dumping: Security Account Manager
/// @event   registry (query_key, enumerate_key, audited queries)  @reads  how many of the four boot keys' class names the actor read
/// @verdict convict: three or four of them within 60 s; event: two
/// @benign  lsass; svchost as SYSTEM or LOCAL SERVICE without foreign code in it; queries that do not return the class
/// @blind   no actor identity
/// @misses  the four read more than 60 s apart (seen as nothing; a hive saved or values read later convict by themselves)
///
/// The secret is the class string of the keys JD, Skew1, GBG and Data, so a rule on values would see nothing. Only
/// KeyNodeInformation and KeyFullInformation return a class; KeyCachedInformation has no room for one (wdm.h).
namespace BARTIZAN_NAMESPACE::rules {

namespace boot_key {

enum atom : uint8_t { b1, b2, b3, b4, b5 };

inline constexpr atom_info atoms[] = {
    {"b1", "three or more of the four parts of the boot key were read", grade::strong, column::what, field::registry_data},
    {"b2", "two of the four parts of the boot key were read", grade::medium, column::what, field::registry_data},
    {"b3", "the code that asks lies in memory that no file accounts for", grade::medium, column::how, field::call_trace},
    {"b4", "SAM or SECURITY was opened past its access list", grade::medium, column::how, field::registry_data},
    {"b5", "a hive was saved or opened as a file before", grade::medium, column::how, field::registry_data},
};

/// Services that use the system key run in svchost.
[[nodiscard]] constexpr truth is_service(const event& e) noexcept {
    const truth by_system = to_truth(e.actor.user == account::system || e.actor.user == account::local_service);
    return has_role(e.actor, role::svchost) & (e.actor.user == account::unknown ? truth::unknown : by_system);
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    if (e.facts.get(fact::boot_key_two) != truth::yes) return {};
    atom_set set;
    set.set(b1, e.facts.get(fact::boot_key_three));
    set.set(b2, e.facts.get(fact::boot_key_two));
    set.set(b3, runs_foreign_code(e));
    set.set(b4, e.facts.get(fact::key_past_acl));
    set.set(b5, e.facts.get(fact::actor_took_store));
    return judge(set, atoms, (owns_credentials(e) | is_service(e)) & !runs_foreign_code(e), field::actor_image);
}

}  // namespace boot_key

inline constexpr rule boot_key_read{0x0203,
                                    1,
                                    "boot_key_read",
                                    "T1003.002",
                                    family::credential_hive,
                                    detection::credential_theft,
                                    detection::credential_access_seen,
                                    kind_bit(event_kind::registry),
                                    boot_key::atoms,
                                    boot_key::evaluate,
                                    deny_what_convicts<boot_key::evaluate>};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
