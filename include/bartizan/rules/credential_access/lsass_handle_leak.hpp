// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_HANDLE_LEAK_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_HANDLE_LEAK_HPP

#include "judgement.hpp"
/// @rule    C1.2 lsass_handle_leak            @attack T1003.001 OS Credential Dumping: LSASS Memory
/// @event   handle_open, handle_duplicate, process_create  @reads  which processes hold a handle to LSASS, right to duplicate, inheritance,
///          call-trace facts, actor
/// @verdict convict: a tool, an untrusted program or unaccounted code singles out a holder of a LSASS handle for duplication, or inherits
///          such a handle from its creator; a duplicate of the handle itself is judged for its recipient by C1.1
/// @benign  Windows components; antimalware; handle viewers (bursts)
/// @blind   no inheritance flag: whether a child got the handle; no call trace
/// @misses  a holder from before the sensor started
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_handle_leak {

enum atom : uint8_t { l1, l2, l3, l4, l5, l6 };

inline constexpr atom_info atoms[] = {
    {"l1", "a process that holds a handle to LSASS was singled out for duplication", grade::medium, column::what, field::open_history},
    {"l2", "the process inherits a handle to LSASS from its creator", grade::medium, column::what, field::handle_origin},
    {"l3", "the call came through memory that no file and no JIT compiler accounts for", grade::medium, column::how, field::call_trace},
    {"l4", "the system call was made directly, past ntdll", grade::medium, column::how, field::call_trace},
    {"l5", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
    {"l6", "the actor is a script host or a tool that does what it is told", grade::medium, column::who, field::actor_image},
};

[[nodiscard]] constexpr bool may_duplicate(const handle_payload& handle) noexcept {
    const access_mask mask = expand(handle.granted, process_mapping);
    // Full access is what over-asking programs have, as in C1.1's a7.
    return handle.type == handle_payload::object::process && (mask & process_dup_handle) != 0 && !is_all_access(mask);
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    const bool start = e.kind == event_kind::process_create;
    const truth duplicates = to_truth(!start && may_duplicate(e.data.handle)) & e.facts.get(fact::target_holds_lsass);
    const truth inherits = to_truth(start) & e.facts.get(fact::creator_shares_lsass);
    if ((duplicates | inherits) != truth::yes) {
        outcome unseen;
        if (inherits == truth::unknown) unseen.blind.add(field::handle_origin);
        return unseen;
    }
    atom_set set;
    set.set(l1, duplicates & !e.facts.get(fact::actor_burst));
    set.set(l2, inherits);
    set.set(l3, duplicates & e.facts.get(fact::trace_unbacked));
    set.set(l4, duplicates & e.facts.get(fact::trace_direct_syscall));
    set.set(l5, at_most(e.actor.image_trust, trust::t0));
    set.set(l6, is_tool(e));
    // Windows' services duplicate out of their clients all day; the LSA itself is the owner.
    const truth windows = at_least(e.actor.image_trust, trust::t3) & !is_tool(e);
    return judge(set, atoms, (owns_credentials(e) | windows) & !runs_foreign_code(e), field::actor_trust);
}

/// The right to duplicate is taken off; the open itself goes on.
[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
    const outcome o = evaluate(e);
    if (e.kind == event_kind::process_create || o.evidence != verdict::convict) return {};
    return {pre_outcome::decision::strip, process_dup_handle};
}

}  // namespace lsass_handle_leak

inline constexpr rule lsass_handle_leaked{0x0102,
                            1,
                            "lsass_handle_leak",
                            "T1003.001",
                            family::credential_lsass,
                            detection::credential_theft,
                            detection::credential_access_seen,
                            kind_bit(event_kind::handle_open) | kind_bit(event_kind::handle_duplicate) | kind_bit(event_kind::process_create),
                            lsass_handle_leak::atoms,
                            lsass_handle_leak::evaluate,
                            lsass_handle_leak::before};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
