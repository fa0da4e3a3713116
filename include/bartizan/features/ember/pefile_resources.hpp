// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_PEFILE_RESOURCES_HPP
#define BARTIZAN_FEATURES_EMBER_PEFILE_RESOURCES_HPP

#include "pefile_image.hpp"
#include "pefile_version_info.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// Goes through the resource tree in pefile's order and within its limits, for the complaints.
class pefile_resource_walk {
  public:
    constexpr explicit pefile_resource_walk(pefile_image& image) noexcept : image_(image) {}

    constexpr void run() noexcept {
        base_ = image_.directory(pe::directory_entry::resource).virtual_address;
        if (base_ != 0) (void)read_directory(base_, 0, nothing);
    }

  private:
    static constexpr uint32_t deepest_level = 32;

    /// What pefile does with what stands below an entry.
    enum role : uint8_t {
        nothing = 0,
        string_ids = 1,         ///< a directory of string blocks
        string_languages = 2,   ///< the languages of one block
        version_names = 4,      ///< the directory of version resources, whose first entry counts
        version_languages = 8,  ///< their languages
    };

    /// Whether pefile makes an object of the directory.
    constexpr bool read_directory(uint64_t rva, uint32_t level, unsigned roles) noexcept {
        constexpr uint32_t directory_bytes = 16;
        constexpr uint32_t entry_bytes = 8;
        constexpr uint32_t most_entries = 4096;
        constexpr uint32_t most_entries_of_file = 0x8000;
        constexpr uint32_t rt_string = 6;
        constexpr uint32_t rt_version = 16;
        constexpr uint32_t high_bit = 0x80000000;
        if (level > deepest_level) {
            image_.warn(pefile_warning::resource_depth);
            return false;
        }
        const pefile_data header = image_.data_at_rva(rva, directory_bytes);
        if (!header.ok) {
            image_.warn(pefile_warning::resource_directory_unreadable);
            return false;
        }
        if (!image_.unpack(header.data, directory_bytes)) {
            image_.warn(pefile_warning::resource_directory_unparsed);
            return false;
        }
        const uint32_t count = uint32_t{reader{header.data}.u16(12)} + reader{header.data}.u16(14);
        if (count > most_entries) {
            image_.warn(pefile_warning::resource_directory_entries);
            return false;
        }
        entries_ += count;
        if (entries_ > most_entries_of_file) {
            image_.warn(pefile_warning::resource_file_entries);
            return false;
        }
        path_[level] = rva;
        rva += directory_bytes;
        name_span last;
        bool name_pending = false;
        for (uint32_t i = 0; i < count; ++i, rva += entry_bytes) {
            if (total_bytes_ > image_.in().data.size) image_.warn(pefile_warning::resource_size);
            const pefile_data entry = image_.data_at_rva(rva, entry_bytes);
            if (!entry.ok || !image_.unpack(entry.data, entry_bytes)) break;
            const uint32_t name = reader{entry.data}.u32(0);
            const uint32_t target = reader{entry.data}.u32(4);
            const bool named = (name & high_bit) != 0;
            if (named) {
                const uint64_t at = base_ + (name & ~high_bit);
                const uint64_t length = reader{image_.data_at_rva(at, 2).data}.u16(0);
                total_bytes_ += length;
                if (name_pending && last.first < at && last.end >= at) {
                    // The name before this one is not rendered, being taken for corrupt.
                    name_pending = false;
                    image_.warn(pefile_warning::resource_names_overlap);
                    break;
                }
                if (name_pending) render(last);
                last = {at, at + length};
                name_pending = true;
            }
            const uint64_t target_rva = base_ + (target & ~high_bit);
            if ((target & high_bit) != 0) {
                if (is_on_path(target_rva, level)) break;
                unsigned below = nothing;
                if (!named && name == rt_string) below |= string_ids;
                if ((roles & string_ids) != 0 && !named) below |= string_languages;
                if (level == 0 && (name & UINT16_MAX) == rt_version) below |= version_names;
                if ((roles & version_names) != 0 && i == 0) below |= version_languages;
                if (!read_directory(target_rva, level + 1, below)) break;
            } else if (!read_data_entry(target_rva, roles)) {
                break;
            }
        }
        if (name_pending) render(last);
        return true;
    }

    struct name_span {
        uint64_t first = 0;
        uint64_t end = 0;
    };

    constexpr void render(const name_span& name) noexcept {
        if (name.end != name.first && !image_.data_at_rva(name.first + 2, 2).ok)
            image_.warn(pefile_warning::pascal_string);
    }

    [[nodiscard]] constexpr bool is_on_path(uint64_t rva, uint32_t level) const noexcept {
        for (uint32_t i = 0; i <= level; ++i) {
            if (path_[i] == rva) return true;
        }
        return false;
    }

    constexpr bool read_data_entry(uint64_t rva, unsigned roles) noexcept {
        constexpr uint32_t data_entry_bytes = 16;
        const pefile_data entry = image_.data_at_rva(rva, data_entry_bytes);
        if (!entry.ok) {
            image_.warn(pefile_warning::resource_data_entry);
            return false;
        }
        if (!image_.unpack(entry.data, data_entry_bytes)) return false;
        const uint32_t data_rva = reader{entry.data}.u32(0);
        const uint32_t size = reader{entry.data}.u32(4);
        total_bytes_ += size;
        if ((roles & string_languages) != 0 && !image_.data_at_rva(data_rva, size).ok)
            image_.warn(pefile_warning::resource_strings);
        if ((roles & version_languages) != 0) check_pefile_version_info(image_, limit_, data_rva, size);
        return true;
    }

    pefile_image& image_;
    work_limit limit_;
    uint64_t base_ = 0;
    uint64_t total_bytes_ = 0;
    uint32_t entries_ = 0;
    uint64_t path_[deepest_level + 1]{};
};

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
