// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The same answers on every ISA and compiler: prints one digest over what the PE reader says of sound and broken files, and over
// their features. Run by run.sh, which compares the lines. Exits with 1 where the processor's SHA instructions and the portable
// code differ.
#include <bartizan/features/bartizan_v1.hpp>
#include <bartizan/hash/sha1.hpp>
#include <bartizan/hash/sha256.hpp>
#include <bartizan/pe/authenticode.hpp>
#include <bartizan/pe/defects.hpp>
#include <bartizan/pe/directories.hpp>
#include <bartizan/pe/overlay.hpp>
#include <bartizan/testing/pe_sample.hpp>
#include <cstdio>
#include <vector>

namespace {

using namespace bartizan;

struct generator {
    uint32_t state = 1;
    uint32_t next() { return (state = state * 1664525 + 1013904223) >> 8; }
};

struct summary {
    sha256 hash;
    features::extract_scratch extraction{};

    void add(uint64_t number) {
        uint8_t little_endian[8];
        for (int i = 0; i < 8; ++i) little_endian[i] = static_cast<uint8_t>(number >> (8 * i));
        hash.update(little_endian);
    }
    void add(error e) {
        add(static_cast<uint64_t>(e.code));
        add(e.offset);
    }
    void add_file(bytes file) {
        const pe::parse_result parsed = pe::parse(file);
        add(parsed.failure);
        if (!parsed) return;
        const auto each = [this](error e) { add(e); };
        pe::for_each_defect(parsed.image, each);
        const pe::directory_counts counts = pe::walk_directories(parsed.image, each);
        for (const uint32_t count : {counts.import_symbols, counts.delay_import_symbols, counts.export_names, counts.resources,
                                     counts.version_strings, counts.relocations, counts.runtime_functions, counts.tls_callbacks,
                                     counts.rich_entries, counts.clr_streams, counts.certificates}) {
            add(count);
        }
        add(pe::find_overlay(parsed.image).offset);
        add(static_cast<uint64_t>(pe::check_signature(parsed.image).state));
        hash.update(bytes{pe::authenticode_digest<sha256>(parsed.image).bytes});
        features::vector v;
        features::extract(parsed.image, extraction, v);
        add(v.present);
        for (const uint64_t value : v.value) add(value);
    }
};

bool hashes_agree() {
    generator random;
    std::vector<uint8_t> data(3000);
    for (uint8_t& byte : data) byte = static_cast<uint8_t>(random.next());
    for (size_t size = 0; size <= data.size(); size += size < 300 ? 1 : 37) {
        const bytes part{data.data(), size};
        if (!(hash::sha256_of(part) == sha256_of(part)) || !(hash::sha1_of(part) == sha1_of(part))) return false;
    }
    return true;
}

}  // namespace

int main() {
    summary all;
    generator random;
    for (const auto kind : {pe::image_kind::pe32, pe::image_kind::pe32_plus}) {
        auto sound = testing::sample_image(kind).build();
        testing::append_certificate(sound, {0x30, 0x03, 0x02, 0x01, 0x01});
        all.add_file({sound.data(), sound.size()});
        for (int round = 0; round < 1000; ++round) {
            auto broken = sound;
            for (int change = round % 4; change >= 0; --change) {
                broken[random.next() % broken.size()] = static_cast<uint8_t>(random.next());
            }
            if (round % 5 == 0) broken.resize(random.next() % broken.size());
            all.add_file({broken.data(), broken.size()});
        }
    }
    for (const uint8_t byte : all.hash.finish().bytes) std::printf("%02x", byte);
    std::printf("\n");
    std::fprintf(stderr, "SHA instructions: %s\n", hash::has_instructions() ? "yes" : "no");
    return hashes_agree() ? 0 : 1;
}
