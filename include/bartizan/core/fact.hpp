// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_FACT_HPP
#define BARTIZAN_CORE_FACT_HPP

#include "truth.hpp"

namespace BARTIZAN_NAMESPACE {

/// Things a sensor reports or an engine remembers, without which some atoms cannot be decided. A finding's blind bitmap is over
/// these: bit n is `field` n. Append, never renumber.
enum class field : uint8_t {
    call_trace,        ///< user-mode call stack of the operation
    jit_allocator,     ///< which module allocated a region without a file
    granted_access,
    actor_image,       ///< identity of the acting process's image
    actor_trust,       ///< its signature
    actor_file_age,
    actor_privileges,
    actor_protection,  ///< PS_PROTECTION
    target_image,
    target_protection,
    memory_reads,      ///< reads of the target's memory, with addresses
    open_history,      ///< which processes the actor opened just before
    crash_reports,     ///< faults that the error reporter was called for
    caller_module,     ///< signature of the module that made the call
    file_name,
    file_content,
    lineage,           ///< the starts of the process's ancestors
    com_client,        ///< on whose behalf a COM or RPC broker acted
    command_line,
    creator,           ///< the process whose thread made the new one, where it is not the parent
    account,           ///< of the token
    token,             ///< TOKEN_STATISTICS and privileges at a checkpoint
    load_order,        ///< images in the order in which the process mapped them
    module_signature,
    registry_data,
    memory_state,      ///< what stands behind an address
    memory_writes,     ///< allocations, protections and writes in other processes
    process_start,     ///< whether the process was made suspended, by whom, and whether it has run
    debug_object,      ///< who debugs whom
    code_symbol,       ///< the function at an address
    kernel_stack,      ///< kernel-mode call stack, with the drivers' ranges
    slack_map,         ///< unused space of a module and what its file holds there
    backing_file,      ///< the file behind an image section, at the time of the event
    disk_extents,      ///< where on the disk the protected files lie, and which bytes were read
    handle_origin,     ///< which object a duplicated handle stands for
    machine_code,      ///< code of a processor that the decoder knows
    unwind_data,       ///< an exception table that covers the program's code
};

/// For logs and JSON; [a-z_] only.
[[nodiscard]] constexpr const char* name(field f) noexcept {
    switch (f) {
        case field::call_trace: return "call_trace";
        case field::jit_allocator: return "jit_allocator";
        case field::granted_access: return "granted_access";
        case field::actor_image: return "actor_image";
        case field::actor_trust: return "actor_trust";
        case field::actor_file_age: return "actor_file_age";
        case field::actor_privileges: return "actor_privileges";
        case field::actor_protection: return "actor_protection";
        case field::target_image: return "target_image";
        case field::target_protection: return "target_protection";
        case field::memory_reads: return "memory_reads";
        case field::open_history: return "open_history";
        case field::crash_reports: return "crash_reports";
        case field::caller_module: return "caller_module";
        case field::file_name: return "file_name";
        case field::file_content: return "file_content";
        case field::lineage: return "lineage";
        case field::com_client: return "com_client";
        case field::command_line: return "command_line";
        case field::creator: return "creator";
        case field::account: return "account";
        case field::token: return "token";
        case field::load_order: return "load_order";
        case field::module_signature: return "module_signature";
        case field::registry_data: return "registry_data";
        case field::memory_state: return "memory_state";
        case field::memory_writes: return "memory_writes";
        case field::process_start: return "process_start";
        case field::debug_object: return "debug_object";
        case field::code_symbol: return "code_symbol";
        case field::kernel_stack: return "kernel_stack";
        case field::slack_map: return "slack_map";
        case field::backing_file: return "backing_file";
        case field::disk_extents: return "disk_extents";
        case field::handle_origin: return "handle_origin";
        case field::machine_code: return "machine_code";
        case field::unwind_data: return "unwind_data";
    }
    return "?";
}

inline constexpr uint8_t field_count = 37;

struct field_set {
    uint64_t bits = 0;

    constexpr void add(field f) noexcept { bits |= uint64_t{1} << static_cast<uint8_t>(f); }
    [[nodiscard]] constexpr bool has(field f) const noexcept { return (bits >> static_cast<uint8_t>(f) & 1) != 0; }
    [[nodiscard]] constexpr bool empty() const noexcept { return bits == 0; }
};

/// Everything three-valued that the engine puts into an event before a rule reads it. Append, never renumber.
enum class fact : uint8_t {
    trace_unbacked,          ///< a frame lies in memory without a file and no JIT accounts for it
    trace_direct_syscall,    ///< the innermost user frame is not a system-call stub of ntdll, win32u or wow64
    trace_dump_routine,      ///< a frame lies in a minidump writer (dbghelp, dbgcore, comsvcs)
    trace_seclogon,          ///< a frame lies in the secondary logon service
    trace_inventory,         ///< the caller is a system component that lists processes (.NET Process class, WMI provider, ...)
    actor_burst,             ///< the actor opened eight or more processes with this mask within five seconds
    actor_debug_privilege,   ///< SeDebugPrivilege was enabled within the last 60 s
    actor_fault_reported,    ///< the target itself called for this error reporter
    actor_read_lsass,        ///< the actor was given read access to LSASS within the last 120 s
    actor_wrote_dump,        ///< the actor created a dump-like file within the last 120 s
    target_memory_read,      ///< reads of the target succeeded: >= 64 KiB or >= 16 reads within 60 s
    target_secrets_read,     ///< reads touched writable data of the authentication packages
    file_named_for_lsass,    ///< the file's name says that it is a dump of LSASS
    file_is_dump,            ///< dump extension or MDMP signature

