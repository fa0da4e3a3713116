// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_PROGRESS_HPP
#define BARTIZAN_RESPONSE_PROGRESS_HPP

#include "../core/span.hpp"
#include "step.hpp"

/// What became of the steps of plans. The host performs them, when and on which thread it likes, and reports each.
namespace BARTIZAN_NAMESPACE::respond {

enum class step_result : uint8_t {
    done,
    deferred,  ///< must wait, say for a restart; no failure
    failed,
};

/// A step that is not done yet.
struct tracked_step {
    uint64_t finding = 0;     ///< the host's number of the finding
    uint64_t time_100ns = 0;  ///< FILETIME of the last report, as the host gave it; until then, of the plan
    process_key process = {};
    uint32_t error = 0;       ///< the host's code of the last failure or deferral (NTSTATUS)
    uint8_t index = 0;        ///< position in its plan
    step_kind kind = step_kind::none;
    bool deferred = false;
    uint8_t failures = 0;

    [[nodiscard]] constexpr bool is_failing() const noexcept { return failures != 0; }
};

/// What a report came to.
enum class noted : uint8_t {
    done,      ///< the step is off the table
    waiting,   ///< deferred
    retry,     ///< failed; to be tried again
    given_up,  ///< failed for the last time; off the table, to be surfaced by the caller
    unknown,   ///< no such step: done already, or it found no room
};

/// Open steps of all findings, in the order of their plans. Memory is the caller's: 48 bytes a step; work is linear in the open steps.
/// No clock, no allocation; any IRQL where the storage is resident; not thread-safe.
class progress_table {
  public:
    /// `attempts`: how often a step may fail before it is given up, at least once. The first `used` steps of the storage are open.
    constexpr progress_table(span<tracked_step> storage, uint8_t attempts, uint32_t used = 0) noexcept
        : steps_(storage), count_(used < storage.size ? used : static_cast<uint32_t>(storage.size)), attempts_(attempts == 0 ? uint8_t{1} : attempts) {}

    /// Takes up a plan's steps. Returns how many of them found no room, the last ones; all, if the finding's number is in use.
    [[nodiscard]] constexpr uint32_t begin(uint64_t finding, const plan& p, uint64_t time_100ns) noexcept {
        for (const tracked_step& s : open())
            if (s.finding == finding) return p.count;
        for (uint8_t i = 0; i < p.count; ++i) {
            if (count_ == steps_.size) return static_cast<uint32_t>(p.count - i);
            steps_[count_++] = {finding, time_100ns, p.steps[i].object.process, 0, i, p.steps[i].kind, false, 0};
        }
        return 0;
    }

    struct outcome {
        noted what = noted::unknown;
        tracked_step step = {};  ///< as it stands, or stood when it left the table
    };

    /// What became of step `index` of a finding's plan. `error` is the host's code where it is not done.
    constexpr outcome report(uint64_t finding, uint8_t index, step_result result, uint32_t error, uint64_t time_100ns) noexcept {
        const uint32_t at = position(finding, index);
        if (at == count_) return {};
        tracked_step& s = steps_[at];
        s.time_100ns = time_100ns;
        if (result == step_result::done) return {noted::done, remove(at)};
        s.error = error;
        s.deferred = result == step_result::deferred;
        if (s.deferred) return {noted::waiting, s};
        if (++s.failures >= attempts_) return {noted::given_up, remove(at)};
        return {noted::retry, s};
    }

    [[nodiscard]] constexpr span<const tracked_step> open() const noexcept { return {steps_.data, count_}; }

    [[nodiscard]] constexpr uint32_t failing() const noexcept {
        uint32_t n = 0;
        for (const tracked_step& s : open()) n += s.is_failing();
        return n;
    }

  private:
    [[nodiscard]] constexpr uint32_t position(uint64_t finding, uint8_t index) const noexcept {
        uint32_t at = 0;
        while (at < count_ && (steps_[at].finding != finding || steps_[at].index != index)) ++at;
        return at;
    }
    constexpr tracked_step remove(uint32_t at) noexcept {
        const tracked_step gone = steps_[at];
        for (--count_; at < count_; ++at) steps_[at] = steps_[at + 1];
        return gone;
    }

    span<tracked_step> steps_;
    uint32_t count_;
    uint8_t attempts_;
};

[[nodiscard]] constexpr const char* name(step_result r) noexcept {
    return r == step_result::done ? "done" : r == step_result::deferred ? "deferred" : "failed";
}
[[nodiscard]] constexpr const char* name(noted n) noexcept {
    switch (n) {
        case noted::done: return "done";
        case noted::waiting: return "waiting";
        case noted::retry: return "retry";
        case noted::given_up: return "given_up";
        case noted::unknown: return "unknown";
    }
    return "?";
}

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
