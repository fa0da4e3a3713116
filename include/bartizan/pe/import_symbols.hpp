// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_IMPORT_SYMBOLS_HPP
#define BARTIZAN_PE_IMPORT_SYMBOLS_HPP

#include "mapped.hpp"
#include "symbol_name.hpp"

/// What import and delay-import directories have in common: a table of thunks (IMAGE_THUNK_DATA) for each module.
namespace BARTIZAN_NAMESPACE::pe {

/// Symbols that are read of one image, over all modules of one directory. The largest real importers have some 6,000.
inline constexpr uint32_t max_import_symbols = 0x8000;
inline constexpr uint32_t max_import_modules = 0x1000;
/// Reading of the directory ends behind so many modules without a readable table, as in the reference parser: it is then
/// walking through something else.
inline constexpr uint32_t max_unreadable_import_modules = 6;

struct import_symbol {
    bytes name;                 ///< by name: as it stands in the file, cut to `max_name_bytes`; empty by ordinal
    uint64_t thunk_offset = 0;  ///< file offset of the entry in the table that was read
    uint64_t name_rva = 0;      ///< of the hint, behind which the name stands; 0 by ordinal
    uint64_t address_rva = 0;   ///< where the loader puts the address
    uint16_t hint = 0;
    uint16_t ordinal = 0;
    bool by_ordinal = false;
    /// pe_import_name_invalid, or pe_import_thunk_invalid for ordinal 0: the reference parser does not count such a symbol.
    error defect;
};

/// What may still be read of a directory, shared by its modules.
struct import_budget {
    uint32_t symbols = max_import_symbols;
    uint32_t section_lookups = 0;  ///< spent, of `max_section_lookups`
};

/// The tables of one module. Where the module has both, the lookup table is read, for the address table may be bound.
struct import_tables {
    uint32_t lookup_rva = 0;
    uint32_t address_rva = 0;
    /// The entries are virtual addresses, not RVAs (delay imports of linkers before Visual C++ 7, 32-bit only).
    bool virtual_addresses = false;
};

namespace detail {

[[nodiscard]] constexpr bool is_zero(bytes data) noexcept {
    for (const uint8_t byte : data) {
        if (byte != 0) return false;
    }
    return true;
}

// A virtual address inside the image as an RVA; any other number as it is.
[[nodiscard]] constexpr uint64_t va_to_rva(const image& image, uint64_t va) noexcept {
    const uint64_t base = image.optional.image_base;
    return va >= base && va - base < image.optional.size_of_image ? va - base : va;
}

// The table that names the symbols: the first of the two whose first entry is there; 0 where neither is.
[[nodiscard]] constexpr uint32_t readable_import_table(mapped_reader& in, const import_tables& tables, unsigned entry_bytes) noexcept {
    const uint32_t candidates[] = {tables.lookup_rva, tables.address_rva};
    for (const uint32_t rva : candidates) {
        const bytes first = rva == 0 ? bytes{} : in.sub(rva, entry_bytes);
        if (first.size == entry_bytes && !is_zero(first)) return rva;
    }
    return 0;
}

}  // namespace detail

/// The symbols of one module, in the order of its table. `next` until it says false; then `stopped` says whether that was the
/// table's terminator (none) or something that cannot be read: pe_import_table_cut, pe_import_thunk_invalid, pe_import_limit.
class import_symbol_cursor {
  public:
    /// `budget` must outlive the cursor.
    constexpr import_symbol_cursor(const image& image, const import_tables& tables, import_budget& budget) noexcept
        : image_(&image),
          thunks_(image, budget.section_lookups),
          names_(image, budget.section_lookups),
          tables_(tables),
          budget_(&budget) {
        table_ = at_ = detail::readable_import_table(thunks_, tables, image.pointer_size_bytes());
        done_ = table_ == 0;
    }

    [[nodiscard]] constexpr bool next(import_symbol& out) noexcept {
        if (done_) return false;
        const unsigned entry_bytes = image_->pointer_size_bytes();
        const bytes entry = thunks_.sub(at_, entry_bytes);
        const uint64_t entry_offset = entry.empty() ? last_offset_ : thunks_.offset(at_).value;
        const uint64_t raw = reader{entry}.u64(0);  // what lies past the section's raw data is zero in memory
        if (entry.size < entry_bytes && raw != 0) return stop(error_code::pe_import_table_cut, entry_offset);
        if (raw == 0) return stop(error_code::none, 0);
        if (budget_->symbols == 0) return stop(error_code::pe_import_limit, entry_offset);
        --budget_->symbols;

        out = {};
        out.thunk_offset = last_offset_ = entry_offset;
        out.address_rva = uint64_t{tables_.address_rva} + (at_ - table_);
        out.by_ordinal = raw >> (8 * entry_bytes - 1) != 0;
        if (out.by_ordinal) {
            if ((raw & 0x7fffffff) > 0xffff) return stop(error_code::pe_import_thunk_invalid, entry_offset);
            out.ordinal = static_cast<uint16_t>(raw);
            if (out.ordinal == 0) out.defect = {error_code::pe_import_thunk_invalid, entry_offset};
        } else {
            out.name_rva = tables_.virtual_addresses ? detail::va_to_rva(*image_, raw) : raw;
            if (out.name_rva >= table_ && out.name_rva <= at_) {  // names do not lie in the table that names them
                return stop(error_code::pe_import_thunk_invalid, entry_offset);
            }
            out.hint = names_.u16(out.name_rva);
            out.name = names_.string(out.name_rva + 2, max_name_bytes);
            if (!is_import_name(out.name)) out.defect = {error_code::pe_import_name_invalid, entry_offset};
        }
        at_ += entry_bytes;
        return true;
    }

    error stopped;

  private:
    constexpr bool stop(error_code code, uint64_t offset) noexcept {
        stopped = {code, offset};
        done_ = true;
        return false;
    }

    const image* image_;
    mapped_reader thunks_;
    mapped_reader names_;
    import_tables tables_;
    import_budget* budget_;
    uint64_t table_ = 0;
    uint64_t at_ = 0;
    uint64_t last_offset_ = 0;
    bool done_ = false;
};

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
