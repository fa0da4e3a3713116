// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_V3_COLUMNS_HPP
#define BARTIZAN_FEATURES_EMBER_V3_COLUMNS_HPP

#include "../columns.hpp"

namespace BARTIZAN_NAMESPACE::features::ember_v3 {

inline constexpr column_block columns[] = {
    {"general.size", 1}, {"general.entropy", 1}, {"general.is_pe", 1}, {"general.start_bytes", 4}, {"histogram", 256},
    {"byteentropy", 256}, {"strings.numstrings", 1}, {"strings.avlength", 1}, {"strings.printables", 1},
    {"strings.printabledist", 96}, {"strings.entropy", 1}, {"strings.count[.click(]", 1},
    {"strings.count[/EmbeddedFile]", 1}, {"strings.count[/FlateDecode]", 1}, {"strings.count[/URI]", 1},
    {"strings.count[/bin/]", 1}, {"strings.count[/dev/]", 1}, {"strings.count[/proc/]", 1}, {"strings.count[/tmp/]", 1},
    {"strings.count[/usr/]", 1}, {"strings.count[<script]", 1}, {"strings.count[Invoke-Command]", 1},
    {"strings.count[Invoke-Expression]", 1}, {"strings.count[Start-process]", 1}, {"strings.count[base64]", 1},
    {"strings.count[base64string]", 1}, {"strings.count[btc_wallet]", 1}, {"strings.count[cache]", 1},
    {"strings.count[certificate]", 1}, {"strings.count[clipboard]", 1}, {"strings.count[command]", 1},
    {"strings.count[connect]", 1}, {"strings.count[cookie]", 1}, {"strings.count[create]", 1},
    {"strings.count[crypt]", 1}, {"strings.count[debug]", 1}, {"strings.count[decode]", 1},
    {"strings.count[delete]", 1}, {"strings.count[desktop]", 1}, {"strings.count[directory]", 1},
    {"strings.count[disk]", 1}, {"strings.count[dos_msg]", 1}, {"strings.count[download]", 1},
    {"strings.count[email_addr]", 1}, {"strings.count[encode]", 1}, {"strings.count[enum]", 1},
    {"strings.count[environment]", 1}, {"strings.count[exit]", 1}, {"strings.count[file]", 1},
    {"strings.count[file_path]", 1}, {"strings.count[ftp]", 1}, {"strings.count[get]", 1}, {"strings.count[hidden]", 1},
    {"strings.count[hostname]", 1}, {"strings.count[html]", 1}, {"strings.count[http]", 1},
    {"strings.count[http://]", 1}, {"strings.count[https://]", 1}, {"strings.count[install]", 1},
    {"strings.count[internet]", 1}, {"strings.count[ipv4_addr]", 1}, {"strings.count[ipv6_addr]", 1},
    {"strings.count[javascript]", 1}, {"strings.count[keyboard]", 1}, {"strings.count[mac_addr]", 1},
    {"strings.count[memory]", 1}, {"strings.count[module]", 1}, {"strings.count[mutex]", 1},
    {"strings.count[onlick]", 1}, {"strings.count[password]", 1}, {"strings.count[post]", 1},
    {"strings.count[powershell]", 1}, {"strings.count[privilege]", 1}, {"strings.count[process]", 1},
    {"strings.count[registry_key]", 1}, {"strings.count[remote]", 1}, {"strings.count[resource]", 1},
    {"strings.count[security]", 1}, {"strings.count[service]", 1}, {"strings.count[shell]", 1},
    {"strings.count[snapshot]", 1}, {"strings.count[system]", 1}, {"strings.count[thread]", 1},
    {"strings.count[token]", 1}, {"strings.count[url]", 1}, {"strings.count[useragent]", 1},
    {"strings.count[wallet]", 1}, {"strings.count[window]", 1}, {"header.coff.timestamp", 1},
    {"header.coff.number_of_sections", 1}, {"header.coff.number_of_symbols", 1},
    {"header.coff.sizeof_optional_header", 1}, {"header.coff.pointer_to_symbol_table", 1}, {"header.machine", 1},
    {"header.subsystem", 1}, {"header.optional.major_image_version", 1}, {"header.optional.minor_image_version", 1},
    {"header.optional.major_linker_version", 1}, {"header.optional.minor_linker_version", 1},
    {"header.optional.major_operating_system_version", 1}, {"header.optional.minor_operating_system_version", 1},
    {"header.optional.major_subsystem_version", 1}, {"header.optional.minor_subsystem_version", 1},
    {"header.optional.sizeof_code", 1}, {"header.optional.sizeof_headers", 1}, {"header.optional.sizeof_image", 1},
    {"header.optional.sizeof_initialized_data", 1}, {"header.optional.sizeof_uninitialized_data", 1},
    {"header.optional.sizeof_stack_reserve", 1}, {"header.optional.sizeof_stack_commit", 1},
    {"header.optional.sizeof_heap_reserve", 1}, {"header.optional.sizeof_heap_commit", 1},
    {"header.optional.address_of_entrypoint", 1}, {"header.optional.base_of_code", 1},
    {"header.optional.image_base", 1}, {"header.optional.section_alignment", 1}, {"header.optional.checksum", 1},
    {"header.optional.number_of_rvas_and_sizes", 1}, {"header.characteristic.RELOCS_STRIPPED", 1},
    {"header.characteristic.EXECUTABLE_IMAGE", 1}, {"header.characteristic.LINE_NUMS_STRIPPED", 1},
    {"header.characteristic.LOCAL_SYMS_STRIPPED", 1}, {"header.characteristic.AGGRESIVE_WS_TRIM", 1},
    {"header.characteristic.LARGE_ADDRESS_AWARE", 1}, {"header.characteristic.16BIT_MACHINE", 1},
    {"header.characteristic.BYTES_REVERSED_LO", 1}, {"header.characteristic.32BIT_MACHINE", 1},
    {"header.characteristic.DEBUG_STRIPPED", 1}, {"header.characteristic.REMOVABLE_RUN_FROM_SWAP", 1},
    {"header.characteristic.NET_RUN_FROM_SWAP", 1}, {"header.characteristic.SYSTEM", 1},
    {"header.characteristic.DLL", 1}, {"header.characteristic.UP_SYSTEM_ONLY", 1},
    {"header.characteristic.BYTES_REVERSED_HI", 1}, {"header.dllcharacteristic.HIGH_ENTROPY_VA", 1},
    {"header.dllcharacteristic.DYNAMIC_BASE", 1}, {"header.dllcharacteristic.FORCE_INTEGRITY", 1},
    {"header.dllcharacteristic.NX_COMPAT", 1}, {"header.dllcharacteristic.NO_ISOLATION", 1},
    {"header.dllcharacteristic.NO_SEH", 1}, {"header.dllcharacteristic.NO_BIND", 1},
    {"header.dllcharacteristic.APPCONTAINER", 1}, {"header.dllcharacteristic.WDM_DRIVER", 1},
    {"header.dllcharacteristic.GUARD_CF", 1}, {"header.dllcharacteristic.TERMINAL_SERVER_AWARE", 1},
    {"header.dos.e_magic", 1}, {"header.dos.e_cblp", 1}, {"header.dos.e_cp", 1}, {"header.dos.e_crlc", 1},
    {"header.dos.e_cparhdr", 1}, {"header.dos.e_minalloc", 1}, {"header.dos.e_maxalloc", 1}, {"header.dos.e_ss", 1},
    {"header.dos.e_sp", 1}, {"header.dos.e_csum", 1}, {"header.dos.e_ip", 1}, {"header.dos.e_cs", 1},
    {"header.dos.e_lfarlc", 1}, {"header.dos.e_ovno", 1}, {"header.dos.e_oemid", 1}, {"header.dos.e_oeminfo", 1},
    {"header.dos.e_lfanew", 1}, {"section.n_sections", 1}, {"section.n_zero_size", 1}, {"section.n_empty_name", 1},
    {"section.n_rx", 1}, {"section.n_w", 1}, {"section.max_entropy", 1}, {"section.min_entropy", 1},
    {"section.max_size_ratio", 1}, {"section.min_size_ratio", 1}, {"section.max_vsize_ratio", 1},
    {"section.min_vsize_ratio", 1}, {"section.sizes", 50}, {"section.vsize", 50}, {"section.entropy", 50},
    {"section.characteristics", 50}, {"section.entry_name", 10}, {"section.overlay_size", 1},
    {"section.overlay_size_ratio", 1}, {"section.overlay_entropy", 1}, {"imports.count", 1}, {"imports.n_libraries", 1},
    {"imports.libraries", 256}, {"imports.functions", 1024}, {"exports.count", 1}, {"exports", 128},
    {"datadirectories.EXPORT", 2}, {"datadirectories.IMPORT", 2}, {"datadirectories.RESOURCE", 2},
    {"datadirectories.EXCEPTION", 2}, {"datadirectories.SECURITY", 2}, {"datadirectories.BASERELOC", 2},
    {"datadirectories.DEBUG", 2}, {"datadirectories.COPYRIGHT", 2}, {"datadirectories.GLOBALPTR", 2},
    {"datadirectories.TLS", 2}, {"datadirectories.LOAD_CONFIG", 2}, {"datadirectories.BOUND_IMPORT", 2},
    {"datadirectories.IAT", 2}, {"datadirectories.DELAY_IMPORT", 2}, {"datadirectories.COM_DESCRIPTOR", 2},
    {"datadirectories.RESERVED", 2}, {"datadirectories.has_relocs", 1}, {"datadirectories.has_dynamic_relocs", 1},
    {"richheader.n", 1}, {"richheader.pairs", 32}, {"authenticode.num_certs", 1}, {"authenticode.self_signed", 1},
    {"authenticode.empty_program_name", 1}, {"authenticode.no_countersigner", 1}, {"authenticode.parse_error", 1},
    {"authenticode.chain_max_depth", 1}, {"authenticode.latest_signing_time", 1}, {"authenticode.signing_time_diff", 1},
    {"pefilewarnings", 87}, {"pefilewarnings.count", 1},
};
inline constexpr uint32_t dimensions = dimensions_of(columns);
static_assert(dimensions == 2568);

/// Identifies this schema; a model states the hash that it was trained on.
inline constexpr uint64_t hash = schema_hash(columns);

}  // namespace BARTIZAN_NAMESPACE::features::ember_v3

#endif
