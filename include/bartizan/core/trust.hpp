// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_TRUST_HPP
#define BARTIZAN_CORE_TRUST_HPP

#include "truth.hpp"

namespace BARTIZAN_NAMESPACE {

/// How far the code of an image, or the module that made a call, is trusted. Directory names never raise it.
enum class trust : uint8_t {
    t0 = 0,  ///< unsigned, invalid, revoked, or expired without a time stamp
    t1 = 1,  ///< valid chain, any publisher
    t2 = 2,  ///< publisher allow-listed for the rule at hand, by certificate
    t3 = 3,  ///< Windows component: Microsoft Windows signer and a file of an OS directory owned by TrustedInstaller
    t4 = 4,  ///< protected light: Antimalware, Windows, Lsa
    t5 = 5,  ///< kernel, or WinTcb/WinSystem protected with the expected lineage
    unknown = 0xff,
};

/// Where a trust tier came from. `path` is the replay's stand-in for a signature that the sensor did not record.
enum class trust_basis : uint8_t { none, signature, path };

[[nodiscard]] constexpr truth at_most(trust tier, trust limit) noexcept {
    return tier == trust::unknown ? truth::unknown : to_truth(tier <= limit);
}
[[nodiscard]] constexpr truth at_least(trust tier, trust limit) noexcept {
    return tier == trust::unknown ? truth::unknown : to_truth(tier >= limit);
}

/// The lower of two tiers. Unknown stays unknown unless the other one is already the lowest.
[[nodiscard]] constexpr trust lower(trust a, trust b) noexcept {
    if (a == trust::t0 || b == trust::t0) return trust::t0;
    if (a == trust::unknown || b == trust::unknown) return trust::unknown;
    return a < b ? a : b;
}

/// PS_PROTECTION as in EPROCESS and PROCESS_PROTECTION_INFORMATION: bits 0-2 type, bit 3 audit, bits 4-7 signer.
struct ps_protection {
    uint8_t level = 0;

    enum class type : uint8_t { none = 0, protected_light = 1, protected_full = 2 };
    enum class signer : uint8_t {
        none = 0,
        authenticode = 1,
        code_gen = 2,
        antimalware = 3,
        lsa = 4,
        windows = 5,
        win_tcb = 6,
        win_system = 7,
        app = 8,
    };
    [[nodiscard]] constexpr type get_type() const noexcept { return static_cast<type>(level & 7); }
    [[nodiscard]] constexpr signer get_signer() const noexcept { return static_cast<signer>(level >> 4); }
};

/// Tier that the protection byte alone proves; t0 where it proves nothing. T5 also needs the lineage, which the engine checks.
[[nodiscard]] constexpr trust protected_tier(ps_protection protection) noexcept {
    const auto type = protection.get_type();
    if (type != ps_protection::type::protected_light && type != ps_protection::type::protected_full) return trust::t0;
    switch (protection.get_signer()) {
        case ps_protection::signer::win_tcb:
        case ps_protection::signer::win_system: return trust::t5;
        case ps_protection::signer::antimalware:
        case ps_protection::signer::lsa:
        case ps_protection::signer::windows: return trust::t4;
        default: return trust::t0;
    }
}

}  // namespace BARTIZAN_NAMESPACE

#endif
