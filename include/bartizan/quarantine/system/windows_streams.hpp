// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_SYSTEM_WINDOWS_STREAMS_HPP
#define BARTIZAN_QUARANTINE_SYSTEM_WINDOWS_STREAMS_HPP

#include <algorithm>

#include "windows_names.hpp"

namespace BARTIZAN_NAMESPACE::quarantine::windows {

/// An item's metadata hold no more than this: reading one byte beyond is enough for the vault to refuse the file.
inline constexpr uint64_t max_streams_bytes = uint64_t{16} << 20;

[[nodiscard]] inline bool has_streams(HANDLE file) {
    DWORD flags = 0;
    return GetVolumeInformationByHandleW(file, nullptr, 0, nullptr, nullptr, &flags, nullptr, 0) && (flags & FILE_NAMED_STREAMS) != 0;
}

/// Reads or writes at most this much at a place of its own. `got` 0 at the end.
[[nodiscard]] inline file_error read_at(HANDLE h, uint64_t offset, span<uint8_t> into, size_t& got) {
    OVERLAPPED at = {};
    at.Offset = static_cast<DWORD>(offset);
    at.OffsetHigh = static_cast<DWORD>(offset >> 32);
    DWORD n = 0;
    const BOOL done = ReadFile(h, into.data, static_cast<DWORD>(std::min<size_t>(into.size, size_t{1} << 30)), &n, &at);
    got = done ? n : 0;
    return !done && GetLastError() == ERROR_HANDLE_EOF ? file_error{} : last_error(done);
}
[[nodiscard]] inline file_error write_at(HANDLE h, uint64_t offset, bytes data) {
    while (!data.empty()) {
        OVERLAPPED at = {};
        at.Offset = static_cast<DWORD>(offset);
        at.OffsetHigh = static_cast<DWORD>(offset >> 32);
        DWORD n = 0;
        if (!WriteFile(h, data.data, static_cast<DWORD>(std::min<size_t>(data.size, size_t{1} << 30)), &n, &at)) return last_error(FALSE);
        if (n == 0) return error_of(ERROR_WRITE_FAULT);
        data = data.sub(n);
        offset += n;
    }
    return {};
}

/// Every named stream of an open file, ascending by name in UTF-8. A file system without streams has none.
[[nodiscard]] inline file_error read_streams(HANDLE file, std::vector<stream>& out) {
    out.clear();
    if (!has_streams(file)) return {};
    std::vector<uint8_t> listing(4096);
    while (!GetFileInformationByHandleEx(file, FileStreamInfo, listing.data(), static_cast<DWORD>(listing.size()))) {
        if (GetLastError() == ERROR_HANDLE_EOF) return {};
        if (GetLastError() != ERROR_MORE_DATA || listing.size() > max_streams_bytes) return last_error(FALSE);
        listing.resize(listing.size() * 2);
    }
    uint64_t total = 0;
    constexpr std::wstring_view type = L":$DATA";
    for (size_t at = 0;;) {
        const auto* row = reinterpret_cast<const FILE_STREAM_INFO*>(listing.data() + at);
        std::wstring_view name(row->StreamName, row->StreamNameLength / sizeof(wchar_t));  // ":name:$DATA"
        if (name.size() > type.size() && name.ends_with(type)) name.remove_suffix(type.size());
        if (name.size() > 1) {
            stream s;
            scoped_handle h;
            if (!narrow(name.substr(1), s.name)) return error_of(ERROR_INVALID_NAME);
            if (const file_error e = open_relative(file, std::wstring(name), {.access = FILE_READ_DATA}, h.value)) return e;
            s.value.resize(static_cast<size_t>(std::min<uint64_t>(static_cast<uint64_t>(row->StreamSize.QuadPart), max_streams_bytes + 1 - total)));
            size_t done = 0, got = 1;
            for (; done < s.value.size() && got != 0; done += got)
                if (const file_error e = read_at(h.value, done, {s.value.data() + done, s.value.size() - done}, got)) return e;
            s.value.resize(done);
            total += done;
            out.push_back(std::move(s));
        }
        if (row->NextEntryOffset == 0) break;
        at += row->NextEntryOffset;
    }
    std::sort(out.begin(), out.end(), [](const stream& a, const stream& b) { return a.name < b.name; });
    return {};
}

/// Durable when it returns.
[[nodiscard]] inline file_error write_stream(HANDLE file, const stream& s) {
    std::wstring name;
    if (!widen(s.name, name) || name.find_first_of(L":\\/") != std::wstring::npos) return error_of(ERROR_INVALID_NAME);
    scoped_handle h;
    const opening how{.access = FILE_WRITE_DATA, .disposition = FILE_OVERWRITE_IF, .options = FILE_NON_DIRECTORY_FILE};
    if (const file_error e = open_relative(file, L":" + name, how, h.value)) return e;
    if (const file_error e = write_at(h.value, 0, {s.value.data(), s.value.size()})) return e;
    return last_error(FlushFileBuffers(h.value));
}

}  // namespace BARTIZAN_NAMESPACE::quarantine::windows

#endif
