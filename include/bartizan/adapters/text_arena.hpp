// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ADAPTERS_TEXT_ARENA_HPP
#define BARTIZAN_ADAPTERS_TEXT_ARENA_HPP

#include "../core/span.hpp"
#include "../core/text.hpp"

namespace BARTIZAN_NAMESPACE::adapters {

/// UTF-8 bytes of a log field, counted, not terminated.
using utf8 = span<const char>;

/// Turns log fields into UTF-16 in the caller's memory. A text lives until `clear`. Not thread-safe.
class text_arena {
  public:
    constexpr explicit text_arena(span<char16_t> buffer) noexcept : buffer_(buffer) {}

    constexpr void clear() noexcept {
        used_ = 0;
        full_ = false;
    }
    /// True once a text did not fit; that text was cut.
    [[nodiscard]] constexpr bool full() const noexcept { return full_; }

    /// Ill-formed UTF-8 becomes U+FFFD, one for each byte that cannot be part of a character (as the Unicode standard's
    /// "substitution of maximal subparts" does for a lone byte); the rest of the text is kept.
    [[nodiscard]] constexpr text put(utf8 in) noexcept {
        const size_t begin = used_;
        for (size_t i = 0; i < in.size;) {
            // Nearly all of a log is ASCII.
            if (static_cast<uint8_t>(in[i]) < 0x80) {
                push(static_cast<char16_t>(in[i++]));
                continue;
            }
            const decoded d = decode(in.sub(i));
            i += d.length;
            if (d.code_point >= 0x10000) {
                push(static_cast<char16_t>(0xd800 + ((d.code_point - 0x10000) >> 10)));
                push(static_cast<char16_t>(0xdc00 + ((d.code_point - 0x10000) & 0x3ff)));
            } else {
                push(static_cast<char16_t>(d.code_point));
            }
        }
        return {buffer_.data + begin, used_ - begin};
    }

  private:
    struct decoded {
        uint32_t code_point;
        size_t length;
    };

    [[nodiscard]] static constexpr decoded decode(utf8 in) noexcept {
        constexpr decoded bad{0xfffd, 1};
        const auto lead = static_cast<uint8_t>(in[0]);
        if (lead < 0x80) return {lead, 1};
        const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        if (lead < 0xc2 || lead > 0xf4 || in.size < length) return bad;
        uint32_t code_point = lead & (0x7fu >> length);
        for (size_t i = 1; i < length; ++i) {
            const auto next = static_cast<uint8_t>(in[i]);
            if ((next & 0xc0) != 0x80) return bad;
            code_point = code_point << 6 | (next & 0x3fu);
        }
        constexpr uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
        const bool surrogate = code_point >= 0xd800 && code_point < 0xe000;
        if (code_point < smallest[length] || code_point > 0x10ffff || surrogate) return bad;
        return {code_point, length};
    }

    constexpr void push(char16_t c) noexcept {
        if (used_ == buffer_.size) full_ = true;
        else buffer_[used_++] = c;
    }

    span<char16_t> buffer_;
    size_t used_ = 0;
    bool full_ = false;
};

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif
