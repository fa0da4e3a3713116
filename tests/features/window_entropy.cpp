// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/ember/window_entropy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace {

using namespace bartizan;
using features::window_entropy_bin;

/// Against the C library, and nearest: every count.
TEST(features_window_entropy, terms_are_the_nearest_integers) {
    for (uint32_t count = 0; count <= features::entropy_window_bytes; ++count) {
        const long double p = count / 2048.0L;
        const long double term = count == 0 ? 0 : -p * std::log2(p);
        ASSERT_NEAR(features::detail::window_entropy.term_q29[count], std::ldexp(static_cast<double>(term), 29), 0.501)
            << count;
    }
}

TEST(features_window_entropy, powers_of_two_are_exact) {
    for (unsigned exponent = 0; exponent <= 11; ++exponent) {
        EXPECT_EQ(features::detail::window_entropy.term_q29[1U << exponent], (11 - exponent) << (29 - 11 + exponent));
    }
}

TEST(features_window_entropy, equal_shares_stand_on_the_border_of_their_bin) {
    for (unsigned bits = 0; bits <= 4; ++bits) {
        uint16_t nibbles[16]{};
        for (unsigned i = 0; i < 1U << bits; ++i) nibbles[i] = static_cast<uint16_t>(2048 >> bits);
        EXPECT_EQ(window_entropy_bin(nibbles), bits == 4 ? 15 : 4 * bits);
    }
}

/// The reference's formula, int(2 * 2 * sum(-p * log2(p))), in extended precision.
TEST(features_window_entropy, bins_like_the_definition) {
    std::mt19937 random(1);
    int compared = 0;
    for (int round = 0; round < 200000; ++round) {
        uint16_t nibbles[16]{};
        const uint64_t total = round % 4 == 0 ? 1 + random() % 2048 : 2048;
        const uint64_t values = 1 + random() % 16;
        for (uint64_t i = 0, left = total; left != 0; ++i) {
            const uint64_t share = i < 40 ? random() % (left / (1 + random() % 8) + 1) : left;
            nibbles[i % values] = static_cast<uint16_t>(nibbles[i % values] + share);
            left -= share;
        }
        long double entropy = 0;
        for (const uint16_t count : nibbles) {
            if (count != 0) entropy -= count / 2048.0L * std::log2(count / 2048.0L);
        }
        const long double quarters = 4 * entropy;
        if (std::fabs(quarters - std::round(quarters)) < 1e-7L) continue;
        ASSERT_EQ(window_entropy_bin(nibbles), std::min(15U, static_cast<unsigned>(quarters)));
        ++compared;
    }
    EXPECT_GT(compared, 190000);
}

}  // namespace
