// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_SUSPECTS_HPP
#define BARTIZAN_CODE_CAVE_SUSPECTS_HPP

#include "stretch.hpp"

/// Code inside of what the headers call the program's, that looks hidden whether or not the search from the entries came by.
namespace BARTIZAN_NAMESPACE::code_cave {

namespace detail {

/// With a telling exception table: `visit(rva)` for the first code in every gap between functions that moves the stack pointer or
/// calls, and ends with a direct jump, until it returns true.
template <class Visit>
constexpr bool for_each_uncovered(const code_map& map, processor_mode mode, Visit&& visit) noexcept {
    constexpr uint32_t least_gap_bytes = 8;
    const section_extent* section = nullptr;
    for (uint32_t i = 0; i < map.functions.size(); ++i) {
        const uint32_t begin = map.functions.end_rva(i);
        if (section == nullptr || begin < section->begin || begin >= section->memory_end) section = map.sections.section_of(begin);
        if (section == nullptr || !section->executable()) continue;
        const uint32_t linked_end = section->linked_end < section->mapped_end ? section->linked_end : section->mapped_end;
        const bool is_last = i + 1 == map.functions.size() || map.functions.begin_rva(i + 1) >= linked_end;
        const uint32_t end = is_last ? linked_end : map.functions.begin_rva(i + 1);
        if (end < begin || end - begin < least_gap_bytes) continue;
        const bytes gap = section->raw.sub(begin - section->begin, end - begin);
        const size_t filled = padding_at(gap);
        if (gap.size - filled < least_gap_bytes) continue;
        const uint32_t rva = begin + static_cast<uint32_t>(filled);
        const instruction first = decode(gap.sub(filled), rva, mode);
        if (!first || first.leaves != flow::next) continue;  // thunks
        const piece p = read_piece(map, rva, mode, 512);
        if (p.sound && p.exit == flow::jump && p.moves_stack && visit(rva)) return true;
    }
    return false;
}

/// Without one: what stands last in an executable section, behind zeros.
template <class Visit>
constexpr bool for_each_last_code(const code_map& map, processor_mode mode, Visit&& visit) noexcept {
    constexpr size_t reach_bytes = 4096;
    constexpr uint32_t setting_off_bytes = 4;
    for (uint32_t k = 0; k < map.sections.count; ++k) {
        const section_extent& s = map.sections.sections[k];
        if (!s.is_sound_code()) continue;
        const bytes held = trim_padding(s.raw.sub(0, s.mapped_end - s.begin));
        uint32_t zeros = 0;
        for (size_t at = held.size; at > 0 && held.size - at < reach_bytes; --at) {
            if (held[at - 1] == 0) {
                ++zeros;
                continue;
            }
            if (zeros >= setting_off_bytes) {
                const uint32_t rva = s.begin + static_cast<uint32_t>(at + zeros);
                if (is_padding_island(map, read_piece(map, rva, mode, 1024), mode) && visit(rva)) return true;
            }
            zeros = 0;
        }
    }
    return false;
}

}  // namespace detail

/// `visit(rva)` for every address where hidden code seems to begin, until it returns true. Linear in the code.
template <class Visit>
constexpr void for_each_suspect(const code_map& map, processor_mode mode, Visit&& visit) noexcept {
    if (map.functions.is_telling()) {
        detail::for_each_uncovered(map, mode, visit);
    } else {
        detail::for_each_last_code(map, mode, visit);
    }
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
