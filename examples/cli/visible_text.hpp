// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_VISIBLE_TEXT_HPP
#define BARTIZAN_EXAMPLES_CLI_VISIBLE_TEXT_HPP

#include <string>
#include <string_view>

namespace bartizan_cli {

/// File names and command lines come from whoever attacks. These make them safe to show.

/// Valid UTF-8 in which characters that steer a terminal, reorder text (U+202E and its kin) or have no shape stand as <U+202E>,
/// and bytes that are not UTF-8 as U+FFFD.
std::string visible_text(std::string_view text);

/// visible_text with the five characters of HTML's syntax escaped: safe in HTML and SVG, in text and in quoted attributes.
std::string html_text(std::string_view text);

/// At most `columns` columns of visible_text (East Asian wide characters count two), the middle replaced by an ellipsis: the
/// beginning of a path says where, its end what.
std::string shortened(std::string_view text, size_t columns);

/// What follows the last slash or backslash.
std::string_view base_name(std::string_view path);

}  // namespace bartizan_cli

#endif
