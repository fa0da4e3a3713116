// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Synthetic streams through the engine: every vector of M1, A1 and CC c15, every legitimate case with one condition flipped, and what
// streams do: reuse of PIDs, missing starts, duplicates, disorder, long waits, chains, full tables.
#include <gtest/gtest.h>

#include <algorithm>
#include <bartizan/engine/engine.hpp>
#include <bartizan/testing/injection_events.hpp>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace bartizan;
using namespace bartizan::testing;

constexpr uint64_t second = policy::second_100ns;
constexpr uint64_t noon = 1'000'000 * second;
constexpr uint32_t a = 100, b = 200, c = 300;
constexpr text attacker = u"C:\\Users\\x\\a.exe", product = u"C:\\Program Files\\Vendor\\v.exe", victim = u"C:\\Windows\\System32\\notepad.exe";
constexpr text csrss = u"C:\\Windows\\System32\\csrss.exe", services = u"C:\\Windows\\System32\\services.exe", svchost = u"C:\\Windows\\System32\\svchost.exe";
constexpr text lsass = u"C:\\Windows\\System32\\lsass.exe", chrome = u"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", explorer = u"C:\\Windows\\explorer.exe";
constexpr text ntdll = u"C:\\Windows\\System32\\ntdll.dll", kernel32 = u"C:\\Windows\\System32\\kernel32.dll", kernelbase = u"C:\\Windows\\System32\\kernelbase.dll";
const stack_frame creating[] = {{ntdll, 1, u"NtWriteVirtualMemory"}, {kernelbase, 2, u"CreateProcessInternalW"}, {product, 3, u"main"}, {ntdll, 4, u"RtlUserThreadStart"}};
const stack_frame writing[] = {{ntdll, 1, u"NtWriteVirtualMemory"}, {kernelbase, 2, u"WriteProcessMemory"}, {product, 3, u"main"}, {ntdll, 4, u"RtlUserThreadStart"}};

struct found {
    std::string rule;
    verdict evidence;
    culprit whose;
    process_key instigator;
    bool blind;
};

template <class Engine = engine::engine<64>>
struct world {
    std::unique_ptr<Engine> g;
    std::vector<found> all;

    explicit world(const policy::settings& extra = {}) {
        policy::settings s = extra;
        s.trust_from_path = true;
        g = std::make_unique<Engine>(s);
    }
    world& feed(event e) {
        g->process_event(e, [this](const rule& r, const outcome& o, const event& at) {
            all.push_back({r.name, o.evidence, o.whose, at.instigator, !o.blind.empty()});
        });
        return *this;
    }
    template <class Builder>
    world& operator<<(const Builder& builder) { return feed(builder.build()); }

    /// The highest verdict of the families at hand.
    [[nodiscard]] verdict worst() const {
        verdict v = verdict::none;
        for (const found& f : all)
            if (is_ours(f.rule)) v = std::max(v, f.evidence);
        return v;
    }
    [[nodiscard]] bool convicts(const char* rule) const {
        return std::any_of(all.begin(), all.end(), [rule](const found& f) { return f.rule == rule && f.evidence == verdict::convict; });
    }
    [[nodiscard]] static bool is_ours(const std::string& rule) {
        for (const rule_name& r : ours)
            if (rule == r.name) return true;
        return false;
    }
    struct rule_name { const char* name; };
    static constexpr rule_name ours[] = {{"remote_thread_injected"}, {"remote_library_forced"}, {"remote_memory_changed"}, {"process_hollowed"},
                                         {"thread_context_hijacked"}, {"tainted_code_acts"}, {"injector_tool_started"}, {"remote_apc_abused"},
                                         {"kernel_apc_injected"}, {"code_cave_runs"}};
};

event started(uint32_t pid, text image, uint32_t parent, text parent_image, uint64_t at, truth suspended = truth::yes) {
    event e = process_start(pid, image, parent, parent_image).creator(parent).at(at).build();
    e.data.create.created_suspended = suspended;
    return e;
}
memory_operation write(uint32_t from, text image, uint32_t to, text target, uint64_t base, uint64_t size, uint64_t at) {
    return memory_operation(event_kind::memory_write, from, image, to, target, base, size).debugged_by().at(at);
}
memory_operation protect(uint32_t from, text image, uint32_t to, text target, uint64_t base, uint64_t size, uint64_t at) {
    return memory_operation(event_kind::memory_protect, from, image, to, target, base, size, page_execute_read).debugged_by().at(at);
}
remote_thread_start thread(uint32_t from, text image, uint32_t to, text target, uint64_t address, uint64_t at) {
    return remote_thread_start(from, image, to, target, address).at(at);
}

// ---- M1 ------------------------------------------------------------------------------------------------------------------------

