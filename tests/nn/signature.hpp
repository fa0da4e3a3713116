// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_NN_SIGNATURE_HPP
#define BARTIZAN_TESTS_NN_SIGNATURE_HPP

#include <bartizan/nn/attribution.hpp>

#include "random_model.hpp"

/// One number over the scores of a fixed set of networks and inputs: every layer, activation, head and input kind, single and in
/// batches, with attribution. It must be the same from every kernel, compiler, optimisation and processor. It changes only with the
/// arithmetic or the set; then every score that a customer recorded changes, too, and the change log says so.
namespace bartizan_tests {

class signature {
  public:
    explicit signature(const nn::kernels& k) : kernels_(k) {}

    void add(uint64_t number) { state_ = (state_ ^ number) * 0x100000001b3; }  // FNV-1a, by numbers
    void add(const nn::scores& s) {
        for (const int32_t h : s.head) add(static_cast<uint32_t>(h));
    }
    [[nodiscard]] uint64_t value() const { return state_; }

    /// Opens it with these kernels (which replays its test vectors) and scores the inputs. False if it is refused.
    bool add(const model_data& data) {
        const std::vector<uint8_t> file = write_model(data);
        nn::model m;
        if (nn::open({file.data(), file.size()}, 0, kernels_, *work_, m)) return false;
        std::vector<int32_t> shares(data.field_count);
        std::vector<float> rows;
        for (const example& e : data.examples) {
            if (data.input_kind() == nn::format::input_bytes) {
                add(nn::infer(m, bartizan::bytes{e.raw.data(), e.raw.size()}, kernels_, *work_));
                continue;
            }
            if (data.input_kind() == nn::format::input_units) add(nn::infer(m, as_input(e), kernels_, work_->upper));
            else add(nn::infer(m, bartizan::span<const float>{e.floats.data(), e.floats.size()}, kernels_, work_->upper));
            add(static_cast<uint32_t>(nn::attribute(m, kernels_, 0, work_->upper, {shares.data(), shares.size()})));
            for (const int32_t share : shares) add(static_cast<uint32_t>(share));
            rows.insert(rows.end(), e.floats.begin(), e.floats.end());
        }
        if (rows.empty()) return true;
        std::vector<nn::scores> out(data.examples.size());
        std::vector<uint8_t> memory(nn::batch_scratch_bytes(m, 5));
        if (!nn::infer_batch(m, {rows.data(), rows.size()}, kernels_, {memory.data(), memory.size()}, {out.data(), out.size()})) return false;
        for (const nn::scores& s : out) add(s);
        return true;
    }

