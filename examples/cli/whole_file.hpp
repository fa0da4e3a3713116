// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_WHOLE_FILE_HPP
#define BARTIZAN_EXAMPLES_CLI_WHOLE_FILE_HPP

#include <bartizan/core/span.hpp>
#include <string>

namespace bartizan_cli {

/// Writes a file beside its place, durably, and then lets it take the place: whoever reads it sees the old one or the new one, whole.
/// Why it cannot be written, or nothing.
[[nodiscard]] std::string write_whole_file(const std::string& path, bartizan::bytes content);

}  // namespace bartizan_cli

#endif
