// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/pe/exports.hpp"

#include <memory>

#include "built.hpp"

namespace {

using namespace bartizan;
using namespace bartizan_tests;
using make::pe_builder;

/// "name@ordinal=rva" or "name@ordinal>forwarder", each followed by a blank; "!" for a defect.
std::string list(pe::export_table& table) {
    const auto named = std::make_unique<pe::export_index_set>();
    pe::export_cursor all(table, *named);
    std::string out;
    for (pe::export_symbol s; all.next(s);) {
        out.append(text_of(s.name)).append("@").append(std::to_string(s.ordinal));
        out.append(s.forwarded ? ">" : "=");
        out.append(s.forwarded ? text_of(s.forwarder) : std::to_string(s.address_rva));
        out.append(s.defect ? "! " : " ");
    }
    return out;
}
std::string list(const pe::image& image) {
    pe::export_table table(image);
    return list(table);
}

const std::vector<make::built_export> symbols = {
    {"b", 100, ""}, {"", 200, ""}, {"", 0, ""}, {"f", 0, "OTHER.gamma"}, {"", 0, "OTHER.#7"}, {"a!\"#%&'*+,/:;=~", 300, ""}};

TEST(pe_exports, named_ones_first_then_those_without_a_name) {
    for (const auto kind : {pe::image_kind::pe32, pe::image_kind::pe32_plus}) {
        pe_builder b(kind);
        make::add_exports(b, "module.dll", 10, symbols);
        const built f(b);
        pe::export_table table(f.image);
        EXPECT_TRUE(table.present);
        EXPECT_FALSE(table.defect) << describe(table.defect.code);
        EXPECT_EQ(text_of(table.module_name), "module.dll");
        EXPECT_EQ(table.offset, last_offset(b));
        EXPECT_EQ(table.name_count(), 3U);
        EXPECT_EQ(table.address_count(), 6U);
        EXPECT_EQ(list(table), "b@10=100 f@13>OTHER.gamma a!\"#%&'*+,/:;=~@15=300! @11=200 @14>OTHER.#7 ")
            << "';' and '=' are in no name that a linker writes";
    }
}

TEST(pe_exports, absent_or_nowhere) {
    const built none{pe_builder()};
    pe::export_table absent(none.image);
    EXPECT_FALSE(absent.present);
    EXPECT_FALSE(absent.defect);
    EXPECT_EQ(list(absent), "");

    pe_builder b;
    b.directory(pe::directory_entry::export_table) = {0x00700000, 40};
    const built nowhere(b);
    pe::export_table lost(nowhere.image);
    EXPECT_FALSE(lost.present);
    EXPECT_ERROR(lost.defect, error_code::pe_export_directory_unreadable,
                 nowhere.image.directory_offset(pe::directory_entry::export_table));
    EXPECT_EQ(list(lost), "");
}

TEST(pe_exports, broken_entries_are_marked_and_the_rest_is_read) {
    pe_builder b;
    make::add_exports(b, "m.dll", 1, {{"a", 100, ""}, {"bad\x02", 200, ""}, {"c", 0, "nodot"}, {"d", 400, ""}});
    const size_t functions = 40, names = functions + 16, ordinals = names + 16;
    patch(b, ordinals, 4, 2);  // a's ordinal: one past the table
    const built f(b);
    EXPECT_EQ(list(f.image), "a@5=0! bad\x02@2=200! c@3>nodot! d@4=400 @1=100 ");
    pe::export_table table(f.image);
    EXPECT_ERROR(table.named(0).defect, error_code::pe_export_ordinal_invalid, last_offset(b) + ordinals);
    EXPECT_ERROR(table.named(1).defect, error_code::pe_export_name_invalid, last_offset(b) + names + 4);
    EXPECT_ERROR(table.named(2).defect, error_code::pe_export_forwarder_invalid, last_offset(b) + functions + 8);
}

TEST(pe_exports, tables_are_clipped_to_the_file) {
    pe_builder b;
    make::add_exports(b, "m.dll", 1, {{"a", 100, ""}, {"b", 200, ""}});
    patch(b, 20, 60000, 4);  // NumberOfFunctions
    const built f(b);
    pe::export_table table(f.image);
    EXPECT_ERROR(table.defect, error_code::pe_export_table_cut, last_offset(b) + 20);
    EXPECT_EQ(table.address_count(), (b.sections.back().header.size_of_raw_data - 40) / 4);
    EXPECT_EQ(table.name_count(), 2U);

    patch(b, 24, UINT32_MAX, 4);  // NumberOfNames
    patch(b, 20, 2, 4);
    const built g(b);
    pe::export_table claimed(g.image);
    EXPECT_ERROR(claimed.defect, error_code::pe_export_limit, last_offset(b) + 24);
    EXPECT_LT(claimed.name_count(), 512U) << "the section holds no more";
}

TEST(pe_exports, at_most_one_for_each_ordinal) {
    pe_builder b;
    make::add_exports(b, "m.dll", 1, std::vector<make::built_export>(pe::max_exports + 5, {"", 0x1000, ""}));
    const built f(b);
    pe::export_table table(f.image);
    EXPECT_ERROR(table.defect, error_code::pe_export_limit, last_offset(b) + 20);
    EXPECT_EQ(table.address_count(), pe::max_exports);
}

TEST(pe_exports, an_address_at_the_directory_s_end_is_no_forwarder) {
    pe_builder b;
    const uint32_t rva = make::add_exports(b, "m.dll", 1, {{"a", 0x5000, ""}});
    const uint32_t size = b.directory(pe::directory_entry::export_table).size;
    for (const auto& [address, forwarded] : {std::pair{rva - 1, false}, {rva, true}, {rva + size - 1, true}, {rva + size, false}}) {
        patch(b, 40, address, 4);
        const built f(b);
        pe::export_table table(f.image);
        EXPECT_EQ(table.address(0).forwarded, forwarded) << address - rva;
    }
}

}  // namespace
