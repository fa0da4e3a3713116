// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_CAUSE_DRAWING_HPP
#define BARTIZAN_EXAMPLES_CLI_CAUSE_DRAWING_HPP

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace bartizan_cli {

/// A finding's cause graph as the report draws it: read from the JSON's `graph`, whoever wrote it; texts are raw.
struct cause_node {
    std::string kind;   ///< process, file, registry, network, module, alert
    std::string label;  ///< a path, a key, an address
    std::string command_line;
    std::string user;
    std::string time;
    std::string role;  ///< root_cause, culprit, target, ancestor, touched, or ""
    int64_t pid = -1;  ///< -1: not known
    bool is_root = false;  ///< it began here: so may a culprit be, whose role says only that
    std::vector<cause_node> folded;  ///< of a node that stands for several: these
};

struct cause_edge {
    size_t from = 0;  ///< positions in `nodes`
    size_t to = 0;
    std::string kind;
    std::string first;
    std::string last;
    uint64_t count = 1;
    int64_t record = -1;  ///< of the recording; -1: not known
};

struct cause_drawing {
    std::vector<cause_node> nodes;
    std::vector<cause_edge> edges;
    uint64_t cut_nodes = 0;  ///< what whoever made the graph left out
    uint64_t cut_edges = 0;
    uint64_t cut_texts = 0;
    bool is_analysed = false;  ///< the finding carried a graph
};

/// What is drawn at most; the rest is counted as cut.
inline constexpr size_t drawn_nodes_at_most = 240;
inline constexpr size_t drawn_edges_at_most = 600;

/// The finding's `graph`; where there is none, its process chain and what the actor reached for. Malformed parts are dropped.
cause_drawing read_cause_drawing(const nlohmann::ordered_json& finding);

/// Leaves of one kind that the same nodes touched in the same ways become one node where they are more than `at_most`. Roles other
/// than "touched" are never folded.
cause_drawing folded(const cause_drawing& graph, size_t at_most);

/// What the actor reached for besides a process: a file, a key, a device. "" where the finding's object is only the command line
/// that the chain shows anyway.
std::string reached_object(const nlohmann::ordered_json& finding);

}  // namespace bartizan_cli

#endif
