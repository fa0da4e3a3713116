// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_COLUMNS_HPP
#define BARTIZAN_FEATURES_COLUMNS_HPP

#include "../core/span.hpp"

namespace BARTIZAN_NAMESPACE::features {

/// Consecutive dimensions of a wide schema under one name, "group.field". Dimension i of more than one is written "name[i]".
struct column_block {
    const char* name;
    uint16_t length;
};

[[nodiscard]] constexpr uint32_t dimensions_of(span<const column_block> blocks) noexcept {
    uint32_t dimensions = 0;
    for (const column_block& block : blocks) dimensions += block.length;
    return dimensions;
}

/// Where a dimension of the vector belongs.
struct column {
    const char* name = "";  ///< of its block
    uint32_t index = 0;     ///< within its block
    uint32_t length = 0;    ///< of its block; 0 past the last dimension
};

[[nodiscard]] constexpr column column_of(span<const column_block> blocks, uint32_t dimension) noexcept {
    for (const column_block& block : blocks) {
        if (dimension < block.length) return {block.name, dimension, block.length};
        dimension -= block.length;
    }
    return {};
}

/// Identifies a wide schema in a model file: FNV-1a, 64 bits, over each block in order as its name, a zero byte, its length in
/// two bytes, low one first. Any change of name, length or order gives another hash.
[[nodiscard]] constexpr uint64_t schema_hash(span<const column_block> blocks) noexcept {
    uint64_t fnv = 0xcbf29ce484222325;
    const auto add = [&fnv](uint8_t byte) { fnv = (fnv ^ byte) * 0x100000001b3; };
    for (const column_block& block : blocks) {
        for (const char* c = block.name;; ++c) {
            add(static_cast<uint8_t>(*c));
            if (*c == '\0') break;
        }
        add(static_cast<uint8_t>(block.length));
        add(static_cast<uint8_t>(block.length >> 8));
    }
    return fnv;
}

}  // namespace BARTIZAN_NAMESPACE::features

#endif
