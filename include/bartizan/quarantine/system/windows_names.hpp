// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_SYSTEM_WINDOWS_NAMES_HPP
#define BARTIZAN_QUARANTINE_SYSTEM_WINDOWS_NAMES_HPP

#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>
#include <winternl.h>

#include <string_view>

#include "../files.hpp"

/// Of the Windows Driver Kit's documentation (ntifs.h); winternl.h of the SDK has neither. Exported by ntdll.
extern "C" NTSTATUS NTAPI NtSetInformationFile(HANDLE, PIO_STATUS_BLOCK, PVOID, ULONG, FILE_INFORMATION_CLASS);

namespace BARTIZAN_NAMESPACE::quarantine::windows {

inline constexpr DWORD stopped_on_symlink = 681, disk_quota_exceeded = 1295;  ///< of winerror.h; MinGW's has them not

/// A Win32 error in the room's words. ERROR_DIRECTORY: a file stands where a folder was asked for.
[[nodiscard]] inline file_error error_of(DWORD native) {
    const auto is = [native](trouble t) { return file_error{t, static_cast<int>(native)}; };
    switch (native) {
        case ERROR_SUCCESS: return {};
        case ERROR_FILE_NOT_FOUND: case ERROR_PATH_NOT_FOUND: return is(trouble::absent);
        case ERROR_FILE_EXISTS: case ERROR_ALREADY_EXISTS: return is(trouble::exists);
        case ERROR_DIRECTORY: case stopped_on_symlink: return is(trouble::link);
        case ERROR_ACCESS_DENIED: case ERROR_PRIVILEGE_NOT_HELD: case ERROR_WRITE_PROTECT: case ERROR_INVALID_OWNER: return is(trouble::denied);
        case ERROR_DISK_FULL: case ERROR_HANDLE_DISK_FULL: case disk_quota_exceeded: return is(trouble::full);
        case ERROR_SHARING_VIOLATION: case ERROR_LOCK_VIOLATION: return is(trouble::busy);
        case ERROR_NOT_SUPPORTED: case ERROR_INVALID_FUNCTION: case ERROR_INVALID_PARAMETER: case ERROR_INVALID_NAME: case ERROR_INVALID_LEVEL:
        case ERROR_CALL_NOT_IMPLEMENTED: return is(trouble::unsupported);
        default: return is(trouble::failed);
    }
}
[[nodiscard]] inline file_error last_error(BOOL done) { return done ? file_error{} : error_of(GetLastError()); }
/// 0x103 and its kin are no errors: only negative numbers are.
[[nodiscard]] inline file_error error_of_status(NTSTATUS s) { return s >= 0 ? file_error{} : error_of(RtlNtStatusToDosError(s)); }

/// UTF-8 to UTF-16; false for what is no UTF-8.
[[nodiscard]] inline bool widen(std::string_view text, std::wstring& out) {
    const int size = static_cast<int>(text.size());
    const int wide = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.data(), size, nullptr, 0);
    out.resize(wide > 0 ? static_cast<size_t>(wide) : 0);
    return MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.data(), size, out.data(), wide) == wide && (wide != 0 || size == 0);
}
/// UTF-16 to UTF-8; false where half a surrogate pair stands alone, which NTFS allows in a name.
[[nodiscard]] inline bool narrow(std::wstring_view text, std::string& out) {
    const int size = static_cast<int>(text.size());
    const int bytes = WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text.data(), size, nullptr, 0, nullptr, nullptr);
    out.resize(bytes > 0 ? static_cast<size_t>(bytes) : 0);
    return WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text.data(), size, out.data(), bytes, nullptr, nullptr) == bytes && (bytes != 0 || size == 0);
}

/// How something is opened: access rights, what others may do meanwhile, disposition (FILE_OPEN ...) and further options.
struct opening {
    ACCESS_MASK access = 0;
    ULONG share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    ULONG disposition = FILE_OPEN;
    ULONG options = 0;
    PSECURITY_DESCRIPTOR security = nullptr;  ///< of what is made
};

/// Opens a name relative to an open folder, or a stream (":name") to its open file; what is a reparse point is opened itself and not
/// followed. `root` null: `name` is a full name of the object manager's. The name is taken as it is: no drive, ".", ".." nor device in it.
[[nodiscard]] inline file_error open_relative(HANDLE root, std::wstring name, const opening& how, HANDLE& out) {
    if (name.size() > 0x7FFF) return error_of(ERROR_INVALID_NAME);
    UNICODE_STRING text = {};
    text.Buffer = name.data();
    text.Length = text.MaximumLength = static_cast<USHORT>(name.size() * sizeof(wchar_t));
    OBJECT_ATTRIBUTES object = {};
    object.Length = sizeof object;
    object.RootDirectory = root;
    object.ObjectName = &text;
    object.Attributes = OBJ_CASE_INSENSITIVE;
    object.SecurityDescriptor = how.security;
    IO_STATUS_BLOCK io = {};
    const ULONG options = how.options | FILE_OPEN_REPARSE_POINT | FILE_SYNCHRONOUS_IO_NONALERT;
    return error_of_status(NtCreateFile(&out, how.access | SYNCHRONIZE, &object, &io, nullptr, FILE_ATTRIBUTE_NORMAL, how.share,
                                        how.disposition, options, nullptr, 0));
}

/// The same for one component in UTF-8. A colon would name a stream, a separator another folder.
[[nodiscard]] inline file_error open_name(HANDLE folder, std::string_view name, const opening& how, HANDLE& out) {
    std::wstring wide;
    if (name.empty() || name.find_first_of(":\\/") != std::string_view::npos || !widen(name, wide)) return error_of(ERROR_INVALID_NAME);
    return open_relative(folder, std::move(wide), how, out);
}

/// A handle for the time of one call.
struct scoped_handle {
    HANDLE value = nullptr;
    scoped_handle() = default;
    scoped_handle(const scoped_handle&) = delete;
    ~scoped_handle() {
        if (value != nullptr) CloseHandle(value);
    }
};

}  // namespace BARTIZAN_NAMESPACE::quarantine::windows

#endif
