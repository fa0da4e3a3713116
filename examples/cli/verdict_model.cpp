// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "verdict_model.hpp"

#include <model_weights/bartizan_v1.hpp>

namespace bartizan_cli {

namespace bz = bartizan;

bz::bytes embedded_model() { return bz::model_weights::bartizan_v1; }

std::string sentence(const std::string& file, const bz::error& error) {
    return file + ": offset " + std::to_string(error.offset) + ": " + bz::describe(error.code);
}

std::string verdict_model::open(const std::string& path) {
    bz::bytes bytes = embedded_model();
    if (!path.empty()) {
        if (const std::string problem = file_.open(path); !problem.empty()) return path + ": offset 0: " + problem;
        bytes = file_.view();
    }
    const bz::error error = bz::open_verdict_model(bytes, kernels_, *work_, model_);
    return error ? sentence(path.empty() ? "the embedded model" : path, error) : std::string();
}

}  // namespace bartizan_cli
