// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_PREVENTION_HPP
#define BARTIZAN_RESPONSE_PREVENTION_HPP

#include "../core/rule.hpp"
#include "step.hpp"

/// Where an operation can still be prevented, and what is then failed or stripped (rules.md 0.11).
namespace BARTIZAN_NAMESPACE::respond {

enum class prevention : uint8_t {
    none,   ///< no callback comes before it: threads, APCs, memory, tokens are stopped through the handle, or after the fact
    strip,  ///< rights are taken off a handle; the open itself cannot be failed (ObRegisterCallbacks)
    deny,   ///< the operation fails: process notify (CreationStatus), minifilter, CmRegisterCallbackEx
};

/// By kind, whatever its time. An image can be denied by a minifilter when its section is made; the load notification comes too late
/// and is to be flagged `event_after_operation`.
[[nodiscard]] constexpr prevention prevention_of(event_kind kind) noexcept {
    switch (kind) {
        case event_kind::handle_open:
        case event_kind::handle_duplicate: return prevention::strip;
        case event_kind::process_create:
        case event_kind::image_load:
        case event_kind::registry:
        case event_kind::file: return prevention::deny;
        default: return prevention::none;
    }
}

[[nodiscard]] constexpr bool has_happened(const event& e) noexcept { return (e.flags & event_after_operation) != 0; }

/// What the operation is done to.
[[nodiscard]] constexpr step_object object_of(const event& e) noexcept {
    step_object out;
    out.process = e.actor.key;
    switch (e.kind) {
        case event_kind::handle_open:
        case event_kind::handle_duplicate:
            out.kind = object_kind::handle;
            out.target = e.target.key;
            out.handle_value = e.data.handle.handle_value;
            out.path = e.target_image;
            break;
        case event_kind::process_create:
            out.kind = object_kind::process;
            out.path = e.actor_image;
            break;
        case event_kind::image_load:
            out.kind = object_kind::file;
            out.path = e.data.image.path;
            break;
        case event_kind::registry:
            out.kind = object_kind::registry_key;
            out.path = e.data.registry.key;
            break;
        case event_kind::file:
            out.kind = object_kind::file;
            out.path = e.data.file.path;
            break;
        default: break;
    }
    return out;
}

/// Rights that go when a handle is denied: all that the finding names, or else all that can do harm.
[[nodiscard]] constexpr access_mask rights_to_strip(const outcome& o, const pre_outcome& before, const handle_payload& handle) noexcept {
    const access_mask named = o.strip_mask | before.strip_mask;
    if (named != 0) return named;
    if (handle.type == handle_payload::object::thread)
        return expand(handle.granted, thread_mapping) & ~(thread_query_information | thread_query_limited_information | synchronize);
    if (handle.type == handle_payload::object::token) return expand(handle.granted, token_mapping) & ~token_query;
    return expand(handle.granted, process_mapping) & ~harmless_rights;
}

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
