// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_REFERENCES_HPP
#define BARTIZAN_CODE_CAVE_REFERENCES_HPP

#include "../pe/relocations.hpp"
#include "explore.hpp"

/// Transfers into a stretch of memory from anywhere in the program, however deep: for unused space that does hold bytes.
namespace BARTIZAN_NAMESPACE::code_cave {

namespace detail {

// Whether decoding from a place that is known, or far enough in front to fall into step, meets an instruction at `rva`.
[[nodiscard]] constexpr bool is_instruction_start(const code_map& map, processor_mode mode, uint32_t rva) noexcept {
    constexpr uint32_t step_in_bytes = 64;
    constexpr uint32_t longest_function_bytes = 0x4000;
    const place p = map.find(rva);
    const bool known = map.functions.is_telling() && p.what == placement::owned && rva - p.begin < longest_function_bytes;
    const uint32_t reach = rva - p.begin < step_in_bytes ? rva - p.begin : step_in_bytes;
    uint32_t at = known ? p.begin : rva - reach;
    const bytes code = map.from(at);
    const uint32_t first = at;
    if (!known && exit_ends_at(code, reach)) return true;
    while (at < rva) {
        const instruction i = decode(code.sub(at - first), at, mode);
        at += i ? i.size_bytes : 1u;
    }
    return at == rva;
}

}  // namespace detail

/// A direct branch or call in the program's own code to an address for which `is_wanted(rva)`, all of them in [begin, end): the
/// first in the order of the sections. Linear in the code; one comparison a byte.
template <class Wanted>
[[nodiscard]] constexpr landing find_branch_into(const code_map& map, processor_mode mode, uint32_t begin, uint32_t end, const Wanted& is_wanted) noexcept {
    const uint32_t size = end - begin;
    for (uint32_t k = 0; k < map.sections.count; ++k) {
        const section_extent& s = map.sections.sections[k];
        if (!s.executable() || s.raw.size < 5) continue;
        const reader in{s.raw};
        const size_t last = s.raw.size - 4;
        const place own = map.find(begin);  // what lies in certain slack is no way in
        uint32_t field = in.u32(0);
        for (size_t i = 1; i <= last; ++i) {
            field = field >> 8 | uint32_t{s.raw[i + 3]} << 24;
            const uint32_t behind = s.begin + static_cast<uint32_t>(i) + 4;
            const uint32_t target = behind + field;
            if (target - begin >= size) continue;
            const uint8_t op = s.raw[i - 1];
            const bool near = op == 0xe8 || op == 0xe9;
            const bool conditional = i >= 2 && (op & 0xf0) == 0x80 && s.raw[i - 2] == 0x0f;
            if ((!near && !conditional) || !is_wanted(target)) continue;
            const uint32_t site = behind - (near ? 5 : 6);
            if (is_certain_slack(own.what) && site >= own.begin && site < own.end) continue;
            if (!detail::is_instruction_start(map, mode, site)) continue;
            return {entry_kind::branch, map.find(target).what, site, target};
        }
    }
    return {};
}

/// A relocated pointer to an address for which `is_wanted(rva)`, all of them in [begin, end): an entry of a table of functions. The
/// first in the order of the relocations, in which it is linear.
template <class Wanted>
[[nodiscard]] constexpr landing find_pointer_into(const code_map& map, uint32_t begin, uint32_t end, const Wanted& is_wanted) noexcept {
    const pe::image& image = *map.sections.image;
    pe::relocation_cursor blocks(image);
    for (pe::relocation_block block; blocks.next(block);) {
        const bytes page = map.from(block.page_rva);
        for (uint32_t i = 0; i < block.size(); ++i) {
            const pe::base_relocation r = block[i];
            if (r.type != pe::relocation_highlow && r.type != pe::relocation_dir64) continue;
            const reader in{page};
            const uint32_t at = r.rva - block.page_rva;
            const uint64_t va = r.type == pe::relocation_dir64 ? in.u64(at) : in.u32(at);
            const uint64_t target = va - image.optional.image_base;
            if (target < begin || target >= end || (r.rva >= begin && r.rva < end) || !is_wanted(static_cast<uint32_t>(target))) continue;
            return {entry_kind::pointer, map.find(target).what, r.rva, static_cast<uint32_t>(target)};
        }
    }
    return {};
}

/// Whether a base relocation changes one of the bytes [begin, end).
[[nodiscard]] constexpr bool is_relocated(const pe::image& image, uint32_t begin, uint32_t end) noexcept {
    pe::relocation_cursor blocks(image);
    for (pe::relocation_block block; blocks.next(block);) {
        if (block.page_rva > end || end - block.page_rva > 0x2000) continue;
        for (uint32_t i = 0; i < block.size(); ++i) {
            const pe::base_relocation r = block[i];
            const uint32_t width = r.type == pe::relocation_dir64 ? 8 : r.type == pe::relocation_highlow ? 4 : 0;
            if (width != 0 && r.rva < end && r.rva + width > begin) return true;
        }
    }
    return false;
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
