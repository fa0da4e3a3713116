// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Truth, access masks, memory, trust, upper case and error sentences, each exhaustively or against golden values.
#include <gtest/gtest.h>

#include <bartizan/core/access.hpp>
#include <bartizan/core/error.hpp>
#include <bartizan/core/fact.hpp>
#include <bartizan/core/memory.hpp>
#include <bartizan/core/rule.hpp>
#include <bartizan/core/trust.hpp>
#include <bartizan/core/upcase.hpp>
#include <set>
#include <string>
#include <type_traits>

namespace {

using namespace bartizan;

static_assert(std::is_trivially_copyable_v<event> && std::is_standard_layout_v<event>);
static_assert(offsetof(event, size_bytes) == 0 && offsetof(process, size_bytes) == 0, "public structs begin with their size");

TEST(truth, is_kleenes_strong_logic) {
    // Rows of the published tables (Kleene 1952): "unknown" is decided only where either value gives the same answer.
    for (int a = 0; a < 3; ++a) {
        for (int b = 0; b < 3; ++b) {
            std::set<bool> both, either;
            for (const bool x : {false, true})
                for (const bool y : {false, true}) {
                    if ((a != 1 && x != (a == 2)) || (b != 1 && y != (b == 2))) continue;
                    both.insert(x && y);
                    either.insert(x || y);
                }
            const auto as_truth = [](const std::set<bool>& s) { return s.size() == 2 ? truth::unknown : to_truth(*s.begin()); };
            EXPECT_EQ(static_cast<truth>(a) & static_cast<truth>(b), as_truth(both));
            EXPECT_EQ(static_cast<truth>(a) | static_cast<truth>(b), as_truth(either));
        }
    }
    EXPECT_EQ(!truth::unknown, truth::unknown);
    EXPECT_EQ(!truth::yes, truth::no);
}

TEST(truth_set, holds_three_values_for_each_key) {
    truth_set<fact> s;
    EXPECT_EQ(s.get(fact::actor_burst), truth::unknown);
    for (const truth first : {truth::no, truth::unknown, truth::yes})
        for (const truth then : {truth::no, truth::unknown, truth::yes}) {
            s.set(fact::actor_burst, first);
            s.set(fact::actor_burst, then);
            EXPECT_EQ(s.get(fact::actor_burst), then);
            EXPECT_EQ(s.get(fact::file_is_dump), truth::unknown);
        }
}

TEST(access, generic_rights_expand_as_the_object_manager_does) {
    EXPECT_EQ(expand(generic_read, process_mapping), 0x21410u);
    EXPECT_EQ(expand(generic_write, process_mapping), 0x20beau);
    EXPECT_EQ(expand(generic_execute, process_mapping), 0x121001u);
    EXPECT_EQ(expand(generic_all, process_mapping), 0x1fffffu);
    EXPECT_EQ(expand(maximum_allowed, process_mapping), 0x1fffffu);
    EXPECT_EQ(expand(generic_read | 0x2, process_mapping), 0x21412u);
    for (uint32_t mask = 0; mask < 1u << 21; mask += 7) ASSERT_EQ(expand(mask, process_mapping), mask) << "specific rights stay";
    EXPECT_TRUE(is_all_access(0x1fffff) && is_all_access(0x1f0fff) && is_all_access(0x1f3fff) && is_all_access(0x1f1fff));
    EXPECT_FALSE(is_all_access(0x101ffb) || is_all_access(0x143a) || is_all_access(0));
}

TEST(memory, protections) {
    for (const page_protection guard : {0u, uint32_t{page_guard}}) {
        EXPECT_TRUE(is_executable(page_execute | guard) && is_executable(page_execute_read | guard) &&
                    is_executable(page_execute_readwrite | guard) && is_executable(page_execute_writecopy | guard));
        EXPECT_FALSE(is_executable(page_readwrite | guard) || is_executable(page_noaccess | guard) || is_executable(page_writecopy | guard));
        EXPECT_TRUE(is_writable_and_executable(page_execute_readwrite | guard) && !is_writable_and_executable(page_execute_read | guard));
        EXPECT_TRUE(is_writable(page_readwrite | guard) && is_writable(page_writecopy | guard) && !is_writable(page_execute_read | guard));
    }
    EXPECT_EQ(is_unbacked(memory_state::unknown), truth::unknown);
    EXPECT_EQ(is_unbacked(memory_state::image_cow), truth::yes);
    EXPECT_EQ(is_unbacked(memory_state::mapped_file), truth::no);
    constexpr address_range top{0xfffffffffffff000, 0x1000};
    EXPECT_TRUE(top.contains(0xffffffffffffffff));
    EXPECT_FALSE(top.contains(0));
}

TEST(trust, the_protection_byte_proves_a_tier_only_for_known_signers) {
    for (uint32_t level = 0; level < 256; ++level) {
        const uint32_t type = level & 7, signer = level >> 4;
        trust expected = trust::t0;
        if (type == 1 || type == 2) {
            if (signer == 6 || signer == 7) expected = trust::t5;
            if (signer == 3 || signer == 4 || signer == 5) expected = trust::t4;
        }
        EXPECT_EQ(protected_tier({static_cast<uint8_t>(level)}), expected) << std::hex << level;
    }
    EXPECT_EQ(lower(trust::unknown, trust::t0), trust::t0);
    EXPECT_EQ(lower(trust::unknown, trust::t3), trust::unknown);
    EXPECT_EQ(lower(trust::t3, trust::t1), trust::t1);
}

TEST(upcase, is_one_fixed_table) {
    // FNV-1a over the mapping of all 65,536 code units, little-endian; the value comes from Python 3.11's Unicode 14 tables with the
    // exceptions that the header states. It may change only together with the table, which changes what paths compare equal.
    uint64_t hash = 0xcbf29ce484222325u;
    for (uint32_t c = 0; c < 0x10000; ++c) {
        const char16_t u = upcase(static_cast<char16_t>(c));
        for (const uint32_t byte : {static_cast<uint32_t>(u & 0xff), static_cast<uint32_t>(u >> 8)}) hash = (hash ^ byte) * 0x100000001b3u;
    }
    EXPECT_EQ(hash, 0x7904c718d4df8611u);
    EXPECT_EQ(upcase(u'ß'), u'ß');
    EXPECT_EQ(upcase(u'\u0131'), u'\u0131') << "dotless i must not become I";
    EXPECT_EQ(upcase(u'я'), u'Я');
    EXPECT_EQ(upcase(u'ÿ'), u'Ÿ');
}

TEST(error, every_code_has_its_own_sentence) {
    std::set<std::string> sentences;
    int codes = 0;
    for (uint32_t code = 0; code < 0x10000; ++code) {
        const std::string sentence = describe(static_cast<error_code>(code));
        if (sentence == "unknown error code") continue;
        ++codes;
        EXPECT_TRUE(sentences.insert(sentence).second) << sentence;
        EXPECT_NE(sentence.back(), '.');
    }
    EXPECT_GT(codes, 20);
}

TEST(field, every_field_has_its_own_name) {
    std::set<std::string> names;
    for (uint8_t f = 0; f < field_count; ++f) EXPECT_TRUE(names.insert(name(static_cast<field>(f))).second);
    EXPECT_FALSE(names.count("?"));
    EXPECT_STREQ(name(static_cast<field>(field_count)), "?");
}

}  // namespace
