// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_FILES_HPP
#define BARTIZAN_QUARANTINE_FILES_HPP

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "../core/error.hpp"
#include "../core/span.hpp"

/// The words in which the vault speaks with a file system. Everything that touches the system goes through one class, the template
/// parameter `Files`: system/linux.hpp, system/windows.hpp, or a host's or a test's own.
///
/// A `Files` has, each member returning a file_error where nothing else is said, and none following a link in the last component:
///   struct handle                                          copyable, cheap; default: none
///   size_t root_size(string_view path)                     characters of an absolute path's root, 0 for any other path
///   bool is_separator(char)
///   open_root(string_view root, handle&)
///   open_folder(handle folder, string name, handle&)       trouble::link where it is a link or no folder
///   open_file(handle folder, string name, handle&)         for reading; never waits, whatever stands there
///   create_file(handle folder, string name, handle&)       for reading and writing, the owner's alone; trouble::exists
///   create_folder(handle folder, string name)              the owner's alone
///   close(handle)                                          returns nothing
///   status(handle, file_status&), status_at(handle folder, string name, file_status&)
///   read(handle, uint64_t offset, span<uint8_t>, size_t& got)    `got` 0 at the end only
///   write(handle, uint64_t offset, bytes)                  all of it
///   sync(handle)                                           a file's bytes and attributes, or a folder's names, survive a loss of power
///   rename(handle folder, string from, string to)          atomic; trouble::exists rather than replace
///   replace(handle folder, string from, string to)         atomic
///   remove(handle folder, string name)                     a name of a file or link
///   list(handle folder, vector<string>&)                   names, without "." and ".."
///   read_link(handle folder, string name, string& target)
///   make_link(handle folder, string name, string target, file_status owner)
///   read_attributes(handle, attributes&)
///   restore(handle, attributes, file_status)               owner, streams, security, mode, times, in the order that keeps them
///   lock(handle folder, bool wait)                         exclusive until the handle is closed; trouble::busy
///   bool is_private(file_status)                           of a folder: this user's and nobody else's
///   fill_random(span<uint8_t>)
namespace BARTIZAN_NAMESPACE::quarantine {

enum class file_kind : uint8_t { file, folder, link, other };

/// One object of a file system, whatever it is called.
struct file_identity {
    uint64_t volume = 0;                ///< st_dev; volume serial number
    uint64_t file_low = 0, file_high = 0;  ///< inode; 128-bit file id
    int64_t born_ns = 0;                ///< time of creation, nanoseconds since 1970; 0 where the file system keeps none, and on Windows
};

/// A volume's number may be another after a restart, and a file's may be used again after it is removed: with the time of creation
/// both are told apart, and the volume's number is asked only without it.
[[nodiscard]] constexpr bool same_object(const file_identity& a, const file_identity& b) noexcept {
    if (a.file_low != b.file_low || a.file_high != b.file_high || a.born_ns != b.born_ns) return false;
    return a.born_ns != 0 || a.volume == b.volume;
}

struct file_status {
    file_kind kind = file_kind::other;
    file_identity identity;
    uint64_t size_bytes = 0;
    uint32_t mode = 0;   ///< permission bits with set-user-id and its kin; Windows: file attributes
    uint32_t owner = 0;  ///< user and group id; Windows keeps a file's in `attributes::security`
    uint32_t group = 0;
    uint32_t links = 1;  ///< names that the file has
    int64_t modified_ns = 0, accessed_ns = 0, changed_ns = 0;  ///< nanoseconds since 1970
};

/// An extended attribute (Linux, POSIX access-control lists among them) or an alternate data stream (Windows).
struct stream {
    std::string name;
    std::vector<uint8_t> value;
};

struct attributes {
    std::vector<stream> streams;    ///< ascending by name
    std::vector<uint8_t> security;  ///< opaque to the vault; Windows: time of creation (FILETIME), then the self-relative security descriptor
};

enum class trouble : uint8_t { none, absent, exists, link, denied, full, busy, unsupported, failed };

/// What the system answered. `native`: errno or GetLastError, for the log.
struct file_error {
    trouble what = trouble::none;
    int native = 0;
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return what != trouble::none; }
};

/// Why the vault did not do what it was asked. `offset`: of the item's bytes, where they are to blame; `native`: the system's number.
struct fault {
    error_code code = error_code::none;
    uint64_t offset = 0;
    int native = 0;

    constexpr fault() noexcept = default;
    constexpr fault(error_code c, uint64_t at = 0, int system = 0) noexcept : code(c), offset(at), native(system) {}
    constexpr fault(const error& e) noexcept : code(e.code), offset(e.offset) {}
    constexpr fault(const file_error& e) noexcept : native(e.native) {
        switch (e.what) {
            case trouble::none: break;
            case trouble::absent: code = error_code::vault_absent; break;
            case trouble::exists: code = error_code::vault_place_taken; break;
            case trouble::link: code = error_code::vault_link_in_path; break;
            case trouble::denied: code = error_code::vault_denied; break;
            case trouble::full: code = error_code::vault_full; break;
            case trouble::busy: code = error_code::vault_busy; break;
            case trouble::unsupported: code = error_code::vault_unsupported; break;
            case trouble::failed: code = error_code::vault_io; break;
        }
    }
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return code != error_code::none; }
};

/// A handle that is closed with its scope.
template <class Files>
class opened {
  public:
    opened() = default;
    opened(const opened&) = delete;
    opened(opened&& other) noexcept : files_(other.files_), handle_(other.handle_) { other.files_ = nullptr; }
    opened& operator=(opened&& other) noexcept {
        std::swap(files_, other.files_);
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~opened() { close(); }

    /// For the members of `Files` that open: closes what was open, and takes what they give.
    template <class Open>
    file_error open(Files& files, Open&& by) {
        close();
        typename Files::handle h;
        const file_error e = by(h);
        if (!e) files_ = &files, handle_ = h;
        return e;
    }
    void close() {
        if (files_ != nullptr) files_->close(handle_);
        files_ = nullptr;
    }
    [[nodiscard]] bool is_open() const noexcept { return files_ != nullptr; }
    [[nodiscard]] const typename Files::handle& get() const noexcept { return handle_; }

  private:
    Files* files_ = nullptr;
    typename Files::handle handle_{};
};

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
