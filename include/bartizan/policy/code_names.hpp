// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_POLICY_CODE_NAMES_HPP
#define BARTIZAN_POLICY_CODE_NAMES_HPP

#include "image_names.hpp"

/// Exported routines that mean something when one process makes another run them, or writes over them. Sources: rules.md M1 and
/// A1; the names are Microsoft's.
namespace BARTIZAN_NAMESPACE::policy {

enum class code_kind : uint8_t {
    other,
    loader,       ///< loads a library by name
    atom_reader,  ///< copies an atom's text into a buffer
    primitive,    ///< copies memory, changes protection or context, or starts code, as its arguments say
    console_control,    ///< csrss starts it in console programs
    debug_break,        ///< a debugger starts it in its debuggee
    notification,       ///< ETW's own thread
    registry_cache,     ///< csrss queues it to service processes
    process_start,      ///< first routine of every process and thread
};

enum code_module : uint8_t {
    in_ntdll = 1,
    in_kernel32 = 2,
    in_kernelbase = 4,
    in_user32 = 8,
    in_basesrv = 16,
    in_kernel = in_kernel32 | in_kernelbase,
};

struct code_name {
    text name;  ///< upper case; rows ascend by it
    uint8_t modules;
    code_kind kind;
    bool sandboxed = false;  ///< a browser's sandbox hooks it in its own child before that starts (rules.md M1.ok3)
};

inline constexpr code_name code_names[] = {
    {u"BASESRVNLSUPDATEREGISTRYCACHE", in_basesrv, code_kind::registry_cache},
    {u"CALLWINDOWPROCA", in_user32, code_kind::primitive},
    {u"CALLWINDOWPROCW", in_user32, code_kind::primitive},
    {u"CREATEPROCESSA", in_kernel, code_kind::primitive},
    {u"CREATEPROCESSW", in_kernel, code_kind::primitive},
    {u"CTRLROUTINE", in_kernel, code_kind::console_control},
    {u"DBGBREAKPOINT", in_ntdll, code_kind::debug_break},
    {u"DBGUIREMOTEBREAKIN", in_ntdll, code_kind::debug_break},
    {u"ETWPNOTIFICATIONTHREAD", in_ntdll, code_kind::notification},
    {u"GETATOMNAMEA", in_kernel, code_kind::atom_reader},
    {u"GETATOMNAMEW", in_kernel, code_kind::atom_reader},
    {u"GLOBALFINDATOMA", in_kernel, code_kind::atom_reader},
    {u"GLOBALFINDATOMW", in_kernel, code_kind::atom_reader},
    {u"GLOBALGETATOMNAMEA", in_kernel, code_kind::atom_reader},
    {u"GLOBALGETATOMNAMEW", in_kernel, code_kind::atom_reader},
    {u"LDRINITIALIZETHUNK", in_ntdll, code_kind::process_start},
    {u"LDRLOADDLL", in_ntdll, code_kind::loader},
    {u"LDRPCALLINITROUTINE", in_ntdll, code_kind::primitive},
    {u"LOADLIBRARYA", in_kernel, code_kind::loader},
    {u"LOADLIBRARYEXA", in_kernel, code_kind::loader},
    {u"LOADLIBRARYEXW", in_kernel, code_kind::loader},
    {u"LOADLIBRARYW", in_kernel, code_kind::loader},
    {u"MEMCPY", in_ntdll, code_kind::primitive},
    {u"MEMMOVE", in_ntdll, code_kind::primitive},
    {u"MEMSET", in_ntdll, code_kind::primitive},
    {u"NTADDATOM", in_ntdll, code_kind::atom_reader},
    {u"NTALLOCATEVIRTUALMEMORY", in_ntdll, code_kind::primitive},
    {u"NTCONTINUE", in_ntdll, code_kind::primitive},
    {u"NTCREATEFILE", in_ntdll, code_kind::other, true},
    {u"NTFINDATOM", in_ntdll, code_kind::atom_reader},
    {u"NTMAPVIEWOFSECTION", in_ntdll, code_kind::other, true},
    {u"NTOPENFILE", in_ntdll, code_kind::other, true},
    {u"NTOPENPROCESS", in_ntdll, code_kind::other, true},
    {u"NTOPENPROCESSTOKEN", in_ntdll, code_kind::other, true},
    {u"NTOPENPROCESSTOKENEX", in_ntdll, code_kind::other, true},
    {u"NTOPENTHREAD", in_ntdll, code_kind::other, true},
    {u"NTOPENTHREADTOKEN", in_ntdll, code_kind::other, true},
    {u"NTOPENTHREADTOKENEX", in_ntdll, code_kind::other, true},
    {u"NTPROTECTVIRTUALMEMORY", in_ntdll, code_kind::primitive},
    {u"NTQUERYATTRIBUTESFILE", in_ntdll, code_kind::other, true},
    {u"NTQUERYFULLATTRIBUTESFILE", in_ntdll, code_kind::other, true},
    {u"NTQUERYINFORMATIONATOM", in_ntdll, code_kind::atom_reader},
    {u"NTSETCONTEXTTHREAD", in_ntdll, code_kind::primitive},
    {u"NTSETINFORMATIONFILE", in_ntdll, code_kind::other, true},
    {u"NTSETINFORMATIONTHREAD", in_ntdll, code_kind::other, true},
    {u"NTUNMAPVIEWOFSECTION", in_ntdll, code_kind::other, true},
    {u"NTWRITEVIRTUALMEMORY", in_ntdll, code_kind::primitive},
    {u"RTLCOPYMEMORY", in_ntdll, code_kind::primitive},
    {u"RTLCOPYSTRING", in_ntdll, code_kind::primitive},
    {u"RTLCOPYUNICODESTRING", in_ntdll, code_kind::primitive},
    {u"RTLCREATEUSERTHREAD", in_ntdll, code_kind::primitive},
    {u"RTLENCODEREMOTEPOINTER", in_ntdll, code_kind::primitive},
    {u"RTLFILLMEMORY", in_ntdll, code_kind::primitive},
    {u"RTLMOVEMEMORY", in_ntdll | in_kernel32, code_kind::primitive},
    {u"RTLRESTORECONTEXT", in_ntdll, code_kind::primitive},
    {u"SETWINDOWSHOOKEXA", in_user32, code_kind::primitive},
    {u"SETWINDOWSHOOKEXW", in_user32, code_kind::primitive},
    {u"VIRTUALPROTECT", in_kernel, code_kind::primitive},
    {u"WINEXEC", in_kernel32, code_kind::primitive},
};
static_assert(detail::ascends(code_names));

/// Command-line switches that ask an injection tool for its work (mavinject).
inline constexpr text injection_switches[] = {u"/INJECTRUNNING", u"/HMODULE"};

[[nodiscard]] constexpr uint8_t module_bit(text module) noexcept {
    struct row {
        text name;
        uint8_t bit;
    };
    constexpr row rows[] = {{u"ntdll.dll", in_ntdll},   {u"kernel32.dll", in_kernel32}, {u"kernelbase.dll", in_kernelbase},
                            {u"user32.dll", in_user32}, {u"basesrv.dll", in_basesrv}};
    const text name = file_name(module);
    for (const row& r : rows)
        if (equal_folded(name, r.name)) return r.bit;
    return 0;
}

/// The row of `module`!`function`; null where it means nothing. The module is known by name: an image that calls itself ntdll.dll
/// and exports such a name is no excuse, since excuses also ask for the state of the memory and the source.
[[nodiscard]] constexpr const code_name* find_code(text module, text function) noexcept {
    if (function.empty()) return nullptr;
    const code_name* row = detail::find(code_names, function);
    return row != nullptr && (row->modules & module_bit(module)) != 0 ? row : nullptr;
}

}  // namespace BARTIZAN_NAMESPACE::policy

#endif
