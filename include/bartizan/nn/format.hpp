// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_FORMAT_HPP
#define BARTIZAN_NN_FORMAT_HPP

#include "../core/config.hpp"

/// The model file, .btz: little-endian, used in place (mapped file or embedded array), nothing is unpacked at load. Offsets are
/// from the file's first byte; tables are aligned to 64 bytes within the file. docs/model_format.md describes it field by field.
namespace BARTIZAN_NAMESPACE::nn::format {

inline constexpr uint32_t magic = 0x315a5442;  // "BTZ1"
inline constexpr uint16_t version_major = 3;   // a reader refuses any other
inline constexpr uint16_t version_minor = 0;
inline constexpr uint32_t alignment = 64;

/// Offsets of the header's fields.
enum : uint64_t {
    at_magic = 0,             // u32
    at_version_major = 4,     // u16
    at_version_minor = 6,     // u16
    at_size_bytes = 8,        // u64: of the whole file
    at_digest = 16,           // 32 bytes: SHA-256 of the two halves' SHA-256, see digest_of (nn/load.hpp)
    at_schema_hash = 48,      // u64: of the feature schema that the model reads
    at_field_count = 56,      // u32: features of that schema; bytes of a test vector where the input is raw bytes
    at_input_count = 60,      // u32: activations that the first layer reads, a multiple of 4; 0 for raw bytes
    at_layer_count = 64,      // u32
    at_output_count = 68,     // u32: scores
    at_vector_count = 72,     // u32: embedded test vectors
    at_name_size = 76,        // u32: bytes of the name, UTF-8
    at_input_offset = 80,     // u64: unit records, or the float quantiser's tables
    at_layers_offset = 88,    // u64: layer records
    at_vectors_offset = 96,   // u64: test vectors
    at_name_offset = 104,     // u64
    at_signature_offset = 112,  // u64: a detached signature of the digest, 0 for none; the library does not check it
    at_signature_size = 120,  // u64
    at_thresholds = 128,      // i32 for each score: one at or above it is positive
    at_input_kind = 192,      // u32: input_*
    at_logarithmic_count = 196,  // u32: logarithmic features of a float quantiser
    at_rest_offset = 200,     // u64: u8 for each activation: what they are when nothing is known (units) or every feature is 0 (floats)
    at_rest_sums_offset = 208,  // u64: i32 for each output of the first layer: its sums at rest
    header_size_bytes = 256,
};

inline constexpr uint32_t input_units = 1;   // integer features through units (nn/input_unit.hpp)
inline constexpr uint32_t input_floats = 2;  // float32 features through a quantiser (nn/float_quantiser.hpp)
inline constexpr uint32_t input_bytes = 3;   // raw bytes; the first layer is a gated convolution (nn/byte_convolution.hpp)

/// Layer record. Only the first layer reads the input. Fields that a layer has no use for are 0.
enum : uint64_t {
    at_layer_kind = 0,           // u32: kind_*
    at_layer_inputs = 4,         // u32: a multiple of 4
    at_layer_outputs = 8,        // u32: a multiple of 16
    at_layer_used = 12,          // u32: outputs that mean something, the rest is padding
    at_layer_source = 16,        // u32: 0 the input, k the activations of layer k - 1 (an earlier one)
    at_layer_activation = 20,    // u32: activation_*
    at_layer_shift = 24,         // u32: of the sums' multipliers; 31..62 for a plain ReLU, else 1..62
    at_layer_normalise = 28,     // u32: 1 LayerNorm before the activation, else 0
    at_layer_weights = 32,       // u64: inputs * outputs bytes, packed (nn/packing.hpp)
    at_layer_biases = 40,        // u64: i32 for each output, magnitude at most max_bias
    at_layer_multipliers = 48,   // u64: i32 for each output, not negative
    at_layer_gammas = 56,        // u64: LayerNorm's, i32 Q16 for each output
    at_layer_betas = 64,         // u64: i32 Q12 for each output, magnitude at most max_q12
    at_layer_out_multipliers = 72,  // u64: from Q12 to the activation's steps, i32 for each output, not negative
    at_layer_out_offsets = 80,   // u64: i32 for each output
    at_layer_out_shift = 88,     // u32: 1..40
    at_layer_epsilon = 92,       // u32: LayerNorm's, Q24, at least 1
    at_layer_first_score = 96,   // u32: where a head's scores go
    at_layer_window = 100,       // u32: bytes, of a byte convolution
    at_layer_stride = 104,       // u32: bytes
    at_layer_embedding_width = 108,  // u32: activations for each byte: 4, 8, 12 or 16
    at_layer_embedding = 112,    // u64: 257 * embedding_width activations; the last row stands for what is beyond the file
    at_layer_gate_weights = 120,  // u64: plain order [outputs][inputs], each row padded to a multiple of 64
    at_layer_gate_biases = 128,  // u64
    at_layer_gate_multipliers = 136,  // u64
    at_layer_gate_shift = 144,   // u32: 1..62; the gate's logit is Q16
    layer_size_bytes = 192,
};
inline constexpr uint32_t kind_dense = 1;
inline constexpr uint32_t kind_byte_convolution = 2;

inline constexpr uint32_t activation_relu = 1;     // hidden
inline constexpr uint32_t activation_elu = 2;      // hidden
inline constexpr uint32_t activation_sigmoid = 3;  // hidden
inline constexpr uint32_t activation_identity_head = 16;  // score: the logit in Q16
inline constexpr uint32_t activation_sigmoid_head = 17;   // score: Q15
inline constexpr uint32_t activation_softmax_head = 18;   // scores: Q15
[[nodiscard]] constexpr bool is_head(uint32_t activation) noexcept { return activation >= activation_identity_head; }

/// Unit record, 24 bytes: u16 feature, u8 kind (nn/input_unit.hpp), five bytes zero, u64 low, u64 high. Units ascend by feature.
inline constexpr uint64_t unit_size_bytes = 24;

/// Limits. Inputs and biases are bounded so that no 32-bit sum overflows: 65,536 * 127 * 127 + 2^30 < 2^31.
inline constexpr uint32_t max_fields = 4096;
inline constexpr uint32_t max_width = 65'536;
inline constexpr uint32_t max_layers = 16;
inline constexpr uint32_t max_outputs = 16;
inline constexpr uint32_t max_vectors = 4096;
inline constexpr uint32_t max_vector_bytes = 1U << 20;
inline constexpr int32_t max_bias = 1 << 30;

[[nodiscard]] constexpr uint64_t aligned(uint64_t size) noexcept { return (size + alignment - 1) / alignment * alignment; }

/// A float quantiser's tables, each aligned: powers f32, multipliers i32, offsets i32, logarithmic features u16.
[[nodiscard]] constexpr uint64_t quantiser_size_bytes(uint32_t fields, uint32_t logarithmic) noexcept {
    return 3 * aligned(uint64_t{fields} * 4) + uint64_t{logarithmic} * 2;
}

[[nodiscard]] constexpr uint32_t present_words(uint32_t fields) noexcept { return (fields + 63) / 64; }

/// The input of a test vector: the present words and a value for each field (units), or the floats, or the bytes; to whole words.
[[nodiscard]] constexpr uint64_t vector_input_bytes(uint32_t kind, uint32_t fields) noexcept {
    if (kind == input_units) return (uint64_t{present_words(fields)} + fields) * 8;
    return (uint64_t{fields} * (kind == input_floats ? 4 : 1) + 7) / 8 * 8;
}
/// And behind it an i32 for each of sixteen scores.
[[nodiscard]] constexpr uint64_t vector_size_bytes(uint32_t kind, uint32_t fields) noexcept {
    return vector_input_bytes(kind, fields) + max_outputs * 4;
}

}  // namespace BARTIZAN_NAMESPACE::nn::format

#endif
