// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_SHA1_HPP
#define BARTIZAN_CORE_SHA1_HPP

#include "block_hash.hpp"

namespace BARTIZAN_NAMESPACE {

/// A SHA-1 digest, first byte first. SHA-1 is broken against collisions: use it to check old signatures, never as an identity.
struct sha1_digest {
    uint8_t bytes[20] = {};

    friend constexpr bool operator==(const sha1_digest& a, const sha1_digest& b) noexcept {
        for (int i = 0; i < 20; ++i)
            if (a.bytes[i] != b.bytes[i]) return false;
        return true;
    }
};

/// The compression of SHA-1 (FIPS 180-4), in portable integer code.
struct sha1_algorithm {
    using digest = sha1_digest;
    struct state {
        uint32_t word[5];
        constexpr uint32_t& operator[](size_t i) noexcept { return word[i]; }
    };
    static constexpr state initial = {{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};

    static constexpr void compress(state& state, const uint8_t* blocks, size_t count) noexcept {
        for (; count != 0; --count, blocks += 64) compress_one(state, blocks);
    }

  private:
    static constexpr void compress_one(state& state, const uint8_t* block) noexcept {
        using detail::rotate_right;
        uint32_t w[16] = {};  // the last sixteen words of the schedule
        for (int i = 0; i < 16; ++i) w[i] = detail::big_endian_word(block + 4 * i);
        uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
        for (int i = 0; i < 80; ++i) {
            if (i >= 16) w[i & 15] = rotate_right(w[(i + 13) & 15] ^ w[(i + 8) & 15] ^ w[(i + 2) & 15] ^ w[i & 15], 31);
            const uint32_t f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
            const uint32_t k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
            const uint32_t t = rotate_right(a, 27) + f + e + k + w[i & 15];
            e = d, d = c, c = rotate_right(b, 2), b = a, a = t;
        }
        state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
    }
};

/// SHA-1, fed in pieces. Portable integer code; usable in constant expressions and at any IRQL.
using sha1 = block_hash<sha1_algorithm>;

[[nodiscard]] constexpr sha1_digest sha1_of(bytes data) noexcept { return sha1().update(data).finish(); }

}  // namespace BARTIZAN_NAMESPACE

#endif
