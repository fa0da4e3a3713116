// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ADAPTERS_WINDOWS_SECURITY_MAPPING_HPP
#define BARTIZAN_ADAPTERS_WINDOWS_SECURITY_MAPPING_HPP

#include "record.hpp"

namespace BARTIZAN_NAMESPACE::adapters {

/// Channel Security. Field names as in the advanced security audit policy's event pages (Microsoft Learn), by event number. The
/// channel knows processes by PID alone, and only objects with an auditing entry (SACL).
inline constexpr mapping security_mapping[] = {
    // clang-format off
    {4624, "ProcessId", slot::actor_pid}, {4624, "ProcessName", slot::actor_image}, {4624, "TargetUserName", slot::user},
    {4624, "TargetUserSid", slot::user_sid}, {4624, "TargetLogonId", slot::logon_id}, {4624, "LogonType", slot::logon_type},
    {4624, "IpAddress", slot::remote_address}, {4624, "ImpersonationLevel", slot::impersonation_level},
    {4624, "ElevatedToken", slot::elevation},
    {4656, "ProcessId", slot::actor_pid}, {4656, "ProcessName", slot::actor_image}, {4656, "ObjectType", slot::object_type},
    {4656, "ObjectName", slot::object_name}, {4656, "AccessMask", slot::granted_access}, {4656, "HandleId", slot::handle},
    {4657, "ProcessId", slot::actor_pid}, {4657, "ProcessName", slot::actor_image}, {4657, "ObjectName", slot::object_name},
    {4657, "ObjectValueName", slot::value_name}, {4657, "OperationType", slot::operation}, {4657, "NewValue", slot::data},
    {4663, "ProcessId", slot::actor_pid}, {4663, "ProcessName", slot::actor_image}, {4663, "ObjectType", slot::object_type},
    {4663, "ObjectName", slot::object_name}, {4663, "AccessMask", slot::granted_access}, {4663, "HandleId", slot::handle},
    {4672, "SubjectUserSid", slot::user_sid}, {4672, "SubjectLogonId", slot::logon_id}, {4672, "PrivilegeList", slot::privileges},
    {4673, "ProcessId", slot::actor_pid}, {4673, "ProcessName", slot::actor_image}, {4673, "SubjectUserSid", slot::user_sid},
    {4673, "SubjectLogonId", slot::logon_id}, {4673, "PrivilegeList", slot::privileges},
    {4674, "ProcessId", slot::actor_pid}, {4674, "ProcessName", slot::actor_image}, {4674, "SubjectUserSid", slot::user_sid},
    {4674, "SubjectLogonId", slot::logon_id}, {4674, "PrivilegeList", slot::privileges},
    {4688, "NewProcessId", slot::actor_pid}, {4688, "NewProcessName", slot::actor_image}, {4688, "CommandLine", slot::command_line},
    {4688, "TokenElevationType", slot::elevation}, {4688, "MandatoryLabel", slot::integrity}, {4688, "TargetUserName", slot::user},
    {4688, "TargetUserSid", slot::user_sid}, {4688, "TargetLogonId", slot::logon_id}, {4688, "SubjectUserName", slot::parent_user},
    {4688, "SubjectUserSid", slot::subject_sid}, {4688, "SubjectLogonId", slot::subject_logon_id},
    {4688, "ProcessId", slot::parent_pid}, {4688, "ParentProcessName", slot::parent_image},
    {4689, "ProcessId", slot::actor_pid}, {4689, "ProcessName", slot::actor_image},
    {4690, "SourceProcessId", slot::parent_pid}, {4690, "SourceHandleId", slot::source_handle},
    {4690, "TargetProcessId", slot::actor_pid}, {4690, "TargetHandleId", slot::handle},
    {4703, "ProcessId", slot::actor_pid}, {4703, "ProcessName", slot::actor_image}, {4703, "TargetUserSid", slot::user_sid},
    {4703, "TargetLogonId", slot::logon_id}, {4703, "EnabledPrivilegeList", slot::privileges},
    {4703, "DisabledPrivilegeList", slot::disabled_privileges},
    {4720, "TargetUserName", slot::user}, {4720, "TargetSid", slot::user_sid}, {4720, "SubjectUserSid", slot::subject_sid},
    {4722, "TargetUserName", slot::user}, {4722, "TargetSid", slot::user_sid}, {4722, "SubjectUserSid", slot::subject_sid},
    {4723, "TargetUserName", slot::user}, {4723, "TargetSid", slot::user_sid}, {4723, "SubjectUserSid", slot::subject_sid},
    {4724, "TargetUserName", slot::user}, {4724, "TargetSid", slot::user_sid}, {4724, "SubjectUserSid", slot::subject_sid},
    {4725, "TargetUserName", slot::user}, {4725, "TargetSid", slot::user_sid}, {4725, "SubjectUserSid", slot::subject_sid},
    {4726, "TargetUserName", slot::user}, {4726, "TargetSid", slot::user_sid}, {4726, "SubjectUserSid", slot::subject_sid},
    {4728, "MemberName", slot::user}, {4728, "MemberSid", slot::user_sid}, {4728, "SubjectUserSid", slot::subject_sid},
    {4729, "MemberName", slot::user}, {4729, "MemberSid", slot::user_sid}, {4729, "SubjectUserSid", slot::subject_sid},
    {4732, "MemberName", slot::user}, {4732, "MemberSid", slot::user_sid}, {4732, "SubjectUserSid", slot::subject_sid},
    {4733, "MemberName", slot::user}, {4733, "MemberSid", slot::user_sid}, {4733, "SubjectUserSid", slot::subject_sid},
    {4738, "TargetUserName", slot::user}, {4738, "TargetSid", slot::user_sid}, {4738, "SubjectUserSid", slot::subject_sid},
    {4740, "TargetUserName", slot::user}, {4740, "TargetSid", slot::user_sid}, {4740, "SubjectUserSid", slot::subject_sid},
    {4756, "MemberName", slot::user}, {4756, "MemberSid", slot::user_sid}, {4756, "SubjectUserSid", slot::subject_sid},
    {4757, "MemberName", slot::user}, {4757, "MemberSid", slot::user_sid}, {4757, "SubjectUserSid", slot::subject_sid},
    {4767, "TargetUserName", slot::user}, {4767, "TargetSid", slot::user_sid}, {4767, "SubjectUserSid", slot::subject_sid},
    {4781, "TargetUserName", slot::user}, {4781, "TargetSid", slot::user_sid}, {4781, "SubjectUserSid", slot::subject_sid},
    {4985, "ProcessId", slot::actor_pid}, {4985, "ProcessName", slot::actor_image},
    // clang-format on
};
static_assert(is_sound(security_mapping));

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif
