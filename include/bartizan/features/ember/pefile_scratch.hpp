// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_PEFILE_SCRATCH_HPP
#define BARTIZAN_FEATURES_EMBER_PEFILE_SCRATCH_HPP

#include "value_counts.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// A set of 16-bit numbers.
struct word_set {
    uint64_t bits[1024];

    constexpr void clear() noexcept {
        for (uint64_t& word : bits) word = 0;
    }
    /// Whether the number is new.
    constexpr bool insert(uint16_t number) noexcept {
        uint64_t& word = bits[number / 64];
        const uint64_t bit = uint64_t{1} << number % 64;
        const bool added = (word & bit) == 0;
        word |= bit;
        return added;
    }
    [[nodiscard]] constexpr bool has(uint16_t number) const noexcept {
        return (bits[number / 64] >> number % 64 & 1) != 0;
    }
};

/// Working memory of the walks over one directory after another: 88 KiB. Need not be cleared.
struct pefile_walk_scratch {
    value_counts_scratch counts;
    word_set words;
};

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
