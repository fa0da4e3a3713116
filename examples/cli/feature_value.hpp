// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_FEATURE_VALUE_HPP
#define BARTIZAN_EXAMPLES_CLI_FEATURE_VALUE_HPP

#include <bartizan/features/bartizan_v1.hpp>
#include <string>

namespace bartizan_cli {

/// Features of schema bartizan_v1 as public data sets write them: entropies in bits per byte, everything else as it stands. The
/// library's own form is integers, entropies in Q16.

/// Whether feature `i` is an entropy.
bool is_entropy(unsigned i);

/// Reads a cell. False where it is no number, or one that the feature cannot have. Fractions of means are cut off.
[[nodiscard]] bool parse_feature(const std::string& cell, unsigned i, uint64_t& out);

/// The value of feature `i` as a number for people and training.
double feature_number(const bartizan::features::vector& v, unsigned i);
/// The same as text, exact for integers; "" where the feature is unknown.
std::string feature_text(const bartizan::features::vector& v, unsigned i);

}  // namespace bartizan_cli

#endif
