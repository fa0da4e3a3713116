// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTING_PE_BUILDER_HPP
#define BARTIZAN_TESTING_PE_BUILDER_HPP

#include <string_view>
#include <utility>
#include <vector>

#include "../pe/image.hpp"

namespace BARTIZAN_NAMESPACE::testing {

/// Makes PE files for tests, sound or broken: every field of every header is a public member, written as it stands. The
/// constructor fills in a sound image without sections and `add_section` lays out one more; break what you like after that.
struct pe_builder {
    struct section {
        pe::image_section_header header{};
        std::vector<uint8_t> contents;
    };

    pe::image_dos_header dos{};
    uint32_t signature = pe::nt_signature;
    pe::image_file_header coff{};
    pe::image_optional_header optional{};
    std::vector<section> sections;
    std::vector<uint8_t> stub;  ///< behind the DOS header, at 0x40
    std::vector<uint8_t> overlay;  ///< behind the last section

    explicit pe_builder(pe::image_kind kind = pe::image_kind::pe32_plus) {
        const bool plus = kind == pe::image_kind::pe32_plus;
        dos.e_magic = pe::dos_signature;
        dos.e_lfarlc = 64;
        dos.e_lfanew = 0x80;
        coff.machine = plus ? 0x8664 : 0x014c;
        coff.characteristics = plus ? 0x0022 : 0x0102;
        optional.magic = plus ? pe::magic_pe32_plus : pe::magic_pe32;
        optional.major_linker_version = 14;
        optional.image_base = plus ? 0x140000000 : 0x400000;
        optional.section_alignment = 0x1000;
        optional.file_alignment = 0x200;
        optional.major_operating_system_version = 6;
        optional.major_subsystem_version = 6;
        optional.size_of_image = 0x1000;
        optional.size_of_headers = 0x400;
        optional.subsystem = 3;  // console
        optional.dll_characteristics = 0x0160;
        optional.size_of_stack_reserve = 0x100000;
        optional.size_of_stack_commit = 0x1000;
        optional.size_of_heap_reserve = 0x100000;
        optional.size_of_heap_commit = 0x1000;
        optional.number_of_rva_and_sizes = pe::max_data_directories;
        coff.size_of_optional_header = static_cast<uint16_t>(pe::optional_header_fixed_size_bytes(optional.magic) +
                                                             pe::data_directory_size_bytes * pe::max_data_directories);
    }

    /// Appends a section behind the last one, in the file and in memory, and counts it in the headers.
    section& add_section(std::string_view name, std::vector<uint8_t> contents, uint32_t characteristics = 0x40000040) {
        const uint32_t size_bytes = static_cast<uint32_t>(contents.size());
        section s;
        for (size_t i = 0; i < name.size() && i < sizeof s.header.name; ++i) {
            s.header.name[i] = static_cast<uint8_t>(name[i]);
        }
        s.header.virtual_size = size_bytes;
        s.header.virtual_address = optional.size_of_image;
        s.header.size_of_raw_data = align_up(size_bytes, optional.file_alignment);
        s.header.pointer_to_raw_data =
            sections.empty() ? optional.size_of_headers
                             : sections.back().header.pointer_to_raw_data + sections.back().header.size_of_raw_data;
        s.header.characteristics = characteristics;
        s.contents = std::move(contents);
        optional.size_of_image += align_up(size_bytes == 0 ? 1 : size_bytes, optional.section_alignment);
        ++coff.number_of_sections;
        sections.push_back(std::move(s));
        return sections.back();
    }

    /// Where the next `add_section` will put its contents in memory.
    [[nodiscard]] uint32_t next_rva() const { return optional.size_of_image; }
    [[nodiscard]] pe::image_data_directory& directory(pe::directory_entry entry) {
        return optional.data_directory[static_cast<uint8_t>(entry)];
    }

    [[nodiscard]] uint64_t optional_header_offset() const {
        return uint64_t{dos.e_lfanew} + pe::nt_signature_size_bytes + pe::file_header_size_bytes;
    }
    [[nodiscard]] uint64_t section_header_offset(uint32_t index) const {
        return optional_header_offset() + coff.size_of_optional_header + uint64_t{pe::section_header_size_bytes} * index;
    }

