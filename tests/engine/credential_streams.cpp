// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Credential access end to end, on synthetic streams: the vectors C1, C2 and C3 of its specification, one case for each line of what
// must not fire, and mutation pairs: each attack with its decisive fact removed, each legitimate case with one condition flipped.
#include <gtest/gtest.h>

#include <bartizan/core/privilege.hpp>
#include <bartizan/engine/engine.hpp>
#include <bartizan/testing/raw_events.hpp>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace bartizan;
using namespace bartizan::testing;
using key_operation = registry_payload::operation;
using file_operation = file_payload::operation;

constexpr text lsass = u"C:\\Windows\\System32\\lsass.exe";
constexpr text svchost = u"C:\\Windows\\System32\\svchost.exe";
constexpr text services = u"C:\\Windows\\System32\\services.exe";
constexpr text wininit = u"C:\\Windows\\System32\\wininit.exe";
constexpr text reg = u"C:\\Windows\\System32\\reg.exe";
constexpr text cmd = u"C:\\Windows\\System32\\cmd.exe";
constexpr text dism = u"C:\\Windows\\System32\\Dism.exe";
constexpr text tool = u"C:\\Users\\a\\tool.exe";                       // T0 by its place
constexpr text agent = u"C:\\Program Files\\Vendor\\agent.exe";        // T1
constexpr text explorer = u"C:\\Windows\\explorer.exe";

constexpr text account_v = u"HKLM\\SAM\\SAM\\Domains\\Account\\Users\\000001F4";
constexpr text account_domain = u"HKLM\\SAM\\SAM\\Domains\\Account";

struct answer {
    verdict worst = verdict::none;
    uint16_t rule_id = 0;
    response action = response::none;
    culprit whose = culprit::actor;
    process_key instigator = {};
    field_set blind = {};
    bool denied = false;
};

/// One endpoint; time goes on by a second an event.
class endpoint {
  public:
    explicit endpoint(span<const policy::protected_extent> extents = {}) {
        policy::settings settings;
        settings.trust_from_path = true;
        settings.protected_extents = extents;
        engine_ = std::make_unique<engine::engine<64>>(settings);
    }
    answer feed(event e) {
        time_ += policy::second_100ns;
        e.time_100ns = time_;
        answer out;
        engine_->process_event(e, [&](const rule& r, const outcome& o, const event& at) {
            const bool mine = r.group == family::credential_lsass || r.group == family::credential_hive || r.group == family::credential_disk;
            if (!mine) return;
            out.blind.bits |= o.blind.bits;
            if (o.evidence <= out.worst) return;
            out.worst = o.evidence;
            out.rule_id = r.id;
            out.action = o.action;
            out.whose = o.whose;
            out.instigator = at.instigator;
        });
        out.denied = rules::before(e).what == pre_outcome::decision::deny;
        return out;
    }
    template <class Builder>
    answer feed(const Builder& b) { return feed(b.build()); }
    void wait(uint64_t seconds) { time_ += seconds * policy::second_100ns; }

  private:
    std::unique_ptr<engine::engine<64>> engine_;
    uint64_t time_ = 100'000 * policy::second_100ns;
};

registry_change query(uint32_t pid, text image, text key, text value) { return registry_change(pid, image, key_operation::query_value, key, value); }
registry_change query_class(uint32_t pid, text image, text key, uint32_t information_class = 1) {
    return registry_change(pid, image, key_operation::query_key, key).information_class(information_class);
}
registry_change save(uint32_t pid, text image, text key) { return registry_change(pid, image, key_operation::save_key, key).file(u"C:\\x\\out"); }

// ---- C1: handles, clones, error reporting, modules -------------------------------------------------------------------------------

TEST(lsass_handle_leak, duplicating_out_of_a_holder) {
    struct attempt {
        const char* what;
        text image;
        access_mask mask;
        bool holder;
        verdict expected;
    };
    const attempt attempts[] = {
        {"untrusted program", tool, process_dup_handle, true, verdict::convict},
        {"... from a process that holds nothing", tool, process_dup_handle, false, verdict::none},
        {"... without the right to duplicate", tool, process_query_limited_information, true, verdict::none},
        {"a signed product", agent, process_dup_handle, true, verdict::event},
        {"a Windows service", svchost, process_dup_handle, true, verdict::none},
        {"a Windows tool that does what it is told", u"C:\\Windows\\System32\\rundll32.exe", process_dup_handle, true, verdict::convict},
        {"over-asking", agent, process_all_access, true, verdict::none},
    };
    for (const attempt& a : attempts) {
        endpoint host;
        if (a.holder) host.feed(handle_access(50, agent, 700, lsass, 0x1410).value(0x88));
        EXPECT_EQ(host.feed(handle_access(60, a.image, 50, agent, a.mask)).worst, a.expected) << a.what;
    }
}

TEST(lsass_handle_leak, a_burst_is_no_choice) {
    policy::settings settings;
    settings.trust_from_path = true;
    const auto g = std::make_unique<engine::engine<64>>(settings);
    verdict worst = verdict::none;
    const auto feed = [&](event e) {
        worst = verdict::none;
        g->process_event(e, [&](const rule& r, const outcome& o, const event&) {
            if (r.id == 0x0102 && o.evidence > worst) worst = o.evidence;
        });
    };
    feed(handle_access(50, agent, 700, lsass, 0x1410).at(1).build());
    for (uint32_t n = 0; n < 10; ++n) feed(handle_access(60, tool, 100 + n, explorer, process_dup_handle).at(2).build());
    feed(handle_access(60, tool, 50, agent, process_dup_handle).at(3).build());
    EXPECT_EQ(worst, verdict::event) << "C1-09 a handle viewer";
}

TEST(lsass_handle_leak, the_recipient_of_the_handle_is_judged) {
    for (const uint64_t value : {uint64_t{0x88}, uint64_t{0x90}}) {
        endpoint host;
        host.feed(handle_access(50, agent, 700, lsass, 0x1410).value(0x88));
        const answer a = host.feed(handle_duplication(60, tool, 50, value));
        EXPECT_EQ(a.worst, value == 0x88 ? verdict::event : verdict::none) << "the sensor names only the handle";
        EXPECT_EQ(a.rule_id, value == 0x88 ? 0x0101 : 0) << "C1-09, C1.2";
    }
    endpoint host;
    host.feed(handle_access(50, agent, 700, lsass, 0x1010).value(0x88));
    EXPECT_EQ(host.feed(handle_duplication(60, tool, 50, 0x88)).worst, verdict::convict) << "no inventory holds this mask";
}

TEST(lsass_handle_leak, an_inherited_handle) {
    struct birth {
        const char* what;
        bool holder;
        truth inherits;
        text creator, child;
        verdict expected;
    };
    const birth births[] = {
        {"untrusted child", true, truth::yes, agent, tool, verdict::convict},
        {"the creator holds nothing", false, truth::yes, agent, tool, verdict::none},
        {"nothing is inherited", true, truth::no, agent, tool, verdict::none},
        {"a Windows service's child", true, truth::yes, services, tool, verdict::none},
        {"another product's child", true, truth::yes, agent, agent, verdict::event},
        {"a child of Windows that does its own work", true, truth::yes, agent, u"C:\\Windows\\System32\\conhost32.exe", verdict::none},
    };
    for (const birth& b : births) {
        endpoint host;
        host.feed(handle_access(50, b.creator, b.holder ? 700 : 701, b.holder ? lsass : svchost, 0x101ffb));
        EXPECT_EQ(host.feed(process_start(60, b.child, 50, b.creator).inherits_handles(b.inherits)).worst, b.expected) << b.what;
    }
    endpoint host;
    host.feed(handle_access(50, agent, 700, lsass, 0x101ffb));
    const answer unknown = host.feed(process_start(60, tool, 50, agent));
    EXPECT_EQ(unknown.worst, verdict::none);
    EXPECT_TRUE(unknown.blind.has(field::handle_origin)) << "unknown is not clean";
    EXPECT_EQ(host.feed(process_start(61, agent, 50, agent).inherits_handles(truth::yes)).worst, verdict::event);
    EXPECT_EQ(host.feed(handle_access(62, tool, 61, agent, process_dup_handle)).worst, verdict::convict) << "the child is a holder too";
}

