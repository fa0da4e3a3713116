// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "text_file.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <vector>

namespace bartizan_cli {

std::string read_text_file(const std::string& path, const std::function<void(std::string)>& complain) {
    std::string text;
    const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
    if (!file) {
        complain(path + ": offset 0: cannot be opened: " + std::generic_category().message(errno));
        return text;
    }
    gzbuffer(file.get(), 1 << 18);
    std::vector<char> block(1 << 18);
    for (int got = 1; got > 0 && text.size() < text_file_limit_bytes;) {
        got = gzread(file.get(), block.data(), static_cast<unsigned>(block.size()));
        text.append(block.data(), static_cast<size_t>(std::max(got, 0)));
    }
    int code = Z_OK;
    const char* message = gzerror(file.get(), &code);
    if (code == Z_ERRNO) message = "cannot be read";
    // A stream that ends early gives what it held and Z_BUF_ERROR.
    if (code != Z_OK)
        complain(path + ": offset " + std::to_string(text.size()) + " (decompressed): " + message);
    else if (text.size() >= text_file_limit_bytes)
        complain(path + ": offset " + std::to_string(text.size()) +
                 " (decompressed): longer than 2 GiB; the rest is not read");
    return text;
}

}  // namespace bartizan_cli
