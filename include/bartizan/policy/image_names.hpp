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

template <class... Roles>
[[nodiscard]] constexpr role_set roles(Roles... each) noexcept {
    role_set all;
    ((all = all.with(each)), ...);
    return all;
}

}  // namespace detail

/// File names (also OriginalFilename) that rules know. Sources: rules.md C1, L1; the names are Microsoft's.
inline constexpr image_name image_names[] = {
    {u"ADPLUS.EXE", detail::roles(role::memory_tool)},
    {u"APPVCLIENT.EXE", detail::roles(role::app_v_service, role::native_image), true},
    {u"AT.EXE", detail::roles(role::lolbin, role::work_scheduler)},
    {u"ATBROKER.EXE", detail::roles(role::session_helper)},
    {u"AUTOCHK.EXE", detail::roles(role::maintenance)},
    {u"BACKGROUNDTASKHOST.EXE", detail::roles(role::maintenance)},
    {u"BDEUISRV.EXE", detail::roles(role::maintenance)},
    {u"BITSADMIN.EXE", detail::roles(role::lolbin, role::work_scheduler)},
    {u"BRAVE.EXE", detail::roles(role::browser)},
    {u"BROWSER.EXE", detail::roles(role::browser)},
    {u"CERTUTIL.EXE", detail::roles(role::lolbin)},
    {u"CHKDSK.EXE", detail::roles(role::maintenance)},
    {u"CHROME.EXE", detail::roles(role::browser)},
    {u"CHROMIUM.EXE", detail::roles(role::browser)},
    {u"CMD.EXE", detail::roles(role::lolbin)},
    {u"COMPATTELRUNNER.EXE", detail::roles(role::maintenance)},
    {u"CONHOST.EXE", detail::roles(role::lolbin, role::console_host)},
    {u"CONSENT.EXE", detail::roles(role::session_helper), true},
    {u"CONTROL.EXE", detail::roles(role::lolbin)},
    {u"COOKIE_EXPORTER.EXE", detail::roles(role::browser_helper)},
    {u"CRASHPAD_HANDLER.EXE", detail::roles(role::browser_helper)},
    {u"CRASHREPORTER.EXE", detail::roles(role::browser_helper)},
    {u"CREATEDUMP.EXE", detail::roles(role::memory_tool)},
    {u"CSCRIPT.EXE", detail::roles(role::script_host, role::native_image, role::script_engine)},
    {u"CSRSS.EXE", detail::roles(role::csrss, role::native_image), true},
    {u"CURL.EXE", detail::roles(role::lolbin)},
    {u"DEFAULT-BROWSER-AGENT.EXE", detail::roles(role::browser_helper)},
    {u"DEFRAG.EXE", detail::roles(role::maintenance)},
    {u"DFRGUI.EXE", detail::roles(role::maintenance)},
    {u"DISKPART.EXE", detail::roles(role::maintenance)},
    {u"DISM.EXE", detail::roles(role::maintenance)},
    {u"DISMHOST.EXE", detail::roles(role::maintenance)},
    {u"DUMP64.EXE", detail::roles(role::memory_tool)},
    {u"ELEVATION_SERVICE.EXE", detail::roles(role::browser_helper)},
    {u"EPMCONSENTUI.EXE", detail::roles(role::session_helper)},
    {u"EXPLORER.EXE", detail::roles(role::lolbin, role::desktop_shell)},
    {u"FINGER.EXE", detail::roles(role::lolbin)},
    {u"FIREFOX.EXE", detail::roles(role::browser)},
    {u"FORFILES.EXE", detail::roles(role::lolbin)},
    {u"GOOGLEUPDATE.EXE", detail::roles(role::browser_helper)},
    {u"HH.EXE", detail::roles(role::lolbin)},
    {u"IDENTITY_HELPER.EXE", detail::roles(role::browser_helper)},
    {u"IEXPLORE.EXE", detail::roles(role::browser)},
    {u"INSTALLUTIL.EXE", detail::roles(role::script_host, role::managed_host, role::lolbin)},
    {u"LOGONUI.EXE", detail::roles(role::maintenance)},
    {u"LSASS.EXE", detail::roles(role::lsass, role::native_image), true},
    {u"MAINTENANCESERVICE.EXE", detail::roles(role::browser_helper)},
    {u"MANAGE-BDE.EXE", detail::roles(role::maintenance)},
    {u"MAVINJECT.EXE", detail::roles(role::code_injector, role::native_image)},
    {u"MAVINJECT32.EXE", detail::roles(role::code_injector, role::native_image)},
    {u"MAVINJECT64.EXE", detail::roles(role::code_injector, role::native_image)},
    {u"MICROSOFTEDGE.EXE", detail::roles(role::browser)},
    {u"MICROSOFTEDGECP.EXE", detail::roles(role::browser)},
    {u"MICROSOFTEDGESH.EXE", detail::roles(role::browser)},
    {u"MICROSOFTEDGEUPDATE.EXE", detail::roles(role::browser_helper)},
    {u"MINIDUMP-ANALYZER.EXE", detail::roles(role::browser_helper)},
    {u"MPCMDRUN.EXE", detail::roles(role::maintenance)},
    {u"MPDEFENDERCORESERVICE.EXE", detail::roles(role::maintenance)},
    {u"MPSIGSTUB.EXE", detail::roles(role::session_helper)},
    {u"MRT.EXE", detail::roles(role::maintenance)},
    {u"MSBUILD.EXE", detail::roles(role::script_host, role::managed_host, role::lolbin)},
    {u"MSEDGE.EXE", detail::roles(role::browser)},
    {u"MSHTA.EXE", detail::roles(role::script_host, role::native_image, role::script_engine, role::html_host)},
    {u"MSIEXEC.EXE", detail::roles(role::installer)},
    {u"MSMPENG.EXE", detail::roles(role::maintenance)},
    {u"NARRATOR.EXE", detail::roles(role::session_helper)},
    {u"NOTIFICATION_HELPER.EXE", detail::roles(role::browser_helper)},
    {u"OPENCONSOLE.EXE", detail::roles(role::console_host)},
    {u"OPERA.EXE", detail::roles(role::browser)},
    {u"OSK.EXE", detail::roles(role::session_helper)},
    {u"PCALUA.EXE", detail::roles(role::lolbin)},
    {u"PINGSENDER.EXE", detail::roles(role::browser_helper)},
    {u"PLUGIN-CONTAINER.EXE", detail::roles(role::browser_helper)},
    {u"POWERSHELL.EXE", detail::roles(role::script_host, role::powershell, role::managed_host)},
    {u"POWERSHELL_ISE.EXE", detail::roles(role::script_host, role::powershell, role::managed_host)},
    {u"PWAHELPER.EXE", detail::roles(role::browser_helper)},
    {u"PWSH.DLL", detail::roles(role::script_host, role::powershell, role::managed_host)},
    {u"PWSH.EXE", detail::roles(role::script_host, role::powershell, role::managed_host)},
    {u"RDRLEAKDIAG.EXE", detail::roles(role::memory_tool, role::native_image)},
    {u"RECOVERYDRIVE.EXE", detail::roles(role::maintenance)},
    {u"REG.EXE", detail::roles(role::registry_tool)},
    {u"REGASM.EXE", detail::roles(role::lolbin)},
    {u"REGEDIT.EXE", detail::roles(role::registry_tool)},
    {u"REGEDT32.EXE", detail::roles(role::registry_tool)},
    {u"REGINI.EXE", detail::roles(role::registry_tool)},
    {u"REGSVCS.EXE", detail::roles(role::lolbin)},
    {u"REGSVR32.EXE", detail::roles(role::script_host, role::native_image, role::lolbin)},
    {u"RSTRUI.EXE", detail::roles(role::maintenance)},
    {u"RUNDLL32.EXE", detail::roles(role::script_host, role::native_image, role::lolbin)},
    {u"SC.EXE", detail::roles(role::lolbin, role::work_scheduler)},
    {u"SCHTASKS.EXE", detail::roles(role::lolbin, role::work_scheduler)},
    {u"SEAMONKEY.EXE", detail::roles(role::browser)},
    {u"SEARCHINDEXER.EXE", detail::roles(role::maintenance)},
    {u"SECURITYHEALTHSETUP.EXE", detail::roles(role::session_helper)},
    {u"SERVICES.EXE", detail::roles(role::services, role::native_image), true},
    {u"SETUPHOST.EXE", detail::roles(role::maintenance)},
    {u"SMSS.EXE", detail::roles(role::smss, role::native_image), true},
    {u"SPLWOW64.EXE", detail::roles(role::browser_helper)},
    {u"SPOOLSV.EXE", detail::roles(role::print_spooler, role::native_image), true},
    {u"SQLDUMPER.EXE", detail::roles(role::memory_tool, role::native_image)},
    {u"SRTASKS.EXE", detail::roles(role::maintenance)},
    {u"SVCHOST.EXE", detail::roles(role::svchost, role::native_image), true},
    {u"SYNCAPPVPUBLISHINGSERVER.EXE", detail::roles(role::script_host, role::powershell)},
    {u"TASKMGR.EXE", detail::roles(role::task_manager, role::native_image), true},
    {u"TIWORKER.EXE", detail::roles(role::maintenance)},
    {u"TRUSTEDINSTALLER.EXE", detail::roles(role::maintenance)},
    {u"TTDINJECT.EXE", detail::roles(role::memory_tool, role::native_image, role::code_injector)},
    {u"TTTRACER.EXE", detail::roles(role::memory_tool, role::native_image)},
    {u"UPDATER.EXE", detail::roles(role::browser_helper)},
    {u"VDS.EXE", detail::roles(role::maintenance)},
    {u"VIVALDI.EXE", detail::roles(role::browser)},
    {u"VMWP.EXE", detail::roles(role::maintenance)},
    {u"VSSVC.EXE", detail::roles(role::maintenance)},
    {u"WATERFOX.EXE", detail::roles(role::browser)},
    {u"WBENGINE.EXE", detail::roles(role::maintenance)},
    {u"WERFAULT.EXE", detail::roles(role::error_reporter, role::native_image, role::session_helper), true},
    {u"WERFAULTSECURE.EXE", detail::roles(role::error_reporter, role::native_image, role::session_helper), true},
    {u"WERMGR.EXE", detail::roles(role::session_helper)},
    {u"WHALE.EXE", detail::roles(role::browser)},
    {u"WININIT.EXE", detail::roles(role::wininit, role::native_image), true},
    {u"WINLOGON.EXE", detail::roles(role::winlogon, role::native_image), true},
    {u"WMIC.EXE", detail::roles(role::lolbin, role::work_scheduler)},
    {u"WMIPRVSE.EXE", detail::roles(role::native_image, role::session_helper)},
    {u"WSCRIPT.EXE", detail::roles(role::script_host, role::native_image, role::script_engine)},
    {u"WSMPROVHOST.EXE", detail::roles(role::managed_host)},
    {u"WT.EXE", detail::roles(role::lolbin)},
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
    {u"CHAKRA.DLL", module_kind::managed_runtime},
    {u"CHAKRACORE.DLL", module_kind::managed_runtime},
    {u"CIMWIN32.DLL", module_kind::inventory},
    {u"CLR.DLL", module_kind::managed_runtime},
    {u"CLRJIT.DLL", module_kind::managed_runtime},
    {u"COMSVCS.DLL", module_kind::dump_routine},
    {u"CORECLR.DLL", module_kind::managed_runtime},
    {u"DBGCORE.DLL", module_kind::dump_routine},
    {u"DBGHELP.DLL", module_kind::dump_routine},
    {u"JSCRIPT9.DLL", module_kind::managed_runtime},
    {u"JVM.DLL", module_kind::managed_runtime},
    {u"KERNEL32.DLL", module_kind::system_api},
    {u"KERNELBASE.DLL", module_kind::system_api},
    {u"LUAJIT.DLL", module_kind::managed_runtime},
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
    {u"WOW64BASE.DLL", module_kind::system_stub},
    {u"WOW64CON.DLL", module_kind::system_stub},
    {u"WOW64CPU.DLL", module_kind::system_stub},
    {u"WOW64WIN.DLL", module_kind::system_stub},
    {u"WOWARMHW.DLL", module_kind::system_stub},
    {u"XTAJIT.DLL", module_kind::system_stub},
    {u"XTAJIT64.DLL", module_kind::system_stub},
};

