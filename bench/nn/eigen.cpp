// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Eigen in float32, compiled for the machine's own vectors.
#include "shape.hpp"

namespace bartizan_bench {
namespace {

struct eigen final : engine {
    const network& n;
    std::vector<Eigen::MatrixXf> one, many;

    explicit eigen(const network& from) : n(from) {
        for (const auto& w : n.weights) {
            one.emplace_back(w.rows(), 1);
            many.emplace_back(w.rows(), batch);
        }
    }
    void run(const float* x, int rows, float* out) override {
        if (rows == 1) pass(Eigen::Map<const Eigen::VectorXf>(x, n.input_count()), one, out);
        else pass(Eigen::Map<const Eigen::MatrixXf>(x, n.input_count(), rows), many, out);
    }
    template <class Input>
    void pass(const Input& x, std::vector<Eigen::MatrixXf>& y, float* out) {
        for (size_t i = 0; i < y.size(); ++i) {
            if (i == 0) y[i].noalias() = n.weights[i] * x;
            else if (y[i].cols() == 1) y[i].col(0).noalias() = n.weights[i] * y[i - 1].col(0);
            else y[i].noalias() = n.weights[i] * y[i - 1];
            y[i].colwise() += n.biases[i];
            if (i + 1 < y.size()) y[i] = y[i].cwiseMax(0.0F);
        }
        std::copy_n(y.back().data(), y.back().size(), out);
    }
};

}  // namespace

std::unique_ptr<engine> make_eigen(const network& n, std::string&) { return std::make_unique<eigen>(n); }

}  // namespace bartizan_bench
