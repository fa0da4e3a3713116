// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_REGISTRY_PATH_HPP
#define BARTIZAN_CORE_REGISTRY_PATH_HPP

#include "path_writer.hpp"

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

/// Takes off what tools write before the root: "\\HOST\" (reg.exe), "Registry::" (PowerShell), "Computer\" (the registry editor).
[[nodiscard]] constexpr text without_provider(text in) noexcept {
    if (in.size > 2 && in[0] == u'\\' && in[1] == u'\\') {
        uint32_t end = 2;
        while (end < in.size && in[end] != u'\\') ++end;
        return in.sub(end + 1);
    }
    constexpr text providers[] = {u"Microsoft.PowerShell.Core\\Registry::", u"Registry::", u"Computer\\"};
    for (const text provider : providers)
        if (starts_with_folded(in, provider)) return in.sub(provider.size);
    return in;
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
        {u"HKLM:", u"HKLM"},             {u"HKU:", u"HKU"},
    };
    canonical_key out;
    detail::path_writer writer(buffer);
    text rest = detail::without_provider(in);
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
