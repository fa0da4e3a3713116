// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_CONTENT_HPP
#define BARTIZAN_CODE_CAVE_CONTENT_HPP

#include "instruction.hpp"
#include "placement.hpp"

/// What unused space holds, where it holds anything.
namespace BARTIZAN_NAMESPACE::code_cave {

/// c1: at least so many bytes that are no padding, of which nine in ten decode.
inline constexpr size_t least_code_bytes = 48;
/// c2: a hidden program does not fit into less.
inline constexpr size_t least_program_bytes = 512;

/// Whether bytes in slack read as code: enough of them, nine in ten of them instructions, and a direct branch or call from there
/// into the program's own executable sections. Linear.
[[nodiscard]] constexpr bool reads_as_code(const code_map& map, processor_mode mode, bytes data, uint32_t rva) noexcept {
    if (count_non_padding(data) < least_code_bytes) return false;
    size_t good = 0;
    size_t bad = 0;
    bool leaves = false;
    for (size_t at = 0; at < data.size;) {
        const size_t filled = padding_at(data.sub(at));
        if (filled >= 4) {
            at += filled;
            continue;
        }
        const instruction i = decode(data.sub(at), rva + at, mode);
        if (!i) {
            ++bad;
            ++at;
            continue;
        }
        good += i.size_bytes;
        at += i.size_bytes;
        if (i.is_direct() && (i.target < rva || i.target - rva >= data.size) && !leaves) {
            leaves = map.find(i.target).what == placement::owned || map.find(i.target).what == placement::gap;
        }
    }
    return leaves && good >= 9 * bad;
}

/// The offset of a program or compressed stream in `data` (Windows, Linux, gzip, xz, zstd, 7z, bzip2); `data.size` when none.
[[nodiscard]] constexpr size_t find_program(bytes data) noexcept {
    const reader in{data};
    for (size_t at = 0; at + 64 < data.size; ++at) {
        switch (data[at]) {
            case 'M': {
                if (data[at + 1] != 'Z') break;
                const uint64_t header = at + uint64_t{in.u32(at + 0x3c)};
                if (header < data.size && in.u32(header) == 0x00004550) return at;
                break;
            }
            case 0x7f: if (in.u32(at) == 0x464c457f) return at; break;
            case 0x1f: if ((in.u32(at) & 0xe0ffffff) == 0x00088b1f) return at; break;
            case 0xfd: if (in.u32(at) == 0x587a37fd && in.u16(at + 4) == 0x005a) return at; break;
            case 0x28: if (in.u32(at) == 0xfd2fb528) return at; break;
            case '7': if (in.u32(at) == 0xafbc7a37 && in.u16(at + 4) == 0x1c27) return at; break;
            case 'B': if ((in.u32(at) & 0xffffff) == 0x685a42 && in.u32(at + 4) == 0x26594131) return at; break;
            default: break;
        }
    }
    return data.size;
}

/// c12: whether the collision entropy (Rényi, order 2: -log2 of the chance that two bytes are alike) of `inside` differs from
/// that of `outside` by 2 bits or more, which is a factor of 4 in that chance. Integers only. Both are cut to 4 KiB.
[[nodiscard]] constexpr bool entropy_steps(bytes outside, bytes inside) noexcept {
    const auto alike = [](bytes data, uint64_t& pairs) {
        uint16_t counts[256]{};
        for (size_t i = 0; i < data.size; ++i) ++counts[data[i]];
        uint64_t sum = 0;
        for (const uint16_t c : counts) sum += uint64_t{c} * c;
        pairs = uint64_t{data.size} * data.size;
        return sum;
    };
    outside = outside.sub(0, 4096);
    inside = inside.sub(0, 4096);
    if (outside.size < 256 || inside.size < 256) return false;
    uint64_t outside_pairs = 0;
    uint64_t inside_pairs = 0;
    const uint64_t out_alike = alike(outside, outside_pairs);
    const uint64_t in_alike = alike(inside, inside_pairs);
    const uint64_t left = out_alike * inside_pairs;
    const uint64_t right = in_alike * outside_pairs;
    return left >= 4 * right || right >= 4 * left;
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
