// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_STRINGS_HPP
#define BARTIZAN_FEATURES_EMBER_STRINGS_HPP

#include <string.h>

#include "../../core/span.hpp"
#include "../log2.hpp"

namespace BARTIZAN_NAMESPACE::features {

/// A string, as the published extractors define it: a maximal run of at least so many bytes 0x20 to 0x7f (DEL included).
inline constexpr unsigned shortest_string_bytes = 5;
inline constexpr uint8_t first_printable = 0x20;
inline constexpr unsigned printable_values = 96;

[[nodiscard]] constexpr bool is_printable(uint8_t byte) noexcept {
    return static_cast<uint8_t>(byte - first_printable) < printable_values;
}

namespace detail {

/// Bit i says whether byte i of the block is printable; eight bytes to a step, in plain 64-bit arithmetic. The words' byte order
/// is the file's, whatever the machine's.
[[nodiscard]] inline uint64_t printable_mask(const uint8_t* block) noexcept {
    constexpr uint64_t high_bits = 0x8080808080808080;
    uint64_t mask = 0;
    for (unsigned word = 0; word < 8; ++word) {
        uint64_t bytes = 0;
        for (unsigned i = 0; i < 8; ++i) bytes |= uint64_t{block[8 * word + i]} << (8 * i);
        // With its high bit set, a byte does not borrow from its neighbour; the bit survives unless the byte is below 0x20.
        const uint64_t printable = ~bytes & ((bytes | high_bits) - 0x20 * (high_bits >> 7)) & high_bits;
        // Gathers bits 7, 15, ... 63 in the top byte, in order.
        mask |= ((printable >> 7) * 0x0102040810204080 >> 56) << (8 * word);
    }
    return mask;
}

[[nodiscard]] inline unsigned lowest_bit(uint64_t mask) noexcept {
    const uint32_t low = static_cast<uint32_t>(mask);
    const uint32_t half = low != 0 ? low : static_cast<uint32_t>(mask >> 32);
    return highest_bit(half & (0 - half)) + (low != 0 ? 0U : 32U);
}

}  // namespace detail

/// Calls `visit(bytes)` for every string of `data`, in order.
template <class Visit>
void for_each_string(bytes data, Visit&& visit) noexcept {
    constexpr size_t block_bytes = 64;
    const auto mask_at = [data](size_t at) noexcept -> uint64_t {
        if (at + block_bytes <= data.size) return detail::printable_mask(data.data + at);
        if (at >= data.size) return 0;
        uint8_t last[block_bytes]{};
        memcpy(last, data.data + at, data.size - at);
        return detail::printable_mask(last);
    };
    const uint8_t* open = nullptr;  // the string that reaches into this block
    uint64_t next = mask_at(0);
    for (size_t at = 0; at < data.size; at += block_bytes) {
        uint64_t mask = next;
        next = mask_at(at + block_bytes);
        const uint8_t* const block = data.data + at;
        if (open != nullptr) {
            if (mask == ~uint64_t{0}) continue;
            const unsigned end = detail::lowest_bit(~mask);
            visit(bytes{open, static_cast<size_t>(block + end - open)});
            open = nullptr;
            mask &= ~uint64_t{0} << end;
        }
        // Where five printable bytes begin: most runs are shorter, and cost nothing.
        uint64_t starts = mask;
        for (unsigned i = 1; i < shortest_string_bytes; ++i) starts &= mask >> i | next << (block_bytes - i);
        while (starts != 0) {
            const unsigned first = detail::lowest_bit(starts);
            const uint64_t after = ~(mask >> first);
            const unsigned size = after == 0 ? 64 : detail::lowest_bit(after);
            if (first + size >= block_bytes) {
                open = block + first;
                break;
            }
            visit(bytes{block + first, size});
            starts &= ~uint64_t{0} << (first + size);
        }
    }
    if (open != nullptr) visit(bytes{open, static_cast<size_t>(data.end() - open)});
}

/// Number and bytes of the strings, and how often each printable value occurs in them.
struct string_statistics {
    uint64_t strings = 0;
    uint64_t printables = 0;
    uint64_t count[printable_values]{};

    constexpr void add(bytes string) noexcept {
        ++strings;
        printables += string.size;
        for (const uint8_t byte : string) ++count[byte - first_printable];
    }
};

/// Traces of paths, addresses, registry keys and executables anywhere in a file, inside strings or not.
struct file_marks {
    uint64_t paths = 0;          ///< c:\ in any case
    uint64_t urls = 0;           ///< http:// or https://, in any case
    uint64_t registry_keys = 0;  ///< HKEY_
    uint64_t mz = 0;             ///< MZ
};

namespace detail {

/// Calls `visit(offset)` for every byte of `data` that equals `value`.
template <class Visit>
void for_each_byte(bytes data, uint8_t value, Visit&& visit) noexcept {
    size_t at = 0;
    while (at < data.size) {
        const void* const found = memchr(data.data + at, value, data.size - at);
        if (found == nullptr) return;
        at = static_cast<size_t>(static_cast<const uint8_t*>(found) - data.data);
        visit(at++);
    }
}

/// Whether `data` holds `text`, whose letters are lower case, so that it ends before `end`.
[[nodiscard]] constexpr bool ends_with_folded(bytes data, size_t end, const char* text, size_t size) noexcept {
    if (end < size) return false;
    for (size_t i = 0; i < size; ++i) {
        const uint8_t byte = data[end - size + i];
        const uint8_t folded = byte >= 'A' && byte <= 'Z' ? static_cast<uint8_t>(byte | 0x20) : byte;
        if (folded != static_cast<uint8_t>(text[i])) return false;
    }
    return true;
}

}  // namespace detail

/// Looks for the rarest byte of each mark and then around it.
[[nodiscard]] inline file_marks find_marks(bytes data) noexcept {
    file_marks marks;
    detail::for_each_byte(data, ':', [&](size_t at) noexcept {
        if (at + 1 < data.size && data[at + 1] == '\\' && detail::ends_with_folded(data, at, "c", 1)) ++marks.paths;
        if (at + 2 < data.size && data[at + 1] == '/' && data[at + 2] == '/' &&
            (detail::ends_with_folded(data, at, "http", 4) || detail::ends_with_folded(data, at, "https", 5))) {
            ++marks.urls;
        }
    });
    detail::for_each_byte(data, '_', [&](size_t at) noexcept {
        if (at >= 4 && memcmp(data.data + at - 4, "HKEY", 4) == 0) ++marks.registry_keys;
    });
    detail::for_each_byte(data, 'Z', [&](size_t at) noexcept {
        if (at >= 1 && data[at - 1] == 'M') ++marks.mz;
    });
    return marks;
}

}  // namespace BARTIZAN_NAMESPACE::features

#endif
