// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_POLICY_DISPOSITION_HPP
#define BARTIZAN_POLICY_DISPOSITION_HPP

#include "../core/rule.hpp"

namespace BARTIZAN_NAMESPACE::policy {

/// What the administrator gets: an alert demands action, an event does not.
enum class admin_notice : uint8_t { none, event, alert };

enum class health : uint8_t { green, red };

/// What happens to the process that a detection blames.
enum class process_action : uint8_t {
    not_applicable,
    terminated,
    terminated_or_start_blocked,  ///< blocked where the start can still be denied, else terminated
    not_started,                  ///< it never ran
};

/// One row of the response table.
struct disposition {
    detection row;
    const char* title;
    bool user_notified;
    bool root_cause_analysis;
    admin_notice admin;
    policy::health health;
    process_action process;
    bool clean_up;  ///< the offending file and all that belongs to it goes to quarantine
};

/// THE table: the brief's section C row by row in the order of `detection`, then our own two rows. Its version counts changes.
inline constexpr uint32_t disposition_version = 1;
inline constexpr disposition dispositions[] = {
    // clang-format off
    // row                                title                                 user   RCA    admin                health         process                                       clean-up
    {detection::credential_theft,         "Credential theft",                   true,  true,  admin_notice::alert, health::red,   process_action::terminated,                  false},
    {detection::code_cave,                "Code cave",                          true,  true,  admin_notice::event, health::green, process_action::terminated,                  true},
    {detection::remote_injection,         "Remote reflective DLL injection",    true,  true,  admin_notice::alert, health::red,   process_action::terminated,                  false},
    {detection::privilege_escalation,     "Privilege escalation",               true,  true,  admin_notice::alert, health::red,   process_action::terminated,                  true},
    {detection::apc_protection,           "APC protection",                     true,  true,  admin_notice::event, health::green, process_action::terminated,                  true},
    {detection::application_verifier,     "Application Verifier",               false, false, admin_notice::none,  health::green, process_action::not_applicable,              false},
    {detection::lockdown_powershell,      "Lockdown: PowerShell from a browser", true, true,  admin_notice::event, health::green, process_action::terminated_or_start_blocked, false},
    {detection::lockdown_hta,             "Lockdown: HTA from a browser",       true,  true,  admin_notice::event, health::green, process_action::terminated_or_start_blocked, false},
    {detection::malware_before_execution, "Malware before execution",           true,  true,  admin_notice::event, health::green, process_action::not_started,                 true},
    {detection::pua_before_execution,     "PUA before execution",               true,  true,  admin_notice::event, health::green, process_action::not_started,                 false},
    {detection::lsass_over_asking,        "LSASS rights stripped",              false, false, admin_notice::event, health::green, process_action::not_applicable,              false},
    {detection::boot_sector_read,         "Boot sector read",                   false, false, admin_notice::event, health::green, process_action::not_applicable,              false},
    {detection::credential_access_seen,   "Credential access recorded",         false, false, admin_notice::event, health::green, process_action::not_applicable,              false},
    {detection::suspicion,                "Suspicion",                          false, false, admin_notice::event, health::green, process_action::not_applicable,              false},
    // clang-format on
};

/// What an unknown row gets: an alert and no termination, so that a newer rule on an older table fails safe.
inline constexpr disposition unknown_disposition{detection::credential_theft, "Unknown detection", true, true, admin_notice::alert,
                                                 health::red, process_action::not_applicable, false};

[[nodiscard]] constexpr const disposition& disposition_of(detection row) noexcept {
    for (const disposition& d : dispositions)
        if (d.row == row) return d;
    return unknown_disposition;
}

/// The process column after the one exception above every table: a critical system process is never terminated.
[[nodiscard]] constexpr process_action process_action_for(const disposition& d, role_set culprit) noexcept {
    const bool ends_it = d.process == process_action::terminated || d.process == process_action::terminated_or_start_blocked;
    return ends_it && is_critical(culprit) ? process_action::not_applicable : d.process;
}

[[nodiscard]] constexpr const char* name(admin_notice a) noexcept {
    return a == admin_notice::alert ? "alert" : a == admin_notice::event ? "event" : "none";
}
[[nodiscard]] constexpr const char* name(health h) noexcept { return h == health::red ? "red" : "green"; }
[[nodiscard]] constexpr const char* name(process_action p) noexcept {
    switch (p) {
        case process_action::not_applicable: return "not_applicable";
        case process_action::terminated: return "terminated";
        case process_action::terminated_or_start_blocked: return "terminated_or_start_blocked";
        case process_action::not_started: return "not_started";
    }
    return "?";
}

}  // namespace BARTIZAN_NAMESPACE::policy

#endif
