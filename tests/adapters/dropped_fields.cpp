// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Log lines of innocent acts, from adapter to rules: whole, with each field dropped from all of them, and dropped from each line alone.
// Nothing of it may convict. tests/recordings/dropped_fields.py does the same with recorded telemetry.
#include <gtest/gtest.h>

#include <bartizan/adapters/sysmon.hpp>
#include <bartizan/adapters/windows_security.hpp>
#include <bartizan/engine/engine.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace bartizan;
using fields = std::map<std::string, std::string>;

struct line {
    bool security;
    uint16_t id;
    fields in;
    uint64_t at_ms;
};

/// Whether the stream convicts somebody, without `dropped` in line `only`, or in all lines for -1.
std::string convicted(const std::vector<line>& lines, const std::string& dropped, int only) {
    const auto g = std::make_unique<engine::engine<64>>(policy::settings{.trust_from_path = true});
    std::string by;
    for (size_t n = 0; n < lines.size(); ++n) {
        char16_t texts[4096];
        stack_frame frames[16];
        adapters::event_memory memory{adapters::text_arena(span<char16_t>(texts)), span<stack_frame>(frames)};
        const line& l = lines[n];
        adapters::record r(l.security ? span<const adapters::mapping>(adapters::security_mapping) : span<const adapters::mapping>(adapters::sysmon_mapping), l.id);
        for (const auto& [name, value] : l.in)
            if (name != dropped || (only >= 0 && only != static_cast<int>(n))) r.set({name.data(), name.size()}, adapters::utf8{value.data(), value.size()});
        const uint64_t time = policy::second_100ns * 1000 + l.at_ms * 10'000;
        event e;
        if (const error bad = l.security ? adapters::from_security(r, time, n, memory, e) : adapters::from_sysmon(r, time, n, memory, e)) continue;
        if (e.kind == event_kind::none) continue;
        g->process_event(e, [&](const rule& what, const outcome& o, const event&) {
            if (o.evidence == verdict::convict) by += std::string(what.name) + " at line " + std::to_string(n) + "; ";
        });
    }
    return by;
}

std::string guid(int n) { return "{39e4a257-004e-5f8d-4304-0000000007" + std::to_string(10 + n) + "}"; }

line start(int key, const char* pid, const char* image, const char* user, int parent_key, const char* parent_pid, const char* parent, uint64_t at, const char* integrity = "System") {
    return {false, 1, {{"ProcessGuid", guid(key)}, {"ProcessId", pid}, {"Image", image}, {"CommandLine", image}, {"User", user}, {"LogonId", std::string(user) == "NT AUTHORITY\\SYSTEM" ? "0x3e7" : "0x46b6b"},
                       {"IntegrityLevel", integrity}, {"ParentProcessGuid", guid(parent_key)}, {"ParentProcessId", parent_pid}, {"ParentImage", parent}}, at};
}
line opened(int actor_key, const char* actor_pid, const char* actor, int target_key, const char* target_pid, const char* target, const char* mask, const char* trace, uint64_t at) {
    return {false, 10, {{"SourceProcessGUID", guid(actor_key)}, {"SourceProcessId", actor_pid}, {"SourceImage", actor}, {"TargetProcessGUID", guid(target_key)},
                        {"TargetProcessId", target_pid}, {"TargetImage", target}, {"GrantedAccess", mask}, {"CallTrace", trace}}, at};
}
line created(const char* pid, const char* image, const char* subject, const char* target, const char* elevation, const char* label, const char* parent_pid, uint64_t at) {
    return {true, 4688, {{"NewProcessId", pid}, {"NewProcessName", image}, {"CommandLine", image}, {"SubjectUserSid", subject}, {"SubjectUserName", "HOST$"}, {"TargetUserSid", target},
                         {"TokenElevationType", elevation}, {"MandatoryLabel", label}, {"ProcessId", parent_pid}, {"ParentProcessName", "C:\\Windows\\explorer.exe"}}, at};
}