TEST(injection, m1_01_console_control) {
    const auto start = [](memory_state state) { return thread(b, csrss, a, victim, 0x7ff800001000, noon).in(state, kernelbase, u"CtrlRoutine"); };
    EXPECT_EQ((world<>() << start(memory_state::image_clean)).worst(), verdict::none);
    EXPECT_EQ((world<>() << start(memory_state::image_cow)).worst(), verdict::convict) << "a modified page";
    EXPECT_EQ((world<>() << start(memory_state::private_memory)).worst(), verdict::convict) << "no module at all";
    EXPECT_EQ((world<>() << thread(b, csrss, a, victim, 0xffff8462314b2460, noon).in(memory_state::private_memory)).worst(), verdict::none) << "a kernel thread";
}

/// ok8: what Windows' own programs start in each other lies in images as they are on disk; the same start anywhere else is judged.
TEST(injection, ok8_starts_between_programs_of_windows) {
    constexpr text winlogon = u"C:\\Windows\\System32\\winlogon.exe", at_broker = u"C:\\Windows\\System32\\AtBroker.exe";
    constexpr text tools = u"C:\\Program Files\\VMware\\VMware Tools\\vmtoolsd.exe", open_with = u"C:\\Windows\\System32\\OpenWith.exe";
    constexpr text spooler = u"C:\\Windows\\System32\\spoolsv.exe";
    struct benign { text source, target, module, function; };
    const benign cases[] = {
        {winlogon, u"C:\\Windows\\System32\\LogonUI.exe", ntdll, u"TppWorkerThread"}, {winlogon, csrss, ntdll, u"RtlUserThreadStart"},
        {winlogon, u"C:\\Windows\\System32\\dwm.exe", ntdll, u"TppWorkerThread"}, {winlogon, u"C:\\Windows\\System32\\userinit.exe", kernel32, u"BaseThreadInitThunk"},
        {winlogon, at_broker, ntdll, u"TppWorkerThread"}, {at_broker, u"C:\\Windows\\System32\\sethc.exe", ntdll, u"TppWorkerThread"},
        {explorer, victim, kernel32, u"BaseThreadInitThunk"}, {open_with, victim, kernel32, u"BaseThreadInitThunk"},
        {tools, victim, kernel32, u"GetCommandLineW"}, {spooler, victim, kernel32, u"LoadLibraryW"}, {product, victim, ntdll, u"EtwpNotificationThread"},
        {attacker, victim, ntdll, u"EtwpNotificationThread"},
    };
    for (const benign& k : cases) {
        const auto start = [&k](memory_state state, text module) { return thread(a, k.source, b, k.target, 0x7ff800001000, noon).in(state, module, k.function); };
        EXPECT_EQ((world<>() << start(memory_state::image_clean, k.module)).worst(), verdict::none) << std::u16string(k.function.data, k.function.size).size();
        EXPECT_EQ((world<>() << start(memory_state::private_memory, {})).worst(), verdict::convict) << "memory that no file accounts for";
        EXPECT_EQ((world<>() << start(memory_state::image_cow, k.module)).worst(), verdict::convict) << "a modified page";
    }
    EXPECT_EQ((world<>() << thread(a, attacker, b, victim, 0x7ff800001000, noon).in(memory_state::image_clean, kernel32, u"LoadLibraryW")).worst(), verdict::convict)
        << "the spooler's routine, started by an untrusted program";
}

/// ok1 with one condition at a time taken away.
struct creation {
    uint32_t writer = a;
    bool ran = false;
    memory_use use = memory_use::peb;
    uint64_t size = 0x40;
    const stack_frame* stack = creating;
};
verdict create_and_write(const creation& k) {
    world<> w;
    w.feed(started(b, victim, a, product, noon));
    if (k.ran) w << connection(b, victim).at(noon + second);
    w << write(k.writer, product, b, victim, 0x7ff0000, k.size, noon + second).use(k.use).stack(k.stack, 4);
    return w.worst();
}
TEST(injection, m1_02_m1_03_process_creation_writes) {
    EXPECT_EQ(create_and_write({}), verdict::none) << "M1-02";
    EXPECT_EQ(create_and_write({.use = memory_use::process_parameters, .size = 0x1000}), verdict::none);
    EXPECT_EQ(create_and_write({.use = memory_use::main_image, .size = 0x3000}), verdict::convict) << "M1-03";
    EXPECT_EQ(create_and_write({.use = memory_use::main_image, .size = 0xfff}), verdict::none) << "below a page";
    EXPECT_EQ(create_and_write({.writer = c}), verdict::convict) << "not the creator";
    EXPECT_EQ(create_and_write({.ran = true}), verdict::convict) << "it has run";
    EXPECT_EQ(create_and_write({.size = 0x10001}), verdict::convict) << "more than creation writes";
    EXPECT_EQ(create_and_write({.stack = writing}), verdict::convict) << "not through CreateProcess";
    world<> slowly;
    slowly.feed(started(b, victim, a, product, noon));
    for (int i = 0; i < 4; ++i) slowly << write(a, product, b, victim, 0x400000 + 0x400u * static_cast<unsigned>(i), 0x400, noon + second).use(memory_use::main_image).stack(creating, 4);
    EXPECT_TRUE(slowly.convicts("process_hollowed")) << "four writes make a page";
}

