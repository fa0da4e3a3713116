// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Processes and threads that use one vault at once.
#include <thread>

#include "real_folder.hpp"

namespace {

using namespace bartizan_tests;

/// Takes and releases this worker's own file, and the one that all want; an even number of times, so that each is home again.
void work(const real_folder& f, int worker, int rounds, std::atomic<int>& unexpected) {
    const std::string own = f.home("own" + std::to_string(worker)), shared = f.home("shared");
    for (int i = 0; i < rounds; ++i) {
        for (const std::string& path : {own, shared}) {
            real_vault v;
            q::item m;
            if (v.open(f.vault())) ++unexpected;
            const q::fault bad = v.add(taking_of(path), m);
            if (bad && (path == own || bad.code != error_code::vault_absent)) ++unexpected;
        }
        real_vault v;
        std::vector<q::listed_item> items;
        if (v.open(f.vault()) || v.list(items)) ++unexpected;
        for (const q::listed_item& item : items) {
            q::item m;
            if (item.about.path != own && item.about.path != shared) continue;
            if (v.release(item.about.id, "", m)) ++unexpected;
        }
    }
}

void expect_all_home(const real_folder& f, int workers) {
    EXPECT_EQ(whereabouts(f, "shared", "shared"), "home");
    for (int n = 0; n < workers; ++n) EXPECT_EQ(whereabouts(f, "own" + std::to_string(n), std::to_string(n)), "home");
}

void populate(const real_folder& f, int workers) {
    write_file(f.home("shared"), "shared");
    for (int n = 0; n < workers; ++n) write_file(f.home("own" + std::to_string(n)), std::to_string(n));
}

TEST(concurrent, processes) {
    constexpr int workers = 4;
    const real_folder f(true);
    populate(f, workers);
    std::vector<pid_t> children;
    for (int n = 0; n < workers; ++n) {
        children.push_back(fork());
        if (children.back() != 0) continue;
        std::atomic<int> unexpected = 0;
        work(f, n, 40, unexpected);
        _exit(unexpected == 0 ? 0 : 1);
    }
    for (const pid_t child : children) {
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
    expect_all_home(f, workers);
}

TEST(concurrent, threads) {
    constexpr int workers = 4;
    const real_folder f(true);
    populate(f, workers);
    std::atomic<int> unexpected = 0;
    std::vector<std::thread> threads;
    for (int n = 0; n < workers; ++n) threads.emplace_back([&, n] { work(f, n, 40, unexpected); });
    for (std::thread& t : threads) t.join();
    EXPECT_EQ(unexpected, 0);
    expect_all_home(f, workers);
}

TEST(concurrent, who_does_not_want_to_wait_is_told) {
    const real_folder f(true);
    real_vault first, second;
    ASSERT_FALSE(first.open(f.vault()));
    EXPECT_EQ(second.open(f.vault(), false).code, error_code::vault_busy);
    EXPECT_EQ(in_process([&] {
                  real_vault third;
                  if (third.open(f.vault(), false).code != error_code::vault_busy) _exit(1);
              }),
              0);
}

}  // namespace
