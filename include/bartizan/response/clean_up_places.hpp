// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_CLEAN_UP_PLACES_HPP
#define BARTIZAN_RESPONSE_CLEAN_UP_PLACES_HPP

#include "../policy/credential_objects.hpp"
#include "../policy/path_trust.hpp"

/// What a place in the registry or on the disk means to a clean-up.
namespace BARTIZAN_NAMESPACE::respond {

namespace detail {

// A row names components of a canonical name that follow each other, wherever in it; '*' is any one, '|' parts choices. What lies
// below belongs to it.
//
// Autostart places. Sources: ATT&CK T1547, T1546, T1543.003, T1053.005, T1037.001, T1574.012; what Sysinternals Autoruns lists.
// A value that is nobody's where nobody attacked: it goes.
inline constexpr text starting_values[] = {
    u"CURRENTVERSION/RUN|RUNONCE|RUNONCEEX|RUNSERVICES|RUNSERVICESONCE|SHELLSERVICEOBJECTDELAYLOAD|SILENTPROCESSEXIT",
    u"POLICIES/EXPLORER|SYSTEM/RUN|SHELL", u"CURRENTVERSION/WINDOWS/APPINIT_DLLS|LOADAPPINIT_DLLS|LOAD|RUN", u"WINLOGON/NOTIFY",
    u"IMAGE FILE EXECUTION OPTIONS/*/DEBUGGER|VERIFIERDLLS|GLOBALFLAG", u"SCHEDULE/TASKCACHE", u"APPCOMPATFLAGS/CUSTOM|INSTALLEDSDB",
    u"COMMAND PROCESSOR/AUTORUN", u"OFFICE TEST/SPECIAL", u"SESSION MANAGER/APPCERTDLLS",
    u"ENVIRONMENT/USERINITMPRLOGONSCRIPT|COR_PROFILER|COR_PROFILER_PATH|COR_ENABLE_PROFILING", u"DESKTOP/SCRNSAVE.EXE",
};
// Windows has a value of its own there in the machine's hive, to which it is set back; a user's hive may only shadow it.
inline constexpr text starting_settings[] = {
    u"WINLOGON/SHELL|USERINIT|TASKMAN|VMAPPLET|GINADLL|MPNOTIFY", u"INSTALLED COMPONENTS/*/STUBPATH", u"SHELL/*/COMMAND",
    u"CLSID/*/INPROCSERVER32|LOCALSERVER32|TREATAS|SCRIPTLETURL", u"CCS/SERVICES/*/IMAGEPATH|FAILURECOMMAND", u"SERVICES/*/PARAMETERS/SERVICEDLL",
    u"TIMEPROVIDERS/*/DLLNAME", u"LSA/AUTHENTICATION PACKAGES|NOTIFICATION PACKAGES|SECURITY PACKAGES", u"OSCONFIG/SECURITY PACKAGES",
    u"MICROSOFT/NETSH", u"CONTROL/SECURITYPROVIDERS/SECURITYPROVIDERS", u"SESSION MANAGER/BOOTEXECUTE|SETUPEXECUTE|EXECUTE|S0INITIALCOMMAND",
    u"MONITORS/*/DRIVER", u"NETWORKPROVIDER/ORDER", u"SAFEBOOT/ALTERNATESHELL", u"BOOTVERIFICATIONPROGRAM/IMAGEPATH",
};
// In every hive.
inline constexpr text startup_settings[] = {u"SHELL FOLDERS|USER SHELL FOLDERS/STARTUP|COMMON STARTUP"};
inline constexpr text starting_folders[] = {
    u"START MENU/PROGRAMS/STARTUP", u"%SYSDIR%|%SYSTEMROOT%/TASKS", u"GROUPPOLICY/MACHINE|USER/SCRIPTS", u"MICROSOFT/WORD|EXCEL/STARTUP|XLSTART",
};

// Routine traces: what Windows' libraries write in the name of whoever uses them, as recordings show. The snapshot service's diagnosis, RAS
// tracing, WinINet, WNF states, the kernel's and the shell's books of what was run, ADSI's schema cache.
inline constexpr text trace_values[] = {
    u"SERVICES/VSS/DIAG", u"SERVICES/BAM|DAM/STATE|USERSETTINGS", u"MICROSOFT/TRACING", u"ADS/PROVIDERS/LDAP",
    u"WINDOWS/SHELL|SHELLNOROAM/MUICACHE|BAGS|BAGMRU", u"LOCAL SETTINGS/MUICACHE", u"TASKMANAGER/PREFERENCES",
    u"EXPLORER/USERASSIST|RECENTDOCS|COMDLG32|FEATUREUSAGE|SESSIONINFO|TYPEDPATHS|STREAMMRU", u"INTERNET SETTINGS/MIGRATEPROXY|ENABLENEGOTIATE|CACHE",
    u"ZONEMAP/PROXYBYPASS|INTRANETNAME|UNCASINTRANET|AUTODETECT", u"INTERNET SETTINGS/5.0/CACHE", u"CURRENTVERSION/NOTIFICATIONS/DATA",
    u"APPCOMPATFLAGS/COMPATIBILITY ASSISTANT", u"SYSINTERNALS/*/EULAACCEPTED",
};
inline constexpr text trace_folders[] = {
    u"MICROSOFT/WINDOWS/RECENT|SCHCACHE|WER|INETCOOKIES|WEBCACHE|POWERSHELL", u"MICROSOFT/CRYPTNETURLCACHE", u"LOCAL/D3DSCACHE",
    u"MICROSOFT/CLR_V2.0|CLR_V2.0_32|CLR_V4.0|CLR_V4.0_32/USAGELOGS", u"%SYSTEMROOT%/PREFETCH", u"%SYSDIR%/WINEVT/LOGS",
};
// Private keys, DPAPI's master keys, certificates, stored passwords, Windows Hello. "Key Storage and Retrieval" (Microsoft Learn), T1555.004.
inline constexpr text key_stores[] = {u"MICROSOFT/CRYPTO|PROTECT|SYSTEMCERTIFICATES|VAULT|CREDENTIALS|NGC"};
inline constexpr text database_files[] = {u"NTDS/NTDS.DIT", u"%SYSDIR%/CONFIG/REGBACK|TXR|JOURNAL"};
inline constexpr text root_certificates[] = {u"SYSTEMCERTIFICATES/ROOT"};

inline constexpr text program_types = u"EXE|DLL|SYS|SCR|COM|CPL|OCX|DRV|PIF|MSI|MSP|XLL|WLL|PS1|PSM1|BAT|CMD|VBS|VBE|JS|JSE|WSF|WSH|SCT|HTA|JAR|CHM|PY";

// What it ran is the attack, not the program.
inline constexpr text interpreters = u"PYTHON.EXE|PYTHONW.EXE|PYTHON3.EXE|JAVA.EXE|JAVAW.EXE|NODE.EXE|PERL.EXE|RUBY.EXE|PHP.EXE";

// The row's components are the path's first. An 8.3 name that nobody resolved may be any name.
[[nodiscard]] constexpr bool leads(text path, text row, bool short_names = false) noexcept {
    for (uint32_t p = 0, r = 0;; ++p, ++r) {
        for (;; ++r) {
            uint32_t i = 0;
            while (p + i < path.size && r + i < row.size && path[p + i] == row[r + i]) ++i;
            const bool path_ends = p + i == path.size || path[p + i] == u'\\';
            if (path_ends && (r + i == row.size || row[r + i] == u'/' || row[r + i] == u'|')) break;
            if (row[r] == u'*' || (short_names && bartizan::detail::looks_short(path.sub(p, bartizan::detail::component_end(path, p) - p)))) break;
            while (r < row.size && row[r] != u'|' && row[r] != u'/') ++r;
            if (r == row.size || row[r] == u'/') return false;
        }
        p = bartizan::detail::component_end(path, p);
        while (r < row.size && row[r] != u'/') ++r;
        if (r == row.size) return true;
        if (p == path.size) return false;
    }
}

[[nodiscard]] constexpr bool holds(text path, span<const text> rows, bool short_names = false) noexcept {
    for (uint32_t p = 0; p < path.size; p = bartizan::detail::component_end(path, p) + 1)
        for (const text row : rows)
            if (leads(path.sub(p), row, short_names)) return true;
    return false;
}

}  // namespace detail

/// `autostart_setting`: Windows has a value of its own there, to which it is set back.
enum class value_place : uint8_t { other, autostart, autostart_setting, trace, key_store };

/// Of "KEY\VALUE" in the form of canonicalise_key.
[[nodiscard]] constexpr value_place place_of_value(text value) noexcept {
    using detail::holds;
    if (holds(value, detail::trace_values)) return value_place::trace;
    // A root certificate is no trace: Windows trusts whoever holds its key (T1553.004).
    if (holds(value, detail::key_stores) && !holds(value, detail::root_certificates)) return value_place::key_store;
    if (holds(value, detail::starting_values)) return value_place::autostart;
    if (holds(value, detail::startup_settings)) return value_place::autostart_setting;
    if (!holds(value, detail::starting_settings)) return value_place::other;
    return matches_prefix(value, u"HKU") ? value_place::autostart : value_place::autostart_setting;
}

/// Of a file by its name: a program or script; a copy of a credential store, or a dump of memory.
enum class file_use : uint8_t { unknown, program, stored_credentials };

[[nodiscard]] constexpr file_use use_of_file(text canonical) noexcept {
    const text name = file_name(canonical);
    uint32_t dot = name.size;
    while (dot > 0 && name[dot - 1] != u'.') --dot;
    const text type = dot == 0 ? text() : name.sub(dot);
    if (detail::leads(type, detail::program_types)) return file_use::program;
    const bool copy = policy::is_store_name(name) || ends_with_folded(name, u"HIVE") || detail::leads(type, u"DMP|MDMP|HIV");
    return copy ? file_use::stored_credentials : file_use::unknown;
}

/// `unclear`: on another machine, relative, cut, or below a first folder whose name is shortened (PROGRA~1).
enum class file_place : uint8_t { other, autostart, windows, installed, trace, key_store, registry_hive, unclear };

[[nodiscard]] constexpr file_place place_of_file(const canonical_path& file) noexcept {
    using detail::holds;
    const text path = file.path, name = file_name(path);
    const file_use use = use_of_file(path);
    if (holds(path, detail::key_stores, true)) return file_place::key_store;
    const bool database = matches_prefix(name, u"NTUSER.DAT") || matches_prefix(name, u"USRCLASS.DAT") || holds(path, detail::database_files) ||
                          policy::read_store(file).what == policy::store_file::hive || equal(path.sub(0, path.size - name.size), u"%SYSDIR%\\CONFIG\\");
    if (database && use != file_use::program) return file_place::registry_hive;
    const uint32_t first = bartizan::detail::component_end(path, file.volume == volume_kind::device ? 8 : 0) + 1;
    const bool local = file.volume == volume_kind::drive || file.volume == volume_kind::device;
    const bool shortened = bartizan::detail::looks_short(path.sub(first, bartizan::detail::component_end(path, first) - first));
    if (!local || shortened || file.has(path_truncated)) return file_place::unclear;
    if (matches_prefix(name, u"__PSSCRIPTPOLICYTEST_")) return file_place::trace;
    if (holds(path, detail::starting_folders)) return file_place::autostart;
    if (use == file_use::unknown && holds(path, detail::trace_folders)) return file_place::trace;
    const trust who = policy::trust_from_path(file);
    return who == trust::t3 ? file_place::windows : who == trust::t1 ? file_place::installed : file_place::other;
}

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
