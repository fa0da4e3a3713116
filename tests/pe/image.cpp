// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/pe/image.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "bartizan/testing/pe_builder.hpp"

namespace {

using namespace bartizan;

/// The least file that is accepted whole: a PE32 header right behind the DOS header, no section, 69 bytes of optional header.
struct tiny_image {
    uint8_t data[64 + 24 + 69]{};

    constexpr tiny_image() {
        data[0] = 'M';
        data[1] = 'Z';
        data[0x3c] = 64;
        data[64] = 'P';
        data[65] = 'E';
        data[64 + 4] = 0x4c;
        data[64 + 5] = 0x01;
        data[64 + 24] = 0x0b;
        data[64 + 25] = 0x01;
        data[64 + 24 + 68] = 3;
    }
};
constexpr tiny_image tiny;
constexpr pe::parse_result parsed_tiny = pe::parse(tiny.data);
static_assert(parsed_tiny);
static_assert(parsed_tiny.image.kind == pe::image_kind::pe32);
static_assert(parsed_tiny.image.coff.machine == 0x014c);
static_assert(parsed_tiny.image.optional.subsystem == 3, "the high byte lies past the end and reads as zero");
static_assert(parsed_tiny.image.sections.empty() && !parsed_tiny.image.sections_stopped);
static_assert(pe::parse(bytes{tiny.data, sizeof tiny.data - 1}).failure.code ==
              error_code::pe_optional_header_out_of_file);

std::vector<uint8_t> sound_file(pe::image_kind kind) {
    bartizan::testing::pe_builder b(kind);
    b.add_section(".text", std::vector<uint8_t>(700, 0xcc), 0x60000020);
    b.add_section(".data", std::vector<uint8_t>(5, 0x11), 0xc0000040);
    return b.build();
}

pe::parse_result parse(const std::vector<uint8_t>& file) { return pe::parse({file.data(), file.size()}); }

void expect_refused(const std::vector<uint8_t>& file, error_code code, uint64_t offset) {
    const auto result = parse(file);
    EXPECT_FALSE(result);
    EXPECT_EQ(result.failure.code, code) << describe(result.failure.code);
    EXPECT_EQ(result.failure.offset, offset);
}

TEST(pe_image, sound_files_have_no_fault) {
    for (const auto kind : {pe::image_kind::pe32, pe::image_kind::pe32_plus}) {
        const auto file = sound_file(kind);
        const auto result = parse(file);
        ASSERT_TRUE(result);
        EXPECT_EQ(result.image.kind, kind);
        EXPECT_EQ(result.image.sections.size(), 2U);
        EXPECT_FALSE(result.image.sections_stopped);
        EXPECT_EQ(result.image.file.data, file.data()) << "a view, not a copy";
        EXPECT_EQ(result.image.file.size, file.size());
    }
}

TEST(pe_image, refuses_with_code_and_offset) {
    const auto sound = sound_file(pe::image_kind::pe32_plus);
    const auto cut = [&sound](size_t size_bytes) { return std::vector<uint8_t>(sound.begin(), sound.begin() + static_cast<ptrdiff_t>(size_bytes)); };
    const auto with = [&sound](size_t offset, uint8_t value) {
        auto file = sound;
        file[offset] = value;
        return file;
    };
    constexpr uint64_t nt = 0x80;
    constexpr uint64_t optional = nt + 24;

    expect_refused({}, error_code::pe_too_small, 0);
    expect_refused(cut(63), error_code::pe_too_small, 63);
    expect_refused(cut(64), error_code::pe_header_out_of_file, 0x3c);
    expect_refused(with(0, 'm'), error_code::pe_no_mz, 0);
    expect_refused(with(1, 'M'), error_code::pe_no_mz, 0);
    expect_refused(with(0x3f, 0x80), error_code::pe_header_out_of_file, 0x3c);
    expect_refused(cut(nt + 23), error_code::pe_header_out_of_file, 0x3c);
    expect_refused(with(nt, 'N'), error_code::pe_no_pe_signature, nt);
    expect_refused(with(nt + 3, 1), error_code::pe_no_pe_signature, nt);
    expect_refused(cut(nt + 24), error_code::pe_optional_header_out_of_file, optional);
    expect_refused(cut(optional + 68), error_code::pe_optional_header_out_of_file, optional);
    expect_refused(cut(optional + 72), error_code::pe_optional_header_out_of_file, optional);
    EXPECT_TRUE(parse(cut(optional + 73)));
    expect_refused(with(optional + 1, 0x03), error_code::pe_optional_header_magic, optional);

    auto rom = sound;
    rom[optional] = 0x07;
    rom[optional + 1] = 0x01;
    expect_refused(rom, error_code::pe_rom_image, optional);
}

TEST(pe_image, every_error_has_its_own_sentence) {
    std::vector<std::string_view> sentences;
    for (uint16_t code = 0x0201; code <= 0x023e; ++code) {
        const std::string_view sentence = describe(static_cast<error_code>(code));
        EXPECT_NE(sentence, describe(static_cast<error_code>(0x02ff))) << code;
        for (const auto other : sentences) EXPECT_NE(sentence, other);
        sentences.push_back(sentence);
    }
}

/// A cut file is refused or read, and what is read lies inside it.
TEST(pe_image, truncation_at_every_byte) {
    for (const auto kind : {pe::image_kind::pe32, pe::image_kind::pe32_plus}) {
        const auto sound = sound_file(kind);
        bool accepted = false;
        for (size_t size = 0; size <= sound.size(); ++size) {
            // A buffer of exactly that size, so that a sanitizer sees any read past it.
            const std::vector<uint8_t> file(sound.begin(), sound.begin() + static_cast<ptrdiff_t>(size));
            const auto result = parse(file);
            EXPECT_GE(bool{result}, accepted) << "a longer file is refused where a shorter one was read: " << size;
            accepted = bool{result};
            if (!result) {
                EXPECT_LE(result.failure.offset, size);
                continue;
            }
            EXPECT_LE(result.image.sections.size(), 2U);
            EXPECT_EQ(bool{result.image.sections_stopped}, result.image.sections.size() < 2U);
            for (const pe::section& s : result.image.sections) {
                if (s.raw.empty()) continue;
                EXPECT_GE(s.raw.begin(), file.data());
                EXPECT_LE(s.raw.end(), file.data() + file.size());
            }
        }
        EXPECT_TRUE(accepted);
    }
}

/// Every byte of the headers, set to the values that overflow things: no crash, and every view stays inside the file.
TEST(pe_image, mutation_of_every_header_byte) {
    const auto sound = sound_file(pe::image_kind::pe32);
    for (size_t offset = 0; offset < 0x400; ++offset) {
        for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
            auto file = sound;
            file[offset] = static_cast<uint8_t>(value);
            const auto result = parse(file);
            if (!result) continue;
            for (const pe::section& s : result.image.sections) {
                if (s.raw.empty()) continue;
                ASSERT_GE(s.raw.begin(), file.data());
                ASSERT_LE(s.raw.end(), file.data() + file.size());
            }
        }
    }
}

}  // namespace
