// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The reference driver on a fake kernel: it registers, denies, strips, ends processes, hands the rest to its service, and leaves
// nothing behind, whichever call fails. What a real kernel does is not tested here.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "examples/kernel_driver/driver.hpp"

namespace {

using namespace bartizan;
using respond::step_kind;

#define DISK u"\\Device\\HarddiskVolume3"
constexpr uint32_t explorer = 100, chrome = 200, child = 300, tool = 400, lsass = 700;
constexpr ULONG by_nobody = 1, by_windows = 12;  // SE_SIGNING_LEVEL_*

UNICODE_STRING string_of(const std::u16string& s) {
    const auto bytes = static_cast<USHORT>(s.size() * 2);
    return {bytes, bytes, const_cast<WCHAR*>(s.data())};
}

class Driver : public testing::Test {
  protected:
    void SetUp() override {
        machine = {};
        machine.now_100ns = 133'000'000'000'000'000;
        add(explorer, DISK u"\\Windows\\explorer.exe");
        machine.current = &machine.processes[explorer];
        ASSERT_EQ(DriverEntry(&driver_, nullptr), STATUS_SUCCESS);
    }
    void TearDown() override {
        fake_run_work();
        if (driver_guard() != nullptr) unload_driver(0);
        EXPECT_EQ(machine.allocations, 0u);
    }

    static fake_process& add(uint32_t pid, const std::u16string& image) {
        fake_process& p = machine.processes[pid];
        p = {};
        p.pid = pid;
        p.start_key = 0x1000 + pid;
        p.image = image;
        return p;
    }
    static void map(uint32_t pid, std::u16string image, ULONG signing_level) {
        UNICODE_STRING name = string_of(image);
        IMAGE_INFO info{};
        info.ImageSignatureLevel = signing_level & 15;
        machine.on_image(&name, fake_handle(pid), &info);
    }
    /// Starts and maps its own program.
    static void run(uint32_t pid, const std::u16string& image, uint32_t parent, ULONG signing_level) {
        EXPECT_TRUE(start(pid, image, parent));
        map(pid, image, signing_level);
    }
    /// Whether the process may start.
    static bool start(uint32_t pid, const std::u16string& image, uint32_t parent) {
        add(pid, image);
        machine.now_100ns += 10'000'000;
        const std::u16string command = u"x y";
        const UNICODE_STRING name = string_of(image), line = string_of(command);
        PS_CREATE_NOTIFY_INFO info{};
        info.ParentProcessId = info.CreatingThreadId.UniqueProcess = fake_handle(parent);
        info.ImageFileName = &name;
        info.CommandLine = &line;
        machine.on_process(&machine.processes[pid], fake_handle(pid), &info);
        return NT_SUCCESS(info.CreationStatus);
    }
    /// The rights that remain of those asked for.
    static ACCESS_MASK open(uint32_t actor, uint32_t target, ACCESS_MASK wanted, bool kernel = false, bool thread = false) {
        machine.now_100ns += 10'000'000;
        machine.current = &machine.processes[actor];
        OB_PRE_OPERATION_PARAMETERS parameters{};
        parameters.CreateHandleInformation = {wanted, wanted};
        OB_PRE_OPERATION_INFORMATION info{};
        info.Operation = OB_OPERATION_HANDLE_CREATE;
        info.KernelHandle = kernel;
        info.Object = &machine.processes[target];
        info.ObjectType = thread ? *PsThreadType : *PsProcessType;
        info.Parameters = &parameters;
        for (const OB_OPERATION_REGISTRATION& r : machine.handles)
            if (*r.ObjectType == info.ObjectType) r.PreOperation(nullptr, &info);
        return parameters.CreateHandleInformation.DesiredAccess;
    }
    static ACCESS_MASK duplicate(uint32_t source, uint32_t recipient, uint32_t target, ACCESS_MASK wanted) {
        machine.current = &machine.processes[recipient];
        OB_PRE_OPERATION_PARAMETERS parameters{};
        parameters.DuplicateHandleInformation = {wanted, wanted, &machine.processes[source], &machine.processes[recipient]};
        OB_PRE_OPERATION_INFORMATION info{};
        info.Operation = OB_OPERATION_HANDLE_DUPLICATE;
        info.Object = &machine.processes[target];
        info.ObjectType = *PsProcessType;
        info.Parameters = &parameters;
        machine.handles[0].PreOperation(nullptr, &info);
        return parameters.DuplicateHandleInformation.DesiredAccess;
    }
    static NTSTATUS save(uint32_t actor, const std::u16string& key) {
        machine.current = &machine.processes[actor];
        UNICODE_STRING name = string_of(key);
        REG_SAVE_KEY_INFORMATION info{&name, nullptr, 0};
        return machine.on_registry(nullptr, reinterpret_cast<PVOID>(static_cast<uintptr_t>(RegNtPreSaveKey)), &info);
    }
    static NTSTATUS set(uint32_t actor, const std::u16string& key, const std::u16string& value, const std::u16string& data) {
        machine.current = &machine.processes[actor];
        UNICODE_STRING name = string_of(key), value_name = string_of(value);
        std::u16string copy = data;
        REG_SET_VALUE_KEY_INFORMATION info{&name, &value_name, 0, REG_SZ, copy.data(), static_cast<ULONG>((copy.size() + 1) * 2)};
        return machine.on_registry(nullptr, reinterpret_cast<PVOID>(static_cast<uintptr_t>(RegNtPreSetValueKey)), &info);
    }
    static FLT_PREOP_CALLBACK_STATUS open_file(uint32_t actor, const std::u16string& path, ACCESS_MASK access, NTSTATUS& status) {
        IO_SECURITY_CONTEXT security{access};
        FLT_IO_PARAMETER_BLOCK block{};
        block.Parameters.Create.SecurityContext = &security;
        const UNICODE_STRING name = string_of(path);
        FLT_CALLBACK_DATA data{&block, {STATUS_SUCCESS, 0}, &name, &machine.processes[actor]};
        const FLT_PREOP_CALLBACK_STATUS out = machine.on_create(&data, nullptr, nullptr);
        status = data.IoStatus.Status;
        return out;
    }

