// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_EXCEPTIONS_HPP
#define BARTIZAN_PE_EXCEPTIONS_HPP

#include "mapped.hpp"

namespace BARTIZAN_NAMESPACE::pe {

/// IMAGE_FILE_MACHINE_* of the processors that Windows runs on.
enum : uint16_t {
    machine_i386 = 0x014c,
    machine_arm_nt = 0x01c4,
    machine_amd64 = 0x8664,
    machine_arm64 = 0xaa64,
};

/// One entry of the exception table: the code of a function, or of a part of one.
struct runtime_function {
    uint32_t begin_rva = 0;
    uint32_t end_rva = 0;     ///< behind the last byte
    uint32_t unwind_rva = 0;  ///< of the unwind information; 0 where it is packed into the entry (ARM)
    uint64_t offset = 0;      ///< of the entry in the file
    error defect;             ///< pe_runtime_function_range, pe_unwind_info_unreadable
};

/// The exception table (.pdata) of x64, ARM64 and ARM images; others have none. Linear in its bytes. `next` until it says false;
/// then `stopped` is none or pe_exception_table_cut. An ARM64EC image lists its x64 code here.
class runtime_function_cursor {
  public:
    constexpr explicit runtime_function_cursor(const image& image) noexcept : in_(image), unwind_(image) {
        const image_data_directory directory = image.directory(directory_entry::exception);
        const uint16_t machine = image.coff.machine;
        if (directory.virtual_address == 0) return;
        entry_bytes_ = machine == machine_amd64 ? 12 : machine == machine_arm64 || machine == machine_arm_nt ? 8 : 0;
        instruction_bytes_ = machine == machine_arm64 ? 4 : 2;
        thumb_bit_ = machine == machine_arm_nt ? 1 : 0;
        at_ = directory.virtual_address;
        left_ = entry_bytes_ == 0 ? 0 : directory.size / entry_bytes_;
        directory_offset_ = image.directory_offset(directory_entry::exception);
    }

    [[nodiscard]] constexpr bool next(runtime_function& out) noexcept {
        if (left_ == 0) return false;
        const bytes raw = in_.sub(at_, entry_bytes_);
        const location where = in_.offset(at_);
        if (raw.size < entry_bytes_) {
            stopped = {error_code::pe_exception_table_cut, where.known ? where.value : directory_offset_};
            left_ = 0;
            return false;
        }
        --left_;
        at_ += entry_bytes_;
        const reader f{raw};
        out = {f.u32(0) & ~thumb_bit_, f.u32(4), 0, where.value, {}};
        if (entry_bytes_ == 12) {
            out.unwind_rva = f.u32(8);
            // An odd address is that of another entry of this table, whose unwind information holds here too.
            if (!unwind_.has(out.unwind_rva & ~1u, 4)) out.defect = {error_code::pe_unwind_info_unreadable, where.value + 8};
        } else {
            decode_arm(f.u32(4), out);
        }
        if (out.end_rva <= out.begin_rva || out.begin_rva < last_begin_) {
            out.defect = {error_code::pe_runtime_function_range, where.value};
        }
        last_begin_ = out.begin_rva;
        return true;
    }

    error stopped;

  private:
    // "ARM64 exception handling": the two lowest bits tell packed unwind data from an RVA; lengths count instructions.
    constexpr void decode_arm(uint32_t word, runtime_function& out) noexcept {
        uint32_t length = word >> 2 & 0x7ff;
        if ((word & 3) == 0) {
            out.unwind_rva = word;
            length = unwind_.u32(word) & 0x3ffff;
            if (!unwind_.has(word, 4)) out.defect = {error_code::pe_unwind_info_unreadable, out.offset + 4};
        }
        const uint64_t end = uint64_t{out.begin_rva} + uint64_t{instruction_bytes_} * length;
        out.end_rva = end > UINT32_MAX ? 0 : static_cast<uint32_t>(end);
    }

    mapped_reader in_, unwind_;
    uint64_t at_ = 0;
    uint64_t directory_offset_ = 0;
    uint32_t left_ = 0;
    uint32_t entry_bytes_ = 0;
    uint32_t instruction_bytes_ = 0;
    uint32_t thumb_bit_ = 0;
    uint32_t last_begin_ = 0;
};

/// The head of x64 unwind information (UNWIND_INFO).
struct unwind_info {
    enum : uint8_t { exception_handler = 1, termination_handler = 2, chained = 4 };
    bool present = false;
    uint8_t version = 0;
    uint8_t flags = 0;
    uint8_t prolog_size_bytes = 0;
    uint8_t code_count = 0;
    uint32_t handler_rva = 0;  ///< of the language-specific handler, where `flags` has one
};

/// Reads the unwind information of an entry of an x64 table.
[[nodiscard]] constexpr unwind_info read_unwind_info(mapped_reader& in, const runtime_function& function) noexcept {
    const uint64_t rva = function.unwind_rva;
    unwind_info out;
    if ((rva & 1) != 0 || !in.has(rva, 4)) return out;
    const reader f{in.sub(rva, 4)};
    out.present = true;
    out.version = f.u8(0) & 7;
    out.flags = static_cast<uint8_t>(f.u8(0) >> 3);
    out.prolog_size_bytes = f.u8(1);
    out.code_count = f.u8(2);
    const bool handled = (out.flags & (unwind_info::exception_handler | unwind_info::termination_handler)) != 0;
    // The codes are two bytes each, an even number of them.
    if (handled) out.handler_rva = in.u32(rva + 4 + uint64_t{2} * ((out.code_count + 1u) & ~1u));
    return out;
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
