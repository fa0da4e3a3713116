// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ADAPTERS_ACCOUNTS_HPP
#define BARTIZAN_ADAPTERS_ACCOUNTS_HPP

#include "record.hpp"

/// Accounts, integrity levels and elevation as event logs write them. Sources: "Well-known SIDs", "Mandatory Integrity Control",
/// "4688(S)" (Microsoft Learn).
namespace BARTIZAN_NAMESPACE::adapters {

[[nodiscard]] constexpr account account_of_sid(text sid) noexcept {
    if (equal(sid, u"S-1-5-18")) return account::system;
    if (equal(sid, u"S-1-5-19")) return account::local_service;
    if (equal(sid, u"S-1-5-20")) return account::network_service;
    if (starts_with_folded(sid, u"S-1-5-80-") || starts_with_folded(sid, u"S-1-5-82-")) return account::service;
    if (starts_with_folded(sid, u"S-1-5-21-") || starts_with_folded(sid, u"S-1-12-1-")) return account::user;
    // S-1-0-0 is the log's way to say that there is none.
    return sid.empty() || equal(sid, u"S-1-0-0") ? account::unknown : account::other;
}

/// The three service accounts log on under fixed LUIDs, whatever language their names are in (SYSTEM_LUID and its siblings, ntifs.h).
[[nodiscard]] constexpr account account_of_logon(uint64_t logon_id) noexcept {
    switch (logon_id) {
        case 0x3e7: return account::system;
        case 0x3e5: return account::local_service;
        case 0x3e4: return account::network_service;
        default: return account::unknown;
    }
}

/// What Windows calls its own authority and the three service accounts in its languages. Source: "Configure Windows Service Accounts",
/// localized service names (Microsoft Learn); the Nordic, Polish, Dutch, Finnish, Hungarian and Portuguese ones from scripts in public use.
inline constexpr text authority_names[] = {u"NT AUTHORITY", u"NT-AUTORIT\u00c4T",         u"AUTORITE NT",  u"AUTORIDADE NT", u"NT-MYNDIGHET",
                                           u"NT-HALLINTA",  u"ZARZ\u0104DZANIE NT", u"NT INSTANS"};

struct service_account_name {
    text name;
    account who;
};

inline constexpr service_account_name service_account_names[] = {
    {u"SYSTEM", account::system},
    {u"SYST\u00c8ME", account::system},
    {u"SISTEMA", account::system},
    {u"\u0421\u0418\u0421\u0422\u0415\u041c\u0410", account::system},
    {u"LOCAL SERVICE", account::local_service},
    {u"LOKALER DIENST", account::local_service},
    {u"SERVICE LOCAL", account::local_service},
    {u"SERVIZIO LOCALE", account::local_service},
    {u"SERVICIO LOC", account::local_service},
    {u"SERVI\u00c7O LOCAL", account::local_service},
    {u"NETWORK SERVICE", account::network_service},
    {u"NETZWERKDIENST", account::network_service},
    {u"SERVICE R\u00c9SEAU", account::network_service},
    {u"SERVIZIO DI RETE", account::network_service},
    {u"SERVICIO DE RED", account::network_service},
    {u"SERVI\u00c7O DE REDE", account::network_service},
    {u"NETV\u00c6RKSTJENESTE", account::network_service},
    {u"NETTVERKSTJENESTE", account::network_service},
    {u"NETWERKSERVICE", account::network_service},
    {u"VERKKOPALVELU", account::network_service},
    {u"H\u00c1L\u00d3ZATI SZOLG\u00c1LTAT\u00c1S", account::network_service},
    {u"US\u0141UGA SIECIOWA", account::network_service},
    {u"ANONYMOUS LOGON", account::other},
    {u"IUSR", account::other},
};

/// From DOMAIN\NAME. A name of Windows' own authority that is none of these is unknown: in another language it may be any of them,
/// and to take SYSTEM for a user would accuse every service.
[[nodiscard]] constexpr account account_of_name(text user) noexcept {
    uint32_t cut = 0;
    while (cut < user.size && user[cut] != u'\\') ++cut;
    if (cut == user.size) return account::unknown;
    const text domain = user.sub(0, cut);
    const text name = user.sub(cut + 1);
    for (const text authority : authority_names) {
        if (!equal_folded(domain, authority)) continue;
        for (const service_account_name& row : service_account_names)
            if (equal_folded(name, row.name)) return row.who;
        return account::unknown;
    }
    if (equal_folded(domain, u"IIS APPPOOL") || equal_folded(domain, u"NT SERVICE")) return account::service;
    if (equal_folded(domain, u"Window Manager") || equal_folded(domain, u"Font Driver Host")) return account::other;
    return account::user;
}

/// Sysmon's words, or the SID of a mandatory label (S-1-16-RID); `unknown_u32` where neither.
[[nodiscard]] constexpr uint32_t integrity_of(text level) noexcept {
    struct row {
        text name;
        uint32_t rid;
    };
    constexpr row rows[] = {
        {u"Untrusted", 0},     {u"Low", 0x1000},  {u"AppContainer", 0x1000}, {u"Medium", 0x2000},
        {u"MediumPlus", 0x2100}, {u"High", 0x3000}, {u"System", 0x4000},     {u"Protected", 0x5000},
    };
    for (const row& r : rows)
        if (equal_folded(level, r.name)) return r.rid;
    constexpr text label = u"S-1-16-";
    if (!starts_with_folded(level, label) || level.size == label.size || level.size > label.size + 6) return unknown_u32;
    uint32_t rid = 0;
    for (uint32_t i = label.size; i < level.size; ++i) {
        if (level[i] < u'0' || level[i] > u'9') return unknown_u32;
        rid = rid * 10 + (level[i] - u'0');
    }
    return rid;
}

/// "%%1936" and its neighbours are message numbers of the Security log.
[[nodiscard]] constexpr token_elevation elevation_of(utf8 type) noexcept {
    if (says(type, "%%1936")) return token_elevation::not_split;
    if (says(type, "%%1937")) return token_elevation::full;
    if (says(type, "%%1938")) return token_elevation::limited;
    return token_elevation::unknown;
}

[[nodiscard]] constexpr truth yes_or_no(utf8 word) noexcept {
    if (says(word, "%%1842") || says(word, "true") || says(word, "True")) return truth::yes;
    if (says(word, "%%1843") || says(word, "false") || says(word, "False")) return truth::no;
    return truth::unknown;
}

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif
