// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_PEFILE_DIRECTORIES_HPP
#define BARTIZAN_FEATURES_EMBER_PEFILE_DIRECTORIES_HPP

#include "pefile_imports.hpp"
#include "pefile_relocations.hpp"

/// Directories that EMBER v3 knows only by pefile's complaints about them.
namespace BARTIZAN_NAMESPACE::features::ember {

constexpr void check_pefile_debug(pefile_image& image) noexcept {
    constexpr uint32_t entry_bytes = 28;
    const pe::image_data_directory directory = image.directory(pe::directory_entry::debug);
    if (directory.virtual_address == 0) return;
    work_limit limit;
    for (uint32_t i = 0; i < directory.size / entry_bytes && limit.take(1); ++i) {
        const pefile_data data =
            image.data_at_rva(uint64_t{directory.virtual_address} + entry_bytes * uint64_t{i}, entry_bytes);
        if (!data.ok) {
            image.warn(pefile_warning::debug_information);
            return;
        }
        if (!image.unpack(data.data, entry_bytes)) return;
        const reader in{data.data};
        const uint32_t type = in.u32(12);
        const uint32_t size = in.u32(16);
        const bytes record = image.in().sub(in.u32(24), size);
        const auto expect = [&](uint32_t least) noexcept { return image.unpack(record, size > least ? size : least); };
        constexpr uint32_t codeview = 2;
        constexpr uint32_t misc = 4;
        constexpr uint32_t ex_dllcharacteristics = 20;
        if (type == codeview && detail::starts_with(record, "RSDS")) expect(24);
        if (type == codeview && detail::starts_with(record, "NB10")) expect(16);
        if (type == misc && image.unpack(record, 12) && reader{record}.u8(8) <= 1) expect(12);
        if (type == ex_dllcharacteristics) (void)image.unpack(record, 4);
    }
}

constexpr void check_pefile_tls(pefile_image& image) noexcept {
    const uint32_t rva = image.directory(pe::directory_entry::tls).virtual_address;
    if (rva == 0) return;
    const uint32_t size = image.is_pe32_plus() ? 40 : 24;
    const pefile_data data = image.data_at_rva(rva, size);
    if (!data.ok) {
        image.warn(pefile_warning::tls);
    } else {
        (void)image.unpack(data.data, size);
    }
}

/// Returns whether there are dynamic relocations. pefile reads as many fields as the structure's own size covers exactly, or all
/// that it knows if that size falls between two fields.
constexpr bool read_pefile_load_config(pefile_image& image, pefile_walk_scratch& work) noexcept {
    const uint32_t rva = image.directory(pe::directory_entry::load_config).virtual_address;
    if (rva == 0) return false;
    if (!image.is_pe32() && !image.is_pe32_plus()) {
        image.warn(pefile_warning::load_config_of_unknown_type);
        return false;
    }
    // Sizes of the fields: 'w' two bytes, 'd' four, 'p' those of a pointer; the 38th is DynamicValueRelocTableOffset.
    constexpr char fields_32[] = "ddwwddddddddddwwdddddddddwwdddddddddddwwdddddddddddd";
    constexpr char fields_64[] = "ddwwdddppppppdwwppppppppdwwddppppppppdwwpddppppppppp";
    constexpr uint32_t table_offset_field = 37;
    constexpr uint32_t fields_before_dynamic_relocations = 35;
    const char* const fields = image.is_pe32_plus() ? fields_64 : fields_32;
    const pefile_data stated = image.data_at_rva(rva, 4);
    const bool has_size = stated.ok && stated.data.size >= 4;
    const uint32_t stated_size = reader{stated.data}.u32(0);
    uint32_t count = 0;
    uint32_t size = 0;
    uint32_t table_offset_at = 0;
    for (; fields[count] != '\0';) {
        if (count == table_offset_field) table_offset_at = size;
        const char kind = fields[count++];
        size += kind == 'w' ? 2 : kind == 'd' ? 4 : 8;
        if (has_size && size == stated_size) break;
    }
    const pefile_data data = image.data_at_rva(rva, size);
    if (!data.ok) {
        image.warn(pefile_warning::load_config);
        return false;
    }
    if (!image.unpack(data.data, size) || count <= fields_before_dynamic_relocations || table_offset_at == 0)
        return false;
    const reader in{data.data};
    return count_pefile_dynamic_relocations(image, work, in.u32(table_offset_at), in.u16(table_offset_at + 4)) != 0;
}

constexpr void check_pefile_delay_imports(pefile_image& image, pefile_thunk_reader& thunks) noexcept {
    constexpr uint32_t descriptor_bytes = 32;
    constexpr uint32_t most_errors = 5;
    constexpr uint16_t i386 = 0x14c;
    uint64_t rva = image.directory(pe::directory_entry::delay_import).virtual_address;
    if (rva == 0) return;
    const uint64_t base = image.optional().image_base;
    const uint64_t base_end = base + image.optional().size_of_image;
    for (uint32_t errors = 0;;) {
        const pefile_data data = image.data_at_rva(rva, descriptor_bytes);
        if (!data.ok) {
            image.warn(pefile_warning::delay_import_directory);
            return;
        }
        const uint64_t offset = image.offset_of_rva(rva).offset;
        if (!image.unpack(data.data, descriptor_bytes)) return;
        const reader in{data.data};
        if ((in.u64(0) | in.u64(8) | in.u64(16) | in.u64(24)) == 0) return;
        const bool holds_addresses = in.u32(0) == 0 && image.coff().machine == i386;
        const auto field = [&](uint32_t at) noexcept -> uint64_t {
            const uint64_t value = in.u32(at);
            return holds_addresses && value >= base && value < base_end ? value - base : value;
        };
        const uint64_t address = field(12);
        const uint64_t lookup = field(16);
        rva += descriptor_bytes;
        int64_t limit = static_cast<int64_t>(image.in().data.size) - static_cast<int64_t>(offset);
        if (rva > lookup || rva > address)
            limit = static_cast<int64_t>(rva) - static_cast<int64_t>(lookup < address ? lookup : address);
        const auto result = thunks.read({lookup, address, limit, holds_addresses});
        if (result == pefile_thunk_reader::result::invalid) image.warn(pefile_warning::delay_import_invalid_data);
        if (errors > most_errors) {
            image.warn(pefile_warning::delay_import_errors);
            return;
        }
        if (result != pefile_thunk_reader::result::symbols) {
            ++errors;
            continue;
        }
        if (thunks.exhausted()) {
            image.warn(pefile_warning::too_many_imports_before_delayed);
            return;
        }
    }
}

namespace detail {

/// The text at a file offset, and whether pefile takes it for a module's name.
struct bound_name {
    bool empty = true;
    bool valid = true;
};
[[nodiscard]] constexpr bound_name bound_name_at(const reader& in, uint64_t offset) noexcept {
    constexpr uint32_t longest = 256;
    bound_name name;
    for (uint32_t i = 0; in.u8(offset + i) != 0; ++i) {
        const uint8_t byte = in.u8(offset + i);
        const bool printable = (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13);
        name.empty = false;
        if (i == longest || !printable) {
            name.valid = false;
            break;
        }
    }
    return name;
}

}  // namespace detail

/// Bound imports are found at their RVA taken for a file offset.
constexpr void check_pefile_bound_imports(pefile_image& image) noexcept {
    constexpr uint32_t record_bytes = 8;
    const uint64_t start = image.directory(pe::directory_entry::bound_import).virtual_address;
    if (start == 0) return;
    const reader& in = image.in();
    work_limit limit;
    for (uint64_t at = start;;) {
        if (!image.unpack(in.sub(at, record_bytes), record_bytes)) {
            image.warn(pefile_warning::bound_imports);
            return;
        }
        if (in.u64(at) == 0) return;
        const uint16_t name = in.u16(at + 4);
        const uint32_t forwarders = in.u16(at + 6);
        at += record_bytes;
        if (!limit.take(2 * image.sections().size + uint64_t{512})) return;

        const auto offset = image.offset_of_rva(at);
        if (!offset.ok) {
            image.warn(pefile_warning::directory_failed);
            return;
        }
        const pefile_section* s = image.section_of_offset(at);
        uint64_t end = in.data.size;
        if (s != nullptr) {
            end = s->pointer_to_raw_data + image.content(*s).size;
        } else {
            uint64_t next = UINT64_MAX;
            for (const pefile_section& other : image.sections()) {
                if (other.pointer_to_raw_data > offset.offset && other.pointer_to_raw_data < next)
                    next = other.pointer_to_raw_data;
            }
            if (next != UINT64_MAX) s = image.section_of_offset(next);
            if (s != nullptr) end = s->pointer_to_raw_data;
        }
        if (s == nullptr) {
            image.warn(pefile_warning::bound_import_rva);
            return;
        }
        const uint64_t room = end > offset.offset ? (end - offset.offset) / record_bytes : 0;
        for (uint32_t i = 0; i < forwarders && i < room && limit.take(256); ++i) {
            if (!image.unpack(in.sub(at, record_bytes), record_bytes)) {
                image.warn(pefile_warning::directory_failed);
                return;
            }
            const uint16_t forwarder = in.u16(at + 4);
            at += record_bytes;
            if (!detail::bound_name_at(in, start + forwarder).valid) break;
        }
        const detail::bound_name module = detail::bound_name_at(in, start + name);
        if (!module.valid || module.empty) return;
    }
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
