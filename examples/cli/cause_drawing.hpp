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
    std::string kind = {};   ///< process, file, registry, network, module, alert
    std::string label = {};  ///< a path, a key, an address
    std::string command_line = {};
    std::string user = {};
    std::string sha256 = {};   ///< of a process: of its image
    std::string company = {};
    std::string signer = {};
    std::string time = {};     ///< as recorded
    std::string placed = {};   ///< the earliest time that can be right (cause_times.hpp); for order
    std::string role = {};     ///< root_cause, culprit, target, ancestor, touched, or ""
    int64_t pid = -1;          ///< -1: not known
    bool is_root = false;      ///< the walk ended here: so may a culprit be, whose role says only that
    bool is_first_seen = false;     ///< it ended for want of records: who started the process was not recorded
    bool is_system_parent = false;  ///< starts processes on behalf of Windows or the user
    bool is_recorded_only = false;  ///< a finding that is no conviction
    bool is_gone = false;           ///< ended, or deleted
    bool is_on_path = false;        ///< of the way of the attack (cause_path.hpp)
    std::vector<cause_node> folded = {};  ///< of a node that stands for several: these
};

struct cause_edge {
    size_t from = 0;  ///< positions in `nodes`
    size_t to = 0;
    std::string kind;
    std::string first;
    std::string last;
    uint64_t count = 1;
    int64_t record = -1;  ///< of the recording; -1: not known
    std::string placed = {};   ///< `first`, or the earliest time that can be right
    bool is_shifted = false;   ///< `first` cannot be right
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

/// A node for a process of a finding's `chain`, `actor` or `target`.
cause_node process_node(const nlohmann::ordered_json& process, const char* role);

/// What the actor reached for besides a process: a file, a key, a device. "" where the finding's object is only the command line
/// that the chain shows anyway.
std::string reached_object(const nlohmann::ordered_json& finding);

}  // namespace bartizan_cli

#endif
