// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// make_seeds FUZZER FOLDER: writes the files with which a fuzzer begins. A fuzzer that has none begins with nothing.
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

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
    return 0;
}
