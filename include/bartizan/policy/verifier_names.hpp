// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_POLICY_VERIFIER_NAMES_HPP
#define BARTIZAN_POLICY_VERIFIER_NAMES_HPP

#include "image_names.hpp"

/// Application Verifier by its authentic parts only: whatever else the registry says is ignored (rules.md V1).
namespace BARTIZAN_NAMESPACE::policy {

/// Providers that Windows and its Application Verifier package ship ([K]: keep as signed policy data and extend there).
inline constexpr text verifier_providers[] = {
    u"VERIFIER.DLL", u"VRFCORE.DLL",         u"VFBASICS.DLL", u"VFCOMPAT.DLL", u"VFLUAPRIV.DLL", u"VFPRINT.DLL",
    u"VFPRINTPTHELPER.DLL", u"VFNET.DLL",    u"VFNTLMLESS.DLL", u"VFNWS.DLL",  u"VFCUZZ.DLL",    u"VFRDVCOMPAT.DLL",
};

/// Modules that map before kernel32.dll in every Windows program, with a prefix match for the WOW64 and emulation layers.
inline constexpr text early_modules[] = {u"NTDLL.DLL", u"KERNEL32.DLL", u"KERNELBASE.DLL", u"VERIFIER.DLL", u"APISETSCHEMA.DLL", u"WIN32U.DLL"};
inline constexpr text early_module_stems[] = {u"WOW64", u"XTAJIT"};

/// Programs whose start an attacker gains most by: the LSA, the session's core, Microsoft's protection, accessibility programs of the
/// logon screen. Browsers are known by their role; a policy adds other vendors' protection.
inline constexpr text guarded_programs[] = {
    u"LSASS.EXE", u"WINLOGON.EXE", u"SERVICES.EXE", u"CSRSS.EXE", u"SMSS.EXE", u"WININIT.EXE", u"MSMPENG.EXE", u"NISSRV.EXE",
    u"MPDEFENDERCORESERVICE.EXE", u"MPCMDRUN.EXE", u"MSSENSE.EXE", u"SENSECNCPROXY.EXE", u"SECURITYHEALTHSERVICE.EXE", u"SMARTSCREEN.EXE",
};
inline constexpr text logon_screen_programs[] = {
    u"SETHC.EXE", u"UTILMAN.EXE", u"OSK.EXE", u"NARRATOR.EXE", u"MAGNIFY.EXE", u"DISPLAYSWITCH.EXE", u"ATBROKER.EXE",
};

[[nodiscard]] constexpr bool is_among(text name, span<const text> names) noexcept {
    for (const text n : names)
        if (equal_folded(n, name)) return true;
    return false;
}

[[nodiscard]] constexpr bool is_early_module(text name) noexcept {
    for (const text stem : early_module_stems)
        if (starts_with_folded(name, stem)) return true;
    return is_among(name, early_modules);
}

/// The tokens of a VerifierDlls value, in order: separated by blanks and tabs, names only, as the loader reads them.
class provider_tokens {
  public:
    constexpr explicit provider_tokens(text value) noexcept : rest_(value) {}

    /// Empty at the end.
    [[nodiscard]] constexpr text next() noexcept {
        uint32_t begin = 0;
        while (begin < rest_.size && is_blank(rest_[begin])) ++begin;
        uint32_t end = begin;
        while (end < rest_.size && !is_blank(rest_[end])) ++end;
        const text token = rest_.sub(begin, end - begin);
        rest_ = rest_.sub(end);
        return token;
    }

  private:
    [[nodiscard]] static constexpr bool is_blank(char16_t c) noexcept { return c == u' ' || c == u'\t' || c == u'\0'; }

    text rest_;
};

/// A token that is more than a name. The loader asks the system directory for names only; such a token is an attempt to leave it.
[[nodiscard]] constexpr bool is_path_token(text token) noexcept {
    for (uint32_t i = 0; i < token.size; ++i) {
        const char16_t c = token[i];
        if (c == u'\\' || c == u'/' || c == u':' || c == u'%') return true;
        if (c == u'.' && i + 1 < token.size && token[i + 1] == u'.') return true;
        if (c < 0x20 || c == u'"' || c == u',' || c == u';' || c == u'*' || c == u'?') return true;
    }
    return false;
}

/// What a VerifierDlls value asks for.
struct provider_request {
    bool foreign = false;  ///< a provider that is not Windows' own
    bool path = false;     ///< a token that is more than a name
    uint32_t tokens = 0;
};

[[nodiscard]] constexpr provider_request examine_providers(text value, span<const text> more_providers = {}) noexcept {
    provider_request out;
    provider_tokens tokens(value);
    for (text token = tokens.next(); !token.empty(); token = tokens.next()) {
        ++out.tokens;
        out.path |= is_path_token(token);
        out.foreign |= !is_among(token, verifier_providers) && !is_among(token, more_providers);
    }
    return out;
}

/// V(image): the providers that are honoured, in load order, of what the registry says. None unless the flag is on; then verifier.dll
/// first and of the rest only what is authentic. Whether the file behind a name is Microsoft's is checked when it maps (V1.1).
struct effective_verifiers {
    text names[16] = {};
    uint32_t count = 0;
    uint32_t ignored = 0;  ///< tokens that the registry asks for and that are not honoured
};

inline constexpr uint64_t flag_application_verifier = 0x100;  ///< FLG_APPLICATION_VERIFIER
inline constexpr uint64_t flag_monitor_silent_exit = 0x200;   ///< FLG_MONITOR_SILENT_PROCESS_EXIT

[[nodiscard]] constexpr effective_verifiers honour(text verifier_dlls, uint64_t global_flag, bool is_native, span<const text> more = {}) noexcept {
    effective_verifiers out;
    const bool on = (global_flag & flag_application_verifier) != 0 && !is_native;
    if (on) out.names[out.count++] = verifier_providers[0];
    provider_tokens tokens(verifier_dlls);
    for (text token = tokens.next(); !token.empty(); token = tokens.next()) {
        const bool authentic = !is_path_token(token) && (is_among(token, verifier_providers) || is_among(token, more));
        if (on && equal_folded(token, verifier_providers[0])) continue;
        if (on && authentic && out.count < 16) out.names[out.count++] = token;
        else ++out.ignored;
    }
    return out;
}

}  // namespace BARTIZAN_NAMESPACE::policy

#endif
