// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_PEFILE_EXCEPTIONS_HPP
#define BARTIZAN_FEATURES_EMBER_PEFILE_EXCEPTIONS_HPP

#include "pefile_image.hpp"
#include "pefile_scratch.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// Goes through the function table of x64 and Itanium images as pefile does, for the complaints.
class pefile_exception_walk {
  public:
    constexpr pefile_exception_walk(pefile_image& image, pefile_walk_scratch& work) noexcept
        : image_(image), chained_(work.counts) {}

    constexpr void run() noexcept {
        constexpr uint16_t amd64 = 0x8664;
        constexpr uint16_t ia64 = 0x200;
        const pe::image_data_directory directory = image_.directory(pe::directory_entry::exception);
        if (directory.virtual_address == 0 || (image_.coff().machine != amd64 && image_.coff().machine != ia64)) return;
        table_ = directory.virtual_address;
        functions_ = 0;
        const uint32_t claimed = directory.size / function_bytes;
        for (outcome o = outcome::next; functions_ < claimed && o == outcome::next;) {
            o = limit_.take(8) ? read_function(table_ + uint64_t{function_bytes} * functions_) : outcome::stop;
            if (o == outcome::failed) {
                image_.warn(pefile_warning::directory_failed);
                return;
            }
            functions_ += o == outcome::next;
        }
        check_chains();
    }

  private:
    static constexpr uint32_t function_bytes = 12;
    static constexpr unsigned flag_chained = 4;
    enum class outcome : uint8_t { next, stop, failed };

    constexpr outcome read_function(uint64_t rva) noexcept {
        const pefile_data data = image_.data_at_rva(rva, function_bytes);
        if (!data.ok) return outcome::failed;
        if (!image_.unpack(data.data, function_bytes)) return outcome::stop;
        const uint32_t unwind = reader{data.data}.u32(8);
        if ((unwind & 1) != 0) return outcome::next;
        // Short data is an exception here, not a corrupt header.
        const pefile_data first = image_.data_at_rva(unwind, 4);
        if (!first.ok || !image_.offset_of_rva(unwind).ok || first.data.size < 4) return outcome::failed;
        const pefile_data info = image_.data_at_rva(unwind, size_of(first.data));
        if (!info.ok) return outcome::failed;
        if (!limit_.take(info.data.size)) return outcome::stop;
        return info.data.size < size_of(first.data) ? outcome::next : check_codes(info.data);
    }

    /// Of a whole UNWIND_INFO, from its first four bytes.
    [[nodiscard]] static constexpr uint32_t size_of(bytes info) noexcept {
        const uint32_t codes = (uint32_t{info[2]} + 1) & ~uint32_t{1};
        return 4 + 2 * codes + (info[0] >> 3 != 0 ? 4 : 0);
    }

    constexpr outcome check_codes(bytes info) noexcept {
        const unsigned version = info[0] & 7;
        if (version != 1 && version != 2) {
            image_.warn(pefile_warning::unwind_version);
            return outcome::stop;
        }
        bool has_epilog_size = false;
        size_t at = 4;
        for (int left = info[2]; left > 0;) {
            if (at + 2 > info.size) return outcome::failed;
            const unsigned op = info[at + 1] & 15;
            const unsigned op_info = info[at + 1] >> 4;
            // UNWIND_CODEs that an operation takes; those of no operation that pefile knows, 0.
            unsigned codes = 0;
            unsigned bytes_read = 2;
            switch (op) {
                case 0:                                       // UWOP_PUSH_NONVOL
                case 2:                                       // UWOP_ALLOC_SMALL
                case 3:                                       // UWOP_SET_FPREG
                case 10: codes = 1; break;                    // UWOP_PUSH_MACHFRAME
                case 1: codes = op_info == 0 ? 2 : 3; break;  // UWOP_ALLOC_LARGE
                case 4:                                       // UWOP_SAVE_NONVOL
                case 8: codes = 2; break;                     // UWOP_SAVE_XMM128
                case 5:                                       // UWOP_SAVE_NONVOL_FAR
                case 9: codes = 3; break;                     // UWOP_SAVE_XMM128_FAR
                case 6:                                       // UWOP_EPILOG
                    codes = !has_epilog_size && (op_info & 1) == 0 ? 2 : 1;
                    has_epilog_size = true;
                    break;
                default: break;
            }
            if (codes == 0) {
                image_.warn(pefile_warning::unwind_code);
                return outcome::stop;
            }
            bytes_read = 2 * codes;
            if (at + bytes_read > info.size) return outcome::failed;
            at += bytes_read;
            left -= static_cast<int>(codes);
        }
        return outcome::next;
    }

    /// Where a function's unwind information is chained: the complaints of pefile's second pass.
    constexpr void check_chains() noexcept {
        for (uint32_t i = 0; i < functions_; ++i) {
            if (!limit_.take(8)) return;
            const reader function{image_.data_at_rva(table_ + uint64_t{function_bytes} * i, function_bytes).data};
            const uint32_t unwind = function.u32(8);
            if ((unwind & 1) != 0) continue;
            const bytes head = image_.data_at_rva(unwind, 4).data;
            if (head.size < 4 || (head[0] >> 3 & flag_chained) == 0) continue;
            const bytes info = image_.data_at_rva(unwind, size_of(head)).data;
            if (info.size < size_of(head)) continue;
            if (!begins_function(reader{info}.u32(info.size - 4))) {
                image_.warn(pefile_warning::unwind_function_entry);
            } else if (chained_.add(unwind) > 1) {
                image_.warn(pefile_warning::unwind_function_entry_failed);
            }
        }
    }

    [[nodiscard]] constexpr uint32_t begin_of(uint32_t index) noexcept {
        return reader{image_.data_at_rva(table_ + uint64_t{function_bytes} * index, 4).data}.u32(0);
    }

    /// Whether a function of the table begins there. The table is sorted in sound images; else all of it is searched.
    [[nodiscard]] constexpr bool begins_function(uint32_t rva) noexcept {
        uint32_t first = 0;
        uint32_t last = functions_;
        while (first < last) {
            const uint32_t middle = first + (last - first) / 2;
            const uint32_t begin = begin_of(middle);
            if (begin == rva) return true;
            if (begin < rva) {
                first = middle + 1;
            } else {
                last = middle;
            }
        }
        for (uint32_t i = 0; i < functions_ && limit_.take(4); ++i) {
            if (begin_of(i) == rva) return true;
        }
        return false;
    }

    pefile_image& image_;
    value_counts chained_;
    work_limit limit_;
    uint64_t table_ = 0;
    uint32_t functions_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
