// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_MODEL_WEIGHTS_AGREEMENT_HPP
#define BARTIZAN_MODEL_WEIGHTS_AGREEMENT_HPP

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "conversion.hpp"

/// How well two columns of scores agree.
namespace bartizan_model {

struct agreement {
    double largest = 0, mean = 0;  ///< absolute difference
    double spearman = 1;           ///< rank correlation
    double flips = 0;              ///< share of rows on different sides of the float scores' median
};

/// Ranks, ties at their mean.
inline std::vector<double> ranks(const std::vector<double>& values) {
    std::vector<size_t> order(values.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
    std::vector<double> out(values.size());
    for (size_t i = 0, end = 0; i < order.size(); i = end) {
        for (end = i; end < order.size() && values[order[end]] == values[order[i]];) ++end;
        for (size_t k = i; k < end; ++k) out[order[k]] = static_cast<double>(i + end - 1) / 2;
    }
    return out;
}

inline double correlation(const std::vector<double>& a, const std::vector<double>& b) {
    const double n = static_cast<double>(a.size());
    const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n, mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
    double ab = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        ab += (a[i] - mean_a) * (b[i] - mean_b);
        aa += (a[i] - mean_a) * (a[i] - mean_a);
        bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
    return aa == 0 || bb == 0 ? (aa == bb ? 1 : 0) : ab / std::sqrt(aa * bb);
}

inline agreement agree(const std::vector<double>& floats, const std::vector<double>& integers) {
    agreement out;
    std::vector<double> sorted(floats);
    std::sort(sorted.begin(), sorted.end());
    const double median = (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) / 2;
    for (size_t i = 0; i < floats.size(); ++i) {
        const double difference = std::abs(floats[i] - integers[i]);
        out.largest = std::max(out.largest, difference);
        out.mean += difference / static_cast<double>(floats.size());
        out.flips += ((floats[i] >= median) != (integers[i] >= median) ? 1.0 : 0.0) / static_cast<double>(floats.size());
    }
    out.spearman = correlation(ranks(floats), ranks(integers));
    return out;
}

/// Scores of an opened float model for raw features (columns), in the oracle's unit; one row for each score.
inline Eigen::MatrixXd integer_scores(const nn::model& m, const Eigen::MatrixXf& features, const nn::kernels& kernels) {
    const auto work = std::make_unique<nn::scratch>();
    Eigen::MatrixXd out(m.output_count(), features.cols());
    for (Eigen::Index c = 0; c < features.cols(); ++c) {
        const nn::scores s = nn::infer(m, bartizan::span<const float>{features.data() + c * features.rows(), static_cast<size_t>(features.rows())}, kernels, *work);
        for (uint32_t i = 0; i < m.layer_count(); ++i) {
            const nn::layer& l = m.layer(i);
            if (!nn::format::is_head(l.activation)) continue;
            const double one = l.activation == nn::format::activation_identity_head ? 65536 : 32768;
            for (uint32_t h = l.first_score; h < l.first_score + l.used; ++h) out(h, c) = s.head[h] / one;
        }
    }
    return out;
}

/// For each score, how the model agrees with the oracle on these features.
inline std::vector<agreement> agree(const float_graph& graph, const nn::model& m, const Eigen::MatrixXf& features) {
    const Eigen::MatrixXd floats = scores_of(graph, forward(graph, features.cast<double>())), integers = integer_scores(m, features, nn::best_isa());
    std::vector<agreement> out;
    for (Eigen::Index h = 0; h < floats.rows(); ++h) {
        std::vector<double> f, i;
        for (Eigen::Index c = 0; c < floats.cols(); ++c) f.push_back(floats(h, c)), i.push_back(integers(h, c));
        out.push_back(agree(f, i));
    }
    return out;
}

}  // namespace bartizan_model

#endif
