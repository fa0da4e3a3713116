// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ADAPTERS_WINDOWS_SECURITY_HPP
#define BARTIZAN_ADAPTERS_WINDOWS_SECURITY_HPP

#include "record.hpp"

namespace BARTIZAN_NAMESPACE::adapters {

/// Channel Security. Field names as in "Audit Process Creation", "Audit Kernel Object" and "Audit Token Right Adjusted" (Microsoft
/// Learn). The channel knows processes by PID alone, and only objects with an auditing entry (SACL).
inline constexpr mapping security_mapping[] = {
    {4656, "ProcessId", slot::actor_pid},
    {4656, "ProcessName", slot::actor_image},
    {4656, "ObjectType", slot::object_type},
    {4656, "ObjectName", slot::object_name},
    {4656, "AccessMask", slot::granted_access},
    {4663, "ProcessId", slot::actor_pid},
    {4663, "ProcessName", slot::actor_image},
    {4663, "ObjectType", slot::object_type},
    {4663, "ObjectName", slot::object_name},
    {4663, "AccessMask", slot::granted_access},
    {4688, "NewProcessId", slot::actor_pid},
    {4688, "NewProcessName", slot::actor_image},
    {4688, "CommandLine", slot::command_line},
    {4688, "SubjectUserName", slot::user},
    {4688, "ProcessId", slot::parent_pid},
    {4688, "ParentProcessName", slot::parent_image},
    {4689, "ProcessId", slot::actor_pid},
    {4689, "ProcessName", slot::actor_image},
    {4703, "ProcessId", slot::actor_pid},
    {4703, "ProcessName", slot::actor_image},
    {4703, "EnabledPrivilegeList", slot::privileges},
};

/// Makes an event of a Security record. `e.kind` stays `none` for events and objects that no rule reads yet.
/// Errors: adapter_bad_number, adapter_bad_guid, adapter_missing_field.
[[nodiscard]] constexpr error from_security(const record& r, uint64_t time_100ns, uint64_t number, event_memory& memory,
                                            event& e) noexcept {
    e = event{};
    memory.texts.clear();
    e.time_100ns = time_100ns;
    e.record = number;
    if (const error bad = fill_common(r, memory, e)) return bad;
    text_arena& texts = memory.texts;
    switch (r.id()) {
        case 4656:
        case 4663: {
            const bool of_process = says(r.text_of(slot::object_type), "Process");
            if (!of_process && !says(r.text_of(slot::object_type), "Thread")) return {};
            uint64_t granted = 0;
            if (!r.has(slot::granted_access)) return {error_code::adapter_missing_field, 0};
            if (!r.number_of(slot::granted_access, granted) || granted > UINT32_MAX) return {error_code::adapter_bad_number, 0};
            handle_payload handle{};
            handle.desired = handle.granted = static_cast<access_mask>(granted);
            handle.type = of_process ? handle_payload::object::process : handle_payload::object::thread;
            handle.exercised_only = r.id() == 4663;
            e.target_image = texts.put(r.text_of(slot::object_name));
            e.kind = event_kind::handle_open;
            e.data = handle;
            return {};
        }
        case 4688: {
            process_create_payload create{};
            create.command_line = texts.put(r.text_of(slot::command_line));
            create.user = texts.put(r.text_of(slot::user));
            create.parent_image = texts.put(r.text_of(slot::parent_image));
            if (!r.key_of(slot::parent_guid, slot::parent_pid, create.parent)) return {error_code::adapter_bad_number, 0};
            create.creator = create.parent;  // the event's "Creator Process" fields
            create.integrity_rid = create.session_id = create.file_age_s = unknown_u32;
            create.created_suspended = truth::unknown;
            e.kind = event_kind::process_create;
            e.data = create;
            return {};
        }
        case 4689: e.kind = event_kind::process_exit; return {};
        case 4703: {
            token_payload token{};
            const text enabled = texts.put(r.text_of(slot::privileges));
            if (contains_folded(enabled, u"SeDebugPrivilege")) token.privileges_enabled = uint64_t{1} << 20;
            e.kind = event_kind::token_check;
            e.data = token;
            return {};
        }
        default: return {};
    }
}

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif
