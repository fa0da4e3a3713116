// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_PE_SHARED_FILES_HPP
#define BARTIZAN_TESTS_PE_SHARED_FILES_HPP

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

/// The real files that the project is measured on stand beside the clone, in ../shared, or where BARTIZAN_SHARED points.
/// They are no part of the repository: tests that need them are skipped without them.
namespace bartizan_tests {

inline std::filesystem::path shared_folder(const char* below) {
    const char* const given = std::getenv("BARTIZAN_SHARED");
    const std::filesystem::path base = given != nullptr ? given : BARTIZAN_SOURCE_DIR "/../shared";
    return base / below;
}

/// The regular files of a folder, by name; empty where there is no such folder.
inline std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code absent;
    for (const auto& entry : std::filesystem::directory_iterator(folder, absent)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// The same of a folder and all below it.
inline std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code absent;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, absent)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

inline std::vector<uint8_t> read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace bartizan_tests

#endif
