// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_FILE_CHECK_SUM_HPP
#define BARTIZAN_CODE_CAVE_FILE_CHECK_SUM_HPP

#include "../pe/image.hpp"

namespace BARTIZAN_NAMESPACE::code_cave {

/// The checksum that the optional header ought to hold (CheckSumMappedFile): the file's 16-bit words added with end-around
/// carry, the field itself left out, plus the file's size. Linear.
[[nodiscard]] constexpr uint32_t file_check_sum(const pe::image& image) noexcept {
    const reader in{image.file};
    const uint64_t field = image.optional_header_offset() + 64;
    uint64_t sum = 0;
    for (uint64_t at = 0; at < image.file.size; at += 8) {  // 8 bytes are 4 words: folded at the end
        const uint64_t eight = in.u64(at);
        sum += (eight & 0xffffffff) + (eight >> 32);
    }
    // The field's words, which need not be aligned, as they were added.
    for (unsigned i = 0; i < 4; ++i) {
        const uint64_t at = field + i;
        sum += uint64_t{0xffffffff} - (uint64_t{in.u8(at)} << (8 * (at & 3)));
    }
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<uint32_t>(sum) + static_cast<uint32_t>(image.file.size);
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
