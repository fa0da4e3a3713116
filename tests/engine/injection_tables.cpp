// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The tables under the injection rules against plain models: pairs in order of use, taint ranges.
#include <gtest/gtest.h>

#include <algorithm>
#include <bartizan/engine/pair_table.hpp>
#include <bartizan/engine/taint_table.hpp>
#include <list>
#include <map>
#include <memory>
#include <random>
#include <vector>

namespace {

using namespace bartizan;
using namespace bartizan::engine;

TEST(pair_table, equals_a_list_in_order_of_use) {
    const auto table = std::make_unique<pair_table<64>>();
    struct pair {
        uint32_t source, target, tag;
        bool worth_keeping;
    };
    std::list<pair> model;  // oldest first
    std::mt19937 random(5);
    uint64_t evicted = 0;
    for (uint32_t n = 0; n < 50'000; ++n) {
        const uint32_t source = 1 + static_cast<uint32_t>(random() % 12), target = 100 + static_cast<uint32_t>(random() % 12);
        const auto at = std::find_if(model.begin(), model.end(), [&](const pair& p) { return p.source == source && p.target == target; });
        const pair_record* found = table->find(source, target);
        ASSERT_EQ(found != nullptr, at != model.end()) << n;
        if (at != model.end()) {
            ASSERT_EQ(found->context_thread, at->tag);
            model.splice(model.end(), model, at);
        } else {
            if (model.size() == 64) {
                auto victim = model.begin();
                auto spare = std::find_if(model.begin(), std::next(model.begin(), 16), [](const pair& p) { return !p.worth_keeping; });
                if (spare != std::next(model.begin(), 16)) victim = spare;
                model.erase(victim);
                ++evicted;
            }
            const bool keep = random() % 4 == 0;
            pair_record& made = table->obtain(source, target);
            made.context_thread = n;
            if (keep) made.thread_rights = thread_set_context;
            model.push_back({source, target, n, keep});
        }
        ASSERT_EQ(table->size(), model.size());
        ASSERT_EQ(table->evicted(), evicted);
        if (n % 10'000 == 9'999) {
            table->clear();
            model.clear();
            evicted = 0;
        }
    }
}

TEST(burst_counter, counts_within_the_window_from_the_first) {
    burst_counter counter;
    EXPECT_EQ(counter.note(100, 50), 1u);
    EXPECT_EQ(counter.note(150, 50), 2u);
    EXPECT_EQ(counter.note(90, 50), 3u) << "disorder counts";
    EXPECT_EQ(counter.note(151, 50), 1u) << "a new window";
}

/// One bit and one owner for each of 256 addresses.
TEST(taint_set, equals_a_map_of_single_addresses) {
    std::mt19937 random(11);
    for (int round = 0; round < 200; ++round) {
        const auto set = std::make_unique<taint_set>();
        struct mark {
            uint16_t kinds = 0;
            bool tainted = false;
        };
        std::map<uint32_t, std::vector<mark>> model;  // by source
        for (uint64_t step = 1; step < 60; ++step) {
            const uint64_t base = random() % 200, size = random() % 20;
            const uint32_t source = 1 + static_cast<uint32_t>(random() % 2);
            const auto kind = static_cast<uint16_t>(1u << random() % 4);
            set->add({base, size, step, {0, source, 0}, source, kind, 0});
            std::vector<mark>& marks = model[source];
            marks.resize(256);
            for (uint64_t i = base; i < base + size; ++i) {
                marks[i].tainted = true;
                marks[i].kinds = static_cast<uint16_t>(marks[i].kinds | kind);
            }
            for (uint64_t address = 0; address < 256; ++address) {
                for (uint32_t s = 1; s <= 2; ++s) {
                    const taint_interval* range = set->find_of(address, s);
                    const bool expected = model[s].size() > address && model[s][address].tainted;
                    ASSERT_EQ(range != nullptr, expected) << address;
                    if (range != nullptr) { ASSERT_EQ(range->kinds & model[s][address].kinds, model[s][address].kinds) << "a merged range knows at least what was done here"; }
                }
                const taint_interval* any = set->find(address);
                ASSERT_EQ(any != nullptr, set->find_of(address, 1) != nullptr || set->find_of(address, 2) != nullptr);
            }
            for (uint32_t i = 1; i < set->size(); ++i) {
                ASSERT_LE((*set)[i - 1].base, (*set)[i].base) << "ascending";
                for (uint32_t k = 0; k < i; ++k) {
                    const bool apart = (*set)[k].source_serial != (*set)[i].source_serial || (*set)[k].last() + 1 < (*set)[i].base || (*set)[i].last() + 1 < (*set)[k].base;
                    ASSERT_TRUE(apart) << "neighbours of one source are one";
                }
            }
        }
        ASSERT_EQ(set->dropped(), 0u);
    }
}

TEST(taint_set, gives_up_the_oldest_that_never_executed) {
    const auto set = std::make_unique<taint_set>();
    for (uint64_t i = 0; i < taint_set::capacity; ++i) set->add({i * 0x1000, 0x10, 1000 + i, {}, 1, taint_written, 0});
    for (uint64_t i = 0; i < 10; ++i) set->mark_executed(i * 0x1000);
    set->add({0x900000, 0x10, 5000, {}, 1, taint_written, 0});
    EXPECT_EQ(set->size(), taint_set::capacity);
    EXPECT_EQ(set->dropped(), 1u);
    EXPECT_NE(set->find(0), nullptr) << "executed ones stay";
    EXPECT_EQ(set->find(10 * 0x1000), nullptr) << "the oldest of the others goes";
    EXPECT_NE(set->find(0x900000), nullptr);
    for (uint64_t i = 0; i < taint_set::capacity; ++i) {
        set->mark_executed(i * 0x1000);
        set->mark_executed(0x900000);
    }
    set->add({0xa00000, 0x10, 6000, {}, 1, taint_written, 0});
    EXPECT_EQ(set->find(0), nullptr) << "all executed: the oldest of all";
}

TEST(taint_set, the_ends_of_the_address_space) {
    const auto set = std::make_unique<taint_set>();
    set->add({UINT64_MAX - 0xf, 0x1000, 1, {}, 1, taint_written, 0});
    EXPECT_NE(set->find(UINT64_MAX), nullptr);
    EXPECT_EQ(set->find(0), nullptr) << "does not wrap around";
    set->add({0, UINT64_MAX, 2, {}, 1, taint_written, 0});
    EXPECT_EQ(set->size(), 1u);
    EXPECT_NE(set->find(0), nullptr);
    set->add({5, 0, 3, {}, 2, taint_written, 0});
    EXPECT_EQ(set->size(), 1u) << "an empty range is nothing";
}

TEST(taint_table, keeps_sets_in_which_something_ran) {
    const auto table = std::make_unique<taint_table<32>>();
    for (uint32_t serial = 1; serial <= 32; ++serial) {
        taint_set& set = table->obtain(serial);
        set.add({0x1000, 0x1000, serial, {}, 1, taint_written, 0});
        if (serial <= 3) set.mark_executed(0x1000);
    }
    table->obtain(33);
    EXPECT_EQ(table->evicted(), 1u);
    EXPECT_NE(table->find(1), nullptr);
    EXPECT_EQ(table->find(4), nullptr) << "the oldest in which nothing ran";
    EXPECT_EQ(table->obtain(4).size(), 0u) << "comes back empty";
}

}  // namespace
