// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_STRETCH_HPP
#define BARTIZAN_CODE_CAVE_STRETCH_HPP

#include "gap.hpp"

namespace BARTIZAN_NAMESPACE::code_cave {

inline constexpr uint32_t max_stretch_segments = 48;
inline constexpr uint32_t max_stretch_instructions = 2048;
inline constexpr uint32_t max_absolute_references = 16;

/// [begin, end) of code that runs without a jump.
struct segment {
    uint32_t begin = 0;
    uint32_t end = 0;
};

/// Code in unused space, followed from where control enters it over every direct branch until each path leaves.
struct stretch {
    uint32_t entry = 0;
    uint32_t instructions = 0;
    uint32_t segment_count = 0;
    uint32_t fragment_count = 0;    ///< gap fragments on the first path, in a row
    uint32_t exit_target = 0;       ///< where the first direct exit leads
    uint32_t absolute_count = 0;
    bool broken = false;            ///< a path ran into bytes that are no instruction
    bool full = false;              ///< a limit ended the search
    bool uses_stack = false;
    bool calls = false;
    bool jumps_out = false;         ///< a direct jump or branch into the program, or falling into it
    bool calls_out = false;         ///< a direct call into the program
    bool leaves_indirectly = false; ///< by register, memory or return address
    bool gives_back = false;        ///< returns to its caller on some path, as a function does
    bool has_immediate_return = false;  ///< PUSH address; RET
    bool walks_peb = false;         ///< reads the process environment block's address (FS:[30h], GS:[60h])
    bool hashes = false;            ///< rotates by an immediate in a loop: API names looked up by hash
    bool is_island = false;
    bool is_interruption = false;
    bool is_detour = false;         ///< set by who followed a jump there: it comes back right behind the jump
    segment segments[max_stretch_segments];
    /// Fields of four bytes that hold an address inside the image, x86 only: a linker would relocate them.
    uint32_t absolute_fields[max_absolute_references];

    /// Leaves its place by any way that gives control to something else.
    [[nodiscard]] constexpr bool leaves() const noexcept {
        return jumps_out || calls_out || leaves_indirectly || has_immediate_return;
    }
    [[nodiscard]] constexpr uint32_t size_bytes() const noexcept {
        uint32_t sum = 0;
        for (uint32_t i = 0; i < segment_count; ++i) sum += segments[i].end - segments[i].begin;
        return sum;
    }
};

namespace detail {

class stretch_walker {
  public:
    constexpr stretch_walker(const code_map& map, processor_mode mode, stretch& out) noexcept : map_(map), mode_(mode), out_(out) {}

    constexpr void run(uint32_t entry) noexcept {
        out_ = {};
        out_.entry = entry;
        const place p = map_.find(entry);
        certain_ = is_certain_slack(p.what);
        const piece first = read_piece(map_, entry, mode_, 512);
        out_.is_island = !certain_ && is_padding_island(map_, first, mode_);
        out_.is_interruption = !certain_ && is_interruption(map_, first, mode_);
        count_fragments(first);
        push(entry);
        while (pending_count_ != 0) follow(pending_[--pending_count_]);
    }

  private:
    constexpr void count_fragments(piece p) noexcept {
        while (out_.fragment_count < 8 && is_gap_fragment(map_, p, mode_, out_.fragment_count == 0)) {
            ++out_.fragment_count;
            if (p.exit != flow::jump || p.target == out_.entry) break;
            p = read_piece(map_, p.target, mode_, max_fragment_bytes);
        }
    }

    // Whether a branch to `target` stays in unused space, so far as that is known.
    [[nodiscard]] constexpr bool stays(uint32_t target) const noexcept {
        const place p = map_.find(target);
        if (is_certain_slack(p.what)) return true;
        if (p.what == placement::gap) {
            // Another gap holds leaf functions and thunks too: only a further piece of a chain belongs to the stretch.
            const bool same = here_.what == placement::gap && target >= here_.begin && target < here_.end;
            return same ? !is_thunk(target) : is_gap_fragment(map_, read_piece(map_, target, mode_, max_fragment_bytes), mode_, false);
        }
        if (certain_) return false;
        if (target >= out_.entry && target - out_.entry < 512 && target < first_end_) return true;
        return out_.fragment_count >= 2 && is_gap_fragment(map_, read_piece(map_, target, mode_, max_fragment_bytes), mode_, false);
    }

