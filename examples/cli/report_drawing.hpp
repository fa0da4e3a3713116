// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_REPORT_DRAWING_HPP
#define BARTIZAN_EXAMPLES_CLI_REPORT_DRAWING_HPP

#include <string>
#include <vector>

#include "report_parts.hpp"

namespace bartizan_cli {

/// What of a graph is drawn, and how its elements are called.
struct drawn_part {
    std::vector<size_t> nodes;  ///< positions in the graph
    std::vector<size_t> edges;  ///< both ends are among `nodes`
    std::string ids;            ///< node i has the id `ids` + i, and leads to
    std::string links;          ///< `links` + i
    bool is_way = false;        ///< to be seen at once, without scrolling
};

/// A part of a cause graph as inline SVG: time and cause run from left to right.
std::string drawing_svg(const cause_drawing& graph, const drawn_part& part, const report_words& words);

/// 16 by 16, in strokes: the icon of a node's kind.
const char* node_icon(const std::string& kind);

/// A role is written out above the box; everything else about it is emphasis.
bool is_marked(const std::string& role);

/// What stands in the box: a file or a key by its end, since that tells it apart.
std::string drawn_name(const cause_node& node, const report_words& words);

}  // namespace bartizan_cli

#endif
