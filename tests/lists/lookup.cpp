// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Lookups against std::map on random lists, and on a list that the compiler builds and asks.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <string>

#include "built_list.hpp"

namespace {

using namespace bartizan;
using namespace bartizan_tests;
using lists::key_kind;
using lists::list_kind;
using lists::no_record;

constexpr size_t constant_size = build(list_kind::local_allow, one_of_each(list_kind::local_allow)).size();
constexpr auto constant_bytes = [] {
    std::array<uint8_t, constant_size> out{};
    const auto built = build(list_kind::local_allow, one_of_each(list_kind::local_allow), 7);
    std::copy(built.begin(), built.end(), out.begin());
    return out;
}();
constexpr lists::list constant_list = [] {
    lists::list out;
    if (lists::open({constant_bytes.data(), constant_bytes.size()}, out)) return lists::list();
    return out;
}();
static_assert(constant_list.kind() == list_kind::local_allow && constant_list.version() == 7 && constant_list.entry_count() == 8);
static_assert(constant_list.find(key_kind::file_sha256, digest_from(1)) == 0);
static_assert(constant_list.find(key_kind::file_sha256, digest_from(2)) == no_record);
static_assert(constant_list.find(key_kind::certificate_original_name, digest_from(3), u"A.exe") == 0);
static_assert(constant_list.find(key_kind::certificate_original_name, digest_from(3), u"B.exe") == no_record);
static_assert(constant_list.find(key_kind::certificate_original_name, digest_from(3), u"A.ex") == no_record);
static_assert(constant_list.find(key_kind::certificate_original_name, digest_from(3), u"A.exe2") == no_record);
static_assert(constant_list.find(key_kind::path, {}, u"C:\\Tools\\A.exe") == 0);
static_assert(constant_list.find(key_kind::name, {}, u"a.EXE") == 0);
static_assert(constant_list.find(key_kind::name, {}, u"b.EXE") == no_record);
static_assert(constant_list.at(key_kind::name, 0).holds_at(1000) && !constant_list.at(key_kind::name, 0).holds_at(1001));
static_assert(lists::list().find(key_kind::file_sha256, digest_from(1)) == no_record);

using key = std::tuple<key_kind, std::array<uint8_t, 32>, std::u16string>;

key key_of(const list_entry& e) {
    key out{e.key, {}, {e.words.begin(), e.words.end()}};
    if (lists::has_digest(e.key)) std::copy(std::begin(e.digest.bytes), std::end(e.digest.bytes), std::get<1>(out).begin());
    return out;
}

void expect_same(const std::vector<list_entry>& entries, const std::vector<list_entry>& absent) {
    std::map<key, list_entry> oracle;
    for (const list_entry& e : entries) oracle.emplace(key_of(e), e);
    std::vector<list_entry> unique;
    for (const auto& [k, e] : oracle) unique.push_back(e);
    const auto file = build(list_kind::global_allow, unique, 3);
    lists::list l;
    const error bad = lists::open({file.data(), file.size()}, l);
    ASSERT_FALSE(bad) << describe(bad.code) << " at " << bad.offset;
    ASSERT_EQ(l.entry_count(), oracle.size());
    const auto find = [&l](const list_entry& e) { return l.find(e.key, e.digest, {e.words.data(), e.words.size()}); };
    const auto text = [](bytes b) { return std::vector<uint8_t>(b.begin(), b.end()); };
    for (const auto& [k, e] : oracle) {
        const uint32_t record = find(e);
        ASSERT_NE(record, no_record);
        const lists::entry found = l.at(e.key, record);
        ASSERT_EQ(found.expires_100ns, e.expires_100ns);
        ASSERT_EQ(text(found.author), e.author);
        ASSERT_EQ(text(found.reason), e.reason);
        ASSERT_EQ(found.text.size(), e.words.size());
    }
    for (const list_entry& e : absent) ASSERT_EQ(find(e) != no_record, oracle.count(key_of(e)) != 0);
}

TEST(lookup, hundred_thousand_random_entries_as_std_map) {
    std::mt19937_64 random(1);
    const auto make = [&random] {
        const auto kind = static_cast<key_kind>(1 + random() % lists::key_kind_count);
        std::u16string words;
        if (lists::has_text(kind))
            for (uint64_t n = 1 + random() % 5; n != 0; --n) words += u"aBé\\0ß"[random() % 6];
        // Few digests for keys that have a text too, so that one certificate has many names.
        const uint64_t seed = lists::has_text(kind) ? random() % 50 : random() % 400'000;
        return make_entry(kind, seed, words, 1 + random() % 1'000'000, "author " + std::to_string(random() % 3), "reason " + std::to_string(random() % 90));
    };
    std::vector<list_entry> entries(100'000), absent(100'000);
    std::generate(entries.begin(), entries.end(), make);
    std::generate(absent.begin(), absent.end(), make);
    expect_same(entries, absent);
}

TEST(lookup, every_small_size_and_digests_that_share_their_beginning) {
    for (uint32_t size = 0; size < 70; ++size) {
        for (const bool alike : {false, true}) {
            std::vector<list_entry> entries, absent;
            for (uint32_t i = 0; i < size + 5; ++i) {
                list_entry e = make_entry(key_kind::file_sha256, i);
                if (alike) {
                    e.digest = digest_from(1);
                    e.digest.bytes[31] = static_cast<uint8_t>(i);
                }
                (i < size ? entries : absent).push_back(e);
            }
            expect_same(entries, absent);
        }
    }
    std::vector<list_entry> edges(2, make_entry(key_kind::file_sha256, 1));
    edges[0].digest = {};
    std::fill(std::begin(edges[1].digest.bytes), std::end(edges[1].digest.bytes), uint8_t{0xff});
    expect_same(edges, {make_entry(key_kind::file_sha256, 1)});
}

TEST(lookup, order_of_input_does_not_matter) {
    auto entries = one_of_each(list_kind::global_allow);
    const auto file = build(list_kind::global_allow, entries);
    std::mt19937 random(2);
    for (int i = 0; i < 20; ++i) {
        std::shuffle(entries.begin(), entries.end(), random);
        EXPECT_EQ(build(list_kind::global_allow, entries), file);
    }
}

}  // namespace
