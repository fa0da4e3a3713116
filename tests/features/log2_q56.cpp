// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/ember/log2_q56.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using bartizan::features::log2_q56;

static_assert(log2_q56(0) == 0 && log2_q56(1) == 0 && log2_q56(2) == uint64_t{1} << 56);

TEST(features_log2_q56, exact_for_powers_of_two) {
    for (uint64_t power = 0; power < 32; ++power) EXPECT_EQ(log2_q56(uint32_t{1} << power), power << 56);
}

/// Against the C library in extended precision: every n below 2^18, and as many spread over the range up to 2^32.
TEST(features_log2_q56, within_the_stated_error) {
    constexpr long double largest_error = 0x1p-48L;
    const auto difference = [](uint32_t n) { return std::fabs(std::log2(static_cast<long double>(n)) - std::ldexp(static_cast<long double>(log2_q56(n)), -56)); };
    for (uint32_t n = 1; n < 1U << 18; ++n) {
        ASSERT_LT(difference(n), largest_error) << n;
        ASSERT_LT(difference(n << 14 | 0x2aaa), largest_error) << n;
    }
}

TEST(features_log2_q56, never_decreases) {
    for (uint32_t n = 1; n < 1U << 18; ++n) {
        ASSERT_LE(log2_q56(n), log2_q56(n + 1)) << n;
        ASSERT_LE(log2_q56(UINT32_MAX - n), log2_q56(UINT32_MAX - n + 1)) << n;
    }
}

TEST(features_log2_q56, upper_half_of_a_product) {
    using bartizan::features::detail::multiply_high;
    EXPECT_EQ(multiply_high(UINT64_MAX, UINT64_MAX), UINT64_MAX - 1);
    EXPECT_EQ(multiply_high(0x123456789abcdef0, 0xfedcba9876543210), 0x121fa00ad77d7422U);
    EXPECT_EQ(multiply_high(0xffffffff, 0xffffffff), 0U);
}

}  // namespace
