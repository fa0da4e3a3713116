// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// A model file as the fuzzer made it, with length and SHA-256 stated anew so that the checks behind them are reached. What is
// accepted must infer and explain without leaving its bounds, the same on every kernel. The first byte chooses a sound file of each input kind
// that the rest overwrites in places, since no fuzzer finds one from nothing.
#include <bartizan/nn/attribution.hpp>
#include <cstdlib>
#include <tests/nn/signature.hpp>

namespace {

using namespace bartizan_tests;
using bartizan::bytes;

const std::vector<uint8_t>& sound(uint8_t choice) {
    static const std::vector<uint8_t> files[] = {write_model(random_model(1, 5, {16, 16, 2}, 2)), write_model(random_float_model(2, 9, 2)),
                                                 write_model(random_byte_model(3, 6, 4, 4, 20))};
    return files[choice % 3];
}

/// Pairs of place and value: two bytes where (in words from the start, or the end for large ones), four bytes what.
void overwrite(std::vector<uint8_t>& file, bytes changes) {
    for (; changes.size >= 6; changes = changes.sub(6)) {
        const size_t at = (size_t{changes[0]} | size_t{changes[1]} << 8) * 4 % (file.size() - 3);
        std::copy_n(changes.data + 2, 4, file.begin() + static_cast<int64_t>(at));
    }
}

void must_agree(const nn::scores& a, const nn::scores& b) {
    for (uint32_t h = 0; h < nn::format::max_outputs; ++h)
        if (a.head[h] != b.head[h]) std::abort();
}

void use(const nn::model& m, bytes data, const nn::kernels& best, nn::byte_scratch& work) {
    const uint32_t fields = m.field_count();
    if (m.input_kind() == nn::format::input_bytes) return must_agree(nn::infer(m, data, nn::isa::scalar, work), nn::infer(m, data, best, work));
    std::vector<int32_t> shares(fields);
    if (m.input_kind() == nn::format::input_floats) {
        std::vector<float> x(fields);
        for (size_t i = 0; i < fields; ++i) x[i] = __builtin_bit_cast(float, data[i % data.size] * 0x01010101U);
        const bartizan::span<const float> in{x.data(), fields};
        must_agree(nn::infer(m, in, nn::isa::scalar, work.upper), nn::infer(m, in, best, work.upper));
        std::vector<uint8_t> memory(nn::batch_scratch_bytes(m, 1));
        nn::scores batch;
        if (!nn::infer_batch(m, in, best, {memory.data(), memory.size()}, {&batch, 1})) std::abort();
        must_agree(batch, nn::infer(m, in, best, work.upper));
    } else {
        std::vector<uint64_t> values(fields), present(nn::format::present_words(fields));
        for (size_t i = 0; i < values.size(); ++i) values[i] = data[i % data.size] * uint64_t{0x0101010101010101};
        for (size_t i = 0; i < present.size(); ++i) present[i] = ~uint64_t{data[i % data.size]};
        const nn::input in{{values.data(), values.size()}, {present.data(), present.size()}};
        must_agree(nn::infer(m, in, nn::isa::scalar, work.upper), nn::infer(m, in, best, work.upper));
    }
    nn::attribute(m, best, 0, work.upper, {shares.data(), shares.size()});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const auto work = std::make_unique<nn::byte_scratch>();
    static const nn::kernels best(nn::best_isa());
    if (size < 2) return 0;
    file_writer w;
    if (data[0] % 4 == 3) {
        w.out.assign(data + 1, data + size);
        if (w.out.size() < nn::format::header_size_bytes) w.out.resize(nn::format::header_size_bytes);
    } else {
        w.out = sound(data[0]);
        overwrite(w.out, {data + 1, size - 1});
    }
    w.put(nn::format::at_magic, nn::format::magic);
    w.put(nn::format::at_version_major, nn::format::version_major);
    w.put(nn::format::at_size_bytes, static_cast<uint64_t>(w.out.size()));
    // Vectors that no longer fit would hide what lies behind them.
    if (data[0] & 0x80) w.put(nn::format::at_vector_count, 0U);
    seal(w.out);
    nn::model m;
    if (nn::open({w.out.data(), w.out.size()}, 0, nn::isa::scalar, *work, m)) return 0;
    use(m, {data, size}, best, *work);
    return 0;
}
