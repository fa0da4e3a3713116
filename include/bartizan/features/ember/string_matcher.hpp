// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_STRING_MATCHER_HPP
#define BARTIZAN_FEATURES_EMBER_STRING_MATCHER_HPP

#include "strings.hpp"
#include "string_patterns.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// A set of patterns, or of literals.
struct pattern_set {
    uint64_t bits[2]{};

    constexpr void add(unsigned i) noexcept { bits[i / 64] |= uint64_t{1} << i % 64; }
    [[nodiscard]] constexpr bool has(unsigned i) const noexcept { return (bits[i / 64] >> i % 64 & 1) != 0; }
};

namespace detail {

/// Which literals have a given byte as their first, second, third or fourth: a literal can only stand where the sets of four bytes
/// in a row have it in common.
struct literal_filter {
    static constexpr unsigned depth = 4;
    pattern_set allowed[depth][256];

    constexpr literal_filter() noexcept {
        unsigned index = 0;
        for (const literal_pattern& literal : literal_patterns) {
            bool ended = false;
            for (unsigned at = 0; at < depth; ++at) {
                ended = ended || literal.text[at] == '\0';
                const auto byte = ended ? uint8_t{0} : static_cast<uint8_t>(literal.text[at]);
                for (unsigned any = 0; ended && any < 256; ++any) allowed[at][any].add(index);
                if (ended) continue;
                allowed[at][byte].add(index);
                if (literal.folded && byte >= 'a' && byte <= 'z') allowed[at][byte - 0x20].add(index);
            }
            ++index;
        }
    }
};
inline constexpr literal_filter literals_by_byte{};

enum byte_class : uint8_t { class_word = 1, class_digit = 2, class_hex = 4, class_btc = 8, class_url = 16 };

/// Of every byte: whether it belongs to \w, [0-9], [0-9A-Fa-f], and the sets of the wallet and the address expression.
struct byte_classes {
    uint8_t of[256]{};

    constexpr byte_classes() noexcept {
        for (unsigned c = 0; c < 256; ++c) {
            const bool digit = c >= '0' && c <= '9';
            const bool upper = c >= 'A' && c <= 'Z';
            const bool lower = c >= 'a' && c <= 'z';
            const bool hex = digit || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
            const bool btc = (lower && c != 'l') || (upper && c != 'I' && c != 'O') || (digit && c != '0');
            bool url = digit || upper || lower;
            for (const char* p = "-._~:?#[]@!$&'()*+,;="; *p != '\0'; ++p) url = url || c == static_cast<uint8_t>(*p);
            of[c] = static_cast<uint8_t>((digit || upper || lower || c == '_' ? class_word : 0) |
                                         (digit ? class_digit : 0) | (hex ? class_hex : 0) | (btc ? class_btc : 0) |
                                         (url ? class_url : 0));
        }
    }
};
inline constexpr byte_classes classes{};

}  // namespace detail

/// Finds which of the 77 patterns occur in one string, as Python's `re.search` does.
class string_matcher {
  public:
    [[nodiscard]] static pattern_set match(bytes string) noexcept {
        string_matcher m{string};
        m.find_literals();
        m.find_expressions();
        return m.found_;
    }

  private:
    explicit string_matcher(bytes string) noexcept : s_(string) {}

    /// Zero past the end, which belongs to no class and no pattern.
    [[nodiscard]] uint8_t at(size_t i) const noexcept { return i < s_.size ? s_[i] : uint8_t{0}; }
    [[nodiscard]] bool is(size_t i, uint8_t byte_class) const noexcept {
        return (detail::classes.of[at(i)] & byte_class) != 0;
    }
    [[nodiscard]] bool word_before(size_t i) const noexcept { return i != 0 && is(i - 1, detail::class_word); }
    [[nodiscard]] bool begins_word(size_t i) const noexcept { return !word_before(i); }

    void find_literals() noexcept {
        const auto& allowed = detail::literals_by_byte.allowed;
        for (size_t i = 0; i < s_.size; ++i) {
            const pattern_set& a = allowed[0][s_[i]];
            const pattern_set& b = allowed[1][at(i + 1)];
            const pattern_set& c = allowed[2][at(i + 2)];
            const pattern_set& d = allowed[3][at(i + 3)];
            for (unsigned half = 0; half < 2; ++half) {
                uint64_t left = a.bits[half] & b.bits[half] & c.bits[half] & d.bits[half];
                for (; left != 0; left &= left - 1)
                    try_literal(i, literal_patterns[64 * half + features::detail::lowest_bit(left)]);
            }
        }
    }

