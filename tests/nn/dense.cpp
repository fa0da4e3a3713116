// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Every kernel against sums computed in 64 bits straight from unpacked weights.
#include <gtest/gtest.h>

#include <bartizan/nn/dense.hpp>
#include <random>
#include <vector>

namespace {

using namespace bartizan;

struct problem {
    uint32_t inputs, outputs;
    std::vector<uint8_t> x;
    std::vector<std::vector<int>> weights;  ///< [output][input]
    std::vector<int32_t> start;
};

uint32_t up(uint32_t n, uint32_t unit) { return (n + unit - 1) / unit * unit; }

std::vector<int32_t> run(const problem& p, nn::isa kernel) {
    const uint32_t inputs = up(p.inputs, nn::packed_inputs), outputs = up(p.outputs, nn::packed_outputs);
    // No byte more than the contract allows, so that the sanitizers see an over-read.
    std::vector<uint8_t> x(p.x), packed(size_t{inputs} * outputs);
    x.resize(inputs);
    for (uint32_t o = 0; o < p.outputs; ++o)
        for (uint32_t i = 0; i < p.inputs; ++i) packed[nn::packed_index(inputs, o, i)] = static_cast<uint8_t>(p.weights[o][i]);
    std::vector<int32_t> sums(p.start);
    sums.resize(outputs);
    nn::dense_for(kernel)(x.data(), packed.data(), sums.data(), inputs, outputs);
    sums.resize(p.outputs);
    return sums;
}

std::vector<int32_t> expected(const problem& p) {
    std::vector<int32_t> out;
    for (uint32_t o = 0; o < p.outputs; ++o) {
        int64_t sum = p.start[o];
        for (uint32_t i = 0; i < p.inputs; ++i) sum += int64_t{p.x[i]} * p.weights[o][i];
        out.push_back(static_cast<int32_t>(sum));
    }
    return out;
}

template <class Activation, class Weight>
problem make(uint32_t inputs, uint32_t outputs, Activation&& activation, Weight&& weight) {
    problem p{inputs, outputs, {}, {}, {}};
    for (uint32_t i = 0; i < inputs; ++i) p.x.push_back(static_cast<uint8_t>(activation(i)));
    for (uint32_t o = 0; o < outputs; ++o) {
        p.weights.emplace_back();
        for (uint32_t i = 0; i < inputs; ++i) p.weights[o].push_back(weight(o, i));
        p.start.push_back(static_cast<int32_t>(o * 1000) - 5000);
    }
    return p;
}

void expect_exact(const problem& p) {
    for (const nn::isa kernel : nn::all_isas) {
        if (!nn::is_available(kernel)) continue;
        ASSERT_EQ(run(p, kernel), expected(p)) << nn::name(kernel) << ' ' << p.inputs << " x " << p.outputs;
    }
}

TEST(dense, is_exact_for_every_tail) {
    std::mt19937 random(1);
    for (uint32_t n = 1; n <= 130; ++n) {
        const auto activation = [&](uint32_t) { return random() % 128; };
        const auto weight = [&](uint32_t, uint32_t) { return static_cast<int>(random() % 255) - 127; };
        expect_exact(make(n, 131 - n, activation, weight));
        expect_exact(make(131 - n, n, activation, weight));
    }
}

TEST(dense, does_not_saturate_at_the_extremes) {
    for (const int sign : {1, -1}) {
        expect_exact(make(4096, 80, [](uint32_t) { return 127; }, [&](uint32_t, uint32_t) { return sign * 127; }));
        expect_exact(make(2048, 64, [](uint32_t i) { return i % 2 * 127; }, [&](uint32_t o, uint32_t) { return o % 2 == 0 ? 127 : sign * -127; }));
    }
}

TEST(dense, skips_zeros_without_changing_sums) {
    std::mt19937 random(2);
    expect_exact(make(1024, 48, [&](uint32_t) { return random() % 20 == 0 ? random() % 128 : 0; }, [&](uint32_t, uint32_t) { return static_cast<int>(random() % 255) - 127; }));
}

TEST(dense, every_packed_place_is_used_once) {
    const uint32_t inputs = 20, outputs = 48;
    std::vector<int> used(inputs * outputs);
    for (uint32_t o = 0; o < outputs; ++o)
        for (uint32_t i = 0; i < inputs; ++i) ++used[nn::packed_index(inputs, o, i)];
    for (const int times : used) EXPECT_EQ(times, 1);
}

TEST(isa, the_best_one_is_available) { EXPECT_TRUE(nn::is_available(nn::best_isa())); }

}  // namespace
