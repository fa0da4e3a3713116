// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTING_EVENT_BUILDER_HPP
#define BARTIZAN_TESTING_EVENT_BUILDER_HPP

#include "../core/event.hpp"

/// Enriched events for tests of rules, ours and a vendor's. What a builder makes is synthetic and flagged so.
namespace BARTIZAN_NAMESPACE::testing {

/// A handle open on LSASS by an identified, unprotected process whose call stack is known and lies in files throughout. Every fact
/// of rules.md C1 is known and innocent until a call says otherwise, so that a test changes just what it is about.
class lsass_open_builder {
  public:
    constexpr lsass_open_builder(trust actor, access_mask granted) noexcept {
        event_.kind = event_kind::handle_open;
        event_.flags = event_synthetic;
        event_.actor.key.pid = 4711;
        event_.actor.identity = truth::yes;
        event_.actor.image_trust = actor;
        event_.actor.basis = trust_basis::signature;
        event_.actor.is_protected = truth::no;
        event_.actor.file_age_s = 86'400;
        event_.caller_trust = actor;
        event_.target.key.pid = 700;
        event_.target.identity = truth::yes;
        event_.target.roles = role_set{}.with(role::lsass);
        event_.target.is_protected = truth::no;
        handle_payload handle{};
        handle.desired = handle.granted = granted;
        event_.data = handle;
        event_.facts.set_all(truth::no);
    }

    constexpr lsass_open_builder& role_is(role r) noexcept {
        event_.actor.roles = event_.actor.roles.with(r);
        return *this;
    }
    constexpr lsass_open_builder& set(fact f, truth value = truth::yes) noexcept {
        event_.facts.set(f, value);
        return *this;
    }
    constexpr lsass_open_builder& file_age(uint32_t seconds) noexcept {
        event_.actor.file_age_s = seconds;
        return *this;
    }
    constexpr lsass_open_builder& caller(trust tier) noexcept {
        event_.caller_trust = tier;
        return *this;
    }
    /// PS_PROTECTION level of the actor, with the trust that it proves; call `caller` afterwards to put foreign code inside.
    constexpr lsass_open_builder& protection(uint8_t level) noexcept {
        event_.actor.protection = level;
        event_.actor.is_protected = to_truth(level != 0);
        const trust tier = protected_tier({level});
        if (tier <= event_.actor.image_trust) return *this;
        event_.actor.image_trust = tier;
        event_.caller_trust = tier;  // such a process loads only modules that its protection admits
        return *this;
    }
    constexpr lsass_open_builder& target_protection(uint8_t level) noexcept {
        event_.target.protection = level;
        event_.target.is_protected = to_truth(level != 0);
        return *this;
    }
    constexpr lsass_open_builder& target_is_not_lsass() noexcept {
        event_.target.roles = {};
        return *this;
    }
    constexpr lsass_open_builder& of_thread() noexcept {
        event_.data.handle.type = handle_payload::object::thread;
        return *this;
    }
    constexpr lsass_open_builder& duplicate() noexcept {
        event_.kind = event_kind::handle_duplicate;
        return *this;
    }
    /// The sensor recorded no call stack.
    constexpr lsass_open_builder& without_stack() noexcept {
        constexpr fact of_stack[] = {fact::trace_unbacked, fact::trace_direct_syscall, fact::trace_dump_routine, fact::trace_seclogon,
                                     fact::trace_inventory};
        for (const fact f : of_stack) event_.facts.set(f, truth::unknown);
        event_.caller_trust = trust::unknown;
        return *this;
    }

    [[nodiscard]] constexpr event build() const noexcept { return event_; }

  private:
    event event_;
};

}  // namespace BARTIZAN_NAMESPACE::testing

#endif
