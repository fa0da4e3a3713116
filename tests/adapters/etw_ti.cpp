// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Every task of the Threat-Intelligence provider: field by field, missing and malformed fields, and through the engine to a verdict.
#include <gtest/gtest.h>

#include <bartizan/adapters/etw_ti.hpp>
#include <bartizan/engine/engine.hpp>
#include <map>
#include <memory>
#include <string>

namespace {

using namespace bartizan;
using namespace bartizan::adapters;

using fields = std::map<std::string, std::string>;

struct made {
    char16_t texts[1024];
    stack_frame frames[4];
    event e;
    error problem;
};

std::unique_ptr<made> from(uint16_t id, const fields& in, uint64_t time = 1'000'000) {
    auto m = std::make_unique<made>();
    event_memory memory{text_arena(span<char16_t>(m->texts)), span<stack_frame>(m->frames)};
    record r(etw_ti_mapping, id);
    for (const auto& [name, value] : in) EXPECT_TRUE(r.set({name.data(), name.size()}, utf8{value.data(), value.size()})) << id << " " << name;
    m->problem = from_etw_ti(r, time, 7, memory, m->e);
    return m;
}

const fields parties = {{"CallingProcessId", "100"}, {"CallingProcessStartKey", "281474976710757"}, {"CallingProcessCreateTime", "132000000000000000"},
                        {"CallingProcessProtection", "0"}, {"TargetProcessId", "200"}, {"TargetProcessStartKey", "0x10000000000c8"},
                        {"TargetProcessCreateTime", "132000000000000001"}, {"TargetProcessProtection", "0x41"}};
fields with(fields more) {
    more.insert(parties.begin(), parties.end());
    return more;
}
const fields region = with({{"BaseAddress", "0x20000"}, {"RegionSize", "0x1000"}, {"ProtectionMask", "64"}});
const fields view = with({{"BaseAddress", "0x20000"}, {"ViewSize", "0x1000"}, {"ProtectionMask", "32"}});
const fields copy = with({{"OperationStatus", "0"}, {"BaseAddress", "0x20000"}, {"BytesCopied", "16"}});
const fields apc = with({{"TargetThreadId", "9"}, {"TargetThreadAlertable", "1"}, {"ApcRoutine", "0x7ffa00001000"}, {"ApcArgument1", "0x20000"},
                         {"ApcArgument2", "2"}, {"ApcArgument3", "3"}, {"ApcRoutineVadQueryResult", "0"}, {"ApcRoutineVadAllocationProtect", "128"},
                         {"ApcRoutineVadRegionType", "0x1000000"}, {"ApcRoutineVadMmfName", "\\Device\\HarddiskVolume3\\Windows\\System32\\ntdll.dll"},
                         {"ApcArgument1VadQueryResult", "0"}, {"ApcArgument1VadAllocationProtect", "32"}, {"ApcArgument1VadRegionType", "131072"}, {"ApcArgument1VadMmfName", ""}});
const fields context = with({{"TargetThreadId", "9"}, {"ContextFlags", "0x10001"}, {"Pc", "0x20000"}, {"Sp", "0x30000"}, {"PcVadQueryResult", "0"},
                             {"PcVadAllocationProtect", "4"}, {"PcVadRegionType", "0x40000"}, {"PcVadMmfName", ""}});
const fields pause = with({{"OperationStatus", "0"}, {"TargetThreadId", "9"}});

struct task {
    uint16_t id;
    const fields* in;
    event_kind kind;
};
const task tasks[] = {
    {1, &region, event_kind::memory_allocate}, {2, &region, event_kind::memory_protect}, {3, &view, event_kind::memory_map}, {4, &apc, event_kind::apc_queue},
    {5, &context, event_kind::context_set},    {6, &region, event_kind::memory_allocate}, {7, &region, event_kind::memory_protect}, {8, &view, event_kind::memory_map},
    {11, &copy, event_kind::memory_read},      {12, &copy, event_kind::memory_write},    {13, &copy, event_kind::memory_read}, {14, &copy, event_kind::memory_write},
    {15, &pause, event_kind::suspend},         {16, &pause, event_kind::resume},         {17, &pause, event_kind::suspend},   {18, &pause, event_kind::resume},
    {19, &pause, event_kind::suspend},         {20, &pause, event_kind::resume},         {21, &region, event_kind::memory_allocate}, {22, &region, event_kind::memory_protect},
    {23, &view, event_kind::memory_map},       {24, &apc, event_kind::apc_queue},        {25, &context, event_kind::context_set}, {26, &region, event_kind::memory_allocate},
    {27, &region, event_kind::memory_protect}, {28, &view, event_kind::memory_map},
};

TEST(etw_ti, every_task_with_both_processes) {
    for (const task& t : tasks) {
        const auto m = from(t.id, *t.in);
        ASSERT_FALSE(m->problem) << t.id;
        EXPECT_EQ(m->e.kind, t.kind) << t.id;
        EXPECT_EQ((m->e.flags & event_kernel_caller) != 0, t.id >= 21 && t.id <= 28) << t.id;
        EXPECT_EQ(m->e.actor.key.pid, 100u);
        EXPECT_EQ(m->e.actor.key.start_key, 281474976710757u);
        EXPECT_EQ(m->e.actor.create_time_100ns, 132000000000000000u);
        EXPECT_EQ(m->e.actor.is_protected, truth::no);
        EXPECT_EQ(m->e.target.key.pid, 200u);
        EXPECT_EQ(m->e.target.key.start_key, 0x10000000000c8u);
        EXPECT_EQ(m->e.target.is_protected, truth::yes);
        EXPECT_EQ(m->e.target.protection, 0x41);
    }
    EXPECT_EQ(from(34, {{"CallingProcessId", "100"}})->e.kind, event_kind::none);
    EXPECT_EQ(from(35, {})->e.kind, event_kind::none);
    EXPECT_EQ(from(29, {{"DriverName", "\\Driver\\x"}})->e.kind, event_kind::driver_load);
}

TEST(etw_ti, payloads) {
    const memory_payload m = from(2, with({{"BaseAddress", "0x20000"}, {"RegionSize", "4096"}, {"ProtectionMask", "0x20"}, {"LastProtectionMask", "4"},
                                           {"VaVadQueryResult", "0"}, {"VaVadRegionType", "0x20000"}, {"VaVadMmfName", ""}}))->e.data.memory;
    EXPECT_EQ(m.range.base, 0x20000u);
    EXPECT_EQ(m.range.size, 4096u);
    EXPECT_EQ(m.protection, 0x20u);
    EXPECT_EQ(m.previous_protection, 4u);
    EXPECT_EQ(m.state, memory_state::private_memory);
    EXPECT_EQ(m.use, memory_use::unknown) << "the provider does not say";
    EXPECT_EQ(from(14, with({{"OperationStatus", "0xC0000005"}, {"BaseAddress", "1"}, {"BytesCopied", "0"}}))->e.kind, event_kind::none) << "nothing was written";

    const auto a = from(4, apc);
    EXPECT_EQ(a->e.data.apc.routine_state, memory_state::image);
    EXPECT_EQ(a->e.data.apc.argument_state, memory_state::private_memory);
    EXPECT_EQ(a->e.data.apc.argument_protection, 32u);
    EXPECT_EQ(a->e.data.apc.target_alertable, truth::yes);
    EXPECT_EQ(a->e.data.apc.arguments[2], 3u);
    EXPECT_EQ(a->e.data.apc.target_thread, 9u);
    const auto x = from(5, context);
    EXPECT_EQ(x->e.data.context.program_counter, 0x20000u);
    EXPECT_EQ(x->e.data.context.stack_pointer, 0x30000u);
    EXPECT_EQ(x->e.data.context.program_counter_state, memory_state::mapped_pagefile) << "a mapping without a name";
    const token_payload t = from(33, {{"CallingProcessId", "100"}, {"CurrentTokenUser", "S-1-5-18"}, {"CurrentTokenIntegrityLevel", "0x4000"},
                                      {"CurrentTokenAuthenticationId", "999"}, {"CurrentTokenImpersonationLevel", "2"}, {"CurrentTokenSessionId", "1"}})->e.data.token;
    EXPECT_EQ(t.user, account::system);
    EXPECT_EQ(t.integrity_rid, 0x4000u);
    EXPECT_EQ(t.impersonation_level, 2u);
    EXPECT_EQ(t.session_id, 1u);
}

TEST(etw_ti, a_missing_field_is_unknown_and_a_malformed_one_is_refused) {
    for (const task& t : tasks) {
        for (const auto& [name, value] : *t.in) {
            fields without = *t.in;
            without.erase(name);
            const auto m = from(t.id, without);
            const bool essential = name == "BaseAddress" || name == "ApcRoutine";
            EXPECT_EQ(m->problem.code, essential ? error_code::adapter_missing_field : error_code::none) << t.id << " without " << name;
            if (name == "TargetProcessProtection") { EXPECT_EQ(m->e.target.is_protected, truth::unknown); }
            if (name == "ApcRoutineVadRegionType" || name == "ApcArgument1VadRegionType") {
                EXPECT_TRUE(m->e.data.apc.routine_state == memory_state::unknown || m->e.data.apc.argument_state == memory_state::unknown);
            }
            if (name.find("MmfName") != std::string::npos) continue;
            for (const char* bad : {"x", "-1", "0x", "99999999999999999999999"}) {
                fields broken = *t.in;
                broken[name] = bad;
                EXPECT_EQ(from(t.id, broken)->problem.code, error_code::adapter_bad_number) << t.id << " " << name << " = " << bad;
            }
        }
    }
    fields failed = apc;
    failed["ApcRoutineVadQueryResult"] = "0xC0000225";
    EXPECT_EQ(from(4, failed)->e.data.apc.routine_state, memory_state::unknown) << "the provider's own query failed";
}

TEST(etw_ti, from_records_to_a_verdict) {
    for (const bool image_known : {false, true}) {
        policy::settings settings;
        settings.trust_from_path = true;
        const auto g = std::make_unique<engine::engine<64>>(settings);
        verdict worst = verdict::none;
        bool unclear = false;
        const auto sink = [&](const rule&, const outcome& o, const event&) {
            if (o.evidence > worst) worst = o.evidence;
            unclear |= !o.blind.empty();
        };
        if (image_known) {
            event named;
            named.kind = event_kind::network_connect;
            named.actor.key.pid = 100;
            named.actor_image = u"C:\\Program Files\\Vendor\\v.exe";
            named.data = network_payload{};
            g->process_event(named, sink);
        }
        const auto m = from(4, apc, 132000000100000000);
        g->process_event(m->e, sink);
        // ETW names no image and no signer: unless another sensor does, the source might be a security product.
        EXPECT_EQ(worst, image_known ? verdict::convict : verdict::none);
        EXPECT_EQ(unclear, !image_known);
    }
}

}  // namespace