    lineage_locked,          ///< parent, creator or client carries a browser's lockdown
    lineage_hta,             ///< ... and it is an HTML application's
    lineage_browser_utility, ///< the browser's unsandboxed utility process (file dialogs) made it
    command_from_browser,    ///< the command line names a file that a browser wrote within seven days
    command_was_typed,       ///< the command line was typed or pasted into the Run box or an address bar within 60 s
    started_by_com,          ///< a COM server that its launcher started, client unknown
    page_is_untrusted,       ///< an HTML application's page is inline script, remote, or a file that anyone may write
    native_host_allowed,     ///< a native-messaging host that an administrator registered and the policy names
    own_helper,              ///< belongs to its creator: a program of the browser's own, a console host, an error reporter
    names_powershell,        ///< the command line names PowerShell
    module_is_powershell,    ///< the module is PowerShell's engine
    every_child_locked,      ///< policy: no program at all may start from a browser

    token_replaced,          ///< the primary token is another object than the snapshot's, after it was frozen
    token_of_another,        ///< ... and it is the token of another live process
    token_raised,            ///< ... or of another user, logon session or higher integrity
    privileges_grew,         ///< privileges are present that the snapshot did not have
    privileges_inconsistent, ///< privileges are enabled that are not present, twice in a row
    creator_is_system,       ///< account of the creator (of the parent, where no creator is recorded)
    creator_at_most_medium,  ///< integrity of the creator
    client_is_service,       ///< the effective parent runs as a service account: LOCAL/NETWORK SERVICE, virtual, app pool
    client_is_user,          ///< ... as a user or anonymously
    impersonated_system,     ///< the actor came to impersonate SYSTEM within the last 10 s
    parent_is_spoofed,       ///< creator and parent differ, and the creator is no broker
    parent_is_system,        ///< account of the parent
    actor_sweeps_handles,    ///< this and another system process were opened for their handles only, within five seconds
    actor_may_impersonate,   ///< the actor runs as a service account, whose work is to impersonate
    command_to_pipe,         ///< the command line is a shell that writes into a named pipe

    verifier_active,         ///< verifier.dll is mapped in this process
    load_before_kernel32,    ///< the module maps before kernel32.dll
    module_expected_early,   ///< ... and is one of those that belong there
    process_is_native,       ///< of the native subsystem
    module_is_microsofts,    ///< Windows' own signature, valid
    provider_authentic,      ///< by name, directory and signature: an Application Verifier provider of Windows
    provider_is_foreign,     ///< VerifierDlls names a provider that is not Windows' own
    provider_is_path,        ///< ... or names a path, which no loader asks for
    verifier_flag_set,       ///< GlobalFlag turns Application Verifier on
    verifier_pair,           ///< a foreign provider and the flag were set for one program within 10 min
    ifeo_target_protected,   ///< the key is of a security product, the LSA, winlogon, services or a browser
    ifeo_root_moved,         ///< Image File Execution Options or an ancestor was renamed, linked or loaded over
    ifeo_debugger,           ///< Debugger was set for a program
    debugger_is_interpreter, ///< ... and it is a command interpreter or script host
    silent_exit_monitor,     ///< SilentProcessExit names a program to start
    mitigation_blocks,       ///< MitigationOptions keeps other vendors' libraries out of a program
    system_file_is_provider, ///< a new file in the system directory bears the name of a registered provider

