// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Generated from include/bartizan/bartizan.hpp by single_include/amalgamate.cpp. Do not edit: build the target `amalgamate`.
#ifndef BARTIZAN_SINGLE_BARTIZAN_HPP
#define BARTIZAN_SINGLE_BARTIZAN_HPP

#include <stddef.h>
#include <stdint.h>

// ==== bartizan/core/config.hpp ====
#ifndef BARTIZAN_CORE_CONFIG_HPP
#define BARTIZAN_CORE_CONFIG_HPP

#if !defined(__cplusplus) || (__cplusplus < 202002L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 202002L))
#error "bartizan needs C++20: compile with -std=c++20 (GCC, Clang) or /std:c++20 (MSVC)."
#endif

/// Version of the library, by semantic versioning.
#define BARTIZAN_VERSION_MAJOR 0
#define BARTIZAN_VERSION_MINOR 1
#define BARTIZAN_VERSION_PATCH 0
#define BARTIZAN_VERSION_STRING "0.1.0"

/// The name every header opens: `namespace BARTIZAN_NAMESPACE { ... }` or `namespace BARTIZAN_NAMESPACE::pe { ... }`.
/// The inline part carries the ABI number: it changes when the layout of a public struct changes other than by appending,
/// so that two components built against different layouts fail to link instead of misreading each other.
#define BARTIZAN_NAMESPACE bartizan::inline abi_1

#endif

// ==== bartizan/core/access.hpp ====
#ifndef BARTIZAN_CORE_ACCESS_HPP
#define BARTIZAN_CORE_ACCESS_HPP

namespace BARTIZAN_NAMESPACE {

/// An ACCESS_MASK. Values from winnt.h; sources "Process Security and Access Rights", "Thread Security and Access Rights" and
/// "Access Rights for Access-Token Objects" (Microsoft Learn).
using access_mask = uint32_t;

enum : access_mask {
    delete_access = 0x00010000,
    read_control = 0x00020000,
    write_dac = 0x00040000,
    write_owner = 0x00080000,
    synchronize = 0x00100000,
    maximum_allowed = 0x02000000,
    generic_all = 0x10000000,
    generic_execute = 0x20000000,
    generic_write = 0x40000000,
    generic_read = 0x80000000,
};

enum : access_mask {
    process_terminate = 0x0001,
    process_create_thread = 0x0002,
    process_set_sessionid = 0x0004,
    process_vm_operation = 0x0008,
    process_vm_read = 0x0010,
    process_vm_write = 0x0020,
    process_dup_handle = 0x0040,
    process_create_process = 0x0080,
    process_set_quota = 0x0100,
    process_set_information = 0x0200,
    process_query_information = 0x0400,
    process_suspend_resume = 0x0800,
    process_query_limited_information = 0x1000,
    process_set_limited_information = 0x2000,
    process_all_access = 0x001fffff,
    process_all_access_xp = 0x001f0fff,  ///< PROCESS_ALL_ACCESS as compiled for Windows XP; .NET's Process class still asks for it
};

enum : access_mask {
    thread_terminate = 0x0001,
    thread_suspend_resume = 0x0002,
    thread_alert = 0x0004,
    thread_get_context = 0x0008,
    thread_set_context = 0x0010,
    thread_set_information = 0x0020,
    thread_query_information = 0x0040,
    thread_set_thread_token = 0x0080,
    thread_impersonate = 0x0100,
    thread_direct_impersonation = 0x0200,
    thread_set_limited_information = 0x0400,
    thread_query_limited_information = 0x0800,
    thread_all_access = 0x001fffff,
};

enum : access_mask {
    token_assign_primary = 0x0001,
    token_duplicate = 0x0002,
    token_impersonate = 0x0004,
    token_query = 0x0008,
    token_query_source = 0x0010,
    token_adjust_privileges = 0x0020,
    token_adjust_groups = 0x0040,
    token_adjust_default = 0x0080,
    token_adjust_sessionid = 0x0100,
    token_all_access = 0x000f01ff,
};

/// What the object manager turns the four generic rights of a type into.
struct generic_mapping {
    access_mask read;
    access_mask write;
    access_mask execute;
    access_mask all;
};

inline constexpr generic_mapping process_mapping{0x00021410, 0x00020bea, 0x00121001, process_all_access};
inline constexpr generic_mapping thread_mapping{0x00020048, 0x00020437, 0x00121800, thread_all_access};
inline constexpr generic_mapping token_mapping{0x00020008, 0x000200e0, 0x00020000, token_all_access};

/// Replaces generic rights by specific ones. MAXIMUM_ALLOWED counts as full access: nobody can tell how much will be granted.
[[nodiscard]] constexpr access_mask expand(access_mask mask, const generic_mapping& mapping) noexcept {
    access_mask out = mask & ~(generic_read | generic_write | generic_execute | generic_all | maximum_allowed);
    if ((mask & generic_read) != 0) out |= mapping.read;
    if ((mask & generic_write) != 0) out |= mapping.write;
    if ((mask & generic_execute) != 0) out |= mapping.execute;
    if ((mask & (generic_all | maximum_allowed)) != 0) out |= mapping.all;
    return out;
}

/// Groups of process rights by what they let their holder do.
enum : access_mask {
    read_rights = process_vm_read,
    derive_rights = process_dup_handle | process_create_process,  ///< either yields a full handle: by duplication, or by a clone
    inject_rights = process_create_thread | process_vm_operation | process_vm_write,
    reopen_rights = write_dac | write_owner,  ///< the holder may grant itself the rest
    sensitive_rights = read_rights | derive_rights | inject_rights | reopen_rights | process_suspend_resume | process_set_information,
    /// What a stripped handle keeps: enough for an inventory, nothing of the contents.
    harmless_rights = process_query_information | process_query_limited_information | synchronize,
};
static_assert(sensitive_rights == 0xc0afa);

/// Full access under either definition of PROCESS_ALL_ACCESS (also recorded as 0x1f1fff and 0x1f3fff).
[[nodiscard]] constexpr bool is_all_access(access_mask expanded) noexcept {
    return (expanded & process_all_access_xp) == process_all_access_xp;
}

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/error.hpp ====
#ifndef BARTIZAN_CORE_ERROR_HPP
#define BARTIZAN_CORE_ERROR_HPP

namespace BARTIZAN_NAMESPACE {

/// Every reason for which the library refuses input. The high byte names the room: 01 core, 02 pe, 03 model (nn), 04 lists,
/// 05 adapters, 06 engine. Numbers are part of the ABI: append, never renumber. `describe` holds one sentence for each.
enum class error_code : uint16_t {
    none = 0,

    capacity_exceeded = 0x0101,

    pe_too_small = 0x0201,
    pe_no_mz = 0x0202,
    pe_header_out_of_file = 0x0203,
    pe_no_pe_signature = 0x0204,
    pe_optional_header_too_small = 0x0205,
    pe_optional_header_magic = 0x0206,
    pe_rom_image = 0x0207,
    pe_optional_header_out_of_file = 0x0208,
    pe_section_table_out_of_file = 0x0209,
    pe_section_header_zero = 0x020a,
    pe_section_header_absurd = 0x020b,
    pe_section_limit = 0x020c,
    pe_section_raw_out_of_file = 0x020d,
    pe_directory_count = 0x020e,
    pe_optional_header_cut = 0x020f,

    model_too_small = 0x0301,
    model_bad_magic = 0x0302,
    model_newer_version = 0x0303,
    model_length_mismatch = 0x0304,
    model_digest_mismatch = 0x0305,
    model_schema_mismatch = 0x0306,
    model_bad_shape = 0x0307,
    model_out_of_bounds = 0x0308,
    model_misaligned = 0x0309,
    model_test_vector_mismatch = 0x030a,
    model_scratch_too_small = 0x030b,

    adapter_missing_field = 0x0501,
    adapter_bad_number = 0x0502,
    adapter_bad_time = 0x0503,
    adapter_bad_guid = 0x0504,
    adapter_text_arena_full = 0x0505,
    adapter_unknown_event = 0x0506,
};

/// One English sentence, without a trailing full stop, for a log line "FILE: offset N: SENTENCE".
[[nodiscard]] constexpr const char* describe(error_code code) noexcept {
    switch (code) {
        case error_code::none: return "no error";
        case error_code::capacity_exceeded: return "a fixed-capacity table is full";
        case error_code::pe_too_small: return "the file is shorter than a DOS header (64 bytes)";
        case error_code::pe_no_mz: return "the file does not begin with the DOS signature 'MZ'";
        case error_code::pe_header_out_of_file: return "e_lfanew points outside the file";
        case error_code::pe_no_pe_signature: return "there is no 'PE\\0\\0' signature where e_lfanew points";
        case error_code::pe_optional_header_too_small: return "SizeOfOptionalHeader does not hold the header and the data directories that it claims";
        case error_code::pe_optional_header_magic: return "the optional header's magic is neither PE32 (0x10b) nor PE32+ (0x20b)";
        case error_code::pe_rom_image: return "the optional header is of a ROM image (0x107), which Windows does not run";
        case error_code::pe_optional_header_out_of_file: return "the optional header reaches past the end of the file";
        case error_code::pe_section_table_out_of_file: return "the section table reaches past the end of the file";
        case error_code::pe_section_header_zero: return "a section header is all zero, so the section table ends there";
        case error_code::pe_section_header_absurd: return "a section header is wrong in three ways at once, so the section table ends there";
        case error_code::pe_section_limit: return "more than 2,048 sections are claimed; the rest is not read";
        case error_code::pe_section_raw_out_of_file: return "a section's raw data reaches past the end of the file";
        case error_code::pe_directory_count: return "NumberOfRvaAndSizes is larger than 16";
        case error_code::pe_optional_header_cut: return "the optional header is cut by the end of the file; what is missing reads as zero";
        case error_code::model_too_small: return "the model is shorter than its header";
        case error_code::model_bad_magic: return "this is not a bartizan model (magic is not 'BTZ1')";
        case error_code::model_newer_version: return "the model's format is of a newer major version than this library reads";
        case error_code::model_length_mismatch: return "the model's stated length differs from the bytes given";
        case error_code::model_digest_mismatch: return "the model's SHA-256 does not match its bytes";
        case error_code::model_schema_mismatch: return "the model was trained on another feature schema";
        case error_code::model_bad_shape: return "a layer's shape is zero, too large, or does not fit its neighbour";
        case error_code::model_out_of_bounds: return "a table of the model lies outside the model";
        case error_code::model_misaligned: return "a table of the model is not aligned as the format demands";
        case error_code::model_test_vector_mismatch: return "an embedded test vector gives another score on this machine";
        case error_code::model_scratch_too_small: return "the caller's scratch memory is smaller than the model needs";
        case error_code::adapter_missing_field: return "a field that this event cannot do without is absent";
        case error_code::adapter_bad_number: return "a numeric field is not a number";
        case error_code::adapter_bad_time: return "the time stamp is not ISO 8601 UTC";
        case error_code::adapter_bad_guid: return "a process GUID is malformed";
        case error_code::adapter_text_arena_full: return "the caller's text arena is too small for this event";
        case error_code::adapter_unknown_event: return "this channel and event number have no mapping";
    }
    return "unknown error code";
}

/// What went wrong and at which byte of the input. `offset` is 0 where no byte is to blame.
struct error {
    error_code code = error_code::none;
    uint64_t offset = 0;

    [[nodiscard]] constexpr explicit operator bool() const noexcept { return code != error_code::none; }
};

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/truth.hpp ====
#ifndef BARTIZAN_CORE_TRUTH_HPP
#define BARTIZAN_CORE_TRUTH_HPP

namespace BARTIZAN_NAMESPACE {

/// Kleene's strong three-valued logic. The order no < unknown < yes makes "and" the minimum and "or" the maximum.
/// `unknown` is what a sensor's missing field yields: it is neither evidence nor an excuse.
enum class truth : uint8_t { no = 0, unknown = 1, yes = 2 };

[[nodiscard]] constexpr truth operator&(truth a, truth b) noexcept { return a < b ? a : b; }
[[nodiscard]] constexpr truth operator|(truth a, truth b) noexcept { return a > b ? a : b; }
[[nodiscard]] constexpr truth operator!(truth a) noexcept { return static_cast<truth>(2 - static_cast<uint8_t>(a)); }
[[nodiscard]] constexpr truth to_truth(bool b) noexcept { return b ? truth::yes : truth::no; }

/// Up to 64 three-valued facts indexed by an enumeration `Key`; a fact that nobody set is unknown.
template <class Key>
struct truth_set {
    uint64_t yes = 0;
    uint64_t no = 0;

    [[nodiscard]] constexpr truth get(Key key) const noexcept {
        const uint64_t bit = uint64_t{1} << static_cast<uint8_t>(key);
        return (yes & bit) != 0 ? truth::yes : (no & bit) != 0 ? truth::no : truth::unknown;
    }
    constexpr void set(Key key, truth value) noexcept {
        const uint64_t bit = uint64_t{1} << static_cast<uint8_t>(key);
        yes = value == truth::yes ? yes | bit : yes & ~bit;
        no = value == truth::no ? no | bit : no & ~bit;
    }
};

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/memory.hpp ====
#ifndef BARTIZAN_CORE_MEMORY_HPP
#define BARTIZAN_CORE_MEMORY_HPP

namespace BARTIZAN_NAMESPACE {

/// Page protection (PAGE_* of winnt.h, "Memory Protection Constants").
using page_protection = uint32_t;

enum : page_protection {
    page_noaccess = 0x001,
    page_readonly = 0x002,
    page_readwrite = 0x004,
    page_writecopy = 0x008,
    page_execute = 0x010,
    page_execute_read = 0x020,
    page_execute_readwrite = 0x040,
    page_execute_writecopy = 0x080,
    page_guard = 0x100,
};

[[nodiscard]] constexpr bool is_executable(page_protection p) noexcept { return (p & 0xf0) != 0; }
[[nodiscard]] constexpr bool is_writable(page_protection p) noexcept { return (p & 0xcc) != 0; }
[[nodiscard]] constexpr bool is_writable_and_executable(page_protection p) noexcept { return (p & 0xc0) != 0; }

/// Region type of VirtualQuery (MEM_*).
enum : uint32_t { mem_private = 0x20000, mem_mapped = 0x40000, mem_image = 0x1000000 };

/// What stands behind an address in a process.
enum class memory_state : uint8_t {
    unknown,
    image_clean,      ///< image section, page as in the file
    image_cow,        ///< image section, page privately modified: a hook, or module stomping
    mapped_file,
    mapped_pagefile,  ///< section without a file
    private_memory,
};

/// True when no file accounts for the code. A known hook is the caller's exception, not this function's.
[[nodiscard]] constexpr truth is_unbacked(memory_state state) noexcept {
    if (state == memory_state::unknown) return truth::unknown;
    return to_truth(state == memory_state::private_memory || state == memory_state::mapped_pagefile ||
                    state == memory_state::image_cow);
}

/// Half-open range [base, base + size) of a process's addresses.
struct address_range {
    uint64_t base = 0;
    uint64_t size = 0;

    /// Correct also where base + size would overflow.
    [[nodiscard]] constexpr bool contains(uint64_t address) const noexcept { return address >= base && address - base < size; }
};

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/trust.hpp ====
#ifndef BARTIZAN_CORE_TRUST_HPP
#define BARTIZAN_CORE_TRUST_HPP

namespace BARTIZAN_NAMESPACE {

/// How far the code of an image, or the module that made a call, is trusted. Directory names never raise it.
enum class trust : uint8_t {
    t0 = 0,  ///< unsigned, invalid, revoked, or expired without a time stamp
    t1 = 1,  ///< valid chain, any publisher
    t2 = 2,  ///< publisher allow-listed for the rule at hand, by certificate
    t3 = 3,  ///< Windows component: Microsoft Windows signer and a file of an OS directory owned by TrustedInstaller
    t4 = 4,  ///< protected light: Antimalware, Windows, Lsa
    t5 = 5,  ///< kernel, or WinTcb/WinSystem protected with the expected lineage
    unknown = 0xff,
};

/// Where a trust tier came from. `path` is the replay's stand-in for a signature that the sensor did not record.
enum class trust_basis : uint8_t { none, signature, path };

[[nodiscard]] constexpr truth at_most(trust tier, trust limit) noexcept {
    return tier == trust::unknown ? truth::unknown : to_truth(tier <= limit);
}
[[nodiscard]] constexpr truth at_least(trust tier, trust limit) noexcept {
    return tier == trust::unknown ? truth::unknown : to_truth(tier >= limit);
}

/// The lower of two tiers. Unknown stays unknown unless the other one is already the lowest.
[[nodiscard]] constexpr trust lower(trust a, trust b) noexcept {
    if (a == trust::t0 || b == trust::t0) return trust::t0;
    if (a == trust::unknown || b == trust::unknown) return trust::unknown;
    return a < b ? a : b;
}

/// PS_PROTECTION as in EPROCESS and PROCESS_PROTECTION_INFORMATION: bits 0-2 type, bit 3 audit, bits 4-7 signer.
struct ps_protection {
    uint8_t level = 0;

    enum class type : uint8_t { none = 0, protected_light = 1, protected_full = 2 };
    enum class signer : uint8_t {
        none = 0,
        authenticode = 1,
        code_gen = 2,
        antimalware = 3,
        lsa = 4,
        windows = 5,
        win_tcb = 6,
        win_system = 7,
        app = 8,
    };
    [[nodiscard]] constexpr type get_type() const noexcept { return static_cast<type>(level & 7); }
    [[nodiscard]] constexpr signer get_signer() const noexcept { return static_cast<signer>(level >> 4); }
};

/// Tier that the protection byte alone proves; t0 where it proves nothing. T5 also needs the lineage, which the engine checks.
[[nodiscard]] constexpr trust protected_tier(ps_protection protection) noexcept {
    const auto type = protection.get_type();
    if (type != ps_protection::type::protected_light && type != ps_protection::type::protected_full) return trust::t0;
    switch (protection.get_signer()) {
        case ps_protection::signer::win_tcb:
        case ps_protection::signer::win_system: return trust::t5;
        case ps_protection::signer::antimalware:
        case ps_protection::signer::lsa:
        case ps_protection::signer::windows: return trust::t4;
        default: return trust::t0;
    }
}

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/process.hpp ====
#ifndef BARTIZAN_CORE_PROCESS_HPP
#define BARTIZAN_CORE_PROCESS_HPP

namespace BARTIZAN_NAMESPACE {

/// Identity of a process for as long as the machine runs. A PID alone is reused, so it is never the key: `start_key` is
/// ProcessStartKey / ProcessSequenceNumber, or a hash of the sensor's process GUID; 0 when the sensor gave only the PID.
struct process_key {
    uint64_t start_key = 0;
    uint32_t pid = 0;
    uint32_t reserved = 0;

    [[nodiscard]] constexpr bool is_set() const noexcept { return start_key != 0 || pid != 0; }
    friend constexpr bool operator==(const process_key& a, const process_key& b) noexcept {
        return a.start_key == b.start_key && a.pid == b.pid;
    }
};

/// What an image is, by identity (OriginalFilename and signer, or the canonical path where those are unknown). A process has
/// any number of roles. The names behind each role are policy data.
enum class role : uint8_t {
    lsass,           ///< the registered LSA, in the system directory
    smss,
    csrss,
    wininit,
    winlogon,
    services,
    svchost,
    system,          ///< PID 4
    error_reporter,  ///< WerFault, WerFaultSecure
    task_manager,
    script_host,     ///< runs what its command line or a script says
    memory_tool,     ///< ships with the system or its kits and can read another process's memory
    managed_host,    ///< loads the .NET runtime by itself
    native_image,    ///< known not to load the .NET runtime by itself
    powershell,
    browser,
    verifier,
};

struct role_set {
    uint32_t bits = 0;

    [[nodiscard]] constexpr bool has(role r) const noexcept { return (bits & (1u << static_cast<uint8_t>(r))) != 0; }
    [[nodiscard]] constexpr role_set with(role r) const noexcept { return {bits | 1u << static_cast<uint8_t>(r)}; }
};

/// Processes that Windows does not survive the end of: never terminated, whatever a table says (rules.md, section R).
[[nodiscard]] constexpr bool is_critical(role_set roles) noexcept {
    return roles.has(role::system) || roles.has(role::smss) || roles.has(role::csrss) || roles.has(role::wininit) ||
           roles.has(role::winlogon) || roles.has(role::services) || roles.has(role::lsass);
}

/// The account of the primary token, as far as rules tell accounts apart.
enum class account : uint8_t {
    unknown,
    system,           ///< S-1-5-18
    local_service,    ///< S-1-5-19
    network_service,  ///< S-1-5-20
    service,          ///< S-1-5-80-*, S-1-5-82-*: virtual and application-pool accounts
    user,             ///< S-1-5-21-*, S-1-12-1-*
    other,
};

inline constexpr uint32_t unknown_u32 = 0xffffffff;

/// Facts about one process, copied into each event it takes part in. Written by the engine, read by the rules.
struct process {
    uint32_t size_bytes = sizeof(process);
    uint32_t session_id = unknown_u32;
    process_key key = {};
    process_key parent = {};           ///< as the process object says: can be spoofed
    process_key creator = {};          ///< process of the thread that made it
    uint64_t create_time_100ns = 0;    ///< FILETIME, UTC; 0 unknown
    uint32_t file_age_s = unknown_u32; ///< age of the image file when the process began
    uint32_t integrity_rid = unknown_u32;
    role_set roles = {};
    truth identity = truth::unknown;   ///< yes: `roles` is complete; unknown: no image was ever named
    trust image_trust = trust::unknown;
    trust_basis basis = trust_basis::none;
    uint8_t protection = 0;            ///< ps_protection::level
    truth is_protected = truth::unknown;
    account user = account::unknown;
    uint8_t reserved[2] = {};
};

/// A role that is not in a complete set is absent; in an incomplete one it is unknown.
[[nodiscard]] constexpr truth has_role(const process& p, role r) noexcept {
    if (p.roles.has(r)) return truth::yes;
    return p.identity == truth::yes ? truth::no : truth::unknown;
}

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/span.hpp ====
#ifndef BARTIZAN_CORE_SPAN_HPP
#define BARTIZAN_CORE_SPAN_HPP

namespace BARTIZAN_NAMESPACE {

/// A view of `size` elements at `data`, owned by someone else. The library's own because `std::span` needs a standard-library
/// header that a kernel build does not have. Indexing is unchecked: callers compare with `size` first, or use `sub`.
template <class T>
struct span {
    T* data = nullptr;
    size_t size = 0;

    constexpr span() noexcept = default;
    constexpr span(T* first, size_t count) noexcept : data(first), size(count) {}
    template <size_t N>
    constexpr span(T (&array)[N]) noexcept : data(array), size(N) {}
    /// From a view of mutable elements to one of const elements.
    template <class U>
    constexpr span(span<U> other) noexcept
        requires requires(const U* p, T* q) { q = p; }
        : data(other.data), size(other.size) {}

    [[nodiscard]] constexpr bool empty() const noexcept { return size == 0; }
    [[nodiscard]] constexpr T& operator[](size_t i) const noexcept { return data[i]; }
    [[nodiscard]] constexpr T* begin() const noexcept { return data; }
    [[nodiscard]] constexpr T* end() const noexcept { return data + size; }

