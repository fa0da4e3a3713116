// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/pe/directories.hpp"

#include "bartizan/pe/overlay.hpp"
#include "built.hpp"

namespace {

using namespace bartizan;
using namespace bartizan_tests;

TEST(pe_directories, a_sound_file_with_everything_has_no_defect) {
    for (const auto kind : {pe::image_kind::pe32, pe::image_kind::pe32_plus}) {
        const built f(make::sample_image(kind));
        const auto counts = pe::walk_directories(f.image, [](error e) { ADD_FAILURE() << describe(e.code) << " at " << e.offset; });
        EXPECT_EQ(counts.import_modules, 2U);
        EXPECT_EQ(counts.import_symbols, 3U);
        EXPECT_EQ(counts.delay_import_symbols, 1U);
        EXPECT_EQ(counts.export_names, 2U);
        EXPECT_EQ(counts.export_addresses, 3U);
        EXPECT_EQ(counts.resources, 3U);
        EXPECT_EQ(counts.version_strings, 1U);
        EXPECT_EQ(counts.debug_entries, 1U);
        EXPECT_EQ(counts.relocation_blocks, 2U);
        EXPECT_EQ(counts.relocations, 4U);
        EXPECT_EQ(counts.runtime_functions, kind == pe::image_kind::pe32_plus ? 2U : 0U);
        EXPECT_EQ(counts.tls_callbacks, 2U);
        EXPECT_EQ(counts.rich_entries, 2U);
        EXPECT_EQ(counts.clr_streams, 2U);
        EXPECT_EQ(pe::find_overlay(f.image).data.size, 37U);
    }
}

/// The least file there is has no directories: the whole walk is a constant expression.
struct tiny_image {
    uint8_t data[64 + 24 + 69]{'M', 'Z'};
    constexpr tiny_image() {
        data[0x3c] = 64;
        data[64] = 'P';
        data[65] = 'E';
        data[64 + 24] = 0x0b;
        data[64 + 25] = 0x01;
    }
};
constexpr tiny_image tiny;
constexpr int defects_of_tiny() {
    int defects = 0;
    pe::walk_directories(pe::parse(tiny.data).image, [&defects](error) { ++defects; });
    return defects;
}
static_assert(defects_of_tiny() == 0);

/// Every defect's offset lies inside the file, or one past it.
void walk(const std::vector<uint8_t>& file) {
    const auto result = pe::parse({file.data(), file.size()});
    if (!result) return;
    pe::walk_directories(result.image, [&file](error e) {
        ASSERT_LE(e.offset, file.size()) << describe(e.code);
        ASSERT_NE(e.code, error_code::none);
    });
    const pe::overlay o = pe::find_overlay(result.image);
    ASSERT_LE(o.appended.size, o.data.size);
}

TEST(pe_directories, truncation_at_every_byte) {
    const auto sound = make::sample_image().build();
    for (size_t size = 0; size <= sound.size(); size += size < 0x400 ? 1 : 5) {
        walk({sound.begin(), sound.begin() + static_cast<ptrdiff_t>(size)});
    }
}

TEST(pe_directories, mutation_of_every_byte) {
    const auto sound = make::sample_image().build();
    for (size_t offset = 0; offset < sound.size(); ++offset) {
        for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
            auto file = sound;
            if (file[offset] == value) continue;
            file[offset] = static_cast<uint8_t>(value);
            walk(file);
        }
    }
}

/// 2,048 sections, and imports whose names lie in another section each: looking them up is given up, not paid for.
TEST(pe_directories, section_lookups_are_bounded) {
    make::pe_builder b;
    b.dos.e_lfanew = 0x40;
    b.optional.size_of_headers = 0x16000;
    b.optional.size_of_image = 0x16000;
    const uint32_t base = b.next_rva();
    make::byte_writer out;
    constexpr uint32_t symbols = 20000;
    out.data.resize(64 + 8 * (symbols + 1));
    out.put_at(0, base + 64, 4);
    out.put_at(12, base + 48, 4);
    out.put_at(16, base + 64, 4);
    out.put_at(48, 'm', 1);
    const uint32_t first_name = (base + out.size() + 0xfff) / 0x1000 * 0x1000;
    for (uint32_t i = 0; i < symbols; ++i) out.put_at(64 + 8 * i, first_name + 0x1000 * (i % 2000), 8);
    make::place(b, pe::directory_entry::import_table, ".idata", out);
    for (int i = 0; i < 2000; ++i) b.add_section("n", {0, 0, 'f', 0});
    const built f(b);
    pe::import_cursor modules(f.image);
    pe::import_module m;
    ASSERT_TRUE(modules.next(m));
    auto all = modules.symbols(m);
    uint32_t named = 0, unnamed = 0;
    for (pe::import_symbol s; all.next(s);) ++(s.defect ? unnamed : named);
    EXPECT_EQ(named + unnamed, symbols);
    EXPECT_EQ(named, pe::max_section_lookups / 2002) << "one lookup looks at every section header, and is counted as one more";
}

}  // namespace
