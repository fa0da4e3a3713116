// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The engine's step where processes reach into each other: handle opens with rights to inject, executable memory, remote threads and
// APCs between 50,000 pairs of 10,000 live processes, beside the same mix among 100 and 1,000.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <bartizan/engine/engine.hpp>
#include <bartizan/testing/injection_events.hpp>
#include <memory>
#include <random>
#include <vector>

namespace {

using namespace bartizan;
using measured = engine::engine<16384>;

event make(std::mt19937& random, uint32_t actor, uint32_t target) {
    namespace make = bartizan::testing;
    constexpr text source = u"C:\\Program Files\\Vendor\\agent.exe", image = u"C:\\Windows\\System32\\svchost.exe";
    const uint64_t base = 0x10000 + random() % 64 * 0x10000;
    event e;
    switch (random() % 8) {
        case 0: e = make::remote_thread_start(actor, source, target, image, 0x7ffa10001000).in(memory_state::image_clean, u"C:\\Windows\\System32\\ntdll.dll", u"TppWorkerThread").build(); break;
        case 1: e = make::queued_apc(actor, source, target, image, 0x7ffa10002000).in(memory_state::image_clean, u"C:\\Windows\\System32\\combase.dll", u"ApcStub").build(); break;
        case 2:
        case 3: e = make::memory_operation(event_kind::memory_protect, actor, source, target, image, base, 0x1000, page_execute_read).debugged_by().build(); break;
        default: e = make::opened_process(actor, source, target, image, 0x147a).build(); break;
    }
    e.actor.key.start_key = actor;
    e.target.key.start_key = target;
    return e;
}

void pairs(benchmark::State& state) {
    const auto live = static_cast<uint32_t>(state.range(0));
    const auto g = std::make_unique<measured>(policy::settings{.trust_from_path = true});
    std::mt19937 random(1);
    std::vector<event> events(1u << 16);
    for (size_t i = 0; i < events.size(); ++i) {
        const auto actor = static_cast<uint32_t>(1 + i % live);
        events[i] = make(random, actor * 4, static_cast<uint32_t>(1 + (i % live + 1 + i / live % 5) % live) * 4);
    }
    std::shuffle(events.begin(), events.end(), random);
    uint64_t time = 0;
    const auto sink = [](const rule&, const outcome& o, const event&) { benchmark::DoNotOptimize(o.strip_mask); };
    for (event e : events) {
        e.time_100ns = time += 10'000;
        g->process_event(e, sink);
    }
    size_t next = 0;
    for (auto _ : state) {
        event e = events[next++ & 0xffff];
        e.time_100ns = time += 10'000;
        g->process_event(e, sink);
    }
    state.counters["memory_bytes"] = sizeof(measured);
    state.counters["pairs"] = g->injection().pairs();
    state.counters["evicted"] = static_cast<double>(g->injection().evicted_pairs());
}

}  // namespace

BENCHMARK(pairs)->Name("rules/engine_step/pairs/bartizan")->Arg(100)->Arg(1000)->Arg(10000);

BENCHMARK_MAIN();
