// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Plans for files: every verdict, list word, moment and mode, typed by hand.
#include <gtest/gtest.h>

#include <bartizan/lists/decide.hpp>
#include <bartizan/response/file_plan.hpp>
#include <string>

#include "plan_words.hpp"

namespace {

using namespace bartizan;
using namespace bartizan::respond;
using policy::rule_mode;

file_finding found(detection row, file_moment moment = file_moment::at_rest, list_word list = list_word::none) {
    file_finding f;
    f.detected = true;
    f.row = row;
    f.moment = moment;
    f.list = list;
    f.path = u"C:\\x.exe";
    f.file_hash = 5;
    return f;
}
using bartizan_tests::words;

TEST(file_plan, rows_of_the_brief) {
    const struct {
        detection row;
        file_moment moment;
        const char* steps;
    } rows[] = {
        {detection::malware_before_execution, file_moment::before_start, "deny quarantine record event notify_user root_cause_analysis clean_up"},
        {detection::malware_before_execution, file_moment::at_rest, "quarantine record event notify_user root_cause_analysis clean_up"},
        {detection::pua_before_execution, file_moment::before_start, "deny quarantine record event notify_user root_cause_analysis"},
        {detection::pua_before_execution, file_moment::at_rest, "quarantine record event notify_user root_cause_analysis"},
        {detection::code_cave, file_moment::before_start, "deny quarantine record event notify_user root_cause_analysis clean_up"},
        {detection::code_cave, file_moment::at_rest, "quarantine record event notify_user root_cause_analysis clean_up"},
    };
    for (const auto& r : rows) {
        const plan p = make_file_plan(found(r.row, r.moment));
        EXPECT_EQ(words(p), r.steps);
        EXPECT_EQ(p.about.row, r.row);
        EXPECT_EQ(p.about.image_hash, 5u);
    }
}

TEST(file_plan, what_ran_before_it_was_judged_is_not_green) {
    const plan p = make_file_plan(found(detection::malware_before_execution, file_moment::running));
    EXPECT_EQ(words(p), "not_prevented termination_withheld quarantine record alert health_red notify_user root_cause_analysis clean_up");
    EXPECT_EQ(p.find(step_kind::termination_withheld)->object.kind, object_kind::process);
}

TEST(file_plan, lists_and_modes) {
    for (const auto moment : {file_moment::at_rest, file_moment::before_start, file_moment::running})
        for (const auto row : {detection::malware_before_execution, detection::pua_before_execution, detection::code_cave}) {
            EXPECT_EQ(words(make_file_plan(found(row, moment, list_word::suppressed))), "record");
            EXPECT_EQ(words(make_file_plan(found(row, moment, list_word::allowed))), "record");
            EXPECT_EQ(words(make_file_plan(found(row, moment, list_word::lowered_to_event))), "record event");
            EXPECT_EQ(words(make_file_plan(found(row, moment, list_word::blocked))), words(make_file_plan(found(row, moment))));
            EXPECT_EQ(words(make_file_plan(found(row, moment), rule_mode::audit)), "record event root_cause_analysis");
            EXPECT_EQ(words(make_file_plan(found(row, moment), rule_mode::off)), "");
            file_finding clean = found(row, moment);
            clean.detected = false;
            for (const auto list : {list_word::none, list_word::suppressed, list_word::allowed, list_word::lowered_to_event}) {
                clean.list = list;
                EXPECT_EQ(words(make_file_plan(clean)), "") << "nothing was detected";
            }
            clean.list = list_word::blocked;
            EXPECT_EQ(words(make_file_plan(clean)), words(make_file_plan(found(row, moment)))) << "a block entry convicts whatever the verdict";
        }
}

TEST(file_plan, row_of_several_verdicts) {
    constexpr detection m = detection::malware_before_execution, p = detection::pua_before_execution, c = detection::code_cave;
    const detection expected[] = {m, p, m, m, c, c, m, m};  // bits: PUA, malware, hides a program
    for (int bits = 0; bits < 8; ++bits) EXPECT_EQ(file_row((bits & 2) != 0, (bits & 1) != 0, (bits & 4) != 0), expected[bits]) << bits;
}

TEST(file_plan, list_words_are_the_lists_own) {
    EXPECT_EQ(static_cast<int>(list_word::none), static_cast<int>(lists::disposition::none));
    EXPECT_EQ(static_cast<int>(list_word::blocked), static_cast<int>(lists::disposition::blocked));
    EXPECT_EQ(static_cast<int>(list_word::suppressed), static_cast<int>(lists::disposition::suppressed));
    EXPECT_EQ(static_cast<int>(list_word::allowed), static_cast<int>(lists::disposition::allowed));
    EXPECT_EQ(static_cast<int>(list_word::lowered_to_event), static_cast<int>(lists::disposition::lowered_to_event));
}

}  // namespace