namespace detail {

template <class Row, size_t N>
[[nodiscard]] constexpr bool ascends(const Row (&rows)[N]) noexcept {
    for (size_t i = 1; i < N; ++i)
        if (compare_folded(rows[i - 1].name, rows[i].name) >= 0) return false;
    return true;
}
static_assert(ascends(image_names) && ascends(module_names));

/// Binary search by folded name; null when absent. For tables without an index.
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

/// Where a name may stand: its length and four of its characters, folded. Names differ early, before ".EXE", and at their middle.
[[nodiscard]] constexpr uint32_t name_hash(text name) noexcept {
    const auto at = [&](uint32_t i) { return i < name.size ? static_cast<uint32_t>(upcase(name[i])) : 0u; };
    const uint32_t sample = at(0) ^ at(1) << 5 ^ at(name.size / 2) << 10 ^ at(name.size < 5 ? 0 : name.size - 5) << 15 ^ name.size << 20;
    return (sample * 0x9e3779b1u) >> 16;
}

/// Open addressing over a constant table of names; made by the compiler, sparse enough for one comparison in most look-ups.
template <size_t N>
struct name_index {
    static constexpr uint32_t size = N < 64 ? 256 : 1024;
    static_assert(N < 256 && N * 4 <= size);

    uint8_t row[size] = {};  ///< index + 1; 0 free

