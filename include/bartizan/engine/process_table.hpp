// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_PROCESS_TABLE_HPP
#define BARTIZAN_ENGINE_PROCESS_TABLE_HPP

#include "../core/age_list.hpp"
#include "../core/hash_index.hpp"
#include "../core/process.hpp"
#include "../policy/exclusion.hpp"
#include "injection_marks.hpp"
#include "open_history.hpp"
#include "process_notes.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// What the engine remembers of one process. What most events read stands first, together; what a handle event reads besides lies at
/// seams: the first of `credentials`, the last of `token`, the first of `opens`. A step is bound by the cache lines that it touches.
struct process_record {
    process facts;
    uint32_t serial = 0;                  ///< number of the record since the start: names the process in other tables, never reused
    uint64_t exit_time_100ns = 0;         ///< 0: alive as far as known
    uint64_t lsass_read_time_100ns = 0;   ///< when read access to LSASS was last given; 0 never
    uint64_t dump_time_100ns = 0;         ///< when a dump-like file was last created; 0 never
    uint64_t privilege_time_100ns = 0;    ///< when SeDebugPrivilege was last enabled; 0 never
    injection_marks injection;
    credential_notes credentials;
    token_notes token;
    open_history opens;
    lockdown_notes lockdown;
    verifier_notes verifier;
    policy::actor_identity identity;
};

/// Processes by start key and by PID, in a fixed number of slots. When full, the record that was used longest ago goes, exited
/// ones first; evictions are counted. No allocation; one instance needs about Capacity * 830 bytes. Not thread-safe.
template <uint32_t Capacity>
class process_table {
    // At least 32: the record used last is then never among the 16 that `victim` looks at, so two records in use at once stay valid.
    static_assert(Capacity >= 32 && (Capacity & (Capacity - 1)) == 0, "the capacity is a power of two, at least 32");

    struct never_other {
        constexpr bool operator()(const process_record&) const noexcept { return false; }
    };

  public:
    /// The record of `key` at `time`, made if there is none. A PID-only key finds the newest process with that PID that had not
    /// exited before; a record made from a PID alone takes over the start key that a later event brings, unless
    /// `is_other(record)` says that the event names another process: the end of the first was not seen, its PID is in use again.
    template <class IsOther = never_other>
    constexpr process_record& resolve(const process_key& key, uint64_t time_100ns, IsOther&& is_other = {}) noexcept {
        const uint32_t index = locate(key, time_100ns);
        if (index == none) return insert(key);
        if (key.start_key != 0 && records_[index].facts.key.start_key == 0) {
            if (is_other(records_[index])) {
                records_[index].exit_time_100ns = time_100ns == 0 ? 1 : time_100ns;
                return insert(key);
            }
            adopt(index, key.start_key);
        }
        ages_.touch(index);
        return records_[index];
    }

    /// The record of `key` at `time`, or null. Does not count as a use.
    [[nodiscard]] constexpr const process_record* find(const process_key& key, uint64_t time_100ns) const noexcept {
        const uint32_t index = key.is_set() ? locate(key, time_100ns) : none;
        return index == none ? nullptr : &records_[index];
    }

    /// The record of a process that begins now. Another sensor may have reported the same start within `tolerance`; any other
    /// live record under this PID belongs to a process whose exit was not seen.
    template <class IsOther = never_other>
    constexpr process_record& begin(const process_key& key, uint64_t time_100ns, uint64_t tolerance_100ns, IsOther&& is_other = {}) noexcept {
        if (key.start_key != 0 && find_start_key(key) != none) return resolve(key, time_100ns);
        bool found = false;
        for (uint32_t i = by_pid_.first(key.pid); i != none; i = by_pid_.next(i)) {
            process_record& old = records_[i];
            if (old.facts.key.pid != key.pid || !is_alive(old, time_100ns)) continue;
            const uint64_t created = old.facts.create_time_100ns;
            const uint64_t seen = old.injection.first_seen_100ns;
            const auto is_near = [&](uint64_t then) { return (then > time_100ns ? then - time_100ns : time_100ns - then) <= tolerance_100ns; };
            const bool other = (old.facts.key.start_key != 0 && key.start_key != 0) || is_other(old);
            // Known only from events no older than the tolerance: this start was reported late.
            const bool late = created == 0 && seen != 0 && (seen >= time_100ns || is_near(seen));
            const bool same = !found && !other && (late || (created != 0 && is_near(created)));
            found |= same;
            if (!same) old.exit_time_100ns = time_100ns == 0 ? 1 : time_100ns;
        }
        return resolve(key, time_100ns);
    }

