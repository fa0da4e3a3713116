// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Repetitions of findings: against a model without limits on random streams, what counts as new evidence, and that a repetition is
// still acted on.
#include <gtest/gtest.h>

#include <bartizan/engine/engine.hpp>
#include <bartizan/testing/injection_events.hpp>
#include <map>
#include <memory>
#include <random>
#include <tuple>
#include <vector>

namespace {

using namespace bartizan;
using engine::finding_history;
constexpr uint64_t second = policy::second_100ns;

struct step {
    uint32_t rule, actor, target;
    outcome o;
    uint64_t time;
};

event event_of(const step& s) {
    event e;
    e.kind = event_kind::handle_open;
    e.time_100ns = s.time;
    e.actor.key = {0, s.actor, 0};
    e.target.key = {s.target, 7, 0};
    e.data = handle_payload{};
    return e;
}

/// The same in the words of the standard library: no limit, so no eviction.
struct model {
    struct known {
        uint64_t time = 0;
        uint16_t atoms = 0;
        verdict evidence = verdict::none;
        response action = response::none;
        uint32_t number = 0, repetitions = 0;
    };
    std::map<std::tuple<uint32_t, uint32_t, uint32_t>, known> all;
    uint32_t numbers = 0;

    std::pair<uint32_t, uint32_t> note(const step& s, uint64_t window) {
        known& k = all[{s.rule, s.actor, s.target}];
        const bool within = k.number != 0 && s.time - k.time <= window;
        if (within && (s.o.atoms.yes | k.atoms) == k.atoms && s.o.evidence <= k.evidence && s.o.action <= k.action) return {k.number, ++k.repetitions};
        if (!within) k = known{};
        k.atoms |= s.o.atoms.yes;
        k.evidence = std::max(k.evidence, s.o.evidence);
        k.action = std::max(k.action, s.o.action);
        k.time = s.time;
        k.repetitions = 0;
        return {k.number = ++numbers, 0};
    }
};

TEST(finding_history, equals_a_model_on_random_streams) {
    std::mt19937 random(5);
    const auto draw = [&random](uint32_t below) { return static_cast<uint32_t>(random() % below); };
    const auto history = std::make_unique<finding_history<64>>();
    model wanted;
    uint64_t time = second, repetitions = 0;
    for (int n = 0; n < 50'000; ++n) {
        step s{draw(2), 1 + draw(4), 1 + draw(4), {}, time += draw(3) * second};
        s.o.evidence = draw(2) == 0 ? verdict::event : verdict::convict;
        s.o.action = s.o.evidence == verdict::convict ? response::deny_terminate : response::strip_event;
        s.o.atoms.yes = static_cast<uint16_t>(1u << draw(4));
        rule r = rules::lsass_handle_theft;
        r.id = static_cast<uint16_t>(0x0101 + s.rule);
        const auto [number, repetition] = wanted.note(s, 60 * second);
        history->note(r, event_of(s), 60 * second, s.o);
        ASSERT_EQ(s.o.finding, number) << n;
        ASSERT_EQ(s.o.repetition, repetition) << n;
        repetitions += repetition != 0 ? 1 : 0;
    }
    EXPECT_GT(repetitions, 10'000u);
    EXPECT_EQ(history->evicted(), 0u);
}

TEST(finding_history, what_it_forgets_is_news_again) {
    const auto history = std::make_unique<finding_history<32>>();
    const auto note = [&](uint32_t actor) {
        step s{0, actor, 1, {}, second};
        s.o.evidence = verdict::event;
        history->note(rules::lsass_handle_theft, event_of(s), 60 * second, s.o);
        return s.o.repetition;
    };
    for (uint32_t actor = 1; actor <= 33; ++actor) EXPECT_EQ(note(actor), 0u);
    EXPECT_EQ(history->evicted(), 1u);
    EXPECT_EQ(note(33), 1u);
    EXPECT_EQ(note(2), 1u) << "the second is still known, and now the newest";
    EXPECT_EQ(note(1), 0u) << "the first was forgotten";
    EXPECT_EQ(note(3), 0u) << "... and its return took the oldest place";
}

// ---- through the engine ----------------------------------------------------------------------------------------------------------

struct endpoint {
    std::unique_ptr<engine::engine<64>> engine;
    uint64_t time = 1000 * second;

    explicit endpoint(uint64_t window = 600 * second) {
        policy::settings settings{.trust_from_path = true};
        settings.repeat_window_100ns = window;
        engine = std::make_unique<engine::engine<64>>(settings);
    }
    outcome open(uint32_t actor, access_mask mask, uint64_t after = second) {
        event e = bartizan::testing::opened_process(actor, u"C:\\Users\\a\\tool.exe", 700, u"C:\\Windows\\System32\\lsass.exe", mask).build();
        e.time_100ns = time += after;
        outcome found;
        engine->process_event(e, [&](const rule& r, const outcome& o, const event&) {
            if (r.id == rules::lsass_handle_theft.id) found = o;
        });
        return found;
    }
};

TEST(finding_history, a_repetition_is_numbered_and_acted_on) {
    endpoint host;
    const outcome first = host.open(10, 0x1010);
    ASSERT_EQ(first.evidence, verdict::convict);
    EXPECT_EQ(first.repetition, 0u);
    for (uint32_t n = 1; n <= 5; ++n) {
        const outcome again = host.open(10, 0x1010);
        EXPECT_EQ(again.repetition, n);
        EXPECT_EQ(again.finding, first.finding);
        EXPECT_EQ(again.action, first.action) << "its rights are taken off each time";
        EXPECT_EQ(again.strip_mask, first.strip_mask);
    }
    const outcome other = host.open(11, 0x1010);
    EXPECT_EQ(other.repetition, 0u) << "another actor";
    EXPECT_NE(other.finding, first.finding);
    EXPECT_EQ(host.open(10, 0x1fffff).repetition, 0u) << "another atom: every right was asked for";
    EXPECT_EQ(host.open(10, 0x1010).repetition, 1u);
    EXPECT_EQ(host.open(10, 0x1010, 601 * second).repetition, 0u) << "after the window it is news";
}

TEST(finding_history, a_window_of_nothing_makes_everything_news) {
    endpoint host(0);
    for (int n = 0; n < 3; ++n) EXPECT_EQ(host.open(10, 0x1010, 0).repetition, 0u);
}

}  // namespace
