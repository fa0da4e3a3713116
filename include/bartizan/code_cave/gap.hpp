// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_GAP_HPP
#define BARTIZAN_CODE_CAVE_GAP_HPP

#include "instruction.hpp"
#include "placement.hpp"

/// Gaps between functions where no exception table marks them: judged by what compilers do. They align functions to 16 bytes
/// or not at all and fill up to the alignment, so code that begins off the alignment, inside of what was filled, is no function.
namespace BARTIZAN_NAMESPACE::code_cave {

inline constexpr uint32_t function_alignment_bytes = 16;
/// The longest piece that can have stood in one alignment gap, or in two that a function's removal joined.
inline constexpr uint32_t max_fragment_bytes = 48;
/// Padding that no compiler writes between two functions.
inline constexpr uint32_t long_padding_bytes = 32;

namespace detail {

// An instruction that assemblers fill with: NOP of any length, MOV r, r and LEA r, [r + 0].
[[nodiscard]] constexpr bool is_filler(const instruction& i) noexcept {
    if (i.map == 1) return i.opcode == 0x1f;
    if (i.map != 0 || i.leaves != flow::next) return false;
    if (i.opcode == 0x90) return true;
    if (i.opcode == 0x8b || i.opcode == 0x89) return i.mod() == 3 && i.reg() == i.rm();
    return i.opcode == 0x8d && i.displacement == 0 && i.mod() != 0 && (i.reg() == i.rm() || i.rm() == 4);
}

// The instructions in front of a jump, as long as they do nothing: fillers, and a frame that is undone as soon as it stands (PUSH
// EBP; MOV EBP, ESP; POP EBP), which are what a hot patch may overwrite.
class idle_run {
  public:
    constexpr void add(const instruction& i) noexcept {
        constexpr uint8_t push_frame = 0x55, pop_frame = 0x5d;
        const bool plain = i.map == 0 && (i.rex & 7u) == 0;
        const bool sets_frame = plain && i.mod() == 3 && ((i.opcode == 0x8b && i.reg() == 5 && i.rm() == 4) || (i.opcode == 0x89 && i.reg() == 4 && i.rm() == 5));
        if (frame_ == 0 && plain && i.opcode == push_frame) {
            frame_ = 1;
        } else if (frame_ == 1 && sets_frame) {
            frame_ = 2;
        } else if (frame_ == 2 && plain && i.opcode == pop_frame) {
            frame_ = 0;
        } else {
            idle_ = idle_ && frame_ == 0 && is_filler(i);
        }
    }
    [[nodiscard]] constexpr bool is_idle() const noexcept { return idle_ && frame_ == 0; }

