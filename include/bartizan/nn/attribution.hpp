// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_ATTRIBUTION_HPP
#define BARTIZAN_NN_ATTRIBUTION_HPP

#include "network.hpp"

namespace BARTIZAN_NAMESPACE::nn {

namespace detail {

/// Units ascend by feature, so each feature's are one run.
[[nodiscard]] constexpr uint32_t first_unit_of(const model& m, uint32_t feature) noexcept {
    uint32_t low = 0;
    uint32_t high = m.unit_count();
    while (low < high) {
        const uint32_t middle = (low + high) / 2;
        if (m.unit(middle).feature < feature) low = middle + 1;
        else high = middle;
    }
    return low;
}

/// first_sums += change * the weights of unit `u`.
constexpr void add_unit(const layer& first, uint32_t u, int32_t change, scratch& work) noexcept {
    for (uint32_t o = 0; o < first.outputs; ++o)
        work.first_sums[o] += change * static_cast<int8_t>(first.weights[packed_index(first.inputs, o, u)]);
}

/// Layer 1's sums for an input of which nothing is known.
constexpr void start_unknown(const model& m, const layer& first, scratch& work) noexcept {
    start_sums(first, work.first_sums);
    for (uint32_t u = 0; u < m.unit_count(); ++u)
        if (m.unit(u).what == input_unit::kind::absent) add_unit(first, u, full_activation, work);
}

/// Moves a feature's units in layer 1's sums from what they are without the feature to what they are with it.
constexpr void reveal(const model& m, const layer& first, uint32_t feature, scratch& work) noexcept {
    for (uint32_t u = first_unit_of(m, feature); u < m.unit_count() && m.unit(u).feature == feature; ++u) {
        const int32_t without = m.unit(u).what == input_unit::kind::absent ? full_activation : 0;
        if (work.inputs[u] != without) add_unit(first, u, work.inputs[u] - without, work);
    }
}

/// Reveals the features in one order and adds each one's step to `out`; returns the score before the first.
inline int32_t walk(const model& m, const input& in, uint32_t head, dense_function dense, bool ascending, scratch& work,
                    span<int32_t> out) noexcept {
    const layer first = m.layer(0);
    const auto score = [&] {
        for (uint32_t o = 0; o < first.outputs; ++o) work.sums[o] = work.first_sums[o];
        return finish(m, dense, work).head[head];
    };
    start_unknown(m, first, work);
    const int32_t baseline = score();
    int32_t before = baseline;
    for (uint32_t step = 0; step < m.field_count(); ++step) {
        const uint32_t feature = ascending ? step : m.field_count() - 1 - step;
        if (!in.has(feature)) continue;
        reveal(m, first, feature, work);
        const int32_t after = score();
        out[feature] += after - before;
        before = after;
    }
    return baseline;
}

}  // namespace detail

/// Why head `head` scored as it did: `out[i]` is feature i's signed share, in Q16, of score minus baseline (the score with every
/// feature unknown). The shares add up to that difference exactly: features are revealed one after the other, once in ascending
/// and once in descending order, and each gets the sum of its two steps (an average, since the score itself is Q15). Call it right
/// after `infer` with the same scratch. `out.size` >= field_count. Cost: two passes of the upper layers for each present feature.
/// Returns the baseline's score, Q15.
inline int32_t attribute(const model& m, const input& in, uint32_t head, isa kernels, scratch& work, span<int32_t> out) noexcept {
    const dense_function dense = dense_for(kernels);
    for (uint32_t i = 0; i < m.field_count(); ++i) out[i] = 0;
    detail::walk(m, in, head, dense, true, work, out);
    return detail::walk(m, in, head, dense, false, work, out);
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
