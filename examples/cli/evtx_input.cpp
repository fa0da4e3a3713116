// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "evtx_input.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

#ifdef BARTIZAN_CLI_EVTX
#include <libevtx.h>

#include <memory>
#include <pugixml.hpp>
#include <vector>
#endif

namespace bartizan_cli {

#ifdef BARTIZAN_CLI_EVTX

namespace {

struct error_guard {
    libevtx_error_t* error = nullptr;

    error_guard() = default;
    error_guard(const error_guard&) = delete;
    error_guard& operator=(const error_guard&) = delete;
    ~error_guard() { libevtx_error_free(&error); }

    /// The library's first sentence, which is the reason.
    std::string sentence() const {
        char text[512] = {};
        if (error == nullptr || libevtx_error_sprint(error, text, sizeof text) <= 0) return "unreadable";
        return text;
    }
};

struct free_file {
    void operator()(libevtx_file_t* file) const { libevtx_file_free(&file, nullptr); }
};
struct free_record {
    void operator()(libevtx_record_t* record) const { libevtx_record_free(&record, nullptr); }
};

/// The `ch` of a recording's line; empty for a channel that no adapter maps.
std::string_view channel_of(std::string_view name) {
    if (name == "Microsoft-Windows-Sysmon/Operational") return "sysmon";
    if (name == "Security") return "security";
    if (name == "System") return "system";
    return {};
}

/// One record's XML as a line of a recording. False when the XML is none, or not an event.
bool to_line(const char* xml, size_t size, std::string& out) {
    pugi::xml_document document;
    if (!document.load_buffer(xml, size)) return false;
    const pugi::xml_node event = document.child("Event");
    const pugi::xml_node system = event.child("System");
    if (!system) return false;
    const std::string_view channel = system.child_value("Channel");
    const std::string_view known = channel_of(channel);
    nlohmann::ordered_json line;
    line["ch"] = known.empty() ? channel : known;
    line["id"] = system.child("EventID").text().as_uint();
    line["t"] = system.child("TimeCreated").attribute("SystemTime").value();
    line["host"] = system.child_value("Computer");
    for (const char* part : {"EventData", "UserData"}) {
        for (const pugi::xml_node data : event.child(part).children("Data")) {
            const std::string_view name = data.attribute("Name").value();
            const std::string_view value = data.child_value();
            if (name.empty() || value.empty() || value == "-" || line.contains(name)) continue;
            line[std::string(name)] = value;
        }
    }
    // Sysmon's own clock, where it gives it, is when the event happened; the log's is when it was written.
    if (const auto time = line.find("UtcTime"); known == "sysmon" && time != line.end()) line["t"] = *time;
    out = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return true;
}

}  // namespace

std::string read_evtx(const std::string& path, const std::function<void(std::string)>& complain) {
    std::string out;
    libevtx_file_t* raw = nullptr;
    error_guard opening;
    if (libevtx_file_initialize(&raw, &opening.error) != 1) {
        complain(path + ": offset 0: " + opening.sentence());
        return out;
    }
    const std::unique_ptr<libevtx_file_t, free_file> file(raw);
    int records = 0;
    if (libevtx_file_open(file.get(), path.c_str(), libevtx_get_access_flags_read(), &opening.error) != 1 ||
        libevtx_file_get_number_of_records(file.get(), &records, &opening.error) != 1) {
        complain(path + ": offset 0: is not a readable event log: " + opening.sentence());
        return out;
    }
    if (libevtx_file_is_corrupted(file.get(), nullptr) == 1) complain(path + ": offset 0: the log is damaged; what can be read is replayed");
    std::vector<uint8_t> xml;
    for (int i = 0; i < records; ++i) {
        error_guard reading;
        libevtx_record_t* raw_record = nullptr;
        size_t size = 0;
        std::string line;
        bool good = libevtx_file_get_record_by_index(file.get(), i, &raw_record, &reading.error) == 1;
        const std::unique_ptr<libevtx_record_t, free_record> record(raw_record);
        good = good && libevtx_record_get_utf8_xml_string_size(record.get(), &size, &reading.error) == 1 && size > 1;
        if (good) xml.resize(size);
        good = good && libevtx_record_get_utf8_xml_string(record.get(), xml.data(), size, &reading.error) == 1;
        if (!good || !to_line(reinterpret_cast<const char*>(xml.data()), size - 1, line))
            complain(path + ": record " + std::to_string(i) + ", offset 0: " + (good ? "is not an event" : reading.sentence()));
        out += line;
        out += '\n';
    }
    return out;
}

#else

std::string read_evtx(const std::string& path, const std::function<void(std::string)>& complain) {
    complain(path + ": offset 0: this build reads no .evtx file, since libevtx and pugixml were not there when it was made");
    return {};
}

#endif

}  // namespace bartizan_cli
