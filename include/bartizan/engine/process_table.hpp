// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_PROCESS_TABLE_HPP
#define BARTIZAN_ENGINE_PROCESS_TABLE_HPP

#include "../core/process.hpp"
#include "open_history.hpp"
#include "process_notes.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// What the engine remembers of one process.
struct process_record {
    process facts;
    open_history opens;
    lockdown_notes lockdown;
    credential_notes credentials;
    token_notes token;
    verifier_notes verifier;
    uint64_t exit_time_100ns = 0;         ///< 0: alive as far as known
    uint64_t lsass_read_time_100ns = 0;   ///< when read access to LSASS was last given; 0 never
    uint64_t dump_time_100ns = 0;         ///< when a dump-like file was last created; 0 never
    uint64_t privilege_time_100ns = 0;    ///< when SeDebugPrivilege was last enabled; 0 never
};

/// Processes by start key and by PID, in a fixed number of slots. When full, the record that was used longest ago goes, exited
/// ones first; evictions are counted. No allocation; one instance needs about Capacity * 400 bytes. Not thread-safe.
template <uint32_t Capacity>
class process_table {
    // At least 32: the record used last is then never among the 16 that `victim` looks at, so two records in use at once stay valid.
    static_assert(Capacity >= 32 && (Capacity & (Capacity - 1)) == 0, "the capacity is a power of two, at least 32");

  public:
    /// The record of `key` at `time`, made if there is none. A PID-only key finds the newest process with that PID that had not
    /// exited before; a record made from a PID alone takes over the start key that a later event brings.
    constexpr process_record& resolve(const process_key& key, uint64_t time_100ns) noexcept {
        uint32_t index = key.start_key != 0 ? find_start_key(key) : none;
        if (index == none) {
            const uint32_t same_pid = find_pid(key.pid, time_100ns);
            if (same_pid != none && (key.start_key == 0 || slots_[same_pid].record.facts.key.start_key == 0)) {
                index = same_pid;
                if (key.start_key != 0) adopt(index, key.start_key);
            }
        }
        if (index == none) return insert(key);
        touch(index);
        return slots_[index].record;
    }

    /// The record of a process that begins now. Another sensor may have reported the same start within `tolerance`; any other
    /// live record under this PID belongs to a process whose exit was not seen.
    constexpr process_record& begin(const process_key& key, uint64_t time_100ns, uint64_t tolerance_100ns) noexcept {
        const uint32_t index = key.start_key != 0 ? find_start_key(key) : none;
        if (index == none) {
            const uint32_t same_pid = find_pid(key.pid, time_100ns);
            if (same_pid != none) {
                process_record& old = slots_[same_pid].record;
                const uint64_t created = old.facts.create_time_100ns;
                const uint64_t apart = created > time_100ns ? created - time_100ns : time_100ns - created;
                const bool other = old.facts.key.start_key != 0 && key.start_key != 0;
                if (created == 0 || apart > tolerance_100ns || other) old.exit_time_100ns = time_100ns == 0 ? 1 : time_100ns;
            }
        }
        return resolve(key, time_100ns);
    }

    /// Whether any record but `self` satisfies `test`, which is linear in the table: for rare questions.
    template <class Test>
    [[nodiscard]] constexpr bool any_other(const process_record& self, Test test) const noexcept {
        for (uint32_t i = 0; i < size_; ++i)
            if (&slots_[i].record != &self && test(slots_[i].record)) return true;
        return false;
    }

    [[nodiscard]] constexpr uint32_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr uint64_t evicted() const noexcept { return evicted_; }

  private:
    static constexpr uint32_t none = unknown_u32;

    struct slot {
        process_record record;
        uint32_t next_start_key = none;
        uint32_t next_pid = none;
        uint32_t newer = none;
        uint32_t older = none;
    };

    [[nodiscard]] static constexpr uint32_t bucket(uint64_t value) noexcept {
        value *= 0x9e3779b97f4a7c15u;  // Fibonacci hashing: the high bits depend on all
        return static_cast<uint32_t>(value >> 32) & (Capacity - 1);
    }

