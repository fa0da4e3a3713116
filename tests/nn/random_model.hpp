// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_NN_RANDOM_MODEL_HPP
#define BARTIZAN_TESTS_NN_RANDOM_MODEL_HPP

#include <model_weights/btz_writer.hpp>
#include <random>

/// Models and inputs of random numbers: the same for one seed on every machine (mt19937 and integer arithmetic only).
namespace bartizan_tests {

using namespace bartizan_model;

inline example random_example(std::mt19937& random, uint32_t fields) {
    example e;
    e.present.resize(nn::format::present_words(fields));
    for (uint32_t f = 0; f < fields; ++f) {
        const bool present = random() % 8 != 0;
        e.value.push_back(present ? random() % 1000 : 0);
        if (present) e.present[f / 64] |= uint64_t{1} << (f % 64);
    }
    return e;
}

inline nn::input as_input(const example& e) { return {{e.value.data(), e.value.size()}, {e.present.data(), e.present.size()}}; }

/// `widths`: outputs of each layer, the last one the heads.
inline model_data random_model(uint32_t seed, uint32_t fields, const std::vector<uint32_t>& widths, size_t examples = 4) {
    std::mt19937 random(seed);
    model_data m;
    m.name = "random";
    m.schema_hash = seed + 1;
    m.field_count = fields;
    for (uint16_t f = 0; f < fields; ++f) {
        m.units.push_back({f, nn::input_unit::kind::absent});
        m.units.push_back({f, nn::input_unit::kind::bits, {}, 1, 1});
        for (uint64_t edge = 0; edge < 1000; edge += 250) m.units.push_back({f, nn::input_unit::kind::ramp, {}, edge, edge + 250});
    }
    size_t inputs = m.units.size();
    for (size_t i = 0; i < widths.size(); ++i) {
        dense_layer l;
        l.shift = i + 1 == widths.size() ? 8 : 31;
        for (uint32_t o = 0; o < widths[i]; ++o) {
            l.weights.emplace_back();
            for (size_t k = 0; k < inputs; ++k) l.weights.back().push_back(static_cast<int>(random() % 255) - 127);
            l.biases.push_back(static_cast<int32_t>(random() % 20001) - 10000);
            l.multipliers.push_back(static_cast<int32_t>((20'000 + random() % 20'000) * (i + 1 == widths.size() ? 1 : 128)));
        }
        inputs = widths[i];
        m.layers.push_back(std::move(l));
    }
    m.thresholds_q15.assign(widths.back(), nn::one_q15 / 2);
    for (size_t i = 0; i < examples; ++i) m.examples.push_back(random_example(random, fields));
    return m;
}

}  // namespace bartizan_tests

#endif
