// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_PEFILE_VALUES_HPP
#define BARTIZAN_FEATURES_EMBER_PEFILE_VALUES_HPP

#include "../../core/span.hpp"

/// Header values as EMBER v3 writes them.
namespace BARTIZAN_NAMESPACE::features::ember {

struct pefile_flag {
    uint32_t value;
    const char* name;
};

/// Of a section: a flag applies where any of its bits is set, so that one bit may carry several names.
inline constexpr pefile_flag pefile_section_flags[] = {
    {0x00000001, "TYPE_DSECT"}, {0x00000002, "TYPE_NOLOAD"}, {0x00000004, "TYPE_GROUP"}, {0x00000008, "TYPE_NO_PAD"},
    {0x00000010, "TYPE_COPY"}, {0x00000020, "CNT_CODE"}, {0x00000040, "CNT_INITIALIZED_DATA"},
    {0x00000080, "CNT_UNINITIALIZED_DATA"}, {0x00000100, "LNK_OTHER"}, {0x00000200, "LNK_INFO"},
    {0x00000400, "LNK_OVER"}, {0x00000800, "LNK_REMOVE"}, {0x00001000, "LNK_COMDAT"}, {0x00004000, "MEM_PROTECTED"},
    {0x00004000, "NO_DEFER_SPEC_EXC"}, {0x00008000, "GPREL"}, {0x00008000, "MEM_FARDATA"}, {0x00010000, "MEM_SYSHEAP"},
    {0x00020000, "MEM_PURGEABLE"}, {0x00020000, "MEM_16BIT"}, {0x00040000, "MEM_LOCKED"}, {0x00080000, "MEM_PRELOAD"},
    {0x00100000, "ALIGN_1BYTES"}, {0x00200000, "ALIGN_2BYTES"}, {0x00300000, "ALIGN_4BYTES"},
    {0x00400000, "ALIGN_8BYTES"}, {0x00500000, "ALIGN_16BYTES"}, {0x00600000, "ALIGN_32BYTES"},
    {0x00700000, "ALIGN_64BYTES"}, {0x00800000, "ALIGN_128BYTES"}, {0x00900000, "ALIGN_256BYTES"},
    {0x00a00000, "ALIGN_512BYTES"}, {0x00b00000, "ALIGN_1024BYTES"}, {0x00c00000, "ALIGN_2048BYTES"},
    {0x00d00000, "ALIGN_4096BYTES"}, {0x00e00000, "ALIGN_8192BYTES"}, {0x00f00000, "ALIGN_MASK"},
    {0x01000000, "LNK_NRELOC_OVFL"}, {0x02000000, "MEM_DISCARDABLE"}, {0x04000000, "MEM_NOT_CACHED"},
    {0x08000000, "MEM_NOT_PAGED"}, {0x10000000, "MEM_SHARED"}, {0x20000000, "MEM_EXECUTE"}, {0x40000000, "MEM_READ"},
    {0x80000000, "MEM_WRITE"},
};

struct category {
    uint16_t value;
    uint8_t index;
};

/// Machine to the place of its name in EMBER's list; 0 for every other.
inline constexpr category ember_machines[] = {
    {0x014c, 1}, {0x0162, 2}, {0x0166, 3}, {0x0168, 4}, {0x0169, 5}, {0x0184, 6}, {0x01a2, 7}, {0x01a3, 8}, {0x01a4, 9},
    {0x01a6, 10}, {0x01a8, 11}, {0x01c0, 12}, {0x01c2, 13}, {0x01c4, 14}, {0x01d3, 15}, {0x01f0, 16}, {0x01f1, 17},
    {0x0200, 18}, {0x0266, 19}, {0x0284, 21}, {0x0366, 22}, {0x0466, 23}, {0x0520, 24}, {0x0cef, 25}, {0x0ebc, 26},
    {0x5032, 27}, {0x5064, 28}, {0x5128, 29}, {0x6232, 30}, {0x6264, 31}, {0x8664, 32}, {0x9041, 33}, {0xaa64, 34},
    {0xc0ee, 35},
};

/// Subsystem, likewise.
inline constexpr category ember_subsystems[] = {{1, 1}, {2, 2}, {3, 3}, {5, 4}, {7, 5}, {8, 6}, {9, 7}, {10, 8},
                                                {11, 9}, {12, 10}, {13, 11}, {14, 12}, {16, 13}};

[[nodiscard]] constexpr uint8_t index_of(span<const category> categories, uint16_t value) noexcept {
    for (const category& c : categories) {
        if (c.value == value) return c.index;
    }
    return 0;
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
