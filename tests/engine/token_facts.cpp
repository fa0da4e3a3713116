// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Privilege escalation end to end, on synthetic streams: the vectors T1-01 to T1-06 of its specification, one case for each line of what must
// not fire, mutation pairs, PID reuse and starts that no sensor saw.
#include <gtest/gtest.h>

#include <bartizan/core/privilege.hpp>
#include <bartizan/engine/engine.hpp>
#include <bartizan/testing/raw_events.hpp>
#include <memory>

namespace {

using namespace bartizan;
using namespace bartizan::testing;

constexpr text explorer = u"C:\\Windows\\explorer.exe";
constexpr text cmd = u"C:\\Windows\\System32\\cmd.exe";
constexpr text powershell = u"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";
constexpr text svchost = u"C:\\Windows\\System32\\svchost.exe";
constexpr text services = u"C:\\Windows\\System32\\services.exe";
constexpr text lsass = u"C:\\Windows\\System32\\lsass.exe";
constexpr text winlogon = u"C:\\Windows\\System32\\winlogon.exe";
constexpr text tool = u"C:\\Users\\a\\tool.exe";
constexpr text setup = u"C:\\Users\\a\\Downloads\\setup.exe";
constexpr text w3wp = u"C:\\Windows\\System32\\inetsrv\\w3wp.exe";
constexpr text chrome = u"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe";
constexpr uint32_t untrusted = 0, low = 0x1000, medium = 0x2000, high = 0x3000, system_level = 0x4000;

struct answer {
    verdict worst = verdict::none;
    bool denied = false;
    field_set blind;
};

class endpoint {
  public:
    endpoint() {
        policy::settings settings;
        settings.trust_from_path = true;
        engine_ = std::make_unique<engine::engine<64>>(settings);
        feed(process_start(10, services, 5, u"C:\\Windows\\System32\\wininit.exe").user(account::system).integrity(system_level));
        feed(process_start(20, svchost, 10).user(account::system).integrity(system_level));
        feed(process_start(100, explorer, 90, u"C:\\Windows\\System32\\userinit.exe").user(account::user).integrity(medium));
    }
    answer feed(event e) {
        e.time_100ns = time_ += policy::second_100ns;
        answer out;
        engine_->process_event(e, [&](const rule& r, const outcome& o, const event&) {
            if (r.group != family::token_theft) return;
            if (o.evidence > out.worst) out.worst = o.evidence;
            out.blind.bits |= o.blind.bits;
        });
        out.denied = rules::before(e).what == pre_outcome::decision::deny;
        return out;
    }
    template <class Builder>
    answer feed(const Builder& b) { return feed(b.build()); }
    void wait(uint64_t seconds) { time_ += seconds * policy::second_100ns; }

    /// The first thread of a process starts, by its creator's hand.
    void run(uint32_t pid, uint32_t creator) {
        event e;
        e.kind = event_kind::thread_start;
        e.actor.key.pid = creator;
        e.target.key.pid = pid;
        thread_start_payload thread{};
        e.data = thread;
        feed(e);
    }

