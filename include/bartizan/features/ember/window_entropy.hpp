// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_WINDOW_ENTROPY_HPP
#define BARTIZAN_FEATURES_EMBER_WINDOW_ENTROPY_HPP

#include "log2_q56.hpp"

namespace BARTIZAN_NAMESPACE::features {

/// Bytes of a byte-entropy window (Saxe and Berlin, 2015); consecutive windows overlap by half.
inline constexpr uint32_t entropy_window_bytes = 2048;
/// Entropies of a window's high nibbles, 0 to 4 bits, in steps of a quarter.
inline constexpr unsigned window_entropy_bins = 16;

namespace detail {

/// -p * log2(p) in Q29 for p = count / 2048, every count a window can hold; nearest integer. Made in integers, so every compiler
/// makes the same table. Powers of two are exact, which matters: only they put a window on the very border of two bins.
struct window_entropy_table {
    uint32_t term_q29[entropy_window_bytes + 1]{};

    constexpr window_entropy_table() noexcept {
        constexpr unsigned q = 48;
        uint64_t log2_q59 = 0;
        for (uint32_t count = 1; count < entropy_window_bytes; ++count) {
            if ((count & (count - 1)) == 0) log2_q59 = uint64_t{highest_bit(count)} << 59;
            const uint64_t negative_log2_p_q48 = (uint64_t{11} << q) - (log2_q59 >> (59 - q));
            constexpr unsigned drop = q + 11 - 29;
            term_q29[count] =
                static_cast<uint32_t>((count * negative_log2_p_q48 + (uint64_t{1} << (drop - 1))) >> drop);
            log2_q59 += log2_growth_q59(count);
        }
    }
};

inline constexpr window_entropy_table window_entropy{};

}  // namespace detail

/// The entropy bin of a block with these counts of high nibbles: the entropy in steps of a quarter bit, rounded down, at most
/// 15. Shares are of a whole window even where the block is a shorter file, as in the reference. The counts' sum must not
/// exceed 2,048.
[[nodiscard]] constexpr unsigned window_entropy_bin(const uint16_t (&nibbles)[16]) noexcept {
    uint64_t entropy_q29 = 0;
    for (const uint16_t count : nibbles) entropy_q29 += detail::window_entropy.term_q29[count];
    const auto bin = static_cast<unsigned>(entropy_q29 >> 27);
    return bin < window_entropy_bins ? bin : window_entropy_bins - 1;
}

}  // namespace BARTIZAN_NAMESPACE::features

#endif
