// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_MODEL_WEIGHTS_COLUMNS_HPP
#define BARTIZAN_MODEL_WEIGHTS_COLUMNS_HPP

#include <bartizan/features/bartizan_v1.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

/// Columns of feature tables (CSV), for the trainer and for tools that score such tables.
namespace bartizan_model {

/// A table's column as a feature of schema bartizan_v1. Entropies stand in tables as bits per byte and become Q16.
struct column {
    int feature = -1;   ///< index into features::fields; -1: not a feature
    double scale = 1;   ///< a cell times this, rounded down, is the feature
};

/// Other names of the same features in public tables, with the factor that a cell needs besides.
struct column_alias {
    std::string_view name;
    std::string_view feature;
    double scale = 1;
};
inline constexpr column_alias column_aliases[] = {
    {"SectionsNb", "NumberOfSections"},
    {"SectionMeanEntropy", "SectionsMeanEntropy"},
    {"SectionMinEntropy", "SectionsMinEntropy"},
    {"SectionMaxEntropy", "SectionsMaxEntropy"},
    {"SectionMeanRawsize", "SectionsMeanRawsize"},
    {"SectionMinRawsize", "SectionsMinRawsize"},
    {"SectionMaxRawsize", "SectionsMaxRawsize"},
    {"SectionMeanVirtualsize", "SectionsMeanVirtualsize"},
    {"SectionMinVirtualsize", "SectionsMinVirtualsize"},
    {"SectionMaxVirtualsize", "SectionsMaxVirtualsize"},
    {"Entropy", "FileEntropy"},
    {"entropy", "FileEntropy", 8},  // logarithm to base 256: a share of 8 bits
    {"Size", "FileSize"},
    {"file_size", "FileSize"},
};

[[nodiscard]] inline column find_column(std::string_view name) noexcept {
    double scale = 1;
    for (const column_alias& alias : column_aliases) {
        if (alias.name != name) continue;
        name = alias.feature;
        scale = alias.scale;
    }
    for (unsigned i = 0; i < bartizan::features::field_count; ++i) {
        if (bartizan::features::fields[i].name != name) continue;
        return {static_cast<int>(i), name.find("Entropy") != std::string_view::npos ? scale * 65536 : scale};
    }
    return {};
}

/// A cell as a feature's value. Decimal, with or without a fraction or an exponent; negative or no number at all: false.
[[nodiscard]] inline bool parse_cell(std::string_view cell, double scale, uint64_t& out) noexcept {
    const char* const end = cell.data() + cell.size();
    if (scale == 1) {
        const auto integer = std::from_chars(cell.data(), end, out);
        if (integer.ec == std::errc() && integer.ptr == end) return true;
    }
    double number = 0;
    const auto real = std::from_chars(cell.data(), end, number);
    if (real.ec != std::errc() || real.ptr != end || !(number >= 0)) return false;
    number = std::floor(number * scale);
    out = number >= 18446744073709551616.0 ? UINT64_MAX : static_cast<uint64_t>(number);
    return true;
}

}  // namespace bartizan_model

#endif
