// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Every row of the response table from synthetic events, through engine and rules, to a plan and to the endpoint's health: as a driver
// sees them, before the operation, and as a log tells them, afterwards. What is expected is typed here from the brief.
#include <gtest/gtest.h>

#include <bartizan/engine/engine.hpp>
#include <bartizan/response/health.hpp>
#include <bartizan/response/plan.hpp>
#include <bartizan/testing/injection_events.hpp>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace bartizan;
using namespace bartizan::respond;
using namespace bartizan::testing;

constexpr uint64_t second = policy::second_100ns;
constexpr text tool = u"C:\\Users\\a\\tool.exe", agent = u"C:\\Program Files\\Vendor\\agent.exe", explorer = u"C:\\Windows\\explorer.exe";
constexpr text notepad = u"C:\\Windows\\System32\\notepad.exe", lsass = u"C:\\Windows\\System32\\lsass.exe", cmd = u"C:\\Windows\\System32\\cmd.exe";
constexpr text svchost = u"C:\\Windows\\System32\\svchost.exe", csrss = u"C:\\Windows\\System32\\csrss.exe", ntdll = u"C:\\Windows\\System32\\ntdll.dll";
constexpr text kernel32 = u"C:\\Windows\\System32\\kernel32.dll", mshta = u"C:\\Windows\\System32\\mshta.exe";
constexpr text powershell = u"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";
constexpr text chrome = u"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe";
constexpr uint32_t attacker = 200, victim = 300;

const policy::slack_region slack[] = {{u"C:\\PROGRAM FILES\\VENDOR\\AGENT.EXE", 0x1f00, 0x100, truth::yes}};
const stack_frame own_code[] = {{ntdll, 1, {}}, {tool, 2, {}}, {ntdll, 3, {}}};
const stack_frame in_slack[] = {{ntdll, 1, {}}, {agent, 0x1f10, {}}, {ntdll, 2, {}}};
const stack_frame in_taint[] = {{ntdll, 1, {}}, {{}, 0x20100, {}}, {ntdll, 2, {}}};
const stack_frame nowhere[] = {{u"C:\\Windows\\System32\\ntoskrnl.exe", 1, {}}, {{}, 0xfffff80012345678, {}}};

event with_stack(event e, const stack_frame (&frames)[3]) {
    e.stack = {frames, 3, truth::yes};
    return e;
}
event started(uint32_t pid, text image, uint32_t parent, text parent_image, text line = u"x y") {
    return process_start(pid, image, parent, parent_image).creator(parent).command_line(line).build();
}

struct scene {
    const char* what;
    std::vector<event> stream;
    const char* rule;
    detection row;
    const char* live;  ///< steps when the last event can still be prevented; processes by their PIDs
    const char* late;  ///< ... and when it was reported afterwards
};

/// The telling columns, which do not depend on when the event came.
#define TELL_RED "record alert health_red notify_user root_cause_analysis"
#define TELL_GREEN "record event notify_user root_cause_analysis"

