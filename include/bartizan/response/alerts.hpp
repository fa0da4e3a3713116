// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_ALERTS_HPP
#define BARTIZAN_RESPONSE_ALERTS_HPP

#include "../core/span.hpp"
#include "step.hpp"

/// What an administrator has to look into, until somebody has.
namespace BARTIZAN_NAMESPACE::respond {

/// A short text that is kept by value.
template <uint8_t Capacity>
struct kept_text {
    char16_t units[Capacity] = {};
    uint8_t size = 0;

    [[nodiscard]] static constexpr bool fits(text t) noexcept { return t.size <= Capacity; }
    /// Of a text that fits.
    constexpr void set(text t) noexcept {
        for (uint32_t i = 0; i < t.size; ++i) units[i] = t[i];
        size = static_cast<uint8_t>(t.size);
    }
    [[nodiscard]] constexpr text view() const noexcept { return {units, size}; }
};

/// Who cleared an alert, when, and what the investigation found. At most 64 and 192 UTF-16 units; a name is required.
struct clearance {
    text who;
    text note;
    uint64_t time_100ns = 0;
};

enum class alert_kind : uint8_t {
    detection,
    step_failed,  ///< a step of a plan failed for the last time
};

struct alert {
    uint64_t id = 0;       ///< ascending, never reused; 0: no alert
    uint64_t finding = 0;  ///< the host's number of the first finding
    uint64_t last_finding = 0;
    uint64_t first_time_100ns = 0;
    uint64_t last_time_100ns = 0;
    subject about = {};
    uint32_t count = 0;       ///< findings folded into it; stays at its largest value
    uint32_t stopped = 0;     ///< 1 << step_kind of each step that stopped something: strip, deny, terminate
    access_mask rights = 0;   ///< all that were stripped
    uint32_t error = 0;       ///< step_failed: the host's code
    alert_kind kind = alert_kind::detection;
    step_kind failed = step_kind::none;
    uint8_t index = 0;        ///< of the failed step in its plan
    bool cleared = false;
    uint32_t reserved = 0;
    uint64_t cleared_time_100ns = 0;
    kept_text<64> cleared_by = {};
    kept_text<192> note = {};
};

enum class clear_result : uint8_t {
    cleared,
    no_such_alert,  ///< never raised, or released since
    already_cleared,
    no_name,        ///< nobody signs for it
    too_long,       ///< of the name or the note; nothing is cut in silence
};

/// Open alerts, and cleared ones until the endpoint is green again. Memory is the caller's: about 700 bytes an alert; work is linear.
/// No clock, no allocation; any IRQL where the storage is resident; not thread-safe.
class alert_table {
  public:
    /// The first `used` alerts of the storage stand from before, the ids up to `last_id` are used up, and `lost` found no room.
    constexpr explicit alert_table(span<alert> storage, uint32_t used = 0, uint64_t last_id = 0, uint32_t lost = 0) noexcept
        : alerts_(storage), count_(used < storage.size ? used : static_cast<uint32_t>(storage.size)), lost_(lost), last_id_(last_id) {}

    /// The id of a new alert, or of the open one about the same thing that it folds into; 0: no room, and `lost` counts it.
    constexpr uint64_t raise(const alert& wanted, uint64_t time_100ns) noexcept {
        for (alert& a : taken()) {
            if (a.cleared || !is_same(a, wanted)) continue;
            a.last_time_100ns = time_100ns;
            a.last_finding = wanted.finding;
            a.stopped |= wanted.stopped;
            a.rights |= wanted.rights;
            if (a.count != UINT32_MAX) ++a.count;
            return a.id;
        }
        if (count_ == alerts_.size) {
            if (lost_ != UINT32_MAX) ++lost_;
            return 0;
        }
        alert& a = alerts_[count_++];
        a = wanted;
        a.id = ++last_id_;
        a.last_finding = wanted.finding;
        a.first_time_100ns = a.last_time_100ns = time_100ns;
        a.count = 1;
        a.cleared = false;
        return a.id;
    }

    constexpr clear_result clear(uint64_t id, const clearance& by) noexcept {
        if (const clear_result bad = defect_of(by); bad != clear_result::cleared) return bad;
        for (alert& a : taken()) {
            if (a.id != id) continue;
            if (a.cleared) return clear_result::already_cleared;
            a.cleared = true;
            a.cleared_time_100ns = by.time_100ns;
            a.cleared_by.set(by.who);
            a.note.set(by.note);
            return clear_result::cleared;
        }
        return clear_result::no_such_alert;
    }

    /// Acknowledges alerts that found no room. Who did so is for the host's log: no record stands for them.
    constexpr clear_result clear_lost(const clearance& by) noexcept {
        const clear_result result = defect_of(by);
        if (result == clear_result::cleared) lost_ = 0;
        return result;
    }

    [[nodiscard]] static constexpr clear_result defect_of(const clearance& by) noexcept {
        if (by.who.empty()) return clear_result::no_name;
        return kept_text<64>::fits(by.who) && kept_text<192>::fits(by.note) ? clear_result::cleared : clear_result::too_long;
    }

    /// Calls `sink(const step&, const alert&)` with an allow_again step for each cleared alert that stopped something, oldest first, and
    /// forgets all cleared ones. Returns the number of steps.
    template <class Sink>
    constexpr uint32_t release(Sink&& sink) {
        uint32_t kept = 0;
        uint32_t steps = 0;
        for (uint32_t i = 0; i < count_; ++i) {
            const alert& a = alerts_[i];
            if (!a.cleared) {
                if (kept != i) alerts_[kept] = a;
                ++kept;
                continue;
            }
            if (a.stopped == 0) continue;
            step again{step_kind::allow_again, {}, "the alert was cleared: what was stopped may run as before"};
            again.object.kind = a.about.process.is_set() ? object_kind::process : object_kind::none;
            again.object.process = a.about.process;
            again.object.rights = a.rights;
            sink(static_cast<const step&>(again), a);
            ++steps;
        }
        count_ = kept;
        return steps;
    }

    /// Open and cleared ones, oldest first.
    [[nodiscard]] constexpr span<const alert> all() const noexcept { return {alerts_.data, count_}; }
    [[nodiscard]] constexpr uint32_t open() const noexcept {
        uint32_t n = 0;
        for (const alert& a : all()) n += !a.cleared;
        return n;
    }
    /// Alerts that found no room since somebody last acknowledged that.
    [[nodiscard]] constexpr uint32_t lost() const noexcept { return lost_; }
    [[nodiscard]] constexpr uint64_t last_id() const noexcept { return last_id_; }

  private:
    [[nodiscard]] constexpr span<alert> taken() const noexcept { return {alerts_.data, count_}; }
    [[nodiscard]] static constexpr bool is_same(const alert& a, const alert& b) noexcept {
        if (a.kind != b.kind) return false;
        return a.kind == alert_kind::detection ? a.about == b.about : a.finding == b.finding && a.index == b.index;
    }

    span<alert> alerts_;
    uint32_t count_;
    uint32_t lost_;
    uint64_t last_id_;
};

[[nodiscard]] constexpr const char* name(alert_kind k) noexcept { return k == alert_kind::detection ? "detection" : "step_failed"; }
[[nodiscard]] constexpr const char* name(clear_result r) noexcept {
    switch (r) {
        case clear_result::cleared: return "cleared";
        case clear_result::no_such_alert: return "no_such_alert";
        case clear_result::already_cleared: return "already_cleared";
        case clear_result::no_name: return "no_name";
        case clear_result::too_long: return "too_long";
    }
    return "?";
}

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
