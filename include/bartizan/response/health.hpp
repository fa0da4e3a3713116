// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_HEALTH_HPP
#define BARTIZAN_RESPONSE_HEALTH_HPP

#include "../policy/disposition.hpp"
#include "alerts.hpp"
#include "progress.hpp"

/// The endpoint's health. It is computed from what is open, never stored, so that no order of reports can lose a red.
namespace BARTIZAN_NAMESPACE::respond {

/// Why an endpoint is red: any of these that is not 0.
struct health_reasons {
    uint32_t open_alerts = 0;    ///< until an administrator clears them
    uint32_t failing_steps = 0;  ///< failed, and not yet done by a later attempt
    uint32_t lost_steps = 0;     ///< the progress table was full: nobody will notice if they fail
    uint32_t lost_alerts = 0;    ///< the alert table was full

    [[nodiscard]] constexpr policy::health health() const noexcept {
        return (open_alerts | failing_steps | lost_steps | lost_alerts) == 0 ? policy::health::green : policy::health::red;
    }
};

/// What stands beside the two tables. A host that saves both and this, and hands them to the next `endpoint_health`, keeps red over a
/// restart of the service or the machine.
struct health_counts {
    uint32_t steps = 0;   ///< the first of the progress table are open
    uint32_t alerts = 0;  ///< the first of the alert table stand
    uint32_t lost_steps = 0;
    uint32_t lost_alerts = 0;
    uint64_t last_alert_id = 0;
};

/// Plans taken up, their progress, alerts and health of one endpoint. Memory is the caller's. No clock: times are the caller's and
/// only passed through. No allocation; any IRQL where the storage is resident; not thread-safe.
class endpoint_health {
  public:
    /// `attempts`: how often a step may fail before it becomes an alert. `saved`: what the storage holds from before.
    constexpr endpoint_health(span<tracked_step> steps, span<alert> alerts, uint8_t attempts = 3, const health_counts& saved = {}) noexcept
        : progress_(steps, attempts, saved.steps), alerts_(alerts, saved.alerts, saved.last_alert_id, saved.lost_alerts), lost_steps_(saved.lost_steps) {}

    /// Takes up a plan: tracks its steps and raises its alert. `finding`: the host's number for it, not in use. Returns the alert's id;
    /// 0: the plan has none, or the alert found no room (see reasons).
    constexpr uint64_t begin(uint64_t finding, const plan& p, uint64_t time_100ns) noexcept {
        add(lost_steps_, progress_.begin(finding, p, time_100ns));
        if (p.find(step_kind::alert) == nullptr) return 0;
        alert a;
        a.finding = finding;
        a.about = p.about;
        for (const step& s : p) {
            const bool stops = s.kind == step_kind::strip || s.kind == step_kind::deny || s.kind == step_kind::terminate;
            if (!stops) continue;
            a.stopped |= 1u << static_cast<uint8_t>(s.kind);
            a.rights |= s.object.rights;
        }
        return alerts_.raise(a, time_100ns);
    }

    /// What became of step `index` of that finding's plan. A step that fails turns health red until a later attempt does it; one that
    /// fails for the last time becomes an alert.
    constexpr noted report(uint64_t finding, uint8_t index, step_result result, uint32_t error, uint64_t time_100ns) noexcept {
        const progress_table::outcome o = progress_.report(finding, index, result, error, time_100ns);
        if (o.what != noted::given_up) return o.what;
        alert a;
        a.kind = alert_kind::step_failed;
        a.finding = finding;
        a.about.process = o.step.process;
        a.index = index;
        a.failed = o.step.kind;
        a.error = error;
        alerts_.raise(a, time_100ns);
        return o.what;
    }

    constexpr clear_result clear(uint64_t alert_id, const clearance& by) noexcept { return alerts_.clear(alert_id, by); }

    /// Acknowledges what found no room, once the host has enlarged its tables or looked at its log.
    constexpr clear_result clear_lost(const clearance& by) noexcept {
        const clear_result result = alerts_.clear_lost(by);
        if (result == clear_result::cleared) lost_steps_ = 0;
        return result;
    }

    /// To be called after `clear` and `report`: once green, calls `sink(const step&, const alert&)` with an allow_again step for each
    /// cleared alert that had stopped something, and forgets the cleared alerts. Nothing happens, and nothing is lost, while red.
    template <class Sink>
    constexpr uint32_t release_stopped(Sink&& sink) {
        return health() == policy::health::green ? alerts_.release(sink) : 0;
    }

    [[nodiscard]] constexpr health_reasons reasons() const noexcept { return {alerts_.open(), progress_.failing(), lost_steps_, alerts_.lost()}; }
    [[nodiscard]] constexpr policy::health health() const noexcept { return reasons().health(); }
    [[nodiscard]] constexpr health_counts counts() const noexcept {
        return {static_cast<uint32_t>(open_steps().size), static_cast<uint32_t>(alerts().size), lost_steps_, alerts_.lost(), alerts_.last_id()};
    }
    [[nodiscard]] constexpr span<const tracked_step> open_steps() const noexcept { return progress_.open(); }
    [[nodiscard]] constexpr span<const alert> alerts() const noexcept { return alerts_.all(); }

  private:
    static constexpr void add(uint32_t& sum, uint32_t n) noexcept { sum = n > UINT32_MAX - sum ? UINT32_MAX : sum + n; }

    progress_table progress_;
    alert_table alerts_;
    uint32_t lost_steps_;
};

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
