// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_INSTRUCTION_HPP
#define BARTIZAN_CODE_CAVE_INSTRUCTION_HPP

#include "../core/reader.hpp"
#include "opcode_table.hpp"

/// Length, control flow and stack use of one x86 or x64 instruction: what a search for hidden code needs, and no more.
namespace BARTIZAN_NAMESPACE::code_cave {

inline constexpr unsigned max_instruction_bytes = 15;

enum class processor_mode : uint8_t { x86, x64 };

/// How control leaves an instruction.
enum class flow : uint8_t {
    next,           ///< to the following instruction only
    jump,           ///< JMP to `target`
    branch,         ///< to `target` or the following one: Jcc, LOOPcc, JxCXZ, XBEGIN
    call,           ///< CALL of `target`
    indirect_jump,  ///< through a register or memory, or far
    indirect_call,
    give_back,      ///< RET, IRET, SYSRET: to an address on the stack or in a register
    stop,           ///< INT3, HLT, UD2: to no instruction of this program
};

struct instruction {
    uint8_t size_bytes = 0;    ///< 0: no instruction begins here, or it is cut by the end of the bytes
    flow leaves = flow::next;
    uint8_t opcode = 0;
    uint8_t map = 0;           ///< 0 one-byte, 1 0F, 2 0F 38, 3 0F 3A, 0x10 and up VEX, EVEX or XOP
    uint8_t modrm = 0;
    uint8_t rex = 0;
    uint8_t segment = 0;       ///< the last segment prefix: 0x64 FS, 0x65 GS, ...; 0 none
    bool has_modrm = false;
    bool narrow = false;       ///< operand-size prefix
    bool uses_stack = false;   ///< moves the stack pointer, other than by RET
    bool has_address = false;  ///< `address` is that of a memory operand without register (or, x64, relative to the instruction)
    int32_t displacement = 0;  ///< of the memory operand
    uint64_t immediate = 0;    ///< as it stands, zero-extended; relative branches: `target`
    uint64_t target = 0;       ///< of a direct branch, in the address space of `at`
    uint64_t address = 0;

    [[nodiscard]] constexpr explicit operator bool() const noexcept { return size_bytes != 0; }
    [[nodiscard]] constexpr bool is_direct() const noexcept {
        return leaves == flow::jump || leaves == flow::branch || leaves == flow::call;
    }
    /// Whether the following bytes are an instruction of the same stretch.
    [[nodiscard]] constexpr bool falls_through() const noexcept {
        return leaves == flow::next || leaves == flow::branch || leaves == flow::call || leaves == flow::indirect_call;
    }
    [[nodiscard]] constexpr unsigned reg() const noexcept { return modrm >> 3 & 7u; }
    [[nodiscard]] constexpr unsigned mod() const noexcept { return modrm >> 6; }
    [[nodiscard]] constexpr unsigned rm() const noexcept { return modrm & 7u; }
};

namespace detail {

// Decodes one instruction; a class only to share what the steps know.
class instruction_decoder {
  public:
    constexpr instruction_decoder(bytes code, uint64_t at, processor_mode mode) noexcept
        : code_(code.sub(0, max_instruction_bytes)), base_(at), is_64_(mode == processor_mode::x64) {}

    [[nodiscard]] constexpr instruction run() noexcept {
        if (!prefixes()) return {};
        const uint8_t first = next();
        if (failed_) return {};
        if (!opcode(first) || failed_) return {};
        out_.size_bytes = static_cast<uint8_t>(at_);
        finish();
        return out_;
    }

  private:
    [[nodiscard]] constexpr uint8_t peek() const noexcept { return at_ < code_.size ? code_[at_] : uint8_t{0}; }
    constexpr uint8_t next() noexcept {
        if (at_ >= code_.size) {
            failed_ = true;
            return 0;
        }
        return code_[at_++];
    }
    constexpr uint64_t take(unsigned size_bytes) noexcept {
        if (code_.size - at_ < size_bytes) {
            failed_ = true;
            return 0;
        }
        uint64_t value = 0;
        for (unsigned i = 0; i < size_bytes; ++i) value |= uint64_t{code_[at_ + i]} << (8 * i);
        at_ += size_bytes;
        return value;
    }
    [[nodiscard]] static constexpr int64_t sign_extend(uint64_t value, unsigned size_bytes) noexcept {
        const uint64_t sign = uint64_t{1} << (8 * size_bytes - 1);
        return static_cast<int64_t>((value ^ sign) - sign);
    }

