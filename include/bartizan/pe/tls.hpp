// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_TLS_HPP
#define BARTIZAN_PE_TLS_HPP

#include "mapped.hpp"

namespace BARTIZAN_NAMESPACE::pe {

/// Callbacks that are read. Compilers write up to four.
inline constexpr uint32_t max_tls_callbacks = 256;

/// IMAGE_TLS_DIRECTORY32 and 64 in one. Addresses are virtual, not RVAs.
struct image_tls_directory {
    uint64_t start_address_of_raw_data = 0;
    uint64_t end_address_of_raw_data = 0;
    uint64_t address_of_index = 0;
    uint64_t address_of_callbacks = 0;
    uint32_t size_of_zero_fill = 0;
    uint32_t characteristics = 0;
};

/// The TLS directory and its callbacks, which run before the entry point. `present` is false where the image has none, or
/// where `defect` is pe_tls_directory_cut; pe_tls_callbacks_unreadable may appear once the callbacks have been walked.
class tls_directory {
  public:
    constexpr explicit tls_directory(const image& image) noexcept : image_(&image), in_(image) {
        const uint32_t rva = image.directory(directory_entry::tls).virtual_address;
        if (rva == 0) return;
        const unsigned width = image.pointer_size_bytes();
        const bytes raw = in_.sub(rva, 4 * width + 8);
        if (raw.size < 4 * width + 8) {
            defect = {error_code::pe_tls_directory_cut, image.directory_offset(directory_entry::tls)};
            return;
        }
        present = true;
        offset = in_.offset(rva).value;
        const reader f{raw};
        const auto pointer = [&f, width](unsigned i) { return width == 8 ? f.u64(8 * i) : f.u32(4 * i); };
        fields = {pointer(0), pointer(1), pointer(2), pointer(3), f.u32(4 * width), f.u32(4 * width + 4)};
        if (fields.address_of_callbacks == 0) return;
        callbacks_ = fields.address_of_callbacks - image.optional.image_base;
        left_ = max_tls_callbacks;
    }

    bool present = false;
    uint64_t offset = 0;  ///< of the directory in the file
    image_tls_directory fields;
    error defect;

    /// The RVA of the next callback, in the order in which the loader calls them; false behind the last.
    [[nodiscard]] constexpr bool next_callback(uint64_t& rva) noexcept {
        if (left_ == 0) return false;
        const unsigned width = image_->pointer_size_bytes();
        const uint64_t address = width == 8 ? in_.u64(callbacks_) : in_.u32(callbacks_);
        const bool readable = in_.has(callbacks_, width);
        callbacks_ += width;
        --left_;
        if (readable && address != 0 && left_ != 0) {
            rva = address - image_->optional.image_base;
            return true;
        }
        if (!readable || address != 0) {
            defect = {error_code::pe_tls_callbacks_unreadable, offset + 3 * width};
        }
        left_ = 0;
        return false;
    }

  private:
    const image* image_;
    mapped_reader in_;
    uint64_t callbacks_ = 0;  ///< RVA of the next table entry
    uint32_t left_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