    // JMP through memory: the way to an imported function.
    [[nodiscard]] constexpr bool is_thunk(uint32_t rva) const noexcept {
        return decode(map_.from(rva), rva, mode_).leaves == flow::indirect_jump;
    }

    [[nodiscard]] constexpr bool seen(uint32_t rva) const noexcept {
        for (uint32_t i = 0; i < out_.segment_count; ++i) {
            if (rva >= out_.segments[i].begin && rva < out_.segments[i].end) return true;
        }
        return false;
    }

    constexpr void push(uint32_t rva) noexcept {
        if (seen(rva)) return;
        if (pending_count_ == sizeof pending_ / sizeof *pending_) {
            out_.full = true;
            return;
        }
        pending_[pending_count_++] = rva;
    }

    constexpr void exit_to(uint32_t target) noexcept {
        if (!out_.jumps_out) out_.exit_target = target;
        out_.jumps_out = true;
    }

    constexpr void follow(uint32_t at) noexcept {
        if (seen(at)) return;
        if (out_.segment_count == max_stretch_segments) {
            out_.full = true;
            return;
        }
        const place p = here_ = map_.find(at);
        segment& s = out_.segments[out_.segment_count++];
        s = {at, at};
        const bytes code = map_.from(at);
        instruction last;
        bool behind_call = false;  // nothing but fillers since the last call
        while (true) {
            if (s.end >= p.end) {  // falls out of its place: into the program, or off the end
                if (behind_call && !certain_ && detail::is_filler(last)) return;  // of a call that does not come back
                if (map_.find(s.end).what == placement::owned) {
                    exit_to(s.end);
                } else {
                    out_.broken = true;
                }
                return;
            }
            if (out_.instructions == max_stretch_instructions) {
                out_.full = true;
                return;
            }
            const instruction i = decode(code.sub(s.end - at), s.end, mode_);
            if (!i || is_filler(i, last)) {
                out_.broken = true;
                return;
            }
            ++out_.instructions;
            s.end += i.size_bytes;
            if (out_.segment_count == 1) first_end_ = s.end;
            note(i, s);
            behind_call = i.leaves == flow::call || i.leaves == flow::indirect_call || (behind_call && detail::is_filler(i));
            if (!go_on(i, last)) return;
            last = i;
        }
    }

    // Two zero instructions in a row (ADD [EAX], AL): padding, not code.
    [[nodiscard]] static constexpr bool is_filler(const instruction& i, const instruction& last) noexcept {
        const auto is_zero = [](const instruction& x) { return x.size_bytes == 2 && x.map == 0 && x.opcode == 0 && x.modrm == 0; };
        return is_zero(i) && is_zero(last);
    }

    constexpr void note(const instruction& i, const segment& s) noexcept {
        out_.uses_stack = out_.uses_stack || i.uses_stack;
        out_.calls = out_.calls || i.leaves == flow::call || i.leaves == flow::indirect_call;
        const bool is_32 = mode_ == processor_mode::x86;
        const uint32_t peb = is_32 ? 0x30 : 0x60;
        if (i.segment == (is_32 ? 0x64 : 0x65) && (i.displacement == static_cast<int32_t>(peb) || i.address == peb || i.immediate == peb)) {
            out_.walks_peb = true;
        }
        if (i.map == 0 && i.opcode == 0xc1 && i.mod() == 3 && i.reg() < 2) rotated_ = true;
        if (i.leaves == flow::branch && i.target < s.end && seen(static_cast<uint32_t>(i.target))) out_.hashes = out_.hashes || rotated_;
        if (is_32) note_absolute(i, s);
    }

