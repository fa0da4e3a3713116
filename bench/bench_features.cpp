// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Features of a file: the bytes' statistics against the definition and against a plain read, and whole vectors. Cases: random
// bytes; a program (this one); and, where ../shared is, the benign PE files of its sample, one after another.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <bartizan/features/bartizan_v1.hpp>
#include <bartizan/features/ember_v2.hpp>
#include <bartizan/features/ember_v3.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace bartizan;
namespace v2 = features::ember_v2;
namespace v3 = features::ember_v3;

using files = std::vector<std::vector<uint8_t>>;

std::vector<uint8_t> read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

const files& random_bytes() {
    static const files made = [] {
        std::mt19937 random(1);
        std::vector<uint8_t> data(1 << 20);
        for (uint8_t& byte : data) byte = static_cast<uint8_t>(random());
        return files{data};
    }();
    return made;
}
const files& program() {
    static const files made{read_file("/proc/self/exe")};
    return made;
}
const files& sample() {
    static const files made = [] {
        const char* const given = std::getenv("BARTIZAN_SHARED");
        const std::filesystem::path folder =
            std::filesystem::path(given != nullptr ? given : "../shared") / "goodware/pe-sample";
        files found;
        std::error_code absent;
        std::vector<std::filesystem::path> paths;
        for (const auto& entry : std::filesystem::directory_iterator(folder, absent)) paths.push_back(entry.path());
        std::sort(paths.begin(), paths.end());
        for (const auto& path : paths) found.push_back(read_file(path));
        return found;
    }();
    return made;
}

bytes view(const std::vector<uint8_t>& file) { return {file.data(), file.size()}; }

/// Runs `work(file)` over all files; bytes per second over all of them, and the mean time of one.
template <class Work>
void over(benchmark::State& state, const files& (*given)(), Work&& work) {
    const files& all = given();
    size_t total = 0;
    for (const auto& file : all) total += file.size();
    for (auto _ : state) {
        for (const auto& file : all) work(view(file));
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(static_cast<int64_t>(total) * state.iterations());
    state.SetItemsProcessed(static_cast<int64_t>(all.size()) * state.iterations());
}

void plain_read(benchmark::State& state, const files& (*given)()) {
    over(state, given,
         [](bytes file) { benchmark::DoNotOptimize(std::accumulate(file.begin(), file.end(), uint64_t{0})); });
}

void byte_statistics(benchmark::State& state, const files& (*given)()) {
    const auto work = std::make_unique<features::byte_statistics_scratch>();
    const auto out = std::make_unique<features::byte_statistics>();
    over(state, given, [&](bytes file) {
        features::count_byte_statistics(file, *work, *out);
        benchmark::DoNotOptimize(out->file.count[0]);
    });
}

/// As the extractors' authors wrote it, in C++: one count of all bytes, and every window counted by itself.
void byte_statistics_by_definition(benchmark::State& state, const files& (*given)()) {
    over(state, given, [](bytes file) {
        uint64_t counts[256]{};
        uint64_t by_entropy[16][16]{};
        for (const uint8_t byte : file) ++counts[byte];
        for (size_t at = 0; at + 2048 <= file.size; at += 1024) {
            uint32_t nibbles[16]{};
            for (const uint8_t byte : file.sub(at, 2048)) ++nibbles[byte >> 4];
            float entropy = 0;
            for (const uint32_t count : nibbles) {
                const float p = static_cast<float>(count) / 2048;
                if (count != 0) entropy -= p * std::log2(p);
            }
            const auto bin = std::min(15U, static_cast<unsigned>(entropy * 4));
            for (unsigned i = 0; i < 16; ++i) by_entropy[bin][i] += nibbles[i];
        }
        benchmark::DoNotOptimize(counts);
        benchmark::DoNotOptimize(by_entropy);
    });
}

void histogram(benchmark::State& state, const files& (*given)()) {
    const auto lanes = std::make_unique<features::histogram_lanes>();
    const auto out = std::make_unique<features::byte_histogram>();
    over(state, given, [&](bytes file) {
        features::count_bytes(file, *lanes, *out);
        benchmark::DoNotOptimize(out->count[0]);
    });
}

void strings(benchmark::State& state, const files& (*given)()) {
    over(state, given, [](bytes file) {
        features::string_statistics s;
        features::for_each_string(file, [&s](bytes string) { s.add(string); });
        benchmark::DoNotOptimize(s.strings);
    });
}

void string_patterns(benchmark::State& state, const files& (*given)()) {
    over(state, given, [](bytes file) {
        uint64_t found = 0;
        features::for_each_string(
            file, [&found](bytes string) { found += features::ember::string_matcher::match(string).bits[0]; });
        benchmark::DoNotOptimize(found);
    });
}

void bartizan_v1(benchmark::State& state, const files& (*given)()) {
    const auto work = std::make_unique<features::extract_scratch>();
    over(state, given, [&](bytes file) {
        const auto parsed = pe::parse(file);
        features::vector out;
        if (parsed) features::extract(parsed.image, *work, out);
        benchmark::DoNotOptimize(out.present);
    });
}

template <class Scratch, unsigned Dimensions>
void ember(benchmark::State& state, const files& (*given)(),
           void (*extract)(bytes, Scratch&, float (&)[Dimensions]) noexcept) {
    const auto work = std::make_unique<Scratch>();
    static float out[Dimensions];
    over(state, given, [&](bytes file) {
        extract(file, *work, out);
        benchmark::DoNotOptimize(out[0]);
    });
}
void ember_v2(benchmark::State& state, const files& (*given)()) {
    ember<v2::extract_scratch, v2::dimensions>(state, given, v2::extract);
}
void ember_v3(benchmark::State& state, const files& (*given)()) {
    ember<v3::extract_scratch, v3::dimensions>(state, given, v3::extract);
}

}  // namespace

int main(int argc, char** argv) {
    struct variant {
        const char* name;
        const files& (*given)();
    };
    std::vector<variant> variants{{"random_1m", random_bytes}, {"program", program}};
    if (!sample().empty()) variants.push_back({"pe_sample", sample});
    const struct {
        const char* name;
        const char* engine;
        void (*run)(benchmark::State&, const files& (*)());
    } cases[] = {
        {"byte_statistics", "bartizan", byte_statistics},
        {"byte_statistics", "by_definition", byte_statistics_by_definition},
        {"byte_statistics", "plain_read", plain_read},
        {"byte_histogram", "bartizan", histogram},
        {"strings", "bartizan", strings},
        {"string_patterns", "bartizan", string_patterns},
        {"bartizan_v1", "bartizan", bartizan_v1},
        {"ember_v2", "bartizan", ember_v2},
        {"ember_v3", "bartizan", ember_v3},
    };
    for (const auto& c : cases) {
        for (const variant& v : variants) {
            // Only PE files have those features.
            if (c.run == bartizan_v1 && v.given != sample) continue;
            const std::string name = std::string("features/") + c.name + "/" + v.name + "/" + c.engine;
            benchmark::RegisterBenchmark(name.c_str(), c.run, v.given)->Unit(benchmark::kMicrosecond);
        }
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
