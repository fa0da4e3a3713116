// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// A list file as the fuzzer made it, with length and digests stated anew so that the checks behind them are reached. What is
// accepted must find each of its own entries, find nothing else, and decide without leaving its bounds.
#include <bartizan/lists/decide.hpp>
#include <bartizan/lists/load.hpp>
#include <cstdlib>
#include <examples/cli/list_writer.hpp>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    namespace lists = bartizan::lists;
    lists::list l;
    // As it is: refused, or a seed that nobody has touched.
    const bool whole = !lists::open({data, size}, l);
    if (size < lists::format::header_size_bytes) return 0;
    std::vector<uint8_t> file(data, data + size);
    for (unsigned i = 0; i < 8; ++i) file[lists::format::at_size_bytes + i] = static_cast<uint8_t>(uint64_t{size} >> (8 * i));
    for (unsigned i = 0; i < 4; ++i) file[i] = static_cast<uint8_t>(lists::format::magic >> (8 * i));
    file[lists::format::at_version_major] = 1;
    file[lists::format::at_version_major + 1] = 0;
    bartizan_cli::list_writer::seal(file);
    if (lists::open({file.data(), file.size()}, l)) {
        if (whole) std::abort();
        return 0;
    }
    uint64_t entries = 0;
    for (uint32_t k = 1; k <= lists::key_kind_count; ++k) {
        const auto key = static_cast<lists::key_kind>(k);
        for (uint32_t r = 0; r < l.count(key); ++r, ++entries) {
            const lists::entry e = l.at(key, r);
            std::u16string words;
            for (uint32_t i = 0; i < e.text.size(); ++i) words += e.text[i];
            if (l.find(key, e.digest, {words.data(), words.size()}) != r) std::abort();
            bartizan::sha256_digest other = e.digest;
            other.bytes[31] ^= 1;
            const uint32_t neighbour = l.find(key, other, {words.data(), words.size()});
            if (neighbour == r && lists::has_digest(key)) std::abort();
            lists::file_keys keys;
            keys.file_sha256 = keys.certificate_tbs_sha256 = keys.authenticode_sha256 = {e.digest, true};
            keys.path = keys.original_name = {words.data(), words.size()};
            const lists::decision d = lists::decide({&l, 1}, keys, e.expires_100ns);
            if (key <= lists::key_kind::certificate && d.what == lists::disposition::none) std::abort();
        }
    }
    if (entries != l.entry_count()) std::abort();
    return 0;
}
