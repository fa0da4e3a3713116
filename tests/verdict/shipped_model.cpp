// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The shipped model: the embedded header is the .btz file, it opens for the verdict on every kernel, and its scores of fixed inputs
// are the same number on every compiler, instruction set and processor.
#include <gtest/gtest.h>

#include <bartizan/verdict/judge.hpp>
#include <fstream>
#include <iterator>
#include <memory>
#include <model_weights/bartizan_v1.hpp>
#include <random>

namespace {

using namespace bartizan;

const auto work = std::make_unique<judge_scratch>();

TEST(shipped_model, header_and_file_are_the_same_bytes) {
    std::ifstream in(BARTIZAN_SOURCE_DIR "/model_weights/bartizan_v1.btz", std::ios::binary);
    const std::vector<uint8_t> file{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(file, std::vector<uint8_t>(std::begin(model_weights::bartizan_v1), std::end(model_weights::bartizan_v1)));
    EXPECT_LT(file.size(), 20u << 20);
}

/// FNV-1a over all scores of fixed pseudo-random inputs. Changes only when the model does: say so in the changelog.
uint64_t signature(nn::isa kernel) {
    nn::model m;
    EXPECT_FALSE(open_verdict_model(model_weights::bartizan_v1, kernel, *work, m));
    std::mt19937_64 random(20260101);
    uint64_t hash = 0xcbf29ce484222325;
    for (int i = 0; i < 2000; ++i) {
        features::vector v;
        for (unsigned f = 0; f < features::field_count; ++f) {
            const uint64_t bits = random() % 34;
            v.value[f] = random() & ((uint64_t{1} << bits) - 1);
        }
        v.present = random() | random();
        const nn::scores s = nn::infer(m, as_input(v), kernel, work->inference);
        for (const int32_t head : s.head) hash = (hash ^ static_cast<uint32_t>(head)) * 0x100000001b3;
    }
    return hash;
}

TEST(shipped_model, one_signature_on_every_kernel) {
    const uint64_t scalar = signature(nn::isa::scalar);
    for (const nn::isa kernel : nn::all_isas)
        if (nn::is_available(kernel)) { EXPECT_EQ(signature(kernel), scalar) << nn::name(kernel); }
    RecordProperty("signature", std::to_string(scalar));
    std::printf("signature %016llx\n", static_cast<unsigned long long>(scalar));
}

}  // namespace
