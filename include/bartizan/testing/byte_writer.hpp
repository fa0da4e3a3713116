// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTING_BYTE_WRITER_HPP
#define BARTIZAN_TESTING_BYTE_WRITER_HPP

#include <cstdint>
#include <string_view>
#include <vector>

#include "../core/config.hpp"

namespace BARTIZAN_NAMESPACE::testing {

/// Bytes of a structure under construction: little-endian integers and texts, put at an offset or behind what is there. Grows
/// as needed; gaps are zero.
struct byte_writer {
    std::vector<uint8_t> data;

    [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(data.size()); }
    void put_at(size_t at, uint64_t value, unsigned size_bytes) {
        if (data.size() < at + size_bytes) data.resize(at + size_bytes);
        for (unsigned i = 0; i < size_bytes; ++i) data[at + i] = static_cast<uint8_t>(value >> (8 * i));
    }
    /// Appends, and returns where.
    uint32_t put(uint64_t value, unsigned size_bytes) {
        const uint32_t at = size();
        put_at(at, value, size_bytes);
        return at;
    }
    uint32_t put(const std::vector<uint8_t>& bytes) {
        const uint32_t at = size();
        data.insert(data.end(), bytes.begin(), bytes.end());
        return at;
    }
    /// With its terminator.
    uint32_t put_text(std::string_view text) {
        const uint32_t at = size();
        data.insert(data.end(), text.begin(), text.end());
        data.push_back(0);
        return at;
    }
    uint32_t put_text(std::u16string_view text) {
        const uint32_t at = size();
        for (const char16_t unit : text) put(unit, 2);
        put(0, 2);
        return at;
    }
    void align(uint32_t unit) { data.resize((data.size() + unit - 1) / unit * unit); }
};

}  // namespace BARTIZAN_NAMESPACE::testing

#endif
