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

/// Up to 128 three-valued facts indexed by an enumeration `Key`; a fact that nobody set is unknown.
template <class Key>
struct truth_set {
    uint64_t yes[2] = {};
    uint64_t no[2] = {};

    [[nodiscard]] constexpr truth get(Key key) const noexcept {
        const uint8_t index = static_cast<uint8_t>(key);
        // unknown + 1 is yes, - 1 is no: without a branch, since rules ask for facts by the dozen.
        return static_cast<truth>(1 + (yes[index >> 6] >> (index & 63) & 1) - (no[index >> 6] >> (index & 63) & 1));
    }
    constexpr void set(Key key, truth value) noexcept {
        const uint8_t index = static_cast<uint8_t>(key);
        const uint64_t bit = uint64_t{1} << (index & 63);
        uint64_t& y = yes[index >> 6];
        uint64_t& n = no[index >> 6];
        y = value == truth::yes ? y | bit : y & ~bit;
        n = value == truth::no ? n | bit : n & ~bit;
    }
    constexpr void set_all(truth value) noexcept {
        for (uint64_t& word : yes) word = value == truth::yes ? ~uint64_t{0} : 0;
        for (uint64_t& word : no) word = value == truth::no ? ~uint64_t{0} : 0;
    }
};

}  // namespace BARTIZAN_NAMESPACE

#endif
