// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_PEFILE_WARNINGS_HPP
#define BARTIZAN_FEATURES_EMBER_PEFILE_WARNINGS_HPP

#include "../../core/config.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// What pefile complains about, as EMBER v3 tells complaints apart: the number is the dimension within `pefilewarnings`. Never
/// raised, because pefile words them otherwise than EMBER's list: resource_entry_invalid, version_string_value, section_alignment,
/// section_virtual_size, section_virtual_address, exports_repeated_names (as exports_corrupt); because nothing asks for it:
/// unicode_string, relocating_without_relocations.
enum class pefile_warning : uint8_t {
    entry_point_outside_sections = 0,
    bad_rva_in_relocations = 1,
    dominant_byte = 2,
    corrupt_header = 3,
    damaged_import_table = 4,
    load_config_of_unknown_type = 5,
    too_many_imports_before_delayed = 6,
    resource_data_entry = 7,
    export_directory = 8,
    resource_strings = 9,
    version_string_file_info = 10,
    delay_import_invalid_data = 11,
    delay_import_directory = 12,
    import_directory = 13,
    import_invalid_data = 14,
    import_table_beyond_bounds = 15,
    import_table_overlap = 16,
    import_table_invalid_data = 17,
    resource_depth = 18,
    resource_directory_entries = 19,
    resource_file_entries = 20,
    resource_entry_invalid = 21,
    resource_names_overlap = 22,
    resource_name_unreadable = 23,
    version_offset = 24,
    version_key = 25,
    version_var = 26,
    version_string_file_info_key = 27,
    version_string_table = 28,
    version_string_key = 29,
    version_string_value = 30,
    excessive_imports = 31,
    exports_repeated_names = 32,
    unwind_function_entry_failed = 33,
    pascal_string = 34,
    unicode_string = 35,
    directory_failed = 36,
    unwind_function_entry = 37,
    section_alignment = 38,
    file_alignment = 39,
    packed_imports = 40,
    bdd_relocation = 41,
    bdd_info = 42,
    debug_information = 43,
    function_override_header = 44,
    function_override_info = 45,
    dynamic_relocation_table = 46,
    load_config = 47,
    relocation_unreadable = 48,
    relocation_block_size = 49,
    relocation_outside_image = 50,
    resource_directory_unreadable = 51,
    resource_directory_unparsed = 52,
    tls = 53,
    optional_header_type = 54,
    version_info_block = 55,
    dynamic_relocation_version = 56,
    relocation_overlap = 57,
    entry_point_outside_file = 58,
    relocating_without_relocations = 59,
    resource_size = 60,
    rich_header_malformed = 61,
    rich_header_format = 62,
    export_functions_rva = 63,
    export_names_rva = 64,
    bound_import_rva = 65,
    entry_point_in_headers = 66,
    section_write_execute = 67,
    number_of_rva_and_sizes = 68,
    section_suspicious = 69,
    bound_imports = 70,
    section_aborted = 71,
    delay_import_errors = 72,
    import_errors = 73,
    section_count = 74,
    unwind_code = 75,
    unwind_version = 76,
    section_null_bytes = 77,
    section_no_data = 78,
    section_raw_pointer = 79,
    section_raw_alignment = 80,
    section_raw_size = 81,
    section_virtual_size = 82,
    section_virtual_address = 83,
    exports_too_many_names = 84,
    exports_too_many_ordinals = 85,
    exports_corrupt = 86,
};
inline constexpr unsigned pefile_warning_count = 87;

/// The set of complaints about one file.
class pefile_warnings {
  public:
    constexpr void add(pefile_warning warning) noexcept {
        const auto bit = static_cast<unsigned>(warning);
        bits_[bit / 64] |= uint64_t{1} << bit % 64;
    }
    [[nodiscard]] constexpr bool has(unsigned warning) const noexcept {
        return (bits_[warning / 64] >> warning % 64 & 1) != 0;
    }

  private:
    uint64_t bits_[2]{};
};

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
