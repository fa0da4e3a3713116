// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_RESOURCES_HPP
#define BARTIZAN_PE_RESOURCES_HPP

#include "mapped.hpp"

namespace BARTIZAN_NAMESPACE::pe {

/// Nested directories that are followed. Windows looks for resources three deep: type, name, language.
inline constexpr uint32_t max_resource_depth = 8;
/// Directory entries that are read of one image, as by the reference parser.
inline constexpr uint32_t max_resource_entries = 0x8000;

/// RT_*, the types of level 0 that say something about a program.
enum : uint32_t {
    resource_cursor_type = 1,
    resource_bitmap = 2,
    resource_icon = 3,
    resource_dialog = 5,
    resource_string = 6,
    resource_rcdata = 10,
    resource_group_icon = 14,
    resource_version = 16,
    resource_manifest = 24,
};

/// The key of an entry at one level: a number or a name.
struct resource_key {
    uint32_t id = 0;
    bool is_name = false;
    bytes name;  ///< UTF-16LE, two bytes a code unit, without terminator; may lie at an odd offset
};

/// A resource: a leaf of the tree.
struct resource {
    resource_key type, name, language;  ///< keys of the first three levels; those below `depth` are empty
    uint32_t depth = 0;                 ///< levels above the data; 3 in every file that a tool made
    uint32_t data_rva = 0;
    uint32_t size_bytes = 0;            ///< as claimed
    uint32_t code_page = 0;
    uint64_t entry_offset = 0;          ///< of the IMAGE_RESOURCE_DATA_ENTRY in the file
    uint64_t data_offset = 0;           ///< of `data` in the file, 0 where there is none
    bytes data;                         ///< clipped to what is in the file
    error defect;                       ///< pe_resource_data_cut
};

/// The leaves of the resource tree, depth first in the order of the tables. A subtree that cannot be read is left out and the
/// walk goes on beside it; `defect` then holds the first such break: pe_resource_directory_cut, pe_resource_loop,
/// pe_resource_depth, pe_resource_limit, pe_resource_name_cut.
class resource_cursor {
  public:
    constexpr explicit resource_cursor(const image& image) noexcept : tree_(image), data_(image) {
        base_ = image.directory(directory_entry::resource).virtual_address;
        if (base_ != 0) enter(0, image.directory_offset(directory_entry::resource));
    }

    [[nodiscard]] constexpr bool next(resource& out) noexcept {
        while (depth_ != 0) {
            level& here = levels_[depth_ - 1];
            if (here.left == 0) {
                --depth_;
                continue;
            }
            const uint64_t rva = here.next_rva;
            const location where = tree_.offset(rva);
            if (!tree_.has(rva, entry_size_bytes)) {
                blame(error_code::pe_resource_directory_cut, where.known ? where.value : here.offset);
                here.left = 0;
                continue;
            }
            if (entries_++ == max_resource_entries) {
                blame(error_code::pe_resource_limit, where.value);
                depth_ = 0;
                return false;
            }
            --here.left;
            here.next_rva += entry_size_bytes;
            const uint32_t name = tree_.u32(rva);
            const uint32_t target = tree_.u32(rva + 4);
            here.key = key(name, where.value);
            if ((target & high_bit) != 0) {
                enter(target & ~high_bit, where.value + 4);
            } else if (leaf(target, where.value + 4, out)) {
                return true;
            }
        }
        return false;
    }

    error defect;

  private:
    static constexpr uint32_t high_bit = 0x80000000;
    static constexpr uint32_t directory_size_bytes = 16;
    static constexpr uint32_t entry_size_bytes = 8;
    static constexpr uint32_t data_entry_size_bytes = 16;

    struct level {
        uint64_t next_rva = 0;
        uint64_t offset = 0;     ///< of the directory in the file
        uint32_t directory = 0;  ///< offset from the tree's beginning
        uint32_t left = 0;
        resource_key key;        ///< of the entry that was read last
    };

    constexpr void blame(error_code code, uint64_t offset) noexcept {
        if (!defect) defect = {code, offset};
    }

    constexpr void enter(uint32_t directory, uint64_t entry_offset) noexcept {
        for (uint32_t i = 0; i < depth_; ++i) {
            if (levels_[i].directory == directory) return blame(error_code::pe_resource_loop, entry_offset);
        }
        if (depth_ == max_resource_depth) return blame(error_code::pe_resource_depth, entry_offset);
        const uint64_t rva = uint64_t{base_} + directory;
        if (!tree_.has(rva, directory_size_bytes)) return blame(error_code::pe_resource_directory_cut, entry_offset);
        level& below = levels_[depth_++];
        below = {};
        below.directory = directory;
        below.offset = tree_.offset(rva).value;
        below.next_rva = rva + directory_size_bytes;
        below.left = uint32_t{tree_.u16(rva + 12)} + tree_.u16(rva + 14);  // named entries, then numbered ones
    }

    [[nodiscard]] constexpr resource_key key(uint32_t name, uint64_t entry_offset) noexcept {
        if ((name & high_bit) == 0) return {name, false, {}};
        const uint64_t rva = uint64_t{base_} + (name & ~high_bit);
        const uint64_t size_bytes = uint64_t{2} * tree_.u16(rva);
        resource_key out{0, true, tree_.sub(rva + 2, size_bytes)};
        if (!tree_.has(rva, 2) || out.name.size < size_bytes) blame(error_code::pe_resource_name_cut, entry_offset);
        return out;
    }

    [[nodiscard]] constexpr bool leaf(uint32_t entry, uint64_t entry_offset, resource& out) noexcept {
        const uint64_t rva = uint64_t{base_} + entry;
        if (!tree_.has(rva, data_entry_size_bytes)) {
            blame(error_code::pe_resource_directory_cut, entry_offset);
            return false;
        }
        out = {};
        out.depth = depth_;
        out.type = levels_[0].key;
        if (depth_ > 1) out.name = levels_[1].key;
        if (depth_ > 2) out.language = levels_[2].key;
        out.entry_offset = tree_.offset(rva).value;
        out.data_rva = tree_.u32(rva);
        out.size_bytes = tree_.u32(rva + 4);
        out.code_page = tree_.u32(rva + 8);
        out.data = data_.sub(out.data_rva, out.size_bytes);
        out.data_offset = data_.offset(out.data_rva).value;
        if (out.data.size < out.size_bytes) out.defect = {error_code::pe_resource_data_cut, out.entry_offset};
        return true;
    }

    mapped_reader tree_, data_;
    level levels_[max_resource_depth]{};
    uint32_t base_ = 0;
    uint32_t depth_ = 0;
    uint32_t entries_ = 0;
};

/// The first resource of a numbered type (RT_VERSION, RT_MANIFEST) in `out`, or false.
[[nodiscard]] constexpr bool find_resource(const image& image, uint32_t type, resource& out) noexcept {
    resource_cursor all(image);
    while (all.next(out)) {
        if (!out.type.is_name && out.type.id == type) return true;
    }
    out = {};
    return false;
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
