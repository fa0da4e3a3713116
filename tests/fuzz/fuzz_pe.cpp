// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Hostile PE files through the whole reader. What must hold for any bytes: nothing is read outside them, every view lies inside
// them, every defect has a code and an offset in them, and every count keeps its documented limit.
#include <bartizan/pe/defects.hpp>
#include <bartizan/pe/directories.hpp>
#include <bartizan/pe/overlay.hpp>
#include <cstdlib>
#include <memory>

namespace {

using namespace bartizan;

void require(bool holds) {
    if (!holds) std::abort();
}

struct checker {
    const pe::image& image;

    void inside(bytes view) const {
        if (view.empty()) return;
        require(view.data >= image.file.data && view.size <= image.file.size);
        require(static_cast<size_t>(view.data - image.file.data) <= image.file.size - view.size);
        // Read both ends, so that the sanitizer agrees.
        require(view[0] == view.data[0] && view[view.size - 1] == view.data[view.size - 1]);
    }
    void at(error e) const { require(!e || e.offset <= image.file.size); }

    template <class Cursor, class Module>
    void modules() const {
        Cursor cursor(image);
        uint32_t module_count = 0, symbol_count = 0;
        for (Module m; cursor.next(m); ++module_count) {
            inside(m.name);
            auto symbols = cursor.symbols(m);
            for (pe::import_symbol s; symbols.next(s); ++symbol_count) {
                inside(s.name);
                require(s.by_ordinal == s.name.empty() || s.defect);
                require(s.thunk_offset < image.file.size);
            }
        }
        require(module_count <= pe::max_import_modules && symbol_count <= pe::max_import_symbols);
    }

    void exports() const {
        pe::export_table table(image);
        const auto named = std::make_unique<pe::export_index_set>();
        pe::export_cursor cursor(table, *named);
        uint32_t count = 0;
        for (pe::export_symbol s; cursor.next(s); ++count) {
            inside(s.name);
            inside(s.forwarder);
            at(s.defect);
        }
        require(count <= 2 * pe::max_exports);
        require(!table.present || table.offset < image.file.size);
    }

    void resources() const {
        pe::resource_cursor cursor(image);
        uint32_t count = 0;
        for (pe::resource r; cursor.next(r); ++count) {
            inside(r.data);
            for (const auto& key : {r.type, r.name, r.language}) inside(key.name);
            require(r.depth <= pe::max_resource_depth && r.entry_offset < image.file.size);
        }
        require(count <= pe::max_resource_entries);
        pe::version_info version(image);
        count = 0;
        for (pe::version_string s; version.next(s); ++count) {
            inside(s.language);
            inside(s.key);
            inside(s.value);
        }
        require(count <= pe::max_version_blocks);
    }

    void code_tables() const {
        pe::relocation_cursor blocks(image);
        uint64_t bytes_read = 0;
        for (pe::relocation_block b; blocks.next(b);) {
            inside(b.entries);
            bytes_read += pe::relocation_block_header_size_bytes + b.entries.size;
        }
        // Each byte once: but a low-aligned or overlapping section may show the same bytes at several RVAs.
        require(bytes_read <= uint64_t{image.file.size} * (image.sections.size() + 1));
        pe::runtime_function_cursor functions(image);
        pe::mapped_reader in(image);
        for (pe::runtime_function f; functions.next(f);) {
            require(f.offset < image.file.size);
            require(pe::read_unwind_info(in, f).version < 8);
        }
        pe::load_config config(image);
        for (uint32_t i = 0; i < config.hybrid_code_range_count(); ++i) require((config.hybrid_range(i).begin_rva & 1) == 0);
        pe::clr_header clr(image);
        inside(clr.runtime_version);
        for (pe::clr_stream s; clr.next_stream(s);) {
            inside(s.name);
            inside(s.data);
        }
    }

    void origin() const {
        pe::debug_cursor debug(image);
        for (pe::debug_entry d; debug.next(d);) {
            inside(d.data);
            inside(pe::read_codeview(d.data).path);
        }
        const pe::rich_header rich = pe::read_rich_header(image);
        for (uint32_t i = 0; i < rich.size(); ++i) require(rich[i].comp_id() >> 16 == rich[i].product);
        pe::certificate_cursor certificates(image);
        for (pe::win_certificate c; certificates.next(c);) inside(c.data);
        const pe::overlay rest = pe::find_overlay(image);
        inside(rest.data);
        inside(rest.appended);
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const bartizan::pe::parse_result parsed = bartizan::pe::parse({data, size});
    if (!parsed) {
        require(parsed.failure.offset <= size);
        return 0;
    }
    const checker check{parsed.image};
    const auto inside = [&check](bartizan::error e) { check.at(e); };
    bartizan::pe::for_each_defect(parsed.image, inside);
    bartizan::pe::walk_directories(parsed.image, inside);
    for (const bartizan::pe::section& s : parsed.image.sections) check.inside(s.raw);
    check.modules<bartizan::pe::import_cursor, bartizan::pe::import_module>();
    check.modules<bartizan::pe::delay_import_cursor, bartizan::pe::delay_import_module>();
    check.exports();
    check.resources();
    check.code_tables();
    check.origin();
    return 0;
}
