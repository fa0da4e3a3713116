// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_LIEF_IMPORTS_HPP
#define BARTIZAN_FEATURES_EMBER_LIEF_IMPORTS_HPP

#include "lief_image.hpp"
#include "spelling.hpp"
#include "work_limit.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// One imported function: by ordinal, or by a name that may be empty.
struct lief_import {
    bool by_ordinal = false;
    uint16_t ordinal = 0;
    bytes name;
};

namespace detail {

/// LIEF passes over libraries whose name it cannot take for one.
[[nodiscard]] constexpr bool is_lief_library_name(bytes name) noexcept {
    if (name.size < 4) return false;
    for (const uint8_t byte : name) {
        if (byte < 0x20 || byte > 0x7e) return false;
    }
    return true;
}

}  // namespace detail

/// Calls `visit_library(name)` and then `visit_import(name, import)` for each of its entries, in the file's order, as LIEF 0.9.0
/// walks the import directory: entries from the lookup table; without one, only the first slot of the address table; thunks
/// are not masked; delayed imports are not read.
template <class Library, class Import>
constexpr void for_each_lief_import(const lief_image& image, Library&& visit_library, Import&& visit_import) noexcept {
    constexpr uint32_t descriptor_bytes = 20;
    const reader& in = image.in();
    const uint32_t directory = image.directory(pe::directory_entry::import_table).virtual_address;
    if (directory == 0) return;

    work_limit limit;
    const bool wide = image.is_pe32_plus();
    const uint32_t thunk_bytes = wide ? 8 : 4;
    const uint64_t ordinal_flag = wide ? uint64_t{1} << 63 : uint64_t{1} << 31;
    const auto thunk_at = [&](uint64_t at) noexcept { return wide ? in.u64(at) : in.u32(at); };
    const auto has_thunk = [&](uint64_t at) noexcept { return at > 0 && in.has(at, thunk_bytes); };
    const uint64_t lookup_steps = image.sections() + uint64_t{1};

    for (uint64_t at = image.offset_of_rva(directory); in.has(at, descriptor_bytes); at += descriptor_bytes) {
        if (!limit.take(3 * lookup_steps)) return;
        const uint32_t lookup_rva = in.u32(at);
        const uint32_t name_rva = in.u32(at + 12);
        const uint32_t address_rva = in.u32(at + 16);
        if (name_rva == 0) return;
        const bytes library = image.text_at(image.offset_of_rva(name_rva), longest_name_chars);
        if (!limit.take(library.size)) return;
        if (!detail::is_lief_library_name(library)) continue;
        visit_library(library);

        uint64_t lookup = lookup_rva != 0 ? image.offset_of_rva(lookup_rva) : 0;
        const uint64_t address = address_rva != 0 ? image.offset_of_rva(address_rva) : 0;
        uint64_t thunk = has_thunk(address) ? thunk_at(address) : 0;
        if (has_thunk(lookup)) {
            thunk = thunk_at(lookup);
            lookup += thunk_bytes;
        }
        while (thunk != 0) {
            if (!limit.take(lookup_steps)) return;
            lief_import entry;
            if ((thunk & ordinal_flag) != 0) {
                entry.by_ordinal = true;
                entry.ordinal = static_cast<uint16_t>(thunk);
            } else {
                entry.name = image.text_at(image.offset_of_rva(thunk) + 2, longest_name_chars);
                if (!limit.take(entry.name.size)) return;
            }
            visit_import(library, entry);
            thunk = 0;
            if (has_thunk(lookup)) {
                thunk = thunk_at(lookup);
                lookup += thunk_bytes;
            }
        }
    }
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