TEST(injection, m1_05_image_replaced_by_mapping_or_by_the_block) {
    const auto begin = [] {
        world<> w;
        w.feed(started(b, victim, a, product, noon));
        event own = image_load(b, victim, victim).at(noon).build();
        own.data.image.range = {0x400000, 0x20000};
        w.feed(own);
        return w;
    };
    for (const event_kind kind : {event_kind::memory_map, event_kind::memory_allocate}) {
        world<> w = begin();
        w << memory_operation(kind, a, product, b, victim, 0x400000, 0x20000, page_execute_read).at(noon + second);
        EXPECT_TRUE(w.convicts("process_hollowed"));
        world<> elsewhere = begin();
        elsewhere << memory_operation(kind, a, product, b, victim, 0x500000, 0x20000, page_execute_read).at(noon + second);
        EXPECT_FALSE(elsewhere.convicts("process_hollowed"));
    }
    world<> redirected = begin();
    redirected << write(a, product, b, victim, 0x7ff0010, 8, noon + second).use(memory_use::peb_image_base).stack(writing, 4);
    EXPECT_FALSE(redirected.convicts("process_hollowed"));
    redirected << process_pause(true, a, product, b, victim).at(noon + 2 * second);
    EXPECT_TRUE(redirected.convicts("process_hollowed"));
}

/// ok3 with one condition at a time taken away.
struct patch {
    text source = chrome;
    text target = chrome;
    bool created = true;
    bool ran = false;
    text symbol = u"NtOpenFile";
    uint64_t size = 16;
};
verdict patch_child(const patch& k) {
    world<> w;
    if (k.created) w.feed(started(b, k.target, a, k.source, noon));
    if (k.ran) w << connection(b, k.target).at(noon + second);
    w << write(a, k.source, b, k.target, 0x7ffa00001000, k.size, noon + second).use(memory_use::module_code).of_module(ntdll, k.symbol);
    return w.worst();
}
TEST(injection, m1_04_browser_sandbox) {
    EXPECT_EQ(patch_child({}), verdict::none);
    EXPECT_EQ(patch_child({.target = explorer, .created = false}), verdict::convict) << "the same write to explorer";
    EXPECT_EQ(patch_child({.target = explorer}), verdict::convict) << "another image";
    EXPECT_EQ(patch_child({.ran = true}), verdict::convict);
    EXPECT_EQ(patch_child({.symbol = u"NtTerminateProcess"}), verdict::convict);
    EXPECT_EQ(patch_child({.size = 17}), verdict::convict);
    EXPECT_EQ(patch_child({.source = attacker, .target = attacker}), verdict::convict) << "nobody signed it";
}

TEST(injection, m1_05_prepared_memory_however_long_ago) {
    for (const uint64_t wait : {5 * second, 20 * 60 * second}) {
        world<> w;
        w << protect(a, product, b, victim, 0x10000, 0x1000, noon);
        EXPECT_NE(w.worst(), verdict::convict);
        w << thread(a, product, b, victim, 0x10800, noon + wait);
        EXPECT_TRUE(w.convicts("remote_thread_injected")) << wait;
    }
    world<> outside;
    outside << protect(a, product, b, victim, 0x10000, 0x1000, noon) << thread(a, product, b, victim, 0x11000, noon + second);
    EXPECT_NE(outside.worst(), verdict::convict) << "the first byte behind the range";
    world<> argument;
    argument << protect(a, product, b, victim, 0x10000, 0x1000, noon) << thread(a, product, b, victim, 0x900000, noon + second).argument(0x10000);
    EXPECT_EQ(argument.worst(), verdict::convict) << "handed to the start routine";
    world<> logged;
    logged << write(c, product, b, victim, 0x900000, 16, noon) << protect(a, product, b, victim, 0x10000, 0x1000, noon) << thread(a, product, b, victim, 0x10000, noon + second);
    EXPECT_NE(logged.worst(), verdict::convict) << "writes are logged and there was none";
    world<> written;
    written << write(a, product, b, victim, 0x10000, 16, noon) << protect(a, product, b, victim, 0x10000, 0x1000, noon) << thread(a, product, b, victim, 0x10000, noon + second);
    EXPECT_EQ(written.worst(), verdict::convict);
}

