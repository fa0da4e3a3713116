// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_PEFILE_IMAGE_HPP
#define BARTIZAN_FEATURES_EMBER_PEFILE_IMAGE_HPP

#include "../../pe/headers.hpp"
#include "../../pe/section.hpp"
#include "pefile_warnings.hpp"
#include "spelling.hpp"
#include "work_limit.hpp"

/// A PE file as pefile 2024.8.26 reads it. EMBER v3 vectors (EMBER2024) were made with that reader: what it accepts, gives up on
/// and complains about is part of their definition.
namespace BARTIZAN_NAMESPACE::features::ember {

struct pefile_section {
    uint64_t header_offset;
    uint64_t first_rva;  ///< the addresses that pefile counts as the section's: [first_rva, end_rva)
    uint64_t end_rva;
    uint32_t virtual_size, virtual_address, size_of_raw_data, pointer_to_raw_data, characteristics;
};

/// Bytes, or pefile's PEFormatError.
struct pefile_data {
    bool ok = false;
    bytes data;
};

class pefile_image {
  public:
    /// `sections` is the caller's memory for `pe::max_sections` of them.
    constexpr pefile_image(bytes file, span<pefile_section> sections) noexcept : in_{file}, sections_(sections) {
        accepted_ = read_headers() && read_sections();
        if (!accepted_) return;
        const uint32_t entry = optional_.address_of_entry_point;
        if (section_of_rva(entry) == nullptr) {
            warn(pefile_warning::entry_point_outside_sections);
        } else if (offset_of_rva(entry).offset > file.size) {
            warn(pefile_warning::entry_point_outside_file);
        }
    }

    [[nodiscard]] constexpr bool accepted() const noexcept { return accepted_; }
    [[nodiscard]] constexpr bool is_pe32() const noexcept { return optional_.magic == pe::magic_pe32; }
    [[nodiscard]] constexpr bool is_pe32_plus() const noexcept { return optional_.magic == pe::magic_pe32_plus; }
    [[nodiscard]] constexpr const reader& in() const noexcept { return in_; }
    [[nodiscard]] constexpr const pe::image_dos_header& dos() const noexcept { return dos_; }
    [[nodiscard]] constexpr const pe::image_file_header& coff() const noexcept { return coff_; }
    [[nodiscard]] constexpr const pe::image_optional_header& optional() const noexcept { return optional_; }
    [[nodiscard]] constexpr uint64_t optional_header_offset() const noexcept { return optional_offset_; }
    [[nodiscard]] constexpr uint32_t directories() const noexcept { return directory_count_; }
    [[nodiscard]] constexpr pe::image_data_directory directory(uint32_t index) const noexcept {
        return index < directory_count_ ? directories_[index] : pe::image_data_directory{};
    }
    [[nodiscard]] constexpr pe::image_data_directory directory(pe::directory_entry entry) const noexcept {
        return directory(static_cast<uint32_t>(entry));
    }
    [[nodiscard]] constexpr const pefile_warnings& warnings() const noexcept { return warnings_; }
    constexpr void warn(pefile_warning warning) noexcept { warnings_.add(warning); }

    /// In the order of their VirtualAddress.
    [[nodiscard]] constexpr span<const pefile_section> sections() const noexcept {
        return {sections_.data, section_count_};
    }

    /// A section's name: its eight bytes without the zero bytes at both ends.
    [[nodiscard]] constexpr bytes name_of(const pefile_section& s) const noexcept {
        bytes name = in_.sub(s.header_offset, 8);
        while (!name.empty() && name[name.size - 1] == 0) name = name.sub(0, name.size - 1);
        while (!name.empty() && name[0] == 0) name = name.sub(1);
        return name;
    }

