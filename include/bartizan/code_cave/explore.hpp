// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_EXPLORE_HPP
#define BARTIZAN_CODE_CAVE_EXPLORE_HPP

#include "stretch.hpp"

/// Where control goes from an image's entries: the functions that run first, looked through for a transfer into unused space.
namespace BARTIZAN_NAMESPACE::code_cave {

enum class entry_kind : uint8_t { none, entry_point, tls_callback, exported, pointer, branch };

[[nodiscard]] constexpr const char* name(entry_kind k) noexcept {
    switch (k) {
        case entry_kind::none: return "none";
        case entry_kind::entry_point: return "entry_point";
        case entry_kind::tls_callback: return "tls_callback";
        case entry_kind::exported: return "export";
        case entry_kind::pointer: return "pointer";
        case entry_kind::branch: return "branch";
    }
    return "?";
}

/// Control enters unused space.
struct landing {
    entry_kind how = entry_kind::none;
    placement where = placement::nowhere;
    uint32_t site_rva = 0;    ///< of the instruction that transfers control; of the table's field for a pointer; 0 for an entry
    uint32_t target_rva = 0;

    [[nodiscard]] constexpr explicit operator bool() const noexcept { return how != entry_kind::none; }
};

inline constexpr uint32_t max_explored_functions = 128;
inline constexpr uint32_t max_explored_instructions = 4096;
inline constexpr uint32_t max_function_instructions = 512;
/// Calls below the entry point that are followed: its own, and those of main or WinMain.
inline constexpr uint8_t max_call_depth = 2;

class explorer {
  public:
    constexpr explorer(const code_map& map, processor_mode mode, stretch& work) noexcept : map_(map), mode_(mode), work_(work) {}

    /// Explores from `rva`; true when control lands in unused space: then `found` and the stretch given to the constructor say
    /// where. May be called again for further entries, within one budget.
    constexpr bool from(uint32_t rva, uint8_t depth = 0) noexcept {
        queue(rva, depth);
        while (next_ < count_ && !found) look_through(functions_[next_].rva, functions_[next_].depth), ++next_;
        return static_cast<bool>(found);
    }

    /// The first instructions only, for the many entries of an export table.
    constexpr bool peek(uint32_t rva) noexcept {
        look_through(rva, max_call_depth, 8);
        return static_cast<bool>(found);
    }

    /// Whether `rva` itself is unused space; fills the stretch.
    /// `site` is that of a jump there at the beginning of a function, if there is one. What `runs_first`, before anything of the
    /// program, needs but to stand in the padding between two functions.
    constexpr bool lands(uint32_t rva, uint32_t site = 0, bool runs_first = false) noexcept {
        const place p = map_.find(rva);
        if (!is_certain_slack(p.what) && p.what != placement::gap && (p.what != placement::owned || map_.functions.is_telling())) return false;
        const piece first = read_piece(map_, rva, mode_, 512);
        instructions_ += first.instructions;
        // A section of its own (.detour) is no slack.
        const bool detour = site != 0 && map_.sections.section_of(site) == map_.sections.section_of(rva) && is_detour(first, site);
        const bool suspect = detour || is_gap_fragment(map_, first, mode_) || is_padding_island(map_, first, mode_) ||
                             is_interruption(map_, first, mode_);
        if (p.what == placement::owned && !suspect) return false;
        follow_stretch(map_, mode_, rva, work_);
        work_.is_detour = detour;
        instructions_ += work_.instructions;
        const bool between_functions = runs_first && work_.fragment_count != 0 && !work_.broken && work_.jumps_out;
        if (!is_in_slack(p.what, work_) && !between_functions) return false;
        found.where = p.what;
        found.target_rva = rva;
        return true;
    }

    landing found;

  private:
    constexpr void queue(uint64_t rva, uint8_t depth) noexcept {
        if (rva > UINT32_MAX || count_ == max_explored_functions) return;
        for (uint32_t i = 0; i < count_; ++i) {
            if (functions_[i].rva == rva) return;
        }
        functions_[count_++] = {static_cast<uint32_t>(rva), depth};
    }

    constexpr bool known(uint64_t rva) const noexcept {
        for (uint32_t i = 0; i < count_; ++i) {
            if (functions_[i].rva == rva) return true;
        }
        return false;
    }

    constexpr void arrive(uint32_t site, uint64_t target, bool jumps, bool at_beginning, bool leaves_function, uint8_t depth) noexcept {
        if (target > UINT32_MAX) return;
        const placement what = map_.find(target).what;
        const uint32_t rva = static_cast<uint32_t>(target);
        if (is_certain_slack(what) || ((leaves_function || jumps) && !known(target))) {
            if (lands(rva, jumps && at_beginning ? site : 0) && (work_.broken || !work_.leaves())) found = {};
            if (found.target_rva != 0) {
                found.how = entry_kind::branch;
                found.site_rva = site;
                return;
            }
        }
        if (leaves_function) queue(target, depth);
    }

