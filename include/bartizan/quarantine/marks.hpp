// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_MARKS_HPP
#define BARTIZAN_QUARANTINE_MARKS_HPP

#include "byte_writer.hpp"
#include "format.hpp"

namespace BARTIZAN_NAMESPACE::quarantine {

/// Versions that only ever rise: of whatever the host applies to the vault (lists, by their kind), so that an old one cannot be played
/// back after a restart.
struct mark {
    uint64_t version = 0;  ///< 0: none yet
    sha256_digest sha256;  ///< of what has this version, so that two of one version cannot both be in force
};

struct marks {
    mark row[format::mark_count];
};

[[nodiscard]] inline std::vector<uint8_t> write_marks(const marks& m) {
    byte_writer out;
    out.put(format::marks_magic, 4).put(format::version_major, 2).put(format::version_minor, 2);
    for (const mark& r : m.row) out.put(r.version, 8).put(bytes{r.sha256.bytes, sizeof r.sha256.bytes});
    return out.put_sha256().take();
}

/// Errors: as parse_header.
[[nodiscard]] inline error parse_marks(bytes file, marks& out) noexcept {
    using namespace format;
    const reader in{file};
    if (file.size < marks_size_bytes) return {error_code::item_too_small, file.size};
    if (in.u32(at_magic) != marks_magic) return {error_code::item_bad_magic, at_magic};
    if (in.u16(at_version_major) != version_major) return {error_code::item_newer_version, at_version_major};
    if (file.size != marks_size_bytes) return {error_code::item_length_mismatch, marks_size_bytes};
    if (!holds_sha256(in, marks_size_bytes - 32)) return {error_code::item_digest_mismatch, marks_size_bytes - 32};
    for (uint32_t i = 0; i < mark_count; ++i) {
        const uint64_t at = at_mark_rows + i * mark_size_bytes;
        out.row[i].version = in.u64(at);
        for (uint64_t b = 0; b < 32; ++b) out.row[i].sha256.bytes[b] = in.u8(at + 8 + b);
    }
    return {};
}

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
