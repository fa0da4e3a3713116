// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_PEFILE_IMPORTS_HPP
#define BARTIZAN_FEATURES_EMBER_PEFILE_IMPORTS_HPP

#include "pefile_image.hpp"
#include "pefile_names.hpp"
#include "pefile_ordinals.hpp"
#include "value_counts.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// One imported function: by name, or by ordinal, where `known_name` is pefile's for it, if it has one.
struct pefile_import {
    bytes name;
    const char* known_name = nullptr;
    uint16_t ordinal = 0;
    bool by_ordinal = false;
    bool in_named_library =
        false;  ///< by ordinal, of a library whose ordinals have names: "ord<N>" where this one has none
};

/// The two tables of one imported library, as an import or a delay-import descriptor states them.
struct pefile_thunk_tables {
    uint64_t lookup_rva = 0;
    uint64_t address_rva = 0;
    int64_t limit_bytes = 0;
    bool hold_addresses = false;  ///< virtual addresses instead of RVAs: old delay imports
};

/// Reads tables of imports as pefile does, with its heuristics against bogus ones. One for a whole image: it counts symbols over
/// all tables.
class pefile_thunk_reader {
  public:
    static constexpr uint32_t most_symbols = 0x2000;

    constexpr pefile_thunk_reader(pefile_image& image, value_counts_scratch& memory) noexcept
        : image_(image), memory_(memory) {}

    enum class result : uint8_t { empty, invalid, symbols };

    /// Judges the tables: `invalid` is pefile's exception, `symbols` says that `for_each_symbol` finds at least one.
    constexpr result read(const pefile_thunk_tables& tables) noexcept {
        tables_ = tables;
        const uint32_t lookup_count = count_thunks(tables.lookup_rva);
        const uint32_t address_count = count_thunks(tables.address_rva);
        if (lookup_count == 0 && address_count == 0) {
            image_.warn(pefile_warning::damaged_import_table);
            return result::empty;
        }
        table_rva_ = lookup_count != 0 ? tables.lookup_rva : tables.address_rva;
        thunks_ = lookup_count != 0 ? lookup_count : address_count;
        uint32_t symbols = 0;
        bool valid = true;
        walk([&symbols](const pefile_import&) noexcept { ++symbols; }, valid);
        if (!valid) return result::invalid;
        return symbols != 0 ? result::symbols : result::empty;
    }

    /// The symbols of the tables that were last read.
    template <class Visit>
    constexpr void for_each_symbol(Visit&& visit) noexcept {
        bool valid = true;
        walk(visit, valid);
    }

    [[nodiscard]] constexpr bool exhausted() const noexcept { return symbols_read_ > most_symbols; }

  private:
    [[nodiscard]] constexpr uint32_t thunk_bytes() const noexcept { return image_.is_pe32_plus() ? 8 : 4; }
    [[nodiscard]] constexpr uint64_t ordinal_flag() const noexcept { return uint64_t{1} << (8 * thunk_bytes() - 1); }

    [[nodiscard]] constexpr uint64_t value_of(bytes thunk) const noexcept {
        const reader in{thunk};
        const uint64_t value = image_.is_pe32_plus() ? in.u64(0) : in.u32(0);
        if (!tables_.hold_addresses) return value;
        const uint64_t base = image_.optional().image_base;
        return value >= base && value < base + image_.optional().size_of_image ? value - base : value;
    }

    /// The length of a table that pefile believes; 0 for one that it does not.
    constexpr uint32_t count_thunks(uint64_t first_rva) noexcept {
        constexpr uint64_t widest_spread = 128 << 20;
        constexpr uint32_t most_repeated = 15;
        constexpr uint32_t other_half = 0x5a5a5a5a;  // keeps values above 4 GiB apart from those below
        value_counts seen(memory_);
        uint64_t lowest[2] = {UINT64_MAX, UINT64_MAX};
        uint64_t highest[2] = {0, 0};
        uint32_t repeated = 0;
        uint32_t count = 0;
        for (uint64_t rva = first_rva; rva != 0; rva += thunk_bytes(), ++count) {
            if (static_cast<int64_t>(rva - first_rva) >= tables_.limit_bytes) {
                image_.warn(pefile_warning::import_table_beyond_bounds);
                break;
            }
            if (exhausted()) {
                image_.warn(pefile_warning::excessive_imports);
                break;
            }
            ++symbols_read_;
            if (repeated >= most_repeated) return 0;
            for (unsigned half = 0; half < 2; ++half) {
                if (highest[half] > lowest[half] && highest[half] - lowest[half] > widest_spread) return 0;
            }
            const pefile_data data = image_.data_at_rva(rva, thunk_bytes());
            if (!data.ok || data.data.size != thunk_bytes()) {
                image_.warn(pefile_warning::import_table_invalid_data);
                return 0;
            }
            const uint64_t value = value_of(data.data);
            if (value >= first_rva && value <= rva) {
                image_.warn(pefile_warning::import_table_overlap);
                break;
            }
            if ((value & ordinal_flag()) != 0) {
                if ((value & 0x7fffffff) > UINT16_MAX) return 0;
            } else if (value != 0) {
                const unsigned half = value > UINT32_MAX;
                repeated += seen.add(static_cast<uint32_t>(value) ^ (half != 0 ? other_half : 0)) > 1;
                lowest[half] = value < lowest[half] ? value : lowest[half];
                highest[half] = value > highest[half] ? value : highest[half];
            }
            if (value == 0) break;
        }
        return count;
    }

    template <class Visit>
    constexpr void walk(Visit&& visit, bool& valid) noexcept {
        constexpr uint32_t longest_name = 0x200;
        constexpr uint32_t most_invalid = 1000;
        const uint64_t address_mask = image_.is_pe32_plus() ? INT64_MAX : 0x7fffffff;
        uint32_t invalid_names = 0;
        for (uint32_t i = 0; i < thunks_; ++i) {
            const uint64_t value =
                value_of(image_.data_at_rva(table_rva_ + uint64_t{thunk_bytes()} * i, thunk_bytes()).data);
            pefile_import symbol;
            if ((value & ordinal_flag()) != 0) {
                symbol.by_ordinal = true;
                symbol.ordinal = static_cast<uint16_t>(value);
                if (symbol.ordinal != 0) visit(symbol);
                continue;
            }
            if (!image_.data_at_rva(value & address_mask, 2).ok) {
                valid = false;
                return;
            }
            symbol.name = image_.string_at_rva(value + 2, longest_name);
            if (!is_pefile_import_name(symbol.name)) {
                if (invalid_names > most_invalid && invalid_names == i) {
                    valid = false;
                    return;
                }
                ++invalid_names;
                continue;
            }
            if (!symbol.name.empty()) visit(symbol);
        }
    }

    pefile_image& image_;
    value_counts_scratch& memory_;
    pefile_thunk_tables tables_;
    uint64_t table_rva_ = 0;
    uint32_t thunks_ = 0;
    uint32_t symbols_read_ = 0;
};

namespace detail {

/// What stands in for the name of a library that pefile does not believe.
inline constexpr uint8_t invalid_library[] = {'*', 'i', 'n', 'v', 'a', 'l', 'i', 'd', '*'};

[[nodiscard]] constexpr bool starts_with(bytes text, const char* beginning) noexcept {
    size_t i = 0;
    for (; beginning[i] != '\0'; ++i) {
        if (i == text.size || text[i] != static_cast<uint8_t>(beginning[i])) return false;
    }
    return true;
}

}  // namespace detail

/// Calls `visit_library(name)` and then `visit_symbol(name, import)` for each of its symbols, for every import descriptor that
/// pefile keeps. Complaints go to the image. Delay imports are not among them.
template <class Library, class Symbol>
constexpr void for_each_pefile_import(pefile_image& image, pefile_thunk_reader& thunks, Library&& visit_library,
                                      Symbol&& visit_symbol) noexcept {
    constexpr uint32_t descriptor_bytes = 20;
    constexpr uint32_t longest_library = 0x200;
    constexpr uint32_t most_errors = 5;
    constexpr uint32_t few_symbols = 20;
    uint64_t rva = image.directory(pe::directory_entry::import_table).virtual_address;
    if (rva == 0) return;
    uint32_t errors = 0;
    uint32_t suspicious = 0;
    uint32_t total = 0;
    for (;;) {
        const pefile_data data = image.data_at_rva(rva, descriptor_bytes);
        if (!data.ok) {
            image.warn(pefile_warning::import_directory);
            break;
        }
        const uint64_t offset = image.offset_of_rva(rva).offset;
        if (!image.unpack(data.data, descriptor_bytes)) break;
        const reader in{data.data};
        const uint32_t lookup = in.u32(0);
        const uint32_t address = in.u32(16);
        if ((lookup | in.u32(4) | in.u32(8) | in.u32(12) | address) == 0) break;
        rva += descriptor_bytes;

        int64_t limit = static_cast<int64_t>(image.in().data.size) - static_cast<int64_t>(offset);
        if (rva > lookup || rva > address) limit = static_cast<int64_t>(rva) - (lookup < address ? lookup : address);
        const auto result = thunks.read({lookup, address, limit, false});
        if (result == pefile_thunk_reader::result::invalid) image.warn(pefile_warning::import_invalid_data);
        if (errors > most_errors) {
            image.warn(pefile_warning::import_errors);
            break;
        }
        if (result != pefile_thunk_reader::result::symbols) {
            ++errors;
            continue;
        }
        bytes library = image.string_at_rva(in.u32(12), longest_library);
        if (!is_pefile_library_name(library)) library = detail::invalid_library;
        if (library.empty()) continue;
        visit_library(library);
        const span<const ordinal_name> ordinals = pefile_ordinals_of(library);
        thunks.for_each_symbol([&](pefile_import symbol) noexcept {
            if (symbol.by_ordinal && !ordinals.empty()) {
                symbol.in_named_library = true;
                for (const ordinal_name& known : ordinals) {
                    if (known.ordinal == symbol.ordinal) symbol.known_name = known.name;
                }
            }
            ++total;
            suspicious +=
                detail::starts_with(symbol.name, "LoadLibrary") || detail::starts_with(symbol.name, "GetProcAddress");
            visit_symbol(library, symbol);
        });
    }
    if (suspicious == 2 && total < few_symbols) image.warn(pefile_warning::packed_imports);
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
