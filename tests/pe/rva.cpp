// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/pe/rva.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "bartizan/testing/pe_builder.hpp"

namespace {

using namespace bartizan;

/// Memory: headers, [0x1000, 0x1400) of which 0x1000..0x11ff is in the file at 0x400, [0x2000, 0x2200) at 0x600, overlay at 0x800.
struct mapped {
    std::vector<uint8_t> file;
    pe::image image;

    explicit mapped(bartizan::testing::pe_builder b = two_sections()) : file(b.build()) {
        file.resize(0x900, 0xee);
        image = pe::parse({file.data(), file.size()}).image;
    }
    static bartizan::testing::pe_builder two_sections() {
        bartizan::testing::pe_builder b;
        b.add_section(".text", std::vector<uint8_t>(0x200, 0xc1)).header.virtual_size = 0x400;
        b.add_section(".data", std::vector<uint8_t>(0x200, 0xd1)).header.virtual_size = 0x10;
        return b;
    }
    [[nodiscard]] uint64_t offset(uint32_t rva) const {
        const auto found = pe::rva_to_offset(image, rva);
        return found.known ? found.value : UINT64_MAX;
    }
    [[nodiscard]] uint64_t rva(uint64_t offset) const {
        const auto found = pe::offset_to_rva(image, offset);
        return found.known ? found.value : UINT64_MAX;
    }
};

TEST(pe_rva, rva_to_offset) {
    const mapped m;
    EXPECT_EQ(m.offset(0), 0U);
    EXPECT_EQ(m.offset(0x80), 0x80U);
    EXPECT_EQ(m.offset(0x1000), 0x400U);
    EXPECT_EQ(m.offset(0x11ff), 0x5ffU);
    EXPECT_EQ(m.offset(0x1200), UINT64_MAX) << "memory without a file behind it";
    EXPECT_EQ(m.offset(0x13ff), UINT64_MAX);
    EXPECT_EQ(m.offset(0x2000), 0x600U);
    EXPECT_EQ(m.offset(0x21ff), 0x7ffU) << "raw data is mapped past VirtualSize";
    EXPECT_EQ(m.offset(0x2200), UINT64_MAX);
    EXPECT_EQ(m.offset(0x850), 0x850U) << "outside every section an RVA is an offset";
    EXPECT_EQ(m.offset(0x8ff), 0x8ffU);
    EXPECT_EQ(m.offset(0x900), UINT64_MAX);
    EXPECT_EQ(m.offset(UINT32_MAX), UINT64_MAX);
}

TEST(pe_rva, offset_to_rva) {
    const mapped m;
    EXPECT_EQ(m.rva(0), 0U);
    EXPECT_EQ(m.rva(0x3ff), 0x3ffU);
    EXPECT_EQ(m.rva(0x400), 0x1000U);
    EXPECT_EQ(m.rva(0x5ff), 0x11ffU);
    EXPECT_EQ(m.rva(0x600), 0x2000U);
    EXPECT_EQ(m.rva(0x7ff), 0x21ffU);
    EXPECT_EQ(m.rva(0x800), UINT64_MAX) << "the overlay is not mapped";
    EXPECT_EQ(m.rva(UINT64_MAX), UINT64_MAX);
}

TEST(pe_rva, every_mapped_offset_maps_back) {
    const mapped m;
    for (uint64_t offset = 0; offset < 0x800; ++offset) {
        ASSERT_EQ(m.offset(static_cast<uint32_t>(m.rva(offset))), offset);
    }
}

TEST(pe_rva, bytes_are_clipped_to_the_section) {
    const mapped m;
    EXPECT_EQ(pe::bytes_at_rva(m.image, 0x1000, 0x1000).size, 0x200U);
    EXPECT_EQ(pe::bytes_at_rva(m.image, 0x1000, 0x1000)[0], 0xc1);
    EXPECT_EQ(pe::bytes_at_rva(m.image, 0x11f0, 8).size, 8U);
    EXPECT_TRUE(pe::bytes_at_rva(m.image, 0x1200, 8).empty());
    EXPECT_EQ(pe::bytes_at_rva(m.image, 0x2000, UINT64_MAX)[0x1ff], 0xd1);
    EXPECT_EQ(pe::bytes_at_rva(m.image, 0, 2)[1], 'Z');
    EXPECT_TRUE(pe::bytes_at_rva(m.image, UINT32_MAX, 8).empty());
}

TEST(pe_rva, the_section_that_begins_last_owns_an_address) {
    auto b = mapped::two_sections();
    b.sections[0].header.virtual_size = 0x2000;  // runs through .data
    const mapped m(b);
    EXPECT_EQ(m.offset(0x2000), 0x600U);
    EXPECT_EQ(m.offset(0x2200), UINT64_MAX) << ".text ends where .data begins";

    std::swap(b.sections[0], b.sections[1]);
    const mapped swapped(b);
    for (uint32_t rva = 0; rva < 0x3000; rva += 0x80) EXPECT_EQ(swapped.offset(rva), m.offset(rva)) << rva;
}

TEST(pe_rva, of_sections_that_begin_together_the_first_long_enough_owns_an_address) {
    auto b = mapped::two_sections();
    b.sections[0].header.virtual_size = 0x10;
    b.sections[0].header.size_of_raw_data = 0x10;
    b.sections[0].contents.resize(0x10);
    b.sections[1].header.virtual_address = 0x1000;
    const mapped m(b);
    EXPECT_EQ(m.offset(0x1000), 0x400U);
    EXPECT_EQ(m.offset(0x100f), 0x40fU);
    EXPECT_EQ(m.offset(0x1010), 0x610U);
}

TEST(pe_rva, an_image_without_sections_is_mapped_flat) {
    const mapped m{bartizan::testing::pe_builder()};
    EXPECT_EQ(m.offset(0x8ff), 0x8ffU);
    EXPECT_EQ(m.offset(0x900), UINT64_MAX);
    EXPECT_EQ(m.rva(0x3ff), 0x3ffU);
    EXPECT_EQ(m.rva(0x400), UINT64_MAX);
}

static_assert(!pe::rva_to_offset(pe::image{}, 0).known);
static_assert(!pe::offset_to_rva(pe::image{}, 0).known);

}  // namespace
