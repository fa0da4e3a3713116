// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_EXPORT_TEXT_HPP
#define BARTIZAN_RESPONSE_EXPORT_TEXT_HPP

#include "../core/text.hpp"

/// How the exports write: UTF-8 through a caller's sink, integers only, no allocation.
namespace BARTIZAN_NAMESPACE::respond {

struct division {
    uint64_t quotient;
    uint32_t remainder;
};

/// By schoolbook in digits of 16 bits, since a 32-bit kernel has no routine for 64-bit division. `by` is not 0.
[[nodiscard]] constexpr division divide(uint64_t n, uint16_t by) noexcept {
    division out{0, 0};
    for (uint32_t shift = 64; shift != 0; shift -= 16) {
        const uint32_t digit = out.remainder << 16 | static_cast<uint32_t>(n >> (shift - 16) & 0xffff);
        out.quotient = out.quotient << 16 | digit / by;
        out.remainder = digit % by;
    }
    return out;
}

/// A moment as calendar fields, UTC.
struct calendar_time {
    uint32_t year, month, day, hour, minute, second;
    uint32_t fraction_100ns;
};

/// Of a FILETIME; valid for every value. Days to a date by H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (civil_from_days).
[[nodiscard]] constexpr calendar_time calendar_of(uint64_t time_100ns) noexcept {
    const division fraction = divide(time_100ns, 10'000);
    const division milliseconds = divide(fraction.quotient, 1000);
    const division seconds = divide(milliseconds.quotient, 3600);
    const division hours = divide(seconds.quotient, 24);
    const uint32_t days = static_cast<uint32_t>(hours.quotient) + 584'694;  // from 0000-03-01 to 1601-01-01
    const uint32_t era = days / 146'097;
    const uint32_t of_era = days % 146'097;
    const uint32_t year = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
    const uint32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const uint32_t month = (5 * of_year + 2) / 153;  // 0: March
    calendar_time out{};
    out.day = of_year - (153 * month + 2) / 5 + 1;
    out.month = month < 10 ? month + 3 : month - 9;
    out.year = year + era * 400 + (out.month <= 2 ? 1 : 0);
    out.fraction_100ns = milliseconds.remainder * 10'000 + fraction.remainder;
    out.hour = hours.remainder;
    out.minute = seconds.remainder / 60;
    out.second = seconds.remainder % 60;
    return out;
}

/// Milliseconds since 1970-01-01; negative before.
[[nodiscard]] constexpr int64_t unix_milliseconds(uint64_t time_100ns) noexcept {
    return static_cast<int64_t>(divide(time_100ns, 10'000).quotient) - 11'644'473'600'000;
}

/// Calls `put(uint32_t)` for each code point; an unpaired surrogate becomes U+FFFD.
template <class Put>
constexpr void for_each_code_point(text in, Put&& put) noexcept {
    for (uint32_t i = 0; i < in.size; ++i) {
        uint32_t c = in[i];
        const bool pair = c >= 0xd800 && c < 0xdc00 && i + 1 < in.size && in[i + 1] >= 0xdc00 && in[i + 1] < 0xe000;
        if (pair) c = 0x10000 + ((c - 0xd800) << 10) + (in[++i] - 0xdc00u);
        else if (c >= 0xd800 && c < 0xe000) c = 0xfffd;
        put(c);
    }
}

/// Collects bytes and hands them to `sink(const char* bytes, size_t size)` in pieces. `flush` at the end.
template <class Sink>
class text_writer {
  public:
    constexpr explicit text_writer(Sink& sink) noexcept : sink_(sink) {}

    constexpr void flush() {
        if (used_ != 0) sink_(static_cast<const char*>(buffer_), static_cast<size_t>(used_));
        used_ = 0;
    }
    constexpr void put(char c) {
        if (used_ == sizeof buffer_) flush();
        buffer_[used_++] = c;
    }
    /// ASCII, as it is.
    constexpr void raw(const char* ascii) {
        for (; *ascii != '\0'; ++ascii) put(*ascii);
    }
    constexpr void number(uint64_t n) { digits(n, 1); }
    constexpr void number_signed(int64_t n) {
        if (n < 0) put('-');
        number(n < 0 ? 0 - static_cast<uint64_t>(n) : static_cast<uint64_t>(n));
    }
    /// At least `width` decimal digits.
    constexpr void digits(uint64_t n, uint32_t width) {
        char reversed[20];
        uint32_t size = 0;
        while (n != 0 || size < width) {
            const division d = divide(n, 10);
            reversed[size++] = static_cast<char>('0' + d.remainder);
            n = d.quotient;
        }
        while (size != 0) put(reversed[--size]);
    }
    constexpr void hex(uint64_t n, uint32_t width) {
        for (uint32_t i = width; i != 0; --i) put("0123456789abcdef"[n >> (4 * (i - 1)) & 15]);
    }
    constexpr void utf8(uint32_t c) {
        if (c < 0x80) return put(static_cast<char>(c));
        if (c < 0x800) put(static_cast<char>(0xc0 | c >> 6));
        else {
            if (c < 0x10000) put(static_cast<char>(0xe0 | c >> 12));
            else {
                put(static_cast<char>(0xf0 | c >> 18));
                put(static_cast<char>(0x80 | (c >> 12 & 0x3f)));
            }
            put(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
        }
        put(static_cast<char>(0x80 | (c & 0x3f)));
    }
    /// ISO 8601, UTC, seven decimals as FILETIME has them.
    constexpr void time(uint64_t time_100ns) {
        const calendar_time t = calendar_of(time_100ns);
        digits(t.year, 4);
        put('-'), digits(t.month, 2);
        put('-'), digits(t.day, 2);
        put('T'), digits(t.hour, 2);
        put(':'), digits(t.minute, 2);
        put(':'), digits(t.second, 2);
        put('.'), digits(t.fraction_100ns, 7);
        put('Z');
    }

  private:
    Sink& sink_;
    char buffer_[256] = {};
    uint32_t used_ = 0;
};

/// A JSON document (RFC 8259), written from front to back; commas come by themselves. Nesting up to 32 levels.
template <class Sink>
class json_writer {
  public:
    constexpr explicit json_writer(Sink& sink) noexcept : out_(sink) {}

    constexpr void begin_object() { open('{'); }
    constexpr void end_object() { close('}'); }
    constexpr void begin_array() { open('['); }
    constexpr void end_array() { close(']'); }
    constexpr json_writer& key(const char* name) {
        value(name);
        out_.put(':');
        follows_ &= ~(1u << depth_);
        return *this;
    }
    constexpr void value(const char* ascii) {
        begin_sentence();
        part(ascii);
        end_sentence();
    }
    constexpr void value(text in) {
        begin_sentence();
        part(in);
        end_sentence();
    }
    /// One string of several parts.
    constexpr void begin_sentence() {
        separate();
        out_.put('"');
    }
    constexpr void part(const char* ascii) {
        for (; *ascii != '\0'; ++ascii) escaped(static_cast<unsigned char>(*ascii));
    }
    constexpr void part(text in) {
        for_each_code_point(in, [this](uint32_t code_point) { escaped(code_point); });
    }
    constexpr void part(uint64_t n) { out_.number(n); }
    constexpr void part(uint32_t n) { out_.number(n); }
    constexpr void part_hex(uint64_t n) { out_.hex(n, 16); }
    constexpr void end_sentence() { out_.put('"'); }
    constexpr void value(uint64_t n) {
        separate();
        out_.number(n);
    }
    constexpr void value(uint32_t n) { value(uint64_t{n}); }
    constexpr void value_signed(int64_t n) {
        separate();
        out_.number_signed(n);
    }
    constexpr void value(bool b) {
        separate();
        out_.raw(b ? "true" : "false");
    }
    constexpr void null() {
        separate();
        out_.raw("null");
    }
    constexpr void time(uint64_t time_100ns) {
        separate();
        out_.put('"');
        out_.time(time_100ns);
        out_.put('"');
    }
    constexpr void hex(uint64_t n) {
        begin_sentence();
        part_hex(n);
        end_sentence();
    }
    constexpr void finish() { out_.flush(); }

  private:
    constexpr void separate() {
        if ((follows_ >> depth_ & 1) != 0) out_.put(',');
        follows_ |= 1u << depth_;
    }
    constexpr void open(char c) {
        separate();
        out_.put(c);
        ++depth_;
        follows_ &= ~(1u << depth_);
    }
    constexpr void close(char c) {
        --depth_;
        follows_ |= 1u << depth_;
        out_.put(c);
    }
    constexpr void escaped(uint32_t c) {
        if (c == '"' || c == '\\') {
            out_.put('\\');
            out_.put(static_cast<char>(c));
        } else if (c < 0x20 || c == 0x7f) {
            out_.raw("\\u00");
            out_.hex(c, 2);
        } else out_.utf8(c);
    }

    text_writer<Sink> out_;
    uint32_t follows_ = 0;
    uint32_t depth_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
