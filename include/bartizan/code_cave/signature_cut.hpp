// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_SIGNATURE_CUT_HPP
#define BARTIZAN_CODE_CAVE_SIGNATURE_CUT_HPP

#include "../pe/certificates.hpp"
#include "../pe/overlay.hpp"

namespace BARTIZAN_NAMESPACE::code_cave {

/// Offset of a signature that the headers no longer name (c8); `found` false where there is none.
struct cut_signature {
    bool found = false;
    uint64_t offset = 0;
};

/// Looks in what follows the image for a WIN_CERTIFICATE (revision 2.0, PKCS signed data, DER) that stands where a certificate
/// table stands, at the front or the end of the overlay, while the security directory is empty or too short for it. Signed files
/// inside of an installer's payload lie elsewhere. Linear in the overlay, at one look in eight bytes.
[[nodiscard]] constexpr cut_signature find_cut_signature(const pe::image& image) noexcept {
    constexpr uint32_t revision_and_type = 0x00020200;
    constexpr size_t least_certificate_bytes = 256;
    const pe::image_data_directory directory = image.directory(pe::directory_entry::security);
    const reader in{image.file};
    const pe::overlay behind = pe::find_overlay(image);
    const uint64_t first = (behind.offset + 7) & ~uint64_t{7};
    for (uint64_t at = first; !behind.data.empty() && in.has(at, least_certificate_bytes); at += 8) {
        if (in.u32(at + 4) != revision_and_type) continue;
        const uint64_t left = image.file.size - at;
        const uint32_t length = in.u32(at);
        if (length < least_certificate_bytes || length > left) continue;
        if (at != first && left - length >= 16) continue;
        if (in.u16(at + 8) != 0x8230) continue;  // SEQUENCE, two bytes of length
        // OBJECT IDENTIFIER 1.2.840.113549.1.7.2, signedData
        if (in.u64(at + 12) != 0x0df78648862a0906) continue;
        if (directory.virtual_address == at && directory.size >= length) return {};
        if (directory.virtual_address != 0 && directory.size >= length) return {};
        return {true, at};
    }
    return {};
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