  private:
    nn::kernels kernels_;
    uint64_t state_ = 0xcbf29ce484222325;
    std::unique_ptr<nn::byte_scratch> work_ = std::make_unique<nn::byte_scratch>();
};

/// Float features of every size and kind, NaN, infinities, denormals and negative zero among them.
inline float random_float(std::mt19937& random) {
    const auto from_bits = [](uint32_t bits) { return __builtin_bit_cast(float, bits); };
    constexpr uint32_t special[] = {0x7fc00000, 0xffc00000, 0x7f800000, 0xff800000, 0x00000001, 0x807fffff, 0x80000000, 0x7f7fffff, 0x47000000, 0xc7000000};
    switch (random() % 4) {
        case 0: return from_bits(special[random() % 10]);
        case 1: return 0;
        case 2: return from_bits(static_cast<uint32_t>(random()));
        default: return from_bits((0x3f000000 + static_cast<uint32_t>(random()) % 0x06000000) | (random() % 2 != 0 ? 0x80000000 : 0));
    }
}

inline dense_layer random_layer(std::mt19937& random, uint32_t inputs, uint32_t outputs, uint32_t activation) {
    dense_layer l;
    l.activation = activation;
    const bool head = nn::format::is_head(activation);
    for (uint32_t o = 0; o < outputs; ++o) {
        l.weights.emplace_back();
        for (uint32_t i = 0; i < inputs; ++i) l.weights.back().push_back(static_cast<int>(random() % 255) - 127);
        l.biases.push_back(static_cast<int32_t>(random() % 20001) - 10000);
        l.multipliers.push_back(static_cast<int32_t>(1'000'000 + random() % 4'000'000));
        l.gammas.push_back(static_cast<int32_t>(random() % 200'000) - 50'000);
        l.betas.push_back(static_cast<int32_t>(random() % 8192) - 4096);
        l.out_multipliers.push_back(static_cast<int32_t>(random() % 20'000));
        l.out_offsets.push_back(static_cast<int32_t>(random() % (60U << 20)));
    }
    l.shift = head ? 22 : 31;
    l.epsilon = 168;
    l.out_shift = 20;
    if (activation == nn::format::activation_relu || head) l.gammas.clear(), l.betas.clear(), l.out_multipliers.clear(), l.out_offsets.clear(), l.out_shift = 0;
    return l;
}

/// Floats in; ELU with LayerNorm, sigmoid, ReLU; three heads of every kind that read different layers.
inline model_data random_float_model(uint32_t seed, uint32_t fields, size_t examples) {
    using namespace nn::format;
    std::mt19937 random(seed);
    model_data m;
    m.name = "floats";
    m.field_count = fields;
    for (uint32_t i = 0; i < fields; ++i) {
        const bool logarithmic = random() % 3 == 0;
        m.floats.push_back({logarithmic ? static_cast<int>(random() % 17) : static_cast<int>(random() % 24) - 4, (static_cast<int32_t>(random() % 65535) - 32767) >> (random() % 9),
                            static_cast<int32_t>(random() % 2000) - 900, logarithmic});
    }
    m.layers = {random_layer(random, fields, 70, activation_elu),      random_layer(random, 70, 33, activation_sigmoid), random_layer(random, 33, 80, activation_relu),
                random_layer(random, 80, 4, activation_softmax_head), random_layer(random, 33, 2, activation_sigmoid_head), random_layer(random, 70, 1, activation_identity_head)};
    m.layers[1].gammas.clear(), m.layers[1].betas.clear();
    m.layers[4].source = 2, m.layers[5].source = 1;
    m.layers[4].first_score = 4, m.layers[5].first_score = 6;
    m.output_count = 7;
    for (size_t k = 0; k < examples; ++k) {
        example e;
        for (uint32_t i = 0; i < fields; ++i) e.floats.push_back(k % 3 == 2 && i % 16 != 0 ? 0 : random_float(random));
        m.examples.push_back(std::move(e));
    }
    return m;
}

/// Raw bytes in; overlapping windows where the stride is the smaller.
inline model_data random_byte_model(uint32_t seed, uint32_t window, uint32_t stride, uint32_t width, uint32_t sample) {
    using namespace nn::format;
    std::mt19937 random(seed);
    convolution_layer c;
    c.window = window, c.stride = stride, c.embedding_width = width;
    for (uint32_t i = 0; i < 257 * width; ++i) c.embedding.push_back(static_cast<uint8_t>(random() % 128));
    c.value = random_layer(random, window * width, 24, activation_elu);
    c.value.gammas.clear(), c.value.betas.clear();
    const dense_layer gate = random_layer(random, window * width, 24, activation_sigmoid_head);
    c.gate_weights = gate.weights, c.gate_biases = gate.biases, c.gate_multipliers = gate.multipliers, c.gate_shift = 26;
    model_data m;
    m.name = "bytes";
    m.field_count = sample;
    m.convolution = c;
    m.layers = {random_layer(random, 24, 20, activation_relu), random_layer(random, 20, 1, activation_sigmoid_head)};
    for (int k = 0; k < 3; ++k) {
        example e;
        for (uint32_t i = 0; i < sample; ++i) e.raw.push_back(static_cast<uint8_t>(random() % (k == 2 ? 4 : 256)));
        m.examples.push_back(std::move(e));
    }
    return m;
}

/// The fixed set. 0 if a model of it is refused.
inline uint64_t signature_of(const nn::kernels& k) {
    signature s(k);
    bool sound = true;
    for (uint32_t seed = 0; seed < 6; ++seed) sound &= s.add(random_model(seed, 3 + seed * 17, {17 + seed * 30, 9 + seed * 3, 1 + seed % 4}, 6));
    for (uint32_t seed = 0; seed < 6; ++seed) sound &= s.add(random_float_model(seed, 1 + seed * 41, 7));
    sound &= s.add(random_byte_model(1, 20, 20, 8, 1000)) && s.add(random_byte_model(2, 12, 5, 4, 333)) && s.add(random_byte_model(3, 64, 64, 16, 3));
    return sound ? s.value() : 0;
}

}  // namespace bartizan_tests

#endif
