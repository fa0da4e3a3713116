// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Every real file of the corpus read twice, by this library and by pefile, which shares no code with it: the same structures,
// names and numbers, line by line (see pefile_listing.py).
#include <cstdio>
#include <memory>
#include <sstream>

#include "bartizan/pe/directories.hpp"
#include "bartizan/pe/overlay.hpp"
#include "built.hpp"
#include "shared_files.hpp"

namespace {

using namespace bartizan;
using namespace bartizan_tests;

std::string text(bytes name) {
    std::string out;
    for (const uint8_t c : name) out += c > 0x20 && c < 0x7f ? static_cast<char>(c) : '?';
    return out.empty() ? "-" : out;
}
/// One character a code point, as Python counts them.
std::string utf16(bytes name) {
    std::string out;
    const reader in{name};
    for (uint64_t i = 0; i + 1 < name.size; i += 2) {
        const uint16_t unit = in.u16(i);
        out += unit > 0x20 && unit < 0x7f ? static_cast<char>(unit) : '?';
    }
    return out.empty() ? "-" : out;
}
std::string key(const pe::resource_key& k) { return k.is_name ? utf16(k.name) : std::to_string(k.id); }

template <class Cursor, class Module>
void imports(const char* kind, const pe::image& image, std::ostream& out) {
    Cursor modules(image);
    for (Module m; modules.next(m);) {
        auto symbols = modules.symbols(m);
        for (pe::import_symbol s; symbols.next(s);) {
            out << kind << ' ' << text(m.name) << ' ';
            if (s.by_ordinal) {
                out << '@' << s.ordinal << '\n';
            } else {
                out << text(s.name) << ' ' << s.hint << '\n';
            }
        }
    }
}

void code_tables(const pe::image& image, std::ostream& out) {
    pe::relocation_cursor blocks(image);
    for (pe::relocation_block b; blocks.next(b);) {
        out << "relocations " << b.page_rva << ' ' << b.size_bytes << ' ' << int{b[0].type} << ' ' << b[0].rva << '\n';
    }
    const pe::tls_directory tls(image);
    if (tls.present) {
        out << "tls " << tls.fields.address_of_callbacks << ' ' << tls.fields.address_of_index << ' ' << tls.fields.size_of_zero_fill << '\n';
    }
    const pe::load_config config(image);
    const auto& c = config.fields;
    if (config.present) {
        out << "load_config " << c.size << ' ' << c.security_cookie << ' ' << c.guard_flags << ' ' << c.guard_cf_function_count << '\n';
    }
    if (image.coff.machine != pe::machine_amd64) return;  // pefile reads no other exception tables
    pe::runtime_function_cursor functions(image);
    pe::mapped_reader in(image);
    for (pe::runtime_function f; functions.next(f);) {
        const pe::unwind_info u = pe::read_unwind_info(in, f);
        out << "function " << f.begin_rva << ' ' << f.end_rva << ' ' << int{u.code_count} << ' ' << int{u.prolog_size_bytes} << '\n';
    }
}

std::string listing(const pe::image& image) {
    std::ostringstream out;
    // pefile sorts its sections by address; real files have them so.
    for (const pe::section& s : image.sections) {
        size_t size = 0;
        while (size < 8 && s.header.name[size] != 0) ++size;
        out << "section " << text({s.header.name, size}) << ' ' << s.header.virtual_address << ' ' << s.header.virtual_size << ' '
            << s.header.size_of_raw_data << ' ' << s.header.pointer_to_raw_data << '\n';
    }
    imports<pe::import_cursor, pe::import_module>("import", image, out);
    imports<pe::delay_import_cursor, pe::delay_import_module>("delay", image, out);
    pe::export_table table(image);
    const auto named = std::make_unique<pe::export_index_set>();
    pe::export_cursor exports(table, *named);
    for (pe::export_symbol e; exports.next(e);) {
        out << "export " << text(e.name) << ' ' << e.ordinal << ' ' << e.address_rva << ' ' << text(e.forwarder) << '\n';
    }
    pe::resource_cursor resources(image);
    for (pe::resource r; resources.next(r);) {
        out << "resource " << key(r.type) << ' ' << key(r.name) << ' ' << key(r.language) << ' ' << r.size_bytes << ' ' << r.data_rva << '\n';
    }
    pe::version_info version(image);
    for (pe::version_string s; version.next(s);) out << "version " << utf16(s.key) << ' ' << utf16(s.value) << '\n';
    pe::debug_cursor debug(image);
    for (pe::debug_entry d; debug.next(d);) {
        out << "debug " << d.type << ' ' << d.size_of_data << ' ' << d.pointer_to_raw_data << ' ' << text(pe::read_codeview(d.data).path) << '\n';
    }
    code_tables(image, out);
    const pe::rich_header rich = pe::read_rich_header(image);
    for (uint32_t i = 0; i < rich.size(); ++i) out << "rich " << rich[i].comp_id() << ' ' << rich[i].count << '\n';
    const pe::overlay overlay = pe::find_overlay(image);
    if (!overlay.data.empty()) out << "overlay " << overlay.offset << '\n';
    return out.str();
}

std::string run(const std::string& command) {
    std::string out;
    FILE* const in = popen(command.c_str(), "r");
    if (in == nullptr) return out;
    char block[1 << 16];
    for (size_t got = 0; (got = std::fread(block, 1, sizeof block, in)) != 0;) out.append(block, got);
    pclose(in);
    return out;
}

/// One batch of files through pefile, and each of them compared; false where pefile is not installed.
bool compare(span<const std::filesystem::path> paths, size_t& lines) {
    std::string command = "/usr/bin/python3 " BARTIZAN_SOURCE_DIR "/tests/pe/pefile_listing.py";
    for (const auto& path : paths) command += " '" + path.string() + "'";
    std::istringstream theirs(run(command + " 2>/dev/null"));
    std::string line;
    if (!std::getline(theirs, line)) return false;
    for (const auto& path : paths) {
        EXPECT_EQ(line, "file " + path.string());
        const auto file = read_file(path);
        const auto parsed = pe::parse({file.data(), file.size()});
        std::istringstream ours(parsed ? listing(parsed.image) : "refused\n");
        std::string our_line;
        int differences = 0;
        while (std::getline(theirs, line) && line.rfind("file ", 0) != 0) {
            if (!std::getline(ours, our_line)) our_line = "(nothing)";
            if (differences < 3) {
                EXPECT_EQ(our_line, line) << path;
            }
            differences += our_line != line;
            ++lines;
        }
        EXPECT_FALSE(std::getline(ours, our_line)) << path << ": pefile has no " << our_line;
    }
    return true;
}

/// BARTIZAN_GOODWARE names a folder of further files: minutes, for pefile takes up to seconds a file.
TEST(pe_against_pefile, every_structure_of_the_corpus) {
    auto paths = files_in(shared_folder("goodware/pe-sample"));
    if (const char* const folder = std::getenv("BARTIZAN_GOODWARE")) {
        for (const auto& path : files_below(folder)) paths.push_back(path);
    }
    if (paths.empty()) GTEST_SKIP() << "no ../shared/goodware/pe-sample";
    constexpr size_t batch = 64;  // a command line's length is limited
    size_t lines = 0;
    for (size_t i = 0; i < paths.size(); i += batch) {
        if (!compare({paths.data() + i, std::min(batch, paths.size() - i)}, lines)) GTEST_SKIP() << "python3-pefile is not installed";
    }
    std::printf("    %zu files, %zu lines compared\n", paths.size(), lines);
    EXPECT_GT(lines, 40'000U);
}

}  // namespace
