// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_REMOTE_THREAD_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_REMOTE_THREAD_HPP

#include "source.hpp"

/// @rule    M1.1-M1.3 remote_thread_injected   @attack T1055 Process Injection
/// @event   thread_start                       @reads  code facts, module trust, actor trust and roles, target roles, source facts
/// @verdict convict: the start lies in memory without a file or that the source prepared there, or two medium atoms of different
///          columns (a loader routine and a source that nobody vouches for, an untrusted module and an untrusted source, ...)
/// @benign  a process's first thread; csrss at CtrlRoutine in console programs; a debugger at DbgUiRemoteBreakin; threads at a kernel
///          address; ETW's notification thread; allow-listed or protected security products; a library loaded by a trusted program
///          (its library is judged when it comes: remote_library)
/// @blind   no memory state: t1; no reports of remote memory operations: t2, t3; no signature: t4, t5
/// @misses  a start inside an image whose page was modified, where the sensor does not tell (Sysmon); a thread that the target's own
///          code is made to start
namespace BARTIZAN_NAMESPACE::rules {

namespace remote_thread {

enum atom : uint8_t { t1, t2, t3, t4, t5, t6, t7, t8, t9 };

inline constexpr atom_info atoms[] = {
    {"t1", "the thread starts in memory that no file accounts for", grade::strong, column::how, field::memory_state},
    {"t2", "the thread starts in, or is handed, memory that the source prepared in the target", grade::strong, column::how, field::memory_writes},
    {"t3", "that memory is writable and executable", grade::medium, column::what, field::memory_writes},
    {"t4", "it starts at a routine that loads a library, and nobody vouches for the source", grade::medium, column::how, field::code_symbol},
    {"t5", "the source is an untrusted program", grade::medium, column::who, field::actor_trust},
    {"t6", "the source is a script host, or a tool made to inject that serves nobody", grade::medium, column::who, field::actor_image},
    {"t7", "it starts in a module that is not trusted", grade::medium, column::how, field::module_signature},
    {"t8", "the source got its rights over the target through memory that no file accounts for", grade::medium, column::what, field::call_trace},
    {"t9", "the target is a process that Windows does not survive the end of", grade::medium, column::where, field::target_image},
};

[[nodiscard]] constexpr truth is_critical_target(const event& e) noexcept {
    return is_critical(e.target.roles) ? truth::yes : e.target.identity == truth::yes ? truth::no : truth::unknown;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    const truth unbacked = facts(fact::code_unbacked);
    // A routine that is expected excuses only where it is what it says: in an image, as in the file.
    const truth kept = !((facts(fact::code_is_expected) & !unbacked) | is_security_product(e));
    const truth unvouched = is_untrusted_source(e) | is_instrument(e) | facts(fact::rights_through_unbacked);
    atom_set set;
    set.set(t1, kept & unbacked);
    set.set(t2, kept & is_prepared_code(e));
    set.set(t3, kept & facts(fact::code_prepared) & facts(fact::code_writable));
    set.set(t4, kept & facts(fact::code_is_loader) & unvouched);
    set.set(t5, kept & is_untrusted_source(e));
    set.set(t6, kept & is_instrument(e));
    set.set(t7, kept & at_most(e.module_trust, trust::t0));
    set.set(t8, kept & facts(fact::rights_through_unbacked));
    set.set(t9, kept & is_critical_target(e) & at_most(e.actor.image_trust, trust::t1));
    return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    if (!is_remote(e) || e.data.thread.is_initial_thread == truth::yes) return {};
    if (e.data.thread.is_initial_thread == truth::unknown) {
        // The first thread of a process is always started from outside, by its creator.
        const truth first = e.facts.get(fact::source_is_creator) & e.facts.get(fact::target_not_started);
        if (first == truth::yes) return {};
        if (first == truth::unknown) {
            outcome blind;
            blind.blind.add(field::process_start);
            return blind;
        }
    }
    outcome out = weigh_outcome(find_atoms(e), atoms, response::deny_terminate, culprit::actor);
    add_unknown_source(e, out);
    return out;
}

}  // namespace remote_thread

inline constexpr rule remote_thread_injected{0x0501,
                                             1,
                                             "remote_thread_injected",
                                             "T1055",
                                             family::injection,
                                             detection::remote_injection,
                                             detection::suspicion,
                                             kind_bit(event_kind::thread_start),
                                             remote_thread::atoms,
                                             remote_thread::evaluate,
                                             nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
