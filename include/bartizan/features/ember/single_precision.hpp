// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_SINGLE_PRECISION_HPP
#define BARTIZAN_FEATURES_EMBER_SINGLE_PRECISION_HPP

#include <bit>

#include "../../core/config.hpp"

/// The vectors' number format, IEEE 754 binary32, rounded where the definition says and nowhere else. A header does not choose the
/// compiler's flags: x87 registers keep more digits than a variable's type, and other compilers fuse a product with a sum.
namespace BARTIZAN_NAMESPACE::features {

inline constexpr unsigned single_mantissa_bits = 24;

/// numerator / denominator * 2^exponent rounded once, ties to even; 0 where either is 0. In integers. Denominators of 2^38 and more
/// lose their lowest bits, the numerator with them; the result must lie within the format's normal numbers.
[[nodiscard]] constexpr float nearest_single(uint64_t numerator, uint64_t denominator = 1, int exponent = 0) noexcept {
    if (numerator == 0) return 0;
    for (; denominator >> 38 != 0; denominator >>= 1) numerator >>= 1;
    if (numerator == 0 || denominator == 0) return 0;
    const int unused = std::countl_zero(numerator);
    numerator <<= unused;
    // At least 26 bits, the lowest of which says that something follows: two bits and more to round away.
    uint64_t quotient = numerator / denominator;
    quotient |= numerator % denominator != 0 ? 1 : 0;
    const unsigned drop = static_cast<unsigned>(std::bit_width(quotient)) - single_mantissa_bits;
    const uint64_t half = uint64_t{1} << (drop - 1);
    const uint64_t rest = quotient & (2 * half - 1);
    uint64_t mantissa = quotient >> drop;
    if (rest > half || (rest == half && (mantissa & 1) != 0)) ++mantissa;
    constexpr int bias = 127;
    const int biased = exponent - unused + static_cast<int>(drop) + static_cast<int>(single_mantissa_bits) - 1 + bias;
    // The leading bit is not stored: added to the exponent, which it raises where rounding made the mantissa a power of two.
    return std::bit_cast<float>((static_cast<uint32_t>(biased - 1) << (single_mantissa_bits - 1)) + static_cast<uint32_t>(mantissa));
}

/// A sum, difference or product of two single-precision numbers in that precision. Rounding x87's 64 bits once more gives the same
/// as rounding the exact result, for they are more than twice the 24 and two.
[[nodiscard]] inline float rounded(float x) noexcept {
    volatile float stored = x;
    return stored;
}

}  // namespace BARTIZAN_NAMESPACE::features

#endif
