// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_POLICY_PATH_TRUST_HPP
#define BARTIZAN_POLICY_PATH_TRUST_HPP

#include "../core/path.hpp"
#include "../core/trust.hpp"

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

/// Directories of the system volume that only administrators and installers write to by default.
inline constexpr text installed_programs[] = {
    u"\\PROGRAM FILES",
    u"\\PROGRAM FILES (X86)",
    u"\\PROGRAMDATA\\MICROSOFT\\WINDOWS DEFENDER\\PLATFORM",
    u"\\PROGRAMDATA\\MICROSOFT\\WINDOWS DEFENDER\\DEFINITION UPDATES",
};

[[nodiscard]] constexpr bool is_below(text path, span<const text> directories) noexcept {
    for (const text directory : directories)
        if (path.size > directory.size && bartizan::detail::matches_component(path, directory)) return true;
    return false;
}

}  // namespace detail

/// A replay's stand-in for a signature that the sensor did not record: who could have put the file there by default access
/// rights. Windows directory t3, Program Files t1, everywhere else (user profiles, the drive's root, shares) t0. Unknown: a bare name;
/// an 8.3 name where one of these directories may hide behind it; Program Files on a drive that is not the system's, whose rights
/// are its owner's affair. Never for live decisions: rules.md 0.6 forbids a directory to raise trust.
[[nodiscard]] constexpr trust trust_from_path(const canonical_path& image) noexcept {
    if (image.path.empty() || image.has(path_truncated) || image.volume == volume_kind::none) return trust::unknown;
    if (image.has(path_has_stream)) return trust::t0;
    const bool shortened = image.has(path_short_unresolved);
    if (matches_prefix(image.path, u"%SYS")) {
        if (shortened) return trust::unknown;
        return detail::is_below(image.path, detail::user_writable_system) ? trust::t0 : trust::t3;
    }
    if (image.volume != volume_kind::drive && image.volume != volume_kind::device) return trust::t0;
    const text below = image.path.sub(bartizan::detail::classify_volume(image.path).size);
    if (detail::is_below(below, detail::installed_programs)) {
        // A device name that nobody mapped is taken for the system's, as for the Windows directory.
        return image.volume == volume_kind::device || image.path[0] == u'C' ? trust::t1 : trust::unknown;
    }
    const text first = below.sub(1, bartizan::detail::component_end(below, 1) - 1);
    return shortened && (bartizan::detail::looks_short(first) || equal(first, u"PROGRAMDATA")) ? trust::unknown : trust::t0;
}

}  // namespace BARTIZAN_NAMESPACE::policy

#endif
