// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Progress, alerts and health against a naive model of maps and sets: no sequence of reports may lose a red.
#include <gtest/gtest.h>

#include <bartizan/response/health.hpp>
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace {

using namespace bartizan;
using namespace bartizan::respond;
using policy::health;

constexpr clearance by_ada{u"ada", u"looked into it", 77};

plan alert_plan(uint32_t pid, uint16_t rule_id = 0x0101) {
    plan p;
    p.about = {rule_id, detection::credential_theft, {}, {0, pid, 0}, 0};
    step_object o;
    o.kind = object_kind::process;
    o.process.pid = pid;
    p.add(step_kind::terminate, o, "");
    p.add(step_kind::alert, o, "");
    p.add(step_kind::health_red, o, "");
    return p;
}

constexpr bool lifecycle() {
    tracked_step steps[8];
    alert alerts[4];
    endpoint_health h(steps, alerts);
    if (h.health() != health::green) return false;
    plan p;
    p.add(step_kind::terminate, {}, "");
    p.add(step_kind::alert, {}, "");
    const uint64_t id = h.begin(1, p, 10);
    if (id == 0 || h.health() != health::red) return false;
    if (h.report(1, 0, step_result::done, 0, 11) != noted::done || h.report(1, 1, step_result::done, 0, 11) != noted::done) return false;
    if (h.health() != health::red || h.clear(id, by_ada) != clear_result::cleared || h.health() != health::green) return false;
    uint32_t again = 0;
    h.release_stopped([&again](const step& s, const alert&) { again += s.kind == step_kind::allow_again; });
    return again == 1 && h.alerts().empty() && h.open_steps().empty();
}
static_assert(lifecycle(), "works in a constant expression: no allocation, no undefined behaviour");

TEST(health, red_stays_until_the_last_alert_is_cleared_and_then_what_was_stopped_runs_again) {
    tracked_step steps[16];
    alert alerts[4];
    endpoint_health h(steps, alerts);
    const uint64_t first = h.begin(1, alert_plan(100), 5), second = h.begin(2, alert_plan(200), 6);
    for (const uint64_t finding : {uint64_t{1}, uint64_t{2}})
        for (uint8_t i = 0; i < 3; ++i) EXPECT_EQ(h.report(finding, i, step_result::done, 0, 7), noted::done);
    std::vector<uint32_t> released;
    const auto sink = [&](const step& s, const alert& a) {
        EXPECT_EQ(s.kind, step_kind::allow_again);
        EXPECT_EQ(a.stopped, 1u << static_cast<int>(step_kind::terminate));
        EXPECT_EQ(std::u16string(a.cleared_by.view().data, a.cleared_by.view().size), u"ada");
        EXPECT_EQ(std::u16string(a.note.view().data, a.note.view().size), u"looked into it");
        EXPECT_EQ(a.cleared_time_100ns, 77u);
        released.push_back(s.object.process.pid);
    };
    EXPECT_EQ(h.clear(first, by_ada), clear_result::cleared);
    EXPECT_EQ(h.health(), health::red);
    EXPECT_EQ(h.release_stopped(sink), 0u) << "nothing runs again while the endpoint is red";
    EXPECT_EQ(h.clear(first, by_ada), clear_result::already_cleared);
    EXPECT_EQ(h.clear(second, by_ada), clear_result::cleared);
    EXPECT_EQ(h.health(), health::green);
    EXPECT_EQ(h.release_stopped(sink), 2u);
    EXPECT_EQ(released, (std::vector<uint32_t>{100, 200}));
    EXPECT_EQ(h.release_stopped(sink), 0u) << "once";
    EXPECT_EQ(h.clear(second, by_ada), clear_result::no_such_alert);
}

TEST(health, duplicates_fold_and_other_things_do_not) {
    tracked_step steps[64];
    alert alerts[4];
    endpoint_health h(steps, alerts);
    const uint64_t id = h.begin(1, alert_plan(100), 5);
    EXPECT_EQ(h.begin(2, alert_plan(100), 9), id);
    EXPECT_NE(h.begin(3, alert_plan(101), 9), id) << "another process";
    EXPECT_NE(h.begin(4, alert_plan(100, 0x0202), 9), id) << "another rule";
    const alert& a = h.alerts()[0];
    EXPECT_EQ(std::make_tuple(a.count, a.first_time_100ns, a.last_time_100ns, a.finding, a.last_finding), std::make_tuple(2u, 5u, 9u, 1u, 2u));
    EXPECT_EQ(h.reasons().open_alerts, 3u);
    EXPECT_EQ(h.clear(id, by_ada), clear_result::cleared);
    EXPECT_NE(h.begin(5, alert_plan(100), 11), id) << "what was cleared and happens again is a new alert";
}

TEST(health, a_failing_step_is_red_until_it_is_done_or_an_administrator_clears_it) {
    tracked_step steps[4];
    alert alerts[2];
    endpoint_health h(steps, alerts, 2);
    plan p;
    step_object o;
    o.process.pid = 9;
    p.add(step_kind::quarantine, o, "");
    p.add(step_kind::clean_up, o, "");
    EXPECT_EQ(h.begin(1, p, 1), 0u);
    EXPECT_EQ(h.health(), health::green) << "the plan alone has nothing red";
    EXPECT_EQ(h.report(1, 0, step_result::deferred, 5, 2), noted::waiting);
    EXPECT_EQ(h.health(), health::green);
    EXPECT_EQ(h.report(1, 0, step_result::failed, 0xc0000022, 3), noted::retry);
    EXPECT_EQ(h.health(), health::red);
    EXPECT_EQ(h.open_steps()[0].error, 0xc0000022u);
    EXPECT_EQ(h.report(1, 0, step_result::deferred, 6, 4), noted::waiting);
    EXPECT_EQ(h.health(), health::red) << "putting it off does not make it succeed";
    EXPECT_EQ(h.report(1, 0, step_result::done, 0, 5), noted::done);
    EXPECT_EQ(h.health(), health::green);
    EXPECT_EQ(h.report(1, 0, step_result::failed, 1, 6), noted::unknown);
    EXPECT_EQ(h.report(1, 1, step_result::failed, 1, 6), noted::retry);
    EXPECT_EQ(h.report(1, 1, step_result::failed, 0xc0000043, 7), noted::given_up);
    EXPECT_TRUE(h.open_steps().empty());
    ASSERT_EQ(h.alerts().size, 1u);
    const alert& a = h.alerts()[0];
    EXPECT_EQ(std::make_tuple(a.kind, a.failed, a.index, a.error, a.finding, a.about.process.pid),
              std::make_tuple(alert_kind::step_failed, step_kind::clean_up, uint8_t{1}, 0xc0000043u, uint64_t{1}, 9u));
    EXPECT_EQ(h.health(), health::red);
    EXPECT_EQ(h.clear(a.id, by_ada), clear_result::cleared);
    EXPECT_EQ(h.health(), health::green);
    EXPECT_EQ(h.release_stopped([](const step&, const alert&) { FAIL() << "nothing had been stopped"; }), 0u);
    EXPECT_TRUE(h.alerts().empty());
}

TEST(health, full_tables_are_red_until_acknowledged) {
    tracked_step steps[4];
    alert alerts[1];
    endpoint_health h(steps, alerts);
    const uint64_t id = h.begin(1, alert_plan(1), 1);
    EXPECT_EQ(h.begin(2, alert_plan(2), 1), 0u);
    EXPECT_EQ(h.reasons().lost_steps, 2u);
    EXPECT_EQ(h.reasons().lost_alerts, 1u);
    EXPECT_EQ(h.report(2, 0, step_result::done, 0, 2), noted::done);
    EXPECT_EQ(h.report(2, 1, step_result::failed, 0, 2), noted::unknown) << "it found no room, and that was said";
    EXPECT_EQ(h.clear(id, by_ada), clear_result::cleared);
    EXPECT_EQ(h.health(), health::red);
    EXPECT_EQ(h.clear_lost({u"", u"", 1}), clear_result::no_name);
    EXPECT_EQ(h.health(), health::red);
    EXPECT_EQ(h.clear_lost(by_ada), clear_result::cleared);
    EXPECT_EQ(h.health(), health::green);
    EXPECT_EQ(h.release_stopped([](const step&, const alert&) {}), 1u);
    EXPECT_NE(h.begin(1, alert_plan(3), 3), 0u) << "a number in use: the steps are not mixed up with the other plan's, the alert stands";
    EXPECT_EQ(h.reasons().lost_steps, 3u);
    EXPECT_EQ(h.health(), health::red);
}

TEST(health, nobody_clears_without_a_name_and_nothing_is_cut_in_silence) {
    tracked_step steps[4];
    alert alerts[1];
    endpoint_health h(steps, alerts);
    const uint64_t id = h.begin(1, alert_plan(1), 1);
    const std::u16string long_name(65, u'x'), name(64, u'x'), long_note(193, u'y'), note(192, u'y');
    const auto t = [](const std::u16string& s) { return text{s.data(), s.size()}; };
    EXPECT_EQ(h.clear(id, {{}, t(note), 1}), clear_result::no_name);
    EXPECT_EQ(h.clear(id, {t(long_name), t(note), 1}), clear_result::too_long);
    EXPECT_EQ(h.clear(id, {t(name), t(long_note), 1}), clear_result::too_long);
    EXPECT_EQ(h.clear(id + 1, {t(name), t(note), 1}), clear_result::no_such_alert);
    EXPECT_EQ(h.clear(0, {t(name), t(note), 1}), clear_result::no_such_alert);
    EXPECT_EQ(h.health(), health::red);
    EXPECT_EQ(h.clear(id, {t(name), t(note), 1}), clear_result::cleared);
    EXPECT_EQ(h.alerts()[0].note.view().size, 192u);
}

TEST(health, red_outlives_a_restart) {
    tracked_step steps[8];
    alert alerts[2];
    health_counts saved;
    uint64_t id = 0;
    {
        endpoint_health h(steps, alerts, 3);
        id = h.begin(1, alert_plan(1), 1);
        h.begin(2, alert_plan(2), 1);
        h.begin(3, alert_plan(3), 1);
        saved = h.counts();
    }
    endpoint_health h(steps, alerts, 3, saved);
    EXPECT_EQ(h.reasons().open_alerts, 2u);
    EXPECT_EQ(h.reasons().lost_alerts, 1u);
    EXPECT_EQ(h.reasons().lost_steps, 1u);
    EXPECT_EQ(h.open_steps().size, 8u);
    EXPECT_EQ(h.clear(id, by_ada), clear_result::cleared);
    EXPECT_EQ(h.clear(id + 1, by_ada), clear_result::cleared);
    h.clear_lost(by_ada);
    h.release_stopped([](const step&, const alert&) {});
    EXPECT_GT(h.begin(4, alert_plan(4), 9), id + 1) << "ids are not used again";
    const health_counts absurd{4'000'000'000u, 4'000'000'000u, 0, 0, 0};
    EXPECT_EQ(endpoint_health(steps, alerts, 3, absurd).alerts().size, 2u) << "counts beyond the storage are not believed";
}

/// Everything as one would write it down on paper.
class model {
  public:
    model(size_t step_room, size_t alert_room, int attempts) : step_room_(step_room), alert_room_(alert_room), attempts_(attempts) {}

    using thing = std::tuple<int, uint16_t, uint32_t, uint64_t, int>;  ///< kind, rule, pid, finding, index

    void begin(uint64_t finding, const plan& p) {
        const bool used = std::any_of(steps_.begin(), steps_.end(), [&](const auto& s) { return s.first.first == finding; });
        for (int i = 0; i < p.count; ++i) {
            if (used || steps_.size() == step_room_) ++lost_steps_;
            else steps_[{finding, i}] = {0, p.steps[i].object.process.pid};
        }
        if (p.find(step_kind::alert) == nullptr) return;
        std::set<step_kind> stopped;
        for (const step& s : p)
            if (s.kind == step_kind::terminate || s.kind == step_kind::deny || s.kind == step_kind::strip) stopped.insert(s.kind);
        raise({0, p.about.rule_id, p.about.process.pid, 0, 0}, stopped);
    }
    noted report(uint64_t finding, int index, step_result r) {
        const auto at = steps_.find({finding, index});
        if (at == steps_.end()) return noted::unknown;
        if (r == step_result::done) return steps_.erase(at), noted::done;
        if (r == step_result::deferred) return noted::waiting;
        if (++at->second.failures < attempts_) return noted::retry;
        steps_.erase(at);
        raise({1, 0, 0, finding, index}, {});
        return noted::given_up;
    }
    bool clear(uint64_t id) {
        const auto at = open_by_id_.find(id);
        if (at == open_by_id_.end()) return false;
        cleared_[id] = stopped_[at->second];
        open_.erase(at->second);
        stopped_.erase(at->second);
        open_by_id_.erase(at);
        return true;
    }
    void clear_lost() { lost_steps_ = lost_alerts_ = 0; }
    std::vector<uint64_t> release() {
        std::vector<uint64_t> out;
        if (is_red()) return out;
        for (const auto& [id, stopped] : cleared_)
            if (!stopped.empty()) out.push_back(id);
        cleared_.clear();
        return out;
    }
    [[nodiscard]] size_t failing() const {
        return static_cast<size_t>(std::count_if(steps_.begin(), steps_.end(), [](const auto& s) { return s.second.failures != 0; }));
    }
    [[nodiscard]] bool is_red() const { return !open_.empty() || failing() != 0 || lost_steps_ + lost_alerts_ != 0; }
    [[nodiscard]] const std::map<uint64_t, thing>& open() const { return open_by_id_; }
    [[nodiscard]] uint32_t count_of(const thing& t) const { return open_.at(t).second; }
    [[nodiscard]] size_t steps() const { return steps_.size(); }
    [[nodiscard]] std::pair<uint64_t, int> oldest_step() const { return steps_.begin()->first; }

    size_t lost_steps_ = 0, lost_alerts_ = 0;

  private:
    struct step_state {
        int failures;
        uint32_t pid;
    };

    void raise(const thing& t, const std::set<step_kind>& stopped) {
        if (const auto at = open_.find(t); at != open_.end()) {
            ++at->second.second;
            stopped_[t].insert(stopped.begin(), stopped.end());
        } else if (open_.size() + cleared_.size() == alert_room_) {
            ++lost_alerts_;
        } else {
            open_[t] = {++last_id_, 1};
            open_by_id_[last_id_] = t;
            stopped_[t] = stopped;
        }
    }

    size_t step_room_, alert_room_;
    int attempts_;
    std::map<std::pair<uint64_t, int>, step_state> steps_;
    std::map<thing, std::pair<uint64_t, uint32_t>> open_;
    std::map<uint64_t, thing> open_by_id_;
    std::map<thing, std::set<step_kind>> stopped_;
    std::map<uint64_t, std::set<step_kind>> cleared_;
    uint64_t last_id_ = 0;
};

plan random_plan(std::mt19937& chance) {
    plan p;
    p.about.rule_id = static_cast<uint16_t>(1 + chance() % 3);
    p.about.row = detection::credential_theft;
    p.about.process.pid = static_cast<uint32_t>(1 + chance() % 6);
    step_object o;
    o.process = p.about.process;
    const auto size = 1 + chance() % 8;
    for (uint32_t i = 0; i < size; ++i) p.add(static_cast<step_kind>(1 + chance() % 13), o, "");
    return p;
}

void run_against_model(uint32_t seed, uint32_t operations, size_t step_room, size_t alert_room, uint8_t attempts) {
    std::mt19937 chance(seed);
    std::vector<tracked_step> steps(step_room);
    std::vector<alert> alerts(alert_room);
    endpoint_health real({steps.data(), steps.size()}, {alerts.data(), alerts.size()}, attempts);
    model naive(step_room, alert_room, attempts);
    uint64_t next = 0;
    size_t reds = 0, greens = 0;
    for (uint32_t n = 0; n < operations; ++n) {
        const auto what = chance() % 100;
        const uint64_t recent = next == 0 ? 0 : next - chance() % std::min<uint64_t>(next, 12);
        if (what < 5) {
            const plan p = random_plan(chance);
            const bool again = chance() % 20 == 0;  // a host that uses a number twice
            const uint64_t number = again ? recent : ++next;
            real.begin(number, p, n);
            naive.begin(number, p);
        } else if (what < 75) {
            const bool oldest = naive.steps() != 0 && chance() % 2 == 0;
            const auto [finding, index] = oldest ? naive.oldest_step() : std::pair(recent, static_cast<int>(chance() % 8));
            const auto result = static_cast<step_result>(chance() % 10 < 7 ? 0 : 1 + chance() % 2);
            ASSERT_EQ(real.report(finding, static_cast<uint8_t>(index), result, n, n), naive.report(finding, index, result));
        } else if (what < 90) {
            uint64_t id = chance() % 50;
            if (!naive.open().empty()) id = std::next(naive.open().begin(), static_cast<long>(chance() % naive.open().size()))->first + (chance() % 10 == 0);
            ASSERT_EQ(real.clear(id, by_ada) == clear_result::cleared, naive.clear(id));
        } else if (what < 93) {
            real.clear_lost(by_ada);
            naive.clear_lost();
        } else if (what < 95) {
            real = endpoint_health({steps.data(), steps.size()}, {alerts.data(), alerts.size()}, attempts, real.counts());  // a restart
        } else {
            std::vector<uint64_t> released;
            real.release_stopped([&](const step&, const alert& a) { released.push_back(a.id); });
            ASSERT_EQ(released, naive.release());
        }
        const health_reasons why = real.reasons();
        ASSERT_EQ(why.health() == health::red, naive.is_red()) << "seed " << seed << ", operation " << n;
        ASSERT_EQ(why.open_alerts, naive.open().size());
        ASSERT_EQ(why.failing_steps, naive.failing());
        ASSERT_EQ(why.lost_steps, naive.lost_steps_);
        ASSERT_EQ(why.lost_alerts, naive.lost_alerts_);
        ASSERT_EQ(real.open_steps().size, naive.steps());
        for (const alert& a : real.alerts()) {
            if (!a.cleared) { ASSERT_EQ(a.count, naive.count_of(naive.open().at(a.id))); }
        }
        ++(naive.is_red() ? reds : greens);
    }
    std::printf("seed %u: %u operations, red after %zu of them, green after %zu\n", seed, operations, reds, greens);
    EXPECT_GT(reds, 0u);
}

TEST(health, no_random_sequence_loses_a_red) {
    run_against_model(1, 60'000, 64, 32, 3);
    run_against_model(2, 60'000, 12, 3, 2);   // tables that overflow all the time
    run_against_model(3, 60'000, 256, 64, 1);
    run_against_model(4, 20'000, 0, 0, 3);    // no room at all
}

TEST(health, words) {
    for (int i = 0; i < 15; ++i) EXPECT_STRNE(name(static_cast<step_kind>(i)), "?");
    for (int i = 0; i < 5; ++i) EXPECT_STRNE(name(static_cast<object_kind>(i)), "?");
    for (int i = 0; i < 5; ++i) EXPECT_STRNE(name(static_cast<noted>(i)), "?");
    for (int i = 0; i < 5; ++i) EXPECT_STRNE(name(static_cast<clear_result>(i)), "?");
}

}  // namespace
