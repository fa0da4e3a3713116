// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_REPORT_WORDS_HPP
#define BARTIZAN_EXAMPLES_CLI_REPORT_WORDS_HPP

#include <string>
#include <string_view>
#include <vector>

#include "report_phrases.hpp"

namespace bartizan_cli {

/// A sentence of the report by its key in `phrases`; a key that is not there does not compile.
class phrase {
  public:
    consteval phrase(const char* key) : words_(find(key)) {}
    [[nodiscard]] constexpr const char* in(language l) const { return words_.in(l); }

  private:
    static consteval wording find(std::string_view key) {
        for (const phrase_row& row : phrases)
            if (key == row.key) return row.words;
        for (const phrase_row& row : machine_phrases)
            if (key == row.key) return row.words;
        throw "no such phrase";
    }
    wording words_;
};

/// Fills "{0}" with the first of `values` and so on; "{0|event|events}" gives a noun for the count: the first form for "1".
std::string fill(std::string_view pattern, const std::vector<std::string>& values);

/// Says the report's sentences in one language.
class report_words {
  public:
    explicit report_words(language l) : in(l) {}

    /// As plain text.
    [[nodiscard]] std::string text(phrase p, const std::vector<std::string>& values = {}) const { return fill(p.in(in), values); }
    /// As HTML; the values are plain text.
    [[nodiscard]] std::string html(phrase p, const std::vector<std::string>& values = {}) const;
    /// As HTML; the values are HTML already.
    [[nodiscard]] std::string marked(phrase p, const std::vector<std::string>& values) const { return tidy(markup(p.in(in), values)); }
    [[nodiscard]] static std::string markup(const std::string& pattern, const std::vector<std::string>& values);

    /// Without the blank that Japanese needs behind a Latin word, where a wide bracket stands between the two.
    [[nodiscard]] std::string tidy(std::string html) const;
    /// Between two sentences.
    [[nodiscard]] const char* blank() const { return in == language::ja ? "" : " "; }

    const language in;
};

}  // namespace bartizan_cli

#endif