TEST(seclogon_leak, the_client_is_to_blame) {
    const stack_frame frames[] = {{u"C:\\Windows\\System32\\ntdll.dll", 1}, {u"C:\\Windows\\System32\\KERNELBASE.dll", 2},
                                  {u"C:\\Windows\\System32\\seclogon.dll", 3}, {u"C:\\Windows\\System32\\ntdll.dll", 4}};
    endpoint host;
    const answer blamed = host.feed(handle_access(40, svchost, 700, lsass, 0x14c0).stack(frames).client(60));
    EXPECT_EQ(blamed.worst, verdict::convict) << "C1-04";
    EXPECT_EQ(blamed.whose, culprit::instigator);
    EXPECT_EQ(blamed.instigator.pid, 60u);
    EXPECT_EQ(host.feed(handle_access(40, svchost, 700, lsass, 0x14c0).stack(frames)).whose, culprit::nobody) << "the service itself stays";
    const stack_frame others[] = {frames[0], frames[1], {u"C:\\Windows\\System32\\lsm.dll", 3}, frames[3]};
    EXPECT_NE(host.feed(handle_access(40, svchost, 700, lsass, 0x14c0).stack(others).client(60)).worst, verdict::convict);
}

TEST(lsass_clone, by_its_birth_or_by_two_of_them) {
    endpoint host;
    host.feed(process_start(700, lsass, 5, wininit));
    EXPECT_EQ(host.feed(handle_access(60, agent, 900, lsass, 0x1010)).rule_id, 0x0105) << "C1-12";
    EXPECT_EQ(host.feed(handle_access(60, agent, 900, lsass, 0x1400)).worst, verdict::none) << "a query";
    EXPECT_NE(host.feed(handle_access(61, agent, 700, lsass, 0x1010)).worst, verdict::convict) << "the registered LSA is no clone";
    EXPECT_NE(host.feed(handle_access(700, lsass, 900, lsass, 0x1010)).rule_id, 0x0105) << "the LSA's own copy";
    EXPECT_EQ(host.feed(process_start(910, lsass, 60, agent)).worst, verdict::none);
    EXPECT_EQ(host.feed(handle_access(60, agent, 910, lsass, 0x1010)).worst, verdict::convict) << "not wininit's child";

    for (const uint64_t gap : {uint64_t{100}, uint64_t{121}}) {
        endpoint late;  // the LSA started before the sensor: either may be the clone
        late.feed(handle_access(60, agent, 700, lsass, 0x1010));
        late.wait(gap - 1);
        const answer a = late.feed(handle_access(60, agent, 900, lsass, 0x1010));
        EXPECT_EQ(a.worst, verdict::event) << gap;
        EXPECT_EQ(a.rule_id, 0x0101) << "recorded in any case as an open of LSASS";
    }
    endpoint two;
    two.feed(handle_access(60, cmd, 700, lsass, process_create_process));
    EXPECT_EQ(two.feed(handle_access(60, cmd, 900, lsass, 0x1410)).worst, verdict::convict) << "a tool opens the original, then its copy";
}

TEST(lsass_memory, volume_place_and_inventories) {
    const auto read = [](uint32_t pid, text image, uint64_t size, text module = {}, page_protection protection = 0) {
        event e;
        e.kind = event_kind::memory_read;
        e.flags = event_synthetic;
        e.actor.key.pid = pid;
        e.actor_image = image;
        e.target.key.pid = 700;
        e.target_image = lsass;
        memory_payload memory{};
        memory.range = {0x10000, size};
        memory.mapped_file = module;
        memory.protection = protection;
        e.data = memory;
        return e;
    };
    endpoint host;
    for (int n = 1; n <= 16; ++n) EXPECT_EQ(host.feed(read(60, agent, 64)).worst, n < 16 ? verdict::none : verdict::convict) << n;
    EXPECT_EQ(host.feed(read(61, agent, 0xffff)).worst, verdict::none);
    EXPECT_EQ(host.feed(read(61, agent, 1)).worst, verdict::convict) << "64 KiB together";
    EXPECT_EQ(host.feed(read(62, agent, 0xffff)).worst, verdict::none);
    host.wait(61);
    EXPECT_EQ(host.feed(read(62, agent, 1)).worst, verdict::none) << "the window is over";
    EXPECT_EQ(host.feed(read(63, agent, 8, u"C:\\Windows\\System32\\wdigest.dll", page_readwrite)).worst, verdict::convict);
    EXPECT_EQ(host.feed(read(63, agent, 8, u"C:\\Windows\\System32\\wdigest.dll", page_execute_read)).worst, verdict::none) << "its code is no secret";
    EXPECT_EQ(host.feed(read(63, agent, 8, u"C:\\Windows\\System32\\user32.dll", page_readwrite)).worst, verdict::none);

    const stack_frame wmi[] = {{u"C:\\Windows\\System32\\ntdll.dll", 1}, {u"C:\\Windows\\System32\\wbem\\cimwin32.dll", 2}, {u"C:\\Windows\\System32\\ntdll.dll", 3}};
    const text provider = u"C:\\Windows\\System32\\wbem\\WmiPrvSE.exe";
    host.feed(handle_access(70, provider, 700, lsass, 0x1410).stack(wmi));
    for (int n = 0; n < 40; ++n) EXPECT_EQ(host.feed(read(70, provider, 256)).worst, verdict::none) << "an inventory's module walk";
    EXPECT_EQ(host.feed(read(70, provider, 1 << 20)).worst, verdict::convict) << "... does not take the memory itself";
}

