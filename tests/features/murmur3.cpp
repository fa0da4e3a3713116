// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/ember/murmur3.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using bartizan::features::murmur3_32;

uint32_t hash_of(std::string_view text, uint32_t seed = 0) {
    murmur3_32 hash(seed);
    for (const char c : text) hash.add(static_cast<uint8_t>(c));
    return hash.value();
}

static_assert([] {
    murmur3_32 hash;
    hash.add("test");
    return hash.value() == 0xba6bd213;
}());

/// Vectors that implementations exchange; among them every length of tail and words with the high bit set.
TEST(features_murmur3, published_vectors) {
    using namespace std::string_view_literals;
    EXPECT_EQ(hash_of(""), 0U);
    EXPECT_EQ(hash_of("", 1), 0x514e28b7U);
    EXPECT_EQ(hash_of("", 0xffffffff), 0x81f16f39U);
    EXPECT_EQ(hash_of("\xff\xff\xff\xff"sv), 0x76293b50U);
    EXPECT_EQ(hash_of("\x21\x43\x65\x87"sv), 0xf55b516bU);
    EXPECT_EQ(hash_of("\x21\x43\x65\x87"sv, 0x5082edee), 0x2362f9deU);
    EXPECT_EQ(hash_of("\x21\x43\x65"sv), 0x7e4a8634U);
    EXPECT_EQ(hash_of("\x21\x43"sv), 0xa0f7b07aU);
    EXPECT_EQ(hash_of("\x21"sv), 0x72661cf4U);
    EXPECT_EQ(hash_of("\0\0\0\0"sv), 0x2362f9deU);
    EXPECT_EQ(hash_of("\0\0\0"sv), 0x85f0b427U);
    EXPECT_EQ(hash_of("\0\0"sv), 0x30f4c306U);
    EXPECT_EQ(hash_of("\0"sv), 0x514e28b7U);
    EXPECT_EQ(hash_of("aaaa", 0x9747b28c), 0x5a97808aU);
    EXPECT_EQ(hash_of("abc", 0x9747b28c), 0xc84a62ddU);
    EXPECT_EQ(hash_of("Hello, world!", 0x9747b28c), 0x24884cbaU);
    EXPECT_EQ(hash_of("The quick brown fox jumps over the lazy dog", 0x9747b28c), 0x2fa826cdU);
}

/// SMHasher's verification value of MurmurHash3_x86_32: the hash of the hashes of 0, 01, 0102, ... seeded with 256 - length.
TEST(features_murmur3, verification_value_of_the_author) {
    std::string key;
    std::string hashes;
    for (unsigned length = 0; length < 256; ++length) {
        const uint32_t hash = hash_of(key, 256 - length);
        for (unsigned byte = 0; byte < 4; ++byte) hashes += static_cast<char>(hash >> (8 * byte));
        key += static_cast<char>(length);
    }
    EXPECT_EQ(hash_of(hashes), 0xb0f57ee3U);
}

TEST(features_murmur3, value_may_be_asked_on_the_way) {
    murmur3_32 hash;
    for (const char c : std::string_view("abcdefgh")) {
        EXPECT_EQ(hash.value(), hash.value());
        hash.add(static_cast<uint8_t>(c));
    }
    EXPECT_EQ(hash.value(), hash_of("abcdefgh"));
}

}  // namespace
