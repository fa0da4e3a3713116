// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_LIEF_EXPORTS_HPP
#define BARTIZAN_FEATURES_EMBER_LIEF_EXPORTS_HPP

#include "lief_image.hpp"
#include "spelling.hpp"
#include "work_limit.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// Calls `visit(name)` for every named export, as LIEF 0.9.0 lists them: forwarders first, in the order of the address table,
/// named by the text that they forward to; then every entry of the name table, so that a forwarded export counts twice. Empty
/// names are left out. A directory whose tables do not lie wholly in the file exports nothing.
template <class Visit>
constexpr void for_each_lief_export(const lief_image& image, Visit&& visit) noexcept {
    constexpr uint32_t directory_bytes = 40;
    constexpr uint32_t most_entries = 0x1000000;
    const reader& in = image.in();
    const pe::image_data_directory directory = image.directory(pe::directory_entry::export_table);
    if (directory.virtual_address == 0) return;
    const uint64_t at = image.offset_of_rva(directory.virtual_address);
    if (!in.has(at, directory_bytes)) return;
    const uint32_t address_count = in.u32(at + 20);
    const uint32_t name_count = in.u32(at + 24);
    const uint64_t addresses = image.offset_of_rva(in.u32(at + 28));
    const uint64_t names = image.offset_of_rva(in.u32(at + 32));
    const uint64_t ordinals = image.offset_of_rva(in.u32(at + 36));
    if (!in.has(addresses, 4 * uint64_t{address_count}) || !in.has(names, 4 * uint64_t{name_count}) ||
        !in.has(ordinals, 2 * uint64_t{name_count})) {
        return;
    }
    if (address_count < name_count || address_count > most_entries) return;

    work_limit limit;
    const uint64_t lookup_steps = image.sections() + uint64_t{1};
    const auto visit_name_at = [&](uint32_t rva) noexcept {
        if (!limit.take(lookup_steps)) return false;
        const bytes name = image.text_at(image.offset_of_rva(rva), longest_name_chars);
        if (!name.empty()) visit(name);
        return limit.take(name.size);
    };
    const uint64_t directory_end = uint64_t{directory.virtual_address} + directory.size;
    for (uint32_t i = 0; i < address_count; ++i) {
        if (!limit.take(1)) return;
        const uint32_t rva = in.u32(addresses + 4 * uint64_t{i});
        if (rva >= directory.virtual_address && rva < directory_end && !visit_name_at(rva)) return;
    }
    for (uint32_t i = 0; i < name_count; ++i) {
        if (in.u16(ordinals + 2 * uint64_t{i}) >= address_count) return;
        if (!visit_name_at(in.u32(names + 4 * uint64_t{i}))) return;
    }
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
