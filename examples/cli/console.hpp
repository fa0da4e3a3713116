// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_CONSOLE_HPP
#define BARTIZAN_EXAMPLES_CLI_CONSOLE_HPP

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace bartizan_cli {

/// The two streams of a command and its exit code: 0 nothing convicted, 1 something convicted, 2 usage or I/O error.
/// Results go to standard output; sentences for people and the progress bar to standard error.
class console {
  public:
    console();
    console(const console&) = delete;
    console& operator=(const console&) = delete;

    /// One JSON object on a line of its own; bytes that are not UTF-8 become U+FFFD.
    void print(const nlohmann::ordered_json& object);
    /// A line of the human form.
    void print_line(std::string_view line);

    /// A sentence about something that went wrong: the command ends with exit code 2. After the hundredth they are only counted.
    void complain(std::string_view sentence);
    /// A sentence about input that was read and is broken: no error of the command. Counted as complaints are.
    void remark(std::string_view sentence);
    /// A sentence that is no complaint.
    void tell(std::string_view sentence);

    /// Redraws the progress bar, on a terminal only.
    void progress(uint64_t done, uint64_t total, std::string_view what);

    void note_conviction() { convicted_ = true; }

    /// Flushes, says what was left unsaid, and gives the exit code.
    [[nodiscard]] int finish();

  private:
    void clear_progress();

    bool is_terminal_;
    bool progress_shown_ = false;
    int last_percent_ = -1;
    bool convicted_ = false;
    bool failed_ = false;
    uint64_t sentences_ = 0;
};

}  // namespace bartizan_cli

#endif
