// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/pe/section.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "bartizan/pe/image.hpp"
#include "bartizan/testing/pe_builder.hpp"

namespace {

using namespace bartizan;

pe::parse_result parse(const std::vector<uint8_t>& file) { return pe::parse({file.data(), file.size()}); }

bartizan::testing::pe_builder with_sections(uint32_t count) {
    bartizan::testing::pe_builder b;
    b.optional.size_of_headers = 0x400;
    for (uint32_t i = 0; i < count; ++i) b.add_section(".s", std::vector<uint8_t>(16, static_cast<uint8_t>(i + 1)));
    return b;
}

TEST(pe_section, every_field_reads_back) {
    bartizan::testing::pe_builder b;
    auto& h = b.add_section("12345678", {0xab}).header;
    h.virtual_size = 0x01020304;
    h.virtual_address = 0x05061000;
    h.pointer_to_relocations = 0x11121314;
    h.pointer_to_linenumbers = 0x15161718;
    h.number_of_relocations = 0x191a;
    h.number_of_linenumbers = 0x1b1c;
    h.characteristics = 0x1d1e1f20;
    const auto file = b.build();
    const auto result = parse(file);
    ASSERT_TRUE(result);
    ASSERT_EQ(result.image.sections.size(), 1U);
    const pe::section s = result.image.sections[0];
    EXPECT_EQ(std::memcmp(s.header.name, "12345678", 8), 0);
    EXPECT_EQ(s.header.virtual_size, 0x01020304U);
    EXPECT_EQ(s.header.virtual_address, 0x05061000U);
    EXPECT_EQ(s.header.size_of_raw_data, 0x200U);
    EXPECT_EQ(s.header.pointer_to_raw_data, 0x400U);
    EXPECT_EQ(s.header.pointer_to_relocations, 0x11121314U);
    EXPECT_EQ(s.header.pointer_to_linenumbers, 0x15161718U);
    EXPECT_EQ(s.header.number_of_relocations, 0x191a);
    EXPECT_EQ(s.header.number_of_linenumbers, 0x1b1c);
    EXPECT_EQ(s.header.characteristics, 0x1d1e1f20U);
    EXPECT_EQ(s.header_offset, b.section_header_offset(0));
    EXPECT_EQ(s.raw_offset, 0x400U);
    EXPECT_EQ(s.raw.size, 0x200U);
    EXPECT_EQ(s.raw[0], 0xab);
    EXPECT_FALSE(s.raw_clipped);
}

TEST(pe_section, iteration_gives_the_table_in_order) {
    const auto file = with_sections(7).build();
    const auto result = parse(file);
    ASSERT_TRUE(result);
    uint8_t expected = 1;
    for (const pe::section& s : result.image.sections) EXPECT_EQ(s.raw[0], expected++);
    EXPECT_EQ(expected, 8);
}

TEST(pe_section, raw_data_is_clipped_to_the_file_and_flagged) {
    auto b = with_sections(1);
    b.sections[0].header.size_of_raw_data = 0x10000;
    auto file = b.build();
    file.resize(0x500);
    auto s = parse(file).image.sections[0];
    EXPECT_EQ(s.raw.size, 0x100U);
    EXPECT_TRUE(s.raw_clipped);
    EXPECT_EQ(s.mapped_size, s.header.virtual_size) << "a size that the file cannot hold is not believed";

    file.resize(0x400);
    s = parse(file).image.sections[0];
    EXPECT_TRUE(s.raw.empty());
    EXPECT_TRUE(s.raw_clipped);
}

TEST(pe_section, pointer_to_raw_data_is_rounded_down_to_a_sector) {
    auto b = with_sections(1);
    b.sections[0].header.pointer_to_raw_data = 0x5ff;
    b.sections[0].header.size_of_raw_data = 0x200;
    auto s = parse(b.build()).image.sections[0];
    EXPECT_EQ(s.raw_offset, 0x400U);
    EXPECT_EQ(s.raw.size, 0x200U);

    b.optional.file_alignment = 0x1ff;
    s = parse(b.build()).image.sections[0];
    EXPECT_EQ(s.raw_offset, 0x5ffU) << "not in images of low alignment";
}

TEST(pe_section, virtual_address_is_rounded_down_to_the_alignment) {
    constexpr pe::section_alignments page{0x2000, 0x200};
    static_assert(page.rva(0x2fff) == 0x2000 && page.rva(0x1fff) == 0);
    constexpr pe::section_alignments below_page{0x800, 0x200};
    static_assert(below_page.rva(0x2fff) == 0x2e00);
    constexpr pe::section_alignments none{0, 0};
    static_assert(none.rva(0x2fff) == 0x2fff && none.file_offset(0x2fff) == 0x2fff);
    constexpr pe::section_alignments odd{0x1001, 0x200};
    EXPECT_EQ(odd.rva(0x2fff), 0x2002U);
}

void expect_stopped(const std::vector<uint8_t>& file, uint32_t read, error_code code, uint64_t offset) {
    const auto result = parse(file);
    ASSERT_TRUE(result);
    EXPECT_EQ(result.image.sections.size(), read);
    EXPECT_EQ(result.image.sections_stopped.code, code) << describe(result.image.sections_stopped.code);
    EXPECT_EQ(result.image.sections_stopped.offset, offset);
}

TEST(pe_section, the_table_ends_at_a_header_of_zeros) {
    auto b = with_sections(3);
    b.sections[1].header = {};
    b.sections[1].contents.clear();
    expect_stopped(b.build(), 1, error_code::pe_section_header_zero, b.section_header_offset(1));
    b.sections[1].header.characteristics = 0x80000000;  // one bit set is enough to go on
    EXPECT_EQ(parse(b.build()).image.sections.size(), 3U);
}

TEST(pe_section, the_table_ends_where_the_file_cuts_a_header) {
    const auto b = with_sections(3);
    auto file = b.build();
    file.resize(b.section_header_offset(2) + 39);
    expect_stopped(file, 2, error_code::pe_section_table_out_of_file, b.section_header_offset(2));
    file.resize(b.section_header_offset(2) + 40);
    EXPECT_EQ(parse(file).image.sections.size(), 3U);
    file.resize(b.section_header_offset(0));
    expect_stopped(file, 0, error_code::pe_section_table_out_of_file, b.section_header_offset(0));
}

TEST(pe_section, a_table_outside_the_file_is_empty) {
    auto b = with_sections(1);
    auto file = b.build();
    file[0x80 + 4 + 16] = 0xff;
    file[0x80 + 4 + 17] = 0xff;
    expect_stopped(file, 0, error_code::pe_section_table_out_of_file, 0x80 + 4 + 16);
}

TEST(pe_section, at_most_2048_are_read) {
    bartizan::testing::pe_builder b;
    bartizan::testing::pe_builder::section empty;
    empty.header.characteristics = 0x40;
    b.sections.assign(2049, empty);
    b.coff.number_of_sections = 2048;
    EXPECT_EQ(parse(b.build()).image.sections.size(), 2048U);
    EXPECT_FALSE(parse(b.build()).image.sections_stopped);
    b.coff.number_of_sections = 2049;
    expect_stopped(b.build(), 2048, error_code::pe_section_limit, b.section_header_offset(2048));
}

/// Five ways to be wrong; the table ends at the first header that shows three of them. Every combination of the five.
TEST(pe_section, the_table_ends_at_a_header_wrong_in_three_ways) {
    for (unsigned wrong = 0; wrong < 32; ++wrong) {
        auto b = with_sections(3);
        auto& h = b.sections[1].header;
        b.sections[1].contents.clear();
        const size_t file_size = b.build().size();
        h.size_of_raw_data = 0;
        int faults = 0;
        // Raw data that begins past the end also ends there: that wrong counts twice.
        const bool begins_outside = (wrong & 1) != 0;
        const bool ends_outside = begins_outside || (wrong & 2) != 0;
        if (ends_outside) h.size_of_raw_data = static_cast<uint32_t>(file_size);
        if (begins_outside) h.pointer_to_raw_data = static_cast<uint32_t>(file_size) + 0x1000;
        if ((wrong & 4) != 0) h.virtual_size = 0x10000001;
        if ((wrong & 8) != 0) h.virtual_address = 0x10001000;
        if ((wrong & 16) != 0) h.pointer_to_raw_data += 1;
        for (unsigned bit = 2; bit < 5; ++bit) faults += static_cast<int>(wrong >> bit & 1);
        faults += begins_outside ? 1 : 0;
        faults += ends_outside ? 1 : 0;
        auto file = b.build();
        file.resize(file_size);
        if (faults >= 3) {
            expect_stopped(file, 1, error_code::pe_section_header_absurd, b.section_header_offset(1));
        } else {
            EXPECT_EQ(parse(file).image.sections.size(), 3U) << wrong;
        }
    }
}

TEST(pe_section, limits_of_the_five_ways) {
    auto b = with_sections(3);
    auto& h = b.sections[1].header;
    b.sections[1].contents.clear();
    const size_t file_size = b.build().size();
    // On the limit in all five ways is not wrong in any.
    h.virtual_size = 0x10000000;
    h.virtual_address = 0x10000fff;
    h.pointer_to_raw_data = static_cast<uint32_t>(file_size);
    h.size_of_raw_data = 0;
    auto file = b.build();
    file.resize(file_size);
    EXPECT_EQ(parse(file).image.sections.size(), 3U);
}

}  // namespace
