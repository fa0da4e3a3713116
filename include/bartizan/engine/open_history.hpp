// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_OPEN_HISTORY_HPP
#define BARTIZAN_ENGINE_OPEN_HISTORY_HPP

#include "../core/access.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// The last distinct (process, mask) pairs that one process opened: enough to tell a process inventory from an open that singles
/// one process out. Sixteen entries: twice the eight that make a burst, so that a loop that asks each process for two masks shows.
class open_history {
  public:
    /// Notes an open and returns how many distinct processes were opened with this mask within the window, this one included.
    constexpr uint32_t note(uint64_t time_100ns, access_mask mask, uint32_t target_pid, uint64_t window_100ns) noexcept {
        uint32_t slot = capacity;
        for (uint32_t i = 0; i < size_ && slot == capacity; ++i)
            if (entries_[i].mask == mask && entries_[i].target_pid == target_pid) slot = i;
        if (slot == capacity) {
            slot = size_ < capacity ? size_++ : oldest();
            entries_[slot].mask = mask;
            entries_[slot].target_pid = target_pid;
        }
        entries_[slot].time_100ns = time_100ns;
        uint32_t count = 0;
        for (uint32_t i = 0; i < size_; ++i)
            if (entries_[i].mask == mask && is_within(entries_[i].time_100ns, time_100ns, window_100ns)) ++count;
        return count;
    }

    /// `earlier` lies at most `window` before `now`. Disordered events (earlier > now) count: the clock, not the actor, went back.
    [[nodiscard]] static constexpr bool is_within(uint64_t earlier, uint64_t now, uint64_t window) noexcept {
        return earlier > now || now - earlier <= window;
    }

  private:
    static constexpr uint32_t capacity = 16;

    struct entry {
        uint64_t time_100ns = 0;
        access_mask mask = 0;
        uint32_t target_pid = 0;
    };

    [[nodiscard]] constexpr uint32_t oldest() const noexcept {
        uint32_t index = 0;
        for (uint32_t i = 1; i < size_; ++i)
            if (entries_[i].time_100ns < entries_[index].time_100ns) index = i;
        return index;
    }

    uint32_t size_ = 0;
    entry entries_[capacity] = {};  ///< behind the size: most processes open few
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
