// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Encodings by hand from Intel's and AMD's manuals; the independent disassembler is in zydis_oracle.cpp.
#include "bartizan/code_cave/instruction.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace {

using namespace bartizan::code_cave;

template <size_t N>
constexpr instruction x86(const uint8_t (&code)[N], uint64_t at = 0x1000) {
    return decode({code, N}, at, processor_mode::x86);
}
template <size_t N>
constexpr instruction x64(const uint8_t (&code)[N], uint64_t at = 0x1000) {
    return decode({code, N}, at, processor_mode::x64);
}

// Branches and their targets.
static_assert(x86({0xe8, 0x10, 0, 0, 0}).target == 0x1015 && x86({0xe8, 0x10, 0, 0, 0}).leaves == flow::call);
static_assert(x86({0xeb, 0xfe}).target == 0x1000 && x86({0xeb, 0xfe}).leaves == flow::jump);
static_assert(x64({0x0f, 0x84, 0xfa, 0xff, 0xff, 0xff}).target == 0x1000);
static_assert(x86({0x66, 0xe9, 0x10, 0x00}).target == 0x1014);                     // 16-bit in 32-bit mode
static_assert(x64({0x66, 0xe9, 0x10, 0x00, 0, 0}).size_bytes == 6);               // ignored in 64-bit mode
static_assert(x86({0xe9, 0, 0, 0, 0x80}, 0x80000000).target == 5);                // wraps
static_assert(x64({0xff, 0x25, 0x10, 0, 0, 0}).address == 0x1016);                // relative to the instruction
static_assert(x86({0xff, 0x25, 0x10, 0, 0x40, 0}).address == 0x400010);           // absolute
static_assert(x86({0xff, 0xe0}).leaves == flow::indirect_jump);
static_assert(x86({0xc2, 4, 0}).leaves == flow::give_back);

// Length by operand size, address size and REX.W.
static_assert(x64({0x48, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8}).size_bytes == 10);
static_assert(x64({0x66, 0xb8, 1, 2}).size_bytes == 4);
static_assert(x64({0xa1, 1, 2, 3, 4, 5, 6, 7, 8}).size_bytes == 9);
static_assert(x86({0xa1, 1, 2, 3, 4}).size_bytes == 5);
static_assert(x86({0x67, 0x8b, 0x06, 1, 2}).size_bytes == 5);                     // 16-bit displacement
static_assert(x64({0x8b, 0x84, 0x24, 1, 2, 3, 4}).size_bytes == 7);
static_assert(x86({0xf6, 0xc0, 1}).size_bytes == 3 && x86({0xf6, 0xd0}).size_bytes == 2);  // TEST has an immediate, NOT none
static_assert(x86({0xc8, 1, 2, 3}).size_bytes == 4);
static_assert(x64({0xc5, 0xf8, 0x77}).size_bytes == 3);                           // VZEROUPPER
static_assert(x86({0xc5, 0x00}).size_bytes == 2);                                 // LDS in 32-bit mode
static_assert(x64({0x62, 0xf1, 0x7c, 0x48, 0x10, 0x41, 1}).size_bytes == 7);      // EVEX VMOVUPS [rcx+64]

// Undefined, cut, or longer than 15 bytes.
static_assert(!x64({0x06}) && x86({0x06}));
static_assert(!x86({0xe8, 1, 2, 3}));
static_assert(!x64({0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x90}));
static_assert(!decode({}, 0, processor_mode::x86));

// Stack use, as unwind tables have to describe it.
static_assert(x64({0x48, 0x83, 0xec, 0x28}).uses_stack && x64({0x50}).uses_stack && x64({0x9c}).uses_stack);
static_assert(!x64({0x48, 0x83, 0xc0, 0x28}).uses_stack && !x64({0xc3}).uses_stack && !x64({0x41, 0x83, 0xec, 1}).uses_stack);

/// Every prefix of every instruction is shorter than it, so a cut is never taken for an instruction.
TEST(Instruction, CutAnywhere) {
    const std::vector<std::vector<uint8_t>> whole = {{0xe8, 1, 2, 3, 4}, {0x0f, 0x84, 1, 2, 3, 4}, {0x69, 0x84, 0x24, 1, 2, 3, 4, 5, 6, 7, 8},
                                                     {0xc4, 0xe2, 0x79, 0x18, 0x05, 1, 2, 3, 4}, {0x66, 0x0f, 0x3a, 0x0f, 0xc1, 3}};
    for (const auto& code : whole) {
        for (size_t n = 0; n <= code.size(); ++n) {
            const instruction i = decode({code.data(), n}, 0, processor_mode::x64);
            EXPECT_EQ(i.size_bytes, n == code.size() ? n : 0) << "first byte " << int{code[0]} << ", " << n << " bytes";
        }
    }
}

}  // namespace
