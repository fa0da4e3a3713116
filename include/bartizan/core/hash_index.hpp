// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_HASH_INDEX_HPP
#define BARTIZAN_CORE_HASH_INDEX_HPP

#include "config.hpp"

namespace BARTIZAN_NAMESPACE {

inline constexpr uint32_t no_slot = 0xffffffff;

namespace detail {

[[nodiscard]] constexpr uint32_t floor_log2(uint32_t n) noexcept { return n < 2 ? 0 : 1 + floor_log2(n / 2); }

}  // namespace detail

/// A key of two numbers that come in runs, as serials do. The first is scattered: side by side in one number, such pairs would meet in
/// few buckets.
[[nodiscard]] constexpr uint64_t pair_key(uint32_t first, uint32_t second) noexcept {
    const uint64_t scattered = first * uint64_t{0x9e3779b97f4a7c15};
    return (scattered ^ scattered >> 32) + second;
}

/// From a 64-bit key to the slots of a table that hold it, by chaining; the table owns keys and records. Links stand apart from the
/// records: 12 bytes a slot. There are two chains a slot, since each slot of another key on the way to one's own costs a read of its
/// record and a mispredicted branch. All zeros is empty. Slots of one key come newest first.
template <uint32_t Capacity>
class hash_index {
    static_assert(Capacity != 0 && (Capacity & (Capacity - 1)) == 0, "the capacity is a power of two");

  public:
    [[nodiscard]] constexpr uint32_t first(uint64_t key) const noexcept { return slot_of(heads_[bucket(key)]); }
    [[nodiscard]] constexpr uint32_t next(uint32_t slot) const noexcept { return slot_of(next_[slot]); }

    constexpr void clear() noexcept {
        for (uint32_t& head : heads_) head = 0;
    }

    constexpr void link(uint64_t key, uint32_t slot) noexcept {
        uint32_t& head = heads_[bucket(key)];
        next_[slot] = head;
        head = slot + 1;
    }

    /// Nothing happens when the slot is not linked under this key.
    constexpr void unlink(uint64_t key, uint32_t slot) noexcept {
        for (uint32_t* at = &heads_[bucket(key)]; *at != 0; at = &next_[*at - 1]) {
            if (*at != slot + 1) continue;
            *at = next_[slot];
            return;
        }
    }

  private:
    [[nodiscard]] static constexpr uint32_t slot_of(uint32_t link) noexcept { return link - 1; }  // 0 wraps to no_slot
    [[nodiscard]] static constexpr uint32_t bucket(uint64_t key) noexcept {
        return static_cast<uint32_t>(key * 0x9e3779b97f4a7c15u >> shift);  // Fibonacci hashing: keys in a run share no bucket
    }

    static constexpr uint32_t shift = 63 - detail::floor_log2(Capacity);  ///< leaves the number of a head

    uint32_t heads_[Capacity * 2] = {};
    uint32_t next_[Capacity] = {};
};

}  // namespace BARTIZAN_NAMESPACE

#endif
