// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_NETWORK_HPP
#define BARTIZAN_NN_NETWORK_HPP

#include "kernels.hpp"
#include "layer_output.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// Widest layer and most inputs that `scratch` serves, and hidden activations together. A model beyond them is refused at load
/// (model_scratch_too_small).
inline constexpr uint32_t max_scratch_width = 4096;
inline constexpr uint32_t max_scratch_activations = 8192;

/// Working memory of one inference, the caller's: 73 KiB. One per thread; need not be cleared.
struct scratch {
    alignas(64) int32_t sums[max_scratch_width];
    alignas(64) int32_t first_sums[max_scratch_width];  ///< `attribute`'s
    alignas(64) uint8_t activations[max_scratch_activations];
    alignas(64) uint8_t inputs[max_scratch_width];      ///< of the last inference; `attribute` reads them
    alignas(64) uint8_t state[max_scratch_width];       ///< `attribute`'s: what is revealed so far
    alignas(64) uint8_t next[max_scratch_width];        ///< `attribute`'s: and after the next step
    alignas(64) uint32_t groups[max_scratch_width / packed_inputs + 16];
    uint32_t ends[format::max_fields];                  ///< `attribute`'s
    /// Counts inferences: every other one reads each layer's weights from the end to the beginning. Of weights that do not fit a cache,
    /// that finds in it what was read last, where the same order again would have it evicted just before it is needed.
    uint32_t turn = 0;
};

namespace detail {

/// Where a pass works: `rows` inputs side by side.
struct pass {
    uint32_t rows = 1;
    const uint8_t* inputs = nullptr;
    uint64_t input_stride = 0;
    uint8_t* activations = nullptr;
    uint64_t activation_stride = 0;
    int32_t* sums = nullptr;  ///< rows * the widest layer, at least rows * 64
    scores* out = nullptr;
    bool backward = false;    ///< see scratch::turn
};

constexpr void finish_layer(const layer& l, const kernels& k, int32_t* sums, uint8_t* activations, scores& out) noexcept {
    if (format::is_head(l.activation)) finish_head(l, sums, out);
    else if (l.is_plain_relu()) k.relu(sums, l.multipliers, l.shift, activations + l.place, l.outputs);
    else finish_hidden(l, sums, activations + l.place);
}

inline void run_layer(const model& m, const layer& l, const kernels& k, const pass& p) noexcept {
    dense_operands d;
    const bool reads_input = l.source == 0;
    d.x = reads_input ? p.inputs : p.activations + m.layer(l.source - 1).place;
    d.x_stride = reads_input ? p.input_stride : p.activation_stride;
    d.rows = p.rows, d.weights = l.weights, d.inputs = l.inputs, d.outputs = l.outputs, d.start = l.biases;
    d.sums = p.sums, d.sums_stride = l.outputs, d.backward = p.backward;
    if (l.is_plain_relu()) return k.dense_relu(d, {l.multipliers, l.shift, p.activations + l.place, p.activation_stride});
    k.dense(d);
    for (uint32_t r = 0; r < p.rows; ++r)
        finish_layer(l, k, p.sums + uint64_t{r} * l.outputs, p.activations + r * p.activation_stride, p.out[r]);
}

inline void run_layers(const model& m, uint32_t first, const kernels& k, const pass& p) noexcept {
    for (uint32_t i = first; i < m.layer_count(); ++i) run_layer(m, m.layer(i), k, p);
}

[[nodiscard]] inline pass pass_of(const model& m, scratch& work, scores& out) noexcept {
    return {1, work.inputs, m.input_count(), work.activations, m.activation_count(), work.sums, &out, work.turn % 2 != 0};
}

/// sums = the first layer's at rest.
inline void start_at_rest(const model& m, int32_t* sums) noexcept {
    for (uint32_t o = 0; o < m.layer(0).outputs; ++o) sums[o] = load_i32(m.rest_sums() + o * 4);
}

[[nodiscard]] constexpr dense_operands change_of_first_layer(const layer& l, const uint8_t* x, int32_t* sums, bool backward = false) noexcept {
    return {x, l.inputs, 1, l.weights, l.inputs, l.outputs, nullptr, sums, l.outputs, backward};
}

/// One row from `work.inputs` to the scores. Where most groups of four inputs are at rest, the first layer starts from its sums at
/// rest and reads the weights of the other groups only: the same integers, fewer bytes.
inline scores infer_row(const model& m, const kernels& k, scratch& work) noexcept {
    scores out;
    ++work.turn;
    const pass p = pass_of(m, work, out);
    const layer& l = m.layer(0);
    const uint32_t groups = l.inputs / packed_inputs;
    const uint32_t active = k.active(work.inputs, m.rest(), groups, work.groups);
    if (active > groups - groups / 4) {
        run_layers(m, 0, k, p);
        return out;
    }
    start_at_rest(m, work.sums);
    k.change(change_of_first_layer(l, work.inputs, work.sums, p.backward), m.rest(), work.groups, active);
    finish_layer(l, k, work.sums, work.activations, out);
    run_layers(m, 1, k, p);
    return out;
}

/// Activations of rows of float features; padding inputs become 0.
inline void quantise_rows(const model& m, const float_rows& f, const kernels& k) noexcept {
    const float_quantiser& q = m.quantiser();
    k.quantise(f, q);
    for (uint32_t r = 0; r < f.rows; ++r) {
        const float* const x = f.x + r * f.x_stride;
        uint8_t* const out = f.out + r * f.out_stride;
        for (uint32_t n = 0; n < q.logarithmic_count; ++n) {
            const auto i = static_cast<uint32_t>(q.logarithmic[2 * n] | q.logarithmic[2 * n + 1] << 8);
            uint32_t bits = 0;
            memcpy(&bits, x + i, sizeof bits);
            out[i] = q.logarithm(i, bits);
        }
        for (uint32_t i = q.count; i < m.input_count(); ++i) out[i] = 0;
    }
}

}  // namespace detail

