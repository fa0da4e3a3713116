// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// For signature.sh: prints the kernels that gave the recorded signature; exit 1 if one did not. No test framework, so that any compiler can
// build it.
#include <cstdio>

#include "signature.hpp"
#include "signature_value.hpp"

int main() {
    using namespace bartizan_tests;
    int result = 0;
    for (const nn::isa i : nn::all_isas) {
        if (!nn::is_available(i)) continue;
        const uint64_t value = signature_of(i);
        std::printf("%s %016llx%s\n", nn::name(i), static_cast<unsigned long long>(value), value == recorded_signature ? "" : " DIFFERS");
        if (value != recorded_signature) result = 1;
    }
    return result;
}
