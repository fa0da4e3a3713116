// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace {

using namespace bartizan;
using features::byte_histogram;
using features::entropy_q16;

constexpr double stated_error = 1.0 / (1 << 16);

byte_histogram histogram_of(bytes data) {
    features::histogram_lanes lanes;
    byte_histogram h;
    features::count_bytes(data, lanes, h);
    for (const auto& lane : lanes.count) {
        for (const uint32_t left : lane) EXPECT_EQ(left, 0U) << "the working memory is handed back clean";
    }
    return h;
}

/// The definition, in floating point.
double entropy_of(const byte_histogram& h) {
    double sum = 0;
    for (const uint64_t count : h.count) {
        if (count == 0) continue;
        const double p = static_cast<double>(count) / static_cast<double>(h.total);
        sum -= p * std::log2(p);
    }
    return sum;
}

byte_histogram of_counts(const std::vector<uint64_t>& counts) {
    byte_histogram h;
    for (size_t i = 0; i < counts.size(); ++i) h.total += h.count[i] = counts[i];
    return h;
}

void expect_close(const byte_histogram& h, double tolerance) {
    EXPECT_NEAR(std::ldexp(entropy_q16(h), -16), entropy_of(h), tolerance);
}

constexpr uint8_t four_letters[] = {'a', 'b', 'c', 'd', 'a', 'b', 'c', 'd', 'd'};
static_assert([] {
    features::histogram_lanes lanes;
    byte_histogram h;
    features::count_bytes(bytes{four_letters}, lanes, h);
    return h.total == 9 && h.count['a'] == 2 && h.count['d'] == 3;
}());

TEST(features_histogram, counts_like_the_definition_at_every_length_and_alignment) {
    std::mt19937 random(1);
    std::vector<uint8_t> data(300);
    for (uint8_t& byte : data) byte = static_cast<uint8_t>(random() % 7 * 40);
    for (size_t from = 0; from < 9; ++from) {
        for (size_t to = from; to < data.size(); ++to) {
            const byte_histogram h = histogram_of(bytes{data.data() + from, to - from});
            std::vector<uint64_t> expected(256);
            for (size_t i = from; i < to; ++i) ++expected[data[i]];
            ASSERT_EQ(h.total, to - from);
            ASSERT_TRUE(std::equal(expected.begin(), expected.end(), h.count));
        }
    }
}

TEST(features_histogram, adds_to_what_is_there) {
    features::histogram_lanes lanes;
    byte_histogram h;
    features::count_bytes(bytes{four_letters}, lanes, h);
    features::count_bytes(bytes{four_letters}, lanes, h);
    EXPECT_EQ(h.count['d'], 6U);
    EXPECT_EQ(h.total, 18U);
    byte_histogram twice = h;
    twice.add(h);
    EXPECT_EQ(twice.count['d'], 12U);
    EXPECT_EQ(twice.total, 36U);
}

TEST(features_histogram, entropy_of_nothing_and_of_one_value_is_zero) {
    EXPECT_EQ(entropy_q16({}), 0U);
    for (const uint64_t count : {1U, 2U, 3U, 1000U, 1234567U, UINT32_MAX}) EXPECT_EQ(entropy_q16(of_counts({count})), 0U);
}

TEST(features_histogram, entropy_of_equal_shares_is_exact) {
    for (unsigned bits = 1; bits <= 8; ++bits) {
        for (const uint64_t share : {1U, 3U, 7U, 1000U, 99991U}) {
            EXPECT_EQ(entropy_q16(of_counts(std::vector<uint64_t>(size_t{1} << bits, share))), bits << 16);
        }
    }
}

/// Counts of every shape: uniform, geometric, one giant among dwarfs.
TEST(features_histogram, entropy_is_within_its_error_of_the_definition) {
    std::mt19937_64 random(2);
    for (int round = 0; round < 20000; ++round) {
        std::vector<uint64_t> counts(1 + random() % 256);
        const uint64_t widest = 1 + random() % 24;
        for (uint64_t& count : counts) count = random() % 3 == 0 ? 0 : random() >> (64 - 1 - random() % widest);
        expect_close(of_counts(counts), stated_error);
    }
}

TEST(features_histogram, entropy_never_leaves_its_range) {
    std::mt19937_64 random(3);
    for (int round = 0; round < 20000; ++round) {
        std::vector<uint64_t> counts(256, 1 + random() % 100000);
        counts[random() % 256] += random() % 3;
        EXPECT_LE(entropy_q16(of_counts(counts)), 8U << 16);
        EXPECT_GE(entropy_q16(of_counts(counts)), 8U * 65536 * 99 / 100);
    }
}

/// Counts beyond 32 bits are halved; up to where a histogram of 64-bit counts ends.
TEST(features_histogram, entropy_of_files_beyond_four_gigabytes) {
    for (const unsigned shift : {20U, 30U, 40U, 47U}) {
        byte_histogram h = of_counts({1, 2, 3, 5000, 60000, 7, 8, 9});
        h.total <<= shift;
        for (uint64_t& count : h.count) count <<= shift;
        expect_close(h, 1.0 / (1 << 14));
    }
}

/// Golden values: the same on every compiler and machine.
TEST(features_histogram, golden_entropies) {
    EXPECT_EQ(entropy_q16(of_counts({1, 2})), 60181U);
    EXPECT_EQ(entropy_q16(of_counts({1, 10, 100, 1000, 10000})), 34139U);
    std::vector<uint64_t> rising(256);
    for (unsigned i = 0; i < 256; ++i) rising[i] = i;
    EXPECT_EQ(entropy_q16(of_counts(rising)), 505840U);
}

}  // namespace