    template <class Row>
    explicit constexpr name_index(const Row (&rows)[N]) noexcept {
        for (size_t i = 0; i < N; ++i) {
            uint32_t slot = name_hash(rows[i].name) % size;
            while (row[slot] != 0) slot = (slot + 1) % size;
            row[slot] = static_cast<uint8_t>(i + 1);
        }
    }
};
inline constexpr name_index<sizeof image_names / sizeof image_names[0]> image_index(image_names);
inline constexpr name_index<sizeof module_names / sizeof module_names[0]> module_index(module_names);

template <class Row, size_t N>
[[nodiscard]] constexpr const Row* look_up(const Row (&rows)[N], const name_index<N>& index, text name) noexcept {
    for (uint32_t slot = name_hash(name) % index.size; index.row[slot] != 0; slot = (slot + 1) % index.size) {
        const Row& row = rows[index.row[slot] - 1];
        if (row.name.size == name.size && equal_folded(row.name, name)) return &row;
    }
    return nullptr;
}
[[nodiscard]] constexpr const image_name* find(const image_name (&rows)[sizeof image_names / sizeof image_names[0]], text name) noexcept {
    return look_up(rows, image_index, name);
}
[[nodiscard]] constexpr const module_name* find(const module_name (&rows)[sizeof module_names / sizeof module_names[0]], text name) noexcept {
    return look_up(rows, module_index, name);
}

}  // namespace detail

