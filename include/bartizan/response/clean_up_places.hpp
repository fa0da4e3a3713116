// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_CLEAN_UP_PLACES_HPP
#define BARTIZAN_RESPONSE_CLEAN_UP_PLACES_HPP

#include "../policy/credential_objects.hpp"
#include "../policy/path_trust.hpp"

/// What a place in the registry or on the disk means to a clean-up.
namespace BARTIZAN_NAMESPACE::respond {

namespace detail {

// Rows are parted by ';'. A row names components of a canonical name that follow each other, wherever in it; '*' is any one, '|' parts
// choices. What lies below belongs to it.
//
// Autostart places. Sources: ATT&CK T1547, T1546, T1543.003, T1053.005, T1037.001, T1574.012; what Sysinternals Autoruns lists.
// A value that is nobody's where nobody attacked: it goes.
inline constexpr text starting_values =
    u"CURRENTVERSION/RUN|RUNONCE|RUNONCEEX|RUNSERVICES|RUNSERVICESONCE|SHELLSERVICEOBJECTDELAYLOAD|SILENTPROCESSEXIT;POLICIES/EXPLORER|SYSTEM/RUN|SHELL;"
    u"CURRENTVERSION/WINDOWS/APPINIT_DLLS|LOADAPPINIT_DLLS|LOAD|RUN;WINLOGON/NOTIFY;IMAGE FILE EXECUTION OPTIONS/*/DEBUGGER|VERIFIERDLLS|GLOBALFLAG;"
    u"SCHEDULE/TASKCACHE;APPCOMPATFLAGS/CUSTOM|INSTALLEDSDB;COMMAND PROCESSOR/AUTORUN;OFFICE TEST/SPECIAL;SESSION MANAGER/APPCERTDLLS;"
    u"ENVIRONMENT/USERINITMPRLOGONSCRIPT|COR_PROFILER|COR_PROFILER_PATH|COR_ENABLE_PROFILING;DESKTOP/SCRNSAVE.EXE";
// Windows has a value of its own there in the machine's hive, to which it is set back; a user's hive may only shadow it.
inline constexpr text starting_settings =
    u"WINLOGON/SHELL|USERINIT|TASKMAN|VMAPPLET|GINADLL|MPNOTIFY;INSTALLED COMPONENTS/*/STUBPATH;SHELL/*/COMMAND;"
    u"CLSID/*/INPROCSERVER32|LOCALSERVER32|TREATAS|SCRIPTLETURL;CCS/SERVICES/*/IMAGEPATH|FAILURECOMMAND;SERVICES/*/PARAMETERS/SERVICEDLL;"
    u"TIMEPROVIDERS/*/DLLNAME;LSA/AUTHENTICATION PACKAGES|NOTIFICATION PACKAGES|SECURITY PACKAGES;OSCONFIG/SECURITY PACKAGES;MICROSOFT/NETSH;"
    u"CONTROL/SECURITYPROVIDERS/SECURITYPROVIDERS;SESSION MANAGER/BOOTEXECUTE|SETUPEXECUTE|EXECUTE|S0INITIALCOMMAND;MONITORS/*/DRIVER;"
    u"NETWORKPROVIDER/ORDER;SAFEBOOT/ALTERNATESHELL;BOOTVERIFICATIONPROGRAM/IMAGEPATH";
// In every hive.
inline constexpr text startup_settings = u"SHELL FOLDERS|USER SHELL FOLDERS/STARTUP|COMMON STARTUP";
inline constexpr text starting_folders =
    u"START MENU/PROGRAMS/STARTUP;%SYSDIR%|%SYSTEMROOT%/TASKS;GROUPPOLICY/MACHINE|USER/SCRIPTS;MICROSOFT/WORD|EXCEL/STARTUP|XLSTART";

// Routine traces: what Windows' libraries write in the name of whoever uses them, as recordings show. The snapshot service's diagnosis, RAS
// tracing, WinINet, WNF states, the kernel's and the shell's books of what was run, ADSI's schema cache.
inline constexpr text trace_values =
    u"SERVICES/VSS/DIAG;SERVICES/BAM|DAM/STATE|USERSETTINGS;MICROSOFT/TRACING;ADS/PROVIDERS/LDAP;WINDOWS/SHELL|SHELLNOROAM/MUICACHE|BAGS|BAGMRU;"
    u"LOCAL SETTINGS/MUICACHE;TASKMANAGER/PREFERENCES;EXPLORER/USERASSIST|RECENTDOCS|COMDLG32|FEATUREUSAGE|SESSIONINFO|TYPEDPATHS|STREAMMRU;"
    u"INTERNET SETTINGS/MIGRATEPROXY|ENABLENEGOTIATE|CACHE;ZONEMAP/PROXYBYPASS|INTRANETNAME|UNCASINTRANET|AUTODETECT;INTERNET SETTINGS/5.0/CACHE;"
    u"CURRENTVERSION/NOTIFICATIONS/DATA;APPCOMPATFLAGS/COMPATIBILITY ASSISTANT;SYSINTERNALS/*/EULAACCEPTED";
inline constexpr text trace_folders =
    u"MICROSOFT/WINDOWS/RECENT|SCHCACHE|WER|INETCOOKIES|WEBCACHE|POWERSHELL;MICROSOFT/CRYPTNETURLCACHE;LOCAL/D3DSCACHE;"
    u"MICROSOFT/CLR_V2.0|CLR_V2.0_32|CLR_V4.0|CLR_V4.0_32/USAGELOGS;%SYSTEMROOT%/PREFETCH;%SYSDIR%/WINEVT/LOGS";
// Private keys, DPAPI's master keys, certificates, stored passwords, Windows Hello. "Key Storage and Retrieval" (Microsoft Learn), T1555.004.
inline constexpr text key_stores = u"MICROSOFT/CRYPTO|PROTECT|SYSTEMCERTIFICATES|VAULT|CREDENTIALS|NGC";
inline constexpr text database_files = u"NTDS/NTDS.DIT;%SYSDIR%/CONFIG/REGBACK|TXR|JOURNAL";

inline constexpr text program_types = u"EXE|DLL|SYS|SCR|COM|CPL|OCX|DRV|PIF|MSI|MSP|XLL|WLL|PS1|PSM1|BAT|CMD|VBS|VBE|JS|JSE|WSF|WSH|SCT|HTA|JAR|CHM|PY";

// What it ran is the attack, not the program.
inline constexpr text interpreters = u"PYTHON.EXE|PYTHONW.EXE|PYTHON3.EXE|JAVA.EXE|JAVAW.EXE|NODE.EXE|PERL.EXE|RUBY.EXE|PHP.EXE";

// Cuts `in` at its first `mark`: gives what stands before it and leaves what stands behind it.
[[nodiscard]] constexpr text cut_first(text& in, char16_t mark) noexcept {
    uint32_t end = 0;
    while (end < in.size && in[end] != mark) ++end;
    const text first = in.sub(0, end);
    in = in.sub(end + 1);
    return first;
}

// An 8.3 name that nobody resolved may be any name.
[[nodiscard]] constexpr bool is_one_of(text component, text choices, bool short_names = false) noexcept {
    if (equal(choices, u"*") || (short_names && bartizan::detail::looks_short(component))) return true;
    while (!choices.empty())
        if (equal(component, cut_first(choices, u'|'))) return true;
    return false;
}

[[nodiscard]] constexpr bool holds(text path, text rows, bool short_names = false) noexcept {
    while (!rows.empty()) {
        const text row = cut_first(rows, u';');
        for (text from = path; !from.empty(); (void)cut_first(from, u'\\')) {
            text here = from, left = row;
            bool same = true;
            while (same && !here.empty() && !left.empty()) same = is_one_of(cut_first(here, u'\\'), cut_first(left, u'/'), short_names);
            if (same && left.empty()) return true;
        }
    }
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
    if (holds(value, detail::key_stores) && !holds(value, u"SYSTEMCERTIFICATES/ROOT")) return value_place::key_store;
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
    if (detail::is_one_of(type, detail::program_types)) return file_use::program;
    const bool copy = policy::is_store_name(name) || ends_with_folded(name, u"HIVE") || detail::is_one_of(type, u"DMP|MDMP|HIV");
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