    [[nodiscard]] constexpr const pefile_section* section_of_rva(uint64_t rva) noexcept {
        if (last_used_ < section_count_ && holds(sections_[last_used_], rva)) return &sections_[last_used_];
        // Beyond the limit nothing is found any more.
        if (!lookups_.take(section_count_ + uint64_t{1})) return nullptr;
        for (uint32_t i = 0; i < section_count_; ++i) {
            if (holds(sections_[i], rva)) {
                last_used_ = i;
                return &sections_[i];
            }
        }
        return nullptr;
    }

    struct found_offset {
        bool ok = false;
        uint64_t offset = 0;
    };
    [[nodiscard]] constexpr found_offset offset_of_rva(uint64_t rva) noexcept {
        if (const pefile_section* const s = section_of_rva(rva)) return {true, offset_in(*s, rva)};
        return {rva < in_.data.size, rva};
    }

    /// The bytes at an RVA, as far as the section's raw data goes; outside every section, those at that offset of the headers or
    /// of the file.
    [[nodiscard]] constexpr pefile_data data_at_rva(uint64_t rva, uint64_t size) noexcept {
        if (const pefile_section* const s = section_of_rva(rva)) return {true, slice_of(*s, offset_in(*s, rva), size)};
        if (rva < header_size_)
            return {true, in_.sub(0, header_size_).sub(static_cast<size_t>(rva), size != 0 ? clipped(size) : SIZE_MAX)};
        if (rva < in_.data.size) return {true, in_.sub(rva, size != 0 ? size : UINT64_MAX)};
        return {};
    }

    /// All of a section's raw data.
    [[nodiscard]] constexpr bytes content(const pefile_section& s) const noexcept {
        return slice_of(s, adjusted_pointer(s.pointer_to_raw_data), s.size_of_raw_data);
    }

    /// The bytes before the first zero byte.
    [[nodiscard]] constexpr bytes string_at_rva(uint64_t rva, uint64_t limit) noexcept {
        const pefile_section* const s = section_of_rva(rva);
        const bytes data = s != nullptr ? slice_of(*s, offset_in(*s, rva), limit) : in_.sub(rva, limit);
        size_t length = 0;
        while (length < data.size && data[length] != 0) ++length;
        return data.sub(0, length);
    }

    /// Whether a structure of this size fits; pefile complains of a corrupt header if not.
    [[nodiscard]] constexpr bool unpack(bytes data, uint64_t size) noexcept {
        if (data.size >= size) return true;
        warn(pefile_warning::corrupt_header);
        return false;
    }

    [[nodiscard]] constexpr const pefile_section* section_of_offset(uint64_t offset) const noexcept {
        for (const pefile_section& s : sections()) {
            const uint64_t first = adjusted_pointer(s.pointer_to_raw_data);
            if (offset >= first && offset < first + s.size_of_raw_data) return &s;
        }
        return nullptr;
    }

  private:
    [[nodiscard]] static constexpr bool holds(const pefile_section& s, uint64_t rva) noexcept {
        return rva >= s.first_rva && rva < s.end_rva;
    }
    [[nodiscard]] static constexpr size_t clipped(uint64_t size) noexcept {
        return size < SIZE_MAX ? static_cast<size_t>(size) : SIZE_MAX;
    }
    [[nodiscard]] constexpr pe::section_alignments alignments() const noexcept {
        return {optional_.section_alignment, optional_.file_alignment};
    }
    [[nodiscard]] constexpr uint32_t adjusted_pointer(uint32_t pointer) const noexcept {
        return alignments().file_offset(pointer);
    }
    [[nodiscard]] constexpr uint64_t offset_in(const pefile_section& s, uint64_t rva) const noexcept {
        return rva - s.first_rva + adjusted_pointer(s.pointer_to_raw_data);
    }
    /// At most `size` bytes from `offset`, and none behind the raw data that the header states without rounding.
    [[nodiscard]] constexpr bytes slice_of(const pefile_section& s, uint64_t offset, uint64_t size) const noexcept {
        const uint64_t end = uint64_t{s.pointer_to_raw_data} + s.size_of_raw_data;
        if (offset >= end) return {};
        return in_.sub(offset, size < end - offset ? size : end - offset);
    }

