// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_CLEAN_UP_REASON_HPP
#define BARTIZAN_RESPONSE_CLEAN_UP_REASON_HPP

#include "../core/config.hpp"

namespace BARTIZAN_NAMESPACE::respond {

/// remove: it belongs to the attack. check: somebody must look first. leave: Windows' or the user's own, listed so that nobody takes it out.
enum class clean_up_grade : uint8_t { remove, check, leave };

/// What an object is, the most dangerous first (docs/root_cause.md). none: not for the list.
enum class clean_up_reason : uint8_t {
    runs_payload, starts_by_itself, payload, stolen_credentials, links_to_payload,
    names_payload, changed_setting, signed_by_microsoft, program_of_chain, was_there_before, unclear_place, unknown_file,
    installed_program, key_store, registry_hive, directory, routine_trace, none,
};

[[nodiscard]] constexpr clean_up_grade grade_of(clean_up_reason r) noexcept {
    return r <= clean_up_reason::links_to_payload ? clean_up_grade::remove : r <= clean_up_reason::unknown_file ? clean_up_grade::check : clean_up_grade::leave;
}

[[nodiscard]] constexpr const char* name(clean_up_grade g) noexcept {
    return g == clean_up_grade::remove ? "remove" : g == clean_up_grade::check ? "check" : "leave";
}

[[nodiscard]] constexpr const char* name(clean_up_reason r) noexcept {
    constexpr const char* names[] = {
        "runs_payload", "starts_by_itself", "payload", "stolen_credentials", "links_to_payload",
        "names_payload", "changed_setting", "signed_by_microsoft", "program_of_chain", "was_there_before", "unclear_place", "unknown_file",
        "installed_program", "key_store", "registry_hive", "directory", "routine_trace", "none",
    };
    return names[static_cast<uint8_t>(r)];
}

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
