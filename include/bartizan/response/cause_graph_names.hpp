// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_CAUSE_GRAPH_NAMES_HPP
#define BARTIZAN_RESPONSE_CAUSE_GRAPH_NAMES_HPP

#include "../core/event_payload.hpp"
#include "../core/registry_path.hpp"
#include "../policy/path_trust.hpp"

/// What a cause graph reads out of names: identities, and whose they are.
namespace BARTIZAN_NAMESPACE::respond {

/// Programs that start others on behalf of Windows or of the user at the desktop. A chain of causes stops at them.
inline constexpr text system_parents[] = {
    u"%SYSDIR%\\SMSS.EXE",     u"%SYSDIR%\\CSRSS.EXE",      u"%SYSDIR%\\WININIT.EXE",      u"%SYSDIR%\\WINLOGON.EXE",
    u"%SYSDIR%\\SERVICES.EXE", u"%SYSDIR%\\LSASS.EXE",      u"%SYSDIR%\\SVCHOST.EXE",      u"%SYSDIR%\\USERINIT.EXE",
    u"%SYSDIR%\\TASKENG.EXE",  u"%SYSDIR%\\TASKHOST.EXE",   u"%SYSDIR%\\TASKHOSTW.EXE",    u"%SYSDIR%\\SIHOST.EXE",
    u"%SYSDIR%\\WBEM\\WMIPRVSE.EXE", u"%SYSTEMROOT%\\EXPLORER.EXE",
};

inline constexpr uint32_t system_process_id = 4;

struct named_object {
    uint64_t identity = 0;  ///< never 0 for a name that is not empty
    uint64_t folder = 0;    ///< the identity of the folder that the file lies in
    bool is_system = false;
    bool is_system_parent = false;
};

/// A file's canonical path, hashed: every spelling is one file. `buffer` is scratch.
[[nodiscard]] constexpr named_object identify_file(text path, span<char16_t> buffer) noexcept {
    named_object out;
    if (path.empty()) return out;
    const canonical_path canonical = canonicalise(path, buffer);
    uint32_t end = canonical.path.size - file_name(canonical.path).size;
    if (end != 0) --end;
    const uint64_t folder = hash_text(canonical.path.sub(0, end));
    out.folder = folder | 1;
    out.identity = hash_text(canonical.path.sub(end), folder) | 1;
    out.is_system = policy::trust_from_path(canonical) == trust::t3;
    for (const text parent : system_parents) out.is_system_parent = out.is_system_parent || equal(canonical.path, parent);
    return out;
}

/// By a signature that the sensor checked; the subject alone proves nothing.
[[nodiscard]] constexpr bool is_microsofts(const signature& s) noexcept {
    return (s.is_signed & s.is_valid) == truth::yes && (s.is_microsoft_windows == truth::yes || equal_folded(s.subject, u"Microsoft Corporation"));
}

/// A registry value, or a key where `value` is empty.
[[nodiscard]] constexpr uint64_t identify_value(text key, text value, span<char16_t> buffer) noexcept {
    uint64_t hash = hash_text(canonicalise_key(key, buffer).path, 0x9ae16a3b2f90404fu);
    hash = (hash ^ u'\\') * 0x100000001b3u;
    for (uint32_t i = 0; i < value.size; ++i) hash = (hash ^ upcase(value[i])) * 0x100000001b3u;
    return hash | 1;
}

/// Calls `found(text path)` for each path with a drive letter in a command line or a value's data: as far as the closing quote
/// where one stands before it, else as far as a blank, a comma or the end. At most eight.
template <class Found>
constexpr void for_each_path(text in, Found&& found) noexcept {
    uint32_t seen = 0;
    for (uint32_t i = 0; i + 3 < in.size && seen < 8; ++i) {
        const char16_t c = upcase(in[i]);
        const bool begins = c >= u'A' && c <= u'Z' && in[i + 1] == u':' && is_separator(in[i + 2]);
        if (!begins) continue;
        const char16_t quote = i != 0 && (in[i - 1] == u'"' || in[i - 1] == u'\'') ? in[i - 1] : u'\0';
        uint32_t end = i + 3;
        while (end < in.size && in[end] != u'"' && (quote != 0 ? in[end] != quote : in[end] != u' ' && in[end] != u',' && in[end] != u'\'')) ++end;
        found(in.sub(i, end - i));
        i = end;
        ++seen;
    }
}

/// Shell links and internet shortcuts.
[[nodiscard]] constexpr bool is_link_name(text path) noexcept { return ends_with_folded(path, u".lnk") || ends_with_folded(path, u".url"); }

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
