// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_ENTROPY_HPP
#define BARTIZAN_FEATURES_EMBER_ENTROPY_HPP

#include <cmath>

#include "../histogram.hpp"
#include "../pairwise_sum.hpp"
#include "../strings.hpp"

/// Entropies in floating point, as the published extractors compute them. `features::entropy_q16` is the library's own.
namespace BARTIZAN_NAMESPACE::features::ember {

/// Bits per byte; 0 for no bytes.
[[nodiscard]] inline double entropy_of(const byte_histogram& h) noexcept {
    double sum = 0;
    for (const uint64_t count : h.count) {
        if (count == 0) continue;
        const double p = static_cast<double>(count) / static_cast<double>(h.total);
        sum -= p * std::log2(p);
    }
    return sum;
}

namespace detail {

template <class Float>
[[nodiscard]] double string_entropy_in(const string_statistics& s) noexcept {
    Float terms[printable_values];
    size_t size = 0;
    for (const uint64_t count : s.count) {
        if (count == 0) continue;
        const Float p = static_cast<Float>(static_cast<float>(count)) / static_cast<Float>(s.printables);
        terms[size++] = -p * static_cast<Float>(std::log2(static_cast<double>(p)));
    }
    return static_cast<double>(pairwise_sum(span<const Float>(terms, size)));
}

}  // namespace detail

/// Bits per character over all strings of a file; 0 without strings. numpy 1 computes in single precision as long as the number
/// of characters fits in 16 bits, and numpy 2 never, so this one dimension depends on the extractor's numpy by up to 1.3e-6.
[[nodiscard]] inline double string_entropy_of(const string_statistics& s) noexcept {
    return s.printables <= UINT16_MAX ? detail::string_entropy_in<float>(s) : detail::string_entropy_in<double>(s);
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
