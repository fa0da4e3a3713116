// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_RVA_HPP
#define BARTIZAN_PE_RVA_HPP

#include "image.hpp"

/// Between addresses in memory (RVAs: relative to the image base) and offsets in the file, as the reference parser maps them.
namespace BARTIZAN_NAMESPACE::pe {

/// An address in one of the two spaces; `known` is false where the other space has no counterpart.
struct location {
    bool known = false;
    uint64_t value = 0;
};

/// Where a mapped RVA lies: in a section, or in none (the headers, or nowhere). The answer is the same for every RVA in
/// [begin, end), which holds the one asked for.
struct section_lookup {
    bool found = false;
    section where;
    uint64_t begin = 0;
    uint64_t end = uint64_t{1} << 32;
};

/// The section that owns `rva`. Where sections overlap in memory, the one that begins last owns the address, for it cuts the
/// one before it short; of two that begin together, the first in the table that is long enough. Linear in the sections.
[[nodiscard]] constexpr section_lookup section_of_rva(const image& image, uint32_t rva) noexcept {
    section_lookup best;
    uint32_t begin = 0;     // the highest beginning of a section that is not above `rva`
    uint32_t together = 0;  // sections that begin there
    uint32_t first = 0;     // the first of them in the table
    const uint32_t count = image.sections.size();
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t at = image.sections.rva(i);
        if (at > rva) {
            best.end = at < best.end ? at : best.end;
        } else if (together == 0 || at > begin) {
            begin = at;
            first = i;
            together = 1;
        } else if (at == begin) {
            ++together;
        }
    }
    if (together == 0) return best;
    best.where = image.sections[first];
    best.found = rva - begin < best.where.mapped_size;
    for (uint32_t i = first + 1; together > 1 && !best.found && i < count; ++i) {
        if (image.sections.rva(i) != begin) continue;
        const section s = image.sections[i];
        if (rva - begin < s.mapped_size) {
            best.where = s;
            best.found = true;
        }
    }
    const uint64_t cut = uint64_t{best.where.rva} + best.where.mapped_size;
    if (together > 1) {  // which of them owns an address depends on the address
        best.begin = rva;
        best.end = uint64_t{rva} + 1;
    } else if (best.found) {
        best.begin = best.where.rva;
        best.end = cut < best.end ? cut : best.end;
    } else {
        best.begin = cut;
    }
    return best;
}

/// The file offset of the byte at `rva`: inside a section, unknown where the section has no such byte in the file (memory that
/// Windows fills with zeros); outside every section, the RVA itself, for the headers and images of low alignment are mapped flat.
[[nodiscard]] constexpr location rva_to_offset(const image& image, uint32_t rva) noexcept {
    const section_lookup owner = section_of_rva(image, rva);
    if (!owner.found) return rva < image.file.size ? location{true, rva} : location{};
    const uint64_t within = rva - owner.where.rva;
    if (within >= owner.where.raw.size) return {};
    return {true, owner.where.raw_offset + within};
}

/// The RVA at which the file's byte `offset` appears: in the first section whose raw data holds it, else the offset itself
/// within SizeOfHeaders; unknown for gaps and for what is appended to the image.
[[nodiscard]] constexpr location offset_to_rva(const image& image, uint64_t offset) noexcept {
    for (const section& s : image.sections) {
        if (offset >= s.raw_offset && offset - s.raw_offset < s.raw.size) {
            return {true, s.rva + (offset - s.raw_offset)};
        }
    }
    return offset < image.optional.size_of_headers && offset < image.file.size ? location{true, offset} : location{};
}

/// The file's bytes for [rva, rva + size_bytes): clipped to the section's raw data and to the file, empty where nothing is mapped.
[[nodiscard]] constexpr bytes bytes_at_rva(const image& image, uint32_t rva, uint64_t size_bytes) noexcept {
    const section_lookup owner = section_of_rva(image, rva);
    if (!owner.found) return reader{image.file}.sub(rva, size_bytes);
    return reader{owner.where.raw}.sub(rva - owner.where.rva, size_bytes);
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
