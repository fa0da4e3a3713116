// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_MODEL_WEIGHTS_BTZ_WRITER_HPP
#define BARTIZAN_MODEL_WEIGHTS_BTZ_WRITER_HPP

#include <algorithm>
#include <bartizan/nn/load.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Writes .btz model files, for the trainer, the converter and tests. The reader's twin: include/bartizan/nn/load.hpp.
namespace bartizan_model {

namespace nn = bartizan::nn;

/// A dense layer before packing and padding. `weights[o][i]` in -127..127. Field by field as in nn/format.hpp.
struct dense_layer {
    std::vector<std::vector<int>> weights;
    std::vector<int32_t> biases;
    std::vector<int32_t> multipliers;
    uint32_t shift = 1;
    uint32_t source = UINT32_MAX;  ///< the layer before
    uint32_t activation = 0;       ///< 0: ReLU, and a sigmoid head for the last layer
    uint32_t first_score = 0;
    // Hidden layers by way of Q12 only.
    std::vector<int32_t> gammas, betas;  ///< LayerNorm, where not empty
    uint32_t epsilon = 0;
    std::vector<int32_t> out_multipliers, out_offsets;
    uint32_t out_shift = 0;
};

/// A gated convolution over raw bytes: `value` holds the weights of the values and the tables of the pooled outputs.
struct convolution_layer {
    uint32_t window = 0, stride = 0, embedding_width = 0;
    std::vector<uint8_t> embedding;  ///< 257 * embedding_width
    dense_layer value;
    std::vector<std::vector<int>> gate_weights;
    std::vector<int32_t> gate_biases, gate_multipliers;
    uint32_t gate_shift = 1;
};

/// One float feature; see nn::float_quantiser. `power` is the exponent of the power of two.
struct float_feature {
    int power = 0;
    int32_t multiplier = 0;
    int32_t zero = 0;  ///< the activation at 0, cut to 0..127
    bool logarithmic = false;
};

struct example {
    std::vector<uint64_t> value;    ///< units
    std::vector<uint64_t> present;  ///< units: nn::format::present_words(fields) words
    std::vector<float> floats;
    std::vector<uint8_t> raw;       ///< raw bytes, field_count of them
};

struct model_data {
    std::string name;
    uint64_t schema_hash = 0;
    uint32_t field_count = 0;
    std::vector<nn::input_unit> units;  ///< ascending by feature; padded by the writer
    std::vector<float_feature> floats;  ///< instead of units
    std::optional<convolution_layer> convolution;  ///< instead of both, and before `layers`
    std::vector<dense_layer> layers;
    uint32_t output_count = 0;            ///< 0: the last layer's outputs
    std::vector<int32_t> thresholds_q15;  ///< one for each head
    std::vector<example> examples;        ///< become the embedded test vectors

    [[nodiscard]] uint32_t input_kind() const {
        return convolution ? nn::format::input_bytes : floats.empty() ? nn::format::input_units : nn::format::input_floats;
    }
};

class file_writer {
  public:
    template <class Integer>
    void put(uint64_t at, Integer value) {
        for (size_t i = 0; i < sizeof value; ++i) out[at + i] = static_cast<uint8_t>(static_cast<uint64_t>(value) >> (8 * i));
    }
    /// A zeroed, aligned table of `size` bytes; returns its offset.
    uint64_t table(uint64_t size) {
        const uint64_t at = nn::format::aligned(out.size());
        out.resize(at + size);
        return at;
    }
    /// A table of `count` numbers (those missing are 0), whose offset is put at `field`.
    void numbers(uint64_t field, const std::vector<int32_t>& values, uint32_t count) {
        const uint64_t at = table(uint64_t{count} * 4);
        for (size_t i = 0; i < values.size(); ++i) put(at + i * 4, values[i]);
        put(field, at);
    }
    void plain_bytes(uint64_t field, const std::vector<uint8_t>& values) {
        const uint64_t at = table(values.size());
        std::copy(values.begin(), values.end(), out.begin() + static_cast<int64_t>(at));
        put(field, at);
    }

