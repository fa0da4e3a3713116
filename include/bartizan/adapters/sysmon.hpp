// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ADAPTERS_SYSMON_HPP
#define BARTIZAN_ADAPTERS_SYSMON_HPP

#include "record.hpp"

namespace BARTIZAN_NAMESPACE::adapters {

/// Channel Microsoft-Windows-Sysmon/Operational. Field names as in Sysmon's event manifest (schema 4.x).
inline constexpr mapping sysmon_mapping[] = {
    {1, "ProcessGuid", slot::actor_guid},
    {1, "ProcessId", slot::actor_pid},
    {1, "Image", slot::actor_image},
    {1, "CommandLine", slot::command_line},
    {1, "OriginalFileName", slot::original_file_name},
    {1, "User", slot::user},
    {1, "ParentProcessGuid", slot::parent_guid},
    {1, "ParentProcessId", slot::parent_pid},
    {1, "ParentImage", slot::parent_image},
    {5, "ProcessGuid", slot::actor_guid},
    {5, "ProcessId", slot::actor_pid},
    {5, "Image", slot::actor_image},
    {7, "ProcessGuid", slot::actor_guid},
    {7, "ProcessId", slot::actor_pid},
    {7, "Image", slot::actor_image},
    {7, "ImageLoaded", slot::module_path},
    {7, "OriginalFileName", slot::original_file_name},
    {7, "Signed", slot::is_signed},
    {7, "Signature", slot::signature_subject},
    {7, "SignatureStatus", slot::signature_status},
    {8, "SourceProcessGuid", slot::actor_guid},
    {8, "SourceProcessId", slot::actor_pid},
    {8, "SourceImage", slot::actor_image},
    {8, "TargetProcessGuid", slot::target_guid},
    {8, "TargetProcessId", slot::target_pid},
    {8, "TargetImage", slot::target_image},
    {8, "StartAddress", slot::start_address},
    {8, "StartModule", slot::start_module},
    {8, "StartFunction", slot::start_function},
    {10, "SourceProcessGuid", slot::actor_guid},
    {10, "SourceProcessId", slot::actor_pid},
    {10, "SourceImage", slot::actor_image},
    {10, "TargetProcessGuid", slot::target_guid},
    {10, "TargetProcessId", slot::target_pid},
    {10, "TargetImage", slot::target_image},
    {10, "GrantedAccess", slot::granted_access},
    {10, "CallTrace", slot::call_trace},
    {11, "ProcessGuid", slot::actor_guid},
    {11, "ProcessId", slot::actor_pid},
    {11, "Image", slot::actor_image},
    {11, "TargetFilename", slot::file_path},
};

namespace detail {

/// Sysmon checks the signature itself: Signed false, or a SignatureStatus other than Valid. "Unavailable" says that it could not.
[[nodiscard]] constexpr signature sysmon_signature(const record& r, text_arena& texts) noexcept {
    signature s;
    const utf8 is_signed = r.text_of(slot::is_signed);
    const utf8 status = r.text_of(slot::signature_status);
    if (is_signed.empty() || says(status, "Unavailable")) return s;
    s.is_signed = to_truth(says(is_signed, "true"));
    s.is_valid = to_truth(says(status, "Valid"));
    s.subject = texts.put(r.text_of(slot::signature_subject));
    s.is_microsoft_windows = to_truth(equal_folded(s.subject, u"Microsoft Windows") ||
                                      equal_folded(s.subject, u"Microsoft Windows Publisher"));
    return s;
}

}  // namespace detail

/// Makes an event of a Sysmon record. `e.kind` stays `none` for events that no rule reads yet. `time_100ns` and `number` are the
/// host's. Errors: adapter_bad_number, adapter_bad_guid, adapter_missing_field.
[[nodiscard]] constexpr error from_sysmon(const record& r, uint64_t time_100ns, uint64_t number, event_memory& memory,
                                          event& e) noexcept {
    e = event{};
    memory.texts.clear();
    e.time_100ns = time_100ns;
    e.record = number;
    if (const error bad = fill_common(r, memory, e)) return bad;
    text_arena& texts = memory.texts;
    switch (r.id()) {
        case 1: {
            process_create_payload create{};
            create.command_line = texts.put(r.text_of(slot::command_line));
            create.original_file_name = texts.put(r.text_of(slot::original_file_name));
            create.user = texts.put(r.text_of(slot::user));
            create.parent_image = texts.put(r.text_of(slot::parent_image));
            if (!r.key_of(slot::parent_guid, slot::parent_pid, create.parent)) return {error_code::adapter_bad_guid, 0};
            create.integrity_rid = create.session_id = create.file_age_s = unknown_u32;
            create.created_suspended = truth::unknown;
            e.kind = event_kind::process_create;
            e.data = create;
            return {};
        }
        case 5: e.kind = event_kind::process_exit; return {};
        case 7: {
            image_load_payload image{};
            image.path = texts.put(r.text_of(slot::module_path));
            image.original_file_name = texts.put(r.text_of(slot::original_file_name));
            image.signer = detail::sysmon_signature(r, texts);
            e.kind = event_kind::image_load;
            e.data = image;
            return {};
        }
        case 8: {
            thread_start_payload thread{};
            if (r.has(slot::start_address) && !r.number_of(slot::start_address, thread.start_address))
                return {error_code::adapter_bad_number, 0};
            thread.start_module = texts.put(r.text_of(slot::start_module));
            thread.start_function = texts.put(r.text_of(slot::start_function));
            thread.is_initial_thread = truth::unknown;
            e.kind = event_kind::thread_start;
            e.data = thread;
            return {};
        }
        case 10: {
            uint64_t granted = 0;
            if (!r.has(slot::granted_access)) return {error_code::adapter_missing_field, 0};
            if (!r.number_of(slot::granted_access, granted) || granted > UINT32_MAX) return {error_code::adapter_bad_number, 0};
            handle_payload handle{};
            handle.desired = handle.granted = static_cast<access_mask>(granted);
            handle.type = handle_payload::object::process;
            handle.stack = parse_call_trace(r.text_of(slot::call_trace), texts, memory.frames);
            e.kind = event_kind::handle_open;
            e.data = handle;
            return {};
        }
        case 11: {
            file_payload file{};
            file.what = file_payload::operation::create;
            file.path = texts.put(r.text_of(slot::file_path));
            file.is_volume_open = truth::no;
            e.kind = event_kind::file;
            e.data = file;
            return {};
        }
        default: return {};
    }
}

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif
