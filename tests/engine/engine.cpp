// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// From raw events to facts to verdicts: bursts, call traces, dump files, identity and signatures.
#include <gtest/gtest.h>

#include <bartizan/engine/engine.hpp>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace bartizan;

constexpr uint64_t second = policy::second_100ns;
using small_engine = engine::engine<64>;

/// A handle open as an adapter makes it: keys, images, mask and stack, no facts.
event open(uint32_t actor, text image, uint32_t target, text target_image, access_mask mask, uint64_t time,
           span<const stack_frame> frames = {}) {
    event e;
    e.kind = event_kind::handle_open;
    e.time_100ns = time;
    e.actor.key.pid = actor;
    e.target.key.pid = target;
    e.actor_image = image;
    e.target_image = target_image;
    handle_payload handle{};
    handle.desired = handle.granted = mask;
    handle.stack = {frames.data, static_cast<uint32_t>(frames.size), frames.size != 0 ? truth::yes : truth::unknown};
    e.data = handle;
    return e;
}

constexpr text lsass = u"C:\\Windows\\System32\\lsass.exe";
constexpr text agent = u"C:\\Program Files\\Vendor\\agent.exe";
const stack_frame ntdll{u"C:\\Windows\\SYSTEM32\\ntdll.dll", 0x9c534};
const stack_frame kernelbase{u"C:\\Windows\\System32\\KERNELBASE.dll", 0x2726e};

std::unique_ptr<small_engine> make(bool trust_from_path = true) {
    policy::settings settings;
    settings.trust_from_path = trust_from_path;
    return std::make_unique<small_engine>(settings);
}

event enriched(small_engine& g, event e) {
    g.enrich(e);
    return e;
}

TEST(engine, the_eighth_process_opened_alike_makes_a_burst) {
    const auto g = make();
    for (uint32_t n = 1; n <= 12; ++n) {
        const event e = enriched(*g, open(10, agent, 100 + n, u"C:\\x.exe", 0x1410, 50 * second + n * second / 4));
        EXPECT_EQ(e.facts.get(fact::actor_burst), to_truth(n >= 8)) << n;
    }
    EXPECT_EQ(enriched(*g, open(10, agent, 113, u"C:\\x.exe", 0x1010, 53 * second)).facts.get(fact::actor_burst), truth::no) << "another mask";
    EXPECT_EQ(enriched(*g, open(11, agent, 113, u"C:\\x.exe", 0x1410, 53 * second)).facts.get(fact::actor_burst), truth::no) << "another actor";
    EXPECT_EQ(enriched(*g, open(10, agent, 113, u"C:\\x.exe", 0x1410, 90 * second)).facts.get(fact::actor_burst), truth::no) << "too late";
}

TEST(engine, opening_one_process_again_and_again_is_no_burst) {
    const auto g = make();
    for (uint32_t n = 1; n <= 100; ++n)
        EXPECT_EQ(enriched(*g, open(10, agent, 700, lsass, 0x40, 50 * second + n)).facts.get(fact::actor_burst), truth::no);
}

struct trace_case {
    const char* name;
    std::vector<stack_frame> frames;
    truth unbacked, direct, dump, inventory;
    trust caller;
};

TEST(engine, reads_call_stacks) {
    const stack_frame tool{u"C:\\Users\\a\\tool.exe", 1}, unknown{{}, 0x2ee319439bf}, dbgcore{u"C:\\Windows\\SYSTEM32\\dbgcore.DLL", 1},
        own_dbghelp{u"C:\\Users\\a\\dbghelp.dll", 1}, fake_ntdll{u"C:\\Users\\a\\ntdll.dll", 1}, wow64{u"C:\\Windows\\System32\\wow64.dll", 1},
        fake_wow64{u"C:\\Users\\a\\wow64.dll", 1},
        xtajit{u"C:\\Windows\\System32\\xtajit64.dll", 1}, jvm{u"C:\\Program Files\\Java\\bin\\server\\jvm.dll", 1},
        own_jvm{u"C:\\Users\\a\\jre\\jvm.dll", 1}, core_clr{u"C:\\Program Files\\dotnet\\shared\\coreclr.dll", 1}, own_clr{u"C:\\Users\\a\\coreclr.dll", 1},
        core_list{u"C:\\Program Files\\dotnet\\shared\\System.Diagnostics.Process.dll", 1}, own_list{u"C:\\Users\\a\\System.Diagnostics.Process.dll", 1},
        net{u"C:\\Windows\\assembly\\NativeImages_v4.0.30319_64\\System\\aa\\System.ni.dll", 1}, wmi{u"C:\\Windows\\System32\\wbem\\cimwin32.dll", 1};
    constexpr truth y = truth::yes, n = truth::no, u = truth::unknown;
    constexpr trust u_trust = trust::unknown;
    const trace_case cases[] = {
        {"own code", {ntdll, kernelbase, tool, ntdll}, n, n, n, n, trust::t0},
        {"unbacked caller", {ntdll, kernelbase, unknown}, y, n, n, n, trust::t0},
        {"direct system call", {tool, tool, ntdll}, n, y, n, n, trust::t0},
        {"system call from nowhere", {unknown, ntdll}, y, y, n, n, trust::t0},
        {"dump routine", {ntdll, kernelbase, dbgcore, tool, ntdll}, n, n, y, n, trust::t3},
        {"a tool's own dump library", {ntdll, kernelbase, own_dbghelp, tool, ntdll}, n, n, y, n, trust::t0},
        {".NET process list", {ntdll, kernelbase, net, unknown, ntdll}, n, n, n, y, trust::t3},
        {"... of a runtime beside the programs", {ntdll, kernelbase, core_list, unknown, core_clr, ntdll}, n, n, n, y, trust::t1},
        {"... of one that a user unpacked", {ntdll, kernelbase, own_list, unknown, own_clr, ntdll}, y, n, n, n, trust::t0},
        {"compiled Java", {ntdll, kernelbase, unknown, jvm, ntdll}, n, n, n, n, u_trust},
        {"... by a virtual machine that a user unpacked", {ntdll, kernelbase, unknown, own_jvm, ntdll}, y, n, n, n, trust::t0},
        {"WMI provider", {ntdll, kernelbase, wmi, ntdll}, n, n, n, y, trust::t3},
        {"a file called ntdll.dll elsewhere", {fake_ntdll, tool, ntdll}, n, y, n, n, trust::t0},
        {"32-bit program", {ntdll, wow64, ntdll, kernelbase, tool, ntdll}, n, n, n, n, trust::t0},
        {"ok6: the switch from 32-bit code", {ntdll, wow64, unknown, unknown, wow64, tool, ntdll}, n, n, n, n, trust::t0},
        {"... nothing on its other side", {ntdll, wow64, unknown, tool, ntdll}, y, n, n, n, trust::t0},
        {"... between files of that name elsewhere", {ntdll, fake_wow64, unknown, fake_wow64, ntdll}, y, n, n, n, trust::t0},
        {"... and more without a file behind", {ntdll, wow64, unknown, wow64, unknown, tool, ntdll}, y, n, n, n, trust::t0},
        {"ok6: translated code on ARM64", {ntdll, xtajit, unknown, wow64, tool, ntdll}, n, n, n, n, trust::t0},
    };
    for (const trace_case& c : cases) {
        const auto g = make();
        const event e = enriched(*g, open(10, u"C:\\Users\\a\\tool.exe", 700, lsass, 0x1410, second, {c.frames.data(), c.frames.size()}));
        EXPECT_EQ(e.facts.get(fact::trace_unbacked), c.unbacked) << c.name;
        EXPECT_EQ(e.facts.get(fact::trace_direct_syscall), c.direct) << c.name;
        EXPECT_EQ(e.facts.get(fact::trace_dump_routine), c.dump) << c.name;
        EXPECT_EQ(e.facts.get(fact::trace_inventory), c.inventory) << c.name;
        EXPECT_EQ(e.caller_trust, c.caller) << c.name;
    }
    // A sensor that walks no further than code without a file: only a program made to host a runtime may have one behind it.
    const text hosts[] = {u"C:\\Program Files\\PowerShell\\7\\pwsh.exe", u"C:\\Windows\\System32\\svchost.exe", u"C:\\Users\\a\\tool.exe"};
    for (const text host : hosts) {
        const auto g = make();
        const stack_frame frames[] = {ntdll, kernelbase, unknown};
        event e = open(10, host, 700, lsass, 0x1410, second, frames);
        e.data.handle.stack.complete = truth::unknown;
        e = enriched(*g, e);
        const bool runtime = host.data == hosts[0].data;
        EXPECT_EQ(e.facts.get(fact::trace_unbacked), runtime ? u : y);
        EXPECT_EQ(e.caller_trust, runtime ? trust::unknown : trust::t0);
        const stack_frame listed[] = {ntdll, kernelbase, core_list, unknown};
        event list = open(10, host, 700, lsass, 0x1410, second, listed);
        list.data.handle.stack.complete = truth::unknown;
        EXPECT_EQ(enriched(*g, list).facts.get(fact::trace_unbacked), n) << "the runtime's own library is on it";
    }
    const auto g = make();
    const event none = enriched(*g, open(10, agent, 700, lsass, 0x1410, second));
    EXPECT_EQ(none.facts.get(fact::trace_unbacked), u) << "no stack proves nothing";
    event cut = open(10, agent, 700, lsass, 0x1410, second, {&ntdll, 1});
    cut.data.handle.stack.complete = truth::unknown;
    EXPECT_EQ(enriched(*g, cut).facts.get(fact::trace_unbacked), u) << "a cut stack does not prove absence";
    EXPECT_EQ(enriched(*g, cut).facts.get(fact::trace_direct_syscall), n) << "... but shows what it shows";
}

TEST(engine, a_program_that_foreign_hands_put_into_the_windows_directory_is_nobodys) {
    struct writer {
        const char* what;
        uint32_t pid;
        text image, path;
        trust expected;
    };
    const text cmd = u"C:\\Windows\\System32\\cmd.exe";
    const text place = u"C:\\Windows\\System32\\svc64.exe";
    const writer writers[] = {
        {"an untrusted program", 20, u"C:\\Users\\a\\tool.exe", place, trust::t0},
        {"a shell", 20, cmd, u"\\??\\c:\\windows\\SYSTEM32\\svc64.exe", trust::t0},
        {"a file share's client", 4, u"System", place, trust::t0},
        {"Windows' servicing", 20, u"C:\\Windows\\servicing\\TrustedInstaller.exe", place, trust::t3},
        {"an installed program", 20, agent, place, trust::t3},
        {"another file", 20, cmd, u"C:\\Windows\\System32\\svc32.exe", trust::t3},
        {"a file elsewhere", 20, cmd, u"D:\\svc64.exe", trust::t3},
    };
    for (const writer& w : writers) {
        const auto g = make();
        event write;
        write.kind = event_kind::file;
        write.actor.key.pid = w.pid;
        write.actor_image = w.image;
        file_payload file{};
        file.what = file_payload::operation::create;
        file.path = w.path;
        write.data = file;
        write.time_100ns = second;
        const event before = enriched(*g, open(30, place, 700, lsass, 0x1010, second / 2));
        EXPECT_EQ(before.actor.image_trust, trust::t3) << w.what << ", already running";
        enriched(*g, write);
        EXPECT_EQ(enriched(*g, open(31, place, 700, lsass, 0x1010, 900 * second)).actor.image_trust, w.expected) << w.what;
        EXPECT_EQ(enriched(*g, open(30, place, 700, lsass, 0x1010, 900 * second)).actor.image_trust, trust::t3) << w.what << ", already running";
        write.actor.key.pid = 21;
        write.actor_image = u"C:\\Windows\\servicing\\TrustedInstaller.exe";
        write.data.file.path = place;
        write.time_100ns = 1000 * second;
        enriched(*g, write);
        EXPECT_EQ(enriched(*g, open(32, place, 700, lsass, 0x1010, 1001 * second)).actor.image_trust, trust::t3) << w.what << ", then Windows replaced it";
    }
}

TEST(engine, without_the_stand_in_a_path_proves_no_trust) {
    const auto g = make(false);
    const event e = enriched(*g, open(10, u"C:\\Users\\a\\tool.exe", 700, lsass, 0x1010, second, {&ntdll, 1}));
    EXPECT_EQ(e.actor.image_trust, trust::unknown);
    EXPECT_EQ(e.actor.basis, trust_basis::none);
    EXPECT_TRUE(e.target.roles.has(role::lsass)) << "identity by the system directory stays";
}

TEST(engine, a_recorded_signature_outranks_the_path) {
    const auto g = make();
    event load;
    load.kind = event_kind::image_load;
    load.actor.key.pid = 10;
    load.actor_image = u"C:\\Agents\\agent.exe";
    image_load_payload image{};
    image.path = u"C:\\AGENTS\\agent.exe";
    image.signer.is_signed = image.signer.is_valid = truth::yes;
    image.signer.is_microsoft_windows = truth::no;
    load.data = image;
    EXPECT_EQ(enriched(*g, open(10, u"C:\\Agents\\agent.exe", 700, lsass, 0x1010, second)).actor.image_trust, trust::t0);
    g->enrich(load);
    const event e = enriched(*g, open(10, u"C:\\Agents\\agent.exe", 700, lsass, 0x1010, second));
    EXPECT_EQ(e.actor.image_trust, trust::t1);
    EXPECT_EQ(e.actor.basis, trust_basis::signature);
    image.path = u"C:\\Agents\\plugin.dll";
    image.signer.is_signed = truth::no;
    load.data = image;
    g->enrich(load);
    EXPECT_EQ(enriched(*g, open(10, u"C:\\Agents\\agent.exe", 700, lsass, 0x1010, second)).actor.image_trust, trust::t1) << "a plug-in is not the program";
}

