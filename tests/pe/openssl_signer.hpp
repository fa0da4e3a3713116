// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_PE_OPENSSL_SIGNER_HPP
#define BARTIZAN_TESTS_PE_OPENSSL_SIGNER_HPP

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bartizan/testing/byte_writer.hpp"

/// Signs digests the Authenticode way with OpenSSL and a key made on the spot: what the reader is tested against shares no code
/// with it.
namespace bartizan_tests {

template <auto Free>
struct openssl_free {
    template <class T>
    void operator()(T* p) const {
        Free(p);
    }
};
template <class T, auto Free>
using openssl_ptr = std::unique_ptr<T, openssl_free<Free>>;

template <class T, class Encode>
std::vector<uint8_t> der_of(T* object, Encode encode) {
    uint8_t* out = nullptr;
    const int size = encode(object, &out);
    std::vector<uint8_t> bytes(out, out + (size > 0 ? size : 0));
    OPENSSL_free(out);
    return bytes;
}

/// A DER element of up to 65,535 bytes.
inline std::vector<uint8_t> der(uint8_t tag, const std::vector<std::vector<uint8_t>>& parts) {
    bartizan::testing::byte_writer content, out;
    for (const auto& part : parts) content.put(part);
    out.put(tag, 1);
    if (content.size() >= 0x80) out.put(0x82, 1), out.put(content.size() >> 8, 1);
    out.put(content.size() & 0xff, 1);
    out.put(content.data);
    return out.data;
}
inline std::vector<uint8_t> der_oid_of(const char* dotted) {
    const openssl_ptr<ASN1_OBJECT, ASN1_OBJECT_free> object(OBJ_txt2obj(dotted, 1));
    return der_of(object.get(), [](const ASN1_OBJECT* o, uint8_t** out) { return i2d_ASN1_OBJECT(o, out); });
}

class openssl_signer {
  public:
    explicit openssl_signer(const char* common_name, bool code_signing = true)
        : key(EVP_EC_gen("P-256")), certificate(X509_new()) {
        X509_set_version(certificate.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 0x1234567);
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
        X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400);
        X509_NAME* const name = X509_get_subject_name(certificate.get());
        add(name, "C", "XX");
        add(name, "O", "bartizan tests");
        add(name, "CN", common_name);
        X509_set_issuer_name(certificate.get(), name);
        X509_set_pubkey(certificate.get(), key.get());
        extension(NID_basic_constraints, "critical,CA:FALSE");
        if (code_signing) extension(NID_ext_key_usage, "timeStamping,codeSigning");
        X509_sign(certificate.get(), key.get(), EVP_sha256());
    }

    /// PKCS #7 SignedData over an SpcIndirectDataContent with `digest`, as DER. The signer may use another digest than the image.
    [[nodiscard]] std::vector<uint8_t> sign(const std::vector<uint8_t>& digest, const EVP_MD* md, bool with_certificate = true,
                                            const EVP_MD* signer_md = nullptr) const {
        if (signer_md == nullptr) signer_md = md;
        const char* const algorithm = EVP_MD_get_type(md) == NID_sha1     ? "1.3.14.3.2.26"
                                      : EVP_MD_get_type(md) == NID_sha256 ? "2.16.840.1.101.3.4.2.1"
                                                                          : "2.16.840.1.101.3.4.2.3";
        const auto link = der(0x30, {der_oid_of("1.3.6.1.4.1.311.2.1.15"), der(0x30, {{0x03, 0x01, 0x00}})});
        const auto digest_info = der(0x30, {der(0x30, {der_oid_of(algorithm), {0x05, 0x00}}), der(0x04, {digest})});
        const auto indirect = der(0x30, {link, digest_info});

        const openssl_ptr<PKCS7, PKCS7_free> p7(PKCS7_new());
        PKCS7_set_type(p7.get(), NID_pkcs7_signed);
        PKCS7_SIGNER_INFO* const signer = PKCS7_add_signature(p7.get(), certificate.get(), key.get(), signer_md);
        if (with_certificate) PKCS7_add_certificate(p7.get(), certificate.get());
        PKCS7_add_signed_attribute(signer, NID_pkcs9_contentType, V_ASN1_OBJECT, OBJ_txt2obj("1.3.6.1.4.1.311.2.1.4", 1));
        const size_t header = indirect[1] < 0x80 ? 2 : 4;
        uint8_t message[EVP_MAX_MD_SIZE];
        unsigned message_size = 0;
        EVP_Digest(indirect.data() + header, indirect.size() - header, message, &message_size, signer_md, nullptr);
        PKCS7_add1_attrib_digest(signer, message, static_cast<int>(message_size));
        PKCS7_SIGNER_INFO_sign(signer);

        PKCS7* const content = PKCS7_new();
        content->type = OBJ_txt2obj("1.3.6.1.4.1.311.2.1.4", 1);
        content->d.other = ASN1_TYPE_new();
        content->d.other->type = V_ASN1_SEQUENCE;
        content->d.other->value.sequence = ASN1_STRING_new();
        ASN1_STRING_set(content->d.other->value.sequence, indirect.data(), static_cast<int>(indirect.size()));
        PKCS7_set_content(p7.get(), content);
        return der_of(p7.get(), [](const PKCS7* p, uint8_t** out) { return i2d_PKCS7(p, out); });
    }

    openssl_ptr<EVP_PKEY, EVP_PKEY_free> key;
    openssl_ptr<X509, X509_free> certificate;

  private:
    static void add(X509_NAME* name, const char* type, const char* value) {
        X509_NAME_add_entry_by_txt(name, type, MBSTRING_UTF8, reinterpret_cast<const uint8_t*>(value), -1, -1, 0);
    }
    void extension(int nid, const char* value) {
        const openssl_ptr<X509_EXTENSION, X509_EXTENSION_free> e(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
        X509_add_ext(certificate.get(), e.get(), -1);
    }
};

}  // namespace bartizan_tests

#endif