    /// Names of the steps that reached the service, each once.
    static std::set<std::string> sent() {
        fake_run_work();
        std::set<std::string> out;
        for (const std::vector<uint8_t>& message : machine.messages) {
            kernel_driver::later_step step;
            EXPECT_EQ(message.size(), sizeof step);
            std::memcpy(static_cast<void*>(&step), message.data(), sizeof step);
            out.insert(respond::name(step.kind));
        }
        return out;
    }

    DRIVER_OBJECT driver_{};
};

TEST_F(Driver, registers_everything_and_takes_it_all_back) {
    EXPECT_EQ(machine.calls, (std::vector<std::string>{"filter", "handles", "registry", "process", "thread", "image", "filtering"}));
    machine.calls.clear();
    EXPECT_EQ(unload_driver(0), STATUS_SUCCESS);
    EXPECT_EQ(machine.calls, (std::vector<std::string>{"-image", "-thread", "-process", "-registry", "-handles", "-filter"}));
    EXPECT_EQ(driver_guard(), nullptr);
}

TEST_F(Driver, whichever_call_fails_nothing_stays) {
    for (const char* call : {"pool", "filter", "handles", "registry", "process", "thread", "image", "filtering"}) {
        unload_driver(0);
        machine.calls.clear();
        machine.fails = call;
        EXPECT_FALSE(NT_SUCCESS(DriverEntry(&driver_, nullptr))) << call;
        EXPECT_EQ(driver_guard(), nullptr) << call;
        EXPECT_EQ(machine.allocations, 0u) << call;
        for (const std::string& made : machine.calls) {
            const bool removal = made[0] == '-' || made == call || made == "filtering";
            if (!removal) { EXPECT_NE(std::find(machine.calls.begin(), machine.calls.end(), "-" + made), machine.calls.end()) << call << ": " << made; }
        }
        machine.fails.clear();
        ASSERT_EQ(DriverEntry(&driver_, nullptr), STATUS_SUCCESS);
    }
}

TEST_F(Driver, a_browser_does_not_start_powershell) {
    EXPECT_TRUE(start(chrome, DISK u"\\Program Files\\Google\\Chrome\\Application\\chrome.exe", explorer));
    EXPECT_TRUE(start(child, DISK u"\\Windows\\System32\\notepad.exe", chrome));
    EXPECT_FALSE(start(child + 1, DISK u"\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", chrome));
    const std::set<std::string> steps = sent();
    for (const char* step : {"record", "event", "notify_user", "root_cause_analysis"}) EXPECT_TRUE(steps.count(step)) << step;
    EXPECT_FALSE(steps.count("alert"));
    EXPECT_FALSE(machine.processes[child + 1].ended) << "it never began";
    EXPECT_EQ(driver_guard()->health().health(), policy::health::green);
    EXPECT_TRUE(driver_guard()->health().open_steps().empty());
}

TEST_F(Driver, lsass_is_opened_without_the_rights_that_matter) {
    add(lsass, DISK u"\\Windows\\System32\\lsass.exe");
    run(tool, DISK u"\\Users\\a\\tool.exe", explorer, by_nobody);
    EXPECT_EQ(open(tool, lsass, 0x1fffff), 0x1fffffu & ~sensitive_rights);
    EXPECT_EQ(open(tool, lsass, 0x1400), 0x1400u) << "an inventory";
    EXPECT_EQ(open(tool, lsass, 0x1fffff, true), 0x1fffffu) << "the kernel's own handles are its own affair";
    EXPECT_EQ(open(tool, explorer, 0x1fffff), 0x1fffffu) << "another process";
    EXPECT_EQ(open(lsass, lsass, 0x1fffff), 0x1fffffu) << "itself";
    EXPECT_EQ(duplicate(explorer, tool, lsass, 0x1fffff), 0x1fffffu & ~sensitive_rights);
}

TEST_F(Driver, the_password_store_is_not_saved) {
    run(tool, DISK u"\\Windows\\System32\\reg.exe", explorer, by_windows);
    EXPECT_EQ(save(tool, u"\\REGISTRY\\MACHINE\\SOFTWARE"), STATUS_SUCCESS);
    EXPECT_EQ(driver_guard()->health().health(), policy::health::green);
    EXPECT_EQ(save(tool, u"\\REGISTRY\\MACHINE\\SAM"), STATUS_ACCESS_DENIED);
    EXPECT_EQ(driver_guard()->health().health(), policy::health::red);
    EXPECT_TRUE(sent().count("alert"));
    EXPECT_TRUE(machine.processes[tool].ended) << "the row ends it";
    const uint64_t id = driver_guard()->health().alerts()[0].id;
    EXPECT_EQ(driver_guard()->health().clear(id, {u"ada", {}, 1}), respond::clear_result::cleared);
    EXPECT_EQ(driver_guard()->health().health(), policy::health::green);
}

TEST_F(Driver, a_foreign_verifier_is_not_registered) {
    run(tool, DISK u"\\Users\\a\\tool.exe", explorer, by_nobody);
    const std::u16string options = u"\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\MsMpEng.exe";
    EXPECT_EQ(set(tool, options, u"VerifierDlls", u"vrfcore.dll"), STATUS_SUCCESS);
    EXPECT_EQ(set(tool, options, u"VerifierDlls", u"foreign.dll"), STATUS_ACCESS_DENIED);
    EXPECT_EQ(sent(), (std::set<std::string>{"record"})) << "and nobody is told";
    EXPECT_FALSE(machine.processes[tool].ended);
}

TEST_F(Driver, a_credential_store_is_not_opened_as_a_file) {
    run(tool, DISK u"\\Users\\a\\tool.exe", explorer, by_nobody);
    NTSTATUS status = STATUS_SUCCESS;
    EXPECT_EQ(open_file(tool, DISK u"\\Users\\a\\notes.txt", 0x120089, status), FLT_PREOP_SUCCESS_NO_CALLBACK);
    EXPECT_EQ(status, STATUS_SUCCESS);
    const auto opened = open_file(tool, u"\\Device\\HarddiskVolumeShadowCopy4\\Windows\\System32\\config\\SAM", 0x120089, status);
    EXPECT_EQ(opened == FLT_PREOP_COMPLETE, status == STATUS_ACCESS_DENIED);
    EXPECT_EQ(opened, FLT_PREOP_COMPLETE);
}

TEST_F(Driver, ends_no_other_process_than_the_one_meant_and_no_critical_one) {
    run(tool, DISK u"\\Windows\\System32\\reg.exe", explorer, by_windows);
    save(tool, u"\\REGISTRY\\MACHINE\\SAM");
    machine.processes[tool].start_key = 9999;  // the number went to another process before the worker ran
    fake_run_work();
    EXPECT_FALSE(machine.processes[tool].ended);
    EXPECT_TRUE(driver_guard()->health().open_steps().empty()) << "the one meant is gone";

    run(tool + 1, DISK u"\\Windows\\System32\\reg.exe", explorer, by_windows);
    machine.processes[tool + 1].critical = true;  // which no name gave away
    save(tool + 1, u"\\REGISTRY\\MACHINE\\SAM");
    fake_run_work();
    EXPECT_FALSE(machine.processes[tool + 1].ended);
    bool surfaced = false;
    for (const respond::alert& a : driver_guard()->health().alerts())
        surfaced = surfaced || (a.kind == respond::alert_kind::step_failed && a.failed == step_kind::terminate && a.error == static_cast<uint32_t>(STATUS_ACCESS_DENIED));
    EXPECT_TRUE(surfaced);
}

TEST_F(Driver, without_its_service_it_is_red_and_says_why) {
    machine.service_is_there = false;
    start(chrome, DISK u"\\Program Files\\Google\\Chrome\\Application\\chrome.exe", explorer);
    EXPECT_FALSE(start(child, DISK u"\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", chrome)) << "it still denies";
    fake_run_work();
    EXPECT_EQ(driver_guard()->health().health(), policy::health::red);
    EXPECT_EQ(driver_guard()->health().alerts()[0].error, static_cast<uint32_t>(STATUS_PORT_DISCONNECTED));
}

TEST_F(Driver, a_full_queue_is_red_and_nothing_waits_for_ever) {
    machine.fails = "workitem";  // no worker comes
    add(lsass, DISK u"\\Windows\\System32\\lsass.exe");
    run(tool, DISK u"\\Users\\a\\tool.exe", explorer, by_nobody);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(open(tool, lsass, 0x10), 0u);
    EXPECT_EQ(driver_guard()->health().health(), policy::health::red);
    machine.fails.clear();
    open(tool, lsass, 0x10);
    fake_run_work();
    EXPECT_EQ(driver_guard()->health().open_steps().size, 0u);
}

TEST_F(Driver, threads_images_and_ends_reach_the_engine) {
    run(tool, DISK u"\\Users\\a\\tool.exe", explorer, by_nobody);
    machine.current = &machine.processes[tool];
    machine.on_thread(fake_handle(explorer), fake_handle(7), TRUE);
    machine.on_thread(fake_handle(explorer), fake_handle(7), FALSE);
    map(tool, DISK u"\\Windows\\System32\\ntdll.dll", by_windows);
    const std::u16string path = DISK u"\\Windows\\System32\\drivers\\x.sys";
    UNICODE_STRING name = string_of(path);
    IMAGE_INFO info{};
    info.SystemModeImage = 1;
    machine.on_image(&name, fake_handle(0), &info);
    machine.on_process(&machine.processes[tool], fake_handle(tool), nullptr);
    EXPECT_EQ(driver_guard()->health().reasons().open_alerts, 0u);
}

}  // namespace
