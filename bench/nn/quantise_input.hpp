// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_BENCH_NN_QUANTISE_INPUT_HPP
#define BARTIZAN_BENCH_NN_QUANTISE_INPUT_HPP

#include <cstdint>

/// Floats in 0..1 to bytes, for engines that leave this to their caller. Compiled for the machine's own vectors
/// (bench/CMakeLists.txt builds the peers so), so that no peer loses time here.
namespace bartizan_bench {

template <class Byte>
inline void quantise_input(const float* x, int count, float scale, Byte* out) {
    for (int i = 0; i < count; ++i) {
        const float scaled = x[i] * scale + 0.5F;
        out[i] = static_cast<Byte>(static_cast<int>(scaled < 0 ? 0 : scaled > scale ? scale : scaled));
    }
}

}  // namespace bartizan_bench

#endif
