// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_SYSTEM_WINDOWS_HPP
#define BARTIZAN_QUARANTINE_SYSTEM_WINDOWS_HPP

#include "windows_security.hpp"
#include "windows_streams.hpp"

#include <bcrypt.h>  // needs windows.h before it

namespace BARTIZAN_NAMESPACE::quarantine {

/// The `Files` of Windows 10 1809 or later on NTFS: NtCreateFile relative to handles throughout, and information by handle. Paths are
/// UTF-8 and begin with a drive (`C:\`, `\\?\C:\`). Link with ntdll, advapi32 and bcrypt. Holds the lock of one folder: one object is one
/// vault's. Compiled by MinGW and run under Wine; docs/quarantine.md says what that proves.
///
/// Different from Linux: every reparse point is a link or no file (`kind` other), whatever its tag; a companion link is `unsupported`;
/// `file_status::owner` of an opened folder is 1 where it is this user's alone and else 0; the time of creation is no part of a file's
/// identity, since anybody can set it and a new file inherits it from one just removed: the file id of NTFS holds a sequence number, and
/// the volume's serial number is stored on it. `attributes::security` is the time of creation (8 bytes) and the security descriptor.
class windows_files {
  public:
    struct handle {
        HANDLE value = nullptr;
    };

    [[nodiscard]] static size_t root_size(std::string_view path) {
        const size_t begin = path.starts_with("\\\\?\\") ? 4 : 0;
        if (path.size() < begin + 3 || path[begin + 1] != ':' || !is_separator(path[begin + 2])) return 0;
        const char drive = static_cast<char>(path[begin] | 0x20);
        return drive >= 'a' && drive <= 'z' ? begin + 3 : 0;
    }
    [[nodiscard]] static bool is_separator(char c) { return c == '\\' || c == '/'; }

    file_error open_root(std::string_view root, handle& out) {
        const std::wstring name = {L'\\', L'?', L'?', L'\\', static_cast<wchar_t>(root[root.size() - 3]), L':', L'\\'};
        return open_folder_as([&](const windows::opening& how, HANDLE& h) { return windows::open_relative(nullptr, name, how, h); }, out);
    }
    file_error open_folder(handle folder, const std::string& name, handle& out) {
        return open_folder_as([&](const windows::opening& how, HANDLE& h) { return windows::open_name(folder.value, name, how, h); }, out);
    }
    /// Nobody writes to it meanwhile, and it is busy where somebody can; it may be renamed and removed.
    file_error open_file(handle folder, const std::string& name, handle& out) {
        const windows::opening how{.access = FILE_GENERIC_READ, .share = FILE_SHARE_READ | FILE_SHARE_DELETE, .options = FILE_NON_DIRECTORY_FILE};
        if (const file_error e = windows::open_name(folder.value, name, how, out.value)) return e;
        return refuse_reparse_point(out);
    }
    file_error create_file(handle folder, const std::string& name, handle& out) {
        windows::owner_only security;
        if (const file_error e = security.build(0)) return e;
        return windows::open_name(folder.value, name,
                                  {.access = FILE_GENERIC_READ | FILE_GENERIC_WRITE | WRITE_DAC | WRITE_OWNER,
                                   .share = FILE_SHARE_READ | FILE_SHARE_DELETE,
                                   .disposition = FILE_CREATE,
                                   .options = FILE_NON_DIRECTORY_FILE,
                                   .security = security.get()},
                                  out.value);
    }
    file_error create_folder(handle folder, const std::string& name) {
        windows::owner_only security;
        windows::scoped_handle made;
        if (const file_error e = security.build(OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE)) return e;
        const windows::opening how{.access = FILE_READ_ATTRIBUTES, .disposition = FILE_CREATE, .options = FILE_DIRECTORY_FILE, .security = security.get()};
        return windows::open_name(folder.value, name, how, made.value);
    }
    void close(handle h) {
        if (h.value == locked_folder_ && lock_ != nullptr) {
            CloseHandle(lock_);
            lock_ = nullptr;
        }
        CloseHandle(h.value);
    }

