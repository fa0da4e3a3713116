// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_ENCODING_HPP
#define BARTIZAN_QUARANTINE_ENCODING_HPP

#include "../core/span.hpp"

namespace BARTIZAN_NAMESPACE::quarantine {

/// XOR with a stream of numbers that follows from the item's 16 random bytes: what lies in the vault is no program to any loader, and
/// no other scanner finds it again. It is no encryption, and keeps nothing secret: the key stands in the item's header. Word i of the
/// stream is mix(mix(a + i * 0x9e3779b97f4a7c15) ^ b), a and b the key's halves, mix the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
class encoding {
  public:
    constexpr explicit encoding(const uint8_t (&key)[16]) noexcept : a_(little_endian(key)), b_(little_endian(key + 8)) {}

    /// Encodes, or decodes what is encoded. `position`: of data[0] in the stream.
    constexpr void apply(span<uint8_t> data, uint64_t position) const noexcept {
        uint64_t word = word_at(position / 8);
        for (size_t i = 0; i < data.size; ++i, ++position) {
            if (position % 8 == 0) word = word_at(position / 8);
            data[i] = static_cast<uint8_t>(data[i] ^ word >> (8 * (position % 8)));
        }
    }

  private:
    static constexpr uint64_t little_endian(const uint8_t* p) noexcept {
        uint64_t value = 0;
        for (unsigned i = 0; i < 8; ++i) value |= uint64_t{p[i]} << (8 * i);
        return value;
    }
    static constexpr uint64_t mix(uint64_t x) noexcept {
        x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
        x = (x ^ x >> 27) * 0x94d049bb133111ebu;
        return x ^ x >> 31;
    }
    constexpr uint64_t word_at(uint64_t i) const noexcept { return mix(mix(a_ + i * 0x9e3779b97f4a7c15u) ^ b_); }

    uint64_t a_, b_;
};

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
