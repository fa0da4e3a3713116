// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_PLACEMENT_HPP
#define BARTIZAN_CODE_CAVE_PLACEMENT_HPP

#include "function_table.hpp"

namespace BARTIZAN_NAMESPACE::code_cave {

/// Where an address lies, as far as headers and unwind tables tell.
enum class placement : uint8_t {
    owned,            ///< in code that the linker laid out, as far as can be told
    gap,              ///< between functions of a telling exception table
    tail,             ///< behind VirtualSize of an executable section
    headers,          ///< in no section, in the part of the file that is mapped before them
    gained_execute,   ///< in a section that linkers fill with data, made executable
    data,             ///< in a section that is not executable
    nowhere,          ///< not mapped from the file
};

/// Addresses that share a placement: [begin, end).
struct place {
    placement what = placement::nowhere;
    uint32_t begin = 0;
    uint32_t end = 0;
};

/// The layout and function table together: all that placing an address needs.
struct code_map {
    layout sections;
    function_table functions;
    bool pads_generously = false;  ///< long runs of padding are usual in this image (incremental linking)

    constexpr void open(const pe::image& image) noexcept {
        lay_out(image, sections);
        functions.open(sections);
        pads_generously = false;
    }

    [[nodiscard]] constexpr place find(uint64_t rva) const noexcept {
        const section_extent* const s = sections.section_of(rva);
        if (s == nullptr) {
            const uint32_t end = sections.image->optional.size_of_headers;
            return rva < end ? place{placement::headers, 0, end} : place{};
        }
        if (rva >= s->mapped_end) return {placement::nowhere, s->mapped_end, s->memory_end};
        if (!s->executable()) return {placement::data, s->begin, s->mapped_end};
        if (s->gained_execute() && sections.has_sound_code) return {placement::gained_execute, s->begin, s->mapped_end};
        if (rva >= s->linked_end) return {placement::tail, s->linked_end, s->mapped_end};
        const uint32_t linked_end = s->linked_end < s->mapped_end ? s->linked_end : s->mapped_end;
        if (!functions.is_telling()) return {placement::owned, s->begin, linked_end};
        const function_table::place f = functions.find(static_cast<uint32_t>(rva));
        // A section without any function is none that the table speaks about.
        if (!f.covered && f.begin <= s->begin && f.end >= linked_end) return {placement::owned, s->begin, linked_end};
        return {f.covered ? placement::owned : placement::gap, f.begin < s->begin ? s->begin : f.begin,
                f.end > linked_end ? linked_end : f.end};
    }

    [[nodiscard]] constexpr bytes from(uint64_t rva) const noexcept { return sections.from(rva); }
};

/// Placements that need no second look: the headers themselves say that no linker puts code there.
[[nodiscard]] constexpr bool is_certain_slack(placement p) noexcept {
    return p == placement::tail || p == placement::headers || p == placement::gained_execute;
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
