// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_V2_HPP
#define BARTIZAN_FEATURES_EMBER_V2_HPP

#include "ember/byte_statistics.hpp"
#include "columns.hpp"
#include "ember/lief_directories.hpp"
#include "ember/lief_exports.hpp"
#include "ember/lief_imports.hpp"
#include "ember/lief_names.hpp"
#include "ember/lief_ordinals.hpp"
#include "ember/name_set.hpp"
#include "ember/section_flags.hpp"
#include "ember/string_dimensions.hpp"
#include "histogram.hpp"
#include "ember/strings.hpp"

/// EMBER feature version 2 (Anderson and Roth, 2018) as its reference code computes it with LIEF 0.9.0: the vectors of EMBER2018,
/// SOREL-20M and BODMAS. Vectors made with a newer LIEF differ in definition and are not these.
namespace BARTIZAN_NAMESPACE::features::ember_v2 {

inline constexpr column_block columns[] = {
    {"histogram", 256},
    {"byteentropy", 256},
    {"strings.numstrings", 1},
    {"strings.avlength", 1},
    {"strings.printables", 1},
    {"strings.printabledist", 96},
    {"strings.entropy", 1},
    {"strings.paths", 1},
    {"strings.urls", 1},
    {"strings.registry", 1},
    {"strings.MZ", 1},
    {"general.size", 1},
    {"general.vsize", 1},
    {"general.has_debug", 1},
    {"general.exports", 1},
    {"general.imports", 1},
    {"general.has_relocations", 1},
    {"general.has_resources", 1},
    {"general.has_signature", 1},
    {"general.has_tls", 1},
    {"general.symbols", 1},
    {"header.timestamp", 1},
    {"header.machine", 10},
    {"header.characteristics", 10},
    {"header.subsystem", 10},
    {"header.dll_characteristics", 10},
    {"header.magic", 10},
    {"header.major_image_version", 1},
    {"header.minor_image_version", 1},
    {"header.major_linker_version", 1},
    {"header.minor_linker_version", 1},
    {"header.major_operating_system_version", 1},
    {"header.minor_operating_system_version", 1},
    {"header.major_subsystem_version", 1},
    {"header.minor_subsystem_version", 1},
    {"header.sizeof_code", 1},
    {"header.sizeof_headers", 1},
    {"header.sizeof_heap_commit", 1},
    {"section.count", 1},
    {"section.zero_size", 1},
    {"section.empty_name", 1},
    {"section.rx", 1},
    {"section.w", 1},
    {"section.sizes", 50},
    {"section.entropy", 50},
    {"section.vsize", 50},
    {"section.entry_name", 50},
    {"section.characteristics", 50},
    {"imports.libraries", 256},
    {"imports.functions", 1024},
    {"exports", 128},
    {"datadirectories.EXPORT_TABLE", 2},
    {"datadirectories.IMPORT_TABLE", 2},
    {"datadirectories.RESOURCE_TABLE", 2},
    {"datadirectories.EXCEPTION_TABLE", 2},
    {"datadirectories.CERTIFICATE_TABLE", 2},
    {"datadirectories.BASE_RELOCATION_TABLE", 2},
    {"datadirectories.DEBUG", 2},
    {"datadirectories.ARCHITECTURE", 2},
    {"datadirectories.GLOBAL_PTR", 2},
    {"datadirectories.TLS_TABLE", 2},
    {"datadirectories.LOAD_CONFIG_TABLE", 2},
    {"datadirectories.BOUND_IMPORT", 2},
    {"datadirectories.IAT", 2},
    {"datadirectories.DELAY_IMPORT_DESCRIPTOR", 2},
    {"datadirectories.CLR_RUNTIME_HEADER", 2},
};
inline constexpr uint32_t dimensions = dimensions_of(columns);
static_assert(dimensions == 2381);

/// Identifies this schema; a model states the hash that it was trained on.
inline constexpr uint64_t hash = schema_hash(columns);

/// Working memory of `extract`, the caller's. One per thread; may be used again without clearing.
struct extract_scratch {
    byte_statistics file;
    byte_statistics_scratch counting;
    byte_histogram section;
    histogram_lanes lanes;
    int64_t bins[1024];
    int64_t more_bins[256];
    bytes libraries[4096];
};
static_assert(sizeof(extract_scratch) < 96 * 1024);

namespace detail {

using ember::lief_image;
using ember::vector_writer;

inline void put_strings(bytes file, vector_writer& out) noexcept {
    string_statistics s;
    for_each_string(file, [&s](bytes string) noexcept { s.add(string); });
    ember::put_string_statistics(s, out);
    const file_marks marks = find_marks(file);
    out.put(marks.paths);
    out.put(marks.urls);
    out.put(marks.registry_keys);
    out.put(marks.mz);
}

inline void put_general(bytes file, const lief_image& image, vector_writer& out) noexcept {
    out.put(file.size);
    if (!image.accepted()) {
        out.skip(9);
        return;
    }
    uint64_t exports = 0;
    ember::for_each_lief_export(image, [&exports](bytes) noexcept { ++exports; });
    uint64_t imports = 0;
    ember::for_each_lief_import(
        image, [](bytes) noexcept {},
        [&imports](bytes library, const ember::lief_import& entry) noexcept {
            imports += entry.by_ordinal ? ember::lief_names_ordinal(library, entry.ordinal) : !entry.name.empty();
        });
    out.put(ember::lief_virtual_size(image));
    out.put(ember::lief_has_debug(image));
    out.put(exports);
    out.put(imports);
    out.put(ember::lief_has_relocations(image));
    out.put(ember::lief_has_resources(image));
    out.put(ember::lief_has_signature(image));
    out.put(ember::lief_has_tls(image));
    out.put(ember::lief_symbols(image));
}

/// Ten bins for the names of an exact value, or of every bit that is set. A file that is not accepted has empty names, and an
/// empty name hashes into a bin like any other.
inline void put_header(const lief_image& image, vector_writer& out) noexcept {
    const pe::image_file_header& coff = image.coff();
    const pe::image_optional_header& optional = image.optional();
    int64_t bins[10];
    const auto put_name = [&](span<const ember::value_name> names, uint32_t value) noexcept {
        hashed_bins hashed{bins};
        hashed.add(image.accepted() ? ember::lief_name_of(names, value) : "");
        out.put_all(hashed);
    };
    const auto put_bits = [&](span<const ember::value_name> names, uint32_t value) noexcept {
        hashed_bins hashed{bins};
        for (const ember::value_name& bit : names) {
            if ((value & bit.value) != 0) hashed.add(bit.name);
        }
        out.put_all(hashed);
    };
    constexpr ember::value_name magics[] = {{pe::magic_pe32, "PE32"}, {pe::magic_pe32_plus, "PE32_PLUS"}};
    out.put(coff.time_date_stamp);
    put_name(ember::lief_machines, coff.machine);
    put_bits(ember::lief_header_characteristics, coff.characteristics);
    put_name(ember::lief_subsystems, optional.subsystem);
    put_bits(ember::lief_dll_characteristics, optional.dll_characteristics);
    put_name(magics, optional.magic);
    out.put(optional.major_image_version);
    out.put(optional.minor_image_version);
    out.put(optional.major_linker_version);
    out.put(optional.minor_linker_version);
    out.put(optional.major_operating_system_version);
    out.put(optional.minor_operating_system_version);
    out.put(optional.major_subsystem_version);
    out.put(optional.minor_subsystem_version);
    out.put(optional.size_of_code);
    out.put(optional.size_of_headers);
    out.put(optional.size_of_heap_commit);
}

inline void put_sections(const lief_image& image, extract_scratch& work, vector_writer& out) noexcept {
    uint32_t zero_size = 0;
    uint32_t empty_name = 0;
    uint32_t rx = 0;
    uint32_t w = 0;
    int64_t bins[5][50];
    hashed_bins sizes{bins[0]};
    hashed_bins entropies{bins[1]};
    hashed_bins virtual_sizes{bins[2]};
    hashed_bins entry_name{bins[3]};
    hashed_bins characteristics{bins[4]};

    const uint32_t entry = ember::lief_entry_section(image);
    const bytes entry_text = entry < image.sections() ? image.section(entry).name : bytes{};
    ember::section_bytes_limit limit(image.in().data.size);
    for (uint32_t i = 0; i < image.sections(); ++i) {
        const ember::lief_section s = image.section(i);
        zero_size += s.header.size_of_raw_data == 0;
        empty_name += s.name.empty();
        rx += s.has_flag(ember::mem_read) && s.has_flag(ember::mem_execute);
        w += s.has_flag(ember::mem_write);

        murmur3_32 name;
        ember::add_escaped(name, s.name);
        sizes.add(name, s.header.size_of_raw_data);
        virtual_sizes.add(name, s.header.virtual_size);
        work.section = {};
        count_bytes(limit.take(image.content(s)), work.lanes, work.section);
        entropies.add(name, static_cast<int64_t>(ember::entropy_q42(work.section.count)));

        // The reference compares names: sections of the same name all count, and where no section is found, those without a name.
        if (!ember::equal(s.name, entry_text)) continue;
        for (const ember::value_name& flag : ember::lief_section_characteristics) {
            if (s.has_flag(flag.value)) characteristics.add(flag.name);
        }
    }
    // The reference hands the name to the hasher as one text where it expects a list: every character is hashed by itself.
    for (const uint8_t byte : entry_text) {
        ember::for_each_escaped(bytes{&byte, 1}, [&entry_name](uint8_t character) noexcept {
            murmur3_32 one;
            one.add(character);
            entry_name.add(one);
        });
    }
    out.put(image.sections());
    out.put(zero_size);
    out.put(empty_name);
    out.put(rx);
    out.put(w);
    out.put_all(sizes);
    out.put_all(entropies, ember::entropy_unit);
    out.put_all(virtual_sizes);
    out.put_all(entry_name);
    out.put_all(characteristics);
}

inline void put_imports(const lief_image& image, extract_scratch& work, vector_writer& out) noexcept {
    hashed_bins libraries{work.more_bins};
    hashed_bins functions{work.bins};
    ember::name_set seen{work.libraries};
    ember::for_each_lief_import(
        image,
        [&](bytes library) noexcept {
            if (!seen.insert(library)) return;
            murmur3_32 name;
            ember::add_lower_case(name, library);
            libraries.add(name);
        },
        [&](bytes library, const ember::lief_import& entry) noexcept {
            murmur3_32 name;
            ember::add_lower_case(name, library);
            name.add(':');
            if (entry.by_ordinal) {
                name.add("ordinal");
                ember::add_decimal(name, entry.ordinal);
            } else {
                ember::add_escaped(name, entry.name);
            }
            functions.add(name);
        });
    out.put_all(libraries);
    out.put_all(functions);
}

inline void put_exports(const lief_image& image, extract_scratch& work, vector_writer& out) noexcept {
    hashed_bins exports{span<int64_t>(work.bins, 128)};
    ember::for_each_lief_export(image, [&exports](bytes text) noexcept {
        murmur3_32 name;
        ember::add_escaped(name, text);
        exports.add(name);
    });
    out.put_all(exports);
}

}  // namespace detail

/// The vector of `file`, whatever it holds: the reference, too, gives one for files that are no PE. Cannot fail; allocates
/// nothing; safe from several threads with a scratch each. Deviations from the reference: shares of an empty file are 0 instead
/// of 0/0; a header cut before its data directories counts as no PE; `ember::work_limit` and `ember::section_bytes_limit` end
/// what the reference would follow for minutes.
inline void extract(bytes file, extract_scratch& work, float (&out)[dimensions]) noexcept {
    ember::vector_writer writer{out};
    count_byte_statistics(file, work.counting, work.file);
    writer.put_shares(work.file.file.count);
    writer.put_shares(span<const uint64_t>(work.file.by_entropy[0], 256));
    detail::put_strings(file, writer);

    const ember::lief_image image{file};
    detail::put_general(file, image, writer);
    detail::put_header(image, writer);
    detail::put_sections(image, work, writer);
    detail::put_imports(image, work, writer);
    detail::put_exports(image, work, writer);
    for (uint8_t i = 0; i < ember::lief_image::directories; ++i) {
        const pe::image_data_directory directory = image.directory(static_cast<pe::directory_entry>(i));
        writer.put(directory.size);
        writer.put(directory.virtual_address);
    }
}

}  // namespace BARTIZAN_NAMESPACE::features::ember_v2

#endif
