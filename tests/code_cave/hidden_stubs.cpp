// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Harmless stubs in every placement, by every redirection, in both bitnesses, signed and unsigned.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <memory>
#include <set>

#include "../pe/shared_files.hpp"
#include "bartizan/code_cave/scan.hpp"
#include "bartizan/pe/authenticode.hpp"
#include "hide_stub.hpp"
#include "host_program.hpp"
#if __has_include(<openssl/pkcs7.h>)
#include "../pe/openssl_signer.hpp"
#endif

namespace {

using namespace bartizan_tests;
using bartizan::truth;
using bartizan::verdict;

const auto work = std::make_unique<cave::scan_scratch>();

verdict scan(const std::vector<uint8_t>& file, std::string* why = nullptr, bool hash = true) {
    const auto parsed = pe::parse({file.data(), file.size()});
    EXPECT_TRUE(parsed);
    cave::file_context context;
    if (hash) context.digest_mismatch = bartizan::to_truth(pe::check_signature(parsed.image).state == pe::signature_state::digest_mismatch);
    const cave::report r = cave::scan(parsed.image, context, *work);
    for (uint8_t a = 0; why != nullptr && a < cave::atom_count; ++a) {
        if (r.result.atoms.has(a)) *why += std::string(" ") + cave::atoms[a].name;
    }
    return r.result.evidence;
}

#if __has_include(<openssl/pkcs7.h>)
std::vector<uint8_t> signed_form(std::vector<uint8_t> file) {
    static const openssl_signer signer("bartizan test");
    file.resize((file.size() + 7) / 8 * 8);
    const auto image = pe::parse({file.data(), file.size()}).image;
    // The digest leaves out the directory entry, which is the only byte range that signing changes.
    const auto digest = pe::authenticode_digest<bartizan::sha256>(image);
    const auto signature = signer.sign({digest.bytes, digest.bytes + 32}, EVP_sha256());
    make::append_certificate(file, signature);
    return file;
}
#endif

struct variant {
    pe::image_kind kind;
    stub_place where;
    redirect how;
};

std::string words(const variant& v) {
    return std::string(v.kind == pe::image_kind::pe32 ? "x86, " : "x64, ") + name(v.where) + ", " + name(v.how);
}

template <class Visit>
void for_each_variant(Visit&& visit) {
    for (const auto kind : {pe::image_kind::pe32, pe::image_kind::pe32_plus}) {
        for (int p = 0; p < static_cast<int>(stub_place::count); ++p) {
            for (int r = 0; r < static_cast<int>(redirect::count); ++r) visit(variant{kind, static_cast<stub_place>(p), static_cast<redirect>(r)});
        }
    }
}

/// What the search misses in an unsigned program, and why (docs/code_cave.md): a section of its own is no unused space, and a 32-bit
/// program has no table of its functions, from which one piece in one gap could differ.
bool may_be_missed(const variant& v) {
    if (v.where == stub_place::new_section) return true;
    const bool runs_first = v.how == redirect::entry_point || v.how == redirect::tls_callback;
    return v.kind == pe::image_kind::pe32 && v.where == stub_place::one_gap && !runs_first;
}

TEST(HiddenStubs, HostIsClean) {
    for (const auto kind : {pe::image_kind::pe32, pe::image_kind::pe32_plus}) {
        for (uint32_t seed = 1; seed < 50; ++seed) {
            std::string why;
            EXPECT_EQ(scan(build_host(kind, seed).file, &why), verdict::none) << seed << why;
        }
    }
}

TEST(HiddenStubs, AreFoundInEveryPlacement) {
    std::set<std::string> built;
    for_each_variant([&built](const variant& v) {
        for (uint32_t seed = 1; seed <= 12; ++seed) {
            stub_hider hider(build_host(v.kind, seed).file, seed);
            if (!hider.hide(v.where, v.how)) continue;
            built.insert(words(v));
            for (int sum = 0; sum < 3; ++sum) {  // stale, cleared, correct
                if (sum == 1) hider.clear_check_sum();
                if (sum == 2) hider.fix_check_sum();
                std::string why;
                const verdict found = scan(hider.file, &why);
                if (!may_be_missed(v)) {
                    EXPECT_EQ(found, verdict::convict) << words(v) << ", seed " << seed << ":" << why;
                }
            }
        }
    });
    // Every variant was made at least once but those for which the small host has no room.
    std::printf("    %zu variants\n", built.size());
    EXPECT_GE(built.size(), 76u);
}

#if __has_include(<openssl/pkcs7.h>)
TEST(HiddenStubs, SignedThenChangedAndSignatureCut) {
    for_each_variant([](const variant& v) {
        const auto host = signed_form(build_host(v.kind, 3).file);
        ASSERT_EQ(scan(host), verdict::none);
        stub_hider hider(host, 5);
        if (!hider.hide(v.where, v.how)) return;
        std::string why;
        const verdict changed = scan(hider.file, &why);
        EXPECT_GE(changed, verdict::event) << words(v) << why;  // the digest alone is worth an event
        if (!may_be_missed(v)) {
            EXPECT_EQ(changed, verdict::convict) << words(v) << why;
        }
        hider.cut_signature();
        why.clear();
        const verdict cut = scan(hider.file, &why);
        // What is put behind the signature takes it away from where a cut one is looked for: the end of the file.
        if (v.where != stub_place::mapped_overlay && v.where != stub_place::new_section) {
            EXPECT_NE(why.find("c8"), std::string::npos) << words(v) << why;
        }
        if (!may_be_missed(v)) {
            EXPECT_EQ(cut, verdict::convict) << words(v) << why;
        }
    });
}
#endif

/// For run_wine.sh: every variant of the program BARTIZAN_HOST, as BARTIZAN_OUT/PLACEMENT-REDIRECTION.exe. Headers are left out: their
/// memory is not executable where data execution prevention is on.
TEST(HiddenStubs, WrittenToBeRun) {
    const char* const host = std::getenv("BARTIZAN_HOST");
    const char* const out = std::getenv("BARTIZAN_OUT");
    if (host == nullptr || out == nullptr) GTEST_SKIP() << "BARTIZAN_HOST and BARTIZAN_OUT are not set";
    const auto file = bartizan_tests::read_file(host);
    const auto parsed = pe::parse({file.data(), file.size()});
    ASSERT_TRUE(parsed);
    for_each_variant([&](const variant& v) {
        if (v.kind != parsed.image.kind || v.where == stub_place::headers) return;
        stub_hider hider(file, 1 + static_cast<uint32_t>(v.where));
        if (!hider.hide(v.where, v.how)) return;
        const auto name = std::to_string(static_cast<int>(v.where)) + "-" + std::to_string(static_cast<int>(v.how)) + ".exe";
        std::ofstream(std::filesystem::path(out) / name, std::ios::binary).write(reinterpret_cast<const char*>(hider.file.data()), static_cast<std::streamsize>(hider.file.size()));
    });
}

/// Recall by placement, redirection and bitness over real hosts: BARTIZAN_GOODWARE names a folder, the table goes to standard output.
TEST(HiddenStubs, RecallOverRealHosts) {
    const char* const folder = std::getenv("BARTIZAN_GOODWARE");
    std::vector<std::filesystem::path> hosts = bartizan_tests::files_in(bartizan_tests::shared_folder("goodware/pe-sample"));
    if (folder != nullptr) {
        hosts.clear();
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
            if (entry.is_regular_file() && entry.file_size() < 8'000'000) hosts.push_back(entry.path());
        }
    }
    if (hosts.empty()) GTEST_SKIP() << "../shared/goodware/pe-sample is not there";
    struct cell {
        unsigned made = 0, convicted = 0;
    };
    std::map<std::string, cell> table;
    cell all;
    uint32_t seed = 0;
    for (const auto& path : hosts) {
        const auto host = bartizan_tests::read_file(path);
        const auto parsed = pe::parse({host.data(), host.size()});
        if (!parsed || parsed.image.directory(pe::directory_entry::com_descriptor).virtual_address != 0) continue;
        const auto kind = parsed.image.kind;
        ++seed;
        for_each_variant([&](const variant& v) {
            if (v.kind != kind || v.where == stub_place::new_section) return;
            stub_hider hider(host, seed);
            // As unsigned files: the signature, if any, is taken out of the account.
            if (!hider.hide(v.where, v.how)) return;
            const bool found = scan(hider.file, nullptr, false) == verdict::convict;
            if (!found && std::getenv("BARTIZAN_MISSED") != nullptr) std::printf("missed: %s: %s\n", words(v).c_str(), path.c_str());
            for (cell* c : {&table[words(v)], &all}) {
                ++c->made;
                c->convicted += found ? 1 : 0;
            }
        });
    }
    // One line a placement: found of made, in the order of the redirections.
    for (const auto kind : {pe::image_kind::pe32, pe::image_kind::pe32_plus}) {
        for (int p = 0; p < static_cast<int>(stub_place::count); ++p) {
            std::printf("| %s | %s |", name(static_cast<stub_place>(p)), kind == pe::image_kind::pe32 ? "x86" : "x64");
            for (int r = 0; r < static_cast<int>(redirect::count); ++r) {
                const auto found = table.find(words({kind, static_cast<stub_place>(p), static_cast<redirect>(r)}));
                if (found == table.end()) {
                    std::printf(" – |");
                } else {
                    std::printf(" %u/%u |", found->second.convicted, found->second.made);
                }
            }
            std::printf("\n");
        }
    }
    std::printf("    %-48s %4u of %4u\n", "all, without signatures", all.convicted, all.made);
    EXPECT_GE(all.convicted * 100, all.made * 80);
}

}  // namespace
