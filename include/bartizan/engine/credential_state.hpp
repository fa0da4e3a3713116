// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_CREDENTIAL_STATE_HPP
#define BARTIZAN_ENGINE_CREDENTIAL_STATE_HPP

#include "../core/privilege.hpp"
#include "call_trace.hpp"
#include "credential_command.hpp"
#include "credential_files.hpp"
#include "credential_registry.hpp"
#include "identity.hpp"
#include "process_table.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// What the endpoint as a whole remembers for the rules about credentials: the registered LSA and the last network logon. The rest
/// is in each process's notes. No allocation, no clock.
class credential_state {
  public:
    /// Before the target is looked up: a duplication whose object the sensor did not name, out of a process that holds a handle to
    /// LSASS under this value, is a duplication of that handle.
    template <class Table>
    constexpr void name_duplicate(event& e, Table& processes) const noexcept {
        if (e.kind != event_kind::handle_duplicate || e.target.key.is_set() || !e.target_image.empty() || !lsass_.is_set()) return;
        handle_payload& handle = e.data.handle;
        if (!handle.source_holder.is_set() || handle.source_handle_value == 0) return;
        const credential_notes& holder = processes.resolve(handle.source_holder, e.time_100ns).credentials;
        if (holder.lsass_handle_time_100ns == 0 || holder.lsass_handle_value != handle.source_handle_value) return;
        e.target.key = lsass_;
        handle.type = handle_payload::object::process;
        if (handle.granted == 0) handle.desired = handle.granted = holder.lsass_handle_mask;
    }

    /// After the processes' own facts are in the event: fills the facts that C1 to C3 read and notes what the actor did.
    template <class Table>
    constexpr void follow(event& e, process_record* actor, process_record* target, Table& processes, const policy::settings& settings) noexcept {
        if (settings.registered_lsass.is_set()) {
            lsass_ = settings.registered_lsass;
            is_certain_ = true;
        }
        credential_notes* notes = actor == nullptr ? nullptr : &actor->credentials;
        switch (e.kind) {
            case event_kind::process_create: on_start(e, actor, processes, settings); break;
            case event_kind::handle_open:
            case event_kind::handle_duplicate: on_handle(e, notes, target, settings); break;
            case event_kind::memory_read: on_read(e, notes, target, settings); break;
            case event_kind::image_load: set_module_trust(e, settings); break;
            case event_kind::registry:
                set_credential_registry_facts(e, notes, settings);
                set_remote_client(e, notes, settings);
                break;
            case event_kind::file:
                set_credential_file_facts(e, notes, settings);
                if (actor != nullptr && e.facts.get(fact::file_is_store) == truth::yes) set_snapshot_fact(e, *actor, processes, settings);
                break;
            case event_kind::token_check:
                if (notes != nullptr && (e.data.token.privileges_enabled & privilege_bit(privilege::backup)) != 0)
                    notes->backup_privilege_time_100ns = time_of(e);
                break;
            case event_kind::logon: note_logon(e); break;
            default: break;
        }
    }

  private:
    [[nodiscard]] static constexpr uint64_t time_of(const event& e) noexcept { return e.time_100ns == 0 ? 1 : e.time_100ns; }

    [[nodiscard]] static constexpr bool is_same(const process_key& a, const process_key& b) noexcept {
        return a.start_key != 0 && b.start_key != 0 ? a.start_key == b.start_key : a.pid == b.pid;
    }

    /// Runs LSASS's image. The registered one is wininit's child; any other that says whose child it is, is not.
    template <class Table>
    constexpr void on_start(event& e, process_record* actor, Table& processes, const policy::settings& settings) noexcept {
        const process_create_payload& create = e.data.create;
        if (!create.command_line.empty()) set_command_facts(e, actor, settings);
        if (actor == nullptr) return;
        const bool registry_host = contains_folded(create.command_line, u"RemoteRegistry") || ends_with_folded(create.command_line, u"-k regsvc");
        actor->credentials.serves_registry = has_role(e.actor, role::svchost) == truth::yes && registry_host;
        const process_key maker_key = create.creator.is_set() ? create.creator : create.parent;
        if (!maker_key.is_set() || maker_key == e.actor.key) {
            e.facts.set(fact::creator_shares_lsass, truth::no);  // nobody is known who could hold a handle: lineage is others' affair
            return;
        }
        process_record& maker = processes.resolve(maker_key, e.time_100ns);
        if (actor->credentials.made_snapshot_100ns != 0) maker.credentials.made_snapshot_100ns = actor->credentials.made_snapshot_100ns;
        identify(maker.facts, create.parent_image, {}, settings);
        if (has_role(e.actor, role::lsass) == truth::yes && !settings.registered_lsass.is_set()) {
            const truth by_wininit = has_role(maker.facts, role::wininit);
            actor->credentials.is_lsass_clone = by_wininit == truth::no;
            if (by_wininit == truth::yes) {
                lsass_ = e.actor.key;
                is_certain_ = true;
            }
        }
        e.facts.set(fact::creator_shares_lsass, truth::no);
        if (maker.credentials.lsass_handle_time_100ns == 0) return;
        // Windows' own services hold handles to LSASS by design and hand none down.
        const bool by_windows = at_least(maker.facts.image_trust, trust::t3) == truth::yes && !maker.facts.roles.has(role::script_host) &&
                                !maker.facts.roles.has(role::lolbin) && !maker.facts.roles.has(role::memory_tool);
        const truth shares = by_windows ? truth::no : create.inherits_handles;
        e.facts.set(fact::creator_shares_lsass, shares);
        if (shares != truth::yes) return;
        actor->credentials.lsass_handle_time_100ns = time_of(e);
        actor->credentials.lsass_handle_value = maker.credentials.lsass_handle_value;  // inherited handles keep their value
        actor->credentials.lsass_handle_mask = maker.credentials.lsass_handle_mask;
    }

