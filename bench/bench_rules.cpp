// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// An event: the catalogue on an enriched event, and the engine's step at 100 to 8,192 live processes.
#include <benchmark/benchmark.h>

#include <bartizan/engine/engine.hpp>
#include <bartizan/testing/event_builder.hpp>
#include <memory>
#include <random>
#include <vector>

namespace {

using namespace bartizan;

void catalogue(benchmark::State& state, access_mask mask) {
    const event e = bartizan::testing::lsass_open_builder(trust::t1, mask).build();
    for (auto _ : state) {
        rules::evaluate(e, [](const rule&, const outcome& o) { benchmark::DoNotOptimize(o.strip_mask); });
        benchmark::ClobberMemory();
    }
}

/// Handle opens between random live processes, one in 500 of them of LSASS with a call stack.
void engine_step(benchmark::State& state) {
    using measured = engine::engine<8192>;
    const auto live = static_cast<uint32_t>(state.range(0));
    const auto g = std::make_unique<measured>(policy::settings{.trust_from_path = true});
    const stack_frame frames[] = {{u"C:\\Windows\\System32\\ntdll.dll", 1}, {u"C:\\Windows\\System32\\KERNELBASE.dll", 2},
                                  {u"C:\\Program Files\\Vendor\\agent.exe", 3}, {u"C:\\Windows\\System32\\ntdll.dll", 4}};
    std::mt19937 random(1);
    std::vector<event> events(16384);
    for (event& e : events) {
        e.kind = event_kind::handle_open;
        e.actor.key = {1 + random() % live, 0, 0};
        e.target.key = {1 + random() % live, 0, 0};
        e.actor.key.pid = static_cast<uint32_t>(e.actor.key.start_key * 4);
        e.target.key.pid = static_cast<uint32_t>(e.target.key.start_key * 4);
        e.actor_image = u"C:\\Program Files\\Vendor\\agent.exe";
        e.target_image = u"C:\\Windows\\System32\\svchost.exe";
        handle_payload handle{};
        handle.desired = handle.granted = 0x1410;
        if (random() % 500 == 0) {
            e.target.key = {100'000, 700, 0};
            e.target_image = u"C:\\Windows\\System32\\lsass.exe";
            handle.stack = {frames, 4, truth::yes};
        }
        e.data = handle;
    }
    uint64_t time = 0;
    size_t next = 0;
    for (auto _ : state) {
        event e = events[next++ & 16383];
        e.time_100ns = time += 10'000;
        g->process_event(e, [](const rule&, const outcome& o, const event&) { benchmark::DoNotOptimize(o.strip_mask); });
    }
    state.counters["memory_bytes"] = sizeof(measured);
}

}  // namespace

BENCHMARK_CAPTURE(catalogue, stripped, 0x1410)->Name("rules/catalogue/hot/bartizan");
BENCHMARK_CAPTURE(catalogue, harmless, 0x1400)->Name("rules/catalogue/harmless/bartizan");
BENCHMARK(engine_step)->Name("rules/engine_step/live_processes/bartizan")->Arg(100)->Arg(1000)->Arg(8000);

BENCHMARK_MAIN();
