// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// CC c15: the slack map's look-up and the rule over it.
#include <gtest/gtest.h>

#include <bartizan/policy/slack_map.hpp>
#include <bartizan/rules/catalogue.hpp>
#include <bartizan/testing/injection_events.hpp>

namespace {

using namespace bartizan;
using act = bartizan::testing::remote_act;

constexpr verdict judge(truth in_slack) {
    return rules::code_cave_runs.evaluate(act(event_kind::network_connect, trust::t1).set(fact::frame_in_slack, in_slack).build()).evidence;
}
static_assert(judge(truth::yes) == verdict::convict && judge(truth::no) == verdict::none && judge(truth::unknown) == verdict::none);

TEST(slack_map, look_up_equals_a_walk_over_every_address) {
    const policy::slack_region regions[] = {{u"C:\\A.EXE", 0x1f0, 0x10, truth::yes}, {u"C:\\A.EXE", 0x3e0, 0x20, truth::no},
                                            {u"C:\\B.EXE", 0, 4, truth::yes},        {u"C:\\B.EXE", 0xffffff00, 0x100, truth::unknown}};
    const text modules[] = {u"C:\\@.EXE", u"C:\\A.EXE", u"c:\\a.exe", u"C:\\AA.EXE", u"C:\\B.EXE", u"C:\\C.EXE", u""};
    const uint64_t addresses[] = {0, 3, 4, 0x1ef, 0x1f0, 0x1ff, 0x200, 0x3df, 0x3e0, 0x3ff, 0x400, 0xfffffeff, 0xffffff00, 0xffffffff, 0x100000000, UINT64_MAX};
    for (const text module : modules) {
        for (const uint64_t rva : addresses) {
            truth expected = truth::no;
            for (const policy::slack_region& r : regions)
                if (equal_folded(r.module, module) && rva >= r.rva && rva < uint64_t{r.rva} + r.size_bytes) expected = r.holds_code;
            EXPECT_EQ(policy::is_slack_code(regions, module, rva), expected) << rva;
        }
    }
    EXPECT_EQ(policy::is_slack_code({}, u"C:\\A.EXE", 0), truth::no);
}

}  // namespace
