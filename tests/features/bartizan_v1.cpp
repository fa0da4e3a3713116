// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/bartizan_v1.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string_view>
#include <vector>

#include "bartizan/testing/pe_builder.hpp"

namespace {

using namespace bartizan;

/// Extracts twice with one scratch, to see that the second call does not depend on what the first left there.
features::vector extract(const std::vector<uint8_t>& file) {
    const auto result = pe::parse({file.data(), file.size()});
    EXPECT_TRUE(result);
    const auto work = std::make_unique<features::extract_scratch>();
    features::vector first;
    features::vector second;
    features::extract(result.image, *work, first);
    features::extract(result.image, *work, second);
    EXPECT_EQ(first.present, second.present);
    EXPECT_TRUE(std::equal(first.value, first.value + features::field_count, second.value));
    for (unsigned i = 0; i < features::field_count; ++i) EXPECT_TRUE(first.has(i) || first.value[i] == 0) << i;
    return first;
}

uint64_t value_of(const features::vector& v, std::string_view name) {
    for (unsigned i = 0; i < features::field_count; ++i) {
        if (features::fields[i].name == name) {
            EXPECT_TRUE(v.has(i)) << name;
            return v.value[i];
        }
    }
    ADD_FAILURE() << name;
    return 0;
}

bool knows(const features::vector& v, features::group g) {
    const uint64_t mask = features::mask_of(g);
    EXPECT_TRUE((v.present & mask) == 0 || (v.present & mask) == mask) << "a group is known as a whole";
    return (v.present & mask) == mask;
}

/// The definition, in floating point, in Q16.
double entropy_q16_of(bytes data) {
    double counts[256]{};
    for (const uint8_t byte : data) ++counts[byte];
    double sum = 0;
    for (const double count : counts) {
        if (count != 0) sum -= count / static_cast<double>(data.size) * std::log2(count / static_cast<double>(data.size));
    }
    return sum * 65536;
}

TEST(features_bartizan_v1, header_fields_have_the_names_of_the_data_sets) {
    for (const auto kind : {pe::image_kind::pe32, pe::image_kind::pe32_plus}) {
        const bool plus = kind == pe::image_kind::pe32_plus;
        bartizan::testing::pe_builder b(kind);
        b.add_section(".text", {1, 2, 3});
        b.coff.characteristics = 0x0203;
        auto& o = b.optional;
        o.major_linker_version = 11;
        o.minor_linker_version = 12;
        o.size_of_code = 1001;
        o.size_of_initialized_data = 1002;
        o.size_of_uninitialized_data = 1003;
        o.address_of_entry_point = 1004;
        o.base_of_code = 1005;
        o.image_base = plus ? 0x123456789abcdef0 : 0x89abcdef;
        o.section_alignment = 0x2000;
        o.file_alignment = 0x400;
        o.major_operating_system_version = 21;
        o.minor_operating_system_version = 22;
        o.major_image_version = 23;
        o.minor_image_version = 24;
        o.major_subsystem_version = 25;
        o.minor_subsystem_version = 26;
        o.size_of_image = 1006;
        o.size_of_headers = 1007;
        o.check_sum = 1008;
        o.subsystem = 27;
        o.dll_characteristics = 28;
        o.size_of_stack_reserve = plus ? 0x100000001 : 2001;
        o.size_of_stack_commit = plus ? 0x100000002 : 2002;
        o.size_of_heap_reserve = plus ? 0x100000003 : 2003;
        o.size_of_heap_commit = plus ? 0x100000004 : 2004;
        o.loader_flags = 1009;
        o.number_of_rva_and_sizes = 14;
        const auto v = extract(b.build());
        EXPECT_TRUE(knows(v, features::group::core30));
        EXPECT_EQ(value_of(v, "NumberOfSections"), 1U);
        EXPECT_EQ(value_of(v, "SizeOfOptionalHeader"), plus ? 240U : 224U);
        EXPECT_EQ(value_of(v, "Characteristics"), 0x0203U);
        EXPECT_EQ(value_of(v, "MajorLinkerVersion"), 11U);
        EXPECT_EQ(value_of(v, "MinorLinkerVersion"), 12U);
        EXPECT_EQ(value_of(v, "SizeOfCode"), 1001U);
        EXPECT_EQ(value_of(v, "SizeOfInitializedData"), 1002U);
        EXPECT_EQ(value_of(v, "SizeOfUninitializedData"), 1003U);
        EXPECT_EQ(value_of(v, "AddressOfEntryPoint"), 1004U);
        EXPECT_EQ(value_of(v, "BaseOfCode"), 1005U);
        EXPECT_EQ(value_of(v, "ImageBase"), o.image_base);
        EXPECT_EQ(value_of(v, "SectionAlignment"), 0x2000U);
        EXPECT_EQ(value_of(v, "FileAlignment"), 0x400U);
        EXPECT_EQ(value_of(v, "MajorOperatingSystemVersion"), 21U);
        EXPECT_EQ(value_of(v, "MinorOperatingSystemVersion"), 22U);
        EXPECT_EQ(value_of(v, "MajorImageVersion"), 23U);
        EXPECT_EQ(value_of(v, "MinorImageVersion"), 24U);
        EXPECT_EQ(value_of(v, "MajorSubsystemVersion"), 25U);
        EXPECT_EQ(value_of(v, "MinorSubsystemVersion"), 26U);
        EXPECT_EQ(value_of(v, "SizeOfImage"), 1006U);
        EXPECT_EQ(value_of(v, "SizeOfHeaders"), 1007U);
        EXPECT_EQ(value_of(v, "CheckSum"), 1008U);
        EXPECT_EQ(value_of(v, "Subsystem"), 27U);
        EXPECT_EQ(value_of(v, "DllCharacteristics"), 28U);
        EXPECT_EQ(value_of(v, "SizeOfStackReserve"), o.size_of_stack_reserve);
        EXPECT_EQ(value_of(v, "SizeOfStackCommit"), o.size_of_stack_commit);
        EXPECT_EQ(value_of(v, "SizeOfHeapReserve"), o.size_of_heap_reserve);
        EXPECT_EQ(value_of(v, "SizeOfHeapCommit"), o.size_of_heap_commit);
        EXPECT_EQ(value_of(v, "LoaderFlags"), 1009U);
        EXPECT_EQ(value_of(v, "NumberOfRvaAndSizes"), 14U);
    }
}

/// Each at its offset in Microsoft's IMAGE_DOS_HEADER; all are 16 bits wide but the last, of 32.
TEST(features_bartizan_v1, dos_header_fields_stand_where_the_format_puts_them) {
    bartizan::testing::pe_builder b;
    b.add_section(".text", {1, 2, 3});
    auto file = b.build();
    const uint64_t e_lfanew = file[0x3c] | file[0x3d] << 8;
    const std::pair<const char*, size_t> fields[] = {{"e_cblp", 2}, {"e_cp", 4}, {"e_minalloc", 10}, {"e_maxalloc", 12}, {"e_sp", 16}, {"e_lfarlc", 24}, {"e_ovno", 26}};
    for (const auto& [name, at] : fields) {
        file[at] = static_cast<uint8_t>(at);
        file[at + 1] = 0xa5;
    }
    const auto v = extract(file);
    EXPECT_TRUE(knows(v, features::group::dos_header));
    for (const auto& [name, at] : fields) EXPECT_EQ(value_of(v, name), 0xa500U + at) << name;
    EXPECT_EQ(value_of(v, "e_lfanew"), e_lfanew);
}

std::vector<uint8_t> cycle(size_t size_bytes, unsigned values) {
    std::vector<uint8_t> data(size_bytes);
    for (size_t i = 0; i < size_bytes; ++i) data[i] = static_cast<uint8_t>(i % values);
    return data;
}

TEST(features_bartizan_v1, section_statistics) {
    bartizan::testing::pe_builder b;
    b.add_section(".a", cycle(0x400, 16));   // 4 bits
    b.add_section(".b", cycle(0x200, 256));  // 8 bits
    b.add_section(".bss", {}).header.virtual_size = 0x1235;
    const auto file = b.build();
    const auto v = extract(file);
    EXPECT_EQ(value_of(v, "SectionsMeanEntropy"), 4U << 16);
    EXPECT_EQ(value_of(v, "SectionsMinEntropy"), 0U) << "an empty section counts as zero";
    EXPECT_EQ(value_of(v, "SectionsMaxEntropy"), 8U << 16);
    EXPECT_EQ(value_of(v, "SectionsMeanRawsize"), 0x200U);
    EXPECT_EQ(value_of(v, "SectionsMinRawsize"), 0U);
    EXPECT_EQ(value_of(v, "SectionsMaxRawsize"), 0x400U);
    EXPECT_EQ(value_of(v, "SectionsMeanVirtualsize"), (0x400U + 0x200 + 0x1235) / 3);
    EXPECT_EQ(value_of(v, "SectionsMinVirtualsize"), 0x200U);
    EXPECT_EQ(value_of(v, "SectionsMaxVirtualsize"), 0x1235U);
    EXPECT_NEAR(static_cast<double>(value_of(v, "FileEntropy")), entropy_q16_of({file.data(), file.size()}), 1);
    EXPECT_EQ(value_of(v, "FileSize"), file.size());
}

TEST(features_bartizan_v1, the_size_claimed_is_the_size_reported_but_only_bytes_that_exist_have_entropy) {
    bartizan::testing::pe_builder b;
    b.add_section(".a", cycle(0x400, 16)).header.size_of_raw_data = 0x10000;
    auto file = b.build();
    file.resize(0x400 + 0x200);
    const auto v = extract(file);
    EXPECT_EQ(value_of(v, "SectionsMaxRawsize"), 0x10000U);
    EXPECT_EQ(value_of(v, "SectionsMaxEntropy"), 4U << 16);
}

/// Sections in any order, with gaps, overlapping or inside each other: the file's entropy is that of the file.
TEST(features_bartizan_v1, file_entropy_does_not_depend_on_where_the_sections_lie) {
    const uint32_t layouts[][3] = {
        {0x400, 0x600, 0x800}, {0x800, 0x600, 0x400}, {0x400, 0x400, 0x400}, {0x600, 0x400, 0x800},
        {0x400, 0xa00, 0x600}, {0x000, 0x200, 0x400}, {0xa00, 0xa00, 0x400}, {0x600, 0x600, 0xe00},
    };
    for (const auto& layout : layouts) {
        bartizan::testing::pe_builder b;
        for (const uint32_t pointer : layout) {
            auto& h = b.add_section(".x", {}).header;
            h.pointer_to_raw_data = pointer;
            h.size_of_raw_data = 0x400;
        }
        auto file = b.build();
        file.resize(0x1000);
        for (size_t i = 0x400; i < file.size(); ++i) file[i] = static_cast<uint8_t>(i * i / 97);
        const auto v = extract(file);
        ASSERT_EQ(pe::parse({file.data(), file.size()}).image.sections.size(), 3U);
        EXPECT_NEAR(static_cast<double>(value_of(v, "FileEntropy")), entropy_q16_of({file.data(), file.size()}), 1);
        double mean = 0;
        for (const uint32_t pointer : layout) mean += entropy_q16_of(bytes{file.data(), file.size()}.sub(pointer, 0x400)) / 3;
        EXPECT_NEAR(static_cast<double>(value_of(v, "SectionsMeanEntropy")), mean, 2);
    }
}

TEST(features_bartizan_v1, without_sections_their_groups_are_unknown) {
    const auto v = extract(bartizan::testing::pe_builder().build());
    EXPECT_TRUE(knows(v, features::group::core30));
    EXPECT_TRUE(knows(v, features::group::file));
    EXPECT_FALSE(knows(v, features::group::section_entropy));
    EXPECT_FALSE(knows(v, features::group::section_size));
}

/// What would let a small file cost the time of a large one.
TEST(features_bartizan_v1, sections_that_overlap_too_often_have_unknown_entropy) {
    for (const uint32_t sections : {3U, 4U, 5U, 6U, 2000U}) {
        bartizan::testing::pe_builder b;
        for (uint32_t i = 0; i < sections; ++i) {
            auto& h = b.add_section(".x", {}).header;
            h.virtual_address = 0x1000;
            h.pointer_to_raw_data = 0;
            h.size_of_raw_data = 0x20000;
        }
        auto file = b.build();
        file.resize(0x20000);
        const auto v = extract(file);
        EXPECT_EQ(knows(v, features::group::section_entropy), sections <= features::max_section_bytes_per_file_byte);
        EXPECT_TRUE(knows(v, features::group::section_size));
        EXPECT_NEAR(static_cast<double>(value_of(v, "FileEntropy")), entropy_q16_of({file.data(), file.size()}), 1);
    }
}

/// Any cut of a sound file that still parses has features, and never more than the file.
TEST(features_bartizan_v1, truncation_at_every_byte) {
    bartizan::testing::pe_builder b;
    b.add_section(".a", cycle(0x100, 16));
    b.add_section(".b", cycle(0x100, 255));
    const auto sound = b.build();
    int extracted = 0;
    for (size_t size = 0; size <= sound.size(); ++size) {
        const std::vector<uint8_t> file(sound.begin(), sound.begin() + static_cast<ptrdiff_t>(size));
        if (!pe::parse({file.data(), file.size()})) continue;
        ++extracted;
        const auto v = extract(file);
        EXPECT_EQ(value_of(v, "FileSize"), size);
        EXPECT_NEAR(static_cast<double>(value_of(v, "FileEntropy")), entropy_q16_of({file.data(), file.size()}), 1);
    }
    EXPECT_GT(extracted, 0x400);
}

/// At compile time too: `extract` touches nothing but its arguments.
struct tiny_image {
    uint8_t data[64 + 24 + 224]{};

    constexpr tiny_image() {
        data[0] = 'M';
        data[1] = 'Z';
        data[0x3c] = 64;
        data[64] = 'P';
        data[65] = 'E';
        data[64 + 24] = 0x0b;
        data[64 + 25] = 0x01;
        data[64 + 24 + 68] = 3;
    }
};
constexpr tiny_image tiny;
constexpr features::vector features_of_tiny = [] {
    features::extract_scratch work;
    features::vector v;
    features::extract(pe::parse(bytes{tiny.data}).image, work, v);
    return v;
}();
static_assert(features_of_tiny.value[46] == 64, "e_lfanew");
static_assert(features_of_tiny.value[48] == sizeof tiny.data);
static_assert(features_of_tiny.value[22] == 3, "Subsystem");
static_assert(features_of_tiny.present == (features::mask_of(features::group::core30) |
                                           features::mask_of(features::group::dos_header) |
                                           features::mask_of(features::group::file)));

}  // namespace
