// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/core/reader.hpp"

#include <gtest/gtest.h>

namespace {

using bartizan::reader;

constexpr uint8_t counting[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09};
constexpr reader in{counting};

static_assert(in.u8(0) == 0x01 && in.u8(8) == 0x09);
static_assert(in.u16(0) == 0x0201 && in.u16(7) == 0x0908);
static_assert(in.u32(1) == 0x05040302 && in.u32(5) == 0x09080706);
static_assert(in.u64(0) == 0x0807060504030201 && in.u64(1) == 0x0908070605040302);

TEST(reader, bytes_past_the_end_read_as_zero) {
    EXPECT_EQ(in.u8(9), 0);
    EXPECT_EQ(in.u16(8), 0x0009);
    EXPECT_EQ(in.u32(6), 0x00090807U);
    EXPECT_EQ(in.u32(8), 0x00000009U);
    EXPECT_EQ(in.u64(2), 0x0009080706050403U);
    EXPECT_EQ(in.u64(9), 0U);
    EXPECT_EQ(reader{}.u64(0), 0U);
}

TEST(reader, offsets_near_the_largest_integer_do_not_wrap) {
    for (uint64_t back = 0; back < 16; ++back) {
        const uint64_t offset = UINT64_MAX - back;
        EXPECT_FALSE(in.has(offset, 16));
        EXPECT_TRUE(in.sub(offset, UINT64_MAX).empty());
    }
    EXPECT_EQ(in.u8(UINT64_MAX), 0);
    EXPECT_FALSE(in.has(1, UINT64_MAX));
    EXPECT_FALSE(in.has(uint64_t{1} << 32, 1));
}

TEST(reader, has_is_true_up_to_the_last_byte_and_for_nothing_at_the_end) {
    EXPECT_TRUE(in.has(0, 9));
    EXPECT_FALSE(in.has(0, 10));
    EXPECT_TRUE(in.has(8, 1));
    EXPECT_FALSE(in.has(8, 2));
    EXPECT_TRUE(in.has(9, 0));
    EXPECT_FALSE(in.has(10, 0));
}

TEST(reader, sub_is_clipped_to_the_file) {
    const bartizan::bytes tail = in.sub(7, 100);
    ASSERT_EQ(tail.size, 2U);
    EXPECT_EQ(tail[0], 0x08);
    EXPECT_EQ(in.sub(0, 9).size, 9U);
    EXPECT_EQ(in.sub(2, 3).size, 3U);
    EXPECT_TRUE(in.sub(9, 1).empty());
}

}  // namespace
