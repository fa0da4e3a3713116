// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// make_seeds FUZZER FOLDER: writes the files with which a fuzzer begins. A fuzzer that has none begins with nothing.
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

#include <bartizan/lists/decide.hpp>
#include <bartizan/quarantine/marks.hpp>
#include <bartizan/quarantine/metadata.hpp>
#include <bartizan/quarantine/release_record.hpp>

#include "../lists/built_list.hpp"
#include "bartizan/testing/pe_sample.hpp"

#if __has_include(<openssl/pkcs7.h>)
#include "../pe/openssl_signer.hpp"
#endif

namespace {

using namespace bartizan;

std::string folder;

void write(const std::string& name, const std::vector<uint8_t>& bytes) {
    std::ofstream out(folder + "/" + name, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) std::exit(1);
}

void pe_files() {
    for (const auto kind : {pe::image_kind::pe32, pe::image_kind::pe32_plus}) {
        const std::string bits = kind == pe::image_kind::pe32 ? "32" : "64";
        auto b = testing::sample_image(kind);
        write("everything" + bits, b.build());
        auto file = b.build();
        testing::append_certificate(file, {0x30, 0x03, 0x02, 0x01, 0x01});
        write("signed" + bits, file);
        b.coff.machine = kind == pe::image_kind::pe32 ? 0x01c4 : 0xaa64;
        write("arm" + bits, b.build());
        testing::pe_builder old(kind);
        testing::add_imports(old, {{"a.dll", {{"f", 1}, {"", 2}}}}, false, testing::built_tables::address_only);
        write("address_table" + bits, old.build());
        old.optional.section_alignment = old.optional.file_alignment = 0x20;
        write("low_alignment" + bits, old.build());
    }
}

void list_files() {
    for (const auto kind : {lists::list_kind::block, lists::list_kind::suppression, lists::list_kind::local_allow, lists::list_kind::global_allow}) {
        auto entries = bartizan_tests::one_of_each(kind);
        write(std::string("each_") + lists::name(kind), bartizan_tests::build(kind, entries));
        for (uint64_t i = 0; i < 5; ++i) entries.push_back(bartizan_tests::make_entry(lists::key_kind::certificate_name, 7, std::u16string(1, static_cast<char16_t>(u'a' + i))));
        for (uint64_t i = 100; i < 109; ++i) entries.push_back(bartizan_tests::make_entry(lists::key_kind::file_sha256, i));
        write(std::string("many_") + lists::name(kind), bartizan_tests::build(kind, entries));
    }
}

/// Items before they are encoded, their metadata alone, a release record, marks.
void vault_files() {
    for (const auto kind : {quarantine::item_kind::file, quarantine::item_kind::link, quarantine::item_kind::registry}) {
        quarantine::item m;
        m.kind = kind;
        m.path = "/evil";
        m.reason = "tested";
        m.detection = "malware";
        m.status.mode = 04755;
        m.status.size_bytes = 3;
        const uint8_t content[3] = {'a', 'b', 'c'};
        m.sha256 = sha256_of(content);
        m.attached.streams = {{"user.a", {1, 2}}, {"user.b", {}}};
        m.attached.security = {1, 2, 3};
        std::vector<uint8_t> metadata = quarantine::write_metadata(m);
        write(std::string("metadata_") + quarantine::name(kind), metadata);
        quarantine::item_header h;
        h.metadata_size = static_cast<uint32_t>(metadata.size());
        h.content_size = sizeof content;
        std::vector<uint8_t> file = quarantine::write_header(h);
        file.insert(file.end(), metadata.begin(), metadata.end());
        file.insert(file.end(), std::begin(content), std::end(content));
        write(std::string("item_") + quarantine::name(kind), file);
    }
    write("release", quarantine::write_release({{}, {1, 2, 3, 4}, "/home/evil"}));
    write("marks", quarantine::write_marks({}));
}

#if __has_include(<openssl/pkcs7.h>)
void signatures() {
    const bartizan_tests::openssl_signer signer("Seed");
    write("sha256", signer.sign(std::vector<uint8_t>(32, 1), EVP_sha256()));
    write("sha1", signer.sign(std::vector<uint8_t>(20, 1), EVP_sha1()));
    write("no_certificate", signer.sign(std::vector<uint8_t>(32, 1), EVP_sha256(), false));
}
#else
void signatures() { write("empty", {0x30, 0x00}); }
#endif

void policies() {
    const auto put = [](const char* name, std::string_view text) { write(name, {text.begin(), text.end()}); };
    put("least", R"({"format": 1})");
    put("modes", R"({"format": 1, "comment": "x", "mode": "audit", "rules": {"deferred_start": "off", "boot_key_read": "block"}})");
    put("sets", R"({"format": 1, "sets": {"browsers": ["a.exe"], "script_hosts": ["b.exe"], "verifier_providers": ["v.dll"], "guarded_programs": ["g.exe"],
 "native_hosts": ["C:\\Program Files\\host.bat"]}})");
    put("windows", R"({"format": 1, "windows": {"burst_s": 5, "store_s": 600, "browser_file_s": 1209600}, "switches": {"lock_every_browser_child": true, "trust_from_path": true}})");
    put("exclusions", R"({"format": 1, "exclusions": [
 {"rule": "lsass_handle_theft", "actor": {"sha256": "0000000000000000000000000000000000000000000000000000000000000000", "path": "C:\\Tools\\t.exe"},
  "target": {"path": "C:\\Windows\\System32\\lsass.exe"}, "max_mask": "0x1410", "expires": "2027-03-31T00:00:00Z", "author": "ada", "reason": "drill"},
 {"rule": "hive_save", "actor": {"name": "t.exe"}, "expires": "2027-01-01T00:00:00Z", "author": "ada", "reason": "r"}]})");
    put("twice", R"({"format": 1, "mode": "off", "mode": "audit", "rules": {"x/y": 1, "x~y": 2, "x/y": 3}})");
}

/// Streams of fuzz_graph that hold every kind of event and, now and then, a finding.
void event_streams() {
    uint32_t state = 1;
    for (int n = 0; n < 8; ++n) {
        std::vector<uint8_t> bytes(size_t{200} << n);
        for (uint8_t& b : bytes) b = static_cast<uint8_t>((state = state * 1664525 + 1013904223) >> (n % 2 == 0 ? 24 : 25));
        write("stream" + std::to_string(n), bytes);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: make_seeds FUZZER FOLDER\n", stderr);
        return 2;
    }
    folder = argv[2];
    const std::string_view fuzzer = argv[1];
    if (fuzzer == "pe" || fuzzer == "features" || fuzzer == "code_cave") pe_files();
    if (fuzzer == "certificate") signatures();
    if (fuzzer == "lists") list_files();
    if (fuzzer == "vault") vault_files();
    if (fuzzer == "policy") policies();
    if (fuzzer == "graph") event_streams();
    return 0;
}
