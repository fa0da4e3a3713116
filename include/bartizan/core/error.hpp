// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_ERROR_HPP
#define BARTIZAN_CORE_ERROR_HPP

#include "config.hpp"

namespace BARTIZAN_NAMESPACE {

/// Every reason for which the library refuses input. The high byte names the room: 01 core, 02 pe, 03 model (nn), 04 lists,
/// 05 adapters, 06 engine, 09 quarantine. Numbers are part of the ABI: append, never renumber. `describe` holds one sentence for each.
enum class error_code : uint16_t {
    none = 0,

    capacity_exceeded = 0x0101,

    pe_too_small = 0x0201,
    pe_no_mz = 0x0202,
    pe_header_out_of_file = 0x0203,
    pe_no_pe_signature = 0x0204,
    pe_optional_header_too_small = 0x0205,
    pe_optional_header_magic = 0x0206,
    pe_rom_image = 0x0207,
    pe_optional_header_out_of_file = 0x0208,
    pe_section_table_out_of_file = 0x0209,
    pe_section_header_zero = 0x020a,
    pe_section_header_absurd = 0x020b,
    pe_section_limit = 0x020c,
    pe_section_raw_out_of_file = 0x020d,
    pe_directory_count = 0x020e,
    pe_optional_header_cut = 0x020f,
    pe_import_directory_unreadable = 0x0210,
    pe_import_directory_cut = 0x0211,
    pe_import_limit = 0x0212,
    pe_import_table_unreadable = 0x0213,
    pe_import_table_cut = 0x0214,
    pe_import_thunk_invalid = 0x0215,
    pe_import_name_invalid = 0x0216,
    pe_import_dll_name_invalid = 0x0217,
    pe_bound_import_invalid = 0x0218,
    pe_export_directory_unreadable = 0x0219,
    pe_export_table_cut = 0x021a,
    pe_export_limit = 0x021b,
    pe_export_ordinal_invalid = 0x021c,
    pe_export_name_invalid = 0x021d,
    pe_export_forwarder_invalid = 0x021e,
    pe_debug_directory_cut = 0x021f,
    pe_debug_data_out_of_file = 0x0220,
    pe_debug_limit = 0x0221,
    pe_relocation_directory_cut = 0x0222,
    pe_relocation_block_size = 0x0223,
    pe_relocation_block_rva = 0x0224,
    pe_relocation_block_cut = 0x0225,
    pe_rich_header_invalid = 0x0226,
    pe_rich_header_checksum = 0x0227,
    pe_certificate_table_out_of_file = 0x0228,
    pe_certificate_length = 0x0229,
    pe_certificate_limit = 0x022a,
    pe_resource_directory_cut = 0x022b,
    pe_resource_loop = 0x022c,
    pe_resource_depth = 0x022d,
    pe_resource_limit = 0x022e,
    pe_resource_name_cut = 0x022f,
    pe_resource_data_cut = 0x0230,
    pe_version_info_invalid = 0x0231,
    pe_tls_directory_cut = 0x0232,
    pe_tls_callbacks_unreadable = 0x0233,
    pe_load_config_cut = 0x0234,
    pe_chpe_metadata_unreadable = 0x0235,
    pe_exception_table_cut = 0x0236,
    pe_runtime_function_range = 0x0237,
    pe_unwind_info_unreadable = 0x0238,
    pe_clr_header_cut = 0x0239,
    pe_clr_metadata_invalid = 0x023a,
    pe_signature_asn1 = 0x023b,
    pe_signature_content = 0x023c,
    pe_signature_algorithm = 0x023d,
    pe_signature_signer_missing = 0x023e,

    model_too_small = 0x0301,
    model_bad_magic = 0x0302,
    model_newer_version = 0x0303,
    model_length_mismatch = 0x0304,
    model_digest_mismatch = 0x0305,
    model_schema_mismatch = 0x0306,
    model_bad_shape = 0x0307,
    model_out_of_bounds = 0x0308,
    model_misaligned = 0x0309,
    model_test_vector_mismatch = 0x030a,
    model_scratch_too_small = 0x030b,
    model_bad_unit = 0x030c,

