// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_SOURCE_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_SOURCE_HPP

#include "../../core/rule.hpp"

/// What the rules about one process's hand in another ask of both (rules.md M1, A1).
namespace BARTIZAN_NAMESPACE::rules {

/// The event reaches from one process into another. Keys are set by every sensor that reports such events.
[[nodiscard]] constexpr bool is_remote(const event& e) noexcept {
    return e.target.key.is_set() && e.actor.key.is_set() && !is_same(e.actor.key, e.target.key);
}

/// A program that does what a script or command line says, or that was made to put code into processes and serves nobody: what it
/// does there is nobody's design.
[[nodiscard]] constexpr truth is_instrument(const event& e) noexcept {
    return has_role(e.actor, role::script_host) | (has_role(e.actor, role::code_injector) & !e.facts.get(fact::injector_serves));
}

[[nodiscard]] constexpr truth is_untrusted_source(const event& e) noexcept { return at_most(e.actor.image_trust, trust::t0); }

/// A security product at its own work: its publisher is allow-listed for this rule or it runs as protected antimalware, and its own
/// signed module makes the call (rules.md M1.ok5). Windows' own programs are not excused: they are what injected code hides in.
[[nodiscard]] constexpr truth is_security_product(const event& e) noexcept {
    const auto vouched = [](trust tier) { return tier == trust::unknown ? truth::unknown : to_truth(tier == trust::t2 || tier == trust::t4); };
    return vouched(e.actor.image_trust) & vouched(e.caller_trust);
}

/// The code lies in memory that the source prepared in the target, and wrote as far as anybody can tell: the usual sequence of
/// allocating writable memory, writing, making it executable and running it arrives as its last two steps, because sensors report
/// executable memory always and writes hardly ever. Memory known to be a file's needs an observed write.
[[nodiscard]] constexpr truth is_prepared_code(const event& e) noexcept {
    const truth written = e.facts.get(fact::code_written);
    const truth filled = written != truth::unknown ? written : e.facts.get(fact::code_unbacked) == truth::no ? truth::unknown : truth::yes;
    return e.facts.get(fact::code_prepared) & filled;
}

/// What could not be told of the excuse above, when it mattered.
constexpr void add_unknown_source(const event& e, outcome& out) noexcept {
    if (out.blind.empty() || is_security_product(e) != truth::unknown) return;
    out.blind.add(e.actor.image_trust == trust::unknown ? field::actor_trust : field::caller_module);
}

/// `conclude` by weight alone, with whom to blame.
[[nodiscard]] constexpr outcome weigh_outcome(const atom_set& set, span<const atom_info> atoms, response on_conviction, culprit whose) noexcept {
    outcome out = conclude(set, atoms, on_conviction, [atoms](uint16_t held) { return weigh(held, atoms); });
    out.whose = whose;
    return out;
}

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
