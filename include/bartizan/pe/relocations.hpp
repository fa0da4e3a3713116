// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_RELOCATIONS_HPP
#define BARTIZAN_PE_RELOCATIONS_HPP

#include "mapped.hpp"

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint32_t relocation_block_header_size_bytes = 8;

/// IMAGE_REL_BASED_*, those of the machines that Windows runs on.
enum : uint8_t {
    relocation_absolute = 0,  ///< padding
    relocation_high = 1,
    relocation_low = 2,
    relocation_highlow = 3,
    relocation_highadj = 4,
    relocation_arm_mov32 = 5,
    relocation_thumb_mov32 = 7,
    relocation_dir64 = 10,
};

struct base_relocation {
    uint8_t type = 0;
    uint32_t rva = 0;  ///< of the field that the loader changes
};

/// The relocations of one page of 4 KiB.
struct relocation_block {
    uint32_t page_rva = 0;
    uint32_t size_bytes = 0;  ///< SizeOfBlock, header included
    uint64_t offset = 0;      ///< of the block in the file
    bytes entries;            ///< clipped to what is in the file
    error defect;             ///< pe_relocation_block_cut

    [[nodiscard]] constexpr uint32_t size() const noexcept { return static_cast<uint32_t>(entries.size / 2); }
    [[nodiscard]] constexpr base_relocation operator[](uint32_t i) const noexcept {
        const uint16_t entry = reader{entries}.u16(uint64_t{2} * i);
        return {static_cast<uint8_t>(entry >> 12), page_rva + (entry & 0xfffu)};
    }
};

/// The base relocation directory, block by block: linear in its bytes, each of which belongs to one block. `next` until it
/// says false; then `stopped` is none, pe_relocation_directory_cut, pe_relocation_block_size or pe_relocation_block_rva.
class relocation_cursor {
  public:
    constexpr explicit relocation_cursor(const image& image) noexcept : image_(&image), in_(image) {
        const image_data_directory directory = image.directory(directory_entry::base_reloc);
        at_ = directory.virtual_address;
        end_ = at_ == 0 ? 0 : at_ + directory.size;
    }

    [[nodiscard]] constexpr bool next(relocation_block& out) noexcept {
        if (at_ >= end_) return false;
        const bytes raw = in_.sub(at_, relocation_block_header_size_bytes);
        const location where = in_.offset(at_);
        const uint64_t blame = where.known ? where.value : image_->directory_offset(directory_entry::base_reloc);
        if (raw.size < relocation_block_header_size_bytes) return stop(error_code::pe_relocation_directory_cut, blame);
        out = {};
        out.offset = where.value;
        out.page_rva = reader{raw}.u32(0);
        out.size_bytes = reader{raw}.u32(4);
        if (out.page_rva == 0 && out.size_bytes == 0) return stop(error_code::none, 0);  // padding behind the last block
        if (out.page_rva > image_->optional.size_of_image) return stop(error_code::pe_relocation_block_rva, blame);
        if (out.size_bytes < relocation_block_header_size_bytes || out.size_bytes > image_->optional.size_of_image) {
            return stop(error_code::pe_relocation_block_size, blame + 4);
        }
        const uint64_t entries_size = out.size_bytes - relocation_block_header_size_bytes;
        out.entries = in_.sub(at_ + relocation_block_header_size_bytes, entries_size);
        if (out.entries.size < entries_size) out.defect = {error_code::pe_relocation_block_cut, blame + 4};
        at_ += out.size_bytes;
        return true;
    }

    error stopped;

  private:
    constexpr bool stop(error_code code, uint64_t offset) noexcept {
        stopped = {code, offset};
        at_ = end_;
        return false;
    }

    const image* image_;
    mapped_reader in_;
    uint64_t at_ = 0;
    uint64_t end_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
