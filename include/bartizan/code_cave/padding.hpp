// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_PADDING_HPP
#define BARTIZAN_CODE_CAVE_PADDING_HPP

#include "../core/reader.hpp"

namespace BARTIZAN_NAMESPACE::code_cave {

/// What linkers and compilers fill with: zeros, NOP, INT3.
[[nodiscard]] constexpr bool is_padding(uint8_t byte) noexcept { return byte == 0x00 || byte == 0x90 || byte == 0xcc; }

/// Bytes of padding at the front of `data`, at most `limit`.
[[nodiscard]] constexpr size_t padding_at(bytes data, size_t limit = SIZE_MAX) noexcept {
    const size_t end = data.size < limit ? data.size : limit;
    size_t n = 0;
    // Eight at a time where they are alike, which padding mostly is.
    const reader in{data};
    while (n + 8 <= end && is_padding(data[n]) && in.u64(n) == data[n] * uint64_t{0x0101010101010101}) n += 8;
    while (n < end && is_padding(data[n])) ++n;
    return n;
}

/// Bytes of padding in front of `data[end]`, at most `limit`.
[[nodiscard]] constexpr size_t padding_before(bytes data, size_t end, size_t limit) noexcept {
    size_t n = 0;
    while (n < limit && n < end && is_padding(data[end - 1 - n])) ++n;
    return n;
}

/// `data` without the padding at its end.
[[nodiscard]] constexpr bytes trim_padding(bytes data) noexcept {
    const reader in{data};
    size_t end = data.size;
    while (end >= 8 && is_padding(data[end - 1]) && in.u64(end - 8) == data[end - 1] * uint64_t{0x0101010101010101}) end -= 8;
    while (end > 0 && is_padding(data[end - 1])) --end;
    return data.sub(0, end);
}

/// Bytes of `data` that are no padding. Linear.
[[nodiscard]] constexpr size_t count_non_padding(bytes data) noexcept {
    size_t n = 0;
    for (size_t i = 0; i < data.size; ++i) n += is_padding(data[i]) ? 0 : 1;
    return n;
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
