// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_LOAD_CONFIG_HPP
#define BARTIZAN_PE_LOAD_CONFIG_HPP

#include "mapped.hpp"

namespace BARTIZAN_NAMESPACE::pe {

/// IMAGE_GUARD_*, of `image_load_config::guard_flags`. The four highest bits are the bytes that follow each RVA of the
/// guard tables.
enum : uint32_t {
    guard_cf_instrumented = 0x00000100,
    guard_cf_function_table_present = 0x00000400,
    guard_security_cookie_unused = 0x00000800,
    guard_protect_delayload_iat = 0x00001000,
    guard_cf_export_suppression_info_present = 0x00004000,
    guard_cf_longjump_table_present = 0x00010000,
    guard_retpoline_present = 0x00100000,
    guard_eh_continuation_table_present = 0x00400000,
    guard_xfg_enabled = 0x00800000,
    guard_castguard_present = 0x01000000,
    guard_memcpy_present = 0x02000000,
};

/// IMAGE_LOAD_CONFIG_DIRECTORY32 and 64 in one, up to Windows 11. Fields behind `size` are zero. Tables and function pointers
/// are virtual addresses, not RVAs.
struct image_load_config {
    uint64_t decommit_free_block_threshold, decommit_total_free_threshold, lock_prefix_table, maximum_allocation_size,
        virtual_memory_threshold, process_affinity_mask, edit_list, security_cookie, se_handler_table, se_handler_count,
        guard_cf_check_function_pointer, guard_cf_dispatch_function_pointer, guard_cf_function_table,
        guard_cf_function_count, guard_address_taken_iat_entry_table, guard_address_taken_iat_entry_count,
        guard_long_jump_target_table, guard_long_jump_target_count, dynamic_value_reloc_table, chpe_metadata_pointer,
        guard_rf_failure_routine, guard_rf_failure_routine_function_pointer,
        guard_rf_verify_stack_pointer_function_pointer, enclave_configuration_pointer, volatile_metadata_pointer,
        guard_eh_continuation_table, guard_eh_continuation_count, guard_xfg_check_function_pointer,
        guard_xfg_dispatch_function_pointer, guard_xfg_table_dispatch_function_pointer,
        cast_guard_os_determined_failure_mode, guard_memcpy_function_pointer;
    uint32_t size, time_date_stamp, global_flags_clear, global_flags_set, critical_section_default_timeout,
        process_heap_flags, guard_flags, code_integrity_catalog_offset, code_integrity_reserved,
        dynamic_value_reloc_table_offset, hot_patch_table_offset;
    uint16_t major_version, minor_version, csd_version, dependent_load_flags, code_integrity_flags,
        code_integrity_catalog, dynamic_value_reloc_table_section;
};

/// Which processors the code of an image is for, beside the one that its header names.
enum class hybrid_code : uint8_t {
    none,
    chpe_x86,  ///< 32-bit x86 image with ARM64 code (CHPE)
    arm64ec,   ///< x64 or ARM64X image with ARM64EC code
};

/// A stretch of code for one processor, from the hybrid metadata.
struct hybrid_code_range {
    enum class processor : uint8_t { arm64, arm64ec, x64, x86 };
    uint32_t begin_rva = 0;
    uint32_t size_bytes = 0;
    processor code = processor::arm64;
};

/// Code ranges that are read.
inline constexpr uint32_t max_hybrid_code_ranges = 0x10000;

/// The load configuration directory. `present` is false where the image has none or its Size field cannot be read. `defect`:
/// pe_load_config_cut (the rest is there, missing fields are zero) or pe_chpe_metadata_unreadable.
class load_config {
  public:
    constexpr explicit load_config(const image& image) noexcept : in_(image) {
        const uint32_t rva = image.directory(directory_entry::load_config).virtual_address;
        if (rva == 0) return;
        present = in_.has(rva, 4);
        offset = in_.offset(rva).value;
        const uint32_t size_bytes = in_.u32(rva);
        const bytes raw = in_.sub(rva, size_bytes);
        if (!present || raw.size < size_bytes) {
            defect = {error_code::pe_load_config_cut, present ? offset : image.directory_offset(directory_entry::load_config)};
        }
        if (present) decode(reader{raw}, image.pointer_size_bytes());
        fields.size = size_bytes;
        if (fields.chpe_metadata_pointer != 0) read_hybrid_metadata(image);
    }

    bool present = false;
    uint64_t offset = 0;  ///< of the directory in the file
    image_load_config fields{};
    hybrid_code hybrid = hybrid_code::none;
    error defect;

    /// Bytes of an entry of the guard tables: an RVA and what follows it.
    [[nodiscard]] constexpr uint32_t guard_table_entry_bytes() const noexcept { return 4 + (fields.guard_flags >> 28); }

