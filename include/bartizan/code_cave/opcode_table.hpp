// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_OPCODE_TABLE_HPP
#define BARTIZAN_CODE_CAVE_OPCODE_TABLE_HPP

#include "../core/config.hpp"

/// What follows an x86 opcode, as the opcode maps of Intel's and AMD's manuals have it: two tables of 256 bytes, one for each
/// map that is irregular. 0F 38 always has a ModR/M byte; 0F 3A has one and an immediate byte.
namespace BARTIZAN_NAMESPACE::code_cave {

/// Bits of an opcode's entry.
enum : uint8_t {
    op_modrm = 0x01,
    op_imm8 = 0x02,
    op_imm16 = 0x04,
    op_imm_z = 0x08,       ///< 32 bits, or 16 with an operand-size prefix
    op_not_in_64 = 0x10,   ///< undefined in 64-bit mode
    op_undefined = 0x20,
    op_special = 0x40,     ///< the decoder knows more: prefixes, escapes, groups, moffs, far pointers
};

struct opcode_map {
    uint8_t entry[256]{};

    constexpr void set(unsigned first, unsigned last, uint8_t bits) noexcept {
        for (unsigned i = first; i <= last; ++i) entry[i] = bits;
    }
};

[[nodiscard]] constexpr opcode_map make_one_byte_map() noexcept {
    opcode_map m;
    for (unsigned row = 0; row < 0x40; row += 8) {  // ADD OR ADC SBB AND SUB XOR CMP, then segment push and pop or BCD
        m.set(row, row + 3, op_modrm);
        m.set(row + 4, row + 4, op_imm8);
        m.set(row + 5, row + 5, op_imm_z);
        m.set(row + 6, row + 7, op_not_in_64);
    }
    constexpr uint8_t prefixes[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3};
    for (const uint8_t prefix : prefixes) m.set(prefix, prefix, op_special);
    m.set(0x0f, 0x0f, op_special);             // escape to the two-byte map
    m.set(0x60, 0x61, op_not_in_64);           // PUSHA POPA
    m.set(0x62, 0x62, op_special);             // BOUND, EVEX
    m.set(0x63, 0x63, op_modrm);               // ARPL, MOVSXD
    m.set(0x68, 0x68, op_imm_z);
    m.set(0x69, 0x69, op_modrm | op_imm_z);
    m.set(0x6a, 0x6a, op_imm8);
    m.set(0x6b, 0x6b, op_modrm | op_imm8);
    m.set(0x70, 0x7f, op_imm8);                // Jcc short
    m.set(0x80, 0x80, op_modrm | op_imm8);
    m.set(0x81, 0x81, op_modrm | op_imm_z);
    m.set(0x82, 0x82, op_modrm | op_imm8 | op_not_in_64);
    m.set(0x83, 0x83, op_modrm | op_imm8);
    m.set(0x84, 0x8e, op_modrm);
    m.set(0x8f, 0x8f, op_special);             // POP r/m, XOP
    m.set(0x9a, 0x9a, op_special | op_not_in_64);  // CALL far
    m.set(0xa0, 0xa3, op_special);             // MOV moffs
    m.set(0xa8, 0xa8, op_imm8);
    m.set(0xa9, 0xa9, op_imm_z);
    m.set(0xb0, 0xb7, op_imm8);
    m.set(0xb8, 0xbf, op_special);             // MOV r, imm of the operand's size
    m.set(0xc0, 0xc1, op_modrm | op_imm8);
    m.set(0xc2, 0xc2, op_imm16);
    m.set(0xc4, 0xc5, op_special);             // LES LDS, VEX
    m.set(0xc6, 0xc6, op_special | op_modrm | op_imm8);
    m.set(0xc7, 0xc7, op_special | op_modrm | op_imm_z);
    m.set(0xc8, 0xc8, op_imm16 | op_imm8);     // ENTER
    m.set(0xca, 0xca, op_imm16);
    m.set(0xcd, 0xcd, op_imm8);
    m.set(0xce, 0xce, op_not_in_64);
    m.set(0xd0, 0xd3, op_modrm);
    m.set(0xd4, 0xd5, op_imm8 | op_not_in_64);
    m.set(0xd6, 0xd6, op_not_in_64);
    m.set(0xd8, 0xdf, op_modrm);
    m.set(0xe0, 0xe7, op_imm8);                // LOOPxx JxCXZ IN OUT
    m.set(0xe8, 0xe9, op_imm_z);
    m.set(0xea, 0xea, op_special | op_not_in_64);  // JMP far
    m.set(0xeb, 0xeb, op_imm8);
    m.set(0xf6, 0xf7, op_special | op_modrm);  // TEST alone has an immediate
    m.set(0xfe, 0xff, op_special | op_modrm);
    return m;
}

[[nodiscard]] constexpr opcode_map make_two_byte_map() noexcept {
    opcode_map m;
    m.set(0x00, 0xff, op_modrm);
    m.set(0x04, 0x04, op_undefined);
    m.set(0x05, 0x09, 0);                      // SYSCALL CLTS SYSRET INVD WBINVD
    m.set(0x0a, 0x0a, op_undefined);
    m.set(0x0b, 0x0b, 0);                      // UD2
    m.set(0x0c, 0x0c, op_undefined);
    m.set(0x0e, 0x0e, 0);                      // FEMMS
    m.set(0x0f, 0x0f, op_modrm | op_imm8);     // 3DNow!: the opcode stands last
    m.set(0x20, 0x23, op_special | op_modrm);  // MOV to and from control and debug registers: never a memory operand
    m.set(0x24, 0x27, op_undefined);
    m.set(0x30, 0x35, 0);
    m.set(0x36, 0x36, op_undefined);
    m.set(0x37, 0x37, 0);                      // GETSEC
    m.set(0x38, 0x38, op_special);
    m.set(0x39, 0x39, op_undefined);
    m.set(0x3a, 0x3a, op_special);
    m.set(0x3b, 0x3f, op_undefined);
    m.set(0x70, 0x73, op_modrm | op_imm8);
    m.set(0x77, 0x77, 0);                      // EMMS
    m.set(0x78, 0x78, op_special | op_modrm);  // VMREAD; EXTRQ and INSERTQ have two immediate bytes
    m.set(0x7a, 0x7b, op_undefined);
    m.set(0x80, 0x8f, op_imm_z);               // Jcc near
    m.set(0xa0, 0xa2, 0);                      // PUSH POP FS, CPUID
    m.set(0xa4, 0xa4, op_modrm | op_imm8);
    m.set(0xa8, 0xaa, 0);                      // PUSH POP GS, RSM
    m.set(0xac, 0xac, op_modrm | op_imm8);
    m.set(0xba, 0xba, op_modrm | op_imm8);
    m.set(0xc2, 0xc2, op_modrm | op_imm8);
    m.set(0xc4, 0xc6, op_modrm | op_imm8);
    m.set(0xc8, 0xcf, 0);                      // BSWAP
    return m;
}

inline constexpr opcode_map one_byte_map = make_one_byte_map();
inline constexpr opcode_map two_byte_map = make_two_byte_map();

/// Whether an instruction of VEX, EVEX or XOP map `map` has an immediate byte: map 3 and XOP map 8 always, map 1 where the
/// two-byte map has one.
[[nodiscard]] constexpr bool vector_map_has_imm8(unsigned map, uint8_t opcode) noexcept {
    if (map == 3 || map == 8) return true;
    return map == 1 && ((opcode >= 0x70 && opcode <= 0x73) || opcode == 0xc2 || (opcode >= 0xc4 && opcode <= 0xc6));
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
