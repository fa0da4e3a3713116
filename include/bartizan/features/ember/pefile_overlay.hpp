// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_PEFILE_OVERLAY_HPP
#define BARTIZAN_FEATURES_EMBER_PEFILE_OVERLAY_HPP

#include "pefile_image.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// What pefile takes for appended data: everything behind the last byte that headers, sections or directories claim inside the
/// file. Certificates are not counted among the directories, so that a signature is part of the overlay.
[[nodiscard]] constexpr bytes pefile_overlay(pefile_image& image) noexcept {
    constexpr uint32_t security = 4;
    const uint64_t file_size = image.in().data.size;
    uint64_t end = 0;
    const auto claim = [&](uint64_t offset, uint64_t size) noexcept {
        if (offset + size <= file_size && offset + size > end) end = offset + size;
    };
    claim(image.optional_header_offset(), image.coff().size_of_optional_header);
    for (const pefile_section& s : image.sections()) claim(s.pointer_to_raw_data, s.size_of_raw_data);
    for (uint32_t i = 0; i < image.directories(); ++i) {
        if (i == security) continue;
        const pe::image_data_directory directory = image.directory(i);
        const auto offset = image.offset_of_rva(directory.virtual_address);
        if (offset.ok) claim(offset.offset, directory.size);
    }
    return image.in().sub(end, file_size);
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
