// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_LIEF_IMAGE_HPP
#define BARTIZAN_FEATURES_EMBER_LIEF_IMAGE_HPP

#include "../../pe/headers.hpp"
#include "../../pe/section.hpp"

/// A PE file as LIEF 0.9.0 reads it. EMBER v2 vectors (EMBER2018, SOREL-20M, BODMAS) were made with that reader, so what it
/// misreads is part of their definition: other alignments, other limits, other acceptance than in the `pe` room.
namespace BARTIZAN_NAMESPACE::features::ember {

struct lief_section {
    pe::image_section_header header{};
    bytes name;  ///< up to the first zero byte, in the file

    [[nodiscard]] constexpr bool has_flag(uint32_t flag) const noexcept { return (header.characteristics & flag) != 0; }
};

class lief_image {
  public:
    static constexpr uint32_t directories = 15;

    constexpr explicit lief_image(bytes file) noexcept : in_{file} {
        dos_ = pe::read_dos_header(in_);
        if (file.size < pe::dos_header_size_bytes || dos_.e_magic != pe::dos_signature) return;
        const uint64_t nt = dos_.e_lfanew;
        if (!in_.has(nt, 26) || in_.u32(nt) != pe::nt_signature) return;
        const uint64_t at = nt + pe::nt_signature_size_bytes + pe::file_header_size_bytes;
        const uint16_t magic = in_.u16(at);
        if (magic != pe::magic_pe32 && magic != pe::magic_pe32_plus) return;
        const uint32_t fixed = pe::optional_header_fixed_size_bytes(magic);
        if (!in_.has(at, fixed)) return;
        accepted_ = true;
        coff_ = pe::read_file_header(in_, nt + pe::nt_signature_size_bytes);
        optional_ = pe::read_optional_header(in_, at);
        section_table_ = at + coff_.size_of_optional_header;
        if (in_.has(section_table_, uint64_t{pe::section_header_size_bytes} * coff_.number_of_sections)) {
            sections_ = coff_.number_of_sections;
        }
        directory_table_ = at + fixed;
        has_directories_ = in_.has(directory_table_, pe::data_directory_size_bytes * directories);
    }

    /// Whether LIEF makes an object of the file at all; if not, everything else is empty or zero.
    [[nodiscard]] constexpr bool accepted() const noexcept { return accepted_; }
    [[nodiscard]] constexpr bool is_pe32_plus() const noexcept { return optional_.magic == pe::magic_pe32_plus; }
    [[nodiscard]] constexpr const reader& in() const noexcept { return in_; }
    [[nodiscard]] constexpr const pe::image_file_header& coff() const noexcept { return coff_; }
    [[nodiscard]] constexpr const pe::image_optional_header& optional() const noexcept { return optional_; }
    [[nodiscard]] constexpr uint32_t sections() const noexcept { return sections_; }

    [[nodiscard]] constexpr lief_section section(uint32_t index) const noexcept {
        const uint64_t at = section_table_ + uint64_t{pe::section_header_size_bytes} * index;
        lief_section s;
        s.header = pe::read_section_header(in_, at);
        uint32_t length = 0;
        while (length < sizeof s.header.name && s.header.name[length] != 0) ++length;
        s.name = in_.sub(at, length);
        return s;
    }

    /// What LIEF takes for a section's content: the smaller of its two sizes, cut at the end of the file.
    [[nodiscard]] constexpr bytes content(const lief_section& s) const noexcept {
        constexpr uint32_t most_bytes = uint32_t{3} << 30;
        const pe::image_section_header& h = s.header;
        uint32_t size = h.virtual_size > 0 && h.virtual_size < h.size_of_raw_data ? h.virtual_size : h.size_of_raw_data;
        const uint32_t end = h.pointer_to_raw_data + size;
        if (end > in_.data.size) size -= end - static_cast<uint32_t>(in_.data.size);
        return size <= most_bytes && in_.has(h.pointer_to_raw_data, size) ? in_.sub(h.pointer_to_raw_data, size)
                                                                          : bytes{};
    }

    /// Where the fixed optional header ends.
    [[nodiscard]] constexpr uint64_t headers_end() const noexcept { return directory_table_; }

    /// The first 15 directories stand behind the fixed header, whatever NumberOfRvaAndSizes says; zero where the file is too
    /// short for all of them.
    [[nodiscard]] constexpr pe::image_data_directory directory(pe::directory_entry entry) const noexcept {
        if (!has_directories_) return {};
        const uint64_t at = directory_table_ + pe::data_directory_size_bytes * static_cast<uint64_t>(entry);
        return {in_.u32(at), in_.u32(at + 4)};
    }

    /// The first section whose raw data, as its header states it, holds the file offset; `sections()` if none does.
    [[nodiscard]] constexpr uint32_t section_of_offset(uint64_t offset) const noexcept {
        for (uint32_t i = 0; i < sections_; ++i) {
            const pe::image_section_header h = section(i).header;
            if (offset >= h.pointer_to_raw_data && offset < uint32_t{h.pointer_to_raw_data + h.size_of_raw_data})
                return i;
        }
        return sections_;
    }

    /// The file offset of an RVA: within the first section whose VirtualSize covers it, with alignments rounded up; else the RVA.
    [[nodiscard]] constexpr uint64_t offset_of_rva(uint64_t rva) const noexcept {
        for (uint32_t i = 0; i < sections_; ++i) {
            const uint64_t at = section_table_ + uint64_t{pe::section_header_size_bytes} * i;
            const uint32_t first = in_.u32(at + 12);
            if (rva < first || rva >= uint32_t{first + in_.u32(at + 8)}) continue;
            const uint32_t alignment =
                optional_.section_alignment < 0x1000 ? optional_.file_alignment : optional_.section_alignment;
            return rva - rounded_up(first, alignment) + rounded_up(in_.u32(at + 20), optional_.file_alignment);
        }
        return rva & UINT32_MAX;
    }

    [[nodiscard]] static constexpr uint64_t rounded_up(uint64_t value, uint32_t alignment) noexcept {
        return alignment == 0 || value % alignment == 0 ? value : value + (alignment - value % alignment);
    }

    /// The bytes from `offset` up to a zero byte or the end of the file, at most `limit` of them.
    [[nodiscard]] constexpr bytes text_at(uint64_t offset, size_t limit) const noexcept {
        const bytes rest = in_.sub(offset, limit);
        size_t length = 0;
        while (length < rest.size && rest[length] != 0) ++length;
        return rest.sub(0, length);
    }

  private:
    reader in_;
    pe::image_dos_header dos_{};
    pe::image_file_header coff_{};
    pe::image_optional_header optional_{};
    uint64_t section_table_ = 0;
    uint64_t directory_table_ = 0;
    uint32_t sections_ = 0;
    bool accepted_ = false;
    bool has_directories_ = false;
};

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
