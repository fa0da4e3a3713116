// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// What the loader and the unwinder read: relocations, exception table, TLS, load configuration, CLR header.
#include "bartizan/pe/clr_header.hpp"
#include "bartizan/pe/exceptions.hpp"
#include "bartizan/pe/load_config.hpp"
#include "bartizan/pe/relocations.hpp"
#include "bartizan/pe/tls.hpp"
#include "built.hpp"

namespace {

using namespace bartizan;
using namespace bartizan_tests;
using make::pe_builder;

std::string relocations(const pe::image& image, error* stopped = nullptr, error* defect = nullptr) {
    std::string out;
    pe::relocation_cursor blocks(image);
    for (pe::relocation_block b; blocks.next(b);) {
        for (uint32_t i = 0; i < b.size(); ++i) out += std::to_string(b[i].type) + ":" + std::to_string(b[i].rva) + " ";
        if (defect != nullptr && b.defect) *defect = b.defect;
    }
    if (stopped != nullptr) *stopped = blocks.stopped;
    return out;
}

TEST(pe_relocations, blocks_and_entries) {
    pe_builder b;
    b.add_section(".text", std::vector<uint8_t>(0x3000));
    make::add_relocations(b, {{0x1000, {0xa008, 0x3010, 0xafff, 0}}, {0x3000, {0xa000, 0}}});
    error stopped, defect;
    EXPECT_EQ(relocations(built(b).image, &stopped, &defect), "10:4104 3:4112 10:8191 0:4096 10:12288 0:12288 ");
    EXPECT_FALSE(stopped);
    EXPECT_FALSE(defect);
    EXPECT_EQ(relocations(built{pe_builder()}.image, &stopped), "");
    EXPECT_FALSE(stopped);
}

TEST(pe_relocations, what_is_no_block_ends_the_walk) {
    const auto with = [](size_t at, uint32_t value) {
        pe_builder b;
        b.add_section(".text", std::vector<uint8_t>(0x3000));
        make::add_relocations(b, {{0x1000, {0xa008, 0}}, {0x3000, {0xa000, 0}}});
        patch(b, at, value, 4);
        return b;
    };
    error stopped, defect;
    const uint64_t at = last_offset(with(0, 0x1000));
    EXPECT_EQ(relocations(built(with(12 + 4, 7)).image, &stopped), "10:4104 0:4096 ");
    EXPECT_ERROR(stopped, error_code::pe_relocation_block_size, at + 16);
    EXPECT_EQ(relocations(built(with(12 + 4, 0x7000000)).image, &stopped), "10:4104 0:4096 ");
    EXPECT_ERROR(stopped, error_code::pe_relocation_block_size, at + 16);
    EXPECT_EQ(relocations(built(with(12, 0x7000000)).image, &stopped), "10:4104 0:4096 ");
    EXPECT_ERROR(stopped, error_code::pe_relocation_block_rva, at + 12);
    auto longer = with(12 + 4, 0x800);
    relocations(built(longer).image, &stopped, &defect);
    EXPECT_FALSE(stopped);
    EXPECT_ERROR(defect, error_code::pe_relocation_block_cut, at + 16);
    // Zeros behind the last block are padding; a header that is not there is a break.
    pe_builder padded;
    padded.add_section(".text", std::vector<uint8_t>(0x1000));
    make::add_relocations(padded, {{0x1000, {0xa008, 0}}});
    padded.directory(pe::directory_entry::base_reloc).size = 0x200;
    EXPECT_EQ(relocations(built(padded).image, &stopped), "10:4104 0:4096 ");
    EXPECT_FALSE(stopped);
    pe_builder nowhere;
    nowhere.directory(pe::directory_entry::base_reloc) = {0x00700000, 16};
    const built f(nowhere);
    relocations(f.image, &stopped);
    EXPECT_ERROR(stopped, error_code::pe_relocation_directory_cut, f.image.directory_offset(pe::directory_entry::base_reloc));
}

std::string functions(const pe::image& image, error* stopped = nullptr) {
    std::string out;
    pe::runtime_function_cursor all(image);
    for (pe::runtime_function f; all.next(f);) {
        out += std::to_string(f.begin_rva) + "-" + std::to_string(f.end_rva);
        out += f.defect.code == error_code::pe_runtime_function_range      ? "! "
               : f.defect.code == error_code::pe_unwind_info_unreadable ? "? "
                                                                         : " ";
    }
    if (stopped != nullptr) *stopped = all.stopped;
    return out;
}

TEST(pe_exceptions, x64) {
    pe_builder b;
    const uint32_t unwind = b.next_rva() + 12 * 5;
    make::add_exception_table(b, {4096, 4100, unwind, 4100, 4200, unwind | 1, 4200, 4200, unwind, 4000, 4300, unwind, 5000, 6000, 0x700000},
                                 {0x09, 0x10, 0x03, 0x00, 1, 2, 3, 4, 5, 6, 0, 0, 0x78, 0x56, 0x34, 0x12});
    error stopped;
    const built f(b);
    EXPECT_EQ(functions(f.image, &stopped), "4096-4100 4100-4200 4200-4200! 4000-4300! 5000-6000? ");
    EXPECT_FALSE(stopped);
    pe::runtime_function_cursor all(f.image);
    pe::runtime_function first;
    ASSERT_TRUE(all.next(first));
    pe::mapped_reader in(f.image);
    const pe::unwind_info info = pe::read_unwind_info(in, first);
    ASSERT_TRUE(info.present);
    EXPECT_EQ(info.version, 1);
    EXPECT_EQ(info.flags, pe::unwind_info::exception_handler);
    EXPECT_EQ(info.prolog_size_bytes, 16);
    EXPECT_EQ(info.code_count, 3);
    EXPECT_EQ(info.handler_rva, 0x12345678U) << "behind three codes and the padding to four";
    pe::runtime_function second;
    ASSERT_TRUE(all.next(second));
    EXPECT_FALSE(pe::read_unwind_info(in, second).present) << "an odd address is another entry's";

    b.directory(pe::directory_entry::exception).size = 0x1000;
    functions(built(b).image, &stopped);
    EXPECT_EQ(stopped.code, error_code::pe_exception_table_cut);
}

TEST(pe_exceptions, arm64_and_arm) {
    const std::vector<uint32_t> words = {4096, 5U << 2 | 1, 8192, 0};
    for (const auto& [machine, listed] : {std::pair<uint16_t, const char*>{0xaa64, "4096-4116 8192-8204 "},
                                          {0x01c4, "4096-4106 8192-8198 "},
                                          {0x014c, ""}}) {
        pe_builder b;
        b.coff.machine = machine;
        auto with_unwind = words;
        with_unwind[3] = b.next_rva() + 16;
        make::add_exception_table(b, with_unwind, {3, 0, 0, 0});
        EXPECT_EQ(functions(built(b).image), listed) << machine;
    }
    pe_builder b;
    b.coff.machine = 0x01c4;
    make::add_exception_table(b, {4097, 5U << 2 | 1}, {});
    EXPECT_EQ(functions(built(b).image), "4096-4106 ") << "the lowest bit of a Thumb address is no address";
}

TEST(pe_tls, callbacks_in_order) {
    for (const auto kind : {pe::image_kind::pe32, pe::image_kind::pe32_plus}) {
        pe_builder b(kind);
        make::add_tls(b, {0x1020, 0x1040});
        const built f(b);
        pe::tls_directory tls(f.image);
        ASSERT_TRUE(tls.present);
        EXPECT_EQ(tls.offset, last_offset(b));
        std::vector<uint64_t> found;
        for (uint64_t rva = 0; tls.next_callback(rva);) found.push_back(rva);
        EXPECT_EQ(found, (std::vector<uint64_t>{0x1020, 0x1040}));
        EXPECT_FALSE(tls.defect);
    }
}

TEST(pe_tls, broken) {
    pe_builder b;
    make::add_tls(b, std::vector<uint64_t>(300, 0x1000));
    const built many(b);
    pe::tls_directory endless(many.image);
    uint32_t count = 0;
    for (uint64_t rva = 0; endless.next_callback(rva);) ++count;
    EXPECT_LE(count, pe::max_tls_callbacks);
    EXPECT_ERROR(endless.defect, error_code::pe_tls_callbacks_unreadable, last_offset(b) + 24);

    patch(b, 24, 0x1234, 8);  // below the image base
    const built outside(b);
    pe::tls_directory lost(outside.image);
    uint64_t rva = 0;
    EXPECT_FALSE(lost.next_callback(rva));
    EXPECT_TRUE(lost.present);
    EXPECT_ERROR(lost.defect, error_code::pe_tls_callbacks_unreadable, last_offset(b) + 24);

    pe_builder c;
    c.directory(pe::directory_entry::tls) = {0x00700000, 40};
    const built nowhere(c);
    pe::tls_directory none(nowhere.image);
    EXPECT_FALSE(none.present);
    EXPECT_ERROR(none.defect, error_code::pe_tls_directory_cut, nowhere.image.directory_offset(pe::directory_entry::tls));
    EXPECT_FALSE(none.next_callback(rva));
}

/// Each field at the offset that Microsoft's structure has, 32-bit and 64-bit: a value that is its own offset.
TEST(pe_load_config, fields_at_their_offsets) {
    for (const bool plus : {false, true}) {
        pe_builder b(plus ? pe::image_kind::pe32_plus : pe::image_kind::pe32);
        make::byte_writer out;
        for (uint32_t at = 0; at < 0x138; at += 2) out.put(at, 2);
        const uint32_t chpe = plus ? 0xc8 : 0x7c;
        out.put_at(chpe, 0, plus ? 8 : 4);
        make::add_load_config(b, out);
        const built f(b);
        const pe::load_config config(f.image);
        ASSERT_TRUE(config.present);
        EXPECT_FALSE(config.defect);
        EXPECT_EQ(config.fields.size, 0x138U);
        const auto& c = config.fields;
        const auto low = [](uint64_t value) { return static_cast<uint32_t>(value & 0xffff); };
        EXPECT_EQ(low(c.security_cookie), plus ? 0x58U : 0x3cU);
        EXPECT_EQ(low(c.process_affinity_mask), plus ? 0x40U : 0x30U);
        EXPECT_EQ(low(c.process_heap_flags), plus ? 0x48U : 0x2cU);
        EXPECT_EQ(low(c.se_handler_count), plus ? 0x68U : 0x44U);
        EXPECT_EQ(low(c.guard_cf_function_count), plus ? 0x88U : 0x54U);
        EXPECT_EQ(low(c.guard_flags), plus ? 0x90U : 0x58U);
        EXPECT_EQ(low(c.dynamic_value_reloc_table), plus ? 0xc0U : 0x78U);
        EXPECT_EQ(low(c.dynamic_value_reloc_table_section), plus ? 0xe4U : 0x8cU);
        EXPECT_EQ(low(c.guard_rf_verify_stack_pointer_function_pointer), plus ? 0xe8U : 0x90U);
        EXPECT_EQ(low(c.enclave_configuration_pointer), plus ? 0xf8U : 0x9cU);
        EXPECT_EQ(low(c.guard_eh_continuation_count), plus ? 0x110U : 0xa8U);
        EXPECT_EQ(low(c.guard_memcpy_function_pointer), plus ? 0x138U - 0x138U : 0xbcU) << "behind Size on x64";
    }
}

TEST(pe_load_config, a_smaller_structure_leaves_the_rest_zero) {
    pe_builder b;
    make::byte_writer out;
    out.data.assign(0x70, 0xff);
    make::add_load_config(b, out);
    const built f(b);
    const pe::load_config config(f.image);
    EXPECT_EQ(config.fields.se_handler_count, UINT64_MAX);
    EXPECT_EQ(config.fields.guard_cf_check_function_pointer, 0U);
    EXPECT_EQ(config.fields.guard_flags, 0U);
    EXPECT_FALSE(config.defect);
    patch(b, 0, 0x10000, 4);
    const built cut(b);
    EXPECT_ERROR(pe::load_config(cut.image).defect, error_code::pe_load_config_cut, last_offset(b));
    pe_builder c;
    c.directory(pe::directory_entry::load_config) = {0x00700000, 64};
    const built nowhere(c);
    EXPECT_FALSE(pe::load_config(nowhere.image).present);
    EXPECT_ERROR(pe::load_config(nowhere.image).defect, error_code::pe_load_config_cut,
                 nowhere.image.directory_offset(pe::directory_entry::load_config));
}

TEST(pe_load_config, hybrid_code) {
    using processor = pe::hybrid_code_range::processor;
    for (const bool plus : {false, true}) {
        pe_builder b(plus ? pe::image_kind::pe32_plus : pe::image_kind::pe32);
        const uint32_t base = b.next_rva();
        make::byte_writer out;
        out.data.resize(0x200);
        // Version, RVA and count of the ranges, behind the directory; then the ranges.
        out.put_at(0x180, 1, 4);
        out.put_at(0x184, base + 0x1c0, 4);
        out.put_at(0x188, 3, 4);
        const uint32_t starts[] = {0x1000, 0x2001, 0x3002};
        for (size_t i = 0; i < 3; ++i) {
            out.put_at(0x1c0 + 8 * i, starts[i], 4);
            out.put_at(0x1c4 + 8 * i, 0x40, 4);
        }
        out.put_at(plus ? 0xc8 : 0x7c, b.optional.image_base + base + 0x180, plus ? 8 : 4);
        make::add_load_config(b, out);
        const built f(b);
        pe::load_config config(f.image);
        EXPECT_EQ(config.hybrid, plus ? pe::hybrid_code::arm64ec : pe::hybrid_code::chpe_x86);
        ASSERT_EQ(config.hybrid_code_range_count(), 3U);
        EXPECT_EQ(config.hybrid_range(0).code, plus ? processor::arm64 : processor::x86);
        EXPECT_EQ(config.hybrid_range(1).code, plus ? processor::arm64ec : processor::arm64);
        EXPECT_EQ(config.hybrid_range(1).begin_rva, 0x2000U);
        EXPECT_EQ(config.hybrid_range(1).size_bytes, 0x40U);
        if (plus) {
            EXPECT_EQ(config.hybrid_range(2).code, processor::x64);
        }

        patch(b, 0x188, UINT32_MAX, 4);
        const built claimed(b);
        const pe::load_config cut(claimed.image);
        EXPECT_ERROR(cut.defect, error_code::pe_chpe_metadata_unreadable, last_offset(b) + 0x180);
        EXPECT_EQ(cut.hybrid_code_range_count(), (0x200U - 0x1c0) / 8);
        patch(b, plus ? 0xc8 : 0x7c, 5, plus ? 8 : 4);
        const built outside(b);
        EXPECT_ERROR(pe::load_config(outside.image).defect, error_code::pe_chpe_metadata_unreadable, last_offset(b));
        EXPECT_EQ(pe::load_config(outside.image).hybrid, pe::hybrid_code::none);
    }
}

TEST(pe_clr_header, version_and_streams) {
    pe_builder b;
    make::add_clr_header(b, "v4.0.30319", {"#~", "#Strings", "#US"});
    const built f(b);
    pe::clr_header clr(f.image);
    ASSERT_TRUE(clr.present);
    EXPECT_FALSE(clr.defect);
    EXPECT_EQ(clr.fields.flags, pe::clr_il_only);
    EXPECT_EQ(clr.fields.major_runtime_version, 2);
    EXPECT_EQ(clr.fields.entry_point, 0x06000001U);
    EXPECT_EQ(text_of(clr.runtime_version), "v4.0.30319");
    std::string streams;
    for (pe::clr_stream s; clr.next_stream(s);) streams += text_of(s.name) + "=" + text_of(s.data) + " ";
    EXPECT_EQ(streams, "#~=abcd #Strings=abcd #US=abcd ");

    patch(b, 72, 'X', 1);
    const built broken(b);
    pe::clr_header lost(broken.image);
    EXPECT_TRUE(lost.present);
    EXPECT_ERROR(lost.defect, error_code::pe_clr_metadata_invalid, last_offset(b) + 8);
    pe::clr_stream s;
    EXPECT_FALSE(lost.next_stream(s));

    pe_builder c;
    c.directory(pe::directory_entry::com_descriptor) = {0x00700000, 72};
    const built nowhere(c);
    EXPECT_FALSE(pe::clr_header(nowhere.image).present);
    EXPECT_ERROR(pe::clr_header(nowhere.image).defect, error_code::pe_clr_header_cut,
                 nowhere.image.directory_offset(pe::directory_entry::com_descriptor));
}

}  // namespace
