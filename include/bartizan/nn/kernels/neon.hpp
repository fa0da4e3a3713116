// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_KERNELS_NEON_HPP
#define BARTIZAN_NN_KERNELS_NEON_HPP

#include "../isa.hpp"
#include "scalar.hpp"

#if BARTIZAN_NN_NEON
#include <arm_neon.h>
#include <string.h>

namespace BARTIZAN_NAMESPACE::nn {

/// Four outputs' four-byte dot products, by ARMv8 multiplications. Two products of seven and eight bits fit 16 bits.
struct neon_multiply {
    struct sums {
        int32x4_t low = vdupq_n_s32(0), high = vdupq_n_s32(0);  ///< pair sums of two outputs each
    };
    static void add(sums& s, int8x16_t x, int8x16_t w) noexcept {
        s.low = vpadalq_s16(s.low, vmull_s8(vget_low_s8(x), vget_low_s8(w)));
        s.high = vpadalq_s16(s.high, vmull_high_s8(x, w));
    }
    [[nodiscard]] static int32x4_t total(const sums& s) noexcept { return vpaddq_s32(s.low, s.high); }
};

#if BARTIZAN_NN_NEON_DOT
/// The same by one instruction of ARMv8.2. Activations have seven bits, so the signed form serves. Assembly names the extension,
/// so that no function needs a target attribute.
struct neon_dot_product {
    struct sums {
        int32x4_t all = vdupq_n_s32(0);
    };
    static void add(sums& s, int8x16_t x, int8x16_t w) noexcept {
#if defined(__GNUC__) || defined(__clang__)
        __asm__(".arch armv8.2-a+dotprod\n\tsdot %0.4s, %1.16b, %2.16b" : "+w"(s.all) : "w"(w), "w"(x));
#else
        s.all = vdotq_s32(s.all, w, x);
#endif
    }
    [[nodiscard]] static int32x4_t total(const sums& s) noexcept { return s.all; }
};
#endif

/// The primitives (kernels/scalar.hpp) with NEON; `Dot` is the step of the dot products. A vector of sixteen outputs is four registers.
template <class Dot>
struct neon_kernel {
    static constexpr uint32_t batch_rows = 4;
    static constexpr uint32_t batch_vectors = 1;

    template <unsigned Rows, unsigned Vectors>
    static void tile(const tile_operands& t) noexcept {
        constexpr unsigned registers = 4 * Vectors;
        typename Dot::sums sums[Rows][registers];
        for (uint32_t g = 0; g < t.groups; ++g) {
            for (unsigned r = 0; r < Rows; ++r) {
                const int8x16_t x = broadcast(t.x + r * t.x_stride + g * packed_inputs);
                for (unsigned v = 0; v < registers; ++v) Dot::add(sums[r][v], x, load(t.weights + g * t.group_bytes + v * 16));
            }
        }
        for (unsigned r = 0; r < Rows; ++r) {
            for (unsigned v = 0; v < registers; ++v) {
                const int32x4_t start = vreinterpretq_s32_u8(vld1q_u8(t.start + v * 16));
                vst1q_s32(t.sums + r * t.sums_stride + v * 4, vaddq_s32(start, Dot::total(sums[r][v])));
            }
        }
    }

    template <unsigned Vectors>
    static void change(const change_operands& c) noexcept {
        for (unsigned v = 0; v < 4 * Vectors; ++v) {
            typename Dot::sums now, before;
            for (uint32_t k = 0; k < c.count; ++k) {
                const uint64_t g = c.groups[k];
                const int8x16_t w = load(c.weights + g * c.group_bytes + v * 16);
                Dot::add(now, broadcast(c.x + g * packed_inputs), w);
                Dot::add(before, broadcast(c.old + g * packed_inputs), w);
            }
            int32_t* const sums = c.sums + v * 4;
            vst1q_s32(sums, vaddq_s32(vld1q_s32(sums), vsubq_s32(Dot::total(now), Dot::total(before))));
        }
    }

