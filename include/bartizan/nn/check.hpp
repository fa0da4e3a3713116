// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_CHECK_HPP
#define BARTIZAN_NN_CHECK_HPP

#include "byte_convolution.hpp"

namespace BARTIZAN_NAMESPACE::nn {

namespace detail {

/// A table of `size` bytes, behind the header and aligned. `field` is where the file states the offset.
[[nodiscard]] constexpr error check_table(reader in, uint64_t field, uint64_t size) noexcept {
    const uint64_t offset = in.u64(field);
    if (offset % format::alignment != 0) return {error_code::model_misaligned, field};
    if (offset < format::header_size_bytes || offset >= in.data.size || !in.has(offset, size)) return {error_code::model_out_of_bounds, field};
    return {};
}

/// A table of i32 in low..high.
[[nodiscard]] constexpr error check_numbers(reader in, uint64_t field, uint32_t count, int32_t low, int32_t high) noexcept {
    if (const error bad = check_table(in, field, uint64_t{count} * 4)) return bad;
    const uint64_t table = in.u64(field);
    for (uint32_t i = 0; i < count; ++i) {
        const auto value = static_cast<int32_t>(in.u32(table + uint64_t{i} * 4));
        if (value < low || value > high) return {error_code::model_bad_shape, table + uint64_t{i} * 4};
    }
    return {};
}

/// A table of activations.
[[nodiscard]] constexpr error check_activations(reader in, uint64_t field, uint64_t count) noexcept {
    if (const error bad = check_table(in, field, count)) return bad;
    const uint64_t table = in.u64(field);
    for (uint64_t i = 0; i < count; ++i)
        if (in.u8(table + i) > 127) return {error_code::model_bad_shape, table + i};
    return {};
}

/// No weight may be -128: with it, two products of a pair would not fit 16 bits on every instruction set.
[[nodiscard]] constexpr error check_weights(reader in, uint64_t field, uint64_t count) noexcept {
    if (const error bad = check_table(in, field, count)) return bad;
    const uint64_t table = in.u64(field);
    const uint8_t* const w = in.data.data + static_cast<size_t>(table);
    constexpr uint64_t block = 4096;  // without a way out inside, compilers look at sixteen bytes at once
    for (uint64_t first = 0; first < count; first += block) {
        const uint64_t end = count - first < block ? count : first + block;
        uint8_t found = 0;
        for (uint64_t i = first; i < end; ++i) found = static_cast<uint8_t>(found | (w[i] == 0x80 ? 1 : 0));
        for (uint64_t i = first; found != 0 && i < end; ++i)
            if (w[i] == 0x80) return {error_code::model_bad_shape, table + i};
    }
    return {};
}

[[nodiscard]] constexpr error check_header(reader in) noexcept {
    using namespace format;
    if (in.data.size < header_size_bytes) return {error_code::model_too_small, in.data.size};
    if (in.u32(at_magic) != magic) return {error_code::model_bad_magic, at_magic};
    if (in.u16(at_version_major) != version_major) return {error_code::model_newer_version, at_version_major};
    if (in.u64(at_size_bytes) != in.data.size) return {error_code::model_length_mismatch, at_size_bytes};
    if (!in.has(in.u64(at_name_offset), in.u32(at_name_size))) return {error_code::model_out_of_bounds, at_name_offset};
    if (!in.has(in.u64(at_signature_offset), in.u64(at_signature_size))) return {error_code::model_out_of_bounds, at_signature_offset};
    return {};
}

[[nodiscard]] constexpr error check_units(const model& m, reader in) noexcept {
    using namespace format;
    const uint64_t table = in.u64(at_input_offset);
    if (const error bad = check_table(in, at_input_offset, unit_size_bytes * m.unit_count())) return bad;
    uint16_t feature = 0;
    for (uint32_t u = 0; u < m.unit_count(); ++u) {
        const input_unit unit = m.unit(u);
        if (!is_sound(unit) || unit.feature >= m.field_count() || unit.feature < feature) return {error_code::model_bad_unit, table + unit_size_bytes * u};
        feature = unit.feature;
    }
    return {};
}

[[nodiscard]] constexpr error check_quantiser(const model& m, reader in) noexcept {
    using namespace format;
    const uint32_t fields = m.field_count(), logarithmic = in.u32(at_logarithmic_count);
    if (fields > m.input_count()) return {error_code::model_bad_shape, at_field_count};
    if (logarithmic > fields) return {error_code::model_bad_shape, at_logarithmic_count};
    if (const error bad = check_table(in, at_input_offset, quantiser_size_bytes(fields, logarithmic))) return bad;
    const uint64_t step = aligned(uint64_t{fields} * 4), powers = in.u64(at_input_offset);
    for (uint64_t i = 0; i < fields; ++i) {
        const uint32_t power = in.u32(powers + i * 4), exponent = power >> 23;  // with the sign: a negative one is too large
        const auto multiplier = static_cast<int32_t>(in.u32(powers + step + i * 4)), offset = static_cast<int32_t>(in.u32(powers + 2 * step + i * 4));
        if ((power & 0x7fffff) != 0 || exponent < 1 || exponent > 253) return {error_code::model_bad_unit, powers + i * 4};
        if (multiplier < -32767 || multiplier > 32767) return {error_code::model_bad_unit, powers + step + i * 4};
        if (offset <= -(1 << 30) || offset >= 1 << 30) return {error_code::model_bad_unit, powers + 2 * step + i * 4};
    }
    for (uint32_t n = 0; n < logarithmic; ++n) {
        const uint32_t feature = in.u16(powers + 3 * step + n * 2);
        if (feature >= fields) return {error_code::model_bad_unit, powers + 3 * step + n * 2};
        if (m.quantiser().exponent(feature) < 0 || m.quantiser().exponent(feature) > 16) return {error_code::model_bad_unit, powers + feature * 4};
    }
    for (uint32_t i = fields; i < m.input_count(); ++i)  // padding is never anything but 0
        if (m.rest()[i] != 0) return {error_code::model_bad_shape, in.u64(at_rest_offset) + i};
    return {};
}

[[nodiscard]] constexpr error check_input(const model& m, reader in) noexcept {
    using namespace format;
    if (m.input_kind() == input_bytes) {
        if (m.input_count() != 0) return {error_code::model_bad_shape, at_input_count};
        return m.field_count() > max_vector_bytes ? error{error_code::model_bad_shape, at_field_count} : error{};
    }
    if (m.field_count() == 0 || m.field_count() > max_fields) return {error_code::model_bad_shape, at_field_count};
    if (m.input_count() == 0 || m.input_count() > max_width || m.input_count() % packed_inputs != 0) return {error_code::model_bad_shape, at_input_count};
    if (m.input_count() > max_scratch_width) return {error_code::model_scratch_too_small, at_input_count};
    if (const error bad = check_activations(in, at_rest_offset, m.input_count())) return bad;
    if (m.input_kind() == input_units) return check_units(m, in);
    if (m.input_kind() == input_floats) return check_quantiser(m, in);
    return {error_code::model_bad_shape, at_input_kind};
}

/// The tables of a byte convolution; the inputs are one window's.
[[nodiscard]] constexpr error check_convolution(const layer& l, reader in, uint64_t at) noexcept {
    using namespace format;
    const uint32_t width = l.embedding_width;
    if (width == 0 || width > 16 || width % 4 != 0) return {error_code::model_bad_shape, at + at_layer_embedding_width};
    if (l.window == 0 || l.window > max_width / width) return {error_code::model_bad_shape, at + at_layer_window};
    if (l.stride == 0 || l.stride > l.window) return {error_code::model_bad_shape, at + at_layer_stride};
    if (l.inputs != l.window * width) return {error_code::model_bad_shape, at + at_layer_inputs};
    if (l.outputs > byte_scratch::max_filters) return {error_code::model_scratch_too_small, at + at_layer_outputs};
    if (l.activation != activation_relu || l.normalise != 0) return {error_code::model_bad_shape, at + at_layer_activation};
    // value << shift must fit 63 bits: least_sum.
    if (l.shift < 1 || l.shift > 38) return {error_code::model_bad_shape, at + at_layer_shift};
    if (l.gate_shift < 1 || l.gate_shift > 62) return {error_code::model_bad_shape, at + at_layer_gate_shift};
    if (const error bad = check_activations(in, at + at_layer_embedding, uint64_t{257} * width)) return bad;
    if (const error bad = check_weights(in, at + at_layer_gate_weights, aligned(l.inputs) * l.outputs)) return bad;
    if (const error bad = check_numbers(in, at + at_layer_gate_biases, l.outputs, -max_bias, max_bias)) return bad;
    return check_numbers(in, at + at_layer_gate_multipliers, l.outputs, 0, INT32_MAX);
}

/// The tables between sums and activations of a hidden layer that goes by Q12.
[[nodiscard]] constexpr error check_q12_tables(const layer& l, reader in, uint64_t at) noexcept {
    using namespace format;
    if (l.out_shift < 1 || l.out_shift > 40) return {error_code::model_bad_shape, at + at_layer_out_shift};
    if (const error bad = check_numbers(in, at + at_layer_out_multipliers, l.outputs, 0, INT32_MAX)) return bad;
    if (const error bad = check_numbers(in, at + at_layer_out_offsets, l.outputs, INT32_MIN, INT32_MAX)) return bad;
    if (l.normalise == 0) return {};
    if (l.epsilon == 0 || l.epsilon > INT32_MAX) return {error_code::model_bad_shape, at + at_layer_epsilon};
    if (const error bad = check_numbers(in, at + at_layer_gammas, l.outputs, INT32_MIN, INT32_MAX)) return bad;
    return check_numbers(in, at + at_layer_betas, l.outputs, -max_q12, max_q12);
}

[[nodiscard]] constexpr error check_layer(const model& m, reader in, uint32_t index) noexcept {
    using namespace format;
    const uint64_t at = m.layer_offset(index);
    const layer& l = m.layer(index);
    const bool head = is_head(l.activation), convolution = m.input_kind() == input_bytes && index == 0;
    if (l.kind != (convolution ? kind_byte_convolution : kind_dense)) return {error_code::model_bad_shape, at + at_layer_kind};
    if ((index == 0) != (l.source == 0) || l.source > index || (l.source != 0 && is_head(m.layer(l.source - 1).activation)))
        return {error_code::model_bad_shape, at + at_layer_source};
    if (l.outputs == 0 || l.outputs > max_width || l.outputs % packed_outputs != 0) return {error_code::model_bad_shape, at + at_layer_outputs};
    if (l.outputs > max_scratch_width) return {error_code::model_scratch_too_small, at + at_layer_outputs};
    if (l.used == 0 || l.used > l.outputs) return {error_code::model_bad_shape, at + at_layer_used};
    if (l.activation == 0 || (l.activation > activation_sigmoid && !head) || l.activation > activation_softmax_head || l.normalise > 1 || (head && l.normalise != 0))
        return {error_code::model_bad_shape, at + at_layer_activation};
    if (head && (l.first_score > m.output_count() || l.used > m.output_count() - l.first_score)) return {error_code::model_bad_shape, at + at_layer_first_score};
    if (convolution) {
        if (const error bad = check_convolution(l, in, at)) return bad;
    } else {
        const uint32_t source_width = index == 0 ? m.input_count() : m.layer(l.source - 1).outputs;
        if (l.inputs != source_width) return {error_code::model_bad_shape, at + at_layer_inputs};
        const uint32_t least_shift = l.is_plain_relu() ? 31 : 1;
        if (l.shift < least_shift || l.shift > 62) return {error_code::model_bad_shape, at + at_layer_shift};
    }
    if (const error bad = check_weights(in, at + at_layer_weights, uint64_t{l.inputs} * l.outputs)) return bad;
    if (const error bad = check_numbers(in, at + at_layer_biases, l.outputs, -max_bias, max_bias)) return bad;
    if (const error bad = check_numbers(in, at + at_layer_multipliers, l.outputs, 0, INT32_MAX)) return bad;
    if (!head && (convolution || !l.is_plain_relu())) return check_q12_tables(l, in, at);
    return {};
}

[[nodiscard]] constexpr error check_layers(const model& m, reader in) noexcept {
    using namespace format;
    const uint32_t layers = in.u32(at_layer_count);
    if (layers == 0 || layers > max_layers) return {error_code::model_bad_shape, at_layer_count};
    if (m.output_count() == 0 || m.output_count() > max_outputs) return {error_code::model_bad_shape, at_output_count};
    if (const error bad = check_table(in, at_layers_offset, layer_size_bytes * layers)) return bad;
    uint32_t scored = 0;  // bit for each score that a head gives
    for (uint32_t i = 0; i < layers; ++i) {
        if (const error bad = check_layer(m, in, i)) return bad;
        const layer& l = m.layer(i);
        if (is_head(l.activation)) scored |= ((1U << l.used) - 1) << l.first_score;
    }
    if (scored != (1U << m.output_count()) - 1) return {error_code::model_bad_shape, at_output_count};
    if (m.activation_count() > max_scratch_activations) return {error_code::model_scratch_too_small, at_layer_count};
    if (m.input_kind() == input_bytes) return {};
    return check_table(in, at_rest_sums_offset, uint64_t{m.layer(0).outputs} * 4);
}

}  // namespace detail

/// Whether everything that inference relies on holds: every table within the file, every shape and number within its bounds. Without the
/// SHA-256, the sums at rest and the test vectors, which `open` adds. Linear in the file; usable in constant expressions for small models.
[[nodiscard]] constexpr error check(const model& m) noexcept {
    const reader in{m.file()};
    if (const error bad = detail::check_header(in)) return bad;
    if (const error bad = detail::check_input(m, in)) return bad;
    return detail::check_layers(m, in);
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
