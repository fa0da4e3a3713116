// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_MODEL_WEIGHTS_ENCODER_HPP
#define BARTIZAN_MODEL_WEIGHTS_ENCODER_HPP

#include <algorithm>
#include <bartizan/nn/input_unit.hpp>
#include <map>
#include <vector>

#include "data_set.hpp"

namespace bartizan_model {

namespace nn = bartizan::nn;

/// Values of a feature over which the quantiles of its ramps are taken, with the weight of each.
using weighted_values = std::map<uint64_t, double>;

/// Edges that cut the weight into at most `count` equal parts: distinct, ascending. A feature of few values gets them all.
inline std::vector<uint64_t> quantile_edges(const weighted_values& values, size_t count) {
    double total = 0;
    for (const auto& [value, weight] : values) total += weight;
    std::vector<uint64_t> edges;
    double sum = 0;
    size_t next = 0;
    for (const auto& [value, weight] : values) {
        sum += weight;
        if (values.size() > count && sum < total * static_cast<double>(next) / static_cast<double>(count)) continue;
        edges.push_back(value);
        while (static_cast<double>(next) * total <= sum * static_cast<double>(count)) ++next;
    }
    if (edges.back() != values.rbegin()->first) edges.push_back(values.rbegin()->first);
    return edges;
}

/// Units of one feature: whether it is absent; ramps between the quantile edges; single bits of flag fields; exact values that are
/// common in several sources at once (a value of one source only would name the source).
inline std::vector<nn::input_unit> units_of(uint16_t feature, const weighted_values& values, const std::vector<uint64_t>& common, size_t ramps) {
    using kind = nn::input_unit::kind;
    std::vector<nn::input_unit> units{{feature, kind::absent}};
    if (values.empty()) return units;
    const std::string_view name = bartizan::features::fields[feature].name;
    if (name == "Characteristics" || name == "DllCharacteristics") {
        for (unsigned bit = 0; bit < 16; ++bit) units.push_back({feature, kind::bits, {}, uint64_t{1} << bit, uint64_t{1} << bit});
        return units;
    }
    if (name == "ImageBase") units.push_back({feature, kind::bits, {}, 0xffff, 0});  // the loader's allocation granularity
    for (const uint64_t value : common) units.push_back({feature, kind::bits, {}, UINT64_MAX, value});
    const std::vector<uint64_t> edges = quantile_edges(values, ramps);
    for (size_t i = 1; i < edges.size(); ++i) units.push_back({feature, kind::ramp, {}, edges[i - 1], edges[i]});
    return units;
}

/// The input units for `features`, cut to fit `rows`; each source and class weighs the same.
inline std::vector<nn::input_unit> make_units(const std::vector<const row*>& rows, uint64_t features, size_t ramps) {
    std::map<std::pair<source, bool>, double> cell_sizes;
    for (const row* r : rows) ++cell_sizes[{r->from, r->positive}];
    std::vector<nn::input_unit> units;
    for (uint16_t f = 0; f < bartizan::features::field_count; ++f) {
        if ((features >> f & 1) == 0) continue;
        weighted_values values;
        std::map<uint64_t, std::map<source, double>> share;
        std::map<source, double> present;
        for (const row* r : rows) {
            if (!r->features.has(f)) continue;
            values[r->features.value[f]] += 1 / cell_sizes[{r->from, r->positive}];
            ++share[r->features.value[f]][r->from];
            ++present[r->from];
        }
        std::vector<uint64_t> common;
        for (const auto& [value, by_source] : share) {
            const auto often = std::count_if(by_source.begin(), by_source.end(), [&](const auto& entry) { return entry.second > 0.05 * present[entry.first]; });
            if (often >= 2) common.push_back(value);
        }
        if (common.size() > 6) common.resize(6);
        const auto more = units_of(f, values, common, ramps);
        units.insert(units.end(), more.begin(), more.end());
    }
    return units;
}

/// What the network sees of a row of which only `visible` features are known: activations 0..127, one for each unit.
inline void encode(const std::vector<nn::input_unit>& units, const row& r, uint64_t visible, uint8_t* out) {
    const uint64_t present = r.features.present & visible;
    const nn::input in{{r.features.value, bartizan::features::field_count}, {&present, 1}};
    for (const nn::input_unit& unit : units) *out++ = nn::activate(unit, in);
}

}  // namespace bartizan_model

#endif
