// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_ISA_HPP
#define BARTIZAN_NN_ISA_HPP

#include "../core/config.hpp"

/// Whether this build can hold x86 kernels. They are compiled by function-level target attributes, so the translation unit
/// keeps its baseline flags (MSVC needs no attribute).
#if defined(__x86_64__) || defined(__i386__) || defined(_M_X64) || defined(_M_IX86)
#define BARTIZAN_NN_X86 1
#else
#define BARTIZAN_NN_X86 0
#endif

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#endif

namespace BARTIZAN_NAMESPACE::nn {

/// Kernels in ascending order of preference. All give the same integers.
enum class isa : uint8_t { scalar, avx2 };

inline constexpr isa all_isas[] = {isa::scalar, isa::avx2};

[[nodiscard]] constexpr const char* name(isa i) noexcept { return i == isa::avx2 ? "avx2" : "scalar"; }

/// Whether this build and this processor (and its operating system, which must save the wide registers) can run `i`.
[[nodiscard]] inline bool is_available(isa i) noexcept {
    if (i == isa::scalar) return true;
#if BARTIZAN_NN_X86 && (defined(__GNUC__) || defined(__clang__))
    return __builtin_cpu_supports("avx2") != 0;
#elif BARTIZAN_NN_X86
    int leaf[4] = {};
    __cpuid(leaf, 1);
    const bool os_saves = (leaf[2] & (1 << 27)) != 0 && (_xgetbv(0) & 6) == 6;
    __cpuidex(leaf, 7, 0);
    return os_saves && (leaf[1] & (1 << 5)) != 0;
#else
    return false;
#endif
}

/// The fastest kernels that can run here.
[[nodiscard]] inline isa best_isa() noexcept {
    isa best = isa::scalar;
    for (const isa i : all_isas)
        if (is_available(i)) best = i;
    return best;
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
