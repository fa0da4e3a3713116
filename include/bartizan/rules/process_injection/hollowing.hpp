// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_HOLLOWING_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_HOLLOWING_HPP

#include "source.hpp"

/// @rule    M1.5, M1.6 process_hollowed   @attack T1055.012 Process Hollowing
/// @event   memory_write, memory_map, memory_allocate, context_set, resume, process_create, image_load, image_tampered, handle_open
/// @reads   facts about the main image before the start; the backing file; what a sensor found changed
/// @verdict convict: the creator overwrote or replaced the program before it ran, or pointed the process at another image and starts
///          it; or a process began from a file that is changed, pending deletion or in a transaction. Event: made past CreateProcess; a
///          service host that the service controller did not start; an image that a sensor found replaced
/// @benign  what process creation writes; breakpoints (a debugger is not excused: no breakpoint takes 4 KiB); "image is replaced" by itself (browsers, editors, version control): an event
/// @blind   who made the process, and whether it has run; no facts about the backing file
/// @misses  a program replaced by its own first instructions; sections mapped without a report
namespace BARTIZAN_NAMESPACE::rules {

namespace hollowing {

enum atom : uint8_t { h1, h2, h3, h4, h5, h6, h7, h8 };

inline constexpr atom_info atoms[] = {
    {"h1", "the creator overwrote the program before it ran", grade::strong, column::what, field::process_start},
    {"h2", "the creator put other memory in the program's place before it ran", grade::strong, column::where, field::process_start},
    {"h3", "the process was pointed at another image, and is now started", grade::strong, column::how, field::process_start},
    {"h4", "the process began from a file that is changed, pending deletion or in a transaction", grade::strong, column::what, field::backing_file},
    {"h5", "the mapped image was found to differ from its file", grade::medium, column::what, field::file_content},
    {"h6", "a library was mapped from a file that is changed, pending deletion or in a transaction", grade::medium, column::what, field::backing_file},
    {"h7", "the process was made from a section by its maker's own system call", grade::medium, column::how, field::call_trace},
    {"h8", "a service host was started by something else than the service controller", grade::medium, column::where, field::lineage},
};

[[nodiscard]] constexpr truth is_false_file(backing_file f) noexcept {
    return f == backing_file::unknown ? truth::unknown : to_truth(f != backing_file::same);
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    atom_set set;
    switch (e.kind) {
        case event_kind::memory_write:
        case event_kind::memory_map:
        case event_kind::memory_allocate: {
            if (!is_remote(e) || (e.flags & event_kernel_caller) != 0) break;
            set.set(h1, facts(fact::main_image_overwritten));
            set.set(h2, facts(fact::main_image_remapped));
            break;
        }
        case event_kind::context_set:
        case event_kind::resume:
            if (is_remote(e)) set.set(h3, facts(fact::image_base_redirected));
            break;
        case event_kind::process_create:
            set.set(h4, is_false_file(e.data.create.backing));
            set.set(h7, facts(fact::made_from_section));
            set.set(h8, facts(fact::host_started_elsewhere));
            break;
        case event_kind::handle_open:
            if (is_remote(e) && facts(fact::made_from_section) == truth::yes) set.set(h7, truth::yes);
            break;
        case event_kind::image_load: set.set(h6, is_false_file(e.data.image.backing)); break;
        case event_kind::image_tampered:
            set.set(h5, to_truth(e.data.tamper.what == tamper_payload::change::image_replaced));
            break;
        default: break;
    }
    return set;
}

/// Files behind sections are examined by few sensors; that nobody did is no news at every process start and image load.
[[nodiscard]] constexpr bool is_news(const event& e) noexcept {
    return e.kind != event_kind::process_create && e.kind != event_kind::image_load;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    outcome out = weigh_outcome(find_atoms(e), atoms, response::deny_terminate, culprit::actor);
    if (!is_news(e) && out.evidence == verdict::none) out.blind = {};
    return out;
}

}  // namespace hollowing

inline constexpr rule process_hollowed{0x0504,
                                       1,
                                       "process_hollowed",
                                       "T1055.012",
                                       family::hollowing,
                                       detection::remote_injection,
                                       detection::suspicion,
                                       kind_bit(event_kind::memory_write) | kind_bit(event_kind::memory_map) |
                                           kind_bit(event_kind::memory_allocate) | kind_bit(event_kind::context_set) |
                                           kind_bit(event_kind::resume) | kind_bit(event_kind::process_create) |
                                           kind_bit(event_kind::image_load) | kind_bit(event_kind::image_tampered) |
                                           kind_bit(event_kind::handle_open),
                                       hollowing::atoms,
                                       hollowing::evaluate,
                                       nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
