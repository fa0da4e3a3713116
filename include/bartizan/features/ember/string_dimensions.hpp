// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_STRING_DIMENSIONS_HPP
#define BARTIZAN_FEATURES_EMBER_STRING_DIMENSIONS_HPP

#include "entropy.hpp"
#include "vector_writer.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// The 100 dimensions of strings that versions 2 and 3 share: number, mean length, characters, their shares, entropy.
inline void put_string_statistics(const string_statistics& s, vector_writer& out) noexcept {
    out.put(s.strings);
    out.put_ratio(s.printables, s.strings);
    out.put(s.printables);
    for (const uint64_t count : s.count) out.put_ratio(count, s.printables);
    out.put_single(string_entropy_of(s));
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
