// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_MODEL_WEIGHTS_TRAINING_HPP
#define BARTIZAN_MODEL_WEIGHTS_TRAINING_HPP

#include <vector>

#include "encoder.hpp"
#include "float_network.hpp"
#include "metrics.hpp"
#include "quantise.hpp"

namespace bartizan_model {

/// Features that only rows of one kind have would give the label away, so a row is shown through one of a few views: which features
/// are known. In each view both classes weigh the same; one that rows of a single class fill is not used.
struct view {
    const char* name;
    uint64_t visible;
};

/// One head of the model: input units and the network that reads them.
struct head {
    std::vector<nn::input_unit> units;
    float_network network;
};

struct training_options {
    std::vector<int> hidden = {48, 16};
    int epochs = 12;
    float rate = 7e-4F;   ///< low on purpose: a better fit of these sources is a worse one of others
    float decay = 1e-3F;
    double feature_dropout = 0.3;  ///< share of features made unknown at random, in both classes alike
    size_t ramps = 4;              ///< ramps for each feature; more of them fit these sources better and others worse
    int members = 4;               ///< networks whose mean is the head
    float smoothing = 0.05F;       ///< targets are this far from 0 and 1
    double goodware_weight = 10;   ///< of our own benign files, whose variety counts most, against the benign rows of a table
    uint32_t seed = 1;
};

/// Trains a head on `rows` (label: row::positive). `features`: all that it may look at. `rows` must hold both classes.
head train_head(const std::vector<const row*>& rows, uint64_t features, const std::vector<view>& views, const training_options& options);

/// Logits of rows of which only `visible` features are known, by the float network.
std::vector<scored> score_rows(const head& h, const std::vector<const row*>& rows, uint64_t visible);

/// Inputs 0..1 of the network for these rows, as columns.
Eigen::MatrixXf encode_rows(const std::vector<nn::input_unit>& units, const std::vector<const row*>& rows, uint64_t visible);

}  // namespace bartizan_model

#endif
