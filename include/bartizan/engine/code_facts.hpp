// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_CODE_FACTS_HPP
#define BARTIZAN_ENGINE_CODE_FACTS_HPP

#include "../core/code_reference.hpp"
#include "../policy/code_names.hpp"
#include "identity.hpp"

/// What is known of the code that one process makes another run, from the event alone. The facts about the pair are set before.
namespace BARTIZAN_NAMESPACE::engine {

namespace detail {

/// Routines that Windows or a debugger starts in other processes by design (rules.md M1.ok2, ok4, ok8; A1 must not fire).
[[nodiscard]] constexpr truth is_expected(const event& e, const code_reference& code, const policy::code_name* name) noexcept {
    // Kernel threads of a process: user-mode code cannot run there.
    if (is_kernel_address(code.address)) return truth::yes;
    truth expected = truth::no;
    switch (name == nullptr ? policy::code_kind::other : name->kind) {
        case policy::code_kind::console_control:
        case policy::code_kind::registry_cache: expected = has_role(e.actor, role::csrss); break;
        case policy::code_kind::debug_break: expected = e.facts.get(fact::source_is_debugger); break;
        case policy::code_kind::notification: expected = truth::yes; break;
        case policy::code_kind::process_start: expected = e.facts.get(fact::source_is_creator) & e.facts.get(fact::target_not_started); break;
        default: break;
    }
    if (e.kind != event_kind::apc_queue) return expected;
    const truth service_control = has_role(e.actor, role::services) & to_truth(equal_folded(file_name(code.module), u"sechost.dll"));
    const truth error_reporter = has_role(e.actor, role::error_reporter) & at_least(e.actor.image_trust, trust::t3);
    return expected | service_control | error_reporter;
}

/// A place in ntdll or kernelbase that is neither a function's start nor behind a system call: a gadget.
[[nodiscard]] constexpr truth is_inside_system(const context_payload& context) noexcept {
    const uint8_t module = policy::module_bit(context.module);
    if (context.module.empty()) return context.program_counter_state == memory_state::unknown ? truth::unknown : truth::no;
    if ((module & (policy::in_ntdll | policy::in_kernelbase)) == 0) return truth::no;
    return context.point == program_point::unknown ? truth::unknown : to_truth(context.point == program_point::inside);
}

}  // namespace detail

constexpr void set_code_facts(event& e, const code_reference& code, const policy::settings& settings) noexcept {
    using policy::code_kind;
    const policy::code_name* name = policy::find_code(code.module, code.function);
    // A module without a function, or neither, leaves open which routine it is; memory without a file holds no export.
    const truth backed = !is_unbacked(code.state);
    const truth absent = code.function.empty() && backed != truth::no ? truth::unknown : truth::no;
    const auto is = [&](code_kind kind) { return name == nullptr ? absent : to_truth(name->kind == kind); };
    e.facts.set(fact::code_is_loader, is(code_kind::loader));
    e.facts.set(fact::code_reads_atoms, is(code_kind::atom_reader));
    e.facts.set(fact::code_is_primitive, is(code_kind::primitive));
    e.facts.set(fact::code_is_expected, detail::is_expected(e, code, name));
    e.facts.set(fact::code_inside_system, e.kind == event_kind::context_set ? detail::is_inside_system(e.data.context) : truth::no);
    if (e.kind == event_kind::thread_start) e.module_trust = trust_of_module(code.module, {}, settings);
}

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
