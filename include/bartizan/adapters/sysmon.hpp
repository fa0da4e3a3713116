// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ADAPTERS_SYSMON_HPP
#define BARTIZAN_ADAPTERS_SYSMON_HPP

#include "fill_object.hpp"
#include "fill_process.hpp"
#include "sysmon_mapping.hpp"

namespace BARTIZAN_NAMESPACE::adapters {

/// Makes an event of a Sysmon record. `e.kind` stays `none` for events that are not mapped. `time_100ns` and `number` are the
/// host's. Errors: adapter_bad_number, adapter_bad_guid, adapter_missing_field.
[[nodiscard]] constexpr error from_sysmon(const record& r, uint64_t time_100ns, uint64_t number, event_memory& memory,
                                          event& e) noexcept {
    using operation = file_payload::operation;
    e = event{};
    memory.texts.clear();
    e.time_100ns = time_100ns;
    e.record = number;
    if (const error bad = fill_common(r, memory, e)) return bad;
    switch (r.id()) {
        case 1: return fill_process_create(r, memory, e);
        case 3: return fill_network(r, memory, event_kind::network_connect, e);
        case 5: e.kind = event_kind::process_exit; return {};
        case 6: return fill_image(r, memory, event_kind::driver_load, e);
        case 7: return fill_image(r, memory, event_kind::image_load, e);
        case 8: return fill_thread_start(r, memory, e);
        case 9: return fill_raw_read(r, memory, e);
        case 10: return fill_handle(r, memory, handle_payload::object::process, e);
        case 11:
        case 15: return fill_file(r, memory, operation::create, e);
        case 12:
        case 13:
        case 14: return fill_registry(r, memory, e);
        case 17: return fill_pipe(r, memory, operation::create, e);
        case 18: return fill_pipe(r, memory, operation::open, e);
        case 22: return fill_network(r, memory, event_kind::dns_query, e);
        case 23:
        case 26: return fill_file(r, memory, operation::remove, e);
        case 24: e.kind = event_kind::clipboard_change; return {};
        case 25: return fill_tamper(r, e);
        case 29: {
            // FileExecutableDetected: the file that was just written is a PE image.
            const error bad = fill_file(r, memory, operation::create, e);
            e.data.file.is_executable = truth::yes;
            return bad;
        }
        default: return {};
    }
}

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif
