// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_MODEL_HPP
#define BARTIZAN_NN_MODEL_HPP

#include "../core/error.hpp"
#include "../core/reader.hpp"
#include "float_quantiser.hpp"
#include "format.hpp"
#include "input_unit.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// One layer of a model: its record (nn/format.hpp) with the tables found. Null for a table that it does not have.
struct layer {
    uint32_t kind = 0, inputs = 0, outputs = 0, used = 0, source = 0, activation = 0, shift = 0, normalise = 0;
    uint32_t out_shift = 0, epsilon = 0, first_score = 0, window = 0, stride = 0, embedding_width = 0, gate_shift = 0;
    uint32_t place = 0;  ///< where its activations begin among those of all layers
    const uint8_t *weights = nullptr, *biases = nullptr, *multipliers = nullptr, *gammas = nullptr, *betas = nullptr;
    const uint8_t *out_multipliers = nullptr, *out_offsets = nullptr, *embedding = nullptr;
    const uint8_t *gate_weights = nullptr, *gate_biases = nullptr, *gate_multipliers = nullptr;

    /// The kernels' own ReLU serves: straight from sums to activations.
    [[nodiscard]] constexpr bool is_plain_relu() const noexcept { return activation == format::activation_relu && normalise == 0; }
};

/// A model file, seen in place; the places of its tables are found once, here. Made by `open` (nn/load.hpp), which checks everything
/// that the others rely on. A view: the bytes must outlive it. Immutable, so any number of threads may share one. Usable in
/// constant expressions: `constexpr nn::model m{embedded_array};` is a network known at build time, and check it with
/// static_assert(!nn::check(m)).
class model {
  public:
    constexpr model() noexcept = default;
    constexpr explicit model(bytes file) noexcept : in_{file} {
        field_count_ = in_.u32(format::at_field_count);
        input_count_ = in_.u32(format::at_input_count);
        output_count_ = in_.u32(format::at_output_count);
        layer_count_ = in_.u32(format::at_layer_count);
        input_kind_ = in_.u32(format::at_input_kind);
        if (layer_count_ > format::max_layers) layer_count_ = format::max_layers;
        units_ = table(format::at_input_offset);
        rest_ = table(format::at_rest_offset);
        rest_sums_ = table(format::at_rest_sums_offset);
        if (input_kind_ == format::input_floats) {
            const uint64_t at = in_.u64(format::at_input_offset), step = format::aligned(uint64_t{field_count_} * 4);
            quantiser_ = {field_count_, at_offset(at), at_offset(at + step), at_offset(at + 2 * step), at_offset(at + 3 * step),
                          in_.u32(format::at_logarithmic_count)};
        }
        for (uint32_t i = 0; i < layer_count_; ++i) {
            layers_[i] = find_layer(i);
            layers_[i].place = activation_count_;
            if (!format::is_head(layers_[i].activation)) activation_count_ += layers_[i].outputs;
        }
    }

    [[nodiscard]] constexpr bytes file() const noexcept { return in_.data; }
    [[nodiscard]] constexpr uint64_t schema_hash() const noexcept { return in_.u64(format::at_schema_hash); }
    [[nodiscard]] constexpr uint32_t field_count() const noexcept { return field_count_; }
    /// format::input_*
    [[nodiscard]] constexpr uint32_t input_kind() const noexcept { return input_kind_; }
    /// Activations that the first layer reads; also of units, where there are any.
    [[nodiscard]] constexpr uint32_t input_count() const noexcept { return input_count_; }
    [[nodiscard]] constexpr uint32_t unit_count() const noexcept { return input_kind_ == format::input_units ? input_count_ : 0; }
    [[nodiscard]] constexpr uint32_t layer_count() const noexcept { return layer_count_; }
    [[nodiscard]] constexpr uint32_t output_count() const noexcept { return output_count_; }
    [[nodiscard]] constexpr uint32_t vector_count() const noexcept { return in_.u32(format::at_vector_count); }
    /// Activations of all hidden layers together.
    [[nodiscard]] constexpr uint32_t activation_count() const noexcept { return activation_count_; }
    /// UTF-8, not terminated.
    [[nodiscard]] constexpr bytes name() const noexcept { return in_.sub(in_.u64(format::at_name_offset), in_.u32(format::at_name_size)); }
    /// A score at or above it is positive. In the score's own unit: Q15 for probabilities.
    [[nodiscard]] constexpr int32_t threshold(uint32_t head) const noexcept {
        return static_cast<int32_t>(in_.u32(format::at_thresholds + uint64_t{head} * 4));
    }

