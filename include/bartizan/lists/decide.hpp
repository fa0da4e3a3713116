// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_LISTS_DECIDE_HPP
#define BARTIZAN_LISTS_DECIDE_HPP

#include "list.hpp"

/// Which list has the word on a file. Precedence: block > suppression > local allow > global allow; within a list, the stronger
/// key (key_kind). What is allowed before it runs is not allowed to do everything once it runs: behaviour rules never ask here.
namespace BARTIZAN_NAMESPACE::lists {

struct known_digest {
    sha256_digest value;
    bool known = false;
};

/// What a file can be looked up by. What is not known is left out and matches nothing.
struct file_keys {
    known_digest file_sha256;
    known_digest authenticode_sha256;
    /// Only of a signer that was proven: the image is what was signed, and the signature holds under this certificate's key. A
    /// certificate can be copied from any signed file, its key cannot.
    known_digest certificate_tbs_sha256;
    text original_name;  ///< OriginalFilename of the version resource
    text path;           ///< from core's `canonicalise`; empty where that left a short name unresolved or cut the path
};

/// The strongest entry of a list that holds for a file, or key none.
struct match {
    key_kind key = key_kind::none;
    uint32_t list = 0;  ///< index into the lists given
    uint32_t record = 0;
};

struct matches {
    match block, suppression, local_allow, global_allow;
};

enum class disposition : uint8_t {
    none,
    blocked,           ///< convicted, whatever the model says
    suppressed,        ///< a detection known to be false
    allowed,
    lowered_to_event,  ///< a detection is recorded and nothing is done: only a path or a name spoke for the file
};

struct decision {
    disposition what = disposition::none;
    list_kind kind = list_kind::none;
    match by;
};

/// The precedence. An allow by something that proves the file's identity, in either list, comes before a path's or name's lowering.
[[nodiscard]] constexpr decision decide(const matches& m) noexcept {
    const auto proves = [](const match& x) { return x.key != key_kind::none && !only_lowers(x.key); };
    if (proves(m.block)) return {disposition::blocked, list_kind::block, m.block};
    if (proves(m.suppression)) return {disposition::suppressed, list_kind::suppression, m.suppression};
    if (proves(m.local_allow)) return {disposition::allowed, list_kind::local_allow, m.local_allow};
    if (proves(m.global_allow)) return {disposition::allowed, list_kind::global_allow, m.global_allow};
    if (only_lowers(m.local_allow.key)) return {disposition::lowered_to_event, list_kind::local_allow, m.local_allow};
    if (only_lowers(m.global_allow.key)) return {disposition::lowered_to_event, list_kind::global_allow, m.global_allow};
    return {};
}

/// The strongest key under which an entry holds at this time. At most eight lookups.
[[nodiscard]] constexpr match find_match(const list& l, const file_keys& keys, uint64_t time_100ns) noexcept {
    const text name = file_name(keys.path);
    const known_digest nothing{{}, true}, &certificate = keys.certificate_tbs_sha256;
    const struct {
        key_kind kind;
        const known_digest& digest;
        text words;
    } lookups[] = {
        {key_kind::file_sha256, keys.file_sha256, {}},
        {key_kind::authenticode_sha256, keys.authenticode_sha256, {}},
        {key_kind::certificate_original_name, certificate, keys.original_name},
        {key_kind::certificate, certificate, {}},
        {key_kind::certificate_path, certificate, keys.path},
        {key_kind::certificate_name, certificate, name},
        {key_kind::path, nothing, keys.path},
        {key_kind::name, nothing, name},
    };
    for (const auto& look : lookups) {
        if (!look.digest.known || (has_text(look.kind) && look.words.empty())) continue;
        const uint32_t record = l.find(look.kind, look.digest.value, look.words);
        if (record != no_record && l.at(look.kind, record).holds_at(time_100ns)) return {look.kind, 0, record};
    }
    return {};
}

/// All lists at once, of any kinds in any order; of two lists of one kind the stronger key wins, then the earlier list.
/// `time_100ns`: FILETIME of the event, against which expiry is read.
[[nodiscard]] constexpr decision decide(span<const list> all, const file_keys& keys, uint64_t time_100ns) noexcept {
    matches found;
    match* const of_kind[] = {&found.block, &found.suppression, &found.local_allow, &found.global_allow};
    for (uint32_t i = 0; i < all.size; ++i) {
        if (all[i].kind() == list_kind::none) continue;
        match now = find_match(all[i], keys, time_100ns);
        now.list = i;
        match& best = *of_kind[static_cast<uint32_t>(all[i].kind()) - 1];
        if (now.key != key_kind::none && (best.key == key_kind::none || now.key < best.key)) best = now;
    }
    return decide(found);
}

[[nodiscard]] constexpr const char* name(list_kind k) noexcept {
    switch (k) {
        case list_kind::none: return "none";
        case list_kind::block: return "block";
        case list_kind::suppression: return "suppression";
        case list_kind::local_allow: return "local_allow";
        case list_kind::global_allow: return "global_allow";
    }
    return "?";
}

}  // namespace BARTIZAN_NAMESPACE::lists

#endif
