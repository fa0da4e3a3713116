// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_REPORT_INCIDENT_HPP
#define BARTIZAN_EXAMPLES_CLI_REPORT_INCIDENT_HPP

#include <set>
#include <string>
#include <vector>

#include "cause_drawing.hpp"
#include "report_data.hpp"

namespace bartizan_cli {

/// What the convictions on one machine say together, for whoever must act. Texts are raw, each is named once, in the order in which it came.
struct incident {
    std::string host;
    std::vector<size_t> findings;  ///< positions in the shown convictions, in the order of time
    std::string first;             ///< times of the first and the last of them
    std::string last;
    size_t lead_finding = 0;       ///< the conviction in whose graph `lead` stands
    cause_node lead;               ///< with what to begin: the program or script that was brought, else the attacking program
    cause_node root;               ///< where the walk ended; kind "" without an analysis
    std::string writer;            ///< who wrote the lead's file, and
    std::string writer_file;       ///< its path; "" where that was not recorded
    std::vector<std::string> writer_addresses;  ///< to what the writer had connected before
    std::string starter;           ///< who started the lead
    std::vector<std::string> accounts;
    std::vector<std::string> addresses;       ///< remote ends of connections, and names that were asked for
    std::vector<cause_node> injected;         ///< processes that foreign code was put into
    std::vector<std::string> copies;          ///< of credential stores and of LSASS memory
    std::vector<std::string> starts_itself;   ///< files in a Startup folder, values of Run keys
    std::vector<std::string> ran;             ///< programs that the attack started
    std::set<std::string> rows;               ///< titles in the response table
    bool has_hive = false;     ///< the store of local passwords was reached for
    bool has_lsass = false;
    bool has_browser = false;  ///< a browser stands on the way
    bool is_alert = false;
    size_t too_late = 0;       ///< of `findings`: not prevented, since it had happened
    size_t replayed = 0;       ///< of `findings`: from a recording that this report replayed
};

/// One for each machine with convictions, those with alerts first; at most ten.
std::vector<incident> incidents_of(const report_data& data);

/// A program below the Windows directory: it may be misused, and is not bad itself.
bool is_windows_program(const std::string& path);
bool is_browser(const std::string& path);
/// SYSTEM, the services' accounts and the like: nobody signs in as they do, and they have no password to change.
bool is_built_in_account(const std::string& user);

}  // namespace bartizan_cli

#endif
