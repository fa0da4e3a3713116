// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_STRING_PATTERNS_HPP
#define BARTIZAN_FEATURES_EMBER_STRING_PATTERNS_HPP

#include "../../core/span.hpp"

/// The 77 regular expressions of EMBER v3, as data: what is literal text, and where it may stand. The other six stand in
/// string_matcher.hpp.
namespace BARTIZAN_NAMESPACE::features::ember {

/// A pattern is known by its place among the `strings.count` dimensions. Two of those names are not what they say: "email_addr" has
/// the expression of "mac_addr", and "onlick" is "onclick".
inline constexpr unsigned string_patterns = 77;

struct literal_pattern {
    enum class place : uint8_t {
        anywhere,
        not_first,  ///< behind any character
        at_word,    ///< not behind a letter, a digit or '_'
        then_nines, ///< followed by any number of '9' and a '/': the '+' of the base64 alphabet is a quantifier there
    };
    uint8_t pattern;
    bool folded;       ///< upper-case letters count as lower-case ones, in which `text` is written
    place where;
    const char* text;
};

inline constexpr literal_pattern literal_patterns[] = {
    {0, true, literal_pattern::place::not_first, "click"},
    {1, false, literal_pattern::place::anywhere, "/EmbeddedFile"},
    {2, false, literal_pattern::place::anywhere, "/FlateDecode"},
    {3, false, literal_pattern::place::anywhere, "/URI"},
    {4, false, literal_pattern::place::anywhere, "/bin/"},
    {5, false, literal_pattern::place::anywhere, "/dev/"},
    {6, false, literal_pattern::place::anywhere, "/proc/"},
    {7, false, literal_pattern::place::anywhere, "/tmp/"},
    {8, false, literal_pattern::place::anywhere, "/usr/"},
    {9, true, literal_pattern::place::anywhere, "<script"},
    {10, false, literal_pattern::place::anywhere, "Invoke-Command"},
    {11, false, literal_pattern::place::anywhere, "Invoke-Expression"},
    {12, false, literal_pattern::place::anywhere, "Start-process"},
    {13, true, literal_pattern::place::anywhere, "base64"},
    {14, false, literal_pattern::place::then_nines,
     "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"},
    {16, true, literal_pattern::place::anywhere, "cache"},
    {17, true, literal_pattern::place::anywhere, "certificate"},
    {18, true, literal_pattern::place::anywhere, "clipboard"},
    {19, true, literal_pattern::place::anywhere, "command"},
    {20, true, literal_pattern::place::anywhere, "connect"},
    {21, true, literal_pattern::place::anywhere, "cookie"},
    {22, true, literal_pattern::place::anywhere, "create"},
    {23, false, literal_pattern::place::anywhere, "crypt"},
    {24, true, literal_pattern::place::anywhere, "debug"},
    {25, true, literal_pattern::place::anywhere, "decode"},
    {26, true, literal_pattern::place::anywhere, "delete"},
    {27, true, literal_pattern::place::anywhere, "desktop"},
    {28, true, literal_pattern::place::anywhere, "directory"},
    {29, true, literal_pattern::place::anywhere, "disk"},
    {30, false, literal_pattern::place::anywhere, "!This program "},
    {31, true, literal_pattern::place::anywhere, "download"},
    {33, true, literal_pattern::place::anywhere, "encode"},
    {34, true, literal_pattern::place::anywhere, "enum"},
    {35, true, literal_pattern::place::anywhere, "environment"},
    {36, true, literal_pattern::place::anywhere, "exit"},
    {37, true, literal_pattern::place::anywhere, "file"},
    {38, false, literal_pattern::place::at_word, "C:/"},
    {39, true, literal_pattern::place::anywhere, "ftp:"},
    {40, true, literal_pattern::place::anywhere, "get /"},
    {41, true, literal_pattern::place::anywhere, "hidden"},
    {42, true, literal_pattern::place::anywhere, "hostname"},
    {43, true, literal_pattern::place::anywhere, "html"},
    {44, true, literal_pattern::place::anywhere, "http/"},
    {45, true, literal_pattern::place::anywhere, "http://"},
    {46, true, literal_pattern::place::anywhere, "https://"},
    {47, true, literal_pattern::place::anywhere, "install"},
    {48, true, literal_pattern::place::anywhere, "internet"},
    {51, true, literal_pattern::place::anywhere, "javascript"},
    {52, true, literal_pattern::place::anywhere, "keyboard"},
    {54, true, literal_pattern::place::anywhere, "memory"},
    {55, true, literal_pattern::place::anywhere, "module"},
    {56, true, literal_pattern::place::anywhere, "mutex"},
    {57, true, literal_pattern::place::anywhere, "onclick"},
    {58, true, literal_pattern::place::anywhere, "password"},
    {59, true, literal_pattern::place::anywhere, "post /"},
    {60, true, literal_pattern::place::anywhere, "powershell"},
    {61, true, literal_pattern::place::anywhere, "privilege"},
    {62, true, literal_pattern::place::anywhere, "process"},
    {63, false, literal_pattern::place::at_word, "KHEY_"},
    {63, false, literal_pattern::place::at_word, "KHLM"},
    {63, false, literal_pattern::place::at_word, "HKCU"},
    {64, true, literal_pattern::place::anywhere, "remote"},
    {65, true, literal_pattern::place::anywhere, "resource"},
    {66, true, literal_pattern::place::anywhere, "security"},
    {67, true, literal_pattern::place::anywhere, "service"},
    {68, true, literal_pattern::place::anywhere, "shell"},
    {69, true, literal_pattern::place::anywhere, "snapshot"},
    {70, true, literal_pattern::place::anywhere, "system"},
    {71, true, literal_pattern::place::anywhere, "thread"},
    {72, true, literal_pattern::place::anywhere, "token"},
    {74, true, literal_pattern::place::anywhere, "user-agent"},
    {75, true, literal_pattern::place::anywhere, "wallet"},
    {76, true, literal_pattern::place::anywhere, "window"},
};

inline constexpr unsigned pattern_url = 73;
inline constexpr unsigned pattern_ipv4_addr = 49;
inline constexpr unsigned pattern_ipv6_addr = 50;
inline constexpr unsigned pattern_mac_addr = 53;
inline constexpr unsigned pattern_email_addr = 32;
inline constexpr unsigned pattern_btc_wallet = 15;

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
