// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_INJECTION_STATE_HPP
#define BARTIZAN_ENGINE_INJECTION_STATE_HPP

#include "code_facts.hpp"
#include "creation_facts.hpp"
#include "lineage.hpp"
#include "pair_table.hpp"
#include "stack_facts.hpp"
#include "taint_table.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// What processes did to each other's memory and threads, and the facts of rules.md M1, A1 and CC c15 that follow from it. Fixed
/// memory: PairCapacity * 84 bytes and TaintCapacity * 3.1 KiB. One for an endpoint; not thread-safe.
template <uint32_t PairCapacity, uint32_t TaintCapacity>
class injection_state {
  public:
    /// `self` is the new process's record.
    static constexpr void on_process_start(event& e, process_record& self, const lineage& family) noexcept {
        injection_marks& m = self.injection;
        m.create_seen = true;
        m.created_suspended = e.data.create.created_suspended;
        e.facts.set(fact::made_from_section, m.made_from_section);
        const process_record* maker = family.maker();
        const truth elsewhere = maker == nullptr ? truth::unknown : !has_role(maker->facts, role::services);
        e.facts.set(fact::host_started_elsewhere, has_role(self.facts, role::svchost) & elsewhere);
        if (has_role(self.facts, role::code_injector) != truth::yes) return;
        if (maker != nullptr) m.injector_serves = has_role(maker->facts, role::app_v_service) | has_role(maker->facts, role::services);
        e.facts.set(fact::injector_serves, m.injector_serves);
        truth injects = e.data.create.command_line.empty() ? truth::unknown : truth::no;
        for (const text name : policy::injection_switches)
            if (contains_folded(e.data.create.command_line, name)) injects = truth::yes;
        e.facts.set(fact::command_injects, injects);
    }

    /// After the processes' facts are in the event. Either record may be null.
    constexpr void observe(event& e, process_record* actor, process_record* target, const policy::settings& settings) noexcept {
        const bool target_is_new = target != nullptr && target->injection.first_seen_100ns == 0;
        note_seen(e, actor, target);
        e.facts.set(fact::frame_tainted, truth::no);
        if (actor == nullptr) e.facts.set(fact::frame_in_slack, find_slack_frame(stack_of(e), settings));
        if (actor != nullptr) {
            set_frame_facts(e, *actor, settings);
            if (e.kind == event_kind::image_load) on_image_load(e, *actor, settings);
        }
        if (actor == nullptr || target == nullptr || actor == target) return;
        switch (e.kind) {
            case event_kind::handle_open:
            case event_kind::handle_duplicate: on_handle(e, *actor, *target, target_is_new, settings); break;
            case event_kind::memory_allocate:
            case event_kind::memory_protect:
            case event_kind::memory_map:
            case event_kind::memory_write: on_memory(e, *actor, *target, settings); break;
            case event_kind::thread_start:
            case event_kind::apc_queue:
            case event_kind::context_set: on_code(e, *actor, *target, settings); break;
            case event_kind::suspend: pairs_.obtain(actor->serial, target->serial).paused = true; break;
            case event_kind::resume: on_resume(e, *actor, *target, settings); break;
            default: break;
        }
    }

    constexpr void clear() noexcept {
        pairs_.clear();
        taints_.clear();
        memory_seen_ = false;
    }

    [[nodiscard]] constexpr uint32_t pairs() const noexcept { return pairs_.size(); }
    [[nodiscard]] constexpr uint64_t evicted_pairs() const noexcept { return pairs_.evicted(); }
    [[nodiscard]] constexpr uint64_t evicted_taints() const noexcept { return taints_.evicted(); }
    [[nodiscard]] constexpr uint64_t dropped_ranges() const noexcept { return taints_.dropped(); }

  private:
    static constexpr void note_seen(const event& e, process_record* actor, process_record* target) noexcept {
        process_record* const both[] = {actor, target};
        for (process_record* p : both)
            if (p != nullptr && p->injection.first_seen_100ns == 0) p->injection.first_seen_100ns = e.time_100ns | 1;
        if (actor != nullptr && !actor->injection.started && is_own_act(e)) actor->injection.started = true;
    }

