// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_SIMD_XSIMD_KERNEL_HPP
#define BARTIZAN_NN_SIMD_XSIMD_KERNEL_HPP

#include <xsimd/xsimd.hpp>

#include "../kernels.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// The primitives (kernels/scalar.hpp) on whatever xsimd was built for (SSE2 at x86-64's baseline, NEON, SVE, VSX ...): the
/// portable vector path, for processors that have no kernel of their own here. Not part of bartizan.hpp, since it includes
/// xsimd. Use it as `kernels::of<xsimd_kernel>()`. xsimd's choice follows the flags of the translation unit.
struct xsimd_kernel {
    using words = xsimd::batch<int16_t>;
    using numbers = xsimd::batch<int32_t>;
    static_assert(words::size % 2 == 0 && packed_outputs * 2 % words::size == 0, "a vector of sixteen outputs is whole registers");

    static constexpr uint32_t batch_rows = 2;
    static constexpr uint32_t batch_vectors = 1;

    template <unsigned Rows, unsigned Vectors>
    static void tile(const tile_operands& t) noexcept {
        // One register of 16-bit words holds the bytes of words::size / 2 outputs' groups.
        constexpr uint32_t step = words::size / 2;
        for (unsigned r = 0; r < Rows; ++r) {
            for (uint32_t o = 0; o < Vectors * packed_outputs; o += step) {
                int32_t* const sums = t.sums + r * t.sums_stride + o;
                numbers sum(0);
                for (uint32_t g = 0; g < t.groups; ++g)
                    sum += four_products(t.x + r * t.x_stride + g * packed_inputs, t.weights + g * t.group_bytes + o * packed_inputs);
                sum.store_unaligned(sums);
                for (uint32_t k = 0; k < step; ++k) sums[k] += load_i32(t.start + (o + k) * 4);
            }
        }
    }

    template <unsigned Vectors>
    static void change(const change_operands& c) noexcept {
        constexpr uint32_t step = words::size / 2;
        for (uint32_t o = 0; o < Vectors * packed_outputs; o += step) {
            numbers sum = numbers::load_unaligned(c.sums + o);
            for (uint32_t k = 0; k < c.count; ++k) {
                const uint64_t g = c.groups[k];
                const uint8_t* const w = c.weights + g * c.group_bytes + o * packed_inputs;
                sum += four_products(c.x + g * packed_inputs, w) - four_products(c.old + g * packed_inputs, w);
            }
            sum.store_unaligned(c.sums + o);
        }
    }

    static int32_t dot(const uint8_t* x, const uint8_t* w, uint32_t size) noexcept { return scalar_kernel::dot(x, w, size); }
    static void relu(const int32_t* sums, const uint8_t* multipliers, uint32_t shift, uint8_t* out, uint32_t count) noexcept {
        scalar_kernel::relu(sums, multipliers, shift, out, count);
    }
    static void quantise(const float_rows& f, const float_quantiser& q) noexcept { scalar_kernel::quantise(f, q); }
    static uint32_t active(const uint8_t* x, const uint8_t* rest, uint32_t groups, uint32_t* list) noexcept {
        return scalar_kernel::active(x, rest, groups, list);
    }
    static uint32_t reaching(const int32_t* x, const int32_t* least, uint32_t count, uint32_t* list) noexcept {
        return scalar_kernel::reaching(x, least, count, list);
    }

  private:
    /// For words::size / 2 outputs, the dot product of four activations and four weights. Each 16-bit word holds two weights; two products
    /// of seven and eight bits (127 * 127 * 2 = 32,258) fit in one.
    static numbers four_products(const uint8_t* x, const uint8_t* w) noexcept {
        const auto even = static_cast<int32_t>(uint32_t{x[0]} | uint32_t{x[2]} << 16);
        const auto odd = static_cast<int32_t>(uint32_t{x[1]} | uint32_t{x[3]} << 16);
        int16_t raw[words::size];
        memcpy(raw, w, sizeof raw);
        const words weights = words::load_unaligned(raw);
        const words even_weights = (weights << 8) >> 8;
        const words odd_weights = weights >> 8;
        const words pairs = even_weights * xsimd::bitwise_cast<words>(numbers(even)) + odd_weights * xsimd::bitwise_cast<words>(numbers(odd));
        const numbers both = xsimd::bitwise_cast<numbers>(pairs);
        return ((both << 16) >> 16) + (both >> 16);
    }
};

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