TEST(injection, m1_06_forced_library) {
    const auto begin = [](text source) {
        world<> w;
        w << thread(a, source, b, victim, 0x7ffa10000000, noon).in(memory_state::image_clean, kernel32, u"LoadLibraryW").thread_id(7);
        return w;
    };
    const auto load = [](text module, uint64_t at) { return image_load(b, victim, module).at(at); };
    EXPECT_EQ((begin(product) << load(u"C:\\Windows\\System32\\oleacc.dll", noon + second).signed_by(u"Microsoft Windows", true)).worst(), verdict::none);
    world<> foreign = begin(product);
    foreign << load(u"C:\\Windows\\System32\\version.dll", noon + second).signed_by(u"Microsoft Windows", true) << load(u"C:\\Users\\x\\t.dll", noon + 2 * second).is_unsigned();
    EXPECT_TRUE(foreign.convicts("remote_library_forced"));
    ASSERT_FALSE(foreign.all.empty());
    EXPECT_EQ(foreign.all.back().whose, culprit::instigator);
    EXPECT_EQ(foreign.all.back().instigator.pid, a) << "the source is convicted, not the target";
    EXPECT_EQ((begin(product) << load(u"C:\\Users\\x\\t.dll", noon + 61 * second).is_unsigned()).worst(), verdict::none) << "behind the window";
    EXPECT_EQ((world<>() << load(u"C:\\Users\\x\\t.dll", noon).is_unsigned()).worst(), verdict::none) << "nobody asked from outside";
    event by_another = load(u"C:\\Users\\x\\t.dll", noon + second).is_unsigned().build();
    by_another.data.image.thread_id = 8;
    EXPECT_EQ(begin(product).feed(by_another).worst(), verdict::none) << "another thread's library";
    EXPECT_EQ(begin(attacker).worst(), verdict::convict) << "nobody vouches for the source";
}

TEST(injection, m1_07_tainted_code_acts_twenty_minutes_later) {
    const stack_frame inside[] = {{ntdll, 1, {}}, {{}, 0x20100, {}}, {ntdll, 2, {}}};
    const stack_frame outside[] = {{ntdll, 1, {}}, {{}, 0x30100, {}}, {ntdll, 2, {}}};
    const auto connects = [](const stack_frame* frames, uint32_t size, uint64_t at) {
        event e = connection(b, victim).at(at).build();
        e.stack = {frames, size, size == 0 ? truth::unknown : truth::yes};
        return e;
    };
    world<> w;
    w << write(a, product, b, victim, 0x20000, 0x1000, noon).use(memory_use::heap);
    EXPECT_EQ(w.worst(), verdict::none);
    w.feed(connects(outside, 3, noon + second));
    EXPECT_EQ(w.worst(), verdict::none) << "its own JIT";
    w.feed(connects(nullptr, 0, noon + second));
    EXPECT_EQ(w.worst(), verdict::none);
    EXPECT_TRUE(w.all.back().blind) << "no stack: not seen";
    w.feed(connects(inside, 3, noon + 1200 * second));
    ASSERT_TRUE(w.convicts("tainted_code_acts"));
    EXPECT_EQ(w.all.back().instigator.pid, a);
    EXPECT_EQ(w.all.back().whose, culprit::instigator);
}

TEST(injection, m1_08_debugger) {
    const auto breaks_in = [](uint32_t owner) {
        return thread(a, attacker, b, victim, 0x7ffa00005000, noon).in(memory_state::image_clean, ntdll, u"DbgUiRemoteBreakin").debugged_by(owner);
    };
    EXPECT_EQ((world<>() << breaks_in(a)).worst(), verdict::none);
    EXPECT_EQ((world<>() << breaks_in(c)).worst(), verdict::event) << "somebody else's debuggee";
    const auto breakpoint = [](uint32_t owner) {
        return memory_operation(event_kind::memory_write, a, product, b, victim, 0x7ffa00006000, 1).use(memory_use::module_code).debugged_by(owner).at(noon);
    };
    EXPECT_EQ((world<>() << breakpoint(a)).worst(), verdict::none);
    EXPECT_EQ((world<>() << breakpoint(0)).worst(), verdict::convict);
}

TEST(injection, m1_09_fork) {
    struct fork {
        text source = u"C:\\msys64\\usr\\bin\\bash.exe";
        text target = u"C:\\msys64\\usr\\bin\\bash.exe";
        text module = u"C:\\msys64\\usr\\bin\\msys-2.0.dll";
        bool created = true;
    };
    const auto judge = [](const fork& k) {
        world<> w;
        w.feed(started(b, k.target, k.created ? a : c, k.source, noon));
        w << write(a, k.source, b, k.target, 0x180000000, 0x2000, noon + second).use(memory_use::module_data).of_module(k.module);
        return w.worst();
    };
    EXPECT_EQ(judge({}), verdict::none);
    EXPECT_EQ(judge({.target = u"C:\\Users\\x\\bash.exe"}), verdict::convict) << "another directory";
    EXPECT_EQ(judge({.module = u"C:\\Windows\\System32\\user32.dll"}), verdict::convict) << "another module's data";
    EXPECT_EQ(judge({.created = false}), verdict::convict) << "not its own child";
}

