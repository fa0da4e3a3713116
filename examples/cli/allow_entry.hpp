// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_ALLOW_ENTRY_HPP
#define BARTIZAN_EXAMPLES_CLI_ALLOW_ENTRY_HPP

#include <nlohmann/json.hpp>

#include "file_keys.hpp"

namespace bartizan_cli {

/// The members of an allow-list entry (docs/lists.md) that name a file by the key that an administrator chose: "hash", "certificate" (with
/// the original name, or else the file's name: a certificate alone allows all that its owner ever signs), "name" or "path". A sentence
/// where the file has no such key, or nothing.
[[nodiscard]] std::string allow_key(const std::string& choice, const looked_up& file, const std::string& path, nlohmann::ordered_json& entry);

/// Puts an entry into an allow list's text (.jsonl; made where there is none) and raises the list's version. An entry for a key that the
/// list already has changes nothing. A sentence "FILE: ..." why not, or nothing.
[[nodiscard]] std::string put_into_list(const std::string& text_path, const nlohmann::ordered_json& entry);

}  // namespace bartizan_cli

#endif