    std::vector<uint8_t> out;
};

inline uint32_t round_up(size_t n, uint32_t unit) { return static_cast<uint32_t>((n + unit - 1) / unit * unit); }

inline void put_layer(file_writer& w, uint64_t at, const dense_layer& layer, uint32_t inputs, uint32_t source, uint32_t activation) {
    using namespace nn::format;
    const uint32_t outputs = round_up(layer.weights.size(), nn::packed_outputs);
    const uint64_t weights = w.table(uint64_t{inputs} * outputs);
    for (uint32_t o = 0; o < layer.weights.size(); ++o)
        for (uint32_t i = 0; i < layer.weights[o].size(); ++i)
            w.out[weights + nn::packed_index(inputs, outputs, o, i)] = static_cast<uint8_t>(layer.weights[o][i]);
    w.put(at + at_layer_kind, kind_dense);
    w.put(at + at_layer_inputs, inputs);
    w.put(at + at_layer_outputs, outputs);
    w.put(at + at_layer_used, static_cast<uint32_t>(layer.weights.size()));
    w.put(at + at_layer_source, source);
    w.put(at + at_layer_activation, activation);
    w.put(at + at_layer_shift, layer.shift);
    w.put(at + at_layer_weights, weights);
    w.put(at + at_layer_first_score, layer.first_score);
    w.numbers(at + at_layer_biases, layer.biases, outputs);
    w.numbers(at + at_layer_multipliers, layer.multipliers, outputs);
    if (!layer.out_multipliers.empty()) {
        w.numbers(at + at_layer_out_multipliers, layer.out_multipliers, outputs);
        w.numbers(at + at_layer_out_offsets, layer.out_offsets, outputs);
        w.put(at + at_layer_out_shift, layer.out_shift);
    }
    if (layer.gammas.empty()) return;
    w.put(at + at_layer_normalise, 1U);
    w.put(at + at_layer_epsilon, layer.epsilon);
    w.numbers(at + at_layer_gammas, layer.gammas, outputs);
    w.numbers(at + at_layer_betas, layer.betas, outputs);
}

inline void put_convolution(file_writer& w, uint64_t at, const convolution_layer& c) {
    using namespace nn::format;
    const uint32_t inputs = c.window * c.embedding_width, outputs = round_up(c.value.weights.size(), nn::packed_outputs);
    put_layer(w, at, c.value, inputs, 0, activation_relu);
    w.put(at + at_layer_kind, kind_byte_convolution);
    w.put(at + at_layer_window, c.window);
    w.put(at + at_layer_stride, c.stride);
    w.put(at + at_layer_embedding_width, c.embedding_width);
    w.put(at + at_layer_gate_shift, c.gate_shift);
    w.plain_bytes(at + at_layer_embedding, c.embedding);
    const uint64_t row_bytes = aligned(inputs);
    std::vector<uint8_t> gate(row_bytes * outputs);
    for (size_t o = 0; o < c.gate_weights.size(); ++o)
        for (size_t i = 0; i < c.gate_weights[o].size(); ++i) gate[o * row_bytes + i] = static_cast<uint8_t>(c.gate_weights[o][i]);
    w.plain_bytes(at + at_layer_gate_weights, gate);
    w.numbers(at + at_layer_gate_biases, c.gate_biases, outputs);
    w.numbers(at + at_layer_gate_multipliers, c.gate_multipliers, outputs);
}

/// States the digest of the bytes as they are: the last step of writing, and what makes a tampered copy loadable in tests.
inline void seal(std::vector<uint8_t>& file) {
    const bartizan::sha256_digest digest = nn::detail::digest_of({file.data(), file.size()});
    std::copy_n(digest.bytes, 32, file.begin() + nn::format::at_digest);
}

/// Tables of the input; returns the activations at rest, padded.
inline std::vector<uint8_t> put_input(file_writer& w, const model_data& data) {
    using namespace nn::format;
    std::vector<uint8_t> rest;
    if (data.convolution) return rest;
    if (data.floats.empty()) {
        rest.resize(round_up(data.units.size(), nn::packed_inputs));
        const uint64_t units_at = w.table(unit_size_bytes * rest.size());
        for (size_t u = 0; u < rest.size(); ++u) {
            const uint64_t at = units_at + unit_size_bytes * u;
            const nn::input_unit unit = u < data.units.size() ? data.units[u] : nn::input_unit{data.units.back().feature};
            w.put(at, unit.feature);
            w.put(at + 2, static_cast<uint8_t>(unit.what));
            w.put(at + 8, unit.low);
            w.put(at + 16, unit.high);
            rest[u] = unit.what == nn::input_unit::kind::absent ? nn::full_activation : uint8_t{0};
        }
        w.put(at_input_offset, units_at);
        return rest;
    }
    const auto fields = static_cast<uint32_t>(data.floats.size());
    std::vector<uint16_t> logarithmic;
    for (uint32_t i = 0; i < fields; ++i)
        if (data.floats[i].logarithmic) logarithmic.push_back(static_cast<uint16_t>(i));
    rest.resize(round_up(fields, nn::packed_inputs));
    const uint64_t step = aligned(uint64_t{fields} * 4);
    const uint64_t at = w.table(quantiser_size_bytes(fields, static_cast<uint32_t>(logarithmic.size())));
    for (uint32_t i = 0; i < fields; ++i) {
        const float_feature& f = data.floats[i];
        rest[i] = nn::to_activation(f.zero);
        w.put(at + i * 4, static_cast<uint32_t>(f.power + 127) << 23);
        w.put(at + step + i * 4, f.multiplier);
        w.put(at + 2 * step + i * 4, f.zero * (1 << nn::float_quantiser::shift) + (1 << (nn::float_quantiser::shift - 1)));
    }
    for (size_t n = 0; n < logarithmic.size(); ++n) w.put(at + 3 * step + n * 2, logarithmic[n]);
    w.put(at_logarithmic_count, static_cast<uint32_t>(logarithmic.size()));
    w.put(at_input_offset, at);
    return rest;
}

inline void put_layers(file_writer& w, const model_data& data, uint32_t input_count) {
    using namespace nn::format;
    const uint32_t below = data.convolution ? 1 : 0;
    const auto layers = static_cast<uint32_t>(data.layers.size()) + below;
    const uint64_t layers_at = w.table(layer_size_bytes * layers);
    w.put(at_layer_count, layers);
    w.put(at_layers_offset, layers_at);
    if (data.convolution) put_convolution(w, layers_at, *data.convolution);
    for (uint32_t i = below; i < layers; ++i) {
        const dense_layer& l = data.layers[i - below];
        const uint32_t source = l.source == UINT32_MAX ? i : l.source;
        const size_t width = source == 0 ? input_count : source <= below ? data.convolution->value.weights.size() : data.layers[source - 1 - below].weights.size();
        const uint32_t activation = l.activation != 0 ? l.activation : i + 1 == layers ? activation_sigmoid_head : activation_relu;
        put_layer(w, layers_at + layer_size_bytes * i, l, round_up(width, source == 0 ? nn::packed_inputs : nn::packed_outputs), source, activation);
    }
}

/// The examples, with the scores that the library's scalar kernel computes from the file itself.
inline void put_vectors(file_writer& w, const model_data& data) {
    using namespace nn::format;
    const uint32_t kind = data.input_kind();
    const uint64_t size = vector_size_bytes(kind, data.field_count);
    const uint64_t at = w.table(size * data.examples.size());
    w.put(at_vectors_offset, at);
    w.put(at_vector_count, static_cast<uint32_t>(data.examples.size()));
    for (size_t v = 0; v < data.examples.size(); ++v) {
        const example& e = data.examples[v];
        uint64_t to = at + size * v;
        for (const uint64_t word : e.present) w.put(to, word), to += 8;
        for (const uint64_t word : e.value) w.put(to, word), to += 8;
        for (const float x : e.floats) w.put(to, __builtin_bit_cast(uint32_t, x)), to += 4;
        for (const uint8_t b : e.raw) w.put(to++, b);
    }
    const auto work = std::make_unique<nn::byte_scratch>();
    const nn::model m({w.out.data(), w.out.size()});
    for (uint32_t v = 0; v < data.examples.size(); ++v) {
        const nn::scores s = nn::detail::replay(m, v, nn::isa::scalar, work->upper, work.get());
        for (size_t h = 0; h < max_outputs; ++h) w.put(at + size * v + vector_input_bytes(kind, data.field_count) + h * 4, s.head[h]);
    }
}

/// The whole file.
inline std::vector<uint8_t> write_model(const model_data& data) {
    using namespace nn::format;
    file_writer w;
    w.out.resize(header_size_bytes);
    w.put(at_magic, magic);
    w.put(at_version_major, version_major);
    w.put(at_version_minor, version_minor);
    w.put(at_schema_hash, data.schema_hash);
    w.put(at_field_count, data.field_count);
    w.put(at_input_kind, data.input_kind());
    w.put(at_output_count, data.output_count != 0 ? data.output_count : static_cast<uint32_t>(data.layers.back().weights.size()));
    for (size_t head = 0; head < data.thresholds_q15.size(); ++head) w.put(at_thresholds + head * 4, data.thresholds_q15[head]);
    const std::vector<uint8_t> rest = put_input(w, data);
    w.put(at_input_count, static_cast<uint32_t>(rest.size()));
    put_layers(w, data, static_cast<uint32_t>(rest.size()));
    if (!rest.empty()) {
        w.plain_bytes(at_rest_offset, rest);
        const dense_layer& first = data.layers[0];
        std::vector<int32_t> sums(first.biases);
        for (size_t o = 0; o < first.weights.size(); ++o)
            for (size_t i = 0; i < first.weights[o].size(); ++i) sums[o] += rest[i] * first.weights[o][i];
        w.numbers(at_rest_sums_offset, sums, round_up(first.weights.size(), nn::packed_outputs));
    }
    w.plain_bytes(at_name_offset, {data.name.begin(), data.name.end()});
    w.put(at_name_size, static_cast<uint32_t>(data.name.size()));
    put_vectors(w, data);
    w.put(at_size_bytes, static_cast<uint64_t>(w.out.size()));
    seal(w.out);
    return std::move(w.out);
}

}  // namespace bartizan_model

#endif
