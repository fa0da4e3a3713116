// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_QUARANTINE_WATCHED_FILES_HPP
#define BARTIZAN_TESTS_QUARANTINE_WATCHED_FILES_HPP

#include <bartizan/quarantine/files.hpp>
#include <functional>
#include <memory>
#include <string_view>

namespace bartizan_tests {

namespace q = bartizan::quarantine;

/// What is to happen at which call to the system. Calls count from 0.
struct script {
    static constexpr uint64_t never = UINT64_MAX;
    uint64_t calls = 0;
    uint64_t stop_at = never;  ///< in place of this call, `stop`; of a write, half is done before
    std::function<void()> stop;
    uint64_t fail_at = never;  ///< this call does nothing and answers `failure`; of a write, half is done before
    q::file_error failure;
    std::function<void(uint64_t call, std::string_view what)> before;  ///< somebody else acts meanwhile
};

/// A file system whose calls are counted and fail as the script says. Closing is no call: the system does it for a dead process.
template <class Inner>
class watched_files {
  public:
    using handle = typename Inner::handle;

    watched_files() = default;
    watched_files(Inner inner, std::shared_ptr<script> s) : inner_(std::move(inner)), script_(std::move(s)) {}

    [[nodiscard]] size_t root_size(std::string_view path) const { return inner_.root_size(path); }
    [[nodiscard]] bool is_separator(char c) const { return inner_.is_separator(c); }
    [[nodiscard]] bool is_private(const q::file_status& s) const { return inner_.is_private(s); }
    void close(handle h) { inner_.close(h); }

    q::file_error open_root(std::string_view root, handle& out) { return call("open_root", [&] { return inner_.open_root(root, out); }); }
    q::file_error open_folder(handle f, const std::string& n, handle& out) { return call("open_folder", [&] { return inner_.open_folder(f, n, out); }); }
    q::file_error open_file(handle f, const std::string& n, handle& out) { return call("open_file", [&] { return inner_.open_file(f, n, out); }); }
    q::file_error create_file(handle f, const std::string& n, handle& out) { return call("create_file", [&] { return inner_.create_file(f, n, out); }); }
    q::file_error create_folder(handle f, const std::string& n) { return call("create_folder", [&] { return inner_.create_folder(f, n); }); }
    q::file_error status(handle h, q::file_status& out) { return call("status", [&] { return inner_.status(h, out); }); }
    q::file_error status_at(handle f, const std::string& n, q::file_status& out) { return call("status_at", [&] { return inner_.status_at(f, n, out); }); }
    q::file_error read(handle h, uint64_t at, bartizan::span<uint8_t> into, size_t& got) { return call("read", [&] { return inner_.read(h, at, into, got); }); }
    q::file_error write(handle h, uint64_t at, bartizan::bytes data) {
        return call("write", [&] { return inner_.write(h, at, data); }, [&] { (void)inner_.write(h, at, data.sub(0, data.size / 2)); });
    }
    q::file_error sync(handle h) { return call("sync", [&] { return inner_.sync(h); }); }
    q::file_error rename(handle f, const std::string& a, const std::string& b) { return call("rename", [&] { return inner_.rename(f, a, b); }); }
    q::file_error replace(handle f, const std::string& a, const std::string& b) { return call("replace", [&] { return inner_.replace(f, a, b); }); }
    q::file_error remove(handle f, const std::string& n) { return call("remove", [&] { return inner_.remove(f, n); }); }
    q::file_error list(handle f, std::vector<std::string>& out) { return call("list", [&] { return inner_.list(f, out); }); }
    q::file_error read_link(handle f, const std::string& n, std::string& out) { return call("read_link", [&] { return inner_.read_link(f, n, out); }); }
    q::file_error make_link(handle f, const std::string& n, const std::string& target, const q::file_status& owner) {
        return call("make_link", [&] { return inner_.make_link(f, n, target, owner); });
    }
    q::file_error read_attributes(handle h, q::attributes& out) { return call("read_attributes", [&] { return inner_.read_attributes(h, out); }); }
    q::file_error restore(handle h, const q::attributes& a, const q::file_status& s) { return call("restore", [&] { return inner_.restore(h, a, s); }); }
    q::file_error lock(handle f, bool wait) { return call("lock", [&] { return inner_.lock(f, wait); }); }
    q::file_error fill_random(bartizan::span<uint8_t> out) { return call("fill_random", [&] { return inner_.fill_random(out); }); }

  private:
    template <class Act, class Tear>
    q::file_error call(std::string_view what, Act&& act, Tear&& tear) {
        const uint64_t now = script_->calls++;
        if (script_->before) script_->before(now, what);
        if (now == script_->stop_at) {
            tear();
            script_->stop();
        }
        if (now == script_->fail_at) {
            tear();
            return script_->failure;
        }
        return act();
    }
    template <class Act>
    q::file_error call(std::string_view what, Act&& act) {
        return call(what, act, [] {});
    }

    Inner inner_;
    std::shared_ptr<script> script_ = std::make_shared<script>();
};

}  // namespace bartizan_tests

#endif
