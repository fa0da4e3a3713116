// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ADAPTERS_ETW_TI_MAPPING_HPP
#define BARTIZAN_ADAPTERS_ETW_TI_MAPPING_HPP

#include "record.hpp"

/// Field names of Microsoft-Windows-Threat-Intelligence {F4E1897C-BB5D-5668-F1D8-040F4D8DD344}. Sources: the manifest of events 1-28 as
/// published in jdu2600/Windows10EtwEvents; VaVad* of version 2 and events 29-36 as published by users of the provider ([K]: no
/// manifest of them is stored).
namespace BARTIZAN_NAMESPACE::adapters {

namespace detail {

struct ti_field {
    const char* name;
    slot where;
};

inline constexpr ti_field ti_caller[] = {
    {"CallingProcessId", slot::actor_pid},
    {"CallingProcessStartKey", slot::actor_start_key},
    {"CallingProcessCreateTime", slot::actor_create_time},
    {"CallingProcessProtection", slot::actor_protection},
};
inline constexpr ti_field ti_target[] = {
    {"TargetProcessId", slot::target_pid},
    {"TargetProcessStartKey", slot::target_start_key},
    {"TargetProcessCreateTime", slot::target_create_time},
    {"TargetProcessProtection", slot::target_protection},
};
inline constexpr ti_field ti_region[] = {
    {"BaseAddress", slot::base_address},
    {"RegionSize", slot::region_size},
    {"ProtectionMask", slot::page_protection},
    {"LastProtectionMask", slot::last_page_protection},
};
inline constexpr ti_field ti_view[] = {
    {"BaseAddress", slot::base_address},
    {"ViewSize", slot::region_size},
    {"ProtectionMask", slot::page_protection},
};
inline constexpr ti_field ti_copy[] = {
    {"OperationStatus", slot::status},
    {"BaseAddress", slot::base_address},
    {"BytesCopied", slot::region_size},
};
inline constexpr ti_field ti_vad[] = {
    {"VaVadQueryResult", slot::vad_result},
    {"VaVadRegionType", slot::vad_type},
    {"VaVadMmfName", slot::vad_file},
};
inline constexpr ti_field ti_apc[] = {
    {"TargetThreadId", slot::target_thread},
    {"TargetThreadAlertable", slot::alertable},
    {"ApcRoutine", slot::routine},
    {"ApcArgument1", slot::argument_1},
    {"ApcArgument2", slot::argument_2},
    {"ApcArgument3", slot::argument_3},
    {"ApcRoutineVadQueryResult", slot::code_vad_result},
    {"ApcRoutineVadAllocationProtect", slot::code_vad_protection},
    {"ApcRoutineVadRegionType", slot::code_vad_type},
    {"ApcRoutineVadMmfName", slot::code_vad_file},
    {"ApcArgument1VadQueryResult", slot::vad_result},
    {"ApcArgument1VadAllocationProtect", slot::vad_protection},
    {"ApcArgument1VadRegionType", slot::vad_type},
    {"ApcArgument1VadMmfName", slot::vad_file},
};
inline constexpr ti_field ti_context[] = {
    {"TargetThreadId", slot::target_thread},
    {"ContextFlags", slot::context_flags},
    {"Pc", slot::program_counter},
    {"Sp", slot::stack_pointer},
    {"PcVadQueryResult", slot::code_vad_result},
    {"PcVadAllocationProtect", slot::code_vad_protection},
    {"PcVadRegionType", slot::code_vad_type},
    {"PcVadMmfName", slot::code_vad_file},
};
inline constexpr ti_field ti_suspend[] = {
    {"OperationStatus", slot::status},
    {"TargetThreadId", slot::target_thread},
};
inline constexpr ti_field ti_driver[] = {
    {"DriverName", slot::module_path},
};
inline constexpr ti_field ti_token[] = {
    {"CurrentTokenUser", slot::user_sid},
    {"CurrentTokenIntegrityLevel", slot::token_integrity},
    {"CurrentTokenSessionId", slot::session_id},
    {"CurrentTokenAuthenticationId", slot::logon_id},
    {"CurrentTokenImpersonationLevel", slot::token_level},
};

/// Which event carries which fields.
struct ti_task {
    uint16_t id;
    span<const ti_field> groups[4];
};

inline constexpr span<const ti_field> ti_none{};
inline constexpr ti_task ti_tasks[] = {
    {1, {ti_caller, ti_target, ti_region, ti_vad}},   {2, {ti_caller, ti_target, ti_region, ti_vad}},
    {3, {ti_caller, ti_target, ti_view, ti_vad}},     {4, {ti_caller, ti_target, ti_apc, ti_none}},
    {5, {ti_caller, ti_target, ti_context, ti_none}}, {6, {ti_caller, ti_target, ti_region, ti_vad}},
    {7, {ti_caller, ti_target, ti_region, ti_vad}},   {8, {ti_caller, ti_target, ti_view, ti_vad}},
    {11, {ti_caller, ti_target, ti_copy, ti_vad}},    {12, {ti_caller, ti_target, ti_copy, ti_vad}},
    {13, {ti_caller, ti_target, ti_copy, ti_vad}},    {14, {ti_caller, ti_target, ti_copy, ti_vad}},
    {15, {ti_caller, ti_target, ti_suspend, ti_none}}, {16, {ti_caller, ti_target, ti_suspend, ti_none}},
    {17, {ti_caller, ti_target, ti_suspend, ti_none}}, {18, {ti_caller, ti_target, ti_suspend, ti_none}},
    {19, {ti_caller, ti_target, ti_suspend, ti_none}}, {20, {ti_caller, ti_target, ti_suspend, ti_none}},
    {21, {ti_caller, ti_target, ti_region, ti_vad}},  {22, {ti_caller, ti_target, ti_region, ti_vad}},
    {23, {ti_caller, ti_target, ti_view, ti_vad}},    {24, {ti_caller, ti_target, ti_apc, ti_none}},
    {25, {ti_caller, ti_target, ti_context, ti_none}}, {26, {ti_caller, ti_target, ti_region, ti_vad}},
    {27, {ti_caller, ti_target, ti_region, ti_vad}},  {28, {ti_caller, ti_target, ti_view, ti_vad}},
    {29, {ti_driver, ti_none, ti_none, ti_none}},     {31, {ti_driver, ti_none, ti_none, ti_none}},
    {33, {ti_caller, ti_token, ti_none, ti_none}},    {34, {ti_caller, ti_none, ti_none, ti_none}},
    {36, {ti_caller, ti_token, ti_none, ti_none}},
};

[[nodiscard]] constexpr size_t ti_rows() noexcept {
    size_t rows = 0;
    for (const ti_task& task : ti_tasks)
        for (const span<const ti_field> group : task.groups) rows += group.size;
    return rows;
}

template <size_t Rows>
struct mapping_table {
    mapping rows[Rows];
};

[[nodiscard]] constexpr mapping_table<ti_rows()> make_ti_mapping() noexcept {
    mapping_table<ti_rows()> table{};
    size_t n = 0;
    for (const ti_task& task : ti_tasks)
        for (const span<const ti_field> group : task.groups)
            for (const ti_field& f : group) table.rows[n++] = {task.id, f.name, f.where};
    return table;
}

inline constexpr mapping_table<ti_rows()> ti_table = make_ti_mapping();

}  // namespace detail

inline constexpr span<const mapping> etw_ti_mapping{detail::ti_table.rows};
static_assert(is_sound(etw_ti_mapping));

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif
