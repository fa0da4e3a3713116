// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Every event of the three channels: what becomes of each field, what is unknown without it, and that no row of a mapping is idle.
#include <gtest/gtest.h>

#include <bartizan/adapters/sysmon.hpp>
#include <bartizan/adapters/windows_security.hpp>
#include <bartizan/adapters/windows_system.hpp>
#include <bartizan/core/privilege.hpp>
#include <map>
#include <memory>
#include <sstream>
#include <string>

namespace {

using namespace bartizan;
using namespace bartizan::adapters;

using fields = std::map<std::string, std::string>;

enum class channel { sysmon, security, system };

struct made {
    char16_t texts[8192];
    stack_frame frames[16];
    event e;
    error problem;
};

utf8 view(const std::string& s) { return {s.data(), s.size()}; }

span<const mapping> map_of(channel c) {
    if (c == channel::sysmon) return sysmon_mapping;
    return c == channel::security ? span<const mapping>(security_mapping) : span<const mapping>(system_mapping);
}

std::unique_ptr<made> from(channel c, uint16_t id, const fields& in) {
    auto m = std::make_unique<made>();
    event_memory memory{text_arena(span<char16_t>(m->texts)), span<stack_frame>(m->frames)};
    record r(map_of(c), id);
    for (const auto& [name, value] : in) r.set(view(name), view(value));
    auto* const make = c == channel::sysmon ? from_sysmon : c == channel::security ? from_security : from_system;
    m->problem = make(r, 1000, 7, memory, m->e);
    return m;
}

std::string ascii(text t) {
    std::string out;
    for (uint32_t i = 0; i < t.size; ++i) out += static_cast<char>(t[i]);
    return out;
}

/// Prints what is known of an event: unknowns and defaults leave no word.
class printer {
  public:
    void word(const char* name, text value) { if (!value.empty()) out_ << ' ' << name << '=' << ascii(value); }
    void word(const char* name, truth value) { if (value != truth::unknown) out_ << ' ' << name << '=' << (value == truth::yes ? "yes" : "no"); }
    void word(const char* name, const process_key& key) { if (key.is_set()) out_ << ' ' << name << '=' << key.pid << (key.start_key != 0 ? "#" : ""); }
    void word(const char* name, uint64_t value, uint64_t unknown = 0) { if (value != unknown) out_ << ' ' << name << '=' << std::hex << "0x" << value << std::dec; }
    std::string take() { return out_.str(); }

