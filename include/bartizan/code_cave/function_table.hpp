// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_FUNCTION_TABLE_HPP
#define BARTIZAN_CODE_CAVE_FUNCTION_TABLE_HPP

#include "../pe/exceptions.hpp"
#include "layout.hpp"

namespace BARTIZAN_NAMESPACE::code_cave {

/// The x64 exception table as a map from addresses to functions. Every function that calls or moves the stack pointer has an
/// entry ("x64 exception handling", Microsoft); leaf functions need none. Only a table that covers most of the code says
/// something about an address that it does not cover.
class function_table {
  public:
    constexpr void open(const layout& where) noexcept {
        *this = {};
        if (where.image->coff.machine != pe::machine_amd64) return;
        const pe::image_data_directory directory = where.image->directory(pe::directory_entry::exception);
        if (directory.virtual_address == 0) return;
        entries_ = reader{where.from(directory.virtual_address)}.sub(0, directory.size);
        count_ = static_cast<uint32_t>(entries_.size / entry_bytes);
        measure(where);
    }

    [[nodiscard]] constexpr uint32_t size() const noexcept { return count_; }
    /// Whether an uncovered address is remarkable: sorted, and at least 80 % of the code between functions and in them is covered.
    [[nodiscard]] constexpr bool is_telling() const noexcept { return telling_; }
    [[nodiscard]] constexpr uint32_t begin_rva(uint32_t i) const noexcept { return reader{entries_}.u32(uint64_t{entry_bytes} * i); }
    [[nodiscard]] constexpr uint32_t end_rva(uint32_t i) const noexcept { return reader{entries_}.u32(uint64_t{entry_bytes} * i + 4); }

    struct place {
        bool covered = false;
        uint32_t begin = 0;              ///< of the function, or of the gap between two
        uint32_t end = UINT32_MAX;
    };
    /// The function or gap that holds `rva`.
    [[nodiscard]] constexpr place find(uint32_t rva) const noexcept {
        uint32_t low = 0;
        uint32_t high = count_;
        while (low < high) {  // first entry that begins behind rva
            const uint32_t middle = (low + high) / 2;
            if (begin_rva(middle) <= rva) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        place out;
        // The INT3 behind a call that does not return belongs to the function, but nothing goes there: it is the gap's.
        const uint32_t end = low > 0 ? end_rva(low - 1) : 0;
        const bool last_byte = low > 0 && rva + 1 == end && rva != begin_rva(low - 1);
        if (rva < end && !last_byte) {
            out = {true, begin_rva(low - 1), end - 1};
            if (out.end == out.begin) out.end = end;
        } else {
            if (low > 0) out.begin = last_byte ? rva : end;
            if (low < count_) out.end = begin_rva(low);
        }
        return out;
    }

  private:
    static constexpr uint32_t entry_bytes = 12;

    constexpr void measure(const layout& where) noexcept {
        uint64_t covered = 0;
        uint64_t open_code = 0;
        uint32_t last_end = 0;
        const section_extent* section = nullptr;
        for (uint32_t i = 0; i < count_; ++i) {
            const uint32_t begin = begin_rva(i);
            const uint32_t end = end_rva(i);
            if (begin == 0 && end == 0) {  // spare entries at the end
                count_ = i;
                break;
            }
            if (end <= begin || begin < last_end) return;  // out of order: not to be searched
            if (section == nullptr || begin < section->begin || begin >= section->memory_end) {
                section = where.section_of(begin);
                // What stands in front of a section's first function is open too: a program cannot be hidden there. Behind the last one
                // it can, and does not make itself unremarkable by its size.
                last_end = section != nullptr ? section->begin : begin;
            }
            constexpr uint32_t longest_alignment_bytes = 15;
            if (begin - last_end > longest_alignment_bytes) open_code += count_non_padding(where.from(last_end).sub(0, begin - last_end));
            covered += end - begin;
            last_end = end;
        }
        telling_ = covered != 0 && covered >= 4 * open_code;
    }

    bytes entries_;
    uint32_t count_ = 0;
    bool telling_ = false;
};

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