    /// The part [offset, offset + count), clipped to what is there: never reads outside, may be shorter than asked, or empty.
    [[nodiscard]] constexpr span sub(size_t offset, size_t count = SIZE_MAX) const noexcept {
        if (offset >= size) return {};
        const size_t left = size - offset;
        return {data + offset, count < left ? count : left};
    }
};

/// Raw bytes of a file, a model or a list.
using bytes = span<const uint8_t>;

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/upcase.hpp ====
#ifndef BARTIZAN_CORE_UPCASE_HPP
#define BARTIZAN_CORE_UPCASE_HPP

namespace BARTIZAN_NAMESPACE {

namespace detail {

/// Code units first, first + step, ..., last map to themselves + delta.
struct upcase_range {
    uint16_t first;
    uint16_t last;
    uint16_t step;
    int32_t delta;
};

/// Unicode 14 simple upper-case mappings of the Basic Multilingual Plane above ASCII, in ascending order. Left out, as
/// NTFS $UpCase does: mappings into ASCII (dotless i, long s: they would let two spellings of one ASCII name differ) and the
/// micro sign. One fixed table on every host: a volume formatted by another Windows version may fold a few rare letters
/// otherwise, which only matters for names outside ASCII.
inline constexpr upcase_range upcase_ranges[] = {
    {0x00e0, 0x00f6, 1, -32}, {0x00f8, 0x00fe, 1, -32}, {0x00ff, 0x00ff, 1, 121}, {0x0101, 0x012f, 2, -1},
    {0x0133, 0x0137, 2, -1}, {0x013a, 0x0148, 2, -1}, {0x014b, 0x0177, 2, -1}, {0x017a, 0x017e, 2, -1},
    {0x0180, 0x0180, 1, 195}, {0x0183, 0x0185, 2, -1}, {0x0188, 0x0188, 1, -1}, {0x018c, 0x018c, 1, -1},
    {0x0192, 0x0192, 1, -1}, {0x0195, 0x0195, 1, 97}, {0x0199, 0x0199, 1, -1}, {0x019a, 0x019a, 1, 163},
    {0x019e, 0x019e, 1, 130}, {0x01a1, 0x01a5, 2, -1}, {0x01a8, 0x01a8, 1, -1}, {0x01ad, 0x01ad, 1, -1},
    {0x01b0, 0x01b0, 1, -1}, {0x01b4, 0x01b6, 2, -1}, {0x01b9, 0x01b9, 1, -1}, {0x01bd, 0x01bd, 1, -1},
    {0x01bf, 0x01bf, 1, 56}, {0x01c5, 0x01c5, 1, -1}, {0x01c6, 0x01c6, 1, -2}, {0x01c8, 0x01c8, 1, -1},
    {0x01c9, 0x01c9, 1, -2}, {0x01cb, 0x01cb, 1, -1}, {0x01cc, 0x01cc, 1, -2}, {0x01ce, 0x01dc, 2, -1},
    {0x01dd, 0x01dd, 1, -79}, {0x01df, 0x01ef, 2, -1}, {0x01f2, 0x01f2, 1, -1}, {0x01f3, 0x01f3, 1, -2},
    {0x01f5, 0x01f5, 1, -1}, {0x01f9, 0x021f, 2, -1}, {0x0223, 0x0233, 2, -1}, {0x023c, 0x023c, 1, -1},
    {0x023f, 0x0240, 1, 10815}, {0x0242, 0x0242, 1, -1}, {0x0247, 0x024f, 2, -1}, {0x0250, 0x0250, 1, 10783},
    {0x0251, 0x0251, 1, 10780}, {0x0252, 0x0252, 1, 10782}, {0x0253, 0x0253, 1, -210}, {0x0254, 0x0254, 1, -206},
    {0x0256, 0x0257, 1, -205}, {0x0259, 0x0259, 1, -202}, {0x025b, 0x025b, 1, -203}, {0x025c, 0x025c, 1, 42319},
    {0x0260, 0x0260, 1, -205}, {0x0261, 0x0261, 1, 42315}, {0x0263, 0x0263, 1, -207}, {0x0265, 0x0265, 1, 42280},
    {0x0266, 0x0266, 1, 42308}, {0x0268, 0x0268, 1, -209}, {0x0269, 0x0269, 1, -211}, {0x026a, 0x026a, 1, 42308},
    {0x026b, 0x026b, 1, 10743}, {0x026c, 0x026c, 1, 42305}, {0x026f, 0x026f, 1, -211}, {0x0271, 0x0271, 1, 10749},
    {0x0272, 0x0272, 1, -213}, {0x0275, 0x0275, 1, -214}, {0x027d, 0x027d, 1, 10727}, {0x0280, 0x0280, 1, -218},
    {0x0282, 0x0282, 1, 42307}, {0x0283, 0x0283, 1, -218}, {0x0287, 0x0287, 1, 42282}, {0x0288, 0x0288, 1, -218},
    {0x0289, 0x0289, 1, -69}, {0x028a, 0x028b, 1, -217}, {0x028c, 0x028c, 1, -71}, {0x0292, 0x0292, 1, -219},
    {0x029d, 0x029d, 1, 42261}, {0x029e, 0x029e, 1, 42258}, {0x0345, 0x0345, 1, 84}, {0x0371, 0x0373, 2, -1},
    {0x0377, 0x0377, 1, -1}, {0x037b, 0x037d, 1, 130}, {0x03ac, 0x03ac, 1, -38}, {0x03ad, 0x03af, 1, -37},
    {0x03b1, 0x03c1, 1, -32}, {0x03c2, 0x03c2, 1, -31}, {0x03c3, 0x03cb, 1, -32}, {0x03cc, 0x03cc, 1, -64},
    {0x03cd, 0x03ce, 1, -63}, {0x03d0, 0x03d0, 1, -62}, {0x03d1, 0x03d1, 1, -57}, {0x03d5, 0x03d5, 1, -47},
    {0x03d6, 0x03d6, 1, -54}, {0x03d7, 0x03d7, 1, -8}, {0x03d9, 0x03ef, 2, -1}, {0x03f0, 0x03f0, 1, -86},
    {0x03f1, 0x03f1, 1, -80}, {0x03f2, 0x03f2, 1, 7}, {0x03f3, 0x03f3, 1, -116}, {0x03f5, 0x03f5, 1, -96},
    {0x03f8, 0x03f8, 1, -1}, {0x03fb, 0x03fb, 1, -1}, {0x0430, 0x044f, 1, -32}, {0x0450, 0x045f, 1, -80},
    {0x0461, 0x0481, 2, -1}, {0x048b, 0x04bf, 2, -1}, {0x04c2, 0x04ce, 2, -1}, {0x04cf, 0x04cf, 1, -15},
    {0x04d1, 0x052f, 2, -1}, {0x0561, 0x0586, 1, -48}, {0x10d0, 0x10fa, 1, 3008}, {0x10fd, 0x10ff, 1, 3008},
    {0x13f8, 0x13fd, 1, -8}, {0x1c80, 0x1c80, 1, -6254}, {0x1c81, 0x1c81, 1, -6253}, {0x1c82, 0x1c82, 1, -6244},
    {0x1c83, 0x1c84, 1, -6242}, {0x1c85, 0x1c85, 1, -6243}, {0x1c86, 0x1c86, 1, -6236}, {0x1c87, 0x1c87, 1, -6181},
    {0x1c88, 0x1c88, 1, 35266}, {0x1d79, 0x1d79, 1, 35332}, {0x1d7d, 0x1d7d, 1, 3814}, {0x1d8e, 0x1d8e, 1, 35384},
    {0x1e01, 0x1e95, 2, -1}, {0x1e9b, 0x1e9b, 1, -59}, {0x1ea1, 0x1eff, 2, -1}, {0x1f00, 0x1f07, 1, 8},
    {0x1f10, 0x1f15, 1, 8}, {0x1f20, 0x1f27, 1, 8}, {0x1f30, 0x1f37, 1, 8}, {0x1f40, 0x1f45, 1, 8},
    {0x1f51, 0x1f57, 2, 8}, {0x1f60, 0x1f67, 1, 8}, {0x1f70, 0x1f71, 1, 74}, {0x1f72, 0x1f75, 1, 86},
    {0x1f76, 0x1f77, 1, 100}, {0x1f78, 0x1f79, 1, 128}, {0x1f7a, 0x1f7b, 1, 112}, {0x1f7c, 0x1f7d, 1, 126},
    {0x1fb0, 0x1fb1, 1, 8}, {0x1fbe, 0x1fbe, 1, -7205}, {0x1fd0, 0x1fd1, 1, 8}, {0x1fe0, 0x1fe1, 1, 8},
    {0x1fe5, 0x1fe5, 1, 7}, {0x214e, 0x214e, 1, -28}, {0x2170, 0x217f, 1, -16}, {0x2184, 0x2184, 1, -1},
    {0x24d0, 0x24e9, 1, -26}, {0x2c30, 0x2c5f, 1, -48}, {0x2c61, 0x2c61, 1, -1}, {0x2c65, 0x2c65, 1, -10795},
    {0x2c66, 0x2c66, 1, -10792}, {0x2c68, 0x2c6c, 2, -1}, {0x2c73, 0x2c73, 1, -1}, {0x2c76, 0x2c76, 1, -1},
    {0x2c81, 0x2ce3, 2, -1}, {0x2cec, 0x2cee, 2, -1}, {0x2cf3, 0x2cf3, 1, -1}, {0x2d00, 0x2d25, 1, -7264},
    {0x2d27, 0x2d27, 1, -7264}, {0x2d2d, 0x2d2d, 1, -7264}, {0xa641, 0xa66d, 2, -1}, {0xa681, 0xa69b, 2, -1},
    {0xa723, 0xa72f, 2, -1}, {0xa733, 0xa76f, 2, -1}, {0xa77a, 0xa77c, 2, -1}, {0xa77f, 0xa787, 2, -1},
    {0xa78c, 0xa78c, 1, -1}, {0xa791, 0xa793, 2, -1}, {0xa794, 0xa794, 1, 48}, {0xa797, 0xa7a9, 2, -1},
    {0xa7b5, 0xa7c3, 2, -1}, {0xa7c8, 0xa7ca, 2, -1}, {0xa7d1, 0xa7d1, 1, -1}, {0xa7d7, 0xa7d9, 2, -1},
    {0xa7f6, 0xa7f6, 1, -1}, {0xab53, 0xab53, 1, -928}, {0xab70, 0xabbf, 1, -38864}, {0xff41, 0xff5a, 1, -32},
};

}  // namespace detail

/// Upper case of one UTF-16 code unit by the table above; never by the C locale. Surrogates are returned unchanged.
[[nodiscard]] constexpr char16_t upcase(char16_t c) noexcept {
    if (c < 0x80) return c >= u'a' && c <= u'z' ? static_cast<char16_t>(c - 32) : c;
    const span<const detail::upcase_range> ranges(detail::upcase_ranges);
    size_t low = 0;
    size_t high = ranges.size;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (ranges[middle].last < c) low = middle + 1;
        else high = middle;
    }
    if (low == ranges.size) return c;
    const detail::upcase_range& r = ranges[low];
    if (c < r.first || (c - r.first) % r.step != 0) return c;
    return static_cast<char16_t>(c + r.delta);
}

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/text.hpp ====
#ifndef BARTIZAN_CORE_TEXT_HPP
#define BARTIZAN_CORE_TEXT_HPP

namespace BARTIZAN_NAMESPACE {

/// UTF-16 code units as Windows passes them: counted, not terminated, possibly with unpaired surrogates or embedded zeros.
/// A view: whoever made it owns the memory. No normalisation is applied, because NTFS applies none.
struct text {
    const char16_t* data = nullptr;
    uint32_t size = 0;

    constexpr text() noexcept = default;
    constexpr text(const char16_t* first, size_t count) noexcept : data(first), size(static_cast<uint32_t>(count)) {}
    /// From a literal: u"..." without its terminator.
    template <size_t N>
    constexpr text(const char16_t (&literal)[N]) noexcept : data(literal), size(static_cast<uint32_t>(N - 1)) {}

    [[nodiscard]] constexpr bool empty() const noexcept { return size == 0; }
    [[nodiscard]] constexpr char16_t operator[](size_t i) const noexcept { return data[i]; }
    [[nodiscard]] constexpr text sub(size_t offset, size_t count = SIZE_MAX) const noexcept {
        if (offset >= size) return {};
        const size_t left = size - offset;
        return {data + offset, count < left ? count : left};
    }
};

[[nodiscard]] constexpr bool equal(text a, text b) noexcept {
    if (a.size != b.size) return false;
    for (uint32_t i = 0; i < a.size; ++i)
        if (a[i] != b[i]) return false;
    return true;
}

/// Order of two texts by upper-cased code units: negative, 0 or positive.
[[nodiscard]] constexpr int compare_folded(text a, text b) noexcept {
    const uint32_t common = a.size < b.size ? a.size : b.size;
    for (uint32_t i = 0; i < common; ++i) {
        const int difference = upcase(a[i]) - upcase(b[i]);
        if (difference != 0) return difference;
    }
    return a.size < b.size ? -1 : a.size > b.size ? 1 : 0;
}

[[nodiscard]] constexpr bool equal_folded(text a, text b) noexcept { return a.size == b.size && compare_folded(a, b) == 0; }

[[nodiscard]] constexpr bool starts_with_folded(text a, text prefix) noexcept {
    return a.size >= prefix.size && equal_folded(a.sub(0, prefix.size), prefix);
}

[[nodiscard]] constexpr bool ends_with_folded(text a, text suffix) noexcept {
    return a.size >= suffix.size && equal_folded(a.sub(a.size - suffix.size, suffix.size), suffix);
}

[[nodiscard]] constexpr bool contains_folded(text a, text part) noexcept {
    for (uint32_t i = 0; i + part.size <= a.size; ++i)
        if (equal_folded(a.sub(i, part.size), part)) return true;
    return part.empty();
}

[[nodiscard]] constexpr bool is_separator(char16_t c) noexcept { return c == u'\\' || c == u'/'; }

/// The part behind the last separator; the whole text where there is none.
[[nodiscard]] constexpr text file_name(text path) noexcept {
    for (uint32_t i = path.size; i > 0; --i)
        if (is_separator(path[i - 1])) return path.sub(i);
    return path;
}

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/event_payload.hpp ====
#ifndef BARTIZAN_CORE_EVENT_PAYLOAD_HPP
#define BARTIZAN_CORE_EVENT_PAYLOAD_HPP

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

// ==== bartizan/core/fact.hpp ====
#ifndef BARTIZAN_CORE_FACT_HPP
#define BARTIZAN_CORE_FACT_HPP

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
    }
    return "?";
}

inline constexpr uint8_t field_count = 16;

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
};

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/event.hpp ====
#ifndef BARTIZAN_CORE_EVENT_HPP
#define BARTIZAN_CORE_EVENT_HPP

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
    image_tampered,    ///< no payload; the mapped image differs from its file (Sysmon 25)
    logon,             ///< payload token
};

enum event_flag : uint8_t {
    event_kernel_caller = 1,    ///< a kernel-mode caller: the actor is only the process it was attached to
    event_after_operation = 2,  ///< the operation has happened; without it, it can still be denied
    event_synthetic = 4,        ///< made by a builder, not recorded by a sensor
};

/// One thing that happened, in the words of every sensor. Plain data: copyable, no ownership; texts and frames belong to the
/// adapter and live as long as the call that the event is passed to. An adapter fills keys, texts and payload; the engine fills
/// the processes' facts and `facts`; rules only read.
struct event {
    uint32_t size_bytes = sizeof(event);
    event_kind kind = event_kind::none;
    uint8_t flags = 0;
    trust caller_trust = trust::unknown;  ///< of the module that made the call: the first frame below the system's own layers
    uint8_t reserved = 0;
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
    } data = {};
    static_assert(sizeof(payload) == sizeof(process_create_payload));
};

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/finding.hpp ====
#ifndef BARTIZAN_CORE_FINDING_HPP
#define BARTIZAN_CORE_FINDING_HPP

namespace BARTIZAN_NAMESPACE {

/// How much an atom weighs alone: strong convicts (subject to its rule's gate), medium needs a second medium atom of another
/// column, weak needs company to be worth an event.
enum class grade : uint8_t { weak, medium, strong };

/// Which question an atom answers. Two atoms of one column may say the same thing twice, so they do not add up.
enum class column : uint8_t { who, what, how, where };

/// One row of a rule's list of evidence. `needs` is the sensor field without which the atom is unknown.
struct atom_info {
    const char* name;      ///< "a1"
    const char* sentence;  ///< for an administrator
    grade weight;
    column question;
    field needs;
};

/// At most 16 three-valued atoms; bit n is row n of the rule's atom_info table.
struct atom_set {
    uint16_t yes = 0;
    uint16_t unknown = 0;

    constexpr void set(uint8_t index, truth value) noexcept {
        const auto bit = static_cast<uint16_t>(1u << index);
        if (value == truth::yes) yes = static_cast<uint16_t>(yes | bit);
        if (value == truth::unknown) unknown = static_cast<uint16_t>(unknown | bit);
    }
    [[nodiscard]] constexpr bool has(uint8_t index) const noexcept { return (yes >> index & 1) != 0; }
};

/// What the evidence amounts to. Ordered: more evidence never lowers it.
enum class verdict : uint8_t {
    none,
    event,    ///< worth recording
    convict,  ///< the brief's table applies
};

/// What to do about the operation itself, weakest first.
enum class response : uint8_t {
    none,
    strip,           ///< take rights off the handle, in silence
    strip_event,     ///< take rights off the handle and record it
    deny,            ///< fail the operation
    deny_terminate,  ///< fail the operation and end the process that tried
};

/// A rule's answer to one event. `blind` names what the sensor did not tell although it could have raised the verdict:
/// with verdict none and blind not empty the rule has not seen, which is not the same as clean.
struct outcome {
    verdict evidence = verdict::none;
    response action = response::none;
    atom_set atoms = {};
    field_set blind = {};
    access_mask strip_mask = 0;  ///< rights to take off with response strip and above

    [[nodiscard]] constexpr bool is_worth_telling() const noexcept {
        return evidence != verdict::none || action != response::none || !blind.empty();
    }
};

/// The part that can be decided before the operation completes, from synchronous fields alone.
struct pre_outcome {
    enum class decision : uint8_t { allow, strip, deny };

    decision what = decision::allow;
    access_mask strip_mask = 0;
};

/// The grading of rules.md 0.7 for a set of atoms that hold: convict with a strong atom, or with two medium atoms of different
/// columns; event with one medium or two weak ones. `strong_counts` is the rule's gate on strong atoms.
[[nodiscard]] constexpr verdict weigh(uint16_t atoms, span<const atom_info> table, bool strong_counts = true) noexcept {
    uint8_t medium_columns = 0;
    uint8_t medium = 0;
    uint8_t weak = 0;
    for (uint8_t i = 0; i < table.size; ++i) {
        if ((atoms >> i & 1) == 0) continue;
        switch (table[i].weight) {
            case grade::strong:
                if (strong_counts) return verdict::convict;
                ++medium;
                break;
            case grade::medium:
                medium_columns = static_cast<uint8_t>(medium_columns | 1u << static_cast<uint8_t>(table[i].question));
                ++medium;
                break;
            case grade::weak: ++weak; break;
        }
    }
    if ((medium_columns & (medium_columns - 1)) != 0) return verdict::convict;
    return medium != 0 || weak >= 2 ? verdict::event : verdict::none;
}

/// Fields of the unknown atoms that could each, with all other unknowns, raise the verdict above what is certain.
[[nodiscard]] constexpr field_set fields_of(uint16_t atoms, span<const atom_info> table) noexcept {
    field_set fields;
    for (uint8_t i = 0; i < table.size; ++i)
        if ((atoms >> i & 1) != 0) fields.add(table[i].needs);
    return fields;
}

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/path_writer.hpp ====
#ifndef BARTIZAN_CORE_PATH_WRITER_HPP
#define BARTIZAN_CORE_PATH_WRITER_HPP

namespace BARTIZAN_NAMESPACE {

/// Like starts_with_folded, with '/' in `path` taken as '\'.
[[nodiscard]] constexpr bool matches_prefix(text path, text prefix) noexcept {
    if (path.size < prefix.size) return false;
    for (uint32_t i = 0; i < prefix.size; ++i) {
        const char16_t c = path[i] == u'/' ? u'\\' : upcase(path[i]);
        if (c != upcase(prefix[i])) return false;
    }
    return true;
}

namespace detail {

/// `prefix` matches and ends where a component ends.
[[nodiscard]] constexpr bool matches_component(text path, text prefix) noexcept {
    return matches_prefix(path, prefix) && (path.size == prefix.size || is_separator(path[prefix.size]));
}

/// NTFS opens "name" for "name. .": trailing dots and spaces of a component do not count.
[[nodiscard]] constexpr text trim_trailing(text component) noexcept {
    while (component.size != 0 && (component[component.size - 1] == u'.' || component[component.size - 1] == u' '))
        component = component.sub(0, component.size - 1);
    return component;
}

/// name[:stream[:type]]. "::$DATA" is the file itself and ":$I30:$INDEX_ALLOCATION" the directory itself.
struct stream_split {
    text name;
    bool named_stream = false;
};

[[nodiscard]] constexpr stream_split split_stream(text component) noexcept {
    uint32_t colon = 0;
    while (colon < component.size && component[colon] != u':') ++colon;
    // "C:" is a drive, not a file with an empty stream name.
    if (colon == component.size || (colon == 1 && component.size == 2)) return {component, false};
    const text stream = component.sub(colon);
    const bool unnamed = equal_folded(stream, u"::$DATA") || equal_folded(stream, u":$I30:$INDEX_ALLOCATION") ||
                         equal_folded(stream, u"::$INDEX_ALLOCATION") || stream.size == 1;
    return {component.sub(0, colon), !unnamed};
}

/// Upper-cases what it is given into a fixed buffer, component by component.
class path_writer {
  public:
    constexpr explicit path_writer(span<char16_t> buffer) noexcept : buffer_(buffer) {}

    [[nodiscard]] constexpr text written() const noexcept { return {buffer_.data, size_}; }
    [[nodiscard]] constexpr uint32_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool truncated() const noexcept { return truncated_; }

    /// Components before this size cannot be removed by "..".
    constexpr void set_root_size(uint32_t size) noexcept { root_size_ = size; }

    constexpr void append(text part) noexcept {
        for (uint32_t i = 0; i < part.size; ++i) {
            if (size_ == buffer_.size) {
                truncated_ = true;
                return;
            }
            buffer_[size_++] = upcase(part[i]);
        }
    }

    constexpr void append_component(text component, bool with_separator) noexcept {
        if (with_separator && !(size_ != 0 && buffer_[size_ - 1] == u'\\')) append(u"\\");
        append(component);
    }

    constexpr void pop_component() noexcept {
        uint32_t cut = size_;
        while (cut > root_size_ && buffer_[cut - 1] != u'\\') --cut;
        const bool names_drive = size_ - cut == 2 && buffer_[cut + 1] == u':';
        if (names_drive) return;
        size_ = cut > root_size_ ? cut - 1 : root_size_;
    }