    /// A frame in memory that someone else put there convicts whoever that was, however long ago (rules.md M1.8).
    constexpr void set_frame_facts(event& e, const process_record& actor, const policy::settings& settings) noexcept {
        const call_stack& stack = stack_of(e);
        e.facts.set(fact::frame_in_slack, find_slack_frame(stack, settings));
        if (!actor.injection.tainted) return;
        truth tainted = stack.size != 0 && stack.complete == truth::yes ? truth::no : truth::unknown;
        taint_set* set = taints_.find(actor.serial);
        for (uint32_t i = 0; set != nullptr && i < stack.size; ++i) {
            if (!stack.frames[i].module.empty()) continue;
            const taint_interval* range = set->find(stack.frames[i].address);
            if (range == nullptr) continue;
            tainted = truth::yes;
            e.instigator = range->origin;
            set->mark_executed(stack.frames[i].address);
        }
        e.facts.set(fact::frame_tainted, set == nullptr ? truth::unknown : tainted);
    }

    static constexpr void on_image_load(event& e, process_record& actor, const policy::settings& settings) noexcept {
        injection_marks& m = actor.injection;
        const image_load_payload& image = e.data.image;
        if (image.range.size != 0 && !e.actor_image.empty() && equal_folded(image.path, e.actor_image)) m.main_image = image.range;
        const bool asked = m.loader_time_100ns != 0 && open_history::is_within(m.loader_time_100ns, e.time_100ns, settings.loader_window_100ns);
        const bool by_thread = m.loader_thread == 0 || image.thread_id == 0 || m.loader_thread == image.thread_id;
        e.facts.set(fact::library_was_forced, to_truth(asked && by_thread));
        if (!asked || !by_thread) {
            if (e.module_trust == trust::unknown) e.module_trust = trust_of(image.signer);
            return;
        }
        e.module_trust = trust_of_module(image.path, image.signer, settings);
        e.instigator = m.loader_source;
        e.facts.set(fact::instigator_untrusted, at_most(m.loader_trust, trust::t0));
        // Windows' own libraries come in between, for other threads too; the first other one is the one that was asked for.
        if (at_least(e.module_trust, trust::t3) != truth::yes) m.loader_time_100ns = 0;
    }

    constexpr void on_handle(event& e, process_record& actor, process_record& target, bool target_is_new, const policy::settings& settings) noexcept {
        const handle_payload& handle = e.data.handle;
        const bool of_process = handle.type == handle_payload::object::process;
        const access_mask mask = expand(handle.granted, of_process ? process_mapping : thread_mapping);
        const access_mask kept = of_process ? mask & (inject_rights | derive_rights | process_suspend_resume)
                                            : mask & (thread_set_context | thread_suspend_resume);
        if ((of_process && (mask & inject_rights) == 0) || kept == 0) return;
        pair_record& pair = pairs_.obtain(actor.serial, target.serial);
        uint16_t& rights = of_process ? pair.process_rights : pair.thread_rights;
        rights = static_cast<uint16_t>(rights | kept);
        const truth unbacked = is_unbacked_call(stack_of(e), settings);
        if (pair.rights_unbacked != truth::yes) pair.rights_unbacked = unbacked;
        e.facts.set(fact::call_unbacked, unbacked);
        // Whoever makes a process holds every right over it before anybody else has heard of it.
        if (target_is_new && of_process && is_all_access(mask)) target.injection.made_from_section = is_direct_creation(stack_of(e), settings);
        e.facts.set(fact::made_from_section, target_is_new ? target.injection.made_from_section : truth::no);
    }

    constexpr void set_pair_facts(event& e, const process_record& actor, const process_record& target, const policy::settings& settings) noexcept {
        const truth creator = is_creator(actor.facts, target.facts);
        const truth not_started = has_not_started(target, e.time_100ns, settings);
        const process& t = target.facts;
        const pair_record* pair = pairs_.find(actor.serial, target.serial);
        e.facts.set(fact::source_is_creator, creator);
        e.facts.set(fact::target_not_started, not_started);
        e.facts.set(fact::source_is_debugger, t.is_debugged == truth::yes ? to_truth(is_same(t.debugger, actor.facts.key)) : t.is_debugged);
        e.facts.set(fact::source_same_image, actor.facts.image_hash == 0 || t.image_hash == 0
                                                 ? truth::unknown : to_truth(actor.facts.image_hash == t.image_hash));
        const truth suspended_birth = creator & not_started & target.injection.created_suspended;
        const truth paused = pair != nullptr && pair->paused ? truth::yes : truth::unknown;
        e.facts.set(fact::source_paused_target, suspended_birth | paused);
        e.facts.set(fact::rights_through_unbacked, pair == nullptr ? truth::unknown : pair->rights_unbacked);
        e.facts.set(fact::injector_serves, actor.injection.injector_serves);
        const injection_marks& m = target.injection;
        const uint64_t birth = m.create_seen ? t.create_time_100ns : m.born_100ns;
        const bool old = !open_history::is_within(birth != 0 ? birth : m.first_seen_100ns, e.time_100ns, settings.young_process_100ns);
        e.facts.set(fact::target_is_old, old ? truth::yes : birth != 0 ? truth::no : truth::unknown);
    }