  private:
    std::ostringstream out_;
};

std::string show(const event& e) {
    printer p;
    p.word("kind", uint64_t(e.kind), 255);
    p.word("actor", e.actor.key);
    p.word("image", e.actor_image);
    p.word("user", uint64_t(e.actor.user));
    p.word("target", e.target.key);
    p.word("target_image", e.target_image);
    p.word("target_user", uint64_t(e.target.user));
    switch (e.kind) {
        case event_kind::process_create: {
            const auto& c = e.data.create;
            p.word("command", c.command_line), p.word("original", c.original_file_name), p.word("account", c.user), p.word("parent", c.parent);
            p.word("creator", c.creator), p.word("parent_image", c.parent_image), p.word("parent_command", c.parent_command_line);
            p.word("parent_user", c.parent_user), p.word("directory", c.current_directory), p.word("integrity", c.integrity_rid, unknown_u32);
            p.word("session", c.session_id, unknown_u32), p.word("logon", c.logon_id), p.word("elevation", uint64_t(c.elevation));
            p.word("parent_account", uint64_t(c.parent_account)), p.word("sha256", c.image_sha256);
            break;
        }
        case event_kind::thread_start: p.word("address", e.data.thread.start_address), p.word("module", e.data.thread.start_module), p.word("function", e.data.thread.start_function); break;
        case event_kind::image_load:
        case event_kind::driver_load: {
            const auto& i = e.data.image;
            p.word("path", i.path), p.word("original", i.original_file_name), p.word("signed", i.signer.is_signed), p.word("valid", i.signer.is_valid);
            p.word("subject", i.signer.subject), p.word("windows", i.signer.is_microsoft_windows);
            break;
        }
        case event_kind::handle_open:
        case event_kind::handle_duplicate: {
            const auto& h = e.data.handle;
            p.word("granted", h.granted), p.word("type", uint64_t(h.type)), p.word("used", uint64_t(h.exercised_only)), p.word("holder", h.source_holder);
            p.word("handle", h.handle_value), p.word("source_handle", h.source_handle_value), p.word("frames", h.stack.size);
            break;
        }
        case event_kind::registry: {
            const auto& k = e.data.registry;
            p.word("what", uint64_t(k.what)), p.word("key", k.key), p.word("value", k.value_name), p.word("data", k.data), p.word("numeric", k.has_number);
            p.word("number", k.number), p.word("type", k.value_type, unknown_u32), p.word("access", k.access), p.word("succeeded", k.succeeded);
            break;
        }
        case event_kind::file: {
            const auto& f = e.data.file;
            p.word("what", uint64_t(f.what)), p.word("path", f.path), p.word("access", f.access), p.word("volume", f.is_volume_open);
            p.word("device", f.device_type), p.word("content", f.content), p.word("executable", f.is_executable), p.word("succeeded", f.succeeded);
            break;
        }
        case event_kind::token_check:
        case event_kind::privilege_use:
        case event_kind::logon: {
            const auto& t = e.data.token;
            p.word("sid", t.sid), p.word("of", uint64_t(t.user)), p.word("logon", t.authentication_id), p.word("type", t.logon_type, unknown_u32);
            p.word("from", t.remote_address), p.word("level", t.impersonation_level, unknown_u32), p.word("elevated", t.is_elevated);
            p.word("present", t.privileges_present), p.word("enabled", t.privileges_enabled), p.word("disabled", t.privileges_disabled);
            break;
        }
        case event_kind::network_connect:
        case event_kind::dns_query: {
            const auto& n = e.data.network;
            p.word("remote", n.remote_address), p.word("port", n.remote_port), p.word("local", n.local_port), p.word("initiated", n.initiated), p.word("name", n.remote_name);
            break;
        }
        case event_kind::image_tampered: p.word("what", uint64_t(e.data.tamper.what)); break;
        case event_kind::account_change: p.word("event", e.data.account.event_id), p.word("name", e.data.account.name), p.word("sid", e.data.account.sid), p.word("subject", e.data.account.subject_sid); break;
        case event_kind::service_install: p.word("name", e.data.service.name), p.word("path", e.data.service.image_path), p.word("account", e.data.service.account); break;
        default: break;
    }
    return p.take();
}

const std::string guid_a = "{39e4a257-004e-5f8d-4304-000000000700}";
const std::string guid_b = "{39e4a257-f131-5f8b-0c00-000000000700}";

struct golden {
    channel from_channel;
    uint16_t id;
    fields in;
    const char* out;
};

fields with_process(fields more) {
    more.insert({{"ProcessGuid", guid_a}, {"ProcessId", "10"}, {"Image", "C:\\a.exe"}, {"User", "NT AUTHORITY\\SYSTEM"}});
    return more;
}
fields audited(fields more) {
    more.insert({{"ProcessId", "10"}, {"ProcessName", "C:\\a.exe"}});
    return more;
}

/// Field names and values as the recordings and Microsoft's event pages have them.
const golden goldens[] = {
    {channel::sysmon, 1, with_process({{"CommandLine", "a -b"}, {"Hashes", "MD5=0,SHA256=35BA7624F586086F32A01459FCC0AB755B01B49D571618AF456AA49E593734C7"}, {"OriginalFileName", "A.EXE"}, {"CurrentDirectory", "D:\\"}, {"IntegrityLevel", "High"}, {"LogonId", "0x3e7"},
      {"TerminalSessionId", "1"}, {"ParentProcessGuid", guid_b}, {"ParentProcessId", "9"}, {"ParentImage", "C:\\p.exe"}, {"ParentCommandLine", "p"}, {"ParentUser", "HOST\\bob"}}),
     " kind=0x1 actor=10# image=C:\\a.exe user=0x1 command=a -b original=A.EXE account=NT AUTHORITY\\SYSTEM parent=9# parent_image=C:\\p.exe parent_command=p "
     "parent_user=HOST\\bob directory=D:\\ integrity=0x3000 session=0x1 logon=0x3e7 parent_account=0x5 sha256=35BA7624F586086F32A01459FCC0AB755B01B49D571618AF456AA49E593734C7"},
    {channel::sysmon, 3, with_process({{"Initiated", "true"}, {"DestinationIp", "10.0.0.7"}, {"DestinationPort", "8443"}, {"SourcePort", "49687"}}),
     " kind=0x16 actor=10# image=C:\\a.exe user=0x1 remote=10.0.0.7 port=0x20fb local=0xc217 initiated=yes"},
    {channel::sysmon, 5, with_process({}), " kind=0x2 actor=10# image=C:\\a.exe user=0x1"},
    {channel::sysmon, 6, {{"ImageLoaded", "C:\\d.sys"}, {"Signed", "true"}, {"Signature", "Vendor"}, {"SignatureStatus", "Expired"}},
     " kind=0x11 path=C:\\d.sys signed=yes valid=no subject=Vendor windows=no"},
    {channel::sysmon, 7, with_process({{"ImageLoaded", "C:\\m.dll"}, {"OriginalFileName", "M.DLL"}, {"Signed", "true"}, {"Signature", "Microsoft Windows"}, {"SignatureStatus", "Valid"}}),
     " kind=0x4 actor=10# image=C:\\a.exe user=0x1 path=C:\\m.dll original=M.DLL signed=yes valid=yes subject=Microsoft Windows windows=yes"},
    {channel::sysmon, 8, {{"SourceProcessGuid", guid_a}, {"SourceProcessId", "10"}, {"SourceImage", "C:\\a.exe"}, {"SourceUser", "H\\bob"}, {"TargetProcessGuid", guid_b}, {"TargetProcessId", "20"},
      {"TargetImage", "C:\\t.exe"}, {"TargetUser", "NT AUTHORITY\\LOCAL SERVICE"}, {"StartAddress", "0x00007FFF9F40EB60"}, {"StartModule", "C:\\k.dll"}, {"StartFunction", "LoadLibraryA"}},
     " kind=0x3 actor=10# image=C:\\a.exe user=0x5 target=20# target_image=C:\\t.exe target_user=0x2 address=0x7fff9f40eb60 module=C:\\k.dll function=LoadLibraryA"},
    {channel::sysmon, 9, with_process({{"Device", "\\Device\\HarddiskVolume2"}}),
     " kind=0x13 actor=10# image=C:\\a.exe user=0x1 what=0x3 path=\\Device\\HarddiskVolume2 access=0x1 volume=yes succeeded=yes"},
    {channel::sysmon, 10, {{"SourceProcessGUID", guid_a}, {"SourceProcessId", "10"}, {"SourceImage", "C:\\a.exe"}, {"SourceUser", "H\\bob"}, {"TargetProcessGUID", guid_b}, {"TargetProcessId", "20"},
      {"TargetImage", "C:\\t.exe"}, {"TargetUser", "NT AUTHORITY\\SYSTEM"}, {"GrantedAccess", "0x1410"}, {"CallTrace", "C:\\n.dll+1|UNKNOWN(01)"}},
     " kind=0x5 actor=10# image=C:\\a.exe user=0x5 target=20# target_image=C:\\t.exe target_user=0x1 granted=0x1410 frames=0x2"},
    {channel::sysmon, 11, with_process({{"TargetFilename", "C:\\f"}}), " kind=0x13 actor=10# image=C:\\a.exe user=0x1 what=0x2 path=C:\\f volume=no"},
    {channel::sysmon, 12, with_process({{"EventType", "CreateKey"}, {"TargetObject", "HKLM\\SAM\\x"}}), " kind=0x12 actor=10# image=C:\\a.exe user=0x1 what=0x1 key=HKLM\\SAM\\x succeeded=yes"},
    {channel::sysmon, 12, with_process({{"EventType", "DeleteKey"}, {"TargetObject", "HKLM\\SAM\\x"}}), " kind=0x12 actor=10# image=C:\\a.exe user=0x1 what=0x3 key=HKLM\\SAM\\x succeeded=yes"},
    {channel::sysmon, 12, with_process({{"EventType", "DeleteValue"}, {"TargetObject", "HKLM\\SAM\\x"}}), " kind=0x12 actor=10# image=C:\\a.exe user=0x1 what=0x9 key=HKLM\\SAM value=x succeeded=yes"},
    {channel::sysmon, 12, with_process({{"TargetObject", "HKLM\\SAM\\x"}}), " kind=0x12 actor=10# image=C:\\a.exe user=0x1 key=HKLM\\SAM\\x succeeded=yes"},
    {channel::sysmon, 13, with_process({{"EventType", "SetValue"}, {"TargetObject", "HKLM\\S\\v"}, {"Details", "DWORD (0x00000200)"}}),
     " kind=0x12 actor=10# image=C:\\a.exe user=0x1 what=0x8 key=HKLM\\S value=v numeric=yes number=0x200 type=0x4 succeeded=yes"},
    {channel::sysmon, 13, with_process({{"TargetObject", "HKLM\\S\\v"}, {"Details", "QWORD (0x00000001-0x0000000a)"}}),
     " kind=0x12 actor=10# image=C:\\a.exe user=0x1 what=0x8 key=HKLM\\S value=v numeric=yes number=0x10000000a type=0xb succeeded=yes"},
    {channel::sysmon, 13, with_process({{"TargetObject", "HKLM\\S\\v"}, {"Details", "Binary Data"}}),
     " kind=0x12 actor=10# image=C:\\a.exe user=0x1 what=0x8 key=HKLM\\S value=v type=0x3 succeeded=yes"},
    {channel::sysmon, 13, with_process({{"TargetObject", "HKLM\\S\\v"}, {"Details", "vrf.dll"}}),
     " kind=0x12 actor=10# image=C:\\a.exe user=0x1 what=0x8 key=HKLM\\S value=v data=vrf.dll numeric=no succeeded=yes"},
    {channel::sysmon, 14, with_process({{"EventType", "RenameKey"}, {"TargetObject", "HKLM\\S\\k"}, {"NewName", "HKLM\\S\\l"}}),
     " kind=0x12 actor=10# image=C:\\a.exe user=0x1 what=0x4 key=HKLM\\S\\k data=HKLM\\S\\l succeeded=yes"},
    {channel::sysmon, 15, with_process({{"TargetFilename", "C:\\f:Zone.Identifier"}, {"Contents", "ZoneId=3"}}),
     " kind=0x13 actor=10# image=C:\\a.exe user=0x1 what=0x2 path=C:\\f:Zone.Identifier volume=no content=ZoneId=3"},
    {channel::sysmon, 17, with_process({{"PipeName", "\\p"}}), " kind=0x13 actor=10# image=C:\\a.exe user=0x1 what=0x2 path=\\p volume=no device=0x11"},
    {channel::sysmon, 18, with_process({{"PipeName", "\\p"}}), " kind=0x13 actor=10# image=C:\\a.exe user=0x1 what=0x1 path=\\p volume=no device=0x11"},
    {channel::sysmon, 22, with_process({{"QueryName", "a.example"}}), " kind=0x1c actor=10# image=C:\\a.exe user=0x1 name=a.example"},
    {channel::sysmon, 23, with_process({{"TargetFilename", "C:\\f"}, {"IsExecutable", "false"}}), " kind=0x13 actor=10# image=C:\\a.exe user=0x1 what=0x6 path=C:\\f volume=no executable=no"},
    {channel::sysmon, 24, with_process({}), " kind=0x1d actor=10# image=C:\\a.exe user=0x1"},
    {channel::sysmon, 25, with_process({{"Type", "Image is replaced"}}), " kind=0x17 actor=10# image=C:\\a.exe user=0x1 what=0x1"},
    {channel::sysmon, 25, with_process({{"Type", "Image is locked for access"}}), " kind=0x17 actor=10# image=C:\\a.exe user=0x1 what=0x2"},
    {channel::sysmon, 26, with_process({{"TargetFilename", "C:\\f"}, {"IsExecutable", "true"}}), " kind=0x13 actor=10# image=C:\\a.exe user=0x1 what=0x6 path=C:\\f volume=no executable=yes"},
    {channel::sysmon, 29, with_process({{"TargetFilename", "C:\\f"}}), " kind=0x13 actor=10# image=C:\\a.exe user=0x1 what=0x2 path=C:\\f volume=no executable=yes"},
    {channel::security, 4624, audited({{"TargetUserName", "bob"}, {"TargetUserSid", "S-1-5-21-1-2-3-1001"}, {"TargetLogonId", "0xfeff35"}, {"LogonType", "3"}, {"IpAddress", "10.0.0.7"},
      {"ImpersonationLevel", "%%1833"}, {"ElevatedToken", "%%1842"}}),
     " kind=0x18 actor=10 image=C:\\a.exe sid=S-1-5-21-1-2-3-1001 of=0x5 logon=0xfeff35 type=0x3 from=10.0.0.7 level=0x2 elevated=yes"},
    {channel::security, 4656, audited({{"ObjectType", "Process"}, {"ObjectName", "\\Device\\x\\lsass.exe"}, {"AccessMask", "0x1010"}, {"HandleId", "0x88"}}),
     " kind=0x5 actor=10 image=C:\\a.exe target_image=\\Device\\x\\lsass.exe granted=0x1010 handle=0x88"},
    {channel::security, 4656, audited({{"ObjectType", "Key"}, {"ObjectName", "\\REGISTRY\\MACHINE\\SAM"}, {"AccessMask", "0x20019"}}),
     " kind=0x12 actor=10 image=C:\\a.exe what=0x2 key=\\REGISTRY\\MACHINE\\SAM access=0x20019"},
    {channel::security, 4656, audited({{"ObjectType", "File"}, {"ObjectName", "C:\\f"}, {"AccessMask", "0x120089"}}), " kind=0x13 actor=10 image=C:\\a.exe what=0x1 path=C:\\f access=0x120089"},
    {channel::security, 4657, audited({{"ObjectName", "\\REGISTRY\\MACHINE\\S"}, {"ObjectValueName", "v"}, {"OperationType", "%%1905"}, {"NewValue", "2"}}),
     " kind=0x12 actor=10 image=C:\\a.exe what=0x8 key=\\REGISTRY\\MACHINE\\S value=v data=2 numeric=yes number=0x2 succeeded=yes"},
    {channel::security, 4657, audited({{"ObjectName", "\\REGISTRY\\MACHINE\\S"}, {"ObjectValueName", "v"}, {"OperationType", "%%1906"}}),
     " kind=0x12 actor=10 image=C:\\a.exe what=0x9 key=\\REGISTRY\\MACHINE\\S value=v numeric=no succeeded=yes"},
    {channel::security, 4663, audited({{"ObjectType", "Key"}, {"ObjectName", "\\REGISTRY\\MACHINE\\SAM"}, {"AccessMask", "0x1"}}),
     " kind=0x12 actor=10 image=C:\\a.exe what=0x10 key=\\REGISTRY\\MACHINE\\SAM access=0x1 succeeded=yes"},
    {channel::security, 4663, audited({{"ObjectType", "File"}, {"ObjectName", "C:\\f"}, {"AccessMask", "0x1"}}),
     " kind=0x13 actor=10 image=C:\\a.exe what=0x3 path=C:\\f access=0x1 succeeded=yes"},
    {channel::security, 4663, audited({{"ObjectType", "Thread"}, {"ObjectName", "x"}, {"AccessMask", "0x10"}, {"HandleId", "0x90"}}),
     " kind=0x5 actor=10 image=C:\\a.exe target_image=x granted=0x10 type=0x1 used=0x1 handle=0x90"},
    {channel::security, 4672, {{"SubjectUserSid", "S-1-5-18"}, {"SubjectLogonId", "0x3e7"}, {"PrivilegeList", "SeTcbPrivilege\n\t\t\tSeDebugPrivilege"}},
     " kind=0x18 sid=S-1-5-18 of=0x1 logon=0x3e7 present=0x100080"},
    {channel::security, 4673, audited({{"SubjectUserSid", "S-1-5-20"}, {"SubjectLogonId", "0x3e4"}, {"PrivilegeList", "SeTcbPrivilege"}}),
     " kind=0x19 actor=10 image=C:\\a.exe sid=S-1-5-20 of=0x3 logon=0x3e4 enabled=0x80"},
    {channel::security, 4674, audited({{"SubjectUserSid", "S-1-5-82-1"}, {"SubjectLogonId", "0x5ba37"}, {"PrivilegeList", "SeTakeOwnershipPrivilege"}}),
     " kind=0x19 actor=10 image=C:\\a.exe sid=S-1-5-82-1 of=0x4 logon=0x5ba37 enabled=0x200"},
    {channel::security, 4688, {{"NewProcessId", "0x10"}, {"NewProcessName", "C:\\a.exe"}, {"CommandLine", "a"}, {"TokenElevationType", "%%1937"}, {"MandatoryLabel", "S-1-16-12288"},
      {"TargetUserName", "bob"}, {"TargetUserSid", "S-1-5-21-1-2-3-1001"}, {"TargetLogonId", "0x87ae2"}, {"SubjectUserName", "HOST$"}, {"SubjectUserSid", "S-1-5-18"},
      {"SubjectLogonId", "0x3e7"}, {"ProcessId", "0x9"}, {"ParentProcessName", "C:\\p.exe"}},
     " kind=0x1 actor=16 image=C:\\a.exe user=0x5 command=a account=bob parent=9 creator=9 parent_image=C:\\p.exe parent_user=HOST$ integrity=0x3000 logon=0x87ae2 elevation=0x2 parent_account=0x1"},
    {channel::security, 4688, {{"NewProcessId", "0x10"}, {"NewProcessName", "C:\\a.exe"}, {"TokenElevationType", "%%1938"}, {"MandatoryLabel", "S-1-16-8192"}, {"TargetUserSid", "S-1-0-0"},
      {"TargetLogonId", "0x0"}, {"SubjectUserName", "HOST$"}, {"SubjectUserSid", "S-1-5-18"}, {"SubjectLogonId", "0x3e7"}, {"ProcessId", "0x9"}},
     " kind=0x1 actor=16 image=C:\\a.exe account=HOST$ parent=9 creator=9 parent_user=HOST$ integrity=0x2000 logon=0x3e7 elevation=0x3 parent_account=0x1"},
    {channel::security, 4689, audited({}), " kind=0x2 actor=10 image=C:\\a.exe"},
    {channel::security, 4690, {{"SourceProcessId", "9"}, {"SourceHandleId", "0x4f4"}, {"TargetProcessId", "10"}, {"TargetHandleId", "0x233c"}},
     " kind=0x6 actor=10 holder=9 handle=0x233c source_handle=0x4f4"},
    {channel::security, 4703, audited({{"TargetUserSid", "S-1-5-18"}, {"TargetLogonId", "0x3e7"}, {"EnabledPrivilegeList", "SeBackupPrivilege"}, {"DisabledPrivilegeList", "SeRestorePrivilege"}}),
     " kind=0x15 actor=10 image=C:\\a.exe sid=S-1-5-18 of=0x1 logon=0x3e7 enabled=0x20000 disabled=0x40000"},
    {channel::security, 4720, {{"TargetUserName", "eve"}, {"TargetSid", "S-1-5-21-1"}, {"SubjectUserSid", "S-1-5-18"}}, " kind=0x1a event=0x1270 name=eve sid=S-1-5-21-1 subject=S-1-5-18"},
    {channel::security, 4732, {{"MemberName", "eve"}, {"MemberSid", "S-1-5-21-1"}, {"SubjectUserSid", "S-1-5-18"}}, " kind=0x1a event=0x127c name=eve sid=S-1-5-21-1 subject=S-1-5-18"},
    {channel::security, 4985, audited({}), " kind=0x1e actor=10 image=C:\\a.exe"},
    {channel::system, 7045, {{"ServiceName", "s"}, {"ImagePath", "cmd /c x"}, {"AccountName", "LocalSystem"}}, " kind=0x1b name=s path=cmd /c x account=LocalSystem"},
};

TEST(channels, every_event_becomes_what_it_says) {
    for (const golden& g : goldens) {
        const auto m = from(g.from_channel, g.id, g.in);
        EXPECT_EQ(m->problem.code, error_code::none) << g.id;
        EXPECT_EQ(show(m->e), g.out) << g.id;
    }
}

bool takes(const std::string& row, const std::string& given) {
    if (row.size() != given.size()) return false;
    for (size_t i = 0; i < row.size(); ++i)
        if (std::tolower(row[i]) != std::tolower(given[i])) return false;
    return true;
}

TEST(channels, no_row_of_a_mapping_is_idle) {
    // Events that share one shape with a golden one.
    const std::map<uint16_t, uint16_t> like = {{4722, 4720}, {4723, 4720}, {4724, 4720}, {4725, 4720}, {4726, 4720}, {4738, 4720}, {4740, 4720}, {4767, 4720},
                                               {4781, 4720}, {4728, 4732}, {4729, 4732}, {4733, 4732}, {4756, 4732}, {4757, 4732}};
    for (const channel c : {channel::sysmon, channel::security, channel::system}) {
        for (const mapping& row : map_of(c)) {
            const auto twin = like.find(row.id);
            const uint16_t shape = twin == like.end() ? row.id : twin->second;
            bool matters = false;
            for (const golden& g : goldens) {
                if (g.from_channel != c || g.id != shape) continue;
                const std::string whole = show(from(c, row.id, g.in)->e);
                for (const auto& [name, value] : g.in) {
                    if (!takes(row.name, name)) continue;
                    fields without = g.in;
                    without.erase(name);
                    const auto less = from(c, row.id, without);
                    matters |= show(less->e) != whole || less->problem.code != error_code::none;
                }
            }
            // EventType of a SetValue or RenameKey says nothing that the event's number does not; a logon's name is for people.
            const bool redundant = (c == channel::sysmon && (row.id == 13 || row.id == 14) && takes(row.name, "EventType")) ||
                                   (c == channel::security && row.id == 4624 && takes(row.name, "TargetUserName"));
            EXPECT_TRUE(matters || redundant) << row.id << ' ' << row.name;
        }
    }
}

TEST(channels, a_missing_field_is_unknown_and_a_malformed_number_is_refused) {
    for (const golden& g : goldens) {
        for (const auto& [name, value] : g.in) {
            fields changed = g.in;
            changed.erase(name);
            const auto without = from(g.from_channel, g.id, changed);
            const bool needed = name == "GrantedAccess" || name == "AccessMask";
            EXPECT_EQ(without->problem.code, needed ? error_code::adapter_missing_field : error_code::none) << g.id << ' ' << name;
            const bool numeric = name.find("ProcessId") != std::string::npos || name.find("LogonId") != std::string::npos || name.find("HandleId") != std::string::npos ||
                                 name.find("Port") != std::string::npos || needed || name == "LogonType" || name == "TerminalSessionId" || name == "StartAddress";
            if (!numeric) continue;
            for (const char* bad : {"x", "-1", "0x", "99999999999999999999999"}) {
                changed = g.in;
                changed[name] = bad;
                const auto m = from(g.from_channel, g.id, changed);
                // 4688 reads the subject's logon only where the target has none.
                const bool unread = g.id == 4688 && name == "SubjectLogonId" && g.in.count("TargetUserName") != 0;
                EXPECT_EQ(m->problem.code == error_code::none, unread) << g.id << ' ' << name << '=' << bad;
            }
        }
    }
}

/// Microsoft's words for the target of a 4688, over every combination of its fields and of fields that were lost.
TEST(channels, a_new_process_is_systems_only_where_the_log_says_so) {
    const char* const targets[] = {nullptr, "S-1-0-0", "S-1-5-18", "S-1-5-21-1-2-3-1001"};
    const char* const labels[] = {nullptr, "S-1-16-8192", "S-1-16-12288", "S-1-16-16384"};
    const char* const elevations[] = {nullptr, "%%1936", "%%1937", "%%1938"};
    const char* const subjects[] = {nullptr, "S-1-5-18", "S-1-5-20"};
    const char* const parents[] = {nullptr, "C:\\p.exe"};
    uint32_t of_system = 0;
    for (const char* target : targets) for (const char* label : labels) for (const char* elevation : elevations) for (const char* subject : subjects) for (const char* parent : parents) {
        fields in = {{"NewProcessId", "0x10"}, {"NewProcessName", "C:\\a.exe"}, {"ProcessId", "0x9"}};
        const auto put = [&in](const char* name, const char* value) { if (value != nullptr) in[name] = value; };
        put("TargetUserSid", target);
        put("MandatoryLabel", label);
        put("TokenElevationType", elevation);
        put("SubjectUserSid", subject);
        put("ParentProcessName", parent);
        const auto is = [](const char* value, const std::string& what) { return value != nullptr && what == value; };
        const bool old_log = target == nullptr && label == nullptr && parent == nullptr;
        account wanted = account::unknown;
        if (is(target, "S-1-5-18")) wanted = account::system;
        else if (is(target, "S-1-5-21-1-2-3-1001")) wanted = account::user;
        else if (is(subject, "S-1-5-20") && (old_log || target != nullptr)) wanted = account::network_service;
        else if (is(subject, "S-1-5-18") && is(elevation, "%%1936") && (old_log || (is(target, "S-1-0-0") && is(label, "S-1-16-16384")))) wanted = account::system;
        of_system += wanted == account::system ? 1 : 0;
        EXPECT_EQ(from(channel::security, 4688, in)->e.actor.user, wanted)
            << (target ? target : "-") << ' ' << (label ? label : "-") << ' ' << (elevation ? elevation : "-") << ' ' << (subject ? subject : "-") << ' ' << (parent ? parent : "-");
    }
    EXPECT_EQ(of_system, 4u * 4 * 3 * 2 + 3) << "named, or the creator's by all that the log has";
}

TEST(channels, privileges_and_accounts) {
    for (uint8_t bit = 2; bit <= 36; ++bit) {
        const auto& row = bartizan::detail::privilege_names[bit - 2];
        EXPECT_EQ(static_cast<uint8_t>(row.which), bit) << "LUIDs ascend without a gap";
        EXPECT_EQ(privileges_named(row.name), uint64_t{1} << bit);
    }
    EXPECT_EQ(privileges_named(u"SeDebugPrivilegeX, SeDebug"), 0u);
    EXPECT_EQ(account_of_name(u"nt authority\\system"), account::system);
    EXPECT_EQ(account_of_name(u"NT-AUTORIT\u00c4T\\SYSTEM"), account::system) << "another language";
    EXPECT_EQ(account_of_name(u"AUTORITE NT\\Syst\u00e8me"), account::system);
    EXPECT_EQ(account_of_name(u"NT AUTHORITY\\\u0421\u0418\u0421\u0422\u0415\u041c\u0410"), account::system);
    EXPECT_EQ(account_of_name(u"NT-Autorit\u00e4t\\Netzwerkdienst"), account::network_service);
    EXPECT_EQ(account_of_name(u"NT AUTHORITY\\SERVICIO DE RED"), account::network_service);
    EXPECT_EQ(account_of_name(u"NT AUTHORITY\\\u03a3\u03a5\u03a3\u03a4\u0397\u039c\u0391"), account::unknown) << "a language that nobody listed: perhaps SYSTEM";
    EXPECT_EQ(account_of_name(u"NT AUTHORITY\\ANONYMOUS LOGON"), account::other);
    EXPECT_EQ(account_of_name(u"SYSTEM\\bob"), account::user) << "a machine's name";
    for (const service_account_name& row : service_account_names) {
        const std::u16string full = u"NT AUTHORITY\\" + std::u16string(row.name.data, row.name.size);
        EXPECT_EQ(account_of_name({full.data(), static_cast<uint32_t>(full.size())}), row.who);
    }
    EXPECT_EQ(account_of_logon(0x3e7), account::system) << "... is told by its logon";
    EXPECT_EQ(account_of_name(u"IIS APPPOOL\\DefaultAppPool"), account::service);
    EXPECT_EQ(account_of_name(u"bob"), account::unknown);
    EXPECT_EQ(integrity_of(u"S-1-16-16384"), 0x4000u);
    EXPECT_EQ(integrity_of(u"S-1-16-"), unknown_u32);
    EXPECT_EQ(integrity_of(u"S-1-16-99999999"), unknown_u32);
    EXPECT_EQ(integrity_of(u"Medium"), 0x2000u);
}

}  // namespace
