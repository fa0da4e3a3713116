// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_FORMAT_HPP
#define BARTIZAN_NN_FORMAT_HPP

#include "../core/config.hpp"

/// The model file, .btz: little-endian, used in place (mapped file or embedded array), nothing is unpacked at load. Offsets are
/// from the file's first byte; tables are aligned to 64 bytes within the file. docs/model_format.md describes it field by field.
namespace BARTIZAN_NAMESPACE::nn::format {

inline constexpr uint32_t magic = 0x315a5442;  // "BTZ1"
inline constexpr uint16_t version_major = 1;   // a reader refuses a newer one
inline constexpr uint16_t version_minor = 0;
inline constexpr uint32_t alignment = 64;

/// Offsets of the header's fields.
enum : uint64_t {
    at_magic = 0,             // u32
    at_version_major = 4,     // u16
    at_version_minor = 6,     // u16
    at_size_bytes = 8,        // u64: of the whole file
    at_sha256 = 16,           // 32 bytes: of the whole file with these 32 zero
    at_schema_hash = 48,      // u64: features::schema_hash of the schema that the model reads
    at_field_count = 56,      // u32: features of that schema
    at_unit_count = 60,       // u32: input units, a multiple of 4
    at_layer_count = 64,      // u32
    at_output_count = 68,     // u32: heads; the last layer's outputs beyond them are padding
    at_vector_count = 72,     // u32: embedded test vectors
    at_name_size = 76,        // u32: bytes of the name, UTF-8
    at_units_offset = 80,     // u64: unit records
    at_layers_offset = 88,    // u64: layer records
    at_vectors_offset = 96,   // u64: test vectors
    at_name_offset = 104,     // u64
    at_signature_offset = 112,  // u64: a detached signature of the SHA-256, 0 for none; the library does not check it
    at_signature_size = 120,  // u64
    at_thresholds = 128,      // i32 for each head, Q15: a score at or above it is positive
    header_size_bytes = 192,
};

/// Layer record, 64 bytes. Kind 1, dense: activation 0..127 in, 32-bit sums, then scaled by multiplier and shift.
enum : uint64_t {
    at_layer_kind = 0,           // u32
    at_layer_inputs = 4,         // u32: a multiple of 4
    at_layer_outputs = 8,        // u32: a multiple of 16
    at_layer_activation = 12,    // u32: 0 logit in Q16 (last layer), 1 ReLU to 0..127 (the others)
    at_layer_shift = 16,         // u32: 1..62
    at_layer_weights = 24,       // u64: outputs * inputs bytes, packed (nn/dense_scalar.hpp)
    at_layer_biases = 32,        // u64: i32 for each output, magnitude at most max_bias
    at_layer_multipliers = 40,   // u64: i32 for each output, not negative
    layer_size_bytes = 64,
};
inline constexpr uint32_t kind_dense = 1;
inline constexpr uint32_t activation_logit = 0;
inline constexpr uint32_t activation_relu = 1;

/// Unit record, 24 bytes: u16 feature, u8 kind (nn/input_unit.hpp), five bytes zero, u64 low, u64 high. Units ascend by feature.
inline constexpr uint64_t unit_size_bytes = 24;

/// Limits. Inputs and biases are bounded so that no 32-bit sum overflows: 65,536 * 127 * 127 + 2^30 < 2^31.
inline constexpr uint32_t max_fields = 4096;
inline constexpr uint32_t max_width = 65'536;
inline constexpr uint32_t max_layers = 16;
inline constexpr uint32_t max_outputs = 4;
inline constexpr uint32_t max_vectors = 4096;
inline constexpr int32_t max_bias = 1 << 30;

[[nodiscard]] constexpr uint32_t present_words(uint32_t fields) noexcept { return (fields + 63) / 64; }

/// Test vector: the present words, a value for each field, an i32 score (Q15) for each of four heads.
[[nodiscard]] constexpr uint64_t vector_size_bytes(uint32_t fields) noexcept {
    return (uint64_t{present_words(fields)} + fields) * 8 + max_outputs * 4;
}

}  // namespace BARTIZAN_NAMESPACE::nn::format

#endif
