// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_FILE_LISTS_HPP
#define BARTIZAN_EXAMPLES_CLI_FILE_LISTS_HPP

#include <bartizan/lists/decide.hpp>
#include <memory>
#include <string>
#include <vector>

#include "file_bytes.hpp"

namespace bartizan_cli {

/// The lists that a scan goes by, checked whole.
class file_lists {
  public:
    /// Opens list files; with a public key (PEM), all must be signed by it. A sentence for the first that is refused, or nothing.
    [[nodiscard]] std::string open(const std::vector<std::string>& paths, const std::string& public_key);

    [[nodiscard]] bool empty() const { return lists_.empty(); }
    /// In the order of the paths given.
    [[nodiscard]] const std::vector<bartizan::lists::list>& all() const { return lists_; }

    /// As of now.
    [[nodiscard]] bartizan::lists::decision decide(const bartizan::lists::file_keys& keys) const;
    /// "local_allow by certificate: REASON (AUTHOR)" of a decision that is not none.
    [[nodiscard]] std::string describe(const bartizan::lists::decision& decision) const;

  private:
    std::vector<std::unique_ptr<file_bytes>> files_;
    std::vector<bartizan::lists::list> lists_;
};

/// Opens one list file. A sentence "FILE: offset N: REASON", or nothing.
std::string open_list(const std::string& path, file_bytes& file, bartizan::lists::list& out);

/// FILETIME of the system's clock.
uint64_t now_100ns();

}  // namespace bartizan_cli

#endif
