// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_ENTROPY_HPP
#define BARTIZAN_FEATURES_EMBER_ENTROPY_HPP

#include "log2_q56.hpp"
#include "pairwise_sum.hpp"
#include "strings.hpp"

/// Entropies as fine as the published extractors' floating point, in integers. `features::entropy_q16` is the library's own.
namespace BARTIZAN_NAMESPACE::features::ember {

/// 65,535 sections' entropies still add up in 63 bits.
inline constexpr unsigned entropy_fraction_bits = 42;
inline constexpr uint64_t entropy_unit = uint64_t{1} << entropy_fraction_bits;

/// Shannon entropy in bits, Q42; 0 without any count. H = log2(n) - (1/n) * sum(c * log2(c)), its error below 2^-42. Counts of 2^32
/// and more together are halved until they are fewer.
[[nodiscard]] constexpr uint64_t entropy_q42(span<const uint64_t> counts) noexcept {
    uint64_t total = 0;
    for (const uint64_t count : counts) total += count;
    unsigned halvings = 0;
    while (total >> halvings > UINT32_MAX) ++halvings;
    uint64_t n = 0;
    uint64_t high = 0;  // of sum(c * log2(c)), in units of 2^32: below 2^61; each `low` likewise stays below n * 2^32
    uint64_t low = 0;
    for (const uint64_t count : counts) {
        const auto c = static_cast<uint32_t>(count >> halvings);
        const uint64_t log2_c_q56 = log2_q56(c);
        n += c;
        high += c * (log2_c_q56 >> 32);
        low += c * (log2_c_q56 & UINT32_MAX);
    }
    if (n == 0) return 0;
    high += low >> 32;
    const uint64_t mean_q56 = (high / n << 32) + ((high % n << 32) + (low & UINT32_MAX)) / n;
    const uint64_t log2_n_q56 = log2_q56(static_cast<uint32_t>(n));
    constexpr unsigned drop = 56 - entropy_fraction_bits;
    return mean_q56 < log2_n_q56 ? (log2_n_q56 - mean_q56 + (uint64_t{1} << (drop - 1))) >> drop : 0;
}

/// As numpy 1 computes it: share, logarithm, product and sum each in single precision. At most 65,535 characters.
[[nodiscard]] inline float single_string_entropy(const string_statistics& s) noexcept {
    float terms[printable_values];
    size_t size = 0;
    for (const uint64_t count : s.count) {
        if (count == 0) continue;
        const float share = nearest_single(count, s.printables);
        const auto stored = std::bit_cast<uint32_t>(share);  // mantissa / 2^shift
        const uint32_t mantissa = (stored & 0x7fffff) | 0x800000;
        const uint64_t shift = 127 + 23 - (stored >> 23);
        terms[size++] = rounded(share * nearest_single((shift << 56) - log2_q56(mantissa), 1, -56));
    }
    return pairwise_sum(span<const float>(terms, size));
}

/// Bits per character over all strings of a file; 0 without strings. numpy 1 computes in single precision as long as the number
/// of characters fits in 16 bits, and numpy 2 never, so this one dimension depends on the extractor's numpy by up to 1.3e-6.
[[nodiscard]] inline float string_entropy_of(const string_statistics& s) noexcept {
    if (s.printables <= UINT16_MAX) return single_string_entropy(s);
    return nearest_single(entropy_q42(s.count), entropy_unit);
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
