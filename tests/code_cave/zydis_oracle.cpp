// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The instruction decoder against Zydis, an independent disassembler: on random bytes everywhere, and on every code section of
// the goodware sample where it stands beside the repository. BARTIZAN_GOODWARE may name a larger folder (walked), and
// BARTIZAN_ZYDIS_INSTRUCTIONS the number of instructions to compare before stopping (0: all).
#if __has_include(<Zydis/Zydis.h>)
#include <Zydis/Zydis.h>
#include <gtest/gtest.h>

#include <cinttypes>
#include <cstdio>
#include <random>

#include "../pe/shared_files.hpp"
#include "bartizan/code_cave/instruction.hpp"
#include "bartizan/pe/exceptions.hpp"

namespace {

namespace cave = bartizan::code_cave;
namespace pe = bartizan::pe;
using bartizan::bytes;

struct comparison {
    uint64_t instructions = 0;  ///< that Zydis calls valid
    uint64_t branches = 0;
    uint64_t shorter_or_longer = 0;
    uint64_t other_target = 0;
    uint64_t other_flow = 0;
    std::string first;

    void wrong(uint64_t& count, const char* what, bytes code, const ZydisDecodedInstruction& theirs, const cave::instruction& ours,
               cave::processor_mode mode) {
        ++count;
        if (first.size() > 4000) return;
        char line[64];
        std::snprintf(line, sizeof line, "%s %s length %u/%u:", mode == cave::processor_mode::x64 ? "x64" : "x86", what, theirs.length,
                      ours.size_bytes);
        first += line;
        for (size_t i = 0; i < theirs.length && i < code.size; ++i) {
            std::snprintf(line, sizeof line, " %02x", code[i]);
            first += line;
        }
        first += std::string(" ") + ZydisMnemonicGetString(theirs.mnemonic) + "\n";
    }
};

cave::flow flow_of(const ZydisDecodedInstruction& i, bool relative) {
    using cave::flow;
    // Zydis counts the ends of a transaction as branches: to a handler that XBEGIN named, if at all.
    if (i.mnemonic == ZYDIS_MNEMONIC_XABORT || i.mnemonic == ZYDIS_MNEMONIC_XEND) return flow::next;
    switch (i.meta.category) {
        case ZYDIS_CATEGORY_COND_BR: return flow::branch;
        case ZYDIS_CATEGORY_UNCOND_BR: return relative ? flow::jump : flow::indirect_jump;
        case ZYDIS_CATEGORY_CALL: return relative ? flow::call : flow::indirect_call;
        case ZYDIS_CATEGORY_RET: return flow::give_back;
        default: return flow::next;
    }
}

/// Compares one instruction; the length to go on by.
unsigned compare(const ZydisDecoder& decoder, bytes code, uint64_t at, cave::processor_mode mode, comparison& sum) {
    ZydisDecodedInstruction theirs;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    ZydisDecoderContext context;
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, &context, code.data, code.size, &theirs))) return 1;
    ++sum.instructions;
    const cave::instruction ours = cave::decode(code, at, mode);
    if (ours.size_bytes != theirs.length) {
        sum.wrong(sum.shorter_or_longer, "length", code, theirs, ours, mode);
        return theirs.length;
    }
    const bool relative = theirs.raw.imm[0].is_relative;
    const bool controls = theirs.meta.category == ZYDIS_CATEGORY_COND_BR || theirs.meta.category == ZYDIS_CATEGORY_UNCOND_BR ||
                          theirs.meta.category == ZYDIS_CATEGORY_CALL || theirs.meta.category == ZYDIS_CATEGORY_RET;
    if (!controls) {
        if (ours.is_direct()) sum.wrong(sum.other_flow, "flow", code, theirs, ours, mode);
        return theirs.length;
    }
    ++sum.branches;
    if (ours.leaves != flow_of(theirs, relative)) {
        sum.wrong(sum.other_flow, "flow", code, theirs, ours, mode);
    } else if (relative) {
        ZyanU64 target = 0;
        const bool decoded = ZYAN_SUCCESS(ZydisDecoderDecodeOperands(&decoder, &context, &theirs, operands, ZYDIS_MAX_OPERAND_COUNT));
        for (unsigned i = 0; decoded && i < theirs.operand_count; ++i) {
            if (operands[i].type == ZYDIS_OPERAND_TYPE_IMMEDIATE) ZydisCalcAbsoluteAddress(&theirs, &operands[i], at, &target);
        }
        // Zydis leaves the wrap at the width of the instruction pointer to its caller.
        if (mode == cave::processor_mode::x86) target &= theirs.operand_width == 16 ? 0xffff : 0xffffffff;
        if (!decoded || target != ours.target) {
            sum.wrong(sum.other_target, "target", code, theirs, ours, mode);
        }
    }
    return theirs.length;
}