constexpr const char* system_user = "NT AUTHORITY\\SYSTEM";
constexpr const char* lsass = "C:\\Windows\\System32\\lsass.exe";
constexpr const char* svchost = "C:\\Windows\\System32\\svchost.exe";
constexpr const char* csrss = "C:\\Windows\\System32\\csrss.exe";
constexpr const char* cmd = "C:\\Windows\\System32\\cmd.exe";
constexpr const char* agent = "C:\\Program Files\\Vendor\\agent.exe";
constexpr const char* admin = "HOST\\Administrator";
constexpr const char* trace = "C:\\Windows\\SYSTEM32\\ntdll.dll+9c584|C:\\Windows\\System32\\KERNELBASE.dll+20ede|C:\\Program Files\\Vendor\\agent.exe+1f|C:\\Windows\\SYSTEM32\\ntdll.dll+51";

struct stream {
    const char* name;
    std::vector<line> lines;
};

const stream innocent[] = {
    {"elevation: AppInfo starts Task Manager for an administrator, on a system of either age",
     {created("0x100", "C:\\Windows\\System32\\Taskmgr.exe", "S-1-5-21-1-2-3-1001", "S-1-0-0", "%%1938", "S-1-16-8192", "0x90", 0),
      created("0x110", "C:\\Windows\\System32\\Taskmgr.exe", "S-1-5-18", "S-1-5-21-1-2-3-1001", "%%1937", "S-1-16-12288", "0x90", 10),
      {true, 4688, {{"NewProcessId", "0x120"}, {"NewProcessName", "C:\\Windows\\System32\\Taskmgr.exe"}, {"CommandLine", "taskmgr /2"}, {"SubjectUserSid", "S-1-5-18"},
                    {"TokenElevationType", "%%1937"}, {"ProcessId", "0x100"}}, 20}}},
    {"two sensors report one elevated start, the log with SYSTEM as its creator",
     {start(1, "400", "C:\\Windows\\explorer.exe", admin, 0, "390", "C:\\Windows\\System32\\userinit.exe", 0, "Medium"),
      created("0x1a4", agent, "S-1-5-18", "S-1-0-0", "%%1937", "S-1-16-12288", "0x190", 100),
      start(2, "420", agent, admin, 1, "400", "C:\\Windows\\explorer.exe", 120, "High")}},
    {"a PID in use again within a minute, its first owner's end not reported",
     {start(1, "668", agent, system_user, 0, "600", svchost, 0), opened(5, "500", csrss, 1, "668", agent, "0x1fffff", trace, 5),
      start(2, "700", cmd, admin, 3, "710", "C:\\Windows\\explorer.exe", 20'000, "High"), opened(2, "700", cmd, 4, "668", "C:\\Windows\\System32\\whoami.exe", "0x1fffff", trace, 20'090),
      start(4, "668", "C:\\Windows\\System32\\whoami.exe", admin, 2, "700", cmd, 20'100, "High"),
      start(6, "668", cmd, system_user, 7, "720", agent, 60'000), opened(7, "720", agent, 6, "668", cmd, "0x1fffff", trace, 60'001),
      start(8, "730", "C:\\Windows\\System32\\net.exe", system_user, 6, "668", cmd, 60'050)}},
    {"LSASS: an agent over-asks, the system asks, error reporting looks",
     {opened(1, "300", agent, 9, "700", lsass, "0x1fffff", trace, 0), opened(1, "300", agent, 9, "700", lsass, "0x1400", trace, 10),
      opened(2, "310", svchost, 9, "700", lsass, "0x1000", "C:\\Windows\\SYSTEM32\\ntdll.dll+9c584|C:\\Windows\\System32\\KERNELBASE.dll+20ede|C:\\Windows\\System32\\lsm.dll+1f|C:\\Windows\\SYSTEM32\\ntdll.dll+51", 20)}},
    {"a console control thread of csrss, a debugger's break-in, a thread in a module",
     {{false, 8, {{"SourceProcessGuid", guid(1)}, {"SourceProcessId", "500"}, {"SourceImage", csrss}, {"TargetProcessGuid", guid(2)}, {"TargetProcessId", "700"}, {"TargetImage", cmd},
                  {"StartAddress", "0x00007FFA10001000"}, {"StartModule", "C:\\Windows\\System32\\KERNELBASE.dll"}, {"StartFunction", "CtrlRoutine"}}, 0},
      {false, 8, {{"SourceProcessGuid", guid(3)}, {"SourceProcessId", "510"}, {"SourceImage", agent}, {"TargetProcessGuid", guid(2)}, {"TargetProcessId", "700"}, {"TargetImage", cmd},
                  {"StartAddress", "0x00007FFA10002000"}, {"StartModule", "C:\\Windows\\System32\\ntdll.dll"}, {"StartFunction", "TppWorkerThread"}}, 10}}},
    {"libraries of LSASS and of a program, signed",
     {{false, 7, {{"ProcessGuid", guid(9)}, {"ProcessId", "700"}, {"Image", lsass}, {"ImageLoaded", "C:\\Windows\\System32\\msv1_0.dll"}, {"Signed", "true"}, {"Signature", "Microsoft Windows"},
                  {"SignatureStatus", "Valid"}}, 0},
      {false, 7, {{"ProcessGuid", guid(1)}, {"ProcessId", "300"}, {"Image", agent}, {"ImageLoaded", "C:\\Program Files\\Vendor\\x.dll"}, {"Signed", "true"}, {"Signature", "Vendor"}, {"SignatureStatus", "Valid"}}, 10}}},
    {"registry: LSASS writes SAM, an installer sets a flag, a hash is not read",
     {{false, 13, {{"ProcessGuid", guid(9)}, {"ProcessId", "700"}, {"Image", lsass}, {"EventType", "SetValue"}, {"TargetObject", "HKLM\\SAM\\SAM\\Domains\\Account\\Users\\000001F4\\F"}, {"Details", "Binary Data"}}, 0},
      {false, 13, {{"ProcessGuid", guid(1)}, {"ProcessId", "300"}, {"Image", agent}, {"EventType", "SetValue"},
                   {"TargetObject", "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\agent.exe\\GlobalFlag"}, {"Details", "DWORD (0x00000200)"}}, 10},
      {true, 4663, {{"ProcessId", "0x2bc"}, {"ProcessName", lsass}, {"ObjectType", "Key"}, {"ObjectName", "\\REGISTRY\\MACHINE\\SAM\\SAM\\Domains\\Account\\Users\\000001F4"}, {"AccessMask", "0x1"}}, 20}}},
    {"a browser starts its helper, a user a shell",
     {start(1, "400", "C:\\Windows\\explorer.exe", admin, 0, "390", "C:\\Windows\\System32\\userinit.exe", 0, "Medium"),
      start(2, "410", "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", admin, 1, "400", "C:\\Windows\\explorer.exe", 10, "Medium"),
      start(3, "420", "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", admin, 2, "410", "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", 20, "Low"),
      start(4, "430", "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", admin, 1, "400", "C:\\Windows\\explorer.exe", 30, "Medium")}},
};

TEST(dropped_fields, no_missing_field_convicts) {
    uint32_t drops = 0;
    for (const stream& s : innocent) {
        EXPECT_EQ(convicted(s.lines, "", -1), "") << s.name;
        std::set<std::string> names;
        for (const line& l : s.lines)
            for (const auto& [name, value] : l.in) names.insert(name);
        for (const std::string& name : names) {
            EXPECT_EQ(convicted(s.lines, name, -1), "") << s.name << ", without " << name;
            for (size_t n = 0; n < s.lines.size(); ++n) {
                if (s.lines[n].in.count(name) == 0) continue;
                EXPECT_EQ(convicted(s.lines, name, static_cast<int>(n)), "") << s.name << ", without " << name << " in line " << n;
                ++drops;
            }
        }
    }
    EXPECT_GT(drops, 200u);
}

/// The streams are no dead ones: the same lines with one value changed convict.
TEST(dropped_fields, one_changed_value_convicts) {
    const auto changed = [](size_t at, size_t n, const char* name, const char* value) {
        std::vector<line> lines = innocent[at].lines;
        lines[n].in[name] = value;
        return convicted(lines, "", -1);
    };
    EXPECT_NE(changed(3, 0, "SourceImage", "C:\\Users\\a\\t.exe"), "") << "an untrusted program opens LSASS";
    std::vector<line> threads = innocent[4].lines;
    threads[1].in.erase("StartModule");
    threads[1].in.erase("StartFunction");
    EXPECT_NE(convicted(threads, "", -1), "") << "a thread outside every module: Sysmon writes neither of the two then";
    EXPECT_NE(changed(5, 0, "Signed", "false"), "") << "an unsigned library in LSASS";
    EXPECT_NE(changed(7, 3, "ParentProcessGuid", guid(2).c_str()), "") << "the shell's parent is the browser";
}

}  // namespace
