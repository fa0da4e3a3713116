// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_SHA256_HPP
#define BARTIZAN_CORE_SHA256_HPP

#include "block_hash.hpp"

namespace BARTIZAN_NAMESPACE {

/// A SHA-256 digest, first byte first.
struct sha256_digest {
    uint8_t bytes[32] = {};

    friend constexpr bool operator==(const sha256_digest& a, const sha256_digest& b) noexcept {
        for (int i = 0; i < 32; ++i)
            if (a.bytes[i] != b.bytes[i]) return false;
        return true;
    }
};

/// The compression of SHA-256 (FIPS 180-4), in portable integer code.
struct sha256_algorithm {
    using digest = sha256_digest;
    struct state {
        uint32_t word[8];
        constexpr uint32_t& operator[](size_t i) noexcept { return word[i]; }
    };
    static constexpr state initial = {
        {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};

    static constexpr uint32_t constants[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
        0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
        0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
        0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
        0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
        0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

    static constexpr void compress(state& state, const uint8_t* blocks, size_t count) noexcept {
        for (; count != 0; --count, blocks += 64) compress_one(state, blocks);
    }

  private:
    static constexpr void compress_one(state& state, const uint8_t* block) noexcept {
        using detail::rotate_right;
        uint32_t w[16] = {};  // the last sixteen words of the schedule
        for (int i = 0; i < 16; ++i) w[i] = detail::big_endian_word(block + 4 * i);
        uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
        uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
        for (int i = 0; i < 64; ++i) {
            if (i >= 16) {
                const uint32_t s0 = rotate_right(w[(i + 1) & 15], 7) ^ rotate_right(w[(i + 1) & 15], 18) ^ w[(i + 1) & 15] >> 3;
                const uint32_t s1 = rotate_right(w[(i + 14) & 15], 17) ^ rotate_right(w[(i + 14) & 15], 19) ^ w[(i + 14) & 15] >> 10;
                w[i & 15] += s0 + w[(i + 9) & 15] + s1;
            }
            const uint32_t sum1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
            const uint32_t t1 = h + sum1 + ((e & f) ^ (~e & g)) + constants[i] + w[i & 15];
            const uint32_t sum0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
            const uint32_t t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
            h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
        }
        const uint32_t sums[8] = {a, b, c, d, e, f, g, h};
        for (size_t i = 0; i < 8; ++i) state[i] += sums[i];
    }
};

/// SHA-256, fed in pieces. Portable integer code; usable in constant expressions and at any IRQL. See hash/sha256.hpp for the
/// form that uses the processor's own instructions.
using sha256 = block_hash<sha256_algorithm>;

[[nodiscard]] constexpr sha256_digest sha256_of(bytes data) noexcept { return sha256().update(data).finish(); }

}  // namespace BARTIZAN_NAMESPACE

#endif