/// Roles of an image from its canonical path and, where the sensor has it, its version resource's OriginalFilename: the latter
/// survives a rename, so it is asked first and the file name adds to it. `more` is a policy's own rows, in any order.
[[nodiscard]] constexpr role_set roles_of(const canonical_path& image, text original_file_name = {}, span<const image_name> more = {}) noexcept {
    role_set roles;
    // Localised system programs carry the name of their language file.
    if (ends_with_folded(original_file_name, u".MUI")) original_file_name.size -= 4;
    const text names[] = {original_file_name, file_name(image.path)};
    for (const text name : names) {
        for (const image_name& row : more)
            if (equal_folded(row.name, name)) roles.bits |= row.roles.bits;
        const image_name* row = detail::find(image_names, name);
        if (row == nullptr) continue;
        // The protected system programs live in System32 itself, not in one of its subdirectories or its 32-bit twin.
        const bool in_system = (image.system == system_directory::system32 || image.system == system_directory::sysnative) &&
                               image.path.size == text(u"%SYSDIR%\\").size + file_name(image.path).size;
        // Two of them have a 32-bit twin that does the same.
        const bool in_wow64 = image.system == system_directory::syswow64 && (row->roles.has(role::error_reporter) || row->roles.has(role::task_manager));
        if (row->system_only && !in_system && !in_wow64) continue;
        roles.bits |= row->roles.bits;
    }
    return roles;
}

/// The library that is PowerShell, in whatever process: System.Management.Automation, also precompiled, or the console host's.
[[nodiscard]] constexpr bool is_powershell_engine(text path) noexcept {
    const text name = file_name(path);
    return equal_folded(name, u"System.Management.Automation.dll") || equal_folded(name, u"System.Management.Automation.ni.dll") ||
           equal_folded(name, u"Microsoft.PowerShell.ConsoleHost.dll") || equal_folded(name, u"Microsoft.PowerShell.ConsoleHost.ni.dll");
}

[[nodiscard]] constexpr module_kind kind_of_module(text path) noexcept {
    const module_name* row = detail::find(module_names, file_name(path));
    return row == nullptr ? module_kind::other : row->kind;
}

}  // namespace BARTIZAN_NAMESPACE::policy

#endif
