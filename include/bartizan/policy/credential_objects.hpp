// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_POLICY_CREDENTIAL_OBJECTS_HPP
#define BARTIZAN_POLICY_CREDENTIAL_OBJECTS_HPP

#include "../core/path.hpp"
#include "../core/registry_path.hpp"

/// Where Windows keeps stored credentials: registry keys, values and files, by their canonical names (rules.md C2). The shape of a
/// hive is the same wherever it is mounted, so keys are told by what stands behind the mount point.
namespace BARTIZAN_NAMESPACE::policy {

/// What a key holds.
enum class key_content : uint8_t {
    other,
    account,         ///< SAM\Domains\Account\Users\RRRRRRRR: value V holds the password hashes
    account_domain,  ///< SAM\Domains\Account: values F and V
    lsa_secret,      ///< Policy\Secrets\NAME\CurrVal and OldVal, and the keys that decrypt them
    logon_cache,     ///< SECURITY\Cache: values NL$1, NL$2, ...
    boot_key,        ///< CCS\Control\Lsa\JD, Skew1, GBG, Data: a quarter of the boot key each, as the key's class name
};

struct key_reading {
    key_content content = key_content::other;
    uint8_t boot_index = 0;      ///< of a boot key: 0 ... 3
    bool in_sam = false;         ///< at or below \SAM or \SECURITY
    bool holds_secrets = false;  ///< what is saved of this key contains hashes or secrets
    bool holds_boot_key = false; ///< ... or the boot key
};

namespace detail {

/// Splits a canonical key at the hive's mount point: \REGISTRY\A\NAME, or HKLM\NAME, HKU\NAME and what else has a root of its own.
struct mounted_key {
    text hive;  ///< name of the mount point
    text rest;  ///< below it; empty for the mount point itself
};

[[nodiscard]] constexpr mounted_key split_mount(text key) noexcept {
    const uint32_t root = matches_prefix(key, u"\\REGISTRY\\A\\") ? 12 : bartizan::detail::component_end(key, 0) + 1;
    const uint32_t end = bartizan::detail::component_end(key, root);
    return {key.sub(root, end - root), key.sub(end + 1)};
}

/// One of the two is the other or lies below it.
[[nodiscard]] constexpr bool is_related(text a, text b) noexcept {
    return a.empty() || bartizan::detail::matches_component(a, b) || bartizan::detail::matches_component(b, a);
}

[[nodiscard]] constexpr bool is_relative_id(text component) noexcept {
    if (component.size != 8) return false;
    for (uint32_t i = 0; i < 8; ++i) {
        const char16_t c = component[i];
        if (!(c >= u'0' && c <= u'9') && !(c >= u'A' && c <= u'F')) return false;
    }
    return true;
}

inline constexpr text accounts = u"SAM\\DOMAINS\\ACCOUNT";
inline constexpr text secret_subtrees[] = {u"POLICY\\SECRETS", u"POLICY\\POLEKLIST", u"POLICY\\POLSECRETENCRYPTIONKEY", u"CACHE"};
inline constexpr text boot_keys[] = {u"JD", u"SKEW1", u"GBG", u"DATA"};
/// Hives that hold none of this and are large: not looked into.
inline constexpr text other_hives[] = {u"SOFTWARE", u"HARDWARE", u"COMPONENTS", u"DRIVERS", u"BCD00000000"};

[[nodiscard]] constexpr key_content content_below(text rest, uint8_t& boot_index) noexcept {
    const text name = file_name(rest);
    if (equal(rest, accounts)) return key_content::account_domain;
    constexpr text users = u"SAM\\DOMAINS\\ACCOUNT\\USERS\\";
    if (matches_prefix(rest, users) && is_relative_id(rest.sub(users.size))) return key_content::account;
    if (equal(rest, u"POLICY\\POLEKLIST") || equal(rest, u"POLICY\\POLSECRETENCRYPTIONKEY")) return key_content::lsa_secret;
    // The secret's other sub-keys (CupdTime, SecDesc) hold times and descriptors, which inventories read.
    if (matches_prefix(rest, u"POLICY\\SECRETS\\") && (equal(name, u"CURRVAL") || equal(name, u"OLDVAL"))) return key_content::lsa_secret;
    if (equal(rest, u"CACHE")) return key_content::logon_cache;
    constexpr text lsa = u"\\CONTROL\\LSA\\";
    const uint32_t set = bartizan::detail::component_end(rest, 0);
    const bool below_set = equal(rest.sub(0, set), u"CCS") || bartizan::detail::is_control_set(rest.sub(0, set));
    if (below_set && matches_prefix(rest.sub(set), lsa)) {
        for (uint8_t i = 0; i < 4; ++i) {
            boot_index = i;
            if (equal(rest.sub(set + lsa.size), boot_keys[i])) return key_content::boot_key;
        }
    }
    boot_index = 0;
    return key_content::other;
}

}  // namespace detail

/// What a canonical key is to a thief of credentials. A key that the kernel gave no name of (volatile mounts included) is judged by
/// its shape alone.
[[nodiscard]] constexpr key_reading read_key(text key) noexcept {
    key_reading out;
    const detail::mounted_key at = detail::split_mount(key);
    if (matches_prefix(key, u"HKLM\\"))
        for (const text hive : detail::other_hives)
            if (equal(at.hive, hive)) return out;
    out.content = detail::content_below(at.rest, out.boot_index);
    const bool local = matches_prefix(key, u"HKLM");
    const bool root = equal(key, u"HKLM");  // saving all of HKLM is not possible, exporting it is
    const bool sam = local && equal(at.hive, u"SAM");
    const bool security = local && equal(at.hive, u"SECURITY");
    const bool system = local && equal(at.hive, u"SYSTEM");
    out.in_sam = sam || security;
    out.holds_secrets = root || (sam && detail::is_related(at.rest, detail::accounts));
    if (security)
        for (const text subtree : detail::secret_subtrees) out.holds_secrets |= detail::is_related(at.rest, subtree);
    out.holds_boot_key = root || (system && detail::is_related(at.rest, u"CCS\\CONTROL\\LSA"));
    return out;
}

/// "NL$1" and its like; NL$Control and NL$IterationCount hold no hash.
[[nodiscard]] constexpr bool is_cached_logon(text value_name) noexcept {
    return value_name.size >= 4 && starts_with_folded(value_name, u"NL$") && value_name[3] >= u'0' && value_name[3] <= u'9';
}

/// A file that holds credentials at rest.
enum class store_file : uint8_t {
    none,
    hive,      ///< config\SAM, SECURITY, SYSTEM, DEFAULT and their logs
    directory, ///< ntds.dit
};

struct store_reading {
    store_file what = store_file::none;
    bool spare = false;  ///< on a shadow copy, in a backup folder, or anywhere but its own place: not the file that Windows holds open
    bool holds_boot_key = false;
};

/// SAM, SECURITY, SYSTEM or DEFAULT, also as a log. `boot_key`: it is SYSTEM.
[[nodiscard]] constexpr bool is_hive_name(text name, bool& boot_key) noexcept {
    constexpr text hives[] = {u"SAM", u"SECURITY", u"SYSTEM", u"DEFAULT"};
    constexpr text logs[] = {u"", u".LOG", u".LOG1", u".LOG2", u".SAV", u".OLD"};
    for (const text hive : hives) {
        if (!starts_with_folded(name, hive)) continue;
        for (const text log : logs) {
            if (!equal_folded(name.sub(hive.size), log)) continue;
            boot_key = equal_folded(hive, u"SYSTEM");
            return true;
        }
    }
    return false;
}

/// What a canonical path is to a thief of credentials, by its tail: a hive is one on every volume.
[[nodiscard]] constexpr store_reading read_store(const canonical_path& file) noexcept {
    store_reading out;
    const text name = file_name(file.path);
    const text folder = file.path.sub(0, file.path.size - name.size);
    if (equal_folded(name, u"NTDS.DIT")) {
        out.what = store_file::directory;
        out.spare = file.volume == volume_kind::shadow || contains_folded(folder, u"\\@GMT-");
        return out;
    }
    if (!is_hive_name(name, out.holds_boot_key)) return out;
    constexpr text spare_folders[] = {u"\\CONFIG\\REGBACK\\", u"%SYSTEMROOT%\\REPAIR\\", u"\\WINDOWS\\REPAIR\\"};
    const bool live = equal(folder, u"%SYSDIR%\\CONFIG\\") && file.system != system_directory::syswow64;
    bool spare = ends_with_folded(folder, u"\\WINDOWS\\SYSTEM32\\CONFIG\\");
    for (const text suffix : spare_folders) spare |= ends_with_folded(folder, suffix);
    if (!live && !spare) return {};
    out.what = store_file::hive;
    out.spare = !live;
    return out;
}

/// A name that a copied store is usually given; the place is the caller's affair.
[[nodiscard]] constexpr bool is_store_name(text name) noexcept {
    constexpr text stems[] = {u"SAM", u"SECURITY", u"SYSTEM", u"NTDS"};
    constexpr text tails[] = {u"", u".HIVE", u".HIV", u".SAVE", u".SAV", u".BAK", u".DIT", u"_HIVE", u"-HIVE", u"HIVE"};
    for (const text stem : stems) {
        if (!starts_with_folded(name, stem)) continue;
        for (const text tail : tails)
            if (equal_folded(name.sub(stem.size), tail)) return !(equal_folded(name, u"NTDS"));
    }
    return false;
}

/// Which half of a credential store a file's name stands for, and what it adds to that: "SAM-copy" and "SYSTEM-copy" add alike.
/// SECURITY is no half here: event logs, icons and documents go by "Security" and "System" too.
struct half_reading {
    bool secrets = false;
    bool boot_key = false;
    text added;
};

[[nodiscard]] constexpr half_reading read_half(text name) noexcept {
    constexpr text stems[] = {u"SAM", u"NTDS.DIT", u"SYSTEM"};
    for (const text stem : stems) {
        if (!starts_with_folded(name, stem)) continue;
        const text added = name.sub(stem.size);
        const char16_t next = added.empty() ? u'.' : upcase(added[0]);
        // "SAMPLE" and "SYSTEMINFO" are other words.
        if (next >= u'A' && next <= u'Z' && !starts_with_folded(added, u"HIVE")) continue;
        const bool boot_key = equal(stem, u"SYSTEM");
        return {!boot_key, boot_key, added};
    }
    return {};
}

}  // namespace BARTIZAN_NAMESPACE::policy

#endif
