// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_APC_USER_APC_HPP
#define BARTIZAN_RULES_APC_USER_APC_HPP

#include "../process_injection/source.hpp"

/// @rule    A1.1-A1.6 remote_apc_abused   @attack T1055.004 Asynchronous Procedure Call
/// @event   apc_queue by a user-mode caller   @reads  facts about the decoded routine, pair and creation facts, actor trust and roles
/// @verdict convict: the routine lies in memory without a file or that the source prepared; copies an atom's text (AtomBombing, on the
///          first APC); copies memory, changes protection or context or starts code; or loads a library into a process that the
///          source made and that has not run; or two medium atoms of different columns
/// @benign  APCs to oneself; the service controller's in sechost.dll; csrss at basesrv!BaseSrvNlsUpdateRegistryCache; process creation's
///          first routine; Windows' error reporter; a debugger's break-in; security products. A library is judged when it comes (remote_library)
/// @blind   no memory state: p1; no symbols: p3-p6; special APCs need no alertable wait, so TargetThreadAlertable excuses nobody
/// @misses  a library routine whose library never comes (that needs a clock)
namespace BARTIZAN_NAMESPACE::rules {

namespace user_apc {

enum atom : uint8_t { p1, p2, p3, p4, p5, p6, p7, p8, p9 };

inline constexpr atom_info atoms[] = {
    {"p1", "the routine lies in memory that no file accounts for", grade::strong, column::how, field::memory_state},
    {"p2", "the routine, or what it is handed, lies in memory that the source prepared in the target", grade::strong, column::where, field::memory_writes},
    {"p3", "the routine copies an atom's text into the target's memory", grade::strong, column::what, field::code_symbol},
    {"p4", "the routine copies memory, changes protection or context, or starts code", grade::strong, column::what, field::code_symbol},
    {"p5", "the routine loads a library into a process that the source made and that has not run", grade::strong, column::how, field::process_start},
    {"p6", "the routine loads a library", grade::medium, column::how, field::code_symbol},
    {"p7", "many APCs were queued to many threads of one process", grade::medium, column::what, field::memory_writes},
    {"p8", "the source is an untrusted program", grade::medium, column::who, field::actor_trust},
    {"p9", "the source is a script host, or a tool made to inject that serves nobody", grade::medium, column::who, field::actor_image},
};

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    const truth unbacked = facts(fact::code_unbacked);
    const truth kept = !((facts(fact::code_is_expected) & !unbacked) | is_security_product(e));
    atom_set set;
    const truth loader = facts(fact::code_is_loader);
    set.set(p1, kept & unbacked);
    // A library's name is handed over in memory that was written for it; the library itself is what counts there.
    set.set(p2, kept & is_prepared_code(e) & !loader);
    set.set(p3, kept & facts(fact::code_reads_atoms));
    set.set(p4, kept & facts(fact::code_is_primitive));
    set.set(p5, kept & loader & facts(fact::source_is_creator) & facts(fact::target_not_started));
    set.set(p6, kept & loader);
    set.set(p7, kept & facts(fact::apc_flood));
    const truth done = set.yes != 0 ? truth::yes : set.unknown != 0 ? truth::unknown : truth::no;
    set.set(p8, done & is_untrusted_source(e));
    set.set(p9, done & is_instrument(e));
    return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    if (!is_remote(e) || (e.flags & event_kernel_caller) != 0) return {};
    outcome out = weigh_outcome(find_atoms(e), atoms, response::deny_terminate, culprit::actor);
    add_unknown_source(e, out);
    return out;
}

}  // namespace user_apc

inline constexpr rule remote_apc_abused{0x0701,
                                        1,
                                        "remote_apc_abused",
                                        "T1055.004",
                                        family::apc,
                                        detection::apc_protection,
                                        detection::suspicion,
                                        kind_bit(event_kind::apc_queue),
                                        user_apc::atoms,
                                        user_apc::evaluate,
                                        nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
