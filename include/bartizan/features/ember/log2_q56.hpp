// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_LOG2_Q56_HPP
#define BARTIZAN_FEATURES_EMBER_LOG2_Q56_HPP

#include "../log2.hpp"

/// A logarithm fine enough to round to single precision, in 64-bit integers: no C library, no rounding mode, no contraction and no
/// wider register can change it.
namespace BARTIZAN_NAMESPACE::features {

namespace detail {

inline constexpr uint64_t two_over_ln2_q59 = 0x171547652b82fe17;  // floor(2 / ln 2 * 2^59)

/// log2(n + 1) - log2(n) in Q59, for n > 0: 2 / ln 2 * atanh(1 / (2n + 1)) as a series of integer divisions.
[[nodiscard]] constexpr uint64_t log2_growth_q59(uint64_t n) noexcept {
    const uint64_t odd = 2 * n + 1;
    uint64_t power = two_over_ln2_q59 / odd;
    uint64_t sum = 0;
    for (uint64_t k = 1; power != 0; k += 2, power /= odd * odd) sum += power / k;
    return sum;
}

/// log2(1 + i/256) in Q56 for i = 0..255.
struct log2_q56_table {
    uint64_t value[1U << log2_table_bits]{};

    constexpr log2_q56_table() noexcept {
        uint64_t logarithm_q59 = 0;
        for (uint64_t i = 0; i < 1U << log2_table_bits; ++i) {
            value[i] = logarithm_q59 >> 3;
            logarithm_q59 += log2_growth_q59((1U << log2_table_bits) + i);
        }
    }
};

inline constexpr log2_q56_table log2_q56_of_mantissa{};

/// The upper half of the product.
[[nodiscard]] constexpr uint64_t multiply_high(uint64_t a, uint64_t b) noexcept {
    const uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
    const uint64_t one = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
    const uint64_t other = (a & UINT32_MAX) * (b >> 32) + (one & UINT32_MAX);
    return (a >> 32) * (b >> 32) + (one >> 32) + (other >> 32);
}

}  // namespace detail

/// log2(n) in Q56; 0 for n = 0. Absolute error at most 2^-48, nearly all of it the table's. Exact for powers of two.
[[nodiscard]] constexpr uint64_t log2_q56(uint32_t n) noexcept {
    using namespace detail;
    if (n == 0) return 0;
    const unsigned exponent = highest_bit(n);
    const uint64_t mantissa = uint64_t{n} << (31 - exponent);
    const uint64_t index = mantissa >> (31 - log2_table_bits) & ((1U << log2_table_bits) - 1);
    const uint64_t known = uint64_t{(1U << log2_table_bits) + index} << (31 - log2_table_bits);
    // log2(mantissa / known) = 2 / ln 2 * atanh(t) for t = (mantissa - known) / (mantissa + known), which is below 2^-9: the fourth
    // term of the series would be below 2^-65.
    const uint64_t sum = mantissa + known;
    const uint64_t scaled = (mantissa - known) << 40;
    const uint64_t t_q40 = scaled / sum;
    const uint64_t t_q64 = (t_q40 << 24) + ((scaled - t_q40 * sum) << 24) / sum;
    const uint64_t t2_q48 = t_q40 * t_q40 >> 32;
    const uint64_t t3_q64 = t2_q48 * t_q40 >> 24;
    const uint64_t t5_q64 = (t3_q64 >> 8) * t2_q48 >> 40;
    const uint64_t rest_q59 = multiply_high(t_q64 + t3_q64 / 3 + t5_q64 / 5, two_over_ln2_q59);
    return (uint64_t{exponent} << 56) + log2_q56_of_mantissa.value[index] + (rest_q59 >> 3);
}

}  // namespace BARTIZAN_NAMESPACE::features

#endif
