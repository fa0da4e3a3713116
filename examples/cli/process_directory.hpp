// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_PROCESS_DIRECTORY_HPP
#define BARTIZAN_EXAMPLES_CLI_PROCESS_DIRECTORY_HPP

#include <simdjson.h>

#include <bartizan/core/event.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>

namespace bartizan_cli {

/// Names of the processes of one recorded host, for people: the engine keeps facts, not texts.
class process_directory {
  public:
    /// Remembers whom the event names. `line` is the JSON object that the event was made from.
    void note(const bartizan::event& event, const simdjson::dom::object& line);

    /// {"guid","pid","image"} as far as known.
    [[nodiscard]] nlohmann::ordered_json identity(const bartizan::process_key& key, bartizan::text image) const;

    /// Adds what was recorded of a process beyond its name: "user", "sha256", "company" and "signer" of its image.
    void describe(nlohmann::ordered_json& out, const bartizan::process_key& key) const;

    /// Ancestors of a process, the root first and the process itself last.
    [[nodiscard]] nlohmann::ordered_json chain(const bartizan::process_key& key, bartizan::text image) const;

  private:
    struct entry {
        std::string guid;
        std::string image;
        std::string command_line;
        std::string user;
        std::string time;
        std::string sha256;
        std::string company;
        std::string signer;
        bartizan::process_key parent;
        uint32_t pid = 0;
    };

    [[nodiscard]] const entry* find(const bartizan::process_key& key) const;
    /// The entry of a process; a sensor that gives only PIDs and one that gives GUIDs share it.
    entry& obtain(const bartizan::process_key& key);

    std::unordered_map<uint64_t, entry> by_start_key_;
    std::unordered_map<uint32_t, uint64_t> start_key_by_pid_;
    uint64_t made_up_keys_ = 0;
};

/// UTF-8 of a text; unpaired surrogates become U+FFFD.
std::string to_utf8(bartizan::text in);

}  // namespace bartizan_cli

#endif