TEST(lsass_error_reporting, what_makes_windows_write_the_dump) {
    const auto set = [](text image, text key, text value, uint64_t number) {
        const uint32_t pid = image.size;  // one for each image
        return registry_change(pid, image, key_operation::set_value, key, value).number(number);
    };
    const text exit_key = u"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SilentProcessExit\\lsass.exe";
    const text options = u"HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\LSASS.exe";
    const text dumps = u"HKLM\\SOFTWARE\\Microsoft\\Windows\\Windows Error Reporting\\LocalDumps\\lsass.exe";
    endpoint host;
    for (const text value : {text(u"ReportingMode"), text(u"LocalDumpFolder"), text(u"DumpType"), text(u"MonitorProcess")})
        EXPECT_EQ(host.feed(set(reg, exit_key, value, 2)).rule_id, 0x0106);
    EXPECT_EQ(host.feed(set(reg, exit_key, u"IgnoreSelfExits", 1)).worst, verdict::none);
    EXPECT_EQ(host.feed(set(reg, u"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SilentProcessExit\\notepad.exe", u"ReportingMode", 2)).worst, verdict::none);
    EXPECT_EQ(host.feed(set(agent, options, u"GlobalFlag", 0x200)).worst, verdict::convict);
    EXPECT_EQ(host.feed(set(agent, options, u"GlobalFlag", 0x100)).worst, verdict::none) << "another flag";
    EXPECT_EQ(host.feed(registry_change(60, agent, key_operation::set_value, options, u"GlobalFlag", u"0x200")).worst, verdict::convict) << "as text";
    EXPECT_EQ(host.feed(registry_change(60, agent, key_operation::set_value, options, u"GlobalFlag")).worst, verdict::none);
    EXPECT_TRUE(host.feed(registry_change(60, agent, key_operation::set_value, options, u"GlobalFlag")).blind.has(field::registry_data)) << "data unknown";
    EXPECT_EQ(host.feed(set(reg, dumps, u"DumpType", 2)).worst, verdict::event);
    EXPECT_EQ(host.feed(set(tool, dumps, u"DumpType", 2)).worst, verdict::convict);
    EXPECT_EQ(host.feed(set(tool, dumps, u"DumpType", 1)).worst, verdict::none) << "a small dump";
    EXPECT_EQ(host.feed(registry_change(60, reg, key_operation::query_value, exit_key, u"ReportingMode")).worst, verdict::none) << "a look";
}

TEST(lsass_module, what_lsass_loads) {
    endpoint host;
    const answer own = host.feed(image_load(700, lsass, u"C:\\x\\ssp.dll").is_unsigned());
    EXPECT_EQ(own.worst, verdict::convict);
    EXPECT_EQ(own.action, response::deny);
    EXPECT_EQ(own.whose, culprit::nobody) << "LSASS is not to blame";
    EXPECT_EQ(host.feed(image_load(700, lsass, u"C:\\x\\card.dll").signed_by(u"Card Vendor", false)).worst, verdict::event);
    EXPECT_EQ(host.feed(image_load(700, lsass, u"C:\\Windows\\System32\\wdigest.dll").signed_by(u"Microsoft Windows", true)).worst, verdict::none);
    EXPECT_EQ(host.feed(image_load(61, agent, u"C:\\x\\ssp.dll").is_unsigned()).worst, verdict::none) << "another process";
    // Sysmon cannot tell a file without a signature from one that it could not check: the place stands in, in a replay.
    EXPECT_EQ(host.feed(image_load(700, lsass, u"C:\\Users\\a\\ssp.dll")).worst, verdict::convict) << "no verdict of the sensor";
    EXPECT_EQ(host.feed(image_load(700, lsass, u"C:\\Program Files\\Card\\card.dll")).worst, verdict::event);
    EXPECT_EQ(host.feed(image_load(700, lsass, u"C:\\Windows\\System32\\wdigest.dll")).worst, verdict::none);

    const text lsa = u"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa";
    for (const text value : {text(u"Security Packages"), text(u"Authentication Packages"), text(u"Notification Packages"), text(u"RunAsPPL"), text(u"RunAsPPLBoot")}) {
        EXPECT_EQ(host.feed(registry_change(60, tool, key_operation::set_value, lsa, value)).worst, verdict::convict);
        EXPECT_EQ(host.feed(registry_change(61, reg, key_operation::set_value, lsa, value)).worst, verdict::event);
        EXPECT_EQ(host.feed(registry_change(62, services, key_operation::set_value, lsa, value)).worst, verdict::none);
        EXPECT_EQ(host.feed(registry_change(60, tool, key_operation::query_value, lsa, value)).worst, verdict::none);
    }
    EXPECT_EQ(host.feed(registry_change(60, tool, key_operation::set_value, lsa, u"NoLMHash")).worst, verdict::none);
    EXPECT_EQ(host.feed(registry_change(60, tool, key_operation::set_value, u"HKLM\\SYSTEM\\ControlSet001\\Control\\NetworkProvider\\Order", u"ProviderOrder")).worst, verdict::convict);
    EXPECT_EQ(host.feed(registry_change(60, tool, key_operation::set_value, u"HKLM\\SYSTEM\\ControlSet001\\Control\\Lsa\\OSConfig", u"Security Packages")).worst, verdict::convict);
}

// ---- C2: hives by registry ---------------------------------------------------------------------------------------------------------

TEST(secret_value, vectors_and_their_mutations) {
    endpoint host;
    EXPECT_EQ(host.feed(query(700, lsass, account_v, u"V")).worst, verdict::none) << "C2-01";
    EXPECT_EQ(host.feed(query(60, agent, account_v, u"V")).worst, verdict::convict) << "... by anyone else";
    EXPECT_EQ(host.feed(query(60, agent, u"\\REGISTRY\\MACHINE\\SECURITY\\SAM\\Domains\\Account\\Users\\000001F5", u"V")).worst, verdict::convict) << "C2-06 the link";
    EXPECT_EQ(host.feed(query(60, agent, account_v, u"F")).worst, verdict::event) << "the flags alone";
    EXPECT_EQ(host.feed(query(61, reg, account_v, u"F")).worst, verdict::convict) << "... by a tool";
    EXPECT_EQ(host.feed(query(60, agent, u"HKLM\\SAM\\SAM\\Domains\\Account\\Users\\Names\\bob", u"")).worst, verdict::none) << "a name";
    EXPECT_EQ(host.feed(query(60, agent, u"HKLM\\SECURITY\\Policy\\Secrets\\DefaultPassword\\CurrVal", u"")).worst, verdict::convict);
    EXPECT_EQ(host.feed(query(60, agent, u"HKLM\\SECURITY\\Policy\\Secrets\\$MACHINE.ACC\\CupdTime", u"")).worst, verdict::none);
    EXPECT_EQ(host.feed(query(60, agent, u"HKLM\\SECURITY\\Policy\\Secrets\\DSREGCMD\\MutexName", u"")).worst, verdict::none);
    EXPECT_EQ(host.feed(query(60, agent, u"HKLM\\SECURITY\\Policy\\PolEKList", u"")).worst, verdict::convict);
    EXPECT_EQ(host.feed(query(60, agent, u"HKLM\\SECURITY\\Cache", u"NL$3")).worst, verdict::convict);
    EXPECT_EQ(host.feed(query(60, agent, u"HKLM\\SECURITY\\Cache", u"NL$Control")).worst, verdict::none);

    // C2-07: several values at once, past the access list.
    for (const uint32_t options : {4u, 0u}) {
        endpoint other;
        EXPECT_EQ(other.feed(registry_change(60, agent, key_operation::open_key, account_domain).options(options)).worst,
                  options == 4 ? verdict::event : verdict::none);
        EXPECT_EQ(other.feed(registry_change(60, agent, key_operation::query_multiple_value, account_domain)).worst,
                  options == 4 ? verdict::convict : verdict::event) << options;
    }
    endpoint privileged;
    token_payload token{};
    token.privileges_enabled = privilege_bit(privilege::backup);
    privileged.feed(token_checkpoint(60, agent, token));
    EXPECT_EQ(privileged.feed(registry_change(60, agent, key_operation::query_multiple_value, account_domain)).worst, verdict::convict) << "the backup privilege";

    // C2-08: the same shape inside a hive that somebody mounted.
    endpoint mounted;
    EXPECT_EQ(mounted.feed(registry_change(60, agent, key_operation::load_key, u"\\REGISTRY\\A\\{5e1f}").file(u"C:\\x\\SAM")).worst, verdict::event);
    EXPECT_EQ(mounted.feed(query(60, agent, u"\\REGISTRY\\A\\{5e1f}\\SAM\\Domains\\Account\\Users\\000001F4", u"V")).worst, verdict::convict);
    EXPECT_EQ(mounted.feed(query(60, agent, u"\\REGISTRY\\A\\{5e1f}\\App\\Domains\\Account\\Users\\000001F4", u"V")).worst, verdict::none);
    EXPECT_EQ(mounted.feed(query(60, agent, u"HKU\\offline\\Policy\\Secrets\\x\\CurrVal", u"")).worst, verdict::convict);

    EXPECT_EQ(host.feed(registry_change(60, agent, key_operation::set_value, account_v, u"F")).worst, verdict::event) << "RID hijack";
    EXPECT_EQ(host.feed(registry_change(61, reg, key_operation::set_value, account_v, u"F")).worst, verdict::convict);
    EXPECT_EQ(host.feed(registry_change(700, lsass, key_operation::set_value, account_v, u"F")).worst, verdict::none);
    EXPECT_EQ(host.feed(registry_change(61, reg, key_operation::set_security, u"HKLM\\SAM\\SAM")).worst, verdict::convict) << "C2.7";
    EXPECT_EQ(host.feed(registry_change(60, agent, key_operation::set_security, u"HKLM\\SECURITY")).worst, verdict::event);
    EXPECT_EQ(host.feed(registry_change(61, reg, key_operation::set_security, u"HKLM\\SOFTWARE\\x")).worst, verdict::none);
}

