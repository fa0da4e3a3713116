// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_BLOCK_HASH_HPP
#define BARTIZAN_CORE_BLOCK_HASH_HPP

#include "span.hpp"

namespace BARTIZAN_NAMESPACE {

/// What SHA-1 and SHA-256 have in common: blocks of 64 bytes, a state of big-endian words, and the length in bits behind the
/// padding. `Algorithm` names the digest, the initial state, and `compress(state, blocks, count)`, which reads 64 * count bytes.
template <class Algorithm>
class block_hash {
  public:
    using digest = typename Algorithm::digest;
    static constexpr size_t block_size_bytes = 64;

    constexpr block_hash() noexcept = default;
    /// Goes on behind `length` bytes, whole blocks, that have been compressed into `state`.
    constexpr block_hash(const typename Algorithm::state& state, uint64_t length) noexcept : state_(state), length_(length) {}

    constexpr block_hash& update(bytes data) noexcept {
        const size_t held = static_cast<size_t>(length_ % block_size_bytes);
        length_ += data.size;
        if (held != 0) {
            const bytes first = data.sub(0, block_size_bytes - held);
            keep(first, held);
            if (held + first.size < block_size_bytes) return *this;
            Algorithm::compress(state_, block_, 1);
            data = data.sub(first.size);
        }
        const size_t blocks = data.size / block_size_bytes;
        if (blocks != 0) Algorithm::compress(state_, data.data, blocks);
        keep(data.sub(blocks * block_size_bytes), 0);
        return *this;
    }

    /// The digest of everything fed so far. The object is then used up.
    [[nodiscard]] constexpr digest finish() noexcept {
        const uint64_t bits = length_ * 8;
        const size_t held = static_cast<size_t>(length_ % block_size_bytes);
        uint8_t padding[block_size_bytes + 8] = {0x80};
        const size_t zeros_end = held < 56 ? 56 - held : 120 - held;  // the length fills the last eight bytes of a block
        for (size_t i = 0; i < 8; ++i) padding[zeros_end + i] = static_cast<uint8_t>(bits >> (56 - 8 * i));
        update(bytes{padding, zeros_end + 8});
        digest out;
        for (size_t i = 0; i < sizeof out.bytes; ++i) out.bytes[i] = static_cast<uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
        return out;
    }

  private:
    constexpr void keep(bytes data, size_t at) noexcept {
        for (size_t i = 0; i < data.size; ++i) block_[at + i] = data[i];
    }

    typename Algorithm::state state_ = Algorithm::initial;
    uint8_t block_[block_size_bytes] = {};
    uint64_t length_ = 0;
};

namespace detail {

[[nodiscard]] constexpr uint32_t rotate_right(uint32_t x, int by) noexcept { return x >> by | x << (32 - by); }

[[nodiscard]] constexpr uint32_t big_endian_word(const uint8_t* p) noexcept {
    return uint32_t{p[0]} << 24 | uint32_t{p[1]} << 16 | uint32_t{p[2]} << 8 | p[3];
}

}  // namespace detail

}  // namespace BARTIZAN_NAMESPACE

#endif
