// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/code_cave/decision.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace bartizan::code_cave;
using bartizan::verdict;

constexpr uint16_t of() { return 0; }
template <class... Rest>
constexpr uint16_t of(atom a, Rest... rest) {
    return static_cast<uint16_t>(bit(a) | of(rest...));
}

// The rows of the rule's text.
static_assert(decide(of()) == verdict::none);
static_assert(decide(of(c3, c5)) == verdict::convict);
static_assert(decide(of(c3, c6)) == verdict::convict);
static_assert(decide(of(c3, c7)) == verdict::convict);
static_assert(decide(of(c3, c8)) == verdict::convict);
static_assert(decide(of(c4, c1, c5)) == verdict::convict);
static_assert(decide(of(c4, c1, c6)) == verdict::convict);
static_assert(decide(of(c4, c1, c7)) == verdict::convict);
static_assert(decide(of(c4, c1, c8)) == verdict::convict);
static_assert(decide(of(c2, c7)) == verdict::convict);
static_assert(decide(of(c7)) == verdict::event);
static_assert(decide(of(c8)) == verdict::event);
static_assert(decide(of(c4, c13, c14)) == verdict::event);
// Ours: a place where no linker puts code stands for the missing signature and unwind table of a 32-bit program.
static_assert(decide(of(c3, c1, c16)) == verdict::convict);
static_assert(decide(of(c4, c1, c10)) == verdict::convict);

// Near misses: one atom less.
static_assert(decide(of(c3)) == verdict::event);
static_assert(decide(of(c4, c1)) == verdict::event);
static_assert(decide(of(c4, c5)) == verdict::event);
static_assert(decide(of(c4, c7)) == verdict::event);
static_assert(decide(of(c3, c16)) == verdict::event);
static_assert(decide(of(c2)) == verdict::none);
static_assert(decide(of(c1)) == verdict::none);
static_assert(decide(of(c10)) == verdict::none);
static_assert(decide(of(c11)) == verdict::none);
static_assert(decide(of(c7, c8)) == verdict::event) ;  // both say who

// Unknown is not clean: without a decoder an entry in slack is no conviction, but blind.
constexpr bartizan::outcome undecoded = decide(bartizan::atom_set{of(c3, c16), of(c1, c5, c14)});
static_assert(undecoded.evidence == verdict::event && undecoded.blind.has(bartizan::field::machine_code));
constexpr bartizan::outcome unhashed = decide(bartizan::atom_set{0, of(c7, c9)});
static_assert(unhashed.evidence == verdict::none && unhashed.blind.has(bartizan::field::module_signature));
// What could not change the verdict is not reported.
static_assert(decide(bartizan::atom_set{of(c3, c5), of(c7)}).blind.empty());

constexpr uint32_t rows = 1u << atom_count;

TEST(CodeCaveDecision, MoreEvidenceNeverLowersTheVerdict) {
    for (uint32_t row = 0; row < rows; ++row) {
        const verdict now = decide(static_cast<uint16_t>(row));
        for (uint8_t a = 0; a < atom_count; ++a) {
            ASSERT_GE(decide(static_cast<uint16_t>(row | 1u << a)), now) << "row " << row << " and " << atoms[a].name;
        }
    }
}

TEST(CodeCaveDecision, EveryAtomCanChangeTheVerdict) {
    for (uint8_t a = 0; a < atom_count; ++a) {
        bool changes = false;
        for (uint32_t row = 0; row < rows && !changes; ++row) {
            changes = decide(static_cast<uint16_t>(row)) != decide(static_cast<uint16_t>(row ^ 1u << a));
        }
        EXPECT_TRUE(changes) << atoms[a].name;
    }
}

/// Pairs of atoms that convict, and no single one: as the text of the rule says, written down independently.
TEST(CodeCaveDecision, SmallestConvictions) {
    for (uint8_t a = 0; a < atom_count; ++a) EXPECT_NE(decide(static_cast<uint16_t>(1u << a)), verdict::convict) << atoms[a].name;
    std::vector<std::string> pairs;
    for (uint8_t a = 0; a < atom_count; ++a) {
        for (uint8_t b = static_cast<uint8_t>(a + 1); b < atom_count; ++b) {
            if (decide(static_cast<uint16_t>(1u << a | 1u << b)) == verdict::convict) pairs.push_back(std::string(atoms[a].name) + "+" + atoms[b].name);
        }
    }
    EXPECT_EQ(pairs, (std::vector<std::string>{"c2+c7", "c3+c5", "c3+c6", "c3+c7", "c3+c8"}));
}

}  // namespace
