// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The response table against a copy that was typed by itself from the product brief, in words instead of enumerators.
#include <gtest/gtest.h>

#include <bartizan/policy/disposition.hpp>
#include <string>

namespace {

using namespace bartizan;
using policy::disposition_of;

struct row_in_words {
    detection row;
    const char* notified;
    const char* root_cause;
    const char* admin;
    const char* health;
    const char* process;
    const char* clean_up;
};

constexpr row_in_words brief[] = {
    {detection::credential_theft, "yes", "yes", "alert", "red", "terminated", "no"},
    {detection::code_cave, "yes", "yes", "event", "green", "terminated", "yes"},
    {detection::remote_injection, "yes", "yes", "alert", "red", "terminated", "no"},
    {detection::privilege_escalation, "yes", "yes", "alert", "red", "terminated", "yes"},
    {detection::apc_protection, "yes", "yes", "event", "green", "terminated", "yes"},
    {detection::application_verifier, "no", "no", "none", "green", "not_applicable", "no"},
    {detection::lockdown_powershell, "yes", "yes", "event", "green", "terminated_or_start_blocked", "no"},
    {detection::lockdown_hta, "yes", "yes", "event", "green", "terminated_or_start_blocked", "no"},
    {detection::malware_before_execution, "yes", "yes", "event", "green", "not_started", "yes"},
    {detection::pua_before_execution, "yes", "yes", "event", "green", "not_started", "no"},
    {detection::lsass_over_asking, "no", "no", "event", "green", "not_applicable", "no"},
    {detection::boot_sector_read, "no", "no", "event", "green", "not_applicable", "no"},
    {detection::credential_access_seen, "no", "no", "event", "green", "not_applicable", "no"},
    {detection::suspicion, "no", "no", "event", "green", "not_applicable", "no"},
};

constexpr bool same(const char* a, const char* b) {
    while (*a != '\0' && *a == *b) ++a, ++b;
    return *a == *b;
}
constexpr const char* yes_no(bool b) { return b ? "yes" : "no"; }

constexpr bool row_is(const row_in_words& w) {
    const policy::disposition& d = disposition_of(w.row);
    return d.row == w.row && same(yes_no(d.user_notified), w.notified) && same(yes_no(d.root_cause_analysis), w.root_cause) &&
           same(name(d.admin), w.admin) && same(name(d.health), w.health) && same(name(d.process), w.process) &&
           same(yes_no(d.clean_up), w.clean_up);
}
constexpr bool table_is_the_briefs() {
    for (const row_in_words& w : brief)
        if (!row_is(w)) return false;
    return sizeof brief / sizeof *brief == detection_count && sizeof policy::dispositions / sizeof *policy::dispositions == detection_count;
}
static_assert(table_is_the_briefs());

TEST(disposition, each_row_is_the_briefs) {
    for (const row_in_words& w : brief) EXPECT_TRUE(row_is(w)) << disposition_of(w.row).title;
    for (size_t i = 0; i < detection_count; ++i) EXPECT_EQ(static_cast<size_t>(policy::dispositions[i].row), i) << "rows stand in order";
}

TEST(disposition, an_alert_is_what_turns_health_red) {
    for (const policy::disposition& d : policy::dispositions)
        EXPECT_EQ(d.admin == policy::admin_notice::alert, d.health == policy::health::red) << d.title;
}

TEST(disposition, a_critical_process_is_never_terminated) {
    constexpr role critical[] = {role::system, role::smss, role::csrss, role::wininit, role::winlogon, role::services, role::lsass};
    for (const policy::disposition& d : policy::dispositions) {
        for (const role r : critical) {
            const auto what = process_action_for(d, role_set{}.with(r));
            EXPECT_NE(what, policy::process_action::terminated) << d.title;
            EXPECT_NE(what, policy::process_action::terminated_or_start_blocked) << d.title;
        }
        EXPECT_EQ(process_action_for(d, role_set{}.with(role::svchost)), d.process) << d.title;
    }
}

TEST(disposition, an_unknown_row_alerts_and_terminates_nobody) {
    const policy::disposition& d = disposition_of(static_cast<detection>(200));
    EXPECT_EQ(d.admin, policy::admin_notice::alert);
    EXPECT_EQ(d.process, policy::process_action::not_applicable);
}

}  // namespace
