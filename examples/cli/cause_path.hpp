// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_CAUSE_PATH_HPP
#define BARTIZAN_EXAMPLES_CLI_CAUSE_PATH_HPP

#include "cause_drawing.hpp"

namespace bartizan_cli {

/// The way of the attack has at most so many nodes.
inline constexpr size_t path_nodes_at_most = 15;

/// Marks (`is_on_path`) what tells the attack: from where it began to the culprit, its targets, who started these programs, where
/// it connected to, what it dropped or made start by itself, and what it had run. The rest is for whoever asks.
void mark_path(cause_drawing& graph);

/// Positions in `edges` that join nodes of the path and tell the attack, in the order of time.
std::vector<size_t> path_edges(const cause_drawing& graph);

/// Positions in `nodes`: from where it began to the culprit, programs and files, the first one first. {} without a culprit.
std::vector<size_t> main_line(const cause_drawing& graph);

/// The node with a role, or SIZE_MAX.
size_t find_role(const cause_drawing& graph, const char* role);

}  // namespace bartizan_cli

#endif
