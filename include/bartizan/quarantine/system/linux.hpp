// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_SYSTEM_LINUX_HPP
#define BARTIZAN_QUARANTINE_SYSTEM_LINUX_HPP

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string_view>

#include "../files.hpp"

namespace BARTIZAN_NAMESPACE::quarantine {

/// The `Files` of Linux (5.3, glibc 2.28 or later): openat, renameat2, statx and descriptors throughout. Stateless; any number of threads.
class linux_files {
  public:
    struct handle {
        int descriptor = -1;
    };

    [[nodiscard]] static size_t root_size(std::string_view path) { return path.starts_with('/') ? 1 : 0; }
    [[nodiscard]] static bool is_separator(char c) { return c == '/'; }

    file_error open_root(std::string_view, handle& out) { return open(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY, out); }
    /// A folder that may be passed through and not listed is opened for that alone: it cannot be synced then.
    file_error open_folder(handle folder, const std::string& name, handle& out) {
        const file_error e = open(folder.descriptor, name, O_RDONLY | O_DIRECTORY, out);
        return e.what == trouble::denied ? open(folder.descriptor, name, O_PATH | O_DIRECTORY, out) : e;
    }
    /// O_NONBLOCK: a pipe in place of the file would block for ever.
    file_error open_file(handle folder, const std::string& name, handle& out) { return open(folder.descriptor, name, O_RDONLY | O_NONBLOCK, out); }
    file_error create_file(handle folder, const std::string& name, handle& out) { return open(folder.descriptor, name, O_RDWR | O_CREAT | O_EXCL, out); }
    file_error create_folder(handle folder, const std::string& name) { return answer(mkdirat(folder.descriptor, name.c_str(), 0700)); }
    void close(handle h) { ::close(h.descriptor); }

    file_error status(handle h, file_status& out) { return examine(h.descriptor, "", AT_EMPTY_PATH, out); }
    file_error status_at(handle folder, const std::string& name, file_status& out) { return examine(folder.descriptor, name.c_str(), 0, out); }

    file_error read(handle h, uint64_t offset, span<uint8_t> into, size_t& got) {
        ssize_t n = 0;
        do n = pread64(h.descriptor, into.data, into.size, static_cast<off64_t>(offset));
        while (n < 0 && errno == EINTR);
        got = n < 0 ? 0 : static_cast<size_t>(n);
        return answer(n);
    }
    file_error write(handle h, uint64_t offset, bytes data) {
        while (!data.empty()) {
            const ssize_t n = pwrite64(h.descriptor, data.data, data.size, static_cast<off64_t>(offset));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return answer(n);
            data = data.sub(static_cast<size_t>(n));
            offset += static_cast<uint64_t>(n);
        }
        return {};
    }
    file_error sync(handle h) { return answer(fsync(h.descriptor)); }

    file_error rename(handle folder, const std::string& from, const std::string& to) {
        const int d = folder.descriptor;
        if (renameat2(d, from.c_str(), d, to.c_str(), RENAME_NOREPLACE) == 0) return {};
        if (errno != EINVAL && errno != ENOSYS) return answer(-1);
        // A file system without that flag: for a moment the file has both names, which whoever looks after a crash must expect.
        if (linkat(d, from.c_str(), d, to.c_str(), 0) != 0) return answer(-1);
        return answer(unlinkat(d, from.c_str(), 0));
    }
    file_error replace(handle folder, const std::string& from, const std::string& to) {
        return answer(renameat(folder.descriptor, from.c_str(), folder.descriptor, to.c_str()));
    }
    file_error remove(handle folder, const std::string& name) { return answer(unlinkat(folder.descriptor, name.c_str(), 0)); }

    file_error list(handle folder, std::vector<std::string>& out) {
        const int again = openat(folder.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);  // a position of its own
        DIR* const listing = again < 0 ? nullptr : fdopendir(again);
        if (listing == nullptr) return answer(-1);
        out.clear();
        errno = 0;
        while (const dirent* entry = readdir(listing)) {
            const std::string name = entry->d_name;
            if (name != "." && name != "..") out.push_back(name);
        }
        const file_error e = answer(errno == 0 ? 0 : -1);
        closedir(listing);
        return e;
    }

    file_error read_link(handle folder, const std::string& name, std::string& target) {
        target.resize(4096);  // PATH_MAX, the longest that a link can hold
        const ssize_t n = readlinkat(folder.descriptor, name.c_str(), target.data(), target.size());
        target.resize(n < 0 ? 0 : static_cast<size_t>(n));
        return answer(n);
    }
    file_error make_link(handle folder, const std::string& name, const std::string& target, const file_status& owner) {
        if (const file_error e = answer(symlinkat(target.c_str(), folder.descriptor, name.c_str()))) return e;
        file_status now;
        if (const file_error e = status_at(folder, name, now)) return e;
        if (now.owner == owner.owner && now.group == owner.group) return {};
        return answer(fchownat(folder.descriptor, name.c_str(), owner.owner, owner.group, AT_SYMLINK_NOFOLLOW));
    }