    file_error status(handle h, file_status& out) {
        if (const file_error e = examine(h.value, out)) return e;
        out.owner = out.kind == file_kind::folder && windows::is_owner_only(h.value) ? 1 : 0;
        return {};
    }
    file_error status_at(handle folder, const std::string& name, file_status& out) {
        windows::scoped_handle h;
        if (const file_error e = windows::open_name(folder.value, name, {.access = FILE_READ_ATTRIBUTES}, h.value)) return e;
        return examine(h.value, out);
    }

    file_error read(handle h, uint64_t offset, span<uint8_t> into, size_t& got) { return windows::read_at(h.value, offset, into, got); }
    file_error write(handle h, uint64_t offset, bytes data) { return windows::write_at(h.value, offset, data); }
    /// A folder's needs the right to add a file to it, which open_folder asks for where it can.
    file_error sync(handle h) { return windows::last_error(FlushFileBuffers(h.value)); }

    file_error rename(handle folder, const std::string& from, const std::string& to) { return rename(folder, from, to, false); }
    file_error replace(handle folder, const std::string& from, const std::string& to) { return rename(folder, from, to, true); }
    /// With POSIX semantics the name is gone at once, whoever has the file open, and a read-only file goes too. A file system without them
    /// keeps the name until the last handle is closed.
    file_error remove(handle folder, const std::string& name) {
        windows::scoped_handle h;
        if (const file_error e = windows::open_name(folder.value, name, {.access = DELETE, .options = FILE_NON_DIRECTORY_FILE}, h.value)) return e;
        ULONG flags = 0x13;  // FILE_DISPOSITION_DELETE, _POSIX_SEMANTICS, _IGNORE_READONLY_ATTRIBUTE
        IO_STATUS_BLOCK io = {};
        const auto disposition_ex = static_cast<FILE_INFORMATION_CLASS>(64);
        const file_error e = windows::error_of_status(NtSetInformationFile(h.value, &io, &flags, sizeof flags, disposition_ex));
        if (e.what != trouble::unsupported) return e;
        FILE_DISPOSITION_INFO classic = {};
        classic.DeleteFile = TRUE;
        return windows::last_error(SetFileInformationByHandle(h.value, FileDispositionInfo, &classic, sizeof classic));
    }

    file_error list(handle folder, std::vector<std::string>& out) {
        alignas(8) uint8_t buffer[16384];
        windows::scoped_handle again;  // the empty name is the folder itself: a position of its own
        const windows::opening how{.access = FILE_LIST_DIRECTORY, .options = FILE_DIRECTORY_FILE};
        if (const file_error e = windows::open_relative(folder.value, {}, how, again.value)) return e;
        out.clear();
        for (auto what = FileIdBothDirectoryRestartInfo;; what = FileIdBothDirectoryInfo) {
            if (!GetFileInformationByHandleEx(again.value, what, buffer, sizeof buffer))
                return GetLastError() == ERROR_NO_MORE_FILES ? file_error{} : windows::last_error(FALSE);
            for (const uint8_t* at = buffer;;) {
                const auto* row = reinterpret_cast<const FILE_ID_BOTH_DIR_INFO*>(at);
                std::string name;
                // A name that is no UTF-16 is none of the vault's.
                if (windows::narrow({row->FileName, row->FileNameLength / sizeof(wchar_t)}, name) && name != "." && name != "..") out.push_back(name);
                if (row->NextEntryOffset == 0) break;
                at += row->NextEntryOffset;
            }
        }
    }

    /// To make a symbolic link takes a privilege, and a junction can only be made of a folder: none is taken.
    file_error read_link(handle, const std::string&, std::string&) { return windows::error_of(ERROR_NOT_SUPPORTED); }
    file_error make_link(handle, const std::string&, const std::string&, const file_status&) { return windows::error_of(ERROR_NOT_SUPPORTED); }

