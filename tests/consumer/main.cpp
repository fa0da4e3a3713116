// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// A customer's program of two translation units that both include everything.
#include <stdio.h>

#include <bartizan/bartizan.hpp>
#include <model_weights/bartizan_v1.hpp>

const bartizan::rule* const* other_catalogue();

int main() {
    const uint8_t not_a_program[64] = {'Z', 'M'};
    const bartizan::pe::parse_result parsed = bartizan::pe::parse(not_a_program);
    const bool refused = parsed.failure.code == bartizan::error_code::pe_no_mz;
    const bool one_catalogue = other_catalogue() == bartizan::rules::catalogue;
    printf("bartizan %s: refused %d, one catalogue %d\n", BARTIZAN_VERSION_STRING, refused, one_catalogue);
    return refused && one_catalogue ? 0 : 1;
}
