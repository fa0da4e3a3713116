// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_LOCKDOWN_HTML_APPLICATION_HPP
#define BARTIZAN_RULES_LOCKDOWN_HTML_APPLICATION_HPP

#include "../../core/rule.hpp"

/// @rule    L1.2 html_application            @attack T1218.005 System Binary Proxy Execution: Mshta
/// @event   process_create, network_connect @reads  child role, lockdown label of parent, creator and client, page of the HTML application
/// @verdict convict: an HTML application or script that a browser brought, or whose page is inline script, remote or a file that anyone may
///          write, starts a program or connects out; with the strict policy, any program of a browser but its own. Event: a browser, or an
///          unknown COM client, starts an HTML application or script host
/// @benign  the browser's own helpers, console hosts and error reporters; HTML applications out of directories that administrators write;
///          native-messaging hosts; downloaded installers and viewers
/// @blind   no ancestry: h1, h5; no command line: h1; no COM client: h4
/// @misses  an HTML application that stays in its process and does not connect; another program's embedded browser control
namespace BARTIZAN_NAMESPACE::rules {

namespace html_application {

enum atom : uint8_t { h1, h2, h3, h4, h5 };

inline constexpr atom_info atoms[] = {
    {"h1", "the actor is an HTML application or script of foreign origin, or descends from one", grade::medium, column::where, field::lineage},
    {"h2", "it starts another program", grade::medium, column::what, field::actor_image},
    {"h3", "it connects to the network", grade::medium, column::what, field::actor_image},
    {"h4", "a browser or an unknown COM client starts an HTML application or script host", grade::medium, column::what, field::com_client},
    {"h5", "the policy locks every child of a browser, and this is not one of its own", grade::strong, column::how, field::lineage},
};

[[nodiscard]] constexpr truth is_hta(lockdown_label label) noexcept {
    return label == lockdown_label::unknown ? truth::unknown : to_truth(label == lockdown_label::browser_hta);
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    atom_set set;
    if (e.kind == event_kind::network_connect) {
        const truth script = has_role(e.actor, role::html_host) | has_role(e.actor, role::script_engine) | has_role(e.actor, role::lolbin);
        set.set(h1, is_hta(e.actor.lockdown) & script);
        set.set(h3, script);
        return set;
    }
    const truth foreign = !facts(fact::own_helper);
    const truth native_host = facts(fact::native_host_allowed);
    const truth by_browser = facts(fact::lineage_locked);
    set.set(h1, facts(fact::lineage_hta));
    set.set(h2, foreign);
    set.set(h4, (has_role(e.actor, role::script_engine) & by_browser) | (has_role(e.actor, role::html_host) & facts(fact::started_by_com)));
    set.set(h5, facts(fact::every_child_locked) & by_browser & foreign & !native_host);
    return set;
}

/// Every process starts from another and many connect: only together with the origin is that a subject.
[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept {
    constexpr uint16_t acts = 1u << h2 | 1u << h3;
    const bool subject = ((held >> h1 & 1) != 0 && (held & acts) != 0) || (held & (1u << h4 | 1u << h5)) != 0;
    return subject ? weigh(held, atoms) : verdict::none;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    return conclude(find_atoms(e), atoms, response::deny_terminate, decide);
}

[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
    const bool denied = e.kind == event_kind::process_create && decide(find_atoms(e).yes) == verdict::convict;
    return pre_outcome::deny_if(denied);
}

}  // namespace html_application

inline constexpr rule html_application_acts{0x0902,
                                            1,
                                            "html_application",
                                            "T1218.005",
                                            family::lockdown,
                                            detection::lockdown_hta,
                                            detection::lockdown_hta,
                                            kind_bit(event_kind::process_create) | kind_bit(event_kind::network_connect),
                                            html_application::atoms,
                                            html_application::evaluate,
                                            html_application::before};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
