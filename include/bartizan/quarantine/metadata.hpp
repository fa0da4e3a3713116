// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_METADATA_HPP
#define BARTIZAN_QUARANTINE_METADATA_HPP

#include "byte_writer.hpp"
#include "format.hpp"
#include "item.hpp"

/// An item's metadata: one item has exactly one sequence of bytes.
namespace BARTIZAN_NAMESPACE::quarantine {

namespace detail {

// Texts and streams one behind the other.
struct metadata_cursor {
    reader in;
    uint64_t at = 0;

    [[nodiscard]] error take(uint64_t size, bytes& out) noexcept {
        if (!in.has(at, size)) return {error_code::item_cut, at};
        out = in.sub(at, size);
        at += size;
        return {};
    }
    // A text without a zero byte; `size_at`: where its size stands.
    [[nodiscard]] error take_text(uint64_t size_at, bool may_be_empty, std::string& out) {
        const uint32_t size = in.u32(size_at);
        if (size > format::max_text_bytes || (size == 0 && !may_be_empty)) return {error_code::item_bad_text, size_at};
        bytes text;
        if (const error bad = take(size, text)) return bad;
        out.assign(text.begin(), text.end());
        if (const size_t zero = out.find('\0'); zero != std::string::npos) return {error_code::item_bad_text, at - size + zero};
        return {};
    }
    [[nodiscard]] error take_streams(uint32_t count, std::vector<stream>& out) {
        if (count > format::max_streams) return {error_code::item_stream_limit, format::at_stream_count};
        for (uint32_t i = 0; i < count; ++i) {
            const uint64_t row = at;
            bytes sizes, value;
            if (const error bad = take(8, sizes)) return bad;
            stream s;
            if (const error bad = take_text(row, false, s.name)) return bad;
            if (const error bad = take(in.u32(row + 4), value)) return bad;
            if (!out.empty() && s.name <= out.back().name) return {error_code::item_stream_order, row};
            s.value.assign(value.begin(), value.end());
            out.push_back(std::move(s));
        }
        return {};
    }
};

}  // namespace detail

/// The metadata of `m` but for its id, which the header holds. Sizes above the format's limits are refused when read: see `fits`.
[[nodiscard]] inline std::vector<uint8_t> write_metadata(const item& m) {
    byte_writer out;
    out.put(static_cast<uint64_t>(m.kind), 4).put(m.status.links, 4).put(m.status.mode, 4).put(m.status.owner, 4).put(m.status.group, 4);
    out.put(m.attached.streams.size(), 4).put(m.status.size_bytes, 8);
    out.put(static_cast<uint64_t>(m.status.modified_ns), 8).put(static_cast<uint64_t>(m.status.accessed_ns), 8).put(m.taken_100ns, 8);
    out.put(m.status.identity).put(m.folder);
    out.put(bytes{m.sha256.bytes, sizeof m.sha256.bytes}).put(bytes{m.belongs_to.bytes, sizeof m.belongs_to.bytes});
    for (const size_t size : {m.path.size(), m.reason.size(), m.detection.size(), m.attached.security.size()}) out.put(size, 4);
    out.put(m.path).put(m.reason).put(m.detection).put(bytes{m.attached.security.data(), m.attached.security.size()});
    for (const stream& s : m.attached.streams)
        out.put(s.name.size(), 4).put(s.value.size(), 4).put(s.name).put(bytes{s.value.data(), s.value.size()});
    return out.take();
}

/// Reads metadata whole, or says what is wrong at which of its bytes: item_cut, item_bad_kind, item_bad_text, item_stream_limit,
/// item_stream_order, item_trailing_bytes. Sets all of `out` but its id, and nothing on failure. Allocates at most what is there.
[[nodiscard]] inline error parse_metadata(bytes metadata, item& out) {
    using namespace format;
    detail::metadata_cursor cursor{{metadata}};
    const reader& in = cursor.in;
    bytes fixed, security;
    if (const error bad = cursor.take(fixed_size_bytes, fixed)) return bad;
    const uint32_t kind = in.u32(at_kind);
    if (kind == 0 || kind > static_cast<uint32_t>(item_kind::registry)) return {error_code::item_bad_kind, at_kind};
    item m;
    m.id = out.id;
    m.kind = static_cast<item_kind>(kind);
    m.status.kind = m.kind == item_kind::file ? file_kind::file : m.kind == item_kind::link ? file_kind::link : file_kind::other;
    m.status.links = in.u32(at_links);
    m.status.mode = in.u32(at_mode);
    m.status.owner = in.u32(at_owner);
    m.status.group = in.u32(at_group);
    m.status.size_bytes = in.u64(at_content_size);
    m.status.modified_ns = static_cast<int64_t>(in.u64(at_modified));
    m.status.accessed_ns = static_cast<int64_t>(in.u64(at_accessed));
    m.taken_100ns = in.u64(at_taken);
    m.status.identity = read_identity(in, at_file_identity);
    m.folder = read_identity(in, at_folder_identity);
    for (uint64_t i = 0; i < sizeof m.sha256.bytes; ++i) m.sha256.bytes[i] = in.u8(at_sha256 + i);
    for (uint64_t i = 0; i < sizeof m.belongs_to.bytes; ++i) m.belongs_to.bytes[i] = in.u8(at_belongs_to + i);
    if (const error bad = cursor.take_text(at_path_size, false, m.path)) return bad;
    if (const error bad = cursor.take_text(at_reason_size, true, m.reason)) return bad;
    if (const error bad = cursor.take_text(at_detection_size, true, m.detection)) return bad;
    if (in.u32(at_security_size) > max_text_bytes) return {error_code::item_bad_text, at_security_size};
    if (const error bad = cursor.take(in.u32(at_security_size), security)) return bad;
    m.attached.security.assign(security.begin(), security.end());
    if (const error bad = cursor.take_streams(in.u32(at_stream_count), m.attached.streams)) return bad;
    if (cursor.at != metadata.size) return {error_code::item_trailing_bytes, cursor.at};
    out = std::move(m);
    return {};
}

/// Whether what was written can be read again: every text and the whole within the format's limits.
[[nodiscard]] inline bool fits(bytes metadata) {
    item ignored;
    return metadata.size <= format::max_metadata_bytes && !parse_metadata(metadata, ignored);
}

/// What stands in an item's header.
struct item_header {
    item_id id;
    uint8_t key[16] = {};
    uint32_t metadata_size = 0;
    uint64_t content_size = 0;
    sha256_digest metadata_sha256;
};

[[nodiscard]] inline std::vector<uint8_t> write_header(const item_header& h) {
    byte_writer out;
    out.put(format::item_magic, 4).put(format::version_major, 2).put(format::version_minor, 2);
    out.put(format::header_size_bytes + h.metadata_size + h.content_size, 8).put(h.metadata_size, 4).put_zeros(12);
    out.put(bytes{h.id.bytes, sizeof h.id.bytes}).put(bytes{h.key, sizeof h.key});
    return out.put(bytes{h.metadata_sha256.bytes, sizeof h.metadata_sha256.bytes}).put_sha256().take();
}

/// Checks a header. `file`: the first header_size_bytes of the item, or all there is; `file_size`: of the whole item. item_too_small,
/// item_bad_magic, item_newer_version, item_digest_mismatch, item_length_mismatch, item_reserved_not_zero.
[[nodiscard]] inline error parse_header(bytes file, uint64_t file_size, item_header& out) noexcept {
    using namespace format;
    const reader in{file};
    if (file.size < header_size_bytes || file_size < header_size_bytes) return {error_code::item_too_small, file.size};
    if (in.u32(at_magic) != item_magic) return {error_code::item_bad_magic, at_magic};
    if (in.u16(at_version_major) != version_major) return {error_code::item_newer_version, at_version_major};
    if (!holds_sha256(in, at_header_sha256)) return {error_code::item_digest_mismatch, at_header_sha256};
    if (in.u64(at_size_bytes) != file_size) return {error_code::item_length_mismatch, at_size_bytes};
    out.metadata_size = in.u32(at_metadata_size);
    if (out.metadata_size > max_metadata_bytes || out.metadata_size > file_size - header_size_bytes)
        return {error_code::item_length_mismatch, at_metadata_size};
    for (uint64_t at = at_reserved; at < at_id; ++at)
        if (in.u8(at) != 0) return {error_code::item_reserved_not_zero, at};
    out.content_size = file_size - header_size_bytes - out.metadata_size;
    for (uint64_t i = 0; i < 16; ++i) out.id.bytes[i] = in.u8(at_id + i), out.key[i] = in.u8(at_key + i);
    for (uint64_t i = 0; i < 32; ++i) out.metadata_sha256.bytes[i] = in.u8(at_metadata_sha256 + i);
    return {};
}

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
