// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_GRAPH_LAYOUT_HPP
#define BARTIZAN_EXAMPLES_CLI_GRAPH_LAYOUT_HPP

#include <cstddef>
#include <vector>

namespace bartizan_cli {

/// A small layered layout (Sugiyama et al. 1981): ranks from left to right by the longest path, crossings reduced by barycentres,
/// heights by isotonic regression towards the neighbours. Integers only, and equal input gives equal output.

struct layout_edge {
    size_t from;
    size_t to;
};

struct layout_point {
    int x;
    int y;
};

struct layout_size {
    int node_width;
    int node_height;
    int rank_gap;  ///< between two columns: room for arrows and their labels
    int node_gap;  ///< between two nodes of a column
    int lane;      ///< height that an edge takes where it passes a column
};

struct graph_layout {
    std::vector<layout_point> nodes;               ///< upper left corners
    std::vector<std::vector<layout_point>> edges;  ///< from the border of `from` to the border of `to`; empty for a loop
    int width = 0;
    int height = 0;
    size_t crossings = 0;
};

/// Edges that close a cycle are laid out backwards. Positions of edges must be below `nodes`.
graph_layout lay_out(size_t nodes, const std::vector<layout_edge>& edges, const layout_size& size);

}  // namespace bartizan_cli

#endif
