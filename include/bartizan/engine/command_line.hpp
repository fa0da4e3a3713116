// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_COMMAND_LINE_HPP
#define BARTIZAN_ENGINE_COMMAND_LINE_HPP

#include "../core/text.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// Walks over the words of a Windows command line: separated by blanks, or quoted. Backslash escapes of quotes are left as they
/// are, since a path cannot hold a quote. Total on any text.
class command_words {
  public:
    constexpr explicit command_words(text line) noexcept : rest_(line) {}

    /// The next word without its quotes; empty at the end.
    [[nodiscard]] constexpr text next() noexcept {
        uint32_t begin = 0;
        while (begin < rest_.size && is_blank(rest_[begin])) ++begin;
        const bool quoted = begin < rest_.size && rest_[begin] == u'"';
        if (quoted) ++begin;
        uint32_t end = begin;
        while (end < rest_.size && (quoted ? rest_[end] != u'"' : !is_blank(rest_[end]))) ++end;
        const text word = rest_.sub(begin, end - begin);
        rest_ = rest_.sub(quoted ? end + 1 : end);
        return word;
    }
    /// What follows the words taken so far, without blanks and quotes around it.
    [[nodiscard]] constexpr text rest() const noexcept {
        text out = rest_;
        while (!out.empty() && (is_blank(out[0]) || out[0] == u'"')) out = out.sub(1);
        while (!out.empty() && (is_blank(out[out.size - 1]) || out[out.size - 1] == u'"')) out = out.sub(0, out.size - 1);
        return out;
    }

  private:
    [[nodiscard]] static constexpr bool is_blank(char16_t c) noexcept { return c == u' ' || c == u'\t' || c == u'\0'; }

    text rest_;
};

/// "javascript:...", "https://...": a scheme of two letters or more, since one letter and a colon is a drive.
[[nodiscard]] constexpr bool begins_with_scheme(text word) noexcept {
    for (uint32_t i = 0; i < word.size && i < 16; ++i) {
        const char16_t c = upcase(word[i]);
        if (c == u':') return i >= 2;
        if ((c < u'A' || c > u'Z') && c != u'-') return false;
    }
    return false;
}

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
