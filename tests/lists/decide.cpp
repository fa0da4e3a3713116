// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The precedence, typed out by hand, and keys and expiry through real lists.
#include <gtest/gtest.h>

#include <bartizan/lists/decide.hpp>

#include "built_list.hpp"

namespace {

using namespace bartizan;
using namespace bartizan_tests;
using lists::disposition;
using lists::key_kind;
using lists::list_kind;

/// Columns: block, suppression, local allow, global allow; '-' no entry, 'w' only a path's or name's, 'S' a stronger key's. Then what
/// is decided and by which list: B blocked, U suppressed, A allowed, E lowered to event; b, s, l, g. A weak block or suppression
/// entry cannot come from a file that was opened; it has no effect.
constexpr const char* table[] = {
    "---- -.", "---w Eg", "---S Ag", "--w- El", "--ww El", "--wS Ag", "--S- Al", "--Sw Al", "--SS Al",
    "-w-- -.", "-w-w Eg", "-w-S Ag", "-ww- El", "-www El", "-wwS Ag", "-wS- Al", "-wSw Al", "-wSS Al",
    "-S-- Us", "-S-w Us", "-S-S Us", "-Sw- Us", "-Sww Us", "-SwS Us", "-SS- Us", "-SSw Us", "-SSS Us",
    "w--- -.", "w--w Eg", "w--S Ag", "w-w- El", "w-ww El", "w-wS Ag", "w-S- Al", "w-Sw Al", "w-SS Al",
    "ww-- -.", "ww-w Eg", "ww-S Ag", "www- El", "wwww El", "wwwS Ag", "wwS- Al", "wwSw Al", "wwSS Al",
    "wS-- Us", "wS-w Us", "wS-S Us", "wSw- Us", "wSww Us", "wSwS Us", "wSS- Us", "wSSw Us", "wSSS Us",
    "S--- Bb", "S--w Bb", "S--S Bb", "S-w- Bb", "S-ww Bb", "S-wS Bb", "S-S- Bb", "S-Sw Bb", "S-SS Bb",
    "Sw-- Bb", "Sw-w Bb", "Sw-S Bb", "Sww- Bb", "Swww Bb", "SwwS Bb", "SwS- Bb", "SwSw Bb", "SwSS Bb",
    "SS-- Bb", "SS-w Bb", "SS-S Bb", "SSw- Bb", "SSww Bb", "SSwS Bb", "SSS- Bb", "SSSw Bb", "SSSS Bb",
};
static_assert(std::size(table) == 3 * 3 * 3 * 3);

char letter(key_kind k) { return k == key_kind::none ? '-' : k == key_kind::path || k == key_kind::name ? 'w' : 'S'; }
char letter(disposition d) { return "-BUAE"[static_cast<int>(d)]; }
char letter(list_kind k) { return ".bslg"[static_cast<int>(k)]; }

TEST(decide, every_combination_of_keys_is_a_row_of_the_table) {
    size_t hit[std::size(table)] = {};
    for (uint32_t n = 0; n < 9 * 9 * 9 * 9; ++n) {
        const auto key = [n](uint32_t divisor) { return static_cast<key_kind>(n / divisor % 9); };
        const lists::matches m{{key(729), 0, 1}, {key(81), 1, 2}, {key(9), 2, 3}, {key(1), 3, 4}};
        const lists::decision d = decide(m);
        std::string row{letter(m.block.key), letter(m.suppression.key), letter(m.local_allow.key), letter(m.global_allow.key)};
        row += {' ', letter(d.what), letter(d.kind)};
        const auto at = std::find(std::begin(table), std::end(table), std::string_view(row));
        ASSERT_NE(at, std::end(table)) << row;
        ++hit[at - std::begin(table)];
        const lists::match by[] = {{}, m.block, m.suppression, m.local_allow, m.global_allow};
        const lists::match& expected = by[static_cast<int>(d.kind)];
        EXPECT_EQ(d.by.key, expected.key);
        EXPECT_EQ(d.by.record, expected.record);
    }
    for (const size_t h : hit) EXPECT_NE(h, 0u);
}

struct opened {
    explicit opened(list_kind kind, std::vector<list_entry> entries) : file(build(kind, std::move(entries))) {
        const error bad = lists::open({file.data(), file.size()}, l);
        EXPECT_FALSE(bad) << describe(bad.code);
    }
    std::vector<uint8_t> file;
    lists::list l;
};

/// The keys of a file that every entry of `one_of_each` is about.
lists::file_keys all_keys() {
    lists::file_keys k;
    k.file_sha256 = {digest_from(1), true};
    k.authenticode_sha256 = {digest_from(2), true};
    k.certificate_tbs_sha256 = {digest_from(4), true};
    k.original_name = u"a.exe";
    k.path = u"C:\\TOOLS\\A.EXE";
    return k;
}

std::vector<list_entry> about_one_file(list_kind kind) {
    auto entries = one_of_each(kind);
    for (list_entry& e : entries)
        if (e.key >= key_kind::certificate_original_name && e.key <= key_kind::certificate_name) e.digest = digest_from(4);
    return entries;
}

TEST(decide, the_strongest_key_speaks_and_each_is_asked) {
    auto entries = about_one_file(list_kind::local_allow);
    for (int strongest = 1; strongest <= 8; ++strongest) {
        const opened o(list_kind::local_allow, entries);
        const lists::decision d = lists::decide({&o.l, 1}, all_keys(), 1000);
        EXPECT_EQ(static_cast<int>(d.by.key), strongest);
        EXPECT_EQ(d.what, strongest >= 7 ? disposition::lowered_to_event : disposition::allowed);
        entries.erase(entries.begin());
    }
    const opened empty(list_kind::local_allow, {});
    EXPECT_EQ(lists::decide({&empty.l, 1}, all_keys(), 1000).what, disposition::none);
}

TEST(decide, what_is_not_known_matches_nothing) {
    const opened o(list_kind::local_allow, about_one_file(list_kind::local_allow));
    EXPECT_EQ(lists::decide({&o.l, 1}, {}, 1000).what, disposition::none);
    lists::file_keys k = all_keys();
    k.file_sha256.known = k.authenticode_sha256.known = false;
    EXPECT_EQ(lists::decide({&o.l, 1}, k, 1000).by.key, key_kind::certificate_original_name);
    k.original_name = {};
    EXPECT_EQ(lists::decide({&o.l, 1}, k, 1000).by.key, key_kind::certificate);
    k.certificate_tbs_sha256.known = false;  // the digest that is left there must not be used
    EXPECT_EQ(lists::decide({&o.l, 1}, k, 1000).by.key, key_kind::path);
    k.path = u"D:\\A.EXE";
    EXPECT_EQ(lists::decide({&o.l, 1}, k, 1000).by.key, key_kind::name);
    k.path = {};
    EXPECT_EQ(lists::decide({&o.l, 1}, k, 1000).what, disposition::none);
}

TEST(decide, expiry_is_the_last_instant) {
    auto entries = about_one_file(list_kind::local_allow);
    for (size_t i = 0; i < entries.size(); ++i) entries[i].expires_100ns = 100 * (i + 1);
    const opened o(list_kind::local_allow, entries);
    for (const auto& [time, key] : {std::pair<uint64_t, int>{0, 1}, {99, 1}, {100, 1}, {101, 2}, {200, 2}, {201, 3}, {700, 7}, {701, 8}, {800, 8}, {801, 0}, {UINT64_MAX, 0}})
        EXPECT_EQ(static_cast<int>(lists::decide({&o.l, 1}, all_keys(), time).by.key), key) << time;
}

TEST(decide, lists_in_any_order) {
    const opened block(list_kind::block, about_one_file(list_kind::block)), vendor(list_kind::suppression, about_one_file(list_kind::suppression));
    const opened local(list_kind::local_allow, {make_entry(key_kind::name, 0, u"a.exe")}), global(list_kind::global_allow, about_one_file(list_kind::global_allow));
    const opened second(list_kind::global_allow, {make_entry(key_kind::file_sha256, 1)});
    const auto ask = [](std::vector<lists::list> all) { return lists::decide({all.data(), all.size()}, all_keys(), 1000); };
    for (const auto& all : {std::vector{block.l, vendor.l, local.l, global.l}, std::vector{global.l, local.l, vendor.l, block.l}}) {
        const lists::decision d = ask(all);
        EXPECT_EQ(d.what, disposition::blocked);
        EXPECT_EQ(all[d.by.list].kind(), list_kind::block);
    }
    EXPECT_EQ(ask({global.l, vendor.l, local.l}).what, disposition::suppressed);
    const lists::decision d = ask({local.l, lists::list(), global.l, second.l});
    EXPECT_EQ(d.what, disposition::allowed);
    EXPECT_EQ(d.by.list, 2u);
    EXPECT_EQ(ask({local.l}).what, disposition::lowered_to_event);
    EXPECT_EQ(ask({}).what, disposition::none);
}

}  // namespace
