// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_COMMANDS_HPP
#define BARTIZAN_EXAMPLES_CLI_COMMANDS_HPP

#include <string>
#include <vector>

#include "console.hpp"

namespace bartizan_cli {

/// Every command takes its arguments as main.cpp read them, says what it finds through the console, and leaves the exit code
/// to it. None throws but for lack of memory.

struct replay_arguments {
    std::vector<std::string> paths;
    bool json = false;
    std::string path_trust = "on";
};
void run_replay(const replay_arguments& arguments, console& out);

struct report_arguments {
    std::vector<std::string> paths;
    std::string out;
    std::string path_trust = "on";
};
void run_report(const report_arguments& arguments, console& out);

}  // namespace bartizan_cli

#endif