    constexpr bool read_headers() noexcept {
        constexpr uint64_t longest_optional_header_read = 0x200;
        if (in_.data.size < pe::dos_header_size_bytes) return false;
        dos_ = pe::read_dos_header(in_);
        if (dos_.e_magic != pe::dos_signature) return false;
        const uint64_t nt = dos_.e_lfanew;
        if (!in_.has(nt, 4) || in_.u32(nt) != pe::nt_signature) return false;
        if (!in_.has(nt + 4, pe::file_header_size_bytes)) return false;
        coff_ = pe::read_file_header(in_, nt + 4);
        optional_offset_ = nt + 4 + pe::file_header_size_bytes;

        // A header that is cut is read as if zeros followed, if enough of it is there.
        const bytes header = in_.sub(optional_offset_, longest_optional_header_read);
        const auto fits = [&](uint32_t whole, uint32_t least) noexcept {
            return unpack(header, whole) || header.size >= least;
        };
        if (!fits(96, 69)) return false;
        optional_ = pe::read_optional_header(in_, optional_offset_);
        if (is_pe32_plus() && !fits(112, 73)) return false;
        if (!is_pe32() && !is_pe32_plus()) warn(pefile_warning::optional_header_type);

        if (optional_.address_of_entry_point < optional_.size_of_headers) warn(pefile_warning::entry_point_in_headers);
        if (optional_.number_of_rva_and_sizes > pe::max_data_directories) warn(pefile_warning::number_of_rva_and_sizes);
        const uint32_t claimed = optional_.number_of_rva_and_sizes & 0x7fffffff;
        uint64_t at = optional_offset_ + pe::optional_header_fixed_size_bytes(optional_.magic);
        while (directory_count_ < claimed && directory_count_ < pe::max_data_directories && at != in_.data.size) {
            directories_[directory_count_++] = {in_.u32(at), in_.u32(at + 4)};
            at += pe::data_directory_size_bytes;
        }
        return true;
    }

    /// False where the table is cut within a header, for then pefile refuses the whole file.
    constexpr bool read_sections() noexcept {
        const uint64_t table = optional_offset_ + coff_.size_of_optional_header;
        for (uint32_t i = 0; i < coff_.number_of_sections; ++i) {
            if (i == pe::max_sections) {
                warn(pefile_warning::section_count);
                break;
            }
            const uint64_t at = table + uint64_t{pe::section_header_size_bytes} * i;
            const bytes header = in_.sub(at, pe::section_header_size_bytes);
            if (header.empty()) {
                warn(pefile_warning::section_no_data);
                break;
            }
            if (header.size == pe::section_header_size_bytes && is_zero(header)) {
                warn(pefile_warning::section_null_bytes);
                break;
            }
            if (header.size < pe::section_header_size_bytes) return false;
            const pe::image_section_header h = pe::read_section_header(in_, at);
            if (is_absurd(h)) {
                warn(pefile_warning::section_aborted);
                break;
            }
            check_flags(at, h);
            insert({at, 0, 0, h.virtual_size, h.virtual_address, h.size_of_raw_data, h.pointer_to_raw_data,
                    h.characteristics});
        }
        set_ranges();
        uint64_t lowest = UINT64_MAX;
        for (const pefile_section& s : sections()) {
            if (s.pointer_to_raw_data == 0) continue;
            adjust_file_alignment();
            const uint64_t pointer = adjusted_pointer(s.pointer_to_raw_data);
            lowest = pointer < lowest ? pointer : lowest;
        }
        const uint64_t table_end =
            section_count_ != 0 ? table + uint64_t{pe::section_header_size_bytes} * coff_.number_of_sections : table;
        header_size_ = lowest == UINT64_MAX || lowest == 0 || lowest < table_end ? table_end : lowest;
        if (header_size_ > in_.data.size) header_size_ = in_.data.size;
        return true;
    }

