// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Real programs: hidden stubs, look-alikes, goodware and broken files. Skipped without ../shared.
#include <gtest/gtest.h>

#include <memory>

#include "../pe/shared_files.hpp"
#include "bartizan/code_cave/scan.hpp"
#include "bartizan/pe/authenticode.hpp"

namespace {

namespace cave = bartizan::code_cave;
namespace pe = bartizan::pe;
using bartizan::truth;
using bartizan::verdict;

struct tally {
    unsigned files = 0, convict = 0, event = 0, refused = 0;
    std::string convicted, missed;
};

tally scan_all(const char* folder, bool with_digest) {
    tally sum;
    const auto work = std::make_unique<cave::scan_scratch>();
    for (const auto& path : bartizan_tests::files_in(bartizan_tests::shared_folder(folder))) {
        if (path.extension() == ".tsv") continue;
        const auto file = bartizan_tests::read_file(path);
        const auto parsed = pe::parse({file.data(), file.size()});
        ++sum.files;
        if (!parsed) {
            ++sum.refused;
            continue;
        }
        cave::file_context context;
        if (with_digest) {
            context.digest_mismatch = bartizan::to_truth(pe::check_signature(parsed.image).state == pe::signature_state::digest_mismatch);
        }
        const cave::report r = cave::scan(parsed.image, context, *work);
        EXPECT_LE(r.offset, file.size()) << path;
        sum.convict += r.result.evidence == verdict::convict ? 1 : 0;
        sum.event += r.result.evidence == verdict::event ? 1 : 0;
        (r.result.evidence == verdict::convict ? sum.convicted : sum.missed) += path.filename().string() + "\n";
    }
    std::printf("    %s%s: %u files, %u convict, %u event, %u not readable\n", folder, with_digest ? " (digest checked)" : "", sum.files,
                sum.convict, sum.event, sum.refused);
    return sum;
}

class CodeCaveCorpus : public ::testing::Test {
  protected:
    void SetUp() override {
        if (bartizan_tests::files_in(bartizan_tests::shared_folder("goodware/cave/positive")).empty()) GTEST_SKIP() << "../shared/goodware is not there";
    }
};

TEST_F(CodeCaveCorpus, HiddenStubsAreFound) {
    for (const bool with_digest : {false, true}) {
        const tally sum = scan_all("goodware/cave/positive", with_digest);
        EXPECT_GE(sum.convict * 100, sum.files * 95) << sum.missed;
    }
}

TEST_F(CodeCaveCorpus, LookAlikesAreNot) {
    const tally sum = scan_all("goodware/cave/negative", true);
    EXPECT_EQ(sum.convict, 0u) << sum.convicted;
    EXPECT_LE(sum.event, sum.files / 100);
}

TEST_F(CodeCaveCorpus, GoodwareIsNot) {
    const tally sum = scan_all("goodware/pe-sample", true);
    EXPECT_EQ(sum.convict, 0u) << sum.convicted;
    EXPECT_LE(sum.event * 200, sum.files);
}

TEST_F(CodeCaveCorpus, BrokenFilesAreAnswered) {
    const tally sum = scan_all("goodware/malformed", true);
    EXPECT_GT(sum.files, 1000u);
    EXPECT_EQ(sum.convict, 0u) << sum.convicted;
}

}  // namespace
