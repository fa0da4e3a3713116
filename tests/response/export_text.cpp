// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The exports' own writers, beside the C library's calendar and a JSON library's reading.
#include <gtest/gtest.h>

#include <ctime>
#include <random>

#include "graph_events.hpp"

namespace {

using namespace bartizan_tests;

std::string written(uint64_t time_100ns) {
    std::string out;
    auto sink = [&out](const char* bytes, size_t size) { out.append(bytes, size); };
    respond::text_writer writer(sink);
    writer.time(time_100ns);
    writer.flush();
    return out;
}

TEST(ExportText, DivisionAgreesWithTheProcessors) {
    std::mt19937_64 random(3);
    for (int i = 0; i < 200'000; ++i) {
        const uint64_t n = random() >> random() % 64;
        const auto by = static_cast<uint16_t>(1 + random() % 65535);
        const respond::division d = respond::divide(n, by);
        ASSERT_EQ(d.quotient, n / by);
        ASSERT_EQ(d.remainder, n % by);
    }
}

TEST(ExportText, CalendarAgreesWithTheCLibrary) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 20'000; ++i) {
        const uint64_t time_100ns = random() % 3'000'000'000'000'000'000;  // to the year 11107
        const int64_t milliseconds = respond::unix_milliseconds(time_100ns);
        const time_t seconds = static_cast<time_t>((milliseconds - (milliseconds % 1000 + 1000) % 1000) / 1000);
        tm utc{};
        gmtime_r(&seconds, &utc);
        const respond::calendar_time t = respond::calendar_of(time_100ns);
        ASSERT_EQ(t.year, static_cast<uint32_t>(utc.tm_year + 1900));
        ASSERT_EQ(std::make_tuple(t.month, t.day, t.hour, t.minute, t.second),
                  std::make_tuple(static_cast<uint32_t>(utc.tm_mon + 1), static_cast<uint32_t>(utc.tm_mday), static_cast<uint32_t>(utc.tm_hour),
                                  static_cast<uint32_t>(utc.tm_min), static_cast<uint32_t>(utc.tm_sec)));
        ASSERT_EQ(t.fraction_100ns, time_100ns % 10'000'000);
    }
    EXPECT_EQ(written(0), "1601-01-01T00:00:00.0000000Z");
    EXPECT_EQ(written(116'444'736'000'000'001), "1970-01-01T00:00:00.0000001Z");
    EXPECT_EQ(written(UINT64_MAX), "60056-05-28T05:36:10.9551615Z");
}

/// What a reader must get: pairs joined, lone surrogates replaced.
std::string expected_utf8(const std::u16string& in) {
    std::string out;
    for (size_t i = 0; i < in.size(); ++i) {
        uint32_t c = in[i];
        if (c >= 0xd800 && c <= 0xdbff && i + 1 < in.size() && in[i + 1] >= 0xdc00 && in[i + 1] <= 0xdfff) c = 0x10000 + (c - 0xd800) * 0x400 + (in[++i] - 0xdc00u);
        else if (c >= 0xd800 && c <= 0xdfff) c = 0xfffd;
        const auto tail = [&](int shift) { out += static_cast<char>(0x80 + (c >> shift) % 64); };
        if (c < 0x80) out += static_cast<char>(c);
        else if (c < 0x800) out += static_cast<char>(0xc0 + c / 64), tail(0);
        else if (c < 0x10000) out += static_cast<char>(0xe0 + c / 4096), tail(6), tail(0);
        else out += static_cast<char>(0xf0 + c / 262144), tail(12), tail(6), tail(0);
    }
    return out;
}

TEST(ExportText, EveryUtf16TextComesBackFromAJsonReader) {
    const auto round = [](const std::u16string& in) {
        std::string out;
        auto sink = [&out](const char* bytes, size_t size) { out.append(bytes, size); };
        respond::json_writer writer(sink);
        writer.begin_array();
        writer.value(text(in.data(), in.size()));
        writer.value(text(u"next"));
        writer.end_array();
        writer.finish();
        const auto parsed = nlohmann::json::parse(out);
        ASSERT_EQ(parsed.size(), 2u);
        ASSERT_EQ(parsed[0].get<std::string>(), expected_utf8(in));
        for (const char c : out) ASSERT_GE(static_cast<unsigned char>(c), 0x20);
    };
    for (uint32_t c = 0; c < 0x10000; ++c) round({static_cast<char16_t>(c)});
    std::mt19937 random(2);
    constexpr char16_t interesting[] = {u'"', u'\\', u'\0', u'\n', u'a', 0xd800, 0xdbff, 0xdc00, 0xdfff, 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x2028};
    for (int i = 0; i < 20'000; ++i) {
        std::u16string in;
        for (auto n = random() % 9; n != 0; --n) in += interesting[random() % std::size(interesting)];
        round(in);
    }
}

TEST(ExportText, NumbersAtTheirLimits) {
    std::string out;
    auto sink = [&out](const char* bytes, size_t size) { out.append(bytes, size); };
    respond::json_writer writer(sink);
    writer.begin_object();
    writer.key("a").value(UINT64_MAX);
    writer.key("b").value_signed(INT64_MIN);
    writer.key("c").value(uint64_t{0});
    writer.key("d").begin_array();
    writer.end_array();
    writer.key("e").null();
    writer.key("f").hex(0xab);
    writer.end_object();
    writer.finish();
    EXPECT_EQ(out, R"({"a":18446744073709551615,"b":-9223372036854775808,"c":0,"d":[],"e":null,"f":"00000000000000ab"})");
}

}  // namespace
