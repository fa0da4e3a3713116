// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_TAINT_SET_HPP
#define BARTIZAN_ENGINE_TAINT_SET_HPP

#include "../core/memory.hpp"
#include "../core/process.hpp"

namespace BARTIZAN_NAMESPACE::engine {

enum taint_kind : uint16_t {
    taint_allocated = 1,
    taint_protected = 2,       ///< made executable
    taint_mapped = 4,
    taint_written = 8,
    taint_writable_code = 16,  ///< writable and executable, of 4 KiB or more
    taint_kernel = 32,         ///< by a kernel caller
    taint_executed = 64,
};

/// A range of one process's memory that another process put there.
struct taint_interval {
    uint64_t base = 0;
    uint64_t size = 0;
    uint64_t time_100ns = 0; ///< of the last operation on it
    process_key origin;      ///< who stands behind the source: itself, or whoever's code ran in it
    uint32_t source_serial = 0;  ///< process_record::serial of the source
    uint16_t kinds = 0;      ///< taint_kind bits
    uint16_t reserved = 0;

    [[nodiscard]] constexpr uint64_t last() const noexcept { return base + (size - 1); }
    [[nodiscard]] constexpr bool contains(uint64_t address) const noexcept { return address_range{base, size}.contains(address); }
};

/// Up to 64 such ranges of one process, ascending by base. Ranges of one source that touch become one. When full, the oldest that
/// never executed goes, or the oldest of all; drops are counted.
class taint_set {
  public:
    static constexpr uint32_t capacity = 64;

    constexpr void clear() noexcept {
        size_ = dropped_ = 0;
        reach_ = 0;
        ran_ = false;
    }
    [[nodiscard]] constexpr uint32_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr uint32_t dropped() const noexcept { return dropped_; }
    [[nodiscard]] constexpr const taint_interval& operator[](uint32_t i) const noexcept { return intervals_[i]; }

    /// Adds a range; an empty one is ignored, one that would wrap around is cut at the end of the address space.
    constexpr void add(taint_interval added) noexcept {
        if (added.size == 0) return;
        if (added.size - 1 > UINT64_MAX - added.base) added.size = UINT64_MAX - added.base + 1;
        uint32_t kept = 0;
        while (kept < size_ && !touches(intervals_[kept], added)) ++kept;
        for (uint32_t i = kept; i < size_; ++i) {
            if (touches(intervals_[i], added)) {
                merge(added, intervals_[i]);
                continue;
            }
            intervals_[kept++] = intervals_[i];
        }
        size_ = kept;
        if (added.last() > reach_) reach_ = added.last();
        uint32_t at = size_ == capacity ? victim() : size_++;
        // The free place wanders to where the order wants the new range.
        for (; at > 0 && intervals_[at - 1].base > added.base; --at) intervals_[at] = intervals_[at - 1];
        for (; at + 1 < size_ && intervals_[at + 1].base <= added.base; ++at) intervals_[at] = intervals_[at + 1];
        intervals_[at] = added;
    }

    /// The range around `address` that was changed last; null without one.
    [[nodiscard]] constexpr const taint_interval* find(uint64_t address) const noexcept {
        const taint_interval* found = nullptr;
        if (address > reach_) return found;
        for (uint32_t i = 0; i < size_ && intervals_[i].base <= address; ++i)
            if (intervals_[i].contains(address) && (found == nullptr || intervals_[i].time_100ns >= found->time_100ns))
                found = &intervals_[i];
        return found;
    }
    /// ... of what one source put there.
    [[nodiscard]] constexpr const taint_interval* find_of(uint64_t address, uint32_t source_serial) const noexcept {
        if (address > reach_) return nullptr;
        for (uint32_t i = 0; i < size_ && intervals_[i].base <= address; ++i)
            if (intervals_[i].source_serial == source_serial && intervals_[i].contains(address)) return &intervals_[i];
        return nullptr;
    }
    [[nodiscard]] constexpr const taint_interval* find_executed() const noexcept {
        for (uint32_t i = 0; ran_ && i < size_; ++i)
            if ((intervals_[i].kinds & taint_executed) != 0) return &intervals_[i];
        return nullptr;
    }

    constexpr void mark_executed(uint64_t address) noexcept {
        ran_ = true;
        for (uint32_t i = 0; i < size_; ++i)
            if (intervals_[i].contains(address)) intervals_[i].kinds = static_cast<uint16_t>(intervals_[i].kinds | taint_executed);
    }

  private:
    [[nodiscard]] static constexpr bool touches(const taint_interval& a, const taint_interval& b) noexcept {
        if (a.source_serial != b.source_serial || !(a.origin == b.origin)) return false;
        if (((a.kinds ^ b.kinds) & taint_kernel) != 0) return false;
        const bool apart = (a.last() < b.base && b.base - a.last() > 1) || (b.last() < a.base && a.base - b.last() > 1);
        return !apart;
    }

    static constexpr void merge(taint_interval& into, const taint_interval& other) noexcept {
        const uint64_t last = into.last() > other.last() ? into.last() : other.last();
        if (other.base < into.base) into.base = other.base;
        const uint64_t span = last - into.base;
        into.size = span == UINT64_MAX ? span : span + 1;
        if (other.time_100ns > into.time_100ns) into.time_100ns = other.time_100ns;
        into.kinds = static_cast<uint16_t>(into.kinds | other.kinds);
    }

    /// The place to give up; counted.
    [[nodiscard]] constexpr uint32_t victim() noexcept {
        uint32_t victim = 0;
        for (uint32_t i = 1; i < size_; ++i) {
            const bool executed = (intervals_[i].kinds & taint_executed) != 0;
            const bool victim_executed = (intervals_[victim].kinds & taint_executed) != 0;
            if (executed != victim_executed ? victim_executed : intervals_[i].time_100ns < intervals_[victim].time_100ns) victim = i;
        }
        ++dropped_;
        return victim;
    }

    uint32_t size_ = 0;
    uint32_t dropped_ = 0;
    uint64_t reach_ = 0;  ///< no range lies above: code in modules mostly does
    bool ran_ = false;    ///< some range may have executed
    taint_interval intervals_[capacity] = {};  ///< last, so that a short set is a few cache lines
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
