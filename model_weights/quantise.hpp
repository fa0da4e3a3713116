// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_MODEL_WEIGHTS_QUANTISE_HPP
#define BARTIZAN_MODEL_WEIGHTS_QUANTISE_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include "btz_writer.hpp"
#include "float_network.hpp"

namespace bartizan_model {

/// Largest activation that a quantised layer shows: this share of what the calibration examples reach, so that a few outliers do not cost
/// everybody resolution.
inline constexpr double calibration_share = 0.9995;

/// Scale of a layer's outputs: the float that activation 127 stands for.
inline double full_scale(const Eigen::MatrixXf& activations) {
    std::vector<float> values(activations.data(), activations.data() + activations.size());
    const auto at = values.begin() + static_cast<int64_t>(calibration_share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return std::max(static_cast<double>(*at), 1e-3);
}

/// Float layers as 8-bit weights with a multiplier for each output (post-training, symmetric, per channel). An input activation of
/// 127 stands for 1.0. `calibration`: inputs in 0..1, columns. The last layer's result is the logit in Q16.
inline std::vector<dense_layer> quantise(const float_network& network, const Eigen::MatrixXf& calibration) {
    const auto activations = network.forward(calibration);
    std::vector<dense_layer> out;
    double in_scale = 1.0 / 127;  // float for one step of an input activation
    for (size_t i = 0; i < network.layers().size(); ++i) {
        const auto& from = network.layers()[i];
        const bool last = i + 1 == network.layers().size();
        const double out_scale = last ? 1.0 / 65536 : full_scale(activations[i + 1]) / 127;
        dense_layer to;
        to.shift = last ? 16 : 31;  // a logit's unit is 2^-16, so its multiplier needs less of a shift to fit 31 bits
        for (Eigen::Index o = 0; o < from.weights.rows(); ++o) {
            const double largest = std::max<double>(from.weights.row(o).cwiseAbs().maxCoeff(), 1e-6);
            const double weight_scale = largest / 127;
            std::vector<int> weights;
            for (Eigen::Index k = 0; k < from.weights.cols(); ++k)
                weights.push_back(static_cast<int>(std::lround(static_cast<double>(from.weights(o, k)) / weight_scale)));
            const double multiplier = weight_scale * in_scale / out_scale * static_cast<double>(1U << to.shift);
            to.weights.push_back(std::move(weights));
            const double bias = static_cast<double>(from.biases(o)) / (weight_scale * in_scale);
            to.biases.push_back(static_cast<int32_t>(std::lround(std::clamp<double>(bias, -nn::format::max_bias, nn::format::max_bias))));
            to.multipliers.push_back(static_cast<int32_t>(std::min(std::lround(multiplier), 0x7fffffffL)));
        }
        out.push_back(std::move(to));
        in_scale = out_scale;
    }
    return out;
}

/// Two networks as one: block-diagonal layers, the inputs and the outputs one behind the other. Both have as many layers.
inline std::vector<dense_layer> side_by_side(const std::vector<dense_layer>& a, const std::vector<dense_layer>& b, size_t a_inputs, size_t b_inputs) {
    std::vector<dense_layer> out;
    for (size_t i = 0; i < a.size(); ++i) {
        const size_t left = i == 0 ? a_inputs : a[i - 1].weights.size();
        const size_t right = i == 0 ? b_inputs : b[i - 1].weights.size();
        dense_layer both = a[i];
        for (auto& w : both.weights) w.resize(left + right, 0);
        for (const auto& w : b[i].weights) {
            both.weights.emplace_back(left, 0);
            both.weights.back().insert(both.weights.back().end(), w.begin(), w.end());
        }
        both.biases.insert(both.biases.end(), b[i].biases.begin(), b[i].biases.end());
        both.multipliers.insert(both.multipliers.end(), b[i].multipliers.begin(), b[i].multipliers.end());
        out.push_back(std::move(both));
    }
    return out;
}

}  // namespace bartizan_model

#endif
