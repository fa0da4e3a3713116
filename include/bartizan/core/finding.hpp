// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_FINDING_HPP
#define BARTIZAN_CORE_FINDING_HPP

#include "access.hpp"
#include "fact.hpp"
#include "process.hpp"
#include "span.hpp"

namespace BARTIZAN_NAMESPACE {

/// How much an atom weighs alone: strong convicts (subject to its rule's gate), medium needs a second medium atom of another
/// column, weak needs company to be worth an event.
enum class grade : uint8_t { weak, medium, strong };

/// Which question an atom answers. Two atoms of one column may say the same thing twice, so they do not add up.
enum class column : uint8_t { who, what, how, where };

/// One row of a rule's list of evidence. `needs` is the sensor field without which the atom is unknown.
struct atom_info {
    const char* name;      ///< "a1"
    const char* sentence;  ///< for an administrator
    grade weight;
    column question;
    field needs;
};

/// At most 16 three-valued atoms; bit n is row n of the rule's atom_info table.
struct atom_set {
    uint16_t yes = 0;
    uint16_t unknown = 0;

    constexpr void set(uint8_t index, truth value) noexcept {
        // yes is 2, unknown 1: without a branch.
        yes = static_cast<uint16_t>(yes | (static_cast<uint32_t>(value) >> 1) << index);
        unknown = static_cast<uint16_t>(unknown | (static_cast<uint32_t>(value) & 1) << index);
    }
    [[nodiscard]] constexpr bool has(uint8_t index) const noexcept { return (yes >> index & 1) != 0; }
};

/// What the evidence amounts to. Ordered: more evidence never lowers it.
enum class verdict : uint8_t {
    none,
    event,    ///< worth recording
    convict,  ///< the brief's table applies
};

/// What to do about the operation itself, weakest first.
enum class response : uint8_t {
    none,
    strip,           ///< take rights off the handle, in silence
    strip_event,     ///< take rights off the handle and record it
    deny,            ///< fail the operation
    deny_terminate,  ///< fail the operation and end the process that tried
};

/// Which process a conviction is about, and a termination ends (rules.md, section R).
enum class culprit : uint8_t {
    actor,
    instigator,  ///< event::instigator: whoever put the code into the actor
    nobody,      ///< no process to end: a kernel caller, a remote client
};

/// A rule's answer to one event. `blind` names what the sensor did not tell although it could have raised the verdict:
/// with verdict none and blind not empty the rule has not seen, which is not the same as clean.
struct outcome {
    verdict evidence = verdict::none;
    response action = response::none;
    atom_set atoms = {};
    field_set blind = {};
    access_mask strip_mask = 0;  ///< rights to take off with response strip and above
    culprit whose = culprit::actor;
    bool audited = false;        ///< the policy only watches this rule: `action` was taken out
    uint32_t finding = 0;        ///< set by the engine: number of the finding, from 1; 0 for blindness alone
    uint32_t repetition = 0;     ///< 0: news; n: the n-th time that this finding came again with nothing new. `action` holds each time

    [[nodiscard]] constexpr bool is_worth_telling() const noexcept {
        return evidence != verdict::none || action != response::none || !blind.empty();
    }
};

/// The part that can be decided before the operation completes, from synchronous fields alone.
struct pre_outcome {
    enum class decision : uint8_t { allow, strip, deny };

    decision what = decision::allow;
    access_mask strip_mask = 0;

    [[nodiscard]] static constexpr pre_outcome deny_if(bool denied) noexcept { return {denied ? decision::deny : decision::allow, 0}; }
};

namespace detail {

/// Position of the lowest set bit; `bits` must not be 0.
[[nodiscard]] constexpr uint32_t lowest_bit(uint32_t bits) noexcept {
#if defined(__GNUC__)
    return static_cast<uint32_t>(__builtin_ctz(bits));
#else
    uint32_t position = 0;
    while ((bits >> position & 1) == 0) ++position;
    return position;
#endif
}

}  // namespace detail

/// The grading of rules.md 0.7 for a set of atoms that hold: convict with a strong atom, or with two medium atoms of different
/// columns; event with one medium or two weak ones. `strong_counts` is the rule's gate on strong atoms.
[[nodiscard]] constexpr verdict weigh(uint16_t atoms, span<const atom_info> table, bool strong_counts = true) noexcept {
    uint8_t medium_columns = 0;
    uint8_t medium = 0;
    uint8_t weak = 0;
    for (uint32_t rest = atoms & ((1u << table.size) - 1); rest != 0; rest &= rest - 1) {
        const uint32_t i = detail::lowest_bit(rest);
        switch (table[i].weight) {
            case grade::strong:
                if (strong_counts) return verdict::convict;
                ++medium;
                break;
            case grade::medium:
                medium_columns = static_cast<uint8_t>(medium_columns | 1u << static_cast<uint8_t>(table[i].question));
                ++medium;
                break;
            case grade::weak: ++weak; break;
        }
    }
    if ((medium_columns & (medium_columns - 1)) != 0) return verdict::convict;
    return medium != 0 || weak >= 2 ? verdict::event : verdict::none;
}

/// Fields of the unknown atoms that could each, with all other unknowns, raise the verdict above what is certain.
[[nodiscard]] constexpr field_set fields_of(uint16_t atoms, span<const atom_info> table) noexcept {
    field_set fields;
    for (uint8_t i = 0; i < table.size; ++i)
        if ((atoms >> i & 1) != 0) fields.add(table[i].needs);
    return fields;
}

/// The answer of a decision table: what is certain decides, and missing fields are named where they could have decided more.
/// `decide(uint16_t held) -> verdict` must not fall as atoms are added.
template <class Decide>
[[nodiscard]] constexpr outcome conclude(const atom_set& set, span<const atom_info> table, response on_conviction, Decide&& decide) noexcept {
    outcome out;
    out.atoms = set;
    out.evidence = decide(set.yes);
    const bool may_rise = set.unknown != 0 && out.evidence != verdict::convict;
    if (may_rise && decide(static_cast<uint16_t>(set.yes | set.unknown)) > out.evidence) out.blind = fields_of(set.unknown, table);
    if (out.evidence == verdict::convict) out.action = on_conviction;
    return out;
}

}  // namespace BARTIZAN_NAMESPACE

#endif
