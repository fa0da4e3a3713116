// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_KERNEL_DRIVER_GUARD_HPP
#define BARTIZAN_EXAMPLES_KERNEL_DRIVER_GUARD_HPP

#include <bartizan/kernel.hpp>

/// Everything that the driver decides, without a word of Windows: an event in, an answer for the callback and steps for a worker out.
namespace kernel_driver {

/// A step that the callback cannot perform, with what it needs kept by value.
struct later_step {
    uint64_t finding = 0;
    uint8_t index = 0;  ///< in its plan
    bartizan::respond::step_kind kind = bartizan::respond::step_kind::none;
    uint16_t path_size = 0;
    bartizan::detection row = bartizan::detection::suspicion;
    bartizan::process_key process = {};
    char16_t path[260] = {};  ///< cut where it is longer: the worker goes by the process, or asks for the file's name again
};

struct answer {
    bool deny = false;
    bartizan::access_mask strip = 0;  ///< rights to take off the handle
};

/// Engine, health and the queue between callbacks and worker. Fixed memory; no locks: its owner serialises.
class guard {
  public:
    static constexpr uint32_t out_of_room = 0xc000009a;  ///< STATUS_INSUFFICIENT_RESOURCES

    explicit guard(const bartizan::policy::settings& settings) noexcept : settings_(settings), engine_(settings), health_(tracked_, alerts_) {}

    /// What the callback must do about the operation; every other step of the plans is queued for the worker.
    answer judge(bartizan::event& e) noexcept {
        answer out;
        engine_.process_event(e, [&](const bartizan::rule& r, const bartizan::outcome& o, const bartizan::event& at) {
            const bartizan::respond::plan p = bartizan::respond::make_plan(r, o, at, bartizan::policy::mode_of(settings_, r.id));
            const uint64_t finding = ++findings_;
            health_.begin(finding, p, at.time_100ns);
            for (uint8_t i = 0; i < p.count; ++i) take_up(finding, i, p, at.time_100ns, out);
        });
        return out;
    }

    /// The oldest queued step; false: none.
    bool next(later_step& out) noexcept {
        if (first_ == last_) return false;
        out = queue_[first_++ % queue_size];
        return true;
    }
    bool is_idle() const noexcept { return first_ == last_; }

    /// What became of a step that `next` gave.
    bartizan::respond::noted report(const later_step& s, bool done, uint32_t status, uint64_t time_100ns) noexcept {
        const bartizan::respond::noted what = health_.report(s.finding, s.index, done ? bartizan::respond::step_result::done : bartizan::respond::step_result::failed, status, time_100ns);
        if (what != bartizan::respond::noted::retry) return what;
        if (last_ - first_ < queue_size) queue_[last_++ % queue_size] = s;
        else give_up(s.finding, s.index, time_100ns);
        return what;
    }

    bartizan::respond::endpoint_health& health() noexcept { return health_; }

  private:
    static constexpr uint32_t queue_size = 256;

    void take_up(uint64_t finding, uint8_t i, const bartizan::respond::plan& p, uint64_t time_100ns, answer& out) noexcept {
        using bartizan::respond::step_kind;
        const bartizan::respond::step& s = p.steps[i];
        if (s.kind == step_kind::strip) out.strip |= s.object.rights;
        if (s.kind == step_kind::deny) out.deny = true;
        if (s.kind == step_kind::strip || s.kind == step_kind::deny) {
            health_.report(finding, i, bartizan::respond::step_result::done, 0, time_100ns);
            return;
        }
        if (last_ - first_ == queue_size) return give_up(finding, i, time_100ns);
        later_step& later = queue_[last_++ % queue_size];  // built in its place: kernel stacks are small
        later.finding = finding;
        later.index = i;
        later.kind = s.kind;
        later.row = p.about.row;
        later.process = s.object.process;
        later.path_size = 0;
        while (later.path_size < s.object.path.size && later.path_size < 260) {
            later.path[later.path_size] = s.object.path[later.path_size];
            ++later.path_size;
        }
    }

    /// A full queue is a failed step: given up like any other, so that an alert stands in its place.
    void give_up(uint64_t finding, uint8_t i, uint64_t time_100ns) noexcept {
        while (health_.report(finding, i, bartizan::respond::step_result::failed, out_of_room, time_100ns) == bartizan::respond::noted::retry) {}
    }

    bartizan::policy::settings settings_;
    bartizan::engine::engine<4096> engine_;
    bartizan::respond::tracked_step tracked_[512];
    bartizan::respond::alert alerts_[64];
    bartizan::respond::endpoint_health health_;
    later_step queue_[queue_size];
    uint32_t first_ = 0, last_ = 0;
    uint64_t findings_ = 0;
};

}  // namespace kernel_driver

#endif
