// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Application Verifier protection end to end, on synthetic streams: the vectors V1-01 to V1-05 of its specification, what must not fire,
// mutation pairs, PID reuse and starts that no sensor saw.
#include <gtest/gtest.h>

#include <bartizan/engine/engine.hpp>
#include <bartizan/testing/raw_events.hpp>
#include <memory>
#include <string>

namespace {

using namespace bartizan;
using namespace bartizan::testing;
using operation = registry_payload::operation;

constexpr text reg = u"C:\\Windows\\System32\\reg.exe";
constexpr text victim = u"C:\\Program Files\\Vendor\\av.exe";
#define IFEO u"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options"

struct answer {
    verdict worst = verdict::none;
    response action = response::none;
    bool denied = false;
    field_set blind;
};

class endpoint {
  public:
    explicit endpoint(policy::settings settings = {}) : engine_(std::make_unique<engine::engine<64>>(settings)) {}

    answer feed(event e) {
        e.time_100ns = time_ += policy::second_100ns;
        answer out;
        engine_->process_event(e, [&](const rule& r, const outcome& o, const event&) {
            if (r.group != family::application_verifier) return;
            if (o.evidence > out.worst) out.worst = o.evidence;
            if (o.action > out.action) out.action = o.action;
            out.blind.bits |= o.blind.bits;
        });
        out.denied = rules::before(e).what == pre_outcome::decision::deny;
        return out;
    }
    template <class Builder>
    answer feed(const Builder& b) { return feed(b.build()); }
    void wait(uint64_t seconds) { time_ += seconds * policy::second_100ns; }

    answer set(text key, text name, text data) { return feed(registry_change(200, reg, operation::set_value, key, name, data)); }
    answer set(text key, text name, uint64_t number) { return feed(registry_change(200, reg, operation::set_value, key, name).number(number)); }

    /// A start with its first maps in their order.
    void start(uint32_t pid, bool with_ntdll = true, uint32_t subsystem = 0) {
        event e = process_start(pid, victim, 100, u"C:\\Windows\\explorer.exe").command_line(u"av.exe").build();
        e.data.create.subsystem = subsystem;
        feed(e);
        feed(load(pid, victim));
        if (with_ntdll) feed(load(pid, u"C:\\Windows\\System32\\ntdll.dll").signed_by(u"Microsoft Windows", true));
    }
    static image_load load(uint32_t pid, text module) { return image_load(pid, victim, module); }

