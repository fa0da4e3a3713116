// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/ember_v2.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

#include "bartizan/testing/pe_builder.hpp"
#include "ember_golden.hpp"

namespace {

using namespace bartizan;
namespace v2 = features::ember_v2;

/// Extracts twice with one scratch, to see that the second call does not depend on what the first left there.
std::vector<float> extract(bytes file) {
    const auto work = std::make_unique<v2::extract_scratch>();
    float first[v2::dimensions];
    float second[v2::dimensions];
    v2::extract(file, *work, first);
    v2::extract(file, *work, second);
    EXPECT_EQ(std::memcmp(first, second, sizeof first), 0);
    return {first, first + v2::dimensions};
}
std::vector<float> extract(const std::vector<uint8_t>& file) { return extract(bytes{file.data(), file.size()}); }

float value_of(const std::vector<float>& v, std::string_view name, uint32_t index = 0) {
    uint32_t at = 0;
    for (const auto& block : v2::columns) {
        if (block.name == name) return v[at + index];
        at += block.length;
    }
    ADD_FAILURE() << name;
    return 0;
}

#if __has_include(<zlib.h>)
TEST(features_ember_v2, equals_the_published_extractor) {
    const auto work = std::make_unique<v2::extract_scratch>();
    bartizan_tests::compare_with_golden("ember_v2.f32.gz", v2::columns, 1e-6, [&](bytes file, std::vector<float>& out) {
        float vector[v2::dimensions];
        v2::extract(file, *work, vector);
        std::copy(vector, vector + v2::dimensions, out.begin());
    });
}

TEST(features_ember_v2, columns_are_those_of_the_layout) {
    bartizan_tests::compare_with_layout("layout_v2.tsv", v2::columns);
}
#endif

TEST(features_ember_v2, broken_files_are_answered) {
    const auto files = bartizan_tests::files_in(bartizan_tests::shared_folder("goodware/malformed"));
    if (files.empty()) GTEST_SKIP() << "no shared/goodware/malformed";
    for (const auto& path : files) {
        const auto file = bartizan_tests::read_file(path);
        for (const float value : extract(file)) ASSERT_TRUE(std::isfinite(value)) << path;
    }
}

/// A model names this number. If this fails, the schema changed: make a new one, do not edit the number.
TEST(features_ember_v2, hash_is_frozen) { EXPECT_EQ(v2::hash, 0xd62e44b4e73dca80U); }

TEST(features_ember_v2, what_is_no_pe_file_has_empty_names) {
    for (const std::vector<uint8_t>& file :
         {std::vector<uint8_t>{}, std::vector<uint8_t>{'M', 'Z'}, std::vector<uint8_t>(5000, 'x')}) {
        const auto v = extract(file);
        EXPECT_EQ(value_of(v, "general.size"), static_cast<float>(file.size()));
        EXPECT_EQ(value_of(v, "general.vsize"), 0);
        EXPECT_EQ(value_of(v, "header.machine"), 1) << "the empty name hashes to 0";
        EXPECT_EQ(value_of(v, "header.subsystem"), 1);
        EXPECT_EQ(value_of(v, "header.magic"), 1);
        EXPECT_EQ(value_of(v, "header.characteristics"), 0);
        EXPECT_EQ(value_of(v, "section.count"), 0);
    }
}

/// The sum of a block says how many names were hashed into it: each is +1 or -1 in one bin, and these do not cancel.
float names_in(const std::vector<float>& v, std::string_view block, uint32_t length) {
    float sum = 0;
    for (uint32_t i = 0; i < length; ++i) sum += std::fabs(value_of(v, block, i));
    return sum;
}

TEST(features_ember_v2, entry_section_is_hashed_by_character) {
    bartizan::testing::pe_builder b;
    b.add_section(".x", {1, 2, 3}, 0x60000020);
    b.add_section(".data", {4}, 0xc0000040);
    const auto v = extract(b.build());
    EXPECT_EQ(value_of(v, "section.count"), 2);
    EXPECT_EQ(value_of(v, "section.rx"), 1);
    EXPECT_EQ(value_of(v, "section.w"), 1);
    EXPECT_EQ(names_in(v, "section.entry_name", 50), 2) << "'.' and 'x'";
    EXPECT_EQ(names_in(v, "section.characteristics", 50), 3) << "CNT_CODE, MEM_EXECUTE, MEM_READ";
    EXPECT_EQ(value_of(v, "general.vsize"), 0x3000);
}

/// Every section of the entry section's name lends its characteristics.
TEST(features_ember_v2, sections_of_one_name_count_together) {
    bartizan::testing::pe_builder b;
    b.add_section(".x", {1, 2, 3}, 0x60000020);
    b.add_section(".x", {4}, 0x60000020);
    EXPECT_EQ(names_in(extract(b.build()), "section.characteristics", 50), 6);
}

TEST(features_ember_v2, a_byte_beyond_ascii_is_four_characters) {
    bartizan::testing::pe_builder b;
    b.add_section("\xe9", {1}, 0x60000020);
    features::murmur3_32 name;
    name.add("\\xe9");
    const uint32_t bin = features::hashed_bins::bin_of(name.value(), 50);
    EXPECT_EQ(std::fabs(value_of(extract(b.build()), "section.sizes", bin)), 512);
}

/// Tables over tables: the walk ends, and soon.
TEST(features_ember_v2, hostile_tables_are_given_up) {
    bartizan::testing::pe_builder b(pe::image_kind::pe32);
    std::vector<uint8_t> contents(1 << 20, 0x01);  // every descriptor, thunk and name points at 0x01010101
    b.add_section(".x", contents, 0x60000020);
    b.sections[0].header.virtual_address = 0x01010000;
    b.sections[0].header.virtual_size = 0x100000;
    b.optional.data_directory[0] = {0x01010101, 0x1000};
    b.optional.data_directory[1] = {0x01010101, 0x1000};
    b.coff.number_of_symbols = 0xffffffff;
    const auto v = extract(b.build());
    EXPECT_EQ(value_of(v, "section.count"), 1);
}

}  // namespace