    [[nodiscard]] constexpr uint32_t hybrid_code_range_count() const noexcept { return range_count_; }
    [[nodiscard]] constexpr hybrid_code_range hybrid_range(uint32_t i) noexcept {
        using processor = hybrid_code_range::processor;
        const uint64_t rva = ranges_ + uint64_t{8} * i;
        const uint32_t start = in_.u32(rva);
        // The lowest bits of the start are the processor: one bit on x86, two elsewhere.
        if (hybrid == hybrid_code::chpe_x86) {
            return {start & ~1u, in_.u32(rva + 4), (start & 1) != 0 ? processor::arm64 : processor::x86};
        }
        return {start & ~3u, in_.u32(rva + 4), static_cast<processor>((start & 3) < 3 ? start & 3 : 0)};
    }

  private:
    constexpr void decode(reader f, unsigned width) noexcept {
        uint64_t at = 0;
        const auto take = [&f, &at](unsigned size_bytes) {
            const uint64_t value = size_bytes == 8 ? f.u64(at) : size_bytes == 4 ? f.u32(at) : f.u16(at);
            at += size_bytes;
            return value;
        };
        const auto u16 = [&take](uint16_t& field) { field = static_cast<uint16_t>(take(2)); };
        const auto u32 = [&take](uint32_t& field) { field = static_cast<uint32_t>(take(4)); };
        const auto pointer = [&take, width](uint64_t& field) { field = take(width); };
        image_load_config& c = fields;
        u32(c.size), u32(c.time_date_stamp), u16(c.major_version), u16(c.minor_version);
        u32(c.global_flags_clear), u32(c.global_flags_set), u32(c.critical_section_default_timeout);
        pointer(c.decommit_free_block_threshold), pointer(c.decommit_total_free_threshold), pointer(c.lock_prefix_table);
        pointer(c.maximum_allocation_size), pointer(c.virtual_memory_threshold);
        if (width == 8) {
            pointer(c.process_affinity_mask), u32(c.process_heap_flags);
        } else {
            u32(c.process_heap_flags), pointer(c.process_affinity_mask);
        }
        u16(c.csd_version), u16(c.dependent_load_flags), pointer(c.edit_list), pointer(c.security_cookie);
        pointer(c.se_handler_table), pointer(c.se_handler_count), pointer(c.guard_cf_check_function_pointer);
        pointer(c.guard_cf_dispatch_function_pointer), pointer(c.guard_cf_function_table);
        pointer(c.guard_cf_function_count), u32(c.guard_flags), u16(c.code_integrity_flags), u16(c.code_integrity_catalog);
        u32(c.code_integrity_catalog_offset), u32(c.code_integrity_reserved);
        pointer(c.guard_address_taken_iat_entry_table), pointer(c.guard_address_taken_iat_entry_count);
        pointer(c.guard_long_jump_target_table), pointer(c.guard_long_jump_target_count);
        pointer(c.dynamic_value_reloc_table), pointer(c.chpe_metadata_pointer), pointer(c.guard_rf_failure_routine);
        pointer(c.guard_rf_failure_routine_function_pointer), u32(c.dynamic_value_reloc_table_offset);
        u16(c.dynamic_value_reloc_table_section), at += 2;
        pointer(c.guard_rf_verify_stack_pointer_function_pointer), u32(c.hot_patch_table_offset), at += 4;
        pointer(c.enclave_configuration_pointer), pointer(c.volatile_metadata_pointer);
        pointer(c.guard_eh_continuation_table), pointer(c.guard_eh_continuation_count);
        pointer(c.guard_xfg_check_function_pointer), pointer(c.guard_xfg_dispatch_function_pointer);
        pointer(c.guard_xfg_table_dispatch_function_pointer), pointer(c.cast_guard_os_determined_failure_mode);
        pointer(c.guard_memcpy_function_pointer);
    }

    // IMAGE_CHPE_METADATA_X86 and IMAGE_ARM64EC_METADATA both begin with version, RVA and count of the code ranges.
    constexpr void read_hybrid_metadata(const image& image) noexcept {
        const uint64_t rva = fields.chpe_metadata_pointer - image.optional.image_base;
        if (!in_.has(rva, 12)) {
            if (!defect) defect = {error_code::pe_chpe_metadata_unreadable, offset};
            return;
        }
        hybrid = image.kind == image_kind::pe32 ? hybrid_code::chpe_x86 : hybrid_code::arm64ec;
        ranges_ = in_.u32(rva + 4);
        const uint32_t count = in_.u32(rva + 8);
        const uint64_t held = in_.from(ranges_).size / 8;
        range_count_ = count < max_hybrid_code_ranges ? count : max_hybrid_code_ranges;
        if (held < range_count_) range_count_ = static_cast<uint32_t>(held);
        if (range_count_ != count && !defect) defect = {error_code::pe_chpe_metadata_unreadable, in_.offset(rva).value};
    }

    mapped_reader in_;
    uint64_t ranges_ = 0;
    uint32_t range_count_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
