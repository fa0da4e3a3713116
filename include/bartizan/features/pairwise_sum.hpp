// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_PAIRWISE_SUM_HPP
#define BARTIZAN_FEATURES_PAIRWISE_SUM_HPP

#include "../core/span.hpp"

namespace BARTIZAN_NAMESPACE::features {

/// The sum of at most 256 numbers in the order in which numpy adds them (pairwise summation: eight running sums for blocks of up
/// to 128, halves above), so that rounding falls where it falls in the published extractors.
template <class Float>
[[nodiscard]] constexpr Float pairwise_sum(span<const Float> x) noexcept {
    constexpr size_t block = 128;
    if (x.size > block) {
        const size_t half = x.size / 2 / 8 * 8;
        return pairwise_sum<Float>(x.sub(0, half)) + pairwise_sum<Float>(x.sub(half));
    }
    Float sum = 0;
    if (x.size < 8) {
        for (const Float value : x) sum += value;
        return sum;
    }
    Float running[8];
    for (size_t i = 0; i < 8; ++i) running[i] = x[i];
    size_t i = 8;
    for (; i < x.size / 8 * 8; i += 8) {
        for (size_t lane = 0; lane < 8; ++lane) running[lane] += x[i + lane];
    }
    sum = ((running[0] + running[1]) + (running[2] + running[3])) +
          ((running[4] + running[5]) + (running[6] + running[7]));
    for (; i < x.size; ++i) sum += x[i];
    return sum;
}

}  // namespace BARTIZAN_NAMESPACE::features

#endif
