// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Log lines to events: each field of the mapping, hostile values, and the parsers against second implementations.
#include <gtest/gtest.h>

#include <bartizan/adapters/sysmon.hpp>
#include <bartizan/adapters/windows_security.hpp>
#include <cinttypes>
#include <cstdio>
#include <ctime>
#include <map>
#include <memory>
#include <random>
#include <string>

namespace {

using namespace bartizan;
using namespace bartizan::adapters;

using fields = std::map<std::string, std::string>;

struct made {
    char16_t texts[4096];
    stack_frame frames[16];
    event e;
    error problem;
};

utf8 view(const std::string& s) { return {s.data(), s.size()}; }
std::string ascii(text t) {
    std::string out;
    for (uint32_t i = 0; i < t.size; ++i) out += static_cast<char>(t[i]);
    return out;
}

std::unique_ptr<made> from(bool security, uint16_t id, const fields& in) {
    auto m = std::make_unique<made>();
    event_memory memory{text_arena(span<char16_t>(m->texts)), span<stack_frame>(m->frames)};
    record r(security ? span<const mapping>(security_mapping) : span<const mapping>(sysmon_mapping), id);
    for (const auto& [name, value] : in) r.set(view(name), view(value));
    m->problem = security ? from_security(r, 1000, 7, memory, m->e) : from_sysmon(r, 1000, 7, memory, m->e);
    return m;
}

const fields lsass_open = {{"SourceProcessGUID", "{39e4a257-004e-5f8d-4304-000000000700}"},
                           {"SourceProcessId", "6772"},
                           {"SourceImage", "C:\\Users\\a\\t.exe"},
                           {"TargetProcessGUID", "{39e4a257-f131-5f8b-0c00-000000000700}"},
                           {"TargetProcessId", "756"},
                           {"TargetImage", "C:\\windows\\system32\\lsass.exe"},
                           {"GrantedAccess", "0x1fffff"},
                           {"CallTrace", "C:\\windows\\SYSTEM32\\ntdll.dll+9c584|UNKNOWN(000002EE319439BF)|C:\\x\\a.dll+1f(wow64)|C:\\windows\\SYSTEM32\\ntdll.dll+6cea1"}};

TEST(sysmon, process_access) {
    const auto m = from(false, 10, lsass_open);
    ASSERT_FALSE(m->problem);
    EXPECT_EQ(m->e.kind, event_kind::handle_open);
    EXPECT_EQ(m->e.time_100ns, 1000u);
    EXPECT_EQ(m->e.record, 7u);
    EXPECT_EQ(m->e.actor.key.pid, 6772u);
    EXPECT_EQ(m->e.target.key.pid, 756u);
    EXPECT_NE(m->e.actor.key.start_key, 0u);
    EXPECT_NE(m->e.actor.key.start_key, m->e.target.key.start_key);
    EXPECT_EQ(ascii(m->e.actor_image), "C:\\Users\\a\\t.exe");
    const handle_payload& h = m->e.data.handle;
    EXPECT_EQ(h.granted, 0x1fffffu);
    EXPECT_FALSE(h.exercised_only);
    ASSERT_EQ(h.stack.size, 4u);
    EXPECT_EQ(h.stack.complete, truth::yes);
    EXPECT_EQ(ascii(h.stack.frames[0].module), "C:\\windows\\SYSTEM32\\ntdll.dll");
    EXPECT_EQ(h.stack.frames[0].address, 0x9c584u);
    EXPECT_TRUE(h.stack.frames[1].module.empty());
    EXPECT_EQ(h.stack.frames[1].address, 0x2ee319439bfu);
    EXPECT_EQ(ascii(h.stack.frames[2].module), "C:\\x\\a.dll");
    EXPECT_EQ(h.stack.frames[2].address, 0x1fu);
}

TEST(sysmon, a_missing_field_is_unknown_and_a_malformed_one_is_refused) {
    for (const auto& [name, value] : lsass_open) {
        fields without = lsass_open;
        without.erase(name);
        const auto m = from(false, 10, without);
        EXPECT_EQ(m->problem.code, name == "GrantedAccess" ? error_code::adapter_missing_field : error_code::none) << name;
    }
    const std::map<std::string, error_code> broken = {{"SourceProcessId", error_code::adapter_bad_guid},
                                                      {"SourceProcessGUID", error_code::adapter_bad_guid},
                                                      {"GrantedAccess", error_code::adapter_bad_number}};
    for (const auto& [name, code] : broken) {
        for (const char* value : {"x", "-1", "0x", "{", "99999999999999999999999", "0x1ffffffff1"}) {
            fields bad = lsass_open;
            bad[name] = value;
            EXPECT_EQ(from(false, 10, bad)->problem.code, code) << name << " = " << value;
        }
    }
    fields no_trace = lsass_open;
    no_trace.erase("CallTrace");
    EXPECT_EQ(from(false, 10, no_trace)->e.data.handle.stack.complete, truth::unknown);
    fields many = lsass_open;
    for (int i = 0; i < 8; ++i) many["CallTrace"] += "|" + lsass_open.at("CallTrace");
    const auto m = from(false, 10, many);
    EXPECT_EQ(m->e.data.handle.stack.size, 16u);
    EXPECT_EQ(m->e.data.handle.stack.complete, truth::unknown) << "frames were dropped";
}

TEST(sysmon, other_events) {
    const auto start = from(false, 1, {{"ProcessGuid", "{39e4a257-004e-5f8d-4304-000000000700}"}, {"ProcessId", "10"}, {"Image", "C:\\a.exe"},
                                       {"CommandLine", "a -b"}, {"OriginalFileName", "PowerShell.EXE"}, {"ParentProcessId", "9"}, {"User", "NT AUTHORITY\\SYSTEM"}});
    EXPECT_EQ(start->e.kind, event_kind::process_create);
    EXPECT_EQ(ascii(start->e.data.create.command_line), "a -b");
    EXPECT_EQ(ascii(start->e.data.create.original_file_name), "PowerShell.EXE");
    EXPECT_EQ(start->e.data.create.parent.pid, 9u);
    EXPECT_EQ(from(false, 5, {{"ProcessId", "10"}})->e.kind, event_kind::process_exit);
    const auto load = from(false, 7, {{"Image", "C:\\a.exe"}, {"ImageLoaded", "C:\\a.exe"}, {"Signed", "true"}, {"Signature", "Microsoft Windows"}, {"SignatureStatus", "Valid"}});
    EXPECT_EQ(load->e.data.image.signer.is_valid, truth::yes);
    EXPECT_EQ(load->e.data.image.signer.is_microsoft_windows, truth::yes);
    const auto nameless = from(false, 7, {{"Signed", "true"}, {"SignatureStatus", "Valid"}});
    EXPECT_EQ(nameless->e.data.image.signer.is_microsoft_windows, truth::unknown) << "valid, but whose is not told";
    EXPECT_EQ(from(false, 7, {{"Signed", "false"}, {"SignatureStatus", "Unavailable"}})->e.data.image.signer.is_signed, truth::unknown);
    EXPECT_EQ(from(false, 7, {{"Signed", "true"}, {"SignatureStatus", "Expired"}})->e.data.image.signer.is_valid, truth::no);
    const auto thread = from(false, 8, {{"SourceProcessId", "1"}, {"TargetProcessId", "2"}, {"StartAddress", "0x000001B51606"}, {"StartModule", "C:\\k.dll"}});
    EXPECT_EQ(thread->e.data.thread.start_address, 0x1b51606u);
    EXPECT_EQ(ascii(from(false, 11, {{"TargetFilename", "C:\\lsass.dmp"}})->e.data.file.path), "C:\\lsass.dmp");
    EXPECT_EQ(from(false, 255, {})->e.kind, event_kind::none);
}

TEST(security, object_access) {
    const fields open = {{"ObjectType", "Process"}, {"ObjectName", "\\Device\\HarddiskVolume2\\Windows\\System32\\lsass.exe"},
                         {"AccessMask", "0x1010"}, {"ProcessId", "0x1a74"}, {"ProcessName", "C:\\m.exe"}};
    const auto asked = from(true, 4656, open);
    EXPECT_EQ(asked->e.kind, event_kind::handle_open);
    EXPECT_EQ(asked->e.actor.key.pid, 6772u);
    EXPECT_EQ(asked->e.actor.key.start_key, 0u);
    EXPECT_FALSE(asked->e.target.key.is_set());
    EXPECT_EQ(ascii(asked->e.target_image), "\\Device\\HarddiskVolume2\\Windows\\System32\\lsass.exe");
    EXPECT_FALSE(asked->e.data.handle.exercised_only);
    EXPECT_TRUE(from(true, 4663, open)->e.data.handle.exercised_only);
    fields key = open;
    key["ObjectType"] = "SAM_DOMAIN";
    EXPECT_EQ(from(true, 4656, key)->e.kind, event_kind::none);
    const auto start = from(true, 4688, {{"NewProcessId", "0x10"}, {"NewProcessName", "C:\\a.exe"}, {"ProcessId", "0x9"}, {"CommandLine", "a"}});
    EXPECT_EQ(start->e.actor.key.pid, 16u);
    EXPECT_EQ(start->e.data.create.creator.pid, 9u);
    EXPECT_EQ(from(true, 4703, {{"ProcessId", "5"}, {"EnabledPrivilegeList", "SeTcbPrivilege\n\t\tSeDebugPrivilege"}})->e.data.token.privileges_enabled, 1u << 20 | 1u << 7);
    EXPECT_EQ(from(true, 4703, {{"ProcessId", "5"}, {"EnabledPrivilegeList", "SeTcbPrivilege"}})->e.data.token.privileges_enabled, 1u << 7);
}

TEST(parse, times_equal_the_c_librarys) {
    std::mt19937_64 random(3);
    for (int i = 0; i < 100'000; ++i) {
        const std::time_t seconds = static_cast<std::time_t>(random() % 8'000'000'000u) - 2'000'000'000;
        const auto milli = static_cast<unsigned>(random() % 1000);
        std::tm tm{};
        gmtime_r(&seconds, &tm);
        char line[64];
        std::snprintf(line, sizeof line, "%04d-%02d-%02dT%02d:%02d:%02d.%03uZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, milli);
        uint64_t got = 0;
        ASSERT_TRUE(parse_time(view(line), got)) << line;
        ASSERT_EQ(got, (static_cast<uint64_t>(seconds) + 11'644'473'600u) * 10'000'000 + milli * 10'000u) << line;
    }
    uint64_t t = 0;
    for (const char* good : {"2020-10-19T02:56:14Z", "2020-10-19 02:56:14.3721234", "2020-10-19T02:56:14.372Z"}) EXPECT_TRUE(parse_time(view(good), t)) << good;
    for (const char* leap : {"2020-02-29T00:00:00Z", "2000-02-29T00:00:00Z"}) EXPECT_TRUE(parse_time(view(leap), t)) << leap;
    for (const char* bad : {"", "2020", "2020-13-01T00:00:00Z", "2020-02-31T00:00:00Z", "2021-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2020-04-31T00:00:00Z", "2020-10-19T25:00:00Z", "2020-10-19T02:56:14.37x", "2020-10-19T02:56:14+02:00", "1500-01-01T00:00:00Z", "20-10-19T02:56:14Z       "})
        EXPECT_FALSE(parse_time(view(bad), t)) << bad;
}

TEST(parse, numbers) {
    uint64_t n = 0;
    EXPECT_TRUE(parse_number(view("18446744073709551615"), n) && n == UINT64_MAX);
    EXPECT_TRUE(parse_number(view("0xFFFFFFFFFFFFFFFF"), n) && n == UINT64_MAX);
    for (const char* bad : {"", "18446744073709551616", "0x", "0x10000000000000000", "1 ", "+1", "0y1"}) EXPECT_FALSE(parse_number(view(bad), n)) << bad;
}

TEST(text_arena, replaces_what_is_not_utf8_and_never_overruns) {
    char16_t buffer[8];
    text_arena arena{span<char16_t>(buffer)};
    EXPECT_EQ(std::u16string(arena.put(view("aé€")).data, 3), u"aé€");
    arena.clear();
    const text astral = arena.put(view("\xf0\x9f\x9b\xa1"));
    EXPECT_EQ(std::u16string(astral.data, astral.size), u"\U0001f6e1");
    for (const char* bytes : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"}) {
        const std::string bad = bytes;
        arena.clear();
        const text t = arena.put(view(bad));
        ASSERT_EQ(t.size, bad.size()) << "one replacement for each byte";
        for (uint32_t i = 0; i < t.size; ++i) EXPECT_EQ(t[i], 0xfffd);
    }
    arena.clear();
    EXPECT_EQ(arena.put(view("123456789")).size, 8u);
    EXPECT_TRUE(arena.full());
}

}  // namespace
