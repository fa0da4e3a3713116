// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_PATH_HPP
#define BARTIZAN_CORE_PATH_HPP

#include "path_writer.hpp"

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
    if (in.empty() || !is_separator(in[0])) return out;
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

    constexpr text roots[] = {u"\\SYSTEMROOT", u"%SYSTEMROOT%", u"%WINDIR%"};
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
        bool colon = false, tilde = false;
        for (; end < rest.size && !is_separator(rest[end]); ++end) {
            colon |= rest[end] == u':';
            tilde |= rest[end] == u'~';
        }
        text component = rest.sub(0, end);
        rest = rest.sub(end + 1);
        if (component.empty()) continue;
        if (colon) {
            const detail::stream_split split = detail::split_stream(component);
            if (split.named_stream) out.flags |= path_has_stream;
            component = split.name;
        }
        if (component.size == 2 && component[0] == u'.' && component[1] == u'.') {
            out.flags |= path_has_parent;
            writer.pop_component();
            continue;
        }
        component = detail::trim_trailing(component);
        if (component.empty()) continue;
        if (tilde && detail::looks_short(component)) {
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
        struct directory {
            text name;
            system_directory which;
        };
        constexpr directory directories[] = {
            {u"SYSTEM32", system_directory::system32}, {u"SYSWOW64", system_directory::syswow64}, {u"SYSNATIVE", system_directory::sysnative},
            {u"SYSARM32", system_directory::sysarm32}, {u"SYCHPE32", system_directory::sychpe32},
        };
        const text below = writer.written().sub(root.size + 1);
        uint32_t size = root.size;
        for (const directory& d : directories) {
            if (!detail::matches_component(below, d.name)) continue;
            size += 1 + d.name.size;
            out.system = d.which;
            break;
        }
        writer.replace_front(size, out.system == system_directory::none ? text(u"%SYSTEMROOT%") : text(u"%SYSDIR%"));
    }
    if (writer.truncated()) out.flags |= path_truncated;
    out.path = writer.written();
    return out;
}

}  // namespace BARTIZAN_NAMESPACE

#endif
