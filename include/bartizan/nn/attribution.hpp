// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_ATTRIBUTION_HPP
#define BARTIZAN_NN_ATTRIBUTION_HPP

#include "network.hpp"

namespace BARTIZAN_NAMESPACE::nn {

namespace detail {

/// First activation of feature `feature`, and so the end of the one before. Units ascend by feature; floats are one activation each.
[[nodiscard]] constexpr uint32_t first_activation_of(const model& m, uint32_t feature) noexcept {
    if (m.input_kind() == format::input_floats) return feature;
    uint32_t low = 0, high = m.unit_count();
    while (low < high) {
        const uint32_t middle = (low + high) / 2;
        if (m.unit(middle).feature < feature) low = middle + 1;
        else high = middle;
    }
    return low;
}

/// Reveals the activations [first, end) in `work.state`, and moves layer 1's sums. False if none differs from its rest.
inline bool reveal(const model& m, const kernels& k, uint32_t first, uint32_t end, scratch& work) noexcept {
    if (first == end) return false;
    const uint32_t first_group = first / packed_inputs, end_group = (end + packed_inputs - 1) / packed_inputs;
    const layer& l = m.layer(0);
    uint32_t count = 0;
    for (uint32_t g = first_group; g < end_group; ++g) {
        bool differs = false;
        for (uint32_t i = g * packed_inputs; i < (g + 1) * packed_inputs; ++i) {
            const bool inside = i >= first && i < end;
            work.next[i] = inside ? work.inputs[i] : work.state[i];
            differs |= work.next[i] != work.state[i];
        }
        if (differs) work.groups[count++] = g;
    }
    if (count == 0) return false;
    k.change(change_of_first_layer(l, work.next, work.first_sums), work.state, work.groups, count);
    for (uint32_t i = first; i < end; ++i) work.state[i] = work.inputs[i];
    return true;
}

/// The score of layer 1's sums as they stand.
inline int32_t score_of_sums(const model& m, const kernels& k, uint32_t head, scratch& work) noexcept {
    scores out;
    const layer& l = m.layer(0);
    memcpy(work.sums, work.first_sums, uint64_t{l.outputs} * 4);
    finish_layer(l, k, work.sums, work.activations, out);
    run_layers(m, 1, k, pass_of(m, work, out));
    return out.head[head];
}

/// Reveals the groups in one order and adds each one's step to `out`; returns the score before the first.
inline int32_t walk(const model& m, const kernels& k, uint32_t head, span<const uint32_t> ends, bool ascending, scratch& work, span<int32_t> out) noexcept {
    start_at_rest(m, work.first_sums);
    memcpy(work.state, m.rest(), m.input_count());
    const int32_t baseline = score_of_sums(m, k, head, work);
    int32_t before = baseline;
    const auto groups = static_cast<uint32_t>(ends.size);
    for (uint32_t step = 0; step < groups; ++step) {
        const uint32_t group = ascending ? step : groups - 1 - step;
        const uint32_t first = group == 0 ? 0 : ends[group - 1];
        if (!reveal(m, k, first_activation_of(m, first), first_activation_of(m, ends[group]), work)) continue;
        const int32_t after = score_of_sums(m, k, head, work);
        out[group] += after - before;
        before = after;
    }
    return baseline;
}

}  // namespace detail

/// Why head `head` scored as it did, by groups of neighbouring features: group i is the features from ends[i - 1] (0 for the first) up to
/// ends[i], ascending, the last one m.field_count(). `out[i]` is its signed share, in twice the score's unit (Q16 for a probability)
/// of score minus baseline, the score at rest: every feature unknown (units) or 0 (floats). The shares add up to twice that
/// difference exactly: groups are revealed one after the other, once in ascending and once in descending order, and each gets the sum of its two
/// steps (an average, but for the factor). Call it right after `infer` with the same scratch; `out.size` >= ends.size. Cost: for each group
/// that is not at rest, two passes of the layers above the first and two reads of its own weights of the first. Returns the baseline.
inline int32_t attribute(const model& m, const kernels& k, uint32_t head, span<const uint32_t> ends, scratch& work, span<int32_t> out) noexcept {
    for (size_t i = 0; i < ends.size; ++i) out[i] = 0;
    detail::walk(m, k, head, ends, true, work, out);
    return detail::walk(m, k, head, ends, false, work, out);
}

/// The same with each feature a group of its own; `out.size` >= m.field_count() <= format::max_fields.
inline int32_t attribute(const model& m, const kernels& k, uint32_t head, scratch& work, span<int32_t> out) noexcept {
    for (uint32_t i = 0; i < m.field_count(); ++i) work.ends[i] = i + 1;
    return attribute(m, k, head, {work.ends, m.field_count()}, work, out);
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
