// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_TAINTED_CODE_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_TAINTED_CODE_HPP

#include "source.hpp"

/// @rule    M1.8 tainted_code_acts   @attack T1055 Process Injection
/// @event   network_connect, process_create, handle_open, handle_duplicate, registry, image_load, file, remote memory, thread and APC
///          events
/// @reads   the fact that a frame of the call stack lies in memory that another process put into the actor, however long ago
/// @verdict convict the instigator: whoever put the code there, by whatever trigger it came to run (thread pool, window message,
///          callback table, hook, instrumentation callback, fiber). Event: Windows' own program acts through memory without a file,
///          and who put it there was not seen
/// @benign  memory that process creation, a browser's sandbox or a POSIX emulation's fork put there; a process's own JIT
/// @blind   the actor's memory was changed from outside, and the event carries no complete call stack
/// @misses  memory that was placed before the sensor started; frames inside a module whose page was modified
namespace BARTIZAN_NAMESPACE::rules {

namespace tainted_code {

enum atom : uint8_t { f1, f2 };

inline constexpr atom_info atoms[] = {
    {"f1", "the call came through memory that another process put into this one", grade::strong, column::how, field::call_trace},
    {"f2", "a program of Windows that compiles no code asks for rights to inject through memory that no file accounts for", grade::medium, column::what, field::call_trace},
};

/// Handles that ask for nothing sensitive are everyday; so are reads of files and keys.
[[nodiscard]] constexpr bool is_sensitive(const event& e) noexcept {
    if (e.kind != event_kind::handle_open && e.kind != event_kind::handle_duplicate) return true;
    const handle_payload& handle = e.data.handle;
    return handle.type == handle_payload::object::process ? (expand(handle.granted, process_mapping) & sensitive_rights) != 0
                                                          : (handle.granted & (thread_set_context | thread_suspend_resume)) != 0;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    const truth tainted = e.facts.get(fact::frame_tainted);
    const bool unbacked = e.facts.get(fact::call_unbacked) == truth::yes;
    if ((tainted == truth::no && !unbacked) || !is_sensitive(e)) return {};
    atom_set set;
    set.set(f1, tainted);
    // Who put the code there was not seen; that it is not the program's own is what such a program's nature says.
    const truth compiles = has_role(e.actor, role::managed_host) | has_role(e.actor, role::script_host);
    set.set(f2, to_truth(unbacked) & at_least(e.actor.image_trust, trust::t3) & !compiles);
    return weigh_outcome(set, atoms, response::deny_terminate, tainted == truth::yes ? culprit::instigator : culprit::actor);
}

}  // namespace tainted_code

inline constexpr rule tainted_code_acts{0x0506,
                                        1,
                                        "tainted_code_acts",
                                        "T1055",
                                        family::injection,
                                        detection::remote_injection,
                                        detection::suspicion,
                                        kind_bit(event_kind::network_connect) | kind_bit(event_kind::process_create) |
                                            kind_bit(event_kind::handle_open) | kind_bit(event_kind::handle_duplicate) |
                                            kind_bit(event_kind::registry) | kind_bit(event_kind::image_load) | kind_bit(event_kind::file) |
                                            kind_bit(event_kind::memory_allocate) | kind_bit(event_kind::memory_protect) |
                                            kind_bit(event_kind::memory_map) | kind_bit(event_kind::memory_write) |
                                            kind_bit(event_kind::thread_start) | kind_bit(event_kind::apc_queue) |
                                            kind_bit(event_kind::context_set),
                                        tainted_code::atoms,
                                        tainted_code::evaluate,
                                        nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
