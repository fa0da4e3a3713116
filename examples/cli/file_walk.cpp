// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "file_walk.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace bartizan_cli {

namespace {

namespace fs = std::filesystem;

/// What stands in the way of reading `path` as a file; nothing for a regular file.
std::string problem_of(const std::string& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found)
        return fs::is_symlink(fs::symlink_status(path, error)) ? "the link points to nothing"
                                                               : "no such file or folder";
    if (error) return "cannot be examined: " + error.message();
    return fs::is_regular_file(status) ? "" : "not a regular file";
}

/// Everything below a folder, unsorted. Without recursion: an attacker chooses the depth.
void walk(const std::string& root, std::vector<found_file>& out) {
    std::vector<std::string> folders{root};
    while (!folders.empty()) {
        const std::string folder = std::move(folders.back());
        folders.pop_back();
        std::error_code error;
        fs::directory_iterator entry(folder, error);
        for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
            std::string path = entry->path().string();
            std::error_code ignored;
            const bool is_link = entry->is_symlink(ignored);
            if (!entry->is_directory(ignored))
                out.push_back({path, problem_of(path)});
            else if (!is_link)
                folders.push_back(std::move(path));
        }
        if (error) out.push_back({folder, "the folder cannot be listed: " + error.message(), true});
    }
}

}  // namespace

std::vector<found_file> find_files(const std::vector<std::string>& arguments) {
    std::vector<found_file> all;
    for (const std::string& argument : arguments) {
        std::error_code error;
        if (!fs::is_directory(argument, error)) {
            all.push_back({argument, problem_of(argument), false, true});
            continue;
        }
        std::vector<found_file> below;
        walk(argument, below);
        if (below.empty()) below.push_back({argument, "the folder holds no file", true});
        std::sort(below.begin(), below.end(), [](const found_file& a, const found_file& b) { return a.path < b.path; });
        all.insert(all.end(), std::make_move_iterator(below.begin()), std::make_move_iterator(below.end()));
    }
    return all;
}

bool has_suffix(const std::string& path, const char* suffix) { return std::string_view(path).ends_with(suffix); }

bool is_recording(const std::string& path) { return has_suffix(path, ".jsonl") || has_suffix(path, ".jsonl.gz") || has_suffix(path, ".evtx"); }

}  // namespace bartizan_cli
