// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "recorded_event.hpp"

#include <bartizan/adapters/etw_ti.hpp>
#include <bartizan/adapters/sysmon.hpp>
#include <bartizan/adapters/windows_security.hpp>
#include <bartizan/adapters/windows_system.hpp>

namespace bartizan_cli {

namespace bz = bartizan;

namespace {

using clock = std::chrono::steady_clock;

bz::adapters::utf8 as_utf8(std::string_view s) { return {s.data(), s.size()}; }

/// Hands every field of the line to the adapter's record; JSON numbers as numbers, the rest as text.
void set_fields(const simdjson::dom::object& object, bz::adapters::record& record) {
    for (const auto& [name, value] : object) {
        std::string_view text;
        uint64_t number = 0;
        if (value.get(text) == simdjson::SUCCESS) record.set(as_utf8(name), as_utf8(text));
        else if (value.get(number) == simdjson::SUCCESS) record.set(as_utf8(name), number);
    }
}

struct channel_adapter {
    bz::span<const bz::adapters::mapping> map;
    bz::error (*make_event)(const bz::adapters::record&, uint64_t, uint64_t, bz::adapters::event_memory&, bz::event&) noexcept;
};

channel_adapter adapter_of(log_channel channel) {
    switch (channel) {
        case log_channel::security: return {bz::adapters::security_mapping, bz::adapters::from_security};
        case log_channel::system: return {bz::adapters::system_mapping, bz::adapters::from_system};
        case log_channel::etw_ti: return {bz::adapters::etw_ti_mapping, bz::adapters::from_etw_ti};
        case log_channel::sysmon: break;
    }
    return {bz::adapters::sysmon_mapping, bz::adapters::from_sysmon};
}

}  // namespace

bz::error event_maker::make(const recording& input, const recorded_line& line, bz::event& event) {
    const auto started = clock::now();
    object_ = parser_.parse(input.text.data() + line.offset, line.size, false).get_object().value();
    parsing_ += clock::now() - started;
    bz::adapters::event_memory memory{bz::adapters::text_arena(bz::span<char16_t>(texts_)), bz::span<bz::stack_frame>(frames_)};
    const channel_adapter adapter = adapter_of(line.channel);
    bz::adapters::record record(adapter.map, line.id);
    set_fields(object_, record);
    return adapter.make_event(record, line.time_100ns, line.number, memory, event);
}

}  // namespace bartizan_cli
