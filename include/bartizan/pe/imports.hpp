// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_IMPORTS_HPP
#define BARTIZAN_PE_IMPORTS_HPP

#include "import_modules.hpp"

namespace BARTIZAN_NAMESPACE::pe {

struct image_import_descriptor {
    uint32_t original_first_thunk;  ///< RVA of the lookup table; 0 from linkers that make none
    uint32_t time_date_stamp;       ///< 0, or of the module that the address table is bound to
    uint32_t forwarder_chain;
    uint32_t name;
    uint32_t first_thunk;           ///< RVA of the address table

    static constexpr uint32_t size_bytes = 20;
    static constexpr uint32_t name_offset = 12;
    static constexpr directory_entry directory = directory_entry::import_table;

    [[nodiscard]] static constexpr image_import_descriptor read(reader in) noexcept {
        return {in.u32(0), in.u32(4), in.u32(8), in.u32(12), in.u32(16)};
    }
    [[nodiscard]] constexpr import_tables tables(const image&) const noexcept {
        return {original_first_thunk, first_thunk, false};
    }
    [[nodiscard]] constexpr uint64_t name_rva(const image&) const noexcept { return name; }
};

/// Modules that Windows loads with the image. See `module_cursor`.
using import_module = imported_module<image_import_descriptor>;
using import_cursor = module_cursor<image_import_descriptor>;

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
