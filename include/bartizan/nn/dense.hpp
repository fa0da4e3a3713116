// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_DENSE_HPP
#define BARTIZAN_NN_DENSE_HPP

#include "dense_avx2.hpp"
#include "dense_scalar.hpp"
#include "isa.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// The primitive that each instruction set provides; see dense_scalar for its contract.
using dense_function = void (*)(const uint8_t* x, const uint8_t* weights, int32_t* sums, uint32_t inputs, uint32_t outputs);

/// The kernel of `i`; the scalar one where this build has no other.
[[nodiscard]] constexpr dense_function dense_for(isa i) noexcept {
#if BARTIZAN_NN_X86
    if (i == isa::avx2) return dense_avx2;
#endif
    static_cast<void>(i);
    return dense_scalar;
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
