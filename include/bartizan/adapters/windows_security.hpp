// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ADAPTERS_WINDOWS_SECURITY_HPP
#define BARTIZAN_ADAPTERS_WINDOWS_SECURITY_HPP

#include "fill_object.hpp"
#include "fill_process.hpp"
#include "fill_token.hpp"
#include "windows_security_mapping.hpp"

namespace BARTIZAN_NAMESPACE::adapters {

namespace detail {

/// 4656 and 4663: the object's type says what the access mask means.
[[nodiscard]] constexpr error from_object_access(const record& r, event_memory& memory, event& e) noexcept {
    const utf8 type = r.text_of(slot::object_type);
    if (says(type, "Key")) return fill_key_access(r, memory, e);
    if (says(type, "File")) return fill_file_access(r, memory, e);
    const bool of_process = says(type, "Process");
    if (!of_process && !says(type, "Thread")) return {};
    const error bad = fill_handle(r, memory, of_process ? handle_payload::object::process : handle_payload::object::thread, e);
    e.target_image = memory.texts.put(r.text_of(slot::object_name));
    if (!bad) e.data.handle.exercised_only = r.id() == 4663;
    return bad;
}

/// Whose token the new process of a 4688 runs under. The null SID as target says: the creator's. That is not so where the creator is
/// SYSTEM, as the service that starts programs for users is, and the token is one of two that UAC split, or below SYSTEM's integrity.
/// Logs before Windows 10 have none of the later fields and are read as if these agreed; one that lost a single field does not say.
[[nodiscard]] constexpr account account_of_new_process(const record& r, account subject, account target, const process_create_payload& create) noexcept {
    if (target != account::unknown) return target;
    const bool old_log = !r.has(slot::user_sid) && !r.has(slot::integrity) && !r.has(slot::parent_image);
    if (!old_log && !r.has(slot::user_sid)) return account::unknown;
    if (subject != account::system) return subject;
    const bool system_level = old_log || (create.integrity_rid != unknown_u32 && create.integrity_rid >= 0x4000);  // SECURITY_MANDATORY_SYSTEM_RID
    return system_level && create.elevation == token_elevation::not_split ? subject : account::unknown;
}

/// 4688: the Target fields hold the new process's account where it is not the creator's.
[[nodiscard]] constexpr error from_process_creation(const record& r, event_memory& memory, event& e) noexcept {
    if (const error bad = fill_process_create(r, memory, e)) return bad;
    process_create_payload& create = e.data.create;
    const account subject = account_of_sid(memory.texts.put(r.text_of(slot::subject_sid)));
    const account target = account_of_sid(memory.texts.put(r.text_of(slot::user_sid)));
    create.creator = create.parent;  // the event's "Creator Process" fields
    create.parent_account = subject;
    e.actor.user = account_of_new_process(r, subject, target, create);
    if (target == account::unknown) create.user = create.parent_user;
    return create.logon_id != 0 ? error{} : r.read(slot::subject_logon_id, create.logon_id);
}

}  // namespace detail

/// Makes an event of a Security record. `e.kind` stays `none` for events and objects that are not mapped.
/// Errors: adapter_bad_number, adapter_bad_guid, adapter_missing_field.
[[nodiscard]] constexpr error from_security(const record& r, uint64_t time_100ns, uint64_t number, event_memory& memory,
                                            event& e) noexcept {
    e = event{};
    memory.texts.clear();
    e.time_100ns = time_100ns;
    e.record = number;
    if (const error bad = fill_common(r, memory, e)) return bad;
    switch (r.id()) {
        case 4624:
        case 4672: return fill_token(r, memory, event_kind::logon, e);
        case 4656:
        case 4663: return detail::from_object_access(r, memory, e);
        case 4657: return fill_value_change(r, memory, e);
        case 4673:
        case 4674: return fill_token(r, memory, event_kind::privilege_use, e);
        case 4688: return detail::from_process_creation(r, memory, e);
        case 4689: e.kind = event_kind::process_exit; return {};
        case 4690: return fill_handle_duplicate(r, e);
        case 4703: return fill_token(r, memory, event_kind::token_check, e);
        case 4720: case 4722: case 4723: case 4724: case 4725: case 4726: case 4728: case 4729: case 4732: case 4733:
        case 4738: case 4740: case 4756: case 4757: case 4767: case 4781: return fill_account(r, memory, e);
        case 4985: e.kind = event_kind::transaction; return {};
        default: return {};
    }
}

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif
