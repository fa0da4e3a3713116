// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_TEXT_FILE_HPP
#define BARTIZAN_EXAMPLES_CLI_TEXT_FILE_HPP

#include <functional>
#include <string>

namespace bartizan_cli {

/// What one text file may hold, decompressed: it is kept in memory, and a small gzip file can claim any size.
inline constexpr size_t text_file_limit_bytes = size_t{2} << 30;

/// A whole plain or gzip-compressed file. `complain` gets a sentence for each problem; what could be read is given.
std::string read_text_file(const std::string& path, const std::function<void(std::string)>& complain);

}  // namespace bartizan_cli

#endif
