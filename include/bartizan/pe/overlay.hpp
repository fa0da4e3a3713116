// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_OVERLAY_HPP
#define BARTIZAN_PE_OVERLAY_HPP

#include "rva.hpp"

namespace BARTIZAN_NAMESPACE::pe {

/// What follows the image in its file: installers' payloads, and the certificate table of a signed file.
struct overlay {
    uint64_t offset = 0;
    bytes data;      ///< as the reference parser counts it: with the certificate table; empty where nothing follows
    bytes appended;  ///< the part before the certificate table, or all where that does not lie in `data`
};

/// The image ends behind the last of the optional header, the sections' raw data and the directories, of those that end
/// inside the file; section offsets are not rounded here.
[[nodiscard]] constexpr overlay find_overlay(const image& image) noexcept {
    uint64_t end = 0;
    const auto reach = [&end, &image](uint64_t offset, uint64_t size_bytes) {
        if (offset + size_bytes <= image.file.size && offset + size_bytes > end) end = offset + size_bytes;
    };
    reach(image.optional_header_offset(), image.coff.size_of_optional_header);
    for (const section& s : image.sections) reach(s.header.pointer_to_raw_data, s.header.size_of_raw_data);
    const image_data_directory certificates = image.directory(directory_entry::security);
    for (uint8_t i = 0; i < max_data_directories; ++i) {
        if (i == static_cast<uint8_t>(directory_entry::security)) continue;
        const image_data_directory directory = image.optional.data_directory[i];
        const section_lookup owner = section_of_rva(image, directory.virtual_address);
        const uint64_t within = uint64_t{directory.virtual_address} - owner.where.rva;
        reach(owner.found ? owner.where.raw_offset + within : directory.virtual_address, directory.size);
    }
    overlay out{end, reader{image.file}.sub(end, UINT64_MAX), {}};
    const bool signed_behind = certificates.size != 0 && certificates.virtual_address >= end;
    out.appended = signed_behind ? out.data.sub(0, static_cast<size_t>(certificates.virtual_address - end)) : out.data;
    return out;
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
