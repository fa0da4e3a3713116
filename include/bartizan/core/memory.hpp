// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_MEMORY_HPP
#define BARTIZAN_CORE_MEMORY_HPP

#include "truth.hpp"

namespace BARTIZAN_NAMESPACE {

/// Page protection (PAGE_* of winnt.h, "Memory Protection Constants").
using page_protection = uint32_t;

enum : page_protection {
    page_noaccess = 0x001,
    page_readonly = 0x002,
    page_readwrite = 0x004,
    page_writecopy = 0x008,
    page_execute = 0x010,
    page_execute_read = 0x020,
    page_execute_readwrite = 0x040,
    page_execute_writecopy = 0x080,
    page_guard = 0x100,
};

[[nodiscard]] constexpr bool is_executable(page_protection p) noexcept { return (p & 0xf0) != 0; }
[[nodiscard]] constexpr bool is_writable(page_protection p) noexcept { return (p & 0xcc) != 0; }
[[nodiscard]] constexpr bool is_writable_and_executable(page_protection p) noexcept { return (p & 0xc0) != 0; }

/// Region type of VirtualQuery (MEM_*).
enum : uint32_t { mem_private = 0x20000, mem_mapped = 0x40000, mem_image = 0x1000000 };

/// What stands behind an address in a process.
enum class memory_state : uint8_t {
    unknown,
    image_clean,      ///< image section, page as in the file
    image_cow,        ///< image section, page privately modified: a hook, or module stomping
    mapped_file,
    mapped_pagefile,  ///< section without a file
    private_memory,
    image,            ///< image section; whether the page was modified is not known
};

/// What a range of another process's memory is for, as far as the sensor or its host can tell.
enum class memory_use : uint8_t {
    unknown,
    peb,                 ///< process environment block
    peb_image_base,      ///< ... its ImageBaseAddress
    process_parameters,  ///< RTL_USER_PROCESS_PARAMETERS and the environment
    shim_data,           ///< application-compatibility data
    main_image,          ///< the program's own image
    module_code,         ///< executable section of any other module
    module_data,         ///< other sections of a module
    heap,                ///< heap, stack or other private data
};

/// True when no file accounts for the code. A known hook is the caller's exception, not this function's.
[[nodiscard]] constexpr truth is_unbacked(memory_state state) noexcept {
    if (state == memory_state::unknown || state == memory_state::image) return truth::unknown;
    return to_truth(state == memory_state::private_memory || state == memory_state::mapped_pagefile ||
                    state == memory_state::image_cow);
}

/// Upper half of the 64-bit address space: the kernel's, where no user-mode code runs.
[[nodiscard]] constexpr bool is_kernel_address(uint64_t address) noexcept { return (address >> 63) != 0; }

/// Half-open range [base, base + size) of a process's addresses.
struct address_range {
    uint64_t base = 0;
    uint64_t size = 0;

    /// Correct also where base + size would overflow.
    [[nodiscard]] constexpr bool contains(uint64_t address) const noexcept { return address >= base && address - base < size; }
};

}  // namespace BARTIZAN_NAMESPACE

#endif