TEST(engine, a_renamed_script_host_is_known_by_its_original_file_name) {
    const auto g = make();
    event start;
    start.kind = event_kind::process_create;
    start.actor.key.pid = 10;
    start.actor_image = u"C:\\Users\\a\\notes.exe";
    process_create_payload create{};
    create.original_file_name = u"PowerShell.EXE";
    create.file_age_s = create.integrity_rid = create.session_id = unknown_u32;
    start.data = create;
    g->enrich(start);
    const event e = enriched(*g, open(10, u"C:\\Users\\a\\notes.exe", 700, lsass, 0x1010, second));
    EXPECT_EQ(has_role(e.actor, role::script_host), truth::yes);
}

event dump_file(uint32_t actor, text image, text path, uint64_t time) {
    event e;
    e.kind = event_kind::file;
    e.time_100ns = time;
    e.actor.key.pid = actor;
    e.actor_image = image;
    file_payload file{};
    file.what = file_payload::operation::create;
    file.path = path;
    e.data = file;
    return e;
}

TEST(engine, a_dump_convicts_only_in_the_window_behind_an_lsass_read) {
    struct attempt {
        uint64_t after_s;
        access_mask mask;
        bool convicts;
    };
    for (const attempt& a : {attempt{1, 0x1410, true}, attempt{119, 0x1410, true}, attempt{121, 0x1410, false}, attempt{1, 0x1400, false}}) {
        const auto g = make();
        event o = open(10, agent, 700, lsass, a.mask, 500 * second);
        g->enrich(o);
        event f = dump_file(10, agent, u"C:\\Temp\\x.dmp", (500 + a.after_s) * second);
        bool convicted = false;
        g->process_event(f, [&](const rule&, const outcome& out, const event&) { convicted |= out.evidence == verdict::convict; });
        EXPECT_EQ(convicted, a.convicts) << a.after_s << " s, mask " << std::hex << a.mask;
    }
}

/// FNV-1a over every finding: rule, atoms, verdict, time. The value is the same on every compiler and machine; it may change only
/// when a rule or a fact changes, and then says so.
uint64_t findings_signature(uint32_t seed) {
    const auto g = make();
    std::mt19937 random(seed);
    uint64_t hash = 0xcbf29ce484222325u;
    const text images[] = {agent, lsass, u"C:\\Users\\a\\t.exe", u"C:\\Windows\\System32\\rundll32.exe", u"C:\\Windows\\System32\\svchost.exe", {}};
    const stack_frame pool[] = {ntdll, kernelbase, {{}, 1}, {u"C:\\Users\\a\\t.exe", 1}, {u"C:\\Windows\\System32\\dbgcore.dll", 1}};
    for (int n = 0; n < 20'000; ++n) {
        // One draw a statement: the order in which arguments are evaluated differs between compilers.
        const auto draw = [&random](uint32_t below) { return static_cast<uint32_t>(random() % below); };
        stack_frame frames[4];
        for (stack_frame& f : frames) f = pool[draw(5)];
        const uint64_t time = static_cast<uint64_t>(n) * second / 3;
        const uint32_t actor = 4 + draw(200);
        const text image = images[draw(6)];
        const bool writes_file = draw(8) == 0;
        const text path = draw(2) == 0 ? text(u"C:\\a\\lsass.dmp") : text(u"C:\\a\\b.txt");
        const uint32_t target = 700 + draw(3);
        const text target_image = images[draw(6)];
        const access_mask mask = draw(0x4000);
        const uint32_t depth = draw(5);
        event e = writes_file ? dump_file(actor, image, path, time) : open(actor, image, target, target_image, mask, time, {frames, depth});
        g->process_event(e, [&](const rule& r, const outcome& o, const event& at) {
            for (const uint64_t value : {uint64_t{r.id}, uint64_t{o.atoms.yes}, uint64_t{o.atoms.unknown}, uint64_t(o.evidence),
                                         uint64_t(o.action), uint64_t{o.strip_mask}, o.blind.bits, at.time_100ns})
                for (int byte = 0; byte < 8; ++byte) hash = (hash ^ (value >> (8 * byte) & 0xff)) * 0x100000001b3u;
        });
    }
    return hash;
}

TEST(engine, equal_streams_give_equal_findings_everywhere) {
    EXPECT_EQ(findings_signature(1), findings_signature(1));
    EXPECT_NE(findings_signature(1), findings_signature(2));
    std::printf("findings signature %016llx\n", static_cast<unsigned long long>(findings_signature(1)));
    EXPECT_EQ(findings_signature(1), 0x4e24f637226b45e8u);
}

}  // namespace
