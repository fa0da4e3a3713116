// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <fstream>
#include <functional>
#include <system_error>

#include "commands.hpp"
#include "file_scan.hpp"
#include "policy_file.hpp"
#include "report_parts.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using problem_sink = std::function<void(const std::string&)>;

void replay_into(report_data& data, const std::vector<std::string>& recordings, const report_arguments& arguments, const problem_sink& problem) {
    policy_file policy;
    replay_options options;
    if (!read_policy_arguments(arguments.policy, arguments.path_trust, policy, options, problem)) return;
    const auto finding = [&data](const nlohmann::ordered_json& json, std::string_view evidence) {
        data.add_finding(json, evidence);
    };
    options.analysis = analysis_scope::called_for;
    data.replayed = replay(recordings, options, {finding, problem});
}

void scan_into(report_data& data, const std::vector<found_file>& files, const report_arguments& arguments, console& out,
               const problem_sink& problem) {
    verdict_model model;
    if (const std::string sentence = model.open(arguments.model); !sentence.empty()) return problem(sentence);
    file_lists lists;
    if (const std::string sentence = lists.open(arguments.lists, arguments.lists_key); !sentence.empty()) return problem(sentence);
    file_scanner scanner(model, lists);
    for (size_t i = 0; i < files.size(); ++i) {
        out.progress(i, files.size(), files[i].path);
        const nlohmann::ordered_json scanned = scanner.scan(files[i]);
        // A README beside the programs needs no row.
        if (text_of(scanned, "kind") == "not_pe" && !files[i].is_argument)
            data.note_other_file();
        else
            data.add_file(scanned);
        if (const std::string error = text_of(scanned, "error"); !error.empty())
            problem(files[i].path + ": offset 0: " + error);
    }
}

/// What `scan --json` and `replay --json` wrote: a finding names its rule, a file has a path and none.
void results_into(report_data& data, const std::string& path, const problem_sink& problem) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return problem(path + ": offset 0: cannot be opened: " + std::generic_category().message(errno));
    std::string line;
    for (uint64_t number = 0; std::getline(in, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        const auto json = nlohmann::ordered_json::parse(line, nullptr, false);
        if (!text_of(json, "rule").empty())
            data.add_finding(json, {});
        else if (!text_of(json, "path").empty())
            data.add_file(json);
        else
            problem(path + ": line " + std::to_string(number) + ", offset 0: the line is neither a finding nor a scanned file");
    }
    if (in.bad()) problem(path + ": offset 0: cannot be read: " + std::generic_category().message(errno));
}

}  // namespace

void run_report(const report_arguments& arguments, console& out) {
    if (arguments.paths.empty() && arguments.results.empty()) return out.complain("a report needs PATH or --results (see bartizan report --help)");
    report_data data;
    const auto problem = [&](const std::string& sentence) {
        out.complain(sentence);
        data.add_problem(sentence);
    };
    std::vector<std::string> recordings;
    std::vector<found_file> files;
    for (const found_file& found : find_files(arguments.paths)) {
        if (found.is_folder)
            problem(found.path + ": offset 0: " + found.problem);
        else if (!is_recording(found.path))
            files.push_back(found);
        else if (found.problem.empty())
            recordings.push_back(found.path);
        else
            problem(found.path + ": offset 0: " + found.problem);
    }
    if (!recordings.empty()) replay_into(data, recordings, arguments, problem);
    if (!files.empty()) scan_into(data, files, arguments, out, problem);
    for (const std::string& path : arguments.results) results_into(data, path, problem);
    data.finish();
    if (data.replayed.convictions + data.finding_count(finding_kind::convict) + data.convicted_files() != 0) out.note_conviction();

    std::ofstream page(arguments.out, std::ios::binary | std::ios::trunc);
    page << report_page(data, report_words(arguments.lang == "ja" ? language::ja : language::en));
    page.close();
    if (!page)
        out.complain(arguments.out + ": offset 0: cannot be written: " + std::generic_category().message(errno));
    else
        out.tell("wrote " + arguments.out);
}

}  // namespace bartizan_cli
