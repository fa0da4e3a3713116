// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_LISTS_FORMAT_HPP
#define BARTIZAN_LISTS_FORMAT_HPP

#include "../core/config.hpp"

/// The list file, .bzl: little-endian, used in place (mapped file or caller's memory), nothing is unpacked at load. One list has
/// exactly one sequence of bytes: entries are sorted and every table's place follows from the counts. docs/lists.md describes it
/// field by field.
namespace BARTIZAN_NAMESPACE::lists {

/// What a list does to a file that one of its entries names. One file holds one kind, since each kind has another author.
enum class list_kind : uint8_t {
    none,
    block,
    suppression,   ///< the vendor's: detections known to be false
    local_allow,   ///< of this endpoint
    global_allow,  ///< of the customer, for every endpoint
};
inline constexpr uint32_t list_kind_count = 4;

/// What an entry names a file by, the strongest first (rules.md A): a smaller number wins.
enum class key_kind : uint8_t {
    none,
    file_sha256,
    authenticode_sha256,        ///< survives what may be added to a signed file, e.g. a tagged installer's certificate table
    certificate_original_name,  ///< TBS SHA-256 and the version resource's OriginalFilename
    certificate,                ///< TBS SHA-256
    certificate_path,
    certificate_name,
    path,  ///< alone only lowers a detection to an event
    name,  ///< as path
};
inline constexpr uint32_t key_kind_count = 8;

[[nodiscard]] constexpr bool has_digest(key_kind k) noexcept { return k >= key_kind::file_sha256 && k <= key_kind::certificate_name; }
[[nodiscard]] constexpr bool has_text(key_kind k) noexcept {
    return k == key_kind::certificate_original_name || (k >= key_kind::certificate_path && k <= key_kind::name);
}
/// Names a file that anybody may put there: no proof of what is in it.
[[nodiscard]] constexpr bool only_lowers(key_kind k) noexcept { return k == key_kind::path || k == key_kind::name; }
[[nodiscard]] constexpr bool admits(list_kind l, key_kind k) noexcept {
    return !only_lowers(k) || l == list_kind::local_allow || l == list_kind::global_allow;
}

namespace format {

inline constexpr uint32_t magic = 0x314c5a42;  // "BZL1"
inline constexpr uint16_t version_major = 1;   // a reader refuses another
inline constexpr uint16_t version_minor = 0;
inline constexpr uint32_t alignment = 64;

/// Offsets of the header's fields. The signature is over [0, at_signature), which holds the SHA-256 of all that follows the
/// header; the header's own SHA-256 covers the signature too, so no byte of a list is outside a digest.
enum : uint64_t {
    at_magic = 0,           // u32
    at_version_major = 4,   // u16
    at_version_minor = 6,   // u16
    at_size_bytes = 8,      // u64: of the whole file
    at_kind = 16,           // u32: list_kind
    at_entry_count = 20,    // u32: of all sections
    at_list_version = 24,   // u64: only ever rises
    at_texts_offset = 32,   // u64
    at_texts_size = 40,     // u64: bytes, to the end of the file
    at_reserved = 48,       // 16 bytes, zero
    at_sections = 64,       // a row for each key kind, in its order
    at_body_sha256 = 256,   // 32 bytes: of [header_size_bytes, end)
    at_signature = 288,     // 64 bytes: Ed25519; all zero for an unsigned list
    at_header_sha256 = 352, // 32 bytes: of [0, at_header_sha256)
    header_size_bytes = 384,
    signature_size_bytes = 64,
};

/// Section row, 24 bytes. Both offsets are zero where the section is empty.
enum : uint64_t {
    at_section_records = 0,  // u64
    at_section_index = 8,    // u64
    at_section_count = 16,   // u32
    at_section_reserved = 20,
    section_size_bytes = 24,
};

/// Record, 64 bytes: one cache line where the list lies at such an address. Text offsets are from texts_offset, sizes in bytes.
enum : uint64_t {
    at_digest = 0,           // 32 bytes; of a path or name: its folded_hash, big-endian, and zeros
    at_expires = 32,         // u64: FILETIME, the last instant at which the entry counts
    at_text_offset = 40,     // u32: the key's text, UTF-16LE, upper case
    at_author_offset = 44,   // u32: UTF-8
    at_reason_offset = 48,   // u32: UTF-8
    at_text_size = 52,       // u16
    at_author_size = 54,     // u16
    at_reason_size = 56,     // u16
    at_record_reserved = 58, // 6 bytes, zero
    record_size_bytes = 64,
};
inline constexpr size_t record_stride = record_size_bytes;  ///< for addresses

inline constexpr uint32_t max_entries = 1u << 26;  ///< of one section

/// Index of a section of `count` entries: for each value of the digest's first index_bits bits the first record that has it or a
/// larger one, and the count behind the last; u32 each, padded with zeros.
[[nodiscard]] constexpr uint32_t index_bits(uint32_t count) noexcept {
    uint32_t bits = 0;
    while ((uint64_t{1} << bits) < count) ++bits;
    return bits;
}
[[nodiscard]] constexpr uint64_t aligned(uint64_t size) noexcept { return (size + alignment - 1) & ~uint64_t{alignment - 1}; }
[[nodiscard]] constexpr uint64_t index_size_bytes(uint32_t count) noexcept {
    return count == 0 ? 0 : aligned(((uint64_t{1} << index_bits(count)) + 1) * 4);
}
[[nodiscard]] constexpr uint32_t bucket_of(uint64_t prefix, uint32_t bits) noexcept {
    return bits == 0 ? 0 : static_cast<uint32_t>(prefix >> (64 - bits));
}

}  // namespace format

}  // namespace BARTIZAN_NAMESPACE::lists

#endif
