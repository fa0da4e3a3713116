// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_VALUE_COUNTS_HPP
#define BARTIZAN_FEATURES_EMBER_VALUE_COUNTS_HPP

#include "../../core/span.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// Memory of one `value_counts`, 80 KiB. Need not be cleared.
struct value_counts_scratch {
    static constexpr uint32_t slots = 16384;
    uint32_t value[slots];
    uint8_t count[slots];
};

/// How often each 32-bit value was added, up to 255 times: an open hash table. Up to `capacity` values; what comes after is
/// not counted.
class value_counts {
  public:
    static constexpr uint32_t capacity = 12288;

    explicit constexpr value_counts(value_counts_scratch& memory) noexcept : memory_(memory) { clear(); }

    /// Counts the value once more and returns how often it was added by now; 0 if there was no room for it.
    constexpr unsigned add(uint32_t value) noexcept {
        constexpr uint32_t mask = value_counts_scratch::slots - 1;
        for (uint32_t at = value * 0x9e3779b1 >> 18;; at = (at + 1) & mask) {
            uint8_t& count = memory_.count[at];
            if (count == 0) {
                if (size_ == capacity) return 0;
                memory_.value[at] = value;
                ++size_;
                return count = 1;
            }
            if (memory_.value[at] == value) return count == UINT8_MAX ? count : ++count;
        }
    }

    /// Different values so far.
    [[nodiscard]] constexpr uint32_t size() const noexcept { return size_; }

    constexpr void clear() noexcept {
        for (uint8_t& count : memory_.count) count = 0;
        size_ = 0;
    }

  private:
    value_counts_scratch& memory_;
    uint32_t size_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
