// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_HASH_SHA256_HPP
#define BARTIZAN_HASH_SHA256_HPP

#include "../core/sha256.hpp"
#include "instructions.hpp"

namespace BARTIZAN_NAMESPACE::hash {

#if BARTIZAN_HASH_X86
/// SHA-NI: a state is kept as {A, B, E, F} and {C, D, G, H}; four rounds take two instructions. Each waits for the one before, so
/// `Lanes` messages side by side cost little more than one: blocks[k] is the next of message k, whose state is at state[k].
template <unsigned Lanes>
BARTIZAN_HASH_TARGET inline void sha256_compress(uint32_t* const (&state)[Lanes], const uint8_t* const (&blocks)[Lanes], size_t count) noexcept {
    const __m128i to_big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i abef[Lanes], cdgh[Lanes];
    BARTIZAN_HASH_UNROLL
    for (unsigned k = 0; k < Lanes; ++k) {
        const __m128i dcba = _mm_loadu_si128(reinterpret_cast<const __m128i*>(state[k]));
        const __m128i hgfe = _mm_loadu_si128(reinterpret_cast<const __m128i*>(state[k] + 4));
        const __m128i cdab = _mm_shuffle_epi32(dcba, 0xb1), efgh = _mm_shuffle_epi32(hgfe, 0x1b);
        abef[k] = _mm_alignr_epi8(cdab, efgh, 8), cdgh[k] = _mm_blend_epi16(efgh, cdab, 0xf0);
    }
    for (size_t block = 0; block < count; ++block) {
        __m128i abef_before[Lanes], cdgh_before[Lanes], w[Lanes][4];
        BARTIZAN_HASH_UNROLL
        for (unsigned k = 0; k < Lanes; ++k) abef_before[k] = abef[k], cdgh_before[k] = cdgh[k];
        BARTIZAN_HASH_UNROLL
        for (int i = 0; i < 16; ++i) {
            const __m128i constants = _mm_loadu_si128(reinterpret_cast<const __m128i*>(sha256_algorithm::constants) + i);
            BARTIZAN_HASH_UNROLL
            for (unsigned k = 0; k < Lanes; ++k) {
                __m128i& now = w[k][i & 3];
                if (i < 4) {
                    now = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks[k] + block * 64) + i), to_big_endian);
                } else {
                    const __m128i last = w[k][(i + 3) & 3], before_last = w[k][(i + 2) & 3];
                    now = _mm_add_epi32(_mm_sha256msg1_epu32(now, w[k][(i + 1) & 3]), _mm_alignr_epi8(last, before_last, 4));
                    now = _mm_sha256msg2_epu32(now, last);
                }
                const __m128i sum = _mm_add_epi32(now, constants);
                cdgh[k] = _mm_sha256rnds2_epu32(cdgh[k], abef[k], sum);
                abef[k] = _mm_sha256rnds2_epu32(abef[k], cdgh[k], _mm_shuffle_epi32(sum, 0x0e));
            }
        }
        BARTIZAN_HASH_UNROLL
        for (unsigned k = 0; k < Lanes; ++k) abef[k] = _mm_add_epi32(abef[k], abef_before[k]), cdgh[k] = _mm_add_epi32(cdgh[k], cdgh_before[k]);
    }
    BARTIZAN_HASH_UNROLL
    for (unsigned k = 0; k < Lanes; ++k) {
        const __m128i feba = _mm_shuffle_epi32(abef[k], 0x1b), dchg = _mm_shuffle_epi32(cdgh[k], 0xb1);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(state[k]), _mm_blend_epi16(feba, dchg, 0xf0));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(state[k] + 4), _mm_alignr_epi8(dchg, feba, 8));
    }
}
#elif BARTIZAN_HASH_ARM
BARTIZAN_HASH_TARGET inline void sha256_compress(uint32_t* state, const uint8_t* blocks, size_t count) noexcept {
    uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
    for (; count != 0; --count, blocks += 64) {
        const uint32x4_t abcd_before = abcd, efgh_before = efgh;
        uint32x4_t w[4];
        BARTIZAN_HASH_UNROLL
        for (int i = 0; i < 16; ++i) {
            uint32x4_t& now = w[i & 3];
            if (i < 4) {
                now = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(blocks + 16 * i)));
            } else {
                now = vsha256su1q_u32(vsha256su0q_u32(now, w[(i + 1) & 3]), w[(i + 2) & 3], w[(i + 3) & 3]);
            }
            const uint32x4_t sum = vaddq_u32(now, vld1q_u32(sha256_algorithm::constants + 4 * i));
            const uint32x4_t abcd_now = abcd;
            abcd = vsha256hq_u32(abcd, efgh, sum);
            efgh = vsha256h2q_u32(efgh, abcd_now, sum);
        }
        abcd = vaddq_u32(abcd, abcd_before);
        efgh = vaddq_u32(efgh, efgh_before);
    }
    vst1q_u32(state, abcd);
    vst1q_u32(state + 4, efgh);
}
#endif

/// The portable algorithm, or the same by the processor's instructions where it has them.
struct accelerated_sha256 : sha256_algorithm {
    static void compress(state& s, const uint8_t* blocks, size_t count) noexcept {
#if BARTIZAN_HASH_X86
        if (has_instructions()) return sha256_compress<1>({s.word}, {blocks}, count);
#elif BARTIZAN_HASH_ARM
        if (has_instructions()) return sha256_compress(s.word, blocks, count);
#endif
        sha256_algorithm::compress(s, blocks, count);
    }

    /// Two messages' blocks side by side.
    static void compress_pair(state& s, const uint8_t* blocks, state& other, const uint8_t* other_blocks, size_t count) noexcept {
#if BARTIZAN_HASH_X86
        if (has_instructions()) return sha256_compress<2>({s.word, other.word}, {blocks, other_blocks}, count);
#endif
        compress(s, blocks, count);
        compress(other, other_blocks, count);
    }
};

/// SHA-256 of whole files, in user mode. Same interface and same digests as `bartizan::sha256`.
using sha256 = block_hash<accelerated_sha256>;

[[nodiscard]] inline sha256_digest sha256_of(bytes data) noexcept { return sha256().update(data).finish(); }

}  // namespace BARTIZAN_NAMESPACE::hash

#endif
