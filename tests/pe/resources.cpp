// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/pe/resources.hpp"

#include "bartizan/pe/version_info.hpp"
#include "built.hpp"

namespace {

using namespace bartizan;
using namespace bartizan_tests;
using make::pe_builder;

std::string key(const pe::resource_key& k) { return k.is_name ? ascii_of_utf16(k.name) : std::to_string(k.id); }

std::string list(const pe::image& image, error* defect = nullptr) {
    std::string out;
    pe::resource_cursor all(image);
    for (pe::resource r; all.next(r);) {
        out += key(r.type) + "/" + key(r.name) + "/" + key(r.language) + "=" + std::to_string(r.size_bytes);
        out += r.defect ? "! " : " ";
    }
    if (defect != nullptr) *defect = all.defect;
    return out;
}

const std::vector<make::built_resource> three = {
    {24, u"", 1, 0x409, {'<', '/', '>'}}, {10, u"NAME", 0, 0, {1}}, {3, u"", 7, 0x407, std::vector<uint8_t>(40, 9)}};
constexpr const char* listed = "24/1/1033=3 10/NAME/0=1 3/7/1031=40 ";
/// Offsets in the section of `add_resources` with three types: the root directory, then for each resource its name directory,
/// its language directory, its data entry.
constexpr size_t root_entries = 16;
constexpr size_t first_names = 16 + 3 * 8;
constexpr size_t first_languages = first_names + 16 + 8;
constexpr size_t first_data_entry = first_languages + 16 + 8;
constexpr uint32_t high_bit = 0x80000000;

TEST(pe_resources, type_name_and_language) {
    pe_builder b;
    make::add_resources(b, three);
    const built f(b);
    error defect;
    EXPECT_EQ(list(f.image, &defect), listed);
    EXPECT_FALSE(defect);
    pe::resource r;
    ASSERT_TRUE(pe::find_resource(f.image, pe::resource_manifest, r));
    EXPECT_EQ(text_of(r.data), "</>");
    EXPECT_EQ(r.depth, 3U);
    EXPECT_EQ(r.entry_offset, last_offset(b) + first_data_entry);
    EXPECT_EQ(f.file.data() + r.data_offset, r.data.data);
    EXPECT_FALSE(pe::find_resource(f.image, pe::resource_version, r));
    EXPECT_TRUE(r.data.empty());
    EXPECT_EQ(list(built{pe_builder()}.image, &defect), "");
    EXPECT_FALSE(defect);
}

TEST(pe_resources, a_broken_subtree_is_left_out) {
    struct broken {
        size_t at;
        uint32_t value;
        error_code code;
        size_t blamed;
        const char* rest;
    };
    const broken cases[] = {
        {root_entries + 4, high_bit, error_code::pe_resource_loop, root_entries + 4, "10/NAME/0=1 3/7/1031=40 "},
        {first_names + 16 + 4, high_bit, error_code::pe_resource_loop, first_names + 16 + 4, "10/NAME/0=1 3/7/1031=40 "},
        {root_entries + 4, high_bit | 0x7000000, error_code::pe_resource_directory_cut, root_entries + 4, "10/NAME/0=1 3/7/1031=40 "},
        {first_languages + 16 + 4, 0x7000000, error_code::pe_resource_directory_cut, first_languages + 16 + 4, "10/NAME/0=1 3/7/1031=40 "},
        {first_names + 16, high_bit | 0x7000000, error_code::pe_resource_name_cut, first_names + 16, "24//1033=3 10/NAME/0=1 3/7/1031=40 "},
    };
    for (const broken& c : cases) {
        pe_builder b;
        make::add_resources(b, three);
        patch(b, c.at, c.value, 4);
        error defect;
        EXPECT_EQ(list(built(b).image, &defect), c.rest);
        EXPECT_ERROR(defect, c.code, last_offset(b) + c.blamed);
    }
}

TEST(pe_resources, data_that_is_not_in_the_file) {
    pe_builder b;
    make::add_resources(b, three);
    patch(b, first_data_entry + 4, 0x10000, 4);
    const built f(b);
    EXPECT_EQ(list(f.image), "24/1/1033=65536! 10/NAME/0=1 3/7/1031=40 ");
    pe::resource_cursor all(f.image);
    pe::resource r;
    ASSERT_TRUE(all.next(r));
    EXPECT_ERROR(r.defect, error_code::pe_resource_data_cut, last_offset(b) + first_data_entry);
    EXPECT_LT(r.data.size, 0x200U) << "clipped to the section";
}

TEST(pe_resources, depth_and_directory_that_is_cut) {
    // A chain of directories with one entry each, ten deep.
    pe_builder b;
    make::byte_writer out;
    for (uint32_t i = 0; i < 10; ++i) {
        out.put_at(24 * i + 14, 1, 2);
        out.put_at(24 * i + 20, high_bit | (24 * (i + 1)), 4);
    }
    out.data.resize(0x200);
    make::place(b, pe::directory_entry::resource, ".rsrc", out);
    error defect;
    EXPECT_EQ(list(built(b).image, &defect), "");
    EXPECT_ERROR(defect, error_code::pe_resource_depth, last_offset(b) + 24 * 7 + 20);

    pe_builder c;
    make::add_resources(c, three);
    patch(c, 14, 0xffff, 2);  // the root claims 65,535 entries: those behind the real ones are other structures or nothing
    list(built(c).image, &defect);
    EXPECT_TRUE(defect);
    pe_builder d;
    d.directory(pe::directory_entry::resource) = {0x00700000, 16};
    const built nowhere(d);
    list(nowhere.image, &defect);
    EXPECT_ERROR(defect, error_code::pe_resource_directory_cut, nowhere.image.directory_offset(pe::directory_entry::resource));
}

/// Two directories of 65,535 entries, each entry of the first leading to the second: 2^32 paths, of which the limit is read.
TEST(pe_resources, entries_are_counted_over_the_whole_tree) {
    pe_builder b;
    constexpr uint32_t entries = 0xffff;
    constexpr uint32_t second = 16 + 8 * entries;
    make::byte_writer out;
    out.data.resize(2 * second + 16);
    for (const uint32_t directory : {0U, second}) {
        out.put_at(directory + 14, entries, 2);
        for (uint32_t i = 0; i < entries; ++i) {
            out.put_at(directory + 16 + 8 * i + 4, directory == 0 ? high_bit | second : 2 * second, 4);
        }
    }
    make::place(b, pe::directory_entry::resource, ".rsrc", out);
    const built f(b);
    pe::resource_cursor all(f.image);
    uint32_t leaves = 0;
    for (pe::resource r; all.next(r);) ++leaves;
    EXPECT_EQ(leaves, pe::max_resource_entries - 1);
    EXPECT_EQ(all.defect.code, error_code::pe_resource_limit);
}

TEST(pe_version_info, strings_and_fixed_part) {
    pe_builder b;
    const auto version = make::version_resource({{u"CompanyName", u"Maker"}, {u"Empty", u""}, {u"OriginalFilename", u"a.exe"}},
                                                   0x0001000200030004);
    make::add_resources(b, {{pe::resource_version, u"", 1, 0x409, version}});
    const built f(b);
    pe::version_info info(f.image);
    ASSERT_TRUE(info.present);
    ASSERT_TRUE(info.has_fixed);
    EXPECT_EQ(info.fixed.file_version, 0x0001000200030004U);
    std::string strings;
    for (pe::version_string s; info.next(s);) {
        strings += ascii_of_utf16(s.language) + ":" + ascii_of_utf16(s.key) + "=" + ascii_of_utf16(s.value) + ";";
    }
    EXPECT_EQ(strings, "040904b0:CompanyName=Maker;040904b0:Empty=;040904b0:OriginalFilename=a.exe;");
    EXPECT_FALSE(info.defect);
    EXPECT_EQ(ascii_of_utf16(pe::find_version_string(f.image, "OriginalFilename")), "a.exe");
    EXPECT_TRUE(pe::find_version_string(f.image, "Original").empty());
    EXPECT_TRUE(pe::find_version_string(f.image, "originalFilename").empty());
}

TEST(pe_version_info, absent_and_broken) {
    const built none{pe_builder()};
    pe::version_info absent(none.image);
    EXPECT_FALSE(absent.present);
    EXPECT_FALSE(absent.defect);

    pe_builder b;
    make::add_resources(b, {{pe::resource_version, u"", 1, 0, {0x20, 0, 0, 0, 0, 0, 'X', 0, 0, 0}}});
    const built other(b);
    pe::version_info not_one(other.image);
    EXPECT_FALSE(not_one.present);
    EXPECT_EQ(not_one.defect.code, error_code::pe_version_info_invalid);

    // Every byte of a sound one, changed: bounded, and nothing read outside.
    const auto sound = make::version_resource({{u"A", u"bc"}, {u"Def", u"g"}});
    for (size_t at = 0; at < sound.size(); ++at) {
        for (const int value : {0, 1, 2, 0x7f, 0xff}) {
            auto data = sound;
            data[at] = static_cast<uint8_t>(value);
            pe_builder c;
            make::add_resources(c, {{pe::resource_version, u"", 1, 0, data}});
            const built f(c);
            pe::version_info info(f.image);
            uint32_t strings = 0;
            for (pe::version_string s; info.next(s); ++strings) {
                if (!s.value.empty()) {
                    ASSERT_GE(s.value.data, f.file.data());
                    ASSERT_LE(s.value.end(), f.file.data() + f.file.size());
                }
            }
            EXPECT_LE(strings, 8U);
        }
    }
}

}  // namespace
