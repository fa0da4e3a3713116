// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_POLICY_IMAGE_NAMES_HPP
#define BARTIZAN_POLICY_IMAGE_NAMES_HPP

#include "../core/path.hpp"
#include "../core/process.hpp"

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
