// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// A network known at build time: the shipped model as a constant, checked by the compiler, gives what the same bytes give when opened at run time.
#include <gtest/gtest.h>

#include <bartizan/nn/load.hpp>
#include <memory>
#include <model_weights/bartizan_v1.hpp>

namespace {

namespace nn = bartizan::nn;
using bartizan::model_weights::bartizan_v1;

constexpr nn::model built_in{bartizan::bytes{bartizan_v1, sizeof bartizan_v1}};
static_assert(built_in.output_count() == 2 && built_in.layer(0).inputs == built_in.input_count());
static_assert(!nn::check(built_in));

TEST(known_at_build, scores_as_the_model_opened_at_run_time) {
    const auto work = std::make_unique<nn::scratch>();
    for (const nn::isa i : nn::all_isas) {
        if (!nn::is_available(i)) continue;
        nn::model opened;
        ASSERT_FALSE(nn::open({bartizan_v1, sizeof bartizan_v1}, 0, i, *work, opened)) << nn::name(i);
        ASSERT_GT(opened.vector_count(), 0U);
        for (uint32_t v = 0; v < opened.vector_count(); ++v) {
            const nn::scores expected = nn::detail::replay(opened, v, i, *work, nullptr), actual = nn::detail::replay(built_in, v, i, *work, nullptr);
            for (uint32_t h = 0; h < nn::format::max_outputs; ++h) EXPECT_EQ(actual.head[h], expected.head[h]) << nn::name(i) << ' ' << v << ' ' << h;
        }
    }
}

}  // namespace
