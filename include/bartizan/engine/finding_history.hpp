// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_FINDING_HISTORY_HPP
#define BARTIZAN_ENGINE_FINDING_HISTORY_HPP

#include "../core/age_list.hpp"
#include "../core/rule.hpp"
#include "open_history.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// What was found lately, so that an act in a loop is one finding and not thousands. Capacity * 100 bytes, in the engine; when full, the
/// finding that came up longest ago is forgotten, to be news when it comes again; evictions are counted. Not thread-safe.
template <uint32_t Capacity>
class finding_history {
    static_assert(Capacity >= 32 && (Capacity & (Capacity - 1)) == 0, "the capacity is a power of two, at least 32");

  public:
    /// Numbers the finding, and says in `repetition` how often it came again: the same rule, actor, target and object, within the window
    /// of the first, without another atom, a higher verdict or a stronger response. Blindness alone is no finding. A window of 0 makes
    /// everything news.
    constexpr void note(const rule& r, const event& e, uint64_t window_100ns, outcome& o) noexcept {
        if (o.evidence == verdict::none && o.action == response::none) return;
        record& known = obtain(r.id, e);
        const bool within = known.number != 0 && window_100ns != 0 && open_history::is_within(known.time_100ns, e.time_100ns, window_100ns);
        const bool grew = (o.atoms.yes & ~known.atoms) != 0 || o.evidence > known.evidence || o.action > known.action;
        if (within && !grew) {
            o.finding = known.number;
            o.repetition = known.repetitions == UINT32_MAX ? UINT32_MAX : ++known.repetitions;
            return;
        }
        if (!within) known.atoms = 0;
        known.atoms = static_cast<uint16_t>(known.atoms | o.atoms.yes);
        known.evidence = !within || o.evidence > known.evidence ? o.evidence : known.evidence;
        known.action = !within || o.action > known.action ? o.action : known.action;
        known.time_100ns = e.time_100ns;
        known.repetitions = 0;
        o.finding = known.number = ++numbers_;
    }

    constexpr void clear() noexcept {
        index_.clear();
        ages_.clear();
        size_ = numbers_ = 0;
        evicted_ = 0;
    }

    [[nodiscard]] constexpr uint64_t evicted() const noexcept { return evicted_; }

  private:
    struct record {
        process_key actor;
        process_key target;
        uint64_t object = 0;      ///< hash of what the event is about beside the two processes
        uint64_t time_100ns = 0;  ///< when it was news
        uint32_t number = 0;      ///< 0: not told yet
        uint32_t repetitions = 0;
        uint16_t rule_id = 0;
        uint16_t atoms = 0;       ///< all that were told
        verdict evidence = verdict::none;
        response action = response::none;
    };

    [[nodiscard]] static constexpr uint64_t object_of(const event& e) noexcept {
        uint64_t hash = hash_text(e.target.key.is_set() ? text() : e.target_image);
        switch (e.kind) {
            case event_kind::file: return hash_text(e.data.file.new_path, hash_text(e.data.file.path, hash));
            case event_kind::registry: return hash_text(e.data.registry.value_name, hash_text(e.data.registry.key, hash));
            // A process starts once: what comes again is another sensor's evidence of it.
            case event_kind::process_create: return hash ^ e.record ^ e.time_100ns;
            case event_kind::image_load: return hash_text(e.data.image.path, hash);
            default: return hash ^ static_cast<uint64_t>(e.kind);
        }
    }

    [[nodiscard]] static constexpr uint64_t key_of(const record& r) noexcept {
        const uint64_t processes = (r.actor.start_key ^ r.actor.pid) * 0x9e3779b97f4a7c15u + (r.target.start_key ^ r.target.pid);
        return (processes ^ r.object) * 31 + r.rule_id;
    }

    [[nodiscard]] constexpr record& obtain(uint16_t rule_id, const event& e) noexcept {
        record sought;
        sought.actor = e.actor.key;
        sought.target = e.target.key;
        sought.object = object_of(e);
        sought.rule_id = rule_id;
        const uint64_t key = key_of(sought);
        for (uint32_t i = index_.first(key); i != no_slot; i = index_.next(i)) {
            const record& r = records_[i];
            if (r.rule_id != rule_id || r.object != sought.object || !(r.actor == sought.actor) || !(r.target == sought.target)) continue;
            ages_.touch(i);
            return records_[i];
        }
        uint32_t i = size_;
        if (size_ < Capacity) ++size_;
        else {
            i = ages_.oldest();
            index_.unlink(key_of(records_[i]), i);
            ages_.remove(i);
            ++evicted_;
        }
        records_[i] = sought;
        index_.link(key, i);
        ages_.add(i);
        return records_[i];
    }

    record records_[Capacity] = {};
    hash_index<Capacity> index_;
    age_list<Capacity> ages_;
    uint32_t size_ = 0;
    uint32_t numbers_ = 0;
    uint64_t evicted_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
