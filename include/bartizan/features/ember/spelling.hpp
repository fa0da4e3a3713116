// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_SPELLING_HPP
#define BARTIZAN_FEATURES_EMBER_SPELLING_HPP

#include "../../core/span.hpp"
#include "../murmur3.hpp"

/// How names from a file are spelled before they are hashed.
namespace BARTIZAN_NAMESPACE::features::ember {

/// The extractors cut names after so many characters.
inline constexpr uint32_t longest_name_chars = 10000;

[[nodiscard]] constexpr uint8_t lower_case(uint8_t byte) noexcept {
    return byte >= 'A' && byte <= 'Z' ? static_cast<uint8_t>(byte | 0x20) : byte;
}

[[nodiscard]] constexpr bool equal(bytes a, bytes b) noexcept {
    if (a.size != b.size) return false;
    for (size_t i = 0; i < a.size; ++i) {
        if (a[i] != b[i]) return false;
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
        const uint8_t spelled[] = {'\\', 'x', static_cast<uint8_t>(digits[byte >> 4]), static_cast<uint8_t>(digits[byte & 15])};
        for (const uint8_t character : byte < 0x80 ? bytes{&byte, 1} : bytes{spelled}) {
            if (left-- == 0) return;
            visit(character);
        }
    }
}

constexpr void add_escaped(murmur3_32& hash, bytes text) noexcept {
    for_each_escaped(text, [&hash](uint8_t character) noexcept { hash.add(character); });
}

constexpr void add_decimal(murmur3_32& hash, uint32_t number) noexcept {
    char text[11]{};
    unsigned at = 10;
    do {
        text[--at] = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number != 0);
    hash.add(text + at);
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
