// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_FEATURES_EMBER_GOLDEN_HPP
#define BARTIZAN_TESTS_FEATURES_EMBER_GOLDEN_HPP

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "../pe/shared_files.hpp"
#include "bartizan/features/columns.hpp"

#if __has_include(<zlib.h>)
#include "unzip.hpp"

/// The published extractors' own output for benign files, and the comparison with it.
namespace bartizan_tests {

inline std::string column_name(bartizan::span<const bartizan::features::column_block> columns, uint32_t dimension) {
    const auto c = bartizan::features::column_of(columns, dimension);
    return c.length == 1 ? c.name : std::string(c.name) + "[" + std::to_string(c.index) + "]";
}

/// `extract(file, out)` against every golden row; the largest relative difference allowed is `tolerance`. Says which dimension of
/// which file differs, and records how many cells are not equal to the last bit.
template <class Extract>
void compare_with_golden(const char* vectors, bartizan::span<const bartizan::features::column_block> columns,
                         double tolerance, Extract&& extract) {
    const uint32_t dimensions = bartizan::features::dimensions_of(columns);
    const auto folder = shared_folder("ember");
    std::ifstream order(folder / "order.txt");
    if (!order) GTEST_SKIP() << "no shared/ember";
    const std::string golden = unzip(folder / vectors);
    std::map<std::string, int> not_bit_equal;
    size_t row = 0;
    int shown = 0;
    for (std::string name; order >> name; ++row) {
        ASSERT_LE((row + 1) * dimensions * sizeof(float), golden.size());
        const auto file = read_file(folder / "files" / name);
        std::vector<float> out(dimensions, -1);
        extract(bartizan::bytes{file.data(), file.size()}, out);
        for (uint32_t i = 0; i < dimensions; ++i) {
            float expected;
            std::memcpy(&expected, golden.data() + (row * dimensions + i) * sizeof expected, sizeof expected);
            if (out[i] == expected) continue;
            ++not_bit_equal[column_name(columns, i)];
            const double difference = std::fabs(static_cast<double>(out[i]) - static_cast<double>(expected));
            if (!(difference <= tolerance * std::fabs(static_cast<double>(expected)))) {
                ADD_FAILURE() << name.substr(0, 12) << ' ' << column_name(columns, i) << ": " << out[i]
                              << " instead of " << expected;
                if (++shown == 50) FAIL() << "and so on";
            }
        }
    }
    EXPECT_EQ(row * dimensions * sizeof(float), golden.size());
    for (const auto& [name, cells] : not_bit_equal)
        std::cout << "not equal to the last bit: " << name << ", files: " << cells << '\n';
}

/// The names and places of the columns against the layout file of the golden vectors, which names a block of several dimensions
/// once, or each of them.
inline void compare_with_layout(const char* layout, bartizan::span<const bartizan::features::column_block> columns) {
    std::ifstream in(shared_folder("ember") / layout);
    if (!in) GTEST_SKIP() << "no shared/ember";
    std::string line;
    std::getline(in, line);
    uint32_t first = 0;
    while (std::getline(in, line)) {
        std::istringstream cells(line);
        std::string name;
        std::string at;
        std::string length;
        std::getline(cells, name, '\t');
        std::getline(cells, at, '\t');
        std::getline(cells, length, '\t');
        const auto column = bartizan::features::column_of(columns, first);
        EXPECT_EQ(first, std::stoul(at)) << name;
        if (name != column_name(columns, first)) {
            EXPECT_EQ(name, column.name);
            EXPECT_EQ(column.index, 0U) << name;
            EXPECT_EQ(column.length, std::stoul(length)) << name;
        }
        first += static_cast<uint32_t>(std::stoul(length));
    }
    EXPECT_EQ(first, bartizan::features::dimensions_of(columns));
}

}  // namespace bartizan_tests

#endif
#endif
