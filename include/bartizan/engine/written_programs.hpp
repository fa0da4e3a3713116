// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_WRITTEN_PROGRAMS_HPP
#define BARTIZAN_ENGINE_WRITTEN_PROGRAMS_HPP

#include "file_provenance.hpp"
#include "identity.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// Programs in the Windows directory that were seen to be put there by hands that are not Windows': such a file is nobody's, whatever
/// its place says. Only a place's stand-in for a signature is taken back; a recorded signature is never asked. Fixed memory: 16 bytes
/// a file. One for an endpoint.
template <uint32_t Capacity>
class written_programs {
  public:
    constexpr void clear() noexcept { foreign_.clear(); }

    constexpr void on_file(const event& e, const process& writer, const policy::settings& settings) noexcept {
        const file_payload& file = e.data.file;
        using operation = file_payload::operation;
        if (file.what != operation::create && file.what != operation::write && file.what != operation::rename) return;
        const text name = file.what == operation::rename && !file.new_path.empty() ? file.new_path : file.path;
        if (!settings.trust_from_path || !ends_with_folded(name, u".exe")) return;
        char16_t buffer[400] = {};
        const canonical_path path = canonicalise(name, buffer, settings.paths);
        if (at_least(policy::trust_from_path(path), trust::t3) != truth::yes) return;
        if (is_foreign_hand(writer)) foreign_.note(hash_of_image(path), e.time_100ns);
        else foreign_.forget(hash_of_image(path));
    }

    /// After `identify`: takes the stand-in back, where it is all that the trust rests on.
    constexpr void correct(process& p, uint64_t time_100ns) noexcept {
        if (p.basis != trust_basis::path || at_least(p.image_trust, trust::t3) != truth::yes) return;
        if (foreign_.holds(p.image_hash, time_100ns, UINT64_MAX)) p.image_trust = trust::t0;
    }

  private:
    /// An untrusted program, one that does as its command line says, or the kernel on behalf of a file share's client.
    [[nodiscard]] static constexpr bool is_foreign_hand(const process& writer) noexcept {
        const role_set roles = writer.roles;
        return at_most(writer.image_trust, trust::t0) == truth::yes || roles.has(role::script_host) || roles.has(role::lolbin) ||
               roles.has(role::powershell) || roles.has(role::system);
    }

    file_provenance<Capacity> foreign_;
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
