// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The hash index against a multimap, and how many slots of other keys a look-up passes by when keys come in runs, as serials, PIDs and
// pairs of processes do.
#include <gtest/gtest.h>

#include <algorithm>
#include <bartizan/core/hash_index.hpp>
#include <map>
#include <memory>
#include <random>
#include <vector>

namespace {

using namespace bartizan;

TEST(hash_index, equals_a_multimap) {
    constexpr uint32_t capacity = 64;
    hash_index<capacity> index;
    std::vector<uint64_t> key_of(capacity);
    std::map<uint64_t, std::vector<uint32_t>> model;  // newest last
    std::vector<uint32_t> free(capacity);
    for (uint32_t slot = 0; slot < capacity; ++slot) free[slot] = slot;
    std::mt19937 random(3);
    const auto check = [&](uint64_t key) {
        std::vector<uint32_t> found;
        for (uint32_t i = index.first(key); i != no_slot; i = index.next(i))
            if (key_of[i] == key) found.push_back(i);
        std::reverse(found.begin(), found.end());
        ASSERT_EQ(found, model[key]) << key;
    };
    for (uint32_t n = 0; n < 20'000; ++n) {
        const uint64_t key = random() % 40 << (random() % 2 * 40);
        if (!free.empty() && random() % 2 == 0) {
            const uint32_t slot = free.back();
            free.pop_back();
            key_of[slot] = key;
            index.link(key, slot);
            model[key].push_back(slot);
        } else if (!model[key].empty()) {
            std::vector<uint32_t>& slots = model[key];
            const size_t at = random() % slots.size();
            index.unlink(key, slots[at]);
            free.push_back(slots[at]);
            slots.erase(slots.begin() + static_cast<std::ptrdiff_t>(at));
        }
        check(key);
        if (n % 5'000 == 4'999) {
            index.clear();
            model.clear();
            for (uint64_t k = 0; k < 40; ++k) check(k);
            free.resize(capacity);
            for (uint32_t slot = 0; slot < capacity; ++slot) free[slot] = slot;
        }
    }
}

/// Slots of other keys that finding each of these keys once passes by, per key. By chance: slots in use / heads / 2, here 3/16.
double passed_by(const std::vector<uint64_t>& keys) {
    const auto index = std::make_unique<hash_index<65536>>();
    for (uint32_t slot = 0; slot < keys.size(); ++slot) index->link(keys[slot], slot);
    uint64_t passed = 0;
    for (uint32_t slot = 0; slot < keys.size(); ++slot)
        for (uint32_t i = index->first(keys[slot]); i != slot; i = index->next(i)) ++passed;
    return static_cast<double>(passed) / static_cast<double>(keys.size());
}

TEST(hash_index, keys_in_runs_meet_no_more_than_by_chance) {
    constexpr uint32_t count = 49'152;
    constexpr double limit = 0.21;
    std::vector<uint64_t> serials, pids, to_the_next_five, to_the_next, to_itself, children, to_one, from_one;
    for (uint32_t n = 0; n < count; ++n) {
        serials.push_back(1 + n);
        pids.push_back(4 + 4 * n);
        to_the_next_five.push_back(pair_key(n / 5, (n / 5 + 1 + n % 5) % (count / 5)));
        to_the_next.push_back(pair_key(n, n + 1));
        to_itself.push_back(pair_key(n, n));
        children.push_back(pair_key(1 + n / 5, 2 + n));
        to_one.push_back(pair_key(n, 9));
        from_one.push_back(pair_key(9, n));
    }
    EXPECT_LE(passed_by(serials), limit);
    EXPECT_LE(passed_by(pids), limit);
    EXPECT_LE(passed_by(to_the_next_five), limit);
    EXPECT_LE(passed_by(to_the_next), limit);
    EXPECT_LE(passed_by(to_itself), limit);
    EXPECT_LE(passed_by(children), limit);
    EXPECT_LE(passed_by(to_one), limit);
    EXPECT_LE(passed_by(from_one), limit);
}

}  // namespace
