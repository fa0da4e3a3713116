// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_KERNELS_HPP
#define BARTIZAN_NN_KERNELS_HPP

#include "isa.hpp"
#include "kernels/avx2.hpp"
#include "kernels/avx512.hpp"
#include "kernels/dense.hpp"
#include "kernels/neon.hpp"
#include "kernels/scalar.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// One instruction set's work, behind one interface: what `infer` and its kin take. Made from an `isa` (which must be available,
/// see is_available) or from any struct with the members of scalar_kernel, by `of`. All give the same integers.
class kernels {
  public:
    void (*dense)(const dense_operands&) = nullptr;
    void (*dense_relu)(const dense_operands&, const relu_operands&) = nullptr;
    void (*change)(const dense_operands&, const uint8_t* old, const uint32_t* groups, uint32_t count) = nullptr;
    void (*relu)(const int32_t* sums, const uint8_t* multipliers, uint32_t shift, uint8_t* out, uint32_t count) = nullptr;
    void (*dot_pair)(const uint8_t* x, const uint8_t* w, const uint8_t* other, uint32_t size, int32_t* out) = nullptr;
    void (*quantise)(const float_rows&, const float_quantiser&) = nullptr;
    uint32_t (*active)(const uint8_t* x, const uint8_t* rest, uint32_t groups, uint32_t* list) = nullptr;
    uint32_t (*reaching)(const int32_t* x, const int32_t* least, uint32_t count, uint32_t* list) = nullptr;

    /// The kernels of `i`; the scalar ones where this build has no other.
    constexpr kernels(isa i) noexcept {  // NOLINT(google-explicit-constructor): an isa stands for its kernels
        set<scalar_kernel>();
#if BARTIZAN_NN_X86
        if (i == isa::avx2) set<avx2_madd_kernel>();
        if (i == isa::avx_vnni) set<avx_vnni_kernel>();
        if (i == isa::avx512bw) set<avx512bw_kernel>();
        if (i == isa::avx512_vnni) set<avx512_vnni_kernel>();
#elif BARTIZAN_NN_NEON
        if (i == isa::neon) set<neon_multiply_kernel>();
#if BARTIZAN_NN_NEON_DOT
        if (i == isa::neon_dot) set<neon_dot_kernel>();
#endif
#endif
        static_cast<void>(i);
    }

    template <class Kernel>
    [[nodiscard]] static constexpr kernels of() noexcept {
        kernels out(isa::scalar);
        out.set<Kernel>();
        return out;
    }

  private:
    template <class Kernel>
    constexpr void set() noexcept {
        dense = dense_algorithms<Kernel>::dense;
        dense_relu = dense_algorithms<Kernel>::dense_relu;
        change = dense_algorithms<Kernel>::change;
        relu = Kernel::relu;
        dot_pair = dense_algorithms<Kernel>::dot_pair;
        quantise = Kernel::quantise;
        active = Kernel::active;
        reaching = Kernel::reaching;
    }
};

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
