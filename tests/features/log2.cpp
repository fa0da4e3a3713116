// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/log2.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using bartizan::features::log2_q24;

static_assert(log2_q24(0) == 0 && log2_q24(1) == 0 && log2_q24(2) == 1 << 24);

double difference(uint32_t n) { return std::log2(n) - std::ldexp(log2_q24(n), -24); }

constexpr double largest_error = 1.0 / (1 << 18);

TEST(features_log2, exact_for_powers_of_two) {
    for (uint32_t power = 0; power < 32; ++power) EXPECT_EQ(log2_q24(uint32_t{1} << power), power << 24);
}

/// Against the C library: every n below 2^20, and as many spread over the range up to 2^32.
TEST(features_log2, within_the_stated_error) {
    for (uint32_t n = 1; n < 1U << 20; ++n) {
        ASSERT_LT(std::fabs(difference(n)), largest_error) << n;
        ASSERT_LT(std::fabs(difference(n << 12 | 0xfff)), largest_error) << n;
    }
}

TEST(features_log2, never_decreases) {
    for (uint32_t n = 1; n < 1U << 20; ++n) {
        ASSERT_LE(log2_q24(n), log2_q24(n + 1)) << n;
        ASSERT_LE(log2_q24(UINT32_MAX - n), log2_q24(UINT32_MAX - n + 1)) << n;
    }
}

/// Golden values: the same on every compiler and machine, for a score depends on them.
TEST(features_log2, golden_values) {
    EXPECT_EQ(log2_q24(3), 26591258U);
    EXPECT_EQ(log2_q24(1000), 167198116U);
    EXPECT_EQ(log2_q24(1000003), 334396293U);
    EXPECT_EQ(log2_q24(UINT32_MAX), 536870911U);
}

}  // namespace
