// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Root-cause analysis: remembering an event, and tracing and exporting one finding out of a stream of 16,000.
#include <benchmark/benchmark.h>

#include <bartizan/response/cause_graph.hpp>
#include <bartizan/response/clean_up.hpp>
#include <bartizan/response/export_dot.hpp>
#include <bartizan/response/export_ecs.hpp>
#include <bartizan/response/export_ocsf.hpp>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace bartizan;

constexpr uint32_t stream_events = 16'000;
using measured = respond::cause_graph<8192, 32768>;
using part_type = respond::subgraph<128>;
constexpr rule by{0x0101, 1, "lsass_handle_theft", "T1003.001", family::credential_lsass, detection::credential_theft, detection::suspicion, 0, {}, nullptr, nullptr};

/// The mix of a busy workstation: mostly handle opens, then image loads, files, registry, network and process starts.
class stream {
  public:
    stream() : events_(stream_events), texts_(stream_events * 3) {
        std::mt19937 random(1);
        for (uint32_t i = 0; i < stream_events; ++i) {
            event& e = events_[i];
            e.record = i;
            e.time_100ns = 134'169'120'000'000'000 + i * uint64_t{1'000'000};
            const uint32_t actor = 1 + static_cast<uint32_t>(random() % 400), target = 1 + static_cast<uint32_t>(random() % 400);
            e.actor.key = {actor, actor};
            e.actor_image = put(i * 3, u"C:\\Program Files\\Vendor\\program", actor);
            const auto object = static_cast<uint32_t>(random() % 6000);
            switch (random() % 16) {
                case 0: {
                    e.kind = event_kind::process_create;
                    process_create_payload create{};
                    create.parent = create.creator = {target, target};
                    create.command_line = put(i * 3 + 1, u"\"C:\\Program Files\\Vendor\\program.exe\" --number ", object);
                    e.data = create;
                    break;
                }
                case 1: {
                    e.kind = event_kind::image_load;
                    image_load_payload image{};
                    image.path = put(i * 3 + 1, u"C:\\Program Files\\Vendor\\module", object % 500);
                    e.data = image;
                    break;
                }
                case 2:
                case 3: {
                    e.kind = event_kind::file;
                    file_payload file{};
                    file.what = file_payload::operation::create;
                    file.path = put(i * 3 + 1, u"C:\\Users\\someone\\AppData\\Local\\Vendor\\cache\\file", object);
                    e.data = file;
                    break;
                }
                case 4: {
                    e.kind = event_kind::registry;
                    registry_payload key{};
                    key.what = registry_payload::operation::set_value;
                    key.key = u"HKU\\S-1-5-21-1-2-3-1001\\Software\\Vendor\\Product";
                    key.value_name = put(i * 3 + 1, u"Value", object % 900);
                    e.data = key;
                    break;
                }
                default: {
                    e.kind = event_kind::handle_open;
                    e.target.key = {target, target};
                    e.target_image = put(i * 3 + 2, u"C:\\Program Files\\Vendor\\program", target);
                    handle_payload handle{};
                    handle.granted = random() % 4 == 0 ? process_all_access : process_query_limited_information;
                    e.data = handle;
                }
            }
        }
    }
    [[nodiscard]] const std::vector<event>& events() const { return events_; }

  private:
    text put(uint32_t slot, text stem, uint32_t number) {
        std::u16string& out = texts_[slot];
        out.assign(stem.data, stem.size);
        for (const char c : std::to_string(number)) out += static_cast<char16_t>(c);
        out += u".exe";
        return {out.data(), out.size()};
    }
    std::vector<event> events_;
    std::vector<std::u16string> texts_;
};

uint32_t fill(measured& graph, const stream& from) {
    for (const event& e : from.events()) graph.note(e);
    event last;
    last.kind = event_kind::handle_open;
    last.record = stream_events;
    last.time_100ns = from.events().back().time_100ns;
    last.actor.key = {7, 7};
    last.target.key = {9, 9};
    last.data = handle_payload{};
    outcome convicted;
    convicted.evidence = verdict::convict;
    return graph.note_finding(by, convicted, last);
}

void note(benchmark::State& state) {
    const stream from;
    const auto graph = std::make_unique<measured>();
    for (auto _ : state) {
        graph->clear();
        benchmark::DoNotOptimize(fill(*graph, from));
    }
    state.SetItemsProcessed(state.iterations() * stream_events);
    state.counters["nodes"] = graph->data().nodes();
    state.counters["edges"] = graph->data().edges();
    state.counters["memory_bytes"] = sizeof(measured);
}

/// Walk, clean-up and one export after another.
template <class Export>
void export_one(benchmark::State& state, Export&& write) {
    const stream from;
    const auto graph = std::make_unique<measured>();
    const uint32_t alert = fill(*graph, from);
    const auto part = std::make_unique<part_type>();
    size_t size = 0;
    for (auto _ : state) {
        size = 0;
        graph->trace(alert, *part);
        write(graph->data(), *part, [&size](const char*, size_t n) { size += n; });
        benchmark::DoNotOptimize(size);
    }
    state.counters["bytes"] = static_cast<double>(size);
    state.counters["nodes"] = part->size;
}

void trace(benchmark::State& state) {
    export_one(state, [](const auto&, const auto&, auto&&) {});
}
void json(benchmark::State& state) {
    export_one(state, [](const auto& graph, const auto& part, auto&& sink) { respond::export_json(graph, part, sink); });
}
void every_export(benchmark::State& state) {
    const auto list = std::make_unique<respond::clean_up_list<64>>();
    export_one(state, [&](const auto& graph, const auto& part, auto&& sink) {
        respond::export_json(graph, part, sink);
        respond::plan_clean_up(graph, part, *list);
        respond::export_clean_up(graph, part, *list, sink);
        respond::export_dot(graph, part, sink);
        respond::export_ocsf(graph, part, {}, sink);
        respond::export_ecs(graph, part, {}, sink);
    });
}

}  // namespace

BENCHMARK(note)->Name("response/note_16000/mix/bartizan")->Unit(benchmark::kMillisecond);
BENCHMARK(trace)->Name("response/trace_of_16000/walk/bartizan")->Unit(benchmark::kMicrosecond);
BENCHMARK(json)->Name("response/trace_of_16000/json/bartizan")->Unit(benchmark::kMicrosecond);
BENCHMARK(every_export)->Name("response/trace_of_16000/every_export/bartizan")->Unit(benchmark::kMicrosecond);

BENCHMARK_MAIN();
