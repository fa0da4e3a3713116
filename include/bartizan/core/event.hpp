// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_EVENT_HPP
#define BARTIZAN_CORE_EVENT_HPP

#include "access.hpp"
#include "event_payload.hpp"
#include "fact.hpp"
#include "process.hpp"

namespace BARTIZAN_NAMESPACE {

/// Kinds of events, in the order of rules.md 0.2. Numbers are part of the ABI: append, never renumber.
enum class event_kind : uint8_t {
    none = 0,
    process_create,    ///< payload create
    process_exit,      ///< no payload
    thread_start,      ///< payload thread; actor = creator, target = owner
    image_load,        ///< payload image; actor = the process that maps
    handle_open,       ///< payload handle; target = the process (or the thread's process)
    handle_duplicate,  ///< payload handle; actor = recipient
    memory_allocate,   ///< payload memory; executable allocations only
    memory_protect,    ///< payload memory; changes to executable only
    memory_map,        ///< payload memory; executable views only
    memory_read,       ///< payload memory
    memory_write,      ///< payload memory
    apc_queue,         ///< payload apc
    context_set,       ///< payload context
    suspend,           ///< no payload; also freeze
    resume,            ///< no payload; also thaw
    impersonate,       ///< payload token
    driver_load,       ///< payload image
    registry,          ///< payload registry
    file,              ///< payload file
    object_symlink,    ///< payload link
    token_check,       ///< payload token
    network_connect,   ///< payload network
    image_tampered,    ///< payload tamper; the mapped image differs from its file (Sysmon 25)
    logon,             ///< payload token
    privilege_use,     ///< payload token: `privileges_enabled` holds those that were used or tried
    account_change,    ///< payload account; actor unknown: the log names the subject only
    service_install,   ///< payload service
    dns_query,         ///< payload network: `remote_name`
    clipboard_change,  ///< no payload
    transaction,       ///< no payload; a kernel transaction changed its state (Security 4985)
};

enum event_flag : uint8_t {
    event_kernel_caller = 1,    ///< a kernel-mode caller: the actor is only the process it was attached to
    event_after_operation = 2,  ///< the operation has happened; without it, it can still be denied
    event_synthetic = 4,        ///< made by a builder, not recorded by a sensor
};

/// One thing that happened, in the words of every sensor. Plain data: copyable, no ownership; texts and frames belong to the
/// adapter and live as long as the call that the event is passed to. An adapter fills keys, texts, payload and, where the sensor
/// names them, the processes' accounts; the engine fills the processes' other facts and `facts`; rules only read.
struct event {
    uint32_t size_bytes = sizeof(event);
    event_kind kind = event_kind::none;
    uint8_t flags = 0;
    trust caller_trust = trust::unknown;  ///< of the module that made the call: the first frame below the system's own layers
    trust module_trust = trust::unknown;  ///< of the module that the event is about: the one mapped, or the one that a thread starts in
    uint64_t time_100ns = 0;  ///< FILETIME (100 ns since 1601-01-01 UTC)
    uint64_t record = 0;      ///< the adapter's own number of the event, for evidence
    process actor = {};
    process target = {};
    text actor_image = {};    ///< path as the sensor wrote it; empty unknown
    text target_image = {};
    truth_set<fact> facts = {};

    /// Tagged by `kind`. All members are trivially copyable; assign a whole payload: `e.data = handle_payload{...}`.
    union payload {
        process_create_payload create;
        thread_start_payload thread;
        image_load_payload image;
        handle_payload handle;
        memory_payload memory;
        apc_payload apc;
        context_payload context;
        registry_payload registry;
        file_payload file;
        link_payload link;
        token_payload token;
        network_payload network;
        tamper_payload tamper;
        account_payload account;
        service_payload service;

        constexpr payload() noexcept : create{} {}  ///< the largest member, so that every byte is defined
        constexpr payload(const process_create_payload& p) noexcept : create(p) {}
        constexpr payload(const thread_start_payload& p) noexcept : thread(p) {}
        constexpr payload(const image_load_payload& p) noexcept : image(p) {}
        constexpr payload(const handle_payload& p) noexcept : handle(p) {}
        constexpr payload(const memory_payload& p) noexcept : memory(p) {}
        constexpr payload(const apc_payload& p) noexcept : apc(p) {}
        constexpr payload(const context_payload& p) noexcept : context(p) {}
        constexpr payload(const registry_payload& p) noexcept : registry(p) {}
        constexpr payload(const file_payload& p) noexcept : file(p) {}
        constexpr payload(const link_payload& p) noexcept : link(p) {}
        constexpr payload(const token_payload& p) noexcept : token(p) {}
        constexpr payload(const network_payload& p) noexcept : network(p) {}
        constexpr payload(const tamper_payload& p) noexcept : tamper(p) {}
        constexpr payload(const account_payload& p) noexcept : account(p) {}
        constexpr payload(const service_payload& p) noexcept : service(p) {}
    } data = {};
    static_assert(sizeof(payload) == sizeof(process_create_payload));

    call_stack stack = {};        ///< user-mode stack of the operation; a handle event may carry it in its payload instead
    process_key instigator = {};  ///< set by the engine: the process that put the code there, when it is not the actor
    role_set instigator_roles = {};
};

[[nodiscard]] constexpr const call_stack& stack_of(const event& e) noexcept {
    const bool of_handle = e.kind == event_kind::handle_open || e.kind == event_kind::handle_duplicate;
    return of_handle && e.stack.size == 0 ? e.data.handle.stack : e.stack;
}

}  // namespace BARTIZAN_NAMESPACE

#endif
