// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/columns.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "bartizan/features/ember_v2.hpp"

namespace {

using namespace bartizan;
using features::column_block;

TEST(features_columns, every_dimension_has_its_block) {
    constexpr column_block blocks[] = {{"a", 1}, {"b", 3}, {"c", 2}};
    static_assert(features::dimensions_of(blocks) == 6);
    const char* const names[] = {"a", "b", "b", "b", "c", "c"};
    const uint32_t indices[] = {0, 0, 1, 2, 0, 1};
    for (uint32_t i = 0; i < 6; ++i) {
        const auto c = features::column_of(blocks, i);
        EXPECT_STREQ(c.name, names[i]);
        EXPECT_EQ(c.index, indices[i]);
    }
    EXPECT_EQ(features::column_of(blocks, 6).length, 0U);
}

TEST(features_columns, hash_tells_name_length_and_order_apart) {
    constexpr column_block a[] = {{"x", 1}, {"y", 2}};
    constexpr column_block order[] = {{"y", 2}, {"x", 1}};
    constexpr column_block length[] = {{"x", 2}, {"y", 1}};
    constexpr column_block joined[] = {{"xy", 3}};
    std::set<uint64_t> hashes;
    for (const span<const column_block> s : {span<const column_block>(a), span<const column_block>(order),
                                             span<const column_block>(length), span<const column_block>(joined)}) {
        hashes.insert(features::schema_hash(s));
    }
    EXPECT_EQ(hashes.size(), 4U);
    // FNV-1a of "x\0\1\0", by hand.
    uint64_t expected = 14695981039346656037U;
    for (const char c : std::string("x\0\1\0", 4)) expected = (expected ^ static_cast<uint8_t>(c)) * 1099511628211U;
    EXPECT_EQ(features::schema_hash(span<const column_block>(a, 1)), expected);
}

}  // namespace
