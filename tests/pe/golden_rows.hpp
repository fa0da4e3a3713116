// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_PE_GOLDEN_ROWS_HPP
#define BARTIZAN_TESTS_PE_GOLDEN_ROWS_HPP

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
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

/// Calls `visit(path, row)` for every file with a row: of the recorded corpora, and of the folder that BARTIZAN_GOODWARE names.
/// Says how many there were; none is a failure.
template <class Visit>
void for_each_golden_file(const std::map<std::string, golden_row>& rows, Visit&& visit) {
    auto paths = files_below(shared_folder("goodware/pe-sample"));
    for (const auto& path : files_below(shared_folder("ember/files"))) paths.push_back(path);
    if (const char* const folder = std::getenv("BARTIZAN_GOODWARE")) {
        for (const auto& path : files_below(folder)) paths.push_back(path);
    }
    std::set<std::string> compared;
    for (const auto& path : paths) {
        const std::string hash = path.filename().string().substr(0, hash_digits);
        const auto found = rows.find(hash);
        if (found == rows.end() || !compared.insert(hash).second) continue;
        visit(path, found->second);
    }
    std::printf("    %zu of %zu golden rows compared\n", compared.size(), rows.size());
    EXPECT_FALSE(compared.empty()) << "no file of the corpus has a golden row";
}

}  // namespace bartizan_tests

#endif
