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
              "remove_link stage.lnk\n"
              "remove_registry_value Stage\n"
              "quarantine_file stage.exe\n"
              "quarantine_file new name.dll\n"
              "quarantine_file invoice.exe\n"
              "quarantine_file loot.zip\n"
              "review planted.dll\n");
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
    EXPECT_EQ(lines_of(list_of(s, s.convict(power))), "review Setting\nreview report.docx\n");
}

TEST(CleanUp, WhatBroughtTheCulpritInGoesAndWhatItsBringerElseWroteStays) {
    story<> s;
    s.start(story_explorer, browser);
    s.write(browser, u"C:\\Users\\dana\\holiday.jpg");
    s.write(browser, dropper.image);
    s.start(story_explorer, dropper);
    EXPECT_EQ(lines_of(list_of(s, s.convict(dropper))), "terminate_process invoice.exe\nquarantine_file invoice.exe\n"
                                                         "review browser.exe\n");
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

}  // namespace
