// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The process table against a plain second implementation (an ordered list), under PID reuse, eviction and disorder.
#include <gtest/gtest.h>

#include <algorithm>
#include <bartizan/engine/process_table.hpp>
#include <list>
#include <memory>
#include <random>
#include <vector>

namespace {

using namespace bartizan;
using engine::process_record;
using engine::process_table;

constexpr uint64_t second = 10'000'000;

/// The same contract, written naively: newest use first, newest birth first for one PID.
struct model {
    struct entry {
        process_key key;
        uint64_t exit = 0;
        uint64_t created = 0;
        uint64_t birth = 0;
        int tag = 0;
    };
    std::list<entry> by_use;
    size_t capacity;
    uint64_t births = 0;
    uint64_t evicted = 0;

    std::list<entry>::iterator newest(uint32_t pid, uint64_t time) {
        auto best = by_use.end();
        for (auto i = by_use.begin(); i != by_use.end(); ++i)
            if (i->key.pid == pid && (i->exit == 0 || i->exit > time) && (best == by_use.end() || i->birth > best->birth)) best = i;
        return best;
    }
    entry& resolve(process_key key, uint64_t time) {
        auto at = by_use.end();
        if (key.start_key != 0)
            for (auto i = by_use.begin(); i != by_use.end(); ++i)
                if (i->key.start_key == key.start_key) at = i;
        if (at == by_use.end()) {
            const auto same = newest(key.pid, time);
            if (same != by_use.end() && (key.start_key == 0 || same->key.start_key == 0)) {
                at = same;
                if (key.start_key != 0) at->key.start_key = key.start_key;
            }
        }
        if (at != by_use.end()) {
            by_use.splice(by_use.begin(), by_use, at);
            return by_use.front();
        }
        if (by_use.size() == capacity) {
            auto victim = std::prev(by_use.end());
            auto i = by_use.end();
            for (int seen = 0; seen < 16; ++seen) {
                --i;
                if (i->exit != 0) {
                    victim = i;
                    break;
                }
            }
            by_use.erase(victim);
            ++evicted;
        }
        entry e;
        e.key = key;
        e.birth = ++births;
        by_use.push_front(e);
        return by_use.front();
    }
    entry& begin(process_key key, uint64_t time, uint64_t tolerance) {
        bool known = false;
        for (const entry& e : by_use) known |= key.start_key != 0 && e.key.start_key == key.start_key;
        if (!known) {
            std::vector<entry*> alive;
            for (entry& e : by_use)
                if (e.key.pid == key.pid && (e.exit == 0 || e.exit > time)) alive.push_back(&e);
            std::sort(alive.begin(), alive.end(), [](const entry* a, const entry* b) { return a->birth > b->birth; });
            bool found = false;
            for (entry* e : alive) {
                const uint64_t apart = e->created > time ? e->created - time : time - e->created;
                const bool same = !found && e->created != 0 && apart <= tolerance && (e->key.start_key == 0 || key.start_key == 0);
                found |= same;
                if (!same) e->exit = time;
            }
        }
        return resolve(key, time);
    }
};

TEST(process_table, equals_a_naive_model_on_random_streams) {
    for (uint32_t seed = 0; seed < 20; ++seed) {
        std::mt19937 random(seed);
        const auto table = std::make_unique<process_table<64>>();
        model naive{{}, 64};
        uint64_t time = 1000 * second;
        for (int step = 1; step < 20'000; ++step) {
            time += random() % second;
            if (random() % 50 == 0) time -= second;  // a clock that steps back
            process_key key;
            key.pid = static_cast<uint32_t>(4 + random() % 60);
            if (random() % 3 != 0) key.start_key = 1 + key.pid * 100 + random() % 4;
            process_record* got = nullptr;
            model::entry* want = nullptr;
            if (random() % 8 == 0) {
                got = &table->begin(key, time, 3 * second);
                want = &naive.begin(key, time, 3 * second);
                got->facts.create_time_100ns = time;
                want->created = time;
            } else {
                got = &table->resolve(key, time);
                want = &naive.resolve(key, time);
            }
            // file_age_s serves as a mark: both must have kept it in the same record.
            if (want->tag == 0) {
                ASSERT_EQ(got->facts.file_age_s, unknown_u32) << "a new record, seed " << seed << " step " << step;
                want->tag = step;
                got->facts.file_age_s = static_cast<uint32_t>(step);
            }
            ASSERT_EQ(got->facts.file_age_s, static_cast<uint32_t>(want->tag)) << "seed " << seed << " step " << step;
            ASSERT_EQ(got->facts.key.start_key, want->key.start_key);
            if (random() % 6 == 0) got->exit_time_100ns = want->exit = time;
            ASSERT_EQ(table->evicted(), naive.evicted);
            ASSERT_EQ(table->size(), naive.by_use.size());
        }
        EXPECT_GT(naive.evicted, 100u) << "the stream is long enough to evict";
    }
}

TEST(process_table, a_reused_pid_is_another_process) {
    const auto table = std::make_unique<process_table<32>>();
    const process_key pid_only{0, 100, 0};
    table->begin(pid_only, 10 * second, 3 * second).facts.file_age_s = 1;
    table->resolve(pid_only, 11 * second).facts.create_time_100ns = 10 * second;
    EXPECT_EQ(table->begin(pid_only, 12 * second, 3 * second).facts.file_age_s, 1u) << "a second sensor's report of the same start";
    EXPECT_EQ(table->begin(pid_only, 60 * second, 3 * second).facts.file_age_s, unknown_u32) << "a start a minute later is another one";
}

/// Facts and image as an engine would learn them; the image is a number here.
process_record& seen(process_record& r, uint64_t image, uint64_t created) {
    r.facts.image_hash = image;
    r.facts.create_time_100ns = created;
    r.injection.first_seen_100ns = created;
    return r;
}
auto another_than(uint64_t image) {
    return [image](const process_record& r) { return r.facts.image_hash != 0 && r.facts.image_hash != image; };
}

TEST(process_table, a_start_ends_every_record_of_its_pid) {
    for (const uint64_t image : {5u, 6u, 7u}) {
        const auto table = std::make_unique<process_table<32>>();
        process_record& older = seen(table->resolve({1, 100, 0}, 60 * second), 5, 60 * second);
        process_record& newer = seen(table->resolve({2, 100, 0}, 61 * second), 6, 61 * second);
        const process_record& begun = table->begin({0, 100, 0}, 62 * second, 3 * second, another_than(image));
        EXPECT_EQ(&begun == &older, image == 5);
        EXPECT_EQ(&begun == &newer, image == 6);
        EXPECT_EQ(older.exit_time_100ns != 0, image != 5) << "at most one of them is the process that begins";
        EXPECT_EQ(newer.exit_time_100ns != 0, image != 6);
        EXPECT_EQ(table->find({0, 100, 0}, 63 * second), &begun);
    }
}

TEST(process_table, a_start_key_is_taken_over_only_by_the_same_image) {
    for (const uint64_t image : {5u, 6u}) {
        const auto table = std::make_unique<process_table<32>>();
        const process_record& old = seen(table->resolve({0, 100, 0}, second), 5, second);
        const process_record& named = table->resolve({9, 100, 0}, 60 * second, another_than(image));
        EXPECT_EQ(&named == &old, image == 5);
        EXPECT_EQ(old.exit_time_100ns != 0, image != 5) << "its end was not seen";
        EXPECT_EQ(table->find({9, 100, 0}, 61 * second), &named);
    }
}

TEST(process_table, a_handle_logged_just_before_the_start_is_the_same_process) {
    for (const uint64_t early : {second / 100, 3 * second, 4 * second}) {
        const auto table = std::make_unique<process_table<32>>();
        process_record& seen = table->resolve({99, 100, 0}, 10 * second - early);  // its creator's handle names the key
        seen.injection.first_seen_100ns = 10 * second - early;
        const process_record& begun = table->begin({0, 100, 0}, 10 * second, 3 * second);
        EXPECT_EQ(&begun == &seen, early <= 3 * second) << early;
        // Else the next owner of the PID would pass for this one: a record without a key takes over the first key that comes.
        EXPECT_EQ(begun.facts.key.start_key, early <= 3 * second ? 99u : 0u);
    }
}

TEST(process_table, a_pid_only_record_takes_over_the_start_key) {
    const auto table = std::make_unique<process_table<32>>();
    table->resolve({0, 7, 0}, second).facts.file_age_s = 5;
    EXPECT_EQ(table->resolve({99, 7, 0}, second).facts.file_age_s, 5u);
    EXPECT_EQ(table->resolve({0, 7, 0}, second).facts.key.start_key, 99u);
    EXPECT_EQ(table->resolve({98, 7, 0}, second).facts.file_age_s, unknown_u32) << "another key under this PID is another process";
    EXPECT_EQ(table->size(), 2u);
}

}  // namespace