    static constexpr void set_command_facts(event& e, process_record* actor, const policy::settings& settings) noexcept {
        const credential_command command(e.data.create.command_line, settings.paths);
        e.facts.set(fact::command_saves_secrets, to_truth(command.saves_secrets()));
        e.facts.set(fact::command_saves_boot_key, to_truth(command.saves_boot_key()));
        e.facts.set(fact::command_is_own, to_truth(command.is_own()));
        e.facts.set(fact::command_names_store, to_truth(command.names_store()));
        e.facts.set(fact::command_names_spare, to_truth(command.names_spare()));
        e.facts.set(fact::command_asks_snapshot, to_truth(command.asks_snapshot()));
        e.facts.set(fact::both_halves, to_truth(command.names_both()));
        if (actor != nullptr && makes_shadow_copy(e.data.create.command_line)) actor->credentials.made_snapshot_100ns = time_of(e);
        if (actor != nullptr && (command.names_store() || command.saves_secrets() || command.saves_boot_key())) actor->credentials.named_store = true;
    }

    /// Of an actor that opens a credential store: itself, or whoever made it, made a shadow copy (rules.md C3.4).
    template <class Table>
    static constexpr void set_snapshot_fact(event& e, const process_record& actor, const Table& processes, const policy::settings& settings) noexcept {
        const auto made = [&](const process_record* p) {
            return p != nullptr && p->credentials.made_snapshot_100ns != 0 &&
                   open_history::is_within(p->credentials.made_snapshot_100ns, e.time_100ns, settings.snapshot_window_100ns);
        };
        const process_record* maker = processes.find(actor.facts.creator.is_set() ? actor.facts.creator : actor.facts.parent, e.time_100ns);
        e.facts.set(fact::actor_made_snapshot, to_truth(made(&actor) || made(maker)));
    }

    constexpr void on_handle(event& e, credential_notes* actor, const process_record* target, const policy::settings& settings) noexcept {
        const handle_payload& handle = e.data.handle;
        if (handle.client.is_set()) e.instigator = handle.client;
        if (handle.type != handle_payload::object::process) return;
        const access_mask mask = expand(handle.granted, process_mapping);
        if (target != nullptr) {
            const bool holds = target->credentials.lsass_handle_time_100ns != 0;
            e.facts.set(fact::target_holds_lsass, to_truth(holds));
            if (holds && (mask & process_dup_handle) != 0) read_call_trace(e, stack_of(e), settings);
        }
        if (has_role(e.target, role::lsass) != truth::yes) return;
        register_if_first(e.target, target);
        set_clone_fact(e, target);
        if (actor == nullptr || (mask & sensitive_rights) == 0) return;
        const uint32_t pid = e.target.key.pid;
        const bool another = actor->lsass_pid != 0 && pid != 0 && actor->lsass_pid != pid &&
                             open_history::is_within(actor->lsass_handle_time_100ns, e.time_100ns, settings.dump_window_100ns);
        e.facts.set(fact::actor_opened_two_lsass, to_truth(another));
        if (pid != 0) actor->lsass_pid = pid;
        actor->lsass_handle_time_100ns = time_of(e);
        actor->lsass_handle_mask = mask;
        actor->lsass_handle_value = handle.handle_value;
        actor->opened_as_inventory = e.facts.get(fact::actor_burst) == truth::yes || e.facts.get(fact::trace_inventory) == truth::yes;
    }

