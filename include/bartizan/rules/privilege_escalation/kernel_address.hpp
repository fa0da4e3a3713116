// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_PRIVILEGE_ESCALATION_KERNEL_ADDRESS_HPP
#define BARTIZAN_RULES_PRIVILEGE_ESCALATION_KERNEL_ADDRESS_HPP

#include "../../core/rule.hpp"

/// @rule    T1.8 kernel_address              @attack T1068 Exploitation for Privilege Escalation
/// @event   memory_allocate, memory_protect, memory_map, memory_read, memory_write, apc_queue   @reads address, caller mode, actor trust
/// @verdict convict: a user-mode call passes an address of the kernel to a memory or APC function: a read or write primitive at work (P8)
/// @benign  kernel-mode callers; protected antimalware; 32-bit routines that travel negated and shifted
/// @blind   no signature: k2
/// @misses  primitives that go through a driver's own control codes; 32-bit kernels
namespace BARTIZAN_NAMESPACE::rules {

namespace kernel_address {

enum atom : uint8_t { k1, k2 };

inline constexpr atom_info atoms[] = {
    {"k1", "a user-mode call passed an address of the kernel", grade::medium, column::what, field::memory_reads},
    {"k2", "the program is no protected antimalware or system process", grade::medium, column::who, field::actor_protection},
};

/// Above the 48-bit user half of x64 and ARM64.
[[nodiscard]] constexpr bool is_kernel_address(uint64_t address) noexcept { return (address >> 48) != 0; }

/// A 32-bit routine is queued as -(routine) << 2, which reads as a sign-extended 34-bit number.
[[nodiscard]] constexpr bool is_wow64_routine(uint64_t routine) noexcept { return (routine >> 34) == 0x3fffffff; }

[[nodiscard]] constexpr uint64_t address_of(const event& e) noexcept {
    if (e.kind != event_kind::apc_queue) return e.data.memory.range.base;
    return is_wow64_routine(e.data.apc.routine) ? 0 : e.data.apc.routine;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    atom_set set;
    const truth passed = to_truth((e.flags & event_kernel_caller) == 0 && is_kernel_address(address_of(e)));
    set.set(k1, passed);
    // A protected process proves itself by its protection byte; one without it is judged like any other.
    const truth above = e.actor.is_protected == truth::yes ? to_truth(protected_tier({e.actor.protection}) >= trust::t4) : truth::no;
    set.set(k2, passed & !above);
    return set;
}

[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept { return held == 3 ? weigh(held, atoms) : verdict::none; }

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    outcome out;
    out.atoms = find_atoms(e);
    out.evidence = decide(out.atoms.yes);
    if (out.evidence == verdict::convict) out.action = response::deny_terminate;
    return out;
}

}  // namespace kernel_address

inline constexpr rule kernel_address_passed{0x0608,
                                            1,
                                            "kernel_address",
                                            "T1068",
                                            family::token_theft,
                                            detection::privilege_escalation,
                                            detection::privilege_escalation,
                                            kind_bit(event_kind::memory_allocate) | kind_bit(event_kind::memory_protect) |
                                                kind_bit(event_kind::memory_map) | kind_bit(event_kind::memory_read) |
                                                kind_bit(event_kind::memory_write) | kind_bit(event_kind::apc_queue),
                                            kernel_address::atoms,
                                            kernel_address::evaluate,
                                            nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
