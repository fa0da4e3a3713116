// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// What `open` refuses: every flipped byte, every cut, and each thing that a well-sealed file can still have wrong.
#include <gtest/gtest.h>

#include <functional>

#include "built_list.hpp"

#if __has_include(<openssl/evp.h>)
#include <openssl/evp.h>
#endif

namespace {

using namespace bartizan;
using namespace bartizan_tests;
using lists::key_kind;
using lists::list_kind;
namespace format = lists::format;

error open(const std::vector<uint8_t>& file) {
    lists::list l;
    const error e = lists::open({file.data(), file.size()}, l);
    EXPECT_EQ(l.kind() == list_kind::none, static_cast<bool>(e));  // set only on success
    return e;
}

std::vector<uint8_t> sample() { return build(list_kind::local_allow, one_of_each(list_kind::local_allow), 5); }

TEST(open, every_flipped_bit_is_refused) {
    auto file = sample();
    ASSERT_FALSE(open(file));
    for (size_t i = 0; i < file.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            file[i] = static_cast<uint8_t>(file[i] ^ 1 << bit);
            ASSERT_TRUE(open(file)) << i;
            file[i] = static_cast<uint8_t>(file[i] ^ 1 << bit);
        }
    }
}

TEST(open, every_cut_and_every_tail_is_refused) {
    const auto file = sample();
    for (size_t size = 0; size < file.size(); ++size) ASSERT_TRUE(open({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)})) << size;
    auto longer = file;
    longer.push_back(0);
    EXPECT_EQ(open(longer).code, error_code::list_length_mismatch);
}

TEST(open, any_address_will_do) {
    const auto file = sample();
    for (size_t shift = 0; shift < 9; ++shift) {
        std::vector<uint8_t> moved(shift);
        moved.insert(moved.end(), file.begin(), file.end());
        lists::list l;
        ASSERT_FALSE(lists::open({moved.data() + shift, file.size()}, l));
        EXPECT_EQ(l.find(key_kind::name, {}, u"a.exe"), 0u);
    }
}

uint64_t get(const std::vector<uint8_t>& file, uint64_t at, unsigned size) {
    uint64_t out = 0;
    for (unsigned i = 0; i < size; ++i) out |= uint64_t{file[static_cast<size_t>(at) + i]} << (8 * i);
    return out;
}
void put(std::vector<uint8_t>& file, uint64_t at, uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) file[static_cast<size_t>(at) + i] = static_cast<uint8_t>(value >> (8 * i));
}
uint64_t row(key_kind k) { return format::at_sections + (static_cast<uint64_t>(k) - 1) * format::section_size_bytes; }
uint64_t record(const std::vector<uint8_t>& file, key_kind k, uint32_t r = 0) { return get(file, row(k), 8) + r * format::record_size_bytes; }

struct defect {
    const char* name;
    error_code code;
    std::function<uint64_t(std::vector<uint8_t>&)> make;  ///< gives the offset to be blamed
    bool sealed = true;
};

