// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_SAVE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_SAVE_HPP

#include "judgement.hpp"

/// @rule    C2.4, C2.6, C2.10 hive_save       @attack T1003.002 OS Credential Dumping: Security Account Manager
/// @event   registry (save_key, load_key, restore_key, replace_key)  @reads  what the key holds, the hive file's name, earlier saves
///          and boot-key reads of the actor, remote logon, actor
/// @verdict convict: SAM or SECURITY saved, or both halves within 10 min; SYSTEM saved, or a copy of a hive mounted, by a tool or an
///          untrusted program, or after the boot key was read. For a remote client the save is denied and nobody is terminated
/// @benign  backup products by certificate; Dism, Windows setup, system restore, backup engine, antimalware
/// @blind   no signature: an unknown program may be a backup product; no key name
/// @misses  a save by a driver
namespace BARTIZAN_NAMESPACE::rules {

namespace hive_save {

enum atom : uint8_t { h1, h2, h3, h4, h5, h6, h7 };

inline constexpr atom_info atoms[] = {
    {"h1", "the password store was saved to a file", grade::strong, column::what, field::registry_data},
    {"h2", "the hive with the boot key was saved to a file", grade::medium, column::what, field::registry_data},
    {"h3", "both halves, the store and the boot key, were saved within ten minutes", grade::strong, column::what, field::registry_data},
    {"h4", "a copy of a credential hive was mounted", grade::medium, column::what, field::registry_data},
    {"h5", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
    {"h6", "the actor is a script host or a tool that does what it is told", grade::medium, column::who, field::actor_image},
    {"h7", "the actor read parts of the boot key, or opened the store past its access list", grade::medium, column::how, field::registry_data},
};

using operation = registry_payload::operation;

[[nodiscard]] constexpr bool saves(const event& e) noexcept { return e.data.registry.what == operation::save_key; }
[[nodiscard]] constexpr bool mounts(const event& e) noexcept {
    const operation what = e.data.registry.what;
    return what == operation::load_key || what == operation::restore_key || what == operation::replace_key;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const truth saved = to_truth(saves(e));
    atom_set set;
    set.set(h1, saved & e.facts.get(fact::key_holds_secrets));
    set.set(h2, saved & e.facts.get(fact::key_holds_boot_key));
    set.set(h3, saved & e.facts.get(fact::actor_saved_both));
    set.set(h4, to_truth(mounts(e)) & e.facts.get(fact::key_file_is_store));
    set.set(h5, at_most(e.actor.image_trust, trust::t0));
    set.set(h6, is_tool(e));
    set.set(h7, e.facts.get(fact::boot_key_two) | e.facts.get(fact::key_past_acl));
    return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    const truth saved = to_truth(saves(e)) & (e.facts.get(fact::key_holds_secrets) | e.facts.get(fact::key_holds_boot_key));
    const truth mounted = to_truth(mounts(e)) & e.facts.get(fact::key_file_is_store);
    if ((saved | mounted) != truth::yes) return {};
    const truth remote = e.facts.get(fact::remote_client);
    // Windows' own services save hives for backups (the registry's VSS writer), unless the registry service serves a remote client.
    const truth service = has_role(e.actor, role::svchost) & at_least(e.actor.image_trust, trust::t3) & !remote;
    const truth excused = (owns_credentials(e) | maintains_windows(e) | service) & !runs_foreign_code(e);
    outcome out = judge(find_atoms(e), atoms, excused, field::actor_trust);
    if (out.evidence == verdict::convict && remote == truth::yes) {
        out.action = response::deny;
        out.whose = culprit::nobody;
    }
    return out;
}

}  // namespace hive_save

inline constexpr rule hive_saved{0x0204,
                                 1,
                                 "hive_save",
                                 "T1003.002",
                                 family::credential_hive,
                                 detection::credential_theft,
                                 detection::credential_access_seen,
                                 kind_bit(event_kind::registry),
                                 hive_save::atoms,
                                 hive_save::evaluate,
                                 deny_what_convicts<hive_save::evaluate>};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