    list_too_small = 0x0401,
    list_bad_magic = 0x0402,
    list_newer_version = 0x0403,
    list_length_mismatch = 0x0404,
    list_digest_mismatch = 0x0405,
    list_bad_kind = 0x0406,
    list_reserved_not_zero = 0x0407,
    list_too_many_entries = 0x0408,
    list_section_misplaced = 0x0409,
    list_order = 0x040a,
    list_index_mismatch = 0x040b,
    list_bad_text = 0x040c,
    list_bad_key = 0x040d,
    list_key_not_admitted = 0x040e,
    list_never_expires = 0x040f,
    list_unsigned = 0x0410,
    list_signature_mismatch = 0x0411,
    list_rollback = 0x0412,

    vault_bad_path = 0x0901,
    vault_absent = 0x0902,
    vault_denied = 0x0903,
    vault_full = 0x0904,
    vault_io = 0x0905,
    vault_unsupported = 0x0906,
    vault_link_in_path = 0x0907,
    vault_not_a_file = 0x0908,
    vault_place_taken = 0x0909,
    vault_parent_changed = 0x090a,
    vault_file_changed = 0x090b,
    vault_other_content = 0x090c,
    vault_left_aside = 0x090d,
    vault_folder_unsafe = 0x090e,
    vault_busy = 0x090f,
    vault_inside = 0x0910,
    vault_no_item = 0x0911,
    vault_item_too_large = 0x0912,
    vault_no_registry = 0x0913,
    vault_registry_failed = 0x0914,
    vault_attributes = 0x0915,
    vault_mark_lower = 0x0916,
    item_too_small = 0x0920,
    item_bad_magic = 0x0921,
    item_newer_version = 0x0922,
    item_length_mismatch = 0x0923,
    item_reserved_not_zero = 0x0924,
    item_digest_mismatch = 0x0925,
    item_bad_id = 0x0926,
    item_bad_kind = 0x0927,
    item_bad_text = 0x0928,
    item_stream_limit = 0x0929,
    item_stream_order = 0x092a,
    item_cut = 0x092b,
    item_trailing_bytes = 0x092c,
    item_content_mismatch = 0x092d,

