// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_BARTIZAN_V1_HPP
#define BARTIZAN_FEATURES_BARTIZAN_V1_HPP

#include "../pe/image.hpp"
#include "histogram.hpp"
#include "schema.hpp"

/// The feature schema of the library's own models. Inline: `features::vector` is this schema's; another schema is another
/// namespace.
namespace BARTIZAN_NAMESPACE::features::inline bartizan_v1 {

/// Name, group and order of every feature; the names are those of the public data sets that share these fields. Units: sizes in
/// bytes; entropies in bits per byte, Q16 (0 to 524,288); everything else as it stands in the header. Section statistics are
/// unweighted over all sections read, empty ones included; means are rounded down.
inline constexpr field fields[] = {
    {"NumberOfSections", group::core30},
    {"SizeOfOptionalHeader", group::core30},
    {"Characteristics", group::core30},
    {"MajorLinkerVersion", group::core30},
    {"MinorLinkerVersion", group::core30},
    {"SizeOfCode", group::core30},
    {"SizeOfInitializedData", group::core30},
    {"SizeOfUninitializedData", group::core30},
    {"AddressOfEntryPoint", group::core30},
    {"BaseOfCode", group::core30},
    {"ImageBase", group::core30},
    {"SectionAlignment", group::core30},
    {"FileAlignment", group::core30},
    {"MajorOperatingSystemVersion", group::core30},
    {"MinorOperatingSystemVersion", group::core30},
    {"MajorImageVersion", group::core30},
    {"MinorImageVersion", group::core30},
    {"MajorSubsystemVersion", group::core30},
    {"MinorSubsystemVersion", group::core30},
    {"SizeOfImage", group::core30},
    {"SizeOfHeaders", group::core30},
    {"CheckSum", group::core30},
    {"Subsystem", group::core30},
    {"DllCharacteristics", group::core30},
    {"SizeOfStackReserve", group::core30},
    {"SizeOfStackCommit", group::core30},
    {"SizeOfHeapReserve", group::core30},
    {"SizeOfHeapCommit", group::core30},
    {"LoaderFlags", group::core30},
    {"NumberOfRvaAndSizes", group::core30},
    {"SectionsMeanEntropy", group::section_entropy},
    {"SectionsMinEntropy", group::section_entropy},
    {"SectionsMaxEntropy", group::section_entropy},
    {"SectionsMeanRawsize", group::section_size},
    {"SectionsMinRawsize", group::section_size},
    {"SectionsMaxRawsize", group::section_size},
    {"SectionsMeanVirtualsize", group::section_size},
    {"SectionsMinVirtualsize", group::section_size},
    {"SectionsMaxVirtualsize", group::section_size},
    {"e_cblp", group::dos_header},
    {"e_cp", group::dos_header},
    {"e_minalloc", group::dos_header},
    {"e_maxalloc", group::dos_header},
    {"e_sp", group::dos_header},
    {"e_lfarlc", group::dos_header},
    {"e_ovno", group::dos_header},
    {"e_lfanew", group::dos_header},
    {"FileEntropy", group::file},
    {"FileSize", group::file},
};
inline constexpr unsigned field_count = sizeof fields / sizeof fields[0];
static_assert(field_count == 49);

/// Identifies this schema, this order, these names; a model states the hash that it was trained on.
inline constexpr uint64_t hash = schema_hash(fields);

/// Bit i is set for every field i of group `g`.
[[nodiscard]] constexpr uint64_t mask_of(group g) noexcept {
    uint64_t mask = 0;
    for (unsigned i = 0; i < field_count; ++i) mask |= uint64_t{fields[i].group == g} << i;
    return mask;
}

/// One file's features. A field whose bit in `present` is clear is unknown, which is not the same as 0; its value is 0.
struct vector {
    uint64_t value[field_count]{};
    uint64_t present = 0;

    [[nodiscard]] constexpr bool has(unsigned i) const noexcept { return (present >> i & 1) != 0; }

    /// Makes a whole group unknown, as training does.
    constexpr void mask(group g) noexcept {
        for (unsigned i = 0; i < field_count; ++i) {
            if (fields[i].group == g) value[i] = 0;
        }
        present &= ~mask_of(g);
    }
};

/// Working memory of `extract`, the caller's: 8 KiB. One per thread; may be used again without clearing.
struct extract_scratch {
    byte_histogram file;
    byte_histogram section;
    histogram_lanes lanes;
};
static_assert(sizeof(extract_scratch) <= 32 * 1024);

/// Sections may overlap and so be counted again and again: 2,048 of them over a file of 100 MB would take a minute. When the
/// sections' raw data together exceed this many times the file, section entropies are given as unknown. Of 727 benign files
/// none exceeds 1.
inline constexpr uint64_t max_section_bytes_per_file_byte = 4;

namespace v1_detail {

/// Minimum, maximum and mean of a section property.
struct statistics {
    uint64_t sum = 0;
    uint64_t min = UINT64_MAX;
    uint64_t max = 0;