TEST(injection, m1_10_image_is_replaced) {
    event e = connection(a, u"C:\\Program Files\\Mozilla Firefox\\firefox.exe").at(noon).build();
    e.kind = event_kind::image_tampered;
    e.data = tamper_payload{tamper_payload::change::image_replaced};
    EXPECT_EQ(world<>().feed(e).worst(), verdict::event);
}

TEST(injection, m1_7_contexts) {
    const auto hijack = [](bool paused, uint32_t debugger) {
        world<> w;
        if (paused) w << process_pause(false, a, product, b, victim).at(noon);
        w << context_change(a, product, b, victim, 0x20000).in(memory_state::private_memory).of_thread(9).debugged_by(debugger).at(noon + second);
        return w.worst();
    };
    EXPECT_EQ(hijack(true, 0), verdict::convict);
    EXPECT_EQ(hijack(true, a), verdict::none);
    EXPECT_EQ(hijack(false, 0), verdict::event) << "a suspension that was not reported";
    world<> ghost;
    for (unsigned i = 0; i < 8; ++i) {
        EXPECT_NE(ghost.worst(), verdict::convict) << i;
        ghost << context_change(a, product, b, victim, 0x7ffa00000000).in(memory_state::image_clean, ntdll, program_point::after_system_call).of_thread(9).debugged_by().at(noon + i * second / 2);
    }
    EXPECT_EQ(ghost.worst(), verdict::convict) << "eight within five seconds";
    world<> stepping;
    for (unsigned i = 0; i < 8; ++i)
        stepping << context_change(a, product, b, victim, 0x7ffa00000000).in(memory_state::image_clean, ntdll, program_point::after_system_call).of_thread(9 + i).debugged_by().at(noon + i * second / 2);
    EXPECT_EQ(stepping.worst(), verdict::none) << "eight threads once each";
}

// ---- A1 ------------------------------------------------------------------------------------------------------------------------

queued_apc apc(text source, text target, uint64_t routine, uint64_t argument = 0) { return queued_apc(a, source, b, target, routine, argument).debugged_by().at(noon); }

TEST(injection, a1_vectors) {
    constexpr uint64_t in_ntdll = 0x7ffa00001000, heap = 0x20000;
    const auto dispatched = [&](memory_state state, page_protection p, text function) {
        return (world<>() << apc(product, victim, in_ntdll, heap).in(memory_state::image_clean, ntdll, function).argument_in(state, p)).worst();
    };
    EXPECT_EQ(dispatched(memory_state::private_memory, page_execute_read, u"RtlDispatchAPC"), verdict::convict) << "A1-01";
    EXPECT_EQ(dispatched(memory_state::image_clean, page_execute_writecopy, u"RtlDispatchAPC"), verdict::none) << "... in a module";
    EXPECT_EQ(dispatched(memory_state::private_memory, page_execute_read, {}), verdict::convict) << "ETW names no function: executable memory is no data";
    EXPECT_EQ(dispatched(memory_state::private_memory, page_readwrite, {}), verdict::none) << "... data is data";
    EXPECT_EQ((world<>() << apc(product, victim, 0x7ffa10002000).in(memory_state::image_clean, kernel32, u"GlobalGetAtomNameW")).worst(), verdict::convict) << "A1-02";
    EXPECT_EQ((world<>() << apc(product, victim, 0x7ffa10002000).in(memory_state::image_clean, kernel32, u"GlobalMemoryStatus")).worst(), verdict::none);
    constexpr uint64_t encoded = (0 - uint64_t{0x00420000}) << 2;
    EXPECT_EQ(encoded >> 32, 0xffffffffu);
    EXPECT_EQ((world<>() << apc(product, victim, encoded).in(memory_state::private_memory)).worst(), verdict::convict) << "A1-03";
    world<> allocated;
    allocated << memory_operation(event_kind::memory_allocate, a, product, b, victim, 0x420000, 0x1000, page_execute_read).at(noon) << apc(product, victim, encoded);
    EXPECT_EQ(allocated.worst(), verdict::convict) << "... found by its decoded address";
    EXPECT_EQ((world<>() << apc(services, svchost, 0x7ffa20001000).in(memory_state::image_clean, u"C:\\Windows\\System32\\sechost.dll")).worst(), verdict::none) << "A1-04";
    EXPECT_EQ((world<>() << apc(services, svchost, 0x7ffa20001000).in(memory_state::private_memory)).worst(), verdict::convict);
    EXPECT_EQ((world<>() << apc(csrss, svchost, 0x7ffa30001000).in(memory_state::image_clean, u"C:\\Windows\\System32\\basesrv.dll", u"BaseSrvNlsUpdateRegistryCache")).worst(), verdict::none) << "A1-05";
    world<> first_routine;
    first_routine.feed(started(b, victim, a, product, noon));
    first_routine << apc(product, victim, 0x7ffa00002000).in(memory_state::image_clean, ntdll, u"LdrInitializeThunk");
    EXPECT_EQ(first_routine.worst(), verdict::none) << "process creation";
}

