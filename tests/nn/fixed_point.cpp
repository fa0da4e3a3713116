// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <bartizan/nn/fixed_point.hpp>
#include <bartizan/nn/input_unit.hpp>
#include <cmath>
#include <random>

namespace {

using namespace bartizan;

static_assert(nn::sigmoid_q15(0) == nn::one_q15 / 2);
static_assert(nn::sigmoid_q15(INT64_MAX) <= nn::one_q15 && nn::sigmoid_q15(INT64_MIN) >= 0);
static_assert(nn::scale(3, 1, 1) == 2 && nn::scale(-3, 1, 1) == -1, "halves go up");
static_assert(nn::scale(INT32_MIN, INT32_MAX, 62) == -1 && nn::scale(INT32_MAX, INT32_MAX, 1) == (int64_t{INT32_MAX} * INT32_MAX + 1) / 2);
static_assert(nn::to_activation(-1) == 0 && nn::to_activation(127) == 127 && nn::to_activation(128) == 127 && nn::to_activation(INT64_MAX) == 127);

TEST(sigmoid, is_the_logistic_function_within_its_stated_error) {
    double largest = 0;
    for (int64_t x = -20 * 65536; x <= 20 * 65536; x += 37) {
        const double exact = 32768 / (1 + std::exp(-static_cast<double>(x) / 65536));
        largest = std::max(largest, std::abs(exact - nn::sigmoid_q15(x)) / 32768);
    }
    EXPECT_LT(largest, 1.0 / 2048);
}

TEST(sigmoid, never_falls_and_is_symmetric) {
    for (int64_t x = -17 * 65536; x < 17 * 65536; x += 5) {
        ASSERT_LE(nn::sigmoid_q15(x), nn::sigmoid_q15(x + 5)) << x;
        ASSERT_EQ(nn::sigmoid_q15(-x - 1) + nn::sigmoid_q15(x + 1), nn::one_q15) << x;
    }
}

TEST(scale, rounds_to_the_nearest_halves_up) {
    std::mt19937_64 random(3);
    for (int i = 0; i < 100'000; ++i) {
        const auto sum = static_cast<int32_t>(random());
        const auto multiplier = static_cast<int32_t>(random() & 0x7fffffff);
        const auto shift = static_cast<uint32_t>(1 + random() % 62);
        const long double exact = static_cast<long double>(sum) * static_cast<long double>(multiplier) / std::exp2l(static_cast<long double>(shift));
        ASSERT_EQ(nn::scale(sum, multiplier, shift), static_cast<int64_t>(std::floor(exact + 0.5L))) << sum << ' ' << multiplier << ' ' << shift;
    }
}

uint8_t activation(nn::input_unit::kind kind, uint64_t low, uint64_t high, uint64_t value, bool present = true) {
    const uint64_t values[3] = {7, 7, value};
    const uint64_t mask = present ? 4 : 3;
    return nn::activate({2, kind, {}, low, high}, {values, {&mask, 1}});
}
using kind = nn::input_unit::kind;

TEST(input_unit, a_ramp_rises_from_0_to_127) {
    std::mt19937_64 random(4);
    for (int i = 0; i < 100'000; ++i) {
        const unsigned bits = 1 + static_cast<unsigned>(random() % 64);
        uint64_t low = random() >> (64 - bits), high = random() >> (64 - bits);
        const uint64_t value = random() >> (64 - bits);
        if (low > high) std::swap(low, high);
        if (low == high) continue;
        const long double share = value <= low ? 0 : value >= high ? 1 : static_cast<long double>(value - low) / static_cast<long double>(high - low);
        // Dropping seven bits of a range of 57 bits and more can cost one step.
        ASSERT_NEAR(activation(kind::ramp, low, high, value), std::floor(static_cast<double>(share * 127)), (high - low) >> 57 != 0 ? 1 : 0) << low << ' ' << high << ' ' << value;
    }
}

TEST(input_unit, bits_tests_a_bit_an_alignment_or_a_value) {
    EXPECT_EQ(activation(kind::bits, 0x20, 0x20, 0x21), 127);
    EXPECT_EQ(activation(kind::bits, 0x20, 0x20, 0x01), 0);
    EXPECT_EQ(activation(kind::bits, 0xffff, 0, 0x400000), 127);
    EXPECT_EQ(activation(kind::bits, UINT64_MAX, 9, 9), 127);
    EXPECT_EQ(activation(kind::bits, UINT64_MAX, 9, 8), 0);
}

TEST(input_unit, without_its_feature_only_absent_speaks) {
    EXPECT_EQ(activation(kind::absent, 0, 0, 5, false), 127);
    EXPECT_EQ(activation(kind::absent, 0, 0, 5, true), 0);
    EXPECT_EQ(activation(kind::ramp, 0, 1, 5, false), 0);
    EXPECT_EQ(activation(kind::bits, 0, 0, 5, false), 0);
    EXPECT_EQ(activation(kind::none, 0, 0, 5, true), 0);
}

}  // namespace
