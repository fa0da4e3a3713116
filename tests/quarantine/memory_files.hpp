// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_QUARANTINE_MEMORY_FILES_HPP
#define BARTIZAN_TESTS_QUARANTINE_MEMORY_FILES_HPP

#include <bartizan/quarantine/files.hpp>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string_view>

namespace bartizan_tests {

namespace q = bartizan::quarantine;

/// A disk that forgets: of what was not synced, a loss of power keeps whatever it likes. A file's bytes and attributes are as of its last
/// sync, or as they were; of a folder's changes since its last sync any subset has happened, in their order (no file system is worse).
class memory_disk {
  public:
    struct node;
    struct change {
        enum { link, unlink, rename } what;
        std::string name, to;
        std::shared_ptr<node> target;
    };
    struct contents {
        std::vector<uint8_t> data;
        q::file_status status;
        q::attributes attached;
    };
    struct node {
        contents now, durable;  ///< a link's data is its target
        std::map<std::string, std::shared_ptr<node>> names, durable_names;
        std::vector<change> pending;
        bool locked = false;
    };

    explicit memory_disk(uint32_t seed = 1) : chance_(seed), root_(make(q::file_kind::folder)) {}

    std::shared_ptr<node> make(q::file_kind kind) {
        auto n = std::make_shared<node>();
        n->now.status.kind = kind;
        n->now.status.identity = {7, ++inodes_, 0, static_cast<int64_t>(tick())};
        n->now.status.mode = kind == q::file_kind::folder ? 0700 : 0600;
        n->now.status.links = 0;
        n->now.status.modified_ns = n->now.status.accessed_ns = n->now.status.changed_ns = static_cast<int64_t>(tick());
        n->durable = n->now;
        return n;
    }
    void apply(node& folder, const change& c, bool is_new) {
        apply_to(folder.names, c);
        if (is_new) folder.pending.push_back(c);
    }

    /// The power goes: `keep()` says for each unsynced change whether it had reached the disk.
    void crash(const std::function<bool()>& keep) { crash(*root_, keep); }

    /// For building and looking: everything durable, nothing counted.
    std::shared_ptr<node> find(std::string_view path) const {
        auto at = root_;
        while (at != nullptr && !path.empty()) {
            path.remove_prefix(1);
            const size_t end = std::min(path.find('/'), path.size());
            const auto next = at->names.find(std::string(path.substr(0, end)));
            at = next == at->names.end() ? nullptr : next->second;
            path.remove_prefix(end);
        }
        return at;
    }
    std::shared_ptr<node> put(const std::string& path, q::file_kind kind, const std::string& data = "") {
        const size_t cut = path.rfind('/');
        auto n = make(kind);
        n->now.data.assign(data.begin(), data.end());
        n->now.status.size_bytes = data.size();
        n->durable = n->now;
        const auto folder = find(path.substr(0, cut));
        apply(*folder, {change::link, path.substr(cut + 1), "", n}, false);
        folder->durable_names = folder->names;
        return n;
    }

    uint64_t tick() { return time_ += 1000; }
    std::mt19937& chance() { return chance_; }
    const std::shared_ptr<node>& root() const { return root_; }

  private:
    static void apply_to(std::map<std::string, std::shared_ptr<node>>& names, const change& c) {
        if (c.what == change::link) names[c.name] = c.target;
        if (c.what == change::unlink) names.erase(c.name);
        if (c.what == change::rename && names.contains(c.name)) {
            names[c.to] = names[c.name];
            names.erase(c.name);
        }
    }
    static void crash(node& n, const std::function<bool()>& keep) {
        n.locked = false;
        if (n.now.status.kind == q::file_kind::file && !keep()) n.now = n.durable;
        n.durable = n.now;
        for (const change& c : n.pending)
            if (keep()) apply_to(n.durable_names, c);
        n.pending.clear();
        n.names = n.durable_names;
        for (const auto& [name, child] : n.names) crash(*child, keep);
    }

    std::mt19937 chance_;
    uint64_t time_ = 1'000'000'000, inodes_ = 0;
    std::shared_ptr<node> root_;
};

/// The vault's file system on such a disk.
class memory_files {
  public:
    struct handle {
        std::shared_ptr<memory_disk::node> node;
    };
    using change = memory_disk::change;

    explicit memory_files(std::shared_ptr<memory_disk> disk = nullptr) : disk_(std::move(disk)) {}

    [[nodiscard]] static size_t root_size(std::string_view path) { return path.starts_with('/') ? 1 : 0; }
    [[nodiscard]] static bool is_separator(char c) { return c == '/'; }
    [[nodiscard]] static bool is_private(const q::file_status& s) { return (s.mode & 077) == 0; }

