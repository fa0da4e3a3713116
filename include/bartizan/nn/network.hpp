// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_NETWORK_HPP
#define BARTIZAN_NN_NETWORK_HPP

#include "dense.hpp"
#include "fixed_point.hpp"
#include "model.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// Widest layer, and most input units, that `scratch` serves. A model beyond it is refused at load (model_scratch_too_small).
inline constexpr uint32_t max_scratch_width = 4096;

/// Working memory of one inference, the caller's: 40 KiB. One per thread; need not be cleared.
struct scratch {
    alignas(64) int32_t sums[max_scratch_width];
    alignas(64) int32_t first_sums[max_scratch_width];  ///< layer 1 of the last inference, which attribution builds on
    alignas(64) uint8_t activations[max_scratch_width];
    alignas(64) uint8_t inputs[max_scratch_width];
};

/// Scores of the heads, Q15: 0 to 32,768; those beyond the model's output count are 0.
struct scores {
    int32_t head[format::max_outputs] = {};
};

namespace detail {

constexpr void start_sums(const layer& l, int32_t* sums) noexcept {
    for (uint32_t o = 0; o < l.outputs; ++o) sums[o] = l.bias(o);
}

/// From layer 1's sums in `work.sums` to the heads.
inline scores finish(const model& m, dense_function dense, scratch& work) noexcept {
    const uint32_t layers = m.layer_count();
    for (uint32_t i = 0; i < layers; ++i) {
        const layer l = m.layer(i);
        if (i != 0) {
            start_sums(l, work.sums);
            dense(work.activations, l.weights, work.sums, l.inputs, l.outputs);
        }
        if (i + 1 == layers) {
            scores out;
            for (uint32_t o = 0; o < m.output_count(); ++o)
                out.head[o] = sigmoid_q15(scale(work.sums[o], l.multiplier(o), l.shift));
            return out;
        }
        for (uint32_t o = 0; o < l.outputs; ++o)
            work.activations[o] = to_activation(scale(work.sums[o], l.multiplier(o), l.shift));
    }
    return {};
}

}  // namespace detail

/// Scores one input: the same integers from every kernel. Leaves units and layer-1 sums in `work` for `attribute`. The model must
/// have been opened by nn/load.hpp; allocates nothing.
inline scores infer(const model& m, const input& in, isa kernels, scratch& work) noexcept {
    const dense_function dense = dense_for(kernels);
    const uint32_t units = m.unit_count();
    for (uint32_t u = 0; u < units; ++u) work.inputs[u] = activate(m.unit(u), in);
    const layer first = m.layer(0);
    detail::start_sums(first, work.sums);
    dense(work.inputs, first.weights, work.sums, first.inputs, first.outputs);
    for (uint32_t o = 0; o < first.outputs; ++o) work.first_sums[o] = work.sums[o];
    return detail::finish(m, dense, work);
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