    [[nodiscard]] constexpr input_unit unit(uint32_t index) const noexcept {
        const uint8_t* const p = units_ + format::unit_size_bytes * index;
        const auto u64 = [](const uint8_t* q) { return uint64_t{static_cast<uint32_t>(load_i32(q))} | uint64_t{static_cast<uint32_t>(load_i32(q + 4))} << 32; };
        return {static_cast<uint16_t>(p[0] | p[1] << 8), static_cast<input_unit::kind>(p[2]), {}, u64(p + 8), u64(p + 16)};
    }
    [[nodiscard]] constexpr const float_quantiser& quantiser() const noexcept { return quantiser_; }
    /// Activations at rest, and the first layer's sums of them.
    [[nodiscard]] constexpr const uint8_t* rest() const noexcept { return rest_; }
    [[nodiscard]] constexpr const uint8_t* rest_sums() const noexcept { return rest_sums_; }

    [[nodiscard]] constexpr const nn::layer& layer(uint32_t index) const noexcept { return layers_[index]; }
    [[nodiscard]] constexpr uint64_t layer_offset(uint32_t index) const noexcept {
        return in_.u64(format::at_layers_offset) + format::layer_size_bytes * index;
    }

    /// Embedded test vector: the input, then expected scores; see format::vector_size_bytes.
    [[nodiscard]] constexpr bytes vector(uint32_t index) const noexcept {
        const uint64_t size = format::vector_size_bytes(input_kind_, field_count_);
        return in_.sub(in_.u64(format::at_vectors_offset) + size * index, size);
    }

  private:
    /// Null for an offset that is 0 or beyond the file.
    [[nodiscard]] constexpr const uint8_t* at_offset(uint64_t offset) const noexcept {
        return offset == 0 || offset >= in_.data.size ? nullptr : in_.data.data + static_cast<size_t>(offset);
    }
    [[nodiscard]] constexpr const uint8_t* table(uint64_t field) const noexcept { return at_offset(in_.u64(field)); }

    [[nodiscard]] constexpr nn::layer find_layer(uint32_t index) const noexcept {
        using namespace format;
        const uint64_t at = layer_offset(index);
        const auto number = [&](uint64_t field) { return in_.u32(at + field); };
        nn::layer l;
        l.kind = number(at_layer_kind), l.inputs = number(at_layer_inputs), l.outputs = number(at_layer_outputs);
        l.used = number(at_layer_used), l.source = number(at_layer_source), l.activation = number(at_layer_activation);
        l.shift = number(at_layer_shift), l.normalise = number(at_layer_normalise), l.out_shift = number(at_layer_out_shift);
        l.epsilon = number(at_layer_epsilon), l.first_score = number(at_layer_first_score), l.window = number(at_layer_window);
        l.stride = number(at_layer_stride), l.embedding_width = number(at_layer_embedding_width), l.gate_shift = number(at_layer_gate_shift);
        l.weights = table(at + at_layer_weights), l.biases = table(at + at_layer_biases), l.multipliers = table(at + at_layer_multipliers);
        l.gammas = table(at + at_layer_gammas), l.betas = table(at + at_layer_betas), l.embedding = table(at + at_layer_embedding);
        l.out_multipliers = table(at + at_layer_out_multipliers), l.out_offsets = table(at + at_layer_out_offsets);
        l.gate_weights = table(at + at_layer_gate_weights), l.gate_biases = table(at + at_layer_gate_biases);
        l.gate_multipliers = table(at + at_layer_gate_multipliers);
        return l;
    }

    reader in_;
    uint32_t field_count_ = 0, input_kind_ = 0, input_count_ = 0, layer_count_ = 0, output_count_ = 0, activation_count_ = 0;
    const uint8_t *units_ = nullptr, *rest_ = nullptr, *rest_sums_ = nullptr;
    float_quantiser quantiser_;
    nn::layer layers_[format::max_layers];
};

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
