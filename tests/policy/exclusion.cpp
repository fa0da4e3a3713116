// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Exclusions and modes: each predicate alone, what is never excused, and that the numbers in the table are the catalogue's.
#include <gtest/gtest.h>

#include <bartizan/engine/engine.hpp>
#include <bartizan/testing/raw_events.hpp>
#include <cstring>
#include <memory>

namespace {

using namespace bartizan;
using namespace bartizan::policy;

constexpr text hash_text_of_actor = u"229EBBA62347B77EA2FFAD93308E7052BDAE39A24EA828D6EF93FE694CA62197";
constexpr text other_hash = u"0000000000000000000000000000000000000000000000000000000000000001";

static_assert(digest_of(hash_text_of_actor).known && digest_of(hash_text_of_actor).bytes[0] == 0x22 && digest_of(hash_text_of_actor).bytes[31] == 0x97);
static_assert(digest_of(u"229ebba62347b77ea2ffad93308e7052bdae39a24ea828d6ef93fe694ca62197") == digest_of(hash_text_of_actor), "in either case");
static_assert(!digest_of(u"22").known && !digest_of({}).known && !digest_of(u"22GEBBA62347B77EA2FFAD93308E7052BDAE39A24EA828D6EF93FE694CA62197").known);
static_assert(!(digest{} == digest{}), "two unknown hashes are not the same");

exclusion sound() {
    exclusion x;
    x.rule_id = 0x0101;
    x.actor_sha256 = digest_of(hash_text_of_actor);
    x.expires_100ns = 2'000 * second_100ns;
    x.author = u"a";
    x.reason = u"r";
    return x;
}

TEST(exclusion, says_what_it_lacks) {
    EXPECT_EQ(defect_of(sound()), nullptr);
    exclusion x = sound();
    x.rule_id = 0;
    EXPECT_STREQ(defect_of(x), "it names no rule");
    x = sound();
    x.actor_sha256 = {};
    EXPECT_STREQ(defect_of(x), "it names no actor");
    x = sound();
    x.expires_100ns = 0;
    EXPECT_STREQ(defect_of(x), "it never expires");
    x = sound();
    x.author = {};
    EXPECT_STREQ(defect_of(x), "it has no author");
    x = sound();
    x.reason = {};
    EXPECT_STREQ(defect_of(x), "it gives no reason");
}

/// A tool opens LSASS for reading, and is convicted unless the policy says otherwise.
struct theft {
    access_mask mask = 0x1410;
    text sha256 = hash_text_of_actor;
    uint64_t time = 1'000 * second_100ns;
    bool unbacked = false;

