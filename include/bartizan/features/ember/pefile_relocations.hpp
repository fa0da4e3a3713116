// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_PEFILE_RELOCATIONS_HPP
#define BARTIZAN_FEATURES_EMBER_PEFILE_RELOCATIONS_HPP

#include "pefile_image.hpp"
#include "pefile_scratch.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// What tells two entries of a relocation block apart.
struct pefile_relocation_entry {
    uint32_t size_bytes;
    uint16_t key_mask;  ///< of the entry's first 16 bits
};
inline constexpr pefile_relocation_entry base_relocation_entry{2, 0xffff};

/// The base relocation blocks at [rva, rva + size), as pefile goes through them: it stops a block at the first entry that it has
/// seen there before. Returns how many blocks it keeps; complaints go to the image.
constexpr uint64_t count_pefile_relocations(pefile_image& image, pefile_walk_scratch& work, work_limit& limit,
                                            uint64_t rva, uint64_t size,
                                            pefile_relocation_entry entry = base_relocation_entry) noexcept {
    constexpr uint32_t block_header_bytes = 8;
    constexpr uint64_t clearing_steps = 64;  // of the 8 KiB of `words`
    uint64_t blocks = 0;
    for (const uint64_t end = rva + size; rva < end;) {
        const pefile_data header = image.data_at_rva(rva, block_header_bytes);
        if (!header.ok) {
            image.warn(pefile_warning::relocation_unreadable);
            break;
        }
        if (!image.unpack(header.data, block_header_bytes)) break;
        const uint32_t page = reader{header.data}.u32(0);
        const uint32_t block_size = reader{header.data}.u32(4);
        if (page > image.optional().size_of_image) {
            image.warn(pefile_warning::relocation_outside_image);
            break;
        }
        if (block_size > image.optional().size_of_image) {
            image.warn(pefile_warning::relocation_block_size);
            break;
        }
        const uint64_t first = rva + block_header_bytes;
        const pefile_data entries =
            image.data_at_rva(first, block_size > block_header_bytes ? block_size - block_header_bytes : 0);
        if (!entries.ok) image.warn(pefile_warning::bad_rva_in_relocations);
        if (block_size >= block_header_bytes) {
            work.words.clear();
            const uint64_t count = entries.data.size / entry.size_bytes;
            if (!limit.take(clearing_steps + count)) break;
            for (uint64_t i = 0; i < count; ++i) {
                const uint16_t word = reader{entries.data}.u16(entry.size_bytes * i);
                if (!work.words.insert(word & entry.key_mask)) {
                    image.warn(pefile_warning::relocation_overlap);
                    break;
                }
            }
        }
        ++blocks;
        if (block_size == 0) break;
        rva += block_size;
    }
    return blocks;
}

namespace detail {

/// Function overrides among the dynamic relocations.
constexpr void read_function_overrides(pefile_image& image, pefile_walk_scratch& work, work_limit& limit,
                                       uint64_t rva) noexcept {
    const auto read = [&image](uint64_t at, uint32_t size, pefile_warning complaint, reader& out) noexcept {
        const pefile_data data = image.data_at_rva(at, size);
        out = reader{data.data};
        if (data.ok && image.unpack(data.data, size)) return true;
        image.warn(data.ok ? complaint : pefile_warning::directory_failed);
        return false;
    };
    reader in;
    if (!read(rva, 4, pefile_warning::function_override_header, in)) return;
    rva += 4;
    for (const uint64_t end = rva + in.u32(0); rva < end && limit.take(1);) {
        if (!read(rva, 16, pefile_warning::function_override_info, in)) return;
        rva += 16 + in.u32(8) / 4 * uint64_t{4};
        const uint32_t size = in.u32(12);
        count_pefile_relocations(image, work, limit, rva, size);
        rva += size;
    }
    if (!read(rva, 8, pefile_warning::bdd_info, in)) return;
    rva += 8;
    for (uint32_t left = in.u32(4) / 8; left != 0 && limit.take(1); --left, rva += 8) {
        if (!read(rva, 8, pefile_warning::bdd_relocation, in)) return;
    }
}

}  // namespace detail

/// The dynamic relocations that a load configuration points at; returns how many pefile keeps.
constexpr uint64_t count_pefile_dynamic_relocations(pefile_image& image, pefile_walk_scratch& work,
                                                    uint32_t table_offset, uint32_t table_section) noexcept {
    constexpr uint32_t table_header_bytes = 8;
    constexpr pefile_relocation_entry import_control_transfer{4, 0x0fff};
    constexpr pefile_relocation_entry short_control_transfer{2, 0x0fff};
    constexpr uint64_t function_override = 7;
    if (table_offset == 0 || table_section == 0 || table_section > image.sections().size) return 0;
    uint64_t rva = uint64_t{image.sections()[table_section - 1].virtual_address} + table_offset;
    const pefile_data table = image.data_at_rva(rva, table_header_bytes);
    if (!table.ok) {
        image.warn(pefile_warning::dynamic_relocation_table);
        return 0;
    }
    if (!image.unpack(table.data, table_header_bytes)) return 0;
    if (reader{table.data}.u32(0) != 1) {
        image.warn(pefile_warning::dynamic_relocation_version);
        return 0;
    }
    rva += table_header_bytes;
    const uint32_t header_bytes = image.is_pe32_plus() ? 12 : 8;
    work_limit limit;
    uint64_t kept = 0;
    for (const uint64_t end = rva + reader{table.data}.u32(4); rva < end && limit.take(1);) {
        const pefile_data header = image.data_at_rva(rva, header_bytes);
        if (!header.ok) {
            image.warn(pefile_warning::relocation_unreadable);
            break;
        }
        if (!image.unpack(header.data, header_bytes)) break;
        const reader in{header.data};
        const uint64_t symbol = image.is_pe32_plus() ? in.u64(0) : in.u32(0);
        const uint32_t size = in.u32(header_bytes - 4);
        rva += header_bytes;
        kept += symbol >= 3;
        if (symbol == 3) {
            count_pefile_relocations(image, work, limit, rva, size, import_control_transfer);
        } else if (symbol == 4 || symbol == 5) {
            count_pefile_relocations(image, work, limit, rva, size, short_control_transfer);
        } else if (symbol == function_override) {
            detail::read_function_overrides(image, work, limit, rva);
        } else if (symbol > 5) {
            count_pefile_relocations(image, work, limit, rva, size);
        }
        rva += size;
    }
    return kept;
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
