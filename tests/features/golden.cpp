// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "../pe/golden_rows.hpp"
#include "bartizan/features/bartizan_v1.hpp"

#if __has_include(<zlib.h>)
#include "unzip.hpp"

/// Against the reference parser (pefile 2023.2.7): its features of benign files, by SHA-256. The corpus names its files by that
/// hash, or by the first 12 digits of it.
namespace {

using namespace bartizan;

using namespace bartizan_tests;

constexpr double largest_entropy_error_bits = 1.0 / (1 << 14);

void expect_golden(const features::vector& v, const golden_row& golden, const std::filesystem::path& path) {
    for (unsigned i = 0; i < features::field_count; ++i) {
        const std::string name = features::fields[i].name;
        const std::string& cell = golden.at(name);
        ASSERT_TRUE(v.has(i)) << path << ' ' << name;
        if (name.find("Entropy") != std::string::npos) {
            EXPECT_NEAR(std::ldexp(static_cast<double>(v.value[i]), -16), std::stod(cell), largest_entropy_error_bits)
                << path << ' ' << name;
        } else if (name.find("Mean") != std::string::npos) {
            EXPECT_EQ(static_cast<double>(v.value[i]), std::floor(std::stod(cell))) << path << ' ' << name;
        } else {
            EXPECT_EQ(v.value[i], std::stoull(cell)) << path << ' ' << name;
        }
    }
}

TEST(features_golden, as_the_reference_parser_gives_them) {
    const auto golden = golden_rows();
    if (golden.empty()) GTEST_SKIP() << "no ../shared/pe-features/golden_features.csv.gz";
    const auto work = std::make_unique<features::extract_scratch>();
    for_each_golden_file(golden, [&work](const std::filesystem::path& path, const golden_row& row) {
        const auto file = bartizan_tests::read_file(path);
        const auto parsed = pe::parse({file.data(), file.size()});
        ASSERT_TRUE(parsed) << path;
        features::vector v;
        features::extract(parsed.image, *work, v);
        expect_golden(v, row, path);
    });
}

}  // namespace

#endif
