// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_LIEF_DIRECTORIES_HPP
#define BARTIZAN_FEATURES_EMBER_LIEF_DIRECTORIES_HPP

#include "lief_image.hpp"
#include "section_flags.hpp"
#include "work_limit.hpp"

/// The plain questions that EMBER v2 asks of LIEF 0.9.0 about a whole image.
namespace BARTIZAN_NAMESPACE::features::ember {

/// Whether LIEF keeps a directory: its offset must lie in the raw data that some section's header claims, and its first structure
/// in the file. Debug and resource directories are kept before anything of them is read.
[[nodiscard]] constexpr bool lief_has(const lief_image& image, pe::directory_entry entry,
                                      uint32_t structure_bytes) noexcept {
    const uint32_t rva = image.directory(entry).virtual_address;
    if (rva == 0) return false;
    const uint64_t offset = image.offset_of_rva(rva);
    return image.section_of_offset(offset) < image.sections() &&
           (structure_bytes == 0 || image.in().has(offset, structure_bytes));
}

[[nodiscard]] constexpr bool lief_has_debug(const lief_image& image) noexcept {
    return lief_has(image, pe::directory_entry::debug, 0);
}
[[nodiscard]] constexpr bool lief_has_resources(const lief_image& image) noexcept {
    return lief_has(image, pe::directory_entry::resource, 0);
}
[[nodiscard]] constexpr bool lief_has_relocations(const lief_image& image) noexcept {
    return lief_has(image, pe::directory_entry::base_reloc, 8);
}
[[nodiscard]] constexpr bool lief_has_tls(const lief_image& image) noexcept {
    return lief_has(image, pe::directory_entry::tls, image.is_pe32_plus() ? 40 : 24);
}
/// A certificate table inside the file. LIEF also wants its PKCS #7 to parse, which its cryptographic library decides.
[[nodiscard]] constexpr bool lief_has_signature(const lief_image& image) noexcept {
    const pe::image_data_directory table = image.directory(pe::directory_entry::security);
    return table.virtual_address != 0 && image.in().has(table.virtual_address, table.size);
}

/// The end of the last section in memory, rounded up to SectionAlignment; a section's end wraps at 32 bits.
[[nodiscard]] constexpr uint64_t lief_virtual_size(const lief_image& image) noexcept {
    uint64_t size = image.headers_end();
    for (uint32_t i = 0; i < image.sections(); ++i) {
        const pe::image_section_header h = image.section(i).header;
        const uint32_t end = h.virtual_address + h.virtual_size;
        size = end > size ? end : size;
    }
    return lief_image::rounded_up(size, image.optional().section_alignment);
}

/// COFF symbols that the file holds; the auxiliary records behind each are passed over.
[[nodiscard]] constexpr uint64_t lief_symbols(const lief_image& image) noexcept {
    constexpr uint32_t symbol_bytes = 18;
    work_limit limit;
    uint64_t symbols = 0;
    uint64_t at = image.coff().pointer_to_symbol_table;
    for (uint64_t i = 0; i < image.coff().number_of_symbols && image.in().has(at, symbol_bytes) && limit.take(1);) {
        const uint64_t records = uint64_t{1} + image.in().u8(at + 17);
        at += symbol_bytes * records;
        i += records;
        ++symbols;
    }
    return symbols;
}

/// The section that EMBER v2 takes for the entry point's: `sections()` if there is none. LIEF looks up the entry point's virtual
/// address as if it were a file offset, finds nothing unless ImageBase is tiny, and falls back on the first executable section.
[[nodiscard]] constexpr uint32_t lief_entry_section(const lief_image& image) noexcept {
    uint32_t index = image.section_of_offset(image.optional().image_base + image.optional().address_of_entry_point);
    if (index < image.sections()) return index;
    for (index = 0; index < image.sections() && !image.section(index).has_flag(mem_execute);) ++index;
    return index;
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
