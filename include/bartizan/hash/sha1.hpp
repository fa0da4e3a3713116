// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_HASH_SHA1_HPP
#define BARTIZAN_HASH_SHA1_HPP

#include "../core/sha1.hpp"
#include "instructions.hpp"

namespace BARTIZAN_NAMESPACE::hash {

#if BARTIZAN_HASH_X86
namespace detail {

/// Four rounds with the function and constant of their quarter, which the instruction wants as a literal.
template <int Quarter>
BARTIZAN_HASH_TARGET inline __m128i sha1_rounds(__m128i abcd, __m128i e_and_words) noexcept {
    return _mm_sha1rnds4_epu32(abcd, e_and_words, Quarter);
}

}  // namespace detail

BARTIZAN_HASH_TARGET inline void sha1_compress(uint32_t* state, const uint8_t* blocks, size_t count) noexcept {
    const __m128i reverse_bytes = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
    __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(state)), 0x1b);
    __m128i e = _mm_set_epi32(static_cast<int>(state[4]), 0, 0, 0);
    for (; count != 0; --count, blocks += 64) {
        const __m128i abcd_before = abcd, e_before = e;
        __m128i w[4];
        __m128i last_abcd = abcd;
        BARTIZAN_HASH_UNROLL
        for (int i = 0; i < 20; ++i) {
            __m128i& now = w[i & 3];
            if (i < 4) {
                now = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks) + i), reverse_bytes);
            } else {
                now = _mm_xor_si128(_mm_sha1msg1_epu32(now, w[(i + 1) & 3]), w[(i + 2) & 3]);
                now = _mm_sha1msg2_epu32(now, w[(i + 3) & 3]);
            }
            const __m128i sum = i == 0 ? _mm_add_epi32(e, now) : _mm_sha1nexte_epu32(last_abcd, now);
            last_abcd = abcd;
            abcd = i < 5    ? detail::sha1_rounds<0>(abcd, sum)
                   : i < 10 ? detail::sha1_rounds<1>(abcd, sum)
                   : i < 15 ? detail::sha1_rounds<2>(abcd, sum)
                            : detail::sha1_rounds<3>(abcd, sum);
        }
        e = _mm_sha1nexte_epu32(last_abcd, e_before);
        abcd = _mm_add_epi32(abcd, abcd_before);
    }
    _mm_storeu_si128(reinterpret_cast<__m128i*>(state), _mm_shuffle_epi32(abcd, 0x1b));
    state[4] = static_cast<uint32_t>(_mm_extract_epi32(e, 3));
}
#elif BARTIZAN_HASH_ARM
BARTIZAN_HASH_TARGET inline void sha1_compress(uint32_t* state, const uint8_t* blocks, size_t count) noexcept {
    constexpr uint32_t k[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
    uint32x4_t abcd = vld1q_u32(state);
    uint32_t e = state[4];
    for (; count != 0; --count, blocks += 64) {
        const uint32x4_t abcd_before = abcd;
        const uint32_t e_before = e;
        uint32x4_t w[4];
        BARTIZAN_HASH_UNROLL
        for (int i = 0; i < 20; ++i) {
            uint32x4_t& now = w[i & 3];
            if (i < 4) {
                now = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(blocks + 16 * i)));
            } else {
                now = vsha1su1q_u32(vsha1su0q_u32(now, w[(i + 1) & 3], w[(i + 2) & 3]), w[(i + 3) & 3]);
            }
            const uint32x4_t sum = vaddq_u32(now, vdupq_n_u32(k[i / 5]));
            const uint32_t next_e = vsha1h_u32(vgetq_lane_u32(abcd, 0));
            abcd = i < 5                ? vsha1cq_u32(abcd, e, sum)
                   : i < 10 || i >= 15 ? vsha1pq_u32(abcd, e, sum)
                                        : vsha1mq_u32(abcd, e, sum);
            e = next_e;
        }
        abcd = vaddq_u32(abcd, abcd_before);
        e += e_before;
    }
    vst1q_u32(state, abcd);
    state[4] = e;
}
#endif

/// The portable algorithm, or the same by the processor's instructions where it has them.
struct accelerated_sha1 : sha1_algorithm {
    static void compress(state& s, const uint8_t* blocks, size_t count) noexcept {
#if BARTIZAN_HASH_X86 || BARTIZAN_HASH_ARM
        if (has_instructions()) return sha1_compress(s.word, blocks, count);
#endif
        sha1_algorithm::compress(s, blocks, count);
    }
};

/// SHA-1 of whole files, in user mode. Same interface and same digests as `bartizan::sha1`.
using sha1 = block_hash<accelerated_sha1>;

[[nodiscard]] inline sha1_digest sha1_of(bytes data) noexcept { return sha1().update(data).finish(); }

}  // namespace BARTIZAN_NAMESPACE::hash

#endif
