// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The whole-number functions against the real ones in double: exponential, logarithms, ELU, square root, LayerNorm, softmax.
#include <gtest/gtest.h>

#include <array>
#include <bartizan/nn/layer_output.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "signature.hpp"

namespace {

using namespace bartizan_tests;

TEST(arithmetic, exponential_and_elu_are_within_their_stated_error) {
    for (uint64_t x = 0; x < 20 * 65536; x += 13) {
        ASSERT_NEAR(nn::exp_minus_q31(x) / 2147483648.0, std::exp(-static_cast<double>(x) / 65536), 1.0 / 32768);
        ASSERT_GE(nn::exp_minus_q31(x), nn::exp_minus_q31(x + 13));
    }
    for (int32_t x = -20 * 4096; x < 20 * 4096; x += 7) ASSERT_NEAR(nn::elu_q12(x) / 4096.0, x < 0 ? std::expm1(x / 4096.0) : x / 4096.0, 1.0 / 4096) << x;
}

TEST(arithmetic, logarithms_are_within_their_stated_error) {
    std::mt19937 random(1);
    for (int i = 0; i < 200'000; ++i) {
        const auto bits = static_cast<uint32_t>(random());
        const auto x = __builtin_bit_cast(float, bits);
        if (std::isnan(x) || std::isinf(x)) continue;
        const double expected = std::copysign(std::log1p(std::abs(static_cast<double>(x))), static_cast<double>(x));
        ASSERT_NEAR(nn::sign_log_q16(bits) / 65536.0, expected, 1.0 / 16384) << x;
        const uint64_t n = (uint64_t{random()} << 32 | random()) >> (random() % 64);
        ASSERT_NEAR(nn::log_q16(n) / 65536.0, std::log1p(static_cast<double>(n)), 1.0 / 16384) << n;
        ASSERT_LE(nn::log_q16(n), nn::log_q16(n == UINT64_MAX ? n : n + 1));
    }
    EXPECT_EQ(nn::sign_log_q16(0x7fc00000), 0);
    EXPECT_EQ(nn::sign_log_q16(0x7f800000), nn::sign_log_q16(0x7f7fffff));
}

TEST(arithmetic, square_root_is_the_largest_that_fits) {
    std::mt19937_64 random(2);
    for (int i = 0; i < 100'000; ++i) {
        const uint64_t x = random() >> (random() % 64), root = nn::integer_square_root(x);
        ASSERT_LE(root * root, x);
        ASSERT_TRUE(root == UINT32_MAX || (root + 1) * (root + 1) > x) << x;
    }
}

TEST(quantiser, is_floor_of_the_exact_product_for_every_float) {
    std::mt19937 random(3);
    for (int i = 0; i < 200'000; ++i) {
        const float x = random_float(random);
        const int power = static_cast<int>(random() % 40) - 20;
        double exact = std::isnan(x) ? 0 : std::trunc(std::ldexp(static_cast<double>(x), power));
        exact = std::min(32767.0, std::max(-32768.0, exact));
        ASSERT_EQ(nn::float_quantiser::cut(__builtin_bit_cast(uint32_t, x), power), static_cast<int32_t>(exact)) << x << ' ' << power;
    }
}

std::vector<uint8_t> table_of(const std::vector<int32_t>& numbers) {
    std::vector<uint8_t> out;
    for (const int32_t n : numbers)
        for (int k = 0; k < 4; ++k) out.push_back(static_cast<uint8_t>(static_cast<uint32_t>(n) >> (8 * k)));
    return out;
}

TEST(layer_norm, is_the_real_one_within_a_few_steps) {
    std::mt19937 random(4);
    for (const uint32_t count : {1U, 2U, 70U, 512U, 4096U}) {
        std::vector<int32_t> values, gammas, betas;
        for (uint32_t i = 0; i < count; ++i) {
            values.push_back(static_cast<int32_t>(random() % 40'000) - 15'000);
            gammas.push_back(static_cast<int32_t>(random() % 200'000) - 100'000);
            betas.push_back(static_cast<int32_t>(random() % 8192) - 4096);
        }
        double mean = 0, variance = 0;
        for (const int32_t v : values) mean += v / 4096.0 / count;
        for (const int32_t v : values) variance += (v / 4096.0 - mean) * (v / 4096.0 - mean) / count;
        const auto gamma_table = table_of(gammas), beta_table = table_of(betas);
        nn::layer l;
        l.used = count, l.epsilon = 168, l.gammas = gamma_table.data(), l.betas = beta_table.data();
        std::vector<int32_t> actual(values);
        nn::detail::normalise(l, actual.data());
        for (uint32_t i = 0; i < count; ++i) {
            const double expected = (values[i] / 4096.0 - mean) / std::sqrt(variance + 168.0 / (1 << 24)) * gammas[i] / 65536 + betas[i] / 4096.0;
            // With one value the mean's rounding is all there is, over the root of epsilon.
            ASSERT_NEAR(actual[i] / 4096.0, expected, count == 1 ? 0.1 : 4.0 / 4096) << count << ' ' << i;
        }
    }
}

TEST(softmax, is_the_real_one_and_sums_to_one) {
    std::mt19937 random(5);
    for (int n = 0; n < 2000; ++n) {
        const uint32_t count = 1 + static_cast<uint32_t>(random() % 16);
        std::vector<int32_t> logits;
        for (uint32_t i = 0; i < count; ++i) logits.push_back(static_cast<int32_t>(random() % (n % 2 == 0 ? 400'000 : 2'000'000'000)) - 100'000);
        double sum = 0, largest = -1e30;
        for (const int32_t x : logits) largest = std::max(largest, x / 65536.0);
        for (const int32_t x : logits) sum += std::exp(x / 65536.0 - largest);
        std::vector<int32_t> actual(logits);
        nn::detail::softmax(actual.data(), count);
        int64_t total = 0;
        for (uint32_t i = 0; i < count; ++i) {
            ASSERT_NEAR(actual[i] / 32768.0, std::exp(logits[i] / 65536.0 - largest) / sum, 1e-4);
            total += actual[i];
        }
        ASSERT_NEAR(static_cast<double>(total), 32768, 16);
    }
}

/// The lazy gate must not change the maximum: every window's gate computed, in plain arithmetic.
TEST(byte_convolution, pools_what_the_eager_form_pools) {
    for (const auto& [window, stride, width, size] : {std::array<uint32_t, 4>{20, 20, 8, 1000}, {12, 5, 4, 333}, {7, 3, 16, 2}}) {
        const model_data data = random_byte_model(window, window, stride, width, size);
        const auto file = write_model(data);
        const auto work = std::make_unique<nn::byte_scratch>();
        nn::model m;
        ASSERT_FALSE(nn::open({file.data(), file.size()}, 0, nn::best_isa(), *work, m));
        const convolution_layer& c = *data.convolution;
        for (const example& e : data.examples) {
            static_cast<void>(nn::infer(m, bartizan::bytes{e.raw.data(), e.raw.size()}, nn::best_isa(), *work));
            for (size_t f = 0; f < c.value.weights.size(); ++f) {
                int64_t best = 0;
                for (size_t first = 0; first == 0 || first + window - stride < size; first += stride) {
                    int64_t value = c.value.biases[f], gate = c.gate_biases[f];
                    for (size_t i = 0; i < window; ++i) {
                        const size_t token = first + i < size ? e.raw[first + i] : 256;
                        for (size_t k = 0; k < width; ++k) {
                            value += c.embedding[token * width + k] * c.value.weights[f][i * width + k];
                            gate += c.embedding[token * width + k] * c.gate_weights[f][i * width + k];
                        }
                    }
                    const int64_t a = std::max<int64_t>(0, nn::scale(static_cast<int32_t>(value), c.value.multipliers[f], c.value.shift));
                    best = std::max(best, a * nn::sigmoid_q15(nn::scale(static_cast<int32_t>(gate), c.gate_multipliers[f], c.gate_shift)));
                }
                const int64_t y = (best + (1 << 14)) >> 15;
                ASSERT_EQ(work->upper.activations[f], nn::to_activation((y * c.value.out_multipliers[f] + c.value.out_offsets[f]) >> c.value.out_shift)) << f;
            }
        }
    }
}

}  // namespace