TEST(secret_value, must_not_fire) {
    endpoint host;
    const auto opens = [](uint32_t pid, text image, text key) { return registry_change(pid, image, key_operation::open_key, key).options(0); };
    EXPECT_EQ(host.feed(opens(20, services, u"HKLM\\SAM\\SAM\\Domains\\Account\\Users\\Names")).worst, verdict::none) << "local groups";
    EXPECT_EQ(host.feed(opens(21, svchost, u"HKLM\\SAM\\SAM\\Domains\\Account\\Users\\000001F4")).worst, verdict::none) << "ProfSvc, AppReadiness";
    EXPECT_EQ(host.feed(query(22, u"C:\\Windows\\System32\\LogonUI.exe", account_v, u"UserDontShowInLogonUI")).worst, verdict::none);
    EXPECT_EQ(host.feed(opens(23, u"C:\\Windows\\System32\\backgroundTaskHost.exe", u"HKLM\\SECURITY")).worst, verdict::none);
    EXPECT_EQ(host.feed(opens(24, reg, u"HKLM\\SAM")).worst, verdict::none) << "reg.exe query of the root, denied";
    EXPECT_EQ(host.feed(query_class(25, explorer, account_v, 2)).worst, verdict::none) << "an enumeration without values";
    // ... and with the one condition flipped.
    EXPECT_EQ(host.feed(query(22, u"C:\\Windows\\System32\\LogonUI.exe", account_v, u"V")).worst, verdict::convict);
    EXPECT_EQ(host.feed(query(20, services, account_v, u"V")).worst, verdict::convict);
    EXPECT_EQ(host.feed(registry_change(24, reg, key_operation::open_key, u"HKLM\\SAM").options(4)).worst, verdict::convict);
}

constexpr text parts[] = {u"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\JD", u"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\Skew1",
                          u"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\GBG", u"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\Data"};

TEST(boot_key, the_class_of_three_parts_within_a_minute) {
    endpoint host;
    EXPECT_EQ(host.feed(query_class(60, reg, parts[0])).worst, verdict::none);
    EXPECT_EQ(host.feed(query_class(60, reg, parts[1], 2)).worst, verdict::event);
    EXPECT_EQ(host.feed(query_class(60, reg, parts[2])).rule_id, 0x0203) << "C2-02";
    EXPECT_EQ(host.feed(query_class(60, reg, parts[3])).worst, verdict::convict);

    endpoint same;
    for (int n = 0; n < 5; ++n) EXPECT_EQ(same.feed(query_class(60, reg, parts[0])).worst, verdict::none) << "one part again and again";
    endpoint cached;
    for (const text part : parts) EXPECT_EQ(cached.feed(query_class(60, explorer, part, 4)).worst, verdict::none) << "KeyCachedInformation has no class";
    endpoint children;
    for (const text part : parts)
        children.feed(registry_change(60, agent, key_operation::enumerate_key, part).information_class(1));
    EXPECT_EQ(children.feed(registry_change(60, agent, key_operation::enumerate_key, parts[0]).information_class(1)).worst, verdict::convict) << "through the parent";
    endpoint several;
    for (uint32_t n = 0; n < 4; ++n) EXPECT_EQ(several.feed(query_class(60 + n, reg, parts[n])).worst, verdict::none) << "each by another process";
}

TEST(boot_key, spread_wide_it_is_an_event_until_a_hive_is_saved) {
    endpoint host;
    const text set2[] = {u"HKLM\\SYSTEM\\ControlSet002\\Control\\Lsa\\JD", u"HKLM\\SYSTEM\\ControlSet002\\Control\\Lsa\\Skew1",
                         u"HKLM\\SYSTEM\\ControlSet002\\Control\\Lsa\\GBG", u"HKLM\\SYSTEM\\ControlSet002\\Control\\Lsa\\Data"};
    EXPECT_EQ(host.feed(query_class(60, agent, set2[0])).worst, verdict::none);
    EXPECT_EQ(host.feed(query_class(60, agent, set2[1])).worst, verdict::event);
    host.wait(68);
    EXPECT_EQ(host.feed(query_class(60, agent, set2[2])).worst, verdict::none);
    EXPECT_EQ(host.feed(query_class(60, agent, set2[3])).worst, verdict::event) << "C2-03: two at a time";
    EXPECT_EQ(host.feed(save(60, agent, u"HKLM\\SYSTEM")).worst, verdict::convict) << "... and a hive later";
    EXPECT_EQ(host.feed(save(61, agent, u"HKLM\\SYSTEM")).worst, verdict::event) << "without the parts";
}

TEST(boot_key, must_not_fire) {
    struct reader {
        const char* what;
        text image;
        account user;
        verdict expected;
    };
    const reader readers[] = {
        {"lsass", lsass, account::system, verdict::none},
        {"a service as SYSTEM", svchost, account::system, verdict::none},
        {"a service as LOCAL SERVICE", svchost, account::local_service, verdict::none},
        {"a service host that a user started", svchost, account::user, verdict::convict},
        {"a program called svchost elsewhere", u"C:\\Users\\a\\svchost.exe", account::system, verdict::convict},
    };
    for (const reader& r : readers) {
        endpoint host;
        answer last;
        for (const text part : parts) last = host.feed(query_class(60, r.image, part).user(r.user));
        EXPECT_EQ(last.worst, r.expected) << r.what;
    }
}

