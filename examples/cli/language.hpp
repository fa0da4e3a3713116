// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_LANGUAGE_HPP
#define BARTIZAN_EXAMPLES_CLI_LANGUAGE_HPP

#include <string>

namespace bartizan_cli {

/// A language that the report is written in. Consoles speak English.
enum class language { en, ja };

/// One text in every language. Both are always there: tests/words and the tables' own static_asserts hold that.
struct wording {
    const char* en;
    const char* ja;
    [[nodiscard]] constexpr const char* in(language l) const { return l == language::ja ? ja : en; }
};

/// The name of HTML's `lang` attribute and of `--lang`.
constexpr const char* name(language l) { return l == language::ja ? "ja" : "en"; }

}  // namespace bartizan_cli

#endif
