// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/pe/mapped.hpp"

#include <functional>
#include <random>

#include "built.hpp"

namespace {

using namespace bartizan;
using namespace bartizan_tests;

std::function<uint32_t()> numbers(uint32_t seed) {
    return [engine = std::mt19937(seed)]() mutable { return static_cast<uint32_t>(engine()); };
}

/// Sections at random addresses of random sizes, so that they overlap, begin together, and leave gaps.
make::pe_builder random_layout(const std::function<uint32_t()>& random) {
    make::pe_builder b;
    const uint32_t count = random() % 6;
    for (uint32_t i = 0; i < count; ++i) {
        auto& s = b.add_section("s", std::vector<uint8_t>(random() % 0x600, static_cast<uint8_t>(i + 1)));
        s.header.virtual_address = 0x1000 * (1 + random() % 4);
        s.header.virtual_size = random() % 3 == 0 ? 0 : random() % 0x2000;
    }
    return b;
}

/// What the remembering reader gives is what a fresh look at the section table gives, whatever was asked before.
TEST(pe_mapped, remembers_nothing_that_is_not_true) {
    const auto random = numbers(1);
    for (int layout = 0; layout < 300; ++layout) {
        const built f(random_layout(random));
        pe::mapped_reader in(f.image);
        for (int i = 0; i < 300; ++i) {
            const uint32_t rva = random() % 0x6000;
            const bytes expected = pe::bytes_at_rva(f.image, rva, 16);
            const bytes actual = in.sub(rva, 16);
            ASSERT_EQ(actual.data, expected.data) << layout << ' ' << rva;
            ASSERT_EQ(actual.size, expected.size);
            const pe::location where = in.offset(rva);
            const pe::location expected_where = pe::rva_to_offset(f.image, rva);
            ASSERT_EQ(where.known, expected_where.known);
            ASSERT_EQ(where.value, expected_where.value);
        }
    }
}

/// section_of_rva by its definition, written out: of the sections that begin last, the first that holds the address.
TEST(pe_mapped, the_owner_by_definition) {
    const auto random = numbers(2);
    for (int layout = 0; layout < 300; ++layout) {
        const built f(random_layout(random));
        for (uint32_t rva = 0x800; rva < 0x6000; rva += 0x55) {
            uint32_t begin = 0;
            for (const pe::section& s : f.image.sections) begin = s.rva <= rva && s.rva > begin ? s.rva : begin;
            const uint8_t* owner = nullptr;
            for (const pe::section& s : f.image.sections) {
                if (owner == nullptr && begin != 0 && s.rva == begin && rva - begin < s.mapped_size) {
                    owner = f.file.data() + s.header_offset;
                }
            }
            const pe::section_lookup found = pe::section_of_rva(f.image, rva);
            ASSERT_EQ(found.found, owner != nullptr) << layout << ' ' << rva;
            if (owner != nullptr) {
                ASSERT_EQ(f.file.data() + found.where.header_offset, owner);
            }
            ASSERT_LE(found.begin, rva);
            ASSERT_GT(found.end, rva);
        }
    }
}

TEST(pe_mapped, integers_texts_and_what_is_not_there) {
    make::pe_builder b;
    b.add_section(".data", {1, 2, 3, 4, 5, 6, 7, 8, 'a', 'b', 0, 'c'}).header.size_of_raw_data = 12;
    const built f(b);
    pe::mapped_reader in(f.image);
    EXPECT_EQ(in.u16(0x1000), 0x0201);
    EXPECT_EQ(in.u32(0x1004), 0x08070605U);
    EXPECT_EQ(in.u64(0x1004), 0x6300626108070605U);
    EXPECT_EQ(in.u32(0x100b), uint32_t{'c'}) << "zero behind the raw data";
    EXPECT_EQ(text_of(in.string(0x1008, 100)), "ab");
    EXPECT_EQ(text_of(in.string(0x1008, 1)), "a");
    EXPECT_EQ(text_of(in.string(0x100b, 100)), "c") << "ended by the section";
    EXPECT_TRUE(in.has(0x1008, 4));
    EXPECT_FALSE(in.has(0x1008, 5));
    EXPECT_FALSE(in.has(uint64_t{1} << 32, 1));
    EXPECT_FALSE(in.has(UINT64_MAX, 1));
    EXPECT_TRUE(in.has(0, 1)) << "the headers";
}

TEST(pe_mapped, lookups_are_counted_and_end) {
    make::pe_builder b;
    b.add_section("a", {1});
    b.add_section("b", {2});
    const built f(b);
    uint32_t lookups = 0;
    pe::mapped_reader one(f.image, lookups), two(f.image, lookups);
    uint32_t answered = 0;
    for (uint32_t i = 0; i < pe::max_section_lookups; ++i) {
        answered += one.has(i % 2 == 0 ? 0x1000 : 0x2000, 1);
        answered += two.has(i % 2 == 0 ? 0x2000 : 0x1000, 1);
    }
    EXPECT_EQ(answered, pe::max_section_lookups / 3 + 1) << "two sections, counted as three";
    pe::mapped_reader fresh(f.image);
    EXPECT_TRUE(fresh.has(0x1000, 1));
}

}  // namespace
