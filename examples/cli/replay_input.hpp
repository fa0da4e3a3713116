// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_REPLAY_INPUT_HPP
#define BARTIZAN_EXAMPLES_CLI_REPLAY_INPUT_HPP

#include <simdjson.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan_cli {

/// Event channels that an adapter maps.
enum class log_channel : uint8_t { sysmon, security, system, etw_ti };

/// One line of a recording, before it becomes an event.
struct recorded_line {
    uint64_t time_100ns = 0;
    uint32_t number = 0;  ///< 0-based
    uint32_t host = 0;    ///< index into recording::hosts
    uint16_t id = 0;
    log_channel channel = log_channel::sysmon;
    size_t offset = 0;    ///< into recording::text
    size_t size = 0;
};

/// A recording in memory: its text (with the padding that the JSON parser needs) and the lines that an adapter can map, sorted
/// stably by host and time.
struct recording {
    std::string text;
    std::vector<std::string> hosts;
    std::vector<recorded_line> lines;
    uint64_t events = 0;
    uint64_t bad_lines = 0;
};

/// Reads a plain or gzip-compressed JSON Lines file, or an event log (.evtx). `complain` gets one sentence for each problem; what can be read is kept.
recording read_recording(const std::string& path, simdjson::dom::parser& parser,
                         const std::function<void(std::string)>& complain);

/// Files to replay: a folder's *.jsonl and *.jsonl.gz in byte order, a file as it is.
std::vector<std::string> find_recordings(const std::vector<std::string>& paths, const std::function<void(std::string)>& complain);

}  // namespace bartizan_cli

#endif
