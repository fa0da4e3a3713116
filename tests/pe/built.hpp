// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_PE_BUILT_HPP
#define BARTIZAN_TESTS_PE_BUILT_HPP

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bartizan/testing/pe_sample.hpp"

/// What the directory tests share: a built file with its parsed image, and ways to look at it.
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

}  // namespace bartizan_tests

#endif