TEST(injection, a1_5_early_bird_and_a1_6_flood) {
    world<> w;
    w.feed(started(b, victim, a, product, noon));
    w << apc(product, victim, 0x7ffa10001000).in(memory_state::image_clean, kernel32, u"LoadLibraryA");
    EXPECT_TRUE(w.convicts("remote_apc_abused"));
    world<> flood;
    for (uint32_t i = 0; i < 33; ++i) {
        EXPECT_EQ(flood.worst(), verdict::none) << i;
        flood << apc(product, victim, 0x7ffa10001000).in(memory_state::image_clean, kernel32, u"BaseThreadInitThunk").to_thread(1 + i % 3).at(noon + i);
    }
    EXPECT_EQ(flood.worst(), verdict::event);
    world<> one_thread;
    for (uint32_t i = 0; i < 40; ++i)
        one_thread << apc(product, victim, 0x7ffa10001000).in(memory_state::image_clean, kernel32, u"BaseThreadInitThunk").to_thread(1).at(noon + i);
    EXPECT_EQ(one_thread.worst(), verdict::none);
}

TEST(injection, a1_06_kernel_apc) {
    const stack_frame drivers[] = {{u"C:\\Windows\\System32\\ntoskrnl.exe", 1, {}}, {u"C:\\Windows\\System32\\drivers\\sensor.sys", 2, {}}};
    const stack_frame nowhere[] = {{u"C:\\Windows\\System32\\ntoskrnl.exe", 1, {}}, {{}, 0xfffff80012345678, {}}};
    struct kernel_case {
        uint64_t age = second / 3;
        trust driver = trust::t2;
        page_protection protection = page_execute_read;
        bool foreign_frame = false;
        text target = victim;
    };
    const auto judge = [&](const kernel_case& k) {
        world<> w;
        w.feed(started(b, k.target, c, services, noon - k.age));
        w << queued_apc(4, u"System", b, k.target, 0x20000).in(memory_state::private_memory, {}, {}, k.protection).kernel_caller().caller_trust(k.driver)
                 .stack(k.foreign_frame ? nowhere : drivers, 2).at(noon);
        return w;
    };
    EXPECT_EQ(judge({}).worst(), verdict::none) << "A1-06: a security driver";
    EXPECT_EQ(judge({.target = svchost}).worst(), verdict::none);
    EXPECT_EQ(judge({.age = 3 * second}).worst(), verdict::convict);
    EXPECT_EQ(judge({.driver = trust::t1}).worst(), verdict::convict);
    EXPECT_EQ(judge({.protection = page_execute_readwrite}).worst(), verdict::convict);
    EXPECT_EQ(judge({.foreign_frame = true}).worst(), verdict::convict);
    const world<> eternal = judge({.age = 3 * 24 * 3600 * second, .driver = trust::t0, .protection = page_execute_readwrite, .foreign_frame = true, .target = lsass});
    ASSERT_TRUE(eternal.convicts("kernel_apc_injected")) << "A1-06: LSASS";
    EXPECT_EQ(eternal.all.back().whose, culprit::nobody);
    world<> prepared;
    prepared.feed(started(b, victim, c, services, noon - second));
    prepared << memory_operation(event_kind::memory_allocate, 4, u"System", b, victim, 0x20000, 0x1000, page_execute_readwrite).kernel_caller().at(noon);
    prepared << queued_apc(4, u"System", b, victim, 0x20000).kernel_caller().caller_trust(trust::t2).stack(drivers, 2).at(noon + second);
    EXPECT_EQ(prepared.worst(), verdict::convict) << "allocation, then APC";
}

// ---- code cave -----------------------------------------------------------------------------------------------------------------

TEST(injection, c15_code_in_a_modules_slack_runs) {
    const policy::slack_region slack[] = {{u"C:\\PROGRAM FILES\\VENDOR\\V.EXE", 0x1f00, 0x100, truth::yes}, {u"C:\\PROGRAM FILES\\VENDOR\\V.EXE", 0x3f00, 0x100, truth::no}};
    policy::settings settings;
    settings.slack = slack;
    const auto judge = [&](uint64_t rva, bool with_map) {
        const stack_frame frames[] = {{ntdll, 1, {}}, {product, rva, {}}, {ntdll, 2, {}}};
        world<> w(with_map ? settings : policy::settings{});
        event e = connection(a, product).at(noon).build();
        e.stack = {frames, 3, truth::yes};
        return w.feed(e).worst();
    };
    EXPECT_EQ(judge(0x1f10, true), verdict::convict);
    EXPECT_EQ(judge(0x1e10, true), verdict::none) << "a function";
    EXPECT_EQ(judge(0x3f10, true), verdict::none) << "a hook's landing pad: the file holds no code there";
    EXPECT_EQ(judge(0x1f10, false), verdict::none) << "no map, nothing looked for";
}

