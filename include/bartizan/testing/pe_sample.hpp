// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTING_PE_SAMPLE_HPP
#define BARTIZAN_TESTING_PE_SAMPLE_HPP

#include "../pe/resources.hpp"
#include "pe_directories.hpp"

namespace BARTIZAN_NAMESPACE::testing {

/// A sound file with every directory that the reader knows but bound imports, which lie in the headers.
inline pe_builder sample_image(pe::image_kind kind = pe::image_kind::pe32_plus) {
    pe_builder b(kind);
    const bool plus = kind == pe::image_kind::pe32_plus;
    add_rich_header(b, {{0x01057809, 12}, {0x00010000, 34}});
    b.add_section(".text", std::vector<uint8_t>(0x300, 0xcc), 0x60000020);
    add_imports(b, {{"KERNEL32.dll", {{"CreateFileW", 7}, {"", 12}}}, {"USER32.dll", {{"MessageBoxA", 0}}}});
    add_imports(b, {{"ADVAPI32.dll", {{"RegOpenKeyExW", 1}}}}, true);
    add_exports(b, "built.dll", 10, {{"alpha", 0x1000, ""}, {"", 0x1010, ""}, {"beta", 0, "OTHER.gamma"}});
    add_resources(b, {{pe::resource_manifest, u"", 1, 0x409, {'<', 'a', '/', '>'}},
                               {pe::resource_version, u"", 1, 0x409, version_resource({{u"CompanyName", u"Maker"}})},
                               {pe::resource_rcdata, u"DATA", 0, 0, {1, 2, 3}}});
    add_codeview(b, "c:\\build\\built.pdb", 3);
    add_relocations(b, {{0x1000, {0xa008, 0x3010}}, {0x2000, {0xa000, 0}}});
    add_tls(b, {0x1020, 0x1040});
    byte_writer config;
    config.put_at(plus ? 0x90 : 0x58, 0x10014500, 4);
    config.data.resize(plus ? 0x140 : 0xc0);
    add_load_config(b, config);
    if (plus) {
        const uint32_t unwind = b.next_rva() + 24;
        add_exception_table(b, {0x1000, 0x1040, unwind, 0x1040, 0x1080, unwind}, {1, 4, 0, 0});
    }
    add_clr_header(b, "v4.0.30319", {"#~", "#Strings"});
    b.overlay = std::vector<uint8_t>(37, 0xee);
    return b;
}

}  // namespace BARTIZAN_NAMESPACE::testing

#endif
