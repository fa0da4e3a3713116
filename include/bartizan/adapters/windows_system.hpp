// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ADAPTERS_WINDOWS_SYSTEM_HPP
#define BARTIZAN_ADAPTERS_WINDOWS_SYSTEM_HPP

#include "fill_token.hpp"

namespace BARTIZAN_NAMESPACE::adapters {

/// Channel System, source Service Control Manager.
inline constexpr mapping system_mapping[] = {
    {7045, "ServiceName", slot::service_name},
    {7045, "ImagePath", slot::service_path},
    {7045, "AccountName", slot::service_account},
};
static_assert(is_sound(system_mapping));

/// Makes an event of a System record: 7045, a service was installed. The record names no process.
[[nodiscard]] constexpr error from_system(const record& r, uint64_t time_100ns, uint64_t number, event_memory& memory,
                                          event& e) noexcept {
    e = event{};
    memory.texts.clear();
    e.time_100ns = time_100ns;
    e.record = number;
    e.flags = event_after_operation;
    return r.id() == 7045 ? fill_service(r, memory, e) : error{};
}

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif
