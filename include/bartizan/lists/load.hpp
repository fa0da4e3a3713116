// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_LISTS_LOAD_HPP
#define BARTIZAN_LISTS_LOAD_HPP

#include "../core/error.hpp"
#include "list.hpp"

namespace BARTIZAN_NAMESPACE::lists {

namespace detail {

// The checks of `open`, each of which relies on those before it.
struct list_access {
    list out;
    reader in;

    // The SHA-256 of `covered` stands at `at`.
    template <class Sha256>
    [[nodiscard]] constexpr error check_digest(bytes covered, uint64_t at) const noexcept {
        const sha256_digest actual = Sha256().update(covered).finish();
        if (!equal(bytes{actual.bytes, sizeof actual.bytes}, in.sub(at, sizeof actual.bytes))) return {error_code::list_digest_mismatch, at};
        return {};
    }

    [[nodiscard]] constexpr error check_zeros(uint64_t begin, uint64_t end) const noexcept {
        for (uint64_t at = begin; at < end; ++at)
            if (in.u8(at) != 0) return {error_code::list_reserved_not_zero, at};
        return {};
    }

    template <class Sha256>
    [[nodiscard]] constexpr error check_header() const noexcept {
        using namespace format;
        if (in.data.size < header_size_bytes) return {error_code::list_too_small, in.data.size};
        if (in.u32(at_magic) != magic) return {error_code::list_bad_magic, at_magic};
        if (in.u16(at_version_major) != version_major) return {error_code::list_newer_version, at_version_major};
        if (in.u64(at_size_bytes) != in.data.size) return {error_code::list_length_mismatch, at_size_bytes};
        if (const error bad = check_digest<Sha256>(in.sub(0, at_header_sha256), at_header_sha256)) return bad;
        const uint32_t kind = in.u32(at_kind);
        if (kind == 0 || kind > list_kind_count) return {error_code::list_bad_kind, at_kind};
        return check_zeros(at_reserved, at_sections);
    }

    // Every table's place follows from the counts; anything else is refused, so that nothing can overlap or reach outside.
    [[nodiscard]] constexpr error place_sections() noexcept {
        using namespace format;
        uint64_t at = header_size_bytes, entries = 0;
        for (uint32_t i = 0; i < key_kind_count; ++i) {
            const uint64_t row = at_sections + i * section_size_bytes;
            const uint32_t count = in.u32(row + at_section_count);
            if (count > max_entries) return {error_code::list_too_many_entries, row + at_section_count};
            if (in.u32(row + at_section_reserved) != 0) return {error_code::list_reserved_not_zero, row + at_section_reserved};
            const uint64_t records = count == 0 ? 0 : at, index = count == 0 ? 0 : at + record_size_bytes * count;
            if (in.u64(row + at_section_records) != records) return {error_code::list_section_misplaced, row + at_section_records};
            if (in.u64(row + at_section_index) != index) return {error_code::list_section_misplaced, row + at_section_index};
            at += record_size_bytes * count + index_size_bytes(count);
            if (at > in.data.size) return {error_code::list_section_misplaced, row + at_section_count};
            entries += count;
            out.sections_[i] = {static_cast<size_t>(records), static_cast<size_t>(index), count, index_bits(count)};
        }
        if (in.u32(at_entry_count) != entries) return {error_code::list_section_misplaced, at_entry_count};
        if (in.u64(at_texts_offset) != at) return {error_code::list_section_misplaced, at_texts_offset};
        if (in.u64(at_texts_size) != in.data.size - at) return {error_code::list_section_misplaced, at_texts_size};
        out.texts_ = in.sub(at, in.data.size - at);
        return {};
    }

    [[nodiscard]] constexpr bool in_texts(uint32_t offset, uint32_t size) const noexcept {
        return offset <= out.texts_.size && size <= out.texts_.size - offset;
    }

    [[nodiscard]] constexpr error check_texts(key_kind k, uint64_t at) const noexcept {
        using namespace format;
        const uint32_t offset = in.u32(at + at_text_offset);
        const uint16_t size = in.u16(at + at_text_size);
        if (!has_text(k) && (offset != 0 || size != 0)) return {error_code::list_bad_key, at + at_text_offset};
        if (has_text(k)) {
            if (size == 0 || size % 2 != 0 || !in_texts(offset, size)) return {error_code::list_bad_text, at + at_text_offset};
            const encoded_text key{out.texts_.sub(offset, size)};
            for (uint32_t i = 0; i < key.size(); ++i)
                if (upcase(key[i]) != key[i]) return {error_code::list_bad_text, at + at_text_offset};
        }
        const auto is_there = [this, at](uint64_t where, uint64_t length) {
            return in.u16(at + length) != 0 && in_texts(in.u32(at + where), in.u16(at + length));
        };
        if (!is_there(at_author_offset, at_author_size)) return {error_code::list_bad_text, at + at_author_offset};
        if (!is_there(at_reason_offset, at_reason_size)) return {error_code::list_bad_text, at + at_reason_offset};
        return {};
    }