    /// Replaces the first `count` code units by `part`.
    constexpr void replace_front(uint32_t count, text part) noexcept {
        if (part.size > count && size_ + (part.size - count) > buffer_.size) {
            truncated_ = true;
            return;
        }
        if (part.size > count) {
            const uint32_t grow = part.size - count;
            for (uint32_t i = size_; i > count; --i) buffer_[i - 1 + grow] = buffer_[i - 1];
            size_ += grow;
        } else {
            const uint32_t shrink = count - part.size;
            for (uint32_t i = count; i < size_; ++i) buffer_[i - shrink] = buffer_[i];
            size_ -= shrink;
        }
        for (uint32_t i = 0; i < part.size; ++i) buffer_[i] = upcase(part[i]);
    }

  private:
    span<char16_t> buffer_;
    uint32_t size_ = 0;
    uint32_t root_size_ = 0;
    bool truncated_ = false;
};

}  // namespace detail

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/path.hpp ====
#ifndef BARTIZAN_CORE_PATH_HPP
#define BARTIZAN_CORE_PATH_HPP

/// Canonical form of Windows file paths: every spelling of one object gives one text, so that a rule compares once.
/// Sources: "Naming Files, Paths, and Namespaces", "File Streams" and "Local and Global MS-DOS Device Names" (Microsoft Learn).
namespace BARTIZAN_NAMESPACE {

/// What the host knows about the machine that the path comes from; all texts in upper case, owned by the host.
struct path_environment {
    /// One name for a volume and the name to use instead, e.g. \DEVICE\HARDDISKVOLUME3 -> C: or VOLUME{...} -> C:.
    struct alias {
        text from;
        text to;
    };
    text system_root = u"C:\\WINDOWS";   ///< canonical, no trailing separator
    span<const alias> volumes = {};      ///< the adapter's live volume table
    span<const alias> short_names = {};  ///< 8.3 component -> long component, e.g. PROGRA~1 -> PROGRAM FILES
};

enum class volume_kind : uint8_t {
    none,      ///< relative path or bare file name
    drive,     ///< C:
    device,    ///< \DEVICE\HARDDISKVOLUMEn or VOLUME{guid} that the environment does not map
    shadow,    ///< volume shadow copy
    network,   ///< UNC share, redirector, client-side cache
    raw_disk,  ///< PHYSICALDRIVEn, HARDDISKn\DRn, HARDDISKn\PARTITIONn
    other,     ///< any other device
};

/// Which of the system directories stood in the path before it became %SYSDIR%.
enum class system_directory : uint8_t { none, system32, syswow64, sysnative, sysarm32, sychpe32 };

enum path_flag : uint16_t {
    path_has_stream = 1,         ///< names a stream other than the unnamed one; the text is the file's
    path_short_unresolved = 2,   ///< an 8.3 component that the environment does not know: comparisons are unknown
    path_verbatim = 4,           ///< came with \\?\, where the file system sees '/', '.' and '..' literally
    path_volume_assumed = 8,     ///< %SYSTEMROOT% was recognised on a volume that the environment does not map
    path_has_parent = 16,        ///< contained '..'
    path_truncated = 32,         ///< the buffer was too small: the text is a prefix
    path_is_volume = 64,         ///< names the volume or disk itself, without a file
};

/// `text` is upper case and begins with a drive ("C:"), a device ("\DEVICE\..."), "\\SERVER\SHARE", "%SYSTEMROOT%" or
/// "%SYSDIR%" (the system directory of whatever bitness; see `system`). It lies in the caller's buffer.
struct canonical_path {
    text path;
    volume_kind volume = volume_kind::none;
    system_directory system = system_directory::none;
    uint16_t flags = 0;

    [[nodiscard]] constexpr bool has(path_flag flag) const noexcept { return (flags & flag) != 0; }
};

namespace detail {

/// Takes the Win32 and NT prefixes off, however often they are stacked. `unc` says that a server name follows.
struct stripped_prefix {
    text rest;
    bool verbatim = false;
    bool device = false;
    bool unc = false;
};

[[nodiscard]] constexpr stripped_prefix strip_prefixes(text in) noexcept {
    struct prefix {
        text spelling;
        bool verbatim;
        bool device;
    };
    constexpr prefix prefixes[] = {
        {u"\\\\?\\", true, true},       {u"\\\\.\\", false, true},  {u"\\??\\", false, true},
        {u"\\GLOBAL??\\", false, true}, {u"\\DOSDEVICES\\", false, true}, {u"GLOBALROOT", false, false},
        {u"GLOBAL\\", false, true},
    };
    stripped_prefix out{in};
    for (bool again = true; again;) {
        again = false;
        for (const prefix& p : prefixes) {
            // GLOBALROOT and GLOBAL\ are names inside the device namespace, not in a plain path.
            if (!is_separator(p.spelling[0]) && !out.device) continue;
            if (!matches_prefix(out.rest, p.spelling)) continue;
            out.rest = out.rest.sub(p.spelling.size);
            out.verbatim |= p.verbatim;
            out.device = p.device;
            again = true;
        }
    }
    if (out.device && matches_prefix(out.rest, u"UNC\\")) {
        out.rest = out.rest.sub(4);
        out.unc = true;
    } else if (!out.device && matches_prefix(out.rest, u"\\\\")) {
        out.rest = out.rest.sub(2);
        out.unc = true;
    }
    return out;
}

[[nodiscard]] constexpr text find_alias(span<const path_environment::alias> table, text name) noexcept {
    for (const auto& entry : table)
        if (equal_folded(entry.from, name)) return entry.to;
    return {};
}

/// A DOS 8.3 alias looks like BASE~n: at most eight characters before the dot, '~' and digits at their end.
[[nodiscard]] constexpr bool looks_short(text component) noexcept {
    uint32_t base = 0;
    while (base < component.size && component[base] != u'.') ++base;
    uint32_t digits = base;
    while (digits > 0 && component[digits - 1] >= u'0' && component[digits - 1] <= u'9') --digits;
    return base <= 8 && digits < base && digits > 1 && component[digits - 1] == u'~';
}

/// The volume that `path` (already canonical text in upper case) begins with: its length and kind.
struct volume_prefix {
    uint32_t size = 0;
    volume_kind kind = volume_kind::none;
};

[[nodiscard]] constexpr uint32_t component_end(text path, uint32_t from) noexcept {
    while (from < path.size && path[from] != u'\\') ++from;
    return from;
}

[[nodiscard]] constexpr volume_prefix classify_volume(text path) noexcept {
    if (path.size >= 2 && path[1] == u':') return {2, volume_kind::drive};
    if (matches_prefix(path, u"\\\\")) return {component_end(path, component_end(path, 2) + 1), volume_kind::network};
    if (!matches_prefix(path, u"\\DEVICE\\")) return {};
    const text name = path.sub(8);
    const uint32_t end = component_end(path, 8);
    if (matches_prefix(name, u"HARDDISKVOLUMESHADOWCOPY")) return {end, volume_kind::shadow};
    if (matches_prefix(name, u"HARDDISKVOLUME") || matches_prefix(name, u"VOLUME{")) return {end, volume_kind::device};
    if (matches_prefix(name, u"MUP") || matches_prefix(name, u"LANMANREDIRECTOR")) return {end, volume_kind::network};
    if (matches_prefix(name, u"PHYSICALDRIVE")) return {end, volume_kind::raw_disk};
    if (matches_prefix(name, u"HARDDISK")) return {end < path.size ? component_end(path, end + 1) : end, volume_kind::raw_disk};
    return {end, volume_kind::other};
}

}  // namespace detail

/// Canonicalises `in` into `buffer`. Pure, allocation-free, linear in the input; safe at any IRQL for resident memory.
/// The buffer needs in.size + 32 code units; with less the result is a prefix and carries `path_truncated`.
[[nodiscard]] constexpr canonical_path canonicalise(text in, span<char16_t> buffer,
                                                    const path_environment& environment = {}) noexcept {
    canonical_path out;
    detail::path_writer writer(buffer);
    const detail::stripped_prefix prefix = detail::strip_prefixes(in);
    if (prefix.verbatim) out.flags |= path_verbatim;
    text rest = prefix.rest;
    while (prefix.device && !rest.empty() && is_separator(rest[0])) rest = rest.sub(1);

    const text roots[] = {u"\\SYSTEMROOT", u"%SYSTEMROOT%", u"%WINDIR%"};
    for (const text root : roots) {
        if (detail::matches_component(rest, root)) {
            writer.append(environment.system_root);
            rest = rest.sub(root.size);
            break;
        }
    }
    if (prefix.unc) writer.append(u"\\\\");
    const bool drive_relative = rest.size >= 2 && rest[1] == u':';
    if (prefix.device && !prefix.unc && !drive_relative && !rest.empty()) writer.append(u"\\DEVICE");
    const bool absolute = writer.size() != 0 || (!rest.empty() && is_separator(rest[0]));
    writer.set_root_size(writer.size());

    while (!rest.empty()) {
        uint32_t end = 0;
        while (end < rest.size && !is_separator(rest[end])) ++end;
        text component = rest.sub(0, end);
        rest = rest.sub(end + 1);
        if (component.empty()) continue;
        const detail::stream_split split = detail::split_stream(component);
        if (split.named_stream) out.flags |= path_has_stream;
        component = split.name;
        if (component.size == 2 && component[0] == u'.' && component[1] == u'.') {
            out.flags |= path_has_parent;
            writer.pop_component();
            continue;
        }
        component = detail::trim_trailing(component);
        if (component.empty()) continue;
        if (detail::looks_short(component)) {
            const text name = detail::find_alias(environment.short_names, component);
            if (name.empty()) out.flags |= path_short_unresolved;
            else component = name;
        }
        writer.append_component(component, absolute || writer.size() != 0);
    }

    detail::volume_prefix volume = detail::classify_volume(writer.written());
    text mapped = detail::find_alias(environment.volumes, writer.written().sub(0, volume.size));
    if (mapped.empty() && matches_prefix(writer.written(), u"\\DEVICE\\VOLUME{"))
        mapped = detail::find_alias(environment.volumes, writer.written().sub(8, volume.size - 8));
    if (!mapped.empty()) {
        writer.replace_front(volume.size, mapped);
        volume = detail::classify_volume(writer.written());
    }
    if (volume.kind == volume_kind::network && writer.written()[1] != u'\\') {
        // \DEVICE\MUP\;LANMANREDIRECTOR\;Z:0001\SERVER\SHARE: components that begin with ';' are the redirector's own.
        uint32_t skip = volume.size;
        while (skip + 1 < writer.size() && writer.written()[skip + 1] == u';') skip = detail::component_end(writer.written(), skip + 1);
        writer.replace_front(skip, u"\\");
        volume = detail::classify_volume(writer.written());
    }
    out.volume = volume.kind;
    if (volume.kind != volume_kind::none && volume.size == writer.size()) out.flags |= path_is_volume;

    // The system root, also on a device name that nobody mapped: said by a flag, since another volume may have \Windows too.
    text root = environment.system_root;
    if (volume.kind == volume_kind::device && root.size > 2) {
        const text tail = writer.written().sub(volume.size);
        if (detail::matches_component(tail, root.sub(2))) {
            out.flags |= path_volume_assumed;
            writer.replace_front(volume.size, root.sub(0, 2));
        }
    }
    if (detail::matches_component(writer.written(), root)) {
        writer.replace_front(root.size, u"%SYSTEMROOT%");
        struct directory {
            text name;
            system_directory which;
        };
        constexpr directory directories[] = {
            {u"%SYSTEMROOT%\\SYSTEM32", system_directory::system32}, {u"%SYSTEMROOT%\\SYSWOW64", system_directory::syswow64},
            {u"%SYSTEMROOT%\\SYSNATIVE", system_directory::sysnative}, {u"%SYSTEMROOT%\\SYSARM32", system_directory::sysarm32},
            {u"%SYSTEMROOT%\\SYCHPE32", system_directory::sychpe32},
        };
        for (const directory& d : directories) {
            if (!detail::matches_component(writer.written(), d.name)) continue;
            writer.replace_front(d.name.size, u"%SYSDIR%");
            out.system = d.which;
            break;
        }
    }
    if (writer.truncated()) out.flags |= path_truncated;
    out.path = writer.written();
    return out;
}

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/registry_path.hpp ====
#ifndef BARTIZAN_CORE_REGISTRY_PATH_HPP
#define BARTIZAN_CORE_REGISTRY_PATH_HPP

namespace BARTIZAN_NAMESPACE {

/// Canonical registry key: "HKLM\..." or "HKU\...", upper case, one control set ("CCS"), links resolved, no WOW64 component.
/// `text` lies in the caller's buffer. Sources: "Registry Key Object Routines" and "32-bit and 64-bit Application Data in the
/// Registry" (Microsoft Learn).
struct canonical_key {
    text path;
    bool wow64 = false;      ///< a Wow6432Node or WowAA32Node component was removed
    bool truncated = false;  ///< the buffer was too small: the text is a prefix
};

namespace detail {

/// ControlSet001 ... ControlSet999 and CurrentControlSet are one subtree by link; an attacker may name any of them.
[[nodiscard]] constexpr bool is_control_set(text component) noexcept {
    if (equal_folded(component, u"CurrentControlSet")) return true;
    const text stem = u"ControlSet";
    if (component.size != stem.size + 3 || !starts_with_folded(component, stem)) return false;
    for (uint32_t i = stem.size; i < component.size; ++i)
        if (component[i] < u'0' || component[i] > u'9') return false;
    return true;
}

}  // namespace detail

/// Canonicalises a key name as the kernel ("\REGISTRY\MACHINE\..."), Sysmon ("HKLM\..."), the Security log ("MACHINE\...") or a
/// user ("HKEY_LOCAL_MACHINE\...") writes it. Pure, linear; the buffer needs in.size code units.
[[nodiscard]] constexpr canonical_key canonicalise_key(text in, span<char16_t> buffer) noexcept {
    struct root {
        text spelling;
        text canonical;
    };
    constexpr root roots[] = {
        {u"\\REGISTRY\\MACHINE", u"HKLM"}, {u"HKEY_LOCAL_MACHINE", u"HKLM"}, {u"MACHINE", u"HKLM"}, {u"HKLM", u"HKLM"},
        {u"\\REGISTRY\\USER", u"HKU"},     {u"HKEY_USERS", u"HKU"},          {u"USER", u"HKU"},     {u"HKU", u"HKU"},
    };
    canonical_key out;
    detail::path_writer writer(buffer);
    text rest = in;
    bool rooted = false;
    for (const root& r : roots) {
        if (!detail::matches_component(rest, r.spelling)) continue;
        writer.append(r.canonical);
        rest = rest.sub(r.spelling.size);
        rooted = true;
        break;
    }
    while (!rest.empty()) {
        uint32_t end = 0;
        while (end < rest.size && rest[end] != u'\\') ++end;
        const text component = rest.sub(0, end);
        rest = rest.sub(end + 1);
        if (component.empty()) continue;
        if (equal_folded(component, u"Wow6432Node") || equal_folded(component, u"WowAA32Node")) {
            out.wow64 = true;
            continue;
        }
        const bool below_system = rooted && equal(writer.written(), u"HKLM\\SYSTEM");
        writer.append_component(below_system && detail::is_control_set(component) ? text(u"CCS") : component,
                                rooted || writer.size() != 0 || in[0] == u'\\');
        // HKLM\SECURITY\SAM is a link to HKLM\SAM\SAM.
        if (equal(writer.written(), u"HKLM\\SECURITY\\SAM")) writer.replace_front(17, u"HKLM\\SAM\\SAM");
    }
    out.path = writer.written();
    out.truncated = writer.truncated();
    return out;
}

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/rule.hpp ====
#ifndef BARTIZAN_CORE_RULE_HPP
#define BARTIZAN_CORE_RULE_HPP

namespace BARTIZAN_NAMESPACE {

/// Family of a rule: the `family` of a finding's JSON.
enum class family : uint8_t {
    credential_lsass,
    credential_hive,
    credential_disk,
    injection,
    hollowing,
    token_theft,
    apc,
    apc_kernel,
    application_verifier,
    lockdown,
    code_cave,
};

[[nodiscard]] constexpr const char* name(family f) noexcept {
    switch (f) {
        case family::credential_lsass: return "cred_lsass";
        case family::credential_hive: return "cred_hive";
        case family::credential_disk: return "cred_disk";
        case family::injection: return "inject";
        case family::hollowing: return "hollow";
        case family::token_theft: return "token";
        case family::apc: return "apc";
        case family::apc_kernel: return "apc_kernel";
        case family::application_verifier: return "appverifier";
        case family::lockdown: return "lockdown";
        case family::code_cave: return "code_cave";
    }
    return "?";
}

/// Row of the brief's response table (brief.md, section C) and our own rows behind it. `policy/disposition.hpp` holds the rows.
enum class detection : uint8_t {
    credential_theft,
    code_cave,
    remote_injection,
    privilege_escalation,
    apc_protection,
    application_verifier,
    lockdown_powershell,
    lockdown_hta,
    malware_before_execution,
    pua_before_execution,
    lsass_over_asking,  ///< ours: rights taken off an LSASS handle, nothing worse seen
    boot_sector_read,   ///< ours: raw read of boot sectors only
};

inline constexpr uint8_t detection_count = 12;

[[nodiscard]] constexpr uint32_t kind_bit(event_kind k) noexcept { return 1u << static_cast<uint8_t>(k); }

/// A row of the catalogue. `evaluate` is pure: equal events give equal outcomes, on every machine, at any IRQL.
struct rule {
    uint16_t id;              ///< high byte family group, low byte number; unique, never reused
    uint16_t version;
    const char* name;
    const char* technique;    ///< ATT&CK id
    family group;
    detection row;            ///< of a conviction
    detection minor_row;      ///< of anything less
    uint32_t kinds;           ///< kind_bit of each event kind that it reads
    span<const atom_info> atoms;
    outcome (*evaluate)(const event&) noexcept;
    pre_outcome (*before)(const event&) noexcept;  ///< null: nothing can be decided before the operation
};

/// The row of the response table that an outcome falls under.
[[nodiscard]] constexpr detection row_of(const rule& r, const outcome& o) noexcept {
    return o.evidence == verdict::convict ? r.row : r.minor_row;
}

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/core/sha256.hpp ====
#ifndef BARTIZAN_CORE_SHA256_HPP
#define BARTIZAN_CORE_SHA256_HPP

namespace BARTIZAN_NAMESPACE {

/// A SHA-256 digest, first byte first.
struct sha256_digest {
    uint8_t bytes[32] = {};

    friend constexpr bool operator==(const sha256_digest& a, const sha256_digest& b) noexcept {
        for (int i = 0; i < 32; ++i)
            if (a.bytes[i] != b.bytes[i]) return false;
        return true;
    }
};

/// SHA-256 (FIPS 180-4), fed in pieces. Portable integer code; usable in constant expressions and at any IRQL.
class sha256 {
  public:
    constexpr sha256& update(bytes data) noexcept {
        for (const uint8_t byte : data) {
            block_[length_ & 63] = byte;
            if ((++length_ & 63) == 0) compress();
        }
        return *this;
    }

    /// The digest of everything fed so far. The object is then used up.
    [[nodiscard]] constexpr sha256_digest finish() noexcept {
        const uint64_t bits = length_ * 8;
        constexpr uint8_t mark[] = {0x80};
        constexpr uint8_t zero[] = {0};
        update(mark);
        while ((length_ & 63) != 56) update(zero);
        uint8_t size[8] = {};
        for (int i = 0; i < 8; ++i) size[i] = static_cast<uint8_t>(bits >> (56 - 8 * i));
        update(size);
        sha256_digest out;
        for (int i = 0; i < 32; ++i) out.bytes[i] = static_cast<uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
        return out;
    }

