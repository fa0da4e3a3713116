// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_NN_SIGNATURE_VALUE_HPP
#define BARTIZAN_TESTS_NN_SIGNATURE_VALUE_HPP

#include <stdint.h>

namespace bartizan_tests {

/// What signature_of gives everywhere. May change only with the arithmetic of the network or with the set of signature.hpp.
inline constexpr uint64_t recorded_signature = 0x52460942cf04ffd7;

}  // namespace bartizan_tests

#endif
