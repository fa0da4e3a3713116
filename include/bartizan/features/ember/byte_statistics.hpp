// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_BYTE_STATISTICS_HPP
#define BARTIZAN_FEATURES_EMBER_BYTE_STATISTICS_HPP

#include <string.h>

#include "../histogram.hpp"
#include "window_entropy.hpp"

namespace BARTIZAN_NAMESPACE::features {

/// What one pass over a file's bytes yields.
struct byte_statistics {
    byte_histogram file;
    /// [entropy bin of the window][high nibble]: how often the nibble occurs in windows of that entropy, over all windows of
    /// 2,048 bytes at multiples of 1,024; what is left after the last whole window is not counted. A file shorter than one
    /// window is one block.
    uint64_t by_entropy[window_entropy_bins][16]{};
};

/// Working memory of `count_byte_statistics`, the caller's: 2 KiB. May be used again without clearing.
struct byte_statistics_scratch {
    /// In turn, so that a run of equal bytes does not make every increment wait for the one before it.
    uint16_t lanes[4][256];
};

namespace detail {

/// Counts a file half a window at a time. The nibbles of a half window are the growth of the byte counts' sums over each nibble,
/// so that every byte is touched once; a window's are those of its two halves.
class byte_statistics_pass {
  public:
    byte_statistics_pass(byte_statistics_scratch& work, byte_statistics& out) noexcept : lanes_(work.lanes), out_(out) {
        memset(lanes_, 0, sizeof work.lanes);
    }

    void half_window(const uint8_t* data) noexcept {
        // All 4 * 256 counts together must stay below 2^16 (see `nibble_sum`), the last bytes included.
        constexpr unsigned most_half_windows = 63;
        static_assert((most_half_windows + 1) * half_window_bytes - 1 < 1U << 16);
        if (half_windows_in_lanes_++ == most_half_windows) {
            flush();
            half_windows_in_lanes_ = 1;
        }
        count(data, half_window_bytes);
        uint16_t* const nibbles = half_[turn_];
        for (unsigned nibble = 0; nibble < 16; ++nibble) {
            const uint16_t sum = nibble_sum(nibble);
            nibbles[nibble] = static_cast<uint16_t>(sum - counted_[nibble]);
            counted_[nibble] = sum;
        }
        if (halves_++ != 0) add_block(half_[turn_ ^ 1], nibbles);
        turn_ ^= 1;
    }

    /// The last bytes, fewer than half a window; those of a file without a single window are its one block.
    void finish(const uint8_t* data, size_t size_bytes) noexcept {
        count(data, size_bytes);
        if (halves_ < 2) {
            uint16_t nibbles[16];
            for (unsigned nibble = 0; nibble < 16; ++nibble) nibbles[nibble] = nibble_sum(nibble);
            constexpr uint16_t none[16]{};
            add_block(nibbles, none);
        }
        flush();
    }

    static constexpr uint32_t half_window_bytes = entropy_window_bytes / 2;

  private:
    void count(const uint8_t* data, size_t size_bytes) noexcept {
        auto& [a, b, c, d] = lanes_;
        const uint8_t* const end = data + size_bytes;
        for (const uint8_t* const eights_end = data + size_bytes / 8 * 8; data != eights_end; data += 8) {
            // One load instead of eight; which byte falls into which lane does not matter.
            uint64_t eight;
            memcpy(&eight, data, 8);
            ++a[eight & 255];
            ++b[eight >> 8 & 255];
            ++c[eight >> 16 & 255];
            ++d[eight >> 24 & 255];
            ++a[eight >> 32 & 255];
            ++b[eight >> 40 & 255];
            ++c[eight >> 48 & 255];
            ++d[eight >> 56];
        }
        for (; data != end; ++data) ++a[*data];
    }

    /// The sum of the 64 counts of one high nibble: four 16-bit counts to a word. No field overflows into its neighbour, for all
    /// fields together are at most the bytes counted since the last flush; the product's top field is the sum of all four.
    [[nodiscard]] uint16_t nibble_sum(unsigned nibble) const noexcept {
        uint64_t fields = 0;
        for (const auto& lane : lanes_) {
            uint64_t words[4];
            memcpy(words, lane + 16 * nibble, sizeof words);
            fields += words[0] + words[1] + words[2] + words[3];
        }
        return static_cast<uint16_t>(fields * 0x0001000100010001 >> 48);
    }

    void add_block(const uint16_t (&half)[16], const uint16_t* other_half) noexcept {
        uint16_t nibbles[16];
        for (unsigned i = 0; i < 16; ++i) nibbles[i] = static_cast<uint16_t>(half[i] + other_half[i]);
        uint64_t* const row = out_.by_entropy[window_entropy_bin(nibbles)];
        for (unsigned i = 0; i < 16; ++i) row[i] += nibbles[i];
    }

    void flush() noexcept {
        for (unsigned value = 0; value < 256; ++value) {
            for (auto& lane : lanes_) {
                out_.file.count[value] += lane[value];
                lane[value] = 0;
            }
        }
        for (uint16_t& sum : counted_) sum = 0;
    }

    uint16_t (&lanes_)[4][256];
    byte_statistics& out_;
    uint16_t counted_[16]{};  ///< of each nibble, since the last flush
    uint16_t half_[2][16]{};
    unsigned turn_ = 0;
    unsigned half_windows_in_lanes_ = 0;
    uint64_t halves_ = 0;
};

}  // namespace detail

/// Counts `data` into `out`, which is cleared first. Integers only: the same on every machine. Cannot fail; allocates nothing.
inline void count_byte_statistics(bytes data, byte_statistics_scratch& work, byte_statistics& out) noexcept {
    out = {};
    out.file.total = data.size;
    constexpr size_t half = detail::byte_statistics_pass::half_window_bytes;
    detail::byte_statistics_pass pass(work, out);
    const uint8_t* next = data.begin();
    for (size_t left = data.size / half; left != 0; --left, next += half) pass.half_window(next);
    pass.finish(next, data.size % half);
}

}  // namespace BARTIZAN_NAMESPACE::features

#endif
