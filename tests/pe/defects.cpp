// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/pe/defects.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "bartizan/testing/pe_builder.hpp"

namespace {

using namespace bartizan;

std::vector<error> defects_of(const std::vector<uint8_t>& file) {
    const auto result = pe::parse({file.data(), file.size()});
    EXPECT_TRUE(result);
    std::vector<error> found;
    pe::for_each_defect(result.image, [&found](error e) { found.push_back(e); });
    return found;
}

void expect_only(const std::vector<uint8_t>& file, error_code code, uint64_t offset) {
    const auto found = defects_of(file);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].code, code) << describe(found[0].code);
    EXPECT_EQ(found[0].offset, offset);
}

bartizan::testing::pe_builder sound(pe::image_kind kind = pe::image_kind::pe32_plus) {
    bartizan::testing::pe_builder b(kind);
    b.add_section(".text", std::vector<uint8_t>(0x200, 0xcc));
    return b;
}

constexpr uint64_t optional_header = 0x80 + 24;

TEST(pe_defects, a_sound_file_has_none) {
    EXPECT_TRUE(defects_of(sound(pe::image_kind::pe32).build()).empty());
    EXPECT_TRUE(defects_of(sound(pe::image_kind::pe32_plus).build()).empty());
}

TEST(pe_defects, optional_header_too_small) {
    auto b = sound();
    b.coff.size_of_optional_header = 239;
    b.sections.clear();
    b.coff.number_of_sections = 0;
    expect_only(b.build(), error_code::pe_optional_header_too_small, 0x80 + 4 + 16);
    b.optional.number_of_rva_and_sizes = 15;  // 232 bytes
    EXPECT_TRUE(defects_of(b.build()).empty());
}

TEST(pe_defects, optional_header_cut) {
    bartizan::testing::pe_builder b(pe::image_kind::pe32);
    auto file = b.build();
    file.resize(optional_header + 96 + 8 * 16 - 1);
    expect_only(file, error_code::pe_optional_header_cut, file.size());
}

TEST(pe_defects, directory_count) {
    auto b = sound(pe::image_kind::pe32);
    b.optional.number_of_rva_and_sizes = 17;
    expect_only(b.build(), error_code::pe_directory_count, optional_header + 92);
    b = sound(pe::image_kind::pe32_plus);
    b.optional.number_of_rva_and_sizes = UINT32_MAX;
    expect_only(b.build(), error_code::pe_directory_count, optional_header + 108);
}

TEST(pe_defects, section_raw_out_of_file) {
    const auto b = sound();
    auto file = b.build();
    file.pop_back();
    expect_only(file, error_code::pe_section_raw_out_of_file, b.section_header_offset(0) + 16);
}

TEST(pe_defects, where_the_section_table_stopped) {
    auto b = sound();
    b.coff.number_of_sections = 2;
    expect_only(b.build(), error_code::pe_section_header_zero, b.section_header_offset(1));
}

TEST(pe_defects, several_come_in_the_order_of_the_file) {
    auto b = sound();
    b.coff.number_of_sections = 2;
    b.optional.number_of_rva_and_sizes = 99;
    b.sections[0].header.size_of_raw_data = 0x1000;
    auto file = b.build();
    file.resize(0x600);
    const auto found = defects_of(file);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].code, error_code::pe_directory_count);
    EXPECT_EQ(found[1].code, error_code::pe_section_raw_out_of_file);
    EXPECT_EQ(found[2].code, error_code::pe_section_header_zero);
}

}  // namespace
