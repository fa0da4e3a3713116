// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Inference against a second implementation (unpacked weights, doubles for the rounding), across kernels, and attribution's sum.
#include <gtest/gtest.h>

#include <bartizan/nn/attribution.hpp>
#include <cmath>
#include <memory>

#include "random_model.hpp"

namespace {

using namespace bartizan_tests;

/// Straight from the documentation, sharing no code with the library but the sigmoid (tested by itself).
std::vector<int32_t> oracle(const model_data& m, const example& e) {
    std::vector<int64_t> x;
    for (const nn::input_unit& u : m.units) {
        const bool present = (e.present[u.feature / 64] >> (u.feature % 64) & 1) != 0;
        const auto v = static_cast<double>(e.value[u.feature]);
        const auto low = static_cast<double>(u.low), high = static_cast<double>(u.high);
        int64_t a = 0;
        if (u.what == nn::input_unit::kind::absent) a = present ? 0 : 127;
        else if (present && u.what == nn::input_unit::kind::bits) a = e.value[u.feature] % 2 == 1 ? 127 : 0;
        else if (present) a = static_cast<int64_t>(std::floor(std::min(1.0, std::max(0.0, (v - low) / (high - low))) * 127 + 1e-9));
        x.push_back(a);
    }
    for (size_t i = 0; i < m.layers.size(); ++i) {
        const dense_layer& l = m.layers[i];
        std::vector<int64_t> y;
        for (size_t o = 0; o < l.weights.size(); ++o) {
            int64_t sum = l.biases[o];
            for (size_t k = 0; k < x.size(); ++k) sum += x[k] * l.weights[o][k];
            y.push_back(static_cast<int64_t>(std::floor(static_cast<double>(sum) * l.multipliers[o] / std::exp2(l.shift) + 0.5)));
            if (i + 1 < m.layers.size()) y.back() = std::min<int64_t>(127, std::max<int64_t>(0, y.back()));
        }
        x = y;
    }
    std::vector<int32_t> out;
    for (const int64_t logit : x) out.push_back(nn::sigmoid_q15(logit));
    return out;
}

TEST(network, gives_the_oracles_scores_on_every_kernel) {
    const auto work = std::make_unique<nn::scratch>();
    size_t distinct = 0;
    for (uint32_t seed = 0; seed < 20; ++seed) {
        const model_data data = random_model(seed, 3 + seed * 7, {17 + seed * 5, 9 + seed * 3, 1 + seed % 4}, 8);
        const auto file = write_model(data);
        for (const nn::isa kernel : nn::all_isas) {
            if (!nn::is_available(kernel)) continue;
            nn::model m;
            ASSERT_FALSE(nn::open({file.data(), file.size()}, data.schema_hash, kernel, *work, m));
            for (const example& e : data.examples) {
                const auto expected = oracle(data, e);
                const nn::scores s = nn::infer(m, as_input(e), kernel, *work);
                for (size_t h = 0; h < expected.size(); ++h) ASSERT_EQ(s.head[h], expected[h]) << nn::name(kernel) << " seed " << seed;
                distinct += s.head[0] != 0 && s.head[0] != nn::one_q15 ? 1 : 0;
            }
        }
    }
    EXPECT_GT(distinct, 100U) << "the random scores are saturated, so this test compares nothing";
}

TEST(attribution, shares_add_up_to_score_minus_baseline_exactly) {
    const auto work = std::make_unique<nn::scratch>();
    const model_data data = random_model(7, 41, {64, 32, 2}, 32);
    const auto file = write_model(data);
    nn::model m;
    ASSERT_FALSE(nn::open({file.data(), file.size()}, 0, nn::best_isa(), *work, m));
    const example nothing{std::vector<uint64_t>(41), {0}, {}, {}};
    const int32_t unknown = nn::infer(m, as_input(nothing), nn::isa::scalar, *work).head[1];
    for (const example& e : data.examples) {
        const int32_t score = nn::infer(m, as_input(e), nn::isa::scalar, *work).head[1];
        std::vector<int32_t> shares(41);
        EXPECT_EQ(nn::attribute(m, nn::best_isa(), 1, *work, {shares.data(), shares.size()}), unknown);
        int64_t sum = 0;
        for (uint32_t f = 0; f < 41; ++f) {
            sum += shares[f];
            if (!as_input(e).has(f)) { EXPECT_EQ(shares[f], 0) << f; }
        }
        EXPECT_EQ(sum, 2 * (int64_t{score} - unknown));
    }
}

}  // namespace
