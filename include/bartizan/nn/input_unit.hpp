// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_INPUT_UNIT_HPP
#define BARTIZAN_NN_INPUT_UNIT_HPP

#include "../core/span.hpp"
#include "fixed_point.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// Integer features on their way into the network: `value[i]` holds for feature i where bit i of `present` is set (word i / 64,
/// bit i % 64). A feature that is not present is unknown, which is not zero.
struct input {
    span<const uint64_t> value;
    span<const uint64_t> present;

    [[nodiscard]] constexpr bool has(uint32_t i) const noexcept { return (present[i / 64] >> (i % 64) & 1) != 0; }
};

/// How the network sees a feature: several units look at each one, so that a threshold or a single bit is one weight away
/// (piecewise linear encoding: Gorishniy et al., "On Embeddings for Numerical Features in Tabular Deep Learning", 2022).
struct input_unit {
    enum class kind : uint8_t {
        none,    ///< padding: always 0
        ramp,    ///< 0 up to low, 127 from high, in between (value - low) * 127 / (high - low) rounded down; low < high
        bits,    ///< 127 where (value & low) == high, else 0: a bit, an alignment, or an exact value
        absent,  ///< 127 where the feature is not present, else 0
        log_ramp,  ///< a ramp over log_q16(value), the logarithm of 1 + value; low and high are in Q16, too
    };

    uint16_t feature = 0;
    kind what = kind::none;
    uint8_t reserved[5] = {};
    uint64_t low = 0;
    uint64_t high = 0;
};
static_assert(sizeof(input_unit) == 24);

inline constexpr uint8_t full_activation = 127;

/// Of a known kind, and no ramp is flat.
[[nodiscard]] constexpr bool is_sound(const input_unit& unit) noexcept {
    using kind = input_unit::kind;
    return unit.what <= kind::log_ramp && ((unit.what != kind::ramp && unit.what != kind::log_ramp) || unit.low < unit.high);
}

/// Activation 0..127 of a unit; every kind but `absent` is 0 without its feature. Integers only, no overflow.
[[nodiscard]] constexpr uint8_t activate(const input_unit& unit, const input& in) noexcept {
    if (unit.what == input_unit::kind::none) return 0;
    const bool present = in.has(unit.feature);
    if (unit.what == input_unit::kind::absent) return present ? uint8_t{0} : full_activation;
    if (!present) return 0;
    uint64_t value = in.value[unit.feature];
    if (unit.what == input_unit::kind::bits) return (value & unit.low) == unit.high ? full_activation : uint8_t{0};
    if (unit.what == input_unit::kind::log_ramp) value = static_cast<uint64_t>(log_q16(value));
    if (value <= unit.low) return 0;
    if (value >= unit.high) return full_activation;
    // Seven bits of head room for the factor 127; a range that wide loses nothing that a seven-bit result could show.
    const unsigned shift = (unit.high - unit.low) >> 57 != 0 ? 7 : 0;
    return static_cast<uint8_t>(((value - unit.low) >> shift) * full_activation / ((unit.high - unit.low) >> shift));
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
