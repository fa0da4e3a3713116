// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CODE_CAVE_SLACK_FRAME_HPP
#define BARTIZAN_RULES_CODE_CAVE_SLACK_FRAME_HPP

#include "../process_injection/source.hpp"

/// @rule    CC.c15 code_cave_runs   @attack T1554 Compromise Host Software Binary
/// @event   any event with a user-mode call stack   @reads  the fact that a frame lies in a module's unused space, on the file's own code
/// @verdict convict: the program's sections hold another program, and it runs
/// @benign  run-time hooks' landing pads in unused space (the file holds no code there); frames in functions
/// @blind   a slack map is given and the event has no complete call stack, or what the file holds there is not known
/// @misses  modules without a slack map: the caller supplies it (policy/slack_map.hpp); without any, nothing is looked for
namespace BARTIZAN_NAMESPACE::rules {

namespace slack_frame {

enum atom : uint8_t { c15 };

inline constexpr atom_info atoms[] = {
    {"c15", "the call came through code in the unused space of a module's section", grade::strong, column::how, field::slack_map},
};

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    const truth found = e.facts.get(fact::frame_in_slack);
    if (found == truth::no) return {};
    atom_set set;
    set.set(c15, found);
    return weigh_outcome(set, atoms, response::deny_terminate, culprit::actor);
}

}  // namespace slack_frame

inline constexpr rule code_cave_runs{0x040f,
                                     1,
                                     "code_cave_runs",
                                     "T1554",
                                     family::code_cave,
                                     detection::code_cave,
                                     detection::suspicion,
                                     kind_bit(event_kind::network_connect) | kind_bit(event_kind::process_create) |
                                         kind_bit(event_kind::handle_open) | kind_bit(event_kind::handle_duplicate) |
                                         kind_bit(event_kind::registry) | kind_bit(event_kind::image_load) | kind_bit(event_kind::file) |
                                         kind_bit(event_kind::memory_allocate) | kind_bit(event_kind::memory_protect) |
                                         kind_bit(event_kind::memory_map) | kind_bit(event_kind::memory_write) |
                                         kind_bit(event_kind::thread_start) | kind_bit(event_kind::apc_queue) |
                                         kind_bit(event_kind::context_set),
                                     slack_frame::atoms,
                                     slack_frame::evaluate,
                                     nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
