// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_CSV_HPP
#define BARTIZAN_EXAMPLES_CLI_CSV_HPP

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan_cli {

/// Reads comma-separated values (RFC 4180) out of a text in memory.
class csv_reader {
  public:
    explicit csv_reader(std::string_view text) : rest_(text) {}

    /// The next record that is not empty; false at the end of the text.
    bool next(std::vector<std::string>& cells);
    /// The line on which the last record began; the first is 1.
    [[nodiscard]] uint64_t line() const { return line_; }

  private:
    std::string take_cell(bool& ends_record);

    std::string_view rest_;
    uint64_t line_ = 0;
    uint64_t lines_read_ = 0;
};

/// A cell for writing: quoted where it has to be.
std::string csv_cell(std::string_view text);

}  // namespace bartizan_cli

#endif