    constexpr void add(uint64_t x) noexcept {
        sum += x;
        min = x < min ? x : min;
        max = x > max ? x : max;
    }
    /// In the schema's order: mean, minimum, maximum.
    constexpr void store(uint64_t* out, uint32_t count) const noexcept {
        out[0] = sum / count;
        out[1] = min;
        out[2] = max;
    }
};

/// Index of the first field of a group.
[[nodiscard]] constexpr unsigned first_of(group g) noexcept {
    unsigned i = 0;
    while (fields[i].group != g) ++i;
    return i;
}

/// Fields of the MS-DOS stub's header that linkers, packers and file infectors set apart.
constexpr void store_dos_header(const pe::image_dos_header& dos, uint64_t* out) noexcept {
    const uint64_t values[] = {dos.e_cblp, dos.e_cp, dos.e_minalloc, dos.e_maxalloc, dos.e_sp, dos.e_lfarlc, dos.e_ovno, dos.e_lfanew};
    constexpr unsigned first = first_of(group::dos_header);
    static_assert(sizeof values / sizeof values[0] == first_of(group::file) - first);
    for (unsigned i = 0; i < sizeof values / sizeof values[0]; ++i) out[first + i] = values[i];
}

constexpr void store_headers(const pe::image& image, uint64_t* out) noexcept {
    const pe::image_file_header& coff = image.coff;
    const pe::image_optional_header& optional = image.optional;
    const uint64_t values[] = {
        coff.number_of_sections,
        coff.size_of_optional_header,
        coff.characteristics,
        optional.major_linker_version,
        optional.minor_linker_version,
        optional.size_of_code,
        optional.size_of_initialized_data,
        optional.size_of_uninitialized_data,
        optional.address_of_entry_point,
        optional.base_of_code,
        optional.image_base,
        optional.section_alignment,
        optional.file_alignment,
        optional.major_operating_system_version,
        optional.minor_operating_system_version,
        optional.major_image_version,
        optional.minor_image_version,
        optional.major_subsystem_version,
        optional.minor_subsystem_version,
        optional.size_of_image,
        optional.size_of_headers,
        optional.check_sum,
        optional.subsystem,
        optional.dll_characteristics,
        optional.size_of_stack_reserve,
        optional.size_of_stack_commit,
        optional.size_of_heap_reserve,
        optional.size_of_heap_commit,
        optional.loader_flags,
        optional.number_of_rva_and_sizes,
    };
    static_assert(sizeof values / sizeof values[0] == first_of(group::section_entropy));
    for (unsigned i = 0; i < first_of(group::section_entropy); ++i) out[i] = values[i];
}

/// Leaves the whole file's histogram in `work.file` and returns the entropies of the sections. Where the sections follow one
/// another in the file, every byte is read once: the file is the sections and the gaps between them.
constexpr statistics section_entropies(const pe::image& image, extract_scratch& work) noexcept {
    statistics entropies;
    const reader in{image.file};
    uint64_t counted = 0;  // the file's bytes [0, counted) are in work.file
    bool in_order = true;
    for (const pe::section& s : image.sections) {
        if (s.raw.empty()) {
            entropies.add(0);
            continue;
        }
        work.section = {};
        count_bytes(s.raw, work.lanes, work.section);
        entropies.add(entropy_q16(work.section));
        in_order = in_order && s.raw_offset >= counted;
        if (in_order) {
            count_bytes(in.sub(counted, s.raw_offset - counted), work.lanes, work.file);
            work.file.add(work.section);
            counted = s.raw_offset + s.raw.size;
        }
    }
    count_bytes(in.sub(counted, image.file.size - counted), work.lanes, work.file);
    return entropies;
}

}  // namespace v1_detail

/// The features of `image`, from its headers and every byte of its file. All fields are present, but: no section that could be
/// read leaves both section groups unknown, and overlapping sections (see above) leave section_entropy unknown. Reads each
/// byte of the file once, and those of sections that lie out of order twice. Cannot fail; allocates nothing.
constexpr void extract(const pe::image& image, extract_scratch& work, vector& out) noexcept {
    out = {};
    out.present = mask_of(group::core30) | mask_of(group::file) | mask_of(group::dos_header);
    v1_detail::store_headers(image, out.value);
    v1_detail::store_dos_header(image.dos, out.value);

    uint64_t raw_bytes = 0;
    v1_detail::statistics raw_sizes;
    v1_detail::statistics virtual_sizes;
    for (const pe::section& s : image.sections) {
        raw_bytes += s.raw.size;
        raw_sizes.add(s.header.size_of_raw_data);
        virtual_sizes.add(s.header.virtual_size);
    }
    const uint32_t sections = image.sections.size();
    if (sections != 0) {
        constexpr unsigned at = v1_detail::first_of(group::section_size);
        raw_sizes.store(out.value + at, sections);
        virtual_sizes.store(out.value + at + 3, sections);
        out.present |= mask_of(group::section_size);
    }

    work.file = {};
    if (raw_bytes / max_section_bytes_per_file_byte > image.file.size) {
        count_bytes(image.file, work.lanes, work.file);
    } else {
        const v1_detail::statistics entropies = v1_detail::section_entropies(image, work);
        if (sections != 0) {
            entropies.store(out.value + v1_detail::first_of(group::section_entropy), sections);
            out.present |= mask_of(group::section_entropy);
        }
    }
    constexpr unsigned at = v1_detail::first_of(group::file);
    out.value[at] = entropy_q16(work.file);
    out.value[at + 1] = image.file.size;
}

}  // namespace BARTIZAN_NAMESPACE::features::inline bartizan_v1

#endif
