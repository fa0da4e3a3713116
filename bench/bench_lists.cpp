// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// A hash looked up in lists of 1,000 to 1,000,000: hot (the same 64 again and again), random (all of the list in turn, so that the
// caches hold what they can), cold (the lookup's cache lines flushed before); found and not found; and std::unordered_map for size.
#include <benchmark/benchmark.h>

#include <bartizan/hash/sha256.hpp>
#include <bartizan/lists/decide.hpp>
#include <bartizan/lists/load.hpp>
#include <chrono>
#include <cstring>
#include <examples/cli/list_writer.hpp>
#include <memory>
#include <random>
#include <unordered_map>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace {

using namespace bartizan;

struct world {
    explicit world(uint32_t count) {
        std::mt19937_64 random(count);
        const auto make = [&random] {
            sha256_digest d;
            for (int i = 0; i < 32; i += 8) {
                const uint64_t word = random();
                std::memcpy(d.bytes + i, &word, 8);
            }
            return d;
        };
        std::vector<bartizan_cli::list_entry> entries(count);
        for (auto& e : entries) {
            e.key = lists::key_kind::file_sha256;
            e.digest = make();
            e.expires_100ns = 1;
            e.author = e.reason = {'x'};
            present.push_back(e.digest);
        }
        for (uint32_t i = 0; i < count; ++i) absent.push_back(make());
        std::shuffle(present.begin(), present.end(), random);
        const auto built = bartizan_cli::list_writer(lists::list_kind::block, 1).write<hash::sha256>(std::move(entries));
        memory.resize(built.size() + 64);
        uint8_t* const start = memory.data() + (64 - reinterpret_cast<uintptr_t>(memory.data()) % 64) % 64;  // as a mapped file lies
        std::memcpy(start, built.data(), built.size());
        file = {start, built.size()};
        if (lists::open<hash::sha256>(file, list)) std::abort();
    }
    std::vector<uint8_t> memory;
    bytes file;
    lists::list list;
    std::vector<sha256_digest> present, absent;
};

const world& world_of(uint32_t count) {
    static std::unordered_map<uint32_t, std::unique_ptr<world>> worlds;
    auto& w = worlds[count];
    if (!w) w = std::make_unique<world>(count);
    return *w;
}

/// `distinct` keys in turn; 0 all.
void lookup(benchmark::State& state, bool is_present, size_t distinct) {
    const world& w = world_of(static_cast<uint32_t>(state.range(0)));
    const auto& keys = is_present ? w.present : w.absent;
    const size_t n = distinct == 0 ? keys.size() : std::min(distinct, keys.size());
    size_t i = 0;
    uint64_t found = 0;
    for (auto _ : state) {
        found += w.list.find(lists::key_kind::file_sha256, keys[i]) != lists::no_record;
        i = i + 1 == n ? 0 : i + 1;
    }
    if (found != (is_present ? static_cast<uint64_t>(state.iterations()) : 0)) std::abort();
}

