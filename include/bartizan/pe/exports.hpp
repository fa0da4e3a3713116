// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_EXPORTS_HPP
#define BARTIZAN_PE_EXPORTS_HPP

#include "mapped.hpp"
#include "symbol_name.hpp"

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint32_t export_directory_size_bytes = 40;
/// Ordinals are 16 bits wide, so neither table can use more entries.
inline constexpr uint32_t max_exports = 0x10000;

struct image_export_directory {
    uint32_t characteristics;
    uint32_t time_date_stamp;
    uint16_t major_version;
    uint16_t minor_version;
    uint32_t name;
    uint32_t base;
    uint32_t number_of_functions;
    uint32_t number_of_names;
    uint32_t address_of_functions;
    uint32_t address_of_names;
    uint32_t address_of_name_ordinals;
};

struct export_symbol {
    bytes name;                ///< as it stands in the file, cut to `max_name_bytes`; empty for an export by ordinal alone
    bytes forwarder;           ///< "MODULE.SYMBOL" or "MODULE.#ORDINAL" where the export is another module's, else empty
    uint32_t address_rva = 0;  ///< of the function or variable, or of the forwarder's text; 0: an empty slot
    uint32_t index = 0;        ///< into the address table; the ordinal is base + index
    uint32_t ordinal = 0;
    bool forwarded = false;
    error defect;              ///< pe_export_ordinal_invalid, pe_export_name_invalid, pe_export_forwarder_invalid
};

/// Address-table entries that have a name: the caller's 8 KiB for `export_cursor`.
struct export_index_set {
    uint64_t words[max_exports / 64]{};

    constexpr void add(uint32_t index) noexcept { words[index >> 6 & 0x3ff] |= uint64_t{1} << (index & 63); }
    [[nodiscard]] constexpr bool has(uint32_t index) const noexcept { return (words[index >> 6 & 0x3ff] >> (index & 63) & 1) != 0; }
};

/// The export directory. `present` is false where the image has none, or where `defect` says that it cannot be read. The two
/// tables are read by index, each in constant time: names as the name pointer table lists them, addresses by ordinal.
class export_table {
  public:
    constexpr explicit export_table(const image& image) noexcept : in_(image), tables_(image), names_(image) {
        const image_data_directory entry = image.directory(directory_entry::export_table);
        if (entry.virtual_address == 0) return;
        directory_ = entry;
        const bytes raw = in_.sub(entry.virtual_address, export_directory_size_bytes);
        if (raw.size < export_directory_size_bytes) {
            defect = {error_code::pe_export_directory_unreadable, image.directory_offset(directory_entry::export_table)};
            return;
        }
        present = true;
        offset = in_.offset(entry.virtual_address).value;
        const reader f{raw};
        fields = {f.u32(0),  f.u32(4),  f.u16(8),  f.u16(10), f.u32(12), f.u32(16),
                  f.u32(20), f.u32(24), f.u32(28), f.u32(32), f.u32(36)};
        module_name = in_.string(fields.name, max_name_bytes);
        addresses_ = table(fields.address_of_functions, fields.number_of_functions, 4, offset + 20);
        name_pointers_ = table(fields.address_of_names, fields.number_of_names, 4, offset + 24);
        name_ordinals_ = table(fields.address_of_name_ordinals, fields.number_of_names, 2, offset + 24);
    }

    bool present = false;
    uint64_t offset = 0;  ///< file offset of the directory
    image_export_directory fields{};
    bytes module_name;    ///< what the linker called the file
    /// pe_export_directory_unreadable, or the first of pe_export_table_cut and pe_export_limit.
    error defect;

    /// Entries that the file really holds, at most `max_exports`.
    [[nodiscard]] constexpr uint32_t address_count() const noexcept { return static_cast<uint32_t>(addresses_.size / 4); }
    [[nodiscard]] constexpr uint32_t name_count() const noexcept {
        const size_t pointers = name_pointers_.size / 4;
        const size_t ordinals = name_ordinals_.size / 2;
        return static_cast<uint32_t>(pointers < ordinals ? pointers : ordinals);
    }

