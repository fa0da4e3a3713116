// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Links, changed folders, and files that are exchanged while the vault works on them.
#include "real_folder.hpp"

namespace {

using namespace bartizan_tests;

struct places : testing::Test {
    real_folder f{true};
    real_vault v;
    q::item m;
    std::string evil = f.home("evil");

    void SetUp() override {
        write_file(evil, "evil");
        ASSERT_FALSE(v.open(f.vault()));
    }
    error_code add(const std::string& path) { return v.add(taking_of(path), m).code; }
    error_code release(const std::string& to = "") { return v.release(m.id, to, m).code; }
};

TEST_F(places, only_regular_files_are_taken) {
    fs::create_directory(f.home("folder"));
    fs::create_directory(f.home("real"));
    fs::create_symlink(evil, f.home("link"));
    mkfifo(f.home("pipe").c_str(), 0600);
    for (const char* name : {"folder", "link", "pipe"}) EXPECT_EQ(add(f.home(name)), error_code::vault_not_a_file) << name;
    EXPECT_EQ(add("/dev/null"), error_code::vault_not_a_file);
    EXPECT_EQ(add(f.home("absent")), error_code::vault_absent);
    EXPECT_EQ(add(f.home("absent/evil")), error_code::vault_absent);
    EXPECT_EQ(add(evil + "/evil"), error_code::vault_link_in_path);
    for (const std::string& path : {std::string(), std::string("evil"), std::string("/"), f.home("./evil"), f.home("../home/evil"), f.path.string() + "/home//evil", f.home("real/"), evil + std::string(1, '\0')})
        EXPECT_EQ(add(path), error_code::vault_bad_path) << path;
    EXPECT_EQ(names_in(f.vault()).size(), 0u);
    EXPECT_EQ(read_file(evil), "evil");
}

TEST_F(places, no_way_leads_through_a_link) {
    fs::create_directory(f.home("real"));
    write_file(f.home("real/evil"), "evil");
    fs::create_directory_symlink(f.home("real"), f.home("link"));
    EXPECT_EQ(add(f.home("link/evil")), error_code::vault_link_in_path);
    ASSERT_EQ(add(f.home("real/evil")), error_code::none);
    // The folder is moved away and a link put in its place: the release would land elsewhere.
    fs::rename(f.home("real"), f.home("moved"));
    fs::create_directory_symlink(f.path, f.home("real"));
    EXPECT_EQ(release(), error_code::vault_link_in_path);
    EXPECT_EQ(release(f.home("link/evil")), error_code::vault_link_in_path);
    EXPECT_FALSE(fs::exists(f.path / "evil"));
    real_vault through;
    fs::create_directory_symlink(f.vault(), f.home("vault"));
    EXPECT_EQ(through.open(f.home("vault")).code, error_code::vault_link_in_path);
}

TEST_F(places, a_replaced_folder_is_noticed) {
    fs::create_directory(f.home("d"));
    write_file(f.home("d/evil"), "evil");
    ASSERT_EQ(add(f.home("d/evil")), error_code::none);
    fs::remove(f.home("d"));
    EXPECT_EQ(release(), error_code::vault_absent);
    fs::create_directory(f.home("d"));
    EXPECT_EQ(release(), error_code::vault_parent_changed);
    EXPECT_EQ(names_in(f.home("d")).size(), 0u);
    EXPECT_EQ(release(f.home("d/evil")), error_code::none);  // the caller has named the place
    EXPECT_EQ(read_file(f.home("d/evil")), "evil");
}

TEST_F(places, nothing_is_overwritten) {
    ASSERT_EQ(add(evil), error_code::none);
    write_file(evil, "mine");
    EXPECT_EQ(release(), error_code::vault_place_taken);
    fs::create_symlink("nowhere", f.home("dangling"));
    EXPECT_EQ(release(f.home("dangling")), error_code::vault_place_taken);
    EXPECT_EQ(release(f.home("other")), error_code::none);
    EXPECT_EQ(read_file(evil), "mine");
    EXPECT_EQ(read_file(f.home("other")), "evil");
    EXPECT_EQ(release(), error_code::vault_no_item);
}

TEST_F(places, the_vault_is_no_place) {
    ASSERT_EQ(add(evil), error_code::none);
    EXPECT_EQ(release(f.vault() + "/evil"), error_code::vault_inside);
    EXPECT_EQ(add(f.vault() + "/" + names_in(f.vault())[0]), error_code::vault_inside);
    EXPECT_EQ(names_in(f.vault()).size(), 1u);
}

TEST_F(places, the_vault_is_nobody_elses) {
    for (const auto& [mode, code] : {std::pair{0700u, error_code::none}, {0701u, error_code::vault_folder_unsafe}, {0770u, error_code::vault_folder_unsafe}}) {
        const std::string other = f.path / ("vault" + std::to_string(mode));
        ASSERT_EQ(mkdir(other.c_str(), 0700), 0);
        ASSERT_EQ(chmod(other.c_str(), mode), 0);
        real_vault w;
        EXPECT_EQ(w.open(other).code, code);
        if (geteuid() == 0 && mode == 0700) {
            ASSERT_EQ(chown(other.c_str(), 65534, 65534), 0);
            EXPECT_EQ(real_vault().open(other).code, error_code::vault_folder_unsafe);
        }
    }
    struct stat s = {};
    ASSERT_EQ(stat(f.vault().c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 07777, 0700u);
}

TEST_F(places, other_names_of_the_file_are_counted) {
    fs::create_hard_link(evil, f.home("again"));
    ASSERT_EQ(add(evil), error_code::none);
    EXPECT_EQ(m.status.links, 2u);
    EXPECT_EQ(read_file(f.home("again")), "evil");  // still there, and the host is told that there is something to look for
    ASSERT_EQ(release(), error_code::none);
    EXPECT_EQ(fs::hard_link_count(evil), 1u);
}

TEST_F(places, what_was_judged_is_what_is_taken) {
    q::take_request r = taking_of(evil);
    r.has_expected_sha256 = true;
    EXPECT_EQ(v.add(r, m).code, error_code::vault_other_content);
    EXPECT_EQ(read_file(evil), "evil");
    const uint8_t bytes[] = {'e', 'v', 'i', 'l'};
    r.expected_sha256 = bartizan::sha256_of(bytes);
    EXPECT_FALSE(v.add(r, m));
    EXPECT_EQ(m.sha256, r.expected_sha256);
}

/// Somebody acts before each call to the system in turn; nothing of theirs is lost, and what the vault says is so.
struct meddling : places {
    static inline const std::string big = std::string(200'000, 'b');

    void meddle(const std::function<void()>& act, const std::function<void(const q::fault&, uint64_t call)>& look) {
        for (uint64_t call = 0;; ++call) {
            const real_folder fresh(true);
            folder = &fresh;
            write_file(fresh.home("evil"), big);
            const auto s = std::make_shared<script>();
            s->before = [&](uint64_t now, std::string_view) {
                if (now == call) act();
            };
            watched_vault w(watched_files<q::linux_files>({}, s));
            ASSERT_FALSE(w.open(fresh.vault()));
            const q::fault bad = w.add(taking_of(fresh.home("evil")), m);
            if (s->calls <= call) break;
            look(bad, call);
            std::vector<q::listed_item> items;
            ASSERT_FALSE(w.list(items));
            EXPECT_EQ(items.size(), bad ? 0u : 1u) << call;
            for (const std::string& n : names_in(fresh.path / "home")) EXPECT_FALSE(n.starts_with(".bartizan")) << call << n;
            if (HasFailure()) return;
        }
    }
    const real_folder* folder = nullptr;
};

TEST_F(meddling, file_replaced_by_another) {
    uint32_t refused = 0, taken = 0;
    meddle(
        [&] {
            write_file(folder->home("new"), "innocent");
            fs::rename(folder->home("new"), folder->home("evil"));
        },
        [&](const q::fault& bad, uint64_t call) {
            const std::string there = fs::exists(folder->home("evil")) ? read_file(folder->home("evil")) : "";
            const bool took_the_new = !bad && m.status.size_bytes == 8;  // replaced before it was looked at: that is then the file
            EXPECT_TRUE(there == "innocent" || (took_the_new && there.empty())) << call << ": " << describe(bad.code);
            EXPECT_TRUE(!bad || bad.code == error_code::vault_file_changed) << call;
            ++(bad ? refused : taken);
        });
    EXPECT_GT(refused, 8u);
    EXPECT_GT(taken, 5u);
}

TEST_F(meddling, file_changed_in_place) {
    uint32_t refused = 0;
    meddle(
        [&] {
            std::ofstream out(folder->home("evil"), std::ios::binary | std::ios::app);
            out << "more";
        },
        [&](const q::fault& bad, uint64_t call) {
            if (bad) {
                EXPECT_EQ(bad.code, error_code::vault_file_changed) << call;
                EXPECT_EQ(read_file(folder->home("evil")), big + "more") << call;
                ++refused;
            } else {
                EXPECT_TRUE(m.status.size_bytes == big.size() + 4 || read_file(folder->home("evil")) == "more") << call;  // before, or after
            }
        });
    EXPECT_GT(refused, 8u);
}

TEST_F(meddling, folder_exchanged_for_a_link) {
    meddle(
        [&] {
            fs::rename(folder->path / "home", folder->path / "moved");
            fs::create_directory(folder->path / "trap");
            write_file(folder->path / "trap" / "evil", "innocent");
            fs::create_directory_symlink(folder->path / "trap", folder->path / "home");
        },
        [&](const q::fault& bad, uint64_t call) {
            EXPECT_EQ(read_file(folder->path / "trap" / "evil"), "innocent") << call;
            EXPECT_TRUE(!bad || read_file(folder->path / "moved" / "evil") == big) << call << describe(bad.code);
        });
}

}  // namespace
