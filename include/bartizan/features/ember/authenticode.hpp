// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_AUTHENTICODE_HPP
#define BARTIZAN_FEATURES_EMBER_AUTHENTICODE_HPP

#include "../../pe/certificates.hpp"
#include "../../pe/signed_data.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// Times are microseconds since 1970 in UTC, as fine as the extractor's.
inline constexpr uint32_t signing_time_second = 1'000'000;

/// What EMBER v3 asks of a file's signatures. Nothing is verified.
struct authenticode_summary {
    uint32_t signatures = 0;   ///< SignedData structures, nested ones included
    bool self_signed = false;  ///< a certificate other than a signature's last one names itself as issuer
    bool without_program_name = false;
    bool without_countersignature = false;
    bool parse_error = false;
    uint32_t most_certificates = 0;
    int64_t latest_signing_time = 0;
    int64_t last_signing_time = 0;  ///< of the last signature that has one
    bool has_signing_time = false;
};

namespace detail {

/// UTCTime or GeneralizedTime in UTC ("Z"), with or without a fraction.
[[nodiscard]] constexpr bool read_asn1_time(const pe::der_element& value, int64_t& out) noexcept {
    const bytes text = value.content;
    size_t at = 0;
    bool digits_only = true;
    const auto number = [&](unsigned digits) noexcept {
        int64_t n = 0;
        for (unsigned i = 0; i < digits; ++i, ++at) {
            const uint8_t c = at < text.size ? text[at] : uint8_t{0};
            digits_only = digits_only && c >= '0' && c <= '9';
            n = 10 * n + (c - '0');
        }
        return n;
    };
    int64_t year = 0;
    if (value.tag == pe::der_utc_time) {
        year = number(2);
        year += year < 50 ? 2000 : 1900;
    } else if (value.tag == pe::der_generalized_time) {
        year = number(4);
    } else {
        return false;
    }
    const int64_t month = number(2);
    const int64_t day = number(2);
    const int64_t hour = number(2);
    const int64_t minute = number(2);
    const int64_t second = number(2);
    if (!digits_only || month < 1 || month > 12 || day < 1 || day > 31) return false;
    int64_t fraction = 0;
    if (at < text.size && text[at] == '.') {
        ++at;
        for (int64_t unit = signing_time_second / 10; at < text.size && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) {
            fraction += unit * (text[at] - '0');
        }
    }
    // Days since 1970-01-01 of a proleptic Gregorian date whose years begin in March.
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t era_day =
        365 * y + y / 4 - y / 100 + y / 400 + (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int64_t days = era_day - 719468;
    out = (((days * 24 + hour) * 60 + minute) * 60 + second) * signing_time_second + fraction;
    return true;
}

/// genTime of a time-stamp token's TSTInfo (RFC 3161).
[[nodiscard]] constexpr bool read_token_time(bytes token, int64_t& out) noexcept {
    const pe::signed_data s = pe::read_signed_data(token);
    if (!s.valid || !s.content.is(pe::der_octet_string)) return false;
    pe::der_cursor octets(s.content);
    pe::der_cursor info(octets.take(pe::der_sequence));
    (void)info.take(pe::der_integer);   // version
    (void)info.take(pe::der_oid);       // policy
    (void)info.take(pe::der_sequence);  // message imprint
    (void)info.take(pe::der_integer);   // serial number
    return read_asn1_time(info.take(pe::der_generalized_time), out);
}

class authenticode_reader {
  public:
    constexpr void signature(bytes der, unsigned depth) noexcept {
        constexpr unsigned deepest_nesting = 8;
        constexpr unsigned most_signatures = 64;
        if (out.signatures == most_signatures || depth > deepest_nesting || out.parse_error) return;
        const pe::signed_data s = pe::read_signed_data(der);
        if (!s.valid) {
            out.parse_error = true;
            return;
        }
        ++out.signatures;
        const bytes opus = pe::find_attribute(s.signer.authenticated_attributes, pe::oid_spc_opus_info);
        pe::der_cursor opus_info(pe::der_cursor(opus).take(pe::der_sequence));
        if (!opus_info.take(pe::der_context(0)).is(pe::der_context(0))) out.without_program_name = true;

        int64_t time = 0;
        if (read_countersigning_time(s.signer.unauthenticated_attributes, time)) {
            if (time >= out.latest_signing_time) out.latest_signing_time = time;
            out.last_signing_time = time;
            out.has_signing_time = true;
        } else {
            out.without_countersignature = true;
        }
        count_certificates(s.certificates);
        pe::der_cursor nested(pe::find_attribute(s.signer.unauthenticated_attributes, pe::oid_nested_signature));
        for (pe::der_element each; nested.next(each);) signature(each.whole, depth + 1);
    }

    authenticode_summary out;

  private:
    /// Of a counter-signature in the signature itself, or of a time-stamp token.
    [[nodiscard]] static constexpr bool read_countersigning_time(bytes attributes, int64_t& time) noexcept {
        pe::der_cursor token(pe::find_attribute(attributes, pe::oid_rfc3161_timestamp));
        pe::der_element value;
        if (token.next(value)) return read_token_time(value.whole, time);
        pe::der_cursor counter(pe::find_attribute(attributes, pe::oid_counter_signature));
        if (!counter.next(value)) return false;
        const pe::signer_info signer = pe::read_signer_info(value);
        pe::der_cursor times(pe::find_attribute(signer.authenticated_attributes, pe::oid_signing_time));
        return times.next(value) && read_asn1_time(value, time);
    }

    constexpr void count_certificates(bytes certificates) noexcept {
        pe::der_cursor all(certificates);
        uint32_t count = 0;
        bool previous_self_signed = false;
        for (pe::der_element certificate; all.next(certificate);) {
            if (!certificate.is(pe::der_sequence)) continue;
            // Each but the last: judged when another one follows.
            out.self_signed = out.self_signed || previous_self_signed;
            const pe::x509_certificate c = pe::read_certificate(certificate.whole);
            previous_self_signed = c.valid && c.is_self_issued();
            ++count;
        }
        out.most_certificates = count > out.most_certificates ? count : out.most_certificates;
    }
};

}  // namespace detail

/// Reads the certificate table at a file offset, which is where its data directory points. An entry that is no signature of
/// revision 2 ends the table; a signature that is no SignedData is a parse error, and the last one that is read.
[[nodiscard]] constexpr authenticode_summary read_authenticode(bytes file, uint64_t offset, uint64_t size) noexcept {
    const reader in{file};
    detail::authenticode_reader r;
    if (offset == 0 || size == 0 || !in.has(offset, size)) return r.out;
    const uint64_t end = offset + size;
    for (uint32_t entry = 0; entry < pe::max_certificates && offset + pe::certificate_header_size_bytes <= end;
         ++entry) {
        const uint32_t length = in.u32(offset);
        if (length < pe::certificate_header_size_bytes || length > end - offset) break;
        if (in.u16(offset + 4) != pe::certificate_revision_2_0) break;
        if (in.u16(offset + 6) == pe::certificate_pkcs_signed_data) {
            r.signature(in.sub(offset + pe::certificate_header_size_bytes, length - pe::certificate_header_size_bytes),
                        0);
        }
        offset += (uint64_t{length} + 7) & ~uint64_t{7};
    }
    return r.out;
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
