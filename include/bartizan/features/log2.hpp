// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_LOG2_HPP
#define BARTIZAN_FEATURES_LOG2_HPP

#include "../core/config.hpp"

namespace BARTIZAN_NAMESPACE::features {

/// Fraction bits of `log2_q24`.
inline constexpr unsigned log2_fraction_bits = 24;

namespace detail {

inline constexpr unsigned log2_table_bits = 8;

/// log2(1 + i/256) in Q24 for i = 0..256, found by repeated squaring: each squaring of a mantissa in [1, 2) yields one more
/// bit of its logarithm. 64-bit integers only, so every compiler makes the same table.
struct log2_table {
    uint32_t value[(1U << log2_table_bits) + 1]{};

    constexpr log2_table() noexcept {
        for (uint32_t i = 0; i < 1U << log2_table_bits; ++i) {
            uint64_t mantissa_q31 = (uint64_t{1} << 31) + (uint64_t{i} << (31 - log2_table_bits));
            uint32_t logarithm = 0;
            // One bit more than is kept, to round.
            for (unsigned bit = 0; bit < log2_fraction_bits + 1; ++bit) {
                mantissa_q31 = (mantissa_q31 * mantissa_q31) >> 31;
                logarithm <<= 1;
                if (mantissa_q31 >> 32 != 0) {
                    logarithm |= 1;
                    mantissa_q31 >>= 1;
                }
            }
            value[i] = (logarithm + 1) >> 1;
        }
        value[1U << log2_table_bits] = 1U << log2_fraction_bits;
    }
};

inline constexpr log2_table log2_of_mantissa{};

/// Position of the highest set bit; `n` must not be 0.
[[nodiscard]] constexpr unsigned highest_bit(uint32_t n) noexcept {
#if defined(__GNUC__)
    return 31U - static_cast<unsigned>(__builtin_clz(n));
#else
    unsigned position = 0;
    for (unsigned step = 16; step != 0; step >>= 1) {
        if (n >> step != 0) {
            n >>= step;
            position += step;
        }
    }
    return position;
#endif
}

}  // namespace detail

/// log2(n) in Q24 by table and linear interpolation; 0 for n = 0. Absolute error at most 2^-18 (the interpolation's
/// h^2/8 * log2(e) with h = 2^-8 is 2^-18.5; table rounding adds 2^-24). Exact for powers of two.
[[nodiscard]] constexpr uint32_t log2_q24(uint32_t n) noexcept {
    using namespace detail;
    if (n == 0) return 0;
    const unsigned exponent = highest_bit(n);
    const uint32_t mantissa_q31 = n << (31 - exponent);  // the leading one is bit 31
    const uint32_t index = (mantissa_q31 << 1) >> (32 - log2_table_bits);
    constexpr unsigned rest_bits = 31 - log2_table_bits;
    const uint64_t rest = mantissa_q31 & ((1U << rest_bits) - 1);
    const uint32_t low = log2_of_mantissa.value[index];
    const uint64_t step = log2_of_mantissa.value[index + 1] - low;
    return (exponent << log2_fraction_bits) + low + static_cast<uint32_t>((step * rest) >> rest_bits);
}

}  // namespace BARTIZAN_NAMESPACE::features

#endif
