// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_ENGINE_HPP
#define BARTIZAN_ENGINE_ENGINE_HPP

#include "../core/privilege.hpp"
#include "../policy/rule_mode.hpp"
#include "../rules/catalogue.hpp"
#include "call_trace.hpp"
#include "credential_state.hpp"
#include "finding_history.hpp"
#include "identity.hpp"
#include "injection_state.hpp"
#include "lockdown_labels.hpp"
#include "process_table.hpp"
#include "token_facts.hpp"
#include "verifier_facts.hpp"
#include "written_programs.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// Keeps the state of one endpoint and puts what it knows into each event, so that the rules stay pure. Fixed memory (the
/// object itself: about ProcessCapacity * 1.6 KB at the default capacities), no allocation, no clock: equal streams give equal
/// findings on every machine. Feed events in the order of their time; not thread-safe, so callers serialise or keep one per stream.
template <uint32_t ProcessCapacity, uint32_t PairCapacity = ProcessCapacity * 4, uint32_t TaintCapacity = (ProcessCapacity < 256 ? 32 : ProcessCapacity / 8)>
class engine {
  public:
    constexpr explicit engine(const policy::settings& settings) noexcept : settings_(settings) {}

    /// Fills the event's process facts and `facts` from what was seen so far, and remembers the event.
    constexpr void enrich(event& e) noexcept { (void)take_in(e); }

    /// `enrich`, then every rule: calls `sink(const rule&, const outcome&, const event&)` for each that has something to say. A sink that
    /// acts does so each time; one that tells people leaves out what has `outcome::repetition`, or counts it.
    template <class Sink>
    constexpr void process_event(event& e, Sink&& sink) {
        const process_record* actor = take_in(e);
        rules::evaluate(e, [&](const rule& r, outcome o) {
            if (!policy::apply(settings_, r, o, e, identity_of(actor), buffer_)) {
                ++dropped_;
                return;
            }
            findings_.note(r, e, settings_.repeat_window_100ns, o);
            sink(r, o, static_cast<const event&>(e));
        });
    }