TEST(hive_save, vectors_and_their_mutations) {
    endpoint host;
    EXPECT_EQ(host.feed(save(60, agent, u"HKLM\\SAM")).worst, verdict::convict);
    EXPECT_EQ(host.feed(save(61, agent, u"HKLM\\SYSTEM")).worst, verdict::event) << "C2-05: the boot key's half";
    EXPECT_EQ(host.feed(save(61, agent, u"HKLM\\SECURITY")).worst, verdict::convict) << "C2-05: both";
    EXPECT_EQ(host.feed(save(62, reg, u"HKLM\\SYSTEM")).worst, verdict::convict) << "by a tool";
    EXPECT_EQ(host.feed(save(63, agent, u"HKLM\\SOFTWARE")).worst, verdict::none);
    EXPECT_EQ(host.feed(save(63, agent, u"HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip")).worst, verdict::none) << "another part of SYSTEM";
    EXPECT_EQ(host.feed(save(62, reg, u"HKLM\\SYSTEM\\ControlSet001\\Control")).worst, verdict::convict) << "an ancestor of the boot key";
    EXPECT_EQ(host.feed(save(62, reg, u"HKLM\\SAM\\SAM\\Domains\\Builtin")).worst, verdict::none) << "no accounts below";
    EXPECT_EQ(host.feed(registry_change(62, reg, key_operation::load_key, u"HKLM\\offline").file(u"D:\\Windows\\System32\\config\\SAM")).worst, verdict::convict) << "C2.6";
    EXPECT_EQ(host.feed(registry_change(62, reg, key_operation::load_key, u"HKU\\bob").file(u"C:\\Users\\bob\\NTUSER.DAT")).worst, verdict::none);

    struct remote {
        const char* what;
        account user;
        uint32_t logon_type;
        text from;
        uint64_t before_s;
        verdict expected;
    };
    const remote cases[] = {
        {"C2-04", account::local_service, 3, u"10.0.0.7", 10, verdict::convict},
        {"too long ago", account::local_service, 3, u"10.0.0.7", 61, verdict::none},
        {"an interactive logon", account::local_service, 2, u"10.0.0.7", 10, verdict::none},
        {"a local one", account::local_service, 3, u"::1", 10, verdict::none},
        {"the backup service", account::system, 3, u"10.0.0.7", 10, verdict::none},
    };
    for (const remote& r : cases) {
        endpoint server;
        server.feed(logon(r.logon_type, r.from));
        server.wait(r.before_s - 1);
        const answer a = server.feed(save(40, svchost, u"HKLM\\SAM").user(r.user));
        EXPECT_EQ(a.worst, r.expected) << r.what;
        if (a.worst != verdict::convict) continue;
        EXPECT_EQ(a.action, response::deny) << "denied";
        EXPECT_EQ(a.whose, culprit::nobody) << "nobody on this machine to end";
    }
}

constexpr text keepers[] = {u"Dism.exe", u"SetupHost.exe", u"SrTasks.exe", u"rstrui.exe", u"RecoveryDrive.exe", u"wbengine.exe", u"vmwp.exe",
                            u"MRT.exe", u"vssvc.exe", u"TiWorker.exe", u"TrustedInstaller.exe"};

TEST(hive_save, must_not_fire) {
    for (const text name : keepers) {
        std::u16string path = u"C:\\Windows\\System32\\";
        path.append(name.data, name.size);
        endpoint host;
        EXPECT_EQ(host.feed(save(60, {path.data(), path.size()}, u"HKLM\\SAM")).worst, verdict::none);
        EXPECT_EQ(host.feed(save(60, {path.data(), path.size()}, u"HKLM\\SYSTEM")).worst, verdict::none);
        EXPECT_EQ(host.feed(file_change(60, {path.data(), path.size()}, file_operation::open,
                                        u"\\Device\\HarddiskVolumeShadowCopy4\\Windows\\System32\\config\\SAM").access(generic_read)).worst, verdict::none);
        std::u16string elsewhere = u"C:\\Users\\a\\";
        elsewhere.append(name.data, name.size);
        EXPECT_EQ(host.feed(save(61, {elsewhere.data(), elsewhere.size()}, u"HKLM\\SAM")).worst, verdict::convict) << "a name alone";
    }
    endpoint host;
    EXPECT_EQ(host.feed(save(4, u"System", u"HKLM\\SAM")).worst, verdict::none) << "the kernel";
    event start = process_start(60, u"C:\\$WINDOWS.~BT\\Sources\\SetupHost.exe", 50).build();
    start.data.create.signer = {truth::yes, truth::yes, truth::yes, 0, u"Microsoft Windows"};
    host.feed(start);
    EXPECT_EQ(host.feed(save(60, u"C:\\$WINDOWS.~BT\\Sources\\SetupHost.exe", u"HKLM\\SAM")).worst, verdict::none) << "Windows setup, by signature";
}

// ---- C2 and C3.4: hives by file and by command ------------------------------------------------------------------------------------

/// C3.4: a shadow copy, then the store: the second finding says so, for the maker's own hands and for nobody else's, for half an hour.
TEST(hive_file, a_store_behind_a_shadow_copy_of_the_same_hands) {
    constexpr text vssadmin = u"C:\\Windows\\System32\\vssadmin.exe", store = u"\\Device\\HarddiskVolumeShadowCopy2\\Windows\\NTDS\\ntds.dit";
    struct copying { const char* name; text line; uint32_t opener, opener_parent; uint64_t wait_s; bool linked; };
    const copying cases[] = {
        {"the shell that ran vssadmin copies", u"vssadmin create shadow /for=C:", 60, 40, 0, true},
        {"... a program that it starts", u"vssadmin create shadow /for=C:", 62, 60, 0, true},
        {"... 29 minutes later", u"vssadmin  Create Shadow /for=C:", 60, 40, 29 * 60, true},
        {"... an hour later", u"vssadmin create shadow /for=C:", 60, 40, 3600, false},
        {"another shell", u"vssadmin create shadow /for=C:", 63, 41, 0, false},
        {"shadow copies are only listed", u"vssadmin list shadows", 60, 40, 0, false},
        {"by WMI", u"wmic shadowcopy call create Volume=C:\\", 60, 40, 0, true},
        {"by script", u"diskshadow /s C:\\x.txt", 60, 40, 0, true},
    };
    for (const copying& k : cases) {
        policy::settings settings;
        settings.trust_from_path = true;
        const auto g = std::make_unique<engine::engine<64>>(settings);
        uint64_t time = 100'000 * policy::second_100ns;
        truth linked = truth::unknown;
        verdict worst = verdict::none;
        const auto feed = [&](event e, uint64_t after_s) {
            e.time_100ns = time += after_s * policy::second_100ns;
            g->process_event(e, [&](const rule& r, const outcome& o, const event&) {
                if (r.id != rules::hive_file_read.id) return;
                worst = o.evidence;
                linked = to_truth(o.atoms.has(rules::hive_file::o6));
            });
        };
        feed(process_start(60, cmd, 40, explorer).build(), 1);
        feed(process_start(63, cmd, 41, explorer).build(), 1);
        feed(process_start(61, vssadmin, 60, cmd).command_line(k.line).build(), 1);
        if (k.opener == 62) feed(process_start(62, cmd, k.opener_parent, cmd).build(), 1);
        feed(file_change(k.opener, cmd, file_operation::open, store).access(generic_read).build(), 1 + k.wait_s);
        EXPECT_EQ(worst, verdict::convict) << k.name;
        EXPECT_EQ(linked, to_truth(k.linked)) << k.name;
    }
}