    [[nodiscard]] constexpr uint32_t find_start_key(const process_key& key) const noexcept {
        uint32_t i = used(start_keys_[bucket(key.start_key)]);
        while (i != none && slots_[i].record.facts.key.start_key != key.start_key) i = slots_[i].next_start_key;
        return i;
    }

    /// Newest insertion first, so the first live match is the current owner of the PID.
    [[nodiscard]] constexpr uint32_t find_pid(uint32_t pid, uint64_t time_100ns) const noexcept {
        for (uint32_t i = used(pids_[bucket(pid)]); i != none; i = slots_[i].next_pid) {
            const process_record& r = slots_[i].record;
            if (r.facts.key.pid == pid && (r.exit_time_100ns == 0 || r.exit_time_100ns > time_100ns)) return i;
        }
        return none;
    }

    constexpr process_record& insert(const process_key& key) noexcept {
        uint32_t index = size_;
        if (size_ < Capacity) ++size_;
        else {
            index = victim();
            unlink(start_keys_[bucket(slots_[index].record.facts.key.start_key)], &slot::next_start_key, index);
            unlink(pids_[bucket(slots_[index].record.facts.key.pid)], &slot::next_pid, index);
            remove_from_age_list(index);
            slots_[index] = slot{};
            ++evicted_;
        }
        slots_[index].record.facts.key = key;
        if (key.start_key != 0) link(start_keys_[bucket(key.start_key)], &slot::next_start_key, index);
        link(pids_[bucket(key.pid)], &slot::next_pid, index);
        add_as_newest(index);
        return slots_[index].record;
    }

    constexpr void adopt(uint32_t index, uint64_t start_key) noexcept {
        slots_[index].record.facts.key.start_key = start_key;
        link(start_keys_[bucket(start_key)], &slot::next_start_key, index);
    }

    /// Looks at the 16 oldest for one that has exited; bounded, so a full table costs no more than a small one.
    [[nodiscard]] constexpr uint32_t victim() const noexcept {
        uint32_t i = oldest_;
        for (uint32_t seen = 0; seen < 16 && i != none; ++seen, i = slots_[i].newer)
            if (slots_[i].record.exit_time_100ns != 0) return i;
        return oldest_;
    }

    /// Bucket heads hold index + 1, so that a zero-initialised table is empty.
    [[nodiscard]] static constexpr uint32_t used(uint32_t head) noexcept { return head == 0 ? none : head - 1; }

    constexpr void link(uint32_t& head, uint32_t slot::*next, uint32_t index) noexcept {
        slots_[index].*next = used(head);
        head = index + 1;
    }

    constexpr void unlink(uint32_t& head, uint32_t slot::*next, uint32_t index) noexcept {
        if (used(head) == index) {
            head = slots_[index].*next + 1;  // none + 1 wraps to 0: empty
            return;
        }
        for (uint32_t i = used(head); i != none; i = slots_[i].*next) {
            if (slots_[i].*next != index) continue;
            slots_[i].*next = slots_[index].*next;
            return;
        }
    }

    constexpr void touch(uint32_t index) noexcept {
        if (newest_ == index) return;
        remove_from_age_list(index);
        add_as_newest(index);
    }

    constexpr void remove_from_age_list(uint32_t index) noexcept {
        const slot& s = slots_[index];
        if (s.newer != none) slots_[s.newer].older = s.older;
        else newest_ = s.older;
        if (s.older != none) slots_[s.older].newer = s.newer;
        else oldest_ = s.newer;
    }

    constexpr void add_as_newest(uint32_t index) noexcept {
        slots_[index].newer = none;
        slots_[index].older = newest_;
        if (newest_ != none) slots_[newest_].newer = index;
        newest_ = index;
        if (oldest_ == none) oldest_ = index;
    }

    slot slots_[Capacity] = {};
    uint32_t start_keys_[Capacity] = {};
    uint32_t pids_[Capacity] = {};
    uint32_t size_ = 0;
    uint32_t newest_ = none;
    uint32_t oldest_ = none;
    uint64_t evicted_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