std::vector<scene> scenes() {
    const event tool_runs = started(attacker, tool, 100, explorer), victim_runs = started(victim, notepad, 100, explorer);
    std::vector<scene> all;
    all.push_back({"credential theft", {tool_runs, handle_access(attacker, tool, 700, lsass, 0x1410).stack(own_code).build()}, "lsass_handle_theft",
                   detection::credential_theft, "strip terminate(200) " TELL_RED, "not_prevented terminate(200) " TELL_RED});
    all.push_back({"credential theft by a remote client", {logon(3, u"10.0.0.7").build(),
                   registry_change(40, svchost, registry_payload::operation::save_key, u"HKLM\\SAM").user(account::local_service).build()}, "hive_save",
                   detection::credential_theft, "deny termination_withheld " TELL_RED, "not_prevented termination_withheld " TELL_RED});
    all.push_back({"code cave", {started(attacker, agent, 100, explorer), with_stack(connection(attacker, agent).build(), in_slack)}, "code_cave_runs",
                   detection::code_cave, "terminate(200) " TELL_GREEN " clean_up", "terminate(200) " TELL_GREEN " clean_up"});
    all.push_back({"remote injection", {tool_runs, victim_runs, remote_thread_start(attacker, tool, victim, notepad, 0x20000).in(memory_state::private_memory).build()},
                   "remote_thread_injected", detection::remote_injection, "terminate(200) " TELL_RED, "terminate(200) " TELL_RED});
    all.push_back({"remote injection, seen when the code acts", {tool_runs, victim_runs,
                   memory_operation(event_kind::memory_write, attacker, tool, victim, notepad, 0x20000, 0x1000).use(memory_use::heap).build(),
                   with_stack(connection(victim, notepad).build(), in_taint)}, "tainted_code_acts", detection::remote_injection,
                   "terminate(200) terminate(300) " TELL_RED, "terminate(200) terminate(300) " TELL_RED});
    all.push_back({"remote injection by a forced library", {started(attacker, agent, 100, explorer), victim_runs,
                   remote_thread_start(attacker, agent, victim, notepad, 0x7ffa10000000).in(memory_state::image_clean, kernel32, u"LoadLibraryW").thread_id(7).build(),
                   image_load(victim, notepad, u"C:\\Users\\x\\t.dll").is_unsigned().build()}, "remote_library_forced", detection::remote_injection,
                   "deny terminate(200) " TELL_RED, "not_prevented terminate(200) terminate(300) " TELL_RED});
    all.push_back({"remote injection by a critical process", {started(attacker, csrss, 100, explorer), victim_runs,
                   remote_thread_start(attacker, csrss, victim, notepad, 0x20000).in(memory_state::private_memory).build()}, "remote_thread_injected",
                   detection::remote_injection, "termination_withheld(200) " TELL_RED, "termination_withheld(200) " TELL_RED});
    all.push_back({"privilege escalation", {process_start(attacker, tool, 100, explorer).creator(100).user(account::user).integrity(0x2000).build(),
                   process_start(victim, cmd, attacker, tool).creator(attacker).user(account::system).integrity(0x4000).build()}, "system_child",
                   detection::privilege_escalation, "deny " TELL_RED " clean_up", "not_prevented terminate(300) " TELL_RED " clean_up"});
    all.push_back({"APC protection", {tool_runs, victim_runs, queued_apc(attacker, tool, victim, notepad, 0x20000).in(memory_state::private_memory).build()},
                   "remote_apc_abused", detection::apc_protection, "terminate(200) " TELL_GREEN " clean_up", "terminate(200) " TELL_GREEN " clean_up"});
    event kernel_apc = queued_apc(4, u"System", 700, lsass, 0x20000).in(memory_state::private_memory, {}, {}, page_execute_readwrite).kernel_caller().caller_trust(trust::t0).build();
    kernel_apc.stack = {nowhere, 2, truth::yes};
    all.push_back({"APC protection, out of the kernel", {kernel_apc}, "kernel_apc_injected", detection::apc_protection,
                   "termination_withheld " TELL_GREEN " clean_up", "termination_withheld " TELL_GREEN " clean_up"});
    all.push_back({"Application Verifier", {registry_change(attacker, tool, registry_payload::operation::set_value,
                   u"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\MsMpEng.exe", u"VerifierDlls", u"foreign.dll").build()},
                   "verifier_provider_registration", detection::application_verifier, "deny record", "not_prevented record"});
    all.push_back({"lockdown: PowerShell", {started(attacker, chrome, 100, explorer), started(victim, powershell, attacker, chrome)}, "browser_powershell",
                   detection::lockdown_powershell, "deny " TELL_GREEN, "not_prevented terminate(300) " TELL_GREEN});
    all.push_back({"lockdown: PowerShell's engine", {started(attacker, chrome, 100, explorer), started(victim, mshta, attacker, chrome),
                   image_load(victim, mshta, u"C:\\Windows\\assembly\\System.Management.Automation.dll").build()}, "browser_powershell", detection::lockdown_powershell,
                   "deny terminate(300) " TELL_GREEN, "not_prevented terminate(300) " TELL_GREEN});
    all.push_back({"lockdown: HTA", {started(attacker, chrome, 100, explorer), started(victim, mshta, attacker, chrome, u"mshta.exe C:\\Users\\a\\Downloads\\x.hta"),
                   started(400, cmd, victim, mshta)}, "html_application", detection::lockdown_hta, "deny " TELL_GREEN, "not_prevented terminate(400) " TELL_GREEN});
    all.push_back({"lockdown: HTA connects", {started(attacker, chrome, 100, explorer), started(victim, mshta, attacker, chrome, u"mshta.exe C:\\Users\\a\\Downloads\\x.hta"),
                   connection(victim, mshta).build()}, "html_application", detection::lockdown_hta, "terminate(300) " TELL_GREEN, "terminate(300) " TELL_GREEN});
    all.push_back({"LSASS over-asking", {started(attacker, agent, 100, explorer), handle_access(attacker, agent, 700, lsass, 0x1fffff).build()}, "lsass_handle_theft",
                   detection::lsass_over_asking, "strip record", "not_prevented record"});
    all.push_back({"LSASS rights asked for one by one", {started(attacker, agent, 100, explorer), handle_access(attacker, agent, 700, lsass, 0x40).build()}, "lsass_handle_theft",
                   detection::lsass_over_asking, "strip record event", "not_prevented record event"});
    all.push_back({"boot sector", {tool_runs, file_change(attacker, tool, file_payload::operation::read, u"\\\\.\\PhysicalDrive0").bytes(0, 512, 9).build()}, "raw_disk_read",
                   detection::boot_sector_read, "record event", "record event"});
    all.push_back({"credential access seen", {started(61, agent, 100, explorer),
                   registry_change(61, agent, registry_payload::operation::save_key, u"HKLM\\SYSTEM").build()}, "hive_save", detection::credential_access_seen,
                   "record event", "record event"});
    all.push_back({"suspicion", {tool_runs, victim_runs, remote_thread_start(attacker, tool, victim, notepad, 0x7ffa10000000).in(memory_state::image_clean, ntdll, u"TpWorker").build()},
                   "remote_thread_injected", detection::suspicion, "record event", "record event"});
    return all;
}

