// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ADAPTERS_PARSE_HPP
#define BARTIZAN_ADAPTERS_PARSE_HPP

#include "../core/event_payload.hpp"
#include "text_arena.hpp"

/// Numbers, times, GUIDs and call traces as event logs write them. All functions are total: a malformed text gives false.
namespace BARTIZAN_NAMESPACE::adapters {

[[nodiscard]] constexpr int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

[[nodiscard]] constexpr bool parse_hex(utf8 in, uint64_t& out) noexcept {
    if (in.empty() || in.size > 16) return false;
    uint64_t value = 0;
    for (const char c : in) {
        const int digit = hex_digit(c);
        if (digit < 0) return false;
        value = value << 4 | static_cast<uint64_t>(digit);
    }
    out = value;
    return true;
}

/// Decimal, or hexadecimal behind "0x".
[[nodiscard]] constexpr bool parse_number(utf8 in, uint64_t& out) noexcept {
    if (in.size > 2 && in[0] == '0' && (in[1] == 'x' || in[1] == 'X')) return parse_hex(in.sub(2), out);
    if (in.empty() || in.size > 20) return false;
    uint64_t value = 0;
    for (const char c : in) {
        if (c < '0' || c > '9') return false;
        const auto digit = static_cast<uint64_t>(c - '0');
        if (value > UINT64_MAX / 10 || value * 10 > UINT64_MAX - digit) return false;
        value = value * 10 + digit;
    }
    out = value;
    return true;
}

/// "2020-10-19T02:56:14.372Z", also with a blank for the T, without the Z, and with 0 to 7 decimals: FILETIME.
[[nodiscard]] constexpr bool parse_time(utf8 in, uint64_t& time_100ns) noexcept {
    const auto digits = [&in](size_t at, size_t count, uint64_t& out) { return in.size >= at + count && parse_number(in.sub(at, count), out); };
    uint64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    const bool shape = in.size >= 19 && in[4] == '-' && in[7] == '-' && (in[10] == 'T' || in[10] == ' ') && in[13] == ':' && in[16] == ':';
    if (!shape || !digits(0, 4, year) || !digits(5, 2, month) || !digits(8, 2, day) || !digits(11, 2, hour) ||
        !digits(14, 2, minute) || !digits(17, 2, second))
        return false;
    if (year < 1601 || month < 1 || month > 12) return false;
    const auto of_year = static_cast<uint32_t>(year);
    const bool leap = of_year % 4 == 0 && (of_year % 100 != 0 || of_year % 400 == 0);
    const uint64_t last_day = month == 2 ? (leap ? 29 : 28) : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    if (day < 1 || day > last_day || hour > 23 || minute > 59 || second > 60) return false;
    // 32-bit divisions: a 32-bit kernel has no routine for wider ones.
    uint32_t fraction = 0;
    size_t at = 19;
    if (at < in.size && in[at] == '.') {
        uint32_t unit = 1'000'000;
        for (++at; at < in.size && in[at] >= '0' && in[at] <= '9'; ++at, unit /= 10) fraction += static_cast<uint32_t>(in[at] - '0') * unit;
    }
    if (at < in.size && !(in[at] == 'Z' && at + 1 == in.size)) return false;
    // Days since 1601-01-01, with the year beginning in March so that the leap day is the last (Hinnant's civil calendar).
    const auto y = static_cast<uint32_t>(month <= 2 ? year - 1 : year);
    const uint32_t day_of_year = (153 * (static_cast<uint32_t>(month) + (month > 2 ? 0u : 12u) - 3) + 2) / 5 + static_cast<uint32_t>(day) - 1;
    const uint64_t days = y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 584'694;
    time_100ns = (((days * 24 + hour) * 60 + minute) * 60 + second) * 10'000'000 + fraction;
    return true;
}

/// A sensor's process GUID ("{39e4a257-004e-5f8d-4304-000000000700}") folded into a start key that is never 0.
[[nodiscard]] constexpr bool parse_guid(utf8 in, uint64_t& start_key) noexcept {
    uint64_t halves[2] = {};
    uint32_t digits = 0;
    for (const char c : in) {
        if (c == '{' || c == '}' || c == '-') continue;
        const int digit = hex_digit(c);
        if (digit < 0 || digits == 32) return false;
        halves[digits / 16] = halves[digits / 16] << 4 | static_cast<uint64_t>(digit);
        ++digits;
    }
    if (digits != 32) return false;
    start_key = halves[0] * 0x9e3779b97f4a7c15u ^ halves[1];
    if (start_key == 0) start_key = 1;
    return true;
}

/// Sysmon's CallTrace: "C:\...\ntdll.dll+9c584|...|UNKNOWN(000002EE319439BF)", 32-bit frames marked "(wow64)". Frames go to
/// `frames`; what does not fit is dropped and leaves `complete` unknown, as does a trace that does not end in ntdll, where every
/// thread begins.
[[nodiscard]] constexpr call_stack parse_call_trace(utf8 in, text_arena& arena, span<stack_frame> frames) noexcept {
    call_stack stack{frames.data, 0, truth::unknown};
    constexpr char unknown[] = {'U', 'N', 'K', 'N', 'O', 'W', 'N', '('};
    bool dropped = false;
    while (!in.empty()) {
        size_t end = 0;
        while (end < in.size && in[end] != '|') ++end;
        const utf8 part = in.sub(0, end);
        in = in.sub(end + 1);
        if (part.empty()) continue;
        if (stack.size == frames.size) {
            dropped = true;
            break;
        }
        stack_frame frame;
        bool without_file = part.size > sizeof(unknown);
        for (size_t i = 0; without_file && i < sizeof(unknown); ++i) without_file = part[i] == unknown[i];
        size_t plus = part.size;
        for (size_t i = 0; i < part.size; ++i)
            if (part[i] == '+') plus = i;
        const size_t number = without_file ? sizeof(unknown) : plus + 1;
        size_t number_end = number;
        while (number_end < part.size && hex_digit(part[number_end]) >= 0) ++number_end;
        if (!parse_hex(part.sub(number, number_end - number), frame.address)) frame.address = 0;
        if (!without_file) frame.module = arena.put(part.sub(0, plus));
        frames[stack.size++] = frame;
    }
    if (stack.size != 0 && !dropped && ends_with_folded(frames[stack.size - 1].module, u"\\ntdll.dll")) stack.complete = truth::yes;
    return stack;
}

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif
