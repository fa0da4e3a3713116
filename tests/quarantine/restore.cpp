// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// What comes out of the vault is what went in, and what lies in it is no program.
#include <bartizan/quarantine/group.hpp>
#include <random>

#include "real_folder.hpp"

namespace {

using namespace bartizan_tests;

struct facts {
    std::string content;
    uint32_t mode, owner, group;
    timespec modified, accessed;
    std::map<std::string, std::string> streams;
};

/// By the system's calls, not by the library's.
facts facts_of(const std::string& path) {
    struct stat s = {};
    EXPECT_EQ(lstat(path.c_str(), &s), 0);
    facts out{read_file(path), s.st_mode, s.st_uid, s.st_gid, s.st_mtim, s.st_atim, {}};
    char names[4096] = {};
    const ssize_t size = listxattr(path.c_str(), names, sizeof names);
    for (const char* n = names; n < names + size; n += strlen(n) + 1) {
        char value[4096] = {};
        const ssize_t length = getxattr(path.c_str(), n, value, sizeof value);
        out.streams[n] = std::string(value, static_cast<size_t>(std::max<ssize_t>(length, 0)));
    }
    return out;
}

struct restore : testing::Test {
    real_folder f;  // of the file system that tests run on, with its extended attributes
    real_vault v;
    void SetUp() override { ASSERT_FALSE(v.open(f.vault())); }
};

TEST_F(restore, everything_of_a_file) {
    const std::string path = f.home("evil.sh");
    write_file(path, "#!/bin/sh\necho ran\n");
    ASSERT_EQ(geteuid() == 0 ? chown(path.c_str(), 1234, 5678) : 0, 0);
    ASSERT_EQ(chmod(path.c_str(), 06751), 0);
    std::string value("\0\1binary\xff", 9);
    if (setxattr(path.c_str(), "user.origin", value.data(), value.size(), 0) != 0) GTEST_LOG_(INFO) << "no extended attributes here";
    (void)setxattr(path.c_str(), "user.a", "", 0, 0);
    const timespec times[2] = {{1'500'000'000, 123'456'789}, {-5, 999'999'999}};
    ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
    facts before = facts_of(path);
    before.accessed = times[0];  // reading it just now has set it
    ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
    q::item m;
    ASSERT_FALSE(v.add(taking_of(path), m));
    EXPECT_FALSE(fs::exists(path));
    ASSERT_FALSE(v.release(m.id, "", m));
    struct stat s = {};
    ASSERT_EQ(lstat(path.c_str(), &s), 0);
    EXPECT_EQ(s.st_atim.tv_sec, before.accessed.tv_sec);
    EXPECT_EQ(s.st_atim.tv_nsec, before.accessed.tv_nsec);
    const facts after = facts_of(path);
    EXPECT_EQ(after.content, before.content);
    EXPECT_EQ(after.mode, before.mode);
    EXPECT_EQ(after.owner, before.owner);
    EXPECT_EQ(after.group, before.group);
    EXPECT_EQ(after.modified.tv_sec, -5);
    EXPECT_EQ(after.modified.tv_nsec, 999'999'999);
    EXPECT_EQ(after.streams, before.streams);
    EXPECT_EQ(names_in(f.vault()).size(), 0u);
}

TEST_F(restore, any_size_and_content) {
    std::mt19937 chance(1);
    for (const size_t size : {0u, 1u, 7u, 8u, 9u, 127u, 65535u, 65536u, 65537u, 131072u, 1'000'003u}) {
        std::string content(size, '\0');
        for (char& c : content) c = static_cast<char>(chance());
        const std::string path = f.home("f" + std::to_string(size));
        write_file(path, content);
        q::item m;
        std::vector<uint8_t> held;
        ASSERT_FALSE(v.add(taking_of(path), m));
        EXPECT_EQ(m.sha256, bartizan::sha256_of({reinterpret_cast<const uint8_t*>(content.data()), content.size()}));
        ASSERT_FALSE(v.read_content(m.id, held));
        EXPECT_EQ(std::string(held.begin(), held.end()), content);
        ASSERT_FALSE(v.release(m.id, "", m));
        EXPECT_EQ(read_file(path), content);
    }
}

TEST_F(restore, nothing_in_the_vault_can_run_or_be_found) {
    const std::string script = "#!/bin/sh\ntouch " + f.home("ran") + "\n", path = f.home("evil.sh"), link = f.home("link");
    write_file(path, script);
    ASSERT_EQ(chmod(path.c_str(), 0755), 0);
    q::item m;
    ASSERT_FALSE(v.add(taking_of(path), m));
    ASSERT_EQ(names_in(f.vault()).size(), 1u);
    const std::string item = f.vault() + "/" + names_in(f.vault())[0], stored = read_file(item);
    struct stat s = {};
    ASSERT_EQ(stat(item.c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 07777, 0600u);
    for (const std::string& piece : {std::string("#!/bin/sh"), std::string("touch"), f.path.string()}) EXPECT_EQ(stored.find(piece), std::string::npos) << piece;
    const int status = in_process([&] { execl(item.c_str(), item.c_str(), nullptr); _exit(42); });
    EXPECT_EQ(WEXITSTATUS(status), 42);
    (void)!system(("sh '" + item + "' >/dev/null 2>&1").c_str());  // even if a shell is made to read it
    EXPECT_FALSE(fs::exists(f.home("ran")));
    ASSERT_FALSE(v.release(m.id, "", m));
    EXPECT_EQ(in_process([&] { execl(path.c_str(), path.c_str(), nullptr); _exit(42); }), 0);
    EXPECT_TRUE(fs::exists(f.home("ran")));
}

TEST_F(restore, two_copies_of_one_file_differ_in_the_vault) {
    for (const char* name : {"a", "b"}) {
        q::item m;
        write_file(f.home(name), std::string(1000, '\0'));
        ASSERT_FALSE(v.add(taking_of(f.home(name)), m));
    }
    const auto names = names_in(f.vault());
    const std::string a = read_file(f.vault() + "/" + names[0]), b = read_file(f.vault() + "/" + names[1]);
    EXPECT_NE(a.substr(128), b.substr(128));
    EXPECT_EQ(a.find(std::string(16, '\0'), 128), std::string::npos);
}

TEST_F(restore, a_file_with_all_that_belongs_to_it) {
    std::map<std::string, std::string> registry{{"Run\\Evil", "x"}};
    const q::registry_access access{[&](const std::string& n, std::vector<uint8_t>& out) { return registry.contains(n) && (out.assign(registry[n].begin(), registry[n].end()), true); },
                                    [&](const std::string& n) { return registry.erase(n), true; },
                                    [&](const std::string& n, bartizan::bytes in) { return registry[n].assign(in.begin(), in.end()), true; }};
    const real_folder own;
    real_vault w({}, access);
    ASSERT_FALSE(w.open(own.vault()));
    write_file(own.home("evil"), "evil");
    write_file(own.home("evil.dat"), "data");
    fs::create_symlink("evil", own.home("link"));
    const std::vector<q::take_request> belonging{taking_of(own.home("evil.dat")), taking_of(own.home("link"), q::item_kind::link), taking_of("Run\\Evil", q::item_kind::registry),
                                                 taking_of(own.home("absent"))};
    const auto added = add_group(w, taking_of(own.home("evil")), belonging);
    ASSERT_EQ(added.size(), 5u);
    for (size_t i = 0; i < 4; ++i) EXPECT_FALSE(added[i].why) << i;
    EXPECT_EQ(added[4].why.code, error_code::vault_absent);
    EXPECT_EQ(names_in(own.path / "home").size(), 0u);
    EXPECT_TRUE(registry.empty());
    for (size_t i = 1; i < 4; ++i) EXPECT_EQ(added[i].about.belongs_to, added[0].about.id);
    write_file(own.home("evil.dat"), "new");  // its place is taken
    const q::item_id id = added[0].about.id;
    auto released = release_group(w, id, own.home("evil.checked"));
    ASSERT_EQ(released.size(), 4u);
    EXPECT_EQ(released.back().about.id, id);
    for (const q::outcome& o : released) EXPECT_EQ(o.why.code, o.about.path == own.home("evil.dat") ? error_code::vault_place_taken : error_code::none);
    EXPECT_EQ(read_file(own.home("evil.checked")), "evil");
    EXPECT_EQ(read_file(own.home("evil.dat")), "new");
    EXPECT_EQ(fs::read_symlink(own.home("link")), "evil");
    EXPECT_EQ(registry["Run\\Evil"], "x");
    EXPECT_EQ(release_group(w, id, "").back().why.code, error_code::vault_no_item);
    const auto destroyed = destroy_group(w, added[1].about.id);  // what was left
    ASSERT_EQ(destroyed.size(), 1u);
    EXPECT_FALSE(destroyed[0].why);
    EXPECT_EQ(names_in(own.vault()).size(), 0u);
}

TEST_F(restore, registry_needs_a_host) {
    q::item m;
    EXPECT_EQ(v.add(taking_of("Run\\Evil", q::item_kind::registry), m).code, error_code::vault_no_registry);
}

}  // namespace