TEST(hive_file, vectors_and_their_mutations) {
    const text shadow = u"\\Device\\HarddiskVolumeShadowCopy4\\Windows\\System32\\config\\SAM";
    const auto open = [](uint32_t pid, text image, text path, access_mask access = generic_read) {
        return file_change(pid, image, file_operation::open, path).access(access);
    };
    endpoint host;
    EXPECT_EQ(host.feed(open(60, agent, shadow)).rule_id, 0x0208) << "C3-04";
    EXPECT_EQ(host.feed(open(60, agent, shadow, file_read_attributes)).worst, verdict::none) << "attributes only";
    EXPECT_EQ(host.feed(open(60, agent, u"\\Device\\HarddiskVolumeShadowCopy4\\Windows\\System32\\config\\BBI")).worst, verdict::none);
    EXPECT_EQ(host.feed(open(60, agent, u"C:\\Windows\\System32\\config\\RegBack\\SYSTEM")).worst, verdict::convict);
    EXPECT_EQ(host.feed(open(60, agent, u"C:\\Windows\\repair\\sam")).worst, verdict::convict);
    EXPECT_EQ(host.feed(open(60, agent, u"E:\\Windows\\System32\\config\\SECURITY.LOG1")).worst, verdict::convict) << "another volume";
    EXPECT_EQ(host.feed(open(60, agent, u"\\\\srv\\c$\\@GMT-2023.07.19-19.20.48\\Windows\\NTDS\\ntds.dit")).worst, verdict::convict) << "previous versions";
    EXPECT_EQ(host.feed(open(60, agent, u"C:\\Windows\\System32\\config\\SAM")).worst, verdict::event) << "the live file";
    EXPECT_EQ(host.feed(open(61, cmd, u"C:\\Windows\\System32\\config\\SAM")).worst, verdict::convict);
    EXPECT_EQ(host.feed(open(61, cmd, u"C:\\Windows\\System32\\config\\SAM").succeeded(truth::no)).worst, verdict::event) << "refused";
    EXPECT_EQ(host.feed(open(60, agent, shadow).succeeded(truth::no)).worst, verdict::none) << "refused, by a signed program";
    EXPECT_EQ(host.feed(open(62, svchost, shadow)).worst, verdict::none) << "a Windows service";
    EXPECT_EQ(host.feed(open(4, u"System", shadow)).worst, verdict::none);
    EXPECT_EQ(host.feed(file_change(61, cmd, file_operation::set_security, u"C:\\Windows\\System32\\config\\SAM")).worst, verdict::convict) << "C2.7";
    EXPECT_TRUE(host.feed(open(61, cmd, u"C:\\Windows\\System32\\config\\SYSTEM")).denied) << "and denied before";
}

TEST(hive_copy, written_by_whom_took_the_store) {
    const auto create = [](uint32_t pid, text image, text path) { return file_change(pid, image, file_operation::create, path); };
    endpoint host;
    EXPECT_EQ(host.feed(create(60, agent, u"C:\\x\\ntds.dit")).worst, verdict::none) << "a name alone";
    host.feed(file_change(61, cmd, file_operation::open, u"\\Device\\HarddiskVolumeShadowCopy2\\Windows\\NTDS\\ntds.dit").access(generic_read));
    EXPECT_EQ(host.feed(create(61, cmd, u"C:\\x\\ntds.dit")).rule_id, 0x0209);
    EXPECT_EQ(host.feed(create(61, cmd, u"C:\\x\\notes.txt")).worst, verdict::none);
    EXPECT_TRUE(host.feed(create(61, cmd, u"C:\\x\\notes.txt")).blind.has(field::file_content)) << "it may be the copy";
    constexpr uint32_t regf = 0x66676572;
    EXPECT_EQ(host.feed(create(61, cmd, u"C:\\x\\notes.txt").signature(regf).bytes(0, 20480)).worst, verdict::convict);
    EXPECT_EQ(host.feed(create(61, cmd, u"C:\\x\\notes.txt").signature(regf).bytes(0, 4096)).worst, verdict::none) << "too small for a hive";
    EXPECT_EQ(host.feed(create(61, cmd, u"C:\\x\\notes.txt").signature(0x04034b50).bytes(0, 20480)).worst, verdict::none);
    host.wait(601);
    EXPECT_EQ(host.feed(create(61, cmd, u"C:\\x\\SAM")).worst, verdict::none) << "long after";
    host.feed(save(62, agent, u"HKLM\\SYSTEM"));
    EXPECT_EQ(host.feed(create(62, agent, u"C:\\x\\system.hive")).worst, verdict::convict) << "after a save";
    EXPECT_EQ(host.feed(create(62, agent, u"C:\\x\\System.dll")).worst, verdict::none);
    host.feed(process_start(63, svchost, 10, services).command_line(u"C:\\Windows\\system32\\svchost.exe -k localService -p -s RemoteRegistry"));
    const answer remote = host.feed(create(63, svchost, u"C:\\Windows\\Temp\\kTyWqJpN.tmp"));
    EXPECT_EQ(remote.worst, verdict::convict) << "C2.10: a remote client saves a key";
    EXPECT_EQ(remote.action, response::deny);
    EXPECT_EQ(remote.whose, culprit::nobody);
    host.feed(process_start(64, svchost, 10, services).command_line(u"C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule"));
    EXPECT_EQ(host.feed(create(64, svchost, u"C:\\Windows\\Temp\\kTyWqJpN.tmp")).worst, verdict::none) << "another service";
    EXPECT_EQ(host.feed(create(4, u"System", u"C:\\Windows\\System32\\config\\SAM")).worst, verdict::none);
}

TEST(hive_copy, after_a_raw_read) {
    const auto create = [](uint32_t pid, text image, text path) { return file_change(pid, image, file_operation::create, path); };
    const auto read = [](uint32_t pid, text image) { return file_change(pid, image, file_operation::read, u"\\Device\\HarddiskVolume2"); };
    const text powershell = u"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";
    struct reader {
        const char* what;
        text image;
        bool reads;
        text path;
        uint64_t wait_s;
        verdict expected;
    };
    const reader readers[] = {
        {"an untrusted program", tool, true, u"C:\\x\\SAM", 1, verdict::convict},
        {"a script host", powershell, true, u"C:\\x\\ntds.dit", 1, verdict::convict},
        {"... that read no volume", powershell, false, u"C:\\x\\ntds.dit", 1, verdict::none},
        {"... long before", powershell, true, u"C:\\x\\ntds.dit", 601, verdict::none},
        {"... and writes something else", powershell, true, u"C:\\x\\sample.txt", 1, verdict::none},
        {"a backup product", agent, true, u"C:\\x\\SAM", 1, verdict::none},
        {"Windows", svchost, true, u"C:\\x\\SYSTEM", 1, verdict::none},
    };
    for (const reader& r : readers) {
        endpoint host;
        if (r.reads) host.feed(read(60, r.image));
        host.wait(r.wait_s);
        EXPECT_EQ(host.feed(create(60, r.image, r.path)).worst, r.expected) << r.what;
    }
}

