// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_AGE_LIST_HPP
#define BARTIZAN_CORE_AGE_LIST_HPP

#include "hash_index.hpp"

namespace BARTIZAN_NAMESPACE {

/// Slots of a table in order of their last use, for eviction; 8 bytes a slot, beside the records. All zeros is empty.
template <uint32_t Capacity>
class age_list {
  public:
    [[nodiscard]] constexpr uint32_t oldest() const noexcept { return oldest_ - 1; }  // 0 wraps to no_slot
    [[nodiscard]] constexpr uint32_t newer(uint32_t slot) const noexcept { return links_[slot].newer - 1; }

    constexpr void clear() noexcept { newest_ = oldest_ = 0; }

    /// Of a slot that is not in the list.
    constexpr void add(uint32_t slot) noexcept {
        links_[slot] = {0, newest_};
        (newest_ != 0 ? links_[newest_ - 1].newer : oldest_) = slot + 1;
        newest_ = slot + 1;
    }

    constexpr void remove(uint32_t slot) noexcept {
        const link at = links_[slot];
        (at.newer != 0 ? links_[at.newer - 1].older : newest_) = at.older;
        (at.older != 0 ? links_[at.older - 1].newer : oldest_) = at.newer;
    }

    constexpr void touch(uint32_t slot) noexcept {
        if (newest_ == slot + 1) return;
        remove(slot);
        add(slot);
    }

    /// The slot to give up: the first of the 16 oldest for which `is_spare` holds, else the oldest. Bounded, so that a full table
    /// costs no more than a small one. With 32 slots or more the slot used last is never among those looked at.
    template <class Predicate>
    [[nodiscard]] constexpr uint32_t victim(Predicate&& is_spare) const noexcept {
        uint32_t slot = oldest();
        for (uint32_t seen = 0; seen < 16 && slot != no_slot; ++seen, slot = newer(slot))
            if (is_spare(slot)) return slot;
        return oldest();
    }

  private:
    /// Each holds slot + 1.
    struct link {
        uint32_t newer = 0;
        uint32_t older = 0;
    };

    link links_[Capacity] = {};
    uint32_t newest_ = 0;
    uint32_t oldest_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE

#endif
