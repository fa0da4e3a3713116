// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_KERNELS_AVX2_HPP
#define BARTIZAN_NN_KERNELS_AVX2_HPP

#include "../isa.hpp"
#include "scalar.hpp"

#if BARTIZAN_NN_X86
#include <immintrin.h>
#include <string.h>

#define BARTIZAN_AVX2 BARTIZAN_NN_TARGET("avx2")

namespace BARTIZAN_NAMESPACE::nn {

/// Eight four-byte dot products added to `sums`, by AVX2. Activations of at most 127 keep every pair sum of maddubs
/// (127 * 127 * 2 = 32,258) within 16 bits, so nothing saturates and the sums are those of the scalar kernel.
struct avx2_madd {
    BARTIZAN_AVX2 BARTIZAN_NN_INLINE static void add(__m256i& sums, __m256i x, __m256i w) noexcept {
        sums = _mm256_add_epi32(sums, _mm256_madd_epi16(_mm256_maddubs_epi16(x, w), _mm256_set1_epi16(1)));
    }
};

/// The same by one instruction of AVX-VNNI; assembly, so that one tile serves both steps.
struct avx2_vnni {
    BARTIZAN_AVX2 BARTIZAN_NN_INLINE static void add(__m256i& sums, __m256i x, __m256i w) noexcept {
#if defined(__GNUC__) || defined(__clang__)
        __asm__("%{vex%} vpdpbusd %2, %1, %0" : "+x"(sums) : "x"(x), "x"(w));
#else
        sums = _mm256_dpbusd_avx_epi32(sums, x, w);
#endif
    }
};

/// The primitives (kernels/scalar.hpp) with AVX2; `Dot` is the step of the dot products. A vector of sixteen outputs is two registers.
template <class Dot>
struct avx2_kernel {
    static constexpr uint32_t batch_rows = 4;
    static constexpr uint32_t batch_vectors = 1;

    template <unsigned Rows, unsigned Vectors>
    BARTIZAN_AVX2 static void tile(const tile_operands& t) noexcept {
        constexpr unsigned registers = 2 * Vectors, count = Rows * registers;
        __m256i sums[count];
        start<count, registers>(sums, t.start);
        const uint8_t* x = t.x;
        const uint8_t* w = t.weights;
        for (uint32_t g = 0; g < t.groups; ++g, x += packed_inputs, w += t.group_bytes) add_rows<Rows, registers>(sums, x, t.x_stride, w);
        finish<count, registers>(sums, t.sums, t.sums_stride);
    }

    template <unsigned Vectors>
    BARTIZAN_AVX2 static void change(const change_operands& c) noexcept {
        for (unsigned v = 0; v < Vectors; ++v) {
            __m256i now[2], before[2];
            int32_t* const sums = c.sums + v * packed_outputs;
            start<2, 2>(now, reinterpret_cast<const uint8_t*>(sums));
            clear<2>(before);
            for (uint32_t k = 0; k < c.count; ++k) {
                const uint64_t g = c.groups[k];
                const uint8_t* const w = c.weights + g * c.group_bytes + v * 64;
                add_row<2>(now, broadcast(c.x + g * packed_inputs), w);
                add_row<2>(before, broadcast(c.old + g * packed_inputs), w);
            }
            subtract<2>(now, before);
            finish<2, 2>(now, sums, 0);
        }
    }

