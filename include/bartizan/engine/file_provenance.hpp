// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_FILE_PROVENANCE_HPP
#define BARTIZAN_ENGINE_FILE_PROVENANCE_HPP

#include "../core/path.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// Files that came in by a browser, by hash of their canonical path (a path may be as long as it likes; two paths that share 64
/// bits are taken for one). Four ways a set; the oldest entry of a full set goes, and is counted. 16 bytes an entry.
template <uint32_t Capacity>
class file_provenance {
    static_assert(Capacity >= 8 && (Capacity & (Capacity - 1)) == 0, "the capacity is a power of two, at least 8");

  public:
    constexpr void note(uint64_t path_hash, uint64_t time_100ns) noexcept {
        entry* set = set_of(path_hash);
        entry* slot = set;
        for (uint32_t i = 0; i < ways; ++i) {
            if (set[i].path_hash == path_hash || set[i].path_hash == 0) {
                slot = &set[i];
                break;
            }
            if (set[i].time_100ns < slot->time_100ns) slot = &set[i];
        }
        if (slot->path_hash != 0 && slot->path_hash != path_hash) ++evicted_;
        *slot = {path_hash, time_100ns == 0 ? 1 : time_100ns};
    }
    constexpr void forget(uint64_t path_hash) noexcept {
        entry* set = set_of(path_hash);
        for (uint32_t i = 0; i < ways; ++i)
            if (set[i].path_hash == path_hash) set[i].time_100ns = 0;
    }
    [[nodiscard]] constexpr bool holds(uint64_t path_hash, uint64_t now_100ns, uint64_t window_100ns) noexcept {
        const entry* set = set_of(path_hash);
        for (uint32_t i = 0; i < ways; ++i)
            if (set[i].path_hash == path_hash && set[i].time_100ns != 0)
                return set[i].time_100ns > now_100ns || now_100ns - set[i].time_100ns <= window_100ns;
        return false;
    }
    constexpr void clear() noexcept {
        for (entry& e : entries_) e = {};
        evicted_ = 0;
    }
    [[nodiscard]] constexpr uint64_t evicted() const noexcept { return evicted_; }

  private:
    static constexpr uint32_t ways = 4;

    struct entry {
        uint64_t path_hash = 0;  ///< 0: free
        uint64_t time_100ns = 0; ///< 0: forgotten
    };

    [[nodiscard]] constexpr entry* set_of(uint64_t path_hash) noexcept {
        return &entries_[(path_hash * 0x9e3779b97f4a7c15u >> 32 & (Capacity / ways - 1)) * ways];
    }

    entry entries_[Capacity] = {};
    uint64_t evicted_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