    void try_literal(size_t i, const literal_pattern& literal) noexcept {
        using place = literal_pattern::place;
        if (found_.has(literal.pattern)) return;
        if (literal.where == place::not_first && i == 0) return;
        if (literal.where == place::at_word && word_before(i)) return;
        for (const char* c = literal.text; *c != '\0'; ++c, ++i) {
            const uint8_t byte = at(i);
            const bool upper = byte >= 'A' && byte <= 'Z';
            if ((literal.folded && upper ? byte | 0x20 : byte) != static_cast<uint8_t>(*c)) return;
        }
        if (literal.where == place::then_nines) {
            while (at(i) == '9') ++i;
            if (at(i) != '/') return;
        }
        found_.add(literal.pattern);
    }

    void find_expressions() noexcept {
        constexpr size_t none = SIZE_MAX;
        constexpr size_t shortest_wallet_rest = 25;
        size_t wallet = none;  // the first '1' or '3' of this run of the wallet's characters
        bool word = false;
        for (size_t i = 0; i < s_.size; ++i) {
            const uint8_t byte = s_[i];
            const uint8_t of = detail::classes.of[byte];
            if ((of & detail::class_btc) == 0) {
                wallet = none;
            } else if (wallet == none) {
                if (byte == '1' || byte == '3') wallet = i;
            } else if (i - wallet == shortest_wallet_rest) {
                found_.add(pattern_btc_wallet);
            }
            if (!word && (of & detail::class_hex) != 0) {
                try_hardware_address(i);
                try_ipv6(i);
                if ((of & detail::class_digit) != 0) try_ipv4(i);
            }
            word = (of & detail::class_word) != 0;
            if (byte == ':') {
                try_ipv6_tail(i);
                try_url(i);
            }
        }
    }

    /// (?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b
    void try_hardware_address(size_t i) noexcept {
        for (unsigned pair = 0;; ++pair, i += 3) {
            if (!is(i, detail::class_hex) || !is(i + 1, detail::class_hex)) return;
            if (pair == 5) break;
            if (at(i + 2) != ':' && at(i + 2) != '-') return;
        }
        if (is(i + 2, detail::class_word)) return;
        found_.add(pattern_mac_addr);
        found_.add(pattern_email_addr);
    }

    /// Three dotted numbers and a fourth, each at most 255 and of at most three digits.
    void try_ipv4(size_t i) noexcept {
        for (unsigned number = 0;; ++number) {
            unsigned value = 0;
            unsigned digits = 0;
            for (; digits < 4 && is(i + digits, detail::class_digit); ++digits)
                value = 10 * value + (at(i + digits) - '0');
            if (digits == 0 || digits > 3 || value > 255) return;
            i += digits;
            if (number == 3) break;
            if (at(i++) != '.') return;
        }
        if (!is(i, detail::class_word)) found_.add(pattern_ipv4_addr);
    }

    /// Hexadecimal digits from `i`, counted up to five.
    [[nodiscard]] size_t hex_digits(size_t i) const noexcept {
        size_t digits = 0;
        while (digits < 5 && is(i + digits, detail::class_hex)) ++digits;
        return digits;
    }

    /// (?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\b and (?:[0-9A-Fa-f]{1,4}:){1,7}:\b
    void try_ipv6(size_t i) noexcept {
        for (unsigned group = 1; group <= 7; ++group) {
            const size_t digits = hex_digits(i);
            if (digits == 0 || digits > 4 || at(i + digits) != ':') return;
            i += digits + 1;
            if (at(i) == ':' && is(i + 1, detail::class_word)) found_.add(pattern_ipv6_addr);
        }
        const size_t digits = hex_digits(i);
        if (digits >= 1 && digits <= 4 && !is(i + digits, detail::class_word)) found_.add(pattern_ipv6_addr);
    }

    /// \b:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){1,6}\b
    void try_ipv6_tail(size_t i) noexcept {
        if (!word_before(i)) return;
        for (unsigned group = 0; group <= 6; ++group) {
            if (at(i) != ':') return;
            const size_t digits = hex_digits(i + 1);
            if (digits == 0 || digits > 4) return;
            i += digits + 1;
            if (group >= 1 && !is(i, detail::class_word)) {
                found_.add(pattern_ipv6_addr);
                return;
            }
        }
    }

    /// \b(?:http|https|ftp)://[...]+ from its colon.
    void try_url(size_t colon) noexcept {
        if (at(colon + 1) != '/' || at(colon + 2) != '/' || !is(colon + 3, detail::class_url)) return;
        const auto preceded_by = [&](const char* scheme, size_t size) noexcept {
            return colon >= size && memcmp(s_.data + colon - size, scheme, size) == 0 && begins_word(colon - size);
        };
        if (preceded_by("http", 4) || preceded_by("https", 5) || preceded_by("ftp", 3)) found_.add(pattern_url);
    }

    bytes s_;
    pattern_set found_;
};

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
