// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_JSON_LINES_HPP
#define BARTIZAN_EXAMPLES_CLI_JSON_LINES_HPP

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace bartizan_cli {

/// Line of the byte at `offset`, counted from 1.
size_t line_of(std::string_view text, size_t offset);

/// Lines by JSON pointer ("/exclusions/0/rule").
struct member_lines {
    std::map<std::string, size_t> first;
    std::map<std::string, size_t> again;  ///< of members that stand twice in their object: where the second one does
};

/// The line of every member and element of a JSON document; a parser keeps values, not where they stood. The document must already
/// have been parsed without error.
member_lines lines_of_members(std::string_view document);

}  // namespace bartizan_cli

#endif
