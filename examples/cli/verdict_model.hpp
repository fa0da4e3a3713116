// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_VERDICT_MODEL_HPP
#define BARTIZAN_EXAMPLES_CLI_VERDICT_MODEL_HPP

#include <bartizan/verdict/judge.hpp>
#include <memory>
#include <string>

#include "file_bytes.hpp"

namespace bartizan_cli {

/// The bytes of the model that is compiled into this program.
bartizan::bytes embedded_model();

/// "FILE: offset N: SENTENCE" of an error.
std::string sentence(const std::string& file, const bartizan::error& error);

/// A verdict model that was checked whole, with the kernels and the memory to run it.
class verdict_model {
  public:
    /// Opens a model file, or the embedded model where `path` is empty. A sentence why not, or nothing.
    [[nodiscard]] std::string open(const std::string& path);

    [[nodiscard]] const bartizan::nn::model& get() const { return model_; }
    [[nodiscard]] bartizan::nn::isa kernels() const { return kernels_; }
    [[nodiscard]] bartizan::judge_scratch& work() { return *work_; }

  private:
    file_bytes file_;
    bartizan::nn::model model_;
    bartizan::nn::isa kernels_ = bartizan::nn::best_isa();
    std::unique_ptr<bartizan::judge_scratch> work_ = std::make_unique<bartizan::judge_scratch>();
};

}  // namespace bartizan_cli

#endif