    adapter_missing_field = 0x0501,
    adapter_bad_number = 0x0502,
    adapter_bad_time = 0x0503,
    adapter_bad_guid = 0x0504,
    adapter_text_arena_full = 0x0505,
    adapter_unknown_event = 0x0506,
};

/// One English sentence, without a trailing full stop, for a log line "FILE: offset N: SENTENCE".
[[nodiscard]] constexpr const char* describe(error_code code) noexcept {
    switch (code) {
        case error_code::none: return "no error";
        case error_code::capacity_exceeded: return "a fixed-capacity table is full";
        case error_code::pe_too_small: return "the file is shorter than a DOS header (64 bytes)";
        case error_code::pe_no_mz: return "the file does not begin with the DOS signature 'MZ'";
        case error_code::pe_header_out_of_file: return "e_lfanew points outside the file";
        case error_code::pe_no_pe_signature: return "there is no 'PE\\0\\0' signature where e_lfanew points";
        case error_code::pe_optional_header_too_small: return "SizeOfOptionalHeader does not hold the header and the data directories that it claims";
        case error_code::pe_optional_header_magic: return "the optional header's magic is neither PE32 (0x10b) nor PE32+ (0x20b)";
        case error_code::pe_rom_image: return "the optional header is of a ROM image (0x107), which Windows does not run";
        case error_code::pe_optional_header_out_of_file: return "the optional header reaches past the end of the file";
        case error_code::pe_section_table_out_of_file: return "the section table reaches past the end of the file";
        case error_code::pe_section_header_zero: return "a section header is all zero, so the section table ends there";
        case error_code::pe_section_header_absurd: return "a section header is wrong in three ways at once, so the section table ends there";
        case error_code::pe_section_limit: return "more than 2,048 sections are claimed; the rest is not read";
        case error_code::pe_section_raw_out_of_file: return "a section's raw data reaches past the end of the file";
        case error_code::pe_directory_count: return "NumberOfRvaAndSizes is larger than 16";
        case error_code::pe_optional_header_cut: return "the optional header is cut by the end of the file; what is missing reads as zero";
        case error_code::pe_import_directory_unreadable: return "the import directory's address leads to nothing in the file";
        case error_code::pe_import_directory_cut: return "the import directory is cut before its terminator";
        case error_code::pe_import_limit: return "more imports than the reader's limit (4,096 modules, 32,768 symbols); the rest is not read";
        case error_code::pe_import_table_unreadable: return "neither the lookup table nor the address table of an imported module can be read";
        case error_code::pe_import_table_cut: return "an import lookup table is cut before its terminator";
        case error_code::pe_import_thunk_invalid: return "an entry of an import lookup table is neither an ordinal nor the address of a name";
        case error_code::pe_import_name_invalid: return "an imported symbol's name is missing or has a character that no linker writes";
        case error_code::pe_import_dll_name_invalid: return "an imported module's name is missing or is no file name";
        case error_code::pe_bound_import_invalid: return "the bound import directory is cut or names no module";
        case error_code::pe_export_directory_unreadable: return "the export directory cannot be read whole";
        case error_code::pe_export_table_cut: return "an export table is shorter in the file than the export directory claims";
        case error_code::pe_export_limit: return "more exports are claimed than the 65,536 ordinals that there are";
        case error_code::pe_export_ordinal_invalid: return "an exported name has an ordinal outside the export address table";
        case error_code::pe_export_name_invalid: return "an exported symbol's name is missing or has a character that no linker writes";
        case error_code::pe_export_forwarder_invalid: return "an export is forwarded to a text that is not MODULE.SYMBOL";
        case error_code::pe_debug_directory_cut: return "the debug directory is cut by the end of its section";
        case error_code::pe_debug_data_out_of_file: return "a debug directory entry points outside the file";
        case error_code::pe_debug_limit: return "the debug directory claims more than 256 entries; the rest is not read";
        case error_code::pe_relocation_directory_cut: return "the base relocation directory is cut by the end of its section";
        case error_code::pe_relocation_block_size: return "a base relocation block is smaller than its header or larger than the image";
        case error_code::pe_relocation_block_rva: return "a base relocation block is for a page outside the image";
        case error_code::pe_relocation_block_cut: return "a base relocation block is cut by the end of its section";
        case error_code::pe_rich_header_invalid: return "there is a Rich signature without the DanS signature that belongs to it";
        case error_code::pe_rich_header_checksum: return "the Rich header's checksum does not match the DOS stub and the entries";
        case error_code::pe_certificate_table_out_of_file: return "the certificate table reaches past the end of the file";
        case error_code::pe_certificate_length: return "a certificate entry is shorter than its header or longer than the table";
        case error_code::pe_certificate_limit: return "the certificate table has more than 64 entries; the rest is not read";
        case error_code::pe_resource_directory_cut: return "a resource directory or one of its entries cannot be read";
        case error_code::pe_resource_loop: return "a resource directory contains itself";
        case error_code::pe_resource_depth: return "resource directories are nested more than 8 deep; what is deeper is not read";
        case error_code::pe_resource_limit: return "more than 32,768 resource entries; the rest is not read";
        case error_code::pe_resource_name_cut: return "a resource name cannot be read whole";
        case error_code::pe_resource_data_cut: return "a resource's data is not or not wholly in the file";
        case error_code::pe_version_info_invalid: return "the version information is not a tree of length-prefixed blocks";
        case error_code::pe_tls_directory_cut: return "the TLS directory is cut by the end of its section";
        case error_code::pe_tls_callbacks_unreadable: return "the TLS callback table is outside the image's file or has no terminator";
        case error_code::pe_load_config_cut: return "the load configuration directory is shorter in the file than its Size field claims";
        case error_code::pe_chpe_metadata_unreadable: return "the load configuration points to hybrid (CHPE) metadata that cannot be read";
        case error_code::pe_exception_table_cut: return "the exception table (.pdata) is cut by the end of its section";
        case error_code::pe_runtime_function_range: return "an exception table entry covers no code or begins before the one in front of it";
        case error_code::pe_unwind_info_unreadable: return "an exception table entry's unwind information cannot be read";
        case error_code::pe_clr_header_cut: return "the CLR header is cut by the end of its section";
        case error_code::pe_clr_metadata_invalid: return "the CLR header's metadata is not in the file or does not begin with 'BSJB'";
        case error_code::pe_signature_asn1: return "the signature is not PKCS #7 signed data in DER";
        case error_code::pe_signature_content: return "the signature is not for a PE image: it holds no SpcIndirectDataContent";
        case error_code::pe_signature_algorithm: return "the signature uses a digest other than SHA-1 and SHA-256, so it is not compared";
        case error_code::pe_signature_signer_missing: return "the signer's certificate is not in the signature";
        case error_code::model_too_small: return "the model is shorter than its header";
        case error_code::model_bad_magic: return "this is not a bartizan model (magic is not 'BTZ1')";
        case error_code::model_newer_version: return "the model's format is of a newer major version than this library reads";
        case error_code::model_length_mismatch: return "the model's stated length differs from the bytes given";
        case error_code::model_digest_mismatch: return "the model's digest does not match its bytes";
        case error_code::model_schema_mismatch: return "the model was trained on another feature schema";
        case error_code::model_bad_shape: return "a layer's shape is zero, too large, or does not fit its neighbour";
        case error_code::model_out_of_bounds: return "a table of the model lies outside the model";
        case error_code::model_misaligned: return "a table of the model is not aligned as the format demands";
        case error_code::model_test_vector_mismatch: return "an embedded test vector gives another score on this machine";
        case error_code::model_scratch_too_small: return "the model is wider than the inference scratch memory allows for";
        case error_code::model_bad_unit: return "an input unit is of unknown kind, has an empty ramp, or names a feature out of range or out of order";
        case error_code::list_too_small: return "the list is shorter than its header";
        case error_code::list_bad_magic: return "this is not a bartizan list (magic is not 'BZL1')";
        case error_code::list_newer_version: return "the list's format is of another major version than this library reads";
        case error_code::list_length_mismatch: return "the list's stated length differs from the bytes given";
        case error_code::list_digest_mismatch: return "a SHA-256 of the list does not match its bytes";
        case error_code::list_bad_kind: return "the list is of no known kind (block, suppression, local allow, global allow)";
        case error_code::list_reserved_not_zero: return "a reserved field or padding of the list is not zero";
        case error_code::list_too_many_entries: return "a section of the list claims more than 67,108,864 entries";
        case error_code::list_section_misplaced: return "a section of the list is not where the format puts it, or reaches past the end";
        case error_code::list_order: return "entries of the list are not in ascending order, or one key stands twice";
        case error_code::list_index_mismatch: return "the list's index does not lead to the entries";
        case error_code::list_bad_text: return "a text of an entry is missing, lies outside the list's texts, or is not in canonical form";
        case error_code::list_bad_key: return "an entry's key holds what its kind does not have, or its hash is not the text's";
        case error_code::list_key_not_admitted: return "a path or a name alone is no key of a block or suppression list";
        case error_code::list_never_expires: return "an entry of the list has no expiry";
        case error_code::list_unsigned: return "the list is not signed";
        case error_code::list_signature_mismatch: return "the list's signature does not hold under the key given";
        case error_code::list_rollback: return "the list's version is not above the installed one";
        case error_code::vault_bad_path: return "the path is not absolute, or has '.', '..' or nothing between two separators";
        case error_code::vault_absent: return "there is no such file or folder";
        case error_code::vault_denied: return "the system refuses access";
        case error_code::vault_full: return "there is no space left";
        case error_code::vault_io: return "the system reports an input or output error";
        case error_code::vault_unsupported: return "the file system cannot do what this needs";
        case error_code::vault_link_in_path: return "a folder on the way is a link or no folder; the place itself must be named";
        case error_code::vault_not_a_file: return "it is a folder, a link, a device or a pipe, and only regular files are quarantined";
        case error_code::vault_place_taken: return "there is something at that place already, and it is not overwritten";
        case error_code::vault_parent_changed: return "the folder is another one than when the file was taken; a place must be named";
        case error_code::vault_file_changed: return "the file was changed or replaced while it was being moved, and stays where it is";
        case error_code::vault_other_content: return "the file's SHA-256 is not the one that was to be quarantined";
        case error_code::vault_left_aside: return "another file took the place meanwhile; what was there is beside it, as .bartizan-ID";
        case error_code::vault_folder_unsafe: return "the vault's folder belongs to somebody else or is open to others";
        case error_code::vault_busy: return "the vault is in use";
        case error_code::vault_inside: return "the place is inside the vault";
        case error_code::vault_no_item: return "the vault holds no item of this id";
        case error_code::vault_item_too_large: return "streams, security descriptor and texts are larger than an item may hold";
        case error_code::vault_no_registry: return "the host gave no access to the registry";
        case error_code::vault_registry_failed: return "the host could not export, remove or restore the registry entry";
        case error_code::vault_attributes: return "owner, mode, times or streams could not be read or restored";
        case error_code::vault_mark_lower: return "the version is below the one already in force";
        case error_code::item_too_small: return "the item is shorter than its header";
        case error_code::item_bad_magic: return "this is no file of a quarantine vault (wrong magic)";
        case error_code::item_newer_version: return "the item's format is of another major version than this library reads";
        case error_code::item_length_mismatch: return "a stated length differs from the bytes that are there";
        case error_code::item_reserved_not_zero: return "a reserved field of the item is not zero";
        case error_code::item_digest_mismatch: return "a SHA-256 of the item does not match its bytes";
        case error_code::item_bad_id: return "the item's id is not the one in its file's name";
        case error_code::item_bad_kind: return "the item is of no known kind (file, link, registry entry)";
        case error_code::item_bad_text: return "a text of the item is missing, too long, or holds a zero byte";
        case error_code::item_stream_limit: return "the item claims more than 4,096 streams";
        case error_code::item_stream_order: return "the item's streams are not in ascending order of their names";
        case error_code::item_cut: return "a text or stream reaches past the end of the item's metadata";
        case error_code::item_trailing_bytes: return "there are bytes behind the item's last field";
        case error_code::item_content_mismatch: return "the SHA-256 of the item's content does not match";
        case error_code::adapter_missing_field: return "a field that this event cannot do without is absent";
        case error_code::adapter_bad_number: return "a numeric field is not a number";
        case error_code::adapter_bad_time: return "the time stamp is not ISO 8601 UTC";
        case error_code::adapter_bad_guid: return "a process GUID is malformed";
        case error_code::adapter_text_arena_full: return "the caller's text arena is too small for this event";
        case error_code::adapter_unknown_event: return "this channel and event number have no mapping";
    }
    return "unknown error code";
}

/// What went wrong and at which byte of the input. `offset` is 0 where no byte is to blame.
struct error {
    error_code code = error_code::none;
    uint64_t offset = 0;

    [[nodiscard]] constexpr explicit operator bool() const noexcept { return code != error_code::none; }
};

}  // namespace BARTIZAN_NAMESPACE

#endif
