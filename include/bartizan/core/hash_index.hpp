// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_HASH_INDEX_HPP
#define BARTIZAN_CORE_HASH_INDEX_HPP

#include "config.hpp"

namespace BARTIZAN_NAMESPACE {

inline constexpr uint32_t no_slot = 0xffffffff;

/// From a 64-bit key to the slots of a table that hold it, by chaining; the table owns keys and records. Links stand apart from
/// the records, so that walking a chain touches few cache lines: 8 bytes a slot. All zeros is empty. Slots of one key come newest
/// first.
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
        key *= 0x9e3779b97f4a7c15u;  // Fibonacci hashing: the high bits depend on all
        return static_cast<uint32_t>(key >> 32) & (Capacity - 1);
    }

    uint32_t heads_[Capacity] = {};
    uint32_t next_[Capacity] = {};
};

}  // namespace BARTIZAN_NAMESPACE

#endif
