// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_SECRET_VALUE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_SECRET_VALUE_HPP

#include "judgement.hpp"

/// @rule    C2.1, C2.2, C2.5, C2.7 secret_value_read   @attack T1003.002 OS Credential Dumping: Security Account Manager
/// @event   registry (query, set, open, set_security)  @reads  which secret the key and value hold, how the key was opened, actor
/// @verdict convict: a password hash, an LSA secret or a cached logon was read by anything but the LSA, on the live hive or a mounted
///          copy; or an account's record read, changed or opened past its ACL by a tool or an untrusted program
/// @benign  lsass, the kernel, protected antimalware; opens and enumerations without values (services, profile service, LogonUI)
/// @blind   no value name: which part of an account was read; no actor identity: everything
/// @misses  reads by a driver; a hive parsed from a copied file (see hive_file_read)
namespace BARTIZAN_NAMESPACE::rules {

namespace secret_value {

enum atom : uint8_t { s1, s2, s3, s4, s5, s6, s7, s8, s9 };

inline constexpr atom_info atoms[] = {
    {"s1", "an account's password hashes were read", grade::strong, column::what, field::registry_data},
    {"s2", "an account's record was read", grade::medium, column::what, field::registry_data},
    {"s3", "an LSA secret, its key or a cached logon was read", grade::strong, column::what, field::registry_data},
    {"s4", "SAM or SECURITY was opened past its access list", grade::medium, column::how, field::registry_data},
    {"s5", "several values of it were read in one call", grade::strong, column::how, field::registry_data},
    {"s6", "an account's record was changed past the LSA", grade::medium, column::what, field::registry_data},
    {"s7", "the access list of SAM or SECURITY was changed", grade::medium, column::what, field::registry_data},
    {"s8", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
    {"s9", "the actor is a script host or a tool that does what it is told", grade::medium, column::who, field::actor_image},
};

using operation = registry_payload::operation;

[[nodiscard]] constexpr bool reads_values(operation what) noexcept {
    return what == operation::query_value || what == operation::query_multiple_value || what == operation::query_unspecified;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const operation what = e.data.registry.what;
    const truth reads = to_truth(reads_values(what));
    const truth record = e.facts.get(fact::key_account_record) | e.facts.get(fact::key_account_hash);
    const truth past_acl = e.facts.get(fact::key_past_acl);
    atom_set set;
    set.set(s1, reads & e.facts.get(fact::key_account_hash));
    set.set(s2, reads & record);
    set.set(s3, reads & e.facts.get(fact::key_lsa_secret));
    set.set(s4, past_acl);
    set.set(s5, past_acl & to_truth(what == operation::query_multiple_value));
    set.set(s6, to_truth(what == operation::set_value) & record);
    set.set(s7, to_truth(what == operation::set_security));
    set.set(s8, at_most(e.actor.image_trust, trust::t0));
    set.set(s9, is_tool(e));
    return set;
}

/// Opening the key is a subject only where it goes past the ACL; an enumeration without values never is.
[[nodiscard]] constexpr truth is_subject(const event& e) noexcept {
    const operation what = e.data.registry.what;
    const truth account = e.facts.get(fact::key_account_record) | e.facts.get(fact::key_account_hash);
    if (reads_values(what)) return account | e.facts.get(fact::key_lsa_secret);
    if (what == operation::set_value) return account;
    const truth store = e.facts.get(fact::key_holds_secrets);
    if (what == operation::set_security) return store;
    if (what == operation::open_key || what == operation::create_key) return store & e.facts.get(fact::key_past_acl);
    return truth::no;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    const truth subject = is_subject(e);
    if (subject != truth::yes) return {};
    return judge(find_atoms(e), atoms, owns_credentials(e) & !runs_foreign_code(e), field::actor_image);
}

}  // namespace secret_value

inline constexpr rule secret_value_read{0x0201,
                                        1,
                                        "secret_value_read",
                                        "T1003.002",
                                        family::credential_hive,
                                        detection::credential_theft,
                                        detection::credential_access_seen,
                                        kind_bit(event_kind::registry),
                                        secret_value::atoms,
                                        secret_value::evaluate,
                                        deny_what_convicts<secret_value::evaluate>};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
