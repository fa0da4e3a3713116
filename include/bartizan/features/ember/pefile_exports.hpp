// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_PEFILE_EXPORTS_HPP
#define BARTIZAN_FEATURES_EMBER_PEFILE_EXPORTS_HPP

#include "pefile_image.hpp"
#include "pefile_names.hpp"
#include "pefile_scratch.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

namespace detail {

/// How many four-byte entries pefile lets a table have: up to the end of its section's raw data, or as many as the file has bytes for.
[[nodiscard]] constexpr uint64_t export_table_limit(pefile_image& image, uint32_t rva) noexcept {
    const pefile_section* const s = image.section_of_rva(rva);
    if (s == nullptr) return image.in().data.size / 4;
    const uint64_t end = uint64_t{s->virtual_address} + image.content(*s).size;
    return end > rva ? (end - rva) / 4 : 0;
}

/// A table of `count` entries of four bytes, as far as the file has it.
[[nodiscard]] constexpr pefile_data export_table(pefile_image& image, uint32_t rva, uint32_t count) noexcept {
    const auto offset = image.offset_of_rva(rva);
    if (!offset.ok) return {};
    if (offset.offset >= image.in().data.size) return {true, {}};
    const uint64_t until_end = image.in().data.size - offset.offset;
    const uint64_t wanted = uint64_t{count} * 4;
    return image.data_at_rva(rva, wanted < until_end ? wanted : until_end);
}

}  // namespace detail

/// Calls `visit(name, ordinal)` for every export as pefile lists them, the named ones first; `name` is empty where there is none.
/// Returns whether pefile keeps the directory: if not, what was visited must be forgotten. Complaints go to the image.
template <class Visit>
constexpr bool for_each_pefile_export(pefile_image& image, pefile_walk_scratch& work, Visit&& visit) noexcept {
    constexpr uint32_t directory_bytes = 40;
    constexpr uint32_t longest_name = 0x200;
    constexpr unsigned most_repeated_names = 10;
    constexpr unsigned most_repeated_addresses = 120;
    constexpr uint32_t most_symbols = 0x2000;
    const pe::image_data_directory directory = image.directory(pe::directory_entry::export_table);
    const uint32_t rva = directory.virtual_address;
    if (rva == 0) return false;
    const pefile_data data = image.data_at_rva(rva, directory_bytes);
    if (!data.ok) {
        image.warn(pefile_warning::export_directory);
        return false;
    }
    if (!image.unpack(data.data, directory_bytes)) return false;
    const reader in{data.data};
    const uint64_t base = in.u32(16);
    const uint32_t function_count = in.u32(20);
    const uint32_t name_count = in.u32(24);
    const pefile_data functions_data = detail::export_table(image, in.u32(28), function_count);
    const pefile_data names_data = detail::export_table(image, in.u32(32), name_count);
    const pefile_data ordinals_data = detail::export_table(image, in.u32(36), name_count);
    if (!functions_data.ok || !names_data.ok || !ordinals_data.ok) {
        image.warn(pefile_warning::export_directory);
        return false;
    }
    const reader functions{functions_data.data};
    const reader names{names_data.data};
    const reader ordinals{ordinals_data.data};
    const uint64_t directory_end = uint64_t{rva} + directory.size;

    work.words.clear();  // indices into the address table that a name points at
    uint64_t exports = 0;
    bool complete = true;
    int failures_left = 10;
    value_counts counts(work.counts);
    uint64_t limit = detail::export_table_limit(image, in.u32(32));
    for (uint32_t i = 0; i < name_count && i < limit; ++i) {
        if (!ordinals.has(2 * uint64_t{i}, 2)) return false;
        const uint16_t ordinal = ordinals.u16(2 * uint64_t{i});
        if (4 * uint64_t{ordinal} >= functions.data.size) return false;
        const uint32_t address = functions.has(4 * uint64_t{ordinal}, 4) ? functions.u32(4 * uint64_t{ordinal}) : 0;
        if (address == 0) continue;
        if (address >= rva && address < directory_end && !image.offset_of_rva(address).ok) continue;
        const uint32_t name_rva = names.u32(4 * uint64_t{i});
        const bytes name = image.string_at_rva(name_rva, longest_name);
        if (!names.has(4 * uint64_t{i}, 4) || !is_pefile_export_name(name)) {
            complete = false;
            break;
        }
        if (!image.offset_of_rva(name_rva).ok) {
            // Asked twice, and counted twice.
            failures_left -= 2;
            if (failures_left <= 0) {
                complete = false;
                break;
            }
            continue;
        }
        murmur3_32 key(address);
        add_bytes(key, name);
        if (counts.add(key.value()) > most_repeated_names) {
            image.warn(pefile_warning::exports_corrupt);
            break;
        }
        if (counts.size() > most_symbols) {
            image.warn(pefile_warning::exports_too_many_names);
            break;
        }
        work.words.insert(ordinal);
        ++exports;
        visit(name, base + ordinal);
    }
    if (!complete) image.warn(pefile_warning::export_names_rva);

    complete = true;
    failures_left = 10;
    counts.clear();
    limit = detail::export_table_limit(image, in.u32(28));
    for (uint32_t i = 0; i < function_count && i < limit; ++i) {
        if (i <= UINT16_MAX && work.words.has(static_cast<uint16_t>(i))) continue;
        if (!functions.has(4 * uint64_t{i}, 4)) {
            // The reference goes on with "no address" until it has failed ten times, and then drops the whole directory.
            if (--failures_left <= 0) {
                complete = false;
                break;
            }
            ++exports;
            visit(bytes{}, base + i);
            continue;
        }
        const uint32_t address = functions.u32(4 * uint64_t{i});
        if (address == 0) continue;
        if (counts.add(address) > most_repeated_addresses) {
            image.warn(pefile_warning::exports_corrupt);
            break;
        }
        if (counts.size() > most_symbols) {
            image.warn(pefile_warning::exports_too_many_ordinals);
            break;
        }
        ++exports;
        visit(bytes{}, base + i);
    }
    if (!complete) {
        image.warn(pefile_warning::export_functions_rva);
        return false;
    }
    return exports != 0;
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
