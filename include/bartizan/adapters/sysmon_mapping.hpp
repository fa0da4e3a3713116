// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ADAPTERS_SYSMON_MAPPING_HPP
#define BARTIZAN_ADAPTERS_SYSMON_MAPPING_HPP

#include "record.hpp"

namespace BARTIZAN_NAMESPACE::adapters {

/// Channel Microsoft-Windows-Sysmon/Operational. Field names as in Sysmon's event manifest (schema 4.x), by event number.
inline constexpr mapping sysmon_mapping[] = {
    // clang-format off
    {1, "ProcessGuid", slot::actor_guid}, {1, "ProcessId", slot::actor_pid}, {1, "Image", slot::actor_image}, {1, "User", slot::user},
    {1, "CommandLine", slot::command_line}, {1, "OriginalFileName", slot::original_file_name},
    {1, "CurrentDirectory", slot::current_directory}, {1, "IntegrityLevel", slot::integrity}, {1, "LogonId", slot::logon_id},
    {1, "TerminalSessionId", slot::session_id}, {1, "ParentProcessGuid", slot::parent_guid}, {1, "ParentProcessId", slot::parent_pid},
    {1, "ParentImage", slot::parent_image}, {1, "ParentCommandLine", slot::parent_command_line}, {1, "ParentUser", slot::parent_user},
    {1, "Hashes", slot::hashes},
    {3, "ProcessGuid", slot::actor_guid}, {3, "ProcessId", slot::actor_pid}, {3, "Image", slot::actor_image},
    {3, "User", slot::actor_user}, {3, "Initiated", slot::initiated}, {3, "DestinationIp", slot::remote_address},
    {3, "DestinationPort", slot::remote_port}, {3, "SourcePort", slot::local_port},
    {5, "ProcessGuid", slot::actor_guid}, {5, "ProcessId", slot::actor_pid}, {5, "Image", slot::actor_image},
    {5, "User", slot::actor_user},
    {6, "ImageLoaded", slot::module_path}, {6, "Signed", slot::is_signed}, {6, "Signature", slot::signature_subject},
    {6, "SignatureStatus", slot::signature_status},
    {7, "ProcessGuid", slot::actor_guid}, {7, "ProcessId", slot::actor_pid}, {7, "Image", slot::actor_image},
    {7, "User", slot::actor_user}, {7, "ImageLoaded", slot::module_path}, {7, "OriginalFileName", slot::original_file_name},
    {7, "Signed", slot::is_signed}, {7, "Signature", slot::signature_subject}, {7, "SignatureStatus", slot::signature_status},
    {8, "SourceProcessGuid", slot::actor_guid}, {8, "SourceProcessId", slot::actor_pid}, {8, "SourceImage", slot::actor_image},
    {8, "SourceUser", slot::actor_user}, {8, "TargetProcessGuid", slot::target_guid}, {8, "TargetProcessId", slot::target_pid},
    {8, "TargetImage", slot::target_image}, {8, "TargetUser", slot::target_user}, {8, "StartAddress", slot::start_address},
    {8, "StartModule", slot::start_module}, {8, "StartFunction", slot::start_function},
    {9, "ProcessGuid", slot::actor_guid}, {9, "ProcessId", slot::actor_pid}, {9, "Image", slot::actor_image},
    {9, "User", slot::actor_user}, {9, "Device", slot::device},
    {10, "SourceProcessGuid", slot::actor_guid}, {10, "SourceProcessId", slot::actor_pid}, {10, "SourceImage", slot::actor_image},
    {10, "SourceUser", slot::actor_user}, {10, "TargetProcessGuid", slot::target_guid}, {10, "TargetProcessId", slot::target_pid},
    {10, "TargetImage", slot::target_image}, {10, "TargetUser", slot::target_user}, {10, "GrantedAccess", slot::granted_access},
    {10, "CallTrace", slot::call_trace},
    {11, "ProcessGuid", slot::actor_guid}, {11, "ProcessId", slot::actor_pid}, {11, "Image", slot::actor_image},
    {11, "User", slot::actor_user}, {11, "TargetFilename", slot::file_path},
    {12, "ProcessGuid", slot::actor_guid}, {12, "ProcessId", slot::actor_pid}, {12, "Image", slot::actor_image},
    {12, "User", slot::actor_user}, {12, "EventType", slot::operation}, {12, "TargetObject", slot::key_name},
    {13, "ProcessGuid", slot::actor_guid}, {13, "ProcessId", slot::actor_pid}, {13, "Image", slot::actor_image},
    {13, "User", slot::actor_user}, {13, "EventType", slot::operation}, {13, "TargetObject", slot::key_name},
    {13, "Details", slot::data},
    {14, "ProcessGuid", slot::actor_guid}, {14, "ProcessId", slot::actor_pid}, {14, "Image", slot::actor_image},
    {14, "User", slot::actor_user}, {14, "EventType", slot::operation}, {14, "TargetObject", slot::key_name},
    {14, "NewName", slot::new_name},
    {15, "ProcessGuid", slot::actor_guid}, {15, "ProcessId", slot::actor_pid}, {15, "Image", slot::actor_image},
    {15, "User", slot::actor_user}, {15, "TargetFilename", slot::file_path}, {15, "Contents", slot::content},
    {17, "ProcessGuid", slot::actor_guid}, {17, "ProcessId", slot::actor_pid}, {17, "Image", slot::actor_image},
    {17, "User", slot::actor_user}, {17, "PipeName", slot::pipe_name},
    {18, "ProcessGuid", slot::actor_guid}, {18, "ProcessId", slot::actor_pid}, {18, "Image", slot::actor_image},
    {18, "User", slot::actor_user}, {18, "PipeName", slot::pipe_name},
    {22, "ProcessGuid", slot::actor_guid}, {22, "ProcessId", slot::actor_pid}, {22, "Image", slot::actor_image},
    {22, "User", slot::actor_user}, {22, "QueryName", slot::remote_name},
    {23, "ProcessGuid", slot::actor_guid}, {23, "ProcessId", slot::actor_pid}, {23, "Image", slot::actor_image},
    {23, "User", slot::actor_user}, {23, "TargetFilename", slot::file_path}, {23, "IsExecutable", slot::is_executable},
    {24, "ProcessGuid", slot::actor_guid}, {24, "ProcessId", slot::actor_pid}, {24, "Image", slot::actor_image},
    {24, "User", slot::actor_user},
    {25, "ProcessGuid", slot::actor_guid}, {25, "ProcessId", slot::actor_pid}, {25, "Image", slot::actor_image},
    {25, "User", slot::actor_user}, {25, "Type", slot::tamper_type},
    {26, "ProcessGuid", slot::actor_guid}, {26, "ProcessId", slot::actor_pid}, {26, "Image", slot::actor_image},
    {26, "User", slot::actor_user}, {26, "TargetFilename", slot::file_path}, {26, "IsExecutable", slot::is_executable},
    {29, "ProcessGuid", slot::actor_guid}, {29, "ProcessId", slot::actor_pid}, {29, "Image", slot::actor_image},
    {29, "User", slot::actor_user}, {29, "TargetFilename", slot::file_path},
    // clang-format on
};
static_assert(is_sound(sysmon_mapping));

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif
