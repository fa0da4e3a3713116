// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_FEATURES_UNZIP_HPP
#define BARTIZAN_TESTS_FEATURES_UNZIP_HPP

#include <zlib.h>

#include <filesystem>
#include <string>

namespace bartizan_tests {

/// The contents of a .gz file; empty if there is none.
inline std::string unzip(const std::filesystem::path& path) {
    std::string text;
    const gzFile in = gzopen(path.c_str(), "rb");
    if (in == nullptr) return text;
    char block[1 << 16];
    for (int got = gzread(in, block, sizeof block); got > 0; got = gzread(in, block, sizeof block)) {
        text.append(block, static_cast<size_t>(got));
    }
    gzclose(in);
    return text;
}

}  // namespace bartizan_tests

#endif
