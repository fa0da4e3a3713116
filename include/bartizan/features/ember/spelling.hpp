// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_SPELLING_HPP
#define BARTIZAN_FEATURES_EMBER_SPELLING_HPP

#include "../../core/span.hpp"
#include "murmur3.hpp"

/// How names from a file are spelled before they are hashed.
namespace BARTIZAN_NAMESPACE::features::ember {

/// The extractors cut names after so many characters.
inline constexpr uint32_t longest_name_chars = 10000;

[[nodiscard]] constexpr uint8_t lower_case(uint8_t byte) noexcept {
    return byte >= 'A' && byte <= 'Z' ? static_cast<uint8_t>(byte | 0x20) : byte;
}

using bartizan::equal;

/// Equal but for the case of letters.
[[nodiscard]] constexpr bool equal_folded(bytes a, bytes b) noexcept {
    if (a.size != b.size) return false;
    for (size_t i = 0; i < a.size; ++i) {
        if (lower_case(a[i]) != lower_case(b[i])) return false;
    }
    return true;
}

constexpr void add_lower_case(murmur3_32& hash, bytes text) noexcept {
    for (const uint8_t byte : text) hash.add(lower_case(byte));
}

constexpr void add_bytes(murmur3_32& hash, bytes text) noexcept {
    for (const uint8_t byte : text) hash.add(byte);
}

/// Calls `visit(character)` for a name as LIEF's Python binding spells it: ASCII as it stands, any other byte as the four
/// characters \xhh.
template <class Visit>
constexpr void for_each_escaped(bytes text, Visit&& visit) noexcept {
    constexpr char digits[] = "0123456789abcdef";
    uint32_t left = longest_name_chars;
    for (const uint8_t byte : text) {
        const uint8_t spelled[] = {'\\', 'x', static_cast<uint8_t>(digits[byte >> 4]),
                                   static_cast<uint8_t>(digits[byte & 15])};
        for (const uint8_t character : byte < 0x80 ? bytes{&byte, 1} : bytes{spelled}) {
            if (left-- == 0) return;
            visit(character);
        }
    }
}

constexpr void add_escaped(murmur3_32& hash, bytes text) noexcept {
    for_each_escaped(text, [&hash](uint8_t character) noexcept { hash.add(character); });
}

/// Bytes of the valid UTF-8 sequence that `text` begins with; 0 if it begins with none.
[[nodiscard]] constexpr size_t utf8_sequence(bytes text) noexcept {
    if (text.empty()) return 0;
    const uint8_t lead = text[0];
    if (lead < 0x80) return 1;
    const size_t size = lead >= 0xc2 && lead < 0xe0   ? 2
                        : lead >= 0xe0 && lead < 0xf0 ? 3
                        : lead >= 0xf0 && lead < 0xf5 ? 4
                                                      : 0;
    if (size == 0 || text.size < size) return 0;
    for (size_t i = 1; i < size; ++i) {
        if ((text[i] & 0xc0) != 0x80) return 0;
    }
    // Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte.
    const uint8_t second = text[1];
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second >= 0xa0)) return 0;
    if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second >= 0x90)) return 0;
    return size;
}

/// Calls `visit(byte)` for a name as Python decodes it with errors ignored and lowers it: what is no UTF-8 is left out. Letters
/// beyond ASCII keep their case, other than in Python.
template <class Visit>
constexpr void for_each_lower_utf8(bytes text, Visit&& visit) noexcept {
    for (size_t at = 0; at < text.size;) {
        const size_t size = utf8_sequence(text.sub(at));
        for (size_t i = 0; i < size; ++i) visit(lower_case(text[at + i]));
        at += size != 0 ? size : 1;
    }
}

constexpr void add_decimal(murmur3_32& hash, uint64_t number) noexcept {
    char text[21]{};
    unsigned at = 20;
    do {
        text[--at] = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number != 0);
    hash.add(text + at);
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