    BARTIZAN_AVX2 static int32_t dot(const uint8_t* x, const uint8_t* w, uint32_t size) noexcept {
        __m256i even = _mm256_setzero_si256(), odd = even;
        uint32_t i = 0;
        for (; i + 64 <= size; i += 64) {
            Dot::add(even, load(x + i), load(w + i));
            Dot::add(odd, load(x + i + 32), load(w + i + 32));
        }
        const __m256i all = _mm256_add_epi32(even, odd);
        __m128i four = _mm_add_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
        four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
        four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0xb1));
        return _mm_cvtsi128_si32(four) + scalar_kernel::dot(x + i, w + i, size - i);
    }

    BARTIZAN_AVX2 static void relu(const int32_t* sums, const uint8_t* multipliers, uint32_t shift, uint8_t* out, uint32_t count) noexcept {
        for (uint32_t o = 0; o < count; o += packed_outputs) {
            const __m256i low = cut_to_seven_bits(load(sums + o), load(multipliers + uint64_t{o} * 4), shift);
            const __m256i high = cut_to_seven_bits(load(sums + o + 8), load(multipliers + uint64_t{o} * 4 + 32), shift);
            const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xd8);
            const __m128i packed = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out + o), packed);
        }
    }

    BARTIZAN_AVX2 static void quantise(const float_rows& f, const float_quantiser& q) noexcept {
        for (uint32_t r = 0; r < f.rows; ++r) quantise_row(f.x + r * f.x_stride, q, f.out + r * f.out_stride);
    }

    BARTIZAN_AVX2 static void quantise_row(const float* x, const float_quantiser& q, uint8_t* out) noexcept {
        uint32_t i = 0;
        for (; i + 8 <= q.count; i += 8) {
            const __m256 value = _mm256_loadu_ps(x + i);
            const __m256 number = _mm256_and_ps(value, _mm256_cmp_ps(value, value, _CMP_ORD_Q));
            const __m256 product = _mm256_mul_ps(number, _mm256_castsi256_ps(load(q.powers + uint64_t{i} * 4)));
            const __m256 within = _mm256_max_ps(_mm256_min_ps(product, _mm256_set1_ps(32767)), _mm256_set1_ps(-32768));
            const __m256i scaled = _mm256_mullo_epi32(_mm256_cvttps_epi32(within), load(q.multipliers + uint64_t{i} * 4));
            const __m256i a = _mm256_srai_epi32(_mm256_add_epi32(scaled, load(q.offsets + uint64_t{i} * 4)), float_quantiser::shift);
            const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
            const __m128i cut = _mm_min_epu8(_mm_packus_epi16(words, words), _mm_set1_epi8(127));
            _mm_storel_epi64(reinterpret_cast<__m128i*>(out + i), cut);
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
    BARTIZAN_AVX2 BARTIZAN_NN_INLINE static __m256i load(const void* p) noexcept { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
    BARTIZAN_AVX2 BARTIZAN_NN_INLINE static void store(int32_t* p, __m256i x) noexcept { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), x); }
    BARTIZAN_AVX2 BARTIZAN_NN_INLINE static __m256i broadcast(const uint8_t* group) noexcept {
        int32_t four = 0;
        memcpy(&four, group, sizeof four);
        return _mm256_set1_epi32(four);
    }

    // Recursion instead of loops: the compiler keeps an array in registers only if every index is a constant before it looks.
    template <unsigned Count, unsigned Registers, unsigned I = 0>
    BARTIZAN_AVX2 BARTIZAN_NN_INLINE static void start(__m256i* to, const uint8_t* from) noexcept {
        to[I] = load(from + I % Registers * 32);
        if constexpr (I + 1 < Count) start<Count, Registers, I + 1>(to, from);
    }
    template <unsigned Count, unsigned I = 0>
    BARTIZAN_AVX2 BARTIZAN_NN_INLINE static void clear(__m256i* to) noexcept {
        to[I] = _mm256_setzero_si256();
        if constexpr (I + 1 < Count) clear<Count, I + 1>(to);
    }
    template <unsigned Count, unsigned I = 0>
    BARTIZAN_AVX2 BARTIZAN_NN_INLINE static void subtract(__m256i* to, const __m256i* from) noexcept {
        to[I] = _mm256_sub_epi32(to[I], from[I]);
        if constexpr (I + 1 < Count) subtract<Count, I + 1>(to, from);
    }
    template <unsigned Count, unsigned Registers, unsigned I = 0>
    BARTIZAN_AVX2 BARTIZAN_NN_INLINE static void finish(const __m256i* sums, int32_t* to, uint64_t stride) noexcept {
        store(to + I / Registers * stride + I % Registers * 8, sums[I]);
        if constexpr (I + 1 < Count) finish<Count, Registers, I + 1>(sums, to, stride);
    }
    template <unsigned Registers, unsigned V = 0>
    BARTIZAN_AVX2 BARTIZAN_NN_INLINE static void add_row(__m256i* sums, __m256i group, const uint8_t* w) noexcept {
        Dot::add(sums[V], group, load(w + V * 32));
        if constexpr (V + 1 < Registers) add_row<Registers, V + 1>(sums, group, w);
    }
    template <unsigned Rows, unsigned Registers, unsigned R = 0>
    BARTIZAN_AVX2 BARTIZAN_NN_INLINE static void add_rows(__m256i* sums, const uint8_t* x, uint64_t stride, const uint8_t* w) noexcept {
        add_row<Registers>(sums + R * Registers, broadcast(x + R * stride), w);
        if constexpr (R + 1 < Rows) add_rows<Rows, Registers, R + 1>(sums, x, stride, w);
    }

    /// A negative sum ends as 0 like a zero sum, so unsigned products will do.
    BARTIZAN_AVX2 static __m256i cut_to_seven_bits(__m256i sums, __m256i multipliers, uint32_t shift) noexcept {
        const __m256i half = _mm256_set1_epi64x(int64_t{1} << (shift - 1));
        const __m128i by = _mm_cvtsi32_si128(static_cast<int>(shift));
        const __m256i s = _mm256_max_epi32(sums, _mm256_setzero_si256());
        const __m256i even = _mm256_srl_epi64(_mm256_add_epi64(_mm256_mul_epu32(s, multipliers), half), by);
        const __m256i odd_product = _mm256_mul_epu32(_mm256_srli_epi64(s, 32), _mm256_srli_epi64(multipliers, 32));
        const __m256i odd = _mm256_srl_epi64(_mm256_add_epi64(odd_product, half), by);
        const __m256i both = _mm256_or_si256(even, _mm256_slli_epi64(odd, 32));
        return _mm256_min_epu32(both, _mm256_set1_epi32(127));
    }
};

using avx2_madd_kernel = avx2_kernel<avx2_madd>;
using avx_vnni_kernel = avx2_kernel<avx2_vnni>;

}  // namespace BARTIZAN_NAMESPACE::nn

#endif

#endif