    constexpr void note_absolute(const instruction& i, const segment& s) noexcept {
        const uint64_t base = map_.sections.image->optional.image_base;
        const auto inside = [this, base](uint64_t va) { return va >= base + 0x1000 && va - base < map_.sections.image->optional.size_of_image; };
        uint32_t field = 0;
        if (i.has_address && !i.has_modrm && inside(i.address)) field = s.end - 4;
        if (i.has_address && i.has_modrm && inside(i.address)) field = s.end - 4 - trailing_immediate(i);
        if (field == 0 && i.map == 0 && i.size_bytes >= 5 && i.leaves == flow::next && inside(i.immediate)) field = s.end - 4;
        if (field != 0 && out_.absolute_count < max_absolute_references) out_.absolute_fields[out_.absolute_count++] = field;
    }
    [[nodiscard]] static constexpr uint32_t trailing_immediate(const instruction& i) noexcept {
        const uint8_t entry = i.map == 0 ? one_byte_map.entry[i.opcode] : i.map == 1 ? two_byte_map.entry[i.opcode] : 0;
        return ((entry & op_imm8) != 0 ? 1u : 0u) + ((entry & op_imm_z) != 0 ? (i.narrow ? 2u : 4u) : 0u);
    }

    // Whether the following instruction belongs to the stretch too.
    constexpr bool go_on(const instruction& i, const instruction& last) noexcept {
        const uint32_t target = static_cast<uint32_t>(i.target);
        switch (i.leaves) {
            case flow::next: return true;
            case flow::branch:
                stays(target) ? push(target) : exit_to(target);
                return true;
            case flow::call:
                if (stays(target)) {
                    push(target);
                } else {
                    out_.calls_out = true;
                }
                return true;
            case flow::indirect_call:
                out_.calls_out = out_.calls_out || i.mod() != 3;
                return true;
            case flow::jump:
                stays(target) ? push(target) : exit_to(target);
                return false;
            case flow::give_back: {
                const bool pushed = last.map == 0 && last.opcode == 0x68;
                out_.has_immediate_return = out_.has_immediate_return || pushed;
                out_.gives_back = out_.gives_back || !pushed;
                out_.leaves_indirectly = true;
                return false;
            }
            case flow::indirect_jump:
                out_.leaves_indirectly = true;
                out_.jumps_out = out_.jumps_out || is_import_jump(i);
                return false;
            case flow::stop: break;
        }
        out_.broken = true;
        return false;
    }

    const code_map& map_;
    processor_mode mode_;
    stretch& out_;
    uint32_t pending_[24]{};
    uint32_t pending_count_ = 0;
    uint32_t first_end_ = 0;
    place here_;  ///< of the segment that is being followed
    bool certain_ = false;
    bool rotated_ = false;
};

}  // namespace detail

/// Follows the code that control enters at `entry`. Bounded by `max_stretch_instructions`.
constexpr void follow_stretch(const code_map& map, processor_mode mode, uint32_t entry, stretch& out) noexcept {
    detail::stretch_walker(map, mode, out).run(entry);
}

/// Whether a stretch that begins at an address of `what` is code that no linker placed there. In certain slack it always is.
/// Between functions it has to look unlike a function: pieces joined over several gaps, an island in padding, flags kept, or,
/// where an exception table tells, stack use that no entry covers; and a jump back into the program on every path: hand-written
/// assembly returns.
[[nodiscard]] constexpr bool is_in_slack(placement what, const stretch& s) noexcept {
    if (is_certain_slack(what)) return true;
    if (s.broken) return false;
    if (s.fragment_count >= 3) return true;  // also where the last of them jumps to a leaf function of its own gap
    if (!s.jumps_out) return false;
    if (s.fragment_count >= 2 || s.is_island || s.is_detour || (s.is_interruption && !s.gives_back)) return true;
    return what == placement::gap && (s.uses_stack || s.calls) && !s.gives_back;
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