    /// The address alone of entry `index` < `address_count()`.
    [[nodiscard]] constexpr uint32_t address_rva(uint32_t index) const noexcept {
        return reader{addresses_}.u32(uint64_t{4} * index);
    }
    /// An address inside the directory itself is that of a forwarder's text.
    [[nodiscard]] constexpr bool is_forwarder(uint32_t rva) const noexcept {
        return rva >= directory_.virtual_address && rva - directory_.virtual_address < directory_.size;
    }
    /// Entry `index` < `address_count()` of the address table, without its name.
    [[nodiscard]] constexpr export_symbol address(uint32_t index) noexcept {
        export_symbol out;
        out.index = index;
        out.ordinal = fields.base + index;
        out.address_rva = address_rva(index);
        out.forwarded = is_forwarder(out.address_rva);
        if (out.forwarded) {
            out.forwarder = in_.string(out.address_rva, max_name_bytes);
            if (!names_a_symbol(out.forwarder)) {
                out.defect = {error_code::pe_export_forwarder_invalid, entry_offset(fields.address_of_functions, 4, index)};
            }
        }
        return out;
    }

    /// Entry `i` < `name_count()` of the name table, with its address.
    [[nodiscard]] constexpr export_symbol named(uint32_t i) noexcept {
        const uint32_t index = reader{name_ordinals_}.u16(uint64_t{2} * i);
        export_symbol out;
        if (index < address_count()) {
            out = address(index);
        } else {
            out.index = index;
            out.ordinal = fields.base + index;
            out.defect = {error_code::pe_export_ordinal_invalid, entry_offset(fields.address_of_name_ordinals, 2, i)};
        }
        out.name = names_.string(reader{name_pointers_}.u32(uint64_t{4} * i), max_name_bytes);
        if (!out.defect && !is_export_name(out.name)) {
            out.defect = {error_code::pe_export_name_invalid, entry_offset(fields.address_of_names, 4, i)};
        }
        return out;
    }

  private:
    [[nodiscard]] constexpr bytes table(uint32_t rva, uint32_t count, uint32_t entry_bytes, uint64_t count_offset) noexcept {
        if (count > max_exports) {
            if (!defect) defect = {error_code::pe_export_limit, count_offset};
            count = max_exports;
        }
        const uint64_t size_bytes = uint64_t{entry_bytes} * count;
        const bytes held = tables_.sub(rva, size_bytes);
        if (held.size < size_bytes && !defect) defect = {error_code::pe_export_table_cut, count_offset};
        return held;
    }
    [[nodiscard]] constexpr uint64_t entry_offset(uint32_t table_rva, uint32_t entry_bytes, uint32_t i) noexcept {
        return tables_.offset(table_rva + uint64_t{entry_bytes} * i).value;
    }
    [[nodiscard]] static constexpr bool names_a_symbol(bytes forwarder) noexcept {
        size_t dot = 0;
        while (dot < forwarder.size && forwarder[dot] != '.') ++dot;
        return dot != 0 && dot + 1 < forwarder.size && is_export_name(forwarder);
    }

    mapped_reader in_, tables_, names_;
    image_data_directory directory_{};
    bytes addresses_, name_pointers_, name_ordinals_;
};

/// Every export once, as the reference parser lists them: those with a name in the order of the name table, then those without.
/// Empty slots of the address table are left out. `named` is working memory, cleared here; both must outlive the cursor.
class export_cursor {
  public:
    constexpr export_cursor(export_table& table, export_index_set& named) noexcept : table_(&table), named_(&named) {
        named = {};
    }

    [[nodiscard]] constexpr bool next(export_symbol& out) noexcept {
        while (name_ < table_->name_count()) {
            out = table_->named(name_++);
            if (out.address_rva == 0 && out.defect.code != error_code::pe_export_ordinal_invalid) continue;
            if (out.address_rva != 0) named_->add(out.index);
            return true;
        }
        while (index_ < table_->address_count()) {
            const uint32_t index = index_++;
            if (named_->has(index)) continue;
            out = table_->address(index);
            if (out.address_rva != 0) return true;
        }
        return false;
    }

  private:
    export_table* table_;
    export_index_set* named_;
    uint32_t name_ = 0;
    uint32_t index_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
