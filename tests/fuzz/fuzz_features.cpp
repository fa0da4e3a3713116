// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Hostile files through all three feature schemas. What must hold for any bytes: nothing is read or written outside them and the
// scratch, the numbers are finite, the vector depends on the bytes alone, and what the schemas say of the same bytes agrees.
#include <bartizan/features/bartizan_v1.hpp>
#include <bartizan/features/ember_v2.hpp>
#include <bartizan/features/ember_v3.hpp>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace {

using namespace bartizan;
namespace v2 = features::ember_v2;
namespace v3 = features::ember_v3;

void require(bool holds) {
    if (!holds) std::abort();
}

struct scratches {
    features::extract_scratch v1;
    v2::extract_scratch v2;
    v3::extract_scratch v3;
};

template <size_t Dimensions>
void check(const float (&out)[Dimensions], const float (&again)[Dimensions]) {
    require(std::memcmp(out, again, sizeof out) == 0);
    for (const float value : out) require(std::isfinite(value));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const auto work = std::make_unique<scratches>();
    // What an earlier file left behind must not matter, nor what never was there.
    static uint8_t fill = 0;
    const bytes file{data, size};
    static float a2[v2::dimensions], b2[v2::dimensions], a3[v3::dimensions], b3[v3::dimensions];
    v2::extract(file, work->v2, a2);
    v3::extract(file, work->v3, a3);
    fill = static_cast<uint8_t>(fill + 37);
    std::memset(static_cast<void*>(&work->v3), fill, sizeof work->v3);
    std::memset(static_cast<void*>(&work->v2.file), fill, sizeof work->v2.file);
    std::memset(static_cast<void*>(&work->v2.counting), fill, sizeof work->v2.counting);
    v2::extract(file, work->v2, b2);
    std::memset(static_cast<void*>(&work->v3.lanes), 0, sizeof work->v3.lanes);
    v3::extract(file, work->v3, b3);
    check(a2, b2);
    check(a3, b3);
    // Histograms, and all string statistics but the marks, are the same in both.
    require(std::memcmp(a2, a3 + 7, 512 * sizeof(float)) == 0);
    require(std::memcmp(a2 + 512, a3 + 519, 100 * sizeof(float)) == 0);

    const pe::parse_result parsed = pe::parse(file);
    require(parsed || parsed.failure.offset <= size || parsed.failure.offset == pe::e_lfanew_offset);
    if (parsed) {
        features::vector first, second;
        features::extract(parsed.image, work->v1, first);
        features::extract(parsed.image, work->v1, second);
        for (unsigned i = 0; i < features::field_count; ++i) {
            require(first.value[i] == second.value[i]);
            require(first.has(i) || first.value[i] == 0);
        }
    }
    return 0;
}
