// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_BENCH_NN_SHAPE_HPP
#define BARTIZAN_BENCH_NN_SHAPE_HPP

#include <Eigen/Dense>
#include <memory>
#include <random>
#include <string>
#include <vector>

/// What every engine of the network bench gets: the same float network, the same float inputs, the same calibration.
namespace bartizan_bench {

struct network {
    std::vector<Eigen::MatrixXf> weights;  ///< outputs x inputs; ReLU between the layers, none after the last
    std::vector<Eigen::VectorXf> biases;
    std::vector<float> inputs;   ///< 64 rows, one after the other, each value in 0..1
    std::vector<float> largest;  ///< of each layer's outputs over these rows

    [[nodiscard]] int input_count() const { return static_cast<int>(weights[0].cols()); }
    [[nodiscard]] int output_count() const { return static_cast<int>(weights.back().rows()); }
};

inline constexpr int batch = 64;

/// `density`: share of inputs from `sparse_from` on that are not 0.
inline network make_network(const std::vector<int>& widths, int sparse_from = 1 << 20, double density = 1) {
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    std::uniform_real_distribution<float> uniform;
    network n;
    for (size_t i = 1; i < widths.size(); ++i) {
        const float spread = std::sqrt(2.0F / static_cast<float>(widths[i - 1]));
        n.weights.emplace_back(Eigen::MatrixXf::NullaryExpr(widths[i], widths[i - 1], [&] { return normal(random) * spread; }));
        n.biases.emplace_back(Eigen::VectorXf::NullaryExpr(widths[i], [&] { return normal(random) * 0.1F; }));
    }
    for (int r = 0; r < batch; ++r)
        for (int i = 0; i < widths[0]; ++i) n.inputs.push_back(i < sparse_from || uniform(random) < density ? uniform(random) : 0);
    Eigen::MatrixXf x = Eigen::Map<const Eigen::MatrixXf>(n.inputs.data(), widths[0], batch);
    for (size_t i = 0; i < n.weights.size(); ++i) {
        x = (n.weights[i] * x).colwise() + n.biases[i];
        if (i + 1 < n.weights.size()) x = x.cwiseMax(0.0F);
        n.largest.push_back(x.cwiseAbs().maxCoeff());
    }
    return n;
}

/// An engine made ready for a network. `run` scores `rows` (1 or 64) rows of floats and leaves the logits in `out`, row after row.
struct engine {
    virtual ~engine() = default;
    virtual void run(const float* x, int rows, float* out) = 0;
};

/// Null where the library is not there, is refused by the processor, or was not found at build time; `why` then says so.
using engine_maker = std::unique_ptr<engine> (*)(const network&, std::string& why);

std::unique_ptr<engine> make_onednn(const network&, std::string& why);
std::unique_ptr<engine> make_onnxruntime(const network&, std::string& why);
std::unique_ptr<engine> make_xnnpack(const network&, std::string& why);
std::unique_ptr<engine> make_openblas(const network&, std::string& why);
std::unique_ptr<engine> make_eigen(const network&, std::string& why);

/// For shape D, the two dense halves of a gated convolution as one product by oneDNN: values and gates of `rows` windows of
/// `inputs` activations. Null where oneDNN is missing.
struct convolution_engine {
    virtual ~convolution_engine() = default;
    virtual void run(const uint8_t* windows, int rows, int32_t* sums) = 0;
};
std::unique_ptr<convolution_engine> make_onednn_convolution(int inputs, int filters, const std::vector<int8_t>& values_and_gates, int rows);

}  // namespace bartizan_bench

#endif
