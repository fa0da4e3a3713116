// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "file_bytes.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace bartizan_cli {

namespace {

constexpr size_t mapped_from_bytes = size_t{64} << 20;

std::string reason() { return std::generic_category().message(errno); }

}  // namespace

std::string file_bytes::open(const std::string& path) {
    unmap();
    // Without O_NONBLOCK, a pipe in place of the file would block for ever.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return "cannot be opened: " + reason();
    struct stat status = {};
    std::string problem;
    if (fstat(descriptor, &status) != 0)
        problem = "cannot be examined: " + reason();
    else if (!S_ISREG(status.st_mode))
        problem = "not a regular file";
    else
        problem = load(descriptor, static_cast<size_t>(status.st_size));
    ::close(descriptor);
    return problem;
}

std::string file_bytes::load(int descriptor, size_t size_bytes) {
    if (size_bytes >= mapped_from_bytes) {
        void* const at = mmap(nullptr, size_bytes, PROT_READ, MAP_PRIVATE, descriptor, 0);
        if (at == MAP_FAILED) return "cannot be mapped: " + reason();
        mapping_ = at;
        view_ = {static_cast<const uint8_t*>(at), size_bytes};
        madvise(at, size_bytes, MADV_SEQUENTIAL);
        return {};
    }
    if (buffer_.size() < size_bytes) buffer_.resize(size_bytes);
    size_t done = 0;
    while (done < size_bytes) {
        const ssize_t got = ::read(descriptor, buffer_.data() + done, size_bytes - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return "cannot be read: " + reason();
        if (got == 0) break;  // it has become shorter
        done += static_cast<size_t>(got);
    }
    view_ = {buffer_.data(), done};
    return {};
}

void file_bytes::unmap() {
    if (mapping_ != nullptr) munmap(mapping_, view_.size);
    mapping_ = nullptr;
    view_ = {};
}

}  // namespace bartizan_cli
