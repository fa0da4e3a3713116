// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_BOUND_IMPORTS_HPP
#define BARTIZAN_PE_BOUND_IMPORTS_HPP

#include "image.hpp"
#include "symbol_name.hpp"

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint32_t bound_import_descriptor_size_bytes = 8;
/// Descriptors and forwarder references that are read of one image.
inline constexpr uint32_t max_bound_imports = 0x1000;

/// A module that the address tables were bound to, or (`is_forwarder`) one that a forwarder of the module before it led to.
struct bound_import {
    bytes name;
    uint64_t descriptor_offset = 0;
    uint32_t time_date_stamp = 0;      ///< that of the bound module
    uint16_t module_forwarder_refs = 0;  ///< entries with `is_forwarder` that follow
    bool is_forwarder = false;
};

/// The bound import directory, which lies in the headers: its address is a file offset as well. `next` until it says false;
/// then `stopped` is none, or pe_bound_import_invalid for an entry that is cut or names no module.
class bound_import_cursor {
  public:
    constexpr explicit bound_import_cursor(const image& image) noexcept
        : in_{image.file},
          entry_offset_(image.directory_offset(directory_entry::bound_import)),
          start_(image.directory(directory_entry::bound_import).virtual_address),
          at_(start_),
          done_(start_ == 0) {}

    [[nodiscard]] constexpr bool next(bound_import& out) noexcept {
        if (done_) return false;
        const bytes raw = in_.sub(at_, bound_import_descriptor_size_bytes);
        if (raw.size == bound_import_descriptor_size_bytes && in_.u64(at_) == 0 && forwarders_ == 0) {
            done_ = true;
            return false;
        }
        out.descriptor_offset = at_;
        out.time_date_stamp = in_.u32(at_);
        const bytes text = in_.sub(uint64_t{start_} + in_.u16(at_ + 4), max_name_bytes);
        size_t size = 0;
        while (size < text.size && text[size] != 0) ++size;
        out.name = text.sub(0, size);
        out.is_forwarder = forwarders_ != 0;
        out.module_forwarder_refs = out.is_forwarder ? uint16_t{0} : in_.u16(at_ + 6);
        if (raw.size < bound_import_descriptor_size_bytes || !is_module_name(out.name) || count_ == max_bound_imports) {
            stopped = {error_code::pe_bound_import_invalid, raw.empty() ? entry_offset_ : at_};
            done_ = true;
            return false;
        }
        forwarders_ = out.is_forwarder ? forwarders_ - 1 : out.module_forwarder_refs;
        at_ += bound_import_descriptor_size_bytes;
        ++count_;
        return true;
    }

    error stopped;

  private:
    reader in_;
    uint64_t entry_offset_;
    uint32_t start_;
    uint64_t at_;
    uint32_t count_ = 0;
    uint32_t forwarders_ = 0;
    bool done_;
};

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
