// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_VERDICT_LISTED_HPP
#define BARTIZAN_VERDICT_LISTED_HPP

#include "../lists/decide.hpp"
#include "../pe/authenticode.hpp"
#include "../pe/version_info.hpp"
#include "file_verdict.hpp"

/// What remains of a verdict once the lists were asked.
namespace BARTIZAN_NAMESPACE {

enum class file_outcome : uint8_t {
    clean,
    event,    ///< recorded, nothing done
    convict,  ///< not started
};

[[nodiscard]] constexpr const char* name(file_outcome o) noexcept {
    switch (o) {
        case file_outcome::clean: return "clean";
        case file_outcome::event: return "event";
        case file_outcome::convict: return "convict";
    }
    return "?";
}

struct listed_outcome {
    file_outcome outcome = file_outcome::clean;
    bool suppressed = false;  ///< there was a detection, and `by` took it away or lowered it
    bool blocked = false;     ///< `by` convicts, detection or not
    lists::decision by;
};

/// A block entry convicts whatever was found; the others only take away from a detection (`is_convicted`).
[[nodiscard]] constexpr listed_outcome apply_lists(bool detected, const lists::decision& by) noexcept {
    using lists::disposition;
    listed_outcome out;
    out.by = by;
    out.blocked = by.what == disposition::blocked;
    out.suppressed = detected && !out.blocked && by.what != disposition::none;
    if (out.blocked || (detected && by.what == disposition::none)) out.outcome = file_outcome::convict;
    else if (detected && by.what == disposition::lowered_to_event) out.outcome = file_outcome::event;
    return out;
}

/// Adds the keys that the image itself gives: Authenticode SHA-256, OriginalFilename (into `name`; left out where that is too
/// small), and the signer's certificate if the caller has proven the signature (lists::file_keys). `signature` is the image's, from
/// pe::check_signature; where it vouches for a SHA-256 digest, that one is taken, else the file is read once.
template <class Sha256 = sha256>
constexpr void add_image_keys(const pe::image& image, const pe::signature& signature, bool signer_proven, span<char16_t> name,
                              lists::file_keys& out) noexcept {
    const bool intact = signature.state == pe::signature_state::present && signature.digest_checked;
    const bytes signed_digest = signature.indirect.digest;
    if (intact && signature.algorithm == pe::digest_algorithm::sha256 && signed_digest.size == 32) {
        for (uint32_t i = 0; i < 32; ++i) out.authenticode_sha256.value.bytes[i] = signed_digest[i];
        out.authenticode_sha256.known = true;
    } else out.authenticode_sha256 = {pe::authenticode_digest<Sha256>(image), true};
    if (signer_proven && intact && signature.certificate.valid) out.certificate_tbs_sha256 = {signature.tbs_sha256, true};
    const lists::encoded_text original{pe::find_version_string(image, "OriginalFilename")};
    if (original.size() <= name.size) {
        for (uint32_t i = 0; i < original.size(); ++i) name[i] = original[i];
        out.original_name = {name.data, original.size()};
    }
}

}  // namespace BARTIZAN_NAMESPACE

#endif
