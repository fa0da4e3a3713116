// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The signature number from every kernel that this machine has. tests/nn/signature.sh asks other compilers and processors for it.
#include "signature.hpp"

#include <bartizan/nn/simd/xsimd_kernel.hpp>
#include <gtest/gtest.h>

#include "signature_value.hpp"

namespace {

using namespace bartizan_tests;

TEST(signature, is_the_recorded_one_from_every_kernel) {
    std::printf("signature %016llx\n", static_cast<unsigned long long>(signature_of(nn::isa::scalar)));
    for (const nn::isa i : nn::all_isas) {
        if (nn::is_available(i)) { EXPECT_EQ(signature_of(i), recorded_signature) << nn::name(i); }
    }
    EXPECT_EQ(signature_of(nn::kernels::of<nn::xsimd_kernel>()), recorded_signature);
}

}  // namespace
