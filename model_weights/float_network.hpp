// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_MODEL_WEIGHTS_FLOAT_NETWORK_HPP
#define BARTIZAN_MODEL_WEIGHTS_FLOAT_NETWORK_HPP

#include <Eigen/Dense>
#include <cmath>
#include <random>
#include <vector>

namespace bartizan_model {

/// A fully connected network with ReLU between the layers and one logit at the end, trained by Adam. Single-threaded, fixed
/// order, own random numbers: equal data and seed give equal weights on one machine and compiler.
class float_network {
  public:
    using matrix = Eigen::MatrixXf;  ///< columns are examples
    using vector = Eigen::VectorXf;

    struct layer {
        matrix weights;  ///< outputs x inputs
        vector biases;
    };

    float_network(std::vector<int> widths, uint32_t seed) : random_(seed) {
        for (size_t i = 1; i < widths.size(); ++i) {
            layer l{matrix(widths[i], widths[i - 1]), vector::Zero(widths[i])};
            const float range = std::sqrt(6.0F / static_cast<float>(widths[i - 1]));  // He et al. 2015, uniform
            for (Eigen::Index k = 0; k < l.weights.size(); ++k) l.weights.data()[k] = (uniform() * 2 - 1) * range;
            layers_.push_back(l);
            first_moment_.push_back({matrix::Zero(widths[i], widths[i - 1]), vector::Zero(widths[i])});
            second_moment_.push_back(first_moment_.back());
        }
    }

    /// The mean of several networks of equal shape as one: their hidden layers side by side, the last one averaging the logits.
    explicit float_network(const std::vector<float_network>& members) {
        const auto count = static_cast<Eigen::Index>(members.size());
        for (size_t i = 0; i < members[0].layers_.size(); ++i) {
            const layer& shape = members[0].layers_[i];
            const bool first = i == 0, last = i + 1 == members[0].layers_.size();
            const Eigen::Index rows = shape.weights.rows(), columns = shape.weights.cols();
            layer all{matrix::Zero(last ? rows : rows * count, first ? columns : columns * count), vector::Zero(last ? rows : rows * count)};
            for (Eigen::Index m = 0; m < count; ++m) {
                const layer& one = members[static_cast<size_t>(m)].layers_[i];
                const float share = last ? 1.0F / static_cast<float>(count) : 1.0F;
                all.weights.block(last ? 0 : m * rows, first ? 0 : m * columns, rows, columns) = one.weights * share;
                if (last) all.biases += one.biases * share;
                else all.biases.segment(m * rows, rows) = one.biases;
            }
            layers_.push_back(std::move(all));
        }
    }

    [[nodiscard]] const std::vector<layer>& layers() const { return layers_; }
    [[nodiscard]] std::mt19937& random() { return random_; }
    [[nodiscard]] float uniform() { return static_cast<float>(random_() >> 8) / 16777216.0F; }

    /// Activations of every layer for inputs in 0..1; the last one holds the logits.
    [[nodiscard]] std::vector<matrix> forward(const matrix& inputs) const {
        std::vector<matrix> activations{inputs};
        for (size_t i = 0; i < layers_.size(); ++i) {
            matrix next = (layers_[i].weights * activations.back()).colwise() + layers_[i].biases;
            if (i + 1 < layers_.size()) next = next.cwiseMax(0.0F);
            activations.push_back(std::move(next));
        }
        return activations;
    }

    /// One step on a batch: weighted binary cross-entropy, decoupled weight decay (Loshchilov and Hutter 2019).
    void step(const matrix& inputs, const vector& targets, const vector& weights, float rate, float decay) {
        const std::vector<matrix> activations = forward(inputs);
        const auto probability = (1 + (-activations.back().row(0).array()).exp()).inverse();
        matrix gradient = ((probability - targets.transpose().array()) * weights.transpose().array() / weights.sum()).matrix();
        ++steps_;
        for (size_t i = layers_.size(); i-- > 0;) {
            const matrix weight_gradient = gradient * activations[i].transpose();
            const vector bias_gradient = gradient.rowwise().sum();
            if (i > 0) {
                matrix below = layers_[i].weights.transpose() * gradient;
                gradient = (activations[i].array() > 0).select(below, 0.0F);
            }
            adam(layers_[i].weights, first_moment_[i].weights, second_moment_[i].weights, weight_gradient, rate, decay);
            adam(layers_[i].biases, first_moment_[i].biases, second_moment_[i].biases, bias_gradient, rate, 0);
        }
    }

  private:
    template <class Parameters>
    void adam(Parameters& p, Parameters& first, Parameters& second, const Parameters& gradient, float rate, float decay) const {
        constexpr float b1 = 0.9F, b2 = 0.999F;
        first = b1 * first + (1 - b1) * gradient;
        second = b2 * second + (1 - b2) * gradient.cwiseAbs2();
        const auto t = static_cast<float>(steps_);
        const float corrected = rate * std::sqrt(1 - std::pow(b2, t)) / (1 - std::pow(b1, t));
        p.array() -= corrected * first.array() / (second.array().sqrt() + 1e-8F) + rate * decay * p.array();
    }

    std::mt19937 random_;
    std::vector<layer> layers_, first_moment_, second_moment_;
    int steps_ = 0;
};

}  // namespace bartizan_model

#endif