    /// Whether any record but `self` satisfies `test`, which is linear in the table: for rare questions.
    template <class Test>
    [[nodiscard]] constexpr bool any_other(const process_record& self, Test test) const noexcept {
        for (uint32_t i = 0; i < size_; ++i)
            if (&records_[i] != &self && test(records_[i])) return true;
        return false;
    }

    /// Forgets everything; costs 16 bytes a slot, since a record is made anew when its slot is used.
    constexpr void clear() noexcept {
        by_start_key_.clear();
        by_pid_.clear();
        ages_.clear();
        size_ = serials_ = 0;
        evicted_ = 0;
    }

    [[nodiscard]] constexpr uint32_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr uint64_t evicted() const noexcept { return evicted_; }

  private:
    static constexpr uint32_t none = no_slot;

    [[nodiscard]] static constexpr bool is_alive(const process_record& r, uint64_t time_100ns) noexcept {
        return r.exit_time_100ns == 0 || r.exit_time_100ns > time_100ns;
    }

    [[nodiscard]] constexpr uint32_t locate(const process_key& key, uint64_t time_100ns) const noexcept {
        const uint32_t index = key.start_key != 0 ? find_start_key(key) : none;
        if (index != none) return index;
        const uint32_t same_pid = find_pid(key.pid, time_100ns);
        const bool same = same_pid != none && (key.start_key == 0 || records_[same_pid].facts.key.start_key == 0);
        return same ? same_pid : none;
    }

    [[nodiscard]] constexpr uint32_t find_start_key(const process_key& key) const noexcept {
        uint32_t i = by_start_key_.first(key.start_key);
        while (i != none && records_[i].facts.key.start_key != key.start_key) i = by_start_key_.next(i);
        return i;
    }

    /// Newest insertion first, so the first live match is the current owner of the PID.
    [[nodiscard]] constexpr uint32_t find_pid(uint32_t pid, uint64_t time_100ns) const noexcept {
        for (uint32_t i = by_pid_.first(pid); i != none; i = by_pid_.next(i)) {
            const process_record& r = records_[i];
            if (r.facts.key.pid == pid && is_alive(r, time_100ns)) return i;
        }
        return none;
    }

    constexpr process_record& insert(const process_key& key) noexcept {
        uint32_t index = size_;
        if (size_ < Capacity) ++size_;
        else {
            index = ages_.victim([this](uint32_t i) { return records_[i].exit_time_100ns != 0; });
            const process_key& old = records_[index].facts.key;
            if (old.start_key != 0) by_start_key_.unlink(old.start_key, index);
            by_pid_.unlink(old.pid, index);
            ages_.remove(index);
            ++evicted_;
        }
        records_[index] = process_record{};
        records_[index].facts.key = key;
        records_[index].serial = ++serials_;
        if (key.start_key != 0) by_start_key_.link(key.start_key, index);
        by_pid_.link(key.pid, index);
        ages_.add(index);
        return records_[index];
    }

    constexpr void adopt(uint32_t index, uint64_t start_key) noexcept {
        records_[index].facts.key.start_key = start_key;
        by_start_key_.link(start_key, index);
    }

    process_record records_[Capacity] = {};
    hash_index<Capacity> by_start_key_;
    hash_index<Capacity> by_pid_;
    age_list<Capacity> ages_;
    uint32_t size_ = 0;
    uint32_t serials_ = 0;
    uint64_t evicted_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
