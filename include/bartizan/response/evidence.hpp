// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_EVIDENCE_HPP
#define BARTIZAN_RESPONSE_EVIDENCE_HPP

#include "../core/span.hpp"

/// The smallest evidence for a finding: the events that alone bring the same verdict about.
namespace BARTIZAN_NAMESPACE::respond {

/// Delta debugging (A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002, algorithm ddmin): moves the items
/// that are needed to the front of `items`, in their order, and returns how many they are. `holds(span<const T>)` says whether a
/// selection still brings the verdict about; it must hold for all of `items`, or nothing is taken away. The result is 1-minimal:
/// without any one of its items `holds` is false. `scratch` has room for as many items. At most `tests` calls: when they are used
/// up, what holds so far is returned and `tests` is 0.
template <class T, class Holds>
constexpr size_t minimise(span<T> items, span<T> scratch, uint32_t& tests, Holds&& holds) {
    const auto asks = [&](span<const T> some) {
        if (tests == 0) return false;
        --tests;
        return static_cast<bool>(holds(some));
    };
    size_t size = items.size;
    if (size == 0 || scratch.size < size || !asks(items)) return size;
    for (size_t parts = 2; size > 1 && tests != 0;) {
        if (parts > size) parts = size;
        bool reduced = false;
        for (size_t i = 0; i < parts && !reduced; ++i) {
            const size_t begin = size * i / parts;
            const size_t end = size * (i + 1) / parts;
            // The part alone, then all but the part.
            if (parts == 2 || end - begin > 1 || size == parts) {
                for (size_t k = begin; k < end; ++k) scratch[k - begin] = items[k];
                if (end - begin < size && asks(span<const T>(scratch.data, end - begin))) {
                    for (size_t k = begin; k < end; ++k) items[k - begin] = items[k];
                    size = end - begin;
                    parts = 2;
                    reduced = true;
                    break;
                }
            }
            if (parts == 2) continue;  // all but a half is the other half
            size_t kept = 0;
            for (size_t k = 0; k < size; ++k)
                if (k < begin || k >= end) scratch[kept++] = items[k];
            if (!asks(span<const T>(scratch.data, kept))) continue;
            for (size_t k = 0; k < kept; ++k) items[k] = scratch[k];
            size = kept;
            parts = parts > 3 ? parts - 1 : 2;
            reduced = true;
        }
        if (reduced) continue;
        if (parts == size) break;  // every single item was tried: 1-minimal
        parts *= 2;
    }
    // A single item may be one too many.
    if (size == 1 && tests != 0 && asks(span<const T>())) size = 0;
    return size;
}

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
