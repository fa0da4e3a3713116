// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// SHA-1 and SHA-256, portable and by the processor's instructions: against each other, the published examples and OpenSSL.
#include <gtest/gtest.h>

#include <bartizan/hash/sha1.hpp>
#include <bartizan/hash/sha256.hpp>
#include <random>
#include <vector>

#if __has_include(<openssl/sha.h>)
#include <openssl/sha.h>
#define HAS_ORACLE 1
#endif

namespace {

using namespace bartizan;

template <size_t Size>
constexpr bool is_hex(const uint8_t (&bytes)[Size], const char* s) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    for (size_t i = 0; i < Size; ++i) {
        if (bytes[i] != digit(s[2 * i]) * 16 + digit(s[2 * i + 1])) return false;
    }
    return true;
}

// FIPS 180-4 examples (NIST "SHA1.pdf") and the empty message.
constexpr uint8_t abc[] = {'a', 'b', 'c'};
static_assert(is_hex(sha1_of({}).bytes, "da39a3ee5e6b4b0d3255bfef95601890afd80709"));
static_assert(is_hex(sha1_of(abc).bytes, "a9993e364706816aba3e25717850c26c9cd0d89d"));

std::vector<uint8_t> random_bytes(size_t length, uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<uint8_t> data(length);
    for (uint8_t& byte : data) byte = static_cast<uint8_t>(random());
    return data;
}

TEST(hash, a_million_letters) {
    const std::vector<uint8_t> a(1000000, 'a');
    const bytes all{a.data(), a.size()};
    EXPECT_TRUE(is_hex(hash::sha256_of(all).bytes, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
    EXPECT_TRUE(is_hex(sha256_of(all).bytes, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
    EXPECT_TRUE(is_hex(hash::sha1_of(all).bytes, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"));
    EXPECT_TRUE(is_hex(sha1_of(all).bytes, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"));
}

/// Every length up to five blocks, fed whole and in three pieces, from every alignment that matters.
TEST(hash, portable_and_accelerated_are_equal) {
    for (size_t length = 0; length < 320; ++length) {
        const auto data = random_bytes(length + 16, static_cast<uint32_t>(length));
        const bytes all = bytes{data.data(), data.size()}.sub(length % 16, length);
        EXPECT_EQ(hash::sha256_of(all), sha256_of(all)) << length;
        EXPECT_EQ(hash::sha1_of(all), sha1_of(all)) << length;
        const size_t first = length * 7 % 64, second = first + length * 13 % 128;
        EXPECT_EQ(hash::sha256().update(all.sub(0, first)).update(all.sub(first, second - first)).update(all.sub(second)).finish(), sha256_of(all));
        EXPECT_EQ(sha256().update(all.sub(0, first)).update(all.sub(first, second - first)).update(all.sub(second)).finish(), sha256_of(all));
        EXPECT_EQ(hash::sha1().update(all.sub(0, first)).update(all.sub(first)).finish(), sha1_of(all));
    }
    const auto large = random_bytes(1 << 20, 7);
    const bytes all{large.data(), large.size()};
    EXPECT_EQ(hash::sha256_of(all), sha256_of(all));
    EXPECT_EQ(hash::sha1_of(all), sha1_of(all));
    RecordProperty("instructions", hash::has_instructions() ? "yes" : "no");
}

#ifdef HAS_ORACLE
TEST(hash, equal_to_openssl) {
    for (size_t length = 0; length < 4096; length += length < 200 ? 1 : 97) {
        const auto data = random_bytes(length, static_cast<uint32_t>(length));
        const bytes all{data.data(), length};
        sha256_digest expected256;
        SHA256(data.data(), length, expected256.bytes);
        EXPECT_EQ(hash::sha256_of(all), expected256) << length;
        sha1_digest expected1;
        SHA1(data.data(), length, expected1.bytes);
        EXPECT_EQ(hash::sha1_of(all), expected1) << length;
        EXPECT_EQ(sha1_of(all), expected1) << length;
    }
}
#endif

}  // namespace