    constexpr bool prefixes() noexcept {
        for (; at_ < code_.size; ++at_) {
            const uint8_t b = code_[at_];
            if (is_64_ && (b & 0xf0) == 0x40) {
                out_.rex = b;  // holds only where the opcode follows at once
                continue;
            }
            switch (b) {
                case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65: out_.segment = b; break;
                case 0x66: out_.narrow = true; break;
                case 0x67: address_prefix_ = true; break;
                case 0xf0: lock_ = true; break;
                case 0xf2: case 0xf3: repeat_ = b; break;
                default: return true;
            }
            out_.rex = 0;
        }
        return false;
    }

    [[nodiscard]] constexpr bool wide() const noexcept { return (out_.rex & 8) != 0; }
    // Size of an immediate of the "z" kind.
    [[nodiscard]] constexpr unsigned size_z() const noexcept { return out_.narrow && !wide() ? 2 : 4; }

    constexpr bool opcode(uint8_t first) noexcept {
        out_.opcode = first;
        uint8_t entry = one_byte_map.entry[first];
        if (is_64_ && (entry & op_not_in_64) != 0) return false;
        if ((entry & op_special) == 0) return operands(entry);
        switch (first) {
            case 0x0f: return two_byte();
            case 0x62:
                if (is_64_ || peek() >= 0xc0) return evex();
                return operands(op_modrm);
            case 0x8f:
                if ((peek() & 0x1f) >= 8) return vex(3, 0x1f);
                return operands(op_modrm) && (out_.reg() == 0);
            case 0xc4:
                if (is_64_ || peek() >= 0xc0) return vex(3, 0x1f);
                return operands(op_modrm) && out_.mod() != 3;
            case 0xc5:
                if (is_64_ || peek() >= 0xc0) return vex(2, 0);
                return operands(op_modrm) && out_.mod() != 3;
            case 0x9a: case 0xea:
                out_.immediate = take(size_z());
                take(2);
                return true;
            case 0xa0: case 0xa1: case 0xa2: case 0xa3:
                out_.address = take(is_64_ ? (address_prefix_ ? 4 : 8) : (address_prefix_ ? 2 : 4));
                out_.has_address = true;
                return true;
            case 0xc6: case 0xc7: {
                if (!operands(op_modrm)) return false;
                const bool transactional = out_.modrm == 0xf8;  // XABORT, XBEGIN
                if (out_.reg() != 0 && !transactional) return false;
                immediate(first == 0xc6 ? op_imm8 : op_imm_z);
                return true;
            }
            case 0xf6: case 0xf7:
                if (!operands(op_modrm)) return false;
                if (out_.reg() < 2) immediate(first == 0xf6 ? op_imm8 : op_imm_z);
                return true;
            case 0xfe: return operands(op_modrm) && out_.reg() < 2;
            case 0xff:
                return operands(op_modrm) && out_.reg() != 7 && !(out_.mod() == 3 && (out_.reg() == 3 || out_.reg() == 5));
            default: break;
        }
        if (first >= 0xb8 && first <= 0xbf) {
            out_.immediate = take(wide() ? 8 : size_z());
            return true;
        }
        return false;
    }

    constexpr bool two_byte() noexcept {
        const uint8_t second = next();
        out_.map = 1;
        out_.opcode = second;
        const uint8_t entry = two_byte_map.entry[second];
        if ((entry & op_undefined) != 0) return false;
        if ((entry & op_special) == 0) return operands(entry);
        switch (second) {
            case 0x38:
                out_.map = 2;
                out_.opcode = next();
                return operands(op_modrm);
            case 0x3a:
                out_.map = 3;
                out_.opcode = next();
                return operands(op_modrm | op_imm8);
            case 0x78:
                if (!operands(op_modrm)) return false;
                if (out_.narrow || repeat_ == 0xf2) out_.immediate = take(2);
                return true;
            default:  // 20..23
                out_.modrm = static_cast<uint8_t>(next() | 0xc0);
                out_.has_modrm = true;
                return true;
        }
    }