    /// The file, as long as its headers and contents need: contents are placed at PointerToRawData and padded with zeros to
    /// SizeOfRawData. Structures that overlap overwrite each other, the later in the order of the format.
    [[nodiscard]] std::vector<uint8_t> build() const {
        std::vector<uint8_t> file;
        writer out{file, 0};
        for (const uint16_t word : {dos.e_magic, dos.e_cblp, dos.e_cp, dos.e_crlc, dos.e_cparhdr, dos.e_minalloc,
                                    dos.e_maxalloc, dos.e_ss, dos.e_sp, dos.e_csum, dos.e_ip, dos.e_cs, dos.e_lfarlc,
                                    dos.e_ovno}) {
            out.put(word, 2);
        }
        out.put(0, 8);  // e_res
        out.put(dos.e_oemid, 2);
        out.put(dos.e_oeminfo, 2);
        for (int word = 0; word < 5; ++word) out.put(0, 4);  // e_res2
        out.put(dos.e_lfanew, 4);

        for (const uint8_t byte : stub) out.put(byte, 1);
        out.position = dos.e_lfanew;
        out.put(signature, 4);
        write_file_header(out);
        write_optional_header(out);

        for (uint32_t i = 0; i < sections.size(); ++i) {
            out.position = section_header_offset(i);
            write_section_header(out, sections[i].header);
        }
        for (const section& s : sections) {
            out.position = s.header.pointer_to_raw_data;
            for (const uint8_t byte : s.contents) out.put(byte, 1);
            const uint64_t end = uint64_t{s.header.pointer_to_raw_data} + s.header.size_of_raw_data;
            if (s.header.size_of_raw_data >= s.contents.size()) out.extend(end);
        }
        file.insert(file.end(), overlay.begin(), overlay.end());
        return file;
    }

  private:
    struct writer {
        std::vector<uint8_t>& file;
        uint64_t position;

        void extend(uint64_t size_bytes) {
            if (file.size() < size_bytes) file.resize(static_cast<size_t>(size_bytes));
        }
        void put(uint64_t value, unsigned size_bytes) {
            extend(position + size_bytes);
            for (unsigned i = 0; i < size_bytes; ++i) {
                file[static_cast<size_t>(position++)] = static_cast<uint8_t>(value >> (8 * i));
            }
        }
    };

    static uint32_t align_up(uint32_t value, uint32_t unit) {
        return unit == 0 ? value : (value + unit - 1) / unit * unit;
    }

    void write_file_header(writer& out) const {
        out.put(coff.machine, 2);
        out.put(coff.number_of_sections, 2);
        out.put(coff.time_date_stamp, 4);
        out.put(coff.pointer_to_symbol_table, 4);
        out.put(coff.number_of_symbols, 4);
        out.put(coff.size_of_optional_header, 2);
        out.put(coff.characteristics, 2);
    }

    void write_optional_header(writer& out) const {
        const bool plus = optional.magic == pe::magic_pe32_plus;
        const unsigned pointer_size_bytes = plus ? 8 : 4;
        out.put(optional.magic, 2);
        out.put(optional.major_linker_version, 1);
        out.put(optional.minor_linker_version, 1);
        for (const uint32_t field : {optional.size_of_code, optional.size_of_initialized_data,
                                     optional.size_of_uninitialized_data, optional.address_of_entry_point,
                                     optional.base_of_code}) {
            out.put(field, 4);
        }
        if (!plus) out.put(optional.base_of_data, 4);
        out.put(optional.image_base, pointer_size_bytes);
        out.put(optional.section_alignment, 4);
        out.put(optional.file_alignment, 4);
        for (const uint16_t field :
             {optional.major_operating_system_version, optional.minor_operating_system_version,
              optional.major_image_version, optional.minor_image_version, optional.major_subsystem_version,
              optional.minor_subsystem_version}) {
            out.put(field, 2);
        }
        for (const uint32_t field : {optional.win32_version_value, optional.size_of_image, optional.size_of_headers,
                                     optional.check_sum}) {
            out.put(field, 4);
        }
        out.put(optional.subsystem, 2);
        out.put(optional.dll_characteristics, 2);
        for (const uint64_t field : {optional.size_of_stack_reserve, optional.size_of_stack_commit,
                                     optional.size_of_heap_reserve, optional.size_of_heap_commit}) {
            out.put(field, pointer_size_bytes);
        }
        out.put(optional.loader_flags, 4);
        out.put(optional.number_of_rva_and_sizes, 4);
        for (uint32_t i = 0; i < pe::max_data_directories && i < optional.number_of_rva_and_sizes; ++i) {
            out.put(optional.data_directory[i].virtual_address, 4);
            out.put(optional.data_directory[i].size, 4);
        }
    }

    static void write_section_header(writer& out, const pe::image_section_header& header) {
        for (const uint8_t byte : header.name) out.put(byte, 1);
        for (const uint32_t field : {header.virtual_size, header.virtual_address, header.size_of_raw_data,
                                     header.pointer_to_raw_data, header.pointer_to_relocations,
                                     header.pointer_to_linenumbers}) {
            out.put(field, 4);
        }
        out.put(header.number_of_relocations, 2);
        out.put(header.number_of_linenumbers, 2);
        out.put(header.characteristics, 4);
    }
};

}  // namespace BARTIZAN_NAMESPACE::testing

#endif