  private:
    uint8_t frame_ = 0;
    bool idle_ = true;
};

}  // namespace detail

/// Straight-line code up to the first unconditional exit.
struct piece {
    uint32_t begin = 0;
    uint32_t end = 0;          ///< behind the exit
    uint32_t instructions = 0;
    flow exit = flow::stop;
    uint32_t target = 0;       ///< of a direct exit
    bool sound = false;        ///< every instruction decoded, and the exit was found within the limit
    bool branches = false;     ///< has a call or conditional branch
    bool moves_stack = false;  ///< moves the stack pointer, or calls
    bool saves_flags = false;  ///< saves the flags at once and restores them later
    bool jumps_away = false;   ///< its exit is a direct jump, or, of more than a thunk, one through an address in memory, as of an import
    bool goes_on_nearby = false;  ///< its exit is a short jump, of two bytes
};

/// JMP [address], without an index: to an imported function.
[[nodiscard]] constexpr bool is_import_jump(const instruction& i) noexcept {
    return i.leaves == flow::indirect_jump && i.has_address && i.mod() == 0 && i.rm() == 5;
}

[[nodiscard]] constexpr piece read_piece(const code_map& map, uint32_t rva, processor_mode mode, uint32_t limit_bytes) noexcept {
    piece out;
    out.begin = out.end = rva;
    const bytes code = map.from(rva).sub(0, limit_bytes + max_instruction_bytes);
    bool saved = false;
    detail::idle_run front;
    while (out.end - rva < limit_bytes) {
        const uint32_t at = out.end - rva;
        const instruction i = decode(code.sub(at), out.end, mode);
        if (!i) return out;
        out.end += i.size_bytes;
        ++out.instructions;
        out.moves_stack = out.moves_stack || i.uses_stack;
        constexpr uint8_t pushf = 0x9c, popf = 0x9d;
        saved = saved || (i.map == 0 && i.opcode == pushf && out.instructions <= 2);
        out.saves_flags = out.saves_flags || (saved && i.map == 0 && i.opcode == popf);
        if (i.leaves == flow::next) {
            front.add(i);
            continue;
        }
        if (i.falls_through()) {
            out.branches = true;
            continue;
        }
        out.exit = i.leaves;
        out.target = static_cast<uint32_t>(i.target);
        out.sound = i.leaves != flow::stop;
        // A thunk to an imported function, with what a hot patch may overwrite in front of it, is the program's own.
        const bool is_thunk = front.is_idle() && !out.branches;
        out.goes_on_nearby = i.leaves == flow::jump && i.size_bytes == 2;
        out.jumps_away = i.leaves == flow::jump || (is_import_jump(i) && !is_thunk);
        return out;
    }
    return out;
}

/// What surrounds a piece of code in its section.
struct surroundings {
    uint32_t padding_before = 0;  ///< at most 64
    uint32_t padding_behind = 0;  ///< at most 64, long NOPs included
    bool follows_exit = false;    ///< code in front of it ends with a return or jump
    uint8_t filler_before = 0xff; ///< the byte in front of it
    uint32_t run_before = 0;      ///< how many bytes of that value, if it is padding; at most 64
    bool fills_gap = false;       ///< padding, or nothing, from its end to the next aligned address
    bool is_last = false;         ///< only padding follows in the section
};

namespace detail {

// Whether a return, an unconditional jump or a call, which may not return, ends at `end`.
[[nodiscard]] constexpr bool exit_ends_at(bytes code, size_t end) noexcept {
    const auto is = [&code, end](size_t back, uint8_t value) { return end >= back && code[end - back] == value; };
    return end == 0 || is(1, 0xc3) || (is(3, 0xc2) && is(1, 0)) || is(2, 0xeb) || is(5, 0xe9) || is(5, 0xe8) || (is(6, 0xff) && is(5, 0x25));
}

[[nodiscard]] constexpr uint32_t alignment_of(uint32_t rva) noexcept { return rva == 0 ? 0x1000 : rva & (~rva + 1); }

}  // namespace detail

[[nodiscard]] constexpr surroundings look_around(const code_map& map, const piece& p, processor_mode mode) noexcept {
    surroundings out;
    const section_extent* const s = map.sections.section_of(p.begin);
    if (s == nullptr || p.end > s->mapped_end) return out;
    const bytes all = s->raw.sub(0, s->mapped_end - s->begin);
    const size_t at = p.begin - s->begin;
    size_t end = p.end - s->begin;
    out.padding_before = static_cast<uint32_t>(padding_before(all, at, 64));
    // What looks like padding may be the end of the instruction in front of it.
    for (size_t back = 0; back <= out.padding_before && !out.follows_exit; ++back) {
        out.follows_exit = detail::exit_ends_at(all, at - back) || (back >= 1 && all[at - back] == 0xcc);
    }
    if (out.padding_before != 0) out.filler_before = all[at - 1];
    while (out.run_before < out.padding_before && all[at - 1 - out.run_before] == out.filler_before) ++out.run_before;
    out.is_last = trim_padding(all).size <= end;
    const size_t begin_of_padding = end;
    while (end < all.size && end - begin_of_padding < 64) {
        if (is_padding(all[end])) {
            end += padding_at(all.sub(end), 64);
            continue;
        }
        const instruction i = decode(all.sub(end), end, mode);
        if (!i || !detail::is_filler(i)) break;
        end += i.size_bytes;
    }
    out.padding_behind = static_cast<uint32_t>(end - begin_of_padding);
    const uint32_t to_boundary = (function_alignment_bytes - p.end % function_alignment_bytes) % function_alignment_bytes;
    out.fills_gap = out.padding_behind >= to_boundary;
    return out;
}

/// A piece that stands in the padding between two functions: begins off the alignment right behind a function or in padding,
/// ends with a jump, and only padding follows up to the next aligned address. A lone jump (a thunk) is none. Further
/// pieces of a chain may begin on the alignment: a gap can.
[[nodiscard]] constexpr bool is_gap_fragment(const code_map& map, const piece& p, processor_mode mode, bool is_first = true) noexcept {
    if (!p.sound || !p.jumps_away || p.instructions < 2 || p.branches) return false;
    if ((is_first && p.begin % function_alignment_bytes == 0) || p.end - p.begin > max_fragment_bytes) return false;
    const surroundings around = look_around(map, p, mode);
    return around.follows_exit && around.fills_gap;
}

/// A piece to which a jump at the very beginning of a function goes, and which comes back right behind that jump: an overwritten
/// beginning, done over elsewhere. Compilers jump back and forth like this inside of a function, but not away from it.
[[nodiscard]] constexpr bool is_detour(const piece& p, uint32_t site) noexcept {
    constexpr uint32_t longest_overwritten_bytes = 5 + max_instruction_bytes;
    constexpr uint32_t nearby_bytes = 0x200;
    if (!p.sound || p.exit != flow::jump || p.instructions < 2) return false;
    if (p.target < site + 2 || p.target > site + longest_overwritten_bytes) return false;
    return p.begin + nearby_bytes < site || p.begin > site + nearby_bytes;
}

/// A piece that leaves no trace in the flags, as code must that interrupts another program where it happens to be: set apart, and
/// ending with a jump. Compilers assume that a call changes the flags; hand-written routines that look at them return.
[[nodiscard]] constexpr bool is_interruption(const code_map& map, const piece& p, processor_mode mode) noexcept {
    if (!p.sound || !p.jumps_away || !p.saves_flags) return false;
    const surroundings around = look_around(map, p, mode);
    return around.follows_exit && around.fills_gap;
}

/// A piece whose surroundings no alignment explains, ending with a direct jump out of it: more padding in front of it or behind
/// it than the next aligned address asks for, or the last code of its section, set off by zeros.
[[nodiscard]] constexpr bool is_padding_island(const code_map& map, const piece& p, processor_mode mode) noexcept {
    if (!p.sound || !p.jumps_away || p.instructions < 2) return false;
    if (p.target >= p.begin && p.target < p.end) return false;
    // Boot code, laid out by hand, jumps over its own padding: whether it leaves, the code there tells.
    if (p.goes_on_nearby) {
        const piece rest = read_piece(map, p.target, mode, 512);
        if (!rest.sound || !rest.jumps_away) return false;
    }
    const surroundings around = look_around(map, p, mode);
    const uint32_t before = around.run_before;
    const uint32_t behind = around.padding_behind;
    const uint32_t aligned = detail::alignment_of(p.begin);
    if (around.is_last) return around.filler_before == 0x00 && before != 0;
    if (map.pads_generously) return false;
    // Off the alignment, where the padding in front would have reached it. INT3 also stands behind a call that does not return,
    // and 5 or 6 bytes of it leave room for a hot patch; zeros may end an instruction.
    const uint32_t least = around.filler_before == 0x90 ? 2 : 8;
    const bool hot_patch_pad = before == 5 || before == 6;
    const bool ends_here = around.fills_gap && (behind != 0 || p.end % function_alignment_bytes == 0);
    if (ends_here && aligned < function_alignment_bytes && before >= aligned && before >= least && !hot_patch_pad) return true;
    if (ends_here && before >= long_padding_bytes && before >= aligned) return true;
    return behind >= long_padding_bytes && behind >= detail::alignment_of(p.end + behind);
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
