// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_LIST_TEXT_HPP
#define BARTIZAN_EXAMPLES_CLI_LIST_TEXT_HPP

#include <bartizan/lists/list.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "list_writer.hpp"

namespace bartizan_cli {

/// Lists as JSON Lines (docs/lists.md): a first line with kind and version, then an entry a line.
class list_text {
  public:
    /// Adds a file's entries. What is wrong comes as sentences "FILE: line N: key: reason", one for each mistake; the other lines
    /// are read nevertheless.
    void read(const std::string& path, std::vector<std::string>& problems);
    /// The same of a text in memory.
    void read(const std::string& path, std::string_view content, std::vector<std::string>& problems);

    bartizan::lists::list_kind kind = bartizan::lists::list_kind::none;
    uint64_t version = 0;  ///< the highest of the files'
    std::vector<list_entry> entries;

  private:
    std::map<std::pair<bartizan::lists::key_kind, std::string>, std::string> places_;  ///< of each key: "FILE line N"
};

/// The lines that give the same list when read.
nlohmann::ordered_json list_header_json(const bartizan::lists::list& list);
nlohmann::ordered_json list_entry_json(const bartizan::lists::entry& entry);

/// "hash", "certificate and path", ...
const char* key_words(bartizan::lists::key_kind key);

std::string hex_text(bartizan::bytes data);

/// From UTF-8, with U+FFFD for what is none.
std::u16string utf16_text(const std::string& utf8);

}  // namespace bartizan_cli

#endif
