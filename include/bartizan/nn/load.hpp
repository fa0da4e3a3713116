// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_LOAD_HPP
#define BARTIZAN_NN_LOAD_HPP

#include "../core/sha256.hpp"
#include "network.hpp"

namespace BARTIZAN_NAMESPACE::nn {

namespace detail {

/// A table of `size` bytes at `offset`, behind the header and aligned. `field` is where the file states the offset.
[[nodiscard]] constexpr error check_table(reader in, uint64_t field, uint64_t offset, uint64_t size) noexcept {
    if (offset % format::alignment != 0) return {error_code::model_misaligned, field};
    if (offset < format::header_size_bytes || !in.has(offset, size)) return {error_code::model_out_of_bounds, field};
    return {};
}

[[nodiscard]] constexpr error check_header(reader in) noexcept {
    using namespace format;
    if (in.data.size < header_size_bytes) return {error_code::model_too_small, in.data.size};
    if (in.u32(at_magic) != magic) return {error_code::model_bad_magic, at_magic};
    if (in.u16(at_version_major) != version_major) return {error_code::model_newer_version, at_version_major};
    if (in.u64(at_size_bytes) != in.data.size) return {error_code::model_length_mismatch, at_size_bytes};
    sha256 digest;
    constexpr uint8_t zeros[32] = {};
    digest.update(in.sub(0, at_sha256)).update(zeros).update(in.data.sub(at_sha256 + 32));
    const sha256_digest actual = digest.finish();
    for (uint32_t i = 0; i < 32; ++i)
        if (actual.bytes[i] != in.u8(at_sha256 + i)) return {error_code::model_digest_mismatch, at_sha256};
    return {};
}

[[nodiscard]] constexpr error check_units(const model& m, reader in) noexcept {
    using namespace format;
    if (m.field_count() == 0 || m.field_count() > max_fields) return {error_code::model_bad_shape, at_field_count};
    if (m.unit_count() == 0 || m.unit_count() > max_width || m.unit_count() % packed_inputs != 0)
        return {error_code::model_bad_shape, at_unit_count};
    if (m.unit_count() > max_scratch_width) return {error_code::model_scratch_too_small, at_unit_count};
    const uint64_t table = in.u64(at_units_offset);
    if (const error bad = check_table(in, at_units_offset, table, unit_size_bytes * m.unit_count())) return bad;
    uint16_t feature = 0;
    for (uint32_t u = 0; u < m.unit_count(); ++u) {
        const input_unit unit = m.unit(u);
        const bool ramp_is_flat = unit.what == input_unit::kind::ramp && unit.low >= unit.high;
        if (unit.feature >= m.field_count() || unit.feature < feature || unit.what > input_unit::kind::absent || ramp_is_flat)
            return {error_code::model_bad_unit, table + unit_size_bytes * u};
        feature = unit.feature;
    }
    return {};
}

[[nodiscard]] constexpr error check_layer(const model& m, reader in, uint32_t index, uint32_t inputs) noexcept {
    using namespace format;
    const uint64_t at = m.layer_offset(index);
    const uint32_t outputs = in.u32(at + at_layer_outputs);
    const bool last = index + 1 == m.layer_count();
    if (in.u32(at + at_layer_kind) != kind_dense) return {error_code::model_bad_shape, at + at_layer_kind};
    if (in.u32(at + at_layer_inputs) != inputs) return {error_code::model_bad_shape, at + at_layer_inputs};
    if (outputs == 0 || outputs > max_width || outputs % packed_outputs != 0) return {error_code::model_bad_shape, at + at_layer_outputs};
    if (outputs > max_scratch_width) return {error_code::model_scratch_too_small, at + at_layer_outputs};
    if (in.u32(at + at_layer_activation) != (last ? activation_logit : activation_relu))
        return {error_code::model_bad_shape, at + at_layer_activation};
    const uint32_t shift = in.u32(at + at_layer_shift);
    if (shift < 1 || shift > 62) return {error_code::model_bad_shape, at + at_layer_shift};
    const auto table = [&](uint64_t field, uint64_t size) { return check_table(in, at + field, in.u64(at + field), size); };
    if (const error bad = table(at_layer_weights, uint64_t{inputs} * outputs)) return bad;
    if (const error bad = table(at_layer_biases, uint64_t{outputs} * 4)) return bad;
    if (const error bad = table(at_layer_multipliers, uint64_t{outputs} * 4)) return bad;
    const layer l = m.layer(index);
    for (uint32_t o = 0; o < outputs; ++o) {
        if (l.bias(o) > max_bias || l.bias(o) < -max_bias) return {error_code::model_bad_shape, in.u64(at + at_layer_biases) + uint64_t{o} * 4};
        if (l.multiplier(o) < 0) return {error_code::model_bad_shape, in.u64(at + at_layer_multipliers) + uint64_t{o} * 4};
    }
    return {};
}

[[nodiscard]] constexpr error check_layers(const model& m, reader in) noexcept {
    using namespace format;
    const uint32_t layers = m.layer_count();
    if (layers == 0 || layers > max_layers) return {error_code::model_bad_shape, at_layer_count};
    if (m.output_count() == 0 || m.output_count() > max_outputs) return {error_code::model_bad_shape, at_output_count};
    if (const error bad = check_table(in, at_layers_offset, in.u64(at_layers_offset), layer_size_bytes * layers)) return bad;
    uint32_t width = m.unit_count();
    for (uint32_t i = 0; i < layers; ++i) {
        if (const error bad = check_layer(m, in, i, width)) return bad;
        width = in.u32(m.layer_offset(i) + at_layer_outputs);
    }
    return {};
}

/// The file's own examples must give the same scores here: the last guard against a broken build or a broken processor.
[[nodiscard]] inline error check_vectors(const model& m, reader in, isa kernels, scratch& work) noexcept {
    using namespace format;
    const uint32_t fields = m.field_count();
    const uint64_t table = in.u64(at_vectors_offset);
    if (m.vector_count() > max_vectors) return {error_code::model_bad_shape, at_vector_count};
    if (const error bad = check_table(in, at_vectors_offset, table, vector_size_bytes(fields) * m.vector_count())) return bad;
    uint64_t words[max_fields + max_fields / 64];
    const uint32_t present = present_words(fields);
    for (uint32_t v = 0; v < m.vector_count(); ++v) {
        const reader record{m.vector(v)};
        for (uint32_t i = 0; i < present + fields; ++i) words[i] = record.u64(uint64_t{i} * 8);
        const scores actual = infer(m, {{words + present, fields}, {words, present}}, kernels, work);
        for (uint32_t head = 0; head < m.output_count(); ++head) {
            const uint64_t at = (uint64_t{present} + fields) * 8 + uint64_t{head} * 4;
            if (actual.head[head] != static_cast<int32_t>(record.u32(at)))
                return {error_code::model_test_vector_mismatch, table + vector_size_bytes(fields) * v + at};
        }
    }
    return {};
}

}  // namespace detail

/// Checks a model file whole, in this order: header and SHA-256, schema, input units, layers, embedded test vectors. `out` is
/// set only on success. Errors: every model_* code, with the offset of the field to blame. Needs 34 KiB of stack; time linear
/// in the file. `schema_hash` 0 accepts any schema (for tools that only look).
[[nodiscard]] inline error open(bytes file, uint64_t schema_hash, isa kernels, scratch& work, model& out) noexcept {
    const reader in{file};
    if (const error bad = detail::check_header(in)) return bad;
    const model m{file};
    if (schema_hash != 0 && m.schema_hash() != schema_hash) return {error_code::model_schema_mismatch, format::at_schema_hash};
    if (const error bad = detail::check_units(m, in)) return bad;
    if (const error bad = detail::check_layers(m, in)) return bad;
    if (!in.has(in.u64(format::at_name_offset), in.u32(format::at_name_size)))
        return {error_code::model_out_of_bounds, format::at_name_offset};
    if (const error bad = detail::check_vectors(m, in, kernels, work)) return bad;
    out = m;
    return {};
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
