// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_ACCESS_HPP
#define BARTIZAN_CORE_ACCESS_HPP

#include "config.hpp"

namespace BARTIZAN_NAMESPACE {

/// An ACCESS_MASK. Values from winnt.h; sources "Process Security and Access Rights", "Thread Security and Access Rights",
/// "Access Rights for Access-Token Objects", "Registry Key Security and Access Rights" and "File Access Rights Constants"
/// (Microsoft Learn).
using access_mask = uint32_t;

enum : access_mask {
    delete_access = 0x00010000,
    read_control = 0x00020000,
    write_dac = 0x00040000,
    write_owner = 0x00080000,
    synchronize = 0x00100000,
    maximum_allowed = 0x02000000,
    generic_all = 0x10000000,
    generic_execute = 0x20000000,
    generic_write = 0x40000000,
    generic_read = 0x80000000,
};

enum : access_mask {
    process_terminate = 0x0001,
    process_create_thread = 0x0002,
    process_set_sessionid = 0x0004,
    process_vm_operation = 0x0008,
    process_vm_read = 0x0010,
    process_vm_write = 0x0020,
    process_dup_handle = 0x0040,
    process_create_process = 0x0080,
    process_set_quota = 0x0100,
    process_set_information = 0x0200,
    process_query_information = 0x0400,
    process_suspend_resume = 0x0800,
    process_query_limited_information = 0x1000,
    process_set_limited_information = 0x2000,
    process_all_access = 0x001fffff,
    process_all_access_xp = 0x001f0fff,  ///< PROCESS_ALL_ACCESS as compiled for Windows XP; .NET's Process class still asks for it
};

enum : access_mask {
    thread_terminate = 0x0001,
    thread_suspend_resume = 0x0002,
    thread_alert = 0x0004,
    thread_get_context = 0x0008,
    thread_set_context = 0x0010,
    thread_set_information = 0x0020,
    thread_query_information = 0x0040,
    thread_set_thread_token = 0x0080,
    thread_impersonate = 0x0100,
    thread_direct_impersonation = 0x0200,
    thread_set_limited_information = 0x0400,
    thread_query_limited_information = 0x0800,
    thread_all_access = 0x001fffff,
};

enum : access_mask {
    token_assign_primary = 0x0001,
    token_duplicate = 0x0002,
    token_impersonate = 0x0004,
    token_query = 0x0008,
    token_query_source = 0x0010,
    token_adjust_privileges = 0x0020,
    token_adjust_groups = 0x0040,
    token_adjust_default = 0x0080,
    token_adjust_sessionid = 0x0100,
    token_all_access = 0x000f01ff,
};

enum : access_mask {
    key_query_value = 0x0001,
    key_set_value = 0x0002,
    key_create_sub_key = 0x0004,
    key_enumerate_sub_keys = 0x0008,
    key_notify = 0x0010,
};

enum : access_mask {
    file_read_data = 0x0001,
    file_write_data = 0x0002,
    file_append_data = 0x0004,
    file_read_attributes = 0x0080,
};

/// What the object manager turns the four generic rights of a type into.
struct generic_mapping {
    access_mask read;
    access_mask write;
    access_mask execute;
    access_mask all;
};

inline constexpr generic_mapping process_mapping{0x00021410, 0x00020bea, 0x00121001, process_all_access};
inline constexpr generic_mapping thread_mapping{0x00020048, 0x00020437, 0x00121800, thread_all_access};
inline constexpr generic_mapping file_mapping{0x00120089, 0x00120116, 0x001200a0, 0x001f01ff};
inline constexpr generic_mapping token_mapping{0x00020008, 0x000200e0, 0x00020000, token_all_access};

/// Replaces generic rights by specific ones. MAXIMUM_ALLOWED counts as full access: nobody can tell how much will be granted.
[[nodiscard]] constexpr access_mask expand(access_mask mask, const generic_mapping& mapping) noexcept {
    constexpr access_mask generic = generic_read | generic_write | generic_execute | generic_all | maximum_allowed;
    if ((mask & generic) == 0) return mask;  // what a sensor records of a granted handle
    access_mask out = mask & ~generic;
    if ((mask & generic_read) != 0) out |= mapping.read;
    if ((mask & generic_write) != 0) out |= mapping.write;
    if ((mask & generic_execute) != 0) out |= mapping.execute;
    if ((mask & (generic_all | maximum_allowed)) != 0) out |= mapping.all;
    return out;
}

/// Groups of process rights by what they let their holder do.
enum : access_mask {
    read_rights = process_vm_read,
    derive_rights = process_dup_handle | process_create_process,  ///< either yields a full handle: by duplication, or by a clone
    inject_rights = process_create_thread | process_vm_operation | process_vm_write,
    reopen_rights = write_dac | write_owner,  ///< the holder may grant itself the rest
    sensitive_rights = read_rights | derive_rights | inject_rights | reopen_rights | process_suspend_resume | process_set_information,
    /// What a stripped handle keeps: enough for an inventory, nothing of the contents.
    harmless_rights = process_query_information | process_query_limited_information | synchronize,
};
static_assert(sensitive_rights == 0xc0afa);

/// Full access under either definition of PROCESS_ALL_ACCESS (also recorded as 0x1f1fff and 0x1f3fff).
[[nodiscard]] constexpr bool is_all_access(access_mask expanded) noexcept {
    return (expanded & process_all_access_xp) == process_all_access_xp;
}

}  // namespace BARTIZAN_NAMESPACE

#endif