/// Scores one input of integer features (format::input_units): the same integers from every kernel. Leaves the activations in
/// `work` for `attribute`. The model must have been opened by nn/load.hpp; allocates nothing.
inline scores infer(const model& m, const input& in, const kernels& k, scratch& work) noexcept {
    for (uint32_t u = 0; u < m.unit_count(); ++u) work.inputs[u] = activate(m.unit(u), in);
    return detail::infer_row(m, k, work);
}

/// Scores one vector of m.field_count() float32 features (format::input_floats), quantising included; else as above.
inline scores infer(const model& m, span<const float> features, const kernels& k, scratch& work) noexcept {
    detail::quantise_rows(m, {features.data, m.field_count(), 1, work.inputs, m.input_count()}, k);
    return detail::infer_row(m, k, work);
}

/// Bytes of working memory with which `infer_batch` reads the weights once for `rows` inputs. Usable in constant expressions.
[[nodiscard]] constexpr uint64_t batch_scratch_bytes(const model& m, uint32_t rows) noexcept {
    uint64_t widest = panel_outputs;
    for (uint32_t i = 0; i < m.layer_count(); ++i) widest = m.layer(i).outputs > widest ? m.layer(i).outputs : widest;
    return rows * (widest * 4 + format::aligned(m.input_count()) + format::aligned(m.activation_count())) + format::alignment;
}

/// Scores `out.size` vectors of float features, row after row in `features`: the integers that `infer` gives, at less cost each.
/// Takes as many rows at a time as `memory` (any alignment) holds, see batch_scratch_bytes; false, and nothing scored, if it
/// holds not even one.
[[nodiscard]] inline bool infer_batch(const model& m, span<const float> features, const kernels& k, span<uint8_t> memory, span<scores> out) noexcept {
    const uint64_t row_bytes = batch_scratch_bytes(m, 1) - format::alignment;
    const uint64_t fits = memory.size < format::alignment ? 0 : (memory.size - format::alignment) / row_bytes;
    if (fits == 0) return false;
    uint8_t* const base = memory.data + (format::alignment - reinterpret_cast<uintptr_t>(memory.data) % format::alignment) % format::alignment;
    const uint64_t inputs = format::aligned(m.input_count()), activations = format::aligned(m.activation_count());
    for (uint64_t done = 0; done < out.size;) {
        const auto rows = static_cast<uint32_t>(out.size - done < fits ? out.size - done : fits);
        detail::pass p{rows, base, inputs, base + rows * inputs, activations, nullptr, out.data + done};
        p.sums = reinterpret_cast<int32_t*>(base + rows * (inputs + activations));
        for (uint32_t r = 0; r < rows; ++r) out[static_cast<size_t>(done + r)] = {};
        detail::quantise_rows(m, {features.data + done * m.field_count(), m.field_count(), rows, base, inputs}, k);
        detail::run_layers(m, 0, k, p);
        done += rows;
    }
    return true;
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