TEST(open, names_each_defect_of_a_sealed_file_and_its_offset) {
    using code = error_code;
    const auto set = [](uint64_t at, uint64_t value, unsigned size) {
        return [=](std::vector<uint8_t>& f) { return put(f, at, value, size), at; };
    };
    const auto in_record = [](key_kind k, uint64_t field, uint64_t value, unsigned size) {
        return [=](std::vector<uint8_t>& f) { return put(f, record(f, k) + field, value, size), record(f, k) + field; };
    };
    const defect defects[] = {
        {"short", code::list_too_small, [](auto& f) { return f.resize(383), 383; }, false},
        {"magic", code::list_bad_magic, set(format::at_magic, 0x315a5442, 4)},
        {"version", code::list_newer_version, set(format::at_version_major, 2, 2)},
        {"length", code::list_length_mismatch, set(format::at_size_bytes, UINT64_MAX, 8)},
        {"header digest", code::list_digest_mismatch, [](auto& f) { return f[24] ^= 1, uint64_t{format::at_header_sha256}; }, false},
        {"kind 0", code::list_bad_kind, set(format::at_kind, 0, 4)},
        {"kind 5", code::list_bad_kind, set(format::at_kind, 5, 4)},
        {"kind in a high byte", code::list_bad_kind, set(format::at_kind, 0x103, 4)},
        {"reserved", code::list_reserved_not_zero, set(format::at_reserved + 15, 1, 1)},
        {"row reserved", code::list_reserved_not_zero, set(row(key_kind::path) + format::at_section_reserved, 1, 4)},
        {"too many", code::list_too_many_entries, set(row(key_kind::path) + format::at_section_count, format::max_entries + 1, 4)},
        {"more than there are", code::list_section_misplaced, [](auto& f) { return put(f, row(key_kind::name) + format::at_section_count, format::max_entries, 4), row(key_kind::name) + format::at_section_index; }},
        {"records elsewhere", code::list_section_misplaced, set(row(key_kind::file_sha256), 0, 8)},
        {"records outside", code::list_section_misplaced, set(row(key_kind::file_sha256), UINT64_MAX - 63, 8)},
        {"index elsewhere", code::list_section_misplaced, set(row(key_kind::certificate) + format::at_section_index, 384, 8)},
        {"entry count", code::list_section_misplaced, set(format::at_entry_count, 9, 4)},
        {"texts elsewhere", code::list_section_misplaced, set(format::at_texts_offset, 384, 8)},
        {"texts size", code::list_section_misplaced, set(format::at_texts_size, UINT64_MAX, 8)},
        {"record reserved", code::list_reserved_not_zero, in_record(key_kind::path, format::at_record_reserved + 5, 1, 1)},
        {"expiry", code::list_never_expires, in_record(key_kind::file_sha256, format::at_expires, 0, 8)},
        {"no author", code::list_bad_text, [](auto& f) { put(f, record(f, key_kind::path) + format::at_author_size, 0, 2); return record(f, key_kind::path) + format::at_author_offset; }},
        {"reason outside", code::list_bad_text, in_record(key_kind::path, format::at_reason_offset, UINT32_MAX, 4)},
        {"reason too long", code::list_bad_text, [](auto& f) { put(f, record(f, key_kind::path) + format::at_reason_size, 0xffff, 2); return record(f, key_kind::path) + format::at_reason_offset; }},
        {"text outside", code::list_bad_text, in_record(key_kind::name, format::at_text_offset, 0xfffffffe, 4)},
        {"text odd", code::list_bad_text, [](auto& f) { put(f, record(f, key_kind::name) + format::at_text_size, 9, 2); return record(f, key_kind::name) + format::at_text_offset; }},
        {"text empty", code::list_bad_text, [](auto& f) { put(f, record(f, key_kind::name) + format::at_text_size, 0, 2); return record(f, key_kind::name) + format::at_text_offset; }},
        {"text in lower case", code::list_bad_text, [](auto& f) {
             const uint64_t r = record(f, key_kind::name);
             put(f, get(f, format::at_texts_offset, 8) + get(f, r + format::at_text_offset, 4), u'a', 2);
             return record(f, key_kind::certificate_original_name) + format::at_text_offset;  // shares the text, and comes first
         }},
        {"text without need", code::list_bad_key, in_record(key_kind::file_sha256, format::at_text_offset, 2, 4)},
        {"hash of another text", code::list_bad_key, in_record(key_kind::path, 0, 1, 1)},
        {"digest behind a hash", code::list_bad_key, [](auto& f) { put(f, record(f, key_kind::name) + 31, 1, 1); return record(f, key_kind::name); }},
        {"index too high", code::list_index_mismatch, [](auto& f) { const uint64_t at = get(f, row(key_kind::file_sha256) + 8, 8); put(f, at, 1, 4); return at; }},
        {"index end", code::list_index_mismatch, [](auto& f) { const uint64_t at = get(f, row(key_kind::file_sha256) + 8, 8) + 4; put(f, at, UINT32_MAX, 4); return at; }},
        {"index padding", code::list_reserved_not_zero, [](auto& f) { const uint64_t at = get(f, row(key_kind::file_sha256) + 8, 8) + 8; put(f, at, 1, 1); return at; }},
        {"path in a block list", code::list_key_not_admitted, [](auto& f) { return put(f, format::at_kind, 1, 4), row(key_kind::path); }},
        {"name in a suppression list", code::list_key_not_admitted, [](auto& f) { return put(f, format::at_kind, 2, 4), row(key_kind::path); }},
    };
    for (const defect& d : defects) {
        auto file = sample();
        const uint64_t offset = d.make(file);
        if (d.sealed) bartizan_cli::list_writer::seal(file);
        const error e = open(file);
        EXPECT_EQ(e.code, d.code) << d.name << ": " << describe(e.code);
        EXPECT_EQ(e.offset, offset) << d.name;
    }
}

