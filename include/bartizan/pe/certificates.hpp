// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_CERTIFICATES_HPP
#define BARTIZAN_PE_CERTIFICATES_HPP

#include "image.hpp"

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint32_t certificate_header_size_bytes = 8;
/// Entries that are read. Signed files have one or two; more signatures are nested in the first.
inline constexpr uint32_t max_certificates = 64;

/// WIN_CERT_TYPE_*: only PKCS signed data is a file's signature.
enum : uint16_t { certificate_x509 = 1, certificate_pkcs_signed_data = 2, certificate_ts_stack_signed = 4 };
enum : uint16_t { certificate_revision_1_0 = 0x0100, certificate_revision_2_0 = 0x0200 };

/// One WIN_CERTIFICATE.
struct win_certificate {
    uint32_t length = 0;  ///< bytes, header included, as the file claims
    uint16_t revision = 0;
    uint16_t type = 0;
    uint64_t offset = 0;  ///< of the header in the file
    bytes data;           ///< behind the header; padding may follow the signature in it
};

/// The certificate table, whose directory entry holds a file offset. Entries begin at multiples of 8 bytes. `next` until it
/// says false; then `stopped` is none, pe_certificate_table_out_of_file, pe_certificate_length or pe_certificate_limit.
class certificate_cursor {
  public:
    constexpr explicit certificate_cursor(const image& image) noexcept : in_{image.file} {
        const image_data_directory directory = image.directory(directory_entry::security);
        if (directory.virtual_address == 0 || directory.size == 0) return;
        at_ = directory.virtual_address;
        end_ = at_ + directory.size;
        if (end_ > image.file.size) {
            stopped = {error_code::pe_certificate_table_out_of_file, image.directory_offset(directory_entry::security)};
            end_ = image.file.size;
        }
    }

    /// A table that reaches past the file still gives the entries that are whole.
    [[nodiscard]] constexpr bool next(win_certificate& out) noexcept {
        if (at_ >= end_) return false;
        out = {in_.u32(at_), in_.u16(at_ + 4), in_.u16(at_ + 6), at_, {}};
        if (end_ - at_ < certificate_header_size_bytes || out.length < certificate_header_size_bytes ||
            out.length > end_ - at_) {
            return stop(error_code::pe_certificate_length);
        }
        if (count_++ == max_certificates) return stop(error_code::pe_certificate_limit);
        out.data = in_.sub(at_ + certificate_header_size_bytes, out.length - certificate_header_size_bytes);
        at_ += (uint64_t{out.length} + 7) & ~uint64_t{7};
        return true;
    }

    error stopped;

  private:
    constexpr bool stop(error_code code) noexcept {
        if (!stopped) stopped = {code, at_};
        at_ = end_;
        return false;
    }

    reader in_;
    uint64_t at_ = 0;
    uint64_t end_ = 0;
    uint32_t count_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
