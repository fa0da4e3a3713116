// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_FACT_HPP
#define BARTIZAN_CORE_FACT_HPP

#include "truth.hpp"

namespace BARTIZAN_NAMESPACE {

/// Things a sensor reports or an engine remembers, without which some atoms cannot be decided. A finding's blind bitmap is over
/// these: bit n is `field` n. Append, never renumber.
enum class field : uint8_t {
    call_trace,        ///< user-mode call stack of the operation
    jit_allocator,     ///< which module allocated a region without a file
    granted_access,
    actor_image,       ///< identity of the acting process's image
    actor_trust,       ///< its signature
    actor_file_age,
    actor_privileges,
    actor_protection,  ///< PS_PROTECTION
    target_image,
    target_protection,
    memory_reads,      ///< reads of the target's memory, with addresses
    open_history,      ///< which processes the actor opened just before
    crash_reports,     ///< faults that the error reporter was called for
    caller_module,     ///< signature of the module that made the call
    file_name,
    file_content,
};

/// For logs and JSON; [a-z_] only.
[[nodiscard]] constexpr const char* name(field f) noexcept {
    switch (f) {
        case field::call_trace: return "call_trace";
        case field::jit_allocator: return "jit_allocator";
        case field::granted_access: return "granted_access";
        case field::actor_image: return "actor_image";
        case field::actor_trust: return "actor_trust";
        case field::actor_file_age: return "actor_file_age";
        case field::actor_privileges: return "actor_privileges";
        case field::actor_protection: return "actor_protection";
        case field::target_image: return "target_image";
        case field::target_protection: return "target_protection";
        case field::memory_reads: return "memory_reads";
        case field::open_history: return "open_history";
        case field::crash_reports: return "crash_reports";
        case field::caller_module: return "caller_module";
        case field::file_name: return "file_name";
        case field::file_content: return "file_content";
    }
    return "?";
}

inline constexpr uint8_t field_count = 16;

struct field_set {
    uint64_t bits = 0;

    constexpr void add(field f) noexcept { bits |= uint64_t{1} << static_cast<uint8_t>(f); }
    [[nodiscard]] constexpr bool has(field f) const noexcept { return (bits >> static_cast<uint8_t>(f) & 1) != 0; }
    [[nodiscard]] constexpr bool empty() const noexcept { return bits == 0; }
};

/// Everything three-valued that the engine puts into an event before a rule reads it. Append, never renumber.
enum class fact : uint8_t {
    trace_unbacked,          ///< a frame lies in memory without a file and no JIT accounts for it
    trace_direct_syscall,    ///< the innermost user frame is not a system-call stub of ntdll, win32u or wow64
    trace_dump_routine,      ///< a frame lies in a minidump writer (dbghelp, dbgcore, comsvcs)
    trace_seclogon,          ///< a frame lies in the secondary logon service
    trace_inventory,         ///< the caller is a system component that lists processes (.NET Process class, WMI provider, ...)
    actor_burst,             ///< the actor opened eight or more processes with this mask within five seconds
    actor_debug_privilege,   ///< SeDebugPrivilege was enabled within the last 60 s
    actor_fault_reported,    ///< the target itself called for this error reporter
    actor_read_lsass,        ///< the actor was given read access to LSASS within the last 120 s
    actor_wrote_dump,        ///< the actor created a dump-like file within the last 120 s
    target_memory_read,      ///< reads of the target succeeded: >= 64 KiB or >= 16 reads within 60 s
    target_secrets_read,     ///< reads touched writable data of the authentication packages
    file_named_for_lsass,    ///< the file's name says that it is a dump of LSASS
    file_is_dump,            ///< dump extension or MDMP signature
};

}  // namespace BARTIZAN_NAMESPACE

#endif
