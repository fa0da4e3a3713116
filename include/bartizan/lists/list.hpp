// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_LISTS_LIST_HPP
#define BARTIZAN_LISTS_LIST_HPP

#include "../core/reader.hpp"
#include "format.hpp"
#include "key.hpp"

namespace BARTIZAN_NAMESPACE::lists {

/// One entry, as views into the list.
struct entry {
    key_kind key = key_kind::none;
    sha256_digest digest;          ///< meaningless for a path or name
    encoded_text text;             ///< path, name or original name in upper case; empty for other keys
    uint64_t expires_100ns = 0;    ///< FILETIME
    bytes author;                  ///< UTF-8
    bytes reason;                  ///< UTF-8

    /// Compared with an event's time, never with a clock.
    [[nodiscard]] constexpr bool holds_at(uint64_t time_100ns) const noexcept { return time_100ns <= expires_100ns; }
};

inline constexpr uint32_t no_record = UINT32_MAX;

namespace detail {
struct list_access;
}

// A list that `open` has accepted; a view of the caller's bytes. Read-only and without state: any number of threads, any IRQL
// for resident memory. A default-constructed list is empty.
class list {
  public:
    constexpr list() noexcept = default;

    [[nodiscard]] constexpr list_kind kind() const noexcept { return static_cast<list_kind>(in().u32(format::at_kind)); }
    [[nodiscard]] constexpr uint64_t version() const noexcept { return in().u64(format::at_list_version); }
    [[nodiscard]] constexpr uint32_t entry_count() const noexcept { return in().u32(format::at_entry_count); }
    [[nodiscard]] constexpr uint32_t count(key_kind k) const noexcept { return section_of(k).count; }
    [[nodiscard]] constexpr bytes file() const noexcept { return file_; }

    // What a signature is made over, and the signature; empty for an unsigned list.
    [[nodiscard]] constexpr bytes signed_message() const noexcept { return file_.sub(0, format::at_signature); }
    [[nodiscard]] constexpr bytes signature() const noexcept {
        const bytes s = file_.sub(format::at_signature, format::signature_size_bytes);
        for (const uint8_t b : s)
            if (b != 0) return s;
        return {};
    }

    // `record` below count(k).
    [[nodiscard]] constexpr entry at(key_kind k, uint32_t record) const noexcept {
        const reader r{file_.sub(record_offset(k, record), format::record_size_bytes)};
        entry out{k, {}, text_of(k, record), r.u64(format::at_expires), {}, {}};
        for (uint32_t i = 0; i < 32; ++i) out.digest.bytes[i] = r.u8(i);
        out.author = texts_.sub(r.u32(format::at_author_offset), r.u16(format::at_author_size));
        out.reason = texts_.sub(r.u32(format::at_reason_offset), r.u16(format::at_reason_size));
        return out;
    }

    // The number of the entry with this key, or no_record; an expired one too. `digest` is ignored for a path or name; `words` is
    // the text of a key that has one, in any case. One cache line of the index and, nearly always, one of the records.
    [[nodiscard]] constexpr uint32_t find(key_kind k, const sha256_digest& digest, text words = {}) const noexcept {
        const section s = section_of(k);
        if (s.count == 0) return no_record;
        if (has_digest(k)) return search(s, k, digest.bytes, words);
        const sha256_digest hash = digest_of_text(words);
        return search(s, k, hash.bytes, words);
    }

  private:
    friend struct detail::list_access;

    struct section {
        size_t records = 0;  ///< offsets in the file
        size_t index = 0;
        uint32_t count = 0;
        uint32_t bits = 0;
    };

    [[nodiscard]] constexpr reader in() const noexcept { return {file_}; }
    [[nodiscard]] constexpr const section& section_of(key_kind k) const noexcept {
        return sections_[(static_cast<uint32_t>(k) - 1) % key_kind_count];
    }
    [[nodiscard]] constexpr size_t record_offset(key_kind k, uint32_t record) const noexcept {
        return section_of(k).records + record * format::record_stride;
    }
    [[nodiscard]] constexpr encoded_text text_of(key_kind k, uint32_t record) const noexcept {
        const reader r{file_.sub(record_offset(k, record), format::record_size_bytes)};
        return {texts_.sub(r.u32(format::at_text_offset), r.u16(format::at_text_size))};
    }
    [[nodiscard]] constexpr uint32_t index_at(const section& s, uint32_t bucket) const noexcept {
        const uint8_t* const p = file_.data + s.index + size_t{bucket} * 4;
        return uint32_t{p[0]} | uint32_t{p[1]} << 8 | uint32_t{p[2]} << 16 | uint32_t{p[3]} << 24;
    }

    // Order of a record's key and the key sought.
    [[nodiscard]] constexpr int compare(const section& s, key_kind k, uint32_t record, const uint8_t* digest, text words) const noexcept {
        const int by_digest = compare_digests(file_.data + s.records + record * format::record_stride, digest);
        if (by_digest != 0 || !has_text(k)) return by_digest;
        const encoded_text own = text_of(k, record);
        for (uint32_t i = 0; i < own.size() && i < words.size; ++i) {
            const int difference = own[i] - upcase(words[i]);
            if (difference != 0) return difference;
        }
        return own.size() < words.size ? -1 : own.size() > words.size ? 1 : 0;
    }

    [[nodiscard]] constexpr uint32_t search(const section& s, key_kind k, const uint8_t* digest, text words) const noexcept {
        const uint32_t bucket = format::bucket_of(big_endian_64(digest), s.bits);
        uint32_t first = index_at(s, bucket), end = index_at(s, bucket + 1);
        while (first < end) {
            const uint32_t middle = first + (end - first) / 2;
            const int order = compare(s, k, middle, digest, words);
            if (order == 0) return middle;
            if (order < 0) first = middle + 1;
            else end = middle;
        }
        return no_record;
    }

    bytes file_;
    bytes texts_;
    section sections_[key_kind_count] = {};
};

}  // namespace BARTIZAN_NAMESPACE::lists

#endif
