// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_SLACK_MAP_HPP
#define BARTIZAN_CODE_CAVE_SLACK_MAP_HPP

#include "../core/truth.hpp"
#include "placement.hpp"

/// The unused space of an image: where a program could be hidden without growing the file.
namespace BARTIZAN_NAMESPACE::code_cave {

enum class slack_kind : uint8_t {
    section_tail,    ///< of an executable section, behind VirtualSize
    header_gap,      ///< between the section table and the first section
    file_gap,        ///< between the raw data of two sections; not in memory
    padding_run,     ///< 64 bytes or more of padding inside an executable section
    hidden_code,     ///< code found between functions or in a section of data
};

[[nodiscard]] constexpr const char* name(slack_kind k) noexcept {
    switch (k) {
        case slack_kind::section_tail: return "section tail";
        case slack_kind::header_gap: return "header gap";
        case slack_kind::file_gap: return "gap in the file";
        case slack_kind::padding_run: return "padding";
        case slack_kind::hidden_code: return "hidden code";
    }
    return "?";
}

struct slack_region {
    uint32_t rva = 0;              ///< of a file_gap: 0
    uint32_t size_bytes = 0;
    uint64_t offset = 0;           ///< in the file
    slack_kind kind = slack_kind::section_tail;
    truth holds_code = truth::no;  ///< the file's bytes there are code
};

inline constexpr uint32_t max_slack_regions = 256;
inline constexpr uint32_t least_padding_run_bytes = 64;
/// Padding runs leave room for what matters more: hidden code.
inline constexpr uint32_t max_padding_runs = 192;

/// Regions ascend by rva (file gaps first, by offset) and do not overlap.
struct slack_map {
    slack_region regions[max_slack_regions];
    uint32_t count = 0;
    bool full = false;  ///< there are more padding runs than fit; the larger kinds come first

    constexpr void add(const slack_region& r) noexcept {
        if (r.size_bytes == 0) return;
        if (count == max_slack_regions) {
            full = true;
            return;
        }
        uint32_t at = count;
        for (; at > 0 && is_before(r, regions[at - 1]); --at) regions[at] = regions[at - 1];
        regions[at] = r;
        ++count;
    }
    [[nodiscard]] constexpr uint32_t count_of(slack_kind kind) const noexcept {
        uint32_t n = 0;
        for (uint32_t i = 0; i < count; ++i) n += regions[i].kind == kind ? 1 : 0;
        return n;
    }
    [[nodiscard]] constexpr const slack_region* find(uint64_t rva) const noexcept {
        for (uint32_t i = 0; i < count; ++i) {
            const slack_region& r = regions[i];
            if (r.kind != slack_kind::file_gap && rva >= r.rva && rva - r.rva < r.size_bytes) return &r;
        }
        return nullptr;
    }

  private:
    [[nodiscard]] static constexpr bool is_before(const slack_region& a, const slack_region& b) noexcept {
        const bool a_gap = a.kind == slack_kind::file_gap;
        const bool b_gap = b.kind == slack_kind::file_gap;
        if (a_gap != b_gap) return a_gap;
        return a_gap ? a.offset < b.offset : a.rva < b.rva;
    }
};

namespace detail {

// Runs of padding of `least_padding_run_bytes` and more. Every such run holds an aligned block of 32 bytes of one value, so one
// look in 32 bytes finds them all.
constexpr void add_padding_runs(const section_extent& s, slack_map& out) noexcept {
    const uint32_t end = (s.linked_end < s.mapped_end ? s.linked_end : s.mapped_end) - s.begin;
    const bytes code = s.raw.sub(0, end);
    const reader in{code};
    for (size_t block = 0; block + 32 <= code.size && !out.full;) {
        const uint8_t filler = code[block];
        const uint64_t alike = filler * uint64_t{0x0101010101010101};
        if (!is_padding(filler) || in.u64(block) != alike || in.u64(block + 24) != alike) {
            block += 32;
            continue;
        }
        const size_t front = block - padding_before(code, block, 32);
        const size_t size = block - front + padding_at(code.sub(block));
        if (size >= least_padding_run_bytes) {
            if (out.count >= max_padding_runs) {
                out.full = true;
                return;
            }
            out.add({s.begin + static_cast<uint32_t>(front), static_cast<uint32_t>(size), s.raw_offset + front,
                     slack_kind::padding_run, truth::no});
        }
        block = (front + size + 31) / 32 * 32 > block ? (front + size + 31) / 32 * 32 : block + 32;
    }
}

// Raw data of the sections in the order of the file: the gap behind `end`, if any, begins there.
constexpr void add_file_gaps(const layout& where, slack_map& out) noexcept {
    uint64_t end = where.image->optional.size_of_headers;
    for (uint32_t n = 0; n < where.count; ++n) {
        const section_extent* next = nullptr;
        for (uint32_t i = 0; i < where.count; ++i) {
            const section_extent& s = where.sections[i];
            if (s.raw.size != 0 && s.raw_offset + s.raw.size > end && (next == nullptr || s.raw_offset < next->raw_offset)) next = &s;
        }
        if (next == nullptr) return;
        if (next->raw_offset > end) {
            out.add({0, clamp_u32(next->raw_offset - end), end, slack_kind::file_gap, truth::no});
        }
        end = next->raw_offset + next->raw.size;
    }
}

}  // namespace detail

/// Maps the slack of an image that was laid out. Linear in the executable sections' bytes. `holds_code` is still no everywhere.
constexpr void map_slack(const layout& where, slack_map& out) noexcept {
    out.count = 0;
    out.full = false;
    const pe::image& image = *where.image;
    uint64_t first = image.optional.size_of_headers;
    for (uint32_t i = 0; i < where.count; ++i) {
        const section_extent& s = where.sections[i];
        if (s.raw.size != 0 && s.raw_offset < first) first = s.raw_offset;
        if (s.executable() && s.mapped_end > s.linked_end) {
            out.add({s.linked_end, s.mapped_end - s.linked_end, s.raw_offset + (s.linked_end - s.begin), slack_kind::section_tail, truth::no});
        }
    }
    const uint64_t table_end = image.sections.offset() + uint64_t{pe::section_header_size_bytes} * image.sections.size();
    if (first > table_end && first <= image.file.size) {
        out.add({detail::clamp_u32(table_end), detail::clamp_u32(first - table_end), table_end, slack_kind::header_gap, truth::no});
    }
    detail::add_file_gaps(where, out);
    for (uint32_t i = 0; i < where.count && !out.full; ++i) {
        if (where.sections[i].executable()) detail::add_padding_runs(where.sections[i], out);
    }
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
