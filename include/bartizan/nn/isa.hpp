// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_ISA_HPP
#define BARTIZAN_NN_ISA_HPP

#include "../core/config.hpp"

/// Which kernels this build can hold. They are compiled by function-level target attributes, so the translation unit keeps its
/// baseline flags (MSVC needs no attribute).
#if defined(__x86_64__) || defined(__i386__) || defined(_M_X64) || defined(_M_IX86)
#define BARTIZAN_NN_X86 1
#else
#define BARTIZAN_NN_X86 0
#endif
#if (defined(__aarch64__) && !defined(__AARCH64EB__)) || defined(_M_ARM64)
#define BARTIZAN_NN_NEON 1
#else
#define BARTIZAN_NN_NEON 0
#endif

// Clang's assembler knows the dot product only where the translation unit's flags do.
#if BARTIZAN_NN_NEON && (defined(__ARM_FEATURE_DOTPROD) || (defined(__GNUC__) && !defined(__clang__)))
#define BARTIZAN_NN_NEON_DOT 1
#else
#define BARTIZAN_NN_NEON_DOT 0
#endif

#if defined(__GNUC__) || defined(__clang__)
#define BARTIZAN_NN_TARGET(features) __attribute__((target(features)))
#define BARTIZAN_NN_INLINE __attribute__((always_inline)) inline
#else
#define BARTIZAN_NN_TARGET(features)
#define BARTIZAN_NN_INLINE __forceinline
#endif

#if BARTIZAN_NN_X86
#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#endif
#if BARTIZAN_NN_NEON && defined(__linux__)
#include <sys/auxv.h>
#endif

namespace BARTIZAN_NAMESPACE::nn {

/// Kernels in ascending order of preference. All give the same integers.
enum class isa : uint8_t {
    scalar,
    avx2,
    avx_vnni,     ///< 256-bit dot products (VEX form)
    avx512bw,
    avx512_vnni,
    neon,
    neon_dot,     ///< ARMv8.2 dot product
};

inline constexpr isa all_isas[] = {isa::scalar,   isa::avx2, isa::avx_vnni, isa::avx512bw, isa::avx512_vnni, isa::neon, isa::neon_dot};

[[nodiscard]] constexpr const char* name(isa i) noexcept {
    switch (i) {
        case isa::scalar: return "scalar";
        case isa::avx2: return "avx2";
        case isa::avx_vnni: return "avx_vnni";
        case isa::avx512bw: return "avx512bw";
        case isa::avx512_vnni: return "avx512_vnni";
        case isa::neon: return "neon";
        case isa::neon_dot: return "neon_dot";
    }
    return "?";
}

namespace detail {

#if BARTIZAN_NN_X86

struct cpuid_leaf {
    uint32_t a = 0, b = 0, c = 0, d = 0;
};

/// Zeros for a leaf that the processor does not have.
[[nodiscard]] inline cpuid_leaf cpuid(uint32_t leaf, uint32_t sub_leaf) noexcept {
    cpuid_leaf out;
#if defined(_MSC_VER) && !defined(__clang__)
    int r[4] = {};
    __cpuid(r, 0);
    if (static_cast<uint32_t>(r[0]) < leaf) return out;
    __cpuidex(r, static_cast<int>(leaf), static_cast<int>(sub_leaf));
    out = {static_cast<uint32_t>(r[0]), static_cast<uint32_t>(r[1]), static_cast<uint32_t>(r[2]), static_cast<uint32_t>(r[3])};
#else
    __get_cpuid_count(leaf, sub_leaf, &out.a, &out.b, &out.c, &out.d);
#endif
    return out;
}

/// The register sets that the operating system saves (XCR0); ask only where CPUID says OSXSAVE.
[[nodiscard]] inline uint64_t saved_register_sets() noexcept {
#if defined(_MSC_VER) && !defined(__clang__)
    return _xgetbv(0);
#else
    uint32_t low = 0, high = 0;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return uint64_t{high} << 32 | low;
#endif
}

[[nodiscard]] inline bool has_x86(isa i) noexcept {
    constexpr uint32_t osxsave = 1U << 27;
    if ((cpuid(1, 0).c & osxsave) == 0) return false;
    const uint64_t saved = saved_register_sets();
    constexpr uint64_t ymm = 0x06, zmm = 0xe6;
    const cpuid_leaf extended = cpuid(7, 0);
    const bool avx2 = (saved & ymm) == ymm && (extended.b & 1U << 5) != 0;
    const bool avx512 = avx2 && (saved & zmm) == zmm && (extended.b & 1U << 16) != 0 && (extended.b & 1U << 30) != 0 &&  // F, BW,
                        (extended.b & 1U << 31) != 0 && (extended.b & 1U << 17) != 0;                                     // VL, DQ
    switch (i) {
        case isa::avx2: return avx2;
        case isa::avx_vnni: return avx2 && (cpuid(7, 1).a & 1U << 4) != 0;
        case isa::avx512bw: return avx512;
        case isa::avx512_vnni: return avx512 && (extended.c & 1U << 11) != 0;
        default: return false;
    }
}

#endif

}  // namespace detail

/// Whether this build and this processor (and its operating system, which must save the wide registers) can run `i`.
[[nodiscard]] inline bool is_available(isa i) noexcept {
    if (i == isa::scalar) return true;
#if BARTIZAN_NN_X86
    return detail::has_x86(i);
#elif BARTIZAN_NN_NEON
    if (i == isa::neon) return true;
#if defined(__ARM_FEATURE_DOTPROD)
    return i == isa::neon_dot;
#elif BARTIZAN_NN_NEON_DOT && defined(__linux__)
    constexpr unsigned long hwcap_asimddp = 1UL << 20;
    return i == isa::neon_dot && (getauxval(AT_HWCAP) & hwcap_asimddp) != 0;
#else
    return false;
#endif
#else
    return false;
#endif
}

/// The fastest kernels that can run here. CPUID traps in a virtual machine, so ask once, not per inference.
[[nodiscard]] inline isa best_isa() noexcept {
    isa best = isa::scalar;
    for (const isa i : all_isas)
        if (is_available(i)) best = i;
    return best;
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
