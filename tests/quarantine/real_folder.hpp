// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_QUARANTINE_REAL_FOLDER_HPP
#define BARTIZAN_TESTS_QUARANTINE_REAL_FOLDER_HPP

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <bartizan/quarantine/system/linux.hpp>
#include <bartizan/quarantine/vault.hpp>
#include <filesystem>
#include <fstream>

#include "watched_files.hpp"

namespace bartizan_tests {

namespace fs = std::filesystem;
using real_vault = q::vault<q::linux_files>;
using watched_vault = q::vault<watched_files<q::linux_files>>;
using bartizan::error_code;

/// A folder of the real file system that goes with the test. `memory`: in shared memory, where syncing costs nothing.
struct real_folder {
    fs::path path;

    explicit real_folder(bool memory = false) {
        std::string text = (memory && fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::canonical(testing::TempDir())) / "bartizan-vault-XXXXXX";
        path = mkdtemp(text.data());
        fs::create_directory(path / "home");
    }
    real_folder(const real_folder&) = delete;
    ~real_folder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    [[nodiscard]] std::string vault() const { return path / "vault"; }
    [[nodiscard]] std::string home(const std::string& name) const { return path / "home" / name; }
};

inline void write_file(const std::string& path, const std::string& content) { std::ofstream(path, std::ios::binary) << content; }
inline std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}
inline std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(folder)) out.push_back(entry.path().filename());
    std::sort(out.begin(), out.end());
    return out;
}

inline q::take_request taking_of(const std::string& path, q::item_kind kind = q::item_kind::file) {
    q::take_request r;
    r.path = path;
    r.kind = kind;
    r.reason = "tested";
    r.time_100ns = 133'000'000'000'000'000;
    return r;
}

/// Runs `act` in a process of its own and gives what waitpid says of it.
template <class Act>
int in_process(Act&& act) {
    const pid_t child = fork();
    if (child == 0) {
        act();
        _exit(0);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return status;
}

/// Where a file with this content is: "home", "vault", both, or what is broken. The vault is opened, and so recovers.
inline std::string whereabouts(const real_folder& f, const std::string& name, const std::string& content) {
    real_vault v;
    std::string out;
    const auto say = [&out](const std::string& word) { out += (out.empty() ? "" : " ") + word; };
    if (const q::fault bad = v.open(f.vault())) return describe(bad.code);
    for (const q::problem& p : v.recovered().problems) say(std::string("problem: ") + describe(p.why.code));
    std::vector<q::listed_item> items;
    EXPECT_FALSE(v.list(items));
    if (fs::exists(f.home(name))) say(read_file(f.home(name)) == content ? "home" : "broken home");
    for (const q::listed_item& i : items) {
        std::vector<uint8_t> held;
        if (i.about.path != f.home(name)) continue;
        say(!v.read_content(i.about.id, held) && std::string(held.begin(), held.end()) == content ? "vault" : "broken vault");
    }
    for (const std::string& n : names_in(f.path / "home"))
        if (n.starts_with(".bartizan")) say("debris " + n);
    for (const std::string& n : names_in(f.vault()))
        if (!n.ends_with(".held")) say("debris " + n);
    return out;
}

}  // namespace bartizan_tests

#endif
