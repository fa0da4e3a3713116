// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_LISTS_BUILT_LIST_HPP
#define BARTIZAN_TESTS_LISTS_BUILT_LIST_HPP

#include <bartizan/lists/load.hpp>
#include <examples/cli/list_writer.hpp>
#include <string_view>

namespace bartizan_tests {

using bartizan_cli::list_entry;

constexpr bartizan::sha256_digest digest_from(uint64_t seed) {
    bartizan::sha256_digest out;
    for (int i = 0; i < 32; ++i) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        out.bytes[i] = static_cast<uint8_t>(seed >> 56);
    }
    return out;
}

constexpr list_entry make_entry(bartizan::lists::key_kind key, uint64_t seed, std::u16string_view words = {}, uint64_t expires = 1000,
                                std::string_view author = "ada", std::string_view reason = "tested") {
    list_entry e;
    e.key = key;
    e.digest = digest_from(seed);
    for (const char16_t c : words) e.words.push_back(bartizan::upcase(c));
    e.expires_100ns = expires;
    for (const char c : author) e.author.push_back(static_cast<uint8_t>(c));
    for (const char c : reason) e.reason.push_back(static_cast<uint8_t>(c));
    return e;
}

/// An entry of every key kind that the list admits.
constexpr std::vector<list_entry> one_of_each(bartizan::lists::list_kind kind) {
    using k = bartizan::lists::key_kind;
    std::vector<list_entry> out;
    for (const k key : {k::file_sha256, k::authenticode_sha256, k::certificate_original_name, k::certificate, k::certificate_path,
                        k::certificate_name, k::path, k::name}) {
        if (!bartizan::lists::admits(kind, key)) continue;
        const bool is_path = key == k::path || key == k::certificate_path;
        const std::u16string_view words = is_path ? u"c:\\tools\\a.exe" : u"a.exe";
        out.push_back(make_entry(key, static_cast<uint64_t>(key), bartizan::lists::has_text(key) ? words : std::u16string_view()));
    }
    return out;
}

constexpr std::vector<uint8_t> build(bartizan::lists::list_kind kind, std::vector<list_entry> entries, uint64_t version = 1) {
    return bartizan_cli::list_writer(kind, version).write(std::move(entries));
}

}  // namespace bartizan_tests

#endif
