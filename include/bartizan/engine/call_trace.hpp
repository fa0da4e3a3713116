// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_CALL_TRACE_HPP
#define BARTIZAN_ENGINE_CALL_TRACE_HPP

#include "../core/event.hpp"
#include "../policy/image_names.hpp"
#include "../policy/path_trust.hpp"
#include "../policy/settings.hpp"

namespace BARTIZAN_NAMESPACE::engine {

namespace detail {

/// What one frame is: a system module counts as one only in a system directory, since a name proves nothing; .NET's and other
/// runtimes' also where programs are installed, if a place may stand in for a signature.
struct frame_reading {
    policy::module_kind kind = policy::module_kind::other;
    trust tier = trust::unknown;
    bool managed = false;
};

[[nodiscard]] constexpr frame_reading read_frame(const stack_frame& frame, const policy::settings& settings) noexcept {
    char16_t buffer[320] = {};
    frame_reading out;
    const canonical_path module = canonicalise(frame.module, buffer, settings.paths);
    const trust place = policy::trust_from_path(module);
    const bool in_windows = place == trust::t3;
    if (settings.trust_from_path) out.tier = place;
    out.kind = policy::kind_of_module(module.path);
    const bool installed = settings.trust_from_path && at_least(place, trust::t1) == truth::yes &&
                           (out.kind == policy::module_kind::managed_runtime || out.kind == policy::module_kind::inventory);
    // Any copy of a dump library dumps; every other kind is the system's own file or nothing.
    if (!in_windows && !installed && out.kind != policy::module_kind::dump_routine) out.kind = policy::module_kind::other;
    // The inventory of .NET's Process class is managed code too.
    const bool assembly = out.kind == policy::module_kind::inventory && starts_with_folded(file_name(module.path), u"SYSTEM.");
    out.managed = out.kind == policy::module_kind::managed_runtime || assembly || (in_windows && ends_with_folded(module.path, u".NI.DLL"));
    return out;
}

/// Of the layers that run 32-bit and, on ARM64, translated code: wow64*.dll, wowarmhw.dll, xtajit*.dll.
[[nodiscard]] constexpr bool is_wow64(const stack_frame& frame, const policy::settings& settings) noexcept {
    const text name = file_name(frame.module);
    return (starts_with_folded(name, u"wow") || starts_with_folded(name, u"xtajit")) && read_frame(frame, settings).kind == policy::module_kind::system_stub;
}

/// A frame without a file. The switch from 32-bit code leaves such frames between those of wow64.dll and its siblings: they are Windows'
/// own (rules.md M1.ok6).
[[nodiscard]] constexpr bool is_without_file(const call_stack& stack, uint32_t at, const policy::settings& settings) noexcept {
    if (!stack.frames[at].module.empty()) return false;
    uint32_t before = at, behind = at;
    while (before > 0 && stack.frames[before].module.empty()) --before;
    while (behind + 1 < stack.size && stack.frames[behind].module.empty()) ++behind;
    return !is_wow64(stack.frames[before], settings) || !is_wow64(stack.frames[behind], settings);
}

}  // namespace detail

/// Reads the call stack of a handle open into the event's facts and `caller_trust`. A stack that is absent leaves everything
/// unknown; one that may be cut short proves what it shows, but not the absence of what it does not show.
constexpr void read_call_trace(event& e, const call_stack& stack, const policy::settings& settings) noexcept {
    if (stack.size == 0) return;
    using policy::module_kind;
    const truth absent = stack.complete == truth::yes ? truth::no : truth::unknown;
    bool without_file = false;
    bool managed = false;
    bool caller_found = false;
    bool caller_has_file = false;
    truth dump = absent;
    truth seclogon = absent;
    truth inventory = truth::unknown;
    for (uint32_t i = 0; i < stack.size; ++i) {
        const stack_frame& frame = stack.frames[i];
        const bool has_file = !frame.module.empty();
        const detail::frame_reading reading = has_file ? detail::read_frame(frame, settings) : detail::frame_reading{};
        if (i == 0) e.facts.set(fact::trace_direct_syscall, to_truth(reading.kind != module_kind::system_stub));
        if (!has_file && !detail::is_without_file(stack, i, settings)) continue;
        without_file |= !has_file;
        managed |= reading.managed;
        if (reading.kind == module_kind::dump_routine) dump = truth::yes;
        if (reading.kind == module_kind::seclogon) seclogon = truth::yes;
        const bool system_layer = reading.kind == module_kind::system_stub || reading.kind == module_kind::system_api;
        if (caller_found || system_layer) continue;
        caller_found = true;
        caller_has_file = has_file;
        e.caller_trust = reading.tier;
        inventory = to_truth(reading.kind == module_kind::inventory);
    }
    // A managed runtime on the stack accounts for the code without a file; who allocated it is not recorded. Sensors often walk no
    // further than such code, so in a program made to host a runtime a cut stack leaves open whether one stood behind.
    const bool perhaps = !managed && stack.complete != truth::yes && has_role(e.actor, role::managed_host) == truth::yes;
    if (caller_found && !caller_has_file) e.caller_trust = managed || perhaps ? trust::unknown : trust::t0;
    e.facts.set(fact::trace_unbacked, !without_file ? absent : perhaps ? truth::unknown : to_truth(!managed));
    e.facts.set(fact::trace_dump_routine, dump);
    e.facts.set(fact::trace_seclogon, seclogon);
    e.facts.set(fact::trace_inventory, inventory);
}

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