    /// An encrypted file would come back plain: unsupported.
    file_error read_attributes(handle h, attributes& out) {
        out = {};
        FILE_BASIC_INFO basic = {};
        if (!GetFileInformationByHandleEx(h.value, FileBasicInfo, &basic, sizeof basic)) return windows::last_error(FALSE);
        if ((basic.FileAttributes & FILE_ATTRIBUTE_ENCRYPTED) != 0) return windows::error_of(ERROR_NOT_SUPPORTED);
        if (const file_error e = windows::read_streams(h.value, out.streams)) return e;
        std::vector<uint8_t> descriptor;
        if (const file_error e = windows::read_security(h.value, descriptor)) return e;
        for (int bit = 0; bit < 64; bit += 8) out.security.push_back(static_cast<uint8_t>(static_cast<uint64_t>(basic.CreationTime.QuadPart) >> bit));
        out.security.insert(out.security.end(), descriptor.begin(), descriptor.end());
        return {};
    }
    /// Whoever gives a file away may not write to it any more, and every write sets times: streams, security, then times and attributes.
    file_error restore(handle h, const attributes& attached, const file_status& s) {
        if (attached.security.size() <= 8) return windows::error_of(ERROR_INVALID_PARAMETER);
        if (!attached.streams.empty() && !windows::has_streams(h.value)) return windows::error_of(ERROR_NOT_SUPPORTED);
        for (const stream& wanted : attached.streams)
            if (const file_error e = windows::write_stream(h.value, wanted)) return e;
        if (const file_error e = windows::write_security(h.value, {attached.security.begin() + 8, attached.security.end()})) return e;
        FILE_BASIC_INFO basic = {};
        for (int i = 7; i >= 0; --i) basic.CreationTime.QuadPart = basic.CreationTime.QuadPart << 8 | attached.security[static_cast<size_t>(i)];
        basic.LastAccessTime.QuadPart = filetime_of(s.accessed_ns);
        basic.LastWriteTime.QuadPart = filetime_of(s.modified_ns);
        constexpr DWORD settable = FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_ARCHIVE |
                                   FILE_ATTRIBUTE_TEMPORARY | FILE_ATTRIBUTE_NOT_CONTENT_INDEXED;
        basic.FileAttributes = s.mode & settable;
        if (basic.FileAttributes == 0) basic.FileAttributes = FILE_ATTRIBUTE_NORMAL;  // 0 would leave them as they are
        return windows::last_error(SetFileInformationByHandle(h.value, FileBasicInfo, &basic, sizeof basic));
    }

    /// By a file `lock` in the folder: a folder itself cannot be locked. It is left there.
    file_error lock(handle folder, bool wait) {
        if (lock_ != nullptr) return windows::error_of(ERROR_LOCK_VIOLATION);
        const windows::opening how{.access = FILE_GENERIC_READ | FILE_GENERIC_WRITE, .disposition = FILE_OPEN_IF, .options = FILE_NON_DIRECTORY_FILE};
        handle h;
        if (const file_error e = windows::open_name(folder.value, "lock", how, h.value)) return e;
        if (const file_error e = refuse_reparse_point(h)) return e;
        OVERLAPPED at = {};
        if (!LockFileEx(h.value, LOCKFILE_EXCLUSIVE_LOCK | (wait ? 0 : LOCKFILE_FAIL_IMMEDIATELY), 0, 1, 0, &at)) {
            const DWORD native = GetLastError();
            CloseHandle(h.value);
            return windows::error_of(native == ERROR_IO_PENDING ? ERROR_LOCK_VIOLATION : native);
        }
        lock_ = h.value;
        locked_folder_ = folder.value;
        return {};
    }
    [[nodiscard]] static bool is_private(const file_status& s) { return s.kind == file_kind::folder && s.owner == 1; }

    file_error fill_random(span<uint8_t> out) {
        const NTSTATUS s = BCryptGenRandom(nullptr, out.data, static_cast<ULONG>(out.size), BCRYPT_USE_SYSTEM_PREFERRED_RNG);
        return windows::error_of_status(s);
    }

  private:
    static constexpr int64_t epoch_100ns = 116'444'736'000'000'000;  ///< 1970 in 100 ns since 1601
    static int64_t nanoseconds_of(const LARGE_INTEGER& t) { return (t.QuadPart - epoch_100ns) * 100; }
    static int64_t filetime_of(int64_t nanoseconds) { return nanoseconds / 100 + epoch_100ns; }

