// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_FILE_BYTES_HPP
#define BARTIZAN_EXAMPLES_CLI_FILE_BYTES_HPP

#include <bartizan/core/span.hpp>
#include <string>
#include <vector>

namespace bartizan_cli {

/// A file's bytes, one file after the other. Small files are read into one buffer that is used again, so that nobody can pull
/// them away while they are looked at; from 64 MiB on a file is mapped and never copied (whoever cuts it short meanwhile ends the
/// process: a product would map it from a snapshot or with write access denied).
class file_bytes {
  public:
    file_bytes() = default;
    file_bytes(const file_bytes&) = delete;
    file_bytes& operator=(const file_bytes&) = delete;
    ~file_bytes() { unmap(); }

    /// Why `path` cannot be read, or nothing; then `view()` holds until the next call.
    [[nodiscard]] std::string open(const std::string& path);
    [[nodiscard]] bartizan::bytes view() const { return view_; }

  private:
    void unmap();
    [[nodiscard]] std::string load(int descriptor, size_t size_bytes);

    std::vector<uint8_t> buffer_;
    bartizan::bytes view_;
    void* mapping_ = nullptr;
};

}  // namespace bartizan_cli

#endif
