// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_INJECTOR_TOOL_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_INJECTOR_TOOL_HPP

#include "source.hpp"

/// @rule    M1.10 injector_tool_started   @attack T1218.013 Mavinject
/// @event   process_create                @reads  role by OriginalFilename, command line, who started it
/// @verdict event: a tool that Windows ships to inject into running processes is told to do so, and not by the service that it
///          belongs to. What it then does convicts (remote_thread, remote_library): a name and a command line are no effect
/// @benign  Application Virtualization's service starting mavinject; the tool started without a target
/// @blind   no command line; the tool's starter unknown
/// @misses  a copy without its version resource and under another name (its thread is seen all the same)
namespace BARTIZAN_NAMESPACE::rules {

namespace injector_tool {

enum atom : uint8_t { i1 };

inline constexpr atom_info atoms[] = {
    {"i1", "a tool made to inject was told to by something else than its service", grade::medium, column::who, field::command_line},
};

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    if (has_role(e.actor, role::code_injector) != truth::yes) return {};
    atom_set set;
    set.set(i1, e.facts.get(fact::command_injects) & !e.facts.get(fact::injector_serves));
    return weigh_outcome(set, atoms, response::deny_terminate, culprit::actor);
}

}  // namespace injector_tool

inline constexpr rule injector_tool_started{0x0507,
                                            1,
                                            "injector_tool_started",
                                            "T1218.013",
                                            family::injection,
                                            detection::remote_injection,
                                            detection::suspicion,
                                            kind_bit(event_kind::process_create),
                                            injector_tool::atoms,
                                            injector_tool::evaluate,
                                            nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
