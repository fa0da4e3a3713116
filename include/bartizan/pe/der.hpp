// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_DER_HPP
#define BARTIZAN_PE_DER_HPP

#include "../core/span.hpp"

/// The part of ASN.1 DER (X.690) that signatures need: definite lengths of up to four bytes and tags of one byte. Everything is a
/// view of the input; nothing recurses; a cursor is linear in the bytes that it is given.
namespace BARTIZAN_NAMESPACE::pe {

/// Tags of universal types, with the bit for "constructed" where the type is.
enum : uint8_t {
    der_boolean = 0x01,
    der_integer = 0x02,
    der_bit_string = 0x03,
    der_octet_string = 0x04,
    der_null = 0x05,
    der_oid = 0x06,
    der_utf8_string = 0x0c,
    der_printable_string = 0x13,
    der_t61_string = 0x14,
    der_ia5_string = 0x16,
    der_utc_time = 0x17,
    der_generalized_time = 0x18,
    der_bmp_string = 0x1e,
    der_sequence = 0x30,
    der_set = 0x31,
};

/// The tag [n] of a context: constructed as for EXPLICIT and for IMPLICIT SET and SEQUENCE, or primitive.
[[nodiscard]] constexpr uint8_t der_context(uint8_t n) noexcept { return static_cast<uint8_t>(0xa0 | n); }
[[nodiscard]] constexpr uint8_t der_context_primitive(uint8_t n) noexcept { return static_cast<uint8_t>(0x80 | n); }

struct der_element {
    uint8_t tag = 0;  ///< 0: none
    bytes content;
    bytes whole;      ///< tag and length with it

    [[nodiscard]] constexpr bool is(uint8_t expected) const noexcept { return tag == expected; }
};

/// Elements that stand one behind the other. `next` until it says false: at the end, or, with `broken`, at what is no element.
class der_cursor {
  public:
    constexpr der_cursor() noexcept = default;
    constexpr explicit der_cursor(bytes elements) noexcept : rest_(elements) {}
    constexpr explicit der_cursor(const der_element& parent) noexcept : rest_(parent.content) {}

    [[nodiscard]] constexpr bool next(der_element& out) noexcept {
        out = {};
        if (rest_.empty()) return false;
        size_t header = 2;
        size_t length = rest_.size > 1 ? rest_[1] : 0x80;
        const bool long_tag = (rest_[0] & 0x1f) == 0x1f;
        if (length >= 0x80) {
            const size_t count = length & 0x7f;
            header += count;
            if (count == 0 || count > 4 || rest_.size < header) return fail();
            length = 0;
            for (size_t i = 0; i < count; ++i) length = length << 8 | rest_[2 + i];
        }
        if (long_tag || rest_[0] == 0 || rest_.size < header || length > rest_.size - header) return fail();
        out = {rest_[0], rest_.sub(header, length), rest_.sub(0, header + length)};
        rest_ = rest_.sub(header + length);
        return true;
    }

    /// The next element if it has this tag; otherwise nothing is taken, and an empty element comes back.
    [[nodiscard]] constexpr der_element take(uint8_t tag) noexcept {
        der_cursor ahead = *this;
        der_element out;
        if (!ahead.next(out) || out.tag != tag) return {};
        *this = ahead;
        return out;
    }

    [[nodiscard]] constexpr bytes rest() const noexcept { return rest_; }

    bool broken = false;

  private:
    constexpr bool fail() noexcept {
        broken = true;
        rest_ = {};
        return false;
    }

    bytes rest_;
};

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
