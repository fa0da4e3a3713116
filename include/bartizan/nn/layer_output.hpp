// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_LAYER_OUTPUT_HPP
#define BARTIZAN_NN_LAYER_OUTPUT_HPP

#include "model.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// Scores of the heads: probabilities in Q15 (0 to 32,768) or logits in Q16, as each head's layer says; those beyond the model's
/// output count are 0.
struct scores {
    int32_t head[format::max_outputs] = {};
};

/// Index of the largest of `count` scores from `first` on, the first of equals.
[[nodiscard]] constexpr uint32_t argmax(const scores& s, uint32_t first, uint32_t count) noexcept {
    uint32_t best = first;
    for (uint32_t i = first + 1; i < first + count; ++i)
        if (s.head[i] > s.head[best]) best = i;
    return best - first;
}

namespace detail {

/// From sums to Q12.
constexpr void to_q12(const layer& l, int32_t* values) noexcept {
    for (uint32_t o = 0; o < l.used; ++o)
        values[o] = static_cast<int32_t>(clamp(scale(values[o], load_i32(l.multipliers + o * 4), l.shift), -max_q12, max_q12));
}

/// LayerNorm of Q12 values in whole numbers: mean rounded to the nearest, variance (biased) in Q24 rounded down, standard deviation
/// in Q20 rounded down, its reciprocal in 48 bits, the normalised value in Q16.
constexpr void normalise(const layer& l, int32_t* values) noexcept {
    const int64_t count = l.used;
    int64_t sum = 0;
    for (uint32_t o = 0; o < l.used; ++o) sum += values[o];
    const int64_t mean = (sum + count * max_q12 + count / 2) / count - max_q12;
    uint64_t squares = 0;
    for (uint32_t o = 0; o < l.used; ++o) squares += static_cast<uint64_t>((values[o] - mean) * (values[o] - mean));
    const uint64_t deviation = integer_square_root((squares / l.used + l.epsilon) << 16);
    const auto reciprocal = static_cast<int64_t>((uint64_t{1} << 48) / deviation);
    for (uint32_t o = 0; o < l.used; ++o) {
        const int64_t normal_q16 = ((values[o] - mean) * reciprocal + (1 << 23)) >> 24;
        const int64_t y = ((normal_q16 * load_i32(l.gammas + o * 4) + (1 << 19)) >> 20) + load_i32(l.betas + o * 4);
        values[o] = static_cast<int32_t>(clamp(y, -max_q12, max_q12));
    }
}

[[nodiscard]] constexpr int32_t activate_q12(uint32_t activation, int32_t x) noexcept {
    switch (activation) {
        case format::activation_elu: return elu_q12(x);
        case format::activation_sigmoid: return (sigmoid_q15(int64_t{x} << 4) + 4) >> 3;
        default: return x < 0 ? 0 : x;
    }
}

/// The next layer's activation of a Q12 value.
[[nodiscard]] constexpr uint8_t from_q12(const layer& l, uint32_t o, int32_t x) noexcept {
    return to_activation((int64_t{x} * load_i32(l.out_multipliers + o * 4) + load_i32(l.out_offsets + o * 4)) >> l.out_shift);
}

/// A hidden layer's activations from its sums, by way of Q12; `sums` is used up. Padding outputs become 0.
constexpr void finish_hidden(const layer& l, int32_t* sums, uint8_t* out) noexcept {
    to_q12(l, sums);
    if (l.normalise != 0) normalise(l, sums);
    for (uint32_t o = 0; o < l.used; ++o) out[o] = from_q12(l, o, activate_q12(l.activation, sums[o]));
    for (uint32_t o = l.used; o < l.outputs; ++o) out[o] = 0;
}

/// e^(x - largest) over their sum, in Q15, rounded to the nearest.
constexpr void softmax(int32_t* values, uint32_t count) noexcept {
    int32_t largest = values[0];
    for (uint32_t i = 1; i < count; ++i) largest = values[i] > largest ? values[i] : largest;
    uint64_t sum = 0;
    uint32_t e_q31[format::max_outputs] = {};
    for (uint32_t i = 0; i < count; ++i) {
        e_q31[i] = exp_minus_q31(static_cast<uint64_t>(int64_t{largest} - values[i]));
        sum += e_q31[i];
    }
    for (uint32_t i = 0; i < count; ++i) values[i] = static_cast<int32_t>(((uint64_t{e_q31[i]} << 15) + sum / 2) / sum);
}

constexpr void finish_head(const layer& l, const int32_t* sums, scores& out) noexcept {
    int32_t* const score = out.head + l.first_score;
    for (uint32_t o = 0; o < l.used; ++o) {
        const int64_t logit_q16 = clamp(scale(sums[o], load_i32(l.multipliers + o * 4), l.shift), -max_logit_q16, max_logit_q16);
        score[o] = l.activation == format::activation_sigmoid_head ? sigmoid_q15(logit_q16) : static_cast<int32_t>(logit_q16);
    }
    if (l.activation == format::activation_softmax_head) softmax(score, l.used);
}

}  // namespace detail

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