/// The last event's plan under that rule, played as a driver or as a log would; it ends up in `health` and in the host's hands.
struct played {
    std::string steps;
    detection row = detection::suspicion;
    bool found = false;
    policy::health before_clearing = policy::health::green, after_clearing = policy::health::red;
    uint32_t again = 0;
};

played play(const scene& s, bool late) {
    policy::settings settings;
    settings.trust_from_path = true;
    settings.slack = slack;
    const auto guard = std::make_unique<engine::engine<64>>(settings);
    tracked_step tracked[16];
    alert alerts[2];
    endpoint_health health(tracked, alerts);
    played out;
    uint64_t now = 1'000'000 * second;
    for (size_t i = 0; i < s.stream.size(); ++i) {
        event e = s.stream[i];
        EXPECT_NE(e.flags & event_synthetic, 0) << "named what it is";
        e.time_100ns = now += 5 * second;
        if (late) e.flags |= event_after_operation;
        guard->process_event(e, [&](const rule& r, const outcome& o, const event& at) {
            if (i + 1 != s.stream.size() || std::string(r.name) != s.rule) return;
            const plan p = make_plan(r, o, at, policy::mode_of(settings, r.id));
            out.found = true;
            out.row = p.about.row;
            for (const step& each : p) {
                if (!out.steps.empty()) out.steps += ' ';
                out.steps += name(each.kind);
                const bool of_process = each.kind == step_kind::terminate || each.kind == step_kind::termination_withheld;
                if (of_process && each.object.process.is_set()) out.steps += '(' + std::to_string(each.object.process.pid) + ')';
            }
            const uint64_t id = health.begin(1, p, now);
            for (uint8_t n = 0; n < p.count; ++n) EXPECT_EQ(health.report(1, n, step_result::done, 0, now), noted::done);
            out.before_clearing = health.health();
            if (id != 0) { EXPECT_EQ(health.clear(id, {u"ada", {}, now}), clear_result::cleared); }
            out.after_clearing = health.health();
            out.again = health.release_stopped([](const step&, const alert&) {});
        });
    }
    return out;
}

TEST(every_row, from_event_to_plan_to_health) {
    bool seen[detection_count] = {};
    for (const scene& s : scenes())
        for (const bool late : {false, true}) {
            const played p = play(s, late);
            EXPECT_TRUE(p.found) << s.what << (late ? ", late" : ", live") << ": nothing found";
            EXPECT_EQ(p.row, s.row) << s.what;
            EXPECT_EQ(p.steps, late ? s.late : s.live) << s.what;
            const bool red = p.steps.find("health_red") != std::string::npos;
            EXPECT_EQ(p.before_clearing, red ? policy::health::red : policy::health::green) << s.what;
            EXPECT_EQ(p.after_clearing, policy::health::green) << s.what;
            const bool stopped = p.steps.find("terminate(") != std::string::npos || p.steps.find("deny") == 0 || p.steps.find("strip") == 0;
            EXPECT_EQ(p.again, red && stopped ? 1u : 0u) << s.what << ": what was stopped may run again once the alert is cleared";
            seen[static_cast<size_t>(s.row)] = true;
        }
    // Files have their rows from a scan's verdict: file_plan.cpp, tests/cli/test_response_table.py.
    seen[static_cast<size_t>(detection::malware_before_execution)] = seen[static_cast<size_t>(detection::pua_before_execution)] = true;
    for (uint8_t row = 0; row < detection_count; ++row) EXPECT_TRUE(seen[row]) << policy::disposition_of(static_cast<detection>(row)).title;
}

}  // namespace
