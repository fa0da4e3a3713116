// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_PAIR_TABLE_HPP
#define BARTIZAN_ENGINE_PAIR_TABLE_HPP

#include "../core/access.hpp"
#include "../core/truth.hpp"
#include "../core/age_list.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// Counts events of a kind within a window: enough for "more than N in T", not for a rate.
struct burst_counter {
    uint64_t begin_100ns = 0;
    uint32_t count = 0;

    /// Notes one event and returns how many there were since the window began, this one included.
    constexpr uint32_t note(uint64_t time_100ns, uint64_t window_100ns) noexcept {
        const bool within = count != 0 && (time_100ns < begin_100ns || time_100ns - begin_100ns <= window_100ns);
        if (!within) {
            begin_100ns = time_100ns;
            count = 0;
        }
        if (count != 0xffffffff) ++count;
        return count;
    }
};

/// What one process (source) holds over, or did to, another (target), beside memory. Rights have no time limit: a handle that is
/// held is as good an hour later.
struct pair_record {
    uint32_t source = 0;              ///< process_record::serial
    uint32_t target = 0;
    uint16_t process_rights = 0;      ///< sensitive rights ever granted: specific ones, the low 16 bits of an access_mask
    uint16_t thread_rights = 0;       ///< rights over the target's threads that steer them, likewise
    truth rights_unbacked = truth::unknown;  ///< the rights were asked for through memory that no file accounts for
    bool paused = false;              ///< the source suspended the target or a thread of it, and has not resumed it
    burst_counter apcs;
    burst_counter contexts;
    uint32_t apc_threads[3] = {};     ///< the first three threads of the burst
    uint32_t context_thread = 0;
};
static_assert(sizeof(pair_record) <= 64, "a cache line: among many processes each look-up is a miss");

/// Pairs by the serials of both processes, in a fixed number of slots: 84 bytes each. When full, the pair that was used
/// longest ago goes, one without rights and not paused first; evictions are counted. Not thread-safe.
template <uint32_t Capacity>
class pair_table {
    static_assert(Capacity >= 32, "the pair used last is then never the one that goes");

  public:
    [[nodiscard]] constexpr pair_record* find(uint32_t source, uint32_t target) noexcept {
        for (uint32_t i = index_.first(pair_key(source, target)); i != no_slot; i = index_.next(i)) {
            if (records_[i].source != source || records_[i].target != target) continue;
            ages_.touch(i);
            return &records_[i];
        }
        return nullptr;
    }

    constexpr pair_record& obtain(uint32_t source, uint32_t target) noexcept {
        if (pair_record* known = find(source, target)) return *known;
        uint32_t i = size_;
        if (size_ < Capacity) ++size_;
        else {
            i = ages_.victim([this](uint32_t slot) {
                const pair_record& r = records_[slot];
                return (r.process_rights & (inject_rights | derive_rights)) == 0 && r.thread_rights == 0 && !r.paused;
            });
            index_.unlink(pair_key(records_[i].source, records_[i].target), i);
            ages_.remove(i);
            ++evicted_;
        }
        records_[i] = pair_record{};
        records_[i].source = source;
        records_[i].target = target;
        index_.link(pair_key(source, target), i);
        ages_.add(i);
        return records_[i];
    }

    constexpr void clear() noexcept {
        index_.clear();
        ages_.clear();
        size_ = 0;
        evicted_ = 0;
    }

    [[nodiscard]] constexpr uint32_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr uint64_t evicted() const noexcept { return evicted_; }

  private:
    pair_record records_[Capacity] = {};
    hash_index<Capacity> index_;
    age_list<Capacity> ages_;
    uint32_t size_ = 0;
    uint64_t evicted_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
