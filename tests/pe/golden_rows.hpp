// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_PE_GOLDEN_ROWS_HPP
#define BARTIZAN_TESTS_PE_GOLDEN_ROWS_HPP

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "../features/unzip.hpp"
#include "shared_files.hpp"

/// What the reference parser (pefile 2023.2.7) gives for benign files, by SHA-256. The corpus names its files by that hash, or by
/// the first 12 digits of it.
namespace bartizan_tests {

inline constexpr size_t hash_digits = 12;

inline std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream in(line);
    for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
    return cells;
}

/// Column name to cell, by the beginning of the hash.
using golden_row = std::map<std::string, std::string>;
inline std::map<std::string, golden_row> golden_rows() {
    std::map<std::string, golden_row> rows;
    std::istringstream lines(unzip(shared_folder("pe-features/golden_features.csv.gz")));
    std::string line;
    if (!std::getline(lines, line)) return rows;
    const auto names = split(line);
    while (std::getline(lines, line)) {
        const auto cells = split(line);
        for (size_t i = 0; i < cells.size() && i < names.size(); ++i) {
            rows[cells[0].substr(0, hash_digits)][names[i]] = cells[i];
        }
    }
    return rows;
}

}  // namespace bartizan_tests

#endif
