// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Real processes on a real file system, ended at every call to the system, and by SIGKILL at any moment.
#include <signal.h>

#include <random>
#include <thread>

#include "real_folder.hpp"

namespace {

using namespace bartizan_tests;

const std::string content = "MZ" + std::string(100'000, 'x') + "end";

std::shared_ptr<script> ending_at(uint64_t call) {
    auto s = std::make_shared<script>();
    s->stop_at = call;
    s->stop = [] { _exit(9); };
    return s;
}

/// Runs in a process that ends at this call. Whether it came to an end of its own.
template <class Act>
bool run_until(const real_folder& f, uint64_t call, Act&& act) {
    return in_process([&] {
               watched_vault v(watched_files<q::linux_files>({}, ending_at(call)));
               if (v.open(f.vault()) || act(v)) _exit(7);
           }) == 0;
}

struct deed {
    const char* name;
    bool begins_in_vault;
    std::string after;
    q::fault (*act)(watched_vault&, const std::string& path, const q::item_id& id);
};
const deed deeds[] = {
    {"add", false, "vault", [](watched_vault& v, const std::string& path, const q::item_id&) { q::item m; return v.add(taking_of(path), m); }},
    {"release", true, "home", [](watched_vault& v, const std::string&, const q::item_id& id) { q::item m; return v.release(id, "", m); }},
    {"destroy", true, "", [](watched_vault& v, const std::string&, const q::item_id& id) { return v.destroy(id); }},
};

TEST(kill, ended_at_every_call_and_again_at_every_call_of_the_recovery) {
    for (const deed& d : deeds) {
        for (uint64_t call = 0;; ++call) {
            bool ended = false;
            for (uint64_t again = 0; !ended; ++again) {
                const real_folder f(true);
                const std::string path = f.home("evil");
                write_file(path, content);
                q::item taken;
                {
                    real_vault v;
                    ASSERT_FALSE(v.open(f.vault()));
                    if (d.begins_in_vault) {
                        ASSERT_FALSE(v.add(taking_of(path), taken));
                    }
                }
                ended = run_until(f, call, [&](watched_vault& v) { return d.act(v, path, taken.id); });
                const bool recovered = run_until(f, again, [](watched_vault&) { return q::fault{}; });
                const std::string where = whereabouts(f, "evil", content);
                ASSERT_TRUE(where == d.after || where == (d.begins_in_vault ? "vault" : "home")) << d.name << ", call " << call << ", recovery's call " << again << ": " << where;
                ASSERT_TRUE(!ended || where == d.after) << where;
                if (recovered) break;
            }
            if (ended) break;
        }
    }
}

TEST(kill, sigkill_at_a_thousand_moments) {
    const real_folder f;
    const std::vector<std::string> names = {"a", "b", "c"};
    std::map<std::string, std::string> contents;
    for (const std::string& n : names) write_file(f.home(n), contents[n] = n + content);
    std::mt19937 chance(1);
    uint32_t cut_off = 0;
    for (int round = 0; round < 1000; ++round) {
        const pid_t child = fork();
        if (child == 0) {
            for (uint32_t n = static_cast<uint32_t>(round);; ++n) {  // whatever is in the vault goes out, whatever is not goes in
                real_vault v;
                std::vector<q::listed_item> items;
                if (v.open(f.vault()) || v.list(items)) _exit(7);
                const std::string path = f.home(names[n % 3]);
                const auto held = std::find_if(items.begin(), items.end(), [&](const q::listed_item& i) { return i.about.path == path; });
                q::item m;
                if (held == items.end() ? v.add(taking_of(path), m) : v.release(held->about.id, "", m)) _exit(8);
            }
        }
        std::this_thread::sleep_for(std::chrono::microseconds(500 + chance() % 25'000));
        kill(child, SIGKILL);
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the child gave up by itself: " << WEXITSTATUS(status);
        {
            real_vault v;
            ASSERT_FALSE(v.open(f.vault()));
            const q::recovery_report& r = v.recovered();
            cut_off += r.taken + r.stayed + r.released + r.kept;
        }
        for (const std::string& n : names) {
            const std::string where = whereabouts(f, n, contents[n]);
            ASSERT_TRUE(where == "home" || where == "vault") << "round " << round << ", " << n << ": " << where;
        }
    }
    RecordProperty("cut_off", std::to_string(cut_off));
    EXPECT_GT(cut_off, 50u) << "hardly any kill hit the middle of something";
}

}  // namespace
