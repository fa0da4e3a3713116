// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// PE files read by this library and by its peers: each row is the median over the files of the time for one file that is in
// memory. Corpus: ../shared/goodware/pe-sample (or below BARTIZAN_SHARED); without it the PE files of Debian packages on this
// machine. A peer that is not installed has a row that says so.
//   pe/headers   headers and section table: what every other reading begins with
//   pe/parse     the whole file: every directory walked to its end
//   pe/signature parse, and the certificate, its digest compared with the image's: reads every byte
//   pe/malformed both, of deliberately broken files: the slowest one
#include <benchmark/benchmark.h>

#include <algorithm>
#include <bartizan/hash/sha1.hpp>
#include <bartizan/hash/sha256.hpp>
#include <bartizan/pe/authenticode.hpp>
#include <bartizan/pe/defects.hpp>
#include <bartizan/pe/directories.hpp>
#include <bartizan/pe/overlay.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#if BENCH_HAS_YARA
#include <yara.h>
#endif
#if BENCH_HAS_LIEF
#include <LIEF/PE.hpp>
#include <LIEF/logging.hpp>
#endif
#if BENCH_HAS_OPENSSL
#include <openssl/sha.h>
#endif

namespace {

using namespace bartizan;
using clock_type = std::chrono::steady_clock;

struct corpus {
    std::vector<std::filesystem::path> paths;
    std::vector<std::vector<uint8_t>> files;

    explicit corpus(const char* below) {
        const char* const given = std::getenv("BARTIZAN_SHARED");
        const std::filesystem::path shared = given != nullptr ? given : BARTIZAN_SOURCE_DIR "/../shared";
        add(shared / below);
    }
    void add(const std::filesystem::path& folder) {
        std::error_code absent;
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, absent)) {
            if (entry.is_regular_file()) found.push_back(entry.path());
        }
        std::sort(found.begin(), found.end());
        for (const auto& path : found) {
            std::ifstream in(path, std::ios::binary);
            std::vector<uint8_t> file{std::istreambuf_iterator<char>(in), {}};
            if (!pe::parse({file.data(), file.size()})) continue;
            paths.push_back(path);
            files.push_back(std::move(file));
        }
    }
};
const corpus& all() {
    static const corpus read = [] {
        corpus found("goodware/pe-sample");
        if (!found.files.empty()) return found;
        for (const char* folder : {"/usr/share/nsis", "/usr/lib/mono", "/usr/lib/gcc/x86_64-w64-mingw32"}) found.add(folder);
        return found;
    }();
    return read;
}

/// Sets each iteration's time to the median over the corpus of `read(file)`'s.
template <class Read>
void median_over_files(benchmark::State& state, Read read) {
    const auto& files = all().files;
    if (files.empty()) return state.SkipWithError("missing: no PE file on this machine");
    std::vector<double> seconds(files.size());
    for (auto _ : state) {
        for (size_t i = 0; i < files.size(); ++i) {
            const auto start = clock_type::now();
            read(files[i]);
            seconds[i] = std::chrono::duration<double>(clock_type::now() - start).count();
        }
        std::nth_element(seconds.begin(), seconds.begin() + static_cast<ptrdiff_t>(seconds.size() / 2), seconds.end());
        state.SetIterationTime(seconds[seconds.size() / 2]);
    }
    state.counters["files"] = static_cast<double>(files.size());
}

bytes view(const std::vector<uint8_t>& file) { return {file.data(), file.size()}; }

void headers(benchmark::State& state) {
    median_over_files(state, [](const std::vector<uint8_t>& file) { benchmark::DoNotOptimize(pe::parse(view(file)).image.sections.size()); });
}

void whole(const std::vector<uint8_t>& file, bool signature) {
    const pe::parse_result parsed = pe::parse(view(file));
    int defects = 0;
    const auto count = [&defects](error) { ++defects; };
    pe::for_each_defect(parsed.image, count);
    benchmark::DoNotOptimize(pe::walk_directories(parsed.image, count).import_symbols);
    benchmark::DoNotOptimize(pe::find_overlay(parsed.image).offset);
    if (signature) benchmark::DoNotOptimize(pe::check_signature<hash::sha256, hash::sha1>(parsed.image).state);
    benchmark::DoNotOptimize(defects);
}
void parse(benchmark::State& state) {
    median_over_files(state, [](const std::vector<uint8_t>& file) { whole(file, false); });
}
void signature(benchmark::State& state) {
    median_over_files(state, [](const std::vector<uint8_t>& file) { whole(file, true); });
}

/// The slowest of the deliberately broken files, whole parse and signature.
void malformed(benchmark::State& state) {
    static const corpus broken("goodware/malformed");
    if (broken.files.empty()) return state.SkipWithError("missing: no ../shared/goodware/malformed");
    for (auto _ : state) {
        double slowest = 0;
        for (const auto& file : broken.files) {
            const auto start = clock_type::now();
            whole(file, true);
            slowest = std::max(slowest, std::chrono::duration<double>(clock_type::now() - start).count());
        }
        state.SetIterationTime(slowest);
    }
    state.counters["files"] = static_cast<double>(broken.files.size());
}

