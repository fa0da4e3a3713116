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

/// How the file behind an image section stands to what was mapped of it, at the time of the event.
enum class backing_file : uint8_t { unknown, same, changed, delete_pending, transacted };

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
    text function = {};       ///< of the module, where the host has symbols; empty unknown
};

struct call_stack {
    const stack_frame* frames = nullptr;
    uint32_t size = 0;
    truth complete = truth::unknown;  ///< unknown: no stack was recorded (size 0), or it may be cut short
};

/// TOKEN_ELEVATION_TYPE: what UAC made of the token.
enum class token_elevation : uint8_t {
    unknown,
    not_split,  ///< TokenElevationTypeDefault: no second token, UAC off or not applicable
    full,       ///< the elevated one of two
    limited,    ///< the filtered one of two
};

struct process_create_payload {
    text command_line;
    text original_file_name;  ///< of the version resource
    text user;                ///< account name, or SID as text
    text parent_image;
    process_key parent;
    process_key creator;
    text image_sha256;              ///< 64 hexadecimal digits; empty unknown
    text certificate_sha256;        ///< of the signing certificate's TBS part, likewise
    uint32_t subsystem = 0;  ///< IMAGE_SUBSYSTEM_*; 0 unknown
    process_key client;  ///< on whose behalf a broker made it: RPC or COM client, registrar of the task; unset unknown or none
    file_identity file;
    signature signer;
    uint32_t integrity_rid = unknown_u32;
    uint32_t session_id = unknown_u32;
    uint32_t file_age_s = unknown_u32;
    truth created_suspended = truth::unknown;
    token_elevation elevation = token_elevation::unknown;
    account parent_account = account::unknown;
    truth inherits_handles = truth::unknown;  ///< bInheritHandles of CreateProcess
    text parent_command_line;
    text parent_user;
    text current_directory;
    uint64_t logon_id = 0;  ///< AuthenticationId of the token; 0 unknown
    backing_file backing = backing_file::unknown;
};

struct thread_start_payload {
    uint64_t start_address;
    text start_module;
    text start_function;
    memory_state start_state;
    truth is_initial_thread = truth::unknown;
    uint64_t argument;  ///< of the start routine; 0 unknown
    uint32_t thread_id;
};

struct image_load_payload {
    address_range range;
    text path;
    text original_file_name;
    file_identity file;
    signature signer;
    uint32_t thread_id;    ///< that maps it; 0 unknown
    backing_file backing;
};

/// Process or thread handle. `granted` is what the object manager gave, or will give if nothing is stripped.
struct handle_payload {
    enum class object : uint8_t { process, thread, token };

    access_mask desired;  ///< as asked; equal to `granted` where the sensor records only one
    access_mask granted;
    object type;
    bool exercised_only;  ///< `granted` holds only the right that was just used, not the handle's whole mask (Security 4663)
    process_key source_holder;
    call_stack stack;
    uint64_t handle_value = 0;         ///< the handle in the actor's table; 0 unknown
    process_key client = {};           ///< on whose behalf a service acts: the RPC client; unset unknown or none
    uint64_t source_handle_value = 0;  ///< of a duplication: the handle in the source holder's table; 0 unknown
};

struct memory_payload {
    address_range range;
    page_protection protection;
    page_protection previous_protection;
    uint32_t region_type;
    memory_state state;
    text mapped_file;
    memory_use use;
    text symbol;  ///< export in whose first 16 bytes the range lies
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
    text argument_module;  ///< of arguments[0], which is the routine where the first is ntdll's dispatcher
    text argument_function;
    page_protection routine_protection;   ///< of its region as allocated; 0 unknown
    page_protection argument_protection;
};

/// Where in a function an address lies.
enum class program_point : uint8_t { unknown, function_start, after_system_call, saved, inside };

struct context_payload {
    uint64_t program_counter;
    uint64_t stack_pointer;
    uint32_t context_flags;
    uint32_t target_thread;
    memory_state program_counter_state;
    program_point point;
    text module;
    text function;
    page_protection protection;  ///< of the region as allocated; 0 unknown
};

struct registry_payload {
    enum class operation : uint8_t {
        unknown, create_key, open_key, delete_key, rename_key, query_key, query_value, query_multiple_value, set_value,
        delete_value, save_key, load_key, restore_key, replace_key, set_security,
        enumerate_key,      ///< `key` is the sub-key that was returned, `information_class` what was told of it
        query_unspecified,  ///< an audit log's KEY_QUERY_VALUE: a value or the key's own information
    };

    operation what;
    uint32_t options = unknown_u32;            ///< REG_OPTION_*
    uint32_t information_class = unknown_u32;  ///< KEY_INFORMATION_CLASS of query_key
    uint32_t value_type = unknown_u32;         ///< REG_*
    text key;
    text value_name;
    text data;                   ///< SZ data, or the new name of a rename
    uint64_t number = 0;         ///< DWORD or QWORD data
    truth has_number = truth::unknown;
    truth succeeded = truth::unknown;
    access_mask access = 0;      ///< KEY_* rights asked for or, in an audit log, used; 0 unknown
    text file;                   ///< of save_key, load_key, restore_key and replace_key: the hive file
};

struct file_payload {
    enum class operation : uint8_t { unknown, open, create, read, write, rename, remove, fsctl, set_security };

    operation what;
    access_mask access = 0;  ///< FILE_* rights asked for or, in an audit log, used; 0 unknown
    uint32_t control_code;  ///< of fsctl
    uint32_t device_type;
    uint64_t offset;
    uint64_t size_bytes;
    text path;
    text new_path;
    file_identity file;
    uint32_t signature = 0;  ///< first four bytes of what was written, little-endian; 0 unknown
    truth is_volume_open = truth::unknown;
    truth succeeded = truth::unknown;
    truth is_executable = truth::unknown;  ///< the content is a PE image
    text content;            ///< of a small named stream: its text, as the sensor gave it
};

/// FILE_DEVICE_* of `device_type` (winioctl.h).
enum : uint32_t { device_disk = 0x07, device_disk_file_system = 0x08, device_named_pipe = 0x11 };

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
    uint32_t integrity_rid = unknown_u32;
    uint32_t session_id = unknown_u32;
    uint32_t impersonation_level = unknown_u32;  ///< SECURITY_IMPERSONATION_LEVEL
    account user = account::unknown;
    token_elevation elevation = token_elevation::unknown;
    truth is_elevated = truth::unknown;
    text sid;
    uint64_t privileges_disabled = 0;
    uint32_t logon_type = unknown_u32;  ///< SECURITY_LOGON_TYPE: 3 network, 10 remote interactive, ...
    text remote_address;                ///< of a logon: where it came from
};

struct network_payload {
    text remote_address;
    uint16_t remote_port;
    uint16_t local_port;
    truth initiated = truth::unknown;
    text remote_name;  ///< of a DNS query
};

struct tamper_payload {
    enum class change : uint8_t { unknown, image_replaced, image_locked };

    change what;
};

struct account_payload {
    uint32_t event_id;  ///< Security 4720 created, 4722 enabled, 4724 password reset, 4732 added to a group, ...
    text name;
    text sid;
    text subject_sid;
};

struct service_payload {
    text name;
    text image_path;
    text account;
};

}  // namespace BARTIZAN_NAMESPACE

#endif
