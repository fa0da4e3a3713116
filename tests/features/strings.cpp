// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/ember/strings.hpp"

#include <gtest/gtest.h>

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 under its sanitizers finds std::regex uninitialized.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <cctype>
#include <random>
#include <regex>
#include <string>
#include <vector>

namespace {

using namespace bartizan;

std::vector<std::string> strings_of(const std::string& data) {
    std::vector<std::string> found;
    features::for_each_string({reinterpret_cast<const uint8_t*>(data.data()), data.size()},
                              [&](bytes s) { found.emplace_back(reinterpret_cast<const char*>(s.data), s.size); });
    return found;
}

/// One byte at a time.
std::vector<std::string> naive_strings(const std::string& data) {
    std::vector<std::string> found;
    std::string run;
    for (size_t i = 0; i <= data.size(); ++i) {
        const bool printable = i < data.size() && data[i] >= 0x20 && static_cast<uint8_t>(data[i]) < 0x80;
        if (printable) {
            run += data[i];
        } else {
            if (run.size() >= 5) found.push_back(run);
            run.clear();
        }
    }
    return found;
}

TEST(features_strings, printable_is_20_to_7f) {
    for (unsigned byte = 0; byte < 256; ++byte) {
        EXPECT_EQ(features::is_printable(static_cast<uint8_t>(byte)), byte >= 0x20 && byte <= 0x7f) << byte;
        uint8_t block[64]{};
        block[byte % 64] = static_cast<uint8_t>(byte);
        EXPECT_EQ(features::detail::printable_mask(block), byte >= 0x20 && byte <= 0x7f ? uint64_t{1} << byte % 64 : 0)
            << byte;
    }
}

/// Every start and end of one run around the 64-byte blocks.
TEST(features_strings, one_run_anywhere) {
    for (size_t from = 0; from < 135; ++from) {
        for (size_t to = from; to <= 200; ++to) {
            std::string data(200, '\0');
            std::fill(data.begin() + static_cast<long>(from), data.begin() + static_cast<long>(to), 'a');
            ASSERT_EQ(strings_of(data), naive_strings(data)) << from << ' ' << to;
        }
    }
}

TEST(features_strings, like_the_definition_on_random_bytes) {
    std::mt19937 random(1);
    for (int round = 0; round < 3000; ++round) {
        std::string data(random() % 700, '\0');
        const uint64_t gap = 2 + random() % 60;  // from dense to sparse
        for (char& c : data)
            c = static_cast<char>(random() % gap == 0 ? random() % 0x20 + (random() % 2) * 0x80 : 0x20 + random() % 96);
        ASSERT_EQ(strings_of(data), naive_strings(data));
    }
}

TEST(features_strings, statistics_count_what_stands_in_strings) {
    features::string_statistics s;
    const uint8_t text[] = {'a', 'b', 'a', ' ', 0x7f};
    s.add(text);
    s.add(text);
    EXPECT_EQ(s.strings, 2U);
    EXPECT_EQ(s.printables, 10U);
    EXPECT_EQ(s.count['a' - 0x20], 4U);
    EXPECT_EQ(s.count[95], 2U);
}

/// Against the reference's regular expressions, on text made of their pieces.
TEST(features_strings, marks_like_regular_expressions) {
    const char* const pieces[] = {"c",   "C", ":",    "\\",    "http", "HTTP", "hTtP", "s",  "S",
                                  "://", "/", "HKEY", "HKEY_", "_",    "M",    "Z",    "MZ", "x"};
    std::mt19937 random(1);
    const auto count = [](const std::string& data, const std::regex& pattern) {
        return static_cast<uint64_t>(std::distance(std::sregex_iterator(data.begin(), data.end(), pattern), {}));
    };
    const std::regex paths("c:\\\\", std::regex::icase);
    const std::regex urls("https?://", std::regex::icase);
    const std::regex registry("HKEY_");
    const std::regex mz("MZ");
    uint64_t seen = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string data;
        for (uint64_t left = random() % 30; left != 0; --left) data += pieces[random() % std::size(pieces)];
        const auto marks = features::find_marks({reinterpret_cast<const uint8_t*>(data.data()), data.size()});
        ASSERT_EQ(marks.paths, count(data, paths)) << data;
        ASSERT_EQ(marks.urls, count(data, urls)) << data;
        ASSERT_EQ(marks.registry_keys, count(data, registry)) << data;
        ASSERT_EQ(marks.mz, count(data, mz)) << data;
        seen += marks.paths * marks.urls * marks.registry_keys * marks.mz;
    }
    EXPECT_GT(seen, 0U);
}

}  // namespace
