// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/ember_v3.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

#include "bartizan/testing/pe_builder.hpp"
#include "ember_golden.hpp"

namespace {

using namespace bartizan;
namespace v3 = features::ember_v3;

/// Extracts twice with one scratch, to see that the second call does not depend on what the first left there.
std::vector<float> extract(const std::vector<uint8_t>& file) {
    const auto work = std::make_unique<v3::extract_scratch>();
    float first[v3::dimensions];
    float second[v3::dimensions];
    v3::extract({file.data(), file.size()}, *work, first);
    v3::extract({file.data(), file.size()}, *work, second);
    EXPECT_EQ(std::memcmp(first, second, sizeof first), 0);
    return {first, first + v3::dimensions};
}

float value_of(const std::vector<float>& v, std::string_view name, uint32_t index = 0) {
    uint32_t at = 0;
    for (const auto& block : v3::columns) {
        if (block.name == name) return v[at + index];
        at += block.length;
    }
    ADD_FAILURE() << name;
    return 0;
}

bool warns(const std::vector<float>& v, features::ember::pefile_warning warning) {
    return value_of(v, "pefilewarnings", static_cast<uint32_t>(warning)) != 0;
}

#if __has_include(<zlib.h>)
TEST(features_ember_v3, equals_the_published_extractor) {
    const auto work = std::make_unique<v3::extract_scratch>();
    bartizan_tests::compare_with_golden("ember_v3.f32.gz", v3::columns, 1e-6, [&](bytes file, std::vector<float>& out) {
        float vector[v3::dimensions];
        v3::extract(file, *work, vector);
        std::copy(vector, vector + v3::dimensions, out.begin());
    });
}

TEST(features_ember_v3, columns_are_those_of_the_layout) {
    bartizan_tests::compare_with_layout("layout_v3.tsv", v3::columns);
}
#endif

TEST(features_ember_v3, broken_files_are_answered) {
    const auto files = bartizan_tests::files_in(bartizan_tests::shared_folder("goodware/malformed"));
    if (files.empty()) GTEST_SKIP() << "no shared/goodware/malformed";
    for (const auto& path : files) {
        const auto file = bartizan_tests::read_file(path);
        for (const float value : extract(file)) ASSERT_TRUE(std::isfinite(value)) << path;
    }
}

/// A model names this number. If this fails, the schema changed: make a new one, do not edit the number.
TEST(features_ember_v3, hash_is_frozen) { EXPECT_EQ(v3::hash, 0xb8a13107f5f5c353U); }

TEST(features_ember_v3, scratch_is_as_small_as_stated) { EXPECT_LT(sizeof(v3::extract_scratch), 256U * 1024); }

TEST(features_ember_v3, what_is_no_pe_file_has_bytes_and_strings_only) {
    for (const std::vector<uint8_t>& file :
         {std::vector<uint8_t>{}, std::vector<uint8_t>{'M', 'Z'}, std::vector<uint8_t>(5000, 'x')}) {
        const auto v = extract(file);
        EXPECT_EQ(value_of(v, "general.size"), static_cast<float>(file.size()));
        EXPECT_EQ(value_of(v, "general.is_pe"), 0);
        uint32_t at = 0;
        while (features::column_of(v3::columns, at).name != std::string_view("header.coff.timestamp")) ++at;
        for (; at < v3::dimensions; ++at) EXPECT_EQ(v[at], 0) << bartizan_tests::column_name(v3::columns, at);
    }
}

TEST(features_ember_v3, headers_and_sections_of_a_built_file) {
    bartizan::testing::pe_builder b;
    b.add_section(".Text", {1, 2, 3}, 0x60000020);
    b.add_section("", {4}, 0xc0000040);
    b.optional.address_of_entry_point = b.sections[0].header.virtual_address;
    const auto v = extract(b.build());
    EXPECT_EQ(value_of(v, "general.is_pe"), 1);
    EXPECT_EQ(value_of(v, "header.machine"), 32) << "AMD64";
    EXPECT_EQ(value_of(v, "header.subsystem"), 3);
    EXPECT_EQ(value_of(v, "header.characteristic.EXECUTABLE_IMAGE"), 1);
    EXPECT_EQ(value_of(v, "header.characteristic.DLL"), 0);
    EXPECT_EQ(value_of(v, "header.dos.e_lfanew"), 128);
    EXPECT_EQ(value_of(v, "section.n_sections"), 2);
    EXPECT_EQ(value_of(v, "section.n_empty_name"), 1);
    EXPECT_EQ(value_of(v, "section.n_rx"), 1);
    EXPECT_EQ(value_of(v, "section.n_w"), 1);
    features::murmur3_32 entry;
    entry.add(".text");
    const float sign = static_cast<int32_t>(entry.value()) < 0 ? -1.0F : 1.0F;
    EXPECT_EQ(value_of(v, "section.entry_name", features::hashed_bins::bin_of(entry.value(), 10)), sign)
        << "whole, in lower case";
    EXPECT_EQ(value_of(v, "section.overlay_size"), 0);
    EXPECT_EQ(value_of(v, "exports.count"), 0);
}

TEST(features_ember_v3, appended_data_is_the_overlay) {
    bartizan::testing::pe_builder b;
    b.add_section(".text", {1, 2, 3}, 0x60000020);
    auto file = b.build();
    const size_t size = file.size();
    file.insert(file.end(), {0, 1, 0, 1});
    const auto v = extract(file);
    EXPECT_EQ(value_of(v, "section.overlay_size"), 4);
    EXPECT_FLOAT_EQ(value_of(v, "section.overlay_size_ratio"), 4 / static_cast<float>(size + 4));
    EXPECT_EQ(value_of(v, "section.overlay_entropy"), 1);
}

TEST(features_ember_v3, complaints_about_headers_and_sections) {
    using features::ember::pefile_warning;
    bartizan::testing::pe_builder sound;
    sound.add_section(".text", {1, 2, 3}, 0x60000020);
    sound.optional.address_of_entry_point = sound.sections[0].header.virtual_address;

    auto v = extract(sound.build());
    EXPECT_FALSE(warns(v, pefile_warning::entry_point_in_headers));
    EXPECT_FALSE(warns(v, pefile_warning::entry_point_outside_sections));
    EXPECT_TRUE(warns(v, pefile_warning::dominant_byte)) << "zeros, mostly";

    auto b = sound;
    b.optional.address_of_entry_point = 0x10;
    v = extract(b.build());
    EXPECT_TRUE(warns(v, pefile_warning::entry_point_in_headers));
    EXPECT_TRUE(warns(v, pefile_warning::entry_point_outside_sections));
    EXPECT_EQ(value_of(v, "pefilewarnings.count"), 3);

    b = sound;
    b.sections[0].header.characteristics |= 0x80000000;
    EXPECT_TRUE(warns(extract(b.build()), pefile_warning::section_write_execute));

    b = sound;
    b.sections[0].header.virtual_size = 0x10000001;
    EXPECT_TRUE(warns(extract(b.build()), pefile_warning::section_suspicious));

    b = sound;
    b.optional.file_alignment = 0x600;
    EXPECT_TRUE(warns(extract(b.build()), pefile_warning::file_alignment));

    b = sound;
    ++b.coff.number_of_sections;
    EXPECT_TRUE(warns(extract(b.build()), pefile_warning::section_null_bytes));

    b = sound;
    b.optional.magic = 0x107;
    v = extract(b.build());
    EXPECT_EQ(value_of(v, "general.is_pe"), 1) << "pefile takes any magic";
    EXPECT_TRUE(warns(v, pefile_warning::optional_header_type));
}

/// Every directory claims the whole address space, and every table points at itself: the walks end, and complain.
TEST(features_ember_v3, hostile_tables_are_given_up) {
    for (const unsigned fill : {0x01U, 0x10U, 0x80U, 0xffU}) {
        bartizan::testing::pe_builder b(pe::image_kind::pe32);
        b.add_section(".x", std::vector<uint8_t>(1 << 18, static_cast<uint8_t>(fill)), 0x60000020);
        const uint32_t rva = 0x01010101U * fill;
        b.sections[0].header.virtual_address = rva & 0x7ffff000;
        b.sections[0].header.virtual_size = 0x40000;
        for (auto& directory : b.optional.data_directory) directory = {rva, 0xfffffff0};
        b.coff.machine = 0x8664;
        b.optional.size_of_image = 0xffffffff;
        const auto v = extract(b.build());
        EXPECT_EQ(value_of(v, "general.is_pe"), 1);
        EXPECT_GE(value_of(v, "pefilewarnings.count"), 4);
    }
}

}  // namespace
