// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Cause graphs of told stories, and of random ones beside a model that forgets nothing.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <tuple>

#include "graph_events.hpp"

namespace {

using namespace bartizan_tests;

constexpr story_process dropper = known_by_key(0x100, 6100, u"C:\\Users\\dana\\Downloads\\invoice.exe");
constexpr story_process shell = known_by_key(0x101, 6200, u"C:\\Windows\\System32\\cmd.exe");
constexpr story_process power = known_by_key(0x102, 6300, u"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe");
constexpr story_process browser = known_by_key(0x103, 6400, u"C:\\Program Files\\Browser\\browser.exe");

TEST(CauseGraph, ChainEndsAtTheOldestProcessBelowTheSystemsOwn) {
    story<> s;
    s.start(story_explorer, dropper);
    s.start(dropper, shell, u"cmd /c x");
    s.start(shell, power);
    const auto g = s.json(s.convict(power));
    EXPECT_EQ(root_of(g), "invoice.exe");
    EXPECT_EQ(names_of(g, "culprit"), "powershell.exe");
    EXPECT_EQ(names_of(g, "ancestor"), "cmd.exe explorer.exe");
    EXPECT_EQ(names_of(g, "target"), "lsass.exe");
    EXPECT_EQ(g["nodes"][g["finding"].get<size_t>()]["kind"], "alert");
    EXPECT_EQ(g["nodes"][1]["command_line"], "cmd /c x");
}

TEST(CauseGraph, NameOfASystemParentInAnotherFolderIsNone) {
    story<> s;
    const story_process false_explorer = known_by_key(0x200, 77, u"C:\\Users\\Public\\explorer.exe");
    s.start(story_explorer, false_explorer);
    s.start(false_explorer, power);
    EXPECT_EQ(root_of(s.json(s.convict(power))), "explorer.exe");
}

TEST(CauseGraph, CulpritThatIsASystemParentIsItsOwnRoot) {
    story<> s;
    s.start(story_services, story_explorer);
    EXPECT_EQ(root_of(s.json(s.convict(story_explorer))), "explorer.exe");
}

TEST(CauseGraph, WhoWroteTheImageBeforeItRanExplainsIt) {
    for (const bool before : {true, false}) {
        story<> s;
        s.start(story_explorer, browser);
        s.time_100ns += 60 * one_second_100ns;
        if (before) s.write(browser, u"c:/users/DANA/Downloads/invoice.exe");
        s.time_100ns += 60 * one_second_100ns;
        s.start(story_explorer, dropper);
        s.time_100ns += 60 * one_second_100ns;
        if (!before) s.write(browser, dropper.image);
        EXPECT_EQ(root_of(s.json(s.convict(dropper))), before ? "browser.exe" : "invoice.exe");
    }
}

TEST(CauseGraph, RenamedFilesKeepTheirOrigin) {
    story<> s;
    s.start(story_explorer, browser);
    s.write(browser, u"C:\\Users\\dana\\Downloads\\part.tmp");
    s.file(story_explorer, file_payload::operation::rename, u"C:\\Users\\dana\\Downloads\\part.tmp", dropper.image);
    s.time_100ns += 60 * one_second_100ns;
    s.start(story_explorer, dropper);
    const auto g = s.json(s.convict(dropper));
    EXPECT_EQ(root_of(g), "browser.exe");
    for (const auto& n : g["nodes"]) {
const bool old = n["label"] == "C:\\Users\\dana\\Downloads\\part.tmp";
        EXPECT_EQ(n.contains("gone"), old) << n;
    }
}

TEST(CauseGraph, LoadedModuleLeadsToItsWriter) {
    for (const bool before : {true, false}) {
        story<> s;
        s.start(story_explorer, dropper);
        s.time_100ns += 60 * one_second_100ns;
        s.start(story_explorer, power);
        if (before) s.write(dropper, u"C:\\Windows\\System32\\evil.dll");
        s.time_100ns += 60 * one_second_100ns;
        s.load(power, u"C:\\Windows\\Sysnative\\evil.dll");
        s.time_100ns += 60 * one_second_100ns;
        if (!before) s.write(dropper, u"C:\\Windows\\System32\\evil.dll");
        EXPECT_EQ(root_of(s.json(s.convict(power))), before ? "invoice.exe" : "powershell.exe");
    }
}

TEST(CauseGraph, ScriptNamedOnTheCommandLineLeadsToItsWriter) {
    story<> s;
    s.start(story_explorer, browser);
    s.write(browser, u"C:\\Users\\dana\\Downloads\\a b.ps1");
    s.start(story_explorer, power, u"powershell -File \"C:\\Users\\dana\\Downloads\\a b.ps1\"");
    EXPECT_EQ(root_of(s.json(s.convict(power))), "browser.exe");
}

TEST(CauseGraph, InjectionBeforeTheActExplainsIt) {
    for (const bool before : {true, false}) {
        story<> s;
        s.start(story_services, dropper);
        s.time_100ns += 60 * one_second_100ns;
        if (before) s.inject(dropper, story_explorer);
        s.time_100ns += 60 * one_second_100ns;
        s.start(story_explorer, power);
        s.time_100ns += 60 * one_second_100ns;
        if (!before) s.inject(dropper, story_explorer);
        const auto g = s.json(s.convict(power));
        EXPECT_EQ(root_of(g), before ? "invoice.exe" : "powershell.exe");
    }
}

TEST(CauseGraph, RegisteredStartsLeadToWhoRegistered) {
    constexpr text run = u"HKU\\S-1-5-21-1\\Software\\Microsoft\\Windows\\CurrentVersion\\Run";
    constexpr text hidden = u"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -w hidden";
    for (const text command : {hidden, text(u"powershell.exe")}) {
        story<> s;
        s.start(story_explorer, dropper);
        s.set_value(dropper, run, u"Updater", hidden);
        s.time_100ns += 60 * one_second_100ns;
        s.start(story_explorer, power, command);
        // Other starts of the same program were not registered.
        EXPECT_EQ(root_of(s.json(s.convict(power))), equal(command, hidden) ? "invoice.exe" : "powershell.exe");
    }
}

TEST(CauseGraph, ReusedPidIsAnotherProcess) {
    story<> s;
    const story_process first = known_by_pid(500, u"C:\\a.exe");
    const story_process second = known_by_pid(500, u"C:\\b.exe");
    const story_process third = known_by_pid(500, u"C:\\c.exe");
    s.start(story_explorer, first);
    s.exit(first);
    s.time_100ns += 60 * one_second_100ns;
    s.start(story_services, second);
    s.time_100ns += 60 * one_second_100ns;  // no exit was seen
    s.start(known_by_pid(501, u"C:\\parent.exe"), third);
    const auto g = s.json(s.convict(third));
    EXPECT_EQ(names_of(g, "culprit"), "c.exe");
    EXPECT_EQ(root_of(g), "parent.exe");
    EXPECT_EQ(names_of(g, "ancestor"), "");
}

TEST(CauseGraph, StartThatIsToldLateAndStartKeysThatComeLater) {
    story<> s;
    const story_process by_pid = known_by_pid(dropper.key.pid, dropper.image);
    s.open(dropper, story_lsass);
    s.time_100ns -= 2 * one_second_100ns;
    s.start(shell, by_pid, u"late");
    const auto g = s.json(s.convict(dropper));
    EXPECT_EQ(names_of(g, "culprit"), "invoice.exe");
    EXPECT_EQ(g["nodes"][0]["command_line"], "late");
    EXPECT_EQ(root_of(g), "cmd.exe");
    EXPECT_EQ(s.graph->data().nodes(), 5u);  // invoice, lsass, cmd, the image's file, the alert
}

TEST(CauseGraph, RepetitionsFoldIntoOneEdgeAndOneAlert) {
    story<> s;
    s.start(story_explorer, power);
    for (int i = 0; i < 10; ++i) s.open(power, story_lsass, process_vm_read);
    s.open(power, story_lsass, process_query_limited_information);  // harmless
    const uint32_t alert = s.convict(power);
    EXPECT_EQ(s.convict(power), alert);
    const auto g = s.json(alert);
    int opened = 0;
    for (const auto& e : g["edges"]) {
        if (e["kind"] != "opened") continue;
        ++opened;
        EXPECT_EQ(e["count"], 12);
        EXPECT_EQ(e["record"], 1);
        EXPECT_EQ(e["first"], "2026-03-02T08:00:01.0000000Z");
        EXPECT_EQ(e["last"], "2026-03-02T08:00:13.0000000Z");
    }
    EXPECT_EQ(opened, 1);
}

TEST(CauseGraph, ForwardReachesWhatTheChainTouchedAndNotWhatOthersDid) {
    story<> s;
    s.start(story_explorer, dropper);
    s.write(dropper, u"C:\\Users\\Public\\stage2.exe");
    const story_process stage2 = known_by_key(0x300, 900, u"C:\\Users\\Public\\stage2.exe");
    s.start(story_services, stage2);
    s.connect(stage2, u"203.0.113.7", 443);
    s.connect(dropper, u"198.51.100.9", 50123, truth::no);
    s.write(story_services, u"C:\\unrelated.txt");
    s.write(story_lsass, u"C:\\also unrelated.txt");
    const auto g = s.json(s.convict(dropper));
    const std::string touched = names_of(g, "touched");
    for (const char* expected : {"stage2.exe", "203.0.113.7:443", "198.51.100.9"}) EXPECT_NE(touched.find(expected), std::string::npos) << expected;
    EXPECT_EQ(touched.find("unrelated"), std::string::npos) << touched;
}

TEST(CauseGraph, InjectedTargetCarriesOn) {
    for (const bool injected : {true, false}) {
        story<> s;
        s.start(story_explorer, power);
        s.write(story_lsass, u"C:\\before.txt");
        s.time_100ns += one_second_100ns * 60;
        if (injected) s.inject(power, story_lsass);
        s.write(story_lsass, u"C:\\after.txt");
        const std::string touched = names_of(s.json(s.convict(power)), "touched");
        // LSASS starts nothing on others' behalf in this story, but Windows' own services are never followed further.
        EXPECT_EQ(touched.find("after.txt") != std::string::npos, false);
        const story_process victim = known_by_key(0x400, 950, u"C:\\Program Files\\App\\app.exe");
        s.write(victim, u"C:\\victim before.txt");
        s.time_100ns += one_second_100ns * 60;
        if (injected) s.inject(power, victim);
        s.time_100ns += one_second_100ns * 60;
        s.write(victim, u"C:\\victim after.txt");
        const std::string now = names_of(s.json(s.convict(power, victim)), "touched");
        EXPECT_EQ(now.find("victim after.txt") != std::string::npos, injected) << now;
        EXPECT_EQ(now.find("victim before.txt"), std::string::npos) << now;
    }
}

TEST(CauseGraph, FindingWithoutAProcessHasNoRoot) {
    story<> s;
    const auto g = s.json(s.convict({}));
    EXPECT_TRUE(g["root"].is_null());
    EXPECT_EQ(names_of(g, "target"), "lsass.exe");
}

TEST(CauseGraph, ChainOfAnAlertOutlivesAFlood) {
    story<64, 128, 8192> s;
    s.start(story_explorer, dropper);
    s.start(dropper, shell);
    s.start(shell, power);
    const uint32_t alert = s.convict(power);
    for (uint32_t i = 0; i < 3000; ++i) {
        const std::u16string path = u"C:\\flood\\" + std::u16string(20 + i % 90, static_cast<char16_t>(u'a' + i % 26)) + static_cast<char16_t>(u'0' + i % 10);
        s.write(known_by_pid(10'000 + i % 7, u"C:\\noise.exe"), {path.data(), path.size()});
    }
    const auto g = s.json(alert);
    EXPECT_EQ(root_of(g), "invoice.exe");
    EXPECT_EQ(names_of(g, "ancestor"), "cmd.exe explorer.exe");
    EXPECT_EQ(names_of(g, "target"), "lsass.exe");
    EXPECT_GT(g["cut"]["nodes"], 100);
    EXPECT_GT(g["cut"]["edges"], 100);
    EXPECT_LE(s.graph->data().nodes(), 64u);
}

TEST(CauseGraph, LongTextsAreCutAndTold) {
    story<> s;
    const std::u16string command(5000, u'x');
    s.start(story_explorer, power, {command.data(), command.size()});
    const auto g = s.json(s.convict(power));
    EXPECT_EQ(g["cut"]["texts"], 1);
    EXPECT_EQ(g["nodes"][0]["truncated"], true);
    EXPECT_EQ(g["nodes"][0]["command_line"].get<std::string>(), std::string(1024, 'x'));
}

/// Random acts among few processes and files, and what they add up to.
struct model {
    std::map<std::tuple<std::string, std::string, std::string>, uint64_t> edges;
    std::set<std::string> nodes;
};

std::string narrow(const std::u16string& in) { return std::string(in.begin(), in.end()); }

template <class Story>
model act_at_random(Story& s, uint32_t seed, int acts) {
    model m;
    std::mt19937 random(seed);
    const auto process_name = [](uint32_t i) { return u"C:\\P\\" + std::u16string(1 + i % 5, u'p') + static_cast<char16_t>(u'A' + i) + u".exe"; };
    for (int i = 0; i < acts; ++i) {
        const auto a = static_cast<uint32_t>(random() % 20), b = static_cast<uint32_t>(random() % 20), f = static_cast<uint32_t>(random() % 60);
        const std::u16string actor = process_name(a), target = process_name(b);
        const std::u16string file = u"D:\\F\\" + std::u16string(1 + f % 40, u'f') + static_cast<char16_t>(u'A' + f % 26);
        const story_process p = known_by_key(a + 1, a + 1, {actor.data(), actor.size()});
        const story_process q = known_by_key(b + 1, b + 1, {target.data(), target.size()});
        m.nodes.insert(narrow(actor));
        switch (random() % 3) {
            case 0:
                s.write(p, {file.data(), file.size()});
                m.nodes.insert(narrow(file));
                ++m.edges[{narrow(actor), "wrote", narrow(file)}];
                break;
            case 1:
                s.inject(p, q);
                m.nodes.insert(narrow(target));
                if (a != b) ++m.edges[{narrow(actor), "injected", narrow(target)}];
                break;
            default:
                s.open(p, q);
                m.nodes.insert(narrow(target));
                if (a != b) ++m.edges[{narrow(actor), "opened", narrow(target)}];
        }
    }
    return m;
}

template <class Store>
std::string label_of(const Store& store, uint32_t node) {
    const text t = store.label(node);
    return narrow(std::u16string(t.data, t.size));
}

TEST(CauseGraph, HoldsWhatAModelThatForgetsNothingHolds) {
    for (uint32_t seed = 1; seed <= 20; ++seed) {
        story<128, 2048> s;
        const model m = act_at_random(s, seed, 2000);
        const auto& store = s.graph->data();
        ASSERT_EQ(store.nodes(), m.nodes.size());
        ASSERT_EQ(store.edges(), m.edges.size());
        for (uint32_t i = 0; i < store.edges(); ++i) {
            const respond::graph_edge& e = store.edge(i);
            const auto found = m.edges.find({label_of(store, e.from), name(e.kind), label_of(store, e.to)});
            ASSERT_NE(found, m.edges.end());
            ASSERT_EQ(found->second, e.count);
        }
        ASSERT_EQ(s.graph->cut().nodes + s.graph->cut().edges + s.graph->cut().texts, 0u);
    }
}

TEST(CauseGraph, FullTablesHoldOnlyWhatHappenedAndCountTheRest) {
    for (uint32_t seed = 1; seed <= 20; ++seed) {
        story<64, 64, 4096> s;
        const model m = act_at_random(s, seed, 2000);
        const auto& store = s.graph->data();
        ASSERT_LE(store.nodes(), 64u);
        ASSERT_LE(store.edges(), 64u);
        ASSERT_GE(store.edges() + s.graph->cut().edges, m.edges.size());
        ASSERT_GT(s.graph->cut().edges, 0u);
        // Each list of edges is whole and true.
        uint32_t listed = 0;
        for (uint32_t i = 0; i < 64; ++i) {
            if (store.node(i).serial == 0) continue;
            uint32_t of_node = 0;
            for (uint32_t k = store.node(i).first_out; k != no_slot; k = store.edge(k).next_out, ++of_node) {
                ++listed;
                ASSERT_EQ(store.edge(k).from, i);
                ASSERT_TRUE(m.edges.count({label_of(store, i), name(store.edge(k).kind), label_of(store, store.edge(k).to)}));
            }
            for (uint32_t k = store.node(i).first_in; k != no_slot; k = store.edge(k).next_in, ++of_node) ASSERT_EQ(store.edge(k).to, i);
            ASSERT_EQ(of_node, store.node(i).edges);
        }
        ASSERT_EQ(listed, store.edges());
    }
}

TEST(CauseGraph, EqualStreamsGiveEqualBytesAlsoAfterClear) {
    story<64, 128, 4096> a, b;
    act_at_random(b, 99, 500);
    b.graph->clear();
    b.time_100ns = story_begin_100ns;
    b.record = 0;
    act_at_random(a, 7, 1500);
    act_at_random(b, 7, 1500);
    const story_process culprit = known_by_key(3, 3, u"C:\\P\\pppC.exe");
    EXPECT_EQ(a.json_text(a.convict(culprit)), b.json_text(b.convict(culprit)));
}

TEST(CauseGraph, MemoryPerCapacity) {
    // What docs/root_cause.md states.
    EXPECT_LE(respond::cause_graph<1024>::memory_bytes(), 766'000u);
    EXPECT_LE(respond::cause_graph<8192>::memory_bytes(), 6'110'000u);
}

}  // namespace
