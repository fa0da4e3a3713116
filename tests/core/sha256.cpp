// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// SHA-256: the published examples at compile time, and OpenSSL on random lengths and cuts.
#include <gtest/gtest.h>

#include <bartizan/core/sha256.hpp>
#include <random>
#include <vector>

#if __has_include(<openssl/sha.h>)
#include <openssl/sha.h>
#define HAS_ORACLE 1
#endif

namespace {

using namespace bartizan;

constexpr sha256_digest hex(const char* s) {
    sha256_digest d;
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    for (int i = 0; i < 32; ++i) d.bytes[i] = static_cast<uint8_t>(digit(s[2 * i]) * 16 + digit(s[2 * i + 1]));
    return d;
}

// FIPS 180-4 examples (NIST "SHA256.pdf" and the empty message).
constexpr uint8_t abc[] = {'a', 'b', 'c'};
constexpr uint8_t two_blocks[] = {'a', 'b', 'c', 'd', 'b', 'c', 'd', 'e', 'c', 'd', 'e', 'f', 'd', 'e', 'f', 'g', 'e', 'f', 'g', 'h', 'f', 'g', 'h', 'i', 'g', 'h', 'i', 'j',
                                  'h', 'i', 'j', 'k', 'i', 'j', 'k', 'l', 'j', 'k', 'l', 'm', 'k', 'l', 'm', 'n', 'l', 'm', 'n', 'o', 'm', 'n', 'o', 'p', 'n', 'o', 'p', 'q'};
static_assert(sha256_of({}) == hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
static_assert(sha256_of(abc) == hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
static_assert(sha256_of(two_blocks) == hex("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));

#ifdef HAS_ORACLE
TEST(sha256, equals_openssl_for_any_length_and_cut) {
    std::mt19937 random(1);
    for (size_t length = 0; length < 300; ++length) {
        std::vector<uint8_t> data(length);
        for (uint8_t& byte : data) byte = static_cast<uint8_t>(random());
        sha256_digest expected;
        SHA256(data.data(), length, expected.bytes);
        const bytes all{data.data(), length};
        EXPECT_EQ(sha256_of(all), expected) << length;
        const size_t cut = length == 0 ? 0 : random() % length;
        EXPECT_EQ(sha256().update(all.sub(0, cut)).update(all.sub(cut)).finish(), expected) << length << " cut at " << cut;
    }
}
#endif

}  // namespace
