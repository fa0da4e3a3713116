// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_FILE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_FILE_HPP

#include "judgement.hpp"

/// @rule    C2.7, C2.8, C3.4 hive_file_read   @attack T1003.002 OS Credential Dumping: Security Account Manager
/// @event   file (open, read, set_security)   @reads  whether the file is a credential store and where it lies, access, outcome, actor,
///          whether it had made a shadow copy
/// @verdict convict: a store on a shadow copy or in a backup folder opened for reading; the live file by a tool or an untrusted
///          program, or its access list changed by one
/// @benign  the kernel, backup products by certificate, Windows' servicing, setup, restore, antimalware; attribute-only opens
/// @blind   no signature; no outcome: a failed open weighs less than one that is not known to have failed
/// @misses  extents read past the file system (see raw_disk_read)
namespace BARTIZAN_NAMESPACE::rules {

namespace hive_file {

enum atom : uint8_t { o1, o2, o3, o4, o5, o6 };

inline constexpr atom_info atoms[] = {
    {"o1", "a credential store on a shadow copy or in a backup folder was opened for reading", grade::strong, column::where, field::file_name},
    {"o2", "the live credential store was opened for reading", grade::medium, column::what, field::file_name},
    {"o3", "the access list of a credential store was changed", grade::medium, column::what, field::file_name},
    {"o4", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
    {"o5", "the actor is a script host or a tool that does what it is told", grade::medium, column::who, field::actor_image},
    {"o6", "the same hands had made a shadow copy within half an hour", grade::medium, column::what, field::process_start},
};

using operation = file_payload::operation;

/// 0 rights or only attributes cannot read; a sensor that gives no mask says by the operation.
[[nodiscard]] constexpr bool reads(const file_payload& file) noexcept {
    if (file.what == operation::read) return true;
    return file.what == operation::open && (expand(file.access, file_mapping) & file_read_data) != 0;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const file_payload& file = e.data.file;
    const truth store = e.facts.get(fact::file_is_store);
    const truth spare = e.facts.get(fact::file_is_spare_store);
    const truth failed = to_truth(file.succeeded == truth::no);
    const truth opened = to_truth(reads(file)) & store;
    atom_set set;
    set.set(o1, opened & spare & !failed);
    set.set(o2, opened & !spare & !failed);
    set.set(o3, store & to_truth(file.what == operation::set_security));
    set.set(o4, at_most(e.actor.image_trust, trust::t0));
    set.set(o5, is_tool(e));
    set.set(o6, opened & e.facts.get(fact::actor_made_snapshot) & !failed);
    return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    const file_payload& file = e.data.file;
    if (e.facts.get(fact::file_is_store) != truth::yes || !(reads(file) || file.what == operation::set_security)) return {};
    const truth excused = (owns_credentials(e) | maintains_windows(e) | has_role(e.actor, role::svchost)) & !runs_foreign_code(e);
    outcome out = judge(find_atoms(e), atoms, excused, field::actor_trust);
    // What was refused took nothing: the attempt is recorded, whoever made it.
    if (file.succeeded == truth::no && out.evidence == verdict::convict) {
        out.evidence = verdict::event;
        out.action = response::none;
    }
    return out;
}

}  // namespace hive_file

inline constexpr rule hive_file_read{0x0208,
                                     1,
                                     "hive_file_read",
                                     "T1003.002",
                                     family::credential_hive,
                                     detection::credential_theft,
                                     detection::credential_access_seen,
                                     kind_bit(event_kind::file),
                                     hive_file::atoms,
                                     hive_file::evaluate,
                                     deny_what_convicts<hive_file::evaluate>};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
