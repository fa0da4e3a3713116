// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// A model file as the fuzzer made it, with length and SHA-256 stated anew so that the checks behind them are reached. What is
// accepted must infer and explain without leaving its bounds, the same on every kernel.
#include <bartizan/nn/attribution.hpp>
#include <bartizan/nn/load.hpp>
#include <cstdlib>
#include <memory>
#include <model_weights/btz_writer.hpp>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    namespace nn = bartizan::nn;
    static const auto work = std::make_unique<nn::scratch>();
    nn::model m;
    if (nn::open({data, size}, 0, nn::isa::scalar, *work, m).code == bartizan::error_code::none) std::abort();  // a SHA-256 by chance
    if (size < nn::format::header_size_bytes) return 0;
    bartizan_model::file_writer w;
    w.out.assign(data, data + size);
    w.put(nn::format::at_magic, nn::format::magic);
    w.put(nn::format::at_version_major, nn::format::version_major);
    w.put(nn::format::at_size_bytes, static_cast<uint64_t>(size));
    bartizan_model::seal(w.out);
    if (nn::open({w.out.data(), size}, 0, nn::isa::scalar, *work, m)) return 0;
    std::vector<uint64_t> values(m.field_count()), present(nn::format::present_words(m.field_count()));
    for (size_t i = 0; i < values.size(); ++i) values[i] = data[i % size] * uint64_t{0x0101010101010101};
    for (size_t i = 0; i < present.size(); ++i) present[i] = ~uint64_t{data[i % size]};
    const nn::input in{{values.data(), values.size()}, {present.data(), present.size()}};
    const nn::scores scalar = nn::infer(m, in, nn::isa::scalar, *work);
    const nn::scores best = nn::infer(m, in, nn::best_isa(), *work);
    for (uint32_t h = 0; h < nn::format::max_outputs; ++h)
        if (scalar.head[h] != best.head[h]) std::abort();
    std::vector<int32_t> shares(values.size());
    nn::attribute(m, nn::best_isa(), 0, *work, {shares.data(), shares.size()});
    return 0;
}