    constexpr void on_memory(event& e, process_record& actor, process_record& target, const policy::settings& settings) noexcept {
        memory_seen_ = true;
        set_pair_facts(e, actor, target, settings);
        const memory_payload& memory = e.data.memory;
        injection_marks& m = target.injection;
        const truth in_creation = e.facts.get(fact::source_is_creator) & e.facts.get(fact::target_not_started);
        const bool writes = e.kind == event_kind::memory_write;
        if (writes) m.writes_recorded = true;
        e.facts.set(fact::creation_write, writes ? creation_write(e, m, in_creation, settings) : truth::no);
        e.facts.set(fact::sandbox_patch, is_sandbox_patch(e));
        e.facts.set(fact::fork_copy, is_fork_copy(e));
        e.facts.set(fact::main_image_overwritten, writes ? main_image_overwritten(e, target, in_creation, settings) : truth::no);
        const bool replaces = e.kind == event_kind::memory_map || e.kind == event_kind::memory_allocate;
        const truth at_main = m.main_image.size == 0 ? truth::unknown : to_truth(memory.range.base == m.main_image.base);
        e.facts.set(fact::main_image_remapped, replaces ? at_main & in_creation : truth::no);
        if (writes && memory.use == memory_use::peb_image_base && in_creation == truth::yes) m.image_base_redirected = true;
        const truth excused = e.facts.get(fact::creation_write) | e.facts.get(fact::sandbox_patch) | e.facts.get(fact::fork_copy);
        if (excused != truth::yes) taint(e, actor, target);
    }

    static constexpr truth creation_write(const event& e, injection_marks& m, truth in_creation, const policy::settings& settings) noexcept {
        const truth block = is_creation_block(e.data.memory.use);
        if ((block & in_creation) == truth::yes) m.creation_bytes = add(m.creation_bytes, e.data.memory.range.size);
        return block & in_creation & to_truth(m.creation_bytes <= settings.creation_write_limit_bytes) & is_through_create_process(stack_of(e));
    }

    static constexpr truth main_image_overwritten(const event& e, process_record& target, truth in_creation, const policy::settings& settings) noexcept {
        const truth hit = is_main_image(e, target) & in_creation;
        if (hit == truth::yes) target.injection.main_image_bytes = add(target.injection.main_image_bytes, e.data.memory.range.size);
        const uint32_t bytes = add(target.injection.main_image_bytes, hit == truth::unknown ? e.data.memory.range.size : 0);
        return hit & to_truth(bytes >= settings.overwrite_limit_bytes);
    }

    constexpr void taint(const event& e, const process_record& actor, process_record& target) noexcept {
        const memory_payload& memory = e.data.memory;
        uint16_t kinds = e.kind == event_kind::memory_allocate  ? taint_allocated
                         : e.kind == event_kind::memory_protect ? taint_protected
                         : e.kind == event_kind::memory_map     ? taint_mapped
                                                                : taint_written;
        if (is_writable_and_executable(memory.protection) && memory.range.size >= 4096) kinds |= taint_writable_code;
        if ((e.flags & event_kernel_caller) != 0) kinds |= taint_kernel;
        target.injection.tainted = true;
        taints_.obtain(target.serial).add({memory.range.base, memory.range.size, e.time_100ns, origin_of(e, actor),
                                           actor.serial, kinds, 0});
    }

    /// A source in which another's code ran acts for that other: an injection chain keeps its first link.
    [[nodiscard]] constexpr process_key origin_of(const event& e, const process_record& actor) noexcept {
        if (e.instigator.is_set()) return e.instigator;
        const taint_set* own = actor.injection.tainted ? taints_.find(actor.serial) : nullptr;
        const taint_interval* executed = own == nullptr ? nullptr : own->find_executed();
        return executed == nullptr ? actor.facts.key : executed->origin;
    }

