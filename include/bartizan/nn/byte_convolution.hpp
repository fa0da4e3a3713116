// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_BYTE_CONVOLUTION_HPP
#define BARTIZAN_NN_BYTE_CONVOLUTION_HPP

#include "network.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// Working memory of one inference over raw bytes, the caller's: 255 KiB. One per thread; need not be cleared.
struct byte_scratch {
    static constexpr uint32_t max_windows = 24;      ///< at a time: rows of a batch, so that weights are read once for all
    static constexpr uint32_t max_filters = 512;
    static constexpr uint32_t embedded_size = 1U << 17;

    alignas(64) uint8_t embedded[embedded_size];
    alignas(64) int32_t sums[max_windows * max_filters];
    int32_t needed[max_filters];  ///< least sum of a value that could still become its filter's maximum
    int64_t best[max_filters];    ///< value (Q12) times gate (Q15)
    scratch upper;                ///< of the layers above
};

namespace detail {

/// Windows of a file: at least one; the last one may reach beyond the file.
[[nodiscard]] constexpr uint64_t window_count(const layer& l, uint64_t size) noexcept {
    return size <= l.window ? 1 : (size - l.window + l.stride - 1) / l.stride + 1;
}

/// From one window's activations to the next one's. Windows that share no byte begin at cache lines.
[[nodiscard]] constexpr uint64_t embedded_step(const layer& l) noexcept {
    return l.stride == l.window ? format::aligned(l.inputs) : uint64_t{l.stride} * l.embedding_width;
}

/// Activations of `count` bytes from `first` on; what lies beyond the file reads as the padding token.
inline void embed(const layer& l, bytes file, uint64_t first, uint64_t count, uint8_t* out) noexcept {
    const uint32_t width = l.embedding_width;
    const uint8_t* const rows = l.embedding;
    const uint64_t inside = first >= file.size ? 0 : file.size - first < count ? file.size - first : count;
    const uint8_t* const at = file.data + static_cast<size_t>(inside == 0 ? 0 : first);
    uint64_t i = 0;
    for (; width == 8 && i + 8 <= inside; i += 8)  // the usual width: eight bytes, a move of eight each
        for (uint64_t k = i; k < i + 8; ++k) memcpy(out + k * 8, rows + uint64_t{at[k]} * 8, 8);
    for (; i < inside; ++i) memcpy(out + i * width, rows + uint64_t{at[i]} * width, width);
    for (; i < count; ++i) memcpy(out + i * width, rows + uint64_t{256} * width, width);
}

/// The least sum that scales to at least `value` > 0; INT32_MAX where none does (a sum of that size cannot occur).
[[nodiscard]] constexpr int32_t least_sum(const layer& l, uint32_t filter, int64_t value) noexcept {
    const int64_t multiplier = load_i32(l.multipliers + filter * 4);
    if (multiplier == 0 || value > max_q12) return INT32_MAX;
    const int64_t product = (value << l.shift) - (int64_t{1} << (l.shift - 1));
    const int64_t sum = (product + multiplier - 1) / multiplier;
    return sum > INT32_MAX ? INT32_MAX : static_cast<int32_t>(sum);
}

/// A value's sum, and its gate's without the bias, have been computed.
inline void pool(const layer& l, uint32_t filter, int32_t sum, int32_t gate_dot, byte_scratch& work) noexcept {
    const int64_t value = clamp(scale(sum, load_i32(l.multipliers + filter * 4), l.shift), 0, max_q12);
    const int32_t gate_sum = load_i32(l.gate_biases + filter * 4) + gate_dot;
    const int64_t logit_q16 = clamp(scale(gate_sum, load_i32(l.gate_multipliers + filter * 4), l.gate_shift), -max_logit_q16, max_logit_q16);
    const int64_t product = value * sigmoid_q15(logit_q16);
    if (product <= work.best[filter]) return;
    work.best[filter] = product;
    work.needed[filter] = least_sum(l, filter, (product >> 15) + 1);
}

/// Pools one window, all filters. A gate is at most 1, so a value that is not above its filter's best so far cannot win, whatever its
/// gate, which then is not computed.
inline void pool_window(const layer& l, const kernels& k, const int32_t* sums, const uint8_t* x, byte_scratch& work) noexcept {
    uint32_t hopeful[byte_scratch::max_filters + 16];
    const uint32_t count = k.reaching(sums, work.needed, l.used, hopeful);
    const uint64_t row_bytes = format::aligned(l.inputs);
    for (uint32_t i = 0; i < count; i += 2) {
        const uint32_t f = hopeful[i], other = hopeful[i + 1 < count ? i + 1 : i];
        int32_t gates[2];
        k.dot_pair(x, l.gate_weights + f * row_bytes, l.gate_weights + other * row_bytes, l.inputs, gates);
        pool(l, f, sums[f], gates[0], work);
        if (other != f) pool(l, other, sums[other], gates[1], work);
    }
}

/// Activations of the pooled filters: max over windows of ReLU(value) * sigmoid(gate).
inline void convolve(const layer& l, bytes file, const kernels& k, byte_scratch& work) noexcept {
    for (uint32_t f = 0; f < l.used; ++f) {
        work.best[f] = 0;
        work.needed[f] = least_sum(l, f, 1);
    }
    const uint64_t windows = window_count(l, file.size);
    const uint64_t step = embedded_step(l), fit = (byte_scratch::embedded_size - l.inputs) / step + 1;
    const uint64_t most = fit < byte_scratch::max_windows ? fit : byte_scratch::max_windows;
    for (uint64_t first = 0; first < windows; first += most) {
        const auto rows = static_cast<uint32_t>(windows - first < most ? windows - first : most);
        for (uint64_t r = 0; r < rows; ++r) embed(l, file, (first + r) * l.stride, r + 1 == rows ? l.window : l.stride, work.embedded + r * step);
        k.dense({work.embedded, step, rows, l.weights, l.inputs, l.outputs, l.biases, work.sums, l.outputs});
        for (uint32_t r = 0; r < rows; ++r) pool_window(l, k, work.sums + uint64_t{r} * l.outputs, work.embedded + r * step, work);
    }
    uint8_t* const out = work.upper.activations + l.place;
    for (uint32_t f = 0; f < l.used; ++f) out[f] = from_q12(l, f, static_cast<int32_t>((work.best[f] + (1 << 14)) >> 15));
    for (uint32_t f = l.used; f < l.outputs; ++f) out[f] = 0;
}

}  // namespace detail

/// Scores a file's raw bytes (format::input_bytes): embedding, gated one-dimensional convolution, global max pooling (the form of
/// MalConv: Raff et al. 2018), then the layers above. Any size; time linear in it. The same integers from every kernel.
inline scores infer(const model& m, bytes file, const kernels& k, byte_scratch& work) noexcept {
    scores out;
    detail::convolve(m.layer(0), file, k, work);
    detail::run_layers(m, 1, k, detail::pass_of(m, work.upper, out));
    return out;
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
