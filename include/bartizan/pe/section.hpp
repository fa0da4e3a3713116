// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_SECTION_HPP
#define BARTIZAN_PE_SECTION_HPP

#include "../core/reader.hpp"

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint32_t section_header_size_bytes = 40;
/// At most so many section headers are read, as by the reference parser; Windows loads no image with more than 96.
inline constexpr uint32_t max_sections = 0x800;

struct image_section_header {
    uint8_t name[8];
    uint32_t virtual_size;
    uint32_t virtual_address;
    uint32_t size_of_raw_data;
    uint32_t pointer_to_raw_data;
    uint32_t pointer_to_relocations;
    uint32_t pointer_to_linenumbers;
    uint16_t number_of_relocations;
    uint16_t number_of_linenumbers;
    uint32_t characteristics;
};

/// The two alignments of the optional header, as the loader applies them to a section's fields.
struct section_alignments {
    uint32_t section_alignment = 0;
    uint32_t file_alignment = 0;

    /// Where raw data begins: Windows rounds PointerToRawData down to a sector of 512 bytes, whatever FileAlignment says,
    /// except in images of low alignment (FileAlignment below 512).
    [[nodiscard]] constexpr uint32_t file_offset(uint32_t pointer_to_raw_data) const noexcept {
        return file_alignment < 0x200 ? pointer_to_raw_data : pointer_to_raw_data & ~uint32_t{0x1ff};
    }

    /// Where a section begins in memory: rounded down to SectionAlignment, or to FileAlignment where the former is below a page.
    [[nodiscard]] constexpr uint32_t rva(uint32_t virtual_address) const noexcept {
        const uint32_t unit = section_alignment < 0x1000 ? file_alignment : section_alignment;
        if (unit == 0) return virtual_address;
        const bool power_of_two = (unit & (unit - 1)) == 0;  // always, in files that Windows loads: then no division
        return power_of_two ? virtual_address & ~(unit - 1) : virtual_address - virtual_address % unit;
    }
};

/// One section: its header and the part of its raw data that the file really holds.
struct section {
    image_section_header header{};
    uint64_t header_offset = 0;
    uint64_t raw_offset = 0;    ///< rounded as the loader does; may lie past the end of the file
    bytes raw;                  ///< padding included, clipped to the file
    bool raw_clipped = false;   ///< the file ends before the raw data that the header claims
    uint32_t rva = 0;           ///< VirtualAddress, rounded as the loader does
    uint32_t mapped_size = 0;   ///< bytes that the reference parser counts as the section's in memory
};

[[nodiscard]] constexpr image_section_header read_section_header(reader in, uint64_t at) noexcept {
    image_section_header h{};
    for (unsigned i = 0; i < sizeof h.name; ++i) h.name[i] = in.u8(at + i);
    h.virtual_size = in.u32(at + 8);
    h.virtual_address = in.u32(at + 12);
    h.size_of_raw_data = in.u32(at + 16);
    h.pointer_to_raw_data = in.u32(at + 20);
    h.pointer_to_relocations = in.u32(at + 24);
    h.pointer_to_linenumbers = in.u32(at + 28);
    h.number_of_relocations = in.u16(at + 32);
    h.number_of_linenumbers = in.u16(at + 34);
    h.characteristics = in.u32(at + 36);
    return h;
}

/// The sections of an image in the order of the table; decoded on the way, nothing is stored. Indices run to `size()`,
/// which `pe::parse` has bounded to headers that lie wholly inside the file.
class section_table {
  public:
    constexpr section_table() noexcept = default;
    constexpr section_table(reader in, uint64_t offset, uint32_t count, section_alignments alignments) noexcept
        : in_(in), offset_(offset), count_(count), alignments_(alignments) {}

    [[nodiscard]] constexpr uint32_t size() const noexcept { return count_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return count_ == 0; }
    [[nodiscard]] constexpr uint64_t offset() const noexcept { return offset_; }

    /// `(*this)[index].rva`, without decoding the rest: what looking for an address needs of most sections.
    [[nodiscard]] constexpr uint32_t rva(uint32_t index) const noexcept {
        return alignments_.rva(in_.u32(offset_ + uint64_t{section_header_size_bytes} * index + 12));
    }

    [[nodiscard]] constexpr section operator[](uint32_t index) const noexcept {
        section s;
        s.header_offset = offset_ + uint64_t{section_header_size_bytes} * index;
        s.header = read_section_header(in_, s.header_offset);
        s.raw_offset = alignments_.file_offset(s.header.pointer_to_raw_data);
        // raw_offset is never above PointerToRawData, so this end never exceeds PointerToRawData + SizeOfRawData.
        s.raw = in_.sub(s.raw_offset, s.header.size_of_raw_data);
        s.raw_clipped = s.raw.size < s.header.size_of_raw_data;
        s.rva = alignments_.rva(s.header.virtual_address);
        // A SizeOfRawData that the file cannot hold says nothing about the size in memory.
        s.mapped_size = s.raw_clipped || s.header.virtual_size > s.header.size_of_raw_data ? s.header.virtual_size
                                                                                          : s.header.size_of_raw_data;
        return s;
    }

    class iterator {
      public:
        constexpr iterator(const section_table* table, uint32_t index) noexcept : table_(table), index_(index) {}
        [[nodiscard]] constexpr section operator*() const noexcept { return (*table_)[index_]; }
        constexpr iterator& operator++() noexcept {
            ++index_;
            return *this;
        }
        [[nodiscard]] constexpr bool operator==(const iterator& other) const noexcept { return index_ == other.index_; }

      private:
        const section_table* table_;
        uint32_t index_;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return {this, 0}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {this, count_}; }

  private:
    reader in_;
    uint64_t offset_ = 0;
    uint32_t count_ = 0;
    section_alignments alignments_;
};

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
