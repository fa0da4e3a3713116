// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_KERNELS_DENSE_HPP
#define BARTIZAN_NN_KERNELS_DENSE_HPP

#include "operands.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// A dense layer's operands: `rows` rows of `inputs` activations against packed weights (nn/packing.hpp).
struct dense_operands {
    const uint8_t* x = nullptr;
    uint64_t x_stride = 0;
    uint32_t rows = 1;
    const uint8_t* weights = nullptr;
    uint32_t inputs = 0;   ///< a multiple of 4
    uint32_t outputs = 0;  ///< a multiple of 16
    const uint8_t* start = nullptr;  ///< i32 for each output, the same for every row
    int32_t* sums = nullptr;
    uint64_t sums_stride = 0;
    bool backward = false;  ///< takes the panels from the last to the first: the same sums
};

/// ReLU to the next layer's activations, for `dense_relu`.
struct relu_operands {
    const uint8_t* multipliers = nullptr;  ///< i32 for each output
    uint32_t shift = 0;
    uint8_t* out = nullptr;
    uint64_t out_stride = 0;
};

/// What is built from a kernel's primitives: written once, the same for every instruction set.
template <class Kernel>
struct dense_algorithms {
    /// sums[r][o] = start[o] + dot(x[r], weights of o).
    static void dense(const dense_operands& d) noexcept {
        each_panel(d, [&](uint32_t first) { panel(d, first, d.sums + first, d.sums_stride); });
    }

    /// The same, and then a ReLU panel by panel, while the sums are in the nearest cache. `d.sums`: `rows` * 64 numbers.
    static void dense_relu(const dense_operands& d, const relu_operands& relu) noexcept {
        each_panel(d, [&](uint32_t first) {
            panel(d, first, d.sums, panel_outputs);
            for (uint32_t r = 0; r < d.rows; ++r)
                Kernel::relu(d.sums + uint64_t{r} * panel_outputs, relu.multipliers + uint64_t{first} * 4, relu.shift, relu.out + r * relu.out_stride + first,
                             panel_width(d.outputs, first));
        });
    }

    /// One row: sums[o] += dot(x - old, weights of o), where x and old differ in the listed groups of four inputs only. Reads
    /// only those groups' weights.
    static void change(const dense_operands& d, const uint8_t* old, const uint32_t* groups, uint32_t count) noexcept {
        for (uint32_t first = 0; first < d.outputs; first += panel_outputs) {
            const uint32_t width = panel_width(d.outputs, first);
            change_operands c{d.x, old, groups, count, d.weights + uint64_t{first} * d.inputs, uint64_t{width} * packed_inputs, d.sums + first};
            if (width == panel_outputs) {
                Kernel::template change<4>(c);
                continue;
            }
            for (uint32_t o = 0; o < width; o += packed_outputs, c.weights += packed_outputs * packed_inputs, c.sums += packed_outputs)
                Kernel::template change<1>(c);
        }
    }

    /// out = dot(x, w), dot(x, other): of `size` activations and weights in plain order; `size` a multiple of 4. Kernels that gain by
    /// reading x once have their own.
    static void dot_pair(const uint8_t* x, const uint8_t* w, const uint8_t* other, uint32_t size, int32_t* out) noexcept {
        if constexpr (requires { Kernel::dot_pair(x, w, other, size, out); }) {
            Kernel::dot_pair(x, w, other, size, out);
        } else {
            out[0] = Kernel::dot(x, w, size);
            out[1] = Kernel::dot(x, other, size);
        }
    }

  private:
    template <class Work>
    static void each_panel(const dense_operands& d, Work&& work) noexcept {
        const uint32_t panels = (d.outputs + panel_outputs - 1) / panel_outputs;
        for (uint32_t i = 0; i < panels; ++i) work((d.backward ? panels - 1 - i : i) * panel_outputs);
    }

    static void panel(const dense_operands& d, uint32_t first, int32_t* sums, uint64_t sums_stride) noexcept {
        const uint32_t width = panel_width(d.outputs, first);
        tile_operands t{d.x, d.x_stride, d.weights + uint64_t{first} * d.inputs, uint64_t{width} * packed_inputs, d.start + uint64_t{first} * 4,
                        sums, sums_stride, d.inputs / packed_inputs, d.backward};
        uint32_t left = d.rows;
        for (; left >= Kernel::batch_rows && Kernel::batch_rows > 1; left -= Kernel::batch_rows, advance(t, Kernel::batch_rows))
            across<Kernel::batch_rows, Kernel::batch_vectors>(t, width);
        for (; left >= 2 && Kernel::batch_rows > 2; left -= 2, advance(t, 2)) across<2, Kernel::batch_vectors>(t, width);
        for (; left > 0; --left, advance(t, 1)) across<1, 4>(t, width);
    }

    static void advance(tile_operands& t, uint32_t rows) noexcept {
        t.x += rows * t.x_stride;
        t.sums += rows * t.sums_stride;
    }

    /// `Rows` rows against all outputs of a panel, `Vectors` vectors at a time, and one at a time at the end of a narrow one.
    template <unsigned Rows, unsigned Vectors>
    static void across(tile_operands t, uint32_t width) noexcept {
        constexpr uint32_t step = Vectors * packed_outputs;
        uint32_t done = 0;
        const auto move = [&t](uint32_t outputs) {
            t.weights += outputs * packed_inputs;
            t.start += outputs * 4;
            t.sums += outputs;
        };
        for (; done + step <= width; done += step, move(step)) Kernel::template tile<Rows, Vectors>(t);
        for (; done < width; done += packed_outputs, move(packed_outputs)) Kernel::template tile<Rows, 1>(t);
    }
};

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
