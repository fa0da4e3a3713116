// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "iso_time.hpp"

#include <bartizan/adapters/parse.hpp>
#include <chrono>
#include <cstdio>

namespace bartizan_cli {

std::string iso_time(uint64_t time_100ns) {
    namespace chrono = std::chrono;
    constexpr uint64_t day_100ns = uint64_t{24} * 3600 * 10'000'000;
    const auto days = chrono::sys_days{chrono::year{1601} / 1 / 1} + chrono::days{time_100ns / day_100ns};
    const chrono::year_month_day date{days};
    const uint64_t rest = time_100ns % day_100ns, second = rest / 10'000'000;
    char text[48];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02u:%02u:%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<unsigned>(second / 3600), static_cast<unsigned>(second / 60 % 60), static_cast<unsigned>(second % 60));
    std::string out = text;
    if (rest % 10'000'000 != 0) {
        std::snprintf(text, sizeof text, ".%07u", static_cast<unsigned>(rest % 10'000'000));
        out += text;
        out.erase(out.find_last_not_of('0') + 1);
    }
    return out + "Z";
}

bool parse_calendar_time(const std::string& text, uint64_t& time_100ns) {
    if (!bartizan::adapters::parse_time({text.data(), text.size()}, time_100ns)) return false;
    const std::string again = iso_time(time_100ns);
    return again.substr(0, 10) == text.substr(0, 10) && again.substr(11, 8) == text.substr(11, 8);
}

}  // namespace bartizan_cli
