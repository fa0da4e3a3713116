// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "whole_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace bartizan_cli {

namespace {

bool write_all(int descriptor, bartizan::bytes content) {
    while (!content.empty()) {
        const ssize_t n = ::write(descriptor, content.data, content.size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        content = content.sub(static_cast<size_t>(n));
    }
    return true;
}

/// So that the new name survives a loss of power; where a folder cannot be synced, the file stands there all the same.
void sync_folder_of(const std::string& path) {
    const std::string folder = std::filesystem::path(path).parent_path();
    const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    (void)fsync(descriptor);
    ::close(descriptor);
}

}  // namespace

std::string write_whole_file(const std::string& path, bartizan::bytes content) {
    std::string fresh = path + ".XXXXXX";
    const int descriptor = mkstemp(fresh.data());
    if (descriptor < 0) return "cannot be written: " + std::generic_category().message(errno);
    struct stat before = {};
    const mode_t mode = ::stat(path.c_str(), &before) == 0 ? before.st_mode & 07777 : 0644;
    bool done = write_all(descriptor, content) && fchmod(descriptor, mode) == 0 && fsync(descriptor) == 0;
    done = ::close(descriptor) == 0 && done && std::rename(fresh.c_str(), path.c_str()) == 0;
    if (done) {
        sync_folder_of(path);
        return "";
    }
    const std::string reason = "cannot be written: " + std::generic_category().message(errno);
    ::unlink(fresh.c_str());
    return reason;
}

}  // namespace bartizan_cli
