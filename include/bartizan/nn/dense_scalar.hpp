// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_DENSE_SCALAR_HPP
#define BARTIZAN_NN_DENSE_SCALAR_HPP

#include "../core/config.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// Weights are packed [outputs / 16][inputs / 4][16][4]: four inputs of sixteen outputs make one 64-byte block, which is what
/// one AVX-512 or two AVX2 registers hold, and what a 4-byte dot product wants.
inline constexpr uint32_t packed_outputs = 16;
inline constexpr uint32_t packed_inputs = 4;

/// Index of the weight of `output` for `input` in a packed layer of `inputs` (padded) inputs.
[[nodiscard]] constexpr uint64_t packed_index(uint32_t inputs, uint32_t output, uint32_t input) noexcept {
    const uint64_t block = uint64_t{output / packed_outputs} * (inputs / packed_inputs) + input / packed_inputs;
    return (block * packed_outputs + output % packed_outputs) * packed_inputs + input % packed_inputs;
}

/// sums[o] += dot(x, weights of o). `x`: activations 0..127, `inputs` of them, a multiple of 4; `weights`: two's complement
/// bytes, packed; `outputs` a multiple of 16. No sum overflows, since the format bounds inputs and biases (nn/format.hpp).
/// Reads only zero groups' activations, not their weights. Kernel-safe.
constexpr void dense_scalar(const uint8_t* x, const uint8_t* weights, int32_t* sums, uint32_t inputs, uint32_t outputs) noexcept {
    for (uint32_t first = 0; first < outputs; first += packed_outputs) {
        for (uint32_t i = 0; i < inputs; i += packed_inputs, weights += packed_outputs * packed_inputs) {
            if ((x[i] | x[i + 1] | x[i + 2] | x[i + 3]) == 0) continue;
            for (uint32_t o = 0; o < packed_outputs; ++o) {
                const uint8_t* w = weights + o * packed_inputs;
                int32_t sum = 0;
                for (uint32_t k = 0; k < packed_inputs; ++k) sum += x[i + k] * static_cast<int8_t>(w[k]);
                sums[first + o] += sum;
            }
        }
    }
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
