// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_MODEL_WEIGHTS_CONVERSION_HPP
#define BARTIZAN_MODEL_WEIGHTS_CONVERSION_HPP

#include <algorithm>
#include <cmath>

#include "btz_writer.hpp"
#include "float_graph.hpp"

/// From a float network to the integers of a .btz file: post-training, symmetric 8-bit weights with a scale for each output,
/// 7-bit activations with a scale and a zero point for each.
namespace bartizan_model {

/// What an activation a stands for: step * (a - zero).
struct activation_scale {
    double step = 1;
    int zero = 0;
};

/// Calibration sees few examples: a channel gets this much room beyond what it showed, and at least this share of what the widest of
/// its layer showed.
inline constexpr double head_room = 1.02;
inline constexpr double least_share = 0.02;

/// Scales for hidden activations (rows are channels) of which `calibration` is a sample. Zero is among what they show.
inline std::vector<activation_scale> scales_of(const Eigen::MatrixXd& calibration) {
    const double widest = std::max(calibration.cwiseAbs().maxCoeff(), 1e-6);
    std::vector<activation_scale> out;
    for (Eigen::Index i = 0; i < calibration.rows(); ++i) {
        const double low = std::min(calibration.row(i).minCoeff() * head_room, 0.0);
        const double high = std::max({calibration.row(i).maxCoeff() * head_room, 0.0, low + widest * least_share});
        const double step = (high - low) / 127;
        out.push_back({step, static_cast<int>(std::lround(-low / step))});
    }
    return out;
}

/// Scales for features: one that never comes near zero spends no steps on it.
inline std::vector<activation_scale> ranges_of(const Eigen::MatrixXd& calibration) {
    const Eigen::VectorXd low = calibration.rowwise().minCoeff(), high = calibration.rowwise().maxCoeff();
    const double least = std::max((high - low).maxCoeff() * least_share, 1e-6);
    std::vector<activation_scale> out;
    for (Eigen::Index i = 0; i < calibration.rows(); ++i) {
        const double room = (high(i) - low(i)) * (head_room - 1);
        const double from = low(i) >= 0 ? std::max(low(i) - room, 0.0) : low(i) - room;
        // The activation at 0 must fit the quantiser's offset.
        const double range = std::max({high(i) + room - from, least, std::abs(from) / 60});
        out.push_back({range / 127, static_cast<int>(std::lround(-from / range * 127))});
    }
    return out;
}

/// The integers of a float feature with about this scale; `scale` becomes what they stand for exactly.
inline float_feature feature_of(activation_scale& scale, bool logarithmic) {
    float_feature out;
    out.logarithmic = logarithmic;
    out.zero = scale.zero;
    const double largest = std::max(std::abs(scale.zero), std::abs(127 - scale.zero)) * scale.step;
    out.power = static_cast<int>(std::floor(std::log2(32767 / largest)));
    out.power = logarithmic ? std::clamp(out.power, 0, 16) : std::clamp(out.power, -126, 126);
    const double fixed_step = scale.step * std::exp2(out.power);  // in units of the fixed-point value
    out.multiplier = static_cast<int32_t>(std::clamp(std::lround((1 << nn::float_quantiser::shift) / fixed_step), 1L, 32767L));
    scale.step = (1 << nn::float_quantiser::shift) / (out.multiplier * std::exp2(out.power));
    return out;
}

/// Numbers as i32 with one shift for all: the largest that keeps every one below 2^31.
inline uint32_t with_shift(const std::vector<double>& factors, uint32_t least, uint32_t most, std::vector<int32_t>& out) {
    const double largest = std::max(*std::max_element(factors.begin(), factors.end()), 1e-18);
    const auto shift = static_cast<uint32_t>(std::clamp(std::floor(std::log2(2147483647.0 / largest)), static_cast<double>(least), static_cast<double>(most)));
    out.clear();
    for (const double f : factors) out.push_back(static_cast<int32_t>(std::min(std::round(f * std::exp2(shift)), 2147483647.0)));
    return shift;
}

/// Weights (outputs x inputs, in steps) rounded to -127..127 one input after the other, the inputs still to come making up for each
/// rounding as far as `inputs` (inputs x examples, in steps) tell them apart: Frantar et al., "GPTQ", 2022. Cubic in the inputs.
inline Eigen::MatrixXd rounded(Eigen::MatrixXd weights, const Eigen::MatrixXd& inputs) {
    constexpr double damping = 0.01;  // of the mean square: the paper's
    const Eigen::Index count = weights.cols();
    const double least = std::max(damping * inputs.squaredNorm() / static_cast<double>(count), 1e-9);
    // The inverse of inputs * inputs' + least, by way of the examples, which are fewer.
    const Eigen::MatrixXd small = inputs.transpose() * inputs + least * Eigen::MatrixXd::Identity(inputs.cols(), inputs.cols());
    const Eigen::MatrixXd inverse = (Eigen::MatrixXd::Identity(count, count) - inputs * small.llt().solve(inputs.transpose())) / least;
    const Eigen::MatrixXd lower = inverse.llt().matrixL();
    for (Eigen::Index i = 0; i < count; ++i) {
        const Eigen::VectorXd before = weights.col(i);
        weights.col(i) = before.array().round().cwiseMax(-127.0).cwiseMin(127.0);
        weights.rightCols(count - i - 1).noalias() -= (before - weights.col(i)) / lower(i, i) * lower.col(i).tail(count - i - 1).transpose();
    }
    return weights;
}

/// One layer. `examples`: what its inputs show, a column each. `in`: scales of its inputs; `out`: of its activations (unused for a head).
inline dense_layer quantise(const float_layer& from, const Eigen::MatrixXd& examples, const std::vector<activation_scale>& in, const std::vector<activation_scale>& out) {
    using namespace nn::format;
    const bool head = is_head(from.activation), plain = from.activation == activation_relu && from.gammas.size() == 0;
    dense_layer to;
    to.source = from.source, to.activation = from.activation, to.first_score = from.first_score;
    Eigen::VectorXd steps(from.weights.cols());
    for (Eigen::Index i = 0; i < steps.size(); ++i) steps(i) = in[static_cast<size_t>(i)].step;
    const Eigen::MatrixXd scaled = from.weights * steps.asDiagonal();
    const Eigen::VectorXd row_scales = scaled.cwiseAbs().rowwise().maxCoeff().cwiseMax(1e-12) / 127;
    const Eigen::MatrixXd exact = row_scales.cwiseInverse().asDiagonal() * scaled, shown = steps.cwiseInverse().asDiagonal() * examples;
    const Eigen::MatrixXd whole = rounded(exact, shown);
    // What rounding adds to the examples on average goes into the bias: Nagel et al., "Data-Free Quantization", 2019.
    const Eigen::VectorXd correction = ((exact - whole) * shown).rowwise().mean();
    std::vector<double> factors, out_factors;
    for (Eigen::Index o = 0; o < from.weights.rows(); ++o) {
        const double scale = row_scales(o);
        std::vector<int> weights;
        double bias = from.biases(o) / scale + correction(o);
        for (Eigen::Index i = 0; i < steps.size(); ++i) {
            weights.push_back(static_cast<int>(whole(o, i)));
            bias -= weights.back() * in[static_cast<size_t>(i)].zero;
        }
        to.weights.push_back(std::move(weights));
        to.biases.push_back(static_cast<int32_t>(std::lround(std::clamp<double>(bias, -max_bias, max_bias))));
        factors.push_back(scale * (head ? 65536 : plain ? 1 / out[static_cast<size_t>(o)].step : 4096));
        if (!head) out_factors.push_back(1 / (4096 * out[static_cast<size_t>(o)].step));
    }
    to.shift = with_shift(factors, plain ? 31 : 1, 62, to.multipliers);
    if (head || plain) return to;
    to.out_shift = with_shift(out_factors, 1, 22, to.out_multipliers);
    for (const activation_scale& s : out) to.out_offsets.push_back(s.zero * (1 << to.out_shift) + (1 << (to.out_shift - 1)));
    if (from.gammas.size() == 0) return to;
    to.epsilon = static_cast<uint32_t>(std::max(1L, std::lround(from.epsilon * (1 << 24))));
    for (Eigen::Index o = 0; o < from.gammas.size(); ++o) {
        to.gammas.push_back(static_cast<int32_t>(std::lround(from.gammas(o) * 65536)));
        to.betas.push_back(static_cast<int32_t>(std::lround(std::clamp(from.betas(o) * 4096, -1.0 * nn::max_q12, 1.0 * nn::max_q12))));
    }
    return to;
}

/// The network in integers. `calibration`: raw feature vectors as columns, what the network is meant to see; a few hundred will do.
/// The first sixteen become the file's test vectors.
inline model_data convert(const float_graph& graph, const Eigen::MatrixXd& calibration) {
    model_data out;
    out.field_count = graph.field_count;
    out.output_count = graph.output_count();
    const std::vector<Eigen::MatrixXd> outputs = forward(graph, calibration);
    const Eigen::MatrixXd inputs = transformed(graph, calibration);
    std::vector<activation_scale> input = ranges_of(inputs);
    for (size_t i = 0; i < input.size(); ++i) out.floats.push_back(feature_of(input[i], !graph.logarithmic.empty() && graph.logarithmic[i]));
    std::vector<std::vector<activation_scale>> scales{input};
    for (size_t i = 0; i < graph.layers.size(); ++i) {
        scales.push_back(scales_of(outputs[i]));
        const uint32_t source = graph.layers[i].source;
        out.layers.push_back(quantise(graph.layers[i], source == 0 ? inputs : outputs[source - 1], scales[source], scales.back()));
    }
    for (Eigen::Index c = 0; c < std::min<Eigen::Index>(16, calibration.cols()); ++c) {
        example e;
        for (Eigen::Index i = 0; i < calibration.rows(); ++i) e.floats.push_back(static_cast<float>(calibration(i, c)));
        out.examples.push_back(std::move(e));
    }
    return out;
}

}  // namespace bartizan_model

#endif
