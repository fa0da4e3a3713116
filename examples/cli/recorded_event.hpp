// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_RECORDED_EVENT_HPP
#define BARTIZAN_EXAMPLES_CLI_RECORDED_EVENT_HPP

#include <bartizan/core/error.hpp>
#include <bartizan/core/event.hpp>
#include <chrono>

#include "replay_input.hpp"

namespace bartizan_cli {

/// Makes events of recorded lines, and owns the memory that their texts live in.
class event_maker {
  public:
    /// The line's event; its texts, and `object`, live until the next call. Kind `none`: no adapter maps the line.
    bartizan::error make(const recording& input, const recorded_line& line, bartizan::event& event);
    /// The line that the last event was made of.
    [[nodiscard]] const simdjson::dom::object& object() const { return object_; }
    [[nodiscard]] std::chrono::steady_clock::duration parsing() const { return parsing_; }

  private:
    simdjson::dom::parser parser_;
    simdjson::dom::object object_;
    std::chrono::steady_clock::duration parsing_{};
    char16_t texts_[64 * 1024] = {};
    bartizan::stack_frame frames_[64] = {};
};

}  // namespace bartizan_cli

#endif