TEST(hive_copy, both_halves_under_like_names) {
    struct writer {
        const char* what;
        text image, first, second;
        verdict expected;
    };
    const writer writers[] = {
        {"an untrusted program", tool, u"C:\\x\\SAM-2021-07-20", u"C:\\x\\SYSTEM-2021-07-20", verdict::convict},
        {"... in the other order and spelling", tool, u"C:\\x\\System.out", u"C:\\x\\sAm.OUT", verdict::convict},
        {"... event logs", tool, u"C:\\x\\Security.evtx", u"C:\\x\\System.evtx", verdict::none},
        {"... the directory", tool, u"C:\\x\\ntds.dit", u"C:\\x\\SYSTEM", verdict::convict},
        {"... named differently", tool, u"C:\\x\\sam.log", u"C:\\x\\system-update.log", verdict::none},
        {"... in two places", tool, u"C:\\x\\SAM", u"C:\\y\\SYSTEM", verdict::none},
        {"... the same half twice", tool, u"C:\\x\\SAM", u"C:\\x\\SECURITY", verdict::none},
        {"... other words", tool, u"C:\\x\\samples.txt", u"C:\\x\\systemples.txt", verdict::none},
        {"a signed product", agent, u"C:\\x\\SAM", u"C:\\x\\SYSTEM", verdict::none},
        {"Windows' registry, in its own place", tool, u"C:\\Windows\\System32\\config\\SAM", u"C:\\Windows\\System32\\config\\SYSTEM", verdict::none},
        {"a tool that saves keys", reg, u"C:\\x\\sam.hive", u"C:\\x\\system.hive", verdict::convict},
    };
    for (const writer& w : writers) {
        endpoint host;
        host.feed(file_change(60, w.image, file_operation::create, w.first));
        EXPECT_EQ(host.feed(file_change(60, w.image, file_operation::create, w.second)).worst, w.expected) << w.what;
        endpoint slow;
        slow.feed(file_change(60, w.image, file_operation::create, w.first));
        slow.wait(601);
        EXPECT_EQ(slow.feed(file_change(60, w.image, file_operation::create, w.second)).worst, verdict::none) << w.what << ", long after";
    }
}

TEST(hive_command, what_the_command_line_names) {
    struct command {
        const char* what;
        text image, line;
        verdict expected;
    };
    const command commands[] = {
        {"save of SAM", reg, u"reg  save HKLM\\SAM sam.hive", verdict::convict},
        {"... by its long name, quoted", reg, u"\"C:\\Windows\\System32\\reg.exe\" SAVE \"HKEY_LOCAL_MACHINE\\sam\" x", verdict::convict},
        {"... of another machine", reg, u"reg save \\\\srv1\\HKLM\\SECURITY x", verdict::convict},
        {"save of SYSTEM", reg, u"reg save hklm\\system C:\\x", verdict::convict},
        {"the tool under another name", u"C:\\Windows\\Temp\\a.exe", u"a.exe save HKLM\\SYSTEM C:\\x", verdict::convict},
        {"save of another key", reg, u"reg save HKLM\\SOFTWARE\\Vendor x", verdict::none},
        {"a query of SAM", reg, u"reg query HKLM\\SAM", verdict::none},
        {"an export of SYSTEM has no class names", reg, u"reg export HKLM\\SYSTEM x.reg", verdict::none},
        {"an export of SAM", reg, u"reg export HKLM\\SAM x.reg", verdict::convict},
        {"a shell that is told so: recorded, its child is convicted", cmd, u"cmd.exe /c \"reg save HKLM\\SAM sam.hive\"", verdict::event},
        {"copy out of a shadow copy", cmd, u"cmd /c \"copy \\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1\\Windows\\System32\\config\\SYSTEM C:\\x\"", verdict::convict},
        {"... of another file", cmd, u"cmd /c \"copy \\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1\\Users\\a\\b.txt C:\\x\"", verdict::none},
        {"a snapshot and the live file", u"C:\\Windows\\System32\\esentutl.exe", u"esentutl.exe /y /vss c:/windows\\system32/config/SAM /d C:\\x", verdict::convict},
        {"... without the snapshot", u"C:\\Windows\\System32\\esentutl.exe", u"esentutl.exe /y c:\\windows\\system32\\config\\SAM /d C:\\x", verdict::event},
        {"behind a switch", u"C:\\Windows\\System32\\wbadmin.exe", u"wbadmin start backup -include:C:\\Windows\\System32\\config\\RegBack\\SAM", verdict::convict},
        {"a folder and a name in it", u"C:\\Windows\\System32\\Robocopy.exe", u"robocopy /b C:\\Windows\\System32\\config C:\\x SAM", verdict::event},
        {"... on a shadow copy", u"C:\\Windows\\System32\\Robocopy.exe",
         u"robocopy /b \\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy2\\Windows\\NTDS\\ C:\\x ntds.dit", verdict::convict},
        {"the folder alone", u"C:\\Windows\\System32\\Robocopy.exe", u"robocopy C:\\Windows\\System32\\config C:\\x *.evt", verdict::none},
        {"a folder and both halves in it", u"C:\\Windows\\System32\\Robocopy.exe", u"robocopy /b C:\\Windows\\System32\\config C:\\x SAM SYSTEM", verdict::convict},
        {"... one half and a hive that holds neither", u"C:\\Windows\\System32\\Robocopy.exe", u"robocopy /b C:\\Windows\\System32\\config C:\\x SYSTEM DEFAULT", verdict::event},
        {"a list of live stores", u"C:\\Windows\\System32\\wbadmin.exe",
         u"wbadmin start backup -backuptarget:E: -include:C:\\Windows\\System32\\config\\SECURITY,C:\\Windows\\System32\\config\\SYSTEM", verdict::convict},
        {"... of one", u"C:\\Windows\\System32\\wbadmin.exe",
         u"wbadmin start backup -backuptarget:E: -include:C:\\Windows\\System32\\config\\SECURITY,C:\\Users", verdict::event},
        {"a path in a script", u"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
         u"powershell -c \"[IO.File]::Copy('\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy2\\windows\\system32\\config\\SAM','c:\\x')\"", verdict::convict},
        {"... to another file", u"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
         u"powershell -c \"[IO.File]::Copy('\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy2\\users\\a\\b','c:\\x')\"", verdict::none},
        {"repairing the access list", u"C:\\Windows\\System32\\icacls.exe", u"icacls %windir%\\system32\\config\\SAM /inheritance:e", verdict::event},
        {"an installation set of the directory", u"C:\\Windows\\System32\\ntdsutil.exe", u"ntdsutil \"ac i ntds\" ifm \"create full c:\\x\" q q", verdict::event},
        {"... quoted with apostrophes", u"C:\\Windows\\System32\\ntdsutil.exe", u"ntdsutil.exe  'ac i ntds' 'ifm' 'create full c:\\x' q q", verdict::event},
        {"ntdsutil's other work", u"C:\\Windows\\System32\\ntdsutil.exe", u"ntdsutil \"ac i ntds\" files info q q", verdict::none},
        {"an untrusted program is given the live file", tool, u"tool.exe C:\\Windows\\System32\\config\\SECURITY", verdict::convict},
        {"a bare name", tool, u"tool.exe SAM SYSTEM", verdict::none},
        {"Windows setup", dism, u"dism.exe save HKLM\\SYSTEM x", verdict::none},
        {"nothing of it", explorer, u"explorer.exe C:\\Users", verdict::none},
        {"only the program", reg, u"reg", verdict::none},
    };
    for (const command& c : commands) {
        endpoint host;
        EXPECT_EQ(host.feed(process_start(60, c.image, 50, cmd).command_line(c.line)).worst, c.expected) << c.what;
    }
    endpoint host;
    EXPECT_TRUE(host.feed(process_start(60, tool, 50, cmd)).blind.has(field::command_line));
    host.feed(process_start(61, u"C:\\Windows\\System32\\esentutl.exe", 50, cmd).command_line(u"esentutl /y C:\\Windows\\System32\\config\\SAM /d C:\\x\\SAM"));
    EXPECT_EQ(host.feed(file_change(61, u"C:\\Windows\\System32\\esentutl.exe", file_operation::create, u"C:\\x\\SAM")).worst, verdict::convict) << "the copy itself";
}

