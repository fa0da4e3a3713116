// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_REMOTE_MEMORY_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_REMOTE_MEMORY_HPP

#include "source.hpp"

/// @rule    M1.3, M1.4, M1.9 remote_memory_changed   @attack T1055 Process Injection
/// @event   memory_allocate, memory_protect, memory_map, memory_write   @reads  range, protection, use; creation, sandbox, fork and
///          debugger facts; actor trust and roles
/// @verdict convict: code of a module, or the process's own control blocks, overwritten from outside; or two medium atoms of
///          different columns (an untrusted source places writable code, ...). A range alone is an event; what runs in it later
///          convicts by the other rules
/// @benign  process creation's own writes (by the creator, before the start, through CreateProcess, at most 64 KiB); a browser's hooks on
///          its own child's system calls; a POSIX emulation's fork; a debugger; security products
/// @blind   no use of the range (host without symbols): r1, r2, r6; nobody told who debugs whom: r1, r2 count as r3
/// @misses  writes where the sensor does not log them; memory that the target shares by its own doing
namespace BARTIZAN_NAMESPACE::rules {

namespace remote_memory {

enum atom : uint8_t { r1, r2, r3, r4, r5, r6, r7, r8 };

inline constexpr atom_info atoms[] = {
    {"r1", "code of a module in another process was overwritten", grade::strong, column::what, field::memory_writes},
    {"r2", "another process's control blocks were overwritten outside its creation", grade::strong, column::what, field::process_start},
    {"r3", "code or control blocks of another process were overwritten, perhaps by its debugger", grade::medium, column::what, field::debug_object},
    {"r4", "writable and executable memory of 4 KiB or more was placed in another process", grade::medium, column::what, field::memory_state},
    {"r5", "a section without a file was mapped executable into another process", grade::medium, column::what, field::memory_state},
    {"r6", "data of a module in another process was overwritten", grade::medium, column::where, field::memory_writes},
    {"r7", "the source is an untrusted program", grade::medium, column::who, field::actor_trust},
    {"r8", "the source is a script host, or a tool made to inject that serves nobody", grade::medium, column::who, field::actor_image},
};

/// Uses of memory, as far as known: `unknown` where the host could not tell.
[[nodiscard]] constexpr truth is_used_as(const memory_payload& m, memory_use use) noexcept {
    return m.use == memory_use::unknown ? truth::unknown : to_truth(m.use == use);
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const memory_payload& m = e.data.memory;
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    const truth excused = facts(fact::creation_write) | facts(fact::sandbox_patch) | facts(fact::fork_copy) | is_security_product(e);
    atom_set set;
    if (facts(fact::source_is_debugger) == truth::yes) return set;
    const truth writes = to_truth(e.kind == event_kind::memory_write);
    const truth code = writes & (is_used_as(m, memory_use::module_code) | to_truth(!m.symbol.empty()));
    const truth blocks = writes & (is_used_as(m, memory_use::peb) | is_used_as(m, memory_use::peb_image_base) |
                                   is_used_as(m, memory_use::process_parameters) | is_used_as(m, memory_use::shim_data));
    const truth not_debugger = !facts(fact::source_is_debugger);
    const bool places = e.kind == event_kind::memory_allocate || e.kind == event_kind::memory_protect || e.kind == event_kind::memory_map;
    const bool kernel = (e.flags & event_kernel_caller) != 0;
    const truth act = to_truth(!kernel) & !excused;
    set.set(r1, act & code & not_debugger);
    set.set(r2, act & blocks & not_debugger);
    set.set(r3, act & (code | blocks));
    set.set(r4, act & to_truth(places && is_writable_and_executable(m.protection) && m.range.size >= 4096));
    set.set(r5, act & to_truth(e.kind == event_kind::memory_map && is_executable(m.protection)) &
                    (m.state == memory_state::unknown ? truth::unknown : to_truth(m.state == memory_state::mapped_pagefile)));
    set.set(r6, act & writes & is_used_as(m, memory_use::module_data));
    // Who it is adds to what was done, unless that may be a debugger's work.
    const truth done = set.yes != 0 ? truth::yes : set.unknown != 0 ? truth::unknown : truth::no;
    set.set(r7, done & not_debugger & is_untrusted_source(e));
    set.set(r8, done & not_debugger & is_instrument(e));
    return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    if (!is_remote(e)) return {};
    outcome out = weigh_outcome(find_atoms(e), atoms, response::deny_terminate, culprit::actor);
    add_unknown_source(e, out);
    return out;
}

}  // namespace remote_memory

inline constexpr rule remote_memory_changed{0x0503,
                                            1,
                                            "remote_memory_changed",
                                            "T1055",
                                            family::injection,
                                            detection::remote_injection,
                                            detection::suspicion,
                                            kind_bit(event_kind::memory_allocate) | kind_bit(event_kind::memory_protect) |
                                                kind_bit(event_kind::memory_map) | kind_bit(event_kind::memory_write),
                                            remote_memory::atoms,
                                            remote_memory::evaluate,
                                            nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
