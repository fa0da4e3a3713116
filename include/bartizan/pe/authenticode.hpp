// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_AUTHENTICODE_HPP
#define BARTIZAN_PE_AUTHENTICODE_HPP

#include "../core/sha1.hpp"
#include "../core/sha256.hpp"
#include "certificates.hpp"
#include "signed_data.hpp"

/// "Windows Authenticode Portable Executable Signature Format": which bytes of an image are signed, and whether they still are
/// what was signed. Whether the signer can be trusted is not judged here: that takes a chain, a store, and a time.
namespace BARTIZAN_NAMESPACE::pe {

/// The stretches of the file that the digest covers, in order: all but CheckSum, the security directory's entry and the
/// certificate table. What someone appends behind the table is covered, so it breaks the digest.
struct authenticode_ranges {
    bytes part[4];
};

[[nodiscard]] constexpr authenticode_ranges signed_ranges(const image& image) noexcept {
    const reader in{image.file};
    const uint64_t check_sum = image.optional_header_offset() + 64;
    const bool has_entry = image.optional.number_of_rva_and_sizes > static_cast<uint8_t>(directory_entry::security);
    const uint64_t entry = image.directory_offset(directory_entry::security);
    const image_data_directory directory = image.directory(directory_entry::security);
    const uint64_t first_end = has_entry ? entry : image.file.size;
    const uint64_t tail = entry + data_directory_size_bytes;
    const auto between = [&in](uint64_t begin, uint64_t end) { return in.sub(begin, end > begin ? end - begin : 0); };
    authenticode_ranges out{{between(0, check_sum), between(check_sum + 4, first_end), {}, {}}};
    if (!has_entry) return out;
    // A table inside the headers is none: there is no way to sign a file around it.
    const bool has_table = directory.size != 0 && directory.virtual_address >= tail;
    const uint64_t table = has_table ? directory.virtual_address : image.file.size;
    out.part[2] = between(tail, table);
    out.part[3] = has_table ? between(table + directory.size, image.file.size) : bytes{};
    return out;
}

/// The image's digest by `Hash`: sha1 or sha256, or the accelerated ones of hash/.
template <class Hash>
[[nodiscard]] constexpr typename Hash::digest authenticode_digest(const image& image) noexcept {
    Hash hash;
    for (const bytes part : signed_ranges(image).part) hash.update(part);
    return hash.finish();
}

/// SpcIndirectDataContent: the digest that was signed. `valid` is false where the SignedData holds something else.
struct spc_indirect_data {
    bool valid = false;
    digest_algorithm algorithm = digest_algorithm::unknown;
    bytes digest;   ///< of the image
    bytes content;  ///< what the signer's message digest covers
};

[[nodiscard]] constexpr spc_indirect_data read_indirect_data(const signed_data& data) noexcept {
    spc_indirect_data out;
    if (!equal(data.content_type, oid_spc_indirect_data) || !data.content.is(der_sequence)) return out;
    der_cursor fields(data.content);
    const der_element attributes = fields.take(der_sequence);
    der_cursor info(fields.take(der_sequence));
    const der_element algorithm = info.take(der_sequence);
    const der_element digest = info.take(der_octet_string);
    out.valid = attributes.is(der_sequence) && algorithm.is(der_sequence) && digest.is(der_octet_string);
    out.algorithm = read_digest_algorithm(algorithm);
    out.digest = digest.content;
    out.content = data.content.content;
    return out;
}

enum class signature_state : uint8_t {
    none,             ///< the certificate table holds no signature
    present,          ///< there is one; see `digest_checked` and `defect` for what could be said about it
    digest_mismatch,  ///< the image, or what the signer signed, is not what the signature is for
};

struct signature {
    signature_state state = signature_state::none;
    bool digest_checked = false;  ///< the image's digest was computed and, where `state` is present, equals the signed one
    digest_algorithm algorithm = digest_algorithm::unknown;
    uint64_t offset = 0;          ///< of the WIN_CERTIFICATE in the file
    signed_data data;
    spc_indirect_data indirect;
    x509_certificate certificate;  ///< the signer's; `valid` is false where it is not in the signature
    sha256_digest tbs_sha256;      ///< of the signer's certificate: the key of allow lists
    /// pe_signature_asn1, pe_signature_content, pe_signature_algorithm, pe_signature_signer_missing
    error defect;
};

namespace detail {

template <class Hash>
[[nodiscard]] constexpr bool digest_equals(typename Hash::digest actual, bytes expected) noexcept {
    return equal(bytes{actual.bytes, sizeof actual.bytes}, expected);
}

// Whether the attribute that the signer signed is the digest of the signed content. Call with a known algorithm.
template <class Sha256, class Sha1>
[[nodiscard]] constexpr bool message_matches(const signature& s) noexcept {
    const bytes values = find_attribute(s.data.signer.authenticated_attributes, oid_message_digest);
    const bytes expected = der_cursor(values).take(der_octet_string).content;
    const bytes content = s.indirect.content;
    return s.data.signer.algorithm == digest_algorithm::sha256 ? digest_equals<Sha256>(Sha256().update(content).finish(), expected)
                                                               : digest_equals<Sha1>(Sha1().update(content).finish(), expected);
}

template <class Sha256, class Sha1>
[[nodiscard]] constexpr bool image_matches(const image& image, const signature& s) noexcept {
    return s.algorithm == digest_algorithm::sha256 ? digest_equals<Sha256>(authenticode_digest<Sha256>(image), s.indirect.digest)
                                                   : digest_equals<Sha1>(authenticode_digest<Sha1>(image), s.indirect.digest);
}

}  // namespace detail

/// The first signature in the certificate table, compared with the image. Reads the whole file once. Kernel code uses the
/// portable hashes, user mode may pass those of hash/.
template <class Sha256 = sha256, class Sha1 = sha1>
[[nodiscard]] constexpr signature check_signature(const image& image) noexcept {
    signature out;
    certificate_cursor table(image);
    win_certificate entry;
    while (out.state == signature_state::none && table.next(entry)) {
        if (entry.type == certificate_pkcs_signed_data) out.state = signature_state::present;
    }
    if (out.state == signature_state::none) return out;
    out.offset = entry.offset;
    out.data = read_signed_data(entry.data);
    const auto offset_of = [&image, &entry](const uint8_t* p) {
        return p == nullptr ? entry.offset : static_cast<uint64_t>(p - image.file.data);
    };
    if (!out.data.valid) {
        out.defect = {error_code::pe_signature_asn1, offset_of(out.data.blame)};
        return out;
    }
    out.certificate = signer_certificate(out.data.certificates, out.data.signer);
    if (out.certificate.valid) {
        out.tbs_sha256 = Sha256().update(out.certificate.tbs).finish();
    } else {
        out.defect = {error_code::pe_signature_signer_missing, offset_of(out.data.signer.issuer.data)};
    }
    out.indirect = read_indirect_data(out.data);
    out.algorithm = out.indirect.algorithm;
    if (!out.indirect.valid) {
        out.defect = {error_code::pe_signature_content, offset_of(out.data.content.whole.data)};
    } else if (out.algorithm == digest_algorithm::unknown || out.data.signer.algorithm == digest_algorithm::unknown) {
        out.defect = {error_code::pe_signature_algorithm, offset_of(out.indirect.content.data)};
    } else {
        out.digest_checked = true;
        if (!detail::message_matches<Sha256, Sha1>(out) || !detail::image_matches<Sha256, Sha1>(image, out)) {
            out.state = signature_state::digest_mismatch;
        }
    }
    return out;
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
