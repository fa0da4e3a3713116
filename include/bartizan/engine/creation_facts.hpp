// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_CREATION_FACTS_HPP
#define BARTIZAN_ENGINE_CREATION_FACTS_HPP

#include "../policy/code_names.hpp"
#include "open_history.hpp"
#include "process_table.hpp"

/// Who made whom, whether the made one has run yet, and which writes into it belong to its making (rules.md M1.ok1, ok3, ok7).
namespace BARTIZAN_NAMESPACE::engine {

/// The creator, with the parent standing in where no creator is recorded: a parent that was only named can excuse nobody else.
[[nodiscard]] constexpr truth is_creator(const process& source, const process& made) noexcept {
    const process_key& maker = made.creator.is_set() ? made.creator : made.parent;
    return maker.is_set() ? to_truth(is_same(maker, source.key)) : truth::unknown;
}

/// Until its first own act, or for a limited time after it was resumed; a process that was made suspended and never resumed has
/// not started however old it is.
[[nodiscard]] constexpr truth has_not_started(const process_record& made, uint64_t time_100ns, const policy::settings& settings) noexcept {
    const injection_marks& m = made.injection;
    if (m.started) return truth::no;
    if (!m.create_seen) return truth::unknown;
    const bool waits = m.created_suspended == truth::yes && m.resume_time_100ns == 0;
    const uint64_t since = m.resume_time_100ns != 0 ? m.resume_time_100ns : made.facts.create_time_100ns;
    if (waits || open_history::is_within(since, time_100ns, settings.creation_window_100ns)) return truth::yes;
    return m.resume_time_100ns != 0 ? truth::no : truth::unknown;
}

/// An act that only the process's own thread can do. Its own image and ntdll are mapped by whoever makes the process.
[[nodiscard]] constexpr bool is_own_act(const event& e) noexcept {
    if ((e.flags & event_kernel_caller) != 0) return false;
    switch (e.kind) {
        case event_kind::none:
        case event_kind::process_create:
        case event_kind::process_exit:
        case event_kind::token_check:
        case event_kind::image_tampered:
        case event_kind::logon: return false;
        case event_kind::thread_start: return !e.target.key.is_set() || e.data.thread.is_initial_thread == truth::no;
        case event_kind::image_load:
            return !equal_folded(e.data.image.path, e.actor_image) && !equal_folded(file_name(e.data.image.path), u"ntdll.dll");
        default: return true;
    }
}

/// The stack leads through CreateProcess or the system call beneath it. Without function names nobody can tell.
[[nodiscard]] constexpr truth is_through_create_process(const call_stack& stack) noexcept {
    truth through = stack.complete == truth::yes ? truth::no : truth::unknown;
    for (uint32_t i = 0; i < stack.size; ++i) {
        const stack_frame& frame = stack.frames[i];
        const uint8_t module = policy::module_bit(frame.module);
        if ((module & (policy::in_kernel | policy::in_ntdll)) == 0 && !equal_folded(file_name(frame.module), u"advapi32.dll")) continue;
        if (frame.function.empty()) through = through | truth::unknown;
        constexpr text creators[] = {u"CreateProcessInternalW", u"CreateProcessInternalA", u"NtCreateUserProcess"};
        for (const text name : creators)
            if (equal_folded(frame.function, name)) return truth::yes;
    }
    return through;
}

[[nodiscard]] constexpr truth is_creation_block(memory_use use) noexcept {
    if (use == memory_use::unknown) return truth::unknown;
    return to_truth(use == memory_use::peb || use == memory_use::process_parameters || use == memory_use::shim_data);
}

/// A browser's hook on one of the system calls that its sandbox answers itself.
[[nodiscard]] constexpr truth is_sandbox_patch(const event& e) noexcept {
    const memory_payload& m = e.data.memory;
    const policy::code_name* name = policy::find_code(m.mapped_file, m.symbol);
    const bool unnamed = m.use == memory_use::unknown || m.mapped_file.empty() || m.symbol.empty();
    const truth hook = unnamed ? truth::unknown : to_truth(name != nullptr && name->sandboxed);
    return hook & to_truth(m.range.size <= 16) & at_least(e.actor.image_trust, trust::t1) &
           e.facts.get(fact::source_is_creator) & e.facts.get(fact::target_not_started) & e.facts.get(fact::source_same_image);
}

/// Cygwin's and MSYS's fork fills the child's copy of the runtime: same directory, the runtime's own data or the heap.
[[nodiscard]] constexpr truth is_fork_copy(const event& e) noexcept {
    const memory_payload& m = e.data.memory;
    const text module = file_name(m.mapped_file);
    const bool runtime = (starts_with_folded(module, u"msys-") || starts_with_folded(module, u"cyg")) && ends_with_folded(module, u".dll");
    truth copied = to_truth(m.use == memory_use::heap || (m.use == memory_use::module_data && runtime));
    if (m.use == memory_use::unknown || (m.use == memory_use::module_data && module.empty())) copied = truth::unknown;
    const bool placed = e.actor.directory_hash != 0 && e.target.directory_hash != 0;
    const truth same_directory = placed ? to_truth(e.actor.directory_hash == e.target.directory_hash) : truth::unknown;
    return copied & same_directory & e.facts.get(fact::source_is_creator);
}

/// The write hits the program itself.
[[nodiscard]] constexpr truth is_main_image(const event& e, const process_record& target) noexcept {
    const memory_payload& m = e.data.memory;
    if (m.use != memory_use::unknown) return to_truth(m.use == memory_use::main_image);
    if (target.injection.main_image.size != 0) return to_truth(target.injection.main_image.contains(m.range.base));
    if (!m.mapped_file.empty() && !e.target_image.empty())
        return to_truth(m.region_type == mem_image && equal_folded(file_name(m.mapped_file), file_name(e.target_image)));
    return m.region_type == mem_private ? truth::no : truth::unknown;
}

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