    // Nobody removes or renames the folder while it is open. One that may be passed through and no more is opened for that alone: it
    // cannot be synced, nor be the vault's.
    template <class Open>
    static file_error open_folder_as(Open&& open, handle& out) {
        windows::opening how{.access = FILE_LIST_DIRECTORY | FILE_TRAVERSE | FILE_READ_ATTRIBUTES | FILE_ADD_FILE | READ_CONTROL,
                             .share = FILE_SHARE_READ | FILE_SHARE_WRITE,
                             .options = FILE_DIRECTORY_FILE};
        file_error e = open(how, out.value);
        if (e.what == trouble::denied) {
            how.access = FILE_TRAVERSE | FILE_READ_ATTRIBUTES;
            e = open(how, out.value);
        }
        return e ? e : refuse_reparse_point(out);
    }

    // Closes what turns out to be a reparse point: it was opened itself, so this cannot change any more.
    static file_error refuse_reparse_point(handle& h) {
        FILE_ATTRIBUTE_TAG_INFO tag = {};
        file_error e = windows::last_error(GetFileInformationByHandleEx(h.value, FileAttributeTagInfo, &tag, sizeof tag));
        if (!e && (tag.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) e = windows::error_of(windows::stopped_on_symlink);
        if (e) CloseHandle(h.value);
        return e;
    }

    static file_error examine(HANDLE h, file_status& out) {
        FILE_BASIC_INFO basic = {};
        FILE_STANDARD_INFO standard = {};
        FILE_ATTRIBUTE_TAG_INFO tag = {};
        FILE_ID_INFO id = {};
        if (!GetFileInformationByHandleEx(h, FileBasicInfo, &basic, sizeof basic) ||
            !GetFileInformationByHandleEx(h, FileStandardInfo, &standard, sizeof standard) ||
            !GetFileInformationByHandleEx(h, FileAttributeTagInfo, &tag, sizeof tag) || !GetFileInformationByHandleEx(h, FileIdInfo, &id, sizeof id))
            return windows::last_error(FALSE);
        out = {};
        const bool is_link = tag.ReparseTag == IO_REPARSE_TAG_SYMLINK || tag.ReparseTag == IO_REPARSE_TAG_MOUNT_POINT;
        if ((tag.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) out.kind = is_link ? file_kind::link : file_kind::other;
        else out.kind = standard.Directory ? file_kind::folder : file_kind::file;
        out.identity.volume = id.VolumeSerialNumber;
        for (size_t i = 0; i < 8; ++i) {
            out.identity.file_low |= uint64_t{id.FileId.Identifier[i]} << (8 * i);
            out.identity.file_high |= uint64_t{id.FileId.Identifier[8 + i]} << (8 * i);
        }
        out.size_bytes = static_cast<uint64_t>(standard.EndOfFile.QuadPart);
        out.mode = basic.FileAttributes;
        out.links = standard.NumberOfLinks;
        out.modified_ns = nanoseconds_of(basic.LastWriteTime);
        out.accessed_ns = nanoseconds_of(basic.LastAccessTime);
        out.changed_ns = nanoseconds_of(basic.ChangeTime);
        return {};
    }

    static file_error rename(handle folder, const std::string& from, const std::string& to, bool replaces) {
        std::wstring name;
        windows::scoped_handle h;
        if (!windows::widen(to, name)) return windows::error_of(ERROR_INVALID_NAME);
        if (const file_error e = windows::open_name(folder.value, from, {.access = DELETE, .options = FILE_NON_DIRECTORY_FILE}, h.value)) return e;
        const size_t size = name.size() * sizeof(wchar_t);
        std::vector<uint64_t> buffer((sizeof(FILE_RENAME_INFO) + size) / 8 + 1);
        FILE_RENAME_INFO* const info = reinterpret_cast<FILE_RENAME_INFO*>(buffer.data());  // the kernel's structure of the same shape
        info->ReplaceIfExists = replaces ? TRUE : FALSE;
        info->RootDirectory = folder.value;
        info->FileNameLength = static_cast<DWORD>(size);
        std::copy(name.begin(), name.end(), info->FileName);
        IO_STATUS_BLOCK io = {};
        const auto rename_information = static_cast<FILE_INFORMATION_CLASS>(10);
        const auto length = static_cast<ULONG>(offsetof(FILE_RENAME_INFO, FileName) + size);
        return windows::error_of_status(NtSetInformationFile(h.value, &io, info, std::max<ULONG>(length, sizeof(FILE_RENAME_INFO)), rename_information));
    }

    HANDLE lock_ = nullptr, locked_folder_ = nullptr;
};

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