    file_error read_attributes(handle h, attributes& out) {
        out = {};
        std::string names;
        if (const file_error e = sized([&](char* p, size_t n) { return flistxattr(h.descriptor, p, n); }, names)) return no_attributes(e);
        for (size_t at = 0; at < names.size(); at = names.find('\0', at) + 1) {
            stream s{names.c_str() + at, {}};
            if (const file_error e = sized([&](uint8_t* p, size_t n) { return fgetxattr(h.descriptor, s.name.c_str(), p, n); }, s.value)) return e;
            out.streams.push_back(std::move(s));
        }
        std::sort(out.streams.begin(), out.streams.end(), [](const stream& a, const stream& b) { return a.name < b.name; });
        return {};
    }
    /// A change of owner takes set-user-id and capabilities away, so the owner comes first; every change sets times, so they come last.
    file_error restore(handle h, const attributes& attached, const file_status& s) {
        file_status now;
        if (const file_error e = status(h, now)) return e;
        if ((now.owner != s.owner || now.group != s.group) && fchown(h.descriptor, s.owner, s.group) != 0) return answer(-1);
        attributes there;
        if (const file_error e = read_attributes(h, there)) return e;
        for (const stream& wanted : attached.streams) {
            const auto same = [&](const stream& t) { return t.name == wanted.name && t.value == wanted.value; };
            if (std::any_of(there.streams.begin(), there.streams.end(), same)) continue;  // a security label that the system gave
            if (fsetxattr(h.descriptor, wanted.name.c_str(), wanted.value.data(), wanted.value.size(), 0) != 0) return answer(-1);
        }
        if (fchmod(h.descriptor, s.mode) != 0) return answer(-1);
        const timespec times[2] = {time_of(s.accessed_ns), time_of(s.modified_ns)};
        return answer(futimens(h.descriptor, times));
    }

    file_error lock(handle folder, bool wait) {
        int done = 0;
        do done = flock(folder.descriptor, wait ? LOCK_EX : LOCK_EX | LOCK_NB);
        while (done != 0 && errno == EINTR);
        return done != 0 && errno == EWOULDBLOCK ? file_error{trouble::busy, errno} : answer(done);
    }
    [[nodiscard]] static bool is_private(const file_status& s) { return s.kind == file_kind::folder && s.owner == geteuid() && (s.mode & 077) == 0; }

    file_error fill_random(span<uint8_t> out) {
        return answer(getrandom(out.data, out.size, 0) == static_cast<ssize_t>(out.size) ? 0 : -1);
    }

  private:
    static file_error answer(ssize_t result) {
        if (result >= 0) return {};
        switch (errno) {
            case ENOENT: return {trouble::absent, errno};
            case EEXIST: return {trouble::exists, errno};
            case ELOOP: case ENOTDIR: return {trouble::link, errno};
            case EACCES: case EPERM: case EROFS: case ENXIO: return {trouble::denied, errno};
            case ENOSPC: case EDQUOT: return {trouble::full, errno};
            case ENOTSUP: case ENOSYS: case EINVAL: return {trouble::unsupported, errno};
            default: return {trouble::failed, errno};
        }
    }
    // A file system without extended attributes has none.
    static file_error no_attributes(const file_error& e) { return e.what == trouble::unsupported ? file_error{} : e; }

    static file_error open(int folder, const std::string& name, int flags, handle& out) {
        out.descriptor = openat(folder, name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC | O_LARGEFILE, 0600);
        return answer(out.descriptor);
    }

    static file_error examine(int folder, const char* name, int flags, file_status& out) {
        struct statx s = {};
        if (statx(folder, name, flags | AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &s) != 0) return answer(-1);
        const auto nanoseconds = [](const statx_timestamp& t) { return t.tv_sec * 1'000'000'000 + t.tv_nsec; };
        out.kind = S_ISREG(s.stx_mode) ? file_kind::file : S_ISDIR(s.stx_mode) ? file_kind::folder : S_ISLNK(s.stx_mode) ? file_kind::link : file_kind::other;
        out.identity = {makedev(s.stx_dev_major, s.stx_dev_minor), s.stx_ino, 0, (s.stx_mask & STATX_BTIME) != 0 ? nanoseconds(s.stx_btime) : 0};
        out.size_bytes = s.stx_size;
        out.mode = s.stx_mode & 07777u;
        out.owner = s.stx_uid;
        out.group = s.stx_gid;
        out.links = s.stx_nlink;
        out.modified_ns = nanoseconds(s.stx_mtime);
        out.accessed_ns = nanoseconds(s.stx_atime);
        out.changed_ns = nanoseconds(s.stx_ctime);
        return {};
    }

    static timespec time_of(int64_t nanoseconds) {
        int64_t seconds = nanoseconds / 1'000'000'000, rest = nanoseconds % 1'000'000'000;
        if (rest < 0) --seconds, rest += 1'000'000'000;
        timespec out = {};
        out.tv_sec = static_cast<time_t>(seconds);
        out.tv_nsec = static_cast<decltype(out.tv_nsec)>(rest);
        return out;
    }

    // A call that gives as many bytes as there is room for, and the number when given none.
    template <class Call, class Buffer>
    static file_error sized(Call&& call, Buffer& out) {
        while (true) {
            const ssize_t size = call(nullptr, 0);
            if (size < 0) return answer(size);
            out.resize(static_cast<size_t>(size));
            const ssize_t got = size == 0 ? 0 : call(out.data(), out.size());
            if (got < 0 && errno == ERANGE) continue;  // it has grown
            out.resize(got < 0 ? 0 : static_cast<size_t>(got));
            return answer(got);
        }
    }
};

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