    /// The strongest answer before the operation, of the rules that the policy lets act. For an event that was enriched.
    [[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
        const policy::actor_identity& identity = identity_of(processes_.find(e.actor.key, e.time_100ns));
        pre_outcome all;
        for (const rule* r : rules::rules_of(e.kind)) {
            if (r->before == nullptr) continue;
            const pre_outcome one = r->before(e);
            if (one.what == pre_outcome::decision::allow) continue;
            outcome o = r->evaluate(e);
            if (!policy::apply(settings_, *r, o, e, identity, buffer_) || o.audited) continue;
            if (one.what > all.what) all.what = one.what;
            all.strip_mask |= one.strip_mask;
        }
        return all;
    }

    /// Forgets the endpoint and begins another with the same settings. Far cheaper than a new object: records are made anew when
    /// they are used.
    constexpr void clear() noexcept {
        processes_.clear();
        lockdown_.clear();
        credentials_ = credential_state{};
        verifier_.clear();
        written_.clear();
        injection_.clear();
        findings_.clear();
        dropped_ = 0;
    }

    [[nodiscard]] constexpr uint32_t processes() const noexcept { return processes_.size(); }
    /// Answers that the policy dropped: rules that are off, and exclusions.
    [[nodiscard]] constexpr uint64_t dropped() const noexcept { return dropped_; }
    [[nodiscard]] constexpr uint64_t evicted() const noexcept { return processes_.evicted(); }
    [[nodiscard]] constexpr const injection_state<PairCapacity, TaintCapacity>& injection() const noexcept { return injection_; }

  private:
    /// What `enrich` does; returns the actor's record, null where the event names no actor.
    constexpr const process_record* take_in(event& e) noexcept {
        process_record* actor = nullptr;
        process_record* target = nullptr;
        credentials_.name_duplicate(e, processes_);
        const auto unlike = [this](text image) { return [this, image](const process_record& r) { return runs_another(r.facts, image, settings_); }; };
        if (e.target.key.is_set()) target = &processes_.resolve(e.target.key, e.time_100ns, unlike(e.target_image));
        if (e.actor.key.is_set()) {
            actor = e.kind == event_kind::process_create
                        ? &processes_.begin(e.actor.key, e.time_100ns, settings_.same_process_tolerance_100ns, unlike(e.actor_image))
                        : &processes_.resolve(e.actor.key, e.time_100ns, unlike(e.actor_image));
        }
        learn(e, actor, target);
        if (actor != nullptr) follow_families(e, *actor, target);
        if (actor != nullptr) e.actor = actor->facts;
        else identify(e.actor, e.actor_image, {}, settings_);
        if (target != nullptr) e.target = target->facts;
        else identify(e.target, e.target_image, {}, settings_);
        set_facts(e, actor);
        credentials_.follow(e, actor, target, processes_, settings_);
        injection_.observe(e, actor, target, settings_);
        if (const process_record* behind = processes_.find(e.instigator, e.time_100ns)) e.instigator_roles = behind->facts.roles;
        return actor;
    }

    [[nodiscard]] static constexpr const policy::actor_identity& identity_of(const process_record* actor) noexcept {
        return actor != nullptr ? actor->identity : nobody;
    }

    /// What image a process runs, and what its place may stand in for.
    constexpr void settle(process& p, text image, text original_file_name, uint64_t time_100ns) noexcept {
        const bool had_basis = p.basis != trust_basis::none;
        identify(p, image, original_file_name, settings_);
        if (!had_basis) written_.correct(p, time_100ns);
    }

    /// Facts about processes that this event carries.
    constexpr void learn(const event& e, process_record* actor, process_record* target) noexcept {
        if (target != nullptr) settle(target->facts, e.target_image, {}, e.time_100ns);
        if (target != nullptr && target->facts.user == account::unknown) target->facts.user = e.target.user;
        if (target != nullptr) {
            learn_state(target->facts, e.target);
            if (e.target.create_time_100ns != 0) target->injection.born_100ns = e.target.create_time_100ns;
        }
        if (actor == nullptr) return;
        learn_state(actor->facts, e.actor);
        if (actor->facts.user == account::unknown) actor->facts.user = e.actor.user;
        switch (e.kind) {
            case event_kind::process_create: {
                const process_create_payload& create = e.data.create;
                process& p = actor->facts;
                // A second sensor's report of the same start adds what it knows and takes nothing away.
                if (create.parent.start_key != 0 || !p.parent.is_set()) p.parent = create.parent;
                if (create.creator.start_key != 0 || !p.creator.is_set()) p.creator = create.creator;
                p.create_time_100ns = e.time_100ns;
                if (create.file_age_s != unknown_u32) p.file_age_s = create.file_age_s;
                if (create.integrity_rid != unknown_u32) p.integrity_rid = create.integrity_rid;
                if (create.session_id != unknown_u32) p.session_id = create.session_id;
                if (!create.image_sha256.empty()) actor->identity.sha256 = policy::digest_of(create.image_sha256);
                if (!create.certificate_sha256.empty()) actor->identity.certificate = policy::digest_of(create.certificate_sha256);
                settle(p, e.actor_image, create.original_file_name, e.time_100ns);
                apply_signature(p, create.signer);
                break;
            }
            case event_kind::process_exit: actor->exit_time_100ns = e.time_100ns == 0 ? 1 : e.time_100ns; break;
            case event_kind::image_load:
                settle(actor->facts, e.actor_image, {}, e.time_100ns);
                // The process's own image is mapped like any module, and its signature is then reported with it.
                if (!e.actor_image.empty() && equal_folded(e.data.image.path, e.actor_image))
                    apply_signature(actor->facts, e.data.image.signer);
                break;
            case event_kind::token_check:
                settle(actor->facts, e.actor_image, {}, e.time_100ns);
                if ((e.data.token.privileges_enabled & privilege_bit(privilege::debug)) != 0) actor->privilege_time_100ns = e.time_100ns;
                break;
            default: settle(actor->facts, e.actor_image, {}, e.time_100ns); break;
        }
    }

    /// What single families of rules remember, and the facts that follow from it.
    constexpr void follow_families(event& e, process_record& actor, process_record* target) noexcept {
        if (actor.facts.lockdown == lockdown_label::unknown) actor.facts.lockdown = label_if_older(actor.facts);
        switch (e.kind) {
            case event_kind::process_create: {
                const lineage family = resolve_lineage(processes_, e, settings_);
                lockdown_.on_process_start(e, actor, family, settings_);
                lockdown_.set_typed_fact(e, settings_);
                token_facts::on_process_start(e, actor, family, settings_);
                verifier_.on_process_start(e, actor);
                injection_.on_process_start(e, actor, family);
                break;
            }
            case event_kind::thread_start: token_facts::on_thread_start(target != nullptr ? *target : actor); break;
            case event_kind::token_check: token_facts::on_token_check(e, actor, processes_, settings_); break;
            case event_kind::impersonate: token_facts::on_impersonation(e, actor); break;
            case event_kind::handle_open:
            case event_kind::handle_duplicate: token_facts::on_handle_open(e, actor, target, settings_); break;
            case event_kind::file:
                lockdown_.on_file(e, actor, settings_);
                verifier_.on_file(e, settings_);
                written_.on_file(e, actor.facts, settings_);
                break;
            case event_kind::registry:
                lockdown_.on_registry(e);
                verifier_.on_registry(e, settings_);
                break;
            case event_kind::image_load:
                e.facts.set(fact::module_is_powershell, to_truth(policy::is_powershell_engine(e.data.image.path)));
                verifier_.on_image_load(e, actor, settings_);
                break;
            default: break;
        }
    }

    /// Facts that rules read, from the event and from what its actor did before.
    constexpr void set_facts(event& e, process_record* actor) noexcept {
        const auto recently = [&e](uint64_t then, uint64_t window) {
            return to_truth(then != 0 && open_history::is_within(then, e.time_100ns, window));
        };
        if (actor != nullptr) {
            e.facts.set(fact::actor_read_lsass, recently(actor->lsass_read_time_100ns, settings_.dump_window_100ns));
            e.facts.set(fact::actor_wrote_dump, recently(actor->dump_time_100ns, settings_.dump_window_100ns));
            if (actor->privilege_time_100ns != 0)
                e.facts.set(fact::actor_debug_privilege, recently(actor->privilege_time_100ns, settings_.debug_privilege_window_100ns));
        }
        if (e.kind == event_kind::handle_open || e.kind == event_kind::handle_duplicate) set_handle_facts(e, actor);
        if (e.kind == event_kind::file) set_file_facts(e, actor);
        if (e.kind == event_kind::service_install) token_facts::on_service_install(e, settings_);
    }

    constexpr void set_handle_facts(event& e, process_record* actor) noexcept {
        const handle_payload& handle = e.data.handle;
        const bool of_process = handle.type == handle_payload::object::process;
        const access_mask mask = expand(handle.granted, of_process ? process_mapping : thread_mapping);
        if (actor != nullptr && of_process) {
            const uint32_t opened = actor->opens.note(e.time_100ns, mask, e.target.key.pid, settings_.burst_window_100ns);
            e.facts.set(fact::actor_burst, to_truth(opened >= settings_.burst_processes));
        }
        // The stack is read only where a rule will ask: canonicalising its modules is the costly part of a handle event.
        if (has_role(e.target, role::lsass) == truth::no) return;
        if (actor != nullptr && of_process && (mask & read_rights) != 0) actor->lsass_read_time_100ns = e.time_100ns;
        read_call_trace(e, handle.stack, settings_);
    }

    static constexpr void set_file_facts(event& e, process_record* actor) noexcept {
        const file_payload& file = e.data.file;
        const text name = file_name(file.what == file_payload::operation::rename ? file.new_path : file.path);
        constexpr uint32_t mdmp = 0x504d444d;  // 'MDMP', MINIDUMP_HEADER::Signature
        truth dump = to_truth(ends_with_folded(name, u".dmp") || ends_with_folded(name, u".mdmp") || ends_with_folded(name, u".dump"));
        if (dump != truth::yes) dump = file.signature == 0 ? truth::unknown : to_truth(file.signature == mdmp);
        e.facts.set(fact::file_is_dump, dump);
        e.facts.set(fact::file_named_for_lsass, dump & to_truth(contains_folded(name, u"lsass")));
        const bool writes = file.what == file_payload::operation::create || file.what == file_payload::operation::write ||
                            file.what == file_payload::operation::rename;
        if (dump == truth::yes && writes && actor != nullptr) actor->dump_time_100ns = e.time_100ns;
    }

    static constexpr policy::actor_identity nobody = {};

    policy::settings settings_;
    process_table<ProcessCapacity> processes_;
    lockdown_labels<1024> lockdown_;
    credential_state credentials_;
    verifier_facts verifier_;
    written_programs<256> written_;
    injection_state<PairCapacity, TaintCapacity> injection_;
    finding_history<1024> findings_;
    uint64_t dropped_ = 0;
    char16_t buffer_[560] = {};        ///< for one canonical path of an exclusion
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
