// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_MODEL_WEIGHTS_BTZ_WRITER_HPP
#define BARTIZAN_MODEL_WEIGHTS_BTZ_WRITER_HPP

#include <algorithm>
#include <bartizan/nn/load.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// Writes .btz model files, for the trainer and for tests. The reader's twin: include/bartizan/nn/load.hpp.
namespace bartizan_model {

namespace nn = bartizan::nn;

/// A dense layer before packing and padding. `weights[o][i]` in -127..127.
struct dense_layer {
    std::vector<std::vector<int>> weights;
    std::vector<int32_t> biases;
    std::vector<int32_t> multipliers;
    uint32_t shift = 1;
};

struct example {
    std::vector<uint64_t> value;
    std::vector<uint64_t> present;  ///< nn::format::present_words(fields) words
};

struct model_data {
    std::string name;
    uint64_t schema_hash = 0;
    uint32_t field_count = 0;
    std::vector<nn::input_unit> units;  ///< ascending by feature; padded by the writer
    std::vector<dense_layer> layers;
    std::vector<int32_t> thresholds_q15;  ///< one for each head
    std::vector<example> examples;        ///< become the embedded test vectors
};

class file_writer {
  public:
    template <class Integer>
    void put(uint64_t at, Integer value) {
        for (size_t i = 0; i < sizeof value; ++i) out[at + i] = static_cast<uint8_t>(static_cast<uint64_t>(value) >> (8 * i));
    }
    /// A zeroed, aligned table of `size` bytes; returns its offset.
    uint64_t table(uint64_t size) {
        const uint64_t at = (out.size() + nn::format::alignment - 1) / nn::format::alignment * nn::format::alignment;
        out.resize(at + size);
        return at;
    }

    std::vector<uint8_t> out;
};

inline uint32_t round_up(size_t n, uint32_t unit) { return static_cast<uint32_t>((n + unit - 1) / unit * unit); }

inline void put_layer(file_writer& w, uint64_t at, const dense_layer& layer, uint32_t inputs, bool last) {
    using namespace nn::format;
    const uint32_t outputs = round_up(layer.weights.size(), nn::packed_outputs);
    const uint64_t weights = w.table(uint64_t{inputs} * outputs);
    const uint64_t biases = w.table(uint64_t{outputs} * 4);
    const uint64_t multipliers = w.table(uint64_t{outputs} * 4);
    for (uint32_t o = 0; o < layer.weights.size(); ++o) {
        for (uint32_t i = 0; i < layer.weights[o].size(); ++i)
            w.out[weights + nn::packed_index(inputs, o, i)] = static_cast<uint8_t>(layer.weights[o][i]);
        w.put(biases + uint64_t{o} * 4, layer.biases[o]);
        w.put(multipliers + uint64_t{o} * 4, layer.multipliers[o]);
    }
    w.put(at + at_layer_kind, kind_dense);
    w.put(at + at_layer_inputs, inputs);
    w.put(at + at_layer_outputs, outputs);
    w.put(at + at_layer_activation, last ? activation_logit : activation_relu);
    w.put(at + at_layer_shift, layer.shift);
    w.put(at + at_layer_weights, weights);
    w.put(at + at_layer_biases, biases);
    w.put(at + at_layer_multipliers, multipliers);
}

/// States the SHA-256 of the bytes as they are: the last step of writing, and what makes a tampered copy loadable in tests.
inline void seal(std::vector<uint8_t>& file) {
    std::fill_n(file.begin() + nn::format::at_sha256, 32, uint8_t{0});
    const bartizan::sha256_digest digest = bartizan::sha256_of({file.data(), file.size()});
    std::copy_n(digest.bytes, 32, file.begin() + nn::format::at_sha256);
}

/// The whole file. The examples' scores are computed by the library's scalar kernel from the file itself.
inline std::vector<uint8_t> write_model(const model_data& data) {
    using namespace nn::format;
    file_writer w;
    w.out.resize(header_size_bytes);
    const uint32_t units = round_up(data.units.size(), nn::packed_inputs);
    const auto layers = static_cast<uint32_t>(data.layers.size());

    const uint64_t units_at = w.table(unit_size_bytes * units);
    for (uint32_t u = 0; u < units; ++u) {
        const uint64_t at = units_at + unit_size_bytes * u;
        const nn::input_unit unit = u < data.units.size() ? data.units[u] : nn::input_unit{data.units.back().feature};
        w.put(at, unit.feature);
        w.put(at + 2, static_cast<uint8_t>(unit.what));
        w.put(at + 8, unit.low);
        w.put(at + 16, unit.high);
    }
    const uint64_t layers_at = w.table(layer_size_bytes * layers);
    uint32_t width = units;
    for (uint32_t i = 0; i < layers; ++i) {
        put_layer(w, layers_at + layer_size_bytes * i, data.layers[i], width, i + 1 == layers);
        width = round_up(data.layers[i].weights.size(), nn::packed_outputs);
    }
    const uint64_t name_at = w.table(data.name.size());
    std::copy(data.name.begin(), data.name.end(), w.out.begin() + static_cast<int64_t>(name_at));
    const uint64_t vector_size = vector_size_bytes(data.field_count);
    const uint64_t vectors_at = w.table(vector_size * data.examples.size());

    w.put(at_magic, magic);
    w.put(at_version_major, version_major);
    w.put(at_version_minor, version_minor);
    w.put(at_size_bytes, static_cast<uint64_t>(w.out.size()));
    w.put(at_schema_hash, data.schema_hash);
    w.put(at_field_count, data.field_count);
    w.put(at_unit_count, units);
    w.put(at_layer_count, layers);
    w.put(at_output_count, static_cast<uint32_t>(data.layers.back().weights.size()));
    w.put(at_vector_count, static_cast<uint32_t>(data.examples.size()));
    w.put(at_name_size, static_cast<uint32_t>(data.name.size()));
    w.put(at_units_offset, units_at);
    w.put(at_layers_offset, layers_at);
    w.put(at_vectors_offset, vectors_at);
    w.put(at_name_offset, name_at);
    for (size_t head = 0; head < data.thresholds_q15.size(); ++head) w.put(at_thresholds + head * 4, data.thresholds_q15[head]);

    const auto work = std::make_unique<nn::scratch>();
    const nn::model m({w.out.data(), w.out.size()});
    for (size_t v = 0; v < data.examples.size(); ++v) {
        const example& e = data.examples[v];
        uint64_t at = vectors_at + vector_size * v;
        for (const uint64_t word : e.present) w.put(at, word), at += 8;
        for (const uint64_t word : e.value) w.put(at, word), at += 8;
        const nn::scores s = nn::infer(m, {{e.value.data(), e.value.size()}, {e.present.data(), e.present.size()}}, nn::isa::scalar, *work);
        for (const int32_t head : s.head) w.put(at, head), at += 4;
    }
    seal(w.out);
    return std::move(w.out);
}

}  // namespace bartizan_model

#endif