    q::file_error open_root(std::string_view, handle& out) {
        out.node = disk_->root();
        return {};
    }
    q::file_error open_folder(handle f, const std::string& name, handle& out) { return open(f, name, q::file_kind::folder, out); }
    q::file_error open_file(handle f, const std::string& name, handle& out) { return open(f, name, q::file_kind::file, out); }
    q::file_error create_file(handle f, const std::string& name, handle& out) {
        if (const q::file_error e = add(f, name, q::file_kind::file)) return e;
        out.node = f.node->names[name];
        return {};
    }
    q::file_error create_folder(handle f, const std::string& name) { return add(f, name, q::file_kind::folder); }
    void close(const handle& h) {
        if (locked_ == h.node && h.node != nullptr) locked_->locked = false, locked_ = nullptr;
    }
    q::file_error status(const handle& h, q::file_status& out) {
        out = h.node->now.status;
        return {};
    }
    q::file_error status_at(const handle& f, const std::string& name, q::file_status& out) {
        const auto at = f.node->names.find(name);
        if (at == f.node->names.end()) return {q::trouble::absent, 2};
        out = at->second->now.status;
        return {};
    }
    q::file_error read(const handle& h, uint64_t offset, bartizan::span<uint8_t> into, size_t& got) {
        const bartizan::bytes data{h.node->now.data.data(), h.node->now.data.size()};
        const bartizan::bytes part = data.sub(static_cast<size_t>(offset), into.size);
        std::copy(part.begin(), part.end(), into.begin());
        got = part.size;
        return {};
    }
    q::file_error write(const handle& h, uint64_t offset, bartizan::bytes data) {
        auto& out = h.node->now.data;
        if (out.size() < offset + data.size) out.resize(static_cast<size_t>(offset + data.size));
        std::copy(data.begin(), data.end(), out.begin() + static_cast<std::ptrdiff_t>(offset));
        h.node->now.status.size_bytes = out.size();
        h.node->now.status.modified_ns = h.node->now.status.changed_ns = static_cast<int64_t>(disk_->tick());
        return {};
    }
    q::file_error sync(const handle& h) {
        h.node->durable = h.node->now;
        h.node->durable_names = h.node->names;
        h.node->pending.clear();
        return {};
    }
    q::file_error rename(const handle& f, const std::string& from, const std::string& to) {
        if (f.node->names.contains(to)) return {q::trouble::exists, 17};
        return replace(f, from, to);
    }
    q::file_error replace(const handle& f, const std::string& from, const std::string& to) {
        if (!f.node->names.contains(from)) return {q::trouble::absent, 2};
        f.node->names[from]->now.status.changed_ns = static_cast<int64_t>(disk_->tick());
        disk_->apply(*f.node, {change::rename, from, to, nullptr}, true);
        return {};
    }
    q::file_error remove(const handle& f, const std::string& name) {
        if (!f.node->names.contains(name)) return {q::trouble::absent, 2};
        disk_->apply(*f.node, {change::unlink, name, "", nullptr}, true);
        return {};
    }
    q::file_error list(const handle& f, std::vector<std::string>& out) {
        out.clear();
        for (const auto& [name, node] : f.node->names) out.push_back(name);
        return {};
    }
    q::file_error read_link(const handle& f, const std::string& name, std::string& target) {
        const auto at = f.node->names.find(name);
        if (at == f.node->names.end()) return {q::trouble::absent, 2};
        target.assign(at->second->now.data.begin(), at->second->now.data.end());
        return {};
    }
    q::file_error make_link(const handle& f, const std::string& name, const std::string& target, const q::file_status& owner) {
        if (const q::file_error e = add(f, name, q::file_kind::link)) return e;
        auto& n = *f.node->names[name];
        n.now.data.assign(target.begin(), target.end());
        n.now.status.size_bytes = target.size();
        n.now.status.owner = owner.owner;
        n.durable = n.now;
        return {};
    }
    q::file_error read_attributes(const handle& h, q::attributes& out) {
        out = h.node->now.attached;
        return {};
    }
    q::file_error restore(const handle& h, const q::attributes& a, const q::file_status& s) {
        h.node->now.attached = a;
        auto& now = h.node->now.status;
        now.mode = s.mode, now.owner = s.owner, now.group = s.group, now.modified_ns = s.modified_ns, now.accessed_ns = s.accessed_ns;
        return {};
    }
    q::file_error lock(const handle& f, bool) {
        if (f.node->locked) return {q::trouble::busy, 11};
        f.node->locked = true;
        locked_ = f.node;
        return {};
    }
    q::file_error fill_random(bartizan::span<uint8_t> out) {
        for (uint8_t& b : out) b = static_cast<uint8_t>(disk_->chance()());
        return {};
    }

  private:
    static q::file_error open(const handle& f, const std::string& name, q::file_kind kind, handle& out) {
        const auto at = f.node->names.find(name);
        if (at == f.node->names.end()) return {q::trouble::absent, 2};
        if (at->second->now.status.kind != kind) return {q::trouble::link, 20};
        out.node = at->second;
        return {};
    }
    q::file_error add(const handle& f, const std::string& name, q::file_kind kind) {
        if (f.node->names.contains(name)) return {q::trouble::exists, 17};
        auto n = disk_->make(kind);
        n->now.status.links = 1;
        disk_->apply(*f.node, {change::link, name, "", n}, true);
        return {};
    }

    std::shared_ptr<memory_disk> disk_;
    std::shared_ptr<memory_disk::node> locked_;
};

}  // namespace bartizan_tests

#endif
