// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "training.hpp"

#include <map>
#include <numbers>
#include <numeric>

namespace bartizan_model {

namespace {

/// Weight of a row before views: sources of a class weigh by the fourth root of their size, so that a large one does not drown the
/// others, and goodware many times that; its packages weigh by the root of theirs.
std::vector<double> base_weights(const std::vector<const row*>& rows, double goodware_weight) {
    std::map<std::tuple<source, bool, uint32_t>, double> group_size;
    for (const row* r : rows) ++group_size[{r->from, r->positive, r->from == source::goodware ? r->group : 0}];
    std::map<std::pair<source, bool>, double> source_sum, source_count;
    std::vector<double> weights;
    for (const row* r : rows) {
        const double size = group_size[{r->from, r->positive, r->from == source::goodware ? r->group : 0}];
        weights.push_back(1 / std::sqrt(size));
        source_sum[{r->from, r->positive}] += weights.back();
        ++source_count[{r->from, r->positive}];
    }
    for (size_t i = 0; i < rows.size(); ++i) {
        const std::pair<source, bool> key{rows[i]->from, rows[i]->positive};
        weights[i] *= std::pow(source_count[key], 0.25) / source_sum[key] * (rows[i]->from == source::goodware ? goodware_weight : 1);
    }
    return weights;
}

/// For each row the views that it can be shown through: those of which it has every feature, if rows of both classes do.
std::vector<std::vector<size_t>> views_of(const std::vector<const row*>& rows, const std::vector<view>& views) {
    const auto fits = [](const row* r, const view& v) { return (r->features.present & v.visible) == v.visible; };
    const auto holds = [&](const view& v, bool positive) {
        return std::any_of(rows.begin(), rows.end(), [&](const row* r) { return r->positive == positive && fits(r, v); });
    };
    std::vector<size_t> used;
    for (size_t v = 0; v < views.size(); ++v)
        if (holds(views[v], false) && holds(views[v], true)) used.push_back(v);
    std::vector<std::vector<size_t>> out;
    for (const row* r : rows) {
        out.emplace_back();
        for (const size_t v : used)
            if (fits(r, views[v])) out.back().push_back(v);
    }
    return out;
}

}  // namespace

Eigen::MatrixXf encode_rows(const std::vector<nn::input_unit>& units, const std::vector<const row*>& rows, uint64_t visible) {
    const auto width = static_cast<Eigen::Index>(units.size());
    Eigen::MatrixXf inputs(width, static_cast<Eigen::Index>(rows.size()));
    std::vector<uint8_t> activations(units.size());
    for (size_t i = 0; i < rows.size(); ++i) {
        encode(units, *rows[i], visible, activations.data());
        for (Eigen::Index u = 0; u < width; ++u) inputs(u, static_cast<Eigen::Index>(i)) = static_cast<float>(activations[static_cast<size_t>(u)]) / 127.0F;
    }
    return inputs;
}

namespace {

float_network train_member(const std::vector<nn::input_unit>& units, const std::vector<const row*>& rows, uint64_t features, const std::vector<view>& views,
                           const training_options& options, uint32_t seed) {
    std::vector<int> widths{static_cast<int>(units.size())};
    widths.insert(widths.end(), options.hidden.begin(), options.hidden.end());
    widths.push_back(1);
    float_network network(widths, seed);

    const std::vector<double> base = base_weights(rows, options.goodware_weight);
    const auto possible = views_of(rows, views);
    std::vector<size_t> order, shown(rows.size());
    for (size_t i = 0; i < rows.size(); ++i)
        if (!possible[i].empty()) order.push_back(i);
    constexpr size_t batch = 256;
    const size_t steps = order.size() / batch * static_cast<size_t>(options.epochs);
    size_t step = 0;
    std::vector<uint8_t> activations(units.size());
    for (int epoch = 0; epoch < options.epochs; ++epoch) {
        for (size_t i = order.size(); i-- > 1;) std::swap(order[i], order[network.random()() % (i + 1)]);
        std::map<std::pair<size_t, bool>, double> sums;
        for (const size_t i : order) {
            shown[i] = possible[i][network.random()() % possible[i].size()];
            sums[{shown[i], rows[i]->positive}] += base[i];
        }
        for (size_t begin = 0; begin + batch <= order.size(); begin += batch, ++step) {
            Eigen::MatrixXf inputs(static_cast<Eigen::Index>(units.size()), batch);
            Eigen::VectorXf targets(batch), weights(batch);
            for (size_t k = 0; k < batch; ++k) {
                const size_t i = order[begin + k];
                const auto column = static_cast<Eigen::Index>(k);
                uint64_t visible = views[shown[i]].visible & features;
                for (uint64_t f = 0; f < bartizan::features::field_count; ++f)
                    if (network.uniform() < options.feature_dropout) visible &= ~(uint64_t{1} << f);
                encode(units, *rows[i], visible, activations.data());
                for (size_t u = 0; u < activations.size(); ++u) inputs(static_cast<Eigen::Index>(u), column) = static_cast<float>(activations[u]) / 127.0F;
                // A view counts by its mass, its classes alike.
                const double mass = sums[{shown[i], false}] + sums[{shown[i], true}];
                weights(column) = static_cast<float>(base[i] * mass / (2 * sums[{shown[i], rows[i]->positive}]));
                targets(column) = rows[i]->positive ? 1.0F - options.smoothing : options.smoothing;
            }
            const double progress = static_cast<double>(step) / static_cast<double>(steps);
            const auto rate = static_cast<float>(options.rate * (0.5 + 0.5 * std::cos(progress * std::numbers::pi)));
            network.step(inputs, targets, weights, rate, options.decay);
        }
    }
    return network;
}

}  // namespace

head train_head(const std::vector<const row*>& rows, uint64_t features, const std::vector<view>& views, const training_options& options) {
    const std::vector<nn::input_unit> units = make_units(rows, features, options.ramps);
    std::vector<float_network> members;
    for (int i = 0; i < options.members; ++i) members.push_back(train_member(units, rows, features, views, options, options.seed + static_cast<uint32_t>(i)));
    return {units, float_network(members)};
}

std::vector<scored> score_rows(const head& h, const std::vector<const row*>& rows, uint64_t visible) {
    std::vector<scored> out;
    constexpr size_t batch = 1024;
    for (size_t begin = 0; begin < rows.size(); begin += batch) {
        const std::vector<const row*> part(rows.begin() + static_cast<int64_t>(begin), rows.begin() + static_cast<int64_t>(std::min(rows.size(), begin + batch)));
        const Eigen::MatrixXf logits = h.network.forward(encode_rows(h.units, part, visible)).back();
        for (size_t i = 0; i < part.size(); ++i) out.push_back({static_cast<double>(logits(0, static_cast<Eigen::Index>(i))), part[i]->positive});
    }
    return out;
}

}  // namespace bartizan_model
