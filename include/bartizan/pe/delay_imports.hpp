// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_DELAY_IMPORTS_HPP
#define BARTIZAN_PE_DELAY_IMPORTS_HPP

#include "import_modules.hpp"

namespace BARTIZAN_NAMESPACE::pe {

/// IMAGE_DELAYLOAD_DESCRIPTOR. Fields are RVAs; in 32-bit images with `attributes` 0 they are virtual addresses.
struct image_delay_import_descriptor {
    uint32_t attributes;
    uint32_t dll_name;
    uint32_t module_handle;
    uint32_t import_address_table;
    uint32_t import_name_table;
    uint32_t bound_import_address_table;
    uint32_t unload_information_table;
    uint32_t time_date_stamp;

    static constexpr uint32_t size_bytes = 32;
    static constexpr uint32_t name_offset = 4;
    static constexpr directory_entry directory = directory_entry::delay_import;

    [[nodiscard]] static constexpr image_delay_import_descriptor read(reader in) noexcept {
        return {in.u32(0), in.u32(4), in.u32(8), in.u32(12), in.u32(16), in.u32(20), in.u32(24), in.u32(28)};
    }
    [[nodiscard]] constexpr bool holds_virtual_addresses(const image& image) const noexcept {
        constexpr uint16_t machine_i386 = 0x014c;
        return attributes == 0 && image.coff.machine == machine_i386;
    }
    [[nodiscard]] constexpr import_tables tables(const image& image) const noexcept {
        return {rva(image, import_name_table), rva(image, import_address_table), holds_virtual_addresses(image)};
    }
    [[nodiscard]] constexpr uint64_t name_rva(const image& image) const noexcept { return rva(image, dll_name); }

  private:
    [[nodiscard]] constexpr uint32_t rva(const image& image, uint32_t field) const noexcept {
        return holds_virtual_addresses(image) ? static_cast<uint32_t>(detail::va_to_rva(image, field)) : field;
    }
};

/// Modules that the image loads itself, at the first call into them. See `module_cursor`.
using delay_import_module = imported_module<image_delay_import_descriptor>;
using delay_import_cursor = module_cursor<image_delay_import_descriptor>;

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
