// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/schema.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "bartizan/features/bartizan_v1.hpp"

namespace {

using namespace bartizan;

/// A shipped model names this number. If this fails, the schema changed: after the first release that is a bartizan_v2; before it,
/// train the model again and say in the changelog that older ones are refused.
TEST(features_schema, hash_of_bartizan_v1_is_frozen) { EXPECT_EQ(features::bartizan_v1::hash, 0x18e802d0b85af16eU); }

/// FNV-1a, by its published test vectors: the hash of a field named "foobar" begins as that of the text does.
TEST(features_schema, hash_is_fnv_1a_over_names_and_groups) {
    EXPECT_EQ(features::schema_hash({}), 0xcbf29ce484222325U);
    std::string text;
    for (const features::field& f : features::fields) {
        (text += f.name) += '\0';
        (text += features::name(f.group)) += '\0';
    }
    uint64_t expected = 14695981039346656037U;
    for (const char c : text) {
        expected ^= static_cast<unsigned char>(c);
        expected *= 1099511628211U;
    }
    EXPECT_EQ(features::hash, expected);
}

TEST(features_schema, hash_tells_name_group_and_order_apart) {
    using features::group;
    constexpr features::field a[] = {{"x", group::file}, {"y", group::file}};
    constexpr features::field order[] = {{"y", group::file}, {"x", group::file}};
    constexpr features::field grouped[] = {{"x", group::core30}, {"y", group::file}};
    constexpr features::field joined[] = {{"xy", group::file}, {"", group::file}};
    std::set<uint64_t> hashes;
    for (const auto schema : {span<const features::field>(a), span<const features::field>(order),
                              span<const features::field>(grouped), span<const features::field>(joined),
                              span<const features::field>(a, 1)}) {
        hashes.insert(features::schema_hash(schema));
    }
    EXPECT_EQ(hashes.size(), 5U);
}

TEST(features_schema, names_are_unique_and_groups_are_contiguous) {
    std::set<std::string> names;
    std::set<features::group> groups;
    for (unsigned i = 0; i < features::field_count; ++i) {
        EXPECT_TRUE(names.insert(features::fields[i].name).second) << features::fields[i].name;
        const bool first = groups.insert(features::fields[i].group).second;
        EXPECT_EQ(first, i == 0 || features::fields[i].group != features::fields[i - 1].group) << i;
    }
    EXPECT_EQ(groups.size(), 5U);
}

TEST(features_schema, masks_of_groups_partition_the_fields) {
    using features::group;
    EXPECT_EQ(features::mask_of(group::core30), (uint64_t{1} << 30) - 1);
    EXPECT_EQ(features::mask_of(group::section_entropy), uint64_t{7} << 30);
    EXPECT_EQ(features::mask_of(group::section_size), uint64_t{63} << 33);
    EXPECT_EQ(features::mask_of(group::dos_header), uint64_t{255} << 39);
    EXPECT_EQ(features::mask_of(group::file), uint64_t{3} << 47);
}

TEST(features_schema, masking_a_group_forgets_its_values_and_no_other) {
    features::vector v;
    for (uint64_t& value : v.value) value = 7;
    v.present = (uint64_t{1} << features::field_count) - 1;
    v.mask(features::group::section_size);
    for (unsigned i = 0; i < features::field_count; ++i) {
        const bool masked = i >= 33 && i < 39;
        EXPECT_EQ(v.has(i), !masked) << i;
        EXPECT_EQ(v.value[i], masked ? 0U : 7U) << i;
    }
}

}  // namespace
