// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_V3_SCRATCH_HPP
#define BARTIZAN_FEATURES_EMBER_V3_SCRATCH_HPP

#include "byte_statistics.hpp"
#include "../histogram.hpp"
#include "pefile_image.hpp"
#include "pefile_scratch.hpp"

namespace BARTIZAN_NAMESPACE::features::ember_v3 {

/// Working memory of `extract`, the caller's. One per thread; may be used again without clearing.
struct extract_scratch {
    byte_statistics file;
    byte_statistics_scratch counting;
    byte_histogram part;
    histogram_lanes lanes;
    int64_t bins[1024];
    int64_t more_bins[256];
    bytes libraries[1024];
    /// Libraries by their exact name, and the last descriptor of each.
    struct library {
        bytes name;
        uint32_t last_descriptor;
    } last_of[1024];
    ember::pefile_section sections[pe::max_sections];
    ember::pefile_walk_scratch walk;
};
static_assert(sizeof(extract_scratch) < 256 * 1024);

}  // namespace BARTIZAN_NAMESPACE::features::ember_v3

#endif
