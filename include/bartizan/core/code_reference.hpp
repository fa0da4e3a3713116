// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_CODE_REFERENCE_HPP
#define BARTIZAN_CORE_CODE_REFERENCE_HPP

#include "event.hpp"

namespace BARTIZAN_NAMESPACE {

/// The code that an event makes another process run: a thread's start, an APC's routine, a context's program counter.
struct code_reference {
    uint64_t address = 0;  ///< 0 unknown
    uint64_t argument = 0; ///< first argument of the routine; 0 none or unknown
    memory_state state = memory_state::unknown;
    page_protection protection = 0;
    text module;
    text function;
    /// What an APC's first argument is where it cannot be told whether ntdll's dispatcher will call it.
    truth argument_unbacked = truth::no;
};

/// A WOW64 APC routine travels as (-routine) << 2: read as a 64-bit address it lies in the kernel's half, where no user-mode
/// routine can be, so the value alone tells. Source: rules.md A1 (from HVMI); wow64 itself is not documented.
[[nodiscard]] constexpr uint64_t decode_apc_routine(uint64_t routine) noexcept {
    return is_kernel_address(routine) && (routine & 3) == 0 ? (0 - routine) >> 2 : routine;
}

/// QueueUserAPC passes ntdll!RtlDispatchAPC as the routine and the caller's own routine as first argument, so a rule that looks
/// at the routine sees only ntdll. Where the function is not known (ETW names the module alone) the first argument decides what it
/// can: executable memory without a file is no data.
[[nodiscard]] constexpr code_reference code_of(const apc_payload& apc) noexcept {
    code_reference code{decode_apc_routine(apc.routine), apc.arguments[0], apc.routine_state, apc.routine_protection,
                        apc.routine_module, apc.routine_function, truth::no};
    if (!equal_folded(file_name(code.module), u"ntdll.dll")) return code;
    if (equal_folded(code.function, u"RtlDispatchAPC"))
        return {decode_apc_routine(apc.arguments[0]), apc.arguments[1], apc.argument_state, apc.argument_protection,
                apc.argument_module, apc.argument_function, truth::no};
    if (!code.function.empty()) return code;
    const truth executable = apc.argument_protection == 0 ? truth::unknown : to_truth(is_executable(apc.argument_protection));
    code.argument_unbacked = is_unbacked(apc.argument_state) & executable;
    return code;
}

[[nodiscard]] constexpr code_reference code_of(const event& e) noexcept {
    switch (e.kind) {
        case event_kind::thread_start: {
            const thread_start_payload& t = e.data.thread;
            return {t.start_address, t.argument, t.start_state, 0, t.start_module, t.start_function, truth::no};
        }
        case event_kind::context_set: {
            const context_payload& c = e.data.context;
            return {c.program_counter, 0, c.program_counter_state, c.protection, c.module, c.function, truth::no};
        }
        case event_kind::apc_queue: return code_of(e.data.apc);
        default: return {};
    }
}

}  // namespace BARTIZAN_NAMESPACE

#endif
