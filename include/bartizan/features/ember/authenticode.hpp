// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_AUTHENTICODE_HPP
#define BARTIZAN_FEATURES_EMBER_AUTHENTICODE_HPP

#include "../../core/reader.hpp"
#include "der.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// What EMBER v3 asks of a file's signatures. Nothing is verified. A time is seconds since 1970 in UTC.
struct authenticode_summary {
    uint32_t signatures = 0;  ///< SignedData structures, nested ones included
    bool self_signed = false; ///< a certificate other than a signature's last one names itself as issuer
    bool without_program_name = false;
    bool without_countersignature = false;
    bool parse_error = false;
    uint32_t most_certificates = 0;
    double latest_signing_time = 0;
    double last_signing_time = 0;  ///< of the last signature that has one
    bool has_signing_time = false;
};

/// Reads the certificate table at a file offset, which is where its data directory points.
class authenticode_reader {
  public:
    [[nodiscard]] static constexpr authenticode_summary read(bytes file, uint64_t offset, uint64_t size) noexcept {
        constexpr uint32_t header_bytes = 8;
        constexpr uint16_t revision_2 = 0x0200;
        constexpr uint16_t pkcs_signed_data = 2;
        constexpr unsigned most_entries = 64;
        authenticode_reader r;
        const reader in{file};
        if (offset == 0 || size == 0 || !in.has(offset, size)) return r.out_;
        const uint64_t end = offset + size;
        for (unsigned entry = 0; entry < most_entries && offset + header_bytes <= end && !r.out_.parse_error; ++entry) {
            const uint32_t length = in.u32(offset);
            if (length < header_bytes || length > end - offset || in.u16(offset + 4) != revision_2) break;
            if (in.u16(offset + 6) == pkcs_signed_data) r.signature(in.sub(offset + header_bytes, length - header_bytes), 0);
            offset += (uint64_t{length} + 7) & ~uint64_t{7};
        }
        return r.out_;
    }

  private:
    static constexpr unsigned deepest_nesting = 8;
    static constexpr unsigned most_signatures = 64;

    static constexpr uint8_t oid_signed_data[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02};
    static constexpr uint8_t oid_signing_time[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05};
    static constexpr uint8_t oid_counter_signature[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x06};
    static constexpr uint8_t oid_opus_info[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x0c};
    static constexpr uint8_t oid_nested_signature[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x04, 0x01};
    static constexpr uint8_t oid_rfc3161[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x03, 0x03, 0x01};

    struct signed_data {
        der_value content;       ///< SEQUENCE of type and content
        der_value certificates;  ///< [0], content empty if absent
        der_value signer;        ///< the first SignerInfo
    };
    struct signer_info {
        bytes issuer_and_serial;
        bytes signed_attributes;
        bytes unsigned_attributes;
    };

    /// ContentInfo of type signedData.
    [[nodiscard]] static constexpr bool read_signed_data(bytes data, signed_data& out) noexcept {
        der_value v;
        der_cursor top(data);
        if (!top.next(der_cursor::sequence, v)) return false;
        der_cursor info(v.content);
        if (!info.next(der_cursor::oid, v) || !equal(v.content, oid_signed_data)) return false;
        if (!info.next(der_cursor::context(0), v)) return false;
        der_cursor inner(v.content);
        if (!inner.next(der_cursor::sequence, v)) return false;
        der_cursor fields(v.content);
        if (!fields.next(der_cursor::integer, v) || !fields.next(der_cursor::set, v)) return false;
        if (!fields.next(der_cursor::sequence, out.content)) return false;
        fields.skip_optional(der_cursor::context(0), out.certificates);
        fields.skip_optional(der_cursor::context(1), v);
        if (!fields.next(der_cursor::set, v)) return false;
        der_cursor signers(v.content);
        return signers.next(der_cursor::sequence, out.signer);
    }

    [[nodiscard]] static constexpr bool read_signer_info(bytes content, signer_info& out) noexcept {
        der_value v;
        der_cursor fields(content);
        if (!fields.next(der_cursor::integer, v)) return false;
        if (!fields.next(v)) return false;
        out.issuer_and_serial = v.whole;
        if (!fields.next(der_cursor::sequence, v)) return false;
        if (fields.skip_optional(der_cursor::context(0), v)) out.signed_attributes = v.content;
        if (!fields.next(der_cursor::sequence, v) || !fields.next(der_cursor::octet_string, v)) return false;
        if (fields.skip_optional(der_cursor::context(1), v)) out.unsigned_attributes = v.content;
        return !fields.broken();
    }

    /// Calls `visit(value)` for each value of the attributes of this type; false where the encoding is broken.
    template <class Visit>
    static constexpr bool for_each_attribute_value(bytes attributes, bytes type, Visit&& visit) noexcept {
        der_cursor all(attributes);
        der_value attribute;
        while (all.next(attribute)) {
            der_cursor fields(attribute.content);
            der_value name;
            der_value values;
            if (!fields.next(der_cursor::oid, name) || !fields.next(der_cursor::set, values)) return false;
            if (!equal(name.content, type)) continue;
            der_cursor each(values.content);
            der_value value;
            while (each.next(value)) visit(value);
            if (each.broken()) return false;
        }
        return !all.broken();
    }

