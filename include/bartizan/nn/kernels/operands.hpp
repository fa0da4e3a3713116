// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_KERNELS_OPERANDS_HPP
#define BARTIZAN_NN_KERNELS_OPERANDS_HPP

#include "../packing.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// A little-endian number of a model file, at any address.
[[nodiscard]] constexpr int32_t load_i32(const uint8_t* p) noexcept {
    return static_cast<int32_t>(uint32_t{p[0]} | uint32_t{p[1]} << 8 | uint32_t{p[2]} << 16 | uint32_t{p[3]} << 24);
}

/// Some rows of activations against some outputs of one panel. No pointer need be aligned; speed wants the weights at 64 bytes.
struct tile_operands {
    const uint8_t* x = nullptr;        ///< first row; each is `groups` * 4 bytes long
    uint64_t x_stride = 0;             ///< bytes from one row to the next
    const uint8_t* weights = nullptr;  ///< first group of the first output
    uint64_t group_bytes = 0;          ///< from one group of inputs to the next: the panel's width * 4
    const uint8_t* start = nullptr;    ///< i32 for each output, where its sum begins
    int32_t* sums = nullptr;
    uint64_t sums_stride = 0;          ///< numbers from one row to the next
    uint32_t groups = 0;               ///< at least 1
    bool backward = false;             ///< read the weights from their end, where the kernel can: the same sums
};

/// ReLU to the next layer's activations: of one block's outputs, or of a layer's.
struct relu_operands {
    const uint8_t* multipliers = nullptr;  ///< i32 for each output
    uint32_t shift = 0;
    uint8_t* out = nullptr;
    uint64_t out_stride = 0;
};

/// One row's step from activations `old` to activations `x`, which differ in the listed groups.
struct change_operands {
    const uint8_t* x = nullptr;
    const uint8_t* old = nullptr;
    const uint32_t* groups = nullptr;
    uint32_t count = 0;
    const uint8_t* weights = nullptr;
    uint64_t group_bytes = 0;
    int32_t* sums = nullptr;
};

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
