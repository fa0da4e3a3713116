// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/ember/pairwise_sum.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <vector>

namespace {

using namespace bartizan;

/// Golden: numpy 1.24.2, the float32 sum of 1/1, 1/2, ... 1/n, for lengths in every branch.
TEST(features_pairwise_sum, rounds_like_numpy) {
    const struct {
        size_t n;
        uint32_t bits;
    } golden[] = {
        {0, 0},           {1, 0x3f800000},   {7, 0x4025f160},   {8, 0x402df160},   {9, 0x40350dd2},   {31, 0x4080df32},
        {96, 0x40a4b24a}, {127, 0x40ad9c59}, {128, 0x40addc58}, {129, 0x40ae1bda}, {200, 0x40bc18d6}, {255, 0x40c3daa4},
        {256, 0x40c3faa3}};
    for (const auto& [n, bits] : golden) {
        std::vector<float> x;
        for (size_t i = 1; i <= n; ++i) x.push_back(1 / static_cast<float>(i));
        EXPECT_EQ(std::bit_cast<uint32_t>(features::pairwise_sum(span<const float>(x.data(), x.size()))), bits) << n;
    }
    std::vector<float> x;
    for (uint64_t i = 0; i < 256; ++i) x.push_back(static_cast<float>(i * 2654435761 % (uint64_t{1} << 31)));
    EXPECT_EQ(std::bit_cast<uint32_t>(features::pairwise_sum(span<const float>(x.data(), x.size()))), 0x527e846eU);
}

}  // namespace