    static int32_t dot(const uint8_t* x, const uint8_t* w, uint32_t size) noexcept {
        typename Dot::sums sums;
        uint32_t i = 0;
        for (; i + 16 <= size; i += 16) Dot::add(sums, load(x + i), load(w + i));
        return vaddvq_s32(Dot::total(sums)) + scalar_kernel::dot(x + i, w + i, size - i);
    }

    static void relu(const int32_t* sums, const uint8_t* multipliers, uint32_t shift, uint8_t* out, uint32_t count) noexcept {
        const int64x2_t by = vdupq_n_s64(-static_cast<int64_t>(shift));  // a rounding shift to the left by a negative number
        for (uint32_t o = 0; o < count; o += 8) {
            uint16x4_t words[2];
            for (unsigned h = 0; h < 2; ++h) {
                const uint32x4_t s = vreinterpretq_u32_s32(vmaxq_s32(vld1q_s32(sums + o + h * 4), vdupq_n_s32(0)));
                const uint32x4_t m = vreinterpretq_u32_u8(vld1q_u8(multipliers + (uint64_t{o} + h * 4) * 4));
                const uint64x2_t low = vrshlq_u64(vmull_u32(vget_low_u32(s), vget_low_u32(m)), by);
                const uint64x2_t high = vrshlq_u64(vmull_high_u32(s, m), by);
                words[h] = vqmovn_u32(vcombine_u32(vmovn_u64(low), vmovn_u64(high)));
            }
            vst1_u8(out + o, vmin_u8(vqmovn_u16(vcombine_u16(words[0], words[1])), vdup_n_u8(127)));
        }
    }

    static void quantise(const float_rows& f, const float_quantiser& q) noexcept {
        for (uint32_t r = 0; r < f.rows; ++r) quantise_row(f.x + r * f.x_stride, q, f.out + r * f.out_stride);
    }

    static void quantise_row(const float* x, const float_quantiser& q, uint8_t* out) noexcept {
        uint32_t i = 0;
        for (; i + 8 <= q.count; i += 8) {
            int16x4_t words[2];
            for (unsigned h = 0; h < 2; ++h) {
                const uint64_t at = (uint64_t{i} + h * 4) * 4;
                // Conversion saturates and takes NaN for 0, which is what the quantiser asks for.
                const float32x4_t product = vmulq_f32(vld1q_f32(x + i + h * 4), vreinterpretq_f32_u8(vld1q_u8(q.powers + at)));
                const int32x4_t v = vmaxq_s32(vminq_s32(vcvtq_s32_f32(product), vdupq_n_s32(32767)), vdupq_n_s32(-32768));
                const int32x4_t m = vreinterpretq_s32_u8(vld1q_u8(q.multipliers + at)), offset = vreinterpretq_s32_u8(vld1q_u8(q.offsets + at));
                words[h] = vqmovn_s32(vshrq_n_s32(vmlaq_s32(offset, v, m), 16));
            }
            vst1_u8(out + i, vmin_u8(vqmovun_s16(vcombine_s16(words[0], words[1])), vdup_n_u8(127)));
        }
        scalar_kernel::quantise_from(i, x, q, out);
    }

    static uint32_t active(const uint8_t* x, const uint8_t* rest, uint32_t groups, uint32_t* list) noexcept {
        return scalar_kernel::active(x, rest, groups, list);
    }
    static uint32_t reaching(const int32_t* x, const int32_t* least, uint32_t count, uint32_t* list) noexcept {
        return scalar_kernel::reaching(x, least, count, list);
    }

  private:
    static int8x16_t load(const uint8_t* p) noexcept { return vreinterpretq_s8_u8(vld1q_u8(p)); }
    static int8x16_t broadcast(const uint8_t* group) noexcept {
        uint32_t four = 0;
        memcpy(&four, group, sizeof four);
        return vreinterpretq_s8_u32(vdupq_n_u32(four));
    }
};

using neon_multiply_kernel = neon_kernel<neon_multiply>;
#if BARTIZAN_NN_NEON_DOT
using neon_dot_kernel = neon_kernel<neon_dot_product>;
#endif

}  // namespace BARTIZAN_NAMESPACE::nn

#endif

#endif
