// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_THREAD_CONTEXT_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_THREAD_CONTEXT_HPP

#include "source.hpp"

/// @rule    M1.7 thread_context_hijacked   @attack T1055.003 Thread Execution Hijacking
/// @event   context_set                    @reads  code facts, pause and debugger facts, actor trust and roles
/// @verdict convict: a paused thread is pointed at memory without a file or that the source prepared, or its context is changed again
///          and again; or two medium atoms of different columns. Where nobody tells who debugs whom, the pointer alone is an event
/// @benign  debuggers; a context set back to where it was, behind a system call or at a function's start; security products
/// @blind   no memory state of the program counter; no suspensions; nobody told who debugs whom
/// @misses  code reached through return addresses alone, in fewer than eight steps
namespace BARTIZAN_NAMESPACE::rules {

namespace thread_context {

enum atom : uint8_t { x1, x2, x3, x4, x5, x6, x7 };

inline constexpr atom_info atoms[] = {
    {"x1", "a paused thread was pointed at memory that no file accounts for", grade::strong, column::how, field::debug_object},
    {"x2", "a thread was pointed at memory that the source prepared in the target", grade::strong, column::where, field::debug_object},
    {"x3", "one thread's context was changed again and again", grade::strong, column::what, field::debug_object},
    {"x4", "a thread was pointed at memory without a file or prepared by the source, perhaps by its debugger", grade::medium, column::how, field::memory_state},
    {"x5", "a paused thread was pointed amid a system function", grade::medium, column::how, field::code_symbol},
    {"x6", "the source is an untrusted program", grade::medium, column::who, field::actor_trust},
    {"x7", "the source is a script host, or a tool made to inject that serves nobody", grade::medium, column::who, field::actor_image},
};

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    atom_set set;
    if (facts(fact::source_is_debugger) == truth::yes) return set;
    const truth kept = !is_security_product(e);
    const truth paused = facts(fact::source_paused_target);
    const truth not_debugger = !facts(fact::source_is_debugger);
    set.set(x1, kept & facts(fact::code_unbacked) & paused & not_debugger);
    set.set(x2, kept & is_prepared_code(e) & not_debugger);
    set.set(x3, kept & facts(fact::context_churn) & not_debugger);
    set.set(x4, kept & (facts(fact::code_unbacked) | is_prepared_code(e)));
    set.set(x5, kept & facts(fact::code_inside_system) & paused);
    // Who it is adds to what was done, unless that may be a debugger's work.
    const truth done = set.yes != 0 ? truth::yes : set.unknown != 0 ? truth::unknown : truth::no;
    set.set(x6, done & not_debugger & is_untrusted_source(e));
    set.set(x7, done & not_debugger & is_instrument(e));
    return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    if (!is_remote(e) || (e.flags & event_kernel_caller) != 0) return {};
    outcome out = weigh_outcome(find_atoms(e), atoms, response::deny_terminate, culprit::actor);
    add_unknown_source(e, out);
    return out;
}

}  // namespace thread_context

inline constexpr rule thread_context_hijacked{0x0505,
                                              1,
                                              "thread_context_hijacked",
                                              "T1055.003",
                                              family::injection,
                                              detection::remote_injection,
                                              detection::suspicion,
                                              kind_bit(event_kind::context_set),
                                              thread_context::atoms,
                                              thread_context::evaluate,
                                              nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
