// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_FORMAT_HPP
#define BARTIZAN_QUARANTINE_FORMAT_HPP

#include "../core/config.hpp"

/// The vault's files, little-endian (docs/quarantine.md). An item is a header, metadata and content, all but the header encoded.
namespace BARTIZAN_NAMESPACE::quarantine::format {

inline constexpr uint32_t item_magic = 0x31515a42;     // "BZQ1"
inline constexpr uint32_t release_magic = 0x52515a42;  // "BZQR"
inline constexpr uint32_t marks_magic = 0x4d515a42;    // "BZQM"
inline constexpr uint16_t version_major = 1;           // a reader refuses another
inline constexpr uint16_t version_minor = 0;

/// Item header. The SHA-256 of the metadata stands in it and its own covers all before it; the content's stands in the metadata.
enum : uint64_t {
    at_magic = 0,            // u32
    at_version_major = 4,    // u16
    at_version_minor = 6,    // u16
    at_size_bytes = 8,       // u64: of the whole file
    at_metadata_size = 16,   // u32
    at_reserved = 20,        // 12 bytes, zero
    at_id = 32,              // 16 bytes
    at_key = 48,             // 16 bytes: of the encoding
    at_metadata_sha256 = 64, // 32 bytes: before encoding
    at_header_sha256 = 96,   // 32 bytes: of [0, at_header_sha256)
    header_size_bytes = 128,
};

/// Metadata: these fields, then path, reason, detection and security descriptor without gaps, then the streams: sizes of name and
/// value (u32 each), name, value.
enum : uint64_t {
    at_kind = 0,            // u32: item_kind
    at_links = 4,           // u32
    at_mode = 8,            // u32
    at_owner = 12,          // u32
    at_group = 16,          // u32
    at_stream_count = 20,   // u32
    at_content_size = 24,   // u64
    at_modified = 32,       // i64, nanoseconds since 1970
    at_accessed = 40,       // i64
    at_taken = 48,          // u64, FILETIME
    at_file_identity = 56,  // volume, file low, file high, born: 8 bytes each
    at_folder_identity = 88,
    at_sha256 = 120,        // 32 bytes: of the content
    at_belongs_to = 152,    // 16 bytes: an id, or zero
    at_path_size = 168,     // u32
    at_reason_size = 172,   // u32
    at_detection_size = 176,// u32
    at_security_size = 180, // u32
    fixed_size_bytes = 184,
};
inline constexpr uint64_t identity_size_bytes = 32;

inline constexpr uint32_t max_metadata_bytes = 16u << 20;  ///< so many bytes of streams fit at most
inline constexpr uint32_t max_text_bytes = 64u << 10;      ///< path, reason, detection, security descriptor, a stream's name
inline constexpr uint32_t max_streams = 4096;

/// Release record: this header, the path, and the SHA-256 of both.
enum : uint64_t {
    at_release_path_size = 8,   // u32
    at_release_reserved = 12,   // u32, zero
    at_release_id = 16,         // 16 bytes
    at_release_folder = 32,     // identity of the folder that the path leads to
    release_header_bytes = 64,
};

/// Marks: magic and version, then the rows, then the SHA-256 of both.
inline constexpr uint32_t mark_count = 8;
enum : uint64_t {
    at_mark_rows = 8,      // for each mark: version (u64), SHA-256 (32 bytes)
    mark_size_bytes = 40,
    marks_size_bytes = at_mark_rows + mark_count * mark_size_bytes + 32,
};

}  // namespace BARTIZAN_NAMESPACE::quarantine::format

#endif
