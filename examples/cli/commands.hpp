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

struct scan_arguments {
    std::vector<std::string> paths;
    std::string model;  ///< empty: the embedded one
    std::vector<std::string> lists;
    std::string lists_key;  ///< PEM; empty: signatures are not asked for
    bool json = false;
};
void run_scan(const scan_arguments& arguments, console& out);

struct replay_arguments {
    std::vector<std::string> paths;
    bool json = false;
    std::string path_trust;  ///< empty: as the policy says, else on
    std::string policy;      ///< empty: the built-in one
    bool root_cause = false;
    std::string graphs;  ///< folder for each conviction's graph; empty: none
};
void run_replay(const replay_arguments& arguments, console& out);

struct explain_arguments {
    std::vector<std::string> findings;
    std::string form;  ///< json, dot, ocsf, ecs; empty: in words
    std::string path_trust;
    std::string policy;
};
void run_explain(const explain_arguments& arguments, console& out);

struct report_arguments {
    std::vector<std::string> paths;
    std::string out;
    std::string model;
    std::vector<std::string> lists;
    std::string lists_key;
    std::string path_trust;  ///< empty: as the policy says, else on
    std::string policy;      ///< empty: the built-in one
    std::vector<std::string> results;  ///< JSON lines of earlier scans and replays
    std::string lang = "en";
};
void run_report(const report_arguments& arguments, console& out);

struct policy_arguments {
    std::vector<std::string> paths;
    bool json = false;
};
void run_policy(const policy_arguments& arguments, console& out);

struct score_rows_arguments {
    std::string csv;
    std::string model;
};
void run_score_rows(const score_rows_arguments& arguments, console& out);

struct features_arguments {
    std::vector<std::string> paths;
    std::string schema;
    std::string f32;
    std::string csv;
};
void run_features(const features_arguments& arguments, console& out);

struct model_arguments {
    std::string file;  ///< empty: the embedded model
    bool verify = false;
    bool json = false;
};
void run_model(const model_arguments& arguments, console& out);

struct lists_arguments {
    enum { build, check, show } what = build;
    std::vector<std::string> paths;
    std::string out;
    std::string sign;        ///< private key, PEM
    std::string public_key;  ///< PEM
    uint64_t version = 0;    ///< 0: as the texts say
    uint64_t installed = 0;
    bool has_installed = false;
};
void run_lists(const lists_arguments& arguments, console& out);

struct quarantine_arguments {
    enum { add, list, release, destroy, apply } what = list;
    std::string vault;
    std::vector<std::string> names;       ///< files of add, ids of release and delete
    std::vector<std::string> companions;  ///< files and links that belong to the one file of add
    std::string reason, detection;
    std::string to;
    std::string allow;       ///< hash, certificate, name or path; empty: none
    std::string allow_list;  ///< text (.jsonl) that gets the entry; the list file (.bzl) is rebuilt beside it
    std::string sign;        ///< private key for that list file, PEM
    std::string expires, author;
    std::vector<std::string> lists;
    std::string lists_key;
    bool json = false;
};
void run_quarantine(const quarantine_arguments& arguments, console& out);

}  // namespace bartizan_cli

#endif
