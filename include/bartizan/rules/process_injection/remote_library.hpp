// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_REMOTE_LIBRARY_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_REMOTE_LIBRARY_HPP

#include "source.hpp"

/// @rule    M1.2, A1.2 remote_library_forced   @attack T1055.001 Dynamic-link Library Injection
/// @event   image_load                         @reads  module trust, facts about the loader thread or APC before it
/// @verdict convict the instigator: a library below T2 that a thread or APC of another process had the actor load within 60 s
/// @benign  libraries of allow-listed publishers and of Windows, whoever asked for them: accessibility, input methods, overlays,
///          application-compatibility shims (rules.md M1.ok9); printer vendors' libraries in the spooler
/// @blind   no signature of the module
/// @misses  a library that comes more than 60 s after it was asked for; one that the target would have loaded anyway, where the
///          sensor does not name the thread, may be taken for it
namespace BARTIZAN_NAMESPACE::rules {

namespace remote_library {

enum atom : uint8_t { l1, l2 };

inline constexpr atom_info atoms[] = {
    {"l1", "another process made this process load a library that no allow-listed publisher signed", grade::strong, column::how, field::module_signature},
    {"l2", "an untrusted program made this process load a library", grade::medium, column::who, field::actor_trust},
};

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    const truth forced = e.facts.get(fact::library_was_forced);
    if (forced == truth::no) return {};
    atom_set set;
    set.set(l1, forced & at_most(e.module_trust, trust::t1));
    // Windows' own libraries come along with any other: they say nothing about who asked.
    set.set(l2, forced & e.facts.get(fact::instigator_untrusted) & at_most(e.module_trust, trust::t2));
    return weigh_outcome(set, atoms, response::deny_terminate, culprit::instigator);
}

}  // namespace remote_library

inline constexpr rule remote_library_forced{0x0502,
                                            1,
                                            "remote_library_forced",
                                            "T1055.001",
                                            family::injection,
                                            detection::remote_injection,
                                            detection::suspicion,
                                            kind_bit(event_kind::image_load),
                                            remote_library::atoms,
                                            remote_library::evaluate,
                                            nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
