// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/pe/imports.hpp"

#include "bartizan/pe/bound_imports.hpp"
#include "bartizan/pe/delay_imports.hpp"
#include "built.hpp"

namespace {

using namespace bartizan;
using namespace bartizan_tests;
using make::built_tables;
using make::pe_builder;

constexpr pe::image_kind kinds[] = {pe::image_kind::pe32, pe::image_kind::pe32_plus};

/// "MODULE:name#hint,@ordinal;" for each module of the directory.
template <class Cursor, class Module>
std::string list(const pe::image& image, error* stopped = nullptr) {
    std::string out;
    Cursor modules(image);
    for (Module m; modules.next(m);) {
        out.append(text_of(m.name)).append(m.defect ? "!:" : ":");
        auto symbols = modules.symbols(m);
        for (pe::import_symbol s; symbols.next(s);) {
            out.append(text_of(s.name)).append(s.by_ordinal ? "@" : "#");
            out.append(std::to_string(s.by_ordinal ? s.ordinal : s.hint)).append(s.defect ? "!," : ",");
        }
        if (symbols.stopped) out += "stopped";
        out += ";";
    }
    if (stopped != nullptr) *stopped = modules.stopped;
    return out;
}
std::string imports_of(const pe::image& image, error* stopped = nullptr) {
    return list<pe::import_cursor, pe::import_module>(image, stopped);
}

const std::vector<make::built_module> two_modules = {
    {"KERNEL32.dll", {{"CreateFileW", 7}, {"", 12}, {"_x?@$()<>.", 0xffff}}}, {"a\\b-c.DLL", {{"z", 0}}}};
constexpr const char* listed = "KERNEL32.dll:CreateFileW#7,@12,_x?@$()<>.#65535,;a\\b-c.DLL:z#0,;";

TEST(pe_imports, names_ordinals_and_hints_in_order) {
    for (const auto kind : kinds) {
        for (const auto tables : {built_tables::both, built_tables::lookup_only, built_tables::address_only}) {
            pe_builder b(kind);
            make::add_imports(b, two_modules, false, tables);
            error stopped;
            EXPECT_EQ(imports_of(built(b).image, &stopped), listed);
            EXPECT_FALSE(stopped);
        }
    }
}

TEST(pe_imports, an_image_without_the_directory_has_none) {
    const built f{pe_builder()};
    error stopped;
    EXPECT_EQ(imports_of(f.image, &stopped), "");
    EXPECT_FALSE(stopped);
    pe::bound_import_cursor bound(f.image);
    pe::bound_import b;
    EXPECT_FALSE(bound.next(b));
    EXPECT_FALSE(bound.stopped);
}

TEST(pe_imports, each_symbol_says_where_it_stands) {
    pe_builder b(pe::image_kind::pe32);
    const uint32_t rva = make::add_imports(b, {{"m.dll", {{"f", 1}, {"g", 2}}}});
    const built f(b);
    pe::import_cursor modules(f.image);
    pe::import_module m;
    ASSERT_TRUE(modules.next(m));
    EXPECT_EQ(m.descriptor_offset, last_offset(b));
    EXPECT_EQ(m.descriptor.original_first_thunk, m.tables.lookup_rva);
    auto symbols = modules.symbols(m);
    pe::import_symbol s;
    ASSERT_TRUE(symbols.next(s));
    ASSERT_TRUE(symbols.next(s));
    EXPECT_EQ(s.thunk_offset, last_offset(b) + m.tables.lookup_rva - rva + 4);
    EXPECT_EQ(s.address_rva, m.tables.address_rva + 4U);
    EXPECT_EQ(text_of(pe::bytes_at_rva(f.image, static_cast<uint32_t>(s.name_rva) + 2, 1)), "g");
    EXPECT_EQ(s.name.data, f.file.data() + last_offset(b) + (s.name_rva - rva) + 2) << "a view of the file";
}

TEST(pe_imports, a_bound_image_is_read_by_its_lookup_table) {
    pe_builder b;
    make::add_imports(b, {{"m.dll", {{"f", 1}}}});
    const uint32_t rva = b.directory(pe::directory_entry::import_table).virtual_address;
    const built before(b);
    pe::import_cursor modules(before.image);
    pe::import_module m;
    ASSERT_TRUE(modules.next(m));
    patch(b, m.tables.address_rva - rva, 0x7ff812345678, 8);
    EXPECT_EQ(imports_of(built(b).image), "m.dll:f#1,;");
}

TEST(pe_imports, broken_names_are_marked_and_the_rest_is_read) {
    pe_builder b;
    make::add_imports(b, {{"bad\x01.dll", {{"f", 1}, {"g h", 2}, {"", 0}, {"i", 3}}}, {"m.dll", {{"j", 4}}}});
    EXPECT_EQ(imports_of(built(b).image), "bad\x01.dll!:f#1,g h#2!,@0!,i#3,;m.dll:j#4,;");
    const built f(b);
    pe::import_cursor modules(f.image);
    pe::import_module m;
    ASSERT_TRUE(modules.next(m));
    EXPECT_ERROR(m.defect, error_code::pe_import_dll_name_invalid, last_offset(b) + 12);
    auto symbols = modules.symbols(m);
    pe::import_symbol s;
    ASSERT_TRUE(symbols.next(s));
    ASSERT_TRUE(symbols.next(s));
    EXPECT_ERROR(s.defect, error_code::pe_import_name_invalid, s.thunk_offset);
    ASSERT_TRUE(symbols.next(s));
    EXPECT_ERROR(s.defect, error_code::pe_import_thunk_invalid, s.thunk_offset);
}

TEST(pe_imports, names_are_cut_at_the_limit) {
    pe_builder b;
    make::add_imports(b, {{std::string(600, 'm'), {{std::string(600, 'f'), 0}}}});
    EXPECT_EQ(imports_of(built(b).image), std::string(512, 'm') + ":" + std::string(512, 'f') + "#0,;");
}

/// Offsets in the section of `add_imports` with one module "m.dll" of `n` symbols on x64: descriptors, name, lookup table.
constexpr size_t lookup_at = 48;

TEST(pe_imports, thunks_that_are_none_stop_the_module_only) {
    const std::vector<make::built_module> modules = {{"m.dll", {{"f", 1}, {"g", 2}}}, {"n.dll", {{"h", 3}}}};
    for (const uint64_t thunk : {0x8000000000010000ULL, 0x800000007fffffffULL}) {
        pe_builder b;
        make::add_imports(b, modules);
        patch(b, 20 * 3 + 12, thunk, 8);  // descriptors, "m.dll" and padding to 72, then the lookup table: its first entry
        EXPECT_EQ(imports_of(built(b).image), "m.dll:stopped;n.dll:h#3,;");
    }
    pe_builder b;
    const uint32_t rva = make::add_imports(b, modules);
    patch(b, 72 + 8, rva + 72, 8);  // a name inside the table that names it
    EXPECT_EQ(imports_of(built(b).image), "m.dll:f#1,stopped;n.dll:h#3,;");
}

TEST(pe_imports, a_table_cut_by_the_end_of_the_file) {
    pe_builder b;
    make::add_imports(b, {{"m.dll", {{"", 1}, {"", 2}}}});
    auto file = b.build();
    file.resize(last_offset(b) + lookup_at + 12);
    const built cut(file);
    pe::import_cursor modules(cut.image);
    pe::import_module m;
    ASSERT_TRUE(modules.next(m));
    auto symbols = modules.symbols(m);
    pe::import_symbol s;
    ASSERT_TRUE(symbols.next(s));
    ASSERT_FALSE(symbols.next(s));
    EXPECT_ERROR(symbols.stopped, error_code::pe_import_table_cut, last_offset(b) + lookup_at + 8);
    // Where nothing of an entry is left but zeros, memory ends the table as the loader sees it.
    file.resize(last_offset(b) + lookup_at + 8);
    EXPECT_EQ(imports_of(built(file).image), "m.dll:@1,;");
}

TEST(pe_imports, a_directory_that_is_nowhere_or_cut) {
    pe_builder b;
    b.directory(pe::directory_entry::import_table) = {0x00700000, 40};
    error stopped;
    const built nowhere(b);
    EXPECT_EQ(imports_of(nowhere.image, &stopped), "");
    EXPECT_ERROR(stopped, error_code::pe_import_directory_unreadable,
                 nowhere.image.directory_offset(pe::directory_entry::import_table));

    pe_builder c;
    make::add_imports(c, two_modules);
    auto file = c.build();
    file.resize(last_offset(c) + 20 + 13);
    const built cut(file);
    imports_of(cut.image, &stopped);
    EXPECT_ERROR(stopped, error_code::pe_import_directory_cut, last_offset(c) + 20);
}

TEST(pe_imports, the_sixth_module_without_a_table_is_the_last) {
    pe_builder b;
    std::vector<uint8_t> descriptors(20 * 9);
    for (size_t i = 0; i < 8; ++i) descriptors[20 * i + 4] = 1;  // a time stamp and nothing else
    b.directory(pe::directory_entry::import_table) = {b.next_rva(), 180};
    b.add_section(".idata", descriptors);
    const built f(b);
    pe::import_cursor modules(f.image);
    uint32_t count = 0;
    for (pe::import_module m; modules.next(m); ++count) {
        EXPECT_ERROR(m.defect, error_code::pe_import_table_unreadable, last_offset(b) + 20 * count);
    }
    EXPECT_EQ(count, pe::max_unreadable_import_modules);
    EXPECT_ERROR(modules.stopped, error_code::pe_import_table_unreadable, last_offset(b) + 20 * 6);
}

/// 4,097 modules that share one table of 100 symbols: both limits, and that the limit is the image's, not the module's.
TEST(pe_imports, limits_hold_over_the_whole_image) {
    pe_builder b;
    const uint32_t base = b.next_rva();
    make::byte_writer out;
    const uint32_t modules_claimed = pe::max_import_modules + 1;
    const uint32_t table = 20 * (modules_claimed + 1);
    for (uint32_t i = 0; i < modules_claimed; ++i) {
        out.put_at(20 * i, base + table, 4);
        out.put_at(20 * i + 12, base + table + 101 * 8, 4);
        out.put_at(20 * i + 16, base + table, 4);
    }
    for (uint64_t i = 0; i < 100; ++i) out.put_at(table + 8 * i, 0x8000000000000001 + i, 8);
    out.put_at(table + 101 * 8, 'm', 1);
    out.put(0, 1);
    make::place(b, pe::directory_entry::import_table, ".idata", out);
    const built f(b);
    pe::import_cursor modules(f.image);
    uint32_t module_count = 0, symbol_count = 0, stops = 0;
    for (pe::import_module m; modules.next(m); ++module_count) {
        auto symbols = modules.symbols(m);
        for (pe::import_symbol s; symbols.next(s);) ++symbol_count;
        stops += symbols.stopped.code == error_code::pe_import_limit;
    }
    EXPECT_EQ(module_count, pe::max_import_modules);
    EXPECT_EQ(symbol_count, pe::max_import_symbols);
    EXPECT_EQ(stops, pe::max_import_modules - pe::max_import_symbols / 100);
    EXPECT_ERROR(modules.stopped, error_code::pe_import_limit, last_offset(b) + 20 * pe::max_import_modules);
}

TEST(pe_delay_imports, by_rva_and_by_virtual_address) {
    for (const auto kind : kinds) {
        pe_builder b(kind);
        make::add_imports(b, two_modules, true);
        error stopped;
        EXPECT_EQ((list<pe::delay_import_cursor, pe::delay_import_module>(built(b).image, &stopped)), listed);
        EXPECT_FALSE(stopped);
    }
    // The form of old 32-bit linkers: attributes 0, every address with the image base in it, names in the table too.
    pe_builder b(pe::image_kind::pe32);
    const uint32_t rva = make::add_imports(b, {{"m.dll", {{"f", 1}, {"", 5}}}}, true);
    const auto before = b.sections.back().contents;
    const auto u32 = [&before](size_t at) {
        return before[at] | before[at + 1] << 8 | before[at + 2] << 16 | uint32_t{before[at + 3]} << 24;
    };
    const uint32_t base = static_cast<uint32_t>(b.optional.image_base);
    patch(b, 0, 0, 4);
    for (const size_t field : {4, 12, 16}) patch(b, field, u32(field) + base, 4);
    const uint32_t lookup = u32(16) - rva;
    patch(b, lookup, u32(lookup) + base, 4);
    EXPECT_EQ((list<pe::delay_import_cursor, pe::delay_import_module>(built(b).image)), "m.dll:f#1,@5,;");
}

TEST(pe_bound_imports, modules_and_their_forwarders) {
    pe_builder b;
    make::byte_writer out;
    const auto entry = [&out](uint32_t stamp, uint16_t name, uint16_t refs) {
        out.put(stamp, 4);
        out.put(name, 2);
        out.put(refs, 2);
    };
    entry(0x11, 32, 1);
    entry(0x22, 38, 0);
    entry(0x33, 44, 0);
    out.put(0, 8);
    for (const char* name : {"a.dll", "b.dll", "c.dll"}) out.put_text(std::string_view(name));
    // Behind the section table, inside the headers.
    auto file = b.build();
    const size_t at = 0x280;
    file.resize(0x400);
    std::copy(out.data.begin(), out.data.end(), file.begin() + at);
    const auto entry_offset = static_cast<size_t>(
        pe::parse({file.data(), file.size()}).image.directory_offset(pe::directory_entry::bound_import));
    file[entry_offset] = at & 0xff;
    file[entry_offset + 1] = at >> 8;

    const auto read = [](const std::vector<uint8_t>& bytes, error* stopped) {
        const built f(bytes);
        pe::bound_import_cursor bound(f.image);
        std::string listed_now;
        for (pe::bound_import i; bound.next(i);) {
            listed_now += text_of(i.name) + (i.is_forwarder ? "+" : "") + std::to_string(i.time_date_stamp) + ",";
        }
        *stopped = bound.stopped;
        return listed_now;
    };
    error stopped;
    EXPECT_EQ(read(file, &stopped), "a.dll17,b.dll+34,c.dll51,");
    EXPECT_FALSE(stopped);
    file[at + 12] = 0xff;  // the forwarder's name: behind the file's end
    file[at + 13] = 0xff;
    EXPECT_EQ(read(file, &stopped), "a.dll17,");
    EXPECT_ERROR(stopped, error_code::pe_bound_import_invalid, at + 8);
}

}  // namespace
