// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/ember/feature_hash.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace bartizan;
using features::hashed_bins;

/// The rule in wide arithmetic, where the absolute value of -2^31 exists.
TEST(features_feature_hash, bin_is_the_absolute_hash_modulo_the_bins) {
    std::mt19937 random(1);
    for (const uint32_t bins : {1U, 10U, 32U, 50U, 128U, 256U, 1024U}) {
        for (int round = 0; round < 10000; ++round) {
            const uint32_t hash = round == 0 ? 0x80000000 : static_cast<uint32_t>(random());
            const int64_t wide = static_cast<int32_t>(hash);
            EXPECT_EQ(hashed_bins::bin_of(hash, bins), static_cast<uint64_t>(std::llabs(wide)) % bins) << hash;
        }
    }
}

TEST(features_feature_hash, signs_and_values) {
    int64_t bins[10];
    hashed_bins strings{bins};
    strings.add("");
    EXPECT_EQ(bins[0], 1);
    strings.add("", 41);
    EXPECT_EQ(bins[0], 42);

    // "foo" hashes to 0xf6a5c420, which is negative.
    features::murmur3_32 foo;
    foo.add("foo");
    ASSERT_EQ(foo.value(), 0xf6a5c420U);
    hashed_bins alternating{bins};
    alternating.add(foo, 3);
    EXPECT_EQ(bins[156908512 % 10], -3);
    hashed_bins positive{bins, hashed_bins::sign::positive};
    EXPECT_EQ(bins[156908512 % 10], 0) << "cleared";
    positive.add("foo", 3);
    EXPECT_EQ(bins[156908512 % 10], 3);
}

TEST(features_feature_hash, names_that_collide_add_up) {
    std::map<uint32_t, int64_t> expected;
    int64_t bins[7];
    hashed_bins hashed{bins};
    for (int i = 0; i < 100; ++i) {
        const std::string name = "name" + std::to_string(i);
        features::murmur3_32 hash;
        hash.add(name.c_str());
        const int64_t wide = static_cast<int32_t>(hash.value());
        expected[static_cast<uint32_t>(std::llabs(wide) % 7)] += wide < 0 ? -i : i;
        hashed.add(name.c_str(), i);
    }
    for (uint32_t bin = 0; bin < 7; ++bin) EXPECT_EQ(bins[bin], expected[bin]);
}

}  // namespace
