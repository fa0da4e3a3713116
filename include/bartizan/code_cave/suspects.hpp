// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_SUSPECTS_HPP
#define BARTIZAN_CODE_CAVE_SUSPECTS_HPP

#include "stretch.hpp"

/// Code inside of what the headers call the program's, that looks hidden whether or not the search from the entries came by.
namespace BARTIZAN_NAMESPACE::code_cave {

namespace detail {

/// With a telling exception table: `visit(rva)` for every piece of code in a gap between functions that moves the stack pointer or
/// calls, and ends with a direct jump, until it returns true.
template <class Visit>
constexpr bool for_each_uncovered(const code_map& map, processor_mode mode, Visit&& visit) noexcept {
    constexpr uint32_t least_piece_bytes = 8;
    constexpr uint32_t setting_off_bytes = 4;
    const section_extent* section = nullptr;
    for (uint32_t i = 0; i < map.functions.size(); ++i) {
        const uint32_t begin = map.functions.end_rva(i);
        if (section == nullptr || begin < section->begin || begin >= section->memory_end) section = map.sections.section_of(begin);
        if (section == nullptr || !section->executable()) continue;
        const uint32_t linked_end = section->linked_end < section->mapped_end ? section->linked_end : section->mapped_end;
        const bool is_last = i + 1 == map.functions.size() || map.functions.begin_rva(i + 1) >= linked_end;
        const uint32_t end = is_last ? linked_end : map.functions.begin_rva(i + 1);
        if (end < begin || end - begin < least_piece_bytes) continue;
        // A gap may hold several pieces: leaf functions, thunks, and what was put between them.
        for (uint32_t at = begin; at < end;) {
            const bytes left = section->raw.sub(at - section->begin, end - at);
            const uint32_t rva = at + static_cast<uint32_t>(padding_at(left));
            if (end - rva < least_piece_bytes || rva >= end) break;
            const piece p = read_piece(map, rva, mode, 512);
            if (!p.sound) {  // data: on behind the next padding
                at = rva + 1;
                while (at < end && padding_at(section->raw.sub(at - section->begin, end - at), setting_off_bytes) < setting_off_bytes) ++at;
                continue;
            }
            if (p.exit == flow::jump && p.moves_stack && p.instructions >= 2 && visit(rva)) return true;
            at = p.end;
        }
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

inline constexpr uint32_t max_suspects = 64;

/// Addresses where hidden code seems to begin, ascending.
struct suspect_list {
    uint32_t rva[max_suspects];
    uint32_t count = 0;

    [[nodiscard]] constexpr bool has(uint32_t address) const noexcept {
        uint32_t low = 0;
        uint32_t high = count;
        while (low < high) {
            const uint32_t middle = (low + high) / 2;
            if (rva[middle] < address) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < count && rva[low] == address;
    }
    constexpr void add(uint32_t address) noexcept {
        if (count == max_suspects) return;
        uint32_t at = count++;
        for (; at > 0 && rva[at - 1] > address; --at) rva[at] = rva[at - 1];
        rva[at] = address;
    }
};

/// The first `max_suspects` addresses that look like hidden code; `trial` is working memory. Linear in the code.
constexpr void find_suspects(const code_map& map, processor_mode mode, stretch& trial, suspect_list& out) noexcept {
    const auto keep = [&map, mode, &trial, &out](uint32_t rva) {
        follow_stretch(map, mode, rva, trial);
        if (is_in_slack(map.find(rva).what, trial)) out.add(rva);
        return out.count == max_suspects;
    };
    if (map.functions.is_telling()) {
        detail::for_each_uncovered(map, mode, keep);
    } else {
        detail::for_each_last_code(map, mode, keep);
    }
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
