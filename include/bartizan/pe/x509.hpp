// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_X509_HPP
#define BARTIZAN_PE_X509_HPP

#include "der.hpp"

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint8_t oid_common_name[] = {0x55, 0x04, 0x03};
inline constexpr uint8_t oid_organization_name[] = {0x55, 0x04, 0x0a};
inline constexpr uint8_t oid_extended_key_usage[] = {0x55, 0x1d, 0x25};
inline constexpr uint8_t oid_code_signing[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03};

/// What allow lists and reports need of an X.509 certificate (RFC 5280). Views; `valid` is false where it is none, and then the
/// rest is empty.
struct x509_certificate {
    bool valid = false;
    bytes whole;
    bytes tbs;               ///< the signed part, tag and length with it: its SHA-256 names the certificate in lists
    bytes serial_number;     ///< big-endian, as encoded
    bytes issuer;            ///< the Name as a whole element: two Names are compared byte by byte
    bytes subject;
    der_element not_before;  ///< UTCTime or GeneralizedTime
    der_element not_after;
    bytes extensions;        ///< the elements of the sequence of extensions; empty without any

    [[nodiscard]] constexpr bool is_self_issued() const noexcept { return equal(issuer, subject); }
};

[[nodiscard]] constexpr x509_certificate read_certificate(bytes der) noexcept {
    der_cursor outer(der);
    const der_element certificate = outer.take(der_sequence);
    der_cursor parts(certificate);
    const der_element tbs = parts.take(der_sequence);
    der_cursor fields(tbs);
    (void)fields.take(der_context(0));  // version; absent in version 1
    const der_element serial = fields.take(der_integer);
    const der_element algorithm = fields.take(der_sequence);
    const der_element issuer = fields.take(der_sequence);
    const der_element validity = fields.take(der_sequence);
    const der_element subject = fields.take(der_sequence);
    const der_element key = fields.take(der_sequence);
    x509_certificate out;
    out.valid = algorithm.is(der_sequence) && key.is(der_sequence) && serial.is(der_integer);
    if (!out.valid) return out;
    out.whole = certificate.whole;
    out.tbs = tbs.whole;
    out.serial_number = serial.content;
    out.issuer = issuer.whole;
    out.subject = subject.whole;
    der_cursor dates(validity);
    (void)dates.next(out.not_before);
    (void)dates.next(out.not_after);
    (void)fields.take(der_context_primitive(1));  // the unique identifiers of version 2
    (void)fields.take(der_context_primitive(2));
    const der_element wrapper = fields.take(der_context(3));
    out.extensions = der_cursor(wrapper).take(der_sequence).content;
    return out;
}

/// The value of the first attribute of a Name with this type, such as `oid_common_name`; its tag says which string it is.
[[nodiscard]] constexpr der_element name_attribute(bytes name, bytes type) noexcept {
    der_cursor outer(name);
    der_cursor sets(outer.take(der_sequence));
    for (der_element set; sets.next(set);) {
        der_cursor attributes(set);
        for (der_element attribute; attributes.next(attribute);) {
            der_cursor fields(attribute);
            const der_element oid = fields.take(der_oid);
            der_element value;
            if (equal(oid.content, type) && fields.next(value)) return value;
        }
    }
    return {};
}

/// The value of an extension, inside its OCTET STRING; empty where the certificate has none of this type.
[[nodiscard]] constexpr bytes find_extension(const x509_certificate& certificate, bytes type) noexcept {
    der_cursor all(certificate.extensions);
    for (der_element extension; all.next(extension);) {
        der_cursor fields(extension);
        const der_element oid = fields.take(der_oid);
        (void)fields.take(der_boolean);  // critical
        const der_element value = fields.take(der_octet_string);
        if (equal(oid.content, type)) return value.content;
    }
    return {};
}

/// Whether the extended key usage names this purpose, such as `oid_code_signing`.
[[nodiscard]] constexpr bool has_extended_key_usage(const x509_certificate& certificate, bytes purpose) noexcept {
    const bytes value = find_extension(certificate, oid_extended_key_usage);
    der_cursor outer(value);
    der_cursor purposes(outer.take(der_sequence));
    for (der_element oid; purposes.next(oid);) {
        if (oid.is(der_oid) && equal(oid.content, purpose)) return true;
    }
    return false;
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
