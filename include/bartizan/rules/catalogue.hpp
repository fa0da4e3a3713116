// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CATALOGUE_HPP
#define BARTIZAN_RULES_CATALOGUE_HPP

#include "apc/kernel_apc.hpp"
#include "apc/user_apc.hpp"
#include "code_cave/slack_frame.hpp"
#include "credential_access/boot_key.hpp"
#include "credential_access/hive_command.hpp"
#include "credential_access/hive_copy.hpp"
#include "credential_access/hive_file.hpp"
#include "credential_access/hive_save.hpp"
#include "credential_access/lsass_clone.hpp"
#include "application_verifier/execution_options.hpp"
#include "application_verifier/provider_load.hpp"
#include "application_verifier/provider_registration.hpp"
#include "credential_access/lsass_dump_file.hpp"
#include "credential_access/lsass_error_reporting.hpp"
#include "credential_access/lsass_handle.hpp"
#include "credential_access/lsass_handle_leak.hpp"
#include "credential_access/lsass_memory.hpp"
#include "credential_access/lsass_module.hpp"
#include "credential_access/raw_disk.hpp"
#include "credential_access/secret_value.hpp"
#include "lockdown/browser_powershell.hpp"
#include "lockdown/deferred_start.hpp"
#include "lockdown/html_application.hpp"
#include "privilege_escalation/kernel_address.hpp"
#include "privilege_escalation/system_child.hpp"
#include "privilege_escalation/token_borrowing.hpp"
#include "privilege_escalation/token_swap.hpp"
#include "process_injection/hollowing.hpp"
#include "process_injection/injector_tool.hpp"
#include "process_injection/remote_library.hpp"
#include "process_injection/remote_memory.hpp"
#include "process_injection/remote_thread.hpp"
#include "process_injection/tainted_code.hpp"
#include "process_injection/thread_context.hpp"

namespace BARTIZAN_NAMESPACE::rules {

/// Every rule, in ascending order of id. A rule that is not listed here does not exist.
inline constexpr const rule* catalogue[] = {
    &lsass_handle_theft,
    &lsass_handle_leaked,
    &lsass_memory_read,
    &lsass_clone_opened,
    &lsass_error_reporting_set,
    &lsass_module_loaded,
    &lsass_dump_written,
    &secret_value_read,
    &boot_key_read,
    &hive_saved,
    &hive_file_read,
    &hive_copy_written,
    &hive_taken_by_command,
    &raw_disk_read,
    &code_cave_runs,
    &remote_thread_injected,
    &remote_library_forced,
    &remote_memory_changed,
    &process_hollowed,
    &thread_context_hijacked,
    &tainted_code_acts,
    &injector_tool_started,
    &token_swapped,
    &system_child_started,
    &token_borrowed,
    &kernel_address_passed,
    &remote_apc_abused,
    &kernel_apc_injected,
    &verifier_provider_loaded,
    &verifier_provider_registered,
    &execution_options_changed,
    &powershell_from_browser,
    &html_application_acts,
    &start_deferred_or_pasted,
};

namespace detail {

[[nodiscard]] constexpr bool catalogue_is_sound() noexcept {
    uint16_t previous = 0;
    for (const rule* r : catalogue) {
        if (r->id <= previous || r->version == 0 || r->kinds == 0) return false;
        if (r->technique[0] != 'T' || r->atoms.empty() || r->atoms.size > 16) return false;
        previous = r->id;
    }
    return true;
}
static_assert(catalogue_is_sound(), "ids ascend and are unique; each rule has a version, kinds, 1..16 atoms and an ATT&CK id");

inline constexpr uint32_t rule_count = sizeof catalogue / sizeof catalogue[0];
inline constexpr uint32_t kind_count = 32;  ///< bits of rule::kinds

/// Rules by the kind of event that they read, so that an event costs what its own rules cost: those of kind k stand at
/// [begin[k], begin[k + 1]), in the catalogue's order.
struct dispatch_table {
    const rule* rules[rule_count * 8] = {};
    uint16_t begin[kind_count + 1] = {};
};

[[nodiscard]] constexpr dispatch_table make_dispatch() noexcept {
    dispatch_table table;
    uint16_t used = 0;
    for (uint32_t kind = 0; kind < kind_count; ++kind) {
        table.begin[kind] = used;
        for (const rule* r : catalogue)
            if ((r->kinds >> kind & 1) != 0) table.rules[used++] = r;
    }
    table.begin[kind_count] = used;
    return table;
}
inline constexpr dispatch_table dispatch = make_dispatch();

}  // namespace detail

/// The rules that read this kind of event.
[[nodiscard]] constexpr span<const rule* const> rules_of(event_kind kind) noexcept {
    const auto k = static_cast<uint32_t>(kind);
    if (k >= detail::kind_count) return {};
    return {detail::dispatch.rules + detail::dispatch.begin[k], static_cast<size_t>(detail::dispatch.begin[k + 1] - detail::dispatch.begin[k])};
}

/// Runs every rule that reads this kind of event; calls `sink(const rule&, const outcome&)` for each that has something to say.
/// Pure but for the sink; safe at any IRQL that the sink allows.
template <class Sink>
constexpr void evaluate(const event& e, Sink&& sink) {
    for (const rule* r : rules_of(e.kind)) {
        const outcome o = r->evaluate(e);
        if (o.is_worth_telling()) sink(*r, o);
    }
}

/// What may be done before the operation completes: the strongest answer of all rules, with all rights that any of them strips.
[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
    pre_outcome all;
    for (const rule* r : rules_of(e.kind)) {
        if (r->before == nullptr) continue;
        const pre_outcome one = r->before(e);
        if (one.what > all.what) all.what = one.what;
        all.strip_mask |= one.strip_mask;
    }
    return all;
}

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