    constexpr void on_code(event& e, process_record& actor, process_record& target, const policy::settings& settings) noexcept {
        set_pair_facts(e, actor, target, settings);
        const code_reference code = code_of(e);
        set_code_facts(e, code, settings);
        set_range_facts(e, code, actor, target, settings);
        const process_key origin = origin_of(e, actor);
        if (!(origin == actor.facts.key)) e.instigator = origin;
        injection_marks& m = target.injection;
        if (e.facts.get(fact::code_is_loader) == truth::yes && e.kind != event_kind::context_set) {
            m.loader_source = origin;
            m.loader_time_100ns = e.time_100ns | 1;
            m.loader_thread = e.kind == event_kind::thread_start ? e.data.thread.thread_id : e.data.apc.target_thread;
            m.loader_trust = actor.facts.image_trust;
        }
        if (e.kind == event_kind::thread_start) return;
        pair_record& pair = pairs_.obtain(actor.serial, target.serial);
        if (e.kind == event_kind::apc_queue) {
            e.facts.set(fact::apc_flood, to_truth(note_apc(pair, e, settings)));
            e.facts.set(fact::kernel_frame_unbacked, find_unbacked_kernel_frame(stack_of(e)));
            return;
        }
        if (pair.context_thread != e.data.context.target_thread) pair.contexts = {};
        pair.context_thread = e.data.context.target_thread;
        e.facts.set(fact::context_churn, to_truth(pair.contexts.note(e.time_100ns, settings.context_window_100ns) >= settings.context_churn));
        e.facts.set(fact::image_base_redirected, to_truth(m.image_base_redirected));
    }

    /// Facts about the memory that the code lies in.
    constexpr void set_range_facts(event& e, const code_reference& code, const process_record& actor, const process_record& target,
                                   const policy::settings& settings) noexcept {
        taint_set* set = target.injection.tainted ? taints_.find(target.serial) : nullptr;
        const taint_interval* own = set == nullptr ? nullptr : set->find_of(code.address, actor.serial);
        if (own == nullptr && set != nullptr && code.argument != 0) own = set->find_of(code.argument, actor.serial);
        const taint_interval* any = set == nullptr ? nullptr : set->find(code.address);
        truth unbacked = is_unbacked(code.state) | code.argument_unbacked;
        if (unbacked == truth::unknown && any != nullptr && (any->kinds & (taint_allocated | taint_mapped)) != 0) unbacked = truth::yes;
        if (is_kernel_address(code.address)) unbacked = truth::no;
        e.facts.set(fact::code_unbacked, unbacked);
        e.facts.set(fact::code_prepared, own != nullptr ? truth::yes : memory_seen_ ? truth::no : truth::unknown);
        const bool written = own != nullptr && (own->kinds & taint_written) != 0;
        e.facts.set(fact::code_written, written ? truth::yes : target.injection.writes_recorded ? truth::no : truth::unknown);
        truth writable = code.protection != 0 ? to_truth(is_writable_and_executable(code.protection)) : memory_seen_ ? truth::no : truth::unknown;
        if (any != nullptr && (any->kinds & taint_writable_code) != 0) writable = truth::yes;
        e.facts.set(fact::code_writable, writable);
        constexpr uint16_t kernel_code = taint_kernel | taint_writable_code;
        const bool kernel = any != nullptr && (any->kinds & kernel_code) == kernel_code &&
                            open_history::is_within(any->time_100ns, e.time_100ns, settings.kernel_window_100ns);
        e.facts.set(fact::kernel_prepared_code, kernel ? truth::yes : memory_seen_ ? truth::no : truth::unknown);
        if (any != nullptr) set->mark_executed(code.address);
    }

    static constexpr bool note_apc(pair_record& pair, const event& e, const policy::settings& settings) noexcept {
        const uint32_t count = pair.apcs.note(e.time_100ns, settings.apc_window_100ns);
        if (count == 1)
            for (uint32_t& thread : pair.apc_threads) thread = 0;
        for (uint32_t& thread : pair.apc_threads) {
            if (thread == e.data.apc.target_thread) break;
            if (thread != 0) continue;
            thread = e.data.apc.target_thread;
            break;
        }
        return count > settings.apc_flood && pair.apc_threads[2] != 0;
    }

    constexpr void on_resume(event& e, process_record& actor, process_record& target, const policy::settings& settings) noexcept {
        set_pair_facts(e, actor, target, settings);
        e.facts.set(fact::image_base_redirected, to_truth(target.injection.image_base_redirected));
        if (target.injection.resume_time_100ns == 0) target.injection.resume_time_100ns = e.time_100ns | 1;
        if (pair_record* pair = pairs_.find(actor.serial, target.serial)) pair->paused = false;
    }

    [[nodiscard]] static constexpr uint32_t add(uint32_t sum, uint64_t bytes) noexcept {
        const uint64_t total = sum + (bytes < 0xffffffff ? bytes : 0xffffffff);
        return total < 0xffffffff ? static_cast<uint32_t>(total) : 0xffffffff;
    }

    pair_table<PairCapacity> pairs_;
    taint_table<TaintCapacity> taints_;
    bool memory_seen_ = false;  ///< some sensor of this stream reports what processes do to each other's memory
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
