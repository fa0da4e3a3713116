// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_RULES_SOUND_TABLE_HPP
#define BARTIZAN_TESTS_RULES_SOUND_TABLE_HPP

#include <gtest/gtest.h>

#include <bartizan/core/finding.hpp>

namespace bartizan_test {

/// Enumerates a rule's whole decision table: more evidence never lowers the verdict, every atom changes some verdict, and the highest
/// verdict is `highest`.
template <class Decide>
void expect_sound_table(uint32_t atoms, Decide decide, bartizan::verdict highest) {
    uint32_t decisive = 0;
    bartizan::verdict seen = bartizan::verdict::none;
    EXPECT_EQ(decide(uint16_t{0}), bartizan::verdict::none);
    for (uint32_t held = 0; held < 1u << atoms; ++held) {
        const bartizan::verdict v = decide(static_cast<uint16_t>(held));
        if (v > seen) seen = v;
        for (uint32_t atom = 0; atom < atoms; ++atom) {
            const bartizan::verdict more = decide(static_cast<uint16_t>(held | 1u << atom));
            ASSERT_GE(more, v) << std::hex << held << " + atom " << atom;
            if (more > v) decisive |= 1u << atom;
        }
    }
    EXPECT_EQ(decisive, (1u << atoms) - 1) << "an atom that never changes a verdict";
    EXPECT_EQ(seen, highest);
}

}  // namespace bartizan_test

#endif
