// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_READER_HPP
#define BARTIZAN_CORE_READER_HPP

#include "span.hpp"

namespace BARTIZAN_NAMESPACE {

/// Little-endian integers at offsets: the only way in which the library reads a file, a model or a list. Every read is
/// defined: a byte past the end reads as zero, as the reference parser (pefile) pads a cut header and as Windows maps a cut
/// page. Where absence must be told from zero, ask `has` first. Offsets are 64-bit so that a sum of 32-bit fields cannot wrap.
struct reader {
    bytes data;

    [[nodiscard]] constexpr bool has(uint64_t offset, uint64_t size_bytes) const noexcept {
        return offset <= data.size && size_bytes <= data.size - offset;
    }

    [[nodiscard]] constexpr uint8_t u8(uint64_t offset) const noexcept {
        return offset < data.size ? data[static_cast<size_t>(offset)] : uint8_t{0};
    }

  private:  // first, since Clang 14 evaluates as a constant only what is defined above
    template <unsigned Bytes>
    [[nodiscard]] constexpr uint64_t little_endian(uint64_t offset) const noexcept {
        uint64_t value = 0;
        if (has(offset, Bytes)) {
            const uint8_t* const first = data.data + static_cast<size_t>(offset);
            for (unsigned i = 0; i < Bytes; ++i) value |= uint64_t{first[i]} << (8 * i);
        } else {
            for (unsigned i = 0; i < Bytes; ++i) value |= uint64_t{u8(offset + i)} << (8 * i);
        }
        return value;
    }

  public:
    [[nodiscard]] constexpr uint16_t u16(uint64_t offset) const noexcept {
        return static_cast<uint16_t>(little_endian<2>(offset));
    }
    [[nodiscard]] constexpr uint32_t u32(uint64_t offset) const noexcept {
        return static_cast<uint32_t>(little_endian<4>(offset));
    }
    [[nodiscard]] constexpr uint64_t u64(uint64_t offset) const noexcept { return little_endian<8>(offset); }

    /// The bytes [offset, offset + size_bytes), clipped to the file.
    [[nodiscard]] constexpr bytes sub(uint64_t offset, uint64_t size_bytes) const noexcept {
        if (offset >= data.size) return {};
        const uint64_t left = data.size - offset;
        return data.sub(static_cast<size_t>(offset), static_cast<size_t>(size_bytes < left ? size_bytes : left));
    }
};

}  // namespace BARTIZAN_NAMESPACE

#endif