    struct result {
        verdict worst = verdict::none;
        response action = response::none;
        bool audited = false;
        uint64_t dropped = 0;
    };
    result judge(const settings& given) const {
        settings s = given;
        s.trust_from_path = true;
        const auto engine = std::make_unique<bartizan::engine::engine<64>>(s);
        event start = bartizan::testing::process_start(200, u"C:\\Users\\a\\tool.exe", 100).at(time - second_100ns).build();
        start.data.create.image_sha256 = sha256;
        engine->enrich(start);
        event e;
        e.kind = event_kind::handle_open;
        e.time_100ns = time;
        e.actor.key.pid = 200;
        e.actor_image = u"\\??\\c:\\users\\A\\tool.exe";
        e.target.key.pid = 700;
        e.target_image = u"C:\\Windows\\System32\\lsass.exe";
        const stack_frame frames[] = {{u"C:\\Windows\\System32\\ntdll.dll", 1}, {unbacked ? text() : text(u"C:\\Users\\a\\tool.exe"), 2},
                                      {u"C:\\Windows\\System32\\ntdll.dll", 3}};
        handle_payload handle{};
        handle.desired = handle.granted = mask;
        handle.stack = {frames, 3, truth::yes};
        e.data = handle;
        result out;
        engine->process_event(e, [&](const rule& r, const outcome& o, const event&) {
            if (r.id != 0x0101) return;
            out = {o.evidence, o.action, o.audited, 0};
        });
        out.dropped = engine->dropped();
        return out;
    }
    result judge(const exclusion& x) const {
        settings s;
        s.exclusions = {&x, 1};
        return judge(s);
    }
    bool excused(const exclusion& x) const { return judge(x).worst == verdict::none; }
};

TEST(exclusion, each_predicate_must_hold) {
    ASSERT_EQ(theft{}.judge(settings{}).worst, verdict::convict);
    EXPECT_TRUE(theft{}.excused(sound()));
    EXPECT_EQ(theft{}.judge(sound()).dropped, 1u);
    exclusion x = sound();
    x.rule_id = 0x0102;
    EXPECT_FALSE(theft{}.excused(x)) << "another rule";
    x = sound();
    x.actor_sha256 = digest_of(other_hash);
    EXPECT_FALSE(theft{}.excused(x)) << "another hash";
    EXPECT_FALSE((theft{.sha256 = {}}.excused(sound()))) << "a hash that no sensor told";
    x = sound();
    x.actor_path = u"C:\\USERS\\A\\TOOL.EXE";
    EXPECT_TRUE(theft{}.excused(x));
    x.actor_path = u"C:\\USERS\\B\\TOOL.EXE";
    EXPECT_FALSE(theft{}.excused(x)) << "the right hash elsewhere";
    x = sound();
    x.actor_name = u"TOOL.EXE";
    EXPECT_TRUE(theft{}.excused(x));
    x.actor_name = u"OTHER.EXE";
    EXPECT_FALSE(theft{}.excused(x));
    x = sound();
    x.target_path = u"%SYSDIR%\\LSASS.EXE";
    EXPECT_TRUE(theft{}.excused(x));
    x.target_path = u"%SYSDIR%\\OTHER.EXE";
    EXPECT_FALSE(theft{}.excused(x));
    x = sound();
    x.max_mask = 0x1410;
    EXPECT_TRUE(theft{}.excused(x));
    EXPECT_FALSE((theft{.mask = 0x1fffff}.excused(x))) << "rights beyond the mask";
    x = sound();
    x.reason = {};
    EXPECT_FALSE(theft{}.excused(x)) << "an unsound one excuses nobody";
}

TEST(exclusion, ends_by_the_events_own_time) {
    EXPECT_TRUE((theft{.time = 2'000 * second_100ns}.excused(sound())));
    EXPECT_FALSE((theft{.time = 2'001 * second_100ns}.excused(sound())));
}

TEST(exclusion, a_path_or_a_name_excuses_no_conviction) {
    exclusion x = sound();
    x.actor_sha256 = {};
    x.actor_path = u"C:\\USERS\\A\\TOOL.EXE";
    EXPECT_FALSE(theft{}.excused(x));
    EXPECT_EQ((theft{.mask = process_suspend_resume}.judge(settings{}).worst), verdict::event);
    EXPECT_TRUE((theft{.mask = process_suspend_resume}.excused(x))) << "but what is only recorded";
}

TEST(exclusion, code_without_a_file_is_never_excused) {
    EXPECT_FALSE((theft{.unbacked = true}.excused(sound())));
}

TEST(exclusion, the_never_excused_rows_are_the_catalogues) {
    struct expected {
        uint16_t id;
        const char* name;
    };
    uint32_t found = 0;
    for (const never_excluded& n : never_excluded_atoms) {
        for (const rule* r : rules::catalogue) {
            if (r->id != n.rule_id) continue;
            ++found;
            for (uint32_t i = 0; i < 16; ++i) {
                if (n.atoms != 0xffff && (n.atoms >> i & 1) != 0) {
                    EXPECT_LT(i, r->atoms.size) << r->name;
                }
            }
            if (r->id == 0x0101) {
                EXPECT_STREQ(r->atoms[12].name, "a12");
            }
            if (r->id == 0x0203) {
                EXPECT_STREQ(r->name, "boot_key_read");
            }
            if (r->id == 0x0601) {
                EXPECT_STREQ(r->name, "token_swap");
            }
            if (r->id == 0x0701) {
                EXPECT_NE(std::strstr(r->atoms[2].sentence, "atom"), nullptr);
            }
        }
    }
    EXPECT_EQ(found, sizeof never_excluded_atoms / sizeof never_excluded_atoms[0]);
}

TEST(rule_mode, off_audit_and_block) {
    for (const rule_mode mode : {rule_mode::off, rule_mode::audit, rule_mode::block}) {
        const rule_mode_row rows[] = {{0x0101, mode}};
        settings by_rule;
        by_rule.rule_modes = rows;
        settings by_default;
        by_default.default_mode = mode;
        for (const settings& s : {by_rule, by_default}) {
            const auto judged = theft{}.judge(s);
            EXPECT_EQ(judged.worst, mode == rule_mode::off ? verdict::none : verdict::convict);
            EXPECT_EQ(judged.action, mode == rule_mode::block ? response::deny_terminate : response::none);
            EXPECT_EQ(judged.audited, mode == rule_mode::audit);
        }
        settings other = by_rule;
        other.default_mode = rule_mode::off;
        EXPECT_EQ(theft{}.judge(other).worst, mode == rule_mode::off ? verdict::none : verdict::convict) << "a rule's own mode outranks the policy's";
    }
}

TEST(rule_mode, before_the_operation_too) {
    for (const rule_mode mode : {rule_mode::off, rule_mode::audit, rule_mode::block}) {
        settings s;
        s.default_mode = mode;
        const auto engine = std::make_unique<bartizan::engine::engine<64>>(s);
        event browser = bartizan::testing::process_start(200, u"C:\\Program Files\\Mozilla Firefox\\firefox.exe", 100, u"C:\\Windows\\explorer.exe").at(second_100ns).command_line(u"x").build();
        engine->enrich(browser);
        event e = bartizan::testing::process_start(300, u"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", 200).at(2 * second_100ns).command_line(u"x").build();
        engine->enrich(e);
        EXPECT_EQ(engine->before(e).what == pre_outcome::decision::deny, mode == rule_mode::block);
    }
}

}  // namespace
