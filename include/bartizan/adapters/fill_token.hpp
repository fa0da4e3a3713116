// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ADAPTERS_FILL_TOKEN_HPP
#define BARTIZAN_ADAPTERS_FILL_TOKEN_HPP

#include "../core/privilege.hpp"
#include "accounts.hpp"

/// Events about logons, privileges, accounts and services, from the slots of a record.
namespace BARTIZAN_NAMESPACE::adapters {

/// Security 4624, 4672 and 4703: all that a record says of a token. 4672 lists what the logon's token holds, 4703 what was switched
/// on and off in the process's token, 4673 and 4674 what was used or tried.
[[nodiscard]] constexpr error fill_token(const record& r, event_memory& memory, event_kind kind, event& e) noexcept {
    text_arena& texts = memory.texts;
    token_payload token{};
    token.sid = texts.put(r.text_of(slot::user_sid));
    token.user = account_of_sid(token.sid);
    token.remote_address = texts.put(r.text_of(slot::remote_address));
    if (const error bad = r.read(slot::logon_id, token.authentication_id)) return bad;
    if (const error bad = r.read(slot::logon_type, token.logon_type)) return bad;
    const utf8 level = r.text_of(slot::impersonation_level);
    if (says(level, "%%1831")) token.impersonation_level = 0;  // SecurityAnonymous ... SecurityDelegation
    if (says(level, "%%1832")) token.impersonation_level = 1;
    if (says(level, "%%1833")) token.impersonation_level = 2;
    if (says(level, "%%1840")) token.impersonation_level = 3;
    token.is_elevated = yes_or_no(r.text_of(slot::elevation));
    const uint64_t named = privileges_named(texts.put(r.text_of(slot::privileges)));
    if (r.id() == 4672) token.privileges_present = named;
    else token.privileges_enabled = named;
    token.privileges_disabled = privileges_named(texts.put(r.text_of(slot::disabled_privileges)));
    e.kind = kind;
    e.data = token;
    return {};
}

/// Security 4720 and its neighbours.
[[nodiscard]] constexpr error fill_account(const record& r, event_memory& memory, event& e) noexcept {
    account_payload change{};
    change.event_id = r.id();
    change.name = memory.texts.put(r.text_of(slot::user));
    change.sid = memory.texts.put(r.text_of(slot::user_sid));
    change.subject_sid = memory.texts.put(r.text_of(slot::subject_sid));
    e.kind = event_kind::account_change;
    e.data = change;
    return {};
}

[[nodiscard]] constexpr error fill_service(const record& r, event_memory& memory, event& e) noexcept {
    service_payload service{};
    service.name = memory.texts.put(r.text_of(slot::service_name));
    service.image_path = memory.texts.put(r.text_of(slot::service_path));
    service.account = memory.texts.put(r.text_of(slot::service_account));
    e.kind = event_kind::service_install;
    e.data = service;
    return {};
}

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif
