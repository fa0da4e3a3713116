// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_COPY_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_COPY_HPP

#include "judgement.hpp"

/// @rule    C2.9, C2.10 hive_copy_written      @attack T1003.002 OS Credential Dumping: Security Account Manager
/// @event   file (create, write, rename)     @reads  file name and signature, what the actor opened, saved or was told to copy before
/// @verdict convict: a hive by its signature ('regf', 20 KiB or more) or a file under a store's name, written by a process that had
///          opened a store or saved a hive within ten minutes, or whose command line names one, or that had read the volume past the
///          file system and is a tool or untrusted; both halves of a store under like names by such a program; any file that the
///          remote registry service writes (denied; nobody on this machine is ended)
/// @benign  backup products by certificate, Windows' servicing and setup; a file called "system" that nobody read a store for
/// @blind   no file content: a copy under another name
/// @misses  a copy sent over the network, into a pipe or a stream
namespace BARTIZAN_NAMESPACE::rules {

namespace hive_copy {

enum atom : uint8_t { w1, w2, w3, w4, w5, w6, w7, w8 };

inline constexpr atom_info atoms[] = {
    {"w1", "the file is a registry hive by its signature", grade::weak, column::what, field::file_content},
    {"w2", "the file bears a credential store's name outside the stores' places", grade::weak, column::what, field::file_name},
    {"w3", "the actor took a credential store just before", grade::strong, column::how, field::registry_data},
    {"w4", "the program that wrote the hive is unsigned or not trusted", grade::weak, column::who, field::actor_trust},
    {"w5", "the code that wrote the hive lies in memory that no file accounts for", grade::strong, column::how, field::call_trace},
    {"w6", "the remote registry service wrote a file: a key was saved for its client", grade::strong, column::how, field::account},
    {"w7", "a tool or an untrusted program had just read the volume past the file system", grade::strong, column::how, field::disk_extents},
    {"w8", "a tool or an untrusted program wrote both halves of a store, accounts and boot key, under like names", grade::strong, column::what, field::file_name},
};

inline constexpr uint32_t regf = 0x66676572;          ///< 'regf', the first bytes of a hive
inline constexpr uint64_t smallest_hive_bytes = 20 * 1024;

[[nodiscard]] constexpr truth is_hive(const file_payload& file) noexcept {
    if (file.signature == 0) return truth::unknown;
    // A first write may be short; the size decides only where the sensor gives it.
    return to_truth(file.signature == regf && (file.size_bytes == 0 || file.size_bytes >= smallest_hive_bytes));
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    const file_payload& file = e.data.file;
    using operation = file_payload::operation;
    if (file.what != operation::create && file.what != operation::write && file.what != operation::rename) return {};
    const truth remote = to_truth(e.facts.get(fact::remote_client) == truth::yes);
    const truth copy = is_hive(file) | e.facts.get(fact::file_named_as_store);
    const truth pair = e.facts.get(fact::both_halves);
    const truth subject = copy | pair | remote;
    if (subject == truth::no) return {};
    atom_set set;
    set.set(w1, is_hive(file));
    set.set(w2, e.facts.get(fact::file_named_as_store));
    set.set(w3, e.facts.get(fact::actor_took_store));
    set.set(w4, at_most(e.actor.image_trust, trust::t0) & is_hive(file));
    set.set(w5, runs_foreign_code(e) & is_hive(file));
    set.set(w6, remote);
    const truth unvouched = at_most(e.actor.image_trust, trust::t0) | is_tool(e);
    set.set(w7, copy & e.facts.get(fact::actor_read_volume) & unvouched);
    set.set(w8, pair & unvouched);
    // Without its content, a file is worth a word only where its writer had taken a store.
    if (subject == truth::unknown && e.facts.get(fact::actor_took_store) != truth::yes) return {};
    const truth excused = (owns_credentials(e) | maintains_windows(e)) & !runs_foreign_code(e);
    outcome out = judge(set, atoms, excused, field::actor_trust, subject == truth::yes);
    if (subject != truth::yes) {
        out.evidence = verdict::none;
        out.action = response::none;
        out.blind.add(field::file_content);
    }
    if (out.evidence == verdict::convict && remote == truth::yes) {
        out.action = response::deny;
        out.whose = culprit::nobody;
    }
    return out;
}

}  // namespace hive_copy

inline constexpr rule hive_copy_written{0x0209,
                                        1,
                                        "hive_copy_written",
                                        "T1003.002",
                                        family::credential_hive,
                                        detection::credential_theft,
                                        detection::credential_access_seen,
                                        kind_bit(event_kind::file),
                                        hive_copy::atoms,
                                        hive_copy::evaluate,
                                        deny_what_convicts<hive_copy::evaluate>};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
