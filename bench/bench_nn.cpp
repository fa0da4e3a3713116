// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The network against its CPU peers: one thread, float inputs, quantising included. Rows: nn/<shape>/<variant>/<engine>, the time
// of one item. Shapes A = 2381-512-512-128-3, B = 1024-256-128-3, C = 54-256-128-3; A_sparse = A with 1,408 inputs of which 5 % are
// not 0; D = gated byte convolution over 1 MiB. Variants: b1 warm, cold (caches filled with something else), b64, startup (model
// in memory to first score). With DNNL_MAX_CPU_ISA=AVX2 set, only b1_avx2: our AVX2 kernels and oneDNN held to AVX2.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <model_weights/bartizan_v1.hpp>
#include <model_weights/conversion.hpp>

#include "nn/shape.hpp"

namespace bartizan_bench {

uint64_t read_all(const uint8_t* data, size_t size);  // bench/nn/read_all.cpp

namespace {

namespace nn = bartizan::nn;
using clock = std::chrono::steady_clock;

const std::vector<uint8_t>& as_model(const network& n) {
    static std::map<const network*, std::vector<uint8_t>> made;
    if (const auto found = made.find(&n); found != made.end()) return found->second;
    bartizan_model::float_graph graph;
    graph.field_count = static_cast<uint32_t>(n.input_count());
    for (size_t i = 0; i < n.weights.size(); ++i) {
        bartizan_model::float_layer l;
        l.weights = n.weights[i].cast<double>(), l.biases = n.biases[i].cast<double>(), l.source = static_cast<uint32_t>(i);
        if (i + 1 == n.weights.size()) l.activation = nn::format::activation_identity_head;
        graph.layers.push_back(std::move(l));
    }
    const Eigen::Map<const Eigen::MatrixXf> x(n.inputs.data(), n.input_count(), batch);
    bartizan_model::model_data data = bartizan_model::convert(graph, x.cast<double>());
    data.examples.resize(1);
    return made[&n] = bartizan_model::write_model(data);
}

/// 64-byte aligned, as a mapped file or an embedded array is.
struct aligned_file {
    explicit aligned_file(const std::vector<uint8_t>& from) : memory(from.size() + 64), size(from.size()) {
        data = memory.data() + (64 - reinterpret_cast<uintptr_t>(memory.data()) % 64) % 64;
        std::copy(from.begin(), from.end(), data);
    }
    [[nodiscard]] bartizan::bytes view() const { return {data, size}; }
    std::vector<uint8_t> memory;
    uint8_t* data;
    size_t size;
};

struct ours final : engine {
    aligned_file file;
    nn::kernels kernels;
    nn::model m;
    std::unique_ptr<nn::scratch> work = std::make_unique<nn::scratch>();
    std::vector<uint8_t> batch_memory;
    std::vector<nn::scores> out_scores{batch};

