// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_SUSPECTS_HPP
#define BARTIZAN_CODE_CAVE_SUSPECTS_HPP

#include "stretch.hpp"

/// Code inside of what the headers call the program's, that looks hidden whether or not the search from the entries came by.
namespace BARTIZAN_NAMESPACE::code_cave {

namespace detail {

// Where code could begin: behind a return, a jump or padding.
[[nodiscard]] constexpr bool begins_apart(bytes code, size_t at) noexcept {
    return at != 0 && (is_padding(code[at - 1]) || exit_ends_at(code, at));
}

// `visit(rva)` for the first two pieces of every chain of three that stand in the padding between functions, each jumping to the next.
// The search is for the first one's jump, which ends where its padding does.
template <class Visit>
constexpr bool visit_chain(const code_map& map, processor_mode mode, const section_extent& s, bytes code, size_t jump, uint32_t& closer_looks, Visit&& visit) noexcept {
    const size_t end = jump + 5;
    if (end > code.size) return false;
    const uint32_t end_rva = s.begin + static_cast<uint32_t>(end);
    const uint32_t next = end_rva + reader{code}.u32(jump + 1);
    if (next - s.begin >= code.size || next % function_alignment_bytes == 0 || !begins_apart(code, next - s.begin)) return false;
    const size_t to_boundary = (function_alignment_bytes - end_rva % function_alignment_bytes) % function_alignment_bytes;
    if (padding_at(code.sub(end), to_boundary) < to_boundary) return false;
    const piece second = read_piece(map, next, mode, max_fragment_bytes);
    if (second.exit != flow::jump || !is_gap_fragment(map, second, mode)) return false;
    if (!is_gap_fragment(map, read_piece(map, second.target, mode, max_fragment_bytes), mode)) return false;
    --closer_looks;
    for (size_t begin = jump; begin != 0 && jump - begin < max_fragment_bytes; --begin) {
        if (!begins_apart(code, begin)) continue;
        const piece first = read_piece(map, s.begin + static_cast<uint32_t>(begin), mode, max_fragment_bytes);
        if (first.end == end_rva && is_gap_fragment(map, first, mode)) return visit(first.begin) || visit(next);
    }
    return false;
}

// `visit(rva)` for the interruption that saves the flags at `push`, with its first instruction or behind the push of a register.
template <class Visit>
constexpr bool visit_interruption(const code_map& map, processor_mode mode, const section_extent& s, bytes code, size_t push, uint32_t& closer_looks, Visit&& visit) noexcept {
    if (push == 0) return false;
    const bool behind_push = (code[push - 1] & 0xf8) == 0x50;
    const size_t begin = push - (behind_push ? 1 : 0);
    if (!begins_apart(code, begin)) return false;
    --closer_looks;
    const piece p = read_piece(map, s.begin + static_cast<uint32_t>(begin), mode, 256);
    return is_interruption(map, p, mode) && visit(p.begin);
}

// Written out so that compilers make one load of it.
[[nodiscard]] constexpr uint64_t load(const uint8_t* b) noexcept {
    const uint32_t low = b[0] | uint32_t{b[1]} << 8 | uint32_t{b[2]} << 16 | uint32_t{b[3]} << 24;
    const uint32_t high = b[4] | uint32_t{b[5]} << 8 | uint32_t{b[6]} << 16 | uint32_t{b[7]} << 24;
    return low | uint64_t{high} << 32;
}

// Whether one of the eight bytes is `value`.
[[nodiscard]] constexpr bool holds(uint64_t eight, uint8_t value) noexcept {
    constexpr uint64_t ones = 0x0101010101010101;
    const uint64_t difference = eight ^ value * ones;
    return ((difference - ones) & ~difference & 0x80 * ones) != 0;
}

// Code that compilers do not write, wherever it stands. Linear in the code; one look a byte, and a longer one at so many places.
template <class Visit>
constexpr bool for_each_foreign(const code_map& map, processor_mode mode, Visit&& visit) noexcept {
    uint32_t closer_looks = 4096;
    for (uint32_t k = 0; k < map.sections.count; ++k) {
        const section_extent& s = map.sections.sections[k];
        if (!s.is_sound_code()) continue;
        const bytes code = s.raw.sub(0, (s.linked_end < s.mapped_end ? s.linked_end : s.mapped_end) - s.begin);
        constexpr uint8_t jump = 0xe9, pushf = 0x9c;
        const reader in{code};
        for (size_t block = 0; block < code.size; block += 8) {
            const uint64_t eight = block + 8 <= code.size ? load(code.data + block) : in.u64(block);
            if (!holds(eight, jump) && !holds(eight, pushf)) continue;
            for (size_t at = block; at < block + 8 && at < code.size; ++at) {
                if (closer_looks == 0) return false;
                if (code[at] == jump && visit_chain(map, mode, s, code, at, closer_looks, visit)) return true;
                if (code[at] == pushf && visit_interruption(map, mode, s, code, at, closer_looks, visit)) return true;
            }
        }
    }
    return false;
}

// With a telling exception table: `visit(rva)` for every piece of code in a gap between functions that moves the stack pointer or
// calls, and ends with a direct jump, until it returns true.
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
            if (p.jumps_away && p.moves_stack && p.instructions >= 2 && visit(rva)) return true;
            at = p.end;
        }
    }
    return false;
}

// Without one: what stands last in an executable section, behind zeros.
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
        if (count == max_suspects || has(address)) return;
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
    if (detail::for_each_foreign(map, mode, keep)) return;
    if (map.functions.is_telling()) {
        detail::for_each_uncovered(map, mode, keep);
    } else {
        detail::for_each_last_code(map, mode, keep);
    }
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
