// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_RELEASE_RECORD_HPP
#define BARTIZAN_QUARANTINE_RELEASE_RECORD_HPP

#include "byte_writer.hpp"
#include "format.hpp"
#include "item.hpp"

namespace BARTIZAN_NAMESPACE::quarantine {

/// Where an item is being released to: written before anything stands there, so that whatever a crash leaves is found again.
struct release_record {
    item_id id;
    file_identity folder;
    std::string path;
};

[[nodiscard]] inline std::vector<uint8_t> write_release(const release_record& r) {
    byte_writer out;
    out.put(format::release_magic, 4).put(format::version_major, 2).put(format::version_minor, 2).put(r.path.size(), 4).put_zeros(4);
    return out.put(bytes{r.id.bytes, sizeof r.id.bytes}).put(r.folder).put(r.path).put_sha256().take();
}

/// Errors: as parse_header; item_bad_text where the path is missing, too long or holds a zero byte.
[[nodiscard]] inline error parse_release(bytes file, release_record& out) {
    using namespace format;
    const reader in{file};
    if (file.size < release_header_bytes + 32) return {error_code::item_too_small, file.size};
    if (in.u32(at_magic) != release_magic) return {error_code::item_bad_magic, at_magic};
    if (in.u16(at_version_major) != version_major) return {error_code::item_newer_version, at_version_major};
    if (!holds_sha256(in, file.size - 32)) return {error_code::item_digest_mismatch, file.size - 32};
    const uint32_t path_size = in.u32(at_release_path_size);
    if (path_size != file.size - 32 - release_header_bytes) return {error_code::item_length_mismatch, at_release_path_size};
    if (in.u32(at_release_reserved) != 0) return {error_code::item_reserved_not_zero, at_release_reserved};
    const bytes path = in.sub(release_header_bytes, path_size);
    out.path.assign(path.begin(), path.end());
    if (path_size == 0 || path_size > max_text_bytes || out.path.find('\0') != std::string::npos) return {error_code::item_bad_text, release_header_bytes};
    for (uint64_t i = 0; i < 16; ++i) out.id.bytes[i] = in.u8(at_release_id + i);
    out.folder = read_identity(in, at_release_folder);
    return {};
}

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
