// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_PRIVILEGE_HPP
#define BARTIZAN_CORE_PRIVILEGE_HPP

#include "text.hpp"

namespace BARTIZAN_NAMESPACE {

/// Privileges by the low part of their LUID, which is the same on every machine (SE_*_PRIVILEGE of wdm.h); sets of them are 64-bit
/// masks with bit n for privilege n, as in SEP_TOKEN_PRIVILEGES.
enum class privilege : uint8_t {
    create_token = 2, assign_primary_token, lock_memory, increase_quota, machine_account, tcb, security, take_ownership, load_driver,
    system_profile, system_time, profile_single_process, increase_base_priority, create_pagefile, create_permanent, backup, restore,
    shutdown, debug, audit, system_environment, change_notify, remote_shutdown, undock, sync_agent, enable_delegation, manage_volume,
    impersonate, create_global, trusted_cred_man_access, relabel, increase_working_set, time_zone, create_symbolic_link,
    delegate_session_user_impersonate,
};
static_assert(static_cast<int>(privilege::debug) == 20 && static_cast<int>(privilege::delegate_session_user_impersonate) == 36);

[[nodiscard]] constexpr uint64_t privilege_bit(privilege p) noexcept { return uint64_t{1} << static_cast<uint8_t>(p); }

namespace detail {

struct privilege_name {
    text name;
    privilege which;
};
inline constexpr privilege_name privilege_names[] = {
    {u"SeCreateTokenPrivilege", privilege::create_token}, {u"SeAssignPrimaryTokenPrivilege", privilege::assign_primary_token},
    {u"SeLockMemoryPrivilege", privilege::lock_memory}, {u"SeIncreaseQuotaPrivilege", privilege::increase_quota},
    {u"SeMachineAccountPrivilege", privilege::machine_account}, {u"SeTcbPrivilege", privilege::tcb},
    {u"SeSecurityPrivilege", privilege::security}, {u"SeTakeOwnershipPrivilege", privilege::take_ownership},
    {u"SeLoadDriverPrivilege", privilege::load_driver}, {u"SeSystemProfilePrivilege", privilege::system_profile},
    {u"SeSystemtimePrivilege", privilege::system_time}, {u"SeProfileSingleProcessPrivilege", privilege::profile_single_process},
    {u"SeIncreaseBasePriorityPrivilege", privilege::increase_base_priority}, {u"SeCreatePagefilePrivilege", privilege::create_pagefile},
    {u"SeCreatePermanentPrivilege", privilege::create_permanent}, {u"SeBackupPrivilege", privilege::backup},
    {u"SeRestorePrivilege", privilege::restore}, {u"SeShutdownPrivilege", privilege::shutdown}, {u"SeDebugPrivilege", privilege::debug},
    {u"SeAuditPrivilege", privilege::audit}, {u"SeSystemEnvironmentPrivilege", privilege::system_environment},
    {u"SeChangeNotifyPrivilege", privilege::change_notify}, {u"SeRemoteShutdownPrivilege", privilege::remote_shutdown},
    {u"SeUndockPrivilege", privilege::undock}, {u"SeSyncAgentPrivilege", privilege::sync_agent},
    {u"SeEnableDelegationPrivilege", privilege::enable_delegation}, {u"SeManageVolumePrivilege", privilege::manage_volume},
    {u"SeImpersonatePrivilege", privilege::impersonate}, {u"SeCreateGlobalPrivilege", privilege::create_global},
    {u"SeTrustedCredManAccessPrivilege", privilege::trusted_cred_man_access}, {u"SeRelabelPrivilege", privilege::relabel},
    {u"SeIncreaseWorkingSetPrivilege", privilege::increase_working_set}, {u"SeTimeZonePrivilege", privilege::time_zone},
    {u"SeCreateSymbolicLinkPrivilege", privilege::create_symbolic_link},
    {u"SeDelegateSessionUserImpersonatePrivilege", privilege::delegate_session_user_impersonate},
};

}  // namespace detail

/// Mask of the privileges that a log names, in any order, separated by anything that no name contains. Unknown names are ignored.
[[nodiscard]] constexpr uint64_t privileges_named(text list) noexcept {
    uint64_t mask = 0;
    while (!list.empty()) {
        uint32_t end = 0;
        const auto is_letter = [](char16_t c) { return upcase(c) >= u'A' && upcase(c) <= u'Z'; };
        while (end < list.size && is_letter(list[end])) ++end;
        for (const detail::privilege_name& p : detail::privilege_names)
            if (equal_folded(list.sub(0, end), p.name)) mask |= privilege_bit(p.which);
        list = list.sub(end + 1);
    }
    return mask;
}

}  // namespace BARTIZAN_NAMESPACE

#endif
