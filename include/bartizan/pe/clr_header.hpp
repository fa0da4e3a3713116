// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_CLR_HEADER_HPP
#define BARTIZAN_PE_CLR_HEADER_HPP

#include "mapped.hpp"

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint32_t clr_header_size_bytes = 72;
/// Metadata streams that are read. Compilers write five or six.
inline constexpr uint32_t max_clr_streams = 32;

/// COMIMAGE_FLAGS_*.
enum : uint32_t {
    clr_il_only = 0x00000001,
    clr_32bit_required = 0x00000002,
    clr_strong_name_signed = 0x00000008,
    clr_native_entry_point = 0x00000010,
    clr_32bit_preferred = 0x00020000,
};

/// IMAGE_COR20_HEADER.
struct image_cor20_header {
    uint32_t cb = 0;
    uint16_t major_runtime_version = 0;
    uint16_t minor_runtime_version = 0;
    image_data_directory metadata{};
    uint32_t flags = 0;
    uint32_t entry_point = 0;  ///< a token, or with clr_native_entry_point an RVA
    image_data_directory resources{};
    image_data_directory strong_name_signature{};
    image_data_directory vtable_fixups{};
    image_data_directory managed_native_header{};  ///< of precompiled (ReadyToRun) images
};

struct clr_stream {
    bytes name;  ///< "#~", "#Strings", "#US", "#GUID", "#Blob"
    bytes data;  ///< clipped to what is in the file
};

/// The header of a .NET image. `present` is false where there is none or where `defect` is pe_clr_header_cut; with
/// pe_clr_metadata_invalid only the metadata is missing.
class clr_header {
  public:
    constexpr explicit clr_header(const image& image) noexcept : in_(image) {
        const uint32_t rva = image.directory(directory_entry::com_descriptor).virtual_address;
        if (rva == 0) return;
        const reader f{in_.sub(rva, clr_header_size_bytes)};
        if (f.data.size < clr_header_size_bytes) {
            defect = {error_code::pe_clr_header_cut, image.directory_offset(directory_entry::com_descriptor)};
            return;
        }
        present = true;
        offset = in_.offset(rva).value;
        const auto directory = [&f](uint64_t at) { return image_data_directory{f.u32(at), f.u32(at + 4)}; };
        fields = {f.u32(0),      f.u16(4),      f.u16(6),      directory(8), f.u32(16),
                  f.u32(20),     directory(24), directory(32), directory(48), directory(64)};
        read_metadata();
    }

    bool present = false;
    uint64_t offset = 0;  ///< of the header in the file
    image_cor20_header fields;
    bytes runtime_version;  ///< "v4.0.30319"
    error defect;

    /// The next metadata stream; false behind the last.
    [[nodiscard]] constexpr bool next_stream(clr_stream& out) noexcept {
        constexpr uint32_t longest_name_bytes = 32;
        if (streams_ == 0) return false;
        const reader metadata{metadata_};
        --streams_;
        if (!metadata.has(stream_, 8)) {
            streams_ = 0;
            return false;
        }
        const bytes name = metadata.sub(stream_ + 8, longest_name_bytes);
        size_t size = 0;
        while (size < name.size && name[size] != 0) ++size;
        out.name = name.sub(0, size);
        out.data = metadata.sub(metadata.u32(stream_), metadata.u32(stream_ + 4));
        stream_ += 8 + ((size + 4) & ~uint64_t{3});  // the terminator, then padding to four bytes
        return true;
    }

  private:
    constexpr void read_metadata() noexcept {
        constexpr uint32_t signature = 0x424a5342;
        metadata_ = in_.sub(fields.metadata.virtual_address, fields.metadata.size);
        const reader m{metadata_};
        if (!m.has(0, 20) || m.u32(0) != signature) {
            defect = {error_code::pe_clr_metadata_invalid, offset + 8};
            return;
        }
        const uint64_t version_size = m.u32(12);
        const bytes version = m.sub(16, version_size);
        size_t size = 0;
        while (size < version.size && version[size] != 0) ++size;
        runtime_version = version.sub(0, size);
        const uint64_t count = 16 + version_size + 2;
        streams_ = m.u16(count);
        if (streams_ > max_clr_streams) streams_ = max_clr_streams;
        stream_ = count + 2;
    }

    mapped_reader in_;
    bytes metadata_;
    uint64_t stream_ = 0;
    uint32_t streams_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
