// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "bartizan/hash/sha1.hpp"
#include "bartizan/hash/sha256.hpp"
#include "bartizan/pe/authenticode.hpp"
#include "bartizan/pe/defects.hpp"
#include "bartizan/pe/directories.hpp"
#include "shared_files.hpp"

/// Real files. What they hold is not in the repository; what must be true of them is.
namespace {

using namespace bartizan;
using bartizan_tests::files_in;
using bartizan_tests::read_file;
using bartizan_tests::shared_folder;

TEST(pe_corpus, every_real_program_parses_without_defect) {
    const auto files = files_in(shared_folder("goodware/pe-sample"));
    if (files.empty()) GTEST_SKIP() << "no ../shared/goodware/pe-sample";
    int programs = 0;
    for (const auto& path : files) {
        const auto file = read_file(path);
        if (file.size() < 2 || file[0] != 'M' || file[1] != 'Z') continue;
        ++programs;
        const auto result = pe::parse({file.data(), file.size()});
        ASSERT_TRUE(result) << path << ": offset " << result.failure.offset << ": " << describe(result.failure.code);
        EXPECT_EQ(result.image.sections.size(), result.image.coff.number_of_sections) << path;
        const auto fail = [&path](error e) { ADD_FAILURE() << path << ": offset " << e.offset << ": " << describe(e.code); };
        pe::for_each_defect(result.image, fail);
        pe::walk_directories(result.image, fail);
    }
    EXPECT_EQ(programs, 220);
}

/// 43 of them are signed, and none was changed since: each proves the hashed range on a digest that its signer computed.
TEST(pe_corpus, every_signature_is_for_its_file) {
    const auto files = files_in(shared_folder("goodware/pe-sample"));
    if (files.empty()) GTEST_SKIP() << "no ../shared/goodware/pe-sample";
    int with_signature = 0;
    for (const auto& path : files) {
        const auto file = read_file(path);
        const auto result = pe::parse({file.data(), file.size()});
        if (!result) continue;
        const pe::signature s = pe::check_signature<hash::sha256, hash::sha1>(result.image);
        EXPECT_FALSE(s.defect) << path << ' ' << describe(s.defect.code);
        if (s.state == pe::signature_state::none) continue;
        ++with_signature;
        EXPECT_EQ(s.state, pe::signature_state::present) << path;
        EXPECT_TRUE(s.digest_checked) << path;
        EXPECT_TRUE(s.certificate.valid) << path;
        EXPECT_EQ(s.tbs_sha256, sha256_of(s.certificate.tbs)) << path;
    }
    EXPECT_EQ(with_signature, 43);
}

/// Programs that were changed after they were signed, and programs whose signature was cut away, by their own manifest.
TEST(pe_corpus, changed_after_signing) {
    const auto folder = shared_folder("goodware/cave/positive");
    std::ifstream manifest(folder / "manifest.tsv");
    if (!manifest) GTEST_SKIP() << "no ../shared/goodware/cave";
    constexpr size_t signature_column = 18;
    int mismatches = 0;
    for (std::string line; std::getline(manifest, line);) {
        std::istringstream in(line);
        std::vector<std::string> cells;
        for (std::string cell; std::getline(in, cell, '\t');) cells.push_back(cell);
        if (cells.size() <= signature_column || cells[0] == "file") continue;
        const auto file = read_file(folder / cells[0]);
        const auto result = pe::parse({file.data(), file.size()});
        ASSERT_TRUE(result) << cells[0];
        const bool changed = cells[signature_column].find("digest mismatch") != std::string::npos;
        EXPECT_EQ((pe::check_signature<hash::sha256, hash::sha1>(result.image).state),
                  changed ? pe::signature_state::digest_mismatch : pe::signature_state::none)
            << cells[0] << ' ' << cells[signature_column];
        mismatches += changed;
    }
    EXPECT_EQ(mismatches, 63);
}

/// The reader that made the corpus, rewritten: MZ, PE, a magic, and every fixed field and counted directory inside the file.
bool strict_reader_accepts(const std::vector<uint8_t>& file) {
    const auto u32 = [&file](size_t at) {
        return at + 4 <= file.size() ? file[at] | file[at + 1] << 8 | file[at + 2] << 16 | uint32_t{file[at + 3]} << 24
                                     : 0U;
    };
    if (file.size() < 64 || file[0] != 'M' || file[1] != 'Z') return false;
    const uint64_t nt = u32(60);
    if (nt + 26 > file.size() || u32(nt) != 0x4550) return false;
    const uint32_t magic = u32(nt + 24) & 0xffff;
    if (nt + 28 > file.size() || (magic != 0x10b && magic != 0x20b)) return false;
    const uint64_t directories = nt + 24 + (magic == 0x20b ? 112 : 96);
    if (directories > file.size()) return false;
    return directories + 8 * std::min<uint64_t>(u32(directories - 4), 16) <= file.size();
}

/// 1,997 broken files: what a stricter reader accepts is accepted; what is accepted beyond that is a header cut by the file's
/// end after its mandatory part, and says so.
TEST(pe_corpus, broken_files_are_read_or_refused_with_a_reason) {
    const auto files = files_in(shared_folder("goodware/malformed"));
    if (files.empty()) GTEST_SKIP() << "no ../shared/goodware/malformed";
    int answered = 0;
    for (const auto& path : files) {
        if (path.extension() == ".tsv") continue;
        ++answered;
        const auto file = read_file(path);
        const auto result = pe::parse({file.data(), file.size()});
        if (!result) {
            EXPECT_FALSE(strict_reader_accepts(file)) << path << ": " << describe(result.failure.code);
            EXPECT_LE(result.failure.offset, file.size()) << path;
            continue;
        }
        bool header_is_cut = false;
        pe::for_each_defect(result.image, [&](error e) {
            header_is_cut |= e.code == error_code::pe_optional_header_cut;
        });
        EXPECT_NE(strict_reader_accepts(file), header_is_cut) << path;
        pe::walk_directories(result.image, [&](error e) { EXPECT_LE(e.offset, file.size()) << path << ' ' << describe(e.code); });
        const pe::signature s = pe::check_signature<hash::sha256, hash::sha1>(result.image);
        EXPECT_LE(s.defect.offset, file.size()) << path << ' ' << describe(s.defect.code);
    }
    EXPECT_EQ(answered, 1997);
}

}  // namespace