    source_is_creator,       ///< the actor made the target process
    target_not_started,      ///< the target has not yet run a thread of its own
    source_is_debugger,      ///< the actor owns the target's debug object
    source_paused_target,    ///< the actor made the target suspended, or suspended it
    source_same_image,       ///< actor and target run the same image
    injector_serves,         ///< an injection tool that Windows' own service started
    code_unbacked,           ///< the code that will run lies in memory without a file, or in a modified page of an image
    code_prepared,           ///< ... in memory that the actor allocated, mapped, made executable or wrote there, however long ago
    code_written,            ///< ... which it was seen writing; no: the target's writes are recorded and none was seen
    code_writable,           ///< ... which is writable and executable, of 4 KiB or more
    code_is_loader,          ///< a routine that loads a library
    code_is_expected,        ///< a routine that Windows or a debugger starts in other processes by design
    code_reads_atoms,        ///< a routine that copies an atom's text to where its caller says
    code_is_primitive,       ///< a routine that copies, changes protection, sets a context or starts code for its caller
    code_inside_system,      ///< amid a function of ntdll or kernelbase: a gadget
    apc_flood,               ///< more than 32 APCs to three or more threads of the target within 5 s
    context_churn,           ///< eight or more changes of one thread's context within 5 s
    target_is_old,           ///< the target has lived for more than 2 s
    library_was_forced,      ///< a thread or APC of another process asked for this load within 60 s
    instigator_untrusted,    ///< ... of a process whose image is not trusted
    frame_tainted,           ///< a frame of the call stack lies in memory that another process put there
    frame_in_slack,          ///< ... in the unused space of a module, on code that its file holds there
    main_image_overwritten,  ///< the creator wrote 4 KiB or more over the program before it ran
    main_image_remapped,     ///< ... or put other memory in the program's place
    image_base_redirected,   ///< ... or pointed the process environment block to another image, and now starts it
    creation_write,          ///< a write of process creation: by the creator, before the start, through CreateProcess, to its blocks
    sandbox_patch,           ///< a browser's hook on a system call of its own child that has not started
    fork_copy,               ///< a POSIX emulation copies its runtime's data into its own child
    kernel_frame_unbacked,   ///< a frame of the kernel stack lies outside every driver
    kernel_prepared_code,    ///< a kernel caller placed writable code in the target within 5 s
    made_from_section,       ///< the process was made from a section by its maker's own system call, past CreateProcess
    host_started_elsewhere,  ///< a service host that something else than the service controller started
    call_unbacked,           ///< the actor asks for rights to inject through memory that no file and no JIT accounts for
    rights_through_unbacked, ///< the actor got its rights over the target through memory that no file and no JIT accounts for
    command_injects,         ///< the command line tells the tool to inject into a running process

    target_holds_lsass,      ///< the target holds a handle to LSASS that reads, derives, injects or reopens
    creator_shares_lsass,    ///< the creator holds one, and the new process inherits its handles
    target_is_lsass_clone,   ///< runs LSASS's image and is not the registered LSA
    actor_opened_two_lsass,  ///< the actor opened two processes that run LSASS's image within 120 s
    client_untrusted,        ///< the RPC client that the actor serves is no part of Windows
    lsass_reporting_set,     ///< the value makes error reporting dump LSASS: silent exit, or a GlobalFlag with 0x200
    lsass_dumps_kept,        ///< ... or keep full dumps of whatever crashes (LocalDumps)
    lsa_packages_set,        ///< the value names libraries that LSASS loads, or network providers
    lsa_protection_set,      ///< the value switches LSASS's own protection (RunAsPPL)
    key_account_hash,        ///< value V of an account in SAM, or several values of it at once
    key_account_record,      ///< any other or an unnamed value of an account or of the account domain
    key_lsa_secret,          ///< an LSA secret, the key to them, or a cached logon
    key_holds_secrets,       ///< SAM or SECURITY: the key or an ancestor of accounts or secrets, or a part of them
    key_holds_boot_key,      ///< SYSTEM: the key, an ancestor or a part of Control\Lsa
    key_file_is_store,       ///< the file to be mounted or replaced is a SAM, SECURITY or SYSTEM hive by its name
    boot_key_two,            ///< the actor read the class of two of the four boot keys within 60 s
    boot_key_three,          ///< ... of three or four
    key_past_acl,            ///< the actor opened SAM or SECURITY for backup, or has just enabled the backup privilege
    actor_saved_both,        ///< SAM or SECURITY, and SYSTEM, were saved by the actor within 10 min
    remote_client,           ///< the registry service acts for a network logon of the last 60 s
    file_is_store,           ///< SAM, SECURITY or SYSTEM hive file, or the directory database
    file_is_spare_store,     ///< ... on a shadow copy, in a backup folder, or anywhere but its own place
    file_named_as_store,     ///< written outside the stores' places under a store's name
    actor_took_store,        ///< the actor opened a store or saved a hive within 10 min, or its command line names one
    command_saves_secrets,   ///< the command line saves SAM or SECURITY
    command_saves_boot_key,  ///< the command line saves SYSTEM
    command_is_own,          ///< ... as the program's own first argument, not as a command for another
    command_names_store,     ///< the command line names a store file
    command_names_spare,     ///< ... on a shadow copy, in a backup folder or elsewhere
    command_asks_snapshot,   ///< the command line asks for a snapshot of the volume, or for a directory installation set
    disk_is_protected,       ///< the raw access lies in the extents of a protected file
    disk_in_bulk,            ///< the actor read 1 MiB or more raw, or the $MFT and then something else
    actor_made_snapshot,     ///< the actor, its creator or a program that either started made a shadow copy within 30 min
    actor_read_volume,       ///< the actor read a volume past the file system within 10 min
    both_halves,             ///< of a store, secrets and boot key: the command line names them, or the actor wrote them under like names within 10 min
};
static_assert(static_cast<uint8_t>(fact::both_halves) < 128, "truth_set holds 128");

}  // namespace BARTIZAN_NAMESPACE

#endif
