// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTING_PE_DIRECTORIES_HPP
#define BARTIZAN_TESTING_PE_DIRECTORIES_HPP

#include <string>
#include <vector>

#include "byte_writer.hpp"
#include "pe_builder.hpp"

/// Sound directories for a `pe_builder`: each function appends a section, points the data directory at it, and returns the RVA
/// of the directory. Break what you like in `pe_builder::sections` after that.
namespace BARTIZAN_NAMESPACE::testing {

struct built_import {
    std::string name;      ///< empty: by ordinal
    uint16_t ordinal = 0;  ///< or the hint
};
struct built_module {
    std::string name;
    std::vector<built_import> symbols;
};
enum class built_tables { both, lookup_only, address_only };

inline uint32_t place(pe_builder& b, pe::directory_entry entry, std::string_view section, byte_writer contents,
                      uint32_t size_bytes = 0, uint32_t offset = 0) {
    const uint32_t rva = b.next_rva() + offset;
    b.directory(entry) = {rva, size_bytes == 0 ? contents.size() - offset : size_bytes};
    b.add_section(section, std::move(contents.data));
    return rva;
}

/// Import descriptors (or delay-import descriptors) at the section's beginning, then for each module its two tables and names.
inline uint32_t add_imports(pe_builder& b, const std::vector<built_module>& modules, bool delay = false,
                            built_tables tables = built_tables::both) {
    const bool plus = b.optional.magic == pe::magic_pe32_plus;
    const unsigned width = plus ? 8 : 4;
    const uint32_t descriptor_size = delay ? 32 : 20;
    const uint32_t base = b.next_rva();
    byte_writer out;
    out.data.resize(descriptor_size * (modules.size() + 1));
    for (size_t m = 0; m < modules.size(); ++m) {
        const built_module& module = modules[m];
        const uint32_t name = out.put_text(module.name);
        out.align(8);
        const uint32_t lookup = out.size();
        const uint32_t table_size = static_cast<uint32_t>(width * (module.symbols.size() + 1));
        out.data.resize(out.data.size() + 2 * table_size);
        for (size_t i = 0; i < module.symbols.size(); ++i) {
            const built_import& symbol = module.symbols[i];
            uint64_t thunk = (uint64_t{1} << (8 * width - 1)) | symbol.ordinal;
            if (!symbol.name.empty()) {
                out.align(2);
                thunk = base + out.put(symbol.ordinal, 2);
                out.put_text(symbol.name);
            }
            if (tables != built_tables::address_only) out.put_at(lookup + width * i, thunk, width);
            if (tables != built_tables::lookup_only) out.put_at(lookup + table_size + width * i, thunk, width);
        }
        const uint32_t lookup_rva = tables == built_tables::address_only ? 0 : base + lookup;
        const size_t at = descriptor_size * m;
        if (delay) {
            out.put_at(at, 1, 4);
            out.put_at(at + 4, base + name, 4);
            out.put_at(at + 12, base + lookup + table_size, 4);
            out.put_at(at + 16, lookup_rva, 4);
        } else {
            out.put_at(at, lookup_rva, 4);
            out.put_at(at + 12, base + name, 4);
            out.put_at(at + 16, base + lookup + table_size, 4);
        }
    }
    const auto entry = delay ? pe::directory_entry::delay_import : pe::directory_entry::import_table;
    return place(b, entry, delay ? ".didat" : ".idata", std::move(out));
}

struct built_export {
    std::string name;       ///< empty: by ordinal alone
    uint32_t rva = 0x1000;  ///< 0: an empty slot
    std::string forwarder;  ///< replaces `rva`
};

inline uint32_t add_exports(pe_builder& b, std::string_view module, uint32_t ordinal_base,
                            const std::vector<built_export>& symbols) {
    const uint32_t base = b.next_rva();
    byte_writer out;
    out.data.resize(40);
    uint32_t named = 0;
    for (const built_export& symbol : symbols) named += symbol.name.empty() ? 0 : 1;
    const uint32_t functions = out.size();
    out.data.resize(out.data.size() + 4 * symbols.size());
    const uint32_t names = out.size();
    out.data.resize(out.data.size() + 4 * named);
    const uint32_t ordinals = out.size();
    out.data.resize(out.data.size() + 2 * named);
    out.put_at(12, base + out.put_text(module), 4);
    out.put_at(16, ordinal_base, 4);
    out.put_at(20, symbols.size(), 4);
    out.put_at(24, named, 4);
    out.put_at(28, base + functions, 4);
    out.put_at(32, base + names, 4);
    out.put_at(36, base + ordinals, 4);
    uint32_t next_name = 0;
    for (size_t i = 0; i < symbols.size(); ++i) {
        const built_export& symbol = symbols[i];
        const uint32_t address = symbol.forwarder.empty() ? symbol.rva : base + out.put_text(symbol.forwarder);
        out.put_at(functions + 4 * i, address, 4);
        if (symbol.name.empty()) continue;
        out.put_at(names + 4 * next_name, base + out.put_text(symbol.name), 4);
        out.put_at(ordinals + 2 * next_name, i, 2);
        ++next_name;
    }
    return place(b, pe::directory_entry::export_table, ".edata", std::move(out));
}

struct built_resource {
    uint32_t type = 0;
    std::u16string name;  ///< of the second level; empty: `id`
    uint32_t id = 1;
    uint32_t language = 0x409;
    std::vector<uint8_t> data;
};

/// One type directory, one name directory and one language directory for each resource.
inline uint32_t add_resources(pe_builder& b, const std::vector<built_resource>& resources) {
    constexpr uint32_t high_bit = 0x80000000;
    const uint32_t base = b.next_rva();
    byte_writer out;
    const auto directory = [&out](uint32_t named, uint32_t numbered) {
        const uint32_t at = out.size();
        out.data.resize(out.data.size() + 12);
        out.put(named, 2);
        out.put(numbered, 2);
        out.data.resize(out.data.size() + 8 * (named + numbered));
        return at;
    };
    const uint32_t root = directory(0, static_cast<uint32_t>(resources.size()));
    for (size_t i = 0; i < resources.size(); ++i) {
        const built_resource& r = resources[i];
        const bool named = !r.name.empty();
        const uint32_t names = directory(named ? 1 : 0, named ? 0 : 1);
        const uint32_t languages = directory(0, 1);
        const uint32_t entry = out.size();
        out.data.resize(out.data.size() + 16);
        uint32_t key = r.id;
        if (named) {
            key = high_bit | out.put(r.name.size(), 2);
            out.put_text(std::u16string_view(r.name));
        }
        out.align(4);
        out.put_at(root + 16 + 8 * i, r.type, 4);
        out.put_at(root + 20 + 8 * i, high_bit | names, 4);
        out.put_at(names + 16, key, 4);
        out.put_at(names + 20, high_bit | languages, 4);
        out.put_at(languages + 16, r.language, 4);
        out.put_at(languages + 20, entry, 4);
        out.put_at(entry, base + out.put(r.data), 4);
        out.put_at(entry + 4, r.data.size(), 4);
        out.align(4);
    }
    return place(b, pe::directory_entry::resource, ".rsrc", std::move(out));
}

/// The data of an RT_VERSION resource with one string table.
inline std::vector<uint8_t> version_resource(const std::vector<std::pair<std::u16string, std::u16string>>& strings,
                                             uint64_t file_version = 0x0001000200030004) {
    byte_writer out;
    const auto open = [&out](std::u16string_view key, uint32_t value_length, bool text) {
        out.align(4);
        const uint32_t at = out.put(0, 2);
        out.put(value_length, 2);
        out.put(text ? 1 : 0, 2);
        out.put_text(key);
        out.align(4);
        return at;
    };
    const auto close = [&out](uint32_t at) { out.put_at(at, out.size() - at, 2); };
    const uint32_t root = open(u"VS_VERSION_INFO", 52, false);
    out.put(0xfeef04bd, 4);
    out.put(0x00010000, 4);
    for (int i = 0; i < 2; ++i) {
        out.put(file_version >> 32, 4);
        out.put(file_version, 4);
    }
    out.data.resize(out.data.size() + 28);
    const uint32_t files = open(u"StringFileInfo", 0, true);
    const uint32_t table = open(u"040904b0", 0, true);
    for (const auto& [key, value] : strings) {
        const uint32_t at = open(key, static_cast<uint32_t>(value.size() + 1), true);
        out.put_text(std::u16string_view(value));
        close(at);
    }
    close(table);
    close(files);
    close(root);
    return out.data;
}

/// A debug directory with one CodeView entry.
inline uint32_t add_codeview(pe_builder& b, std::string_view path, uint32_t age = 1) {
    byte_writer out;
    out.data.resize(28);
    out.put(0x53445352, 4);
    for (unsigned i = 0; i < 16; ++i) out.put(0xa0 + i, 1);
    out.put(age, 4);
    out.put_text(path);
    const uint32_t size_of_data = out.size() - 28;
    out.put_at(12, 2, 4);
    out.put_at(16, size_of_data, 4);
    out.put_at(20, b.next_rva() + 28, 4);
    const uint32_t rva = place(b, pe::directory_entry::debug, ".debug", std::move(out), 28);
    byte_writer patch{std::move(b.sections.back().contents)};
    patch.put_at(24, b.sections.back().header.pointer_to_raw_data + 28, 4);
    b.sections.back().contents = std::move(patch.data);
    return rva;
}

struct built_relocations {
    uint32_t page_rva = 0;
    std::vector<uint16_t> entries;  ///< type in the four highest bits; an even number of them
};

inline uint32_t add_relocations(pe_builder& b, const std::vector<built_relocations>& pages) {
    byte_writer out;
    for (const built_relocations& page : pages) {
        out.put(page.page_rva, 4);
        out.put(8 + 2 * page.entries.size(), 4);
        for (const uint16_t entry : page.entries) out.put(entry, 2);
    }
    return place(b, pe::directory_entry::base_reloc, ".reloc", std::move(out));
}

inline uint32_t add_tls(pe_builder& b, const std::vector<uint64_t>& callback_rvas) {
    const unsigned width = b.optional.magic == pe::magic_pe32_plus ? 8 : 4;
    const uint64_t base = b.optional.image_base + b.next_rva();
    const uint32_t size_bytes = 4 * width + 8;
    byte_writer out;
    out.put_at(3 * width, base + size_bytes, width);
    out.data.resize(size_bytes);
    for (const uint64_t rva : callback_rvas) out.put(b.optional.image_base + rva, width);
    out.put(0, width);
    return place(b, pe::directory_entry::tls, ".tls", std::move(out), size_bytes);
}

/// `fields` as they stand in the file, the Size field in front of them filled in here.
inline uint32_t add_load_config(pe_builder& b, byte_writer fields) {
    fields.put_at(0, fields.size(), 4);
    return place(b, pe::directory_entry::load_config, ".ldcfg", std::move(fields));
}

/// An exception table of 32-bit words: three to a function on x64, two on ARM64.
inline uint32_t add_exception_table(pe_builder& b, const std::vector<uint32_t>& words, const std::vector<uint8_t>& unwind) {
    byte_writer out;
    for (const uint32_t word : words) out.put(word, 4);
    const uint32_t size_bytes = out.size();
    out.put(unwind);
    return place(b, pe::directory_entry::exception, ".pdata", std::move(out), size_bytes);
}

/// A CLR header and metadata with one stream for each name, of four bytes each.
inline uint32_t add_clr_header(pe_builder& b, std::string_view version, const std::vector<std::string>& streams) {
    const uint32_t base = b.next_rva();
    byte_writer out;
    out.put(72, 4);
    out.put(2, 2);
    out.put(5, 2);
    out.put_at(16, 1, 4);
    out.put_at(20, 0x06000001, 4);
    out.data.resize(72);
    const uint32_t metadata = out.put(0x424a5342, 4);
    out.put(1, 2);
    out.put(1, 2);
    out.put(0, 4);
    const uint32_t length = out.put(0, 4);
    const uint32_t text = out.put_text(version);
    out.align(4);
    out.put_at(length, out.size() - text, 4);
    out.put(0, 2);
    out.put(streams.size(), 2);
    std::vector<uint32_t> headers;
    for (const std::string& name : streams) {
        headers.push_back(out.put(0, 4));
        out.put(4, 4);
        out.put_text(name);
        out.align(4);
    }
    for (const uint32_t header : headers) out.put_at(header, out.put(0x64636261, 4) - metadata, 4);
    out.put_at(8, base + metadata, 4);
    out.put_at(12, out.size() - metadata, 4);
    return place(b, pe::directory_entry::com_descriptor, ".cormeta", std::move(out), 72);
}

/// A Rich header behind the stub, with the checksum that belongs to the DOS header as it stands now. Moves the NT headers.
inline void add_rich_header(pe_builder& b, const std::vector<std::pair<uint32_t, uint32_t>>& comp_ids_and_counts) {
    const auto rotate = [](uint32_t value, uint32_t by) {
        return (by & 31) == 0 ? value : value << (by & 31) | value >> (32 - (by & 31));
    };
    b.stub.resize(0x40);
    b.dos.e_lfanew = static_cast<uint32_t>(0x80 + 16 + 8 * comp_ids_and_counts.size() + 8);
    const std::vector<uint8_t> file = b.build();
    uint32_t key = 0x80;
    for (uint32_t i = 0; i < 0x80; ++i) {
        if (i < 0x3c || i > 0x3f) key += rotate(file[i], i);
    }
    for (const auto& [comp_id, count] : comp_ids_and_counts) key += rotate(comp_id, count);
    byte_writer out{b.stub};
    out.put(0x536e6144 ^ key, 4);
    for (int i = 0; i < 3; ++i) out.put(key, 4);
    for (const auto& [comp_id, count] : comp_ids_and_counts) {
        out.put(comp_id ^ key, 4);
        out.put(count ^ key, 4);
    }
    out.put(0x68636952, 4);
    out.put(key, 4);
    b.stub = std::move(out.data);
}

/// Signs a finished file in form only: appends a certificate table with one entry and points the security directory at it.
inline void append_certificate(std::vector<uint8_t>& file, const std::vector<uint8_t>& signature, uint16_t type = 2) {
    byte_writer out{std::move(file)};
    out.align(8);
    const uint32_t at = out.put(8 + signature.size(), 4);
    out.put(0x0200, 2);
    out.put(type, 2);
    out.put(signature);
    out.align(8);
    const auto parsed = pe::parse({out.data.data(), out.data.size()});
    const uint64_t entry = parsed.image.directory_offset(pe::directory_entry::security);
    out.put_at(static_cast<size_t>(entry), at, 4);
    out.put_at(static_cast<size_t>(entry) + 4, out.size() - at, 4);
    file = std::move(out.data);
}

}  // namespace BARTIZAN_NAMESPACE::testing

#endif
