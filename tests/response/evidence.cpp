// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Delta debugging beside the definition of what it must give.
#include <gtest/gtest.h>

#include <algorithm>
#include <bartizan/response/evidence.hpp>
#include <random>
#include <set>
#include <vector>

namespace {

using namespace bartizan;

template <class Holds>
std::vector<int> minimise(std::vector<int> items, Holds&& holds, uint32_t tests = 100'000) {
    std::vector<int> scratch(items.size());
    items.resize(respond::minimise(span<int>(items.data(), items.size()), span<int>(scratch.data(), scratch.size()), tests, [&](span<const int> some) {
        return holds(std::vector<int>(some.begin(), some.end()));
    }));
    return items;
}

std::vector<int> first(int n) {
    std::vector<int> all;
    for (int i = 0; i < n; ++i) all.push_back(i);
    return all;
}

/// All of one of several sets of needed items, in any company: what rules ask of events.
TEST(Evidence, IsOneMinimalInItsOrderWhateverIsNeeded) {
    std::mt19937 random(1);
    for (int round = 0; round < 3000; ++round) {
        const int n = static_cast<int>(random() % 40);
        std::vector<std::set<int>> needs(1 + random() % 3);
        for (auto& need : needs)
            for (auto k = random() % 5; k != 0 && n != 0; --k) need.insert(static_cast<int>(random() % static_cast<unsigned>(n)));
        const auto holds = [&](const std::vector<int>& some) {
            const std::set<int> have(some.begin(), some.end());
            for (const auto& need : needs)
                if (std::includes(have.begin(), have.end(), need.begin(), need.end())) return true;
            return false;
        };
        const std::vector<int> least = minimise(first(n), holds);
        ASSERT_TRUE(holds(least));
        ASSERT_TRUE(std::is_sorted(least.begin(), least.end()));
        for (size_t i = 0; i < least.size(); ++i) {
            std::vector<int> fewer = least;
            fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
            ASSERT_FALSE(holds(fewer));
        }
    }
}

/// What holds need not hold of a larger selection: a second event may excuse the first.
TEST(Evidence, IsOneMinimalAlsoWhereMoreCanSpoilIt) {
    std::mt19937 random(2);
    for (int round = 0; round < 3000; ++round) {
        const int n = 1 + static_cast<int>(random() % 10);
        std::vector<bool> table(size_t{1} << n);
        for (size_t i = 0; i < table.size(); ++i) table[i] = random() % 3 == 0;
        table.back() = true;
        const auto holds = [&](const std::vector<int>& some) {
            size_t index = 0;
            for (const int i : some) index |= size_t{1} << i;
            return static_cast<bool>(table[index]);
        };
        const std::vector<int> least = minimise(first(n), holds);
        ASSERT_TRUE(holds(least));
        for (size_t i = 0; i < least.size(); ++i) {
            std::vector<int> fewer = least;
            fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
            ASSERT_FALSE(holds(fewer));
        }
    }
}

TEST(Evidence, TakesNothingAwayWhereAllDoesNotHoldOrTestsRunOut) {
    EXPECT_EQ(minimise(first(9), [](const std::vector<int>&) { return false; }), first(9));
    const auto needs_seven = [](const std::vector<int>& some) { return std::find(some.begin(), some.end(), 7) != some.end(); };
    EXPECT_EQ(minimise(first(9), needs_seven), std::vector<int>{7});
    EXPECT_EQ(minimise(first(9), needs_seven, 1), first(9));
    EXPECT_TRUE(needs_seven(minimise(first(64), needs_seven, 3)));
}

}  // namespace
