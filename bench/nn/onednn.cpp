// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// oneDNN 2.x: u8 activations, s8 weights with a scale for each output, ReLU and requantisation fused into each inner product.
#include "shape.hpp"
#if __has_include(<dnnl.hpp>)
#include <dlfcn.h>

#include <dnnl.hpp>

#include "quantise_input.hpp"

namespace bartizan_bench {
namespace {

using namespace dnnl;
using tag = memory::format_tag;
using type = memory::data_type;

struct onednn final : engine {
    struct layer {
        inner_product_forward::primitive_desc description;
        inner_product_forward primitive;
        memory weights, biases, out;
    };
    struct pass {
        memory in;
        std::vector<layer> layers;
    };

    dnnl::engine cpu{dnnl::engine::kind::cpu, 0};
    stream s{cpu};
    pass one, many;
    int inputs = 0, outputs = 0;

    explicit onednn(const network& n) : one(make(n, 1)), many(make(n, batch)), inputs(n.input_count()), outputs(n.output_count()) {}

    pass make(const network& n, int rows) {
        pass p;
        p.in = memory({{rows, n.input_count()}, type::u8, tag::nc}, cpu);
        float in_step = 1.0F / 255;
        memory::desc in = p.in.get_desc();
        for (size_t i = 0; i < n.weights.size(); ++i) {
            const bool last = i + 1 == n.weights.size();
            const auto out_count = n.weights[i].rows(), in_count = n.weights[i].cols();
            const float out_step = last ? 1.0F : n.largest[i] / 255;
            std::vector<int8_t> w(static_cast<size_t>(out_count * in_count));
            std::vector<int32_t> b(static_cast<size_t>(out_count));
            std::vector<float> scales(static_cast<size_t>(out_count));
            for (Eigen::Index o = 0; o < out_count; ++o) {
                const float step = n.weights[i].row(o).cwiseAbs().maxCoeff() / 127;
                for (Eigen::Index k = 0; k < in_count; ++k) w[static_cast<size_t>(o * in_count + k)] = static_cast<int8_t>(std::lround(n.weights[i](o, k) / step));
                b[static_cast<size_t>(o)] = static_cast<int32_t>(std::lround(n.biases[i](o) / (step * in_step)));
                scales[static_cast<size_t>(o)] = step * in_step / out_step;
            }
            primitive_attr attributes;
            attributes.set_output_scales(2, scales);
            post_ops relu;
            if (!last) relu.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
            attributes.set_post_ops(relu);
            const memory::desc any_weights({out_count, in_count}, type::s8, tag::any), bias({out_count}, type::s32, tag::x);
            const memory::desc out({rows, out_count}, last ? type::f32 : type::u8, tag::nc);
            layer l;
            l.description = {{prop_kind::forward_inference, in, any_weights, bias, out}, attributes, cpu};
            l.primitive = inner_product_forward(l.description);
            memory plain({{out_count, in_count}, type::s8, tag::oi}, cpu, w.data());
            l.weights = memory(l.description.weights_desc(), cpu);
            reorder(plain, l.weights).execute(s, plain, l.weights);
            l.biases = memory(bias, cpu);
            std::copy(b.begin(), b.end(), static_cast<int32_t*>(l.biases.get_data_handle()));
            l.out = memory(out, cpu);
            s.wait();
            p.layers.push_back(l);
            in = out;
            in_step = out_step;
        }
        return p;
    }

    void run(const float* x, int rows, float* out) override {
        pass& p = rows == 1 ? one : many;
        quantise_input(x, rows * inputs, 255, static_cast<uint8_t*>(p.in.get_data_handle()));
        memory* in = &p.in;
        for (layer& l : p.layers) {
            l.primitive.execute(s, {{DNNL_ARG_SRC, *in}, {DNNL_ARG_WEIGHTS, l.weights}, {DNNL_ARG_BIAS, l.biases}, {DNNL_ARG_DST, l.out}});
            in = &l.out;
        }
        s.wait();
        std::copy_n(static_cast<const float*>(in->get_data_handle()), rows * outputs, out);
    }
};

struct onednn_convolution final : convolution_engine {
    dnnl::engine cpu{dnnl::engine::kind::cpu, 0};
    stream s{cpu};
    inner_product_forward::primitive_desc description;
    inner_product_forward primitive;
    memory in, weights, out;

    onednn_convolution(int inputs, int filters, const std::vector<int8_t>& w, int rows) {
        const memory::desc x({rows, inputs}, type::u8, tag::nc), y({rows, 2 * filters}, type::s32, tag::nc), any({2 * filters, inputs}, type::s8, tag::any);
        description = {{prop_kind::forward_inference, x, any, y}, cpu};
        primitive = inner_product_forward(description);
        memory plain({{2 * filters, inputs}, type::s8, tag::oi}, cpu, const_cast<int8_t*>(w.data()));
        weights = memory(description.weights_desc(), cpu);
        reorder(plain, weights).execute(s, plain, weights);
        in = memory(x, cpu, nullptr);
        out = memory(y, cpu, nullptr);
        s.wait();
    }
    void run(const uint8_t* windows, int, int32_t* sums) override {
        in.set_data_handle(const_cast<uint8_t*>(windows));
        out.set_data_handle(sums);
        primitive.execute(s, {{DNNL_ARG_SRC, in}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_DST, out}});
        s.wait();
    }
};

/// Debian's oneDNN runs on OpenMP, whose library is asked through its own name so that the bench need not be built with it.
void one_thread() {
    if (void* const set = dlsym(RTLD_DEFAULT, "omp_set_num_threads")) reinterpret_cast<void (*)(int)>(set)(1);
}

}  // namespace

std::unique_ptr<engine> make_onednn(const network& n, std::string& why) try {
    one_thread();
    return std::make_unique<onednn>(n);
} catch (const std::exception& problem) {
    why = problem.what();
    return nullptr;
}
std::unique_ptr<convolution_engine> make_onednn_convolution(int inputs, int filters, const std::vector<int8_t>& w, int rows) {
    one_thread();
    return std::make_unique<onednn_convolution>(inputs, filters, w, rows);
}

}  // namespace bartizan_bench
#else
namespace bartizan_bench {
std::unique_ptr<engine> make_onednn(const network&, std::string& why) {
    why = "missing at build time: libdnnl-dev";
    return nullptr;
}
std::unique_ptr<convolution_engine> make_onednn_convolution(int, int, const std::vector<int8_t>&, int) { return nullptr; }
}  // namespace bartizan_bench
#endif
