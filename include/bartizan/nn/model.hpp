// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_MODEL_HPP
#define BARTIZAN_NN_MODEL_HPP

#include "../core/error.hpp"
#include "../core/reader.hpp"
#include "format.hpp"
#include "input_unit.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// One layer of a model whose bounds were checked.
struct layer {
    uint32_t inputs = 0;
    uint32_t outputs = 0;
    uint32_t activation = 0;
    uint32_t shift = 0;
    const uint8_t* weights = nullptr;
    bytes biases;
    bytes multipliers;

    [[nodiscard]] constexpr int32_t bias(uint32_t output) const noexcept {
        return static_cast<int32_t>(reader{biases}.u32(uint64_t{output} * 4));
    }
    [[nodiscard]] constexpr int32_t multiplier(uint32_t output) const noexcept {
        return static_cast<int32_t>(reader{multipliers}.u32(uint64_t{output} * 4));
    }
};

/// A model file, seen in place. Made by `open` (nn/load.hpp), which checks everything that the accessors rely on. A view: the bytes must
/// outlive it. Immutable, so any number of threads may share one.
class model {
  public:
    constexpr model() noexcept = default;
    constexpr explicit model(bytes file) noexcept : in_{file} {}

    [[nodiscard]] constexpr bytes file() const noexcept { return in_.data; }
    [[nodiscard]] constexpr uint64_t schema_hash() const noexcept { return in_.u64(format::at_schema_hash); }
    [[nodiscard]] constexpr uint32_t field_count() const noexcept { return in_.u32(format::at_field_count); }
    [[nodiscard]] constexpr uint32_t unit_count() const noexcept { return in_.u32(format::at_unit_count); }
    [[nodiscard]] constexpr uint32_t layer_count() const noexcept { return in_.u32(format::at_layer_count); }
    [[nodiscard]] constexpr uint32_t output_count() const noexcept { return in_.u32(format::at_output_count); }
    [[nodiscard]] constexpr uint32_t vector_count() const noexcept { return in_.u32(format::at_vector_count); }
    /// UTF-8, not terminated.
    [[nodiscard]] constexpr bytes name() const noexcept {
        return in_.sub(in_.u64(format::at_name_offset), in_.u32(format::at_name_size));
    }
    /// Q15; a score at or above it is positive.
    [[nodiscard]] constexpr int32_t threshold(uint32_t head) const noexcept {
        return static_cast<int32_t>(in_.u32(format::at_thresholds + uint64_t{head} * 4));
    }

    [[nodiscard]] constexpr input_unit unit(uint32_t index) const noexcept {
        const uint64_t at = in_.u64(format::at_units_offset) + format::unit_size_bytes * index;
        return {in_.u16(at), static_cast<input_unit::kind>(in_.u8(at + 2)), {}, in_.u64(at + 8), in_.u64(at + 16)};
    }

    [[nodiscard]] constexpr uint64_t layer_offset(uint32_t index) const noexcept {
        return in_.u64(format::at_layers_offset) + format::layer_size_bytes * index;
    }
    [[nodiscard]] constexpr nn::layer layer(uint32_t index) const noexcept {
        const uint64_t at = layer_offset(index);
        nn::layer l;
        l.inputs = in_.u32(at + format::at_layer_inputs);
        l.outputs = in_.u32(at + format::at_layer_outputs);
        l.activation = in_.u32(at + format::at_layer_activation);
        l.shift = in_.u32(at + format::at_layer_shift);
        l.weights = in_.sub(in_.u64(at + format::at_layer_weights), uint64_t{l.inputs} * l.outputs).data;
        l.biases = in_.sub(in_.u64(at + format::at_layer_biases), uint64_t{l.outputs} * 4);
        l.multipliers = in_.sub(in_.u64(at + format::at_layer_multipliers), uint64_t{l.outputs} * 4);
        return l;
    }

    /// Embedded test vector: input words, then expected scores; see format::vector_size_bytes.
    [[nodiscard]] constexpr bytes vector(uint32_t index) const noexcept {
        const uint64_t size = format::vector_size_bytes(field_count());
        return in_.sub(in_.u64(format::at_vectors_offset) + size * index, size);
    }

  private:
    reader in_;
};

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
