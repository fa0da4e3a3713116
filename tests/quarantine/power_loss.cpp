// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The power goes at every call to the system, and again at every call of the recovery, on a disk that keeps whatever it likes of what
// was not synced. Then the vault is opened, and the thing is where it was or where it was to go: whole, in one place.
#include "scenario.hpp"

namespace {

using namespace bartizan_tests;

struct power_loss {};

/// What the disk kept.
using loss = std::function<bool()>;
std::vector<std::pair<std::string, loss>> losses(uint32_t seed) {
    std::vector<std::pair<std::string, loss>> out{{"kept all", [] { return true; }}, {"kept nothing", [] { return false; }}};
    for (uint32_t i = 0; i < 6; ++i)
        out.push_back({"kept some " + std::to_string(i), [chance = std::make_shared<std::mt19937>(seed * 16 + i)] { return (*chance)() % 2 == 0; }});
    return out;
}

std::shared_ptr<script> stopping_at(uint64_t call) {
    auto s = std::make_shared<script>();
    s->stop_at = call;
    s->stop = [] { throw power_loss{}; };
    return s;
}

/// Whether it came to an end before the power went.
bool run_until(world& w, uint64_t call, const std::function<q::fault(memory_vault&)>& act, const loss& kept, uint64_t* calls = nullptr) {
    const auto s = stopping_at(call);
    try {
        EXPECT_FALSE(w.use(s, act));
        if (calls != nullptr) *calls = s->calls;
        return true;
    } catch (const power_loss&) {
        w.disk->crash(kept);
        return false;
    }
}

class power : public testing::TestWithParam<size_t> {
  protected:
    const scenario s = scenarios()[GetParam()];
    void expect_one_place(world& w, const std::string& when) {
        const std::string where = whereabouts(w, s);
        EXPECT_TRUE(where == s.before || where == s.after) << s.name << ", " << when << ": '" << where << "'";
    }
};

TEST_P(power, lost_at_any_call_and_again_at_any_call_of_the_recovery) {
    uint64_t runs = 0;
    for (uint64_t call = 0;; ++call) {
        bool ended = false;
        for (uint32_t first = 0; first < losses(1).size() && !ended; ++first) {
            for (uint64_t again = 0;; ++again) {
                uint32_t recoveries_ended = 0;
                for (uint32_t second = 0; second < 4; ++second) {
                    world w = prepare(s);
                    const auto act = [&](memory_vault& v) { return s.act(v, w.id); };
                    ended = run_until(w, call, act, losses(static_cast<uint32_t>(call))[first].second);
                    if (ended) break;
                    recoveries_ended += run_until(w, again, [](memory_vault&) { return q::fault{}; }, losses(static_cast<uint32_t>(again + 77))[second].second);
                    expect_one_place(w, "call " + std::to_string(call) + " " + losses(1)[first].first + ", recovery's call " + std::to_string(again) + " " + losses(1)[second].first);
                    ++runs;
                    if (HasFailure()) return;
                    if (recoveries_ended != 0) break;
                }
                if (ended || recoveries_ended != 0) break;
            }
        }
        if (ended) break;
    }
    RecordProperty("runs", std::to_string(runs));
    EXPECT_GT(runs, 200u);
}

TEST_P(power, what_was_promised_is_durable) {
    for (uint32_t i = 0; i < 8; ++i) {
        world w = prepare(s);
        ASSERT_FALSE(w.use([&](memory_vault& v) { return s.act(v, w.id); }));
        w.disk->crash(losses(i)[i].second);
        EXPECT_EQ(whereabouts(w, s), s.after);
    }
}

TEST_P(power, comes_and_goes) {  // a long chain of interrupted recoveries
    std::mt19937 chance(5);
    for (uint32_t i = 0; i < 300; ++i) {
        world w = prepare(s, i + 1);
        const auto keep = [&] { return chance() % 3 != 0; };
        if (run_until(w, chance() % 70, [&](memory_vault& v) { return s.act(v, w.id); }, keep)) continue;
        for (auto n = chance() % 12; n != 0; --n) run_until(w, chance() % 20, [](memory_vault&) { return q::fault{}; }, keep);
        expect_one_place(w, "chain " + std::to_string(i));
    }
}

/// No space, an error of the medium, no permission: at every call. It is said, unless all was done nevertheless; the thing is in one
/// place once the vault is opened again, after a loss of power too.
TEST_P(power, failure_of_any_call) {
    constexpr std::pair<q::trouble, bartizan::error_code> failures[] = {
        {q::trouble::full, bartizan::error_code::vault_full}, {q::trouble::failed, bartizan::error_code::vault_io}, {q::trouble::denied, bartizan::error_code::vault_denied}};
    for (const auto& [trouble, code] : failures) {
        for (const bool then_loss : {false, true}) {
            for (uint64_t call = 0;; ++call) {
                world w = prepare(s);
                const auto failing = std::make_shared<script>();
                failing->fail_at = call;
                failing->failure = {trouble, 99};
                const q::fault bad = w.use(failing, [&](memory_vault& v) { return s.act(v, w.id); });
                if (failing->calls <= call) {
                    EXPECT_GT(call, s.name.starts_with("destroy") ? 10u : 15u);
                    break;
                }
                if (then_loss) w.disk->crash([&w] { return w.disk->chance()() % 2 == 0; });
                if (bad) {
                    EXPECT_TRUE(bad.code == code || bad.code == bartizan::error_code::vault_attributes) << s.name << " call " << call << ": " << describe(bad.code);
                    EXPECT_EQ(bad.native, 99);
                    expect_one_place(w, "failure of call " + std::to_string(call));
                } else {
                    EXPECT_EQ(whereabouts(w, s), s.after) << s.name << " call " << call;
                }
                if (HasFailure()) return;
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(vault, power, testing::Range<size_t>(0, scenarios().size()), [](const auto& of) { return scenarios()[of.param].name; });

TEST(power_of_marks, old_or_new) {
    for (uint64_t call = 0;; ++call) {
        bool ended = false;
        for (uint32_t i = 0; i < 8 && !ended; ++i) {
            world w(1);
            const q::mark one{1, bartizan::sha256_of({})}, two{2, {}};
            ASSERT_FALSE(w.use([&](memory_vault& v) { return v.raise_mark(3, one); }));
            ended = run_until(w, call, [&](memory_vault& v) { return v.raise_mark(3, two); }, losses(9)[i].second);
            q::marks m;
            ASSERT_FALSE(w.use([&](memory_vault& v) { return v.read_marks(m); }));
            EXPECT_TRUE(m.row[3].version == 2 || (m.row[3].version == 1 && !ended)) << call;
            EXPECT_EQ(w.use([&](memory_vault& v) { return v.raise_mark(3, {m.row[3].version - 1, {}}); }).code, bartizan::error_code::vault_mark_lower);
            EXPECT_FALSE(w.use([&](memory_vault& v) { return v.raise_mark(3, m.row[3]); }));
        }
        if (ended) break;
    }
}

/// The test must see a breach, or its silence means nothing: a file system whose `sync` does nothing loses what was promised.
class forgetful_files : public memory_files {
  public:
    using memory_files::memory_files;
    q::file_error sync(const handle&) { return {}; }
};

TEST(power_of_this_test, a_disk_that_does_not_sync_is_caught) {
    uint32_t lost = 0;
    for (const scenario& s : scenarios()) {
        if (s.name != "add_file" && s.name != "release_file") continue;
        world w = prepare(s);
        q::item m;
        {
            q::vault<forgetful_files> v{forgetful_files(w.disk)};
            ASSERT_FALSE(v.open(vault_folder));
            ASSERT_FALSE(s.before == "vault" ? v.release(w.id, "", m) : v.add(request_of(evil, s.kind), m));
        }
        std::mt19937 chance(3);
        w.disk->crash([&] { return chance() % 2 == 0; });
        lost += whereabouts(w, s) != s.after;
    }
    EXPECT_EQ(lost, 2u);
}

}  // namespace
