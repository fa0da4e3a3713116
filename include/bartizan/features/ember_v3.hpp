// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_V3_HPP
#define BARTIZAN_FEATURES_EMBER_V3_HPP

#include "ember/authenticode.hpp"
#include "ember/pefile_directories.hpp"
#include "ember/pefile_exceptions.hpp"
#include "ember/pefile_exports.hpp"
#include "ember/pefile_resources.hpp"
#include "ember/pefile_rich_header.hpp"
#include "ember/string_dimensions.hpp"
#include "ember/string_matcher.hpp"
#include "ember/v3_columns.hpp"
#include "ember/v3_imports.hpp"
#include "ember/v3_sections.hpp"

/// EMBER feature version 3 (EMBER2024) as its reference code, thrember, computes it with pefile 2024.8.26.
namespace BARTIZAN_NAMESPACE::features::ember_v3 {

namespace detail {

using ember::pefile_image;
using ember::vector_writer;

inline void put_general(bytes file, const byte_histogram& counts, const pefile_image& image,
                        vector_writer& out) noexcept {
    const reader in{file};
    out.put(file.size);
    out.put_ratio(ember::entropy_q42(counts.count), ember::entropy_unit);
    out.put(image.accepted());
    for (uint32_t i = 0; i < 4; ++i) out.put(in.u8(i));
}

inline void put_strings(bytes file, vector_writer& out) noexcept {
    string_statistics s;
    uint64_t matches[ember::string_patterns]{};
    for_each_string(file, [&](bytes string) noexcept {
        s.add(string);
        const ember::pattern_set found = ember::string_matcher::match(string);
        for (unsigned half = 0; half < 2; ++half) {
            for (uint64_t left = found.bits[half]; left != 0; left &= left - 1)
                ++matches[64 * half + features::detail::lowest_bit(left)];
        }
    });
    ember::put_string_statistics(s, out);
    for (const uint64_t count : matches) out.put(count);
}

inline void put_header(const pefile_image& image, vector_writer& out) noexcept {
    constexpr size_t length = 74;
    if (!image.accepted()) return out.skip(length);
    const pe::image_file_header& coff = image.coff();
    const pe::image_optional_header& o = image.optional();
    const pe::image_dos_header& dos = image.dos();
    const uint64_t numbers[] = {
        coff.time_date_stamp,
        coff.number_of_sections,
        coff.number_of_symbols,
        coff.size_of_optional_header,
        coff.pointer_to_symbol_table,
        ember::index_of(ember::ember_machines, coff.machine),
        ember::index_of(ember::ember_subsystems, o.subsystem),
        o.major_image_version,
        o.minor_image_version,
        o.major_linker_version,
        o.minor_linker_version,
        o.major_operating_system_version,
        o.minor_operating_system_version,
        o.major_subsystem_version,
        o.minor_subsystem_version,
        o.size_of_code,
        o.size_of_headers,
        o.size_of_image,
        o.size_of_initialized_data,
        o.size_of_uninitialized_data,
        o.size_of_stack_reserve,
        o.size_of_stack_commit,
        o.size_of_heap_reserve,
        o.size_of_heap_commit,
        o.address_of_entry_point,
        o.base_of_code,
        o.image_base,
        o.section_alignment,
        o.check_sum,
        o.number_of_rva_and_sizes,
    };
    for (const uint64_t number : numbers) out.put(number);
    for (unsigned bit = 0; bit < 16; ++bit) out.put(coff.characteristics >> bit & 1);
    for (unsigned bit = 5; bit < 16; ++bit) out.put(o.dll_characteristics >> bit & 1);
    const uint32_t dos_fields[] = {dos.e_magic,    dos.e_cblp,     dos.e_cp,     dos.e_crlc, dos.e_cparhdr,
                                   dos.e_minalloc, dos.e_maxalloc, dos.e_ss,     dos.e_sp,   dos.e_csum,
                                   dos.e_ip,       dos.e_cs,       dos.e_lfarlc, dos.e_ovno, dos.e_oemid,
                                   dos.e_oeminfo,  dos.e_lfanew};
    for (const uint32_t field : dos_fields) out.put(field);
}

inline void put_exports(pefile_image& image, extract_scratch& work, vector_writer& out) noexcept {
    constexpr size_t bins = 128;
    hashed_bins exports{span<int64_t>(work.bins, bins)};
    const bool kept =
        ember::for_each_pefile_export(image, work.walk, [&exports](bytes text, uint64_t ordinal) noexcept {
            murmur3_32 name;
            if (text.empty()) {
                name.add("ordinal");
                ember::add_decimal(name, ordinal);
            } else {
                ember::add_bytes(name, text);
            }
            exports.add(name);
        });
    if (!kept) return out.skip(1 + bins);
    out.put(bins);  // the length of the hashed vector, where the reference means the number of exports
    out.put_all(exports);
}

/// pefile parses the directories in this order, and stops at the first one that the image does not have.
[[nodiscard]] inline bool has_directories_up_to(const pefile_image& image, unsigned step) noexcept {
    using entry = pe::directory_entry;
    constexpr entry order[] = {entry::import_table, entry::export_table, entry::resource,    entry::debug,
                               entry::base_reloc,   entry::tls,          entry::load_config, entry::delay_import,
                               entry::bound_import, entry::exception};
    for (unsigned i = 0; i <= step; ++i) {
        if (static_cast<uint32_t>(order[i]) >= image.directories()) return false;
    }
    return image.accepted();
}

inline void put_directories(pefile_image& image, ember::pefile_thunk_reader& thunks, extract_scratch& work,
                            vector_writer& out) noexcept {
    bool relocations = false;
    bool dynamic_relocations = false;
    if (has_directories_up_to(image, 2)) ember::pefile_resource_walk(image).run();
    if (has_directories_up_to(image, 3)) ember::check_pefile_debug(image);
    if (has_directories_up_to(image, 4)) {
        const pe::image_data_directory directory = image.directory(pe::directory_entry::base_reloc);
        ember::work_limit limit;
        relocations =
            directory.virtual_address != 0 &&
            ember::count_pefile_relocations(image, work.walk, limit, directory.virtual_address, directory.size) != 0;
    }
    if (has_directories_up_to(image, 5)) ember::check_pefile_tls(image);
    if (has_directories_up_to(image, 6)) dynamic_relocations = ember::read_pefile_load_config(image, work.walk);
    if (has_directories_up_to(image, 7)) ember::check_pefile_delay_imports(image, thunks);
    if (has_directories_up_to(image, 8)) ember::check_pefile_bound_imports(image);
    if (has_directories_up_to(image, 9)) ember::pefile_exception_walk(image, work.walk).run();

    // The reference leaves out the last directory that there is.
    for (uint32_t i = 0; i < pe::max_data_directories; ++i) {
        const bool given = image.accepted() && i + 1 < image.directories();
        const pe::image_data_directory directory = given ? image.directory(i) : pe::image_data_directory{};
        out.put(directory.size);
        out.put(directory.virtual_address);
    }
    out.put(relocations);
    out.put(dynamic_relocations);
}

inline void put_rich_header(pefile_image& image, vector_writer& out) noexcept {
    int64_t bins[32];
    hashed_bins hashed{bins};
    uint32_t pairs = 0;
    if (image.accepted()) {
        ember::for_each_pefile_rich_pair(image, [&](uint32_t comp_id, uint32_t count) noexcept {
            ++pairs;
            murmur3_32 name;
            ember::add_decimal(name, comp_id);
            hashed.add(name, count);
        });
    }
    out.put(pairs);
    out.put_all(hashed);
}

inline void put_authenticode(bytes file, const pefile_image& image, vector_writer& out) noexcept {
    ember::authenticode_summary s;
    if (image.accepted()) {
        const pe::image_data_directory table = image.directory(pe::directory_entry::security);
        s = ember::read_authenticode(file, table.virtual_address, table.size);
    }
    out.put(s.signatures);
    out.put(s.self_signed);
    out.put(s.without_program_name);
    out.put(s.without_countersignature);
    out.put(s.parse_error);
    out.put(s.most_certificates);
    constexpr uint32_t second = ember::signing_time_second;
    out.put_signed_ratio(s.latest_signing_time, second);
    out.put_signed_ratio(s.has_signing_time ? s.last_signing_time - int64_t{second} * image.coff().time_date_stamp : 0, second);
}

inline void put_warnings(const byte_histogram& file, pefile_image& image, vector_writer& out) noexcept {
    constexpr uint64_t most_zeros_percent = 50;
    constexpr uint64_t most_of_another_percent = 15;
    for (unsigned value = 0; value < 256; ++value) {
        const uint64_t most = value == 0 ? most_zeros_percent : most_of_another_percent;
        if (100 * file.count[value] > most * file.total) image.warn(ember::pefile_warning::dominant_byte);
    }
    uint32_t count = 0;
    for (unsigned i = 0; i < ember::pefile_warning_count; ++i) {
        const bool given = image.accepted() && image.warnings().has(i);
        count += given;
        out.put(given);
    }
    out.put(count);
}

}  // namespace detail

/// The vector of `file`, whatever it holds. Cannot fail; allocates nothing; safe from several threads with a scratch each.
/// Deviations from the reference: an empty file and names that are no UTF-8 give a vector where the reference raises; letters
/// beyond ASCII in section names keep their case; complaints whose class depends on Python's hash seed take one fixed class;
/// `ember::work_limit` and `ember::section_bytes_limit` end what the reference would follow for minutes.
inline void extract(bytes file, extract_scratch& work, float (&out)[dimensions]) noexcept {
    ember::vector_writer writer{out};
    count_byte_statistics(file, work.counting, work.file);
    ember::pefile_image image{file, work.sections};
    ember::pefile_thunk_reader thunks(image, work.walk.counts);
    detail::put_general(file, work.file.file, image, writer);
    writer.put_shares(work.file.file.count);
    writer.put_shares(span<const uint64_t>(work.file.by_entropy[0], 256));
    detail::put_strings(file, writer);
    detail::put_header(image, writer);
    detail::put_sections(image, work, writer);
    if (detail::has_directories_up_to(image, 0)) {
        detail::put_imports(image, thunks, work, writer);
    } else {
        writer.skip(2 + 256 + 1024);
    }
    if (detail::has_directories_up_to(image, 1)) {
        detail::put_exports(image, work, writer);
    } else {
        writer.skip(1 + 128);
    }
    detail::put_directories(image, thunks, work, writer);
    detail::put_rich_header(image, writer);
    detail::put_authenticode(file, image, writer);
    detail::put_warnings(work.file.file, image, writer);
}

}  // namespace BARTIZAN_NAMESPACE::features::ember_v3

#endif
