// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_EVENT_PAYLOAD_HPP
#define BARTIZAN_CORE_EVENT_PAYLOAD_HPP

#include "access.hpp"
#include "memory.hpp"
#include "process.hpp"
#include "text.hpp"

/// What each kind of event carries besides its actor and target (rules.md 0.2). An empty text, `unknown_u32`, a zero address or
/// `truth::unknown` says that the sensor did not tell.
namespace BARTIZAN_NAMESPACE {

/// Identity of a file on its volume.
struct file_identity {
    uint64_t volume = 0;
    uint64_t id_low = 0;
    uint64_t id_high = 0;
};

/// Result of the signature check that the sensor made.
struct signature {
    truth is_signed = truth::unknown;
    truth is_valid = truth::unknown;
    truth is_microsoft_windows = truth::unknown;  ///< the signer is Windows itself, not merely Microsoft
    uint8_t reserved = 0;
    text subject = {};
};

/// One frame of a user-mode call stack, innermost first.
struct stack_frame {
    text module = {};         ///< path of the mapped file; empty where no file backs the address
    uint64_t address = 0;     ///< offset in the module, or the address itself without a module
};

struct call_stack {
    const stack_frame* frames = nullptr;
    uint32_t size = 0;
    truth complete = truth::unknown;  ///< unknown: no stack was recorded (size 0), or it may be cut short
};

struct process_create_payload {
    text command_line;
    text original_file_name;  ///< of the version resource
    text user;                ///< account name, or SID as text
    text parent_image;
    process_key parent;
    process_key creator;
    process_key client;  ///< on whose behalf a broker made it: RPC or COM client, registrar of the task; unset unknown or none
    file_identity file;
    signature signer;
    uint32_t integrity_rid;
    uint32_t session_id;
    uint32_t file_age_s;
    truth created_suspended;
};

struct thread_start_payload {
    uint64_t start_address;
    text start_module;
    text start_function;
    memory_state start_state;
    truth is_initial_thread;
};

struct image_load_payload {
    address_range range;
    text path;
    text original_file_name;
    file_identity file;
    signature signer;
};

/// Process or thread handle. `granted` is what the object manager gave, or will give if nothing is stripped.
struct handle_payload {
    enum class object : uint8_t { process, thread };

    access_mask desired;  ///< as asked; equal to `granted` where the sensor records only one
    access_mask granted;
    object type;
    bool exercised_only;  ///< `granted` holds only the right that was just used, not the handle's whole mask (Security 4663)
    process_key source_holder;
    call_stack stack;
};

struct memory_payload {
    address_range range;
    page_protection protection;
    page_protection previous_protection;
    uint32_t region_type;
    memory_state state;
    text mapped_file;
};

struct apc_payload {
    uint64_t routine;
    uint64_t arguments[3];
    uint32_t target_thread;
    uint32_t flags;  ///< QUEUE_USER_APC_FLAGS
    memory_state routine_state;
    memory_state argument_state;
    truth target_alertable;
    text routine_module;
    text routine_function;
};

struct context_payload {
    uint64_t program_counter;
    uint64_t stack_pointer;
    uint32_t context_flags;
    uint32_t target_thread;
    memory_state program_counter_state;
};

struct registry_payload {
    enum class operation : uint8_t {
        unknown, create_key, open_key, delete_key, rename_key, query_key, query_value, query_multiple_value, set_value,
        delete_value, save_key, load_key, restore_key, replace_key, set_security,
    };

    operation what;
    uint32_t options;            ///< REG_OPTION_*
    uint32_t information_class;  ///< of query_key
    uint32_t value_type;         ///< REG_*
    text key;
    text value_name;
    text data;                   ///< SZ data, or the new name of a rename
    uint64_t number;             ///< DWORD or QWORD data
    truth has_number;
};

struct file_payload {
    enum class operation : uint8_t { unknown, open, create, read, write, rename, remove, fsctl, set_security };

    operation what;
    access_mask access;
    uint32_t control_code;  ///< of fsctl
    uint32_t device_type;
    uint64_t offset;
    uint64_t size_bytes;
    text path;
    text new_path;
    file_identity file;
    uint32_t signature;     ///< first four bytes of what was written, little-endian; 0 unknown
    truth is_volume_open;
};

struct link_payload {
    text name;
    text destination;
};

/// Token facts at a checkpoint, an impersonation or a logon.
struct token_payload {
    uint64_t token_id;
    uint64_t authentication_id;
    uint64_t privileges_present;
    uint64_t privileges_enabled;
    uint32_t integrity_rid;
    uint32_t session_id;
    uint32_t impersonation_level;
    account user;
    text sid;
};

struct network_payload {
    text remote_address;
    uint16_t remote_port;
    uint16_t local_port;
    truth initiated;
};

}  // namespace BARTIZAN_NAMESPACE

#endif
