// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_IDENTITY_HPP
#define BARTIZAN_ENGINE_IDENTITY_HPP

#include "../core/event_payload.hpp"
#include "../policy/image_names.hpp"
#include "../policy/path_trust.hpp"
#include "../policy/settings.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// Learns what image a process runs, once: its roles, and its trust as far as the path may stand in for a signature. A later
/// event's spelling of the same path changes nothing; OriginalFilename adds roles, since only the start event carries it.
constexpr void identify(process& p, text image, text original_file_name, const policy::settings& settings) noexcept {
    if (p.key.pid == 4) p.roles = p.roles.with(role::system);
    if (image.empty() || (p.identity == truth::yes && original_file_name.empty())) return;
    char16_t buffer[560] = {};
    const canonical_path path = canonicalise(image, buffer, settings.paths);
    p.roles.bits |= policy::roles_of(path, original_file_name, settings.image_names).bits;
    p.identity = truth::yes;
    if (p.basis == trust_basis::none && settings.trust_from_path) {
        p.image_trust = policy::trust_from_path(path);
        if (p.image_trust != trust::unknown) p.basis = trust_basis::path;
    }
}

/// A recorded signature outranks the path. Only a verdict of the sensor counts: an image that it could not check stays as it was.
constexpr void apply_signature(process& p, const signature& signer) noexcept {
    if (signer.is_signed == truth::unknown || (signer.is_signed == truth::yes && signer.is_valid == truth::unknown)) return;
    p.basis = trust_basis::signature;
    if ((signer.is_signed & signer.is_valid) != truth::yes) p.image_trust = trust::t0;
    else p.image_trust = signer.is_microsoft_windows == truth::yes ? trust::t3 : trust::t1;
}

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
