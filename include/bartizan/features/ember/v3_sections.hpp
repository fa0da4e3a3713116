// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_V3_SECTIONS_HPP
#define BARTIZAN_FEATURES_EMBER_V3_SECTIONS_HPP

#include "entropy.hpp"
#include "pefile_overlay.hpp"
#include "pefile_values.hpp"
#include "section_flags.hpp"
#include "v3_scratch.hpp"
#include "vector_writer.hpp"

namespace BARTIZAN_NAMESPACE::features::ember_v3 {

namespace detail {

using ember::pefile_image;
using ember::vector_writer;

/// A section's name as it is hashed, and whether anything is left of it.
struct section_name {
    murmur3_32 hash;
    bool empty = true;

    explicit section_name(bytes raw) noexcept {
        ember::for_each_lower_utf8(raw, [this](uint8_t byte) noexcept {
            hash.add(byte);
            empty = false;
        });
    }
};

/// The name of the section of the entry point: of several the last; if it has none, of the first executable section with a name.
[[nodiscard]] inline section_name entry_section(const pefile_image& image) noexcept {
    const uint32_t entry = image.optional().address_of_entry_point;
    section_name name{bytes{}};
    for (const ember::pefile_section& s : image.sections()) {
        if (entry >= s.first_rva && entry < s.end_rva) name = section_name{image.name_of(s)};
    }
    for (const ember::pefile_section& s : image.sections()) {
        if (!name.empty) break;
        if ((s.characteristics & ember::mem_execute) != 0) name = section_name{image.name_of(s)};
    }
    return name;
}

inline void put_sections(pefile_image& image, extract_scratch& work, vector_writer& out) noexcept {
    constexpr size_t length = 224;
    if (!image.accepted()) return out.skip(length);
    const uint64_t file_size = image.in().data.size;
    const auto entropy = [&work](bytes data) noexcept {
        work.part = {};
        count_bytes(data, work.lanes, work.part);
        return ember::entropy_q42(work.part.count);
    };
    const auto grow = [](uint64_t& most, uint64_t value) noexcept { most = value > most ? value : most; };
    uint32_t zero_size = 0;
    uint32_t empty_name = 0;
    uint32_t rx = 0;
    uint32_t w = 0;
    uint64_t most_entropy = 0;
    uint64_t most_size = 0;
    struct ratio {
        uint64_t raw, of_virtual;
    } most_ratio{0, 1};
    int64_t bins[4][50];
    hashed_bins sizes{bins[0]};
    hashed_bins virtual_sizes{bins[1]};
    hashed_bins entropies{bins[2]};
    hashed_bins characteristics{bins[3]};
    ember::section_bytes_limit limit(image.in().data.size);
    for (const ember::pefile_section& s : image.sections()) {
        const section_name name{image.name_of(s)};
        const uint64_t e = entropy(limit.take(image.content(s)));
        zero_size += s.size_of_raw_data == 0;
        empty_name += name.empty;
        rx += (s.characteristics & ember::mem_read) != 0 && (s.characteristics & ember::mem_execute) != 0;
        w += (s.characteristics & ember::mem_write) != 0;
        grow(most_entropy, e);
        grow(most_size, s.size_of_raw_data);
        const ratio r{s.size_of_raw_data, s.virtual_size != 0 ? s.virtual_size : 1};
        if (r.raw * most_ratio.of_virtual > most_ratio.raw * r.of_virtual) most_ratio = r;
        sizes.add(name.hash, s.size_of_raw_data);
        virtual_sizes.add(name.hash, s.virtual_size);
        entropies.add(name.hash, static_cast<int64_t>(e));
        for (const ember::pefile_flag& flag : ember::pefile_section_flags) {
            if ((s.characteristics & flag.value) == 0) continue;
            murmur3_32 property = name.hash;
            property.add(':');
            property.add(flag.name);
            characteristics.add(property);
        }
    }
    const bytes overlay = ember::pefile_overlay(image);
    const uint64_t overlay_entropy = entropy(overlay);
    grow(most_entropy, overlay_entropy);
    grow(most_size, overlay.size);
    out.put(image.sections().size);
    out.put(zero_size);
    out.put(empty_name);
    out.put(rx);
    out.put(w);
    // Each minimum is over a list that the reference appends a 0 to.
    out.put_ratio(most_entropy, ember::entropy_unit);
    out.put(0);
    out.put_ratio(most_size, file_size);
    out.put(0);
    out.put_ratio(most_ratio.raw, most_ratio.of_virtual);
    out.put(0);
    out.put_all(sizes);
    out.put_all(virtual_sizes);
    out.put_all(entropies, ember::entropy_unit);
    out.put_all(characteristics);
    int64_t entry_bins[10];
    hashed_bins entry{entry_bins};
    entry.add(entry_section(image).hash);
    out.put_all(entry);
    out.put(overlay.size);
    out.put_ratio(overlay.size, file_size);
    out.put_ratio(overlay_entropy, ember::entropy_unit);
}

}  // namespace detail

}  // namespace BARTIZAN_NAMESPACE::features::ember_v3

#endif
