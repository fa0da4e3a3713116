// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_MODEL_WEIGHTS_METRICS_HPP
#define BARTIZAN_MODEL_WEIGHTS_METRICS_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace bartizan_model {

struct scored {
    double score;
    bool positive;
};

/// Area under the ROC curve; ties count half. 0.5 where a class is missing.
inline double auc(std::vector<scored> rows) {
    std::sort(rows.begin(), rows.end(), [](const scored& a, const scored& b) { return a.score < b.score; });
    double below = 0, wins = 0, positives = 0;
    for (size_t i = 0; i < rows.size();) {
        size_t end = i;
        double p = 0, n = 0;
        for (; end < rows.size() && rows[end].score == rows[i].score; ++end) (rows[end].positive ? p : n) += 1;
        wins += p * (below + n / 2);
        below += n;
        positives += p;
        i = end;
    }
    return positives == 0 || below == 0 ? 0.5 : wins / (positives * below);
}

/// The lowest score at or above which at most `rate` of the negatives lie; the lowest of all where all may.
inline double threshold_at(const std::vector<scored>& rows, double rate) {
    std::vector<double> negatives;
    for (const scored& r : rows)
        if (!r.positive) negatives.push_back(r.score);
    std::sort(negatives.begin(), negatives.end(), std::greater<>());
    const auto allowed = static_cast<size_t>(rate * static_cast<double>(negatives.size()));
    return allowed < negatives.size() ? std::nextafter(negatives[allowed], HUGE_VAL) : negatives.empty() ? 0 : negatives.back();
}

/// Share of the rows of a class at or above `threshold`.
inline double rate_at(const std::vector<scored>& rows, bool positive, double threshold) {
    double all = 0, above = 0;
    for (const scored& r : rows) {
        if (r.positive != positive) continue;
        ++all;
        above += r.score >= threshold ? 1 : 0;
    }
    return all == 0 ? 0 : above / all;
}

}  // namespace bartizan_model

#endif