    // Follows one register through what position-independent transfers are made of: MOV r, imm; LEA r, [rip + d]; CALL next, POP r;
    // ADD, SUB and LEA on it; PUSH. True where `i` goes to the address that came out, which is left in `rva`.
    struct computed_address {
        uint64_t rva = 0;
        uint8_t reg = 0xff;
        bool pushed = false;  ///< it is also what a return would pop
        bool known = false;

        constexpr bool step(const instruction& i, uint64_t image_base, processor_mode mode) noexcept {
            const uint8_t extend = static_cast<uint8_t>((i.rex & 1u) << 3);
            const uint8_t rm = static_cast<uint8_t>(i.rm() | extend);
            const bool on_it = known && i.map == 0 && i.has_modrm && i.mod() == 3 && rm == reg;
            if (known && i.map == 0) {
                if (pushed && i.leaves == flow::give_back) return true;
                if (on_it && i.opcode == 0xff && (i.leaves == flow::indirect_jump || i.leaves == flow::indirect_call)) return true;
                if ((on_it && i.opcode == 0xff && i.reg() == 6) || (i.opcode == 0x50 + (reg & 7) && extend == (reg & 8))) {
                    pushed = true;
                    return false;
                }
                if (on_it && (i.opcode == 0x81 || i.opcode == 0x83) && (i.reg() == 0 || i.reg() == 5)) {
                    const uint64_t amount = i.opcode == 0x83 ? widen(i.immediate, 8) : widen(i.immediate, 32);
                    rva += i.reg() == 0 ? amount : 0 - amount;
                    return false;
                }
                if (i.opcode == 0x8d && i.mod() != 3 && i.mod() != 0 && rm == reg && i.rm() != 4 && (i.reg() | (i.rex & 4u) << 1) == reg) {
                    rva += static_cast<uint64_t>(int64_t{i.displacement});
                    return false;
                }
            }
            return start(i, image_base, mode);
        }

      private:
        [[nodiscard]] static constexpr uint64_t widen(uint64_t value, unsigned bits) noexcept {
            const uint64_t sign = uint64_t{1} << (bits - 1);
            return (value ^ sign) - sign;
        }
        constexpr bool start(const instruction& i, uint64_t image_base, processor_mode mode) noexcept {
            if (i.map != 0) return false;
            if (i.leaves == flow::call && i.immediate == 0) {
                *this = {i.target, 0xff, true, true};
            } else if (known && pushed && reg == 0xff && (i.opcode & 0xf8) == 0x58) {
                *this = {rva, static_cast<uint8_t>((i.opcode & 7u) | (i.rex & 1u) << 3), false, true};
            } else if (i.opcode == 0x68 && mode == processor_mode::x86) {
                *this = {i.immediate - image_base, 0xff, true, true};
            } else if ((i.opcode & 0xf8) == 0xb8) {
                *this = {i.immediate - image_base, static_cast<uint8_t>((i.opcode & 7u) | (i.rex & 1u) << 3), false, true};
            } else if (i.opcode == 0x8d && i.has_address && mode == processor_mode::x64) {
                *this = {i.address, static_cast<uint8_t>(i.reg() | (i.rex & 4u) << 1), false, true};
            } else if (i.leaves != flow::next || (pushed && reg == 0xff)) {
                *this = {};
            } else if (i.uses_stack) {
                pushed = false;
            }
            return false;
        }
    };

    constexpr void look_through(uint32_t entry, uint8_t depth, uint32_t limit = max_function_instructions) noexcept {
        const place p = map_.find(entry);
        if (p.what != placement::owned && p.what != placement::gap) return;
        const bool bounded = map_.functions.is_telling() && p.what == placement::owned;
        const uint32_t end = p.end;
        const bytes code = map_.from(entry);
        uint32_t furthest = entry;
        computed_address computed;
        const uint64_t image_base = map_.sections.image->optional.image_base;
        for (uint32_t at = entry; at < end && limit != 0 && instructions_ < max_explored_instructions; --limit) {
            const instruction i = decode(code.sub(at - entry), at, mode_);
            if (!i) return;
            ++instructions_;
            const uint32_t site = at;
            at += i.size_bytes;
            if (computed.step(i, image_base, mode_)) {
                arrive(site, computed.rva, i.leaves != flow::indirect_call, false, true, depth);
                computed = {};
            } else if (i.is_direct()) {
                const bool inside = i.leaves != flow::call && i.target >= entry && i.target < uint64_t{entry} + 0x1000 &&
                                    (i.target < end) && (bounded || i.leaves == flow::branch || i.target <= uint64_t{at} + 0x80);
                if (inside && i.target > furthest) furthest = static_cast<uint32_t>(i.target);
                const uint8_t below = static_cast<uint8_t>(i.leaves == flow::call ? depth + 1 : depth);
                arrive(site, i.target, i.leaves == flow::jump, site - entry <= 2, !inside && i.leaves != flow::branch && below <= max_call_depth, below);
            }
            if (found) return;
            if (!i.falls_through() && (bounded ? false : furthest < at)) return;
        }
    }

    struct function {
        uint32_t rva;
        uint8_t depth;
    };
    const code_map& map_;
    processor_mode mode_;
    stretch& work_;
    function functions_[max_explored_functions]{};
    uint32_t count_ = 0;
    uint32_t next_ = 0;
    uint32_t instructions_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
