// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_FIXED_POINT_HPP
#define BARTIZAN_NN_FIXED_POINT_HPP

#include "../core/config.hpp"

/// The arithmetic of the network, in integers: the same on every machine.
namespace BARTIZAN_NAMESPACE::nn {

/// sum * multiplier / 2^shift, rounded to the nearest integer, halves towards plus infinity. Exact for every int32 sum, multiplier
/// 0..2^31-1 and shift 1..62: the product is below 2^62 and the rounding term at most 2^61.
[[nodiscard]] constexpr int64_t scale(int32_t sum, int32_t multiplier, uint32_t shift) noexcept {
    return (int64_t{sum} * multiplier + (int64_t{1} << (shift - 1))) >> shift;
}

[[nodiscard]] constexpr int64_t clamp(int64_t x, int64_t low, int64_t high) noexcept { return x < low ? low : x > high ? high : x; }

/// A seven-bit activation.
[[nodiscard]] constexpr uint8_t to_activation(int64_t x) noexcept { return static_cast<uint8_t>(clamp(x, 0, 127)); }

/// Scores are probabilities in Q15: 0 to 32,768.
inline constexpr int32_t one_q15 = 1 << 15;
/// Values between a layer's sums and its activations are Q12, those of a head Q16, both cut to this magnitude.
inline constexpr int32_t max_q12 = 1 << 23;
inline constexpr int32_t max_logit_q16 = 1 << 30;

/// Largest whole number whose square is at most x.
[[nodiscard]] constexpr uint32_t integer_square_root(uint64_t x) noexcept {
    uint64_t root = 0;
    for (uint64_t bit = uint64_t{1} << 62; bit != 0; bit >>= 2) {
        if (x >= root + bit) {
            x -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return static_cast<uint32_t>(root);
}

namespace detail {

/// e^(-i/64) in Q31 for i = 0..1024, by repeated multiplication with e^(-1/64) in Q63.
struct exponential_table {
    uint32_t value[1025]{};

    constexpr exponential_table() noexcept {
        constexpr uint64_t step_q32 = 4'228'380'000;  // e^(-1/64)
        uint64_t power_q32 = uint64_t{1} << 32;
        for (uint32_t& entry : value) {
            entry = static_cast<uint32_t>((power_q32 + 1) >> 1);
            power_q32 = power_q32 == uint64_t{1} << 32 ? step_q32 : (power_q32 * step_q32 + (uint64_t{1} << 31)) >> 32;
        }
    }
};
inline constexpr exponential_table exponentials{};

/// ln(1 + i/64) in Q31 for i = 0..64, by the series of the inverse hyperbolic tangent.
struct logarithm_table {
    uint32_t value[65]{};

    constexpr logarithm_table() noexcept {
        for (uint64_t i = 0; i <= 64; ++i) {
            // ln(1 + x) = 2 * (z + z^3 / 3 + z^5 / 5 + ...), z = x / (2 + x) at most 1/3.
            const uint64_t z = (i << 32) / (128 + i);
            const uint64_t square = (z * z) >> 32;
            uint64_t power = z, sum = 0;
            for (uint64_t n = 1; n < 24; n += 2, power = (power * square) >> 32) sum += power / n;
            value[i] = static_cast<uint32_t>(sum);
        }
    }
};
inline constexpr logarithm_table logarithms{};

/// ln((1 + fraction) * 2^e) in Q16; `fraction` in Q23.
[[nodiscard]] constexpr int32_t log_q16_of(uint32_t e, uint32_t fraction) noexcept {
    const auto& table = logarithms.value;
    const uint32_t step = fraction >> 17;
    const uint64_t rise = (uint64_t{table[step + 1]} - table[step]) * (fraction & 0x1ffff);
    constexpr uint64_t ln_2_q31 = 1'488'522'236;
    return static_cast<int32_t>((e * ln_2_q31 + table[step] + (rise >> 17) + (1U << 14)) >> 15);
}

}  // namespace detail

/// e^-x in Q31, for x in Q16: a table of steps of 1/64, interpolated; 16 and more count as 16. Absolute error below 2^-15
/// (h^2 / 8 of the interpolation); never rises as x does.
[[nodiscard]] constexpr uint32_t exp_minus_q31(uint64_t x_q16) noexcept {
    constexpr uint64_t last = 1024;
    const uint64_t step = x_q16 >> 10;
    const auto& table = detail::exponentials.value;
    if (step >= last) return table[last];
    const uint64_t fall = (uint64_t{table[step]} - table[step + 1]) * (x_q16 & 1023);
    return static_cast<uint32_t>(table[step] - (fall >> 10));
}

/// Logistic function of a logit in Q16, in Q15: 1 / (1 + e^-x). Absolute error below 2^-15; never falls as x rises;
/// sigmoid(-x) = 1 - sigmoid(x).
[[nodiscard]] constexpr int32_t sigmoid_q15(int64_t logit_q16) noexcept {
    const auto sign = static_cast<uint64_t>(logit_q16 >> 63);  // all ones or 0; without a branch, since signs are hard to predict
    const uint64_t one_q31 = uint64_t{1} << 31;
    const uint64_t below = one_q31 + exp_minus_q31((static_cast<uint64_t>(logit_q16) ^ sign) - sign);
    const uint64_t positive = ((one_q31 << 15) + below / 2) / below;
    return static_cast<int32_t>((positive ^ sign) - sign + (one_q15 & sign));
}

/// Exponential linear unit (alpha 1) of a value in Q12, in Q12: x from 0 up, e^x - 1 below.
[[nodiscard]] constexpr int32_t elu_q12(int32_t x_q12) noexcept {
    if (x_q12 >= 0) return x_q12;
    const uint32_t e_q31 = exp_minus_q31(static_cast<uint64_t>(-int64_t{x_q12}) << 4);
    return static_cast<int32_t>((e_q31 + (1U << 18)) >> 19) - (1 << 12);
}

/// sign(x) * ln(1 + |x|) in Q16 of the float with these bits: NaN counts as 0, infinity as the largest float. Absolute error
/// below 2^-14. From the bits, by integers: 1 + |x| as a mantissa of 24 bits (cut) and an exponent, then a table.
[[nodiscard]] constexpr int32_t sign_log_q16(uint32_t bits) noexcept {
    const uint32_t magnitude = bits & 0x7fffffff;
    constexpr uint32_t infinity = 0x7f800000;
    if (magnitude > infinity) return 0;
    int32_t e = static_cast<int32_t>(magnitude >> 23) - 127;
    uint32_t mantissa = (magnitude & 0x7fffff) | 0x800000;
    if (magnitude == infinity) e = 127, mantissa = 0xffffff;
    if (e < 0) {
        mantissa = 0x800000 + (e <= -24 ? 0 : mantissa >> -e);
        e = 0;
    } else if (e < 24) {
        mantissa += 0x800000U >> e;
        if (mantissa >= 0x1000000) mantissa >>= 1, ++e;
    }
    const int32_t log_q16 = detail::log_q16_of(static_cast<uint32_t>(e), mantissa & 0x7fffff);
    return bits >> 31 != 0 ? -log_q16 : log_q16;
}

/// ln(1 + x) in Q16 of a whole number: what sign_log_q16 gives, from 64 bits. Never falls as x rises.
[[nodiscard]] constexpr int32_t log_q16(uint64_t x) noexcept {
    if (x == UINT64_MAX) --x;
    ++x;
    uint32_t e = 0;
    while (x >> e >> 1 != 0) ++e;
    const auto fraction = static_cast<uint32_t>((e >= 23 ? x >> (e - 23) : x << (23 - e)) & 0x7fffff);
    return detail::log_q16_of(e, fraction);
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
