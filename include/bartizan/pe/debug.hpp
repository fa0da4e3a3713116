// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_DEBUG_HPP
#define BARTIZAN_PE_DEBUG_HPP

#include "mapped.hpp"

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint32_t debug_directory_size_bytes = 28;
/// Entries that are read. Linkers write up to six.
inline constexpr uint32_t max_debug_entries = 256;

/// IMAGE_DEBUG_TYPE_*, those that a reader meets.
enum : uint32_t {
    debug_type_coff = 1,
    debug_type_codeview = 2,
    debug_type_misc = 4,
    debug_type_vc_feature = 12,
    debug_type_pogo = 13,
    debug_type_iltcg = 14,
    debug_type_repro = 16,  ///< the time stamps are hashes of the contents
    debug_type_ex_dll_characteristics = 20,
};

/// One IMAGE_DEBUG_DIRECTORY.
struct debug_entry {
    uint32_t characteristics = 0;
    uint32_t time_date_stamp = 0;
    uint16_t major_version = 0;
    uint16_t minor_version = 0;
    uint32_t type = 0;
    uint32_t size_of_data = 0;
    uint32_t address_of_raw_data = 0;  ///< RVA, 0 where the data is not mapped
    uint32_t pointer_to_raw_data = 0;  ///< file offset
    uint64_t offset = 0;               ///< of this entry in the file
    bytes data;                        ///< at `pointer_to_raw_data`, clipped to the file
    error defect;                      ///< pe_debug_data_out_of_file
};

/// The debug directory. `next` until it says false; then `stopped` is none, pe_debug_directory_cut or pe_debug_limit.
class debug_cursor {
  public:
    constexpr explicit debug_cursor(const image& image) noexcept
        : image_(&image), in_(image), directory_(image.directory(directory_entry::debug)) {
        left_ = directory_.virtual_address == 0 ? 0 : directory_.size / debug_directory_size_bytes;
    }

    [[nodiscard]] constexpr bool next(debug_entry& out) noexcept {
        if (left_ == 0) return false;
        const uint64_t rva = directory_.virtual_address + uint64_t{debug_directory_size_bytes} * count_;
        const bytes raw = in_.sub(rva, debug_directory_size_bytes);
        const location where = in_.offset(rva);
        const uint64_t blame = where.known ? where.value : image_->directory_offset(directory_entry::debug);
        if (raw.size < debug_directory_size_bytes || count_ == max_debug_entries) {
            stopped = {count_ == max_debug_entries ? error_code::pe_debug_limit : error_code::pe_debug_directory_cut, blame};
            left_ = 0;
            return false;
        }
        --left_;
        ++count_;
        const reader f{raw};
        out = {f.u32(0), f.u32(4), f.u16(8), f.u16(10), f.u32(12), f.u32(16), f.u32(20), f.u32(24), where.value, {}, {}};
        out.data = reader{image_->file}.sub(out.pointer_to_raw_data, out.size_of_data);
        if (out.data.size < out.size_of_data) out.defect = {error_code::pe_debug_data_out_of_file, where.value + 24};
        return true;
    }

    error stopped;

  private:
    const image* image_;
    mapped_reader in_;
    image_data_directory directory_;
    uint32_t left_ = 0;
    uint32_t count_ = 0;
};

/// Where the linker put the program database: the path tells of the machine that built the file.
struct codeview {
    enum class format : uint8_t { none, pdb20, pdb70 };
    format kind = format::none;
    uint8_t guid[16]{};      ///< pdb70: in the file's byte order
    uint32_t signature = 0;  ///< pdb20: a time stamp
    uint32_t age = 0;
    bytes path;              ///< before the first zero
};

/// `data` of an entry of type debug_type_codeview. `kind` is none where it holds neither form.
[[nodiscard]] constexpr codeview read_codeview(bytes data) noexcept {
    constexpr uint32_t rsds = 0x53445352;
    constexpr uint32_t nb10 = 0x3031424e;
    const reader in{data};
    codeview out;
    uint64_t path = 0;
    if (in.has(0, 24) && in.u32(0) == rsds) {
        out.kind = codeview::format::pdb70;
        for (unsigned i = 0; i < sizeof out.guid; ++i) out.guid[i] = in.u8(4 + i);
        out.age = in.u32(20);
        path = 24;
    } else if (in.has(0, 16) && in.u32(0) == nb10) {
        out.kind = codeview::format::pdb20;
        out.signature = in.u32(8);
        out.age = in.u32(12);
        path = 16;
    } else {
        return out;
    }
    uint64_t end = path;
    while (end < data.size && in.u8(end) != 0) ++end;
    out.path = in.sub(path, end - path);
    return out;
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
