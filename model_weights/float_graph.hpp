// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_MODEL_WEIGHTS_FLOAT_GRAPH_HPP
#define BARTIZAN_MODEL_WEIGHTS_FLOAT_GRAPH_HPP

#include <Eigen/Dense>
#include <bartizan/nn/format.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

/// Float networks as the converter reads them, and the oracle that says what they compute.
namespace bartizan_model {

namespace nn = bartizan::nn;

/// Linear, then LayerNorm if `gammas` is not empty, then the activation.
struct float_layer {
    Eigen::MatrixXd weights;  ///< outputs x inputs
    Eigen::VectorXd biases;
    Eigen::VectorXd gammas, betas;
    double epsilon = 1e-5;
    uint32_t source = 0;      ///< 0 the input, k layer k - 1
    uint32_t activation = nn::format::activation_relu;
    uint32_t first_score = 0;
};

struct float_graph {
    uint32_t field_count = 0;
    std::vector<bool> logarithmic;  ///< features that go in as sign(x) * ln(1 + |x|); empty: none
    std::vector<float_layer> layers;

    [[nodiscard]] uint32_t output_count() const {
        uint32_t count = 0;
        for (const float_layer& l : layers)
            if (nn::format::is_head(l.activation)) count = std::max(count, l.first_score + static_cast<uint32_t>(l.weights.rows()));
        return count;
    }
};

/// The features as the first layer sees them; columns are examples.
inline Eigen::MatrixXd transformed(const float_graph& graph, Eigen::MatrixXd x) {
    for (Eigen::Index i = 0; i < x.rows(); ++i)
        if (!graph.logarithmic.empty() && graph.logarithmic[static_cast<size_t>(i)])
            x.row(i) = x.row(i).unaryExpr([](double v) { return v < 0 ? -std::log1p(-v) : std::log1p(v); });
    return x;
}

inline Eigen::MatrixXd activated(uint32_t activation, const Eigen::MatrixXd& x) {
    using namespace nn::format;
    switch (activation) {
        case activation_relu: return x.cwiseMax(0.0);
        case activation_elu: return x.unaryExpr([](double v) { return v < 0 ? std::expm1(v) : v; });
        case activation_sigmoid:
        case activation_sigmoid_head: return x.unaryExpr([](double v) { return 1 / (1 + std::exp(-v)); });
        case activation_softmax_head: {
            Eigen::MatrixXd e = (x.rowwise() - x.colwise().maxCoeff()).array().exp();
            return e.array().rowwise() / e.colwise().sum().array();
        }
        default: return x;
    }
}

/// What the activation sees.
inline Eigen::MatrixXd before_activation(const float_layer& l, const Eigen::MatrixXd& x) {
    Eigen::MatrixXd y = (l.weights * x).colwise() + l.biases;
    if (l.gammas.size() == 0) return y;
    for (Eigen::Index c = 0; c < y.cols(); ++c) {
        const double mean = y.col(c).mean();
        const double variance = (y.col(c).array() - mean).square().mean();
        y.col(c) = (y.col(c).array() - mean) / std::sqrt(variance + l.epsilon) * l.gammas.array() + l.betas.array();
    }
    return y;
}

/// Outputs of every layer for raw features (columns are examples), in double.
inline std::vector<Eigen::MatrixXd> forward(const float_graph& graph, const Eigen::MatrixXd& features) {
    const Eigen::MatrixXd input = transformed(graph, features);
    std::vector<Eigen::MatrixXd> out;
    for (const float_layer& l : graph.layers) out.push_back(activated(l.activation, before_activation(l, l.source == 0 ? input : out[l.source - 1])));
    return out;
}

/// Scores as rows, in the order in which the heads place them.
inline Eigen::MatrixXd scores_of(const float_graph& graph, const std::vector<Eigen::MatrixXd>& outputs) {
    Eigen::MatrixXd scores = Eigen::MatrixXd::Zero(graph.output_count(), outputs[0].cols());
    for (size_t i = 0; i < graph.layers.size(); ++i)
        if (nn::format::is_head(graph.layers[i].activation)) scores.middleRows(graph.layers[i].first_score, outputs[i].rows()) = outputs[i];
    return scores;
}

}  // namespace bartizan_model

#endif