#if defined(__x86_64__)
/// Nothing of the list in any cache: the index line and the records around the key are flushed before each lookup.
void cold(benchmark::State& state, bool is_present) {
    const world& w = world_of(static_cast<uint32_t>(state.range(0)));
    const auto& keys = is_present ? w.present : w.absent;
    const uint32_t count = w.list.count(lists::key_kind::file_sha256), bits = lists::format::index_bits(count);
    const uint8_t* const records = w.file.data + lists::format::header_size_bytes;
    const uint8_t* const index = records + uint64_t{count} * lists::format::record_size_bytes;
    size_t i = 0;
    for (auto _ : state) {
        const sha256_digest& key = keys[i];
        const uint32_t bucket = lists::format::bucket_of(lists::big_endian_64(key.bytes), bits);
        uint32_t first = 0, end = 0;
        std::memcpy(&first, index + uint64_t{bucket} * 4, 4);
        std::memcpy(&end, index + uint64_t{bucket} * 4 + 4, 4);
        for (uint32_t r = first; r < end; ++r) _mm_clflush(records + uint64_t{r} * lists::format::record_size_bytes);
        _mm_clflush(index + uint64_t{bucket} * 4);
        _mm_clflush(index + uint64_t{bucket} * 4 + 4);
        _mm_mfence();
        const auto begin = std::chrono::steady_clock::now();
        benchmark::DoNotOptimize(w.list.find(lists::key_kind::file_sha256, key));
        _mm_mfence();
        state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
        i = i + 1 == keys.size() ? 0 : i + 1;
    }
}
/// What the clock itself takes in `cold`.
void clock_alone(benchmark::State& state) {
    for (auto _ : state) {
        const auto begin = std::chrono::steady_clock::now();
        _mm_mfence();
        state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
}
BENCHMARK_CAPTURE(cold, present, true)->Name("lists/find/cold_present/bartizan")->Arg(1'000'000)->UseManualTime();
BENCHMARK_CAPTURE(cold, absent, false)->Name("lists/find/cold_absent/bartizan")->Arg(1'000'000)->UseManualTime();
BENCHMARK(clock_alone)->Name("lists/find/cold_clock/none")->UseManualTime();
#endif

struct first_eight {
    size_t operator()(const sha256_digest& d) const { return lists::big_endian_64(d.bytes); }
};
void unordered_map(benchmark::State& state, bool is_present) {
    const world& w = world_of(static_cast<uint32_t>(state.range(0)));
    std::unordered_map<sha256_digest, uint32_t, first_eight> map;
    for (const auto& d : w.present) map.emplace(d, 0);
    const auto& keys = is_present ? w.present : w.absent;
    size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(map.find(keys[i]));
        i = i + 1 == keys.size() ? 0 : i + 1;
    }
}

/// All eight kinds of key of one file against one list of hashes, and the loader.
void decide(benchmark::State& state) {
    const world& w = world_of(static_cast<uint32_t>(state.range(0)));
    lists::file_keys keys;
    keys.path = u"C:\\USERS\\SOMEBODY\\DOWNLOADS\\SETUP.EXE";
    keys.certificate_tbs_sha256.known = keys.authenticode_sha256.known = keys.file_sha256.known = true;
    size_t i = 0;
    for (auto _ : state) {
        keys.file_sha256.value = w.absent[i];
        benchmark::DoNotOptimize(lists::decide({&w.list, 1}, keys, 0));
        i = i + 1 == w.absent.size() ? 0 : i + 1;
    }
}
void open(benchmark::State& state) {
    const world& w = world_of(static_cast<uint32_t>(state.range(0)));
    for (auto _ : state) {
        lists::list l;
        benchmark::DoNotOptimize(lists::open<hash::sha256>(w.file, l));
    }
    state.SetBytesProcessed(static_cast<int64_t>(w.file.size * static_cast<uint64_t>(state.iterations())));
}

BENCHMARK_CAPTURE(lookup, hot_present, true, 64)->Name("lists/find/hot_present/bartizan")->Arg(1'000)->Arg(1'000'000);
BENCHMARK_CAPTURE(lookup, hot_absent, false, 64)->Name("lists/find/hot_absent/bartizan")->Arg(1'000)->Arg(1'000'000);
BENCHMARK_CAPTURE(lookup, random_present, true, 0)->Name("lists/find/random_present/bartizan")->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK_CAPTURE(lookup, random_absent, false, 0)->Name("lists/find/random_absent/bartizan")->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK_CAPTURE(unordered_map, present, true)->Name("lists/find/random_present/std_unordered_map")->Arg(1'000'000);
BENCHMARK_CAPTURE(unordered_map, absent, false)->Name("lists/find/random_absent/std_unordered_map")->Arg(1'000'000);
BENCHMARK(decide)->Name("lists/decide/random_absent/bartizan")->Arg(1'000'000);
BENCHMARK(open)->Name("lists/open/1/bartizan")->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