    // A path's or name's hash is the text's.
    [[nodiscard]] constexpr bool hash_is_of_text(key_kind k, uint64_t at) const noexcept {
        if (has_digest(k)) return true;
        const sha256_digest hash = digest_of_text(key_text(at));
        return equal(bytes{hash.bytes, sizeof hash.bytes}, in.sub(at, sizeof hash.bytes));
    }

    [[nodiscard]] constexpr int compare_records(key_kind k, uint64_t a, uint64_t b) const noexcept {
        const int by_digest = compare_digests(in.data.data + a, in.data.data + b);
        if (by_digest != 0 || !has_text(k)) return by_digest;
        const encoded_text x = key_text(a), y = key_text(b);
        for (uint32_t i = 0; i < x.size() && i < y.size(); ++i)
            if (x[i] != y[i]) return x[i] - y[i];
        return x.size() < y.size() ? -1 : x.size() > y.size() ? 1 : 0;
    }

    [[nodiscard]] constexpr error check_records(uint32_t i) const noexcept {
        using namespace format;
        const auto k = static_cast<key_kind>(i + 1);
        const list::section s = out.sections_[i];
        if (s.count != 0 && !admits(out.kind(), k)) return {error_code::list_key_not_admitted, at_sections + i * section_size_bytes};
        for (uint32_t r = 0; r < s.count; ++r) {
            const uint64_t at = s.records + record_size_bytes * r;
            if (const error bad = check_zeros(at + at_record_reserved, at + record_size_bytes)) return bad;
            if (in.u64(at + at_expires) == 0) return {error_code::list_never_expires, at + at_expires};
            if (const error bad = check_texts(k, at)) return bad;
            if (!hash_is_of_text(k, at)) return {error_code::list_bad_key, at};
            if (r != 0 && compare_records(k, at - record_size_bytes, at) >= 0) return {error_code::list_order, at};
        }
        return {};
    }

    [[nodiscard]] constexpr error check_index(uint32_t i) const noexcept {
        const list::section s = out.sections_[i];
        if (s.count == 0) return {};
        const uint64_t buckets = uint64_t{1} << s.bits;
        uint32_t record = 0;
        for (uint64_t bucket = 0; bucket <= buckets; ++bucket) {
            while (record < s.count && bucket_of_record(s, record) < bucket) ++record;
            if (in.u32(s.index + bucket * 4) != record) return {error_code::list_index_mismatch, s.index + bucket * 4};
        }
        return check_zeros(s.index + (buckets + 1) * 4, s.index + format::index_size_bytes(s.count));
    }

    template <class Sha256>
    [[nodiscard]] constexpr error check_body() noexcept {
        using namespace format;
        if (const error bad = check_digest<Sha256>(in.data.sub(header_size_bytes), at_body_sha256)) return bad;
        out.file_ = in.data;
        if (const error bad = place_sections()) return bad;
        for (uint32_t i = 0; i < key_kind_count; ++i) {
            if (const error bad = check_records(i)) return bad;
            if (const error bad = check_index(i)) return bad;
        }
        return {};
    }

  private:
    [[nodiscard]] constexpr encoded_text key_text(uint64_t record) const noexcept {
        return {out.texts_.sub(in.u32(record + format::at_text_offset), in.u16(record + format::at_text_size))};
    }
    [[nodiscard]] constexpr uint64_t bucket_of_record(const list::section& s, uint32_t record) const noexcept {
        return format::bucket_of(big_endian_64(in.data.data + s.records + record * format::record_stride), s.bits);
    }
};

}  // namespace detail

/// Whether the list is signed, and by whom: `verify(message, signature)`, both `bytes`, says whether the 64-byte Ed25519
/// signature is the one key's that the caller trusts for this kind of list. list_unsigned, list_signature_mismatch.
template <class Verify>
[[nodiscard]] constexpr error check_signature(const list& l, Verify&& verify) noexcept {
    if (l.signature().empty()) return {error_code::list_unsigned, format::at_signature};
    if (!verify(l.signed_message(), l.signature())) return {error_code::list_signature_mismatch, format::at_signature};
    return {};
}

/// Checks a list whole, in this order: header and its SHA-256, the SHA-256 of the rest, the places of all tables, every entry,
/// every index. `out` is set only on success, and is a view of `file`. Errors: every list_* code but those of signature and version,
/// with the offset of the field to blame. Time linear in the file; no allocation. User mode passes hash::sha256 for speed.
/// A list whose origin matters is not in force before `check_signature` and `accepts`.
template <class Sha256 = sha256>
[[nodiscard]] constexpr error open(bytes file, list& out) noexcept {
    detail::list_access access{{}, {file}};
    if (const error bad = access.template check_header<Sha256>()) return bad;
    if (const error bad = access.template check_body<Sha256>()) return bad;
    out = access.out;
    return {};
}

/// Whether a list may take the place of the installed one of its kind and author (0: none yet): only a higher version may, so an
/// old list cannot be played back and two lists of one version cannot both be in force. A refusal is list_rollback, and health red.
[[nodiscard]] constexpr bool accepts(uint64_t installed_version, const list& candidate) noexcept {
    return candidate.version() > installed_version;
}

}  // namespace BARTIZAN_NAMESPACE::lists

#endif