TEST(open, order_and_doubles) {
    const auto two = build(list_kind::block, {make_entry(key_kind::file_sha256, 1), make_entry(key_kind::file_sha256, 2)});
    const uint64_t first = record(two, key_kind::file_sha256), second = first + format::record_size_bytes;
    auto swapped = two, doubled = two;
    std::swap_ranges(swapped.begin() + static_cast<std::ptrdiff_t>(first), swapped.begin() + static_cast<std::ptrdiff_t>(second), swapped.begin() + static_cast<std::ptrdiff_t>(second));
    std::copy_n(two.begin() + static_cast<std::ptrdiff_t>(first), 32, doubled.begin() + static_cast<std::ptrdiff_t>(second));
    for (auto* file : {&swapped, &doubled}) {
        bartizan_cli::list_writer::seal(*file);
        const error e = open(*file);
        EXPECT_EQ(e.code, error_code::list_order);
        EXPECT_EQ(e.offset, second);
    }
}

/// Fields made hostile at random and sealed: refused, or still a list whose every lookup stays inside.
TEST(open, hostile_fields_are_refused_or_harmless) {
    const auto file = sample();
    uint64_t seed = 3;
    const auto random = [&seed] { return (seed = seed * 6364136223846793005u + 1442695040888963407u) >> 33; };
    constexpr uint64_t nasty[] = {0, 1, 2, 63, 64, 384, 0x7fffffff, 0x80000000, 0xffffffff, UINT64_MAX, UINT64_MAX - 63, uint64_t{1} << 63};
    for (int n = 0; n < 4000; ++n) {
        auto changed = file;
        for (uint64_t k = 1 + random() % 3; k != 0; --k) {
            const unsigned size = 1u << random() % 4;
            put(changed, random() % (changed.size() - size), random() % 4 == 0 ? random() : nasty[random() % std::size(nasty)], size);
        }
        if (get(changed, 0, 4) == format::magic) bartizan_cli::list_writer::seal(changed);
        lists::list l;
        if (lists::open({changed.data(), changed.size()}, l)) continue;
        for (uint32_t k = 1; k <= lists::key_kind_count; ++k)
            for (uint32_t r = 0; r < l.count(static_cast<key_kind>(k)); ++r) ASSERT_FALSE(l.at(static_cast<key_kind>(k), r).reason.empty());
    }
}

TEST(accepts, only_a_higher_version) {
    for (const auto& [installed, candidate, answer] :
         {std::tuple<uint64_t, uint64_t, bool>{0, 0, false}, {0, 1, true}, {1, 1, false}, {2, 1, false}, {1, 2, true}, {UINT64_MAX - 1, UINT64_MAX, true}, {UINT64_MAX, 1, false}}) {
        const auto file = build(list_kind::block, {}, candidate);
        lists::list l;
        ASSERT_FALSE(lists::open({file.data(), file.size()}, l));
        EXPECT_EQ(accepts(installed, l), answer) << installed << " " << candidate;
    }
}

#if __has_include(<openssl/evp.h>)
TEST(signature, openssl_verifies_what_the_list_states) {
    EVP_PKEY* const key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    auto file = sample();
    lists::list l;
    ASSERT_FALSE(lists::open({file.data(), file.size()}, l));
    const auto verify = [key](bytes message, bytes signature) {
        EVP_MD_CTX* const context = EVP_MD_CTX_new();
        const bool holds = EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, key) == 1 &&
                           EVP_DigestVerify(context, signature.data, signature.size, message.data, message.size) == 1;
        EVP_MD_CTX_free(context);
        return holds;
    };
    EXPECT_EQ(check_signature(l, verify).code, error_code::list_unsigned);
    bartizan_cli::list_writer::sign(file, [key](bytes message) {
        std::vector<uint8_t> signature(64);
        size_t size = signature.size();
        EVP_MD_CTX* const context = EVP_MD_CTX_new();
        EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key);
        EVP_DigestSign(context, signature.data(), &size, message.data, message.size);
        EVP_MD_CTX_free(context);
        return signature;
    });
    ASSERT_FALSE(lists::open({file.data(), file.size()}, l));
    EXPECT_FALSE(check_signature(l, verify));
    // Whatever is changed and sealed anew, the signature no longer holds: it covers the body through its digest.
    for (size_t i = format::header_size_bytes; i < file.size(); i += 7) {
        auto changed = file;
        changed[i] ^= 1;
        bartizan_cli::list_writer::seal(changed);
        if (lists::open({changed.data(), changed.size()}, l)) continue;
        EXPECT_EQ(check_signature(l, verify).code, error_code::list_signature_mismatch) << i;
    }
    auto newer = file;
    put(newer, format::at_list_version, 6, 8);
    bartizan_cli::list_writer::seal(newer);
    ASSERT_FALSE(lists::open({newer.data(), newer.size()}, l));
    EXPECT_EQ(check_signature(l, verify).code, error_code::list_signature_mismatch);
    EVP_PKEY_free(key);
}
#endif

}  // namespace
