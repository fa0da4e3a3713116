// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <bartizan/response/clean_up.hpp>

#include "graph_events.hpp"

namespace {

using namespace bartizan_tests;

constexpr story_process dropper = known_by_key(0x100, 6100, u"C:\\Users\\dana\\Downloads\\invoice.exe");
constexpr story_process browser = known_by_key(0x103, 6400, u"C:\\Program Files\\Browser\\browser.exe");
constexpr story_process power = known_by_key(0x102, 6300, u"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe");

template <class Story>
nlohmann::json list_of(Story& s, uint32_t alert) {
    respond::clean_up_list<64> list;
    s.graph->trace(alert, s.part);
    respond::plan_clean_up(s.graph->data(), s.part, list);
    std::string out;
    respond::export_clean_up(s.graph->data(), s.part, list, [&out](const char* bytes, size_t size) { out.append(bytes, size); });
    return nlohmann::json::parse(out);
}

/// "step object", one a line, paths without their folders.
std::string lines_of(const nlohmann::json& list) {
    std::string out;
    for (const auto& step : list) {
        const std::string object = step["object"];
        out += step["step"].get<std::string>() + " " + object.substr(object.find_last_of('\\') + 1) + "\n";
    }
    return out;
}

TEST(CleanUp, TakesWhatTheCulpritDroppedRegisteredAndLinkedInTheOrderOfDoingIt) {
    story<> s;
    s.start(story_explorer, dropper);
    s.write(dropper, u"C:\\Users\\Public\\stage.exe");
    s.write(dropper, u"C:\\Users\\Public\\gone.exe");
    s.remove(dropper, u"C:\\Users\\Public\\gone.exe");
    s.write(dropper, u"C:\\Users\\Public\\old name.dll");
    s.file(dropper, file_payload::operation::rename, u"C:\\Users\\Public\\old name.dll", u"C:\\Users\\Public\\new name.dll");
    s.write(dropper, u"C:\\Users\\dana\\Start Menu\\Programs\\Startup\\stage.lnk");
    s.write(dropper, u"C:\\Windows\\System32\\planted.dll");
    s.set_value(dropper, u"HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run", u"Stage", u"C:\\Users\\Public\\stage.exe");
    s.set_value(dropper, u"HKLM\\System\\CurrentControlSet\\Services\\bam\\State\\UserSettings\\S-1-5-21-1", u"\\Device\\HarddiskVolume2\\stage.exe", u"1");
    const story_process stage = known_by_key(0x200, 900, u"C:\\Users\\Public\\stage.exe");
    s.start(dropper, stage);
    s.write(stage, u"C:\\Users\\Public\\loot.zip");
    const auto list = list_of(s, s.convict(dropper));
    EXPECT_EQ(lines_of(list),
              "terminate_process invoice.exe\n"
              "terminate_process stage.exe\n"
              "remove_registry_value Stage\n"
              "remove_link stage.lnk\n"
              "quarantine_file stage.exe\n"
              "quarantine_file planted.dll\n"
              "quarantine_file new name.dll\n"
              "quarantine_file invoice.exe\n"
              "review loot.zip\n"
              "leave stage.exe\n")
        << "the last is the kernel's book of what was run";
    for (const auto& step : list) EXPECT_NE(step["because"].get<std::string>().find("record"), std::string::npos);
}

TEST(CleanUp, LeavesWhatWasThereBeforeToReview) {
    story<> s;
    s.start(story_explorer, browser);
    s.write(browser, u"C:\\Users\\dana\\report.docx");
    s.set_value(browser, u"HKCU\\Software\\App", u"Setting", u"1");
    s.start(story_explorer, power);
    s.write(power, u"C:\\Users\\dana\\report.docx");
    s.set_value(power, u"HKCU\\Software\\App", u"Setting", u"2");
    s.registry(power, registry_payload::operation::set_value, u"HKCU\\Software\\App", u"Own", u"3");
    s.registry(power, registry_payload::operation::delete_value, u"HKCU\\Software\\App", u"Own", u"");
    EXPECT_EQ(lines_of(list_of(s, s.convict(power))), "set_back_registry_value Setting\nreview report.docx\n");
}

TEST(CleanUp, WhatBroughtTheCulpritInGoesAndWhatItsBringerElseWroteStays) {
    story<> s;
    s.start(story_explorer, browser);
    s.write(browser, u"C:\\Users\\dana\\holiday.jpg");
    s.write(browser, dropper.image);
    s.start(story_explorer, dropper);
    EXPECT_EQ(lines_of(list_of(s, s.convict(dropper))), "terminate_process invoice.exe\nquarantine_file invoice.exe\n"
                                                         "leave browser.exe\n");
}

TEST(CleanUp, EndsNoSystemProcessAndNoneThatEnded) {
    story<> s;
    s.start(story_explorer, dropper);
    s.write(dropper, u"C:\\Users\\Public\\stage.exe");
    const story_process stage = known_by_key(0x200, 900, u"C:\\Users\\Public\\stage.exe");
    s.start(story_services, stage);
    s.exit(stage);
    s.exit(dropper);
    EXPECT_EQ(lines_of(list_of(s, s.convict(dropper))), "quarantine_file stage.exe\nquarantine_file invoice.exe\n");
    EXPECT_EQ(lines_of(list_of(s, s.convict({}))), "");
}

TEST(CleanUp, SameOrderEachTimeAndCutAtItsEnd) {
    story<> s;
    s.start(story_explorer, power);
    for (char16_t c = u'a'; c <= u'z'; ++c) {
        const std::u16string path = std::u16string(u"C:\\Users\\Public\\") + c;
        s.write(power, {path.data(), path.size()});
    }
    const uint32_t alert = s.convict(power);
    respond::clean_up_list<8> list;
    s.graph->trace(alert, s.part);
    respond::plan_clean_up(s.graph->data(), s.part, list);
    EXPECT_EQ(list.size, 8u);
    EXPECT_EQ(list.left_out, 18u);
    EXPECT_EQ(list_of(s, alert), list_of(s, alert));
}

/// One line of what the list says of the one object that is not the culprit's: "grade reason step".
std::string said_of(const nlohmann::json& list, const std::string& object) {
    std::string out;
    for (const auto& step : list)
        if (step["object"] == object) out += (out.empty() ? "" : ", ") + step["grade"].get<std::string>() + " " + step["reason"].get<std::string>() + " " + step["step"].get<std::string>();
    return out;
}

std::string narrow(const std::u16string& in) { return {in.begin(), in.end()}; }

/// PowerShell, convicted, wrote the file.
std::string written(const std::u16string& path, const story_process& by = power) {
    story<> s;
    s.start(story_explorer, by);
    s.write(by, {path.data(), path.size()});
    return said_of(list_of(s, s.convict(by)), narrow(path));
}

std::string set_by_culprit(const std::u16string& key, const std::u16string& value, text data = u"x") {
    story<> s;
    s.start(story_explorer, power);
    s.set_value(power, {key.data(), key.size()}, {value.data(), value.size()}, data);
    return said_of(list_of(s, s.convict(power)), narrow(key + u"\\" + value));
}

struct expected {
    const char16_t* name;
    const char* said;
};

// Typed by hand from ATT&CK, Microsoft's pages and what recordings hold, not from the header's tables. Neighbours are one folder, one
// letter or one suffix apart.
constexpr expected files[] = {
    {u"C:\\ProgramData\\SAM", "remove stolen_credentials quarantine_file"},
    {u"C:\\ProgramData\\SAMPLE", "check unknown_file review"},
    {u"C:\\Windows\\System32\\sam", "remove stolen_credentials quarantine_file"},
    {u"C:\\Windows\\System32\\config\\SAM", "leave registry_hive leave"},
    {u"C:\\Windows\\System32\\config\\RegBack\\SYSTEM", "leave registry_hive leave"},
    {u"C:\\Windows\\System32\\config\\SOFTWARE.LOG1", "leave registry_hive leave"},
    {u"C:\\Windows\\NTDS\\ntds.dit", "leave registry_hive leave"},
    {u"C:\\Windows\\Temp\\ntds.dit", "remove stolen_credentials quarantine_file"},
    {u"C:\\Windows\\Temp\\VSC_SYSTEM_HIVE", "remove stolen_credentials quarantine_file"},
    {u"C:\\Users\\dana\\NTUSER.DAT", "leave registry_hive leave"},
    {u"C:\\Users\\dana\\AppData\\Local\\Microsoft\\Windows\\UsrClass.dat", "leave registry_hive leave"},
    {u"C:\\Users\\dana\\AppData\\Local\\Temp\\lsass (2).DMP", "remove stolen_credentials quarantine_file"},
    {u"C:\\Users\\dana\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\T1218.005.hta", "remove starts_by_itself quarantine_file"},
    {u"C:\\Users\\dana\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\note.txt", "remove starts_by_itself quarantine_file"},
    {u"C:\\Users\\dana\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\note.txt", "check unknown_file review"},
    {u"C:\\ProgramData\\Microsoft\\Windows\\Start Menu\\Programs\\StartUp\\a.lnk", "remove starts_by_itself remove_link"},
    {u"C:\\ProgramData\\Microsoft\\Windows\\Start Menu\\Programs\\a.lnk", "check unknown_file review"},
    {u"C:\\Windows\\System32\\Tasks\\Updater", "remove starts_by_itself quarantine_file"},
    {u"C:\\Windows\\System32\\Tasks_\\Updater", "check unknown_file review"},
    {u"C:\\Windows\\Tasks\\a.job", "remove starts_by_itself quarantine_file"},
    {u"C:\\Users\\dana\\Tasks\\a.job", "check unknown_file review"},
    {u"C:\\Users\\Public\\a.ps1", "remove payload quarantine_file"},
    {u"C:\\Users\\Public\\a.ps1x", "check unknown_file review"},
    {u"C:\\Users\\Public\\a.HTA", "remove payload quarantine_file"},
    {u"\\Device\\HarddiskVolume3\\Users\\Public\\a.exe", "remove payload quarantine_file"},
    {u"\\\\?\\C:\\Users\\Public\\.\\a.exe", "remove payload quarantine_file"},
    {u"C:\\Users\\NORA~1.QUE\\AppData\\Local\\Temp\\a.exe", "remove payload quarantine_file"},
    {u"C:\\PROGRA~1\\App\\a.exe", "check unclear_place review"},
    {u"\\\\server\\share\\a.exe", "check unclear_place review"},
    {u"a.exe", "check unclear_place review"},
    {u"C:\\Users\\dana\\Documents\\plan.docx", "check unknown_file review"},
    {u"C:\\Windows\\System32\\planted.dll", "remove payload quarantine_file"},
    {u"C:\\Windows\\System32\\planted.ini", "check unknown_file review"},
    {u"C:\\Program Files\\App\\planted.dll", "remove payload quarantine_file"},
    {u"C:\\Users\\dana\\AppData\\Local\\Temp\\__PSScriptPolicyTest_x1y2.ps1", "leave routine_trace leave"},
    {u"C:\\Users\\dana\\AppData\\Local\\Temp\\PSScriptPolicyTest_x1y2.ps1", "remove payload quarantine_file"},
    {u"C:\\Users\\dana\\AppData\\Local\\Microsoft\\CLR_v4.0\\UsageLogs\\a.exe.log", "leave routine_trace leave"},
    {u"C:\\Users\\dana\\AppData\\Local\\Microsoft\\CLR_v4.0\\UsageLogs\\a.exe", "remove payload quarantine_file"},
    {u"C:\\Users\\dana\\AppData\\Local\\Microsoft\\CLR_v4.0\\Logs\\a.exe.log", "check unknown_file review"},
    {u"C:\\Users\\dana\\AppData\\Roaming\\Microsoft\\Windows\\Recent\\a.lnk", "leave routine_trace leave"},
    {u"C:\\Windows\\Prefetch\\A.EXE-12345678.pf", "leave routine_trace leave"},
    {u"C:\\Prefetch\\A.EXE-12345678.pf", "check unknown_file review"},
    {u"C:\\ProgramData\\Microsoft\\Crypto\\RSA\\S-1-5-18\\ff0b_8105", "leave key_store leave"},
    {u"C:\\ProgramData\\Microsoft\\Cryptic\\RSA\\S-1-5-18\\ff0b_8105", "check unknown_file review"},
    {u"C:\\ProgramData\\Microsoft\\Crypto\\a.exe", "check unknown_file review"},
    {u"C:\\ProgramData\\Microsoft\\Cryptic\\a.exe", "remove payload quarantine_file"},
    {u"C:\\Users\\dana\\AppData\\Roaming\\Microsoft\\Protect\\S-1-5-21-1\\guid", "leave key_store leave"},
    {u"C:\\Users\\dana\\AppData\\Local\\Microsoft\\Credentials\\DFBE70A7E5CC19A398EBF1B96859CE5D", "leave key_store leave"},
    {u"C:\\Users\\dana\\AppData\\Local\\Microsoft\\Vault\\4BF4\\Policy.vpol", "leave key_store leave"},
};

TEST(CleanUp, GradesAFileByWhatItIs) {
    for (const expected& e : files) EXPECT_EQ(written(e.name), e.said) << narrow(e.name);
}

constexpr text user = u"HKU\\S-1-5-21-1-2-3-1001";
struct expected_value {
    const char16_t *key, *value;
    const char* said;
};
constexpr const char* goes = "remove starts_by_itself remove_registry_value";
constexpr const char* set_back = "remove starts_by_itself set_back_registry_value";
constexpr const char* looked_at = "check changed_setting set_back_registry_value";
constexpr const char* trace_of_any = "leave routine_trace leave";
// "~" is the user's hive.
constexpr expected_value values[] = {
    {u"HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run", u"Stage", goes},
    {u"HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\RunOnce", u"Stage", goes},
    {u"\\REGISTRY\\USER\\S-1-5-21-1-2-3-1001\\Software\\Microsoft\\Windows\\CurrentVersion\\Run", u"Stage", goes},
    {u"~\\Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer\\Run", u"1", goes},
    {u"~\\Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer", u"NoDrives", looked_at},
    {u"~\\Software\\Microsoft\\Windows\\CurrentVersion\\Runtime", u"Stage", looked_at},
    {u"~\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders", u"Startup", set_back},
    {u"~\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders", u"Desktop", looked_at},
    {u"HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon", u"Userinit", set_back},
    {u"~\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon", u"Shell", goes},
    {u"HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon", u"DefaultUserName", looked_at},
    {u"HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Windows", u"AppInit_DLLs", goes},
    {u"HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\sethc.exe", u"Debugger", goes},
    {u"HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\lsass.exe", u"VerifierDlls", goes},
    {u"HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\lsass.exe", u"AuditLevel", looked_at},
    {u"HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\SilentProcessExit\\lsass.exe", u"MonitorProcess", goes},
    {u"HKLM\\SYSTEM\\ControlSet001\\Services\\Updater", u"ImagePath", set_back},
    {u"HKLM\\SYSTEM\\CurrentControlSet\\Services\\Updater\\Parameters", u"ServiceDll", set_back},
    {u"HKLM\\SYSTEM\\CurrentControlSet\\Services\\Updater", u"Description", looked_at},
    {u"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa", u"Security Packages", set_back},
    {u"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa", u"RunAsPPL", looked_at},
    {u"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager", u"BootExecute", set_back},
    {u"HKU\\S-1-5-21-1-2-3-1001_Classes\\CLSID\\{1}\\InprocServer32", u"(Default)", goes},
    {u"HKLM\\SOFTWARE\\Classes\\CLSID\\{1}\\InprocServer32", u"(Default)", set_back},
    {u"HKU\\S-1-5-21-1-2-3-1001_Classes\\CLSID\\{1}", u"(Default)", looked_at},
    {u"HKU\\S-1-5-21-1-2-3-1001_Classes\\ms-settings\\shell\\open\\command", u"(Default)", goes},
    {u"~\\Environment", u"UserInitMprLogonScript", goes},
    {u"~\\Environment", u"Path", looked_at},
    {u"HKLM\\SYSTEM\\CurrentControlSet\\Services\\VSS\\Diag\\VssapiPublisher", u"IDENTIFY (Enter)", trace_of_any},
    {u"HKLM\\SYSTEM\\CurrentControlSet\\Services\\VSS", u"ImagePath", set_back},
    {u"HKLM\\SYSTEM\\ControlSet002\\Services\\bam\\State\\UserSettings\\S-1-5-18", u"\\Device\\HarddiskVolume2\\a.exe", trace_of_any},
    {u"HKLM\\SOFTWARE\\Microsoft\\Tracing\\a_RASAPI32", u"EnableFileTracing", trace_of_any},
    {u"~\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\\ZoneMap", u"ProxyBypass", trace_of_any},
    {u"~\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\\ZoneMap\\Domains\\evil.example", u"https", looked_at},
    {u"~\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings", u"MigrateProxy", trace_of_any},
    {u"~\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings", u"ProxyServer", looked_at},
    {u"~\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\\5.0\\Cache\\Content", u"CachePrefix", trace_of_any},
    {u"HKU\\S-1-5-21-1-2-3-1001_Classes\\Local Settings\\MuiCache\\3\\52C64B7E", u"@x.dll,-1", trace_of_any},
    {u"~\\Software\\Microsoft\\SystemCertificates\\My\\Certificates\\AB", u"Blob", "leave key_store leave"},
    {u"HKLM\\Software\\Microsoft\\SystemCertificates\\ROOT\\Certificates\\AB", u"Blob", looked_at},
    {u"HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\WDigest", u"UseLogonCredential", looked_at},
};

TEST(CleanUp, GradesAValueByWhatWindowsDoesWithIt) {
    for (const expected_value& e : values) {
        std::u16string key = e.key;
        if (key[0] == u'~') key = std::u16string(user.data, user.size) + key.substr(1);
        EXPECT_EQ(set_by_culprit(key, e.value), e.said) << narrow(key) << " " << narrow(e.value);
    }
}

TEST(CleanUp, NamesTheRecordedDataAndNeverDeletesWhatAnybodyElseHadSet) {
    constexpr text run = u"HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run";
    story<> s;
    s.start(story_explorer, browser);
    s.set_value(browser, run, u"Updater", u"C:\\Program Files\\Browser\\update.exe");
    s.start(story_explorer, power);
    s.set_value(power, run, u"Updater", u"C:\\Users\\Public\\a.exe");
    s.write(power, u"C:\\Users\\Public\\a.exe");
    s.set_value(power, u"HKCU\\Software\\App", u"Helper", u"C:\\Users\\Public\\a.exe -x");
    event e = s.make(event_kind::registry, power);
    registry_payload number{};
    number.what = registry_payload::operation::set_value;
    number.key = u"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa";
    number.value_name = u"RunAsPPL";
    number.number = 4294967295;
    number.has_number = truth::yes;
    e.data = number;
    s.note(e);
    const auto list = list_of(s, s.convict(power));
    EXPECT_EQ(said_of(list, narrow(u"HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\Updater")), set_back);
    EXPECT_EQ(said_of(list, "HKCU\\Software\\App\\Helper"), "check names_payload set_back_registry_value");
    std::string data;
    for (const auto& step : list) data += step.value("value", "-") + "|";
    EXPECT_EQ(data, "C:\\Users\\Public\\a.exe|-|C:\\Users\\Public\\a.exe -x|4294967295|");
}

TEST(CleanUp, WhatWasThereBeforeOrCameByAServiceOfWindowsIsLookedAt) {
    constexpr text tool = u"C:\\Users\\dana\\tool.exe";
    for (const bool before : {true, false}) {
        story<> s;
        s.start(story_explorer, browser);
        if (before) s.write(browser, tool);
        s.start(story_explorer, power);
        s.write(power, tool);
        if (!before) s.write(browser, tool);
        EXPECT_EQ(said_of(list_of(s, s.convict(power)), "C:\\Users\\dana\\tool.exe"), before ? "check was_there_before review" : "remove payload quarantine_file");
    }
    constexpr story_process service = known_by_key(0x400, 1400, u"C:\\Windows\\System32\\svchost.exe");
    EXPECT_EQ(written(u"C:\\Windows\\System32\\planted.dll", service), "check unknown_file review");
    EXPECT_EQ(written(u"C:\\Users\\Public\\planted.dll", service), "remove payload quarantine_file");
}

TEST(CleanUp, NameThatWasCutIsNoPlace) {
    for (const size_t length : {900u, 1100u}) {
        std::u16string path = u"C:\\Users\\Public\\" + std::u16string(length, u'a');
        for (size_t i = 40; i < path.size(); i += 40) path[i] = u'\\';
        path += u".exe";
        story<> s;
        s.start(story_explorer, power);
        s.write(power, {path.data(), path.size()});
        const auto list = list_of(s, s.convict(power));
        ASSERT_EQ(list.size(), 1u);
        EXPECT_EQ(list[0]["reason"], length == 900 ? "payload" : "unclear_place");
    }
}

TEST(CleanUp, FolderIsNoFile) {
    for (const bool with_content : {true, false}) {
        story<> s;
        s.start(story_explorer, power);
        s.write(power, u"C:\\Users\\Public\\tool.exe");
        if (with_content) s.write(power, u"c:/users/public/TOOL.exe/inner.txt");
        EXPECT_EQ(said_of(list_of(s, s.convict(power)), "C:\\Users\\Public\\tool.exe"), with_content ? "leave directory leave" : "remove payload quarantine_file");
    }
}

TEST(CleanUp, SavedHiveIsACopyWhateverItsName) {
    story<> s;
    s.start(story_explorer, power);
    event e = s.make(event_kind::registry, power);
    registry_payload save{};
    save.what = registry_payload::operation::save_key;
    save.key = u"HKLM\\SAM";
    save.file = u"C:\\Users\\Public\\holiday.jpg";
    e.data = save;
    s.note(e);
    s.file(power, file_payload::operation::rename, u"C:\\Users\\Public\\holiday.jpg", u"C:\\Users\\Public\\beach.jpg");
    EXPECT_EQ(said_of(list_of(s, s.convict(power)), "C:\\Users\\Public\\beach.jpg"), "remove stolen_credentials quarantine_file");
}

/// The culprit ran `image`, which nobody was seen to write, or which it itself dropped and ran.
std::string signed_program(text image, const signature& by, bool dropped, bool written_again = false) {
    story<> s;
    s.start(story_explorer, power);
    if (dropped) s.write(power, image);
    const story_process tool = known_by_key(0x300, 901, image);
    event e = s.start_event(power, tool, u"");
    e.data.create.signer = by;
    s.note(e);
    if (written_again) s.write(power, image);
    const auto list = list_of(s, s.convict(dropped ? power : tool));
    return said_of(list, narrow(std::u16string(image.data, image.size))).substr(0, said_of(list, narrow(std::u16string(image.data, image.size))).rfind(' '));
}

TEST(CleanUp, WhatMicrosoftSignedIsNeverTaken) {
    const signature microsoft{truth::yes, truth::yes, truth::unknown, 0, u"Microsoft Corporation"};
    const signature windows{truth::yes, truth::yes, truth::yes, 0, u"Microsoft Windows"};
    signature broken = windows;
    broken.is_valid = truth::no;
    const signature other{truth::yes, truth::yes, truth::no, 0, u"Microsoft Corporation Ltd"};
    constexpr text image = u"C:\\Users\\Public\\tool.exe";
    for (const signature& s : {microsoft, windows}) {
        EXPECT_EQ(signed_program(image, s, true), "check signed_by_microsoft");
        EXPECT_EQ(signed_program(image, s, false), "check signed_by_microsoft");
        EXPECT_EQ(signed_program(u"C:\\Program Files\\tool.exe", s, true), "check signed_by_microsoft");
        EXPECT_EQ(signed_program(u"C:\\Program Files\\tool.exe", s, false), "leave installed_program");
    }
    for (const signature& s : {broken, other, signature{}}) {
        EXPECT_NE(signed_program(image, s, true).find("remove"), std::string::npos);
        EXPECT_NE(signed_program(image, s, false).find("remove"), std::string::npos);
    }
    EXPECT_EQ(signed_program(image, windows, true, true).find("signed"), std::string::npos) << "overwritten since";
    EXPECT_EQ(signed_program(u"C:\\Python27\\python.exe", {}, false), "check program_of_chain") << "an interpreter";
}

TEST(CleanUp, NothingInTheKeyStoresIsEverTaken) {
    const std::u16string roots[] = {u"C:\\ProgramData", u"D:\\ProgramData", u"C:\\Users\\dana\\AppData\\Roaming", u"C:\\Users\\dana\\AppData\\LocalLow", u"\\\\?\\C:\\Users\\dana\\AppData\\Local",
                                    u"C:\\Windows\\System32", u"C:\\Windows\\ServiceProfiles\\LocalService\\AppData\\Local", u"\\Device\\HarddiskVolume3\\ProgramData", u"\\\\server\\c$\\ProgramData",
                                    u"C:\\Windows\\System32\\config\\systemprofile\\AppData\\Roaming", u"C:\\Users\\DANA~1\\AppData\\Roaming", u"\\SystemRoot\\System32", u"C:\\ProgramData\\x\\.."};
    const std::u16string vendor[] = {u"\\Microsoft", u"\\MICROS~1", u"\\microsoft. "};
    const std::u16string stores[] = {u"\\Crypto", u"\\PROTECT", u"\\SystemCertificates", u"\\SYSTEM~1", u"\\Vault", u"\\Credentials", u"\\Ngc"};
    const std::u16string names[] = {u"", u"\\a", u"\\RSA\\S-1-5-18\\key", u"\\a.exe", u"\\SAM", u"\\b.ps1", u"\\c.lnk", u"\\d.dmp", u"\\Start Menu\\Programs\\Startup\\e.exe", u"\\f.hive", u"/g.dll"};
    for (const auto& root : roots)
        for (const auto& who : vendor)
            for (const auto& store : stores)
                for (const auto& name : names) {
                    const std::u16string path = root + who + store + name;
                    const std::string said = written(path);
                    EXPECT_TRUE(said.starts_with("check") || said.starts_with("leave")) << narrow(path) << ": " << said;
                }
}

TEST(CleanUp, OnlyTheFirstStepsTakeAnythingOutAndTheListIsInTheOrderOfDanger) {
    story<512, 2048, 65536> s;
    s.start(story_explorer, power);
    for (const expected& e : files) s.write(power, {e.name, std::char_traits<char16_t>::length(e.name)});
    for (const expected_value& e : values) s.set_value(power, {e.key, std::char_traits<char16_t>::length(e.key)}, {e.value, std::char_traits<char16_t>::length(e.value)}, u"x");
    const uint32_t alert = s.convict(power);
    s.graph->trace(alert, s.part);
    respond::clean_up_list<128> all;
    respond::plan_clean_up(s.graph->data(), s.part, all);
    ASSERT_GT(all.removals, 20u);
    ASSERT_LT(all.removals, all.size);
    EXPECT_EQ(all.left_out, 0u);
    for (uint32_t i = 0; i < all.size; ++i) {
        using respond::clean_up_action;
        const respond::clean_up_step& step = all.steps[i];
        if (i != 0) {
            EXPECT_LE(all.steps[i - 1].reason, step.reason);
        }
        EXPECT_EQ(i < all.removals, step.grade() == respond::clean_up_grade::remove);
        const bool takes = step.action == clean_up_action::terminate_process || step.action == clean_up_action::remove_link || step.action == clean_up_action::remove_registry_value ||
                           step.action == clean_up_action::remove_service || step.action == clean_up_action::quarantine_file;
        EXPECT_TRUE(!takes || i < all.removals);
        EXPECT_EQ(step.action == clean_up_action::leave, step.grade() == respond::clean_up_grade::leave);
    }
    respond::clean_up_list<10> few;
    respond::plan_clean_up(s.graph->data(), s.part, few);
    EXPECT_EQ(few.size, 10u);
    EXPECT_EQ(few.removals, 10u) << "what is cut is the least dangerous";
    EXPECT_EQ(few.left_out, all.size - 10);
    for (uint32_t i = 0; i < few.size; ++i) EXPECT_EQ(few.steps[i].position, all.steps[i].position);
}

}  // namespace
