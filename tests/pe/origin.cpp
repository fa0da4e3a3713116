// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// What tells where a file comes from: debug directory, Rich header, certificate table, overlay.
#include "bartizan/pe/certificates.hpp"
#include "bartizan/pe/debug.hpp"
#include "bartizan/pe/overlay.hpp"
#include "bartizan/pe/rich_header.hpp"
#include "built.hpp"

namespace {

using namespace bartizan;
using namespace bartizan_tests;
using make::pe_builder;

TEST(pe_debug, codeview) {
    pe_builder b;
    make::add_codeview(b, "c:\\x\\y.pdb", 3);
    const built f(b);
    pe::debug_cursor all(f.image);
    pe::debug_entry entry;
    ASSERT_TRUE(all.next(entry));
    EXPECT_EQ(entry.type, pe::debug_type_codeview);
    EXPECT_FALSE(entry.defect);
    const pe::codeview view = pe::read_codeview(entry.data);
    EXPECT_EQ(view.kind, pe::codeview::format::pdb70);
    EXPECT_EQ(view.guid[0], 0xa0);
    EXPECT_EQ(view.guid[15], 0xaf);
    EXPECT_EQ(view.age, 3U);
    EXPECT_EQ(text_of(view.path), "c:\\x\\y.pdb");
    EXPECT_FALSE(all.next(entry));
    EXPECT_FALSE(all.stopped);
}

TEST(pe_debug, codeview_of_visual_c_6_and_what_is_neither) {
    const uint8_t nb10[] = {'N', 'B', '1', '0', 0, 0, 0, 0, 1, 2, 3, 4, 9, 0, 0, 0, 'a', '.', 'p', 'd', 'b'};
    const pe::codeview old = pe::read_codeview(nb10);
    EXPECT_EQ(old.kind, pe::codeview::format::pdb20);
    EXPECT_EQ(old.signature, 0x04030201U);
    EXPECT_EQ(old.age, 9U);
    EXPECT_EQ(text_of(old.path), "a.pdb");
    EXPECT_EQ(pe::read_codeview({}).kind, pe::codeview::format::none);
    EXPECT_EQ(pe::read_codeview(bytes{nb10, 15}).kind, pe::codeview::format::none);
    const uint8_t rsds_cut[] = {'R', 'S', 'D', 'S', 0, 0};
    EXPECT_EQ(pe::read_codeview(rsds_cut).kind, pe::codeview::format::none);
}

TEST(pe_debug, cut_limit_and_data_outside) {
    pe_builder b;
    make::add_codeview(b, "y.pdb");
    patch(b, 24, 0x10000, 4);
    const built outside(b);
    pe::debug_cursor all(outside.image);
    pe::debug_entry entry;
    ASSERT_TRUE(all.next(entry));
    EXPECT_ERROR(entry.defect, error_code::pe_debug_data_out_of_file, last_offset(b) + 24);
    EXPECT_TRUE(entry.data.empty());

    b.directory(pe::directory_entry::debug).size = 28 * 100;
    const built cut(b);
    pe::debug_cursor longer(cut.image);
    uint32_t count = 0;
    while (longer.next(entry)) ++count;
    EXPECT_EQ(count, 0x200U / 28);
    EXPECT_ERROR(longer.stopped, error_code::pe_debug_directory_cut, last_offset(b) + 28 * count);

    pe_builder c;
    c.directory(pe::directory_entry::debug) = {c.next_rva(), 28 * 1000};
    c.add_section(".debug", std::vector<uint8_t>(28 * 1000));
    const built many(c);
    pe::debug_cursor limited(many.image);
    count = 0;
    while (limited.next(entry)) ++count;
    EXPECT_EQ(count, pe::max_debug_entries);
    EXPECT_EQ(limited.stopped.code, error_code::pe_debug_limit);
}

TEST(pe_rich_header, entries_and_checksum) {
    pe_builder b;
    make::add_rich_header(b, {{0x01057809, 12}, {0x00010000, 0xffffffff}});
    auto file = b.build();
    const built f(file);
    const pe::rich_header rich = pe::read_rich_header(f.image);
    ASSERT_TRUE(rich.present);
    EXPECT_TRUE(rich.checksum_matches);
    EXPECT_FALSE(rich.defect);
    EXPECT_EQ(rich.offset, 0x80U);
    EXPECT_EQ(rich.end_offset, 0x80U + 16 + 16 + 8);
    ASSERT_EQ(rich.size(), 2U);
    EXPECT_EQ(rich[0].product, 0x0105);
    EXPECT_EQ(rich[0].build, 0x7809);
    EXPECT_EQ(rich[0].count, 12U);
    EXPECT_EQ(rich[1].comp_id(), 0x00010000U);
    EXPECT_EQ(rich[1].count, 0xffffffffU);

    // Every byte that the checksum covers is noticed; not covered are e_lfanew and, for they rotate by the count modulo 32,
    // the higher bytes of the counts.
    for (size_t at = 2; at < 0x80 + 32; ++at) {
        const bool in_count = at >= 0x90 && at % 8 > 4;
        if ((at >= 0x3c && at < 0x40) || in_count) continue;
        auto changed = file;
        changed[at] ^= 1;
        const built g(changed);
        EXPECT_NE(pe::read_rich_header(g.image).defect.code, error_code::none) << at;
    }
    EXPECT_FALSE(pe::read_rich_header(built{pe_builder()}.image).present);
}

TEST(pe_rich_header, rich_without_dans) {
    pe_builder b;
    make::add_rich_header(b, {{1, 2}});
    b.stub[0x40] ^= 0xff;
    const built f(b);
    const pe::rich_header rich = pe::read_rich_header(f.image);
    EXPECT_FALSE(rich.present);
    EXPECT_ERROR(rich.defect, error_code::pe_rich_header_invalid, 0x80 + 16 + 8);
    EXPECT_EQ(rich.size(), 0U);
}

TEST(pe_certificates, entries_at_multiples_of_eight) {
    pe_builder b;
    b.add_section(".text", {1, 2, 3});
    auto file = b.build();
    make::append_certificate(file, {1, 2, 3, 4, 5});
    const size_t first = 0x600;
    // A second entry behind it, by hand.
    const uint8_t second[] = {9, 0, 0, 0, 0, 1, 1, 0, 0xab, 0, 0, 0, 0, 0, 0, 0};
    file.insert(file.end(), std::begin(second), std::end(second));
    const size_t size_field = static_cast<size_t>(pe::parse({file.data(), file.size()}).image.directory_offset(pe::directory_entry::security)) + 4;
    file[size_field] = 32;
    const auto list = [](const std::vector<uint8_t>& bytes, error* stopped) {
        const built f(bytes);
        std::string out;
        pe::certificate_cursor all(f.image);
        for (pe::win_certificate c; all.next(c);) {
            out += std::to_string(c.type) + "." + std::to_string(c.revision) + ":" + std::to_string(c.data.size) + "@" + std::to_string(c.offset) + " ";
        }
        *stopped = all.stopped;
        return out;
    };
    error stopped;
    EXPECT_EQ(list(file, &stopped), "2.512:5@1536 1.256:1@1552 ");
    EXPECT_FALSE(stopped);

    auto longer = file;
    longer[first + 16] = 17;  // dwLength of the second: past the table
    EXPECT_EQ(list(longer, &stopped), "2.512:5@1536 ");
    EXPECT_ERROR(stopped, error_code::pe_certificate_length, first + 16);
    auto shorter = file;
    shorter[first] = 7;
    EXPECT_EQ(list(shorter, &stopped), "");
    EXPECT_ERROR(stopped, error_code::pe_certificate_length, first);
    auto cut = file;
    cut.resize(first + 20);
    EXPECT_EQ(list(cut, &stopped), "2.512:5@1536 ");
    EXPECT_ERROR(stopped, error_code::pe_certificate_table_out_of_file, size_field - 4);
}

TEST(pe_certificates, limit) {
    pe_builder b;
    auto file = b.build();
    make::byte_writer entries;
    for (int i = 0; i < 70; ++i) entries.put(8, 8);
    entries.data.erase(entries.data.begin(), entries.data.begin() + 8);
    make::append_certificate(file, entries.data);
    const size_t table = file.size() - 8 - entries.data.size();
    file[table] = 8;  // the first entry is its header alone
    file[table + 1] = 0;
    const built f(file);
    pe::certificate_cursor all(f.image);
    uint32_t count = 0;
    for (pe::win_certificate c; all.next(c);) ++count;
    EXPECT_EQ(count, pe::max_certificates);
    EXPECT_ERROR(all.stopped, error_code::pe_certificate_limit, table + 8 * pe::max_certificates);
}

TEST(pe_overlay, what_follows_the_last_structure) {
    pe_builder b;
    b.add_section(".text", {1, 2, 3});
    EXPECT_TRUE(pe::find_overlay(built(b).image).data.empty());
    b.overlay = {7, 8, 9};
    auto file = b.build();
    {
        const built f(file);
        const pe::overlay o = pe::find_overlay(f.image);
        EXPECT_EQ(o.offset, 0x600U);
        EXPECT_EQ(o.data.size, 3U);
        EXPECT_EQ(o.appended.size, 3U);
    }
    make::append_certificate(file, {1, 2, 3, 4, 5});
    const built f(file);
    const pe::overlay o = pe::find_overlay(f.image);
    EXPECT_EQ(o.data.size, 8U + 16) << "as the reference parser counts: the certificate table is no part of the image";
    EXPECT_EQ(o.appended.size, 8U);
    // A directory that reaches behind the sections moves the end, unless it leaves the file.
    b.directory(pe::directory_entry::debug) = {0x600, 2};
    EXPECT_EQ(pe::find_overlay(built(b).image).data.size, 1U);
    b.directory(pe::directory_entry::debug) = {0x600, 20};
    EXPECT_EQ(pe::find_overlay(built(b).image).data.size, 3U);
}

}  // namespace
