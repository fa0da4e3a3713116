// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "replay_input.hpp"

#include <algorithm>
#include <bartizan/adapters/parse.hpp>
#include <tuple>

#include "evtx_input.hpp"
#include "file_walk.hpp"
#include "text_file.hpp"

namespace bartizan_cli {

namespace {

/// Channel, event number, time and host of one line. Returns why not, or nothing.
std::string_view read_head(const simdjson::dom::element& line, recorded_line& out, std::string_view& host, bool& known_channel) {
    std::string_view channel;
    std::string_view time;
    uint64_t id = 0;
    if (!line.is_object()) return "the line is not a JSON object";
    if (line["ch"].get(channel) != simdjson::SUCCESS) return "field 'ch' (channel) is missing or not a string";
    if (line["id"].get(id) != simdjson::SUCCESS || id > UINT16_MAX) return "field 'id' (event number) is missing or not a number";
    if (line["t"].get(time) != simdjson::SUCCESS) return "field 't' (time) is missing or not a string";
    if (!bartizan::adapters::parse_time({time.data(), time.size()}, out.time_100ns)) return "field 't' is not an ISO 8601 UTC time";
    if (line["host"].get(host) != simdjson::SUCCESS) host = "";
    out.id = static_cast<uint16_t>(id);
    constexpr std::pair<std::string_view, log_channel> channels[] = {
        {"sysmon", log_channel::sysmon}, {"security", log_channel::security}, {"system", log_channel::system}, {"etw_ti", log_channel::etw_ti}};
    const auto known = std::find_if(std::begin(channels), std::end(channels), [&](const auto& c) { return c.first == channel; });
    known_channel = known != std::end(channels);
    if (known_channel) out.channel = known->second;
    return {};
}

}  // namespace

recording read_recording(const std::string& path, simdjson::dom::parser& parser,
                         const std::function<void(std::string)>& complain) {
    recording out;
    constexpr std::string_view event_log = ".evtx";
    const bool is_event_log = path.size() > event_log.size() && path.compare(path.size() - event_log.size(), event_log.size(), event_log) == 0;
    out.text = is_event_log ? read_evtx(path, complain) : read_text_file(path, complain);
    const size_t size = out.text.size();
    out.text.append(simdjson::SIMDJSON_PADDING, ' ');
    uint32_t number = 0;
    for (size_t begin = 0; begin < size; ++number) {
        const size_t end = std::min(out.text.find('\n', begin), size);
        recorded_line line;
        line.number = number;
        line.offset = begin;
        line.size = end - begin;
        begin = end + 1;
        if (std::string_view(out.text).substr(line.offset, line.size).find_first_not_of(" \t\r") == std::string_view::npos) continue;
        simdjson::dom::element element;
        std::string_view host;
        std::string_view problem;
        bool known_channel = false;
        // The text has the parser's padding behind it, so each line may be read in place.
        if (const auto error = parser.parse(out.text.data() + line.offset, line.size, false).get(element)) problem = simdjson::error_message(error);
        else problem = read_head(element, line, host, known_channel);
        if (!problem.empty()) {
            ++out.bad_lines;
            complain(path + ": line " + std::to_string(number) + ", offset " + std::to_string(line.offset) + ": " + std::string(problem));
            continue;
        }
        ++out.events;
        if (!known_channel) continue;
        const auto known = std::find(out.hosts.begin(), out.hosts.end(), host);
        line.host = static_cast<uint32_t>(known - out.hosts.begin());
        if (known == out.hosts.end()) out.hosts.emplace_back(host);
        out.lines.push_back(line);
    }
    std::stable_sort(out.lines.begin(), out.lines.end(), [](const recorded_line& a, const recorded_line& b) {
        return std::tie(a.host, a.time_100ns) < std::tie(b.host, b.time_100ns);
    });
    return out;
}

std::vector<std::string> find_recordings(const std::vector<std::string>& paths, const std::function<void(std::string)>& complain) {
    std::vector<std::string> files;
    for (const std::string& path : paths) {
        const size_t before = files.size();
        bool complained = false;
        for (const found_file& found : find_files({path})) {
            if (!found.is_argument && !found.is_folder && !is_recording(found.path)) continue;
            if (found.problem.empty()) files.push_back(found.path);
            else complain(found.path + ": offset 0: " + found.problem);
            complained = complained || !found.problem.empty();
        }
        if (files.size() == before && !complained) complain(path + ": offset 0: the folder holds no .jsonl, .jsonl.gz or .evtx file");
    }
    return files;
}

}  // namespace bartizan_cli
