// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_IMPORT_MODULES_HPP
#define BARTIZAN_PE_IMPORT_MODULES_HPP

#include "import_symbols.hpp"

namespace BARTIZAN_NAMESPACE::pe {

/// One imported module. `Descriptor` is image_import_descriptor or image_delay_import_descriptor.
template <class Descriptor>
struct imported_module {
    Descriptor descriptor{};
    uint64_t descriptor_offset = 0;
    bytes name;  ///< as it stands in the file, cut to `max_name_bytes`
    import_tables tables;
    /// pe_import_table_unreadable (no symbols can be read; the reference parser does not count such a module) or
    /// pe_import_dll_name_invalid (the reference parser counts it as "*invalid*", and not at all where the name is empty).
    error defect;
};

/// The modules of an import or delay-import directory, in the order of the table, and the symbols of each:
///     import_cursor modules(image);
///     for (import_module m; modules.next(m);)
///         for (auto symbols = modules.symbols(m); symbols.next(s);) ...
/// `next` until it says false; then `stopped` says whether that was the terminator (none), or why reading ended:
/// pe_import_directory_unreadable, pe_import_directory_cut, pe_import_table_unreadable, pe_import_limit.
/// As for the loader, the directory's size does not matter; an image without the directory has no modules.
template <class Descriptor>
class module_cursor {
  public:
    constexpr explicit module_cursor(const image& image) noexcept
        : image_(&image), descriptors_(image), in_(image), at_(image.directory(Descriptor::directory).virtual_address) {
        done_ = at_ == 0;
    }

    [[nodiscard]] constexpr bool next(imported_module<Descriptor>& out) noexcept {
        if (done_) return false;
        const bytes raw = descriptors_.sub(at_, Descriptor::size_bytes);
        const location where = descriptors_.offset(at_);
        if (raw.empty() && count_ == 0) {
            return stop(error_code::pe_import_directory_unreadable, image_->directory_offset(Descriptor::directory));
        }
        // All zero is the terminator; what lies past the section's raw data is zero in memory.
        if (detail::is_zero(raw)) return stop(error_code::none, 0);
        if (raw.size < Descriptor::size_bytes) return stop(error_code::pe_import_directory_cut, where.value);
        if (count_ == max_import_modules) return stop(error_code::pe_import_limit, where.value);
        if (unreadable_ == max_unreadable_import_modules) {
            return stop(error_code::pe_import_table_unreadable, where.value);
        }
        ++count_;
        at_ += Descriptor::size_bytes;

        out = {};
        out.descriptor = Descriptor::read(reader{raw});
        out.descriptor_offset = where.value;
        out.tables = out.descriptor.tables(*image_);
        out.name = in_.string(out.descriptor.name_rva(*image_), max_name_bytes);
        if (detail::readable_import_table(in_, out.tables, image_->pointer_size_bytes()) == 0) {
            out.defect = {error_code::pe_import_table_unreadable, where.value};
            ++unreadable_;
        } else if (!is_module_name(out.name)) {
            out.defect = {error_code::pe_import_dll_name_invalid, where.value + Descriptor::name_offset};
        }
        return true;
    }

    /// The symbols of a module that `next` gave. The cursor it returns must not outlive this one.
    [[nodiscard]] constexpr import_symbol_cursor symbols(const imported_module<Descriptor>& module) noexcept {
        return {*image_, module.tables, budget_};
    }

    error stopped;

  private:
    constexpr bool stop(error_code code, uint64_t offset) noexcept {
        stopped = {code, offset};
        done_ = true;
        return false;
    }

    const image* image_;
    mapped_reader descriptors_;
    mapped_reader in_;
    uint64_t at_;
    uint32_t count_ = 0;
    uint32_t unreadable_ = 0;
    import_budget budget_;
    bool done_ = false;
};

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
