// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// A model file that is not whole is refused, with the code and the offset that fit.
#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "random_model.hpp"

namespace {

using namespace bartizan_tests;
using bartizan::error;
using bartizan::error_code;
namespace format = nn::format;

const auto work = std::make_unique<nn::scratch>();

error open(const std::vector<uint8_t>& file, uint64_t schema = 0) {
    nn::model m;
    return nn::open({file.data(), file.size()}, schema, nn::isa::scalar, *work, m);
}

const std::vector<uint8_t>& sound() {
    static const std::vector<uint8_t> file = write_model(random_model(1, 5, {16, 16, 2}, 2));
    return file;
}

/// A sound file with one number changed and its digest stated anew: only the check that is meant can refuse it.
template <class Integer>
std::vector<uint8_t> changed(uint64_t at, Integer value) {
    file_writer w;
    w.out = sound();
    w.put(at, value);
    seal(w.out);
    return w.out;
}

void expect(const std::vector<uint8_t>& file, error_code code, uint64_t offset) {
    const error e = open(file);
    EXPECT_EQ(e.code, code) << bartizan::describe(e.code) << " at " << e.offset;
    EXPECT_EQ(e.offset, offset);
}

TEST(load, takes_a_sound_file_and_asks_for_the_right_schema) {
    EXPECT_FALSE(open(sound()));
    EXPECT_FALSE(open(sound(), 2));
    EXPECT_EQ(open(sound(), 3).code, error_code::model_schema_mismatch);
}

/// The definition, by the portable SHA-256 in one piece, for lengths around a block and a half.
TEST(load, digest_is_that_of_the_two_halves_digests) {
    std::mt19937 random(1);
    for (size_t size = format::header_size_bytes; size < 1000; ++size) {
        std::vector<uint8_t> file(size), zeroed;
        for (uint8_t& b : file) b = static_cast<uint8_t>(random());
        zeroed = file;
        std::fill_n(zeroed.begin() + format::at_digest, 32, uint8_t{0});
        const size_t half = size / 128 * 64;
        bartizan::sha256 all;
        for (const bartizan::bytes part : {bartizan::bytes{zeroed.data(), half}, bartizan::bytes{zeroed.data() + half, size - half}}) {
            const bartizan::sha256_digest digest = bartizan::sha256_of(part);
            all.update({digest.bytes, 32});
        }
        ASSERT_TRUE(nn::detail::digest_of({file.data(), size}) == all.finish()) << size;
    }
}

TEST(load, refuses_every_flipped_byte) {
    for (size_t i = 0; i < sound().size(); ++i) {
        std::vector<uint8_t> file = sound();
        file[i] ^= 0x40;
        ASSERT_TRUE(open(file)) << "byte " << i;
    }
}

TEST(load, refuses_every_truncation_and_every_extension) {
    for (size_t size = 0; size < sound().size(); ++size)
        ASSERT_TRUE(open(std::vector<uint8_t>(sound().begin(), sound().begin() + static_cast<int64_t>(size)))) << size;
    std::vector<uint8_t> longer = sound();
    longer.push_back(0);
    expect(longer, error_code::model_length_mismatch, format::at_size_bytes);
}

TEST(load, names_what_is_wrong_in_a_file_whose_digest_fits) {
    const nn::model m({sound().data(), sound().size()});
    const uint64_t layer0 = m.layer_offset(0), layer2 = m.layer_offset(2);
    expect(changed(format::at_magic, uint32_t{0}), error_code::model_bad_magic, format::at_magic);
    expect(changed(format::at_version_major, uint16_t{format::version_major + 1}), error_code::model_newer_version, format::at_version_major);
    expect(changed(format::at_field_count, uint32_t{0}), error_code::model_bad_shape, format::at_field_count);
    expect(changed(format::at_input_count, uint32_t{7}), error_code::model_bad_shape, format::at_input_count);
    expect(changed(format::at_input_count, uint32_t{format::max_width}), error_code::model_scratch_too_small, format::at_input_count);
    expect(changed(format::at_input_offset, uint64_t{257}), error_code::model_misaligned, format::at_input_offset);
    expect(changed(format::at_input_offset, uint64_t{0}), error_code::model_out_of_bounds, format::at_input_offset);
    expect(changed(format::at_input_offset, UINT64_MAX - 63), error_code::model_out_of_bounds, format::at_input_offset);
    expect(changed(format::at_layer_count, uint32_t{0}), error_code::model_bad_shape, format::at_layer_count);
    expect(changed(format::at_layer_count, uint32_t{2}), error_code::model_bad_shape, format::at_output_count);
    expect(changed(format::at_output_count, uint32_t{5}), error_code::model_bad_shape, format::at_output_count);
    expect(changed(format::at_output_count, uint32_t{17}), error_code::model_bad_shape, format::at_output_count);
    expect(changed(layer2 + format::at_layer_first_score, uint32_t{1}), error_code::model_bad_shape, layer2 + format::at_layer_first_score);
    expect(changed(layer2 + format::at_layer_source, uint32_t{3}), error_code::model_bad_shape, layer2 + format::at_layer_source);
    expect(changed(layer0 + format::at_layer_used, uint32_t{17}), error_code::model_bad_shape, layer0 + format::at_layer_used);
    expect(changed(format::at_input_kind, uint32_t{4}), error_code::model_bad_shape, format::at_input_kind);
    expect(changed(format::at_vector_count, UINT32_MAX), error_code::model_bad_shape, format::at_vector_count);
    expect(changed(format::at_vectors_offset, uint64_t{1} << 62), error_code::model_out_of_bounds, format::at_vectors_offset);
    expect(changed(format::at_name_size, UINT32_MAX), error_code::model_out_of_bounds, format::at_name_offset);
    expect(changed(layer0 + format::at_layer_kind, uint32_t{9}), error_code::model_bad_shape, layer0 + format::at_layer_kind);
    expect(changed(layer0 + format::at_layer_inputs, uint32_t{4}), error_code::model_bad_shape, layer0 + format::at_layer_inputs);
    expect(changed(layer0 + format::at_layer_outputs, uint32_t{15}), error_code::model_bad_shape, layer0 + format::at_layer_outputs);
    expect(changed(layer0 + format::at_layer_shift, uint32_t{0}), error_code::model_bad_shape, layer0 + format::at_layer_shift);
    expect(changed(layer2 + format::at_layer_shift, uint32_t{63}), error_code::model_bad_shape, layer2 + format::at_layer_shift);
    expect(changed(layer0 + format::at_layer_weights, uint64_t{1} << 40), error_code::model_out_of_bounds, layer0 + format::at_layer_weights);
    const bartizan::reader in{{sound().data(), sound().size()}};
    const uint64_t bias = in.u64(layer0 + format::at_layer_biases), multiplier = in.u64(layer0 + format::at_layer_multipliers);
    expect(changed(bias, INT32_MIN), error_code::model_bad_shape, bias);
    expect(changed(multiplier, int32_t{-1}), error_code::model_bad_shape, multiplier);
    const uint64_t weights = in.u64(layer0 + format::at_layer_weights), rest = in.u64(format::at_rest_offset), rest_sums = in.u64(format::at_rest_sums_offset);
    expect(changed(weights, uint8_t{0x80}), error_code::model_bad_shape, weights);
    expect(changed(rest, uint8_t{128}), error_code::model_bad_shape, rest);
    expect(changed(rest_sums, int32_t{7}), error_code::model_test_vector_mismatch, rest_sums);
    const uint64_t units = in.u64(format::at_input_offset);
    expect(changed(units, uint16_t{5}), error_code::model_bad_unit, units);
    expect(changed(units + 2, uint8_t{9}), error_code::model_bad_unit, units);
    const uint64_t ramp = units + 2 * format::unit_size_bytes;
    expect(changed(ramp + 8, uint64_t{250}), error_code::model_bad_unit, ramp);
}

TEST(load, replays_the_embedded_test_vectors) {
    const uint64_t vectors = bartizan::reader{{sound().data(), sound().size()}}.u64(format::at_vectors_offset);
    const uint64_t score = vectors + format::vector_size_bytes(format::input_units, 5) - format::max_outputs * 4;
    expect(changed(score, int32_t{-1}), error_code::model_test_vector_mismatch, score);
}

TEST(load, hostile_numbers_anywhere_never_crash) {
    for (uint64_t at = 0; at + 8 <= sound().size(); at += 4) {
        for (const uint64_t value : {uint64_t{0}, uint64_t{1}, uint64_t{0x7fffffff}, uint64_t{0xffffffff}, UINT64_MAX, uint64_t{0x8000000000000000}})
            static_cast<void>(open(changed(at, value)));
    }
}

}  // namespace
