// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_PEFILE_RICH_HEADER_HPP
#define BARTIZAN_FEATURES_EMBER_PEFILE_RICH_HEADER_HPP

#include "pefile_image.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// Calls `visit(comp_id, count)` for the pairs of the Rich header, which pefile expects at 0x80 whatever the file says.
template <class Visit>
constexpr void for_each_pefile_rich_pair(pefile_image& image, Visit&& visit) noexcept {
    constexpr uint32_t dans = 0x536e6144;  // "DanS"
    constexpr uint32_t rich = 0x68636952;  // "Rich"
    constexpr uint64_t first = 0x80;
    const reader& in = image.in();
    const uint64_t end = image.optional_header_offset();
    uint64_t at = first;
    while (at + 4 <= end && in.has(at, 4) && in.u32(at) != rich) ++at;
    if (at + 4 > end || !in.has(at, 8) || (at - first) % 4 != 0) return;
    const uint64_t words = (at - first) / 4 + 2;  // up to and with the key behind "Rich"
    if (words < 4) return;
    const uint32_t key = in.u32(at + 4);
    const auto word = [&](uint64_t i) noexcept { return in.u32(first + 4 * i); };
    if ((word(0) ^ key) != dans || word(1) != key || word(2) != key || word(3) != key) {
        image.warn(pefile_warning::rich_header_format);
    }
    for (uint64_t i = 4; i + 1 < words; i += 2) {
        if (word(i) == rich) return;
        visit(word(i) ^ key, word(i + 1) ^ key);
    }
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
