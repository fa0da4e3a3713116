// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_SCHEMA_HPP
#define BARTIZAN_FEATURES_SCHEMA_HPP

#include "../core/span.hpp"

namespace BARTIZAN_NAMESPACE::features {

/// Features that a data set has or lacks together: the unit in which training masks them. Append, never renumber.
enum class group : uint8_t { core30, section_entropy, section_size, file, dos_header };

[[nodiscard]] constexpr const char* name(group g) noexcept {
    switch (g) {
        case group::core30: return "core30";
        case group::section_entropy: return "section_entropy";
        case group::section_size: return "section_size";
        case group::file: return "file";
        case group::dos_header: return "dos_header";
    }
    return "";
}

struct field {
    const char* name;
    features::group group;
};

/// Identifies a schema in a model file: FNV-1a, 64 bits, over each field in order as its name, a zero byte, its group's name,
/// a zero byte. Any change of name, group or order gives another hash, so that a model never reads the wrong column.
[[nodiscard]] constexpr uint64_t schema_hash(span<const field> fields) noexcept {
    uint64_t hash = 0xcbf29ce484222325;
    const auto add = [&hash](const char* text) {
        do {
            hash = (hash ^ static_cast<uint8_t>(*text)) * 0x100000001b3;
        } while (*text++ != '\0');
    };
    for (const field& f : fields) {
        add(f.name);
        add(name(f.group));
    }
    return hash;
}

}  // namespace BARTIZAN_NAMESPACE::features

#endif
