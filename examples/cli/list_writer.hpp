// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_LIST_WRITER_HPP
#define BARTIZAN_EXAMPLES_CLI_LIST_WRITER_HPP

#include <algorithm>
#include <bartizan/lists/format.hpp>
#include <bartizan/lists/key.hpp>
#include <cstdint>
#include <vector>

namespace bartizan_cli {

/// One entry to be written. `words` in upper case and canonical; texts in the encoding of the file.
struct list_entry {
    bartizan::lists::key_kind key = bartizan::lists::key_kind::none;
    bartizan::sha256_digest digest;   ///< of a path or name: anything
    std::vector<char16_t> words;      ///< empty for a key without a text
    uint64_t expires_100ns = 0;
    std::vector<uint8_t> author, reason;
};

/// Order in the file: key kind, digest, text.
constexpr bool comes_before(const list_entry& a, const list_entry& b) {
    if (a.key != b.key) return a.key < b.key;
    if (const int order = bartizan::lists::compare_digests(a.digest.bytes, b.digest.bytes); order != 0) return order < 0;
    return a.words < b.words;
}

/// Writes the file of a list: the same entries, in whatever order they come, give the same bytes.
class list_writer {
  public:
    constexpr list_writer(bartizan::lists::list_kind kind, uint64_t version) : kind_(kind), version_(version) {}

    /// The entries' keys differ. `Sha256` as for lists::open. The list is unsigned; `sign` changes that.
    template <class Sha256 = bartizan::sha256>
    [[nodiscard]] constexpr std::vector<uint8_t> write(std::vector<list_entry> entries) {
        namespace f = bartizan::lists::format;
        for (list_entry& e : entries)
            if (!bartizan::lists::has_digest(e.key)) e.digest = bartizan::lists::digest_of_text({e.words.data(), e.words.size()});
        std::sort(entries.begin(), entries.end(), comes_before);
        out_.assign(f::header_size_bytes, 0);
        put(f::at_magic, f::magic, 4);
        put(f::at_version_major, f::version_major, 2);
        put(f::at_version_minor, f::version_minor, 2);
        put(f::at_kind, static_cast<uint64_t>(kind_), 4);
        put(f::at_entry_count, entries.size(), 4);
        put(f::at_list_version, version_, 8);
        collect_texts(entries);
        for (size_t first = 0; first < entries.size();) first = write_section(entries, first);
        put(f::at_texts_offset, out_.size(), 8);
        put(f::at_texts_size, texts_.size(), 8);
        out_.insert(out_.end(), texts_.begin(), texts_.end());
        put(f::at_size_bytes, out_.size(), 8);
        seal<Sha256>(out_);
        return out_;
    }

    /// States both digests anew.
    template <class Sha256 = bartizan::sha256>
    static constexpr void seal(std::vector<uint8_t>& file) {
        namespace f = bartizan::lists::format;
        digest_into<Sha256>(file, f::header_size_bytes, file.size(), f::at_body_sha256);
        digest_into<Sha256>(file, 0, f::at_header_sha256, f::at_header_sha256);
    }

    /// `make(message)` gives the 64 bytes of the signature.
    template <class Sha256 = bartizan::sha256, class Make>
    static constexpr void sign(std::vector<uint8_t>& file, Make&& make) {
        namespace f = bartizan::lists::format;
        const auto signature = make(bartizan::bytes{file.data(), f::at_signature});
        std::copy(signature.begin(), signature.end(), file.begin() + f::at_signature);
        digest_into<Sha256>(file, 0, f::at_header_sha256, f::at_header_sha256);
    }

  private:
    using text_bytes = std::vector<uint8_t>;

    /// By length, then by bytes.
    static constexpr bool text_before(const text_bytes& a, const text_bytes& b) {
        if (a.size() != b.size()) return a.size() < b.size();
        for (size_t i = 0; i < a.size(); ++i)
            if (a[i] != b[i]) return a[i] < b[i];
        return false;
    }

    constexpr void put(uint64_t at, uint64_t value, unsigned size) {
        for (unsigned i = 0; i < size; ++i) out_[static_cast<size_t>(at) + i] = static_cast<uint8_t>(value >> (8 * i));
    }
    template <class Sha256>
    static constexpr void digest_into(std::vector<uint8_t>& file, uint64_t begin, uint64_t end, uint64_t at) {
        const auto digest = Sha256().update({file.data() + begin, static_cast<size_t>(end - begin)}).finish();
        std::copy(std::begin(digest.bytes), std::end(digest.bytes), file.begin() + static_cast<std::ptrdiff_t>(at));
    }

