// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_FLOAT_QUANTISER_HPP
#define BARTIZAN_NN_FLOAT_QUANTISER_HPP

#include "fixed_point.hpp"
#include "kernels/operands.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// float32 features on their way into the network. Each feature i has a power of two p, a multiplier m (-2^15 < m < 2^15) and an
/// offset:
///     v = x * p cut to an integer towards zero, in -32768..32767      (NaN counts as 0)
///     activation = (v * m + offset) >> 16, in 0..127
/// The product by a power of two is exact and the cut needs no rounding, so the result is the same for every rounding mode,
/// denormal mode, contraction and excess precision: integers from the feature's bits on. offset = (activation at 0, which may lie
/// outside 0..127) * 2^16 + 2^15, of magnitude below 2^30.
/// A logarithmic feature is first mapped to sign(x) * ln(1 + |x|) in Q16, see sign_log_q16; its power is 2^0 to 2^16.
struct float_quantiser {
    uint32_t count = 0;
    const uint8_t* powers = nullptr;       ///< float32 each
    const uint8_t* multipliers = nullptr;  ///< i32 each
    const uint8_t* offsets = nullptr;      ///< i32 each
    const uint8_t* logarithmic = nullptr;  ///< u16 each: the logarithmic features, ascending
    uint32_t logarithmic_count = 0;

    static constexpr uint32_t shift = 16;
    static constexpr int32_t lowest = -32768;
    static constexpr int32_t highest = 32767;

    [[nodiscard]] constexpr int32_t exponent(uint32_t i) const noexcept {
        return static_cast<int32_t>(static_cast<uint32_t>(load_i32(powers + i * 4)) >> 23) - 127;
    }

    [[nodiscard]] constexpr uint8_t from_fixed(uint32_t i, int32_t v) const noexcept {
        const int32_t a = (v * load_i32(multipliers + i * 4) + load_i32(offsets + i * 4)) >> shift;
        return static_cast<uint8_t>(a < 0 ? 0 : a > 127 ? 127 : a);
    }

    /// Activation of a linear feature, from its bits.
    [[nodiscard]] constexpr uint8_t linear(uint32_t i, uint32_t bits) const noexcept {
        return from_fixed(i, cut(bits, exponent(i)));
    }

    /// Activation of a logarithmic feature, from its bits.
    [[nodiscard]] constexpr uint8_t logarithm(uint32_t i, uint32_t bits) const noexcept {
        const int32_t v = sign_log_q16(bits) / (1 << (16 - exponent(i)));
        return from_fixed(i, v < lowest ? lowest : v > highest ? highest : v);
    }

    /// The float with these bits times 2^p, cut to an integer towards zero, in -32768..32767.
    [[nodiscard]] static constexpr int32_t cut(uint32_t bits, int32_t p) noexcept {
        const bool negative = bits >> 31 != 0;
        const auto exponent = static_cast<int32_t>(bits >> 23 & 0xff);
        const uint32_t fraction = bits & 0x7fffff;
        if (exponent == 0xff) return fraction != 0 ? 0 : negative ? lowest : highest;
        const int32_t e = exponent - 127 + p;  // a denormal is below 2^-126, and p at most 126: nothing is left of it
        if (exponent == 0 || e < 0) return 0;
        if (e >= 15) return negative ? lowest : highest;
        const auto magnitude = static_cast<int32_t>((fraction | 0x800000) >> (23 - e));
        return negative ? -magnitude : magnitude;
    }
};

/// Rows of float features, and where their activations go.
struct float_rows {
    const float* x = nullptr;  ///< any alignment
    uint64_t x_stride = 0;     ///< numbers from one row to the next
    uint32_t rows = 1;
    uint8_t* out = nullptr;
    uint64_t out_stride = 0;   ///< bytes
};

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
