// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_PROCESS_HPP
#define BARTIZAN_CORE_PROCESS_HPP

#include "trust.hpp"

namespace BARTIZAN_NAMESPACE {

/// Identity of a process for as long as the machine runs. A PID alone is reused, so it is never the key: `start_key` is
/// ProcessStartKey / ProcessSequenceNumber, or a hash of the sensor's process GUID; 0 when the sensor gave only the PID.
struct process_key {
    uint64_t start_key = 0;
    uint32_t pid = 0;
    uint32_t reserved = 0;

    [[nodiscard]] constexpr bool is_set() const noexcept { return start_key != 0 || pid != 0; }
    friend constexpr bool operator==(const process_key& a, const process_key& b) noexcept {
        return a.start_key == b.start_key && a.pid == b.pid;
    }
};

/// What an image is, by identity (OriginalFilename and signer, or the canonical path where those are unknown). A process has
/// any number of roles. The names behind each role are policy data.
enum class role : uint8_t {
    lsass,           ///< the registered LSA, in the system directory
    smss,
    csrss,
    wininit,
    winlogon,
    services,
    svchost,
    system,          ///< PID 4
    error_reporter,  ///< WerFault, WerFaultSecure
    task_manager,
    script_host,     ///< runs what its command line or a script says
    memory_tool,     ///< ships with the system or its kits and can read another process's memory
    managed_host,    ///< loads the .NET runtime by itself
    native_image,    ///< known not to load the .NET runtime by itself
    powershell,
    browser,
    verifier,
    html_host,       ///< mshta: the browser's engine outside the browser
    script_engine,   ///< mshta, wscript, cscript
    lolbin,          ///< a system program that starts or loads what its command line says: transparent for lineage
    work_scheduler,  ///< registers work that the system starts later: tasks, services, transfers, WMI processes
    installer,       ///< msiexec
    console_host,
    desktop_shell,   ///< explorer
    browser_helper,  ///< ships with browsers beside their main program, or prints for them
    session_helper,  ///< starts as SYSTEM on a user's behalf by design: error reporting, accessibility, setup helpers
    code_injector,   ///< made to put code into running processes: mavinject, ttdinject
    app_v_service,   ///< the Application Virtualization service, which starts mavinject by design
    print_spooler,
    maintenance,     ///< services, backs up or protects Windows, and reads hives and volumes to do so
    registry_tool,   ///< reads and saves registry keys as its command line says
};

struct role_set {
    uint64_t bits = 0;

    [[nodiscard]] constexpr bool has(role r) const noexcept { return (bits >> static_cast<uint8_t>(r) & 1) != 0; }
    [[nodiscard]] constexpr role_set with(role r) const noexcept { return {bits | uint64_t{1} << static_cast<uint8_t>(r)}; }
};

/// Processes that Windows does not survive the end of: never terminated, whatever a table says (rules.md, section R).
[[nodiscard]] constexpr bool is_critical(role_set roles) noexcept {
    return roles.has(role::system) || roles.has(role::smss) || roles.has(role::csrss) || roles.has(role::wininit) ||
           roles.has(role::winlogon) || roles.has(role::services) || roles.has(role::lsass);
}

/// The account of the primary token, as far as rules tell accounts apart.
enum class account : uint8_t {
    unknown,
    system,           ///< S-1-5-18
    local_service,    ///< S-1-5-19
    network_service,  ///< S-1-5-20
    service,          ///< S-1-5-80-*, S-1-5-82-*: virtual and application-pool accounts
    user,             ///< S-1-5-21-*, S-1-12-1-*
    other,
};

/// Browser lockdown that a process carries from birth (rules.md L1). `unknown`: its ancestry was not seen and its image does not
/// settle it.
enum class lockdown_label : uint8_t { unknown, none, browser, browser_hta };

inline constexpr uint32_t unknown_u32 = 0xffffffff;

/// Facts about one process, copied into each event it takes part in. Written by the engine, read by the rules.
struct process {
    uint32_t size_bytes = sizeof(process);
    uint32_t session_id = unknown_u32;
    process_key key = {};
    process_key parent = {};           ///< as the process object says: can be spoofed
    process_key creator = {};          ///< process of the thread that made it
    uint64_t create_time_100ns = 0;    ///< FILETIME, UTC; 0 unknown
    uint32_t file_age_s = unknown_u32; ///< age of the image file when the process began
    uint32_t integrity_rid = unknown_u32;
    role_set roles = {};
    truth identity = truth::unknown;   ///< yes: `roles` is complete; unknown: no image was ever named
    trust image_trust = trust::unknown;
    trust_basis basis = trust_basis::none;
    uint8_t protection = 0;            ///< ps_protection::level
    truth is_protected = truth::unknown;
    account user = account::unknown;
    lockdown_label lockdown = lockdown_label::unknown;
    truth is_debugged = truth::unknown;
    process_key debugger = {};         ///< owner of the debug object, where `is_debugged`
    uint64_t image_hash = 0;           ///< of the image's canonical path; 0 unknown. Tells images apart, proves nothing
    uint64_t directory_hash = 0;       ///< of its directory
};

/// Same process, as far as the keys tell: by start key where both have one, else by PID.
[[nodiscard]] constexpr bool is_same(const process_key& a, const process_key& b) noexcept {
    return a.start_key != 0 && b.start_key != 0 ? a.start_key == b.start_key : a.pid == b.pid && a.pid != 0;
}

/// A role that is not in a complete set is absent; in an incomplete one it is unknown.
[[nodiscard]] constexpr truth has_role(const process& p, role r) noexcept {
    if (p.roles.has(r)) return truth::yes;
    return p.identity == truth::yes ? truth::no : truth::unknown;
}

}  // namespace BARTIZAN_NAMESPACE

#endif
