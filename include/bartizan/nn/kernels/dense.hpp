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

/// What is built from a kernel's primitives: written once, the same for every instruction set.
template <class Kernel>
struct dense_algorithms {
    /// sums[r][o] = start[o] + dot(x[r], weights of o).
    static void dense(const dense_operands& d) noexcept {
        each_block(d, [&]<unsigned Rows>(uint32_t row, uint32_t first) {
            const auto tile = []<unsigned Vectors>(const tile_operands& t, uint32_t) { Kernel::template tile<Rows, Vectors>(t); };
            across<Rows>(d, row, first, d.sums + row * d.sums_stride + first, d.sums_stride, tile);
        });
    }

    /// The same, and then a ReLU block by block, while the sums are in registers or in the nearest cache. `d.sums`: `batch_rows` * 64 numbers.
    static void dense_relu(const dense_operands& d, const relu_operands& relu) noexcept {
        each_block(d, [&]<unsigned Rows>(uint32_t row, uint32_t first) {
            const auto tile = [&]<unsigned Vectors>(const tile_operands& t, uint32_t output) {
                const relu_operands r{relu.multipliers + uint64_t{output} * 4, relu.shift, relu.out + row * relu.out_stride + output, relu.out_stride};
                if constexpr (requires { Kernel::template tile_relu<Rows, Vectors>(t, r); }) {
                    Kernel::template tile_relu<Rows, Vectors>(t, r);
                } else {
                    Kernel::template tile<Rows, Vectors>(t);
                    for (uint32_t k = 0; k < Rows; ++k) Kernel::relu(t.sums + k * t.sums_stride, r.multipliers, r.shift, r.out + k * r.out_stride, Vectors * packed_outputs);
                }
            };
            across<Rows>(d, row, first, d.sums, panel_outputs, tile);
        });
    }

    /// One row: sums[o] += dot(x - old, weights of o), where x and old differ in the listed groups of four inputs only. Reads
    /// only those groups' weights.
    static void change(const dense_operands& d, const uint8_t* old, const uint32_t* groups, uint32_t count) noexcept {
        each_panel(d, [&](uint32_t first) {
            const uint32_t width = panel_width(d.outputs, first);
            change_operands c{d.x, old, groups, count, d.weights + uint64_t{first} * d.inputs, uint64_t{width} * packed_inputs, d.sums + first};
            if (width == panel_outputs) return Kernel::template change<4>(c);
            for (uint32_t o = 0; o < width; o += packed_outputs, c.weights += packed_outputs * packed_inputs, c.sums += packed_outputs)
                Kernel::template change<1>(c);
        });
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

    /// Work for each panel and block of rows: blocks of `batch_rows` as long as there are so many rows, then of fewer.
    template <class Work>
    static void each_block(const dense_operands& d, Work&& work) noexcept {
        each_panel(d, [&](uint32_t first) { blocks_from<Kernel::batch_rows>(0, d.rows, first, work); });
    }
    template <unsigned Rows, class Work>
    static void blocks_from(uint32_t row, uint32_t rows, uint32_t first, Work&& work) noexcept {
        for (; rows - row >= Rows; row += Rows) work.template operator()<Rows>(row, first);
        if constexpr (Rows > 1) blocks_from<(Rows > 4 ? 4 : Rows / 2)>(row, rows, first, work);
    }

    /// `Rows` rows from `row` on against all outputs of a panel: as many vectors at a time as the kernel takes, and one at a time at the
    /// end of a narrow panel.
    template <unsigned Rows, class Tile>
    static void across(const dense_operands& d, uint32_t row, uint32_t first, int32_t* sums, uint64_t sums_stride, Tile&& tile) noexcept {
        constexpr uint32_t vectors = Rows == 1 ? 4 : Kernel::batch_vectors;
        const uint32_t width = panel_width(d.outputs, first);
        tile_operands t{d.x + row * d.x_stride, d.x_stride, d.weights + uint64_t{first} * d.inputs, uint64_t{width} * packed_inputs, d.start + uint64_t{first} * 4,
                        sums, sums_stride, d.inputs / packed_inputs, d.backward};
        const auto move = [&t](uint32_t outputs) {
            t.weights += outputs * packed_inputs;
            t.start += outputs * 4;
            t.sums += outputs;
        };
        constexpr uint32_t step = vectors * packed_outputs;
        uint32_t done = 0;
        for (; done + step <= width; done += step, move(step)) tile.template operator()<vectors>(t, first + done);
        for (; done < width; done += packed_outputs, move(packed_outputs)) tile.template operator()<1>(t, first + done);
    }
};

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
