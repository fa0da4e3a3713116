// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_MAPPED_HPP
#define BARTIZAN_PE_MAPPED_HPP

#include "rva.hpp"

namespace BARTIZAN_NAMESPACE::pe {

/// Section headers that one `mapped_reader`, or several that share a count, look at before they give up. A real file needs a few thousand; 2,048 sections
/// whose structures point back and forth between them would need 10^9.
inline constexpr uint32_t max_section_lookups = 1u << 18;

/// Reads at RVAs what the file holds there, as `bytes_at_rva` does, and remembers the section it was in last, so that walking a
/// table costs one look at the section table. RVAs are 64-bit, so that sums cannot wrap; above 32 bits nothing is mapped.
/// After `max_section_lookups` nothing is mapped any more either. `image` must outlive the reader. Not for sharing between
/// threads: make one each.
class mapped_reader {
  public:
    constexpr explicit mapped_reader(const image& image) noexcept : image_(&image) {}
    /// `lookups` counts for all readers that are made with it, and must outlive them.
    constexpr mapped_reader(const image& image, uint32_t& lookups) noexcept : image_(&image), shared_lookups_(&lookups) {}

    /// What the file holds from `rva` to the end of the section's raw data (outside every section: of the file).
    [[nodiscard]] constexpr bytes from(uint64_t rva) noexcept {
        if (rva < begin_ || rva >= end_) find(rva);
        return reader{data_}.sub(rva - base_, UINT64_MAX);
    }
    [[nodiscard]] constexpr bytes sub(uint64_t rva, uint64_t size_bytes) noexcept {
        return reader{from(rva)}.sub(0, size_bytes);
    }
    [[nodiscard]] constexpr bool has(uint64_t rva, uint64_t size_bytes) noexcept {
        return from(rva).size >= size_bytes && size_bytes != 0;
    }
    /// The file offset of the byte at `rva`, where there is one.
    [[nodiscard]] constexpr location offset(uint64_t rva) noexcept {
        if (from(rva).empty()) return {};
        return {true, offset_ + (rva - base_)};
    }

    /// Little-endian integers; what is not in the file reads as zero, as in memory.
    [[nodiscard]] constexpr uint16_t u16(uint64_t rva) noexcept { return reader{from(rva)}.u16(0); }
    [[nodiscard]] constexpr uint32_t u32(uint64_t rva) noexcept { return reader{from(rva)}.u32(0); }
    [[nodiscard]] constexpr uint64_t u64(uint64_t rva) noexcept { return reader{from(rva)}.u64(0); }

    /// The bytes before the first zero, cut to `limit_bytes` and to what is in the file.
    [[nodiscard]] constexpr bytes string(uint64_t rva, size_t limit_bytes) noexcept {
        const bytes all = from(rva).sub(0, limit_bytes);
        size_t size = 0;
        while (size < all.size && all[size] != 0) ++size;
        return all.sub(0, size);
    }

  private:
    constexpr void find(uint64_t rva) noexcept {
        data_ = {};
        uint32_t& lookups = shared_lookups_ != nullptr ? *shared_lookups_ : own_lookups_;
        const bool spent = lookups > max_section_lookups;
        if (!spent) lookups += image_->sections.size() + 1;
        if (rva > UINT32_MAX || spent) {
            begin_ = spent ? 0 : uint64_t{1} << 32;
            end_ = UINT64_MAX;
            return;
        }
        const section_lookup owner = section_of_rva(*image_, static_cast<uint32_t>(rva));
        begin_ = owner.begin;
        end_ = owner.end;
        base_ = owner.found ? owner.where.rva : 0;
        offset_ = owner.found ? owner.where.raw_offset : 0;
        data_ = owner.found ? owner.where.raw : image_->file;
    }

    const image* image_;
    uint64_t begin_ = 0, end_ = 0;  ///< RVAs for which the rest holds
    uint64_t base_ = 0;             ///< RVA of data_[0]
    uint64_t offset_ = 0;           ///< file offset of data_[0]
    bytes data_;
    uint32_t* shared_lookups_ = nullptr;
    uint32_t own_lookups_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