    static constexpr text_bytes utf16le(const std::vector<char16_t>& words) {
        text_bytes out;
        for (const char16_t c : words) {
            out.push_back(static_cast<uint8_t>(c & 0xff));
            out.push_back(static_cast<uint8_t>(c >> 8));
        }
        return out;
    }

    /// Every text stands once, the shorter ones first; the UTF-16 texts, of even size, before the others.
    constexpr void collect_texts(const std::vector<list_entry>& entries) {
        for (const list_entry& e : entries) {
            if (!e.words.empty()) keys_.push_back(utf16le(e.words));
            for (const text_bytes* t : {&e.author, &e.reason})
                if (others_.empty() || others_.back() != *t) others_.push_back(*t);
        }
        for (auto* pool : {&keys_, &others_}) {
            std::sort(pool->begin(), pool->end(), text_before);
            pool->erase(std::unique(pool->begin(), pool->end()), pool->end());
            auto& offsets = pool == &keys_ ? key_offsets_ : other_offsets_;
            for (const text_bytes& t : *pool) {
                offsets.push_back(static_cast<uint32_t>(texts_.size()));
                texts_.insert(texts_.end(), t.begin(), t.end());
            }
        }
    }
    static constexpr uint32_t offset_of(const text_bytes& t, const std::vector<text_bytes>& pool, const std::vector<uint32_t>& offsets) {
        return offsets[static_cast<size_t>(std::lower_bound(pool.begin(), pool.end(), t, text_before) - pool.begin())];
    }

    constexpr size_t write_section(const std::vector<list_entry>& entries, size_t first) {
        namespace f = bartizan::lists::format;
        size_t end = first;
        while (end < entries.size() && entries[end].key == entries[first].key) ++end;
        const auto count = static_cast<uint32_t>(end - first);
        const uint32_t bits = f::index_bits(count);
        const uint64_t row = f::at_sections + (static_cast<uint64_t>(entries[first].key) - 1) * f::section_size_bytes;
        const uint64_t records = out_.size(), index = records + uint64_t{count} * f::record_size_bytes;
        out_.resize(static_cast<size_t>(index + f::index_size_bytes(count)), 0);
        put(row + f::at_section_records, records, 8);
        put(row + f::at_section_index, index, 8);
        put(row + f::at_section_count, count, 4);
        uint64_t next_bucket = 0;
        for (uint32_t r = 0; r < count; ++r) {
            const list_entry& e = entries[first + r];
            write_record(records + uint64_t{r} * f::record_size_bytes, e);
            for (const uint64_t own = f::bucket_of(bartizan::lists::big_endian_64(e.digest.bytes), bits); next_bucket <= own; ++next_bucket)
                put(index + next_bucket * 4, r, 4);
        }
        for (; next_bucket <= uint64_t{1} << bits; ++next_bucket) put(index + next_bucket * 4, count, 4);
        return end;
    }

    constexpr void write_record(uint64_t at, const list_entry& e) {
        namespace f = bartizan::lists::format;
        for (unsigned i = 0; i < 32; ++i) out_[static_cast<size_t>(at) + i] = e.digest.bytes[i];
        put(at + f::at_expires, e.expires_100ns, 8);
        if (!e.words.empty()) {
            put(at + f::at_text_offset, offset_of(utf16le(e.words), keys_, key_offsets_), 4);
            put(at + f::at_text_size, e.words.size() * 2, 2);
        }
        put(at + f::at_author_offset, offset_of(e.author, others_, other_offsets_), 4);
        put(at + f::at_author_size, e.author.size(), 2);
        put(at + f::at_reason_offset, offset_of(e.reason, others_, other_offsets_), 4);
        put(at + f::at_reason_size, e.reason.size(), 2);
    }

    bartizan::lists::list_kind kind_;
    uint64_t version_;
    std::vector<uint8_t> out_;
    text_bytes texts_;
    std::vector<text_bytes> keys_, others_;
    std::vector<uint32_t> key_offsets_, other_offsets_;
};

}  // namespace bartizan_cli

#endif