void libyara(benchmark::State& state) {
#if BENCH_HAS_YARA
    yr_initialize();
    YR_COMPILER* compiler = nullptr;
    YR_RULES* rules = nullptr;
    yr_compiler_create(&compiler);
    const bool compiled =
        yr_compiler_add_string(compiler, "import \"pe\" rule any_pe { condition: pe.number_of_sections > 0 }", nullptr) == 0 &&
        yr_compiler_get_rules(compiler, &rules) == ERROR_SUCCESS;
    if (compiled) {
        const YR_CALLBACK_FUNC ignore = [](YR_SCAN_CONTEXT*, int, void*, void*) { return CALLBACK_CONTINUE; };
        median_over_files(state, [rules, ignore](const std::vector<uint8_t>& file) {
            yr_rules_scan_mem(rules, file.data(), file.size(), 0, ignore, nullptr, 0);
        });
        yr_rules_destroy(rules);
    } else {
        state.SkipWithError("missing: libyara was built without its pe module");
    }
    yr_compiler_destroy(compiler);
    yr_finalize();
#else
    state.SkipWithError("missing: libyara-dev is not installed");
#endif
}

void liblief(benchmark::State& state) {
#if BENCH_HAS_LIEF
    LIEF::Logger::disable();
    median_over_files(state, [](const std::vector<uint8_t>& file) {
        try {
            benchmark::DoNotOptimize(LIEF::PE::Parser::parse(file, ""));
        } catch (const LIEF::exception&) {  // what it refuses is timed as well
        }
    });
#else
    state.SkipWithError("missing: liblief-dev is not installed");
#endif
}

void pefile(benchmark::State& state) {
    std::string command = "/usr/bin/python3 " BARTIZAN_SOURCE_DIR "/bench/pefile_median.py";
    for (const auto& path : all().paths) command += " '" + path.string() + "'";
    command += " 2>/dev/null";
    for (auto _ : state) {
        FILE* const out = popen(command.c_str(), "r");
        double nanoseconds = 0;
        const bool read = out != nullptr && std::fscanf(out, "%lf", &nanoseconds) == 1;
        if (out != nullptr) pclose(out);
        if (!read) return state.SkipWithError("missing: python3-pefile is not installed");
        state.SetIterationTime(nanoseconds / 1e9);
    }
    state.counters["files"] = static_cast<double>(all().files.size());
}

const std::vector<uint8_t>& mebibyte() {
    static const std::vector<uint8_t> made = [] {
        std::mt19937 random(1);
        std::vector<uint8_t> data(1 << 20);
        for (uint8_t& byte : data) byte = static_cast<uint8_t>(random());
        return data;
    }();
    return made;
}

template <class Hash>
void hash_of(benchmark::State& state) {
    for (auto _ : state) {
        auto digest = Hash().update(view(mebibyte())).finish();
        benchmark::DoNotOptimize(digest);
    }
    state.SetBytesProcessed(state.iterations() * (1 << 20));
}

void openssl(benchmark::State& state, bool old) {
#if BENCH_HAS_OPENSSL
    uint8_t digest[32];
    for (auto _ : state) {
        benchmark::DoNotOptimize(old ? SHA1(mebibyte().data(), mebibyte().size(), digest) : SHA256(mebibyte().data(), mebibyte().size(), digest));
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * (1 << 20));
#else
    (void)old;
    state.SkipWithError("missing: libssl-dev is not installed");
#endif
}

/// Rows are named <area>/<case>/<variant>/<engine>: leaves out the remarks that Google Benchmark appends.
class plain_names : public benchmark::BenchmarkReporter {
  public:
    bool ReportContext(const Context& context) override { return inner_->ReportContext(context); }
    void ReportRuns(const std::vector<Run>& runs) override {
        std::vector<Run> renamed = runs;
        for (Run& run : renamed) run.run_name.iterations = run.run_name.time_type = "";
        inner_->ReportRuns(renamed);
    }
    void Finalize() override { inner_->Finalize(); }

  private:
    std::unique_ptr<BenchmarkReporter> inner_{benchmark::CreateDefaultDisplayReporter()};
};

}  // namespace

BENCHMARK(headers)->Name("pe/headers/median/bartizan")->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(20);
BENCHMARK(parse)->Name("pe/parse/median/bartizan")->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(20);
BENCHMARK(signature)->Name("pe/signature/median/bartizan")->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(5);
BENCHMARK(malformed)->Name("pe/malformed/slowest/bartizan")->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(3);
BENCHMARK(libyara)->Name("pe/parse/median/libyara")->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(3);
BENCHMARK(liblief)->Name("pe/parse/median/liblief")->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(3);
BENCHMARK(pefile)->Name("pe/parse/median/pefile")->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(1);
BENCHMARK(hash_of<hash::sha256>)->Name("hash/sha256/1MiB/bartizan")->Unit(benchmark::kMicrosecond);
BENCHMARK(hash_of<sha256>)->Name("hash/sha256/1MiB/bartizan_scalar")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(openssl, sha256, false)->Name("hash/sha256/1MiB/openssl")->Unit(benchmark::kMicrosecond);
BENCHMARK(hash_of<hash::sha1>)->Name("hash/sha1/1MiB/bartizan")->Unit(benchmark::kMicrosecond);
BENCHMARK(hash_of<sha1>)->Name("hash/sha1/1MiB/bartizan_scalar")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(openssl, sha1, true)->Name("hash/sha1/1MiB/openssl")->Unit(benchmark::kMicrosecond);

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    plain_names display;
    benchmark::RunSpecifiedBenchmarks(&display);
    benchmark::Shutdown();
    return 0;
}
