// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The search for hidden programs. Corpus: ../shared/goodware/pe-sample (or below BARTIZAN_SHARED); without it the stubs of Debian's
// nsis-common. A row's time is for one file that is in memory: the median over the files, and the slowest.
//   code_cave/scan    the whole search, without the signature's digest
//   code_cave/decode  the instruction decoder over one program's code, bytes a second
#include <benchmark/benchmark.h>

#include <algorithm>
#include <bartizan/code_cave/scan.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

namespace {

using namespace bartizan;
using clock_type = std::chrono::steady_clock;

std::vector<std::vector<uint8_t>> read_files() {
    const char* const given = std::getenv("BARTIZAN_SHARED");
    std::vector<std::vector<uint8_t>> files;
    for (const auto& folder : {std::filesystem::path(given != nullptr ? given : "../shared") / "goodware/pe-sample", std::filesystem::path("/usr/share/nsis")}) {
        std::error_code absent;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, absent)) {
            if (!entry.is_regular_file()) continue;
            std::ifstream in(entry.path(), std::ios::binary);
            std::vector<uint8_t> file{std::istreambuf_iterator<char>(in), {}};
            if (pe::parse({file.data(), file.size()})) files.push_back(std::move(file));
        }
        if (!files.empty()) break;
    }
    return files;
}

const std::vector<std::vector<uint8_t>>& corpus() {
    static const auto files = read_files();
    return files;
}

void scan_files(benchmark::State& state, size_t rank_of_1000) {
    if (corpus().empty()) return state.SkipWithError("no PE files");
    const auto work = std::make_unique<code_cave::scan_scratch>();
    for (auto _ : state) {
        std::vector<double> seconds;
        for (const auto& file : corpus()) {
            const auto image = pe::parse({file.data(), file.size()}).image;
            const auto began = clock_type::now();
            benchmark::DoNotOptimize(code_cave::scan(image, {truth::no, truth::no}, *work));
            seconds.push_back(std::chrono::duration<double>(clock_type::now() - began).count());
        }
        std::sort(seconds.begin(), seconds.end());
        state.SetIterationTime(seconds[std::min(seconds.size() - 1, seconds.size() * rank_of_1000 / 1000)]);
    }
}
BENCHMARK_CAPTURE(scan_files, median, 500)->Name("code_cave/scan/median/bartizan")->UseManualTime()->Iterations(10)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(scan_files, p99, 990)->Name("code_cave/scan/p99/bartizan")->UseManualTime()->Iterations(10)->Unit(benchmark::kMicrosecond);

/// The largest section of code in the corpus.
struct code_sample {
    bytes code;
    code_cave::processor_mode mode = code_cave::processor_mode::x64;
};
code_sample largest_code() {
    code_sample out;
    for (const auto& file : corpus()) {
        const auto image = pe::parse({file.data(), file.size()}).image;
        if (image.coff.machine != pe::machine_amd64 && image.coff.machine != pe::machine_i386) continue;
        for (const pe::section& s : image.sections) {
            if ((s.header.characteristics & code_cave::section_contains_code) == 0 || s.raw.size <= out.code.size) continue;
            out = {s.raw, image.coff.machine == pe::machine_amd64 ? code_cave::processor_mode::x64 : code_cave::processor_mode::x86};
        }
    }
    return out;
}

void decode(benchmark::State& state) {
    const code_sample sample = largest_code();
    if (sample.code.empty()) return state.SkipWithError("no code");
    uint64_t instructions = 0;
    for (auto _ : state) {
        for (size_t at = 0; at < sample.code.size; ++instructions) {
            const auto i = code_cave::decode(sample.code.sub(at), at, sample.mode);
            benchmark::DoNotOptimize(i);
            at += i ? i.size_bytes : 1u;
        }
    }
    state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * sample.code.size));
    state.counters["instructions"] = benchmark::Counter(static_cast<double>(instructions), benchmark::Counter::kIsRate);
}
BENCHMARK(decode)->Name("code_cave/decode/largest/bartizan")->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
