// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_CAUSE_GRAPH_WORDS_HPP
#define BARTIZAN_EXAMPLES_CLI_CAUSE_GRAPH_WORDS_HPP

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace bartizan_cli {

/// A finding's graph and clean-up list (docs/root_cause.md) for people. Texts in them come from whoever attacks: show the lines through
/// visible_text.

/// "powershell.exe (pid 6300)", "C:\...\n.dmp".
std::string node_words(const nlohmann::ordered_json& node);
/// What happened, in order of time: "09:10:04  cmd.exe (pid 6200) started powershell.exe (pid 6300)".
std::vector<std::string> story_lines(const nlohmann::ordered_json& graph, size_t at_most);
/// The graph as an indented tree from the first of the chain on; a node that has its place already is only named.
std::vector<std::string> tree_lines(const nlohmann::ordered_json& graph);
/// "quarantine the file C:\...: powershell.exe wrote it, record 25".
std::string clean_up_words(const nlohmann::ordered_json& step);
/// "The graph is not whole: ..."; empty where it is.
std::string cut_words(const nlohmann::ordered_json& graph);

}  // namespace bartizan_cli

#endif
