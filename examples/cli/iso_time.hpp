// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_ISO_TIME_HPP
#define BARTIZAN_EXAMPLES_CLI_ISO_TIME_HPP

#include <cstdint>
#include <string>

namespace bartizan_cli {

/// FILETIME as ISO 8601 UTC, with as many decimals as it needs: what adapters::parse_time reads.
std::string iso_time(uint64_t time_100ns);
/// The other way round; false for what is no time, and for a day that the calendar does not have, as 31 February.
bool parse_calendar_time(const std::string& text, uint64_t& time_100ns);

}  // namespace bartizan_cli

#endif
