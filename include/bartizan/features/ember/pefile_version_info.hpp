// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_PEFILE_VERSION_INFO_HPP
#define BARTIZAN_FEATURES_EMBER_PEFILE_VERSION_INFO_HPP

#include "pefile_imports.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// A UTF-16 text as pefile reads it, measured as pefile measures it: by the bytes of its UTF-8 form.
struct pefile_text {
    bool ok = false;
    bytes units;
    uint64_t utf8_bytes = 0;

    /// Whether the text begins with these ASCII characters.
    [[nodiscard]] constexpr bool starts_with(const char* ascii) const noexcept {
        for (size_t i = 0; ascii[i] != '\0'; ++i) {
            if (2 * i + 1 >= units.size || units[2 * i] != static_cast<uint8_t>(ascii[i]) || units[2 * i + 1] != 0)
                return false;
        }
        return true;
    }
};

/// The text at `rva` up to a zero unit, of at most `limit_units`.
[[nodiscard]] constexpr pefile_text pefile_text_at(pefile_image& image, uint64_t rva,
                                                   uint64_t limit_units = 65536) noexcept {
    constexpr uint64_t first_read_bytes = 256;
    if (limit_units == 0) return {true, {}, 0};
    const pefile_data data = image.data_at_rva(rva, 2 * limit_units);
    if (!data.ok) return {};
    uint64_t size = 0;
    pefile_text text{true, {}, 0};
    while (size + 1 < data.data.size && size < 2 * limit_units &&
           (data.data[static_cast<size_t>(size)] != 0 || data.data[static_cast<size_t>(size) + 1] != 0)) {
        const uint16_t unit = reader{data.data}.u16(size);
        const bool surrogate = unit >= 0xd800 && unit < 0xe000;
        text.utf8_bytes += unit < 0x80 ? 1U : unit < 0x800 ? 2U : surrogate ? 6U : 3U;
        size += 2;
    }
    // Longer texts are read in two steps, and the second one may fail.
    if (size >= first_read_bytes && !image.data_at_rva(rva + first_read_bytes, 2).ok) return {};
    text.units = data.data.sub(0, static_cast<size_t>(size));
    return text;
}

/// Goes through the version resource of `size` bytes at `rva`, for the complaints.
constexpr void check_pefile_version_info(pefile_image& image, work_limit& limit, uint32_t rva, uint32_t size) noexcept {
    constexpr uint32_t header_bytes = 6;  // Length, ValueLength, Type
    constexpr uint32_t fixed_info_bytes = 52;
    const auto offset = image.offset_of_rva(rva);
    if (!offset.ok) {
        image.warn(pefile_warning::version_offset);
        return;
    }
    const bytes raw = image.in().sub(offset.offset, size);
    const reader in{raw};
    const auto rest_from = [&](uint64_t at) noexcept { return reader{raw}.sub(at, UINT64_MAX); };
    const auto aligned = [&](uint64_t at) noexcept { return ((at + rva + 3) & 0xfffffffc) - (rva & 0xfffffffc); };
    if (!image.unpack(raw, header_bytes)) return;
    const uint16_t length = in.u16(0);

    const uint64_t key_rva = uint64_t{rva} + header_bytes;
    uint64_t most_units = 65536;
    if (const pefile_section* const s = image.section_of_rva(key_rva)) {
        const uint64_t end = uint64_t{s->virtual_address} +
                             (s->size_of_raw_data > s->virtual_size ? s->size_of_raw_data : s->virtual_size);
        most_units = end > key_rva ? (end - key_rva) / 2 : 0;
    }
    const pefile_text key = pefile_text_at(image, key_rva, most_units);
    if (!key.ok) image.warn(pefile_warning::version_key);
    constexpr char expected[] = "VS_VERSION_INFO";
    if (!key.starts_with(expected) || key.units.size != 2 * (sizeof expected - 1)) {
        image.warn(pefile_warning::version_info_block);
        return;
    }
    uint64_t at = aligned(header_bytes + 2 * sizeof expected);
    if (!image.unpack(rest_from(at), fixed_info_bytes)) return;
    at = aligned(at + fixed_info_bytes);

    while (limit.take(64)) {
        if (!image.unpack(rest_from(at), header_bytes)) {
            image.warn(pefile_warning::version_string_file_info);
            return;
        }
        const uint16_t block_length = in.u16(at);
        const bool readable = in.u16(at + 4) <= 1 && in.u16(at + 2) == 0;
        const pefile_text block = pefile_text_at(image, rva + at + header_bytes);
        if (!block.ok) {
            image.warn(pefile_warning::version_string_file_info_key);
            return;
        }
        const uint64_t inner = aligned(at + header_bytes + 2 * (block.utf8_bytes + 1));
        if (readable && block.starts_with("StringFileInfo")) {
            for (uint64_t table = inner; limit.take(64);) {
                if (!image.unpack(rest_from(table), header_bytes)) break;
                const uint64_t table_length = in.u16(table);
                const pefile_text language = pefile_text_at(image, rva + table + header_bytes);
                if (!language.ok) {
                    image.warn(pefile_warning::version_string_table);
                    break;
                }
                uint64_t string = aligned(table + header_bytes + 2 * (language.utf8_bytes + 1));
                while (string < table + table_length && limit.take(64)) {
                    if (!image.unpack(rest_from(string), header_bytes)) break;
                    const uint16_t string_length = in.u16(string);
                    const uint16_t value_units = in.u16(string + 2);
                    const uint64_t name_rva = rva + string + header_bytes;
                    const pefile_text name = pefile_text_at(image, name_rva);
                    if (!name.ok || !image.offset_of_rva(name_rva).ok) {
                        image.warn(pefile_warning::version_string_key);
                        break;
                    }
                    const uint64_t value = rva + aligned(2 * (name.utf8_bytes + 1) + string + header_bytes);
                    if (!pefile_text_at(image, value, value_units).ok || !image.offset_of_rva(value).ok) break;
                    if (!limit.take(name.units.size)) return;
                    string = string_length == 0 ? table + table_length : aligned(string_length + string);
                }
                const uint64_t next = aligned(table_length + table);
                if (next == table) break;
                table = next;
                if (table >= block_length) break;
            }
        } else if (readable && block.starts_with("VarFileInfo")) {
            for (uint64_t var = inner; limit.take(64);) {
                if (!image.unpack(rest_from(var), header_bytes)) break;
                const uint64_t var_length = in.u16(var);
                if (!pefile_text_at(image, rva + var + header_bytes).ok) {
                    image.warn(pefile_warning::version_var);
                    break;
                }
                var = aligned(var + var_length);
                // As in the reference, whose test for an endless loop always holds.
                if (var <= var + var_length) break;
            }
        }
        at = aligned(block_length + at);
        if (block_length == 0 || at >= length) return;
    }
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