  private:
    std::unique_ptr<engine::engine<64>> engine_;
    uint64_t time_ = 1000 * policy::second_100ns;
};

bool convicts(const answer& a) { return a.worst == verdict::convict && a.action == response::deny && a.denied; }
bool silent(const answer& a) { return a.worst == verdict::none && !a.denied; }
image_load windows_module(uint32_t pid, text module) { return image_load(pid, victim, module).signed_by(u"Microsoft Windows", true); }

// ---- vectors -------------------------------------------------------------------------------------------------------------------

TEST(verifier_vectors, v1_01_windows_own_providers) {
    endpoint host;
    EXPECT_TRUE(silent(host.set(IFEO u"\\test.exe", u"VerifierDlls", u"vrfcore.dll vfbasics.dll")));
    EXPECT_TRUE(silent(host.set(IFEO u"\\test.exe", u"GlobalFlag", 0x100)));
    EXPECT_TRUE(silent(host.set(IFEO u"\\lsass.exe", u"VerifierDlls", u"vrfcore.dll"))) << "for any program";
    host.start(300);
    EXPECT_TRUE(silent(host.feed(windows_module(300, u"C:\\Windows\\System32\\verifier.dll"))));
    EXPECT_TRUE(silent(host.feed(windows_module(300, u"C:\\Windows\\System32\\vrfcore.dll").original_file_name(u"vrfcore.dll"))));
}

TEST(verifier_vectors, v1_02_a_foreign_provider) {
    for (const bool guarded : {true, false}) {
        const text products[] = {u"AV.EXE"};
        policy::settings settings;
        if (guarded) settings.guarded_programs = products;
        endpoint host(settings);
        const answer registered = host.set(IFEO u"\\av.exe", u"VerifierDlls", u"evil.dll");
        EXPECT_EQ(convicts(registered), guarded);
        EXPECT_EQ(registered.worst, guarded ? verdict::convict : verdict::event);
        EXPECT_TRUE(convicts(host.set(IFEO u"\\av.exe", u"GlobalFlag", 0x100))) << "the pair within ten minutes";
    }
    endpoint host;
    host.start(300);
    host.feed(windows_module(300, u"C:\\Windows\\System32\\verifier.dll"));
    EXPECT_TRUE(convicts(host.feed(endpoint::load(300, u"C:\\Windows\\System32\\evil.dll").is_unsigned()))) << "no registry needed";
}

TEST(verifier_vectors, v1_03_the_settings_renamed) {
    endpoint host;
    EXPECT_TRUE(convicts(host.feed(registry_change(200, reg, operation::rename_key, IFEO, {}, u"x"))));
    EXPECT_TRUE(convicts(host.feed(registry_change(200, reg, operation::rename_key, u"\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\Windows NT", {}, u"x")))) << "an ancestor";
    EXPECT_TRUE(convicts(host.feed(registry_change(200, reg, operation::rename_key, u"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\x", {}, u"Image File Execution Options"))))
        << "back to their place";
    EXPECT_TRUE(convicts(host.feed(registry_change(200, reg, operation::load_key, IFEO))));
    event link = registry_change(200, reg, operation::create_key, IFEO).build();
    link.data.registry.options = 2;
    EXPECT_TRUE(convicts(host.feed(link)));
    link.data.registry.options = 0;
    EXPECT_TRUE(silent(host.feed(link))) << "an ordinary create";
    EXPECT_TRUE(silent(host.feed(registry_change(200, reg, operation::rename_key, u"HKLM\\SOFTWARE\\Vendor\\a", {}, u"b"))));
    EXPECT_TRUE(silent(host.feed(registry_change(200, reg, operation::rename_key, u"HKLM\\SOFTWARE\\Vendor\\a", {}, u"Image File Execution Options"))));
    EXPECT_TRUE(silent(host.feed(registry_change(200, reg, operation::rename_key, IFEO u"\\a.exe", {}, u"b.exe"))));
}

TEST(verifier_vectors, v1_04_the_users_settings) {
    const text key = u"HKU\\S-1-5-21-1-2-3-1001\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\lsass.exe";
    const text manager = u"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager";
    endpoint host;
    host.set(manager, u"ImageExecutionOptions", 1);
    EXPECT_TRUE(convicts(host.set(key, u"VerifierDlls", u"evil.dll")));
    host.set(manager, u"ImageExecutionOptions", uint64_t{0});
    EXPECT_TRUE(silent(host.set(key, u"VerifierDlls", u"evil.dll"))) << "switched off, nothing reads them";
    endpoint unknown;
    EXPECT_TRUE(convicts(unknown.set(key, u"VerifierDlls", u"evil.dll"))) << "set before the sensor started, perhaps";
}

TEST(verifier_vectors, v1_05_a_native_process) {
    for (const uint32_t subsystem : {1u, 2u, 3u}) {
        endpoint host;
        host.start(300, true, subsystem);
        host.feed(windows_module(300, u"C:\\Windows\\System32\\verifier.dll"));
        EXPECT_EQ(convicts(host.feed(endpoint::load(300, u"C:\\Windows\\System32\\evil.dll").is_unsigned())), subsystem != 1);
    }
}

// ---- evasions and pairs ----------------------------------------------------------------------------------------------------------

TEST(verifier, every_spelling_of_the_settings) {
    for (const text key : {text(u"\\REGISTRY\\MACHINE\\SOFTWARE\\MICROSOFT\\WINDOWS NT\\CURRENTVERSION\\IMAGE FILE EXECUTION OPTIONS\\LSASS.EXE"),
                           text(u"HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\lsass.exe"),
                           text(u"HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\Lsass.exe"),
                           text(IFEO u"\\lsass.exe\\0"), text(IFEO u"\\chrome.exe"), text(IFEO u"\\MsMpEng.exe")}) {
        endpoint host;
        EXPECT_TRUE(convicts(host.set(key, u"verifierdlls", u"evil.dll"))) << key.size;
    }
}

TEST(verifier, the_flag_as_a_string_and_in_either_order) {
    struct flag {
        text data;
        bool on;
    };
    for (const flag& f : {flag{u"0x100", true}, flag{u"256", true}, flag{u"0x02000100", true}, flag{u"0x02000000", false}, flag{u"0x0", false}, flag{u"abc", false}, flag{u"", false}}) {
        for (const bool flag_first : {true, false}) {
            endpoint host;
            if (flag_first) host.set(IFEO u"\\a.exe", u"GlobalFlag", f.data);
            const answer provider = host.set(IFEO u"\\a.exe", u"VerifierDlls", u"evil.dll");
            const answer last = flag_first ? provider : host.set(IFEO u"\\a.exe", u"GlobalFlag", f.data);
            EXPECT_EQ(convicts(last), f.on) << f.data.size << flag_first;
        }
    }
    endpoint late;
    late.set(IFEO u"\\a.exe", u"VerifierDlls", u"evil.dll");
    late.wait(700);
    EXPECT_TRUE(silent(late.set(IFEO u"\\a.exe", u"GlobalFlag", 0x100))) << "not within ten minutes";
    endpoint other;
    other.set(IFEO u"\\a.exe", u"VerifierDlls", u"evil.dll");
    EXPECT_TRUE(silent(other.set(IFEO u"\\b.exe", u"GlobalFlag", 0x100))) << "another program";
}

TEST(verifier, a_provider_that_is_a_path) {
    endpoint host;
    EXPECT_TRUE(convicts(host.set(IFEO u"\\a.exe", u"VerifierDlls", u"..\\..\\Users\\a\\evil.dll")));
    EXPECT_EQ(host.set(IFEO u"\\b.exe", u"VerifierDlls", u"evil.dll").worst, verdict::event);
}

TEST(verifier, a_system_library_under_a_providers_name) {
    const auto drop = [](text path) { return file_change(200, reg, file_payload::operation::create, path); };
    endpoint after;
    after.set(IFEO u"\\a.exe", u"VerifierDlls", u"evil.dll");
    EXPECT_EQ(after.feed(drop(u"C:\\Windows\\System32\\EVIL.dll")).worst, verdict::event);
    EXPECT_TRUE(silent(after.feed(drop(u"C:\\Windows\\System32\\other.dll"))));
    EXPECT_TRUE(silent(after.feed(drop(u"C:\\Users\\a\\evil.dll"))));
    after.wait(25 * 3600);
    EXPECT_TRUE(silent(after.feed(drop(u"C:\\Windows\\System32\\evil.dll")))) << "a day later";
}

TEST(verifier, what_tells_a_provider_from_a_foreign_module) {
    struct module {
        const char* what;
        text path;
        bool windows_signed;
        text original;
        verdict expected;
    };
    for (const module& m : {module{"unsigned", u"C:\\Windows\\System32\\evil.dll", false, {}, verdict::convict}, module{"listed, signed", u"C:\\Windows\\System32\\vfbasics.dll", true, {}, verdict::none},
                            module{"listed name, unsigned", u"C:\\Windows\\System32\\vfbasics.dll", false, {}, verdict::convict},
                            module{"signed, unlisted", u"C:\\Windows\\System32\\dbghelp.dll", true, {}, verdict::event},
                            module{"listed name, another file's name inside", u"C:\\Windows\\System32\\vfbasics.dll", true, u"dbghelp.dll", verdict::event},
                            module{"listed name elsewhere", u"C:\\Users\\a\\vfbasics.dll", true, {}, verdict::event},
                            module{"an early module", u"C:\\Windows\\System32\\KernelBase.dll", true, {}, verdict::none},
                            module{"an early module's name elsewhere", u"C:\\Users\\a\\KernelBase.dll", false, {}, verdict::convict},
                            module{"32-bit", u"C:\\Windows\\SysWOW64\\evil.dll", false, {}, verdict::convict}}) {
        endpoint host;
        host.start(300);
        host.feed(windows_module(300, u"C:\\Windows\\System32\\verifier.dll"));
        image_load load(300, victim, m.path);
        if (m.windows_signed) load.signed_by(u"Microsoft Windows", true);
        else load.is_unsigned();
        load.original_file_name(m.original);
        EXPECT_EQ(host.feed(load).worst, m.expected) << m.what;
    }
}

TEST(verifier, an_unknown_signature_is_recorded_and_named) {
    endpoint host;
    host.start(300);
    host.feed(windows_module(300, u"C:\\Windows\\System32\\verifier.dll"));
    const answer a = host.feed(endpoint::load(300, u"C:\\Windows\\System32\\evil.dll"));
    EXPECT_EQ(a.worst, verdict::event);
    EXPECT_TRUE(a.blind.has(field::module_signature));
    EXPECT_FALSE(a.denied);
}

TEST(verifier, other_execution_options) {
    endpoint host;
    EXPECT_EQ(host.set(IFEO u"\\sethc.exe", u"Debugger", u"C:\\windows\\system32\\cmd.exe").worst, verdict::event);
    EXPECT_EQ(host.set(IFEO u"\\notepad.exe", u"Debugger", u"\"C:\\windows\\system32\\cmd.exe\" /k").worst, verdict::event) << "an interpreter anywhere";
    EXPECT_EQ(host.set(IFEO u"\\MsMpEng.exe", u"Debugger", u"svchost.exe").worst, verdict::event) << "anything for a protected program";
    EXPECT_TRUE(silent(host.set(IFEO u"\\myapp.exe", u"Debugger", u"C:\\Debuggers\\windbg.exe -g"))) << "a debugger";
    EXPECT_EQ(host.set(u"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SilentProcessExit\\a.exe", u"MonitorProcess", u"C:\\x.exe").worst, verdict::event);
    EXPECT_EQ(host.set(IFEO u"\\MsMpEng.exe", u"MitigationOptions", uint64_t{1} << 44).worst, verdict::event);
    EXPECT_TRUE(silent(host.set(IFEO u"\\vendor.exe", u"MitigationOptions", uint64_t{1} << 44))) << "its own program";
    EXPECT_TRUE(silent(host.set(IFEO u"\\MsMpEng.exe", u"MitigationOptions", uint64_t{2} << 44))) << "always off";
    EXPECT_EQ(host.set(u"HKLM\\SYSTEM\\ControlSet001\\Control\\Session Manager\\kernel", u"MitigationOptions", uint64_t{1} << 44).worst, verdict::event) << "for all programs";
}

// ---- must not fire -------------------------------------------------------------------------------------------------------------

TEST(verifier_must_not_fire, gflags_page_heap_and_others) {
    endpoint host;
    EXPECT_TRUE(silent(host.set(IFEO u"\\lsass.exe", u"GlobalFlag", 0x02000000))) << "page heap";
    EXPECT_TRUE(silent(host.set(IFEO u"\\a.exe", u"PageHeapFlags", 3)));
    EXPECT_TRUE(silent(host.set(u"HKLM\\SOFTWARE\\Vendor", u"VerifierDlls", u"evil.dll"))) << "the name elsewhere";
    const text own[] = {u"VENDORVRF.DLL"};
    policy::settings settings;
    settings.verifier_providers = own;
    endpoint custom(settings);
    EXPECT_TRUE(silent(custom.set(IFEO u"\\lsass.exe", u"VerifierDlls", u"vendorvrf.dll"))) << "a policy's own provider";
}

TEST(verifier_must_not_fire, verifier_loaded_late_to_write_a_dump) {
    endpoint host;
    host.start(300);
    host.feed(windows_module(300, u"C:\\Windows\\System32\\kernel32.dll"));
    host.feed(windows_module(300, u"C:\\Windows\\System32\\KernelBase.dll"));
    EXPECT_TRUE(silent(host.feed(windows_module(300, u"C:\\Windows\\System32\\verifier.dll"))));
    EXPECT_TRUE(silent(host.feed(endpoint::load(300, u"C:\\Users\\a\\plugin.dll").is_unsigned())));
}

TEST(verifier_must_not_fire, a_program_without_verifier) {
    endpoint host;
    host.start(300);
    EXPECT_TRUE(silent(host.feed(endpoint::load(300, u"C:\\Users\\a\\early.dll").is_unsigned())));
}

// ---- loss and reuse ------------------------------------------------------------------------------------------------------------

TEST(verifier, loads_that_do_not_begin_at_the_start_prove_no_order) {
    for (const bool with_start : {true, false}) {
        endpoint host;
        if (with_start) host.start(300, false);
        host.feed(windows_module(300, u"C:\\Windows\\System32\\verifier.dll"));
        const answer a = host.feed(endpoint::load(300, u"C:\\Users\\a\\evil.dll").is_unsigned());
        EXPECT_TRUE(silent(a));
        EXPECT_TRUE(a.blind.has(field::load_order));
    }
}

TEST(verifier, a_reused_pid_begins_anew) {
    endpoint host;
    host.start(300);
    host.feed(windows_module(300, u"C:\\Windows\\System32\\verifier.dll"));
    host.feed(process_end(300, victim));
    host.start(300);
    EXPECT_TRUE(silent(host.feed(endpoint::load(300, u"C:\\Users\\a\\early.dll").is_unsigned())));
}

TEST(verifier, a_change_without_its_data_is_blind) {
    endpoint host;
    event e = registry_change(200, reg, operation::set_value, IFEO u"\\lsass.exe", u"VerifierDlls").build();
    const answer a = host.feed(e);
    EXPECT_TRUE(silent(a));
    EXPECT_TRUE(a.blind.has(field::registry_data));
}

}  // namespace
