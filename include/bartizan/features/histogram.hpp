// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_HISTOGRAM_HPP
#define BARTIZAN_FEATURES_HISTOGRAM_HPP

#include "../core/span.hpp"
#include "log2.hpp"

namespace BARTIZAN_NAMESPACE::features {

/// How often each byte value occurs, and the entropy that follows from it.
struct byte_histogram {
    uint64_t count[256]{};
    uint64_t total = 0;

    constexpr void add(const byte_histogram& other) noexcept {
        for (unsigned value = 0; value < 256; ++value) count[value] += other.count[value];
        total += other.total;
    }
};

/// Four histograms that are filled in turn and then summed. With a single one, a run of equal bytes makes every increment
/// wait for the store of the one before it. Zero between uses of `count_bytes`.
struct histogram_lanes {
    uint32_t count[4][256]{};
};

/// Adds `data` to `out`. `lanes` is working memory: zero on entry, zero again on return.
constexpr void count_bytes(bytes data, histogram_lanes& lanes, byte_histogram& out) noexcept {
    // No 32-bit lane can overflow within a block.
    constexpr size_t block_bytes = size_t{1} << 30;
    while (!data.empty()) {
        const bytes block = data.sub(0, block_bytes);
        data = data.sub(block.size);

        const uint8_t* next = block.begin();
        auto& [a, b, c, d] = lanes.count;
        // Written out: GCC does not unroll it at -O2, which costs a third of the speed.
        for (const uint8_t* const eights_end = next + block.size / 8 * 8; next != eights_end; next += 8) {
            ++a[next[0]];
            ++b[next[1]];
            ++c[next[2]];
            ++d[next[3]];
            ++a[next[4]];
            ++b[next[5]];
            ++c[next[6]];
            ++d[next[7]];
        }
        for (; next != block.end(); ++next) ++a[*next];

        for (unsigned value = 0; value < 256; ++value) {
            out.count[value] += uint64_t{a[value]} + b[value] + c[value] + d[value];
            a[value] = b[value] = c[value] = d[value] = 0;
        }
        out.total += block.size;
    }
}

inline constexpr unsigned entropy_fraction_bits = 16;
/// 8 bits per byte, the largest entropy.
inline constexpr uint32_t max_entropy_q16 = 8U << entropy_fraction_bits;

/// Shannon entropy in bits per byte, Q16: 0 (also for no bytes) to 8 * 65536. H = log2(n) - (1/n) * sum(c * log2(c)), in integers
/// only, so the same on every machine. Absolute error at most 2^-16 bits for n < 2^32: 2^-18 for each of the two logarithms' terms,
/// 2^-24 for the division, 2^-17 for the last rounding. Larger counts are halved until their sum fits; the error stays below 2^-14.
[[nodiscard]] constexpr uint32_t entropy_q16(const byte_histogram& h) noexcept {
    unsigned halvings = 0;
    while (h.total >> halvings > UINT32_MAX) ++halvings;
    uint64_t n = 0;
    uint64_t sum_q24 = 0;  // at most 2^32 * 32 * 2^24
    for (const uint64_t count : h.count) {
        const uint32_t c = static_cast<uint32_t>(count >> halvings);
        n += c;
        sum_q24 += uint64_t{c} * log2_q24(c);
    }
    if (n == 0) return 0;
    const uint64_t log2_n_q24 = log2_q24(static_cast<uint32_t>(n));
    const uint64_t mean_q24 = sum_q24 / n;
    // Interpolation lies below the logarithm, by more or less: the difference may miss zero, or eight, by its error.
    if (mean_q24 >= log2_n_q24) return 0;
    constexpr unsigned drop = log2_fraction_bits - entropy_fraction_bits;
    const uint64_t entropy = (log2_n_q24 - mean_q24 + (1U << (drop - 1))) >> drop;
    return entropy < max_entropy_q16 ? static_cast<uint32_t>(entropy) : max_entropy_q16;
}

}  // namespace BARTIZAN_NAMESPACE::features

#endif
