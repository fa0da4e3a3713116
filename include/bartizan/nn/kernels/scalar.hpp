// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_KERNELS_SCALAR_HPP
#define BARTIZAN_NN_KERNELS_SCALAR_HPP

#include <string.h>

#include "../fixed_point.hpp"
#include "../float_quantiser.hpp"
#include "operands.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// The primitives as plain integer code: the meaning of every other kernel. A kernel is a struct with these members; what is
/// built from them (kernels/dense.hpp) is written once. Kernel-safe.
struct scalar_kernel {
    /// Rows that one `tile` call takes at most, and the vectors of sixteen outputs of such a tile.
    static constexpr uint32_t batch_rows = 1;
    static constexpr uint32_t batch_vectors = 4;

    /// sums[r][o] = start[o] + dot(x[r], weights of o), for `Rows` rows and 16 * `Vectors` outputs. Activations 0..127, weights
    /// -127..127. No sum overflows, since the format bounds inputs and biases (nn/format.hpp).
    template <unsigned Rows, unsigned Vectors>
    static void tile(const tile_operands& t) noexcept {
        constexpr uint32_t outputs = Vectors * packed_outputs;
        for (unsigned r = 0; r < Rows; ++r) {
            int32_t* const sums = t.sums + r * t.sums_stride;
            const uint8_t* const x = t.x + r * t.x_stride;
            for (uint32_t o = 0; o < outputs; ++o) sums[o] = load_i32(t.start + o * 4);
            for (uint32_t g = 0; g < t.groups; ++g) add_group<outputs>(x + g * packed_inputs, t.weights + g * t.group_bytes, sums);
        }
    }

    /// sums[o] += the listed groups' dot(x - old, weights of o), for 16 * `Vectors` outputs.
    template <unsigned Vectors>
    static void change(const change_operands& c) noexcept {
        constexpr uint32_t outputs = Vectors * packed_outputs;
        for (uint32_t k = 0; k < c.count; ++k) {
            const uint64_t g = c.groups[k];
            const uint8_t* w = c.weights + g * c.group_bytes;
            const uint8_t *x = c.x + g * packed_inputs, *old = c.old + g * packed_inputs;
            for (uint32_t o = 0; o < outputs; ++o, w += packed_inputs)
                for (uint32_t i = 0; i < packed_inputs; ++i) c.sums[o] += (x[i] - old[i]) * static_cast<int8_t>(w[i]);
        }
    }

    /// dot(x, w) of `size` activations and weights, both in plain order; `size` a multiple of 4.
    static int32_t dot(const uint8_t* x, const uint8_t* w, uint32_t size) noexcept {
        int32_t sum = 0;
        for (uint32_t i = 0; i < size; ++i) sum += x[i] * static_cast<int8_t>(w[i]);
        return sum;
    }

    /// out[o] = ReLU of scale(sums[o], multiplier of o, shift) in 0..127. `count` a multiple of 16, shift 31..62.
    static void relu(const int32_t* sums, const uint8_t* multipliers, uint32_t shift, uint8_t* out, uint32_t count) noexcept {
        for (uint32_t o = 0; o < count; ++o) out[o] = to_activation(scale(sums[o], load_i32(multipliers + o * 4), shift));
    }

    /// out[i] = activation of feature i as a linear one, for each row; those of logarithmic features are written over afterwards.
    static void quantise(const float_rows& f, const float_quantiser& q) noexcept {
        for (uint32_t r = 0; r < f.rows; ++r) quantise_from(0, f.x + r * f.x_stride, q, f.out + r * f.out_stride);
    }

    static void quantise_from(uint32_t first, const float* x, const float_quantiser& q, uint8_t* out) noexcept {
        for (uint32_t i = first; i < q.count; ++i) {
            uint32_t bits = 0;
            memcpy(&bits, x + i, sizeof bits);
            out[i] = q.linear(i, bits);
        }
    }

    /// Lists the groups of four in which x differs from `rest`; returns how many. `list` has room for `groups` and 16 more.
    static uint32_t active(const uint8_t* x, const uint8_t* rest, uint32_t groups, uint32_t* list) noexcept {
        uint32_t count = 0;
        for (uint32_t g = 0; g < groups; ++g) {
            list[count] = g;
            count += load_i32(x + g * packed_inputs) != load_i32(rest + g * packed_inputs) ? 1 : 0;
        }
        return count;
    }

    /// Lists the places where x is at least `least`; returns how many. `list` has room for `count` and 16 more.
    static uint32_t reaching(const int32_t* x, const int32_t* least, uint32_t count, uint32_t* list) noexcept {
        uint32_t found = 0;
        for (uint32_t i = 0; i < count; ++i) {
            list[found] = i;
            found += x[i] >= least[i] ? 1 : 0;
        }
        return found;
    }

  private:
    template <uint32_t Outputs>
    static void add_group(const uint8_t* x, const uint8_t* w, int32_t* sums) noexcept {
        for (uint32_t o = 0; o < Outputs; ++o, w += packed_inputs) {
            int32_t sum = 0;
            for (uint32_t i = 0; i < packed_inputs; ++i) sum += x[i] * static_cast<int8_t>(w[i]);
            sums[o] += sum;
        }
    }
};

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
