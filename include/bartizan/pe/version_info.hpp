// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_VERSION_INFO_HPP
#define BARTIZAN_PE_VERSION_INFO_HPP

#include "resources.hpp"

/// VS_VERSIONINFO, the contents of an RT_VERSION resource: a tree of blocks {length, value length, type, key, value, blocks}.
namespace BARTIZAN_NAMESPACE::pe {

/// Blocks that one walk over the strings reads.
inline constexpr uint32_t max_version_blocks = 0x1000;

/// VS_FIXEDFILEINFO. Versions are four 16-bit numbers, the first in the highest bits.
struct fixed_file_info {
    uint64_t file_version = 0;
    uint64_t product_version = 0;
    uint32_t struct_version = 0;
    uint32_t file_flags_mask = 0;
    uint32_t file_flags = 0;
    uint32_t file_os = 0;
    uint32_t file_type = 0;
    uint32_t file_subtype = 0;
    uint64_t file_date = 0;
};

/// One block of the tree. Texts are UTF-16LE bytes without terminator.
struct version_block {
    bytes key;
    bytes value;     ///< of a text block: up to its first zero code unit
    bytes children;  ///< begins at a multiple of 4 bytes from the resource's beginning
    bool is_text = false;
};

/// Blocks that stand one behind the other. `next` until it says false; `broken` then tells a length that leads nowhere from
/// the end of the data.
class version_block_cursor {
  public:
    constexpr version_block_cursor() noexcept = default;
    constexpr explicit version_block_cursor(bytes blocks) noexcept : in_{blocks} {}

    [[nodiscard]] constexpr bool next(version_block& out) noexcept {
        constexpr uint32_t header_size_bytes = 6;
        if (!in_.has(at_, header_size_bytes)) return false;
        const uint16_t length = in_.u16(at_);
        if (length < header_size_bytes) {
            broken = length != 0;
            return false;
        }
        const uint64_t end = at_ + length < in_.data.size ? at_ + length : in_.data.size;
        const uint16_t value_length = in_.u16(at_ + 2);
        out.is_text = in_.u16(at_ + 4) == 1;
        const uint64_t key = at_ + header_size_bytes;
        const uint64_t key_end = text_end(key, end);
        out.key = in_.sub(key, key_end - key);
        const uint64_t value = clip(align(key_end + 2), end);
        // A text's length counts code units, but some tools count bytes: the terminator decides.
        const uint64_t value_end = clip(value + (out.is_text ? uint64_t{2} * value_length : value_length), end);
        out.value = in_.sub(value, (out.is_text ? text_end(value, value_end) : value_end) - value);
        const uint64_t children = clip(align(value_end), end);
        out.children = in_.sub(children, end - children);
        at_ = align(at_ + length);
        return true;
    }

    bool broken = false;

  private:
    [[nodiscard]] static constexpr uint64_t align(uint64_t at) noexcept { return (at + 3) & ~uint64_t{3}; }
    [[nodiscard]] static constexpr uint64_t clip(uint64_t at, uint64_t end) noexcept { return at < end ? at : end; }
    [[nodiscard]] constexpr uint64_t text_end(uint64_t at, uint64_t end) const noexcept {
        while (at + 2 <= end && in_.u16(at) != 0) at += 2;
        return at;
    }

    reader in_;
    uint64_t at_ = 0;
};

namespace detail {

// True when UTF-16LE bytes spell this ASCII text.
[[nodiscard]] constexpr bool spells_utf16(bytes utf16, const char* ascii) noexcept {
    size_t i = 0;
    for (; ascii[i] != 0; ++i) {
        if (2 * i + 1 >= utf16.size || utf16[2 * i] != static_cast<uint8_t>(ascii[i]) || utf16[2 * i + 1] != 0) return false;
    }
    return utf16.size == 2 * i;
}

}  // namespace detail

struct version_string {
    bytes language;  ///< eight hexadecimal digits: language and code page
    bytes key;       ///< "CompanyName", "OriginalFilename", ...
    bytes value;
};

/// The version information of an image. `present` is false where it has none; a present one may still be broken inside, which
/// `defect` says: pe_version_info_invalid.
class version_info {
  public:
    constexpr explicit version_info(const image& image) noexcept {
        if (!find_resource(image, resource_version, resource_)) return;
        version_block_cursor root(resource_.data);
        version_block block;
        if (!root.next(block) || !detail::spells_utf16(block.key, "VS_VERSION_INFO")) {
            defect = {error_code::pe_version_info_invalid, resource_.data_offset};
            return;
        }
        present = true;
        files_ = version_block_cursor(block.children);
        constexpr uint32_t signature = 0xfeef04bd;
        const reader f{block.value};
        if (!f.has(0, 52) || f.u32(0) != signature) return;
        has_fixed = true;
        const auto pair = [&f](uint64_t at) { return uint64_t{f.u32(at)} << 32 | f.u32(at + 4); };
        fixed = {pair(8),   pair(16),  f.u32(4),  f.u32(24), f.u32(28),
                 f.u32(32), f.u32(36), f.u32(40), pair(44)};
    }

    bool present = false;
    bool has_fixed = false;
    fixed_file_info fixed;
    error defect;

    /// The next string of the next string table, in the order of the file; false behind the last.
    [[nodiscard]] constexpr bool next(version_string& out) noexcept {
        version_block block;
        while (blocks_++ < max_version_blocks) {
            if (strings_.next(block)) {
                out = {language_, block.key, block.value};
                return true;
            }
            if (tables_.next(block)) {
                language_ = block.key;
                strings_ = version_block_cursor(block.children);
            } else if (files_.next(block)) {
                const bool has_strings = detail::spells_utf16(block.key, "StringFileInfo");
                tables_ = version_block_cursor(has_strings ? block.children : bytes{});
            } else {
                break;
            }
        }
        if (strings_.broken || tables_.broken || files_.broken) {
            defect = {error_code::pe_version_info_invalid, resource_.data_offset};
        }
        return false;
    }

  private:
    resource resource_;
    version_block_cursor files_, tables_, strings_;
    bytes language_;
    uint32_t blocks_ = 0;
};

/// The value of a string such as "OriginalFilename" in the first table that has it, as UTF-16LE bytes; empty where none has.
[[nodiscard]] constexpr bytes find_version_string(const image& image, const char* key) noexcept {
    version_info all(image);
    for (version_string s; all.next(s);) {
        if (detail::spells_utf16(s.key, key)) return s.value;
    }
    return {};
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
