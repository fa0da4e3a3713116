// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <bartizan/testing/pe_builder.hpp>
#include <bartizan/verdict/judge.hpp>
#include <memory>
#include <model_weights/bartizan_v1.hpp>
#include <model_weights/btz_writer.hpp>
#include <vector>

namespace {

using namespace bartizan;

const auto work = std::make_unique<judge_scratch>();

/// A model whose malware score rises with SizeOfImage alone, from 0 at 64 KiB to 1 at 1 MiB, and whose PUA score rises with FileSize.
std::vector<uint8_t> plain_model(int32_t malware_threshold, int32_t pua_threshold) {
    constexpr uint16_t size_of_image = 19, file_size = 48;
    EXPECT_STREQ(features::fields[size_of_image].name, "SizeOfImage");
    EXPECT_STREQ(features::fields[file_size].name, "FileSize");
    bartizan_model::model_data m;
    m.name = "plain";
    m.schema_hash = features::hash;
    m.field_count = features::field_count;
    m.units = {{size_of_image, nn::input_unit::kind::ramp, {}, 0x10000, 0x100000}, {file_size, nn::input_unit::kind::ramp, {}, 0, 0x100000}};
    // Logits from -8 to 8 over the 127 steps of a ramp.
    bartizan_model::dense_layer l;
    l.weights = {{1, 0}, {0, 1}};
    l.biases = {-64, -64};
    l.multipliers = {16 * 65536 / 127, 16 * 65536 / 127};
    l.shift = 1;
    for (int32_t& x : l.multipliers) x *= 2;
    m.layers = {l};
    m.thresholds_q15 = {malware_threshold, pua_threshold};
    return bartizan_model::write_model(m);
}

nn::model opened(const std::vector<uint8_t>& file) {
    nn::model m;
    EXPECT_FALSE(open_verdict_model({file.data(), file.size()}, nn::best_isa(), *work, m));
    return m;
}

std::vector<uint8_t> program(uint32_t size_of_image) {
    bartizan::testing::pe_builder b;
    b.add_section(".text", std::vector<uint8_t>(4096, 0x90));
    b.optional.size_of_image = size_of_image;
    return b.build();
}

file_verdict judged(const std::vector<uint8_t>& file, const nn::model& m) { return judge({file.data(), file.size()}, m, nn::best_isa(), *work); }

TEST(judge, classes_follow_scores_and_thresholds) {
    const auto file = plain_model(nn::one_q15 / 2, nn::one_q15 / 2);
    const nn::model m = opened(file);
    EXPECT_EQ(judged(program(0x10000), m).verdict, file_class::legitimate);
    EXPECT_EQ(judged(program(0x100000), m).verdict, file_class::malware);
    auto large = program(0x100000);
    large.resize(0x100000);
    EXPECT_EQ(judged(large, m).verdict, file_class::pua);
    const auto strict = plain_model(nn::one_q15 + 1, 0);
    EXPECT_EQ(judged(program(0x100000), opened(strict)).verdict, file_class::legitimate) << "below its threshold nothing is unwanted";
}

TEST(judge, reasons_name_the_feature_that_moved_the_score) {
    const auto file = plain_model(nn::one_q15 / 2, nn::one_q15 / 2);
    const file_verdict v = judged(program(0x100000), opened(file));
    ASSERT_EQ(v.reason_count, 1);
    EXPECT_STREQ(features::fields[v.reasons[0].feature].name, "SizeOfImage");
    EXPECT_GT(v.reasons[0].contribution_q16, 0);
    const file_verdict other = judged(program(0x10000), opened(file));
    EXPECT_EQ(other.reason_count, 0) << "what does not differ from the unknown file explains nothing";
}

TEST(judge, shipped_model_gives_ordered_reasons_and_repeats_itself) {
    nn::model m;
    ASSERT_FALSE(open_verdict_model(model_weights::bartizan_v1, nn::best_isa(), *work, m));
    const auto file = program(0x30000);
    const file_verdict a = judged(file, m), b = judged(file, m);
    EXPECT_EQ(a.kind, file_kind::pe32_plus);
    EXPECT_EQ(a.score.head[0], b.score.head[0]);
    ASSERT_EQ(a.reason_count, max_reasons);
    for (uint32_t i = 0; i < max_reasons; ++i) {
        EXPECT_EQ(a.reasons[i].contribution_q16, b.reasons[i].contribution_q16);
        if (i == 0) continue;
        EXPECT_GE(std::abs(a.reasons[i - 1].contribution_q16), std::abs(a.reasons[i].contribution_q16));
    }
}

TEST(judge, what_is_no_pe_file_is_unsupported_with_code_and_offset) {
    nn::model m;
    ASSERT_FALSE(open_verdict_model(model_weights::bartizan_v1, nn::best_isa(), *work, m));
    const auto expect = [&](std::vector<uint8_t> file, file_kind kind, error_code code, uint64_t offset) {
        const file_verdict v = judged(file, m);
        EXPECT_EQ(v.verdict, file_class::unsupported);
        EXPECT_EQ(v.kind, kind) << describe(code);
        EXPECT_EQ(v.failure.code, code);
        EXPECT_EQ(v.failure.offset, offset);
    };
    auto file = program(0x30000);
    expect({}, file_kind::not_pe, error_code::pe_too_small, 0);
    expect(std::vector<uint8_t>(100, 'x'), file_kind::not_pe, error_code::pe_no_mz, 0);
    expect({file.begin(), file.begin() + 40}, file_kind::malformed, error_code::pe_too_small, 40);
    expect({file.begin(), file.begin() + 100}, file_kind::malformed, error_code::pe_header_out_of_file, 0x3c);
    file[0x80] = 'N', file[0x81] = 'E';
    expect(file, file_kind::not_pe, error_code::pe_no_pe_signature, 0x80);
    file[0x80] = 'X';
    expect(file, file_kind::malformed, error_code::pe_no_pe_signature, 0x80);
}

TEST(judge, refuses_models_of_other_schemas_and_without_a_second_head) {
    auto file = plain_model(0, 0);
    nn::model m;
    bartizan_model::file_writer w;
    w.out = file;
    w.put(nn::format::at_schema_hash, uint64_t{1});
    bartizan_model::seal(w.out);
    EXPECT_EQ(open_verdict_model({w.out.data(), w.out.size()}, nn::isa::scalar, *work, m).code, error_code::model_schema_mismatch);
    w.out = file;
    w.put(nn::format::at_output_count, uint32_t{1});
    bartizan_model::seal(w.out);
    EXPECT_EQ(open_verdict_model({w.out.data(), w.out.size()}, nn::isa::scalar, *work, m).code, error_code::model_bad_shape);
}

TEST(judge, observes_each_stage_once_in_order) {
    const auto model = plain_model(0, 0);
    const auto file = program(0x10000);
    std::vector<judge_stage> seen;
    static_cast<void>(judge({file.data(), file.size()}, opened(model), nn::isa::scalar, *work, [&](judge_stage s) { seen.push_back(s); }));
    EXPECT_EQ(seen, (std::vector<judge_stage>{judge_stage::parsed, judge_stage::extracted, judge_stage::scored, judge_stage::examined}));
}

}  // namespace
