// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_KERNELS_AVX512_HPP
#define BARTIZAN_NN_KERNELS_AVX512_HPP

#include "../float_quantiser.hpp"
#include "../isa.hpp"
#include "operands.hpp"

#if BARTIZAN_NN_X86
#include <immintrin.h>
#include <string.h>

// GCC 12's own intrinsics read a variable that they leave unset on purpose, and warn of it where they are inlined.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#define BARTIZAN_AVX512 BARTIZAN_NN_TARGET("avx512f,avx512bw,avx512vl,avx512dq,popcnt")

namespace BARTIZAN_NAMESPACE::nn {

/// Sixteen four-byte dot products added to `sums`, by AVX-512 BW. Activations of at most 127 keep every pair sum of maddubs
/// (127 * 127 * 2 = 32,258) within 16 bits, so nothing saturates and the sums are those of the scalar kernel.
struct avx512_madd {
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void add(__m512i& sums, __m512i x, __m512i w) noexcept {
        sums = _mm512_add_epi32(sums, _mm512_madd_epi16(_mm512_maddubs_epi16(x, w), _mm512_set1_epi16(1)));
    }
};

/// The same by one instruction. Written as assembly since GCC 12 copies and spills every accumulator of a tile of intrinsics
/// (twice the time), and so that one tile serves both steps: assembly asks for no target.
struct avx512_vnni {
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void add(__m512i& sums, __m512i x, __m512i w) noexcept {
#if defined(__GNUC__) || defined(__clang__)
        __asm__("vpdpbusd %2, %1, %0" : "+v"(sums) : "v"(x), "v"(w));
#else
        sums = _mm512_dpbusd_epi32(sums, x, w);
#endif
    }
};

/// The primitives (kernels/scalar.hpp) with AVX-512; `Dot` is the step of the dot products.
template <class Dot>
struct avx512_kernel {
    static constexpr uint32_t batch_rows = 6;
    static constexpr uint32_t batch_vectors = 4;

    template <unsigned Rows, unsigned Vectors>
    BARTIZAN_AVX512 static void tile(const tile_operands& t) noexcept {
        __m512i sums[Rows * Vectors];
        add_tile<Rows, Vectors>(sums, t);
        finish<Rows * Vectors, Vectors>(sums, t);
    }

    /// The same with a ReLU straight from the registers.
    template <unsigned Rows, unsigned Vectors>
    BARTIZAN_AVX512 static void tile_relu(const tile_operands& t, const relu_operands& r) noexcept {
        __m512i sums[Rows * Vectors];
        add_tile<Rows, Vectors>(sums, t);
        if constexpr (Vectors == 4) {
            if (r.shift > 32) return finish_relu<Rows>(sums, relu_64(r.multipliers, r.shift), r);
        }
        finish<Rows * Vectors, Vectors>(sums, t);
        for (uint32_t k = 0; k < Rows; ++k) relu(t.sums + k * t.sums_stride, r.multipliers, r.shift, r.out + k * r.out_stride, Vectors * packed_outputs);
    }

    template <unsigned Vectors>
    BARTIZAN_AVX512 static void change(const change_operands& c) noexcept {
        __m512i now[Vectors], before[Vectors];
        start<Vectors, Vectors>(now, reinterpret_cast<const uint8_t*>(c.sums));
        clear<Vectors>(before);
        for (uint32_t k = 0; k < c.count; ++k) {
            const uint64_t g = c.groups[k];
            __m512i w[Vectors];
            start<Vectors, Vectors>(w, c.weights + g * c.group_bytes);
            add_row<Vectors>(now, broadcast(c.x + g * packed_inputs), w);
            add_row<Vectors>(before, broadcast(c.old + g * packed_inputs), w);
        }
        subtract<Vectors>(now, before);
        finish<Vectors, Vectors>(now, {nullptr, 0, nullptr, 0, nullptr, c.sums, 0, 0, false});
    }