  private:
    static constexpr uint32_t constants[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
        0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
        0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
        0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
        0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
        0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

    [[nodiscard]] static constexpr uint32_t rotate_right(uint32_t x, int n) noexcept { return x >> n | x << (32 - n); }

    constexpr void compress() noexcept {
        uint32_t w[64] = {};
        for (int i = 0; i < 16; ++i)
            w[i] = uint32_t{block_[4 * i]} << 24 | uint32_t{block_[4 * i + 1]} << 16 | uint32_t{block_[4 * i + 2]} << 8 | block_[4 * i + 3];
        for (int i = 16; i < 64; ++i) {
            const uint32_t s0 = rotate_right(w[i - 15], 7) ^ rotate_right(w[i - 15], 18) ^ w[i - 15] >> 3;
            const uint32_t s1 = rotate_right(w[i - 2], 17) ^ rotate_right(w[i - 2], 19) ^ w[i - 2] >> 10;
            w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }
        uint32_t a = state_[0], b = state_[1], c = state_[2], d = state_[3];
        uint32_t e = state_[4], f = state_[5], g = state_[6], h = state_[7];
        for (int i = 0; i < 64; ++i) {
            const uint32_t s1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
            const uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + constants[i] + w[i];
            const uint32_t s0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
            const uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
            h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
        }
        const uint32_t sums[8] = {a, b, c, d, e, f, g, h};
        for (int i = 0; i < 8; ++i) state_[i] += sums[i];
    }

    uint32_t state_[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    uint8_t block_[64] = {};
    uint64_t length_ = 0;
};

[[nodiscard]] constexpr sha256_digest sha256_of(bytes data) noexcept { return sha256().update(data).finish(); }

}  // namespace BARTIZAN_NAMESPACE

#endif

// ==== bartizan/rules/credential_access/lsass_dump_file.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_DUMP_FILE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_DUMP_FILE_HPP

/// @rule    C1.8 lsass_dump_file            @attack T1003.001 OS Credential Dumping: LSASS Memory
/// @event   file (create, write, rename)    @reads  file name and signature, actor identity and trust, recent LSASS access
/// @verdict convict: a dump file after read access to LSASS was given, or a file that is named as a dump of LSASS by a program that
///          can make one: the secrets then lie on the disk, whoever pressed the button
/// @benign  WerFault for a fault that LSASS reported; dumps of other processes
/// @blind   no file content: a dump under a name without a dump's extension
/// @misses  dumps sent over the network or into a pipe
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_dump_file {

enum atom : uint8_t { f1, f2, f3, f4, f5 };

inline constexpr atom_info atoms[] = {
    {"f1", "the file is named as a memory dump of LSASS", grade::medium, column::what, field::file_name},
    {"f2", "the actor is a script host, Task Manager or a system tool that can read memory", grade::medium, column::who, field::actor_image},
    {"f3", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
    {"f4", "the actor was given read access to LSASS within the last 120 s", grade::strong, column::how, field::open_history},
    {"f5", "the file is a memory dump by its extension or signature", grade::weak, column::what, field::file_content},
};

/// Who-atoms say nothing by themselves: only a dump, of LSASS by name or by what was read before it, makes a subject.
[[nodiscard]] constexpr truth is_subject(const event& e) noexcept {
    return e.facts.get(fact::file_named_for_lsass) | (e.facts.get(fact::file_is_dump) & e.facts.get(fact::actor_read_lsass));
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
    atom_set set;
    set.set(f1, e.facts.get(fact::file_named_for_lsass));
    set.set(f2, has_role(e.actor, role::script_host) | has_role(e.actor, role::memory_tool) | has_role(e.actor, role::task_manager));
    set.set(f3, at_most(e.actor.image_trust, trust::t0));
    set.set(f4, e.facts.get(fact::actor_read_lsass));
    set.set(f5, e.facts.get(fact::file_is_dump));
    return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    outcome out;
    const auto what = e.data.file.what;
    if (what != file_payload::operation::create && what != file_payload::operation::write && what != file_payload::operation::rename)
        return out;
    const truth subject = is_subject(e);
    if (subject == truth::no) return out;
    if ((has_role(e.actor, role::error_reporter) & e.facts.get(fact::actor_fault_reported)) == truth::yes) return out;
    out.atoms = find_atoms(e);
    if (subject == truth::yes) out.evidence = weigh(out.atoms.yes, atoms);
    const auto possible = static_cast<uint16_t>(out.atoms.yes | out.atoms.unknown);
    if (weigh(possible, atoms) > out.evidence) out.blind = fields_of(out.atoms.unknown, atoms);
    if (out.evidence == verdict::convict) out.action = response::deny_terminate;
    return out;
}

}  // namespace lsass_dump_file

inline constexpr rule lsass_dump_written{0x0108,
                                         1,
                                         "lsass_dump_file",
                                         "T1003.001",
                                         family::credential_lsass,
                                         detection::credential_theft,
                                         detection::lsass_over_asking,
                                         kind_bit(event_kind::file),
                                         lsass_dump_file::atoms,
                                         lsass_dump_file::evaluate,
                                         nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif

// ==== bartizan/rules/credential_access/lsass_handle.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_HANDLE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_HANDLE_HPP

/// @rule    C1.0, C1.1 lsass_handle_theft   @attack T1003.001 OS Credential Dumping: LSASS Memory
/// @event   handle_open, handle_duplicate   @reads  target role lsass, granted access (expanded), call-trace facts, caller trust,
///          actor trust, identity, file age, privilege and burst facts
/// @verdict convict: a strong atom with read, derive or inject rights (or a proven read), or two medium atoms of different columns;
///          every other sensitive right of an actor below T4 is taken off the handle
/// @benign  protected antimalware and system processes; WerFault for a fault that LSASS reported; process inventories (bursts, the
///          .NET Process class, WMI) and over-asking agents: stripped in silence; Task Manager: stripped and recorded
/// @blind   no call trace: a1-a4, a13 and (for an inventory's mask) a7, a8; no signature: a2b, a6
/// @misses  reads by a vulnerable driver (no handle); a handle opened before the sensor started
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_handle {

enum atom : uint8_t { a1, a2, a2b, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15 };

inline constexpr atom_info atoms[] = {
    {"a1", "the call came through memory that no file and no JIT compiler accounts for", grade::strong, column::how, field::call_trace},
    {"a2", "an untrusted module made the call inside a Windows process", grade::strong, column::how, field::caller_module},
    {"a2b", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
    {"a3", "the system call was made directly, past ntdll", grade::strong, column::how, field::call_trace},
    {"a4", "a minidump routine is on the call stack outside error reporting", grade::strong, column::how, field::call_trace},
    {"a5", "the actor is a script host or a system tool that can read memory", grade::medium, column::who, field::actor_image},
    {"a6", "the program file is under 500 s old and not trusted", grade::medium, column::who, field::actor_file_age},
    {"a7", "LSASS was singled out for rights that derive, inject or reopen", grade::medium, column::what, field::open_history},
    {"a8", "LSASS was singled out for reading its memory", grade::medium, column::what, field::open_history},
    {"a9", "every right was asked for, or many processes were opened alike", grade::weak, column::what, field::open_history},
    {"a10", "LSASS memory was read in quantity", grade::strong, column::what, field::memory_reads},
    {"a11", "the authentication packages' data was read", grade::strong, column::what, field::memory_reads},
    {"a12", "an unprotected process read protected LSASS", grade::strong, column::what, field::target_protection},
    {"a13", "the secondary logon service leaks a handle that can be duplicated", grade::medium, column::how, field::call_trace},
    {"a14", "the debug privilege was just enabled", grade::weak, column::who, field::actor_privileges},
    {"a15", "a dump-like file was just written", grade::weak, column::where, field::file_name},
};

/// Age below which a program counts as just dropped. Source: rules.md C1 (Elastic's rules use 500 s).
inline constexpr uint32_t young_file_s = 500;

/// Rights over a thread of LSASS that let the holder steer it. THREAD_GET_CONTEXT alone reads registers, not secrets.
inline constexpr access_mask thread_control_rights = thread_set_context | thread_suspend_resume | thread_set_thread_token;

struct rights {
    access_mask mask = 0;       ///< generic rights expanded
    access_mask sensitive = 0;  ///< the part that is stripped
    bool reads = false;
    bool controls = false;      ///< derives, injects, reopens, or steers a thread
    bool opens_gate = false;    ///< enough for a strong atom to count
    bool all = false;
    bool partial = false;       ///< the handle may carry more rights than these
};

[[nodiscard]] constexpr rights rights_of(const handle_payload& handle) noexcept {
    rights r;
    r.partial = handle.exercised_only;
    if (handle.type == handle_payload::object::thread) {
        r.mask = expand(handle.granted, thread_mapping);
        r.sensitive = (r.mask & thread_control_rights) != 0 ? r.mask & (thread_control_rights | thread_get_context) : 0;
        r.all = (r.mask & thread_all_access) == thread_all_access;
        r.controls = !r.all && r.sensitive != 0;
        r.opens_gate = r.sensitive != 0;
        return r;
    }
    r.mask = expand(handle.granted, process_mapping);
    r.sensitive = r.mask & sensitive_rights;
    r.all = is_all_access(r.mask);
    r.reads = (r.mask & read_rights) != 0;
    r.controls = !r.all && (r.mask & (derive_rights | inject_rights | reopen_rights)) != 0;
    r.opens_gate = (r.mask & (read_rights | derive_rights | inject_rights)) != 0;
    return r;
}

/// A process inventory asks for QUERY_INFORMATION | VM_READ (what EnumProcessModules documents) or, through .NET's Process.Handle,
/// for everything; and its caller is a component known to list processes. Without a call trace only a program that is known not
/// to host .NET is certain not to be one; where only the exercised right is recorded, the mask asked for may have been that.
[[nodiscard]] constexpr truth is_inventory(const event& e, const rights& r) noexcept {
    constexpr access_mask listing = process_query_information | process_vm_read;
    const bool nothing_else = (r.mask & ~(listing | harmless_rights)) == 0;
    truth mask = to_truth(r.all || (nothing_else && (r.mask & listing) == listing));
    if (r.partial && nothing_else) mask = truth::unknown;
    truth caller = e.facts.get(fact::trace_inventory);
    if (caller == truth::unknown) caller = (!has_role(e.actor, role::native_image)) & truth::unknown;
    return mask & caller;
}

/// Antimalware, Windows and WinTcb protected processes are beyond medium evidence, unless foreign code runs inside.
[[nodiscard]] constexpr bool is_above_suspicion(const event& e) noexcept {
    return at_least(e.actor.image_trust, trust::t4) == truth::yes && at_most(e.caller_trust, trust::t2) != truth::yes;
}

[[nodiscard]] constexpr truth is_serving_a_fault(const event& e) noexcept {
    return has_role(e.actor, role::error_reporter) & e.facts.get(fact::actor_fault_reported);
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e, const rights& r) noexcept {
    const auto facts = [&e](fact f) { return e.facts.get(f); };
    const truth error_reporter = has_role(e.actor, role::error_reporter);
    const truth burst = facts(fact::actor_burst);
    const truth targeted = !(burst | is_inventory(e, r));
    const truth windows_image = at_least(e.actor.image_trust, trust::t3);
    const truth task_manager = has_role(e.actor, role::task_manager) & windows_image;
    const truth dump = facts(fact::trace_dump_routine);
    const truth age = e.actor.file_age_s == unknown_u32 ? truth::unknown : to_truth(e.actor.file_age_s <= young_file_s);

    atom_set set;
    set.set(a2, at_most(e.caller_trust, trust::t0) & windows_image);
    set.set(a4, (dump & !error_reporter & !task_manager) | (error_reporter & !facts(fact::actor_fault_reported)));
    set.set(a12, facts(fact::target_memory_read) & to_truth(e.target.protection != 0) & e.target.is_protected & !e.actor.is_protected);
    if (is_above_suspicion(e)) return set;
    set.set(a1, facts(fact::trace_unbacked));
    set.set(a2b, at_most(e.actor.image_trust, trust::t0));
    set.set(a3, facts(fact::trace_direct_syscall));
    set.set(a5, has_role(e.actor, role::script_host) | has_role(e.actor, role::memory_tool));
    set.set(a6, at_most(e.actor.image_trust, trust::t1) & age);
    set.set(a7, targeted & to_truth(r.controls));
    set.set(a8, targeted & to_truth(r.reads));
    set.set(a9, burst | to_truth(r.all));
    set.set(a10, facts(fact::target_memory_read));
    set.set(a11, facts(fact::target_secrets_read));
    set.set(a13, facts(fact::trace_seclogon) & to_truth((r.mask & derive_rights) != 0));
    set.set(a14, facts(fact::actor_debug_privilege));
    set.set(a15, facts(fact::actor_wrote_dump));
    return set;
}

/// The decision as a table over the 16 atoms: total, and monotone in them (enumerated whole in the tests).
[[nodiscard]] constexpr verdict decide(uint16_t held, bool opens_gate) noexcept {
    constexpr uint16_t proven_read = 1u << a10 | 1u << a11 | 1u << a12;
    return weigh(held, atoms, opens_gate || (held & proven_read) != 0);
}

/// Over-asking by a signed program is protected in silence: agents and installers open every process with every right.
[[nodiscard]] constexpr bool is_silent(const event& e, const rights& r, uint16_t held) noexcept {
    const auto allowed = static_cast<uint16_t>(1u << a9 | (r.all ? 1u << a8 : 0u));
    return (held & ~allowed) == 0 && at_least(e.actor.image_trust, trust::t1) == truth::yes &&
           e.facts.get(fact::trace_dump_routine) != truth::yes;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    outcome out;
    const rights r = rights_of(e.data.handle);
    if (r.sensitive == 0) return out;
    const truth target = has_role(e.target, role::lsass);
    if (target == truth::unknown) out.blind.add(field::target_image);
    if (target != truth::yes || is_serving_a_fault(e) == truth::yes) return out;

    out.atoms = find_atoms(e, r);
    out.evidence = decide(out.atoms.yes, r.opens_gate);
    const auto possible = static_cast<uint16_t>(out.atoms.yes | out.atoms.unknown);
    if (decide(possible, r.opens_gate) > out.evidence) out.blind = fields_of(out.atoms.unknown, atoms);
    if (is_above_suspicion(e) && out.evidence == verdict::none) return out;

    out.strip_mask = r.sensitive;
    if (out.evidence == verdict::convict) out.action = response::deny_terminate;
    else if (is_silent(e, r, out.atoms.yes)) {
        out.evidence = verdict::none;
        out.action = response::strip;
    } else out.action = response::strip_event;
    return out;
}

/// Before the handle exists: rights can be taken off, never the open denied, so a program that only over-asks goes on working.
[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
    const rights r = rights_of(e.data.handle);
    if (r.sensitive == 0 || has_role(e.target, role::lsass) != truth::yes || is_above_suspicion(e) ||
        is_serving_a_fault(e) == truth::yes)
        return {};
    return {pre_outcome::decision::strip, r.sensitive};
}

}  // namespace lsass_handle

inline constexpr rule lsass_handle_theft{0x0101,
                                         1,
                                         "lsass_handle_theft",
                                         "T1003.001",
                                         family::credential_lsass,
                                         detection::credential_theft,
                                         detection::lsass_over_asking,
                                         kind_bit(event_kind::handle_open) | kind_bit(event_kind::handle_duplicate),
                                         lsass_handle::atoms,
                                         lsass_handle::evaluate,
                                         lsass_handle::before};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif

// ==== bartizan/rules/catalogue.hpp ====
#ifndef BARTIZAN_RULES_CATALOGUE_HPP
#define BARTIZAN_RULES_CATALOGUE_HPP

namespace BARTIZAN_NAMESPACE::rules {

/// Every rule, in ascending order of id. A rule that is not listed here does not exist.
inline constexpr const rule* catalogue[] = {
    &lsass_handle_theft,
    &lsass_dump_written,
};

namespace detail {

[[nodiscard]] constexpr bool catalogue_is_sound() noexcept {
    uint16_t previous = 0;
    for (const rule* r : catalogue) {
        if (r->id <= previous || r->version == 0 || r->kinds == 0 || r->evaluate == nullptr) return false;
        if (r->technique[0] != 'T' || r->atoms.empty() || r->atoms.size > 16) return false;
        previous = r->id;
    }
    return true;
}
static_assert(catalogue_is_sound(), "ids ascend and are unique; each rule has a version, kinds, 1..16 atoms and an ATT&CK id");

}  // namespace detail

/// Runs every rule that reads this kind of event; calls `sink(const rule&, const outcome&)` for each that has something to say.
/// Pure but for the sink; safe at any IRQL that the sink allows.
template <class Sink>
constexpr void evaluate(const event& e, Sink&& sink) {
    const uint32_t bit = kind_bit(e.kind);
    for (const rule* r : catalogue) {
        if ((r->kinds & bit) == 0) continue;
        const outcome o = r->evaluate(e);
        if (o.is_worth_telling()) sink(*r, o);
    }
}

/// What may be done before the operation completes: the strongest answer of all rules, with all rights that any of them strips.
[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
    pre_outcome all;
    const uint32_t bit = kind_bit(e.kind);
    for (const rule* r : catalogue) {
        if ((r->kinds & bit) == 0 || r->before == nullptr) continue;
        const pre_outcome one = r->before(e);
        if (one.what > all.what) all.what = one.what;
        all.strip_mask |= one.strip_mask;
    }
    return all;
}

}  // namespace BARTIZAN_NAMESPACE::rules

#endif

// ==== bartizan/policy/disposition.hpp ====
#ifndef BARTIZAN_POLICY_DISPOSITION_HPP
#define BARTIZAN_POLICY_DISPOSITION_HPP

namespace BARTIZAN_NAMESPACE::policy {

/// What the administrator gets: an alert demands action, an event does not.
enum class admin_notice : uint8_t { none, event, alert };

enum class health : uint8_t { green, red };

/// What happens to the process that a detection blames.
enum class process_action : uint8_t {
    not_applicable,
    terminated,
    terminated_or_start_blocked,  ///< blocked where the start can still be denied, else terminated
    not_started,                  ///< it never ran
};

/// One row of the response table.
struct disposition {
    detection row;
    const char* title;
    bool user_notified;
    bool root_cause_analysis;
    admin_notice admin;
    policy::health health;
    process_action process;
    bool clean_up;  ///< the offending file and all that belongs to it goes to quarantine
};

/// THE table: the brief's section C row by row in the order of `detection`, then our own two rows. Its version counts changes.
inline constexpr uint32_t disposition_version = 1;
inline constexpr disposition dispositions[] = {
    // clang-format off
    // row                                title                                 user   RCA    admin                health         process                                       clean-up
    {detection::credential_theft,         "Credential theft",                   true,  true,  admin_notice::alert, health::red,   process_action::terminated,                  false},
    {detection::code_cave,                "Code cave",                          true,  true,  admin_notice::event, health::green, process_action::terminated,                  true},
    {detection::remote_injection,         "Remote reflective DLL injection",    true,  true,  admin_notice::alert, health::red,   process_action::terminated,                  false},
    {detection::privilege_escalation,     "Privilege escalation",               true,  true,  admin_notice::alert, health::red,   process_action::terminated,                  true},
    {detection::apc_protection,           "APC protection",                     true,  true,  admin_notice::event, health::green, process_action::terminated,                  true},
    {detection::application_verifier,     "Application Verifier",               false, false, admin_notice::none,  health::green, process_action::not_applicable,              false},
    {detection::lockdown_powershell,      "Lockdown: PowerShell from a browser", true, true,  admin_notice::event, health::green, process_action::terminated_or_start_blocked, false},
    {detection::lockdown_hta,             "Lockdown: HTA from a browser",       true,  true,  admin_notice::event, health::green, process_action::terminated_or_start_blocked, false},
    {detection::malware_before_execution, "Malware before execution",           true,  true,  admin_notice::event, health::green, process_action::not_started,                 true},
    {detection::pua_before_execution,     "PUA before execution",               true,  true,  admin_notice::event, health::green, process_action::not_started,                 false},
    {detection::lsass_over_asking,        "LSASS rights stripped",              false, false, admin_notice::event, health::green, process_action::not_applicable,              false},
    {detection::boot_sector_read,         "Boot sector read",                   false, false, admin_notice::event, health::green, process_action::not_applicable,              false},
    // clang-format on
};

/// What an unknown row gets: an alert and no termination, so that a newer rule on an older table fails safe.
inline constexpr disposition unknown_disposition{detection::credential_theft, "Unknown detection", true, true, admin_notice::alert,
                                                 health::red, process_action::not_applicable, false};

[[nodiscard]] constexpr const disposition& disposition_of(detection row) noexcept {
    for (const disposition& d : dispositions)
        if (d.row == row) return d;
    return unknown_disposition;
}

/// The process column after the one exception above every table: a critical system process is never terminated.
[[nodiscard]] constexpr process_action process_action_for(const disposition& d, role_set culprit) noexcept {
    const bool ends_it = d.process == process_action::terminated || d.process == process_action::terminated_or_start_blocked;
    return ends_it && is_critical(culprit) ? process_action::not_applicable : d.process;
}

[[nodiscard]] constexpr const char* name(admin_notice a) noexcept {
    return a == admin_notice::alert ? "alert" : a == admin_notice::event ? "event" : "none";
}
[[nodiscard]] constexpr const char* name(health h) noexcept { return h == health::red ? "red" : "green"; }
[[nodiscard]] constexpr const char* name(process_action p) noexcept {
    switch (p) {
        case process_action::not_applicable: return "not_applicable";
        case process_action::terminated: return "terminated";
        case process_action::terminated_or_start_blocked: return "terminated_or_start_blocked";
        case process_action::not_started: return "not_started";
    }
    return "?";
}

}  // namespace BARTIZAN_NAMESPACE::policy

#endif

// ==== bartizan/policy/image_names.hpp ====
#ifndef BARTIZAN_POLICY_IMAGE_NAMES_HPP
#define BARTIZAN_POLICY_IMAGE_NAMES_HPP

namespace BARTIZAN_NAMESPACE::policy {

/// A name and the roles that come with it. `system_only`: counts only for a file of the system directory, since anybody may call
/// a program lsass.exe.
struct image_name {
    text name;  ///< upper case; rows ascend by it
    role_set roles;
    bool system_only = false;
};

namespace detail {

[[nodiscard]] constexpr role_set roles(role a) noexcept { return role_set{}.with(a); }
[[nodiscard]] constexpr role_set roles(role a, role b) noexcept { return roles(a).with(b); }
[[nodiscard]] constexpr role_set roles(role a, role b, role c) noexcept { return roles(a, b).with(c); }

}  // namespace detail

/// File names (also OriginalFilename) that rules know. Sources: rules.md C1, L1; the names are Microsoft's.
inline constexpr image_name image_names[] = {
    {u"ADPLUS.EXE", detail::roles(role::memory_tool)},
    {u"CREATEDUMP.EXE", detail::roles(role::memory_tool)},
    {u"CSCRIPT.EXE", detail::roles(role::script_host, role::native_image)},
    {u"CSRSS.EXE", detail::roles(role::csrss, role::native_image), true},
    {u"DUMP64.EXE", detail::roles(role::memory_tool)},
    {u"INSTALLUTIL.EXE", detail::roles(role::script_host, role::managed_host)},
    {u"LSASS.EXE", detail::roles(role::lsass, role::native_image), true},
    {u"MSBUILD.EXE", detail::roles(role::script_host, role::managed_host)},
    {u"MSHTA.EXE", detail::roles(role::script_host, role::native_image)},
    {u"POWERSHELL.EXE", detail::roles(role::script_host, role::powershell, role::managed_host)},
    {u"POWERSHELL_ISE.EXE", detail::roles(role::script_host, role::powershell, role::managed_host)},
    {u"PWSH.DLL", detail::roles(role::script_host, role::powershell, role::managed_host)},
    {u"PWSH.EXE", detail::roles(role::script_host, role::powershell, role::managed_host)},
    {u"RDRLEAKDIAG.EXE", detail::roles(role::memory_tool, role::native_image)},
    {u"REGSVR32.EXE", detail::roles(role::script_host, role::native_image)},
    {u"RUNDLL32.EXE", detail::roles(role::script_host, role::native_image)},
    {u"SERVICES.EXE", detail::roles(role::services, role::native_image), true},
    {u"SMSS.EXE", detail::roles(role::smss, role::native_image), true},
    {u"SQLDUMPER.EXE", detail::roles(role::memory_tool, role::native_image)},
    {u"SVCHOST.EXE", detail::roles(role::svchost, role::native_image), true},
    {u"TASKMGR.EXE", detail::roles(role::task_manager, role::native_image), true},
    {u"TTDINJECT.EXE", detail::roles(role::memory_tool, role::native_image)},
    {u"WERFAULT.EXE", detail::roles(role::error_reporter, role::native_image), true},
    {u"WERFAULTSECURE.EXE", detail::roles(role::error_reporter, role::native_image), true},
    {u"WININIT.EXE", detail::roles(role::wininit, role::native_image), true},
    {u"WINLOGON.EXE", detail::roles(role::winlogon, role::native_image), true},
    {u"WMIPRVSE.EXE", detail::roles(role::native_image)},
    {u"WSCRIPT.EXE", detail::roles(role::script_host, role::native_image)},
    {u"WSMPROVHOST.EXE", detail::roles(role::managed_host)},
};

/// What a module on a call stack tells.
enum class module_kind : uint8_t {
    other,
    system_stub,     ///< holds the system-call instructions
    system_api,      ///< forwards a caller's request; never the one who asked
    dump_routine,    ///< writes minidumps
    seclogon,
    inventory,       ///< lists processes on behalf of its caller
    managed_runtime, ///< compiles code into memory that no file backs
};

struct module_name {
    text name;
    module_kind kind;
};

inline constexpr module_name module_names[] = {
    {u"ADVAPI32.DLL", module_kind::system_api},
    {u"APPRESOLVER.DLL", module_kind::inventory},
    {u"CIMWIN32.DLL", module_kind::inventory},
    {u"CLR.DLL", module_kind::managed_runtime},
    {u"CLRJIT.DLL", module_kind::managed_runtime},
    {u"COMSVCS.DLL", module_kind::dump_routine},
    {u"CORECLR.DLL", module_kind::managed_runtime},
    {u"DBGCORE.DLL", module_kind::dump_routine},
    {u"DBGHELP.DLL", module_kind::dump_routine},
    {u"KERNEL32.DLL", module_kind::system_api},
    {u"KERNELBASE.DLL", module_kind::system_api},
    {u"MPENGINE.DLL", module_kind::inventory},
    {u"MSCORLIB.NI.DLL", module_kind::managed_runtime},
    {u"MSCORWKS.DLL", module_kind::managed_runtime},
    {u"NTDLL.DLL", module_kind::system_stub},
    {u"SECLOGON.DLL", module_kind::seclogon},
    {u"SYSMAIN.DLL", module_kind::inventory},
    {u"SYSTEM.DIAGNOSTICS.PROCESS.DLL", module_kind::inventory},
    {u"SYSTEM.DLL", module_kind::inventory},
    {u"SYSTEM.NI.DLL", module_kind::inventory},
    {u"SYSTEM.PRIVATE.CORELIB.DLL", module_kind::managed_runtime},
    {u"WIN32U.DLL", module_kind::system_stub},
    {u"WOW64.DLL", module_kind::system_stub},
    {u"WOW64CPU.DLL", module_kind::system_stub},
    {u"WOW64WIN.DLL", module_kind::system_stub},
};

namespace detail {

template <class Row, size_t N>
[[nodiscard]] constexpr bool ascends(const Row (&rows)[N]) noexcept {
    for (size_t i = 1; i < N; ++i)
        if (compare_folded(rows[i - 1].name, rows[i].name) >= 0) return false;
    return true;
}
static_assert(ascends(image_names) && ascends(module_names));

/// Binary search by folded name; null when absent.
template <class Row, size_t N>
[[nodiscard]] constexpr const Row* find(const Row (&rows)[N], text name) noexcept {
    size_t low = 0;
    size_t high = N;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const int order = compare_folded(rows[middle].name, name);
        if (order == 0) return &rows[middle];
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return nullptr;
}

}  // namespace detail

/// Roles of an image from its canonical path and, where the sensor has it, its version resource's OriginalFilename: the latter
/// survives a rename, so it is asked first and the file name adds to it.
[[nodiscard]] constexpr role_set roles_of(const canonical_path& image, text original_file_name = {}) noexcept {
    role_set roles;
    const text names[] = {original_file_name, file_name(image.path)};
    for (const text name : names) {
        const image_name* row = detail::find(image_names, name);
        if (row == nullptr) continue;
        // The protected system programs live in System32 itself, not in one of its subdirectories or its 32-bit twin.
        const bool in_system = (image.system == system_directory::system32 || image.system == system_directory::sysnative) &&
                               image.path.size == text(u"%SYSDIR%\\").size + file_name(image.path).size;
        const bool in_wow64 = image.system == system_directory::syswow64 && row->roles.has(role::error_reporter);
        if (row->system_only && !in_system && !in_wow64) continue;
        roles.bits |= row->roles.bits;
    }
    return roles;
}

[[nodiscard]] constexpr module_kind kind_of_module(text path) noexcept {
    const module_name* row = detail::find(module_names, file_name(path));
    return row == nullptr ? module_kind::other : row->kind;
}

}  // namespace BARTIZAN_NAMESPACE::policy

#endif

// ==== bartizan/policy/path_trust.hpp ====
#ifndef BARTIZAN_POLICY_PATH_TRUST_HPP
#define BARTIZAN_POLICY_PATH_TRUST_HPP

namespace BARTIZAN_NAMESPACE::policy {

namespace detail {

/// Directories below the Windows directory that ordinary users can write to and run from by default. Source: the published
/// AppLocker default-rule bypass lists ([K]: not checked on a machine for this release).
inline constexpr text user_writable_system[] = {
    u"%SYSTEMROOT%\\TEMP",          u"%SYSTEMROOT%\\TASKS",
    u"%SYSTEMROOT%\\TRACING",       u"%SYSTEMROOT%\\DEBUG\\WIA",
    u"%SYSTEMROOT%\\REGISTRATION",  u"%SYSTEMROOT%\\SERVICEPROFILES",
    u"%SYSDIR%\\TASKS",             u"%SYSDIR%\\SPOOL",
    u"%SYSDIR%\\COM\\DMP",          u"%SYSDIR%\\MICROSOFT\\CRYPTO\\RSA\\MACHINEKEYS",
};

/// Directories that only administrators and installers write to by default.
inline constexpr text installed_programs[] = {
    u"C:\\PROGRAM FILES",
    u"C:\\PROGRAM FILES (X86)",
    u"C:\\PROGRAMDATA\\MICROSOFT\\WINDOWS DEFENDER\\PLATFORM",
};

[[nodiscard]] constexpr bool is_below(text path, span<const text> directories) noexcept {
    for (const text directory : directories)
        if (path.size > directory.size && bartizan::detail::matches_component(path, directory)) return true;
    return false;
}

}  // namespace detail

/// A replay's stand-in for a signature that the sensor did not record: who could have put the file there by default access
/// rights. Windows directory t3, Program Files t1, everywhere else (user profiles, the drive's root, shares) t0; a bare name or an
/// unresolved 8.3 name is unknown. Never for live decisions: rules.md 0.6 forbids a directory to raise trust.
[[nodiscard]] constexpr trust trust_from_path(const canonical_path& image) noexcept {
    if (image.path.empty() || image.has(path_short_unresolved) || image.has(path_truncated)) return trust::unknown;
    if (image.volume == volume_kind::none) return trust::unknown;
    if (image.has(path_has_stream)) return trust::t0;
    if (matches_prefix(image.path, u"%SYS"))
        return detail::is_below(image.path, detail::user_writable_system) ? trust::t0 : trust::t3;
    return detail::is_below(image.path, detail::installed_programs) ? trust::t1 : trust::t0;
}

}  // namespace BARTIZAN_NAMESPACE::policy

#endif

// ==== bartizan/policy/settings.hpp ====
#ifndef BARTIZAN_POLICY_SETTINGS_HPP
#define BARTIZAN_POLICY_SETTINGS_HPP

namespace BARTIZAN_NAMESPACE::policy {

inline constexpr uint64_t second_100ns = 10'000'000;

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

    path_environment paths = {};
};

}  // namespace BARTIZAN_NAMESPACE::policy

#endif

// ==== bartizan/engine/call_trace.hpp ====
#ifndef BARTIZAN_ENGINE_CALL_TRACE_HPP
#define BARTIZAN_ENGINE_CALL_TRACE_HPP

namespace BARTIZAN_NAMESPACE::engine {

namespace detail {

/// What one frame is: a system module counts as one only in a system directory, since a name proves nothing.
struct frame_reading {
    policy::module_kind kind = policy::module_kind::other;
    trust tier = trust::unknown;
    bool managed = false;
};

[[nodiscard]] constexpr frame_reading read_frame(const stack_frame& frame, const policy::settings& settings) noexcept {
    char16_t buffer[320] = {};
    frame_reading out;
    const canonical_path module = canonicalise(frame.module, buffer, settings.paths);
    const bool in_windows = policy::trust_from_path(module) == trust::t3;
    if (settings.trust_from_path) out.tier = policy::trust_from_path(module);
    out.kind = policy::kind_of_module(module.path);
    // Any copy of a dump library dumps; every other kind is the system's own file or nothing.
    if (!in_windows && out.kind != policy::module_kind::dump_routine) out.kind = policy::module_kind::other;
    out.managed = out.kind == policy::module_kind::managed_runtime ||
                  (in_windows && ends_with_folded(module.path, u".NI.DLL"));
    return out;
}

}  // namespace detail

/// Reads the call stack of a handle open into the event's facts and `caller_trust`. A stack that is absent leaves everything
/// unknown; one that may be cut short proves what it shows, but not the absence of what it does not show.
constexpr void read_call_trace(event& e, const call_stack& stack, const policy::settings& settings) noexcept {
    if (stack.size == 0) return;
    using policy::module_kind;
    const truth absent = stack.complete == truth::yes ? truth::no : truth::unknown;
    bool without_file = false;
    bool managed = false;
    bool caller_found = false;
    bool caller_has_file = false;
    truth dump = absent;
    truth seclogon = absent;
    truth inventory = truth::unknown;
    for (uint32_t i = 0; i < stack.size; ++i) {
        const stack_frame& frame = stack.frames[i];
        const bool has_file = !frame.module.empty();
        const detail::frame_reading reading = has_file ? detail::read_frame(frame, settings) : detail::frame_reading{};
        if (i == 0) e.facts.set(fact::trace_direct_syscall, to_truth(reading.kind != module_kind::system_stub));
        without_file |= !has_file;
        managed |= reading.managed;
        if (reading.kind == module_kind::dump_routine) dump = truth::yes;
        if (reading.kind == module_kind::seclogon) seclogon = truth::yes;
        const bool system_layer = reading.kind == module_kind::system_stub || reading.kind == module_kind::system_api;
        if (caller_found || system_layer) continue;
        caller_found = true;
        caller_has_file = has_file;
        e.caller_trust = reading.tier;
        inventory = to_truth(reading.kind == module_kind::inventory);
    }
    // A managed runtime on the stack accounts for the code without a file; who allocated it is not recorded.
    if (caller_found && !caller_has_file) e.caller_trust = managed ? trust::unknown : trust::t0;
    e.facts.set(fact::trace_unbacked, without_file ? to_truth(!managed) : absent);
    e.facts.set(fact::trace_dump_routine, dump);
    e.facts.set(fact::trace_seclogon, seclogon);
    e.facts.set(fact::trace_inventory, inventory);
}

}  // namespace BARTIZAN_NAMESPACE::engine

#endif

// ==== bartizan/engine/identity.hpp ====
#ifndef BARTIZAN_ENGINE_IDENTITY_HPP
#define BARTIZAN_ENGINE_IDENTITY_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// Learns what image a process runs, once: its roles, and its trust as far as the path may stand in for a signature. A later
/// event's spelling of the same path changes nothing; OriginalFilename adds roles, since only the start event carries it.
constexpr void identify(process& p, text image, text original_file_name, const policy::settings& settings) noexcept {
    if (p.key.pid == 4) p.roles = p.roles.with(role::system);
    if (image.empty() || (p.identity == truth::yes && original_file_name.empty())) return;
    char16_t buffer[560] = {};
    const canonical_path path = canonicalise(image, buffer, settings.paths);
    p.roles.bits |= policy::roles_of(path, original_file_name).bits;
    p.identity = truth::yes;
    if (p.basis == trust_basis::none && settings.trust_from_path) {
        p.image_trust = policy::trust_from_path(path);
        if (p.image_trust != trust::unknown) p.basis = trust_basis::path;
    }
}

/// A recorded signature outranks the path. Only a verdict of the sensor counts: an image that it could not check stays as it was.
constexpr void apply_signature(process& p, const signature& signer) noexcept {
    if (signer.is_signed == truth::unknown || (signer.is_signed == truth::yes && signer.is_valid == truth::unknown)) return;
    p.basis = trust_basis::signature;
    if ((signer.is_signed & signer.is_valid) != truth::yes) p.image_trust = trust::t0;
    else p.image_trust = signer.is_microsoft_windows == truth::yes ? trust::t3 : trust::t1;
}

}  // namespace BARTIZAN_NAMESPACE::engine

#endif

// ==== bartizan/engine/open_history.hpp ====
#ifndef BARTIZAN_ENGINE_OPEN_HISTORY_HPP
#define BARTIZAN_ENGINE_OPEN_HISTORY_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// The last distinct (process, mask) pairs that one process opened: enough to tell a process inventory from an open that singles
/// one process out. Sixteen entries: twice the eight that make a burst, so that a loop that asks each process for two masks shows.
class open_history {
  public:
    /// Notes an open and returns how many distinct processes were opened with this mask within the window, this one included.
    constexpr uint32_t note(uint64_t time_100ns, access_mask mask, uint32_t target_pid, uint64_t window_100ns) noexcept {
        uint32_t slot = capacity;
        for (uint32_t i = 0; i < size_ && slot == capacity; ++i)
            if (entries_[i].mask == mask && entries_[i].target_pid == target_pid) slot = i;
        if (slot == capacity) {
            slot = size_ < capacity ? size_++ : oldest();
            entries_[slot].mask = mask;
            entries_[slot].target_pid = target_pid;
        }
        entries_[slot].time_100ns = time_100ns;
        uint32_t count = 0;
        for (uint32_t i = 0; i < size_; ++i)
            if (entries_[i].mask == mask && is_within(entries_[i].time_100ns, time_100ns, window_100ns)) ++count;
        return count;
    }

    /// `earlier` lies at most `window` before `now`. Disordered events (earlier > now) count: the clock, not the actor, went back.
    [[nodiscard]] static constexpr bool is_within(uint64_t earlier, uint64_t now, uint64_t window) noexcept {
        return earlier > now || now - earlier <= window;
    }

  private:
    static constexpr uint32_t capacity = 16;

    struct entry {
        uint64_t time_100ns = 0;
        access_mask mask = 0;
        uint32_t target_pid = 0;
    };

    [[nodiscard]] constexpr uint32_t oldest() const noexcept {
        uint32_t index = 0;
        for (uint32_t i = 1; i < size_; ++i)
            if (entries_[i].time_100ns < entries_[index].time_100ns) index = i;
        return index;
    }

    entry entries_[capacity] = {};
    uint32_t size_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif

// ==== bartizan/engine/process_table.hpp ====
#ifndef BARTIZAN_ENGINE_PROCESS_TABLE_HPP
#define BARTIZAN_ENGINE_PROCESS_TABLE_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// What the engine remembers of one process.
struct process_record {
    process facts;
    open_history opens;
    uint64_t exit_time_100ns = 0;         ///< 0: alive as far as known
    uint64_t lsass_read_time_100ns = 0;   ///< when read access to LSASS was last given; 0 never
    uint64_t dump_time_100ns = 0;         ///< when a dump-like file was last created; 0 never
    uint64_t privilege_time_100ns = 0;    ///< when SeDebugPrivilege was last enabled; 0 never
};

/// Processes by start key and by PID, in a fixed number of slots. When full, the record that was used longest ago goes, exited
/// ones first; evictions are counted. No allocation; one instance needs about Capacity * 400 bytes. Not thread-safe.
template <uint32_t Capacity>
class process_table {
    // At least 32: the record used last is then never among the 16 that `victim` looks at, so two records in use at once stay valid.
    static_assert(Capacity >= 32 && (Capacity & (Capacity - 1)) == 0, "the capacity is a power of two, at least 32");

  public:
    /// The record of `key` at `time`, made if there is none. A PID-only key finds the newest process with that PID that had not
    /// exited before; a record made from a PID alone takes over the start key that a later event brings.
    constexpr process_record& resolve(const process_key& key, uint64_t time_100ns) noexcept {
        uint32_t index = key.start_key != 0 ? find_start_key(key) : none;
        if (index == none) {
            const uint32_t same_pid = find_pid(key.pid, time_100ns);
            if (same_pid != none && (key.start_key == 0 || slots_[same_pid].record.facts.key.start_key == 0)) {
                index = same_pid;
                if (key.start_key != 0) adopt(index, key.start_key);
            }
        }
        if (index == none) return insert(key);
        touch(index);
        return slots_[index].record;
    }

    /// The record of a process that begins now. Another sensor may have reported the same start within `tolerance`; any other
    /// live record under this PID belongs to a process whose exit was not seen.
    constexpr process_record& begin(const process_key& key, uint64_t time_100ns, uint64_t tolerance_100ns) noexcept {
        const uint32_t index = key.start_key != 0 ? find_start_key(key) : none;
        if (index == none) {
            const uint32_t same_pid = find_pid(key.pid, time_100ns);
            if (same_pid != none) {
                process_record& old = slots_[same_pid].record;
                const uint64_t created = old.facts.create_time_100ns;
                const uint64_t apart = created > time_100ns ? created - time_100ns : time_100ns - created;
                const bool other = old.facts.key.start_key != 0 && key.start_key != 0;
                if (created == 0 || apart > tolerance_100ns || other) old.exit_time_100ns = time_100ns == 0 ? 1 : time_100ns;
            }
        }
        return resolve(key, time_100ns);
    }

    [[nodiscard]] constexpr uint32_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr uint64_t evicted() const noexcept { return evicted_; }

  private:
    static constexpr uint32_t none = unknown_u32;

    struct slot {
        process_record record;
        uint32_t next_start_key = none;
        uint32_t next_pid = none;
        uint32_t newer = none;
        uint32_t older = none;
    };

    [[nodiscard]] static constexpr uint32_t bucket(uint64_t value) noexcept {
        value *= 0x9e3779b97f4a7c15u;  // Fibonacci hashing: the high bits depend on all
        return static_cast<uint32_t>(value >> 32) & (Capacity - 1);
    }

    [[nodiscard]] constexpr uint32_t find_start_key(const process_key& key) const noexcept {
        uint32_t i = used(start_keys_[bucket(key.start_key)]);
        while (i != none && slots_[i].record.facts.key.start_key != key.start_key) i = slots_[i].next_start_key;
        return i;
    }

    /// Newest insertion first, so the first live match is the current owner of the PID.
    [[nodiscard]] constexpr uint32_t find_pid(uint32_t pid, uint64_t time_100ns) const noexcept {
        for (uint32_t i = used(pids_[bucket(pid)]); i != none; i = slots_[i].next_pid) {
            const process_record& r = slots_[i].record;
            if (r.facts.key.pid == pid && (r.exit_time_100ns == 0 || r.exit_time_100ns > time_100ns)) return i;
        }
        return none;
    }

    constexpr process_record& insert(const process_key& key) noexcept {
        uint32_t index = size_;
        if (size_ < Capacity) ++size_;
        else {
            index = victim();
            unlink(start_keys_[bucket(slots_[index].record.facts.key.start_key)], &slot::next_start_key, index);
            unlink(pids_[bucket(slots_[index].record.facts.key.pid)], &slot::next_pid, index);
            remove_from_age_list(index);
            slots_[index] = slot{};
            ++evicted_;
        }
        slots_[index].record.facts.key = key;
        if (key.start_key != 0) link(start_keys_[bucket(key.start_key)], &slot::next_start_key, index);
        link(pids_[bucket(key.pid)], &slot::next_pid, index);
        add_as_newest(index);
        return slots_[index].record;
    }

    constexpr void adopt(uint32_t index, uint64_t start_key) noexcept {
        slots_[index].record.facts.key.start_key = start_key;
        link(start_keys_[bucket(start_key)], &slot::next_start_key, index);
    }

    /// Looks at the 16 oldest for one that has exited; bounded, so a full table costs no more than a small one.
    [[nodiscard]] constexpr uint32_t victim() const noexcept {
        uint32_t i = oldest_;
        for (uint32_t seen = 0; seen < 16 && i != none; ++seen, i = slots_[i].newer)
            if (slots_[i].record.exit_time_100ns != 0) return i;
        return oldest_;
    }

    /// Bucket heads hold index + 1, so that a zero-initialised table is empty.
    [[nodiscard]] static constexpr uint32_t used(uint32_t head) noexcept { return head == 0 ? none : head - 1; }

    constexpr void link(uint32_t& head, uint32_t slot::*next, uint32_t index) noexcept {
        slots_[index].*next = used(head);
        head = index + 1;
    }

    constexpr void unlink(uint32_t& head, uint32_t slot::*next, uint32_t index) noexcept {
        if (used(head) == index) {
            head = slots_[index].*next + 1;  // none + 1 wraps to 0: empty
            return;
        }
        for (uint32_t i = used(head); i != none; i = slots_[i].*next) {
            if (slots_[i].*next != index) continue;
            slots_[i].*next = slots_[index].*next;
            return;
        }
    }

    constexpr void touch(uint32_t index) noexcept {
        if (newest_ == index) return;
        remove_from_age_list(index);
        add_as_newest(index);
    }

    constexpr void remove_from_age_list(uint32_t index) noexcept {
        const slot& s = slots_[index];
        if (s.newer != none) slots_[s.newer].older = s.older;
        else newest_ = s.older;
        if (s.older != none) slots_[s.older].newer = s.newer;
        else oldest_ = s.newer;
    }

    constexpr void add_as_newest(uint32_t index) noexcept {
        slots_[index].newer = none;
        slots_[index].older = newest_;
        if (newest_ != none) slots_[newest_].newer = index;
        newest_ = index;
        if (oldest_ == none) oldest_ = index;
    }

    slot slots_[Capacity] = {};
    uint32_t start_keys_[Capacity] = {};
    uint32_t pids_[Capacity] = {};
    uint32_t size_ = 0;
    uint32_t newest_ = none;
    uint32_t oldest_ = none;
    uint64_t evicted_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif

// ==== bartizan/engine/engine.hpp ====
#ifndef BARTIZAN_ENGINE_ENGINE_HPP
#define BARTIZAN_ENGINE_ENGINE_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// Keeps the state of one endpoint and puts what it knows into each event, so that the rules stay pure. Fixed memory (the
/// object itself: about ProcessCapacity * 400 bytes), no allocation, no clock: equal streams give equal findings on every
/// machine. Feed events in the order of their time; not thread-safe, so callers serialise or keep one per stream.
template <uint32_t ProcessCapacity>
class engine {
  public:
    constexpr explicit engine(const policy::settings& settings) noexcept : settings_(settings) {}

    /// Fills the event's process facts and `facts` from what was seen so far, and remembers the event.
    constexpr void enrich(event& e) noexcept {
        process_record* actor = nullptr;
        process_record* target = nullptr;
        if (e.target.key.is_set()) target = &processes_.resolve(e.target.key, e.time_100ns);
        if (e.actor.key.is_set()) {
            actor = e.kind == event_kind::process_create
                        ? &processes_.begin(e.actor.key, e.time_100ns, settings_.same_process_tolerance_100ns)
                        : &processes_.resolve(e.actor.key, e.time_100ns);
        }
        learn(e, actor, target);
        if (actor != nullptr) e.actor = actor->facts;
        else identify(e.actor, e.actor_image, {}, settings_);
        if (target != nullptr) e.target = target->facts;
        else identify(e.target, e.target_image, {}, settings_);
        set_facts(e, actor);
    }

    /// `enrich`, then every rule: calls `sink(const rule&, const outcome&, const event&)` for each that has something to say.
    template <class Sink>
    constexpr void process_event(event& e, Sink&& sink) {
        enrich(e);
        rules::evaluate(e, [&](const rule& r, const outcome& o) { sink(r, o, static_cast<const event&>(e)); });
    }

    [[nodiscard]] constexpr uint32_t processes() const noexcept { return processes_.size(); }
    [[nodiscard]] constexpr uint64_t evicted() const noexcept { return processes_.evicted(); }

  private:
    /// Facts about processes that this event carries.
    constexpr void learn(const event& e, process_record* actor, process_record* target) noexcept {
        if (target != nullptr) identify(target->facts, e.target_image, {}, settings_);
        if (actor == nullptr) return;
        switch (e.kind) {
            case event_kind::process_create: {
                const process_create_payload& create = e.data.create;
                process& p = actor->facts;
                p.parent = create.parent;
                p.creator = create.creator;
                p.create_time_100ns = e.time_100ns;
                p.file_age_s = create.file_age_s;
                p.integrity_rid = create.integrity_rid;
                p.session_id = create.session_id;
                identify(p, e.actor_image, create.original_file_name, settings_);
                apply_signature(p, create.signer);
                break;
            }
            case event_kind::process_exit: actor->exit_time_100ns = e.time_100ns == 0 ? 1 : e.time_100ns; break;
            case event_kind::image_load:
                identify(actor->facts, e.actor_image, {}, settings_);
                // The process's own image is mapped like any module, and its signature is then reported with it.
                if (!e.actor_image.empty() && equal_folded(e.data.image.path, e.actor_image))
                    apply_signature(actor->facts, e.data.image.signer);
                break;
            case event_kind::token_check:
                identify(actor->facts, e.actor_image, {}, settings_);
                if ((e.data.token.privileges_enabled >> se_debug_privilege & 1) != 0) actor->privilege_time_100ns = e.time_100ns;
                break;
            default: identify(actor->facts, e.actor_image, {}, settings_); break;
        }
    }

    /// Facts that rules read, from the event and from what its actor did before.
    constexpr void set_facts(event& e, process_record* actor) noexcept {
        const auto recently = [&e](uint64_t then, uint64_t window) {
            return to_truth(then != 0 && open_history::is_within(then, e.time_100ns, window));
        };
        if (actor != nullptr) {
            e.facts.set(fact::actor_read_lsass, recently(actor->lsass_read_time_100ns, settings_.dump_window_100ns));
            e.facts.set(fact::actor_wrote_dump, recently(actor->dump_time_100ns, settings_.dump_window_100ns));
            if (actor->privilege_time_100ns != 0)
                e.facts.set(fact::actor_debug_privilege, recently(actor->privilege_time_100ns, settings_.debug_privilege_window_100ns));
        }
        if (e.kind == event_kind::handle_open || e.kind == event_kind::handle_duplicate) set_handle_facts(e, actor);
        if (e.kind == event_kind::file) set_file_facts(e, actor);
    }

    constexpr void set_handle_facts(event& e, process_record* actor) noexcept {
        const handle_payload& handle = e.data.handle;
        const bool of_process = handle.type == handle_payload::object::process;
        const access_mask mask = expand(handle.granted, of_process ? process_mapping : thread_mapping);
        if (actor != nullptr && of_process) {
            const uint32_t opened = actor->opens.note(e.time_100ns, mask, e.target.key.pid, settings_.burst_window_100ns);
            e.facts.set(fact::actor_burst, to_truth(opened >= settings_.burst_processes));
        }
        // The stack is read only where a rule will ask: canonicalising its modules is the costly part of a handle event.
        if (has_role(e.target, role::lsass) == truth::no) return;
        if (actor != nullptr && of_process && (mask & read_rights) != 0) actor->lsass_read_time_100ns = e.time_100ns;
        read_call_trace(e, handle.stack, settings_);
    }

    static constexpr void set_file_facts(event& e, process_record* actor) noexcept {
        const file_payload& file = e.data.file;
        const text name = file_name(file.what == file_payload::operation::rename ? file.new_path : file.path);
        constexpr uint32_t mdmp = 0x504d444d;  // 'MDMP', MINIDUMP_HEADER::Signature
        truth dump = to_truth(ends_with_folded(name, u".dmp") || ends_with_folded(name, u".mdmp") || ends_with_folded(name, u".dump"));
        if (dump != truth::yes) dump = file.signature == 0 ? truth::unknown : to_truth(file.signature == mdmp);
        e.facts.set(fact::file_is_dump, dump);
        e.facts.set(fact::file_named_for_lsass, dump & to_truth(contains_folded(name, u"lsass")));
        if (dump == truth::yes && actor != nullptr) actor->dump_time_100ns = e.time_100ns;
    }

    static constexpr uint8_t se_debug_privilege = 20;  ///< LUID of SeDebugPrivilege (ntddk.h SE_DEBUG_PRIVILEGE)

    policy::settings settings_;
    process_table<ProcessCapacity> processes_;
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif

// ==== bartizan/pe/reader.hpp ====
#ifndef BARTIZAN_PE_READER_HPP
#define BARTIZAN_PE_READER_HPP

namespace BARTIZAN_NAMESPACE::pe {

/// Little-endian integers at file offsets: the only way in which this room touches the file's bytes. Every read is defined: a
/// byte past the end reads as zero, as the reference parser (pefile) pads a cut header and as Windows maps a cut page. Where
/// absence must be told from zero, ask `has` first. Offsets are 64-bit so that a sum of 32-bit fields cannot wrap.
struct reader {
    bytes data;

    [[nodiscard]] constexpr bool has(uint64_t offset, uint64_t size_bytes) const noexcept {
        return offset <= data.size && size_bytes <= data.size - offset;
    }

    [[nodiscard]] constexpr uint8_t u8(uint64_t offset) const noexcept {
        return offset < data.size ? data[static_cast<size_t>(offset)] : uint8_t{0};
    }
    [[nodiscard]] constexpr uint16_t u16(uint64_t offset) const noexcept {
        return static_cast<uint16_t>(little_endian<2>(offset));
    }
    [[nodiscard]] constexpr uint32_t u32(uint64_t offset) const noexcept {
        return static_cast<uint32_t>(little_endian<4>(offset));
    }
    [[nodiscard]] constexpr uint64_t u64(uint64_t offset) const noexcept { return little_endian<8>(offset); }

    /// The bytes [offset, offset + size_bytes), clipped to the file.
    [[nodiscard]] constexpr bytes sub(uint64_t offset, uint64_t size_bytes) const noexcept {
        if (offset >= data.size) return {};
        const uint64_t left = data.size - offset;
        return data.sub(static_cast<size_t>(offset), static_cast<size_t>(size_bytes < left ? size_bytes : left));
    }

  private:
    template <unsigned Bytes>
    [[nodiscard]] constexpr uint64_t little_endian(uint64_t offset) const noexcept {
        uint64_t value = 0;
        if (has(offset, Bytes)) {
            const uint8_t* const first = data.data + static_cast<size_t>(offset);
            for (unsigned i = 0; i < Bytes; ++i) value |= uint64_t{first[i]} << (8 * i);
        } else {
            for (unsigned i = 0; i < Bytes; ++i) value |= uint64_t{u8(offset + i)} << (8 * i);
        }
        return value;
    }
};

}  // namespace BARTIZAN_NAMESPACE::pe

#endif

// ==== bartizan/pe/headers.hpp ====
#ifndef BARTIZAN_PE_HEADERS_HPP
#define BARTIZAN_PE_HEADERS_HPP

/// The fixed headers of a PE file, decoded. Structures and fields are Microsoft's (winnt.h, "PE Format"), in snake_case.
namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint16_t dos_signature = 0x5a4d;       // "MZ"
inline constexpr uint32_t nt_signature = 0x00004550;    // "PE\0\0"
inline constexpr uint16_t magic_pe32 = 0x010b;
inline constexpr uint16_t magic_pe32_plus = 0x020b;
inline constexpr uint16_t magic_rom = 0x0107;

inline constexpr uint32_t dos_header_size_bytes = 64;
inline constexpr uint32_t nt_signature_size_bytes = 4;
inline constexpr uint32_t file_header_size_bytes = 20;
inline constexpr uint32_t data_directory_size_bytes = 8;
inline constexpr uint32_t max_data_directories = 16;    // IMAGE_NUMBEROF_DIRECTORY_ENTRIES
inline constexpr uint64_t e_lfanew_offset = 0x3c;

struct image_dos_header {
    uint16_t e_magic, e_cblp, e_cp, e_crlc, e_cparhdr, e_minalloc, e_maxalloc, e_ss, e_sp, e_csum, e_ip, e_cs, e_lfarlc,
        e_ovno, e_oemid, e_oeminfo;
    uint32_t e_lfanew;
};

struct image_file_header {
    uint16_t machine;
    uint16_t number_of_sections;
    uint32_t time_date_stamp;
    uint32_t pointer_to_symbol_table;
    uint32_t number_of_symbols;
    uint16_t size_of_optional_header;
    uint16_t characteristics;
};

/// For every directory but `security` the address is an RVA; there it is a file offset.
struct image_data_directory {
    uint32_t virtual_address;
    uint32_t size;
};

/// IMAGE_DIRECTORY_ENTRY_*: the index into `image_optional_header::data_directory`.
enum class directory_entry : uint8_t {
    export_table,
    import_table,
    resource,
    exception,
    security,
    base_reloc,
    debug,
    architecture,
    global_ptr,
    tls,
    load_config,
    bound_import,
    iat,
    delay_import,
    com_descriptor,
    reserved,
};

/// PE32 and PE32+ in one structure: the widths are the larger ones. `base_of_data` exists in PE32 only, 0 otherwise.
struct image_optional_header {
    uint64_t image_base, size_of_stack_reserve, size_of_stack_commit, size_of_heap_reserve, size_of_heap_commit;
    uint32_t size_of_code, size_of_initialized_data, size_of_uninitialized_data, address_of_entry_point, base_of_code,
        base_of_data, section_alignment, file_alignment, win32_version_value, size_of_image, size_of_headers, check_sum,
        loader_flags, number_of_rva_and_sizes;
    uint16_t magic, major_operating_system_version, minor_operating_system_version, major_image_version,
        minor_image_version, major_subsystem_version, minor_subsystem_version, subsystem, dll_characteristics;
    uint8_t major_linker_version, minor_linker_version;
    /// The first min(number_of_rva_and_sizes, 16) entries; the rest, and bytes past the file's end, are zero. As in Windows'
    /// loader and in the reference parser, SizeOfOptionalHeader does not limit them: it only places the section table.
    image_data_directory data_directory[max_data_directories];
};

/// Bytes of the optional header before the data directories.
[[nodiscard]] constexpr uint32_t optional_header_fixed_size_bytes(uint16_t magic) noexcept {
    return magic == magic_pe32_plus ? 112 : 96;
}

[[nodiscard]] constexpr image_dos_header read_dos_header(reader in) noexcept {
    return {in.u16(0),  in.u16(2),  in.u16(4),  in.u16(6),  in.u16(8),  in.u16(10),   in.u16(12),   in.u16(14), in.u16(16),
            in.u16(18), in.u16(20), in.u16(22), in.u16(24), in.u16(26), in.u16(0x24), in.u16(0x26), in.u32(e_lfanew_offset)};
}

[[nodiscard]] constexpr image_file_header read_file_header(reader in, uint64_t at) noexcept {
    return {in.u16(at),      in.u16(at + 2),  in.u32(at + 4), in.u32(at + 8),
            in.u32(at + 12), in.u16(at + 16), in.u16(at + 18)};
}

[[nodiscard]] constexpr image_optional_header read_optional_header(reader in, uint64_t at) noexcept {
    image_optional_header h{};
    h.magic = in.u16(at);
    h.major_linker_version = in.u8(at + 2);
    h.minor_linker_version = in.u8(at + 3);
    h.size_of_code = in.u32(at + 4);
    h.size_of_initialized_data = in.u32(at + 8);
    h.size_of_uninitialized_data = in.u32(at + 12);
    h.address_of_entry_point = in.u32(at + 16);
    h.base_of_code = in.u32(at + 20);
    h.section_alignment = in.u32(at + 32);
    h.file_alignment = in.u32(at + 36);
    h.major_operating_system_version = in.u16(at + 40);
    h.minor_operating_system_version = in.u16(at + 42);
    h.major_image_version = in.u16(at + 44);
    h.minor_image_version = in.u16(at + 46);
    h.major_subsystem_version = in.u16(at + 48);
    h.minor_subsystem_version = in.u16(at + 50);
    h.win32_version_value = in.u32(at + 52);
    h.size_of_image = in.u32(at + 56);
    h.size_of_headers = in.u32(at + 60);
    h.check_sum = in.u32(at + 64);
    h.subsystem = in.u16(at + 68);
    h.dll_characteristics = in.u16(at + 70);
    if (h.magic == magic_pe32_plus) {
        h.image_base = in.u64(at + 24);
        h.size_of_stack_reserve = in.u64(at + 72);
        h.size_of_stack_commit = in.u64(at + 80);
        h.size_of_heap_reserve = in.u64(at + 88);
        h.size_of_heap_commit = in.u64(at + 96);
    } else {
        h.base_of_data = in.u32(at + 24);
        h.image_base = in.u32(at + 28);
        h.size_of_stack_reserve = in.u32(at + 72);
        h.size_of_stack_commit = in.u32(at + 76);
        h.size_of_heap_reserve = in.u32(at + 80);
        h.size_of_heap_commit = in.u32(at + 84);
    }
    const uint64_t directories = at + optional_header_fixed_size_bytes(h.magic);
    h.loader_flags = in.u32(directories - 8);
    h.number_of_rva_and_sizes = in.u32(directories - 4);
    for (uint32_t i = 0; i < max_data_directories && i < h.number_of_rva_and_sizes; ++i) {
        const uint64_t entry = directories + data_directory_size_bytes * i;
        h.data_directory[i] = {in.u32(entry), in.u32(entry + 4)};
    }
    return h;
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif

// ==== bartizan/pe/section.hpp ====
#ifndef BARTIZAN_PE_SECTION_HPP
#define BARTIZAN_PE_SECTION_HPP

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint32_t section_header_size_bytes = 40;
/// At most so many section headers are read, as by the reference parser; Windows loads no image with more than 96.
inline constexpr uint32_t max_sections = 0x800;

struct image_section_header {
    uint8_t name[8];
    uint32_t virtual_size;
    uint32_t virtual_address;
    uint32_t size_of_raw_data;
    uint32_t pointer_to_raw_data;
    uint32_t pointer_to_relocations;
    uint32_t pointer_to_linenumbers;
    uint16_t number_of_relocations;
    uint16_t number_of_linenumbers;
    uint32_t characteristics;
};

/// The two alignments of the optional header, as the loader applies them to a section's fields.
struct section_alignments {
    uint32_t section_alignment = 0;
    uint32_t file_alignment = 0;

    /// Where raw data begins: Windows rounds PointerToRawData down to a sector of 512 bytes, whatever FileAlignment says,
    /// except in images of low alignment (FileAlignment below 512).
    [[nodiscard]] constexpr uint32_t file_offset(uint32_t pointer_to_raw_data) const noexcept {
        return file_alignment < 0x200 ? pointer_to_raw_data : pointer_to_raw_data & ~uint32_t{0x1ff};
    }

    /// Where a section begins in memory: rounded down to SectionAlignment, or to FileAlignment where the former is below a page.
    [[nodiscard]] constexpr uint32_t rva(uint32_t virtual_address) const noexcept {
        const uint32_t unit = section_alignment < 0x1000 ? file_alignment : section_alignment;
        return unit == 0 ? virtual_address : virtual_address - virtual_address % unit;
    }
};

/// One section: its header and the part of its raw data that the file really holds.
struct section {
    image_section_header header{};
    uint64_t header_offset = 0;
    uint64_t raw_offset = 0;    ///< rounded as the loader does; may lie past the end of the file
    bytes raw;                  ///< padding included, clipped to the file
    bool raw_clipped = false;   ///< the file ends before the raw data that the header claims
    uint32_t rva = 0;           ///< VirtualAddress, rounded as the loader does
    uint32_t mapped_size = 0;   ///< bytes that the reference parser counts as the section's in memory
};

[[nodiscard]] constexpr image_section_header read_section_header(reader in, uint64_t at) noexcept {
    image_section_header h{};
    for (unsigned i = 0; i < sizeof h.name; ++i) h.name[i] = in.u8(at + i);
    h.virtual_size = in.u32(at + 8);
    h.virtual_address = in.u32(at + 12);
    h.size_of_raw_data = in.u32(at + 16);
    h.pointer_to_raw_data = in.u32(at + 20);
    h.pointer_to_relocations = in.u32(at + 24);
    h.pointer_to_linenumbers = in.u32(at + 28);
    h.number_of_relocations = in.u16(at + 32);
    h.number_of_linenumbers = in.u16(at + 34);
    h.characteristics = in.u32(at + 36);
    return h;
}

/// The sections of an image in the order of the table; decoded on the way, nothing is stored. Indices run to `size()`,
/// which `pe::parse` has bounded to headers that lie wholly inside the file.
class section_table {
  public:
    constexpr section_table() noexcept = default;
    constexpr section_table(reader in, uint64_t offset, uint32_t count, section_alignments alignments) noexcept
        : in_(in), offset_(offset), count_(count), alignments_(alignments) {}

    [[nodiscard]] constexpr uint32_t size() const noexcept { return count_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return count_ == 0; }
    [[nodiscard]] constexpr uint64_t offset() const noexcept { return offset_; }

    [[nodiscard]] constexpr section operator[](uint32_t index) const noexcept {
        section s;
        s.header_offset = offset_ + uint64_t{section_header_size_bytes} * index;
        s.header = read_section_header(in_, s.header_offset);
        s.raw_offset = alignments_.file_offset(s.header.pointer_to_raw_data);
        // raw_offset is never above PointerToRawData, so this end never exceeds PointerToRawData + SizeOfRawData.
        s.raw = in_.sub(s.raw_offset, s.header.size_of_raw_data);
        s.raw_clipped = s.raw.size < s.header.size_of_raw_data;
        s.rva = alignments_.rva(s.header.virtual_address);
        // A SizeOfRawData that the file cannot hold says nothing about the size in memory.
        s.mapped_size = s.raw_clipped || s.header.virtual_size > s.header.size_of_raw_data ? s.header.virtual_size
                                                                                          : s.header.size_of_raw_data;
        return s;
    }

    class iterator {
      public:
        constexpr iterator(const section_table* table, uint32_t index) noexcept : table_(table), index_(index) {}
        [[nodiscard]] constexpr section operator*() const noexcept { return (*table_)[index_]; }
        constexpr iterator& operator++() noexcept {
            ++index_;
            return *this;
        }
        [[nodiscard]] constexpr bool operator==(const iterator& other) const noexcept { return index_ == other.index_; }

      private:
        const section_table* table_;
        uint32_t index_;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return {this, 0}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {this, count_}; }

  private:
    reader in_;
    uint64_t offset_ = 0;
    uint32_t count_ = 0;
    section_alignments alignments_;
};

}  // namespace BARTIZAN_NAMESPACE::pe

#endif

// ==== bartizan/pe/image.hpp ====
#ifndef BARTIZAN_PE_IMAGE_HPP
#define BARTIZAN_PE_IMAGE_HPP

/// A PE file, read without copying, allocating or trusting it. Tolerant in the way of the reference parser (pefile): what
/// it accepts with a warning is accepted here, so that a broken file still gets a verdict. `for_each_defect` names the breaks.
namespace BARTIZAN_NAMESPACE::pe {

enum class image_kind : uint8_t { pe32, pe32_plus };

/// A view: valid as long as the bytes it was parsed from. Safe to read from several threads.
struct image {
    bytes file;
    image_dos_header dos{};
    image_file_header coff{};
    image_optional_header optional{};
    section_table sections;
    image_kind kind = image_kind::pe32;
    /// Why fewer sections are readable than NumberOfSections claims, and the offset of the header where reading stopped.
    error sections_stopped;

    [[nodiscard]] constexpr uint64_t file_header_offset() const noexcept {
        return uint64_t{dos.e_lfanew} + nt_signature_size_bytes;
    }
    [[nodiscard]] constexpr uint64_t optional_header_offset() const noexcept {
        return file_header_offset() + file_header_size_bytes;
    }
    [[nodiscard]] constexpr image_data_directory directory(directory_entry entry) const noexcept {
        return optional.data_directory[static_cast<uint8_t>(entry)];
    }
};

/// `image` is meaningful only where `failure` is none, which is what the conversion to bool says.
struct parse_result {
    error failure;
    pe::image image;

    [[nodiscard]] constexpr explicit operator bool() const noexcept { return !failure; }
};

namespace detail {

/// The reference parser gives up on a section table at a header that is wrong in three of these five ways at once.
[[nodiscard]] constexpr bool is_absurd(const section& s, uint64_t file_size_bytes, section_alignments alignments) noexcept {
    constexpr uint32_t largest_credible_rva = 0x10000000;
    const image_section_header& h = s.header;
    int faults = uint64_t{h.size_of_raw_data} + h.pointer_to_raw_data > file_size_bytes ? 1 : 0;
    faults += s.raw_offset > file_size_bytes ? 1 : 0;
    faults += h.virtual_size > largest_credible_rva ? 1 : 0;
    faults += s.rva > largest_credible_rva ? 1 : 0;
    faults += alignments.file_alignment != 0 && h.pointer_to_raw_data % alignments.file_alignment != 0 ? 1 : 0;
    return faults >= 3;
}

[[nodiscard]] constexpr bool is_all_zero(bytes data) noexcept {
    for (const uint8_t byte : data) {
        if (byte != 0) return false;
    }
    return true;
}

constexpr void bound_sections(image& out, uint64_t table_offset) noexcept {
    const reader in{out.file};
    const section_alignments alignments{out.optional.section_alignment, out.optional.file_alignment};
    const section_table claimed{in, table_offset, out.coff.number_of_sections, alignments};
    uint32_t count = 0;
    for (; count < claimed.size() && !out.sections_stopped; ++count) {
        const uint64_t at = table_offset + uint64_t{section_header_size_bytes} * count;
        if (count == max_sections) {
            out.sections_stopped = {error_code::pe_section_limit, at};
        } else if (!in.has(at, section_header_size_bytes)) {
            out.sections_stopped = {error_code::pe_section_table_out_of_file, at};
        } else if (is_all_zero(in.sub(at, section_header_size_bytes))) {
            out.sections_stopped = {error_code::pe_section_header_zero, at};
        } else if (is_absurd(claimed[count], out.file.size, alignments)) {
            out.sections_stopped = {error_code::pe_section_header_absurd, at};
        }
        if (out.sections_stopped) break;
    }
    out.sections = {in, table_offset, count, alignments};
}

}  // namespace detail

/// Reads headers and section table. Refuses, with the offset of the field to blame, only what no reader can make sense of:
/// pe_too_small, pe_no_mz, pe_header_out_of_file, pe_no_pe_signature, pe_optional_header_out_of_file, pe_rom_image,
/// pe_optional_header_magic. Time is bounded by `max_sections`, whatever the file says.
[[nodiscard]] constexpr parse_result parse(bytes file) noexcept {
    // The loader reads no field past Subsystem, so a header cut after it still loads; the reference parser accepts 69 bytes
    // of a PE32 header and 73 of a PE32+ header and pads with zeros.
    constexpr uint32_t shortest_pe32_header_bytes = 69;
    constexpr uint32_t shortest_pe32_plus_header_bytes = 73;

    const reader in{file};
    parse_result result;
    image& out = result.image;
    const auto refuse = [&result](error_code code, uint64_t offset) {
        result.failure = {code, offset};
        return result;
    };

    if (file.size < dos_header_size_bytes) return refuse(error_code::pe_too_small, file.size);
    out.file = file;
    out.dos = read_dos_header(in);
    if (out.dos.e_magic != dos_signature) return refuse(error_code::pe_no_mz, 0);
    if (!in.has(out.dos.e_lfanew, nt_signature_size_bytes + file_header_size_bytes)) {
        return refuse(error_code::pe_header_out_of_file, e_lfanew_offset);
    }
    if (in.u32(out.dos.e_lfanew) != nt_signature) return refuse(error_code::pe_no_pe_signature, out.dos.e_lfanew);
    out.coff = read_file_header(in, out.file_header_offset());

    const uint64_t at = out.optional_header_offset();
    if (!in.has(at, shortest_pe32_header_bytes)) return refuse(error_code::pe_optional_header_out_of_file, at);
    const uint16_t magic = in.u16(at);
    if (magic == magic_rom) return refuse(error_code::pe_rom_image, at);
    if (magic != magic_pe32 && magic != magic_pe32_plus) return refuse(error_code::pe_optional_header_magic, at);
    if (magic == magic_pe32_plus && !in.has(at, shortest_pe32_plus_header_bytes)) {
        return refuse(error_code::pe_optional_header_out_of_file, at);
    }
    out.kind = magic == magic_pe32_plus ? image_kind::pe32_plus : image_kind::pe32;
    out.optional = read_optional_header(in, at);
    detail::bound_sections(out, at + out.coff.size_of_optional_header);
    return result;
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif

// ==== bartizan/pe/defects.hpp ====
#ifndef BARTIZAN_PE_DEFECTS_HPP
#define BARTIZAN_PE_DEFECTS_HPP

namespace BARTIZAN_NAMESPACE::pe {

/// Calls `report(error)` for every broken structure that `parse` read around, in the order of the file's structures: code and
/// offset of the field or header to blame. A well-formed image has none. At most 4 + 2,048 calls.
template <class Report>
constexpr void for_each_defect(const image& image, Report&& report) noexcept {
    const reader in{image.file};
    const uint64_t optional_header = image.optional_header_offset();
    const uint32_t fixed_size = optional_header_fixed_size_bytes(image.optional.magic);
    const uint64_t directories = optional_header + fixed_size;
    const uint32_t claimed_directories = image.optional.number_of_rva_and_sizes;
    const uint32_t read_directories =
        claimed_directories < max_data_directories ? claimed_directories : max_data_directories;
    const uint32_t read_size = fixed_size + data_directory_size_bytes * read_directories;

    if (image.coff.size_of_optional_header < read_size) {
        report(error{error_code::pe_optional_header_too_small, image.file_header_offset() + 16});
    }
    if (!in.has(optional_header, read_size)) {
        report(error{error_code::pe_optional_header_cut, image.file.size});
    }
    if (claimed_directories > max_data_directories) {
        report(error{error_code::pe_directory_count, directories - 4});
    }
    for (const section& s : image.sections) {
        if (s.raw_clipped) report(error{error_code::pe_section_raw_out_of_file, s.header_offset + 16});
    }
    if (image.sections_stopped) report(image.sections_stopped);
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif

// ==== bartizan/pe/rva.hpp ====
#ifndef BARTIZAN_PE_RVA_HPP
#define BARTIZAN_PE_RVA_HPP

/// Between addresses in memory (RVAs: relative to the image base) and offsets in the file, as the reference parser maps them.
namespace BARTIZAN_NAMESPACE::pe {

/// An address in one of the two spaces; `known` is false where the other space has no counterpart.
struct location {
    bool known = false;
    uint64_t value = 0;
};

/// Where a mapped RVA lies: in a section, or in none (the headers, or nowhere).
struct section_lookup {
    bool found = false;
    section where;
};

/// The section that owns `rva`. Where sections overlap in memory, the one that begins last owns the address, for it cuts the
/// one before it short; of two that begin together, the first in the table that is long enough. Linear in the sections.
[[nodiscard]] constexpr section_lookup section_of_rva(const image& image, uint32_t rva) noexcept {
    section_lookup best;
    bool any = false;
    for (const section& s : image.sections) {
        if (s.rva > rva) continue;
        const bool holds = rva - s.rva < s.mapped_size;
        if (!any || s.rva > best.where.rva || (s.rva == best.where.rva && holds && !best.found)) {
            best = {holds, s};
            any = true;
        }
    }
    return best;
}

/// The file offset of the byte at `rva`: inside a section, unknown where the section has no such byte in the file (memory that
/// Windows fills with zeros); outside every section, the RVA itself, for the headers and images of low alignment are mapped flat.
[[nodiscard]] constexpr location rva_to_offset(const image& image, uint32_t rva) noexcept {
    const section_lookup owner = section_of_rva(image, rva);
    if (!owner.found) return rva < image.file.size ? location{true, rva} : location{};
    const uint64_t within = rva - owner.where.rva;
    if (within >= owner.where.raw.size) return {};
    return {true, owner.where.raw_offset + within};
}

/// The RVA at which the file's byte `offset` appears: in the first section whose raw data holds it, else the offset itself
/// within SizeOfHeaders; unknown for gaps and for what is appended to the image.
[[nodiscard]] constexpr location offset_to_rva(const image& image, uint64_t offset) noexcept {
    for (const section& s : image.sections) {
        if (offset >= s.raw_offset && offset - s.raw_offset < s.raw.size) {
            return {true, s.rva + (offset - s.raw_offset)};
        }
    }
    return offset < image.optional.size_of_headers && offset < image.file.size ? location{true, offset} : location{};
}

/// The file's bytes for [rva, rva + size_bytes): clipped to the section's raw data and to the file, empty where nothing is mapped.
[[nodiscard]] constexpr bytes bytes_at_rva(const image& image, uint32_t rva, uint64_t size_bytes) noexcept {
    const section_lookup owner = section_of_rva(image, rva);
    if (!owner.found) return reader{image.file}.sub(rva, size_bytes);
    return reader{owner.where.raw}.sub(rva - owner.where.rva, size_bytes);
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif

// ==== bartizan/adapters/text_arena.hpp ====
#ifndef BARTIZAN_ADAPTERS_TEXT_ARENA_HPP
#define BARTIZAN_ADAPTERS_TEXT_ARENA_HPP

namespace BARTIZAN_NAMESPACE::adapters {

/// UTF-8 bytes of a log field, counted, not terminated.
using utf8 = span<const char>;

/// Turns log fields into UTF-16 in the caller's memory. A text lives until `clear`. Not thread-safe.
class text_arena {
  public:
    constexpr explicit text_arena(span<char16_t> buffer) noexcept : buffer_(buffer) {}

    constexpr void clear() noexcept {
        used_ = 0;
        full_ = false;
    }
    /// True once a text did not fit; that text was cut.
    [[nodiscard]] constexpr bool full() const noexcept { return full_; }

    /// Ill-formed UTF-8 becomes U+FFFD, one for each byte that cannot be part of a character (as the Unicode standard's
    /// "substitution of maximal subparts" does for a lone byte); the rest of the text is kept.
    [[nodiscard]] constexpr text put(utf8 in) noexcept {
        const size_t begin = used_;
        for (size_t i = 0; i < in.size;) {
            const decoded d = decode(in.sub(i));
            i += d.length;
            if (d.code_point >= 0x10000) {
                push(static_cast<char16_t>(0xd800 + ((d.code_point - 0x10000) >> 10)));
                push(static_cast<char16_t>(0xdc00 + ((d.code_point - 0x10000) & 0x3ff)));
            } else {
                push(static_cast<char16_t>(d.code_point));
            }
        }
        return {buffer_.data + begin, used_ - begin};
    }

  private:
    struct decoded {
        uint32_t code_point;
        size_t length;
    };

    [[nodiscard]] static constexpr decoded decode(utf8 in) noexcept {
        constexpr decoded bad{0xfffd, 1};
        const auto lead = static_cast<uint8_t>(in[0]);
        if (lead < 0x80) return {lead, 1};
        const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        if (lead < 0xc2 || lead > 0xf4 || in.size < length) return bad;
        uint32_t code_point = lead & (0x7fu >> length);
        for (size_t i = 1; i < length; ++i) {
            const auto next = static_cast<uint8_t>(in[i]);
            if ((next & 0xc0) != 0x80) return bad;
            code_point = code_point << 6 | (next & 0x3fu);
        }
        constexpr uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
        const bool surrogate = code_point >= 0xd800 && code_point < 0xe000;
        if (code_point < smallest[length] || code_point > 0x10ffff || surrogate) return bad;
        return {code_point, length};
    }

    constexpr void push(char16_t c) noexcept {
        if (used_ == buffer_.size) full_ = true;
        else buffer_[used_++] = c;
    }

    span<char16_t> buffer_;
    size_t used_ = 0;
    bool full_ = false;
};

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif

// ==== bartizan/adapters/parse.hpp ====
#ifndef BARTIZAN_ADAPTERS_PARSE_HPP
#define BARTIZAN_ADAPTERS_PARSE_HPP

/// Numbers, times, GUIDs and call traces as event logs write them. All functions are total: a malformed text gives false.
namespace BARTIZAN_NAMESPACE::adapters {

[[nodiscard]] constexpr int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

[[nodiscard]] constexpr bool parse_hex(utf8 in, uint64_t& out) noexcept {
    if (in.empty() || in.size > 16) return false;
    uint64_t value = 0;
    for (const char c : in) {
        const int digit = hex_digit(c);
        if (digit < 0) return false;
        value = value << 4 | static_cast<uint64_t>(digit);
    }
    out = value;
    return true;
}

/// Decimal, or hexadecimal behind "0x".
[[nodiscard]] constexpr bool parse_number(utf8 in, uint64_t& out) noexcept {
    if (in.size > 2 && in[0] == '0' && (in[1] == 'x' || in[1] == 'X')) return parse_hex(in.sub(2), out);
    if (in.empty() || in.size > 20) return false;
    uint64_t value = 0;
    for (const char c : in) {
        if (c < '0' || c > '9') return false;
        const auto digit = static_cast<uint64_t>(c - '0');
        if (value > (UINT64_MAX - digit) / 10) return false;
        value = value * 10 + digit;
    }
    out = value;
    return true;
}

/// "2020-10-19T02:56:14.372Z", also with a blank for the T, without the Z, and with 0 to 7 decimals: FILETIME.
[[nodiscard]] constexpr bool parse_time(utf8 in, uint64_t& time_100ns) noexcept {
    const auto digits = [&in](size_t at, size_t count, uint64_t& out) { return in.size >= at + count && parse_number(in.sub(at, count), out); };
    uint64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    const bool shape = in.size >= 19 && in[4] == '-' && in[7] == '-' && (in[10] == 'T' || in[10] == ' ') && in[13] == ':' && in[16] == ':';
    if (!shape || !digits(0, 4, year) || !digits(5, 2, month) || !digits(8, 2, day) || !digits(11, 2, hour) ||
        !digits(14, 2, minute) || !digits(17, 2, second))
        return false;
    if (year < 1601 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return false;
    uint64_t fraction = 0;
    size_t at = 19;
    if (at < in.size && in[at] == '.') {
        uint64_t unit = 1'000'000;
        for (++at; at < in.size && in[at] >= '0' && in[at] <= '9'; ++at, unit /= 10) fraction += static_cast<uint64_t>(in[at] - '0') * unit;
    }
    if (at < in.size && !(in[at] == 'Z' && at + 1 == in.size)) return false;
    // Days since 1601-01-01, with the year beginning in March so that the leap day is the last (Hinnant's civil calendar).
    const uint64_t y = month <= 2 ? year - 1 : year;
    const uint64_t day_of_year = (153 * (month + (month > 2 ? 0u : 12u) - 3) + 2) / 5 + day - 1;
    const uint64_t days = y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 584'694;
    time_100ns = (((days * 24 + hour) * 60 + minute) * 60 + second) * 10'000'000 + fraction;
    return true;
}

/// A sensor's process GUID ("{39e4a257-004e-5f8d-4304-000000000700}") folded into a start key that is never 0.
[[nodiscard]] constexpr bool parse_guid(utf8 in, uint64_t& start_key) noexcept {
    uint64_t halves[2] = {};
    uint32_t digits = 0;
    for (const char c : in) {
        if (c == '{' || c == '}' || c == '-') continue;
        const int digit = hex_digit(c);
        if (digit < 0 || digits == 32) return false;
        halves[digits / 16] = halves[digits / 16] << 4 | static_cast<uint64_t>(digit);
        ++digits;
    }
    if (digits != 32) return false;
    start_key = halves[0] * 0x9e3779b97f4a7c15u ^ halves[1];
    if (start_key == 0) start_key = 1;
    return true;
}

/// Sysmon's CallTrace: "C:\...\ntdll.dll+9c584|...|UNKNOWN(000002EE319439BF)", 32-bit frames marked "(wow64)". Frames go to
/// `frames`; what does not fit is dropped and leaves `complete` unknown, as does a trace that does not end in ntdll, where every
/// thread begins.
[[nodiscard]] constexpr call_stack parse_call_trace(utf8 in, text_arena& arena, span<stack_frame> frames) noexcept {
    call_stack stack{frames.data, 0, truth::unknown};
    constexpr char unknown[] = {'U', 'N', 'K', 'N', 'O', 'W', 'N', '('};
    bool dropped = false;
    while (!in.empty()) {
        size_t end = 0;
        while (end < in.size && in[end] != '|') ++end;
        const utf8 part = in.sub(0, end);
        in = in.sub(end + 1);
        if (part.empty()) continue;
        if (stack.size == frames.size) {
            dropped = true;
            break;
        }
        stack_frame frame;
        bool without_file = part.size > sizeof(unknown);
        for (size_t i = 0; without_file && i < sizeof(unknown); ++i) without_file = part[i] == unknown[i];
        size_t plus = part.size;
        for (size_t i = 0; i < part.size; ++i)
            if (part[i] == '+') plus = i;
        const size_t number = without_file ? sizeof(unknown) : plus + 1;
        size_t number_end = number;
        while (number_end < part.size && hex_digit(part[number_end]) >= 0) ++number_end;
        if (!parse_hex(part.sub(number, number_end - number), frame.address)) frame.address = 0;
        if (!without_file) frame.module = arena.put(part.sub(0, plus));
        frames[stack.size++] = frame;
    }
    if (stack.size != 0 && !dropped && ends_with_folded(frames[stack.size - 1].module, u"\\ntdll.dll")) stack.complete = truth::yes;
    return stack;
}

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif

// ==== bartizan/adapters/record.hpp ====
#ifndef BARTIZAN_ADAPTERS_RECORD_HPP
#define BARTIZAN_ADAPTERS_RECORD_HPP

/// The step between a log line and an event. A host walks over the fields of a line with whatever JSON or XML library it has and
/// hands each to `record::set`; a mapping table says which field of which event means what; then the adapter of the channel makes
/// the event. The adapters own no parser and no memory.
namespace BARTIZAN_NAMESPACE::adapters {

/// What a field means, in the product's words.
enum class slot : uint8_t {
    actor_guid, actor_pid, actor_image, target_guid, target_pid, target_image, parent_guid, parent_pid, parent_image,
    command_line, original_file_name, user, granted_access, call_trace, start_address, start_module, start_function,
    module_path, is_signed, signature_subject, signature_status, file_path, object_type, object_name, privileges,
    count,
};

/// One row of a channel's mapping: field `name` of event `id` goes to `where`. Names are compared without regard to ASCII case,
/// since versions of one sensor differ in it (SourceProcessGUID, SourceProcessGuid).
struct mapping {
    uint16_t id;
    const char* name;
    slot where;
};

/// The fields of one log line, still in the host's memory.
class record {
  public:
    constexpr record(span<const mapping> map, uint16_t id) noexcept : map_(map), id_(id) {}

    [[nodiscard]] constexpr uint16_t id() const noexcept { return id_; }

    /// Takes a text field. Fields that the table does not name are ignored; returns whether this one is named.
    constexpr bool set(utf8 name, utf8 value) noexcept {
        const mapping* row = find(name);
        if (row == nullptr) return false;
        field& f = fields_[static_cast<uint8_t>(row->where)];
        f = {value, 0, true, false};
        return true;
    }
    /// Takes a field that the host's parser already made a number of.
    constexpr bool set(utf8 name, uint64_t value) noexcept {
        const mapping* row = find(name);
        if (row == nullptr) return false;
        fields_[static_cast<uint8_t>(row->where)] = {{}, value, true, true};
        return true;
    }

    [[nodiscard]] constexpr bool has(slot s) const noexcept { return at(s).present; }
    /// Empty where the field is absent or was a number.
    [[nodiscard]] constexpr utf8 text_of(slot s) const noexcept { return at(s).text; }
    /// False where the field is absent or not a number.
    [[nodiscard]] constexpr bool number_of(slot s, uint64_t& out) const noexcept {
        const field& f = at(s);
        if (!f.present) return false;
        if (!f.is_number) return parse_number(f.text, out);
        out = f.number;
        return true;
    }

    /// Process key from a GUID slot and a PID slot; both may be absent. False when one is present but malformed.
    [[nodiscard]] constexpr bool key_of(slot guid, slot pid, process_key& out) const noexcept {
        uint64_t number = 0;
        if (has(pid)) {
            if (!number_of(pid, number) || number > UINT32_MAX) return false;
            out.pid = static_cast<uint32_t>(number);
        }
        return !has(guid) || parse_guid(text_of(guid), out.start_key);
    }

  private:
    struct field {
        utf8 text = {};
        uint64_t number = 0;
        bool present = false;
        bool is_number = false;
    };

    [[nodiscard]] constexpr const field& at(slot s) const noexcept { return fields_[static_cast<uint8_t>(s)]; }

    [[nodiscard]] static constexpr bool same_name(utf8 given, const char* name) noexcept {
        for (const char c : given) {
            const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            const char wanted = *name >= 'A' && *name <= 'Z' ? static_cast<char>(*name + 32) : *name;
            if (*name == '\0' || lower != wanted) return false;
            ++name;
        }
        return *name == '\0';
    }
    [[nodiscard]] constexpr const mapping* find(utf8 name) const noexcept {
        for (const mapping& row : map_)
            if (row.id == id_ && same_name(name, row.name)) return &row;
        return nullptr;
    }

    span<const mapping> map_;
    uint16_t id_;
    field fields_[static_cast<uint8_t>(slot::count)] = {};
};

/// Memory that an event's texts and stack frames live in, until the next event.
struct event_memory {
    text_arena texts;
    span<stack_frame> frames;
};

/// What every channel's events share: actor, target, their images, time and record number.
/// Errors: adapter_bad_number, adapter_bad_guid.
[[nodiscard]] constexpr error fill_common(const record& r, event_memory& memory, event& e) noexcept {
    if (!r.key_of(slot::actor_guid, slot::actor_pid, e.actor.key)) return {error_code::adapter_bad_guid, 0};
    if (!r.key_of(slot::target_guid, slot::target_pid, e.target.key)) return {error_code::adapter_bad_guid, 0};
    e.actor_image = memory.texts.put(r.text_of(slot::actor_image));
    e.target_image = memory.texts.put(r.text_of(slot::target_image));
    e.flags = event_after_operation;
    return {};
}

[[nodiscard]] constexpr bool says(utf8 value, const char* word) noexcept {
    for (const char c : value)
        if (*word == '\0' || c != *word++) return false;
    return *word == '\0';
}

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif

// ==== bartizan/adapters/sysmon.hpp ====
#ifndef BARTIZAN_ADAPTERS_SYSMON_HPP
#define BARTIZAN_ADAPTERS_SYSMON_HPP

namespace BARTIZAN_NAMESPACE::adapters {

/// Channel Microsoft-Windows-Sysmon/Operational. Field names as in Sysmon's event manifest (schema 4.x).
inline constexpr mapping sysmon_mapping[] = {
    {1, "ProcessGuid", slot::actor_guid},
    {1, "ProcessId", slot::actor_pid},
    {1, "Image", slot::actor_image},
    {1, "CommandLine", slot::command_line},
    {1, "OriginalFileName", slot::original_file_name},
    {1, "User", slot::user},
    {1, "ParentProcessGuid", slot::parent_guid},
    {1, "ParentProcessId", slot::parent_pid},
    {1, "ParentImage", slot::parent_image},
    {5, "ProcessGuid", slot::actor_guid},
    {5, "ProcessId", slot::actor_pid},
    {5, "Image", slot::actor_image},
    {7, "ProcessGuid", slot::actor_guid},
    {7, "ProcessId", slot::actor_pid},
    {7, "Image", slot::actor_image},
    {7, "ImageLoaded", slot::module_path},
    {7, "OriginalFileName", slot::original_file_name},
    {7, "Signed", slot::is_signed},
    {7, "Signature", slot::signature_subject},
    {7, "SignatureStatus", slot::signature_status},
    {8, "SourceProcessGuid", slot::actor_guid},
    {8, "SourceProcessId", slot::actor_pid},
    {8, "SourceImage", slot::actor_image},
    {8, "TargetProcessGuid", slot::target_guid},
    {8, "TargetProcessId", slot::target_pid},
    {8, "TargetImage", slot::target_image},
    {8, "StartAddress", slot::start_address},
    {8, "StartModule", slot::start_module},
    {8, "StartFunction", slot::start_function},
    {10, "SourceProcessGuid", slot::actor_guid},
    {10, "SourceProcessId", slot::actor_pid},
    {10, "SourceImage", slot::actor_image},
    {10, "TargetProcessGuid", slot::target_guid},
    {10, "TargetProcessId", slot::target_pid},
    {10, "TargetImage", slot::target_image},
    {10, "GrantedAccess", slot::granted_access},
    {10, "CallTrace", slot::call_trace},
    {11, "ProcessGuid", slot::actor_guid},
    {11, "ProcessId", slot::actor_pid},
    {11, "Image", slot::actor_image},
    {11, "TargetFilename", slot::file_path},
};

namespace detail {

/// Sysmon checks the signature itself: Signed false, or a SignatureStatus other than Valid. "Unavailable" says that it could not.
[[nodiscard]] constexpr signature sysmon_signature(const record& r, text_arena& texts) noexcept {
    signature s;
    const utf8 is_signed = r.text_of(slot::is_signed);
    const utf8 status = r.text_of(slot::signature_status);
    if (is_signed.empty() || says(status, "Unavailable")) return s;
    s.is_signed = to_truth(says(is_signed, "true"));
    s.is_valid = to_truth(says(status, "Valid"));
    s.subject = texts.put(r.text_of(slot::signature_subject));
    s.is_microsoft_windows = to_truth(equal_folded(s.subject, u"Microsoft Windows") ||
                                      equal_folded(s.subject, u"Microsoft Windows Publisher"));
    return s;
}

}  // namespace detail

/// Makes an event of a Sysmon record. `e.kind` stays `none` for events that no rule reads yet. `time_100ns` and `number` are the
/// host's. Errors: adapter_bad_number, adapter_bad_guid, adapter_missing_field.
[[nodiscard]] constexpr error from_sysmon(const record& r, uint64_t time_100ns, uint64_t number, event_memory& memory,
                                          event& e) noexcept {
    e = event{};
    memory.texts.clear();
    e.time_100ns = time_100ns;
    e.record = number;
    if (const error bad = fill_common(r, memory, e)) return bad;
    text_arena& texts = memory.texts;
    switch (r.id()) {
        case 1: {
            process_create_payload create{};
            create.command_line = texts.put(r.text_of(slot::command_line));
            create.original_file_name = texts.put(r.text_of(slot::original_file_name));
            create.user = texts.put(r.text_of(slot::user));
            create.parent_image = texts.put(r.text_of(slot::parent_image));
            if (!r.key_of(slot::parent_guid, slot::parent_pid, create.parent)) return {error_code::adapter_bad_guid, 0};
            create.integrity_rid = create.session_id = create.file_age_s = unknown_u32;
            create.created_suspended = truth::unknown;
            e.kind = event_kind::process_create;
            e.data = create;
            return {};
        }
        case 5: e.kind = event_kind::process_exit; return {};
        case 7: {
            image_load_payload image{};
            image.path = texts.put(r.text_of(slot::module_path));
            image.original_file_name = texts.put(r.text_of(slot::original_file_name));
            image.signer = detail::sysmon_signature(r, texts);
            e.kind = event_kind::image_load;
            e.data = image;
            return {};
        }
        case 8: {
            thread_start_payload thread{};
            if (r.has(slot::start_address) && !r.number_of(slot::start_address, thread.start_address))
                return {error_code::adapter_bad_number, 0};
            thread.start_module = texts.put(r.text_of(slot::start_module));
            thread.start_function = texts.put(r.text_of(slot::start_function));
            thread.is_initial_thread = truth::unknown;
            e.kind = event_kind::thread_start;
            e.data = thread;
            return {};
        }
        case 10: {
            uint64_t granted = 0;
            if (!r.has(slot::granted_access)) return {error_code::adapter_missing_field, 0};
            if (!r.number_of(slot::granted_access, granted) || granted > UINT32_MAX) return {error_code::adapter_bad_number, 0};
            handle_payload handle{};
            handle.desired = handle.granted = static_cast<access_mask>(granted);
            handle.type = handle_payload::object::process;
            handle.stack = parse_call_trace(r.text_of(slot::call_trace), texts, memory.frames);
            e.kind = event_kind::handle_open;
            e.data = handle;
            return {};
        }
        case 11: {
            file_payload file{};
            file.what = file_payload::operation::create;
            file.path = texts.put(r.text_of(slot::file_path));
            file.is_volume_open = truth::no;
            e.kind = event_kind::file;
            e.data = file;
            return {};
        }
        default: return {};
    }
}

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif

// ==== bartizan/adapters/windows_security.hpp ====
#ifndef BARTIZAN_ADAPTERS_WINDOWS_SECURITY_HPP
#define BARTIZAN_ADAPTERS_WINDOWS_SECURITY_HPP

namespace BARTIZAN_NAMESPACE::adapters {

/// Channel Security. Field names as in "Audit Process Creation", "Audit Kernel Object" and "Audit Token Right Adjusted" (Microsoft
/// Learn). The channel knows processes by PID alone, and only objects with an auditing entry (SACL).
inline constexpr mapping security_mapping[] = {
    {4656, "ProcessId", slot::actor_pid},
    {4656, "ProcessName", slot::actor_image},
    {4656, "ObjectType", slot::object_type},
    {4656, "ObjectName", slot::object_name},
    {4656, "AccessMask", slot::granted_access},
    {4663, "ProcessId", slot::actor_pid},
    {4663, "ProcessName", slot::actor_image},
    {4663, "ObjectType", slot::object_type},
    {4663, "ObjectName", slot::object_name},
    {4663, "AccessMask", slot::granted_access},
    {4688, "NewProcessId", slot::actor_pid},
    {4688, "NewProcessName", slot::actor_image},
    {4688, "CommandLine", slot::command_line},
    {4688, "SubjectUserName", slot::user},
    {4688, "ProcessId", slot::parent_pid},
    {4688, "ParentProcessName", slot::parent_image},
    {4689, "ProcessId", slot::actor_pid},
    {4689, "ProcessName", slot::actor_image},
    {4703, "ProcessId", slot::actor_pid},
    {4703, "ProcessName", slot::actor_image},
    {4703, "EnabledPrivilegeList", slot::privileges},
};

/// Makes an event of a Security record. `e.kind` stays `none` for events and objects that no rule reads yet.
/// Errors: adapter_bad_number, adapter_bad_guid, adapter_missing_field.
[[nodiscard]] constexpr error from_security(const record& r, uint64_t time_100ns, uint64_t number, event_memory& memory,
                                            event& e) noexcept {
    e = event{};
    memory.texts.clear();
    e.time_100ns = time_100ns;
    e.record = number;
    if (const error bad = fill_common(r, memory, e)) return bad;
    text_arena& texts = memory.texts;
    switch (r.id()) {
        case 4656:
        case 4663: {
            const bool of_process = says(r.text_of(slot::object_type), "Process");
            if (!of_process && !says(r.text_of(slot::object_type), "Thread")) return {};
            uint64_t granted = 0;
            if (!r.has(slot::granted_access)) return {error_code::adapter_missing_field, 0};
            if (!r.number_of(slot::granted_access, granted) || granted > UINT32_MAX) return {error_code::adapter_bad_number, 0};
            handle_payload handle{};
            handle.desired = handle.granted = static_cast<access_mask>(granted);
            handle.type = of_process ? handle_payload::object::process : handle_payload::object::thread;
            handle.exercised_only = r.id() == 4663;
            e.target_image = texts.put(r.text_of(slot::object_name));
            e.kind = event_kind::handle_open;
            e.data = handle;
            return {};
        }
        case 4688: {
            process_create_payload create{};
            create.command_line = texts.put(r.text_of(slot::command_line));
            create.user = texts.put(r.text_of(slot::user));
            create.parent_image = texts.put(r.text_of(slot::parent_image));
            if (!r.key_of(slot::parent_guid, slot::parent_pid, create.parent)) return {error_code::adapter_bad_number, 0};
            create.creator = create.parent;  // the event's "Creator Process" fields
            create.integrity_rid = create.session_id = create.file_age_s = unknown_u32;
            create.created_suspended = truth::unknown;
            e.kind = event_kind::process_create;
            e.data = create;
            return {};
        }
        case 4689: e.kind = event_kind::process_exit; return {};
        case 4703: {
            token_payload token{};
            const text enabled = texts.put(r.text_of(slot::privileges));
            if (contains_folded(enabled, u"SeDebugPrivilege")) token.privileges_enabled = uint64_t{1} << 20;
            e.kind = event_kind::token_check;
            e.data = token;
            return {};
        }
        default: return {};
    }
}

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif

// ==== bartizan/kernel.hpp ====
#ifndef BARTIZAN_KERNEL_HPP
#define BARTIZAN_KERNEL_HPP

/// The umbrella for drivers: every room that compiles freestanding, without exceptions, RTTI, allocation or floating point.
/// From outside it reaches <stddef.h> and <stdint.h> only; the linker needs at most memcpy, memmove, memset and memcmp.
/// tests/layer_gate refuses a kernel-safe header that is not listed here, tests/kernel proves the rest.

#endif

// ==== bartizan/features/log2.hpp ====
#ifndef BARTIZAN_FEATURES_LOG2_HPP
#define BARTIZAN_FEATURES_LOG2_HPP

namespace BARTIZAN_NAMESPACE::features {

/// Fraction bits of `log2_q24`.
inline constexpr unsigned log2_fraction_bits = 24;

namespace detail {

inline constexpr unsigned log2_table_bits = 8;

/// log2(1 + i/256) in Q24 for i = 0..256, found by repeated squaring: each squaring of a mantissa in [1, 2) yields one more
/// bit of its logarithm. 64-bit integers only, so every compiler makes the same table.
struct log2_table {
    uint32_t value[(1U << log2_table_bits) + 1]{};

    constexpr log2_table() noexcept {
        for (uint32_t i = 0; i < 1U << log2_table_bits; ++i) {
            uint64_t mantissa_q31 = (uint64_t{1} << 31) + (uint64_t{i} << (31 - log2_table_bits));
            uint32_t logarithm = 0;
            // One bit more than is kept, to round.
            for (unsigned bit = 0; bit < log2_fraction_bits + 1; ++bit) {
                mantissa_q31 = (mantissa_q31 * mantissa_q31) >> 31;
                logarithm <<= 1;
                if (mantissa_q31 >> 32 != 0) {
                    logarithm |= 1;
                    mantissa_q31 >>= 1;
                }
            }
            value[i] = (logarithm + 1) >> 1;
        }
        value[1U << log2_table_bits] = 1U << log2_fraction_bits;
    }
};

inline constexpr log2_table log2_of_mantissa{};

/// Position of the highest set bit; `n` must not be 0.
[[nodiscard]] constexpr unsigned highest_bit(uint32_t n) noexcept {
#if defined(__GNUC__)
    return 31U - static_cast<unsigned>(__builtin_clz(n));
#else
    unsigned position = 0;
    for (unsigned step = 16; step != 0; step >>= 1) {
        if (n >> step != 0) {
            n >>= step;
            position += step;
        }
    }
    return position;
#endif
}

}  // namespace detail

/// log2(n) in Q24 by table and linear interpolation; 0 for n = 0. Absolute error at most 2^-18 (the interpolation's
/// h^2/8 * log2(e) with h = 2^-8 is 2^-18.5; table rounding adds 2^-24). Exact for powers of two.
[[nodiscard]] constexpr uint32_t log2_q24(uint32_t n) noexcept {
    using namespace detail;
    if (n == 0) return 0;
    const unsigned exponent = highest_bit(n);
    const uint32_t mantissa_q31 = n << (31 - exponent);  // the leading one is bit 31
    const uint32_t index = (mantissa_q31 << 1) >> (32 - log2_table_bits);
    constexpr unsigned rest_bits = 31 - log2_table_bits;
    const uint64_t rest = mantissa_q31 & ((1U << rest_bits) - 1);
    const uint32_t low = log2_of_mantissa.value[index];
    const uint64_t step = log2_of_mantissa.value[index + 1] - low;
    return (exponent << log2_fraction_bits) + low + static_cast<uint32_t>((step * rest) >> rest_bits);
}

}  // namespace BARTIZAN_NAMESPACE::features

#endif

// ==== bartizan/features/histogram.hpp ====
#ifndef BARTIZAN_FEATURES_HISTOGRAM_HPP
#define BARTIZAN_FEATURES_HISTOGRAM_HPP

namespace BARTIZAN_NAMESPACE::features {

/// How often each byte value occurs, and the entropy that follows from it.
struct byte_histogram {
    uint64_t count[256]{};
    uint64_t total = 0;

    constexpr void add(const byte_histogram& other) noexcept {
        for (unsigned value = 0; value < 256; ++value) count[value] += other.count[value];
        total += other.total;
    }
};

/// Four histograms that are filled in turn and then summed. With a single one, a run of equal bytes makes every increment
/// wait for the store of the one before it. Zero between uses of `count_bytes`.
struct histogram_lanes {
    uint32_t count[4][256]{};
};

/// Adds `data` to `out`. `lanes` is working memory: zero on entry, zero again on return.
constexpr void count_bytes(bytes data, histogram_lanes& lanes, byte_histogram& out) noexcept {
    // No 32-bit lane can overflow within a block.
    constexpr size_t block_bytes = size_t{1} << 30;
    while (!data.empty()) {
        const bytes block = data.sub(0, block_bytes);
        data = data.sub(block.size);

        const uint8_t* next = block.begin();
        auto& [a, b, c, d] = lanes.count;
        // Written out: GCC does not unroll it at -O2, which costs a third of the speed.
        for (const uint8_t* const eights_end = next + block.size / 8 * 8; next != eights_end; next += 8) {
            ++a[next[0]];
            ++b[next[1]];
            ++c[next[2]];
            ++d[next[3]];
            ++a[next[4]];
            ++b[next[5]];
            ++c[next[6]];
            ++d[next[7]];
        }
        for (; next != block.end(); ++next) ++a[*next];

        for (unsigned value = 0; value < 256; ++value) {
            out.count[value] += uint64_t{a[value]} + b[value] + c[value] + d[value];
            a[value] = b[value] = c[value] = d[value] = 0;
        }
        out.total += block.size;
    }
}

inline constexpr unsigned entropy_fraction_bits = 16;
/// 8 bits per byte, the largest entropy.
inline constexpr uint32_t max_entropy_q16 = 8U << entropy_fraction_bits;

/// Shannon entropy in bits per byte, Q16: 0 (also for no bytes) to 8 * 65536. H = log2(n) - (1/n) * sum(c * log2(c)), in integers
/// only, so the same on every machine. Absolute error at most 2^-16 bits for n < 2^32: 2^-18 for each of the two logarithms' terms,
/// 2^-24 for the division, 2^-17 for the last rounding. Larger counts are halved until their sum fits; the error stays below 2^-14.
[[nodiscard]] constexpr uint32_t entropy_q16(const byte_histogram& h) noexcept {
    unsigned halvings = 0;
    while (h.total >> halvings > UINT32_MAX) ++halvings;
    uint64_t n = 0;
    uint64_t sum_q24 = 0;  // at most 2^32 * 32 * 2^24
    for (const uint64_t count : h.count) {
        const uint32_t c = static_cast<uint32_t>(count >> halvings);
        n += c;
        sum_q24 += uint64_t{c} * log2_q24(c);
    }
    if (n == 0) return 0;
    const uint64_t log2_n_q24 = log2_q24(static_cast<uint32_t>(n));
    const uint64_t mean_q24 = sum_q24 / n;
    // Interpolation lies below the logarithm, by more or less: the difference may miss zero, or eight, by its error.
    if (mean_q24 >= log2_n_q24) return 0;
    constexpr unsigned drop = log2_fraction_bits - entropy_fraction_bits;
    const uint64_t entropy = (log2_n_q24 - mean_q24 + (1U << (drop - 1))) >> drop;
    return entropy < max_entropy_q16 ? static_cast<uint32_t>(entropy) : max_entropy_q16;
}

}  // namespace BARTIZAN_NAMESPACE::features

#endif

// ==== bartizan/features/schema.hpp ====
#ifndef BARTIZAN_FEATURES_SCHEMA_HPP
#define BARTIZAN_FEATURES_SCHEMA_HPP

namespace BARTIZAN_NAMESPACE::features {

/// Features that a data set has or lacks together: the unit in which training masks them. Append, never renumber.
enum class group : uint8_t { core30, section_entropy, section_size, file };

[[nodiscard]] constexpr const char* name(group g) noexcept {
    switch (g) {
        case group::core30: return "core30";
        case group::section_entropy: return "section_entropy";
        case group::section_size: return "section_size";
        case group::file: return "file";
    }
    return "";
}

struct field {
    const char* name;
    features::group group;
};

/// Identifies a schema in a model file: FNV-1a, 64 bits, over each field in order as its name, a zero byte, its group's name,
/// a zero byte. Any change of name, group or order gives another hash, so that a model never reads the wrong column.
[[nodiscard]] constexpr uint64_t schema_hash(span<const field> fields) noexcept {
    uint64_t hash = 0xcbf29ce484222325;
    const auto add = [&hash](const char* text) {
        do {
            hash = (hash ^ static_cast<uint8_t>(*text)) * 0x100000001b3;
        } while (*text++ != '\0');
    };
    for (const field& f : fields) {
        add(f.name);
        add(name(f.group));
    }
    return hash;
}

}  // namespace BARTIZAN_NAMESPACE::features

#endif

// ==== bartizan/features/bartizan_v1.hpp ====
#ifndef BARTIZAN_FEATURES_BARTIZAN_V1_HPP
#define BARTIZAN_FEATURES_BARTIZAN_V1_HPP

/// The feature schema of the library's own models. Inline: `features::vector` is this schema's; another schema is another
/// namespace.
namespace BARTIZAN_NAMESPACE::features::inline bartizan_v1 {

/// Name, group and order of every feature; the names are those of the public data sets that share these fields. Units: sizes in
/// bytes; entropies in bits per byte, Q16 (0 to 524,288); everything else as it stands in the header. Section statistics are
/// unweighted over all sections read, empty ones included; means are rounded down.
inline constexpr field fields[] = {
    {"NumberOfSections", group::core30},
    {"SizeOfOptionalHeader", group::core30},
    {"Characteristics", group::core30},
    {"MajorLinkerVersion", group::core30},
    {"MinorLinkerVersion", group::core30},
    {"SizeOfCode", group::core30},
    {"SizeOfInitializedData", group::core30},
    {"SizeOfUninitializedData", group::core30},
    {"AddressOfEntryPoint", group::core30},
    {"BaseOfCode", group::core30},
    {"ImageBase", group::core30},
    {"SectionAlignment", group::core30},
    {"FileAlignment", group::core30},
    {"MajorOperatingSystemVersion", group::core30},
    {"MinorOperatingSystemVersion", group::core30},
    {"MajorImageVersion", group::core30},
    {"MinorImageVersion", group::core30},
    {"MajorSubsystemVersion", group::core30},
    {"MinorSubsystemVersion", group::core30},
    {"SizeOfImage", group::core30},
    {"SizeOfHeaders", group::core30},
    {"CheckSum", group::core30},
    {"Subsystem", group::core30},
    {"DllCharacteristics", group::core30},
    {"SizeOfStackReserve", group::core30},
    {"SizeOfStackCommit", group::core30},
    {"SizeOfHeapReserve", group::core30},
    {"SizeOfHeapCommit", group::core30},
    {"LoaderFlags", group::core30},
    {"NumberOfRvaAndSizes", group::core30},
    {"SectionsMeanEntropy", group::section_entropy},
    {"SectionsMinEntropy", group::section_entropy},
    {"SectionsMaxEntropy", group::section_entropy},
    {"SectionsMeanRawsize", group::section_size},
    {"SectionsMinRawsize", group::section_size},
    {"SectionsMaxRawsize", group::section_size},
    {"SectionsMeanVirtualsize", group::section_size},
    {"SectionsMinVirtualsize", group::section_size},
    {"SectionsMaxVirtualsize", group::section_size},
    {"FileEntropy", group::file},
    {"FileSize", group::file},
};
inline constexpr unsigned field_count = sizeof fields / sizeof fields[0];
static_assert(field_count == 41);

/// Identifies this schema, this order, these names; a model states the hash that it was trained on.
inline constexpr uint64_t hash = schema_hash(fields);

/// Bit i is set for every field i of group `g`.
[[nodiscard]] constexpr uint64_t mask_of(group g) noexcept {
    uint64_t mask = 0;
    for (unsigned i = 0; i < field_count; ++i) mask |= uint64_t{fields[i].group == g} << i;
    return mask;
}

/// One file's features. A field whose bit in `present` is clear is unknown, which is not the same as 0; its value is 0.
struct vector {
    uint64_t value[field_count]{};
    uint64_t present = 0;

    [[nodiscard]] constexpr bool has(unsigned i) const noexcept { return (present >> i & 1) != 0; }

    /// Makes a whole group unknown, as training does.
    constexpr void mask(group g) noexcept {
        for (unsigned i = 0; i < field_count; ++i) {
            if (fields[i].group == g) value[i] = 0;
        }
        present &= ~mask_of(g);
    }
};

/// Working memory of `extract`, the caller's: 8 KiB. One per thread; may be used again without clearing.
struct extract_scratch {
    byte_histogram file;
    byte_histogram section;
    histogram_lanes lanes;
};
static_assert(sizeof(extract_scratch) <= 32 * 1024);

/// Sections may overlap and so be counted again and again: 2,048 of them over a file of 100 MB would take a minute. When the
/// sections' raw data together exceed this many times the file, section entropies are given as unknown. Of 727 benign files
/// none exceeds 1.
inline constexpr uint64_t max_section_bytes_per_file_byte = 4;

namespace detail {

/// Minimum, maximum and mean of a section property.
struct statistics {
    uint64_t sum = 0;
    uint64_t min = UINT64_MAX;
    uint64_t max = 0;

    constexpr void add(uint64_t x) noexcept {
        sum += x;
        min = x < min ? x : min;
        max = x > max ? x : max;
    }
    /// In the schema's order: mean, minimum, maximum.
    constexpr void store(uint64_t* out, uint32_t count) const noexcept {
        out[0] = sum / count;
        out[1] = min;
        out[2] = max;
    }
};

/// Index of the first field of a group.
[[nodiscard]] constexpr unsigned first_of(group g) noexcept {
    unsigned i = 0;
    while (fields[i].group != g) ++i;
    return i;
}

constexpr void store_headers(const pe::image& image, uint64_t* out) noexcept {
    const pe::image_file_header& coff = image.coff;
    const pe::image_optional_header& optional = image.optional;
    const uint64_t values[] = {
        coff.number_of_sections,
        coff.size_of_optional_header,
        coff.characteristics,
        optional.major_linker_version,
        optional.minor_linker_version,
        optional.size_of_code,
        optional.size_of_initialized_data,
        optional.size_of_uninitialized_data,
        optional.address_of_entry_point,
        optional.base_of_code,
        optional.image_base,
        optional.section_alignment,
        optional.file_alignment,
        optional.major_operating_system_version,
        optional.minor_operating_system_version,
        optional.major_image_version,
        optional.minor_image_version,
        optional.major_subsystem_version,
        optional.minor_subsystem_version,
        optional.size_of_image,
        optional.size_of_headers,
        optional.check_sum,
        optional.subsystem,
        optional.dll_characteristics,
        optional.size_of_stack_reserve,
        optional.size_of_stack_commit,
        optional.size_of_heap_reserve,
        optional.size_of_heap_commit,
        optional.loader_flags,
        optional.number_of_rva_and_sizes,
    };
    static_assert(sizeof values / sizeof values[0] == first_of(group::section_entropy));
    for (unsigned i = 0; i < first_of(group::section_entropy); ++i) out[i] = values[i];
}

/// Leaves the whole file's histogram in `work.file` and returns the entropies of the sections. Where the sections follow one
/// another in the file, every byte is read once: the file is the sections and the gaps between them.
constexpr statistics section_entropies(const pe::image& image, extract_scratch& work) noexcept {
    statistics entropies;
    const pe::reader in{image.file};
    uint64_t counted = 0;  // the file's bytes [0, counted) are in work.file
    bool in_order = true;
    for (const pe::section& s : image.sections) {
        if (s.raw.empty()) {
            entropies.add(0);
            continue;
        }
        work.section = {};
        count_bytes(s.raw, work.lanes, work.section);
        entropies.add(entropy_q16(work.section));
        in_order = in_order && s.raw_offset >= counted;
        if (in_order) {
            count_bytes(in.sub(counted, s.raw_offset - counted), work.lanes, work.file);
            work.file.add(work.section);
            counted = s.raw_offset + s.raw.size;
        }
    }
    count_bytes(in.sub(counted, image.file.size - counted), work.lanes, work.file);
    return entropies;
}

}  // namespace detail

/// The features of `image`, from its headers and every byte of its file. All fields are present, but: no section that could be
/// read leaves both section groups unknown, and overlapping sections (see above) leave section_entropy unknown. Reads each
/// byte of the file once, and those of sections that lie out of order twice. Cannot fail; allocates nothing.
constexpr void extract(const pe::image& image, extract_scratch& work, vector& out) noexcept {
    out = {};
    out.present = mask_of(group::core30) | mask_of(group::file);
    detail::store_headers(image, out.value);

    uint64_t raw_bytes = 0;
    detail::statistics raw_sizes;
    detail::statistics virtual_sizes;
    for (const pe::section& s : image.sections) {
        raw_bytes += s.raw.size;
        raw_sizes.add(s.header.size_of_raw_data);
        virtual_sizes.add(s.header.virtual_size);
    }
    const uint32_t sections = image.sections.size();
    if (sections != 0) {
        constexpr unsigned at = detail::first_of(group::section_size);
        raw_sizes.store(out.value + at, sections);
        virtual_sizes.store(out.value + at + 3, sections);
        out.present |= mask_of(group::section_size);
    }

    work.file = {};
    if (raw_bytes / max_section_bytes_per_file_byte > image.file.size) {
        count_bytes(image.file, work.lanes, work.file);
    } else {
        const detail::statistics entropies = detail::section_entropies(image, work);
        if (sections != 0) {
            entropies.store(out.value + detail::first_of(group::section_entropy), sections);
            out.present |= mask_of(group::section_entropy);
        }
    }
    constexpr unsigned at = detail::first_of(group::file);
    out.value[at] = entropy_q16(work.file);
    out.value[at + 1] = image.file.size;
}

}  // namespace BARTIZAN_NAMESPACE::features::inline bartizan_v1

#endif

// ==== bartizan/bartizan.hpp ====
#ifndef BARTIZAN_BARTIZAN_HPP
#define BARTIZAN_BARTIZAN_HPP

/// The umbrella for user mode: everything that needs no third party. The shipped model's weights are not part of it:
/// include <model_weights/bartizan_v1.hpp>, or load a .btz file.

#endif

#endif
