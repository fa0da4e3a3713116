// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_FILE_KEYS_HPP
#define BARTIZAN_EXAMPLES_CLI_FILE_KEYS_HPP

#include <bartizan/lists/decide.hpp>
#include <bartizan/pe/authenticode.hpp>
#include <string>

namespace bartizan_cli {

/// What lists may look a file up by, and the texts of it.
struct looked_up {
    bartizan::lists::file_keys keys;
    std::u16string given_path;
    std::u16string path;  ///< canonical
    char16_t original_name[512] = {};
};

/// All but the file's SHA-256.
void read_keys(bartizan::bytes file, const bartizan::pe::signature& signature, const std::string& path, looked_up& out);

}  // namespace bartizan_cli

#endif
