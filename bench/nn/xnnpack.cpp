// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// XNNPACK: signed 8-bit fully connected operators, one scale for all weights of a layer (what the operator takes).
#include "shape.hpp"
#if __has_include(<xnnpack.h>)
#include <xnnpack.h>

#include "quantise_input.hpp"

namespace bartizan_bench {
namespace {

struct xnnpack final : engine {
    struct layer {
        xnn_operator_t one = nullptr, many = nullptr;
        std::vector<int8_t> out;
        int outputs = 0;
    };
    std::vector<layer> layers;
    std::vector<int8_t> in;
    int inputs = 0;
    float out_step = 1;
    bool sound = true;

    explicit xnnpack(const network& n) : in(static_cast<size_t>(n.input_count()) * batch + 64), inputs(n.input_count()) {
        float in_step = 1.0F / 127;
        for (size_t i = 0; i < n.weights.size(); ++i) {
            const bool last = i + 1 == n.weights.size();
            const Eigen::MatrixXf& w = n.weights[i];
            const float step = w.cwiseAbs().maxCoeff() / 127;
            out_step = n.largest[i] / 127;
            std::vector<int8_t> kernel;
            std::vector<int32_t> bias;
            for (Eigen::Index o = 0; o < w.rows(); ++o) {
                for (Eigen::Index k = 0; k < w.cols(); ++k) kernel.push_back(static_cast<int8_t>(std::lround(w(o, k) / step)));
                bias.push_back(static_cast<int32_t>(std::lround(n.biases[i](o) / (step * in_step))));
            }
            layer l;
            l.outputs = static_cast<int>(w.rows());
            l.out.resize(static_cast<size_t>(l.outputs) * batch + 64);
            const auto rows = static_cast<size_t>(w.rows()), columns = static_cast<size_t>(w.cols());
            const auto make = [&](xnn_operator_t* to) {
                sound = sound && xnn_create_fully_connected_nc_qs8(columns, rows, columns, rows, 0, in_step, step, kernel.data(), bias.data(), 0, out_step,
                                                                   static_cast<int8_t>(last ? -127 : 0), 127, 0, to) == xnn_status_success;
            };
            make(&l.one);
            make(&l.many);
            layers.push_back(std::move(l));
            in_step = out_step;
        }
        const int8_t* from = in.data();
        for (layer& l : layers) {
            if (!sound) return;
            xnn_setup_fully_connected_nc_qs8(l.one, 1, from, l.out.data(), nullptr);
            xnn_setup_fully_connected_nc_qs8(l.many, batch, from, l.out.data(), nullptr);
            from = l.out.data();
        }
    }
    ~xnnpack() override {
        for (layer& l : layers) {
            if (l.one != nullptr) xnn_delete_operator(l.one);
            if (l.many != nullptr) xnn_delete_operator(l.many);
        }
    }
    void run(const float* x, int rows, float* out) override {
        quantise_input(x, rows * inputs, 127, in.data());
        for (layer& l : layers) xnn_run_operator(rows == 1 ? l.one : l.many, nullptr);
        for (int i = 0; i < rows * layers.back().outputs; ++i) out[i] = static_cast<float>(layers.back().out[static_cast<size_t>(i)]) * out_step;
    }
};

}  // namespace

std::unique_ptr<engine> make_xnnpack(const network& n, std::string& why) {
    if (xnn_initialize(nullptr) != xnn_status_success) {
        why = "xnn_initialize refuses this processor";
        return nullptr;
    }
    auto made = std::make_unique<xnnpack>(n);
    if (made->sound) return made;
    why = "the operator is refused";
    return nullptr;
}

}  // namespace bartizan_bench
#else
std::unique_ptr<bartizan_bench::engine> bartizan_bench::make_xnnpack(const network&, std::string& why) {
    why = "missing at build time: libxnnpack-dev";
    return nullptr;
}
#endif
