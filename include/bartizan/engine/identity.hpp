// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_IDENTITY_HPP
#define BARTIZAN_ENGINE_IDENTITY_HPP

#include "../core/event_payload.hpp"
#include "../policy/image_names.hpp"
#include "../policy/path_trust.hpp"
#include "../policy/settings.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// Of the canonical path: tells images apart, proves nothing; 0 for a bare name.
[[nodiscard]] constexpr uint64_t hash_of_image(const canonical_path& image) noexcept {
    return image.volume == volume_kind::none ? 0 : hash_text(image.path);
}

/// `p` is known to run another image than `image`; false where either is not known by its full path.
[[nodiscard]] constexpr bool runs_another(const process& p, text image, const policy::settings& settings) noexcept {
    if (p.image_hash == 0 || image.empty()) return false;
    char16_t buffer[560] = {};
    const uint64_t hash = hash_of_image(canonicalise(image, buffer, settings.paths));
    return hash != 0 && hash != p.image_hash;
}

/// Learns what image a process runs, once a full path names it: its roles, and its trust as far as the path may stand in for a
/// signature. A later event's spelling of the same path changes nothing; OriginalFilename adds roles, since only the start event
/// carries it.
constexpr void identify(process& p, text image, text original_file_name, const policy::settings& settings) noexcept {
    if (p.key.pid == 4) p.roles = p.roles.with(role::system);
    const bool settled = p.identity == truth::yes && (p.image_hash != 0 || p.key.pid == 4);
    if (image.empty() || (settled && original_file_name.empty())) return;
    char16_t buffer[560] = {};
    const canonical_path path = canonicalise(image, buffer, settings.paths);
    p.roles.bits |= policy::roles_of(path, original_file_name, settings.image_names).bits;
    p.identity = truth::yes;
    if (p.image_hash == 0 && path.volume != volume_kind::none) {
        p.image_hash = hash_of_image(path);
        p.directory_hash = hash_text(path.path.sub(0, path.path.size - file_name(path.path).size));
    }
    if (p.basis == trust_basis::none && settings.trust_from_path) {
        p.image_trust = policy::trust_from_path(path);
        if (p.image_trust != trust::unknown) p.basis = trust_basis::path;
    }
}

/// Tier that a sensor's signature check gives; unknown where it could not check.
[[nodiscard]] constexpr trust trust_of(const signature& signer) noexcept {
    if (signer.is_signed == truth::unknown || (signer.is_signed == truth::yes && signer.is_valid == truth::unknown)) return trust::unknown;
    if ((signer.is_signed & signer.is_valid) != truth::yes) return trust::t0;
    if (signer.is_microsoft_windows == truth::unknown) return trust::unknown;
    return signer.is_microsoft_windows == truth::yes ? trust::t3 : trust::t1;
}

/// Trust of a module: by its signature, else by its path where that may stand in.
[[nodiscard]] constexpr trust trust_of_module(text path, const signature& signer, const policy::settings& settings) noexcept {
    const trust tier = trust_of(signer);
    if (tier != trust::unknown || !settings.trust_from_path || path.empty()) return tier;
    char16_t buffer[320] = {};
    return policy::trust_from_path(canonicalise(path, buffer, settings.paths));
}

/// Takes over what a sensor says of a process in passing: its protection, which proves trust by itself, and its debugger. T5 also
/// asks for the lineage, so protection alone gives T4.
constexpr void learn_state(process& known, const process& told) noexcept {
    if (told.is_debugged != truth::unknown) {
        known.is_debugged = told.is_debugged;
        known.debugger = told.debugger;
    }
    if (told.is_protected == truth::unknown) return;
    known.is_protected = told.is_protected;
    known.protection = told.protection;
    if (at_least(protected_tier({told.protection}), trust::t4) != truth::yes || at_least(known.image_trust, trust::t4) == truth::yes) return;
    known.image_trust = trust::t4;
    known.basis = trust_basis::signature;
}

/// A recorded signature outranks the path. Only a verdict of the sensor counts: an image that it could not check stays as it was.
constexpr void apply_signature(process& p, const signature& signer) noexcept {
    const trust tier = trust_of(signer);
    if (tier == trust::unknown) return;
    p.basis = trust_basis::signature;
    p.image_trust = tier;
}

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
