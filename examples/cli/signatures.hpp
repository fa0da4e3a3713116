// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_SIGNATURES_HPP
#define BARTIZAN_EXAMPLES_CLI_SIGNATURES_HPP

#include <bartizan/pe/authenticode.hpp>
#include <memory>
#include <string>
#include <vector>

/// What the library leaves to its host's cryptography, by OpenSSL.
namespace bartizan_cli {

/// An Ed25519 key from a PEM file: a private one signs, a public one verifies.
class ed25519_key {
  public:
    /// Why the file holds no such key, or nothing.
    [[nodiscard]] std::string open(const std::string& path, bool is_private);

    /// 64 bytes; empty where OpenSSL refuses.
    [[nodiscard]] std::vector<uint8_t> sign(bartizan::bytes message) const;
    [[nodiscard]] bool verify(bartizan::bytes message, bartizan::bytes signature) const;

  private:
    std::shared_ptr<void> key_;
};

/// Whether the holder of the signer certificate's key signed this image: the attributes' signature holds under that key, all
/// digests are SHA-256 (SHA-1 is no proof any more) and match. Says nothing about who issued the certificate, or revocation: a list
/// names the certificate itself.
bool is_signer_proven(const bartizan::pe::signature& signature);

}  // namespace bartizan_cli

#endif