// ---- streams -------------------------------------------------------------------------------------------------------------------

TEST(injection, a_reused_pid_inherits_nothing) {
    world<> w;
    w.feed(started(b, victim, c, explorer, noon));
    w << protect(a, product, b, victim, 0x10000, 0x1000, noon + second) << process_end(b, victim).at(noon + 2 * second);
    w.feed(started(b, victim, c, explorer, noon + 60 * second));
    w << thread(a, product, b, victim, 0x10000, noon + 61 * second);
    EXPECT_NE(w.worst(), verdict::convict) << "the range was the old process's";
    world<> source;
    source.feed(started(a, product, c, explorer, noon));
    source << protect(a, product, b, victim, 0x10000, 0x1000, noon + second) << process_end(a, product).at(noon + 2 * second);
    source.feed(started(a, product, c, explorer, noon + 60 * second));
    source << thread(a, product, b, victim, 0x10000, noon + 61 * second);
    EXPECT_NE(source.worst(), verdict::convict) << "the range was the old source's";
}

TEST(injection, a_missing_start_is_no_excuse_and_no_evidence) {
    world<> excuse;
    excuse << write(a, chrome, b, chrome, 0x7ffa00001000, 16, noon).use(memory_use::module_code).of_module(ntdll, u"NtOpenFile");
    EXPECT_NE(excuse.worst(), verdict::convict) << "whether the child had started is unknown";
    EXPECT_TRUE(excuse.all.back().blind);
    world<> hollow;
    hollow << write(a, product, b, victim, 0x400000, 0x3000, noon).use(memory_use::main_image);
    EXPECT_NE(hollow.worst(), verdict::convict);
    EXPECT_TRUE(hollow.all.back().blind);
}

using builder_list = std::vector<event>;
builder_list chain() {
    return {started(b, victim, a, product, noon), protect(a, product, b, victim, 0x10000, 0x1000, noon + second).build(),
            process_pause(false, a, product, b, victim).at(noon + second + 1).build(), thread(a, product, b, victim, 0x10000, noon + 3 * second).build()};
}
TEST(injection, duplicates_and_disorder_change_nothing) {
    const auto judged = [](const builder_list& events) {
        world<> w;
        for (const event& e : events) w.feed(e);
        return w.convicts("remote_thread_injected");
    };
    builder_list twice;
    for (const event& e : chain()) twice.insert(twice.end(), {e, e});
    EXPECT_TRUE(judged(chain()));
    EXPECT_TRUE(judged(twice));
    builder_list order = chain();
    std::vector<int> index = {0, 1, 2};  // whatever comes before the trigger, in any order
    do {
        builder_list shuffled;
        for (const int i : index) shuffled.push_back(order[static_cast<size_t>(i)]);
        shuffled.push_back(order[3]);
        EXPECT_TRUE(judged(shuffled)) << index[0] << index[1] << index[2];
    } while (std::next_permutation(index.begin(), index.end()));
}

TEST(injection, a_chain_keeps_its_first_link) {
    world<> w;
    w << memory_operation(event_kind::memory_allocate, a, attacker, b, explorer, 0x10000, 0x1000, page_execute_read).at(noon);
    w << thread(a, attacker, b, explorer, 0x10000, noon + second).in(memory_state::private_memory);
    w << memory_operation(event_kind::memory_allocate, b, explorer, c, svchost, 0x50000, 0x1000, page_execute_read).at(noon + 2 * second);
    w << thread(b, explorer, c, svchost, 0x50000, noon + 3 * second).in(memory_state::private_memory);
    EXPECT_EQ(w.all.back().instigator.pid, a) << "explorer acts for whoever runs in it";
    const stack_frame frames[] = {{ntdll, 1, {}}, {{}, 0x50010, {}}, {ntdll, 2, {}}};
    event acts = connection(c, svchost).at(noon + 4000 * second).build();
    acts.stack = {frames, 3, truth::yes};
    w.feed(acts);
    ASSERT_TRUE(w.convicts("tainted_code_acts"));
    EXPECT_EQ(w.all.back().instigator.pid, a) << "two hops away";
}

