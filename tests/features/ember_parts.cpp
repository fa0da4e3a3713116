// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The small parts of the ember room, each against an independent form of itself.
#include <gtest/gtest.h>

#include <cctype>
#include <cmath>
#include <ctime>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "bartizan/features/ember/authenticode.hpp"
#include "bartizan/features/ember/entropy.hpp"
#include "bartizan/features/ember/lief_ordinals.hpp"
#include "bartizan/features/ember/name_set.hpp"
#include "bartizan/features/ember/pefile_ordinals.hpp"
#include "bartizan/features/ember/pefile_scratch.hpp"
#include "bartizan/features/ember/work_limit.hpp"

namespace {

using namespace bartizan;
namespace ember = features::ember;

bytes view(const std::string& text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

TEST(features_ember_parts, name_set_knows_names_in_any_case) {
    std::vector<bytes> slots(1024);
    ember::name_set names{span<bytes>(slots.data(), slots.size())};
    std::mt19937 random(1);
    std::vector<std::string> kept;
    for (int i = 0; i < 700; ++i) kept.push_back("Lib" + std::to_string(random() % 500) + ".dll");
    std::set<std::string> expected;
    for (const std::string& name : kept) EXPECT_EQ(names.insert(view(name)), expected.insert(name).second) << name;
    EXPECT_EQ(names.size(), expected.size());
    const std::string upper = "LIB" + kept[0].substr(3);
    EXPECT_FALSE(names.insert(view(upper)));
    EXPECT_FALSE(names.insert({}));
}

TEST(features_ember_parts, a_full_name_set_takes_nothing_more) {
    std::vector<bytes> slots(16);
    ember::name_set names{span<bytes>(slots.data(), slots.size())};
    std::vector<std::string> kept;
    for (char c = 'a'; c <= 'z'; ++c) kept.emplace_back(1, c);
    size_t taken = 0;
    for (const std::string& name : kept) taken += names.insert(view(name));
    EXPECT_EQ(taken, 12U);
}

TEST(features_ember_parts, value_counts_like_a_map) {
    const auto memory = std::make_unique<ember::value_counts_scratch>();
    ember::value_counts counts(*memory);
    std::map<uint32_t, unsigned> expected;
    std::mt19937 random(1);
    for (int i = 0; i < 20000; ++i) {
        const auto value = static_cast<uint32_t>(random() % 5000) * 0x10001;
        ASSERT_EQ(counts.add(value), std::min(++expected[value], 255U));
        ASSERT_EQ(counts.size(), expected.size());
    }
    for (int i = 0; i < 300; ++i) EXPECT_GE(counts.add(7), 1U);
    EXPECT_EQ(counts.add(7), 255U);
    counts.clear();
    EXPECT_EQ(counts.add(7), 1U);
}

TEST(features_ember_parts, value_counts_are_full_at_their_capacity) {
    const auto memory = std::make_unique<ember::value_counts_scratch>();
    ember::value_counts counts(*memory);
    for (uint32_t i = 0; i < ember::value_counts::capacity; ++i) ASSERT_EQ(counts.add(i), 1U);
    EXPECT_EQ(counts.add(0xffffffff), 0U);
    EXPECT_EQ(counts.add(5), 2U);
}

TEST(features_ember_parts, word_set_like_a_set) {
    const auto words = std::make_unique<ember::word_set>();
    words->clear();
    std::set<uint16_t> expected;
    std::mt19937 random(1);
    for (int i = 0; i < 5000; ++i) {
        const auto word = static_cast<uint16_t>(random() % 3000 * 21);
        ASSERT_EQ(words->insert(word), expected.insert(word).second);
        ASSERT_TRUE(words->has(word));
    }
    EXPECT_FALSE(words->has(1));
}

TEST(features_ember_parts, work_limit_ends_and_stays_ended) {
    ember::work_limit limit(10);
    EXPECT_TRUE(limit.take(4));
    EXPECT_TRUE(limit.take(5));
    EXPECT_FALSE(limit.take(2));
    EXPECT_FALSE(limit.take(0));
}

std::string escaped(const std::string& text) {
    std::string out;
    ember::for_each_escaped(view(text), [&out](uint8_t c) { out += static_cast<char>(c); });
    return out;
}

TEST(features_ember_parts, names_are_escaped_like_backslashreplace) {
    EXPECT_EQ(escaped("plain"), "plain");
    EXPECT_EQ(escaped("a\xe9\x80z"), "a\\xe9\\x80z");
    EXPECT_EQ(escaped(std::string(20000, 'a')).size(), 10000U);
    EXPECT_EQ(escaped(std::string(2501, '\xff')).size(), 10000U);
}

/// Every sequence of two bytes, and those of three and four around the borders, by Unicode's table 3-7.
TEST(features_ember_parts, utf8_sequences) {
    const auto by_table = [](const std::string& s) -> size_t {
        const auto at = [&s](size_t i) { return static_cast<uint8_t>(s[i]); };
        const auto in = [&](size_t i, uint8_t low, uint8_t high) {
            return i < s.size() && at(i) >= low && at(i) <= high;
        };
        if (in(0, 0x00, 0x7f)) return 1;
        if (in(0, 0xc2, 0xdf)) return in(1, 0x80, 0xbf) ? 2 : 0;
        bool second = in(1, 0x80, 0xbf);
        if (in(0, 0xe0, 0xe0)) second = in(1, 0xa0, 0xbf);
        if (in(0, 0xed, 0xed)) second = in(1, 0x80, 0x9f);
        if (in(0, 0xf0, 0xf0)) second = in(1, 0x90, 0xbf);
        if (in(0, 0xf4, 0xf4)) second = in(1, 0x80, 0x8f);
        if (in(0, 0xe0, 0xef)) return second && in(2, 0x80, 0xbf) ? 3 : 0;
        if (in(0, 0xf0, 0xf4)) return second && in(2, 0x80, 0xbf) && in(3, 0x80, 0xbf) ? 4 : 0;
        return 0;
    };
    EXPECT_EQ(ember::utf8_sequence({}), 0U);
    for (int a = 0; a < 256; ++a) {
        for (int b = 0; b < 256; ++b) {
            for (const char* rest : {"", "\x80", "\xbf\xbf",
                                     "\x80"
                                     "a",
                                     "\xc0"}) {
                const std::string s = std::string{static_cast<char>(a), static_cast<char>(b)} + rest;
                ASSERT_EQ(ember::utf8_sequence(view(s)), by_table(s)) << a << ' ' << b;
            }
        }
    }
}

TEST(features_ember_parts, names_are_decoded_and_lowered) {
    std::string out;
    ember::for_each_lower_utf8(view("A\xff\xc3\xa9\xc3Z"), [&out](uint8_t c) { out += static_cast<char>(c); });
    EXPECT_EQ(out, "a\xc3\xa9z");
}

TEST(features_ember_parts, decimals) {
    for (const uint64_t number : {uint64_t{0}, uint64_t{7}, uint64_t{10}, uint64_t{65535}, UINT64_MAX}) {
        features::murmur3_32 by_digit;
        ember::add_decimal(by_digit, number);
        features::murmur3_32 by_text;
        by_text.add(std::to_string(number).c_str());
        EXPECT_EQ(by_digit.value(), by_text.value());
    }
}

TEST(features_ember_parts, ordinals_of_known_libraries) {
    EXPECT_TRUE(ember::lief_names_ordinal(view("WS2_32.dll"), 116));
    EXPECT_FALSE(ember::lief_names_ordinal(view("WS2_32.dll"), 117));
    EXPECT_FALSE(ember::lief_names_ordinal(view("ws2_32.dl"), 1));
    EXPECT_FALSE(ember::lief_names_ordinal(view("ws2_32.dllx"), 1));
    EXPECT_FALSE(ember::lief_names_ordinal({}, 1));
    EXPECT_STREQ(ember::pefile_ordinals_of(view("WSOCK32.DLL"))[0].name, "accept");
    EXPECT_TRUE(ember::pefile_ordinals_of(view("kernel32.dll")).empty());
}

/// Dates against the C library.
TEST(features_ember_parts, times_of_signatures) {
    const auto microseconds_of = [](uint8_t tag, const std::string& text) {
        int64_t out = -1;
        pe::der_element value;
        value.tag = tag;
        value.content = view(text);
        return ember::detail::read_asn1_time(value, out) ? out : -1;
    };
    for (int64_t t = -631152000; t < 2524607999; t += 86399 * 37) {  // 1950 to 2049
        const time_t moment = static_cast<time_t>(t);
        tm parts{};
        gmtime_r(&moment, &parts);
        char text[32];
        strftime(text, sizeof text, "%Y%m%d%H%M%SZ", &parts);
        ASSERT_EQ(microseconds_of(pe::der_generalized_time, text), t * 1'000'000) << text;
        ASSERT_EQ(microseconds_of(pe::der_utc_time, text + 2), t * 1'000'000) << text;
    }
    EXPECT_EQ(microseconds_of(pe::der_generalized_time, "20211005002354.902Z"), 1'633'393'434'902'000);
    for (const char* bad : {"", "2021", "20211305002354Z", "2021100500235", "x0211005002354Z"}) {
        EXPECT_EQ(microseconds_of(pe::der_generalized_time, bad), -1) << bad;
    }
    EXPECT_EQ(microseconds_of(pe::der_octet_string, "20211005002354Z"), -1);
}

TEST(features_ember_parts, certificate_tables_that_are_none) {
    EXPECT_EQ(ember::read_authenticode({}, 8, 8).signatures, 0U);
    std::vector<uint8_t> file(64);
    EXPECT_FALSE(ember::read_authenticode({file.data(), file.size()}, 8, 16).parse_error) << "length 0 ends the table";
    file[8] = 16;
    file[13] = 2;  // revision 2.0
    file[14] = 2;  // PKCS signed data
    EXPECT_TRUE(ember::read_authenticode({file.data(), file.size()}, 8, 16).parse_error) << "zeros are no SignedData";
    EXPECT_FALSE(ember::read_authenticode({file.data(), file.size()}, 8, 64).parse_error) << "past the end of the file";
    file[14] = 1;
    EXPECT_FALSE(ember::read_authenticode({file.data(), file.size()}, 8, 16).parse_error)
        << "an X.509 entry is no signature";
}

/// Against the definition in extended precision.
TEST(features_ember_parts, entropy_within_the_stated_error) {
    constexpr uint64_t all[256] = {};
    EXPECT_EQ(ember::entropy_q42(all), 0U);
    uint64_t equal[256];
    for (uint64_t& count : equal) count = 4096;
    EXPECT_EQ(ember::entropy_q42(equal), 8 * ember::entropy_unit);
    std::mt19937_64 random(5);
    for (int round = 0; round < 2000; ++round) {
        uint64_t counts[256]{};
        const size_t values = 1 + random() % 256;
        for (size_t i = 0; i < values; ++i) counts[i] = random() >> (40 + random() % 24);
        long double total = 0;
        for (const uint64_t count : counts) total += static_cast<long double>(count);
        long double entropy = 0;
        for (const uint64_t count : counts) {
            const long double share = static_cast<long double>(count) / total;
            if (count != 0) entropy -= share * std::log2(share);
        }
        const auto given = std::ldexp(static_cast<long double>(ember::entropy_q42(counts)), -42);
        ASSERT_NEAR(static_cast<double>(given - entropy), 0, 0x1p-42) << round;
    }
}

}  // namespace
