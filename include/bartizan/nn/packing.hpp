// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_PACKING_HPP
#define BARTIZAN_NN_PACKING_HPP

#include "../core/config.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// A 4-byte dot product takes four inputs at a time, a 64-byte register holds that of sixteen outputs. Inputs are padded to a
/// multiple of the one, outputs to a multiple of the other.
inline constexpr uint32_t packed_inputs = 4;
inline constexpr uint32_t packed_outputs = 16;
/// Outputs of one panel, the last panel of a layer excepted: what one pass keeps in registers, so a pass reads one stream.
inline constexpr uint32_t panel_outputs = 64;

/// Outputs of the panel that begins with output `first`.
[[nodiscard]] constexpr uint32_t panel_width(uint32_t outputs, uint32_t first) noexcept {
    return outputs - first < panel_outputs ? outputs - first : panel_outputs;
}

/// Index of the weight of `output` for `input` in a layer of `inputs` x `outputs` (both padded): [panel][inputs / 4][width][4].
[[nodiscard]] constexpr uint64_t packed_index(uint32_t inputs, uint32_t outputs, uint32_t output, uint32_t input) noexcept {
    const uint32_t first = output / panel_outputs * panel_outputs;
    const uint64_t group_bytes = uint64_t{panel_width(outputs, first)} * packed_inputs;
    return uint64_t{first} * inputs + input / packed_inputs * group_bytes + uint64_t{output - first} * packed_inputs + input % packed_inputs;
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