TEST(injection, full_tables_evict_in_order_and_count) {
    using tiny = engine::engine<64, 32, 32>;
    const auto run = [] {
        world<tiny> w;
        for (uint32_t i = 0; i < 200; ++i) {
            w << protect(1000 + i % 50, product, 2000 + i, victim, 0x10000, 0x1000, noon + i * second);
            w << opened_process(1000 + i % 50, product, 2000 + i, victim, process_all_access).at(noon + i * second);
        }
        return w;
    };
    const world<tiny> first = run(), second_run = run();
    EXPECT_EQ(first.g->injection().pairs(), 32u);
    EXPECT_EQ(first.g->injection().evicted_pairs(), second_run.g->injection().evicted_pairs());
    EXPECT_GT(first.g->injection().evicted_pairs(), 100u);
    EXPECT_EQ(first.g->injection().evicted_taints(), 200u - 32u);
    world<tiny> w = run();
    w << thread(1000 + 199 % 50, product, 2000 + 199, victim, 0x10000, noon + 300 * second);
    EXPECT_EQ(w.worst(), verdict::convict) << "the youngest is remembered";
}

/// Losing any one field of any event of a benign stream convicts nobody.
TEST(injection, drop_one_field_runs_convict_nobody) {
    std::vector<builder_list> benign;
    benign.push_back({started(b, victim, a, product, noon), write(a, product, b, victim, 0x7ff0000, 0x40, noon + second).use(memory_use::peb).stack(creating, 4).build()});
    benign.push_back({started(b, chrome, a, chrome, noon),
                      write(a, chrome, b, chrome, 0x7ffa00001000, 16, noon + second).use(memory_use::module_code).of_module(ntdll, u"NtOpenFile").build()});
    benign.push_back({thread(b, csrss, a, victim, 0x7ff800001000, noon).in(memory_state::image_clean, kernelbase, u"CtrlRoutine").build()});
    benign.push_back({thread(a, product, b, victim, 0x7ffa00005000, noon).in(memory_state::image_clean, ntdll, u"DbgUiRemoteBreakin").debugged_by(a).build(),
                      memory_operation(event_kind::memory_write, a, product, b, victim, 0x7ffa00006000, 1).use(memory_use::module_code).debugged_by(a).at(noon).build()});
    benign.push_back({apc(services, svchost, 0x7ffa20001000).in(memory_state::image_clean, u"C:\\Windows\\System32\\sechost.dll", u"ScNotify").build()});
    benign.push_back({thread(a, product, b, victim, 0x7ffa10000000, noon).in(memory_state::image_clean, kernel32, u"LoadLibraryW").build(),
                      image_load(b, victim, u"C:\\Windows\\System32\\oleacc.dll").signed_by(u"Microsoft Windows", true).at(noon + second).build()});
    const std::vector<std::function<void(event&)>> losses = {
        [](event& e) { e.actor_image = {}; },
        [](event& e) { e.target_image = {}; },
        [](event& e) { e.target.is_debugged = truth::unknown; },
        [](event& e) { e.stack = {}; },
        [](event& e) { if (e.kind == event_kind::process_create) e.data.create.creator = e.data.create.parent = {}; },
        [](event& e) { if (e.kind == event_kind::process_create) e.data.create.created_suspended = truth::unknown; },
        [](event& e) { if (e.kind == event_kind::memory_write) e.data.memory.use = memory_use::unknown; },
        [](event& e) { if (e.kind == event_kind::memory_write) e.data.memory.mapped_file = {}; },
        [](event& e) { if (e.kind == event_kind::memory_write) e.data.memory.symbol = {}; },
        [](event& e) { if (e.kind == event_kind::thread_start) e.data.thread.start_function = {}; },
        [](event& e) { if (e.kind == event_kind::thread_start) e.data.thread.start_module = {}; },
        [](event& e) { if (e.kind == event_kind::thread_start) e.data.thread.start_state = memory_state::unknown; },
        [](event& e) { if (e.kind == event_kind::thread_start) e.data.thread.is_initial_thread = truth::unknown; },
        [](event& e) { if (e.kind == event_kind::apc_queue) e.data.apc.routine_state = memory_state::unknown; },
        [](event& e) { if (e.kind == event_kind::apc_queue) e.data.apc.routine_module = {}; },
        [](event& e) { if (e.kind == event_kind::apc_queue) e.data.apc.routine_function = {}; },
        [](event& e) { if (e.kind == event_kind::image_load) e.data.image.signer = {}; },
        [](event& e) { e.kind = event_kind::none; },
    };
    for (size_t s = 0; s < benign.size(); ++s) {
        for (size_t at = 0; at < benign[s].size(); ++at) {
            for (size_t loss = 0; loss < losses.size(); ++loss) {
                world<> w;
                for (size_t i = 0; i < benign[s].size(); ++i) {
                    event e = benign[s][i];
                    if (i == at) losses[loss](e);
                    w.feed(e);
                }
                EXPECT_NE(w.worst(), verdict::convict) << "stream " << s << ", event " << at << ", loss " << loss;
            }
        }
    }
}

}  // namespace
