// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_COMMAND_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_COMMAND_HPP

#include "judgement.hpp"

/// @rule    C2.11 hive_command               @attack T1003.002 OS Credential Dumping: Security Account Manager
/// @event   process_create                   @reads  the protected keys and files that the command line names (canonicalised), identity,
///          trust
/// @verdict convict: a program whose own first argument says to save SAM, SECURITY or SYSTEM; a command that names a store on a
///          shadow copy or in a backup folder, or one together with a snapshot of the volume, or both halves of a store; an untrusted
///          program that is given a store
/// @benign  Windows' servicing and backup products; naming a live store alone (icacls, dir); exports of other keys
/// @blind   no command line
/// @misses  arguments by script, response file or standard input: the effect is then judged by C2.4, C2.8 and C2.9
///
/// Most sensors see neither registry saves nor file reads; a process start is then all there is. No program is named: whichever
/// takes such arguments is judged. An installation set of the directory (ntdsutil's ifm) is recorded: administrators make them too.
namespace BARTIZAN_NAMESPACE::rules {

namespace hive_command {

enum atom : uint8_t { g1, g2, g3, g4, g5, g6, g7, g8 };

inline constexpr atom_info atoms[] = {
    {"g1", "the command line saves the password store", grade::medium, column::what, field::command_line},
    {"g2", "the command line saves the hive with the boot key", grade::medium, column::what, field::command_line},
    {"g3", "the program is told so itself, not asked to tell another", grade::medium, column::how, field::command_line},
    {"g4", "the command line names a credential store, or asks for a set of the directory's files", grade::medium, column::what, field::command_line},
    {"g5", "... on a shadow copy or in a backup folder", grade::medium, column::where, field::command_line},
    {"g6", "the command line asks for a snapshot of the volume", grade::medium, column::how, field::command_line},
    {"g7", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
    {"g8", "the command line names both halves of a store, accounts and boot key", grade::medium, column::how, field::command_line},
};

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    const truth saves = facts(fact::command_saves_secrets) | facts(fact::command_saves_boot_key);
    const truth names = facts(fact::command_names_store);
    if ((saves | names) != truth::yes) {
        outcome unseen;
        if ((saves | names) == truth::unknown) unseen.blind.add(field::command_line);
        return unseen;
    }
    atom_set set;
    set.set(g1, facts(fact::command_saves_secrets));
    set.set(g2, facts(fact::command_saves_boot_key));
    set.set(g3, saves & facts(fact::command_is_own));
    set.set(g4, names);
    set.set(g5, names & facts(fact::command_names_spare));
    set.set(g6, facts(fact::command_asks_snapshot));
    set.set(g7, at_most(e.actor.image_trust, trust::t0));
    set.set(g8, names & facts(fact::both_halves));
    return judge(set, atoms, owns_credentials(e) | maintains_windows(e), field::actor_trust);
}

}  // namespace hive_command

inline constexpr rule hive_taken_by_command{0x020b,
                                            1,
                                            "hive_command",
                                            "T1003.002",
                                            family::credential_hive,
                                            detection::credential_theft,
                                            detection::credential_access_seen,
                                            kind_bit(event_kind::process_create),
                                            hive_command::atoms,
                                            hive_command::evaluate,
                                            deny_what_convicts<hive_command::evaluate>};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
