// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_PROCESS_NOTES_HPP
#define BARTIZAN_ENGINE_PROCESS_NOTES_HPP

#include "../core/access.hpp"
#include "../core/process.hpp"

/// What single families of rules remember of each process, beside the facts that all share. Plain data in the process's record.
namespace BARTIZAN_NAMESPACE::engine {

/// Browser lockdown (lockdown_labels.hpp). The label itself is in `process`.
struct lockdown_notes {
    truth is_browser_utility = truth::unknown;      ///< the browser's unsandboxed utility process
    truth is_native_messaging = truth::unknown;     ///< a shell that carries a native-messaging host
    truth is_native_host_allowed = truth::unknown;  ///< ... whose host the policy names
};

/// Stored credentials and LSASS (credential_state.hpp). Times are event times; 0: never.
struct credential_notes {
    uint64_t lsass_handle_time_100ns = 0;   ///< when sensitive rights over LSASS were last given: the process is a holder until it ends
    uint64_t lsass_handle_value = 0;
    access_mask lsass_handle_mask = 0;
    uint32_t lsass_pid = 0;                 ///< of the LSASS that was opened last
    uint64_t reads_since_100ns = 0;         ///< begin of the window that the next two count
    uint64_t read_bytes = 0;                ///< of LSASS memory
    uint32_t reads = 0;
    bool opened_as_inventory = false;       ///< the last open of LSASS was one of a burst, or came from an inventory component
    bool read_file_table = false;           ///< raw, past the file system
    bool named_store = false;               ///< the command line names a credential store
    bool is_lsass_clone = false;
    bool serves_registry = false;           ///< the Remote Registry service
    uint64_t raw_bytes = 0;                 ///< read past the file system, the file table not counted
    uint64_t boot_key_time_100ns[4] = {};
    uint64_t past_acl_time_100ns = 0;       ///< SAM or SECURITY opened for backup
    uint64_t backup_privilege_time_100ns = 0;
    uint64_t saved_secrets_time_100ns = 0;
    uint64_t saved_boot_key_time_100ns = 0;
    uint64_t took_store_time_100ns = 0;     ///< a store opened for reading, or a hive saved
    uint64_t made_snapshot_100ns = 0;       ///< the process, or one that it started, was told to make a shadow copy
    uint64_t read_volume_time_100ns = 0;    ///< past the file system
    uint64_t wrote_half_time_100ns[2] = {}; ///< a file named like a store's secrets; like the hive with the boot key
    uint64_t wrote_half_hash[2] = {};       ///< of its folder and of what its name adds
};

/// The primary token as it was when the first user thread ran (token_facts.hpp). Zero is unknown.
struct token_notes {
    uint64_t token_id = 0;
    uint64_t authentication_id = 0;
    uint64_t privileges_present = 0;
    uint64_t sid_hash = 0;
    uint32_t swept_pid = 0;
    uint32_t integrity_rid = unknown_u32;
    account user = account::unknown;
    bool has_snapshot = false;
    bool is_sweeping = false;          ///< more than one of them within the burst window
    bool was_frozen = false;           ///< at the snapshot: a user thread had run
    uint8_t inconsistent_checks = 0;   ///< in a row
    uint64_t swept_100ns = 0;                ///< when a system process was last opened for its handles only; 0 never
    uint64_t impersonated_system_100ns = 0;  ///< when the process last came to impersonate SYSTEM; 0 never
};

/// Loads of a process for the Application Verifier rules (verifier_facts.hpp).
struct verifier_notes {
    bool start_seen = false;
    bool order_known = false;  ///< ntdll.dll was seen to map right after the start, so later maps are seen in order
    bool verifier_mapped = false;
    bool kernel32_mapped = false;
    uint8_t loads = 0;         ///< at most 255
    truth is_native = truth::unknown;
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