ZydisDecoder decoder_for(cave::processor_mode mode) {
    ZydisDecoder d;
    const bool wide = mode == cave::processor_mode::x64;
    ZydisDecoderInit(&d, wide ? ZYDIS_MACHINE_MODE_LONG_64 : ZYDIS_MACHINE_MODE_LEGACY_32, wide ? ZYDIS_STACK_WIDTH_64 : ZYDIS_STACK_WIDTH_32);
    return d;
}

void expect_agreement(const comparison& sum, const char* name) {
    EXPECT_EQ(sum.shorter_or_longer, 0u) << sum.first;
    EXPECT_EQ(sum.other_target, 0u) << sum.first;
    EXPECT_EQ(sum.other_flow, 0u) << sum.first;
    std::printf("    %s: %" PRIu64 " instructions, %" PRIu64 " of them branches\n", name, sum.instructions, sum.branches);
}

TEST(InstructionOracle, RandomBytes) {
    for (const cave::processor_mode mode : {cave::processor_mode::x86, cave::processor_mode::x64}) {
        const ZydisDecoder decoder = decoder_for(mode);
        std::mt19937_64 random(20260601);
        comparison sum;
        for (int round = 0; round < 400'000; ++round) {
            uint8_t code[16];
            for (int i = 0; i < 16; i += 8) {
                const uint64_t word = random();
                for (int k = 0; k < 8; ++k) code[i + k] = static_cast<uint8_t>(word >> (8 * k));
            }
            // Half of the rounds begin with what is rare in random bytes: prefixes, escapes and vector prefixes.
            static constexpr uint8_t leads[] = {0x66, 0x67, 0xf2, 0xf3, 0xf0, 0x48, 0x0f, 0xc4, 0xc5, 0x62, 0x8f, 0x64};
            if ((round & 1) != 0) code[0] = leads[static_cast<size_t>(round >> 1) % sizeof leads];
            if ((round & 3) == 3) code[1] = leads[static_cast<size_t>(round >> 5) % sizeof leads];
            compare(decoder, {code, sizeof code}, 0x401000, mode, sum);
        }
        expect_agreement(sum, mode == cave::processor_mode::x64 ? "x64 random" : "x86 random");
        EXPECT_GT(sum.instructions, 100'000u);
    }
}

std::vector<std::filesystem::path> goodware() {
    if (const char* const folder = std::getenv("BARTIZAN_GOODWARE")) {
        std::vector<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
            if (entry.is_regular_file()) files.push_back(entry.path());
        }
        return files;
    }
    return bartizan_tests::files_in(bartizan_tests::shared_folder("goodware/pe-sample"));
}

TEST(InstructionOracle, CodeOfRealPrograms) {
    const auto files = goodware();
    if (files.empty()) GTEST_SKIP() << "../shared/goodware/pe-sample is not there";
    const char* const asked = std::getenv("BARTIZAN_ZYDIS_INSTRUCTIONS");
    const uint64_t limit = asked != nullptr ? std::strtoull(asked, nullptr, 10) : 2'000'000;
    comparison sum;
    for (const auto& path : files) {
        const auto file = bartizan_tests::read_file(path);
        const auto parsed = pe::parse({file.data(), file.size()});
        const uint16_t machine = parsed.image.coff.machine;
        if (!parsed || (machine != pe::machine_i386 && machine != pe::machine_amd64)) continue;
        const auto mode = machine == pe::machine_amd64 ? cave::processor_mode::x64 : cave::processor_mode::x86;
        const ZydisDecoder decoder = decoder_for(mode);
        for (const pe::section& s : parsed.image.sections) {
            if ((s.header.characteristics & 0x20000000) == 0) continue;
            for (size_t at = 0; at < s.raw.size;) at += compare(decoder, s.raw.sub(at), s.rva + at, mode, sum);
            if (limit != 0 && sum.instructions >= limit) break;
        }
        if (limit != 0 && sum.instructions >= limit) break;
    }
    expect_agreement(sum, "programs");
}

}  // namespace
#endif
