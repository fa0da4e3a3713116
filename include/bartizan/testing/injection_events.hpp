// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTING_INJECTION_EVENTS_HPP
#define BARTIZAN_TESTING_INJECTION_EVENTS_HPP

#include "raw_events.hpp"

/// Events of one process's hand in another. What recordings cannot show is made here: synthetic, and flagged so.
namespace BARTIZAN_NAMESPACE::testing {

/// Raw, for streams through an engine: actor and target by PID, nothing known that a call does not set.
template <class Self>
class raw_remote_event : public raw_event<Self> {
  public:
    constexpr raw_remote_event(event_kind kind, uint32_t actor, text actor_image, uint32_t target, text target_image) noexcept
        : raw_event<Self>(kind, actor, actor_image) {
        this->event_.target.key.pid = target;
        this->event_.target_image = target_image;
    }
    constexpr Self& stack(const stack_frame* frames, uint32_t size, truth complete = truth::yes) noexcept {
        this->event_.stack = {frames, size, complete};
        return this->self();
    }
    constexpr Self& kernel_caller() noexcept {
        this->event_.flags |= event_kernel_caller;
        return this->self();
    }
    /// Nobody, unless a PID is given, debugs the target.
    constexpr Self& debugged_by(uint32_t pid = 0) noexcept {
        this->event_.target.is_debugged = to_truth(pid != 0);
        this->event_.target.debugger.pid = pid;
        return this->self();
    }
    constexpr Self& caller_trust(trust tier) noexcept {
        this->event_.caller_trust = tier;
        return this->self();
    }
};

class memory_operation : public raw_remote_event<memory_operation> {
  public:
    constexpr memory_operation(event_kind kind, uint32_t actor, text actor_image, uint32_t target, text target_image, uint64_t base,
                               uint64_t size, page_protection protection = 0) noexcept
        : raw_remote_event(kind, actor, actor_image, target, target_image) {
        memory_payload memory{};
        memory.range = {base, size};
        memory.protection = protection;
        event_.data = memory;
    }
    constexpr memory_operation& use(memory_use what) noexcept { return event_.data.memory.use = what, *this; }
    constexpr memory_operation& state(memory_state what) noexcept { return event_.data.memory.state = what, *this; }
    constexpr memory_operation& of_module(text path, text symbol = {}) noexcept {
        event_.data.memory.mapped_file = path;
        event_.data.memory.symbol = symbol;
        return *this;
    }
};

class remote_thread_start : public raw_remote_event<remote_thread_start> {
  public:
    constexpr remote_thread_start(uint32_t actor, text actor_image, uint32_t target, text target_image, uint64_t address) noexcept
        : raw_remote_event(event_kind::thread_start, actor, actor_image, target, target_image) {
        thread_start_payload thread{};
        thread.start_address = address;
        thread.is_initial_thread = truth::no;
        event_.data = thread;
    }
    constexpr remote_thread_start& in(memory_state state, text module = {}, text function = {}) noexcept {
        event_.data.thread.start_state = state;
        event_.data.thread.start_module = module;
        event_.data.thread.start_function = function;
        return *this;
    }
    constexpr remote_thread_start& argument(uint64_t value) noexcept { return event_.data.thread.argument = value, *this; }
    constexpr remote_thread_start& thread_id(uint32_t id) noexcept { return event_.data.thread.thread_id = id, *this; }
    constexpr remote_thread_start& initial(truth is) noexcept { return event_.data.thread.is_initial_thread = is, *this; }
};

class queued_apc : public raw_remote_event<queued_apc> {
  public:
    constexpr queued_apc(uint32_t actor, text actor_image, uint32_t target, text target_image, uint64_t routine, uint64_t argument = 0) noexcept
        : raw_remote_event(event_kind::apc_queue, actor, actor_image, target, target_image) {
        apc_payload apc{};
        apc.routine = routine;
        apc.arguments[0] = argument;
        apc.target_alertable = truth::unknown;
        event_.data = apc;
    }
    constexpr queued_apc& in(memory_state state, text module = {}, text function = {}, page_protection protection = 0) noexcept {
        event_.data.apc.routine_state = state;
        event_.data.apc.routine_module = module;
        event_.data.apc.routine_function = function;
        event_.data.apc.routine_protection = protection;
        return *this;
    }
    constexpr queued_apc& argument_in(memory_state state, page_protection protection = 0, text module = {}, text function = {}) noexcept {
        event_.data.apc.argument_state = state;
        event_.data.apc.argument_protection = protection;
        event_.data.apc.argument_module = module;
        event_.data.apc.argument_function = function;
        return *this;
    }
    constexpr queued_apc& to_thread(uint32_t id) noexcept { return event_.data.apc.target_thread = id, *this; }
};

class context_change : public raw_remote_event<context_change> {
  public:
    constexpr context_change(uint32_t actor, text actor_image, uint32_t target, text target_image, uint64_t program_counter) noexcept
        : raw_remote_event(event_kind::context_set, actor, actor_image, target, target_image) {
        context_payload context{};
        context.program_counter = program_counter;
        event_.data = context;
    }
    constexpr context_change& in(memory_state state, text module = {}, program_point point = program_point::unknown) noexcept {
        event_.data.context.program_counter_state = state;
        event_.data.context.module = module;
        event_.data.context.point = point;
        return *this;
    }
    constexpr context_change& of_thread(uint32_t id) noexcept { return event_.data.context.target_thread = id, *this; }
};

class process_pause : public raw_remote_event<process_pause> {
  public:
    /// `resume` false: suspends.
    constexpr process_pause(bool resume, uint32_t actor, text actor_image, uint32_t target, text target_image) noexcept
        : raw_remote_event(resume ? event_kind::resume : event_kind::suspend, actor, actor_image, target, target_image) {}
};

class opened_process : public raw_remote_event<opened_process> {
  public:
    constexpr opened_process(uint32_t actor, text actor_image, uint32_t target, text target_image, access_mask granted) noexcept
        : raw_remote_event(event_kind::handle_open, actor, actor_image, target, target_image) {
        handle_payload handle{};
        handle.desired = handle.granted = granted;
        event_.data = handle;
    }
};

/// Enriched, for rules alone: both processes identified, nothing of what the facts name has happened, until a call says otherwise.
class remote_act {
  public:
    constexpr remote_act(event_kind kind, trust source) noexcept {
        event_.kind = kind;
        event_.flags = event_synthetic;
        event_.actor.key.pid = 4711;
        event_.actor.identity = truth::yes;
        event_.actor.image_trust = source;
        event_.actor.basis = trust_basis::signature;
        event_.caller_trust = source;
        event_.target.key.pid = 815;
        event_.target.identity = truth::yes;
        event_.facts.set_all(truth::no);
        if (kind == event_kind::thread_start) {
            thread_start_payload thread{};
            thread.is_initial_thread = truth::no;
            event_.data = thread;
            event_.module_trust = trust::t3;
        } else if (kind == event_kind::apc_queue) {
            event_.data = apc_payload{};
        } else if (kind == event_kind::context_set) {
            event_.data = context_payload{};
        } else if (kind == event_kind::image_load) {
            event_.data = image_load_payload{};
        } else if (kind == event_kind::handle_open) {
            event_.data = handle_payload{};
        } else if (kind != event_kind::process_create) {
            memory_payload memory{};
            memory.use = memory_use::heap;
            memory.state = memory_state::private_memory;
            memory.range = {0x10000, 0x1000};
            event_.data = memory;
        }
    }
    constexpr remote_act& set(fact f, truth value = truth::yes) noexcept { return event_.facts.set(f, value), *this; }
    constexpr remote_act& source_is(role r) noexcept { return event_.actor.roles = event_.actor.roles.with(r), *this; }
    constexpr remote_act& target_is(role r) noexcept { return event_.target.roles = event_.target.roles.with(r), *this; }
    constexpr remote_act& module(trust tier) noexcept { return event_.module_trust = tier, *this; }
    constexpr remote_act& caller(trust tier) noexcept { return event_.caller_trust = tier, *this; }
    constexpr remote_act& kernel_caller() noexcept { return event_.flags |= event_kernel_caller, *this; }
    constexpr remote_act& on_itself() noexcept { return event_.target.key = event_.actor.key, *this; }
    constexpr remote_act& use(memory_use what) noexcept { return event_.data.memory.use = what, *this; }
    constexpr remote_act& state(memory_state what) noexcept { return event_.data.memory.state = what, *this; }
    constexpr remote_act& protection(page_protection p, uint64_t size = 0x1000) noexcept {
        event_.data.memory.protection = p;
        event_.data.memory.range.size = size;
        return *this;
    }
    constexpr remote_act& granted(access_mask mask) noexcept { return event_.data.handle.granted = mask, *this; }

    [[nodiscard]] constexpr event build() const noexcept { return event_; }

  private:
    event event_;
};

}  // namespace BARTIZAN_NAMESPACE::testing

#endif
