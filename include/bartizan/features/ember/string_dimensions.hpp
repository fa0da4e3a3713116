// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_STRING_DIMENSIONS_HPP
#define BARTIZAN_FEATURES_EMBER_STRING_DIMENSIONS_HPP

#include "entropy.hpp"
#include "vector_writer.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// The 100 dimensions of strings that versions 2 and 3 share: number, mean length, characters, their shares, entropy.
inline void put_string_statistics(const string_statistics& s, vector_writer& out) noexcept {
    const auto printables = static_cast<double>(s.printables);
    out.put(static_cast<double>(s.strings));
    out.put(s.strings != 0 ? printables / static_cast<double>(s.strings) : 0);
    out.put(printables);
    for (const uint64_t count : s.count) out.put(static_cast<double>(count) / (s.printables != 0 ? printables : 1));
    out.put(string_entropy_of(s));
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
