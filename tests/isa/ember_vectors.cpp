// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The same EMBER vectors, bit for bit, on every ISA and compiler: x87 registers hold more digits than a variable's type, and ARM64
// compilers fuse products with sums. Prints one digest over the vectors of sound and broken built files full of strings, and of the
// files named on the command line. Run by run.sh, which compares the lines.
#include <bartizan/core/sha256.hpp>
#include <bartizan/features/ember_v2.hpp>
#include <bartizan/features/ember_v3.hpp>
#include <bartizan/testing/pe_sample.hpp>
#include <bit>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

namespace {

using namespace bartizan;

struct generator {
    uint32_t state = 1;
    uint32_t next() { return (state = state * 1664525 + 1013904223) >> 8; }
};

class digest {
  public:
    void add_file(bytes file) {
        float v2[features::ember_v2::dimensions];
        features::ember_v2::extract(file, *work_v2_, v2);
        add(v2);
        float v3[features::ember_v3::dimensions];
        features::ember_v3::extract(file, *work_v3_, v3);
        add(v3);
    }
    void print() {
        for (const uint8_t byte : hash_.finish().bytes) std::printf("%02x", byte);
        std::printf("\n");
    }

  private:
    void add(span<const float> values) {
        for (const float value : values) {
            const auto bits = std::bit_cast<uint32_t>(value);
            uint8_t little_endian[4];
            for (int i = 0; i < 4; ++i) little_endian[i] = static_cast<uint8_t>(bits >> (8 * i));
            hash_.update(little_endian);
        }
    }

    sha256 hash_;
    std::unique_ptr<features::ember_v2::extract_scratch> work_v2_ = std::make_unique<features::ember_v2::extract_scratch>();
    std::unique_ptr<features::ember_v3::extract_scratch> work_v3_ = std::make_unique<features::ember_v3::extract_scratch>();
};

}  // namespace

int main(int argc, char** argv) {
    digest all;
    generator random;
    for (const auto kind : {pe::image_kind::pe32, pe::image_kind::pe32_plus}) {
        for (int round = 0; round < 100; ++round) {
            auto file = testing::sample_image(kind).build();
            for (int change = round % 4; change > 0; --change) file[random.next() % file.size()] = static_cast<uint8_t>(random.next());
            // Few and many characters, evenly and unevenly drawn: the entropy of strings has a formula for each side of 65,535.
            const uint32_t characters = 1 + random.next() % 95;
            for (uint32_t left = random.next() % (round % 5 == 0 ? 300'000 : 60'000); left != 0; --left) {
                const uint32_t drawn = random.next() % characters;
                file.push_back(static_cast<uint8_t>(0x20 + (round % 2 == 0 ? drawn : random.next() % (drawn + 1))));
            }
            all.add_file({file.data(), file.size()});
        }
    }
    for (int i = 1; i < argc; ++i) {
        std::ifstream in(argv[i], std::ios::binary);
        const std::vector<char> file{std::istreambuf_iterator<char>(in), {}};
        all.add_file({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
    }
    all.print();
}
