// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_MURMUR3_HPP
#define BARTIZAN_FEATURES_EMBER_MURMUR3_HPP

#include "../../core/config.hpp"

namespace BARTIZAN_NAMESPACE::features {

/// MurmurHash3_x86_32 (Austin Appleby, public domain), fed byte by byte, so that a name is hashed while it is spelled out and
/// is never stored.
class murmur3_32 {
  public:
    constexpr explicit murmur3_32(uint32_t seed = 0) noexcept : hash_(seed) {}

    constexpr void add(uint8_t byte) noexcept {
        word_ |= uint32_t{byte} << (8 * (size_bytes_ & 3));
        if ((++size_bytes_ & 3) == 0) {
            hash_ = rotate(hash_ ^ scrambled(word_), 13) * 5 + 0xe6546b64;
            word_ = 0;
        }
    }

    /// Adds a zero-terminated text, without its zero.
    constexpr void add(const char* text) noexcept {
        for (; *text != '\0'; ++text) add(static_cast<uint8_t>(*text));
    }

    /// The hash of what was added so far; more may be added.
    [[nodiscard]] constexpr uint32_t value() const noexcept {
        uint32_t h = hash_;
        if ((size_bytes_ & 3) != 0) h ^= scrambled(word_);
        h ^= size_bytes_;
        h = (h ^ h >> 16) * 0x85ebca6b;
        h = (h ^ h >> 13) * 0xc2b2ae35;
        return h ^ h >> 16;
    }

  private:
    [[nodiscard]] static constexpr uint32_t rotate(uint32_t x, unsigned by) noexcept {
        return x << by | x >> (32 - by);
    }
    [[nodiscard]] static constexpr uint32_t scrambled(uint32_t word) noexcept {
        return rotate(word * 0xcc9e2d51, 15) * 0x1b873593;
    }

    uint32_t hash_;
    uint32_t word_ = 0;
    uint32_t size_bytes_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::features

#endif
