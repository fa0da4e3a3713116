// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_RICH_HEADER_HPP
#define BARTIZAN_PE_RICH_HEADER_HPP

#include "image.hpp"

namespace BARTIZAN_NAMESPACE::pe {

/// How far into the file the header is searched for. Microsoft's linker puts it at 0x80, behind its DOS stub.
inline constexpr uint32_t rich_header_search_bytes = 0x10000;

/// A tool and the number of objects that it made for this image.
struct rich_entry {
    uint16_t product = 0;  ///< ProdID: which compiler, assembler or linker
    uint16_t build = 0;
    uint32_t count = 0;

    [[nodiscard]] constexpr uint32_t comp_id() const noexcept { return uint32_t{product} << 16 | build; }
};

/// The Rich header: undocumented, written by Microsoft's linker between the DOS stub and the NT headers, every word XORed
/// with a checksum over both. `present` is false where there is none, or where `defect` says why it cannot be decoded.
struct rich_header {
    bytes encoded_entries;
    uint64_t offset = 0;     ///< of the "DanS" signature in the file
    uint64_t end_offset = 0; ///< behind the key
    uint32_t key = 0;        ///< the checksum that is stored in the file
    bool present = false;
    bool checksum_matches = false;  ///< false: the stub or the entries were changed after linking
    error defect;            ///< pe_rich_header_invalid, pe_rich_header_checksum

    [[nodiscard]] constexpr uint32_t size() const noexcept { return static_cast<uint32_t>(encoded_entries.size / 8); }
    [[nodiscard]] constexpr rich_entry operator[](uint32_t i) const noexcept {
        const uint32_t id = reader{encoded_entries}.u32(uint64_t{8} * i) ^ key;
        return {static_cast<uint16_t>(id >> 16), static_cast<uint16_t>(id), reader{encoded_entries}.u32(uint64_t{8} * i + 4) ^ key};
    }
};

namespace detail {

[[nodiscard]] constexpr uint32_t rotate_left(uint32_t value, uint32_t by) noexcept {
    by &= 31;
    return by == 0 ? value : value << by | value >> (32 - by);
}

[[nodiscard]] constexpr uint32_t rich_checksum(reader in, const rich_header& h) noexcept {
    uint32_t sum = static_cast<uint32_t>(h.offset);
    for (uint32_t i = 0; i < h.offset; ++i) {
        if (i < e_lfanew_offset || i >= e_lfanew_offset + 4) sum += rotate_left(in.u8(i), i);  // e_lfanew counts as zero
    }
    for (uint32_t i = 0; i < h.size(); ++i) sum += rotate_left(h[i].comp_id(), h[i].count);
    return sum;
}

}  // namespace detail

[[nodiscard]] constexpr rich_header read_rich_header(const image& image) noexcept {
    constexpr uint32_t rich = 0x68636952;
    constexpr uint32_t dans = 0x536e6144;
    const reader in{image.file};
    rich_header out;
    const uint64_t nt = image.dos.e_lfanew < rich_header_search_bytes ? image.dos.e_lfanew : rich_header_search_bytes;
    uint64_t tail = dos_header_size_bytes;
    while (tail + 8 <= nt && in.u32(tail) != rich) tail += 4;
    if (tail + 8 > nt) return out;
    out.key = in.u32(tail + 4);
    out.end_offset = tail + 8;
    uint64_t head = tail;
    while (head >= dos_header_size_bytes + 4 && (in.u32(head - 4) ^ out.key) != dans) head -= 4;
    // The signature and three words of padding, each the key.
    if (head < dos_header_size_bytes + 4 || head + 12 > tail || in.u32(head) != out.key || in.u32(head + 4) != out.key ||
        in.u32(head + 8) != out.key) {
        out.defect = {error_code::pe_rich_header_invalid, tail};
        return out;
    }
    out.present = true;
    out.offset = head - 4;
    out.encoded_entries = in.sub(head + 12, tail - head - 12);
    out.checksum_matches = detail::rich_checksum(in, out) == out.key;
    if (!out.checksum_matches) out.defect = {error_code::pe_rich_header_checksum, tail + 4};
    return out;
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