  private:
    std::unique_ptr<engine::engine<64>> engine_;
    uint64_t time_ = 1000 * policy::second_100ns;
};

token_payload token(uint64_t id, account user = account::user, uint32_t integrity = medium, uint64_t present = 0x800000, uint64_t enabled = 0x800000) {
    token_payload t{};
    t.token_id = id;
    t.authentication_id = user == account::system ? 0x3e7 : 0xc61d9;
    t.privileges_present = present;
    t.privileges_enabled = enabled;
    t.integrity_rid = integrity;
    t.user = user;
    return t;
}

bool convicts(const answer& a) { return a.worst == verdict::convict; }
bool silent(const answer& a) { return a.worst == verdict::none && !a.denied; }

/// cmd.exe of a user, run and with its snapshot taken (token 77); services holds token 5.
void prepare(endpoint& host) {
    host.feed(token_checkpoint(10, services, token(5, account::system, system_level, 0x1ffbffffc)));
    host.feed(process_start(300, cmd, 100).user(account::user).integrity(medium));
    host.run(300, 100);
    EXPECT_TRUE(silent(host.feed(token_checkpoint(300, cmd, token(77)))));
}

// ---- vectors -------------------------------------------------------------------------------------------------------------------

TEST(token_vectors, t1_01_token_of_services) {
    endpoint host;
    prepare(host);
    EXPECT_TRUE(convicts(host.feed(token_checkpoint(300, cmd, token(5, account::system, system_level, 0x1ffbffffc)))));
    EXPECT_TRUE(silent(host.feed(token_checkpoint(300, cmd, token(5, account::system, system_level, 0x1ffbffffc))))) << "one theft, one finding";
}

TEST(token_vectors, t1_01_each_sign_alone) {
    struct sign {
        const char* what;
        token_payload now;
        verdict expected;
    };
    token_payload other_session = token(78);
    other_session.authentication_id = 0x999;
    token_payload other_sid = token(78);
    other_sid.sid = u"S-1-5-21-1-2-3-500";
    for (const sign& s : {sign{"another live process's token", token(5), verdict::convict}, sign{"another user", token(78, account::network_service), verdict::convict},
                          sign{"another session", other_session, verdict::convict}, sign{"higher integrity", token(78, account::user, high), verdict::convict},
                          sign{"only another token", token(78), verdict::event}, sign{"lower integrity", token(78, account::user, low), verdict::event},
                          sign{"the same", token(77), verdict::none}}) {
        endpoint host;
        prepare(host);
        EXPECT_EQ(host.feed(token_checkpoint(300, cmd, s.now)).worst, s.expected) << s.what;
    }
}

TEST(token_vectors, t1_02_a_broker_sets_the_token_before_the_first_thread) {
    for (const bool before_thread : {true, false}) {
        endpoint host;
        host.feed(process_start(300, cmd, 20).user(account::user));
        if (!before_thread) host.run(300, 20);
        host.feed(token_checkpoint(300, cmd, token(77)));
        const answer a = host.feed(token_checkpoint(300, cmd, token(78, account::system, system_level)));
        EXPECT_EQ(convicts(a), !before_thread);
        host.run(300, 20);
        EXPECT_TRUE(convicts(host.feed(token_checkpoint(300, cmd, token(79, account::network_service))))) << "frozen by now";
    }
}

TEST(token_vectors, t1_02_without_thread_events_the_creation_window_ends) {
    endpoint host;
    host.feed(process_start(300, cmd, 20).user(account::user));
    host.feed(token_checkpoint(300, cmd, token(77)));
    EXPECT_TRUE(silent(host.feed(token_checkpoint(300, cmd, token(78, account::system, system_level)))));
    host.wait(20);
    EXPECT_TRUE(convicts(host.feed(token_checkpoint(300, cmd, token(79)))));
}

TEST(token_vectors, t1_03_debug_privilege_appears) {
    const uint64_t debug = privilege_bit(privilege::debug);
    endpoint host;
    prepare(host);
    EXPECT_TRUE(convicts(host.feed(token_checkpoint(300, cmd, token(77, account::user, medium, 0x800000 | debug)))));
    EXPECT_TRUE(silent(host.feed(token_checkpoint(300, cmd, token(77, account::user, medium, 0x800000 | debug))))) << "once";
}

TEST(token_vectors, t1_03_enabled_without_present_counts_twice_running) {
    const uint64_t debug = privilege_bit(privilege::debug);
    endpoint host;
    prepare(host);
    const token_payload odd = token(77, account::user, medium, 0x800000, 0x800000 | debug);
    EXPECT_TRUE(silent(host.feed(token_checkpoint(300, cmd, odd)))) << "a documented race";
    EXPECT_TRUE(convicts(host.feed(token_checkpoint(300, cmd, odd))));
    endpoint calm;
    prepare(calm);
    calm.feed(token_checkpoint(300, cmd, odd));
    calm.feed(token_checkpoint(300, cmd, token(77)));
    EXPECT_TRUE(silent(calm.feed(token_checkpoint(300, cmd, odd)))) << "not twice running";
}

TEST(token_vectors, t1_04_a_sandbox_lowers_itself) {
    endpoint host;
    host.feed(process_start(300, chrome, 100).user(account::user).integrity(medium));
    host.run(300, 100);
    host.feed(token_checkpoint(300, chrome, token(77, account::user, medium, 0x802000)));
    EXPECT_TRUE(silent(host.feed(token_checkpoint(300, chrome, token(77, account::user, untrusted, 0x800000)))));
}

TEST(token_vectors, t1_05_application_pool_through_the_secondary_logon) {
    for (const bool client_known : {true, false}) {
        endpoint host;
        host.feed(process_start(200, w3wp, 20).user(account::service));
        process_start shell = process_start(300, cmd, 200).user(account::system).creator(20);
        if (client_known) shell.client(200);
        const answer a = host.feed(shell);
        EXPECT_EQ(convicts(a), client_known);
        EXPECT_EQ(a.denied, client_known);
        if (!client_known) {
            EXPECT_TRUE(a.blind.has(field::com_client));
        }
    }
}

TEST(token_vectors, t1_06_consent) {
    endpoint host;
    EXPECT_TRUE(silent(host.feed(process_start(300, setup, 100).user(account::user).integrity(high).creator(20)))) << "AppInfo creates it under the user's parent";
    EXPECT_EQ(host.feed(process_start(310, setup, 100).user(account::user).integrity(high).creator(100)).worst, verdict::event) << "explorer itself cannot";
}

// ---- children (P3-P6, P9) ------------------------------------------------------------------------------------------------------

TEST(token, a_system_child_of_anyone_else) {
    for (const account creator : {account::user, account::network_service, account::local_service, account::service}) {
        endpoint host;
        host.feed(process_start(200, tool, 100).user(creator));
        EXPECT_TRUE(convicts(host.feed(process_start(300, cmd, 200).user(account::system))));
        EXPECT_TRUE(silent(host.feed(process_start(310, cmd, 200).user(creator)))) << "its own account's child";
    }
    endpoint host;
    EXPECT_TRUE(silent(host.feed(process_start(300, cmd, 20).user(account::system)))) << "a service's";
    const answer unknown = host.feed(process_start(310, cmd, 999).user(account::system));
    EXPECT_EQ(unknown.worst, verdict::none);
    EXPECT_TRUE(unknown.blind.has(field::account)) << "nobody knows the creator's account";
}

TEST(token, a_split_token_is_a_users_whatever_account_the_log_names) {
    endpoint host;
    event e = process_start(300, u"C:\\Windows\\System32\\Taskmgr.exe", 100).user(account::system).build();
    e.data.create.elevation = token_elevation::full;
    EXPECT_TRUE(silent(host.feed(e)));
    e.actor.key.pid = 310;
    e.data.create.elevation = token_elevation::not_split;
    EXPECT_TRUE(convicts(host.feed(e)));
}

TEST(token, a_log_that_names_the_impersonated_account_does_not_raise_the_creator) {
    endpoint host;
    host.feed(process_start(200, tool, 100).user(account::user));
    event e = process_start(300, cmd, 200).user(account::system).build();
    e.data.create.parent_account = account::system;
    EXPECT_TRUE(convicts(host.feed(e)));
}

TEST(token, the_parent_named_in_the_start_is_enough) {
    endpoint host;
    event e = process_start(300, powershell, 777, tool).user(account::system).build();
    e.data.create.parent_account = account::user;
    EXPECT_TRUE(convicts(host.feed(e)));
}

TEST(token, a_users_shell_through_a_broker_is_recorded_and_helpers_are_not) {
    endpoint host;
    host.feed(process_start(200, tool, 100).user(account::user));
    EXPECT_EQ(host.feed(process_start(300, cmd, 20).user(account::system).client(200)).worst, verdict::event);
    EXPECT_TRUE(silent(host.feed(process_start(310, u"C:\\Windows\\System32\\WerFault.exe", 20).user(account::system).client(200))));
    for (const text helper : {text(u"C:\\Windows\\System32\\osk.exe"), text(u"C:\\Windows\\System32\\Narrator.exe"), text(u"C:\\Windows\\System32\\AtBroker.exe"),
                              text(u"C:\\Windows\\System32\\wermgr.exe"), text(u"C:\\Windows\\System32\\wbem\\WmiPrvSE.exe")}) {
        EXPECT_TRUE(silent(host.feed(process_start(320, helper, 20).user(account::system).client(200)))) << helper.size;
        host.feed(process_end(320, helper));
    }
    EXPECT_EQ(host.feed(process_start(330, u"C:\\Users\\a\\osk.exe", 20).user(account::system).client(200)).worst, verdict::event) << "a helper's name elsewhere";
}

TEST(token, integrity_without_consent) {
    endpoint host;
    host.feed(process_start(200, tool, 100).user(account::user).integrity(medium));
    EXPECT_TRUE(convicts(host.feed(process_start(300, cmd, 200).creator(200).user(account::system).integrity(system_level))));
    EXPECT_EQ(host.feed(process_start(310, cmd, 100).creator(200).user(account::user).integrity(high)).worst, verdict::event);
    EXPECT_TRUE(silent(host.feed(process_start(320, cmd, 200).creator(200).user(account::user).integrity(medium))));
}

TEST(token, a_spoofed_parent) {
    endpoint host;
    host.feed(process_start(200, tool, 100).user(account::user).integrity(medium));
    EXPECT_EQ(host.feed(process_start(300, cmd, 100).creator(200).user(account::user).integrity(medium)).worst, verdict::event);
    host.feed(process_start(210, u"C:\\Python\\python.exe", 20).user(account::system));
    host.feed(process_start(40, lsass, 5).user(account::system));
    EXPECT_TRUE(convicts(host.feed(process_start(310, cmd, 40).creator(210).user(account::system)))) << "LSASS never starts a shell";
    EXPECT_TRUE(silent(host.feed(process_start(320, cmd, 210).creator(210).user(account::system))));
    EXPECT_TRUE(silent(host.feed(process_start(330, setup, 100).creator(20).user(account::user).integrity(high)))) << "a broker gives the child back to its client";
}

TEST(token, a_shell_that_is_a_service_and_writes_into_a_pipe) {
    endpoint host;
    EXPECT_EQ(host.feed(process_start(300, cmd, 10).user(account::system).command_line(u"cmd.exe /c echo x > \\\\.\\pipe\\x")).worst, verdict::event);
    EXPECT_TRUE(silent(host.feed(process_start(310, cmd, 10).user(account::system).command_line(u"cmd.exe /c echo x"))));
    EXPECT_TRUE(silent(host.feed(process_start(320, cmd, 100).user(account::user).command_line(u"cmd.exe /c a.bat < \\\\.\\pipe\\chrome.nativeMessaging.in.1"))));
}

event impersonation(uint32_t pid, account of, uint32_t level) {
    event e;
    e.kind = event_kind::impersonate;
    e.actor.key.pid = pid;
    token_payload t{};
    t.user = of;
    t.impersonation_level = level;
    e.data = t;
    return e;
}

event open(uint32_t pid, text image, uint32_t target, text target_image, access_mask mask, handle_payload::object type = handle_payload::object::process) {
    event e;
    e.kind = event_kind::handle_open;
    e.actor.key.pid = pid;
    e.actor_image = image;
    e.target.key.pid = target;
    e.target_image = target_image;
    handle_payload handle{};
    handle.type = type;
    handle.granted = handle.desired = mask;
    e.data = handle;
    return e;
}

TEST(token, system_impersonated_then_used) {
    struct attempt {
        text image;
        account own;
        account of;
        uint32_t level;
        uint64_t after_s;
        access_mask mask;
        bool convicts;
    };
    for (const attempt& a : {attempt{tool, account::user, account::system, 2, 1, process_vm_read, true}, attempt{tool, account::user, account::system, 1, 1, process_vm_read, false},
                             attempt{tool, account::user, account::user, 2, 1, process_vm_read, false}, attempt{tool, account::user, account::system, 2, 30, process_vm_read, false},
                             attempt{tool, account::user, account::system, 2, 1, process_query_limited_information, false},
                             attempt{tool, account::network_service, account::system, 2, 1, process_vm_read, false},
                             attempt{svchost, account::user, account::system, 2, 1, process_vm_read, false}}) {
        endpoint host;
        host.feed(process_start(200, a.image, 100).user(a.own));
        host.feed(impersonation(200, a.of, a.level));
        host.wait(a.after_s - 1);
        EXPECT_EQ(convicts(host.feed(open(200, a.image, 500, u"C:\\Program Files\\x.exe", a.mask))), a.convicts) << a.after_s;
    }
}

TEST(token, a_hunt_for_tokens) {
    struct hunt {
        const char* what;
        text image;
        access_mask mask;
        text second;
        uint64_t pause_s;
        bool convicts;
    };
    const text ise = u"C:\\Program Files\\Sysinternals\\handle64.exe";
    for (const hunt& h : {hunt{"script host", powershell, 0x40, lsass, 0, true}, hunt{"unsigned", tool, 0x40, svchost, 0, true}, hunt{"with query limited", tool, 0x1040, lsass, 0, true},
                          hunt{"a signed handle viewer", ise, 0x40, lsass, 0, false}, hunt{"a component of Windows", svchost, 0x40, lsass, 0, false},
                          hunt{"a listing's mask", tool, 0x1440, svchost, 0, false}, hunt{"only one system process", tool, 0x40, explorer, 0, false},
                          hunt{"spread over time", tool, 0x40, lsass, 20, false}}) {
        endpoint host;
        host.feed(process_start(200, h.image, 100).user(account::system));
        host.feed(open(200, h.image, 600, winlogon, h.mask));
        host.wait(h.pause_s);
        EXPECT_EQ(convicts(host.feed(open(200, h.image, 700, h.second, h.mask))), h.convicts) << h.what;
    }
    endpoint host;
    for (int n = 0; n < 70; ++n) EXPECT_TRUE(silent(host.feed(open(200, tool, 100, explorer, 0x40)))) << "the shell's own handles, again and again";
}

TEST(token, a_token_handle_of_a_system_process) {
    endpoint host;
    host.feed(process_start(200, tool, 100).user(account::user));
    const auto token_object = handle_payload::object::token;
    EXPECT_EQ(host.feed(open(200, tool, 10, services, token_duplicate, token_object)).worst, verdict::event);
    EXPECT_TRUE(silent(host.feed(open(200, tool, 10, services, token_query, token_object))));
    EXPECT_TRUE(silent(host.feed(open(200, tool, 100, explorer, token_duplicate, token_object))));
    EXPECT_TRUE(silent(host.feed(open(20, svchost, 10, services, token_duplicate, token_object)))) << "SYSTEM takes SYSTEM's";
}

TEST(token, an_untrusted_program_enables_the_debug_privilege) {
    token_payload enabling{};
    enabling.privileges_enabled = privilege_bit(privilege::debug);
    endpoint host;
    EXPECT_EQ(host.feed(token_checkpoint(200, tool, enabling)).worst, verdict::event);
    EXPECT_TRUE(silent(host.feed(token_checkpoint(20, svchost, enabling))));
    EXPECT_TRUE(silent(host.feed(token_checkpoint(210, u"C:\\Program Files\\Debugger\\windbg.exe", enabling))));
}

// ---- must not fire -------------------------------------------------------------------------------------------------------------

TEST(token_must_not_fire, ordinary_token_changes) {
    endpoint host;
    prepare(host);
    EXPECT_TRUE(silent(host.feed(token_checkpoint(300, cmd, token(77, account::user, low))))) << "lowered integrity";
    EXPECT_TRUE(silent(host.feed(token_checkpoint(300, cmd, token(77, account::user, low, 0, 0x800000))))) << "no privilege set recorded";
    EXPECT_TRUE(silent(host.feed(token_checkpoint(300, cmd, token(77, account::user, low, 0x800000, 0))))) << "disabled";
    EXPECT_TRUE(silent(host.feed(token_checkpoint(300, cmd, token(77, account::user, low, 0x800000, 0x800000))))) << "enabling a present one";
}

TEST(token_must_not_fire, brokers_and_services) {
    endpoint host;
    const text psexesvc = u"C:\\Windows\\PSEXESVC.exe";
    EXPECT_TRUE(silent(host.feed(process_start(300, psexesvc, 10).user(account::system).integrity(system_level))));
    EXPECT_TRUE(silent(host.feed(process_start(310, cmd, 300).user(account::system).integrity(system_level)))) << "PsExec -s: the service creates it";
    EXPECT_TRUE(silent(host.feed(process_start(320, svchost, 10).user(account::local_service).integrity(system_level)))) << "a service account";
    EXPECT_TRUE(silent(host.feed(process_start(330, cmd, 100).creator(20).user(account::user).integrity(medium)))) << "runas: a new process by the broker";
    EXPECT_TRUE(silent(host.feed(process_start(340, u"C:\\Windows\\System32\\LogonUI.exe", 345, winlogon).user(account::system)))) << "fast user switching";
    EXPECT_TRUE(silent(host.feed(process_start(350, chrome, 100).creator(100).user(account::user).integrity(untrusted)))) << "a sandbox child";
}

// ---- reuse, loss ---------------------------------------------------------------------------------------------------------------

TEST(token, a_reused_pid_starts_without_a_snapshot) {
    endpoint host;
    prepare(host);
    host.feed(process_end(300, cmd));
    host.feed(process_start(300, svchost, 10).user(account::system).integrity(system_level));
    host.run(300, 10);
    EXPECT_TRUE(silent(host.feed(token_checkpoint(300, svchost, token(90, account::system, system_level, 0x1ffbffffc)))));
}

TEST(token, a_dead_processs_token_is_nobodys) {
    endpoint host;
    prepare(host);
    host.feed(process_end(10, services));
    EXPECT_EQ(host.feed(token_checkpoint(300, cmd, token(5))).worst, verdict::event) << "replaced, but by no live process's";
}

TEST(token, a_process_whose_start_was_not_seen_is_running) {
    endpoint host;
    host.feed(token_checkpoint(900, tool, token(77)));
    EXPECT_TRUE(convicts(host.feed(token_checkpoint(900, tool, token(78, account::system, system_level)))));
}

TEST(token, a_checkpoint_without_its_fields_is_blind) {
    endpoint host;
    prepare(host);
    token_payload t = token(77);
    t.token_id = 0;
    EXPECT_TRUE(host.feed(token_checkpoint(300, cmd, t)).blind.has(field::token));
}

TEST(token, a_service_that_would_be_a_shell_writing_into_a_pipe) {
    struct installed {
        const char* what;
        text line, account;
        verdict expected;
    };
    const installed services_installed[] = {
        {"a shell", u"cmd.exe /c echo abc > \\\\.\\pipe\\abc", u"LocalSystem", verdict::event},
        {"... by its variable", u"%COMSPEC% /c echo abc > \\\\.\\pipe\\abc", u"LocalSystem", verdict::event},
        {"... by its path", u"\"C:\\Windows\\System32\\cmd.exe\" /c echo abc > \\\\.\\pipe\\abc", u"localsystem", verdict::event},
        {"... for another account", u"cmd.exe /c echo abc > \\\\.\\pipe\\abc", u"NT AUTHORITY\\LocalService", verdict::none},
        {"... without a pipe", u"cmd.exe /c echo abc > C:\\x", u"LocalSystem", verdict::none},
        {"a program that is given a pipe", u"C:\\Program Files\\V\\a.exe --pipe \\\\.\\pipe\\abc", u"LocalSystem", verdict::none},
        {"nothing told", u"", u"LocalSystem", verdict::none},
    };
    for (const installed& s : services_installed) {
        endpoint host;
        event e;
        e.kind = event_kind::service_install;
        service_payload service{};
        service.image_path = s.line;
        service.account = s.account;
        e.data = service;
        const answer got = host.feed(e);
        EXPECT_EQ(got.worst, s.expected) << s.what;
        EXPECT_FALSE(got.denied) << s.what;
        EXPECT_EQ(got.blind.has(field::command_line), s.line.empty()) << s.what;
    }
}

}  // namespace
