// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_CREDENTIAL_REGISTRY_HPP
#define BARTIZAN_ENGINE_CREDENTIAL_REGISTRY_HPP

#include "../core/event.hpp"
#include "../policy/credential_objects.hpp"
#include "../policy/settings.hpp"
#include "open_history.hpp"
#include "process_notes.hpp"

/// Facts about registry events: which credential a key and value hold, and what settings of LSASS a value changes.
namespace BARTIZAN_NAMESPACE::engine {

namespace detail {

/// REG_OPTION_BACKUP_RESTORE: the caller's backup privilege stands in for the key's access list (winnt.h).
inline constexpr uint32_t reg_option_backup_restore = 4;

/// FLG_MONITOR_SILENT_PROCESS_EXIT of GlobalFlag ("GFlags Flag Table", Microsoft Learn).
inline constexpr uint64_t monitor_silent_exit = 0x200;

[[nodiscard]] constexpr bool is_any_of(text name, span<const text> names) noexcept {
    for (const text one : names)
        if (equal_folded(name, one)) return true;
    return false;
}

/// The number of a value, from DWORD data or from text ("512", "0x200"), which the loader accepts too.
[[nodiscard]] constexpr truth number_has(const registry_payload& value, uint64_t bits) noexcept {
    if (value.has_number == truth::yes) return to_truth((value.number & bits) != 0);
    if (value.data.empty()) return truth::unknown;
    const bool hex = starts_with_folded(value.data, u"0x");
    uint64_t number = 0;
    for (uint32_t i = hex ? 2 : 0; i < value.data.size && i < 18; ++i) {
        const char16_t c = upcase(value.data[i]);
        const bool letter = hex && c >= u'A' && c <= u'F';
        if (!letter && !(c >= u'0' && c <= u'9')) return truth::unknown;
        number = number * (hex ? 16 : 10) + static_cast<uint64_t>(letter ? c - u'A' + 10 : c - u'0');
    }
    return to_truth((number & bits) != 0);
}

/// KeyNodeInformation and KeyFullInformation return the class; KeyCachedInformation has no room for one (wdm.h). An audit log does
/// not name the class asked; these keys have nothing else to read.
[[nodiscard]] constexpr bool returns_class(const registry_payload& key) noexcept {
    using operation = registry_payload::operation;
    if (key.what == operation::query_unspecified) return true;
    return (key.what == operation::query_key || key.what == operation::enumerate_key) &&
           (key.information_class == 1 || key.information_class == 2);
}

/// What a written value does to LSASS's dumps, packages and protection.
constexpr void set_lsass_settings(event& e, text key) noexcept {
    const registry_payload& value = e.data.registry;
    const text name = value.value_name;
    const bool sets = value.what == registry_payload::operation::set_value;
    const bool in_software = matches_prefix(key, u"HKLM\\SOFTWARE\\MICROSOFT\\");
    const text rest = in_software ? key.sub(24) : text();
    truth reporting = truth::no;
    truth dumps = truth::no;
    constexpr text exit_values[] = {u"ReportingMode", u"LocalDumpFolder", u"DumpType", u"MonitorProcess"};
    if (sets && equal(rest, u"WINDOWS NT\\CURRENTVERSION\\SILENTPROCESSEXIT\\LSASS.EXE"))
        reporting = name.empty() ? truth::unknown : to_truth(is_any_of(name, exit_values));
    if (sets && equal(rest, u"WINDOWS NT\\CURRENTVERSION\\IMAGE FILE EXECUTION OPTIONS\\LSASS.EXE"))
        reporting = name.empty() ? truth::unknown : to_truth(equal_folded(name, u"GlobalFlag")) & number_has(value, monitor_silent_exit);
    if (sets && equal(rest, u"WINDOWS\\WINDOWS ERROR REPORTING\\LOCALDUMPS\\LSASS.EXE"))
        dumps = name.empty() ? truth::unknown : to_truth(equal_folded(name, u"DumpType")) & number_has(value, 2);
    e.facts.set(fact::lsass_reporting_set, reporting);
    e.facts.set(fact::lsass_dumps_kept, dumps);

    const bool in_control = sets && matches_prefix(key, u"HKLM\\SYSTEM\\CCS\\CONTROL\\");
    const text control = in_control ? key.sub(24) : text();
    constexpr text lists[] = {u"Security Packages", u"Authentication Packages", u"Notification Packages"};
    constexpr text protections[] = {u"RunAsPPL", u"RunAsPPLBoot"};
    const bool lsa = equal(control, u"LSA");
    const bool packages = (lsa && is_any_of(name, lists)) || (equal(control, u"LSA\\OSCONFIG") && equal_folded(name, lists[0])) ||
                          (equal(control, u"NETWORKPROVIDER\\ORDER") && equal_folded(name, u"ProviderOrder"));
    e.facts.set(fact::lsa_packages_set, to_truth(packages));
    e.facts.set(fact::lsa_protection_set, to_truth(lsa && is_any_of(name, protections)));
}

}  // namespace detail

/// Fills a registry event's facts and notes what the actor did. `actor` is null where the event names no process.
constexpr void set_credential_registry_facts(event& e, credential_notes* actor, const policy::settings& settings) noexcept {
    using operation = registry_payload::operation;
    const registry_payload& value = e.data.registry;
    if (value.key.empty()) return;
    char16_t buffer[400] = {};
    const canonical_key key = canonicalise_key(value.key, buffer);
    const auto recently = [&e](uint64_t then, uint64_t window) {
        return to_truth(then != 0 && open_history::is_within(then, e.time_100ns, window));
    };
    detail::set_lsass_settings(e, key.path);

    const policy::key_reading reading = policy::read_key(key.path);
    const bool account = reading.content == policy::key_content::account;
    const bool several = value.what == operation::query_multiple_value;
    const bool unnamed = value.value_name.empty();
    const bool hash = account && (equal_folded(value.value_name, u"V") || several);
    const bool record = (account || reading.content == policy::key_content::account_domain) &&
                        (unnamed || equal_folded(value.value_name, u"F") || equal_folded(value.value_name, u"V"));
    truth secret = to_truth(reading.content == policy::key_content::lsa_secret);
    if (reading.content == policy::key_content::logon_cache)
        secret = unnamed && !several ? truth::unknown : to_truth(several || policy::is_cached_logon(value.value_name));
    e.facts.set(fact::key_account_hash, to_truth(hash));
    e.facts.set(fact::key_account_record, to_truth(record));
    e.facts.set(fact::key_lsa_secret, secret);
    e.facts.set(fact::key_holds_secrets, to_truth(reading.holds_secrets));
    e.facts.set(fact::key_holds_boot_key, to_truth(reading.holds_boot_key));

    truth store_file = truth::no;
    if (value.what == operation::load_key || value.what == operation::restore_key || value.what == operation::replace_key) {
        bool boot_key = false;
        const text name = file_name(value.file);
        store_file = name.empty() ? truth::unknown : to_truth(policy::is_hive_name(name, boot_key) || policy::is_store_name(name));
    }
    e.facts.set(fact::key_file_is_store, store_file);
    if (actor == nullptr) return;

    const uint64_t now = e.time_100ns == 0 ? 1 : e.time_100ns;
    const bool opens = value.what == operation::open_key || value.what == operation::create_key;
    if (opens && reading.in_sam && value.options != unknown_u32 && (value.options & detail::reg_option_backup_restore) != 0)
        actor->past_acl_time_100ns = now;
    const truth past_acl = recently(actor->past_acl_time_100ns, settings.store_window_100ns) |
                           recently(actor->backup_privilege_time_100ns, settings.debug_privilege_window_100ns);
    if (reading.in_sam || reading.holds_boot_key || reading.content != policy::key_content::other) e.facts.set(fact::key_past_acl, past_acl);

    const bool reads_part = reading.content == policy::key_content::boot_key && detail::returns_class(value);
    if (reads_part) actor->boot_key_time_100ns[reading.boot_index] = now;
    const bool saves = value.what == operation::save_key && (reading.holds_secrets || reading.holds_boot_key);
    if (reads_part || saves) {
        // A save is judged with what was read of the boot key before it, however slowly.
        const uint64_t window = saves ? settings.store_window_100ns : settings.boot_key_window_100ns;
        uint32_t parts = 0;
        for (const uint64_t then : actor->boot_key_time_100ns) parts += recently(then, window) == truth::yes ? 1 : 0;
        e.facts.set(fact::boot_key_two, to_truth(parts >= 2));
        e.facts.set(fact::boot_key_three, to_truth(parts >= 3));
    } else {
        e.facts.set(fact::boot_key_two, truth::no);
        e.facts.set(fact::boot_key_three, truth::no);
    }
    e.facts.set(fact::actor_took_store, to_truth(actor->named_store) | recently(actor->took_store_time_100ns, settings.store_window_100ns));
    if (!saves) return;
    if (reading.holds_secrets) actor->saved_secrets_time_100ns = now;
    if (reading.holds_boot_key) actor->saved_boot_key_time_100ns = now;
    actor->took_store_time_100ns = now;
    e.facts.set(fact::actor_saved_both, recently(actor->saved_secrets_time_100ns, settings.store_window_100ns) &
                                            recently(actor->saved_boot_key_time_100ns, settings.store_window_100ns));
}

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
