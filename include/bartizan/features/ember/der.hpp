// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_DER_HPP
#define BARTIZAN_FEATURES_EMBER_DER_HPP

#include "../../core/span.hpp"
#include "spelling.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// One ASN.1 value in definite-length encoding with a one-byte tag, which is all that signatures use.
struct der_value {
    uint8_t tag = 0;
    bytes content;
    bytes whole;  ///< tag and length included
};

/// Reads values one after another. After a malformed one there are none, and `broken` is true.
class der_cursor {
  public:
    static constexpr uint8_t integer = 0x02, octet_string = 0x04, oid = 0x06, sequence = 0x30, set = 0x31;
    static constexpr uint8_t utc_time = 0x17, generalized_time = 0x18;
    [[nodiscard]] static constexpr uint8_t context(uint8_t number) noexcept { return static_cast<uint8_t>(0xa0 | number); }

    constexpr der_cursor() noexcept = default;
    constexpr explicit der_cursor(bytes data) noexcept : rest_(data) {}

    [[nodiscard]] constexpr bool empty() const noexcept { return rest_.empty(); }
    [[nodiscard]] constexpr bool broken() const noexcept { return broken_; }
    [[nodiscard]] constexpr uint8_t tag() const noexcept { return rest_.empty() ? uint8_t{0} : rest_[0]; }

    constexpr bool next(der_value& out) noexcept {
        if (rest_.empty()) return false;
        constexpr unsigned most_length_bytes = 4;
        if (rest_.size < 2 || (rest_[0] & 0x1f) == 0x1f) return fail();
        uint64_t length = rest_[1];
        size_t header = 2;
        if (length >= 0x80) {
            const auto length_bytes = static_cast<unsigned>(length & 0x7f);
            if (length_bytes == 0 || length_bytes > most_length_bytes || rest_.size < 2 + size_t{length_bytes}) return fail();
            length = 0;
            for (unsigned i = 0; i < length_bytes; ++i) length = length << 8 | rest_[header++];
        }
        if (length > rest_.size - header) return fail();
        const auto size = static_cast<size_t>(length);
        out = {rest_[0], rest_.sub(header, size), rest_.sub(0, header + size)};
        rest_ = rest_.sub(header + size);
        return true;
    }

    /// The next value if it has this tag; broken otherwise.
    constexpr bool next(uint8_t expected, der_value& out) noexcept {
        if (tag() != expected) return fail();
        return next(out);
    }

    /// Steps over the next value if it has this tag.
    constexpr bool skip_optional(uint8_t expected, der_value& out) noexcept { return tag() == expected && next(out); }

  private:
    constexpr bool fail() noexcept {
        broken_ = true;
        rest_ = {};
        return false;
    }

    bytes rest_;
    bool broken_ = false;
};

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
