// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_LAYOUT_HPP
#define BARTIZAN_CODE_CAVE_LAYOUT_HPP

#include "../pe/rva.hpp"
#include "padding.hpp"

/// The sections of an image as Windows maps them, laid out once so that every later look-up is short.
namespace BARTIZAN_NAMESPACE::code_cave {

/// Windows loads no image with more sections (STATUS_INVALID_IMAGE_FORMAT); further headers are not looked at.
inline constexpr uint32_t max_loaded_sections = 96;

enum : uint32_t {
    section_contains_code = 0x00000020,
    section_execute = 0x20000000,
    section_write = 0x80000000,
};

/// One section. Addresses are RVAs; [begin, linked_end) is what the linker says the section holds, [linked_end, mapped_end) is
/// in memory only because files and memory are filled up to their alignments.
struct section_extent {
    uint32_t begin = 0;
    uint32_t linked_end = 0;
    uint32_t mapped_end = 0;       ///< behind the last byte of the file that is in memory
    uint32_t memory_end = 0;       ///< behind the last byte in memory
    uint32_t characteristics = 0;
    uint32_t index = 0;            ///< in the section table
    bytes raw;                     ///< from `begin`
    uint64_t raw_offset = 0;
    bool is_data = false;          ///< by its name, which linkers give to sections without code

    [[nodiscard]] constexpr bool executable() const noexcept { return (characteristics & section_execute) != 0; }
    [[nodiscard]] constexpr bool writable() const noexcept { return (characteristics & section_write) != 0; }
    /// Executable although a linker makes such a section of data only.
    [[nodiscard]] constexpr bool gained_execute() const noexcept { return executable() && is_data; }
    /// The program's own code, unpacked and unchanged by itself.
    [[nodiscard]] constexpr bool is_sound_code() const noexcept { return executable() && !is_data && !writable() && raw.size != 0; }
};

namespace detail {

// Names that Microsoft's, GNU's and LLVM's linkers give to sections without code.
[[nodiscard]] constexpr bool is_data_section_name(const uint8_t (&name)[8]) noexcept {
    constexpr const char* names[] = {".rdata", ".data",  ".rsrc", ".reloc", ".idata", ".edata", ".didat", ".pdata",
                                     ".xdata", ".tls",   ".bss",  ".CRT",   ".debug", "_RDATA", ".gfids", ".00cfg",
                                     ".giats", ".rodata", ".buildid", ".sxdata", ".fptable"};
    for (const char* candidate : names) {
        unsigned i = 0;
        while (i < 8 && candidate[i] != '\0' && name[i] == static_cast<uint8_t>(candidate[i])) ++i;
        if (i == 8 || (candidate[i] == '\0' && name[i] == 0)) return true;
    }
    return false;
}

[[nodiscard]] constexpr uint32_t clamp_u32(uint64_t value) noexcept {
    return value > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(value);
}

// 32-bit division, for which a 32-bit kernel needs no helper routine.
[[nodiscard]] constexpr uint64_t round_up(uint32_t value, uint32_t unit) noexcept {
    const uint32_t rest = value % unit;
    return rest == 0 ? value : uint64_t{value} + (unit - rest);
}

}  // namespace detail

struct layout {
    const pe::image* image = nullptr;
    section_extent sections[max_loaded_sections];
    uint32_t count = 0;
    bool has_sound_code = false;

    [[nodiscard]] constexpr const section_extent* section_of(uint64_t rva) const noexcept {
        for (uint32_t i = 0; i < count; ++i) {
            if (rva >= sections[i].begin && rva < sections[i].memory_end) return &sections[i];
        }
        return nullptr;
    }
    /// The file's bytes from `rva` to the end of what is mapped there; in no section, of the headers.
    [[nodiscard]] constexpr bytes from(uint64_t rva) const noexcept {
        if (const section_extent* s = section_of(rva)) {
            return rva < s->mapped_end ? s->raw.sub(static_cast<size_t>(rva - s->begin), static_cast<size_t>(s->mapped_end - rva)) : bytes{};
        }
        return rva < image->optional.size_of_headers ? reader{image->file}.sub(rva, image->optional.size_of_headers - rva) : bytes{};
    }
};

constexpr void lay_out(const pe::image& image, layout& out) noexcept {
    out.image = &image;
    out.count = 0;
    out.has_sound_code = false;
    const uint32_t page = image.optional.section_alignment < 0x1000 ? 0x1000 : image.optional.section_alignment;
    for (const pe::section& s : image.sections) {
        if (out.count == max_loaded_sections) break;
        section_extent& e = out.sections[out.count];
        e = {};
        e.index = out.count++;
        e.begin = s.rva;
        e.characteristics = s.header.characteristics;
        e.raw = s.raw;
        e.raw_offset = s.raw_offset;
        const uint64_t linked = s.header.virtual_size != 0 ? s.header.virtual_size : s.header.size_of_raw_data;
        e.linked_end = detail::clamp_u32(s.rva + linked);
        e.memory_end = detail::clamp_u32(s.rva + detail::round_up(detail::clamp_u32(linked), page));
        e.mapped_end = detail::clamp_u32(uint64_t{s.rva} + s.raw.size);
        if (e.mapped_end > e.memory_end) e.mapped_end = e.memory_end;
        e.is_data = detail::is_data_section_name(s.header.name);
        out.has_sound_code = out.has_sound_code || e.is_sound_code();
    }
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
