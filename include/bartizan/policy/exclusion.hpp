// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_POLICY_EXCLUSION_HPP
#define BARTIZAN_POLICY_EXCLUSION_HPP

#include "../core/path.hpp"
#include "../core/rule.hpp"

/// Exclusions (rules.md 0.10): narrow, signed for by somebody, and ending by themselves.
namespace BARTIZAN_NAMESPACE::policy {

/// A SHA-256, or nothing known.
struct digest {
    uint8_t bytes[32] = {};
    bool known = false;

    friend constexpr bool operator==(const digest& a, const digest& b) noexcept {
        if (!a.known || !b.known) return false;
        for (int i = 0; i < 32; ++i)
            if (a.bytes[i] != b.bytes[i]) return false;
        return true;
    }
};

/// From 64 hexadecimal digits; unknown for anything else.
[[nodiscard]] constexpr digest digest_of(text hex) noexcept {
    digest out;
    if (hex.size != 64) return out;
    for (uint32_t i = 0; i < 64; ++i) {
        const char16_t c = upcase(hex[i]);
        const bool letter = c >= u'A' && c <= u'F';
        if (!letter && (c < u'0' || c > u'9')) return {};
        out.bytes[i / 2] = static_cast<uint8_t>(out.bytes[i / 2] << 4 | (letter ? c - u'A' + 10 : c - u'0'));
    }
    out.known = true;
    return out;
}

/// Whom a rule leaves alone. Every predicate that is given must hold; the actor's must name something.
struct exclusion {
    uint16_t rule_id = 0;
    digest actor_sha256 = {};       ///< of the image
    digest actor_certificate = {};  ///< TBS SHA-256 of the signing certificate
    text actor_path = {};           ///< canonical, upper case; empty any
    text actor_name = {};           ///< file name; empty any
    text target_path = {};          ///< canonical, upper case; empty any
    access_mask max_mask = 0xffffffff;  ///< of handle events: rights beyond these are not excused
    uint64_t expires_100ns = 0;         ///< FILETIME; compared with the event's time, never with a clock
    text author = {};
    text reason = {};
};

/// What is wrong with an exclusion, as a sentence; null for a sound one.
[[nodiscard]] constexpr const char* defect_of(const exclusion& x) noexcept {
    if (x.rule_id == 0) return "it names no rule";
    if (!x.actor_sha256.known && !x.actor_certificate.known && x.actor_path.empty() && x.actor_name.empty()) return "it names no actor";
    if (x.expires_100ns == 0) return "it never expires";
    if (x.author.empty()) return "it has no author";
    if (x.reason.empty()) return "it gives no reason";
    return nullptr;
}

/// Evidence that no exclusion excuses: a rule's number and the atoms of it (all: the whole rule). tests/policy checks the numbers
/// against the catalogue.
struct never_excluded {
    uint16_t rule_id;
    uint16_t atoms;
};
inline constexpr never_excluded never_excluded_atoms[] = {
    {0x0101, 1u << 12},  // C1.4: protected LSASS read by an unprotected process
    {0x0203, 0xffff},    // C2.3: the boot key
    {0x0601, 0x0007},    // T1.P1: a token swapped
    {0x0701, 1u << 2 | 1u << 3},  // A1.3 and A1.4: atoms read, or code written, by APC
};

/// The actor's identity as far as the sensor told it, for exclusions.
struct actor_identity {
    digest sha256 = {};
    digest certificate = {};
};

/// Whether `x` excuses what a rule found. A path or a name is enough for what is merely recorded or stripped, never for a conviction.
/// `buffer` is for one canonical path.
[[nodiscard]] constexpr bool excuses(const exclusion& x, const rule& r, const outcome& o, const event& e, const actor_identity& actor,
                                     const path_environment& paths, span<char16_t> buffer) noexcept {
    if (x.rule_id != r.id || defect_of(x) != nullptr || e.time_100ns > x.expires_100ns) return false;
    for (const never_excluded& n : never_excluded_atoms)
        if (n.rule_id == r.id && (n.atoms == 0xffff || (n.atoms & o.atoms.yes) != 0)) return false;
    if (e.facts.get(fact::trace_unbacked) == truth::yes) return false;
    const bool proven = x.actor_sha256.known || x.actor_certificate.known;
    if (o.evidence == verdict::convict && !proven) return false;
    if (x.actor_sha256.known && !(x.actor_sha256 == actor.sha256)) return false;
    if (x.actor_certificate.known && !(x.actor_certificate == actor.certificate)) return false;
    if (!x.actor_name.empty() && !equal_folded(file_name(e.actor_image), x.actor_name)) return false;
    if (!x.actor_path.empty() && !equal(canonicalise(e.actor_image, buffer, paths).path, x.actor_path)) return false;
    if (!x.target_path.empty() && !equal(canonicalise(e.target_image, buffer, paths).path, x.target_path)) return false;
    const bool of_handle = e.kind == event_kind::handle_open || e.kind == event_kind::handle_duplicate;
    if (of_handle && (expand(e.data.handle.granted, process_mapping) & ~x.max_mask) != 0) return false;
    return true;
}

}  // namespace BARTIZAN_NAMESPACE::policy

#endif
