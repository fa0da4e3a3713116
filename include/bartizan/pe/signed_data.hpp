// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_SIGNED_DATA_HPP
#define BARTIZAN_PE_SIGNED_DATA_HPP

#include "x509.hpp"

/// PKCS #7 SignedData (RFC 2315, RFC 5652) as Authenticode uses it.
namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint8_t oid_signed_data[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02};
inline constexpr uint8_t oid_spc_indirect_data[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x04};
inline constexpr uint8_t oid_spc_opus_info[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x0c};
inline constexpr uint8_t oid_message_digest[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04};
inline constexpr uint8_t oid_signing_time[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05};
inline constexpr uint8_t oid_counter_signature[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x06};
inline constexpr uint8_t oid_nested_signature[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x04, 0x01};
inline constexpr uint8_t oid_rfc3161_timestamp[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x03, 0x03, 0x01};
inline constexpr uint8_t oid_sha1[] = {0x2b, 0x0e, 0x03, 0x02, 0x1a};
inline constexpr uint8_t oid_sha256[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};

/// Certificates of one SignedData that are looked through for the signer's.
inline constexpr uint32_t max_signed_data_certificates = 64;

enum class digest_algorithm : uint8_t { unknown, sha1, sha256 };

/// An AlgorithmIdentifier's algorithm.
[[nodiscard]] constexpr digest_algorithm read_digest_algorithm(const der_element& identifier) noexcept {
    const bytes oid = der_cursor(identifier).take(der_oid).content;
    if (equal(oid, oid_sha256)) return digest_algorithm::sha256;
    return equal(oid, oid_sha1) ? digest_algorithm::sha1 : digest_algorithm::unknown;
}

/// One SignerInfo. `valid` is false where it is none.
struct signer_info {
    bool valid = false;
    bytes issuer;         ///< of the signer's certificate: the Name as a whole element
    bytes serial_number;
    digest_algorithm algorithm = digest_algorithm::unknown;
    bytes authenticated_attributes;    ///< elements: Attribute
    bytes unauthenticated_attributes;  ///< elements: Attribute
    bytes signature;                   ///< over the authenticated attributes as a SET, by the signer's key
};

[[nodiscard]] constexpr signer_info read_signer_info(const der_element& element) noexcept {
    der_cursor fields(element);
    const der_element version = fields.take(der_integer);
    der_cursor identity(fields.take(der_sequence));
    const der_element issuer = identity.take(der_sequence);
    const der_element serial = identity.take(der_integer);
    const der_element algorithm = fields.take(der_sequence);
    signer_info out;
    out.valid = element.is(der_sequence) && version.is(der_integer) && serial.is(der_integer) && algorithm.is(der_sequence);
    if (!out.valid) return out;
    out.issuer = issuer.whole;
    out.serial_number = serial.content;
    out.algorithm = read_digest_algorithm(algorithm);
    out.authenticated_attributes = fields.take(der_context(0)).content;
    (void)fields.take(der_sequence);      // the signature's algorithm
    out.signature = fields.take(der_octet_string).content;
    out.unauthenticated_attributes = fields.take(der_context(1)).content;
    return out;
}

/// The contents of the first attribute's SET with this type; its elements are the attribute's values.
[[nodiscard]] constexpr bytes find_attribute(bytes attributes, bytes type) noexcept {
    der_cursor all(attributes);
    for (der_element attribute; all.next(attribute);) {
        der_cursor fields(attribute);
        const der_element oid = fields.take(der_oid);
        if (equal(oid.content, type)) return fields.take(der_set).content;
    }
    return {};
}

/// A ContentInfo that holds SignedData. `valid` is false where it is none; `blame` is then the element that is to blame.
struct signed_data {
    bool valid = false;
    bytes whole;
    bytes content_type;   ///< an OID's contents
    der_element content;  ///< what is signed: the element inside [0]
    bytes certificates;   ///< elements: X.509 certificates
    bytes signer_infos;   ///< elements: SignerInfo
    signer_info signer;   ///< the first; Authenticode has one
    const uint8_t* blame = nullptr;
};

/// Reads the first element of `der`; padding may follow it.
[[nodiscard]] constexpr signed_data read_signed_data(bytes der) noexcept {
    signed_data out;
    out.blame = der.data;
    der_cursor outer(der);
    const der_element info = outer.take(der_sequence);
    der_cursor info_fields(info);
    const der_element type = info_fields.take(der_oid);
    if (!equal(type.content, oid_signed_data)) return out;
    der_cursor wrapper(info_fields.take(der_context(0)));
    const der_element data = wrapper.take(der_sequence);
    if (!data.is(der_sequence)) return out;
    out.blame = data.whole.data;
    der_cursor fields(data);
    const der_element version = fields.take(der_integer);
    const der_element algorithms = fields.take(der_set);
    der_cursor content(fields.take(der_sequence));
    out.content_type = content.take(der_oid).content;
    der_cursor content_wrapper(content.take(der_context(0)));
    (void)content_wrapper.next(out.content);
    out.certificates = fields.take(der_context(0)).content;
    (void)fields.take(der_context(1));  // revocation lists
    out.signer_infos = fields.take(der_set).content;
    der_cursor signers(out.signer_infos);
    der_element first;
    (void)signers.next(first);
    out.signer = read_signer_info(first);
    out.valid = version.is(der_integer) && algorithms.is(der_set) && out.signer.valid;
    out.whole = info.whole;
    return out;
}

/// The certificate that the signer names by issuer and serial number; `valid` is false where it is not among them.
[[nodiscard]] constexpr x509_certificate signer_certificate(bytes certificates, const signer_info& signer) noexcept {
    der_cursor all(certificates);
    uint32_t count = 0;
    for (der_element element; count < max_signed_data_certificates && all.next(element); ++count) {
        const x509_certificate certificate = read_certificate(element.whole);
        if (certificate.valid && equal(certificate.issuer, signer.issuer) &&
            equal(certificate.serial_number, signer.serial_number)) {
            return certificate;
        }
    }
    return {};
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
