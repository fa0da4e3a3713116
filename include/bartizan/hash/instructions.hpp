// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_HASH_INSTRUCTIONS_HPP
#define BARTIZAN_HASH_INSTRUCTIONS_HPP

#include "../core/config.hpp"

/// Which hash instructions this build can hold, behind a run-time question. Functions get them by target attribute, so the
/// translation unit keeps its baseline flags (MSVC needs no attribute). Clang before 16 declares the ARM intrinsics only where
/// the whole translation unit is built for them.
#if defined(__x86_64__) || defined(__i386__) || defined(_M_X64) || defined(_M_IX86)
#define BARTIZAN_HASH_X86 1
#include <immintrin.h>
#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#else
#define BARTIZAN_HASH_X86 0
#endif

#if defined(__aarch64__) && (defined(__ARM_FEATURE_SHA2) || (defined(__GNUC__) && !defined(__clang__)))
#define BARTIZAN_HASH_ARM 1
#include <arm_neon.h>
#if defined(__linux__)
extern "C" unsigned long getauxval(unsigned long) noexcept;
#endif
#else
#define BARTIZAN_HASH_ARM 0
#endif

#if BARTIZAN_HASH_X86 && (defined(__GNUC__) || defined(__clang__))
#define BARTIZAN_HASH_TARGET __attribute__((target("sha,sse4.1")))
#elif BARTIZAN_HASH_ARM && !defined(__clang__)
#define BARTIZAN_HASH_TARGET __attribute__((target("+crypto")))
#else
#define BARTIZAN_HASH_TARGET
#endif

/// The rounds index their words by constants only once the loop is gone.
#if defined(__clang__)
#define BARTIZAN_HASH_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
#define BARTIZAN_HASH_UNROLL _Pragma("GCC unroll 20")
#else
#define BARTIZAN_HASH_UNROLL
#endif

namespace BARTIZAN_NAMESPACE::hash {

namespace detail {

[[nodiscard]] inline bool ask_processor() noexcept {
#if BARTIZAN_HASH_X86
    unsigned leaf1[4] = {}, leaf7[4] = {};
#if defined(_MSC_VER) && !defined(__clang__)
    __cpuid(reinterpret_cast<int*>(leaf1), 1);
    __cpuidex(reinterpret_cast<int*>(leaf7), 7, 0);
#else
    __get_cpuid(1, &leaf1[0], &leaf1[1], &leaf1[2], &leaf1[3]);
    __get_cpuid_count(7, 0, &leaf7[0], &leaf7[1], &leaf7[2], &leaf7[3]);
#endif
    const bool sse4_1 = (leaf1[2] >> 19 & 1) != 0;
    const bool sha = (leaf7[1] >> 29 & 1) != 0;
    return sse4_1 && sha;
#elif BARTIZAN_HASH_ARM && defined(__linux__) && !defined(__ARM_FEATURE_SHA2)
    constexpr unsigned long at_hwcap = 16, hwcap_sha1 = 1 << 5, hwcap_sha2 = 1 << 6;
    return (getauxval(at_hwcap) & (hwcap_sha1 | hwcap_sha2)) == (hwcap_sha1 | hwcap_sha2);
#elif BARTIZAN_HASH_ARM && defined(__ARM_FEATURE_SHA2)
    return true;
#else
    return false;
#endif
}

}  // namespace detail

/// Whether this build and this processor have instructions for SHA-1 and SHA-256. The processor is asked once.
[[nodiscard]] inline bool has_instructions() noexcept {
    static const bool answer = detail::ask_processor();
    return answer;
}

}  // namespace BARTIZAN_NAMESPACE::hash

#endif
