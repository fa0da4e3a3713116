// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/ember/single_precision.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace {

using bartizan::features::nearest_single;

static_assert(nearest_single(0) == 0 && nearest_single(5, 0) == 0 && nearest_single(1) == 1 && nearest_single(3, 4) == 0.75F);
static_assert(nearest_single(0xffffff) == 0xffffffp0F && nearest_single(0x1000001) == 0x1000000p0F && nearest_single(0x1000003) == 0x1000004p0F);
static_assert(nearest_single(UINT64_MAX) == 0x1p64F && nearest_single(1, 1, -56) == 0x1p-56F && nearest_single(uint64_t{7} << 40, uint64_t{1} << 42) == 1.75F);

/// Against the machine's own conversion and division, which round once where both numbers fit in 24 bits.
TEST(features_single_precision, rounds_as_the_machine) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 2'000'000; ++i) {
        const uint64_t whole = random() >> (random() % 64);
        ASSERT_EQ(nearest_single(whole), static_cast<float>(whole)) << whole;
        const uint64_t a = random() >> (40 + random() % 24);
        const uint64_t b = random() >> (40 + random() % 24) | 1;
        volatile float quotient = static_cast<float>(a) / static_cast<float>(b);
        ASSERT_EQ(nearest_single(a, b), quotient) << a << '/' << b;
    }
}

/// Against the definition, for denominators to 2^38: no neighbour is nearer.
TEST(features_single_precision, no_neighbour_is_nearer) {
#if defined(__SIZEOF_INT128__)
    __extension__ using wide = unsigned __int128;
    std::mt19937_64 random(2);
    for (int i = 0; i < 200'000; ++i) {
        const uint64_t a = random() >> (24 + random() % 20);
        const uint64_t b = random() >> (26 + random() % 20) | 1;
        const float given = nearest_single(a, b);
        // mantissa * 2^exponent; distances from a / b are compared as |mantissa * 2^exponent * b - a|, halves included
        int exponent = 0;
        const auto mantissa = static_cast<uint64_t>(std::ldexp(std::frexp(given, &exponent), 24));
        exponent -= 24;
        wide left = wide{mantissa} * b, right = a;
        if (exponent >= 0) left <<= exponent;
        if (exponent < 0) right <<= -exponent;
        const wide distance = left > right ? left - right : right - left;
        const wide unit = exponent >= 0 ? wide{b} << exponent : wide{b};
        ASSERT_LE(2 * distance, unit) << a << '/' << b;
        if (2 * distance == unit) {
            ASSERT_EQ(mantissa % 2, 0U) << a << '/' << b;
        }
    }
#else
    GTEST_SKIP() << "no 128-bit integers";
#endif
}

}  // namespace
