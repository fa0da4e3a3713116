// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_DUMP_FILE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_DUMP_FILE_HPP

#include "../../core/rule.hpp"

/// @rule    C1.8 lsass_dump_file            @attack T1003.001 OS Credential Dumping: LSASS Memory
/// @event   file (create, write, rename)    @reads  file name and signature, actor identity and trust, recent LSASS access
/// @verdict convict: a dump file after read access to LSASS was given, or a file that is named as a dump of LSASS by a program that
///          can make one: the secrets then lie on the disk, whoever pressed the button
/// @benign  WerFault for a fault that LSASS reported; dumps of other processes
/// @blind   no file content: a dump under a name without a dump's extension
/// @misses  dumps sent over the network or into a pipe
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_dump_file {

enum atom : uint8_t { f1, f2, f3, f4, f5 };

inline constexpr atom_info atoms[] = {
    {"f1", "the file is named as a memory dump of LSASS", grade::medium, column::what, field::file_name},
    {"f2", "the actor is a script host, Task Manager or a system tool that can read memory", grade::medium, column::who, field::actor_image},
    {"f3", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
    {"f4", "the actor was given read access to LSASS within the last 120 s", grade::strong, column::how, field::open_history},
    {"f5", "the file is a memory dump by its extension or signature", grade::weak, column::what, field::file_content},
};

/// Who-atoms say nothing by themselves: only a dump, of LSASS by name or by what was read before it, makes a subject.
[[nodiscard]] constexpr truth is_subject(const event& e) noexcept {
    return e.facts.get(fact::file_named_for_lsass) | (e.facts.get(fact::file_is_dump) & e.facts.get(fact::actor_read_lsass));
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    atom_set set;
    set.set(f1, e.facts.get(fact::file_named_for_lsass));
    set.set(f2, has_role(e.actor, role::script_host) | has_role(e.actor, role::memory_tool) | has_role(e.actor, role::task_manager));
    set.set(f3, at_most(e.actor.image_trust, trust::t0));
    set.set(f4, e.facts.get(fact::actor_read_lsass));
    set.set(f5, e.facts.get(fact::file_is_dump));
    return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    outcome out;
    const auto what = e.data.file.what;
    if (what != file_payload::operation::create && what != file_payload::operation::write && what != file_payload::operation::rename)
        return out;
    const truth subject = is_subject(e);
    if (subject == truth::no) return out;
    if ((has_role(e.actor, role::error_reporter) & e.facts.get(fact::actor_fault_reported)) == truth::yes) return out;
    out.atoms = find_atoms(e);
    if (subject == truth::yes) out.evidence = weigh(out.atoms.yes, atoms);
    const auto possible = static_cast<uint16_t>(out.atoms.yes | out.atoms.unknown);
    if (weigh(possible, atoms) > out.evidence) out.blind = fields_of(out.atoms.unknown, atoms);
    if (out.evidence == verdict::convict) out.action = response::deny_terminate;
    return out;
}

}  // namespace lsass_dump_file

inline constexpr rule lsass_dump_written{0x0108,
                                         1,
                                         "lsass_dump_file",
                                         "T1003.001",
                                         family::credential_lsass,
                                         detection::credential_theft,
                                         detection::lsass_over_asking,
                                         kind_bit(event_kind::file),
                                         lsass_dump_file::atoms,
                                         lsass_dump_file::evaluate,
                                         nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
