// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_POLICY_SETTINGS_HPP
#define BARTIZAN_POLICY_SETTINGS_HPP

#include "../core/process.hpp"
#include "exclusion.hpp"
#include "image_names.hpp"
#include "slack_map.hpp"

namespace BARTIZAN_NAMESPACE::policy {

inline constexpr uint64_t second_100ns = 10'000'000;

/// Where a protected file lies, for raw reads: bytes [offset, offset + size_bytes) of a volume or disk, named as the adapter names it
/// in `file_identity::volume`. A file that a disk handle reaches too is listed under both, with the partition's offset added.
struct protected_extent {
    enum class content : uint8_t { store, file_table };

    uint64_t volume = 0;
    uint64_t offset = 0;
    uint64_t size_bytes = 0;
    content what = content::store;
};

/// What happens to a rule's answers: nothing is asked, only recorded, or recorded and acted on.
enum class rule_mode : uint8_t { off, audit, block };

struct rule_mode_row {
    uint16_t rule_id;
    rule_mode mode;
};

/// Windows and switches of the engine, as data. Times are event times: nothing here is compared with a clock.
struct settings {
    /// Let an image's directory stand in for a signature that no sensor recorded (policy/path_trust.hpp). For replays only; off,
    /// such images have unknown trust and the rules say that they are blind.
    bool trust_from_path = false;

    uint8_t burst_processes = 8;                             ///< distinct processes opened with one mask ...
    uint64_t burst_window_100ns = 5 * second_100ns;          ///< ... within this time make a burst (rules.md C1)
    uint64_t dump_window_100ns = 120 * second_100ns;         ///< LSASS opened, then a dump written (rules.md 0.9)
    uint64_t debug_privilege_window_100ns = 60 * second_100ns;
    uint64_t same_process_tolerance_100ns = 3 * second_100ns;  ///< two sensors' reports of one process start may differ by this

    bool lock_every_browser_child = false;                               ///< strict: no program but its own starts from a browser
    uint64_t browser_file_window_100ns = 7 * 24 * 3600 * second_100ns;   ///< how long a file's browser origin counts (rules.md 0.9)
    uint64_t repeat_window_100ns = 600 * second_100ns;                   ///< a finding that comes again within this time is a repetition; 0: never
    uint64_t typed_command_window_100ns = 60 * second_100ns;
    uint64_t creation_window_100ns = 10 * second_100ns;       ///< a process without a seen act of its own has run by then (rules.md 0.9)
    uint64_t impersonation_window_100ns = 10 * second_100ns;  ///< SYSTEM impersonated, then used (rules.md T1.P6)
    uint64_t verifier_pair_window_100ns = 600 * second_100ns;           ///< provider and flag for one program (rules.md V1.2)
    uint64_t provider_file_window_100ns = 24 * 3600 * second_100ns;     ///< provider and its file (rules.md V1.4)
    span<const text> verifier_providers = {};                            ///< beside Windows' own (policy/verifier_names.hpp)
    span<const text> guarded_programs = {};                              ///< file names of protection products, beside Microsoft's
    span<const text> native_hosts = {};                                  ///< native-messaging hosts that may run PowerShell, canonical paths
    span<const image_name> image_names = {};                             ///< rows beside the built-in ones (policy/image_names.hpp)

    uint64_t boot_key_window_100ns = 60 * second_100ns;        ///< parts of the boot key read together (rules.md C2.3)
    uint64_t store_window_100ns = 600 * second_100ns;          ///< both hives saved; a store taken, then a copy written (C2.4, C2.9)
    uint64_t snapshot_window_100ns = 1800 * second_100ns;      ///< a shadow copy made, then a store opened (C3.4)
    uint64_t remote_logon_window_100ns = 60 * second_100ns;    ///< a network logon, then the registry service acts (C2.10)
    uint64_t lsass_read_window_100ns = 60 * second_100ns;      ///< reads of LSASS memory that count together (C1.1, a10)
    uint64_t lsass_read_bytes = 64 * 1024;                     ///< ... this much of it is a theft
    uint32_t lsass_reads = 16;                                 ///< ... or this many
    uint64_t inventory_read_bytes = 1024 * 1024;               ///< what a walk over LSASS's module list stays below
    uint64_t raw_bulk_bytes = 1024 * 1024;                     ///< raw reads of one process that make bulk (C3.2)
    process_key registered_lsass = {};                         ///< the LSA, where the host knows it; unset: by its start, else the first seen
    span<const protected_extent> protected_extents = {};       ///< for raw reads (C3.1); the host refreshes them when the files change
    uint64_t loader_window_100ns = 60 * second_100ns;           ///< a loader thread or APC from outside, then the library
    uint32_t creation_write_limit_bytes = 64 * 1024;            ///< what process creation writes into the new process at most
    uint32_t overwrite_limit_bytes = 4096;                      ///< of the program before it ran: from here on it is replaced
    uint32_t apc_flood = 32;                                    ///< more APCs than this to one process ...
    uint64_t apc_window_100ns = 5 * second_100ns;               ///< ... within this time, to three threads or more
    uint32_t context_churn = 8;                                 ///< this many changes of one thread's context ...
    uint64_t context_window_100ns = 5 * second_100ns;           ///< ... within this time
    uint64_t young_process_100ns = 2 * second_100ns;            ///< drivers' own start-up APCs come within this time
    uint64_t kernel_window_100ns = 5 * second_100ns;            ///< a kernel caller's allocation, then its APC
    span<const slack_region> slack = {};                        ///< unused spaces of known modules; empty: not looked for

    rule_mode default_mode = rule_mode::block;
    span<const rule_mode_row> rule_modes = {};  ///< of single rules
    span<const exclusion> exclusions = {};

    path_environment paths = {};
};

}  // namespace BARTIZAN_NAMESPACE::policy

#endif
