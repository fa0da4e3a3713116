// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_IMAGE_HPP
#define BARTIZAN_PE_IMAGE_HPP

#include "../core/error.hpp"
#include "headers.hpp"
#include "section.hpp"

/// A PE file, read without copying, allocating or trusting it. Tolerant in the way of the reference parser (pefile): what
/// it accepts with a warning is accepted here, so that a broken file still gets a verdict. `for_each_defect` names the breaks.
namespace BARTIZAN_NAMESPACE::pe {

enum class image_kind : uint8_t { pe32, pe32_plus };

/// A view: valid as long as the bytes it was parsed from. Safe to read from several threads.
struct image {
    bytes file;
    image_dos_header dos{};
    image_file_header coff{};
    image_optional_header optional{};
    section_table sections;
    image_kind kind = image_kind::pe32;
    /// Why fewer sections are readable than NumberOfSections claims, and the offset of the header where reading stopped.
    error sections_stopped;

    [[nodiscard]] constexpr uint64_t file_header_offset() const noexcept {
        return uint64_t{dos.e_lfanew} + nt_signature_size_bytes;
    }
    [[nodiscard]] constexpr uint64_t optional_header_offset() const noexcept {
        return file_header_offset() + file_header_size_bytes;
    }
    [[nodiscard]] constexpr image_data_directory directory(directory_entry entry) const noexcept {
        return optional.data_directory[static_cast<uint8_t>(entry)];
    }
    /// File offset of the directory's entry in the optional header: what to blame for an address that leads nowhere.
    [[nodiscard]] constexpr uint64_t directory_offset(directory_entry entry) const noexcept {
        return optional_header_offset() + optional_header_fixed_size_bytes(optional.magic) +
               data_directory_size_bytes * static_cast<uint8_t>(entry);
    }
    /// Bytes of a pointer in this image's tables.
    [[nodiscard]] constexpr unsigned pointer_size_bytes() const noexcept { return kind == image_kind::pe32_plus ? 8 : 4; }
};

/// `image` is meaningful only where `failure` is none, which is what the conversion to bool says.
struct parse_result {
    error failure;
    pe::image image;

    [[nodiscard]] constexpr explicit operator bool() const noexcept { return !failure; }
};

namespace detail {

// The reference parser gives up on a section table at a header that is wrong in three of these five ways at once.
[[nodiscard]] constexpr bool is_absurd(const section& s, uint64_t file_size_bytes, section_alignments alignments) noexcept {
    constexpr uint32_t largest_credible_rva = 0x10000000;
    const image_section_header& h = s.header;
    int faults = uint64_t{h.size_of_raw_data} + h.pointer_to_raw_data > file_size_bytes ? 1 : 0;
    faults += s.raw_offset > file_size_bytes ? 1 : 0;
    faults += h.virtual_size > largest_credible_rva ? 1 : 0;
    faults += s.rva > largest_credible_rva ? 1 : 0;
    faults += alignments.file_alignment != 0 && h.pointer_to_raw_data % alignments.file_alignment != 0 ? 1 : 0;
    return faults >= 3;
}

[[nodiscard]] constexpr bool is_all_zero(bytes data) noexcept {
    for (const uint8_t byte : data) {
        if (byte != 0) return false;
    }
    return true;
}

constexpr void bound_sections(image& out, uint64_t table_offset) noexcept {
    const reader in{out.file};
    const section_alignments alignments{out.optional.section_alignment, out.optional.file_alignment};
    const section_table claimed{in, table_offset, out.coff.number_of_sections, alignments};
    uint32_t count = 0;
    for (; count < claimed.size() && !out.sections_stopped; ++count) {
        const uint64_t at = table_offset + uint64_t{section_header_size_bytes} * count;
        if (count == max_sections) {
            out.sections_stopped = {error_code::pe_section_limit, at};
        } else if (!in.has(at, section_header_size_bytes)) {
            // A table that begins behind the file's end was put there by SizeOfOptionalHeader.
            out.sections_stopped = {error_code::pe_section_table_out_of_file,
                                    at <= out.file.size ? at : out.file_header_offset() + 16};
        } else if (is_all_zero(in.sub(at, section_header_size_bytes))) {
            out.sections_stopped = {error_code::pe_section_header_zero, at};
        } else if (is_absurd(claimed[count], out.file.size, alignments)) {
            out.sections_stopped = {error_code::pe_section_header_absurd, at};
        }
        if (out.sections_stopped) break;
    }
    out.sections = {in, table_offset, count, alignments};
}

}  // namespace detail

/// Reads headers and section table. Refuses, with the offset of the field to blame, only what no reader can make sense of:
/// pe_too_small, pe_no_mz, pe_header_out_of_file, pe_no_pe_signature, pe_optional_header_out_of_file, pe_rom_image,
/// pe_optional_header_magic. Time is bounded by `max_sections`, whatever the file says.
[[nodiscard]] constexpr parse_result parse(bytes file) noexcept {
    // The loader reads no field past Subsystem, so a header cut after it still loads; the reference parser accepts 69 bytes
    // of a PE32 header and 73 of a PE32+ header and pads with zeros.
    constexpr uint32_t shortest_pe32_header_bytes = 69;
    constexpr uint32_t shortest_pe32_plus_header_bytes = 73;

    const reader in{file};
    parse_result result;
    image& out = result.image;
    const auto refuse = [&result](error_code code, uint64_t offset) {
        result.failure = {code, offset};
        return result;
    };

    if (file.size < dos_header_size_bytes) return refuse(error_code::pe_too_small, file.size);
    out.file = file;
    out.dos = read_dos_header(in);
    if (out.dos.e_magic != dos_signature) return refuse(error_code::pe_no_mz, 0);
    if (!in.has(out.dos.e_lfanew, nt_signature_size_bytes + file_header_size_bytes)) {
        return refuse(error_code::pe_header_out_of_file, e_lfanew_offset);
    }
    if (in.u32(out.dos.e_lfanew) != nt_signature) return refuse(error_code::pe_no_pe_signature, out.dos.e_lfanew);
    out.coff = read_file_header(in, out.file_header_offset());

    const uint64_t at = out.optional_header_offset();
    if (!in.has(at, shortest_pe32_header_bytes)) return refuse(error_code::pe_optional_header_out_of_file, at);
    const uint16_t magic = in.u16(at);
    if (magic == magic_rom) return refuse(error_code::pe_rom_image, at);
    if (magic != magic_pe32 && magic != magic_pe32_plus) return refuse(error_code::pe_optional_header_magic, at);
    if (magic == magic_pe32_plus && !in.has(at, shortest_pe32_plus_header_bytes)) {
        return refuse(error_code::pe_optional_header_out_of_file, at);
    }
    out.kind = magic == magic_pe32_plus ? image_kind::pe32_plus : image_kind::pe32;
    out.optional = read_optional_header(in, at);
    detail::bound_sections(out, at + out.coff.size_of_optional_header);
    return result;
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
