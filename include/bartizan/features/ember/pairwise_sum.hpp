// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_PAIRWISE_SUM_HPP
#define BARTIZAN_FEATURES_EMBER_PAIRWISE_SUM_HPP

#include "../../core/span.hpp"
#include "single_precision.hpp"

namespace BARTIZAN_NAMESPACE::features {

/// The sum of at most 256 numbers in the order in which numpy adds them (pairwise summation: eight running sums for blocks of up
/// to 128, halves above), so that rounding falls where it falls in the published extractors.
[[nodiscard]] inline float pairwise_sum(span<const float> x) noexcept {
    constexpr size_t block = 128;
    if (x.size > block) {
        const size_t half = x.size / 2 / 8 * 8;
        return rounded(pairwise_sum(x.sub(0, half)) + pairwise_sum(x.sub(half)));
    }
    float sum = 0;
    if (x.size < 8) {
        for (const float value : x) sum = rounded(sum + value);
        return sum;
    }
    float running[8];
    for (size_t i = 0; i < 8; ++i) running[i] = x[i];
    size_t i = 8;
    for (; i < x.size / 8 * 8; i += 8) {
        for (size_t lane = 0; lane < 8; ++lane) running[lane] = rounded(running[lane] + x[i + lane]);
    }
    for (size_t width = 1; width < 8; width *= 2) {
        for (size_t lane = 0; lane < 8; lane += 2 * width) running[lane] = rounded(running[lane] + running[lane + width]);
    }
    sum = running[0];
    for (; i < x.size; ++i) sum = rounded(sum + x[i]);
    return sum;
}

}  // namespace BARTIZAN_NAMESPACE::features

#endif