// ---- C3: the disk -----------------------------------------------------------------------------------------------------------------

constexpr policy::protected_extent extents[] = {
    {3, 0x500'0000, 0x10'0000, policy::protected_extent::content::store},
    {3, 0x4000'0000, 0x800'0000, policy::protected_extent::content::file_table},
};

TEST(raw_disk, vectors_and_their_mutations) {
    const auto read = [](uint32_t pid, text image, uint64_t offset, uint64_t size, uint64_t volume = 3, text device = u"\\Device\\HarddiskVolume3") {
        return file_change(pid, image, file_operation::read, device).bytes(offset, size, volume);
    };
    endpoint host(extents);
    EXPECT_EQ(host.feed(read(60, tool, 0, 512, 9, u"\\\\.\\PhysicalDrive0")).worst, verdict::event) << "C3-01 boot sector";
    EXPECT_EQ(host.feed(read(66, agent, 0x500'1000, 4096)).rule_id, 0x0301) << "C3-02 whoever reads it";
    EXPECT_EQ(host.feed(read(66, agent, 0x4ff'f000, 0x1000)).worst, verdict::none) << "just before";
    EXPECT_EQ(host.feed(read(66, agent, 0x4ff'f000, 0x1001)).worst, verdict::convict) << "one byte of it";
    EXPECT_EQ(host.feed(read(66, agent, 0x510'0000, 0x1000)).worst, verdict::none) << "just behind";
    EXPECT_EQ(host.feed(read(66, agent, 0x500'1000, 4096, 4)).worst, verdict::none) << "another volume";
    EXPECT_EQ(host.feed(read(61, agent, UINT64_MAX - 1, UINT64_MAX)).worst, verdict::event) << "no overflow: bulk, nothing protected";
    EXPECT_EQ(host.feed(read(4, u"System", 0x500'1000, 4096)).worst, verdict::none);
    EXPECT_EQ(host.feed(read(62, u"C:\\Windows\\System32\\vssvc.exe", 0x500'1000, 4096)).worst, verdict::none);
    EXPECT_EQ(host.feed(read(63, cmd, 0x500'1000, 4096)).worst, verdict::convict) << "a Windows program without that task";
    EXPECT_EQ(host.feed(file_change(64, tool, file_operation::open, u"\\\\.\\C:").access(file_read_attributes)).worst, verdict::none) << "C3-05";
    EXPECT_EQ(host.feed(file_change(64, tool, file_operation::fsctl, u"\\\\.\\C:").control_code(0x7405c)).worst, verdict::none) << "... IOCTL_DISK_GET_LENGTH_INFO";
    EXPECT_EQ(host.feed(file_change(65, agent, file_operation::fsctl, u"\\\\.\\C:").control_code(0x900b3)).worst, verdict::none) << "C3-03 USN";
    EXPECT_EQ(host.feed(file_change(64, tool, file_operation::open, u"\\\\.\\C:").access(generic_read)).worst, verdict::event);
    EXPECT_EQ(host.feed(file_change(64, tool, file_operation::open, u"C:\\Users\\a\\x").access(generic_read)).worst, verdict::none) << "a file";
}

TEST(raw_disk, bulk_file_table_and_pass_through) {
    const auto read = [](uint32_t pid, text image, uint64_t offset, uint64_t size) {
        return file_change(pid, image, file_operation::read, u"\\\\.\\HarddiskVolume3").bytes(offset, size, 3);
    };
    endpoint host(extents);
    EXPECT_EQ(host.feed(read(60, tool, 0x900'0000, 0x8'0000)).worst, verdict::event) << "untrusted, little";
    EXPECT_EQ(host.feed(read(60, tool, 0x908'0000, 0x8'0000)).worst, verdict::convict) << "1 MiB together";
    EXPECT_EQ(host.feed(read(61, agent, 0x900'0000, 0x10'0000)).worst, verdict::event) << "signed: recorded";
    EXPECT_EQ(host.feed(read(62, svchost, 0x900'0000, 0x10'0000)).worst, verdict::none) << "Windows";
    for (int n = 0; n < 4; ++n) EXPECT_EQ(host.feed(read(63, agent, 0x4000'0000 + n * 0x10'0000u, 0x10'0000)).worst, verdict::none) << "an indexer reads the table";
    EXPECT_EQ(host.feed(read(63, agent, 0x900'0000, 4096)).worst, verdict::event) << "... and then a file";
    host.feed(read(64, tool, 0x4000'0000, 4096));
    EXPECT_EQ(host.feed(read(64, tool, 0x900'0000, 4096)).worst, verdict::convict);

    const auto control = [](uint32_t pid, text image, text path, uint32_t code) { return file_change(pid, image, file_operation::fsctl, path).control_code(code); };
    const text hive = u"C:\\Windows\\System32\\config\\SAM";
    EXPECT_EQ(host.feed(control(70, tool, hive, 0x90073)).worst, verdict::convict) << "C3.3 where does it lie?";
    EXPECT_EQ(host.feed(control(71, agent, hive, 0x90073)).worst, verdict::event);
    EXPECT_EQ(host.feed(control(72, u"C:\\Windows\\System32\\defrag.exe", hive, 0x90073)).worst, verdict::none);
    EXPECT_EQ(host.feed(control(70, tool, u"C:\\Users\\a\\x", 0x90073)).worst, verdict::none) << "another file";
    EXPECT_EQ(host.feed(control(70, tool, u"\\\\.\\PhysicalDrive0", 0x4d014)).worst, verdict::convict) << "pass-through";
    const text script = u"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";
    EXPECT_EQ(host.feed(read(73, script, 0x900'0000, 512)).worst, verdict::event) << "a script";
    EXPECT_EQ(host.feed(read(73, script, 0x900'0000, 0x10'0000)).worst, verdict::convict) << "... in bulk";
    EXPECT_EQ(host.feed(control(71, agent, u"\\\\.\\PhysicalDrive0", 0x4d014)).worst, verdict::event);
    EXPECT_EQ(host.feed(control(72, u"C:\\Windows\\System32\\defrag.exe", u"\\\\.\\PhysicalDrive0", 0x4d014)).worst, verdict::none);
}

TEST(raw_disk, what_is_not_known_is_blind) {
    endpoint host;  // no extents
    const answer a = host.feed(file_change(60, agent, file_operation::read, u"\\Device\\HarddiskVolume3"));
    EXPECT_EQ(a.worst, verdict::none);
    EXPECT_TRUE(a.blind.has(field::disk_extents));
}

TEST(raw_disk, must_not_fire) {
    endpoint host(extents);
    for (const text name : {text(u"vds.exe"), text(u"defrag.exe"), text(u"chkdsk.exe"), text(u"autochk.exe"), text(u"diskpart.exe"), text(u"manage-bde.exe"),
                            text(u"BdeUISrv.exe"), text(u"SearchIndexer.exe"), text(u"TiWorker.exe")}) {
        std::u16string path = u"C:\\Windows\\System32\\";
        path.append(name.data, name.size);
        EXPECT_EQ(host.feed(file_change(60, {path.data(), path.size()}, file_operation::read, u"\\\\.\\C:").bytes(0x500'0000, 0x20'0000, 3)).worst, verdict::none);
    }
    EXPECT_EQ(host.feed(file_change(61, explorer, file_operation::read, u"\\\\.\\E:").bytes(0, 0x20'0000, 5)).worst, verdict::none) << "format, eject";
}

}  // namespace
