// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The engine's step where processes reach into each other: handle opens with rights to inject, executable memory, remote threads and
// APCs between 50,000 pairs of 10,000 live processes, beside the same mix among 100 and 1,000.
#include <benchmark/benchmark.h>

#include <bartizan/engine/engine.hpp>
#include <bartizan/testing/injection_events.hpp>
#include <memory>
#include <random>
#include <vector>

namespace {

using namespace bartizan;
using measured = engine::engine<16384>;

constexpr text source = u"C:\\Program Files\\Vendor\\agent.exe", image = u"C:\\Windows\\System32\\svchost.exe";
constexpr uint32_t targets_of_each = 5;

/// Puts the n-th pair of `live` processes into an event: each reaches into the five after it.
void set_pair(event& e, uint32_t live, uint32_t n) {
    const uint32_t actor = n % live, target = (actor + 1 + n / live % targets_of_each) % live;
    e.actor.key = {1 + actor, (1 + actor) * 4, 0};
    e.target.key = {1 + target, (1 + target) * 4, 0};
}

event opened() { return bartizan::testing::opened_process(0, source, 0, image, 0x147a).build(); }

event make(std::mt19937& random) {
    namespace make = bartizan::testing;
    const uint64_t base = 0x10000 + random() % 64 * 0x10000;
    event e;
    switch (random() % 8) {
        case 0: e = make::remote_thread_start(0, source, 0, image, 0x7ffa10001000).in(memory_state::image_clean, u"C:\\Windows\\System32\\ntdll.dll", u"TppWorkerThread").build(); break;
        case 1: e = make::queued_apc(0, source, 0, image, 0x7ffa10002000).in(memory_state::image_clean, u"C:\\Windows\\System32\\combase.dll", u"ApcStub").build(); break;
        case 2:
        case 3: e = make::memory_operation(event_kind::memory_protect, 0, source, 0, image, base, 0x1000, page_execute_read).debugged_by().build(); break;
        default: e = opened(); break;
    }
    return e;
}

/// Every pair is known before the clock starts; then any of them acts, by events that are fresh from an adapter and so in the cache.
void pairs(benchmark::State& state) {
    const auto live = static_cast<uint32_t>(state.range(0));
    const auto g = std::make_unique<measured>(policy::settings{.trust_from_path = true});
    std::mt19937 random(1);
    std::vector<event> templates(64);
    for (event& e : templates) e = make(random);
    uint64_t time = 0;
    const auto step = [&](event e, uint32_t pair) {
        set_pair(e, live, pair);
        e.time_100ns = time += 10'000;
        g->process_event(e, [](const rule&, const outcome& o, const event&) { benchmark::DoNotOptimize(o.strip_mask); });
    };
    for (uint32_t n = 0; n < live * targets_of_each; ++n) step(opened(), n);
    std::vector<uint32_t> order(1u << 18);
    for (uint32_t& n : order) n = static_cast<uint32_t>(random()) % (live * targets_of_each);
    size_t next = 0;
    for (auto _ : state) {
        step(templates[next % templates.size()], order[next % order.size()]);
        ++next;
    }
    state.counters["memory_bytes"] = sizeof(measured);
    state.counters["pairs"] = g->injection().pairs();
    state.counters["evicted"] = static_cast<double>(g->injection().evicted_pairs());
}

}  // namespace

BENCHMARK(pairs)->Name("rules/engine_step/pairs/bartizan")->Arg(100)->Arg(1000)->Arg(10000);

BENCHMARK_MAIN();
