// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_LIEF_NAMES_HPP
#define BARTIZAN_FEATURES_EMBER_LIEF_NAMES_HPP

#include "../../core/span.hpp"

/// The names that LIEF 0.9.0 gives to header values; EMBER v2 hashes the names, not the values.
namespace BARTIZAN_NAMESPACE::features::ember {

struct value_name {
    uint32_t value;
    const char* name;
};

/// Of IMAGE_FILE_HEADER::Machine.
inline constexpr value_name lief_machines[] = {
    {0xffff, "INVALID"}, {0x0000, "UNKNOWN"}, {0x0013, "AM33"}, {0x8664, "AMD64"}, {0x01c0, "ARM"}, {0x01c4, "ARMNT"},
    {0x0ebc, "EBC"}, {0x014c, "I386"}, {0x0200, "IA64"}, {0x9041, "M32R"}, {0x0266, "MIPS16"}, {0x0366, "MIPSFPU"},
    {0x0466, "MIPSFPU16"}, {0x01f0, "POWERPC"}, {0x01f1, "POWERPCFP"}, {0x0166, "R4000"}, {0x01a2, "SH3"},
    {0x01a3, "SH3DSP"}, {0x01a6, "SH4"}, {0x01a8, "SH5"}, {0x01c2, "THUMB"}, {0x0169, "WCEMIPSV2"},
};

/// Bits of IMAGE_FILE_HEADER::Characteristics; 0x40 has no name.
inline constexpr value_name lief_header_characteristics[] = {
    {0x0001, "RELOCS_STRIPPED"}, {0x0002, "EXECUTABLE_IMAGE"}, {0x0004, "LINE_NUMS_STRIPPED"},
    {0x0008, "LOCAL_SYMS_STRIPPED"}, {0x0010, "AGGRESSIVE_WS_TRIM"}, {0x0020, "LARGE_ADDRESS_AWARE"},
    {0x0080, "BYTES_REVERSED_LO"}, {0x0100, "CHARA_32BIT_MACHINE"}, {0x0200, "DEBUG_STRIPPED"},
    {0x0400, "REMOVABLE_RUN_FROM_SWAP"}, {0x0800, "NET_RUN_FROM_SWAP"}, {0x1000, "SYSTEM"}, {0x2000, "DLL"},
    {0x4000, "UP_SYSTEM_ONLY"}, {0x8000, "BYTES_REVERSED_HI"},
};

/// Of Subsystem.
inline constexpr value_name lief_subsystems[] = {
    {0x00, "UNKNOWN"}, {0x01, "NATIVE"}, {0x02, "WINDOWS_GUI"}, {0x03, "WINDOWS_CUI"}, {0x05, "OS2_CUI"},
    {0x07, "POSIX_CUI"}, {0x08, "NATIVE_WINDOWS"}, {0x09, "WINDOWS_CE_GUI"}, {0x0a, "EFI_APPLICATION"},
    {0x0b, "EFI_BOOT_SERVICE_DRIVER"}, {0x0c, "EFI_RUNTIME_DRIVER"}, {0x0d, "EFI_ROM"}, {0x0e, "XBOX"},
    {0x10, "WINDOWS_BOOT_APPLICATION"},
};

/// Bits of DllCharacteristics.
inline constexpr value_name lief_dll_characteristics[] = {
    {0x0020, "HIGH_ENTROPY_VA"}, {0x0040, "DYNAMIC_BASE"}, {0x0080, "FORCE_INTEGRITY"}, {0x0100, "NX_COMPAT"},
    {0x0200, "NO_ISOLATION"}, {0x0400, "NO_SEH"}, {0x0800, "NO_BIND"}, {0x1000, "APPCONTAINER"}, {0x2000, "WDM_DRIVER"},
    {0x4000, "GUARD_CF"}, {0x8000, "TERMINAL_SERVER_AWARE"},
};

/// Of a section: one applies where any of its bits is set, so that the four alignment bits give several names.
inline constexpr value_name lief_section_characteristics[] = {
    {0x00000008, "TYPE_NO_PAD"}, {0x00000020, "CNT_CODE"}, {0x00000040, "CNT_INITIALIZED_DATA"},
    {0x00000080, "CNT_UNINITIALIZED_DATA"}, {0x00000100, "LNK_OTHER"}, {0x00000200, "LNK_INFO"},
    {0x00000800, "LNK_REMOVE"}, {0x00001000, "LNK_COMDAT"}, {0x00008000, "GPREL"}, {0x00020000, "MEM_PURGEABLE"},
    {0x00040000, "MEM_LOCKED"}, {0x00080000, "MEM_PRELOAD"}, {0x00100000, "ALIGN_1BYTES"}, {0x00200000, "ALIGN_2BYTES"},
    {0x00300000, "ALIGN_4BYTES"}, {0x00400000, "ALIGN_8BYTES"}, {0x00500000, "ALIGN_16BYTES"},
    {0x00600000, "ALIGN_32BYTES"}, {0x00700000, "ALIGN_64BYTES"}, {0x00800000, "ALIGN_128BYTES"},
    {0x00900000, "ALIGN_256BYTES"}, {0x00a00000, "ALIGN_512BYTES"}, {0x00b00000, "ALIGN_1024BYTES"},
    {0x00c00000, "ALIGN_2048BYTES"}, {0x00d00000, "ALIGN_4096BYTES"}, {0x00e00000, "ALIGN_8192BYTES"},
    {0x01000000, "LNK_NRELOC_OVFL"}, {0x02000000, "MEM_DISCARDABLE"}, {0x04000000, "MEM_NOT_CACHED"},
    {0x08000000, "MEM_NOT_PAGED"}, {0x10000000, "MEM_SHARED"}, {0x20000000, "MEM_EXECUTE"}, {0x40000000, "MEM_READ"},
    {0x80000000, "MEM_WRITE"},
};

/// The name of an exact value, "???" where there is none.
[[nodiscard]] constexpr const char* lief_name_of(span<const value_name> names, uint32_t value) noexcept {
    for (const value_name& n : names) {
        if (n.value == value) return n.name;
    }
    return "???";
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
