// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_DIRECTORIES_HPP
#define BARTIZAN_PE_DIRECTORIES_HPP

#include "bound_imports.hpp"
#include "certificates.hpp"
#include "clr_header.hpp"
#include "debug.hpp"
#include "delay_imports.hpp"
#include "exceptions.hpp"
#include "exports.hpp"
#include "imports.hpp"
#include "load_config.hpp"
#include "relocations.hpp"
#include "rich_header.hpp"
#include "tls.hpp"
#include "version_info.hpp"

/// Every directory of an image, read to its end.
namespace BARTIZAN_NAMESPACE::pe {

/// How much of each directory could be read.
struct directory_counts {
    uint32_t import_modules = 0;
    uint32_t import_symbols = 0;
    uint32_t delay_import_modules = 0;
    uint32_t delay_import_symbols = 0;
    uint32_t bound_imports = 0;
    uint32_t export_names = 0;
    uint32_t export_addresses = 0;  ///< empty slots of the table not counted
    uint32_t resources = 0;
    uint32_t version_strings = 0;
    uint32_t debug_entries = 0;
    uint32_t relocation_blocks = 0;
    uint32_t relocations = 0;  ///< padding counted
    uint32_t runtime_functions = 0;
    uint32_t tls_callbacks = 0;
    uint32_t rich_entries = 0;
    uint32_t clr_streams = 0;
    uint32_t certificates = 0;
};

namespace detail {

// Passes errors on and leaves out what is none.
template <class Report>
struct defect_sink {
    Report& report;
    constexpr void operator()(error e) const noexcept {
        if (e) report(e);
    }
};

template <class Cursor, class Module, class Sink>
constexpr void walk_modules(const image& image, uint32_t& module_count, uint32_t& symbol_count, const Sink& sink) noexcept {
    Cursor modules(image);
    for (Module module; modules.next(module); ++module_count) {
        sink(module.defect);
        auto symbols = modules.symbols(module);
        for (import_symbol symbol; symbols.next(symbol); ++symbol_count) sink(symbol.defect);
        sink(symbols.stopped);
    }
    sink(modules.stopped);
}

template <class Sink>
constexpr void walk_exports(const image& image, directory_counts& counts, const Sink& sink) noexcept {
    export_table exports(image);
    sink(exports.defect);
    for (uint32_t i = 0; i < exports.name_count(); ++i, ++counts.export_names) sink(exports.named(i).defect);
    for (uint32_t i = 0; i < exports.address_count(); ++i) counts.export_addresses += exports.address(i).address_rva != 0;
}

template <class Sink>
constexpr void walk_resources(const image& image, directory_counts& counts, const Sink& sink) noexcept {
    resource_cursor resources(image);
    for (resource r; resources.next(r); ++counts.resources) sink(r.defect);
    sink(resources.defect);
    version_info version(image);
    for (version_string s; version.next(s);) ++counts.version_strings;
    sink(version.defect);
}

template <class Sink>
constexpr void walk_code_tables(const image& image, directory_counts& counts, const Sink& sink) noexcept {
    relocation_cursor blocks(image);
    for (relocation_block b; blocks.next(b); ++counts.relocation_blocks) {
        counts.relocations += b.size();
        sink(b.defect);
    }
    sink(blocks.stopped);
    runtime_function_cursor functions(image);
    for (runtime_function f; functions.next(f); ++counts.runtime_functions) sink(f.defect);
    sink(functions.stopped);
    tls_directory tls(image);
    for (uint64_t rva = 0; tls.next_callback(rva);) ++counts.tls_callbacks;
    sink(tls.defect);
    sink(load_config(image).defect);
    clr_header clr(image);
    for (clr_stream s; clr.next_stream(s);) ++counts.clr_streams;
    sink(clr.defect);
}

template <class Sink>
constexpr void walk_origin(const image& image, directory_counts& counts, const Sink& sink) noexcept {
    debug_cursor debug(image);
    for (debug_entry d; debug.next(d); ++counts.debug_entries) sink(d.defect);
    sink(debug.stopped);
    const rich_header rich = read_rich_header(image);
    counts.rich_entries = rich.size();
    sink(rich.defect);
    certificate_cursor certificates(image);
    for (win_certificate c; certificates.next(c);) ++counts.certificates;
    sink(certificates.stopped);
}

}  // namespace detail

/// Reads every directory to its end, calls `report(error)` for every break in them, and counts what could be read. Nothing is
/// kept. Work is bounded by the limits of each directory's header and otherwise linear in the file. For breaks in the headers
/// and the section table see `for_each_defect`.
template <class Report>
constexpr directory_counts walk_directories(const image& image, Report&& report) noexcept {
    const detail::defect_sink<Report> sink{report};
    directory_counts counts;
    detail::walk_modules<import_cursor, import_module>(image, counts.import_modules, counts.import_symbols, sink);
    detail::walk_modules<delay_import_cursor, delay_import_module>(image, counts.delay_import_modules,
                                                                  counts.delay_import_symbols, sink);
    bound_import_cursor bound(image);
    for (bound_import b; bound.next(b);) ++counts.bound_imports;
    sink(bound.stopped);
    detail::walk_exports(image, counts, sink);
    detail::walk_resources(image, counts, sink);
    detail::walk_code_tables(image, counts, sink);
    detail::walk_origin(image, counts, sink);
    return counts;
}

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
