// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_FILE_WALK_HPP
#define BARTIZAN_EXAMPLES_CLI_FILE_WALK_HPP

#include <string>
#include <vector>

namespace bartizan_cli {

/// A path to work on, or a sentence why it cannot be.
struct found_file {
    std::string path;
    std::string problem;       ///< empty: a regular file
    bool is_folder = false;    ///< the problem is a folder's
    bool is_argument = false;  ///< named by the user, not found in a folder
};

/// The arguments in their order, each folder replaced by everything below it in byte order of the paths. Links to files are
/// followed, links to folders are not. A folder that cannot be listed, a dangling link, and whatever is neither file nor folder
/// stand in the list with a problem.
std::vector<found_file> find_files(const std::vector<std::string>& arguments);

bool has_suffix(const std::string& path, const char* suffix);

/// Whether a file is a recording by its name: .jsonl, .jsonl.gz, .evtx.
bool is_recording(const std::string& path);

}  // namespace bartizan_cli

#endif
