// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_FIXED_POINT_HPP
#define BARTIZAN_NN_FIXED_POINT_HPP

#include "../core/config.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// sum * multiplier / 2^shift, rounded to the nearest integer, halves towards plus infinity. Exact for every int32 sum, multiplier
/// 0..2^31-1 and shift 1..62: the product is below 2^62 and the rounding term at most 2^61.
[[nodiscard]] constexpr int64_t scale(int32_t sum, int32_t multiplier, uint32_t shift) noexcept {
    return (int64_t{sum} * multiplier + (int64_t{1} << (shift - 1))) >> shift;
}

/// The next layer's activation: ReLU, clamped to seven bits.
[[nodiscard]] constexpr uint8_t to_activation(int64_t scaled) noexcept {
    return static_cast<uint8_t>(scaled < 0 ? 0 : scaled > 127 ? 127 : scaled);
}

/// Scores are probabilities in Q15: 0 to 32,768.
inline constexpr int32_t one_q15 = 1 << 15;

namespace detail {

/// e^(-i/16) in Q31 for i = 0..256, by repeated multiplication with e^(-1/16).
struct exponential_table {
    uint32_t value[257]{};

    constexpr exponential_table() noexcept {
        constexpr uint64_t e_to_minus_sixteenth_q31 = 2'017'374'191;
        uint64_t power = uint64_t{1} << 31;
        for (uint32_t& entry : value) {
            entry = static_cast<uint32_t>(power);
            power = (power * e_to_minus_sixteenth_q31 + (uint64_t{1} << 30)) >> 31;
        }
    }
};
inline constexpr exponential_table exponentials{};

}  // namespace detail

/// Logistic function of a logit in Q16, in Q15: 1 / (1 + e^-x) from a table of steps of 1/16, interpolated. Absolute error at
/// most 2^-11 (h^2/8 * e^-x * s'(.) of the interpolation stays below 2^-12); never falls as x rises; sigmoid(-x) = 1 - sigmoid(x).
[[nodiscard]] constexpr int32_t sigmoid_q15(int64_t logit_q16) noexcept {
    const bool negative = logit_q16 < 0;
    const uint64_t magnitude = negative ? 0 - static_cast<uint64_t>(logit_q16) : static_cast<uint64_t>(logit_q16);
    constexpr uint64_t last = 256;
    const uint64_t step = magnitude >> 12;
    const auto& table = detail::exponentials.value;
    uint64_t e_q31 = table[last];
    if (step < last) {
        const uint64_t fall = (uint64_t{table[step]} - table[step + 1]) * (magnitude & 4095);
        e_q31 = table[step] - (fall >> 12);
    }
    const uint64_t one_q31 = uint64_t{1} << 31;
    const auto positive = static_cast<int32_t>((one_q31 << 15) / (one_q31 + e_q31));
    return negative ? one_q15 - positive : positive;
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