    [[nodiscard]] static constexpr bool is_zero(bytes data) noexcept {
        for (const uint8_t byte : data) {
            if (byte != 0) return false;
        }
        return true;
    }

    /// pefile gives up on the table at a header that is wrong in three ways at once.
    constexpr bool is_absurd(const pe::image_section_header& h) noexcept {
        constexpr uint32_t largest_credible = 0x10000000;
        unsigned faults = 0;
        const auto fault = [&](bool wrong, pefile_warning warning) noexcept {
            if (!wrong) return;
            ++faults;
            warn(warning);
        };
        fault(uint64_t{h.size_of_raw_data} + h.pointer_to_raw_data > in_.data.size, pefile_warning::section_raw_size);
        adjust_file_alignment();
        fault(adjusted_pointer(h.pointer_to_raw_data) > in_.data.size, pefile_warning::section_raw_pointer);
        // The text of this complaint ends in "256MiB." and the list of known texts in "256MiB": it is told by its beginning.
        fault(h.virtual_size > largest_credible, pefile_warning::section_suspicious);
        fault(alignments().rva(h.virtual_address) > largest_credible, pefile_warning::section_suspicious);
        fault(optional_.file_alignment != 0 && h.pointer_to_raw_data % optional_.file_alignment != 0,
              pefile_warning::section_raw_alignment);
        return faults >= 3;
    }

    constexpr void adjust_file_alignment() noexcept {
        const uint32_t alignment = optional_.file_alignment;
        if (alignment > 0x200 && (alignment & (alignment - 1)) != 0) warn(pefile_warning::file_alignment);
    }

    constexpr void check_flags(uint64_t header_offset, const pe::image_section_header& h) noexcept {
        constexpr uint32_t write_execute = 0xa0000000;
        constexpr uint16_t native = 1;
        constexpr uint16_t native_windows = 8;
        constexpr uint8_t page[] = {'P', 'A', 'G', 'E', 0, 0, 0, 0};
        if ((h.characteristics & write_execute) != write_execute) return;
        const bool driver = (optional_.subsystem == native || optional_.subsystem == native_windows) &&
                            equal(in_.sub(header_offset, 8), bytes{page});
        if (!driver) warn(pefile_warning::section_write_execute);
    }

    /// Keeps the order of VirtualAddress, and among equal ones that of the table.
    constexpr void insert(const pefile_section& s) noexcept {
        if (section_count_ >= sections_.size) return;
        uint32_t at = section_count_++;
        for (; at != 0 && sections_[at - 1].virtual_address > s.virtual_address; --at)
            sections_[at] = sections_[at - 1];
        sections_[at] = s;
    }

    constexpr void set_ranges() noexcept {
        for (uint32_t i = 0; i < section_count_; ++i) {
            pefile_section& s = sections_[i];
            s.first_rva = alignments().rva(s.virtual_address);
            // What the file cannot hold says nothing about the size in memory.
            const uint64_t pointer = adjusted_pointer(s.pointer_to_raw_data);
            const bool cut = in_.data.size < pointer + s.size_of_raw_data;
            const uint64_t size = cut || s.virtual_size > s.size_of_raw_data ? s.virtual_size : s.size_of_raw_data;
            s.end_rva = s.first_rva + size;
            if (i + 1 == section_count_) continue;
            const uint64_t next = sections_[i + 1].virtual_address;
            if (next > s.virtual_address && s.end_rva > next) s.end_rva = next;
        }
    }

    reader in_;
    span<pefile_section> sections_;
    pe::image_dos_header dos_{};
    pe::image_file_header coff_{};
    pe::image_optional_header optional_{};
    pe::image_data_directory directories_[pe::max_data_directories]{};
    pefile_warnings warnings_;
    work_limit lookups_;
    uint64_t optional_offset_ = 0;
    uint64_t header_size_ = 0;
    uint32_t section_count_ = 0;
    uint32_t directory_count_ = 0;
    uint32_t last_used_ = UINT32_MAX;
    bool accepted_ = false;
};

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