    ours(const network& n, nn::isa i) : file(as_model(n)), kernels(i) {
        if (const bartizan::error bad = nn::open(file.view(), 0, kernels, *work, m)) throw std::runtime_error(bartizan::describe(bad.code));
        batch_memory.resize(nn::batch_scratch_bytes(m, batch));
    }
    void run(const float* x, int rows, float* out) override {
        const bartizan::span<const float> features{x, static_cast<size_t>(rows) * m.field_count()};
        if (rows == 1) out_scores[0] = nn::infer(m, features, kernels, *work);
        else benchmark::DoNotOptimize(nn::infer_batch(m, features, kernels, {batch_memory.data(), batch_memory.size()}, {out_scores.data(), static_cast<size_t>(rows)}));
        for (int r = 0; r < rows; ++r)
            for (uint32_t o = 0; o < m.output_count(); ++o) *out++ = static_cast<float>(out_scores[static_cast<size_t>(r)].head[o]) / 65536;
    }
};

template <nn::isa I>
std::unique_ptr<engine> make_ours(const network& n, std::string& why) {
    why = "this processor lacks it";
    return nn::is_available(I) ? std::make_unique<ours>(n, I) : nullptr;
}
std::unique_ptr<engine> make_best(const network& n, std::string&) { return std::make_unique<ours>(n, nn::best_isa()); }

const network& shape(const std::string& name) {
    static std::map<std::string, network> made;
    const auto found = made.find(name);
    if (found != made.end()) return found->second;
    if (name == "A") return made[name] = make_network({2381, 512, 512, 128, 3});
    if (name == "A_sparse") return made[name] = make_network({2381, 512, 512, 128, 3}, 2381 - 1408, 0.05);
    if (name == "B") return made[name] = make_network({1024, 256, 128, 3});
    return made[name] = make_network({54, 256, 128, 3});
}

/// Whether the engine computes what the float network says, as far as 8 bits can.
bool agrees(const network& n, engine& e, int rows) {
    std::string none;
    std::vector<float> expected(static_cast<size_t>(batch * n.output_count())), actual(expected.size());
    make_eigen(n, none)->run(n.inputs.data(), batch, expected.data());
    if (rows == batch) e.run(n.inputs.data(), batch, actual.data());
    else for (int r = 0; r < batch; ++r) e.run(n.inputs.data() + r * n.input_count(), 1, actual.data() + r * n.output_count());
    double error = 0, size = 0;
    for (size_t i = 0; i < expected.size(); ++i) error += std::pow(expected[i] - actual[i], 2), size += std::pow(expected[i], 2);
    return error < size * 0.01;
}

constexpr size_t larger_than_caches = size_t{96} << 20;

void evict() {
    static std::vector<uint8_t> other(larger_than_caches, 1);
    for (size_t i = 0; i < other.size(); i += 64) ++other[i];
    benchmark::ClobberMemory();
}

void measure(benchmark::State& state, const std::string& shape_name, engine_maker make, int rows, bool cold) {
    const network& n = shape(shape_name);
    std::string why;
    const auto e = make(n, why);
    if (e == nullptr) return state.SkipWithError(why.c_str());
    if (!agrees(n, *e, rows)) return state.SkipWithError("does not compute the network");
    std::vector<float> out(static_cast<size_t>(batch * n.output_count()));
    int row = 0;
    for (auto _ : state) {
        if (cold) evict();
        const auto start = cold ? clock::now() : clock::time_point{};  // reading a clock takes as long as a tenth of shape C
        e->run(n.inputs.data() + (rows == 1 ? row * n.input_count() : 0), rows, out.data());
        benchmark::DoNotOptimize(out.data());
        if (cold) state.SetIterationTime(std::chrono::duration<double>(clock::now() - start).count());
        row = (row + 1) % batch;
    }
    state.counters["per_item"] = benchmark::Counter(static_cast<double>(state.iterations() * rows), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// What a cold run cannot do without: one read of the weights.
void read_weights(benchmark::State& state) {
    const aligned_file file(as_model(shape("A")));
    for (auto _ : state) {
        evict();
        const auto start = clock::now();
        benchmark::DoNotOptimize(read_all(file.data, file.size));
        state.SetIterationTime(std::chrono::duration<double>(clock::now() - start).count());
    }
}

void start_up(benchmark::State& state, nn::digest digest) {
    const network& n = shape("A");
    const aligned_file file(as_model(n));
    const auto work = std::make_unique<nn::scratch>();
    for (auto _ : state) {
        nn::model m;
        const nn::kernels k(nn::best_isa());
        if (nn::open(file.view(), 0, k, *work, m, digest)) return state.SkipWithError("refused");
        benchmark::DoNotOptimize(nn::infer(m, bartizan::span<const float>{n.inputs.data(), static_cast<size_t>(n.input_count())}, k, *work));
    }
    state.counters["model_bytes"] = static_cast<double>(file.size);
}

void start_up_peer(benchmark::State& state, engine_maker make) {
    const network& n = shape("A");
    std::vector<float> out(8);
    for (auto _ : state) {
        std::string why;
        const auto e = make(n, why);
        if (e == nullptr) return state.SkipWithError(why.c_str());
        e->run(n.inputs.data(), 1, out.data());
    }
}

struct convolution {
    static constexpr int window = 500, width = 8, filters = 128, inputs = window * width;
    std::vector<uint8_t> file = std::vector<uint8_t>(1 << 20);
    bartizan_model::model_data data;
    std::vector<int8_t> values_and_gates;

    convolution() {
        std::mt19937 random(3);
        for (auto& b : file) b = static_cast<uint8_t>(random());
        bartizan_model::convolution_layer c;
        c.window = c.stride = window, c.embedding_width = width;
        for (int i = 0; i < 257 * width; ++i) c.embedding.push_back(static_cast<uint8_t>(random() % 128));
        const auto weights = [&](std::vector<std::vector<int>>& to, int rows, int columns) {
            for (int o = 0; o < rows; ++o) {
                to.emplace_back();
                for (int i = 0; i < columns; ++i) to.back().push_back(static_cast<int>(random() % 255) - 127);
            }
        };
        weights(c.value.weights, filters, inputs);
        weights(c.gate_weights, filters, inputs);
        // Sums spread by about 127 / sqrt(3) * 73 * sqrt(4000) = 2^18.4 around the bias: values and logits of about 1.
        c.value.biases.assign(filters, 0), c.gate_biases.assign(filters, 0);
        c.value.multipliers.assign(filters, 1 << 18), c.value.shift = 24;
        c.gate_multipliers.assign(filters, 1 << 18), c.gate_shift = 20;
        c.value.out_multipliers.assign(filters, 1 << 10), c.value.out_offsets.assign(filters, 0), c.value.out_shift = 17;
        for (const auto* w : {&c.value.weights, &c.gate_weights})
            for (const auto& row : *w)
                for (const int x : row) values_and_gates.push_back(static_cast<int8_t>(x));
        bartizan_model::dense_layer upper, top;
        weights(upper.weights, 128, 128), weights(top.weights, 1, 128);
        upper.biases.assign(128, 0), upper.multipliers.assign(128, 1 << 20), upper.shift = 31;
        top.biases.assign(1, 0), top.multipliers.assign(1, 1), top.shift = 1;
        data.layers = {upper, top};
        data.convolution = c;
        data.field_count = 4096;
    }
};

void byte_convolution(benchmark::State& state, bool peer) {
    static const convolution c;
    const aligned_file file(bartizan_model::write_model(c.data));
    const auto work = std::make_unique<nn::byte_scratch>();
    nn::model m;
    const nn::kernels k(nn::best_isa());
    if (nn::open(file.view(), 0, k, *work, m)) return state.SkipWithError("refused");
    if (!peer) {
        for (auto _ : state) benchmark::DoNotOptimize(nn::infer(m, bartizan::bytes{c.file.data(), c.file.size()}, k, *work));
        return;
    }
    // oneDNN computes values and gates of all windows; embedding before it and gating and pooling after it are ours.
    const auto rows = static_cast<int>((c.file.size() + convolution::window - 1) / convolution::window);
    const auto e = make_onednn_convolution(convolution::inputs, convolution::filters, c.values_and_gates, rows);
    if (e == nullptr) return state.SkipWithError("missing at build time: libdnnl-dev");
    std::vector<uint8_t> windows(static_cast<size_t>(rows) * convolution::inputs);
    std::vector<int32_t> sums(static_cast<size_t>(rows) * convolution::filters * 2);
    for (auto _ : state) {
        nn::detail::embed(m.layer(0), {c.file.data(), c.file.size()}, 0, static_cast<uint64_t>(rows) * convolution::window, windows.data());
        e->run(windows.data(), rows, sums.data());
        std::vector<float> best(convolution::filters);
        for (int r = 0; r < rows; ++r) {
            const int32_t* const row = sums.data() + r * convolution::filters * 2;
            for (int f = 0; f < convolution::filters; ++f) {
                const float value = static_cast<float>(row[f]);
                if (value <= best[static_cast<size_t>(f)]) continue;  // the gate's sum is there; its exponential need not be
                best[static_cast<size_t>(f)] = std::max(best[static_cast<size_t>(f)], value / (1 + std::exp(-static_cast<float>(row[convolution::filters + f]) / 262144)));
            }
        }
        benchmark::DoNotOptimize(best.data());
    }
}

void register_rows() {
    struct row {
        const char* name;
        engine_maker make;
    };
    const bool avx2_only = std::getenv("DNNL_MAX_CPU_ISA") != nullptr;
    const std::vector<row> engines = avx2_only ? std::vector<row>{{"bartizan_avx2", make_ours<nn::isa::avx2>}, {"onednn_u8s8", make_onednn}}
                                               : std::vector<row>{{"bartizan", make_best},
                                                                  {"onednn_u8s8", make_onednn},
                                                                  {"onnxruntime_qdq", make_onnxruntime},
                                                                  {"xnnpack_qs8", make_xnnpack},
                                                                  {"openblas_f32", make_openblas},
                                                                  {"eigen_f32", make_eigen}};
    const auto add = [](const std::string& shape_name, const std::string& variant, const row& r, int rows, bool cold) {
        auto* b = benchmark::RegisterBenchmark(("nn/" + shape_name + "/" + variant + "/" + r.name).c_str(),
                                               [=](benchmark::State& s) { measure(s, shape_name, r.make, rows, cold); });
        b->Unit(benchmark::kMicrosecond);
        if (cold) b->UseManualTime()->Iterations(25);
    };
    for (const std::string s : {"A", "B", "C"}) {
        for (const row& r : engines) {
            add(s, avx2_only ? "b1_avx2" : "b1", r, 1, false);
            if (avx2_only) continue;
            add(s, "b64", r, batch, false);
            add(s, "cold", r, 1, true);
        }
    }
    if (avx2_only) return;
    for (const row& r : engines) add("A_sparse", "b1", r, 1, false);
    benchmark::RegisterBenchmark("nn/A/cold/read_of_the_weights", read_weights)->UseManualTime()->Iterations(25)->Unit(benchmark::kMicrosecond);
    benchmark::RegisterBenchmark("nn/A/startup/bartizan", [](benchmark::State& s) { start_up(s, nn::digest::verify); })->Unit(benchmark::kMicrosecond);
    benchmark::RegisterBenchmark("nn/A/startup/bartizan_digest_trusted", [](benchmark::State& s) { start_up(s, nn::digest::trust); })->Unit(benchmark::kMicrosecond);
    benchmark::RegisterBenchmark("nn/A/startup/onnxruntime_qdq", [](benchmark::State& s) { start_up_peer(s, make_onnxruntime); })->Unit(benchmark::kMicrosecond)->Iterations(3);
    benchmark::RegisterBenchmark("nn/D/1MiB/bartizan", [](benchmark::State& s) { byte_convolution(s, false); })->Unit(benchmark::kMicrosecond);
    benchmark::RegisterBenchmark("nn/D/1MiB/onednn_u8s8", [](benchmark::State& s) { byte_convolution(s, true); })->Unit(benchmark::kMicrosecond);
}

}  // namespace
}  // namespace bartizan_bench

int main(int argc, char** argv) {
    bartizan_bench::register_rows();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
