// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/features/ember/string_matcher.hpp"

#include <gtest/gtest.h>

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 under its sanitizers finds std::regex uninitialized.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <map>
#include <random>
#include <regex>
#include <string>
#include <vector>

#include "bartizan/features/ember/v3_columns.hpp"

namespace {

using namespace bartizan;
using features::ember::string_matcher;

/// The expression behind each name where it is not the name itself.
const std::map<std::string, std::string>& expressions() {
    static const std::map<std::string, std::string> texts = {
        {".click(", ".click"},
        {"base64string", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"},
        {"btc_wallet", "[13][a-km-zA-HJ-NP-Z1-9]{25,34}"},
        {"dos_msg", "!This program "},
        {"email_addr", "\\b(?:[0-9A-Fa-f]{2}[:-]){5}(?:[0-9A-Fa-f]{2})\\b"},
        {"file_path", "\\bC:/"},
        {"ftp", "ftp:"},
        {"get", "GET /"},
        {"http", "HTTP/"},
        {"ipv4_addr",
         "\\b(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\\b"},
        {"ipv6_addr",
         "\\b(?:[A-Fa-f0-9]{1,4}:){7}[A-Fa-f0-9]{1,4}\\b|\\b(?:[A-Fa-f0-9]{1,4}:){1,7}:\\b|"
         "\\b:[A-Fa-f0-9]{1,4}(?::[A-Fa-f0-9]{1,4}){1,6}\\b"},
        {"mac_addr", "\\b(?:[0-9A-Fa-f]{2}[:-]){5}(?:[0-9A-Fa-f]{2})\\b"},
        {"onlick", "onclick"},
        {"post", "POST /"},
        {"registry_key", "\\b(?:KHEY_|KHLM|HKCU)"},
        {"url", "\\b(?:http|https|ftp):\\/\\/[-a-zA-Z0-9._~:?#[\\]@!$&'()*+,;=]+"},
        {"useragent", "User-Agent"},
    };
    return texts;
}

/// Those that tell upper from lower case.
bool is_exact(const std::string& name) {
    for (const char* exact : {"/EmbeddedFile", "/FlateDecode", "/URI",       "/bin/",          "/dev/",
                              "/proc/",        "/tmp/",        "/usr/",      "Invoke-Command", "Invoke-Expression",
                              "Start-process", "base64string", "btc_wallet", "crypt",          "dos_msg",
                              "email_addr",    "file_path",    "ipv4_addr",  "ipv6_addr",      "mac_addr",
                              "registry_key",  "url"}) {
        if (name == exact) return true;
    }
    return false;
}

struct named_expression {
    std::string name;
    std::string text;
    std::regex expression;
};

const std::vector<named_expression>& all() {
    static const std::vector<named_expression> list = [] {
        std::vector<named_expression> made;
        for (const auto& block : features::ember_v3::columns) {
            const std::string column = block.name;
            if (column.rfind("strings.count[", 0) != 0) continue;
            const std::string name = column.substr(14, column.size() - 15);
            const auto found = expressions().find(name);
            const std::string text = found == expressions().end() ? name : found->second;
            auto flags = std::regex::ECMAScript | std::regex::optimize;
            if (!is_exact(name)) flags |= std::regex::icase;
            made.push_back({name, text, std::regex(text, flags)});
        }
        return made;
    }();
    return list;
}

void expect_equal(const std::string& text) {
    const auto found = string_matcher::match({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
    for (unsigned i = 0; i < all().size(); ++i) {
        ASSERT_EQ(found.has(i), std::regex_search(text, all()[i].expression))
            << all()[i].name << " in \"" << text << '"';
    }
}

TEST(features_string_matcher, has_every_pattern) { ASSERT_EQ(all().size(), features::ember::string_patterns); }

/// Each literal alone, in both cases, with a neighbour on either side, cut short, and at the very end.
TEST(features_string_matcher, literals_like_regular_expressions) {
    for (const auto& literal : features::ember::literal_patterns) {
        const std::string text = literal.text;
        std::string upper = text;
        for (char& c : upper) c = static_cast<char>(std::toupper(c));
        for (const std::string& t :
             {text, upper, text + "/", text + "9/", text + "99/", text.substr(1), text.substr(0, text.size() - 1)}) {
            for (const char* before : {"", " ", "x", "_", "9", "-"}) {
                expect_equal(before + t);
                expect_equal(before + t + "x");
            }
        }
    }
}

/// Text made of the pieces of the expressions, so that near misses of every kind come up.
TEST(features_string_matcher, expressions_like_regular_expressions) {
    const char* const pieces[] = {
        "1",  "3",   "0",   "25",  "255", "256", "199", "2",     "a",     "f",    "fe80", "12345", "g",   "_",
        ":",  "::",  "-",   ".",   "/",   "//",  "://", "http",  "https", "ftp",  "C:/",  "C",     " ",   "%",
        "00", "ab:", "cd-", "ef:", "1.",  "10.", "x",   "1A2b3", "KHLM",  "HKCU", "@",    "[",     "::1", "zzzzzzzzzz"};
    std::mt19937 random(1);
    std::map<std::string, int> seen;
    for (int round = 0; round < 6000; ++round) {
        std::string text;
        const auto* first = pieces;
        auto choice = std::size(pieces);
        if (round % 4 == 1) choice = 14;                     // digits and letters
        if (round % 4 == 2) first = pieces + 8, choice = 9;  // groups and colons
        if (round % 4 == 3) first = pieces + 28, choice = 6;
        for (uint64_t left = 1 + random() % 20; left != 0; --left) text += first[random() % choice];
        expect_equal(text);
        const auto found = string_matcher::match({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
        for (unsigned i = 0; i < all().size(); ++i) seen[all()[i].name] += found.has(i);
    }
    for (const char* name : {"url", "ipv6_addr", "mac_addr", "file_path", "registry_key"})
        EXPECT_GT(seen[name], 0) << name;
}

TEST(features_string_matcher, addresses_and_wallets) {
    for (const char* text : {"1.2.3.4",
                             "x1.2.3.4",
                             "1.2.3.4.5",
                             "256.1.1.1",
                             "1.256.1.1",
                             "1.1.1.256",
                             "01.02.03.04",
                             "1.1.1.1a",
                             "1.1.1.1-",
                             "999.1.2.3.4",
                             "00:11:22:33:44:55",
                             "00-11-22-33-44-55",
                             "00:11:22:33:44:5",
                             "00:11:22:33:44:55:66",
                             "x00:11:22:33:44:55",
                             "1:2:3:4:5:6:7:8",
                             "1:2:3:4:5:6:7:",
                             "1:2:3:4:5:6:7:88888",
                             "fe80::1",
                             "fe80::",
                             "::1",
                             "a:b:c",
                             "a:b",
                             "a:b:",
                             "z:b:c",
                             "a:bbbbb:c",
                             "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
                             "3BoatSLRHtKNngkdXEeobR76b5",
                             "1BoatSLRHtKNngkdXEeobR76b",
                             "21BoatSLRHtKNngkdXEeobR76b5",
                             "1Boat0LRHtKNngkdXEeobR76b53",
                             "http://a",
                             "xhttp://a",
                             "https://a",
                             "http:///",
                             "HTTP://a",
                             "ftp://~",
                             "file://a",
                             "123456789+/",
                             "C:/",
                             "xC:/"}) {
        expect_equal(text);
    }
}

}  // namespace