    constexpr void register_if_first(const process& lsass, const process_record* record) noexcept {
        if (!lsass.key.is_set() || (record != nullptr && record->credentials.is_lsass_clone)) return;
        if (!lsass_.is_set()) lsass_ = lsass.key;
    }

    /// Certain only where the registered LSA is: of two that were merely seen, either may be the clone.
    constexpr void set_clone_fact(event& e, const process_record* target) const noexcept {
        if (!e.target.key.is_set()) return;
        if (target != nullptr && target->credentials.is_lsass_clone) e.facts.set(fact::target_is_lsass_clone, truth::yes);
        else if (is_same(e.target.key, lsass_)) e.facts.set(fact::target_is_lsass_clone, truth::no);
        else if (is_certain_) e.facts.set(fact::target_is_lsass_clone, truth::yes);
    }

    constexpr void on_read(event& e, credential_notes* actor, const process_record* target, const policy::settings& settings) noexcept {
        if (has_role(e.target, role::lsass) != truth::yes) return;
        set_clone_fact(e, target);
        e.facts.set(fact::target_secrets_read, touches_secrets(e.data.memory));
        if (actor == nullptr) return;
        if (actor->reads == 0 || !open_history::is_within(actor->reads_since_100ns, e.time_100ns, settings.lsass_read_window_100ns)) {
            actor->reads_since_100ns = time_of(e);
            actor->read_bytes = 0;
            actor->reads = 0;
        }
        const uint64_t size = e.data.memory.range.size;
        actor->read_bytes = actor->read_bytes > UINT64_MAX - size ? UINT64_MAX : actor->read_bytes + size;
        if (actor->reads < UINT32_MAX) ++actor->reads;
        const bool many = actor->read_bytes >= settings.lsass_read_bytes || actor->reads >= settings.lsass_reads;
        const bool beyond_inventory = actor->read_bytes >= settings.inventory_read_bytes;
        e.facts.set(fact::target_memory_read, to_truth(actor->opened_as_inventory ? beyond_inventory : many));
    }

    /// Writable data of the packages that keep credentials. Source: rules.md C1, a11.
    [[nodiscard]] static constexpr truth touches_secrets(const memory_payload& memory) noexcept {
        constexpr text packages[] = {u"LSASRV.DLL", u"WDIGEST.DLL", u"KERBEROS.DLL", u"MSV1_0.DLL", u"TSPKG.DLL", u"DPAPISRV.DLL", u"CLOUDAP.DLL"};
        if (memory.mapped_file.empty()) return truth::unknown;
        if (!detail::is_any_of(file_name(memory.mapped_file), packages)) return truth::no;
        return memory.protection == 0 ? truth::unknown : to_truth(is_writable(memory.protection));
    }

    /// Signature of a module that maps into LSASS; the path stands in for it only where the settings let it.
    static constexpr void set_module_trust(event& e, const policy::settings& settings) noexcept {
        if (has_role(e.actor, role::lsass) != truth::yes || e.module_trust != trust::unknown) return;
        process module;
        module.key.pid = 1;  // not a process: a carrier for what a signature proves
        apply_signature(module, e.data.image.signer);
        if (module.basis == trust_basis::none && settings.trust_from_path) {
            char16_t buffer[320] = {};
            module.image_trust = policy::trust_from_path(canonicalise(e.data.image.path, buffer, settings.paths));
        }
        e.module_trust = module.image_trust;
    }

    /// LOGON32_LOGON_NETWORK from another machine.
    constexpr void note_logon(const event& e) noexcept {
        const token_payload& token = e.data.token;
        const text from = token.remote_address;
        const bool local = from.empty() || equal(from, u"-") || equal(from, u"::1") || starts_with_folded(from, u"127.");
        if (token.logon_type == 3 && !local) network_logon_100ns_ = time_of(e);
    }

    /// The Remote Registry service runs in svchost as LOCAL SERVICE. Where its start was not seen, a network logon tells that it may
    /// be the one that acts.
    constexpr void set_remote_client(event& e, const credential_notes* actor, const policy::settings& settings) const noexcept {
        if (actor != nullptr && actor->serves_registry) {
            e.facts.set(fact::remote_client, truth::yes);
            return;
        }
        const truth service = has_role(e.actor, role::svchost) & (e.actor.user == account::unknown ? truth::unknown
                                                                                                   : to_truth(e.actor.user == account::local_service));
        const bool recent = network_logon_100ns_ != 0 &&
                            open_history::is_within(network_logon_100ns_, e.time_100ns, settings.remote_logon_window_100ns);
        e.facts.set(fact::remote_client, service & to_truth(recent));
    }

    process_key lsass_ = {};
    bool is_certain_ = false;
    uint64_t network_logon_100ns_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
