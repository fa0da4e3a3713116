// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// What an APC really calls.
#include <gtest/gtest.h>

#include <bartizan/core/code_reference.hpp>
#include <random>

namespace {

using namespace bartizan;

static_assert(decode_apc_routine(0) == 0 && decode_apc_routine(0x7ffa00001000) == 0x7ffa00001000, "a 64-bit routine is itself");
static_assert(decode_apc_routine(0xfffffffffef80000) == 0x00420000);

/// (0 - routine) << 2 for every kind of 32-bit routine.
TEST(code_reference, wow64_encoding_is_undone_for_every_32_bit_routine) {
    std::mt19937 random(1);
    for (int i = 0; i < 1'000'000; ++i) {
        const uint32_t routine = i < 65'536 ? static_cast<uint32_t>(i) << 16 | 1u : static_cast<uint32_t>(random()) | 1u;
        ASSERT_EQ(decode_apc_routine((0 - uint64_t{routine}) << 2), routine);
    }
}

constexpr apc_payload queued(text module, text function) {
    apc_payload apc{};
    apc.routine = 0x7ffa00001000;
    apc.arguments[0] = 0x20000;
    apc.arguments[1] = 0x30000;
    apc.routine_state = memory_state::image_clean;
    apc.argument_state = memory_state::private_memory;
    apc.argument_protection = page_execute_read;
    apc.routine_module = module;
    apc.routine_function = function;
    return apc;
}
constexpr text ntdll = u"\\Device\\HarddiskVolume3\\Windows\\System32\\ntdll.dll";
static_assert(code_of(queued(ntdll, u"RtlDispatchAPC")).address == 0x20000 && code_of(queued(ntdll, u"RtlDispatchAPC")).argument == 0x30000);
static_assert(code_of(queued(ntdll, u"RtlDispatchAPC")).state == memory_state::private_memory);
static_assert(code_of(queued(ntdll, u"NtTestAlert")).address == 0x7ffa00001000, "any other routine is itself");
static_assert(code_of(queued(ntdll, {})).address == 0x7ffa00001000 && code_of(queued(ntdll, {})).argument_unbacked == truth::yes);
static_assert(code_of(queued(u"C:\\x\\other.dll", {})).argument_unbacked == truth::no, "only ntdll dispatches");

}  // namespace
