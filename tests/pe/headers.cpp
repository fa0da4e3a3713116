// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/pe/headers.hpp"

#include <gtest/gtest.h>

#include "bartizan/pe/image.hpp"
#include "bartizan/testing/pe_builder.hpp"

namespace {

using namespace bartizan;

/// Every 16-bit, 32-bit and 64-bit field gets a value that no other field and no other byte order has.
bartizan::testing::pe_builder distinctive(pe::image_kind kind) {
    bartizan::testing::pe_builder b(kind);
    uint16_t next_word = 0x0102;
    const auto word = [&next_word] { return next_word = static_cast<uint16_t>(next_word + 0x0101); };
    uint32_t next_dword = 0x11121314;
    const auto dword = [&next_dword] { return next_dword += 0x01010101; };
    const auto pointer = [&dword, kind] {
        return kind == pe::image_kind::pe32_plus ? uint64_t{dword()} << 32 | dword() : dword();
    };

    for (uint16_t* field : {&b.dos.e_cblp, &b.dos.e_cp, &b.dos.e_crlc, &b.dos.e_cparhdr, &b.dos.e_minalloc,
                            &b.dos.e_maxalloc, &b.dos.e_ss, &b.dos.e_sp, &b.dos.e_csum, &b.dos.e_ip, &b.dos.e_cs,
                            &b.dos.e_lfarlc, &b.dos.e_ovno, &b.dos.e_oemid, &b.dos.e_oeminfo, &b.coff.machine,
                            &b.coff.characteristics}) {
        *field = word();
    }
    b.dos.e_lfanew = 0x0123;
    for (uint32_t* field : {&b.coff.time_date_stamp, &b.coff.pointer_to_symbol_table, &b.coff.number_of_symbols}) {
        *field = dword();
    }
    pe::image_optional_header& o = b.optional;
    o.major_linker_version = 0xa1;
    o.minor_linker_version = 0xa2;
    for (uint32_t* field : {&o.size_of_code, &o.size_of_initialized_data, &o.size_of_uninitialized_data,
                            &o.address_of_entry_point, &o.base_of_code, &o.section_alignment, &o.file_alignment,
                            &o.win32_version_value, &o.size_of_image, &o.size_of_headers, &o.check_sum,
                            &o.loader_flags}) {
        *field = dword();
    }
    if (kind == pe::image_kind::pe32) o.base_of_data = dword();
    for (uint16_t* field : {&o.major_operating_system_version, &o.minor_operating_system_version,
                            &o.major_image_version, &o.minor_image_version, &o.major_subsystem_version,
                            &o.minor_subsystem_version, &o.subsystem, &o.dll_characteristics}) {
        *field = word();
    }
    for (uint64_t* field : {&o.image_base, &o.size_of_stack_reserve, &o.size_of_stack_commit, &o.size_of_heap_reserve,
                            &o.size_of_heap_commit}) {
        *field = pointer();
    }
    for (pe::image_data_directory& directory : o.data_directory) directory = {dword(), dword()};
    return b;
}

void expect_same(const pe::image& read, const bartizan::testing::pe_builder& written) {
    const auto& d = written.dos;
    EXPECT_EQ(read.dos.e_magic, 0x5a4d);
    EXPECT_EQ(read.dos.e_cblp, d.e_cblp);
    EXPECT_EQ(read.dos.e_cp, d.e_cp);
    EXPECT_EQ(read.dos.e_crlc, d.e_crlc);
    EXPECT_EQ(read.dos.e_cparhdr, d.e_cparhdr);
    EXPECT_EQ(read.dos.e_minalloc, d.e_minalloc);
    EXPECT_EQ(read.dos.e_maxalloc, d.e_maxalloc);
    EXPECT_EQ(read.dos.e_ss, d.e_ss);
    EXPECT_EQ(read.dos.e_sp, d.e_sp);
    EXPECT_EQ(read.dos.e_csum, d.e_csum);
    EXPECT_EQ(read.dos.e_ip, d.e_ip);
    EXPECT_EQ(read.dos.e_cs, d.e_cs);
    EXPECT_EQ(read.dos.e_lfarlc, d.e_lfarlc);
    EXPECT_EQ(read.dos.e_ovno, d.e_ovno);
    EXPECT_EQ(read.dos.e_oemid, d.e_oemid);
    EXPECT_EQ(read.dos.e_oeminfo, d.e_oeminfo);
    EXPECT_EQ(read.dos.e_lfanew, d.e_lfanew);

    const auto& c = written.coff;
    EXPECT_EQ(read.coff.machine, c.machine);
    EXPECT_EQ(read.coff.number_of_sections, c.number_of_sections);
    EXPECT_EQ(read.coff.time_date_stamp, c.time_date_stamp);
    EXPECT_EQ(read.coff.pointer_to_symbol_table, c.pointer_to_symbol_table);
    EXPECT_EQ(read.coff.number_of_symbols, c.number_of_symbols);
    EXPECT_EQ(read.coff.size_of_optional_header, c.size_of_optional_header);
    EXPECT_EQ(read.coff.characteristics, c.characteristics);

    const auto& r = read.optional;
    const auto& o = written.optional;
    EXPECT_EQ(r.magic, o.magic);
    EXPECT_EQ(r.major_linker_version, o.major_linker_version);
    EXPECT_EQ(r.minor_linker_version, o.minor_linker_version);
    EXPECT_EQ(r.size_of_code, o.size_of_code);
    EXPECT_EQ(r.size_of_initialized_data, o.size_of_initialized_data);
    EXPECT_EQ(r.size_of_uninitialized_data, o.size_of_uninitialized_data);
    EXPECT_EQ(r.address_of_entry_point, o.address_of_entry_point);
    EXPECT_EQ(r.base_of_code, o.base_of_code);
    EXPECT_EQ(r.base_of_data, o.base_of_data);
    EXPECT_EQ(r.image_base, o.image_base);
    EXPECT_EQ(r.section_alignment, o.section_alignment);
    EXPECT_EQ(r.file_alignment, o.file_alignment);
    EXPECT_EQ(r.major_operating_system_version, o.major_operating_system_version);
    EXPECT_EQ(r.minor_operating_system_version, o.minor_operating_system_version);
    EXPECT_EQ(r.major_image_version, o.major_image_version);
    EXPECT_EQ(r.minor_image_version, o.minor_image_version);
    EXPECT_EQ(r.major_subsystem_version, o.major_subsystem_version);
    EXPECT_EQ(r.minor_subsystem_version, o.minor_subsystem_version);
    EXPECT_EQ(r.win32_version_value, o.win32_version_value);
    EXPECT_EQ(r.size_of_image, o.size_of_image);
    EXPECT_EQ(r.size_of_headers, o.size_of_headers);
    EXPECT_EQ(r.check_sum, o.check_sum);
    EXPECT_EQ(r.subsystem, o.subsystem);
    EXPECT_EQ(r.dll_characteristics, o.dll_characteristics);
    EXPECT_EQ(r.size_of_stack_reserve, o.size_of_stack_reserve);
    EXPECT_EQ(r.size_of_stack_commit, o.size_of_stack_commit);
    EXPECT_EQ(r.size_of_heap_reserve, o.size_of_heap_reserve);
    EXPECT_EQ(r.size_of_heap_commit, o.size_of_heap_commit);
    EXPECT_EQ(r.loader_flags, o.loader_flags);
    EXPECT_EQ(r.number_of_rva_and_sizes, o.number_of_rva_and_sizes);
    for (unsigned i = 0; i < pe::max_data_directories; ++i) {
        EXPECT_EQ(r.data_directory[i].virtual_address, o.data_directory[i].virtual_address) << i;
        EXPECT_EQ(r.data_directory[i].size, o.data_directory[i].size) << i;
    }
}

TEST(pe_headers, every_field_reads_back_pe32_plus) {
    const auto written = distinctive(pe::image_kind::pe32_plus);
    const auto file = written.build();
    const auto read = pe::parse({file.data(), file.size()});
    ASSERT_TRUE(read);
    EXPECT_EQ(read.image.kind, pe::image_kind::pe32_plus);
    EXPECT_EQ(read.image.optional.base_of_data, 0U);
    EXPECT_GT(read.image.optional.size_of_heap_commit, UINT32_MAX);
    expect_same(read.image, written);
}

TEST(pe_headers, every_field_reads_back_pe32) {
    const auto written = distinctive(pe::image_kind::pe32);
    const auto file = written.build();
    const auto read = pe::parse({file.data(), file.size()});
    ASSERT_TRUE(read);
    EXPECT_EQ(read.image.kind, pe::image_kind::pe32);
    EXPECT_NE(read.image.optional.base_of_data, 0U);
    expect_same(read.image, written);
}

/// Offsets from Microsoft's "PE Format", independent of both the reader and the builder.
TEST(pe_headers, fields_stand_where_the_format_puts_them) {
    for (const bool plus : {false, true}) {
        const auto kind = plus ? pe::image_kind::pe32_plus : pe::image_kind::pe32;
        const auto blank = bartizan::testing::pe_builder(kind).build();
        const auto with_byte = [&](size_t offset) {
            auto changed = blank;
            changed[0x80 + offset] ^= 0xff;
            return pe::parse({changed.data(), changed.size()}).image;
        };
        const auto same = pe::parse({blank.data(), blank.size()}).image;
        EXPECT_NE(with_byte(4).coff.machine, same.coff.machine);
        EXPECT_NE(with_byte(8).coff.time_date_stamp, same.coff.time_date_stamp);
        EXPECT_NE(with_byte(22).coff.characteristics, same.coff.characteristics);
        EXPECT_NE(with_byte(24 + 16).optional.address_of_entry_point, same.optional.address_of_entry_point);
        EXPECT_NE(with_byte(24 + (plus ? 24 : 28)).optional.image_base, same.optional.image_base);
        EXPECT_NE(with_byte(24 + 60).optional.size_of_headers, same.optional.size_of_headers);
        EXPECT_NE(with_byte(24 + 64).optional.check_sum, same.optional.check_sum);
        EXPECT_NE(with_byte(24 + 68).optional.subsystem, same.optional.subsystem);
        EXPECT_NE(with_byte(24 + (plus ? 104 : 88)).optional.loader_flags, same.optional.loader_flags);
        const size_t security = 24 + (plus ? 112 : 96) + 8 * 4;
        EXPECT_NE(with_byte(security).directory(pe::directory_entry::security).virtual_address, 0U);
        EXPECT_NE(with_byte(security + 4).directory(pe::directory_entry::security).size, 0U);
    }
}

TEST(pe_headers, only_the_directories_that_are_counted_are_read) {
    bartizan::testing::pe_builder b;
    for (pe::image_data_directory& directory : b.optional.data_directory) directory = {0x1000, 0x10};
    auto file = b.build();
    for (const uint32_t count : {0U, 1U, 15U, 16U, 17U, 0x7fffffffU, 0x80000000U, 0xffffffffU}) {
        for (unsigned i = 0; i < 4; ++i) {
            file[b.optional_header_offset() + 108 + i] = static_cast<uint8_t>(count >> (8 * i));
        }
        const auto read = pe::parse({file.data(), file.size()});
        ASSERT_TRUE(read);
        EXPECT_EQ(read.image.optional.number_of_rva_and_sizes, count);
        for (unsigned i = 0; i < 16; ++i) {
            EXPECT_EQ(read.image.optional.data_directory[i].size, i < count ? 0x10U : 0U) << count << ' ' << i;
        }
    }
}

}  // namespace
