// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_HEADERS_HPP
#define BARTIZAN_PE_HEADERS_HPP

#include "../core/reader.hpp"

/// The fixed headers of a PE file, decoded. Structures and fields are Microsoft's (winnt.h, "PE Format"), in snake_case.
namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint16_t dos_signature = 0x5a4d;       // "MZ"
inline constexpr uint32_t nt_signature = 0x00004550;    // "PE\0\0"
inline constexpr uint16_t magic_pe32 = 0x010b;
inline constexpr uint16_t magic_pe32_plus = 0x020b;
inline constexpr uint16_t magic_rom = 0x0107;

inline constexpr uint32_t dos_header_size_bytes = 64;
inline constexpr uint32_t nt_signature_size_bytes = 4;
inline constexpr uint32_t file_header_size_bytes = 20;
inline constexpr uint32_t data_directory_size_bytes = 8;
inline constexpr uint32_t max_data_directories = 16;    // IMAGE_NUMBEROF_DIRECTORY_ENTRIES
inline constexpr uint64_t e_lfanew_offset = 0x3c;

struct image_dos_header {
    uint16_t e_magic, e_cblp, e_cp, e_crlc, e_cparhdr, e_minalloc, e_maxalloc, e_ss, e_sp, e_csum, e_ip, e_cs, e_lfarlc,
        e_ovno, e_oemid, e_oeminfo;
    uint32_t e_lfanew;
};

struct image_file_header {
    uint16_t machine;
    uint16_t number_of_sections;
    uint32_t time_date_stamp;
    uint32_t pointer_to_symbol_table;
    uint32_t number_of_symbols;
    uint16_t size_of_optional_header;
    uint16_t characteristics;
};

/// For every directory but `security` the address is an RVA; there it is a file offset.
struct image_data_directory {
    uint32_t virtual_address;
    uint32_t size;
};

/// IMAGE_DIRECTORY_ENTRY_*: the index into `image_optional_header::data_directory`.
enum class directory_entry : uint8_t {
    export_table,
    import_table,
    resource,
    exception,
    security,
    base_reloc,
    debug,
    architecture,
    global_ptr,
    tls,
    load_config,
    bound_import,
    iat,
    delay_import,
    com_descriptor,
    reserved,
};

/// PE32 and PE32+ in one structure: the widths are the larger ones. `base_of_data` exists in PE32 only, 0 otherwise.
struct image_optional_header {
    uint64_t image_base, size_of_stack_reserve, size_of_stack_commit, size_of_heap_reserve, size_of_heap_commit;
    uint32_t size_of_code, size_of_initialized_data, size_of_uninitialized_data, address_of_entry_point, base_of_code,
        base_of_data, section_alignment, file_alignment, win32_version_value, size_of_image, size_of_headers, check_sum,
        loader_flags, number_of_rva_and_sizes;
    uint16_t magic, major_operating_system_version, minor_operating_system_version, major_image_version,
        minor_image_version, major_subsystem_version, minor_subsystem_version, subsystem, dll_characteristics;
    uint8_t major_linker_version, minor_linker_version;
    /// The first min(number_of_rva_and_sizes, 16) entries; the rest, and bytes past the file's end, are zero. As in Windows'
    /// loader and in the reference parser, SizeOfOptionalHeader does not limit them: it only places the section table.
    image_data_directory data_directory[max_data_directories];
};

/// Bytes of the optional header before the data directories.
[[nodiscard]] constexpr uint32_t optional_header_fixed_size_bytes(uint16_t magic) noexcept {
    return magic == magic_pe32_plus ? 112 : 96;
}

[[nodiscard]] constexpr image_dos_header read_dos_header(reader in) noexcept {
    return {in.u16(0),  in.u16(2),  in.u16(4),  in.u16(6),  in.u16(8),  in.u16(10),   in.u16(12),   in.u16(14), in.u16(16),
            in.u16(18), in.u16(20), in.u16(22), in.u16(24), in.u16(26), in.u16(0x24), in.u16(0x26), in.u32(e_lfanew_offset)};
}

[[nodiscard]] constexpr image_file_header read_file_header(reader in, uint64_t at) noexcept {
    return {in.u16(at),      in.u16(at + 2),  in.u32(at + 4), in.u32(at + 8),
            in.u32(at + 12), in.u16(at + 16), in.u16(at + 18)};
}

[[nodiscard]] constexpr image_optional_header read_optional_header(reader in, uint64_t at) noexcept {
    image_optional_header h{};
    h.magic = in.u16(at);
    h.major_linker_version = in.u8(at + 2);
    h.minor_linker_version = in.u8(at + 3);
    h.size_of_code = in.u32(at + 4);
    h.size_of_initialized_data = in.u32(at + 8);
    h.size_of_uninitialized_data = in.u32(at + 12);
    h.address_of_entry_point = in.u32(at + 16);
    h.base_of_code = in.u32(at + 20);
    h.section_alignment = in.u32(at + 32);
    h.file_alignment = in.u32(at + 36);
    h.major_operating_system_version = in.u16(at + 40);
    h.minor_operating_system_version = in.u16(at + 42);
    h.major_image_version = in.u16(at + 44);
    h.minor_image_version = in.u16(at + 46);
    h.major_subsystem_version = in.u16(at + 48);
    h.minor_subsystem_version = in.u16(at + 50);
    h.win32_version_value = in.u32(at + 52);
    h.size_of_image = in.u32(at + 56);
    h.size_of_headers = in.u32(at + 60);
    h.check_sum = in.u32(at + 64);
    h.subsystem = in.u16(at + 68);
    h.dll_characteristics = in.u16(at + 70);
    if (h.magic == magic_pe32_plus) {
        h.image_base = in.u64(at + 24);
        h.size_of_stack_reserve = in.u64(at + 72);
        h.size_of_stack_commit = in.u64(at + 80);
        h.size_of_heap_reserve = in.u64(at + 88);
        h.size_of_heap_commit = in.u64(at + 96);
    } else {
        h.base_of_data = in.u32(at + 24);
        h.image_base = in.u32(at + 28);
        h.size_of_stack_reserve = in.u32(at + 72);
        h.size_of_stack_commit = in.u32(at + 76);
        h.size_of_heap_reserve = in.u32(at + 80);
        h.size_of_heap_commit = in.u32(at + 84);
    }
    const uint64_t directories = at + optional_header_fixed_size_bytes(h.magic);
    h.loader_flags = in.u32(directories - 8);
    h.number_of_rva_and_sizes = in.u32(directories - 4);
    for (uint32_t i = 0; i < max_data_directories && i < h.number_of_rva_and_sizes; ++i) {
        const uint64_t entry = directories + data_directory_size_bytes * i;
        h.data_directory[i] = {in.u32(entry), in.u32(entry + 4)};
    }
    return h;
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
