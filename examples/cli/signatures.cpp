// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "signatures.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>

namespace bartizan_cli {

namespace {

namespace bz = bartizan;
using context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

context new_context() { return {EVP_MD_CTX_new(), EVP_MD_CTX_free}; }

/// The command line asks nobody for a pass phrase.
int no_pass_phrase(char*, int, int, void*) { return -1; }

bool holds(EVP_PKEY* key, const EVP_MD* digest, bz::bytes message, bz::bytes signature) {
    const context c = new_context();
    return c && EVP_DigestVerifyInit(c.get(), nullptr, digest, nullptr, key) == 1 &&
           EVP_DigestVerify(c.get(), signature.data, signature.size, message.data, message.size) == 1;
}

}  // namespace

std::string ed25519_key::open(const std::string& path, bool is_private) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
    if (!file) return "cannot be opened";
    EVP_PKEY* const key = is_private ? PEM_read_PrivateKey(file.get(), nullptr, no_pass_phrase, nullptr)
                                     : PEM_read_PUBKEY(file.get(), nullptr, no_pass_phrase, nullptr);
    if (key == nullptr) return is_private ? "holds no private key in PEM without a pass phrase" : "holds no public key in PEM";
    key_ = {key, [](void* p) { EVP_PKEY_free(static_cast<EVP_PKEY*>(p)); }};
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? "" : "holds a key of another kind than Ed25519";
}

std::vector<uint8_t> ed25519_key::sign(bz::bytes message) const {
    std::vector<uint8_t> out(64);
    size_t size = out.size();
    const context c = new_context();
    const bool done = c && EVP_DigestSignInit(c.get(), nullptr, nullptr, nullptr, static_cast<EVP_PKEY*>(key_.get())) == 1 &&
                      EVP_DigestSign(c.get(), out.data(), &size, message.data, message.size) == 1 && size == 64;
    if (!done) out.clear();
    return out;
}

bool ed25519_key::verify(bz::bytes message, bz::bytes signature) const {
    return holds(static_cast<EVP_PKEY*>(key_.get()), nullptr, message, signature);
}

bool is_signer_proven(const bz::pe::signature& s) {
    using bz::pe::digest_algorithm;
    const bz::pe::signer_info& signer = s.data.signer;
    if (s.state != bz::pe::signature_state::present || !s.digest_checked || !s.certificate.valid) return false;
    if (s.algorithm != digest_algorithm::sha256 || signer.algorithm != digest_algorithm::sha256) return false;
    // RFC 2315, 9.3: what is signed is the attributes' DER as a SET, not as the [0] that stands in the file.
    const bz::bytes attributes = signer.authenticated_attributes;
    if (attributes.empty() || attributes.size > 0xffff) return false;
    std::vector<uint8_t> message = {0x31};
    if (attributes.size < 0x80) message.push_back(static_cast<uint8_t>(attributes.size));
    else if (attributes.size < 0x100) message.insert(message.end(), {0x81, static_cast<uint8_t>(attributes.size)});
    else message.insert(message.end(), {0x82, static_cast<uint8_t>(attributes.size >> 8), static_cast<uint8_t>(attributes.size & 0xff)});
    message.insert(message.end(), attributes.begin(), attributes.end());
    const uint8_t* der = s.certificate.whole.data;
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(d2i_X509(nullptr, &der, static_cast<long>(s.certificate.whole.size)), X509_free);
    EVP_PKEY* const key = certificate ? X509_get0_pubkey(certificate.get()) : nullptr;
    return key != nullptr && holds(key, EVP_sha256(), {message.data(), message.size()}, signer.signature);
}

}  // namespace bartizan_cli
