// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_POLICY_SLACK_MAP_HPP
#define BARTIZAN_POLICY_SLACK_MAP_HPP

#include "../core/span.hpp"
#include "../core/text.hpp"
#include "../core/truth.hpp"

namespace BARTIZAN_NAMESPACE::policy {

/// One unused space in a module's executable sections, as a static scan found it.
struct slack_region {
    text module;  ///< canonical path (core/path.hpp), upper case
    uint32_t rva = 0;
    uint32_t size_bytes = 0;
    truth holds_code = truth::unknown;  ///< the FILE's bytes there are code; no: a run-time hook's landing pad
};

/// What is known of the address `rva` of `module`: yes when it lies in slack on the file's own code, no when it does not lie in
/// slack or the file holds no code there. `regions` ascend by module, then by rva, and do not overlap.
[[nodiscard]] constexpr truth is_slack_code(span<const slack_region> regions, text module, uint64_t rva) noexcept {
    size_t low = 0;
    size_t high = regions.size;
    while (low < high) {  // first region behind (module, rva)
        const size_t middle = (low + high) / 2;
        const int order = compare_folded(regions[middle].module, module);
        if (order < 0 || (order == 0 && regions[middle].rva <= rva)) low = middle + 1;
        else high = middle;
    }
    if (low == 0) return truth::no;
    const slack_region& r = regions[low - 1];
    if (!equal_folded(r.module, module) || rva - r.rva >= r.size_bytes) return truth::no;
    return r.holds_code;
}

}  // namespace BARTIZAN_NAMESPACE::policy

#endif
