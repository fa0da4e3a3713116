// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_CLONE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_CLONE_HPP

#include "judgement.hpp"
/// @rule    C1.5 lsass_clone                  @attack T1003.001 OS Credential Dumping: LSASS Memory
/// @event   handle_open, handle_duplicate, memory_read  @reads  whether the target runs LSASS's image without being the registered LSA,
///          granted access, actor
/// @verdict convict: sensitive rights over, or a read of, a clone by an actor below T4; or two processes of LSASS's image opened for
///          reading within 120 s by a tool or an untrusted program
/// @benign  protected antimalware; the LSA itself; queries
/// @blind   the registered LSA is not known: which of two is the clone
/// @misses  a clone that is only written to a file by its maker's own handle
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_clone {

enum atom : uint8_t { k1, k2, k3, k4, k5 };

inline constexpr atom_info atoms[] = {
    {"k1", "a copy of LSASS was opened or read", grade::strong, column::what, field::target_image},
    {"k2", "two processes that run LSASS's image were opened within two minutes", grade::medium, column::what, field::open_history},
    {"k3", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
    {"k4", "the actor is a script host or a tool that does what it is told", grade::medium, column::who, field::actor_image},
    {"k5", "the call came through memory that no file and no JIT compiler accounts for", grade::medium, column::how, field::call_trace},
};

[[nodiscard]] constexpr bool is_sensitive(const event& e) noexcept {
    if (e.kind == event_kind::memory_read) return true;
    return e.data.handle.type == handle_payload::object::process && (expand(e.data.handle.granted, process_mapping) & sensitive_rights) != 0;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    const truth clone = e.facts.get(fact::target_is_lsass_clone);
    const truth two = e.facts.get(fact::actor_opened_two_lsass);
    if ((clone | two) != truth::yes || !is_sensitive(e)) return {};
    atom_set set;
    set.set(k1, clone);
    set.set(k2, two);
    set.set(k3, at_most(e.actor.image_trust, trust::t0));
    set.set(k4, is_tool(e));
    set.set(k5, e.facts.get(fact::trace_unbacked));
    return judge(set, atoms, owns_credentials(e) & !runs_foreign_code(e), field::actor_trust);
}

[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
    if (evaluate(e).evidence != verdict::convict || e.kind == event_kind::memory_read) return {};
    return {pre_outcome::decision::strip, expand(e.data.handle.granted, process_mapping) & sensitive_rights};
}

}  // namespace lsass_clone

inline constexpr rule lsass_clone_opened{0x0105,
                            1,
                            "lsass_clone",
                            "T1003.001",
                            family::credential_lsass,
                            detection::credential_theft,
                            detection::credential_access_seen,
                            kind_bit(event_kind::handle_open) | kind_bit(event_kind::handle_duplicate) | kind_bit(event_kind::memory_read),
                            lsass_clone::atoms,
                            lsass_clone::evaluate,
                            lsass_clone::before};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
