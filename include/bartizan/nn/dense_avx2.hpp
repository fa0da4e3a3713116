// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_DENSE_AVX2_HPP
#define BARTIZAN_NN_DENSE_AVX2_HPP

#include "dense_scalar.hpp"
#include "isa.hpp"

#if BARTIZAN_NN_X86
#include <immintrin.h>
#include <string.h>

#if defined(__GNUC__) || defined(__clang__)
#define BARTIZAN_TARGET_AVX2 __attribute__((target("avx2")))
#else
#define BARTIZAN_TARGET_AVX2
#endif

namespace BARTIZAN_NAMESPACE::nn {

namespace detail {

/// Blocks of sixteen outputs at a time: two 8-lane accumulators each. Activations of at most 127 keep every pair sum of
/// maddubs (127 * 127 * 2 = 32,258) within 16 bits, so nothing saturates and the sums are those of the scalar kernel.
template <unsigned Blocks>
BARTIZAN_TARGET_AVX2 inline void dense_blocks_avx2(const uint8_t* x, const uint8_t* weights, int32_t* sums, uint32_t inputs) noexcept {
    __m256i low[Blocks];
    __m256i high[Blocks];
    for (unsigned b = 0; b < Blocks; ++b) {
        low[b] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(sums + packed_outputs * b));
        high[b] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(sums + packed_outputs * b + 8));
    }
    const __m256i ones = _mm256_set1_epi16(1);
    const uint64_t block_stride = uint64_t{inputs} * packed_outputs;
    for (uint32_t i = 0; i < inputs; i += packed_inputs) {
        int32_t four = 0;
        memcpy(&four, x + i, sizeof four);
        const __m256i activations = _mm256_set1_epi32(four);
        for (unsigned b = 0; b < Blocks; ++b) {
            const uint8_t* w = weights + b * block_stride + uint64_t{i} * packed_outputs;
            const __m256i first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(w));
            const __m256i second = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(w + 32));
            low[b] = _mm256_add_epi32(low[b], _mm256_madd_epi16(_mm256_maddubs_epi16(activations, first), ones));
            high[b] = _mm256_add_epi32(high[b], _mm256_madd_epi16(_mm256_maddubs_epi16(activations, second), ones));
        }
    }
    for (unsigned b = 0; b < Blocks; ++b) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums + packed_outputs * b), low[b]);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums + packed_outputs * b + 8), high[b]);
    }
}

}  // namespace detail

/// As dense_scalar, eight outputs an instruction. Needs AVX2 (is_available(isa::avx2)); no pointer need be aligned.
BARTIZAN_TARGET_AVX2 inline void dense_avx2(const uint8_t* x, const uint8_t* weights, int32_t* sums, uint32_t inputs,
                                            uint32_t outputs) noexcept {
    const uint64_t block_stride = uint64_t{inputs} * packed_outputs;
    uint32_t done = 0;
    for (; done + 4 * packed_outputs <= outputs; done += 4 * packed_outputs)
        detail::dense_blocks_avx2<4>(x, weights + done / packed_outputs * block_stride, sums + done, inputs);
    for (; done < outputs; done += packed_outputs)
        detail::dense_blocks_avx2<1>(x, weights + done / packed_outputs * block_stride, sums + done, inputs);
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif

#endif
