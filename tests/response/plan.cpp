// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Plans: the brief's table typed once more by hand, as steps; and what must hold for every rule, answer and event.
#include <gtest/gtest.h>

#include <bartizan/response/plan.hpp>
#include <bartizan/rules/catalogue.hpp>
#include <string>

#include "plan_words.hpp"

namespace {

using namespace bartizan;
using namespace bartizan::respond;
using policy::rule_mode;

constexpr outcome nothing_seen(const event&) noexcept { return {}; }

/// A rule of that row; what it would answer is given by each test.
constexpr rule rule_of(detection row, pre_outcome (*before)(const event&) noexcept = nullptr) {
    return {0x7f01, 1, "test", "T0000", family::injection, row, detection::suspicion, ~uint64_t{0}, {}, nothing_seen, before};
}

constexpr outcome convicted(bartizan::response action = bartizan::response::deny_terminate, culprit whose = culprit::actor) {
    outcome o;
    o.evidence = verdict::convict;
    o.action = action;
    o.whose = whose;
    return o;
}

constexpr event some_event(event_kind kind, bool happened) {
    event e;
    e.kind = kind;
    e.flags = static_cast<uint8_t>(event_synthetic | (happened ? event_after_operation : 0));
    e.actor.key.pid = 4711;
    e.actor.identity = truth::yes;
    e.actor.image_trust = trust::t0;
    e.actor.image_hash = 99;
    e.actor_image = u"C:\\a.exe";
    e.target.key.pid = 700;
    e.target_image = u"C:\\Windows\\System32\\lsass.exe";
    switch (kind) {
        case event_kind::handle_open: {
            handle_payload h{};
            h.granted = 0x1fffff;
            e.data = h;
            break;
        }
        case event_kind::registry: {
            registry_payload r{};
            r.key = u"HKLM\\SAM";
            e.data = r;
            break;
        }
        case event_kind::file: e.data = file_payload{}; break;
        case event_kind::image_load: {
            image_load_payload i{};
            i.path = u"C:\\x.dll";
            e.data = i;
            break;
        }
        default: break;
    }
    return e;
}

using bartizan_tests::words;
std::string ascii(text t) { return {t.data, t.data + t.size}; }

struct row_steps {
    detection row;
    const char* steps;  ///< for a conviction of something that already happened and cannot be prevented
};
/// The brief's section C, line by line, from the page: user notified, root-cause analysis, administrator, health, process; then which
/// detections are followed by clean-up.
const row_steps brief[] = {
    {detection::credential_theft, "terminate record alert health_red notify_user root_cause_analysis"},
    {detection::code_cave, "terminate record event notify_user root_cause_analysis clean_up"},
    {detection::remote_injection, "terminate record alert health_red notify_user root_cause_analysis"},
    {detection::privilege_escalation, "terminate record alert health_red notify_user root_cause_analysis clean_up"},
    {detection::apc_protection, "terminate record event notify_user root_cause_analysis clean_up"},
    {detection::application_verifier, "record"},
    {detection::lockdown_powershell, "terminate record event notify_user root_cause_analysis"},
    {detection::lockdown_hta, "terminate record event notify_user root_cause_analysis"},
    // ours
    {detection::lsass_over_asking, "record event"},
    {detection::boot_sector_read, "record event"},
    {detection::credential_access_seen, "record event"},
    {detection::suspicion, "record event"},
    {static_cast<detection>(200), "termination_withheld record alert health_red notify_user root_cause_analysis"},
};

TEST(plan, each_row_of_the_brief) {
    for (const row_steps& r : brief) {
        const event e = some_event(event_kind::network_connect, true);
        EXPECT_EQ(words(make_plan(rule_of(r.row), convicted(), e)), r.steps) << policy::disposition_of(r.row).title;
    }
}

TEST(plan, a_start_that_can_be_blocked_is_blocked_and_nothing_is_left_to_end) {
    for (const detection row : {detection::lockdown_powershell, detection::lockdown_hta, detection::privilege_escalation}) {
        EXPECT_EQ(words(make_plan(rule_of(row), convicted(), some_event(event_kind::process_create, false))).rfind("deny record", 0), 0u);
        EXPECT_EQ(words(make_plan(rule_of(row), convicted(), some_event(event_kind::process_create, true))).rfind("not_prevented terminate record", 0), 0u);
    }
}

TEST(plan, what_can_be_denied_by_kind_and_time) {
    const auto first = [](event_kind kind, bool happened) { return make_plan(rule_of(detection::credential_theft), convicted(), some_event(kind, happened)); };
    for (int k = 0; k < 32; ++k) {
        const auto kind = static_cast<event_kind>(k);
        const bool handle = kind == event_kind::handle_open || kind == event_kind::handle_duplicate;
        const bool deniable = kind == event_kind::process_create || kind == event_kind::image_load || kind == event_kind::registry || kind == event_kind::file;
        event e = some_event(kind, false);
        if (handle) e.data = handle_payload{};
        const plan early = make_plan(rule_of(detection::credential_theft), convicted(), e);
        EXPECT_EQ(early.find(step_kind::strip) != nullptr, handle) << k;
        EXPECT_EQ(early.find(step_kind::deny) != nullptr, deniable) << k;
        EXPECT_EQ(early.find(step_kind::not_prevented), nullptr) << k;
        e.flags |= event_after_operation;
        const plan late = make_plan(rule_of(detection::credential_theft), convicted(), e);
        EXPECT_EQ(late.find(step_kind::strip), nullptr);
        EXPECT_EQ(late.find(step_kind::deny), nullptr);
        EXPECT_EQ(late.find(step_kind::not_prevented) != nullptr, handle || deniable) << k;
    }
    const step key = *first(event_kind::registry, false).begin();
    EXPECT_EQ(key.object.kind, object_kind::registry_key);
    EXPECT_EQ(ascii(key.object.path), "HKLM\\SAM");
    EXPECT_EQ(ascii(first(event_kind::image_load, false).begin()->object.path), "C:\\x.dll");
    EXPECT_EQ(first(event_kind::process_create, false).begin()->object.process.pid, 4711u);
}

TEST(plan, rights_that_are_stripped) {
    const event e = some_event(event_kind::handle_open, false);
    outcome o = convicted();
    o.strip_mask = 0x10;
    EXPECT_EQ(make_plan(rule_of(detection::credential_theft), o, e).begin()->object.rights, 0x10u);
    const rule r = rule_of(detection::credential_theft, [](const event&) noexcept { return pre_outcome{pre_outcome::decision::strip, 0x40}; });
    EXPECT_EQ(make_plan(r, o, e).begin()->object.rights, 0x50u) << "what the rule decides beforehand is taken too";
    o.strip_mask = 0;
    EXPECT_EQ(make_plan(rule_of(detection::remote_injection), o, e).begin()->object.rights, 0x1fffffu & ~0x101400u) << "what rules.md C1.0 keeps";
    EXPECT_EQ(make_plan(rule_of(detection::remote_injection), o, e).begin()->object.target.pid, 700u);
}

TEST(plan, a_silent_strip_stays_silent_and_a_recorded_one_is_an_event) {
    const event e = some_event(event_kind::handle_open, false);
    outcome o;
    o.action = bartizan::response::strip;
    o.strip_mask = 0x10;
    EXPECT_EQ(words(make_plan(rule_of(detection::credential_theft), o, e)), "strip record");
    o.action = bartizan::response::strip_event;
    o.evidence = verdict::event;
    EXPECT_EQ(words(make_plan(rule_of(detection::credential_theft), o, e)), "strip record event");
}

TEST(plan, what_was_not_seen_is_recorded_and_demands_nothing) {
    outcome o;
    EXPECT_EQ(words(make_plan(rule_of(detection::credential_theft), o, some_event(event_kind::file, false))), "");
    o.blind.add(field::call_trace);
    EXPECT_EQ(words(make_plan(rule_of(detection::credential_theft), o, some_event(event_kind::file, false))), "record");
}

TEST(plan, modes) {
    const event e = some_event(event_kind::process_create, false);
    const rule r = rule_of(detection::privilege_escalation);
    EXPECT_EQ(words(make_plan(r, convicted(), e, rule_mode::off)), "");
    EXPECT_EQ(words(make_plan(r, convicted(), e, rule_mode::audit)), "record event root_cause_analysis");
    outcome audited = convicted(bartizan::response::none);
    audited.audited = true;  // what policy::apply leaves of it
    EXPECT_EQ(words(make_plan(r, audited, e)), "record event root_cause_analysis");
}

TEST(plan, who_is_ended) {
    const rule r = rule_of(detection::remote_injection);
    event e = some_event(event_kind::network_connect, true);
    e.instigator = {0, 815, 0};
    const auto ended = [&](culprit whose) {
        std::string out;
        for (const step& s : make_plan(r, convicted(bartizan::response::deny_terminate, whose), e))
            if (s.kind == step_kind::terminate || s.kind == step_kind::termination_withheld)
                out += std::string(name(s.kind)) + " " + std::to_string(s.object.process.pid) + " ";
        return out;
    };
    EXPECT_EQ(ended(culprit::actor), "terminate 4711 ");
    EXPECT_EQ(ended(culprit::nobody), "termination_withheld 0 ");
    EXPECT_EQ(ended(culprit::instigator), "terminate 815 ") << "no code of his was seen to run in the other";
    e.facts.set(fact::frame_tainted, truth::yes);
    EXPECT_EQ(ended(culprit::instigator), "terminate 815 terminate 4711 ");
    e.actor.roles = e.actor.roles.with(role::services);
    EXPECT_EQ(ended(culprit::instigator), "terminate 815 termination_withheld 4711 ");
    EXPECT_EQ(ended(culprit::actor), "termination_withheld 4711 ");
    e.instigator_roles = e.instigator_roles.with(role::csrss);
    EXPECT_EQ(ended(culprit::instigator), "termination_withheld 815 termination_withheld 4711 ");
    e.instigator = {};
    EXPECT_EQ(ended(culprit::instigator), "termination_withheld 0 ") << "convicted, and not known who";
    e.instigator = e.actor.key;
    EXPECT_EQ(ended(culprit::instigator), "termination_withheld 4711 ") << "once";

    event load = some_event(event_kind::image_load, true);
    load.instigator = {0, 815, 0};
    load.facts.set(fact::library_was_forced, truth::yes);
    e = load;
    EXPECT_EQ(ended(culprit::instigator), "terminate 815 terminate 4711 ");
    e.flags = event_synthetic;
    EXPECT_EQ(ended(culprit::instigator), "terminate 815 ") << "the mapping is denied";
}

TEST(plan, clean_up_takes_the_program_only_where_it_is_known_to_be_nobodys) {
    const rule r = rule_of(detection::apc_protection);
    event e = some_event(event_kind::apc_queue, true);
    const auto cleaned = [&] { return make_plan(r, convicted(), e).find(step_kind::clean_up)->object; };
    EXPECT_EQ(cleaned().kind, object_kind::file);
    EXPECT_EQ(ascii(cleaned().path), "C:\\a.exe");
    for (const trust tier : {trust::t2, trust::t3, trust::t5, trust::unknown}) {
        e.actor.image_trust = tier;
        EXPECT_EQ(cleaned().kind, object_kind::process);
    }
    e.actor.image_trust = trust::t0;
    // By its place alone nothing of Windows, of an installed program or of a key store goes.
    for (const text image : {text(u"C:\\Windows\\System32\\a.exe"), text(u"C:\\Program Files\\App\\a.exe"), text(u"C:\\ProgramData\\Microsoft\\Crypto\\a.exe"), text(u"\\\\server\\share\\a.exe")}) {
        e.actor_image = image;
        EXPECT_EQ(cleaned().kind, object_kind::process) << ascii(image);
    }
    std::u16string longer = u"C:\\";
    longer.append(600, u'a').append(u"\\a.exe");
    e.actor_image = {longer.data(), longer.size()};
    EXPECT_EQ(cleaned().kind, object_kind::process) << "a name that does not fit is no place";
    for (const text image : {text(u"C:\\Windows\\Temp\\a.exe"), text(u"C:\\Program Files2\\App\\a.exe"), text(u"C:\\ProgramData\\Microsoft\\a.exe")}) {
        e.actor_image = image;
        EXPECT_EQ(cleaned().kind, object_kind::file) << ascii(image);
    }
    e.actor.roles = e.actor.roles.with(role::lsass);
    EXPECT_EQ(cleaned().kind, object_kind::process);
    e.flags |= event_kernel_caller;
    const plan p = make_plan(r, convicted(bartizan::response::deny, culprit::nobody), e);
    EXPECT_EQ(words(p), "termination_withheld record event notify_user root_cause_analysis clean_up");
    EXPECT_NE(std::string(p.find(step_kind::termination_withheld)->why).find("kernel"), std::string::npos);
}

void check_columns(const plan& p, const policy::disposition& d, const outcome& o, rule_mode mode) {
    const auto acts = [&p](step_kind k) { return p.find(k) != nullptr; };
    const bool told = mode != rule_mode::off && o.is_worth_telling();
    EXPECT_EQ(acts(step_kind::record), told) << "whatever was found is in the log";
    EXPECT_EQ(acts(step_kind::alert), acts(step_kind::health_red)) << "an alert is what turns health red";
    const bool applies = mode == rule_mode::block && o.evidence == verdict::convict;
    EXPECT_EQ(acts(step_kind::notify_user), applies && d.user_notified);
    EXPECT_EQ(acts(step_kind::alert), applies && d.admin == policy::admin_notice::alert);
    EXPECT_EQ(acts(step_kind::clean_up), applies && d.clean_up);
    if (applies) {
        EXPECT_EQ(acts(step_kind::root_cause_analysis), d.root_cause_analysis);
        EXPECT_EQ(acts(step_kind::event), d.admin == policy::admin_notice::event);
    }
    if (mode != rule_mode::block) {
        EXPECT_FALSE(acts(step_kind::strip) || acts(step_kind::deny) || acts(step_kind::quarantine)) << words(p);
    }
    const bool ends = d.process == policy::process_action::terminated || d.process == policy::process_action::terminated_or_start_blocked;
    if (applies && ends) {
        EXPECT_TRUE(acts(step_kind::terminate) || acts(step_kind::termination_withheld) || acts(step_kind::deny)) << "never nothing in silence";
    } else {
        EXPECT_FALSE(acts(step_kind::terminate)) << words(p);
    }
}

/// Every row, answer, kind, time, culprit, role and mode: no plan is cut, none is out of order, and the exceptions hold in all.
TEST(plan, what_holds_for_every_plan) {
    constexpr role critical[] = {role::system, role::smss, role::csrss, role::wininit, role::winlogon, role::services, role::lsass};
    uint64_t plans = 0;
    uint8_t longest = 0;
    for (int row = 0; row <= detection_count; ++row)
        for (int evidence = 0; evidence < 3; ++evidence)
            for (int action = 0; action < 5; ++action)
                for (int whose = 0; whose < 3; ++whose)
                    for (const event_kind kind : {event_kind::none, event_kind::process_create, event_kind::image_load, event_kind::handle_open,
                                                  event_kind::registry, event_kind::file, event_kind::apc_queue, event_kind::thread_start})
                        for (int bits = 0; bits < 256; ++bits) {
                            event e = some_event(kind, (bits & 1) != 0);
                            if ((bits & 2) != 0) e.facts.set(fact::frame_tainted, truth::yes), e.facts.set(fact::library_was_forced, truth::yes);
                            if ((bits & 4) != 0) e.instigator = {7, 815, 0};
                            const bool actor_critical = (bits & 8) != 0, instigator_critical = (bits & 16) != 0;
                            if (actor_critical) e.actor.roles = e.actor.roles.with(critical[static_cast<size_t>(bits + row) % std::size(critical)]);
                            if (instigator_critical) e.instigator_roles = e.instigator_roles.with(critical[static_cast<size_t>(bits + action) % std::size(critical)]);
                            if ((bits & 32) != 0) e.actor.key = {};
                            const rule_mode mode = (bits & 192) == 192 ? rule_mode::off : (bits & 64) != 0 ? rule_mode::audit : rule_mode::block;
                            outcome o = convicted(static_cast<bartizan::response>(action), static_cast<culprit>(whose));
                            o.evidence = static_cast<verdict>(evidence);
                            const detection wanted = row == detection_count ? static_cast<detection>(250) : static_cast<detection>(row);
                            const plan p = make_plan(rule_of(wanted), o, e, mode);
                            ++plans;
                            longest = std::max(longest, p.count);
                            ASSERT_LT(p.count, plan::capacity);
                            step_kind last = step_kind::none;
                            for (const step& s : p) {
                                ASSERT_LE(last, s.kind == step_kind::terminate ? step_kind::termination_withheld : s.kind) << words(p);
                                last = s.kind == step_kind::terminate ? step_kind::termination_withheld : s.kind;
                                ASSERT_NE(std::string(s.why), "");
                                if (s.kind != step_kind::terminate) continue;
                                ASSERT_TRUE(s.object.process.is_set());
                                ASSERT_FALSE(actor_critical && s.object.process == e.actor.key);
                                ASSERT_FALSE(instigator_critical && s.object.process == e.instigator);
                                ASSERT_EQ(o.evidence, verdict::convict);
                            }
                            check_columns(p, policy::disposition_of(wanted), o, mode);
                        }
    std::printf("%llu plans, the longest of %u steps\n", static_cast<unsigned long long>(plans), longest);
}

TEST(plan, no_rule_is_without_a_row) {
    for (const rule* r : rules::catalogue) {
        EXPECT_EQ(policy::disposition_of(r->row).row, r->row) << r->name;
        EXPECT_EQ(policy::disposition_of(r->minor_row).row, r->minor_row) << r->name;
    }
}

}  // namespace
