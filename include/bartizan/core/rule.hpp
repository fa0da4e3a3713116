// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_RULE_HPP
#define BARTIZAN_CORE_RULE_HPP

#include "event.hpp"
#include "finding.hpp"

namespace BARTIZAN_NAMESPACE {

/// Family of a rule: the `family` of a finding's JSON.
enum class family : uint8_t {
    credential_lsass,
    credential_hive,
    credential_disk,
    injection,
    hollowing,
    token_theft,
    apc,
    apc_kernel,
    application_verifier,
    lockdown,
    code_cave,
};

[[nodiscard]] constexpr const char* name(family f) noexcept {
    switch (f) {
        case family::credential_lsass: return "cred_lsass";
        case family::credential_hive: return "cred_hive";
        case family::credential_disk: return "cred_disk";
        case family::injection: return "inject";
        case family::hollowing: return "hollow";
        case family::token_theft: return "token";
        case family::apc: return "apc";
        case family::apc_kernel: return "apc_kernel";
        case family::application_verifier: return "appverifier";
        case family::lockdown: return "lockdown";
        case family::code_cave: return "code_cave";
    }
    return "?";
}

/// Row of the brief's response table (brief.md, section C) and our own rows behind it. `policy/disposition.hpp` holds the rows.
enum class detection : uint8_t {
    credential_theft,
    code_cave,
    remote_injection,
    privilege_escalation,
    apc_protection,
    application_verifier,
    lockdown_powershell,
    lockdown_hta,
    malware_before_execution,
    pua_before_execution,
    lsass_over_asking,  ///< ours: rights taken off an LSASS handle, nothing worse seen
    boot_sector_read,   ///< ours: raw read of boot sectors only
    credential_access_seen,  ///< ours: access to stored credentials that falls short of theft
    suspicion,          ///< ours: worth recording, not enough to act on
};

inline constexpr uint8_t detection_count = 14;

[[nodiscard]] constexpr uint64_t kind_bit(event_kind k) noexcept { return uint64_t{1} << static_cast<uint8_t>(k); }

/// A row of the catalogue. `evaluate` is pure: equal events give equal outcomes, on every machine, at any IRQL.
struct rule {
    uint16_t id;              ///< high byte family group, low byte number; unique, never reused
    uint16_t version;
    const char* name;
    const char* technique;    ///< ATT&CK id
    family group;
    detection row;            ///< of a conviction
    detection minor_row;      ///< of anything less
    uint64_t kinds;           ///< kind_bit of each event kind that it reads
    span<const atom_info> atoms;
    outcome (*evaluate)(const event&) noexcept;
    pre_outcome (*before)(const event&) noexcept;  ///< null: nothing can be decided before the operation
};

/// The row of the response table that an outcome falls under.
[[nodiscard]] constexpr detection row_of(const rule& r, const outcome& o) noexcept {
    return o.evidence == verdict::convict ? r.row : r.minor_row;
}

}  // namespace BARTIZAN_NAMESPACE

#endif
