// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_DEFECTS_HPP
#define BARTIZAN_PE_DEFECTS_HPP

#include "image.hpp"

namespace BARTIZAN_NAMESPACE::pe {

/// Calls `report(error)` for every broken structure that `parse` read around, in the order of the file's structures: code and
/// offset of the field or header to blame. A well-formed image has none. At most 4 + 2,048 calls.
template <class Report>
constexpr void for_each_defect(const image& image, Report&& report) noexcept {
    const reader in{image.file};
    const uint64_t optional_header = image.optional_header_offset();
    const uint32_t fixed_size = optional_header_fixed_size_bytes(image.optional.magic);
    const uint64_t directories = optional_header + fixed_size;
    const uint32_t claimed_directories = image.optional.number_of_rva_and_sizes;
    const uint32_t read_directories =
        claimed_directories < max_data_directories ? claimed_directories : max_data_directories;
    const uint32_t read_size = fixed_size + data_directory_size_bytes * read_directories;

    if (image.coff.size_of_optional_header < read_size) {
        report(error{error_code::pe_optional_header_too_small, image.file_header_offset() + 16});
    }
    if (!in.has(optional_header, read_size)) {
        report(error{error_code::pe_optional_header_cut, image.file.size});
    }
    if (claimed_directories > max_data_directories) {
        report(error{error_code::pe_directory_count, directories - 4});
    }
    for (const section& s : image.sections) {
        if (s.raw_clipped) report(error{error_code::pe_section_raw_out_of_file, s.header_offset + 16});
    }
    if (image.sections_stopped) report(image.sections_stopped);
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