    // VEX of two or three bytes and XOP: the prefix replaces the legacy ones, which must not stand before it.
    constexpr bool vex(unsigned prefix_bytes, uint8_t map_mask) noexcept {
        if (out_.narrow || repeat_ != 0 || lock_ || out_.rex != 0) return false;
        const uint8_t p0 = next();
        if (prefix_bytes == 3) next();
        return vector_operands(prefix_bytes == 3 ? p0 & map_mask : 1u, out_.opcode == 0x8f);
    }

    constexpr bool evex() noexcept {
        if (out_.narrow || repeat_ != 0 || lock_ || out_.rex != 0) return false;
        const uint8_t p0 = next();
        take(2);
        return vector_operands(p0 & 7u, false);
    }

    constexpr bool vector_operands(unsigned map, bool xop) noexcept {
        const uint8_t op = next();
        const bool is_vex = out_.opcode != 0x62 && !xop;
        out_.opcode = op;
        out_.map = static_cast<uint8_t>(0x10 + map);
        if (map == 0 || (is_vex && map > 3) || (xop && map > 10)) return false;
        if (is_vex && map == 1 && op == 0x77) return true;  // VZEROUPPER, VZEROALL
        if (is_vex && map == 1 && (op & 0xfe) == 0x84) {    // JKZD, JKNZD of the Xeon Phi coprocessor
            immediate(op_imm_z);
            return true;
        }
        if (xop && map == 10) {
            if (!operands(op_modrm)) return false;
            out_.immediate = take(4);
            return true;
        }
        return operands(static_cast<uint8_t>(op_modrm | (vector_map_has_imm8(map, op) ? op_imm8 : 0)));
    }

    constexpr bool operands(uint8_t entry) noexcept {
        if ((entry & op_modrm) != 0) memory_operand();
        immediate(entry);
        return !failed_;
    }

    constexpr void immediate(uint8_t entry) noexcept {
        unsigned size_bytes = 0;
        if ((entry & op_imm16) != 0) size_bytes += 2;
        if ((entry & op_imm8) != 0) size_bytes += 1;
        if ((entry & op_imm_z) != 0) size_bytes += relative_near() ? (out_.narrow && !is_64_ ? 2 : 4) : size_z();
        if (size_bytes == 0) return;
        out_.immediate = take(size_bytes);
        immediate_bytes_ = size_bytes;
    }

    // A near branch: in 64-bit mode its displacement has 32 bits whatever the operand-size prefix says.
    [[nodiscard]] constexpr bool relative_near() const noexcept {
        if (out_.map == 0) return out_.opcode == 0xe8 || out_.opcode == 0xe9;
        return out_.map == 1 && (out_.opcode & 0xf0) == 0x80;
    }

    constexpr void memory_operand() noexcept {
        out_.modrm = next();
        out_.has_modrm = true;
        const unsigned mod = out_.mod();
        unsigned rm = out_.rm();
        if (mod == 3) return;
        if (!is_64_ && address_prefix_) {  // 16-bit addressing
            const unsigned size_bytes = mod == 1 ? 1 : mod == 2 || rm == 6 ? 2 : 0;
            if (size_bytes != 0) out_.displacement = static_cast<int32_t>(sign_extend(take(size_bytes), size_bytes));
            return;
        }
        bool no_base = mod == 0 && rm == 5;
        bool indexed = false;
        if (rm == 4) {
            const uint8_t sib = next();
            indexed = (sib >> 3 & 7) != 4 || (out_.rex & 2) != 0;
            no_base = mod == 0 && (sib & 7) == 5;
            relative_ = false;
        } else {
            relative_ = is_64_ && no_base;
        }
        const unsigned size_bytes = mod == 1 ? 1 : mod == 2 || no_base ? 4 : 0;
        if (size_bytes == 0) return;
        out_.displacement = static_cast<int32_t>(sign_extend(take(size_bytes), size_bytes));
        out_.has_address = no_base && !indexed;
    }

    constexpr void finish() noexcept {
        const uint64_t behind = base_ + at_;
        if (out_.has_address && out_.has_modrm) {
            out_.address = relative_ ? behind + static_cast<uint64_t>(int64_t{out_.displacement})
                                     : is_64_ ? static_cast<uint64_t>(int64_t{out_.displacement})
                                              : static_cast<uint32_t>(out_.displacement);
        }
        if (out_.map == 0) {
            classify_one_byte(behind);
        } else if (out_.map == 1) {
            classify_two_byte(behind);
        } else if (out_.map == 0x11 && !out_.has_modrm && immediate_bytes_ != 0) {
            direct(flow::branch, behind, immediate_bytes_);
        }
    }

    constexpr void direct(flow how, uint64_t behind, unsigned size_bytes) noexcept {
        out_.leaves = how;
        out_.target = behind + static_cast<uint64_t>(sign_extend(out_.immediate, size_bytes));
        // Without a 64-bit instruction pointer the sum wraps at 32 bits, and with an operand-size prefix at 16.
        if (!is_64_) out_.target = out_.narrow ? out_.target & 0xffff : out_.target & 0xffffffff;
    }

    constexpr void classify_one_byte(uint64_t behind) noexcept {
        const uint8_t op = out_.opcode;
        if ((op & 0xf0) == 0x70 || (op >= 0xe0 && op <= 0xe3)) return direct(flow::branch, behind, 1);
        if ((op & 0xf0) == 0x50) out_.uses_stack = true;  // PUSH POP register
        switch (op) {
            case 0xe8:
                out_.uses_stack = true;
                return direct(flow::call, behind, immediate_bytes_);
            case 0xe9: return direct(flow::jump, behind, immediate_bytes_);
            case 0xeb: return direct(flow::jump, behind, 1);
            case 0xc7:
                if (out_.modrm == 0xf8) direct(flow::branch, behind, immediate_bytes_);
                return;
            case 0xc2: case 0xc3: case 0xca: case 0xcb: case 0xcf: out_.leaves = flow::give_back; return;
            case 0xcc: case 0xf4: out_.leaves = flow::stop; return;
            case 0xea: out_.leaves = flow::indirect_jump; return;
            case 0x9a: out_.leaves = flow::indirect_call; return;
            case 0x60: case 0x61: case 0x68: case 0x6a: case 0x8f: case 0x9c: case 0x9d: case 0xc8: case 0xc9:
            case 0x06: case 0x07: case 0x0e: case 0x16: case 0x17: case 0x1e: case 0x1f: out_.uses_stack = true; return;
            case 0xff:
                if (out_.reg() == 2 || out_.reg() == 3) {
                    out_.leaves = flow::indirect_call;
                } else if (out_.reg() == 4 || out_.reg() == 5) {
                    out_.leaves = flow::indirect_jump;
                }
                out_.uses_stack = out_.leaves == flow::indirect_call || out_.reg() == 6;
                return;
            case 0x81: case 0x83:  // ADD or SUB of the stack pointer
                out_.uses_stack = out_.mod() == 3 && out_.rm() == 4 && (out_.rex & 1) == 0 && (out_.reg() == 0 || out_.reg() == 5);
                return;
            default: return;
        }
    }

    constexpr void classify_two_byte(uint64_t behind) noexcept {
        const uint8_t op = out_.opcode;
        if ((op & 0xf0) == 0x80) return direct(flow::branch, behind, immediate_bytes_);
        if (op == 0x0b || op == 0xb9 || op == 0xff) out_.leaves = flow::stop;
        if (op == 0x07 || op == 0x35) out_.leaves = flow::give_back;
    }

    bytes code_;
    uint64_t base_;
    size_t at_ = 0;
    unsigned immediate_bytes_ = 0;
    instruction out_;
    uint8_t repeat_ = 0;
    bool is_64_;
    bool address_prefix_ = false;
    bool lock_ = false;
    bool relative_ = false;
    bool failed_ = false;
};

}  // namespace detail

/// Decodes the instruction that begins with the first of `code`, which stands at address `at`. An undefined opcode or an
/// instruction that `code` cuts short gives `size_bytes` 0. Some encodings that a processor refuses are accepted: this tells
/// where instructions end, not whether they may run. Constant time, no state.
[[nodiscard]] constexpr instruction decode(bytes code, uint64_t at, processor_mode mode) noexcept {
    return detail::instruction_decoder(code, at, mode).run();
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