    constexpr void signature(bytes data, unsigned depth) noexcept {
        signed_data s;
        signer_info signer;
        if (out_.signatures == most_signatures || depth > deepest_nesting) return;
        if (!read_signed_data(data, s) || !read_signer_info(s.signer.content, signer)) return fail();
        ++out_.signatures;

        bool named = false;
        const bool whole = for_each_attribute_value(signer.signed_attributes, oid_opus_info, [&named](const der_value& opus) noexcept {
            named = named || der_cursor(opus.content).tag() == der_cursor::context(0);
        });
        if (!whole) return fail();
        out_.without_program_name = out_.without_program_name || !named;

        double time = 0;
        bool countersigned = false;
        const auto take = [&](bool found, double value) noexcept {
            if (!found) return;
            countersigned = true;
            time = value;
        };
        bool valid = for_each_attribute_value(signer.unsigned_attributes, oid_counter_signature, [&](const der_value& counter) noexcept {
            signer_info info;
            double at = 0;
            bool found = false;
            if (read_signer_info(counter.content, info)) {
                (void)for_each_attribute_value(info.signed_attributes, oid_signing_time,
                                               [&](const der_value& value) noexcept { found = read_time(value, at); });
            }
            take(found, at);
        });
        valid = valid && for_each_attribute_value(signer.unsigned_attributes, oid_rfc3161, [&](const der_value& token) noexcept {
            double at = 0;
            const bool found = read_token_time(token.whole, at);
            take(found, at);
        });
        if (!valid) return fail();
        if (countersigned) {
            if (time >= out_.latest_signing_time) out_.latest_signing_time = time;
            out_.last_signing_time = time;
            out_.has_signing_time = true;
        } else {
            out_.without_countersignature = true;
        }
        count_certificates(s.certificates.content);
        valid = for_each_attribute_value(signer.unsigned_attributes, oid_nested_signature, [&](const der_value& nested) noexcept {
            if (!out_.parse_error) signature(nested.whole, depth + 1);
        });
        if (!valid) fail();
    }

    constexpr void count_certificates(bytes certificates) noexcept {
        der_cursor all(certificates);
        uint32_t count = 0;
        bool previous_self_signed = false;
        der_value certificate;
        while (all.next(certificate)) {
            if (certificate.tag != der_cursor::sequence) continue;
            // Each but the last: judged when another one follows.
            out_.self_signed = out_.self_signed || previous_self_signed;
            previous_self_signed = names_itself(certificate.content);
            ++count;
        }
        out_.most_certificates = count > out_.most_certificates ? count : out_.most_certificates;
    }

    /// Whether issuer and subject are equal, byte by byte.
    [[nodiscard]] static constexpr bool names_itself(bytes certificate) noexcept {
        der_value v;
        der_value issuer;
        der_value subject;
        der_cursor outer(certificate);
        if (!outer.next(der_cursor::sequence, v)) return false;
        der_cursor fields(v.content);
        fields.skip_optional(der_cursor::context(0), v);
        return fields.next(der_cursor::integer, v) && fields.next(der_cursor::sequence, v) &&
               fields.next(der_cursor::sequence, issuer) && fields.next(der_cursor::sequence, v) &&
               fields.next(der_cursor::sequence, subject) && equal(issuer.whole, subject.whole);
    }

    /// genTime of a time-stamp token's TSTInfo.
    [[nodiscard]] static constexpr bool read_token_time(bytes token, double& out) noexcept {
        signed_data s;
        if (!read_signed_data(token, s)) return false;
        der_value v;
        der_cursor content(s.content.content);
        if (!content.next(der_cursor::oid, v) || !content.next(der_cursor::context(0), v)) return false;
        der_cursor wrapped(v.content);
        if (!wrapped.next(der_cursor::octet_string, v)) return false;
        der_cursor octets(v.content);
        if (!octets.next(der_cursor::sequence, v)) return false;
        der_cursor info(v.content);
        return info.next(der_cursor::integer, v) && info.next(der_cursor::oid, v) && info.next(der_cursor::sequence, v) &&
               info.next(der_cursor::integer, v) && info.next(der_cursor::generalized_time, v) && read_time(v, out);
    }

    /// UTCTime or GeneralizedTime in UTC ("Z"), with or without a fraction.
    [[nodiscard]] static constexpr bool read_time(const der_value& value, double& out) noexcept {
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
        if (value.tag == der_cursor::utc_time) {
            year = number(2);
            year += year < 50 ? 2000 : 1900;
        } else if (value.tag == der_cursor::generalized_time) {
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
        double fraction = 0;
        if (at < text.size && text[at] == '.') {
            constexpr unsigned most_digits = 6;  // microseconds
            double unit = 1;
            ++at;
            for (unsigned i = 0; at < text.size && text[at] >= '0' && text[at] <= '9'; ++at, ++i) {
                if (i >= most_digits) continue;
                unit *= 10;
                fraction = fraction * 10 + (text[at] - '0');
            }
            fraction /= unit;
        }
        // Days since 1970-01-01 of a proleptic Gregorian date whose years begin in March.
        const int64_t y = month <= 2 ? year - 1 : year;
        const int64_t era_day = 365 * y + y / 4 - y / 100 + y / 400 + (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        const int64_t days = era_day - 719468;
        out = static_cast<double>(((days * 24 + hour) * 60 + minute) * 60 + second) + fraction;
        return true;
    }

    constexpr void fail() noexcept { out_.parse_error = true; }

    authenticode_summary out_;
};

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
