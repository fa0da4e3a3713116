// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_APC_KERNEL_APC_HPP
#define BARTIZAN_RULES_APC_KERNEL_APC_HPP

#include "../process_injection/source.hpp"

/// @rule    A1.7 kernel_apc_injected   @attack T1055.004 Asynchronous Procedure Call
/// @event   apc_queue by a kernel caller   @reads  facts about the routine, the target's age and roles, kernel stack, trust of the driver
/// @verdict convict: the kernel makes a process run memory without a file, and the process is more than 2 s old or one that attackers
///          choose, or the memory is writable code, or a kernel frame lies outside every driver, or the driver is not allow-listed
/// @benign  security drivers that bring their library into a process at its start: younger than 2 s, memory not writable, driver
///          allow-listed, kernel stack in drivers throughout
/// @blind   no memory state; no kernel stack; no signature of the driver
/// @misses  threads and mappings that the kernel makes without an APC
/// The calling process of such an event is only the one the caller was attached to, so nobody is ended: the host isolates and advises
/// a restart.
namespace BARTIZAN_NAMESPACE::rules {

namespace kernel_apc {

enum atom : uint8_t { k1, k2, k3, k4, k5, k6 };

inline constexpr atom_info atoms[] = {
    {"k1", "a kernel caller makes a process run code without a file long after its start", grade::strong, column::where, field::memory_state},
    {"k2", "... in a process that holds secrets or serves the network", grade::strong, column::where, field::target_image},
    {"k3", "... in writable and executable memory", grade::strong, column::what, field::memory_state},
    {"k4", "... through kernel code outside every driver", grade::strong, column::how, field::kernel_stack},
    {"k5", "... by a driver that is not allow-listed", grade::strong, column::who, field::caller_module},
    {"k6", "a kernel caller placed writable code there just before", grade::strong, column::what, field::memory_writes},
};

[[nodiscard]] constexpr truth is_sought_after(const event& e) noexcept {
    constexpr role sought[] = {role::lsass, role::print_spooler, role::services, role::winlogon, role::svchost, role::browser};
    truth any = truth::no;
    for (const role r : sought) any = any | has_role(e.target, r);
    return any;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    const truth unbacked = facts(fact::code_unbacked);
    const truth old = facts(fact::target_is_old);
    const truth writable = facts(fact::code_writable);
    const truth outside = facts(fact::kernel_frame_unbacked);
    const truth driver = at_most(e.caller_trust, trust::t1);
    // What a security driver does at a process's start, in full: then the target's name says nothing.
    const truth start_up = !(old | writable | outside | driver);
    atom_set set;
    set.set(k1, unbacked & old);
    set.set(k2, unbacked & is_sought_after(e) & !start_up);
    set.set(k3, unbacked & writable);
    set.set(k4, unbacked & outside);
    set.set(k5, unbacked & driver);
    set.set(k6, facts(fact::kernel_prepared_code));
    return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    if ((e.flags & event_kernel_caller) == 0 || !e.target.key.is_set()) return {};
    return weigh_outcome(find_atoms(e), atoms, response::deny, culprit::nobody);
}

}  // namespace kernel_apc

inline constexpr rule kernel_apc_injected{0x0707,
                                          1,
                                          "kernel_apc_injected",
                                          "T1055.004",
                                          family::apc_kernel,
                                          detection::apc_protection,
                                          detection::suspicion,
                                          kind_bit(event_kind::apc_queue),
                                          kernel_apc::atoms,
                                          kernel_apc::evaluate,
                                          nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
