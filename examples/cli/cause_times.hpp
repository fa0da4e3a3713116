// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_CAUSE_TIMES_HPP
#define BARTIZAN_EXAMPLES_CLI_CAUSE_TIMES_HPP

#include "cause_drawing.hpp"

namespace bartizan_cli {

/// Clocks of machines jump, and records keep what the clock said. What a process did cannot be older than the process, nor a process older
/// than the one that started it: sets `placed` of nodes and edges to the earliest time that can be right, and `is_shifted` where it is
/// another than the recorded one. Puts nodes and edges in the order of these times.
void set_times_right(cause_drawing& graph);

/// Two times that two sensors may give to one moment.
bool is_close(const std::string& a, const std::string& b);

/// The finding's time, no earlier than the start of its actor.
std::string placed_time(const nlohmann::ordered_json& finding);

}  // namespace bartizan_cli

#endif
