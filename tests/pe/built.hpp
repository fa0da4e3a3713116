// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_PE_BUILT_HPP
#define BARTIZAN_TESTS_PE_BUILT_HPP

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bartizan/pe/version_info.hpp"
#include "bartizan/testing/pe_directories.hpp"

/// What the directory tests share: a built file with its parsed image, and one sound file that has every directory.
namespace bartizan_tests {

namespace pe = bartizan::pe;
namespace make = bartizan::testing;

struct built {
    std::vector<uint8_t> file;
    pe::image image;

    explicit built(const make::pe_builder& b) : built(b.build()) {}
    explicit built(std::vector<uint8_t> bytes) : file(std::move(bytes)) {
        const auto parsed = pe::parse({file.data(), file.size()});
        EXPECT_TRUE(parsed) << describe(parsed.failure.code);
        image = parsed.image;
    }
    built(const built&) = delete;
    built& operator=(const built&) = delete;
};

inline std::string text_of(bartizan::bytes b) { return {reinterpret_cast<const char*>(b.data), b.size}; }
inline std::string ascii_of_utf16(bartizan::bytes b) {
    std::string out;
    for (size_t i = 0; i + 1 < b.size; i += 2) out += static_cast<char>(b[i]);
    return out;
}
#define EXPECT_ERROR(actual, expected_code, expected_offset)                     \
    do {                                                                         \
        const bartizan::error e = (actual);                                      \
        EXPECT_EQ(e.code, expected_code) << describe(e.code);                    \
        EXPECT_EQ(e.offset, static_cast<uint64_t>(expected_offset));             \
    } while (false)

/// Writes into the contents of the last section.
inline void patch(make::pe_builder& b, size_t at, uint64_t value, unsigned size_bytes) {
    make::byte_writer out{std::move(b.sections.back().contents)};
    out.put_at(at, value, size_bytes);
    b.sections.back().contents = std::move(out.data);
}
inline uint64_t last_offset(const make::pe_builder& b) { return b.sections.back().header.pointer_to_raw_data; }

/// A sound file with every directory that the reader knows but bound imports, which lie in the headers.
inline make::pe_builder everything(pe::image_kind kind = pe::image_kind::pe32_plus) {
    make::pe_builder b(kind);
    const bool plus = kind == pe::image_kind::pe32_plus;
    make::add_rich_header(b, {{0x01057809, 12}, {0x00010000, 34}});
    b.add_section(".text", std::vector<uint8_t>(0x300, 0xcc), 0x60000020);
    make::add_imports(b, {{"KERNEL32.dll", {{"CreateFileW", 7}, {"", 12}}}, {"USER32.dll", {{"MessageBoxA", 0}}}});
    make::add_imports(b, {{"ADVAPI32.dll", {{"RegOpenKeyExW", 1}}}}, true);
    make::add_exports(b, "built.dll", 10, {{"alpha", 0x1000, ""}, {"", 0x1010, ""}, {"beta", 0, "OTHER.gamma"}});
    make::add_resources(b, {{pe::resource_manifest, u"", 1, 0x409, {'<', 'a', '/', '>'}},
                               {pe::resource_version, u"", 1, 0x409, make::version_resource({{u"CompanyName", u"Maker"}})},
                               {pe::resource_rcdata, u"DATA", 0, 0, {1, 2, 3}}});
    make::add_codeview(b, "c:\\build\\built.pdb", 3);
    make::add_relocations(b, {{0x1000, {0xa008, 0x3010}}, {0x2000, {0xa000, 0}}});
    make::add_tls(b, {0x1020, 0x1040});
    make::byte_writer config;
    config.put_at(plus ? 0x90 : 0x58, 0x10014500, 4);
    config.data.resize(plus ? 0x140 : 0xc0);
    make::add_load_config(b, config);
    if (plus) {
        const uint32_t unwind = b.next_rva() + 24;
        make::add_exception_table(b, {0x1000, 0x1040, unwind, 0x1040, 0x1080, unwind}, {1, 4, 0, 0});
    }
    make::add_clr_header(b, "v4.0.30319", {"#~", "#Strings"});
    b.overlay = std::vector<uint8_t>(37, 0xee);
    return b;
}

}  // namespace bartizan_tests

#endif
