// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_PLAN_HPP
#define BARTIZAN_RESPONSE_PLAN_HPP

#include "../policy/disposition.hpp"
#include "../policy/settings.hpp"
#include "clean_up_places.hpp"
#include "prevention.hpp"

/// From a finding to what the host must do: the response table, spelled out for one event. Pure; any IRQL; no memory.
namespace BARTIZAN_NAMESPACE::respond {

namespace detail {

// A process that a finding may end.
struct suspect {
    process_key key;
    role_set roles;
    text image;
};

// Who is convicted (rules.md, section R); unset: nobody on this machine.
[[nodiscard]] constexpr suspect culprit_of(const outcome& o, const event& e) noexcept {
    switch (o.whose) {
        case culprit::actor: return {e.actor.key, e.actor.roles, e.actor_image};
        case culprit::instigator: return {e.instigator, e.instigator_roles, {}};
        case culprit::nobody: break;
    }
    return {};
}

// Foreign code has run in the event's own process, or is mapped there and cannot be kept from running: then that process goes too.
[[nodiscard]] constexpr bool runs_instigators_code(const outcome& o, const event& e) noexcept {
    if (o.whose != culprit::instigator) return false;
    if (e.facts.get(fact::frame_tainted) == truth::yes) return true;
    return e.kind == event_kind::image_load && has_happened(e) && e.facts.get(fact::library_was_forced) == truth::yes;
}

constexpr void end(plan& p, const suspect& s, const char* why) noexcept {
    step_object object;
    object.kind = object_kind::process;
    object.process = s.key;
    object.path = s.image;
    constexpr uint32_t system_pid = 4;
    if (is_critical(s.roles) || s.key.pid == system_pid)
        p.add(step_kind::termination_withheld, object,
              "a critical system process is never ended: isolate the machine, and restart it once the analysis is done");
    else p.add(step_kind::terminate, object, why);
}

// The process column. `blocked`: the start of the event's own process is denied, so that there is no such process to end.
constexpr void add_termination(plan& p, const policy::disposition& row, bool known_row, const outcome& o, const event& e, bool blocked) noexcept {
    using policy::process_action;
    if (!known_row) {
        p.add(step_kind::termination_withheld, {}, "the response table has no row for this detection");
        return;
    }
    if (row.process != process_action::terminated && row.process != process_action::terminated_or_start_blocked) return;
    const suspect s = culprit_of(o, e);
    if (!s.key.is_set()) {
        p.add(step_kind::termination_withheld, {},
              (e.flags & event_kernel_caller) != 0 ? "code in the kernel did it, and no process can be ended for it: isolate the machine and restart it"
                                                   : "no process on this machine stands behind it");
        return;
    }
    if (!(blocked && s.key == e.actor.key)) end(p, s, "it attacked, and the response table ends it");
    if (runs_instigators_code(o, e) && !(e.actor.key == s.key) && e.actor.key.is_set())
        end(p, {e.actor.key, e.actor.roles, e.actor_image}, "the attacker's code runs in it");
}

// Preventing the operation, or saying that it is too late; true: it fails.
constexpr bool add_prevention(plan& p, const rule& r, const outcome& o, const event& e) noexcept {
    const prevention possible = prevention_of(e.kind);
    const bool pending = !has_happened(e);
    const pre_outcome before = pending && r.before != nullptr && o.action != response::none ? r.before(e) : pre_outcome{};
    const bool wants_deny = o.action >= response::deny || before.what == pre_outcome::decision::deny;
    const bool wants_strip = o.action >= response::strip;
    if (possible == prevention::none || !wants_strip) return false;
    step_object object = object_of(e);
    if (possible == prevention::strip) {
        object.rights = rights_to_strip(o, before, e.data.handle);
        if (pending) p.add(step_kind::strip, object, "rights that the program has no business with are taken off the handle");
        else p.add(step_kind::not_prevented, object, "these rights would have been taken off the handle: the event came after it was given out");
        return false;
    }
    if (!wants_deny) return false;
    if (pending) p.add(step_kind::deny, object, "the operation fails");
    else p.add(step_kind::not_prevented, object, "the operation would have failed: the event came after it had happened");
    return pending;
}

// Columns that tell: administrator, health, user.
constexpr void add_telling(plan& p, const policy::disposition& row, const step_object& about) noexcept {
    using policy::admin_notice;
    if (row.admin == admin_notice::event) p.add(step_kind::event, about, row.title);
    if (row.admin == admin_notice::alert) p.add(step_kind::alert, about, row.title);
    if (row.health == policy::health::red) p.add(step_kind::health_red, about, "red until an administrator clears the alert");
    if (row.user_notified) p.add(step_kind::notify_user, about, row.title);
    if (row.root_cause_analysis) p.add(step_kind::root_cause_analysis, about, "how it came in, what began it, what it touched");
}

// What is cleaned up: the culprit's program, unless it is Windows' own or nobody vouches for what it is; then only what it left.
[[nodiscard]] constexpr step_object clean_up_object(const outcome& o, const event& e) noexcept {
    const suspect s = culprit_of(o, e);
    step_object object;
    object.process = s.key;
    object.path = s.image;
    if (s.key.is_set()) object.kind = object_kind::process;
    const bool is_actor = o.whose == culprit::actor;
    if (!is_actor || s.image.empty() || is_critical(s.roles) || at_most(e.actor.image_trust, trust::t1) != truth::yes) return object;
    // Who wrote it is the cause graph's to say, and so is what becomes of it in a place of Windows' or of installed programs.
    char16_t buffer[400] = {};
    const file_place place = place_of_file(canonicalise(s.image, buffer));
    if (place == file_place::other || place == file_place::autostart) object.kind = object_kind::file;
    return object;
}

}  // namespace detail

/// The steps for a rule's answer, after the policy had its word (policy::apply); `e` is the event that the engine enriched. What the
/// operation's time allows follows from `e.flags`. Mode off plans nothing; audit tells and acts on nothing.
[[nodiscard]] constexpr plan make_plan(const rule& r, const outcome& o, const event& e, policy::rule_mode mode = policy::rule_mode::block) noexcept {
    plan p;
    if (mode == policy::rule_mode::off || !o.is_worth_telling()) return p;
    const detection wanted = row_of(r, o);
    const policy::disposition& row = policy::disposition_of(wanted);
    const detail::suspect s = detail::culprit_of(o, e);
    step_object about;
    about.kind = object_kind::process;
    about.process = s.key.is_set() ? s.key : e.actor.key;
    about.path = s.key.is_set() ? s.image : e.actor_image;
    if (!about.process.is_set()) about.kind = object_kind::none;
    p.about = {r.id, wanted, {}, about.process, s.key == e.actor.key ? e.actor.image_hash : 0};

    if (o.evidence == verdict::none && o.action == response::none) {
        p.add(step_kind::record, about, "the rule did not see enough to judge");
        return p;
    }
    if (mode == policy::rule_mode::audit || o.audited) {
        p.add(step_kind::record, about, "audit: the rule is watched and nothing is done");
        if (o.evidence == verdict::none) return p;
        if (row.admin != policy::admin_notice::none) p.add(step_kind::event, about, row.title);
        if (o.evidence == verdict::convict && row.root_cause_analysis) p.add(step_kind::root_cause_analysis, about, "audit: to judge the rule by");
        return p;
    }
    const bool denied = detail::add_prevention(p, r, o, e);
    if (o.evidence != verdict::convict) {
        p.add(step_kind::record, about, row.title);
        // A silent strip is in the log and nowhere else (rules.md C1.0).
        if (o.action != response::strip && row.admin != policy::admin_notice::none) p.add(step_kind::event, about, row.title);
        return p;
    }
    detail::add_termination(p, row, row.row == wanted, o, e, denied && e.kind == event_kind::process_create);
    p.add(step_kind::record, about, row.title);
    detail::add_telling(p, row, about);
    if (row.clean_up) p.add(step_kind::clean_up, detail::clean_up_object(o, e), "the offending file and all that belongs to it go to quarantine");
    return p;
}

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
