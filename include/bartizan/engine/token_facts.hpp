// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_TOKEN_FACTS_HPP
#define BARTIZAN_ENGINE_TOKEN_FACTS_HPP

#include "command_line.hpp"
#include "file_provenance.hpp"
#include "lineage.hpp"

/// Tokens over a process's life (rules.md T1). A snapshot is taken while the process has not run: brokers legally set the primary
/// token until then. Afterwards it is frozen, and no documented call replaces it.
namespace BARTIZAN_NAMESPACE::engine::token_facts {

inline constexpr uint32_t medium_integrity_rid = 0x2000;       ///< SECURITY_MANDATORY_MEDIUM_RID
inline constexpr uint32_t security_impersonation_level = 2;    ///< SECURITY_IMPERSONATION_LEVEL::SecurityImpersonation

[[nodiscard]] constexpr bool is_service(account a) noexcept {
    return a == account::local_service || a == account::network_service || a == account::service;
}

/// Whether a process runs as SYSTEM: by its token, or because it is one of those that only run so.
[[nodiscard]] constexpr truth is_system(const process& p) noexcept {
    if (p.user != account::unknown) return to_truth(p.user == account::system);
    return is_critical(p.roles) ? truth::yes : truth::unknown;
}

/// Creators that start programs for others: they are SYSTEM themselves, and whom they serve is the effective parent.
[[nodiscard]] constexpr bool is_broker(const process& p) noexcept {
    return p.roles.has(role::svchost) || p.roles.has(role::services) || p.roles.has(role::session_helper) || p.roles.has(role::error_reporter);
}

[[nodiscard]] constexpr truth recently(uint64_t then, uint64_t now, uint64_t window) noexcept {
    return to_truth(then != 0 && open_history::is_within(then, now, window));
}

constexpr void on_process_start(event& e, process_record& self, lineage family, const policy::settings& settings) noexcept {
    const process_create_payload& create = e.data.create;
    // A log's creator account may be the one that its thread impersonates: what was known of the process itself stays.
    if (family.parent != nullptr && family.parent->facts.user == account::unknown) family.parent->facts.user = create.parent_account;
    self.token.integrity_rid = create.integrity_rid;
    self.token.user = self.facts.user;

    const process_record* maker = family.maker();
    if (maker != nullptr) e.facts.set(fact::creator_is_system, is_system(maker->facts));
    if (family.parent != nullptr) e.facts.set(fact::parent_is_system, is_system(family.parent->facts));
    if (family.creator != nullptr && family.creator->facts.integrity_rid != unknown_u32)
        e.facts.set(fact::creator_at_most_medium, to_truth(family.creator->facts.integrity_rid <= medium_integrity_rid));
    if (family.creator != nullptr && family.parent != nullptr) {
        const process& creator = family.creator->facts;
        const truth broker = is_broker(creator) ? truth::yes : creator.identity == truth::yes ? truth::no : truth::unknown;
        e.facts.set(fact::parent_is_spoofed, family.creator == family.parent ? truth::no : !broker);
    }
    const process_record* effective = family.client;
    if (effective == nullptr && maker != nullptr && !is_broker(maker->facts)) effective = maker;
    if (effective != nullptr && effective->facts.user != account::unknown) {
        e.facts.set(fact::client_is_service, to_truth(is_service(effective->facts.user)));
        e.facts.set(fact::client_is_user, to_truth(effective->facts.user == account::user || effective->facts.user == account::other));
    }
    if (maker != nullptr && maker->token.impersonated_system_100ns != 0)
        e.facts.set(fact::impersonated_system, recently(maker->token.impersonated_system_100ns, e.time_100ns, settings.impersonation_window_100ns));
    const text line = create.command_line;
    const bool shell = self.facts.roles.has(role::lolbin) || self.facts.roles.has(role::powershell);
    e.facts.set(fact::command_to_pipe, line.empty() ? truth::unknown : to_truth(shell && contains_folded(line, u"\\\\.\\pipe\\")));
}

/// A service whose program is a shell that writes into a named pipe: whoever installed it waits at the pipe's other end for SYSTEM.
constexpr void on_service_install(event& e, const policy::settings& settings) noexcept {
    const text line = e.data.service.image_path;
    command_words words(line);
    const text program = words.next();
    char16_t buffer[320] = {};
    const role_set roles = policy::roles_of(canonicalise(program, buffer, settings.paths), {}, settings.image_names);
    const bool shell = roles.has(role::lolbin) || roles.has(role::powershell) || equal_folded(program, u"%COMSPEC%");
    e.facts.set(fact::command_to_pipe, line.empty() ? truth::unknown : to_truth(shell && contains_folded(line, u"\\\\.\\pipe\\")));
}

/// The first thread ends the time in which a broker may set the token.
constexpr void on_thread_start(process_record& owner) noexcept { owner.token.was_frozen = true; }

/// Compares a checkpoint with the snapshot, or takes the snapshot. After a replacement the new token is the snapshot, so that one theft
/// is one finding.
template <class Table>
constexpr void on_token_check(event& e, process_record& self, const Table& processes, const policy::settings& settings) noexcept {
    const token_payload& now = e.data.token;
    token_notes& then = self.token;
    const uint64_t sid = now.sid.empty() ? 0 : hash_text(now.sid);
    const uint64_t created = self.facts.create_time_100ns;
    const bool frozen = then.was_frozen || created == 0 || (e.time_100ns > created && e.time_100ns - created > settings.creation_window_100ns);

    if (now.privileges_present != 0) {
        const bool mismatch = (now.privileges_enabled & ~now.privileges_present) != 0;
        then.inconsistent_checks = static_cast<uint8_t>(mismatch ? (then.inconsistent_checks < 2 ? then.inconsistent_checks + 1 : 2) : 0);
        e.facts.set(fact::privileges_inconsistent, to_truth(then.inconsistent_checks >= 2));
    }
    if (then.has_snapshot && frozen) {
        if (now.token_id != 0 && then.token_id != 0) {
            const bool replaced = now.token_id != then.token_id;
            e.facts.set(fact::token_replaced, to_truth(replaced));
            const bool shared = replaced && processes.any_other(self, [&](const process_record& p) {
                return p.exit_time_100ns == 0 && p.token.has_snapshot && p.token.token_id == now.token_id;
            });
            e.facts.set(fact::token_of_another, to_truth(shared));
            const bool other_user = (now.user != account::unknown && then.user != account::unknown && now.user != then.user) ||
                                    (sid != 0 && then.sid_hash != 0 && sid != then.sid_hash);
            const bool other_session = now.authentication_id != 0 && then.authentication_id != 0 && now.authentication_id != then.authentication_id;
            const bool higher = now.integrity_rid != unknown_u32 && then.integrity_rid != unknown_u32 && now.integrity_rid > then.integrity_rid;
            e.facts.set(fact::token_raised, to_truth(replaced && (other_user || other_session || higher)));
        }
        if (now.privileges_present != 0 && then.privileges_present != 0)
            e.facts.set(fact::privileges_grew, to_truth((now.privileges_present & ~then.privileges_present) != 0));
    }
    if (now.token_id != 0) then.token_id = now.token_id;
    if (now.authentication_id != 0) then.authentication_id = now.authentication_id;
    if (now.privileges_present != 0) then.privileges_present = now.privileges_present;
    if (sid != 0) then.sid_hash = sid;
    if (now.integrity_rid != unknown_u32) then.integrity_rid = now.integrity_rid;
    if (now.user != account::unknown) then.user = now.user;
    then.has_snapshot = then.has_snapshot || now.token_id != 0 || now.privileges_present != 0;
}

/// A thread took a token over: noted when it is SYSTEM's at a level that lets it act, and the process is no service that does so by trade.
constexpr void on_impersonation(event& e, process_record& self) noexcept {
    const token_payload& token = e.data.token;
    if (self.facts.user != account::unknown)
        e.facts.set(fact::actor_may_impersonate, to_truth(is_service(self.facts.user) || self.facts.user == account::system));
    if (token.user != account::system || token.impersonation_level == unknown_u32 || token.impersonation_level < security_impersonation_level) return;
    if (is_service(self.facts.user) || self.facts.user == account::system || at_least(self.facts.image_trust, trust::t2) == truth::yes) return;
    self.token.impersonated_system_100ns = e.time_100ns == 0 ? 1 : e.time_100ns;
}

/// A hunt for tokens opens the owners of handles with the right to duplicate them and nothing that a listing or a debugger needs besides.
constexpr void on_handle_open(event& e, process_record& self, const process_record* target, const policy::settings& settings) noexcept {
    if (self.token.impersonated_system_100ns != 0)
        e.facts.set(fact::impersonated_system, recently(self.token.impersonated_system_100ns, e.time_100ns, settings.impersonation_window_100ns));
    const access_mask mask = expand(e.data.handle.granted, process_mapping);
    constexpr access_mask beside = inject_rights | read_rights | reopen_rights | process_query_information;
    const bool handles_only = e.data.handle.type == handle_payload::object::process && (mask & process_dup_handle) != 0 && (mask & beside) == 0;
    const bool of_system = target != nullptr && (is_critical(target->facts.roles) || target->facts.roles.has(role::svchost));
    if (!handles_only || (target != nullptr && target->facts.identity == truth::yes && !of_system)) {
        e.facts.set(fact::actor_sweeps_handles, truth::no);
        return;
    }
    if (!of_system) return;
    token_notes& notes = self.token;
    const bool recent = recently(notes.swept_100ns, e.time_100ns, settings.burst_window_100ns) == truth::yes;
    if (!recent) notes.is_sweeping = false;
    if (recent && notes.swept_pid != e.target.key.pid) notes.is_sweeping = true;
    notes.swept_pid = e.target.key.pid;
    notes.swept_100ns = e.time_100ns == 0 ? 1 : e.time_100ns;
    e.facts.set(fact::actor_sweeps_handles, to_truth(notes.is_sweeping));
}

}  // namespace BARTIZAN_NAMESPACE::engine::token_facts

#endif
