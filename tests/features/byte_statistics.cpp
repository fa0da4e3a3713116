// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/ember/byte_statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <random>
#include <vector>

#include "../pe/shared_files.hpp"

namespace {

using namespace bartizan;
using features::byte_statistics;

/// The definition: every window counted from the beginning, entropies in floating point.
byte_statistics naive(bytes data) {
    byte_statistics s;
    for (const uint8_t byte : data) ++s.file.count[byte];
    s.file.total = data.size;
    const auto add_block = [&s](bytes block) {
        uint64_t nibbles[16]{};
        for (const uint8_t byte : block) ++nibbles[byte >> 4];
        double entropy = 0;
        for (const uint64_t count : nibbles) {
            const double p = static_cast<double>(count) / 2048;
            if (count != 0) entropy -= p * std::log2(p);
        }
        const auto bin = static_cast<unsigned>(entropy * 2 * 2);
        for (unsigned i = 0; i < 16; ++i) s.by_entropy[bin < 16 ? bin : 15][i] += nibbles[i];
    };
    if (data.size < 2048) add_block(data);
    for (size_t at = 0; at + 2048 <= data.size; at += 1024) add_block(data.sub(at, 2048));
    return s;
}

void expect_equal(const std::vector<uint8_t>& data) {
    const auto work = std::make_unique<features::byte_statistics_scratch>();
    memset(work->lanes, 0xa5, sizeof work->lanes);
    byte_statistics s;
    s.file.count[7] = 7;  // must be forgotten
    const bytes view{data.data(), data.size()};
    features::count_byte_statistics(view, *work, s);
    const byte_statistics expected = naive(view);
    EXPECT_EQ(s.file.total, expected.file.total);
    EXPECT_TRUE(std::equal(s.file.count, s.file.count + 256, expected.file.count)) << data.size();
    EXPECT_TRUE(std::equal(s.by_entropy[0], s.by_entropy[0] + 256, expected.by_entropy[0])) << data.size();
}

std::vector<uint8_t> random_bytes(size_t size, unsigned values, uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<uint8_t> data(size);
    for (uint8_t& byte : data) byte = static_cast<uint8_t>(random() % values * (256 / values));
    return data;
}

TEST(features_byte_statistics, every_length_around_the_windows) {
    for (size_t size = 0; size < 40; ++size) expect_equal(random_bytes(size, 256, 1));
    for (size_t window = 1024; window <= 5 * 1024; window += 1024) {
        for (size_t size = window - 9; size < window + 10; ++size) expect_equal(random_bytes(size, 200, 2));
    }
}

/// The lanes are flushed after 63 half windows: lengths on both sides of one and two flushes, with equal bytes, which fill one
/// lane's counter the most.
TEST(features_byte_statistics, lengths_around_a_flush) {
    for (const size_t half_windows : {62U, 63U, 64U, 125U, 126U, 127U, 128U}) {
        for (const unsigned values : {1U, 2U, 16U, 256U}) {
            for (const size_t rest : {0U, 1U, 511U, 1023U})
                expect_equal(random_bytes(half_windows * 1024 + rest, values, 3));
        }
        expect_equal(std::vector<uint8_t>(half_windows * 1024 + 1023, 0xff));
    }
}

/// From a single value to all of them, changing along the file so that windows of every entropy occur.
TEST(features_byte_statistics, windows_of_every_entropy) {
    std::vector<uint8_t> data;
    for (const unsigned values : {1U, 2U, 3U, 4U, 5U, 6U, 8U, 10U, 12U, 16U, 32U, 256U}) {
        const auto part = random_bytes(5000, values, values);
        data.insert(data.end(), part.begin(), part.end());
    }
    expect_equal(data);
    const auto work = std::make_unique<features::byte_statistics_scratch>();
    byte_statistics s;
    features::count_byte_statistics({data.data(), data.size()}, *work, s);
    unsigned bins = 0;
    for (const auto& row : s.by_entropy) bins += std::any_of(row, row + 16, [](uint64_t n) { return n != 0; });
    EXPECT_GE(bins, 10U);
}

TEST(features_byte_statistics, real_files) {
    const auto files = bartizan_tests::files_in(bartizan_tests::shared_folder("goodware/pe-sample"));
    if (files.empty()) GTEST_SKIP() << "no shared/goodware/pe-sample";
    for (const auto& path : files) expect_equal(bartizan_tests::read_file(path));
}

}  // namespace
