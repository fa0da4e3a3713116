// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The catalogue's index by kind of event against a walk over the whole catalogue.
#include <gtest/gtest.h>

#include <bartizan/rules/catalogue.hpp>
#include <vector>

namespace {

using namespace bartizan;

TEST(catalogue, each_kind_of_event_meets_the_rules_that_read_it_in_order) {
    for (uint32_t kind = 0; kind < 256; ++kind) {
        std::vector<const rule*> wanted;
        for (const rule* r : rules::catalogue)
            if (kind < 64 && (r->kinds >> kind & 1) != 0) wanted.push_back(r);
        const auto got = rules::rules_of(static_cast<event_kind>(kind));
        EXPECT_EQ(std::vector<const rule*>(got.begin(), got.end()), wanted) << kind;
    }
}

}  // namespace
