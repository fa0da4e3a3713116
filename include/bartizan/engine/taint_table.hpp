// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_TAINT_TABLE_HPP
#define BARTIZAN_ENGINE_TAINT_TABLE_HPP

#include "../core/age_list.hpp"
#include "taint_set.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// The taint sets of those processes that have one, by process_record::serial; about Capacity * 3.1 KiB. When full, the set that
/// was used longest ago goes, one in which nothing executed first; evictions are counted. Not thread-safe.
template <uint32_t Capacity>
class taint_table {
    static_assert(Capacity >= 32, "the set used last is then never the one that goes");

  public:
    [[nodiscard]] constexpr taint_set* find(uint32_t serial) noexcept {
        for (uint32_t i = index_.first(serial); i != no_slot; i = index_.next(i)) {
            if (serials_[i] != serial) continue;
            ages_.touch(i);
            return &sets_[i];
        }
        return nullptr;
    }

    constexpr taint_set& obtain(uint32_t serial) noexcept {
        if (taint_set* known = find(serial)) return *known;
        uint32_t i = size_;
        if (size_ < Capacity) ++size_;
        else {
            i = ages_.victim([this](uint32_t slot) { return sets_[slot].find_executed() == nullptr; });
            dropped_ += sets_[i].dropped();
            index_.unlink(serials_[i], i);
            ages_.remove(i);
            ++evicted_;
        }
        serials_[i] = serial;
        sets_[i].clear();
        index_.link(serial, i);
        ages_.add(i);
        return sets_[i];
    }

    constexpr void clear() noexcept {
        index_.clear();
        ages_.clear();
        size_ = 0;
        evicted_ = dropped_ = 0;
    }

    [[nodiscard]] constexpr uint32_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr uint64_t evicted() const noexcept { return evicted_; }
    /// Ranges that full sets gave up.
    [[nodiscard]] constexpr uint64_t dropped() const noexcept {
        uint64_t sum = dropped_;
        for (uint32_t i = 0; i < size_; ++i) sum += sets_[i].dropped();
        return sum;
    }

  private:
    taint_set sets_[Capacity] = {};
    uint32_t serials_[Capacity] = {};
    hash_index<Capacity> index_;
    age_list<Capacity> ages_;
    uint32_t size_ = 0;
    uint64_t evicted_ = 0;
    uint64_t dropped_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