    BARTIZAN_AVX512 static void dot_pair(const uint8_t* x, const uint8_t* w, const uint8_t* other, uint32_t size, int32_t* out) noexcept {
        __m512i sums[4];  // two for each, which hides their latency
        clear<4>(sums);
        uint32_t i = 0;
        for (; i + 128 <= size; i += 128) {
            add_pair(sums, _mm512_loadu_si512(x + i), _mm512_loadu_si512(w + i), _mm512_loadu_si512(other + i));
            add_pair(sums + 2, _mm512_loadu_si512(x + i + 64), _mm512_loadu_si512(w + i + 64), _mm512_loadu_si512(other + i + 64));
        }
        for (; i < size; i += 64) {
            const __mmask16 lanes = first_lanes((size - i) / 4);
            add_pair(sums, _mm512_maskz_loadu_epi32(lanes, x + i), _mm512_maskz_loadu_epi32(lanes, w + i), _mm512_maskz_loadu_epi32(lanes, other + i));
        }
        merge<2>(sums, sums + 2);
        out[0] = _mm512_reduce_add_epi32(sums[0]);
        out[1] = _mm512_reduce_add_epi32(sums[1]);
    }

    BARTIZAN_AVX512 static void relu(const int32_t* sums, const uint8_t* multipliers, uint32_t shift, uint8_t* out, uint32_t count) noexcept {
        uint32_t o = 0;
        if (shift > 32) {
            for (; o + 64 <= count; o += 64) {
                __m512i s[4];
                start<4, 4>(s, reinterpret_cast<const uint8_t*>(sums + o));
                relu_64(multipliers + uint64_t{o} * 4, shift)(s, out + o);
            }
        }
        const requantiser any(shift);
        for (; o < count; o += packed_outputs) {
            const __m512i a = any(_mm512_loadu_si512(sums + o), _mm512_loadu_si512(multipliers + uint64_t{o} * 4));
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out + o), _mm512_cvtepi32_epi8(_mm512_min_epu32(a, _mm512_set1_epi32(127))));
        }
    }

    BARTIZAN_AVX512 static void quantise(const float_rows& f, const float_quantiser& q) noexcept {
        const __m512i upper = upper_words();
        uint32_t i = 0;
        for (; i + 64 <= q.count; i += 64) {
            quantiser_vector by[4];
            load_quantiser<4>(by, q, i);
            for (uint32_t r = 0; r < f.rows; ++r) {
                __m512i a[4];  // activations are the upper words
                quantise_all<4>(a, f.x + r * f.x_stride + i, by);
                const __m512i bytes = _mm512_packus_epi16(_mm512_permutex2var_epi16(a[0], upper, a[1]), _mm512_permutex2var_epi16(a[2], upper, a[3]));
                const __m512i order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);  // packing goes by lanes of 128 bits
                _mm512_storeu_si512(f.out + r * f.out_stride + i, _mm512_min_epu8(_mm512_permutexvar_epi64(order, bytes), _mm512_set1_epi8(127)));
            }
        }
        for (; i < q.count; i += 16) {
            const __mmask16 lanes = first_lanes(q.count - i);
            const quantiser_vector by = quantiser_at(q, i, lanes);
            for (uint32_t r = 0; r < f.rows; ++r) {
                const __m512i a = _mm512_srai_epi32(by(_mm512_maskz_loadu_ps(lanes, f.x + r * f.x_stride + i)), float_quantiser::shift);
                const __m512i cut = _mm512_min_epi32(_mm512_max_epi32(a, _mm512_setzero_si512()), _mm512_set1_epi32(127));
                _mm_mask_storeu_epi8(f.out + r * f.out_stride + i, lanes, _mm512_cvtepi32_epi8(cut));
            }
        }
    }

    BARTIZAN_AVX512 static uint32_t active(const uint8_t* x, const uint8_t* rest, uint32_t groups, uint32_t* list) noexcept {
        uint32_t count = 0;
        __m512i index = first_indices();
        for (uint32_t g = 0; g < groups; g += 16, index = _mm512_add_epi32(index, _mm512_set1_epi32(16))) {
            const __mmask16 lanes = first_lanes(groups - g);
            const __m512i a = _mm512_maskz_loadu_epi32(lanes, x + uint64_t{g} * 4), b = _mm512_maskz_loadu_epi32(lanes, rest + uint64_t{g} * 4);
            count += append(_mm512_cmpneq_epi32_mask(a, b), index, list + count);
        }
        return count;
    }

    BARTIZAN_AVX512 static uint32_t reaching(const int32_t* x, const int32_t* least, uint32_t count, uint32_t* list) noexcept {
        uint32_t found = 0;
        __m512i index = first_indices();
        for (uint32_t i = 0; i < count; i += 16, index = _mm512_add_epi32(index, _mm512_set1_epi32(16))) {
            const __mmask16 lanes = first_lanes(count - i);
            const __m512i a = _mm512_maskz_loadu_epi32(lanes, x + i), b = _mm512_maskz_loadu_epi32(lanes, least + i);
            found += append(_mm512_mask_cmpge_epi32_mask(lanes, a, b), index, list + found);
        }
        return found;
    }

  private:
    [[nodiscard]] static constexpr __mmask16 first_lanes(uint32_t count) noexcept {
        return static_cast<__mmask16>(count >= 16 ? 0xffff : (1U << count) - 1);
    }

    template <unsigned Rows, unsigned Vectors>
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void add_tile(__m512i* sums, const tile_operands& t) noexcept {
        // Two sets of accumulators where one is too few to hide the latency of the dot product.
        constexpr unsigned count = Rows * Vectors, sets = count <= 12 ? 2 : 1;
        __m512i other[count];
        start<count, Vectors>(sums, t.start);
        if constexpr (sets == 2) clear<count>(other);
        const auto group_bytes = static_cast<int64_t>(t.group_bytes);
        const int64_t x_step = t.backward ? -int64_t{packed_inputs} : int64_t{packed_inputs}, w_step = t.backward ? -group_bytes : group_bytes;
        const uint8_t* x = t.backward ? t.x + uint64_t{t.groups - 1} * packed_inputs : t.x;
        const uint8_t* w = t.backward ? t.weights + (t.groups - 1) * t.group_bytes : t.weights;
        uint32_t g = t.groups;
        for (; g >= sets; g -= sets) {
            add_group<Rows, Vectors>(sums, x, t.x_stride, w);
            if constexpr (sets == 2) add_group<Rows, Vectors>(other, x + x_step, t.x_stride, w + w_step);
            x += sets * x_step;
            w += sets * w_step;
        }
        if constexpr (sets == 2) {
            if (g != 0) add_group<Rows, Vectors>(sums, x, t.x_stride, w);
            merge<count>(sums, other);
        }
    }

    /// Each odd place's number in the even one below it; a shuffle, since those have more ports than shifts.
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static __m512i odd_to_even(__m512i x) noexcept { return _mm512_shuffle_epi32(x, _MM_PERM_DDBB); }

    struct requantiser {
        __m512i half, by;
        BARTIZAN_AVX512 BARTIZAN_NN_INLINE explicit requantiser(uint32_t shift) noexcept
            : half(_mm512_set1_epi64(int64_t{1} << (shift - 1))), by(_mm512_set1_epi64(shift)) {}
        /// The rounded and shifted products of sums that are not negative: a negative sum ends as 0 like a zero sum.
        [[nodiscard]] BARTIZAN_AVX512 BARTIZAN_NN_INLINE __m512i operator()(__m512i sums, __m512i m) const noexcept {
            const __m512i s = _mm512_max_epi32(sums, _mm512_setzero_si512());
            const __m512i even = _mm512_add_epi64(_mm512_mul_epu32(s, m), half);
            const __m512i odd = _mm512_add_epi64(_mm512_mul_epu32(_mm512_srli_epi64(s, 32), _mm512_srli_epi64(m, 32)), half);
            return _mm512_mask_shuffle_epi32(_mm512_srlv_epi64(even, by), 0xaaaa, _mm512_srlv_epi64(odd, by), _MM_PERM_CCAA);
        }
    };

    /// ReLU of 64 outputs with a shift above 32, where the products' upper halves are all that counts. Rounds at the end, in bytes: the
    /// average with 0 is (a + 1) / 2 of twice the activation, which saturates no sooner than 127 does.
    struct relu_64 {
        __m512i odd[4], by;
        const uint8_t* multipliers;

        BARTIZAN_AVX512 BARTIZAN_NN_INLINE relu_64(const uint8_t* m, uint32_t shift) noexcept : by(_mm512_set1_epi32(static_cast<int32_t>(shift) - 33)), multipliers(m) {
            start<4, 4>(odd, m);
            odd_to_even_all<4>(odd);
        }
        BARTIZAN_AVX512 BARTIZAN_NN_INLINE void operator()(const __m512i* sums, uint8_t* out) const noexcept {
            const __m512i words = _mm512_packus_epi16(_mm512_packs_epi32(doubled<0>(sums), doubled<1>(sums)), _mm512_packs_epi32(doubled<2>(sums), doubled<3>(sums)));
            const __m512i rounded = _mm512_min_epu8(_mm512_avg_epu8(words, _mm512_setzero_si512()), _mm512_set1_epi8(127));
            const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);  // packing goes by lanes of 128 bits
            _mm512_storeu_si512(out, _mm512_permutexvar_epi32(order, rounded));
        }
        template <unsigned I>
        [[nodiscard]] BARTIZAN_AVX512 BARTIZAN_NN_INLINE __m512i doubled(const __m512i* sums) const noexcept {
            const __m512i even = _mm512_mul_epi32(sums[I], _mm512_loadu_si512(multipliers + I * 64)), products = _mm512_mul_epi32(odd_to_even(sums[I]), odd[I]);
            return _mm512_srav_epi32(_mm512_mask_shuffle_epi32(products, 0x5555, even, _MM_PERM_DDBB), by);
        }
    };
    template <unsigned Count, unsigned I = 0>
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void odd_to_even_all(__m512i* x) noexcept {
        x[I] = odd_to_even(x[I]);
        if constexpr (I + 1 < Count) odd_to_even_all<Count, I + 1>(x);
    }
    template <unsigned Rows, unsigned R = 0>
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void finish_relu(const __m512i* sums, const relu_64& relu, const relu_operands& r) noexcept {
        relu(sums + R * 4, r.out + R * r.out_stride);
        if constexpr (R + 1 < Rows) finish_relu<Rows, R + 1>(sums, relu, r);
    }

    /// A float_quantiser's tables for sixteen features.
    struct quantiser_vector {
        __m512 powers;
        __m512i multipliers, offsets;

        /// The activation, not yet cut to 0..127, in the upper word. NaN passes the limits, since both operations give their second
        /// operand then; its conversion has no bit but the highest, and the product of the lower words is 0.
        [[nodiscard]] BARTIZAN_AVX512 BARTIZAN_NN_INLINE __m512i operator()(__m512 x) const noexcept {
            const __m512 product = _mm512_mul_ps(x, powers);
            const __m512i v = _mm512_cvttps_epi32(_mm512_max_ps(_mm512_set1_ps(-32768), _mm512_min_ps(_mm512_set1_ps(32767), product)));
            return _mm512_add_epi32(_mm512_madd_epi16(v, multipliers), offsets);
        }
    };
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static quantiser_vector quantiser_at(const float_quantiser& q, uint64_t i, __mmask16 lanes) noexcept {
        return {_mm512_maskz_loadu_ps(lanes, q.powers + i * 4), _mm512_and_si512(_mm512_maskz_loadu_epi32(lanes, q.multipliers + i * 4), _mm512_set1_epi32(0xffff)),
                _mm512_maskz_loadu_epi32(lanes, q.offsets + i * 4)};
    }
    template <unsigned Count, unsigned I = 0>
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void load_quantiser(quantiser_vector* to, const float_quantiser& q, uint64_t i) noexcept {
        to[I] = quantiser_at(q, i + I * 16, 0xffff);
        if constexpr (I + 1 < Count) load_quantiser<Count, I + 1>(to, q, i);
    }
    template <unsigned Count, unsigned I = 0>
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void quantise_all(__m512i* to, const float* x, const quantiser_vector* by) noexcept {
        to[I] = by[I](_mm512_loadu_ps(x + I * 16));
        if constexpr (I + 1 < Count) quantise_all<Count, I + 1>(to, x, by);
    }
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static __m512i first_indices() noexcept { return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15); }
    /// Selects the upper words of two vectors.
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static __m512i upper_words() noexcept {
        const __m512i pair = _mm512_set1_epi32(0x0003'0001), step = _mm512_set1_epi32(0x0004'0004);
        return _mm512_add_epi32(pair, _mm512_mullo_epi32(step, first_indices()));
    }
    /// Appends the indices of the lanes in `found` to `list`; returns how many.
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static uint32_t append(__mmask16 found, __m512i index, uint32_t* list) noexcept {
        _mm512_storeu_si512(list, _mm512_maskz_compress_epi32(found, index));
        return static_cast<uint32_t>(_mm_popcnt_u32(found));
    }

    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static __m512i broadcast(const uint8_t* group) noexcept {
        int32_t four = 0;
        memcpy(&four, group, sizeof four);
        return _mm512_set1_epi32(four);
    }

    // Recursion instead of loops: the compiler keeps an array in registers only if every index is a constant before it looks.
    template <unsigned Count, unsigned Vectors, unsigned I = 0>
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void start(__m512i* to, const uint8_t* from) noexcept {
        to[I] = _mm512_loadu_si512(from + I % Vectors * 64);
        if constexpr (I + 1 < Count) start<Count, Vectors, I + 1>(to, from);
    }
    template <unsigned Count, unsigned I = 0>
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void clear(__m512i* to) noexcept {
        to[I] = _mm512_setzero_si512();
        if constexpr (I + 1 < Count) clear<Count, I + 1>(to);
    }
    template <unsigned Count, unsigned I = 0>
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void merge(__m512i* to, const __m512i* from) noexcept {
        to[I] = _mm512_add_epi32(to[I], from[I]);
        if constexpr (I + 1 < Count) merge<Count, I + 1>(to, from);
    }
    template <unsigned Count, unsigned I = 0>
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void subtract(__m512i* to, const __m512i* from) noexcept {
        to[I] = _mm512_sub_epi32(to[I], from[I]);
        if constexpr (I + 1 < Count) subtract<Count, I + 1>(to, from);
    }
    template <unsigned Count, unsigned Vectors, unsigned I = 0>
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void finish(const __m512i* sums, const tile_operands& t) noexcept {
        _mm512_storeu_si512(t.sums + I / Vectors * t.sums_stride + I % Vectors * packed_outputs, sums[I]);
        if constexpr (I + 1 < Count) finish<Count, Vectors, I + 1>(sums, t);
    }
    template <unsigned Vectors, unsigned V = 0>
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void add_row(__m512i* sums, __m512i group, const __m512i* w) noexcept {
        Dot::add(sums[V], group, w[V]);
        if constexpr (V + 1 < Vectors) add_row<Vectors, V + 1>(sums, group, w);
    }
    template <unsigned Rows, unsigned Vectors, unsigned R = 0>
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void add_rows(__m512i* sums, const uint8_t* x, uint64_t stride, const __m512i* w) noexcept {
        add_row<Vectors>(sums + R * Vectors, broadcast(x + R * stride), w);
        if constexpr (R + 1 < Rows) add_rows<Rows, Vectors, R + 1>(sums, x, stride, w);
    }
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void add_pair(__m512i* sums, __m512i x, __m512i w, __m512i other) noexcept {
        Dot::add(sums[0], x, w);
        Dot::add(sums[1], x, other);
    }
    template <unsigned Rows, unsigned Vectors>
    BARTIZAN_AVX512 BARTIZAN_NN_INLINE static void add_group(__m512i* sums, const uint8_t* x, uint64_t stride, const uint8_t* weights) noexcept {
        __m512i w[Vectors];
        start<Vectors, Vectors>(w, weights);
        add_rows<Rows, Vectors>(sums, x, stride, w);
    }
};

using avx512bw_kernel = avx512_kernel<avx512_madd>;
using avx512_vnni_kernel = avx512_kernel<avx512_vnni>;

}  // namespace BARTIZAN_NAMESPACE::nn

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#endif

#endif
