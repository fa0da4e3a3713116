// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_TRUTH_HPP
#define BARTIZAN_CORE_TRUTH_HPP

#include "config.hpp"

namespace BARTIZAN_NAMESPACE {

/// Kleene's strong three-valued logic. The order no < unknown < yes makes "and" the minimum and "or" the maximum.
/// `unknown` is what a sensor's missing field yields: it is neither evidence nor an excuse.
enum class truth : uint8_t { no = 0, unknown = 1, yes = 2 };

[[nodiscard]] constexpr truth operator&(truth a, truth b) noexcept { return a < b ? a : b; }
[[nodiscard]] constexpr truth operator|(truth a, truth b) noexcept { return a > b ? a : b; }
[[nodiscard]] constexpr truth operator!(truth a) noexcept { return static_cast<truth>(2 - static_cast<uint8_t>(a)); }
[[nodiscard]] constexpr truth to_truth(bool b) noexcept { return b ? truth::yes : truth::no; }

/// Up to 128 three-valued facts indexed by an enumeration `Key`, two bits each as `truth` counts; a fact that nobody set is unknown.
/// Reading one is a load, a shift and a mask, since rules ask for facts by the dozen.
template <class Key>
struct truth_set {
    uint64_t words[4] = {all_unknown, all_unknown, all_unknown, all_unknown};

    [[nodiscard]] constexpr truth get(Key key) const noexcept {
        const uint8_t index = static_cast<uint8_t>(key);
        return static_cast<truth>(words[index >> 5] >> (index & 31) * 2 & 3);
    }
    constexpr void set(Key key, truth value) noexcept {
        const uint8_t index = static_cast<uint8_t>(key);
        const uint32_t shift = (index & 31u) * 2;
        uint64_t& word = words[index >> 5];
        word = (word & ~(uint64_t{3} << shift)) | uint64_t{static_cast<uint8_t>(value)} << shift;
    }
    constexpr void set_all(truth value) noexcept {
        for (uint64_t& word : words) word = all_unknown * static_cast<uint8_t>(value);
    }

  private:
    static constexpr uint64_t all_unknown = 0x5555555555555555;  ///< `truth::unknown` in every place
};

}  // namespace BARTIZAN_NAMESPACE

#endif
