// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <fstream>
#include <system_error>

#include "commands.hpp"
#include "file_walk.hpp"
#include "report_parts.hpp"

namespace bartizan_cli {

void run_report(const report_arguments& arguments, console& out) {
    report_data data;
    const auto problem = [&](const std::string& sentence) {
        out.complain(sentence);
        data.add_problem(sentence);
    };
    std::vector<std::string> recordings;
    for (const found_file& found : find_files(arguments.paths)) {
        if (!found.problem.empty()) problem(found.path + ": offset 0: " + found.problem);
        else if (is_recording(found.path)) recordings.push_back(found.path);
    }
    if (!recordings.empty()) {
        const auto finding = [&data](const nlohmann::ordered_json& json, std::string_view evidence) { data.add_finding(json, evidence); };
        data.replayed = replay(recordings, {arguments.path_trust == "on"}, {finding, problem});
    }
    if (data.replayed.convictions + data.file_count("malware") + data.file_count("pua") != 0) out.note_conviction();

    std::ofstream page(arguments.out, std::ios::binary | std::ios::trunc);
    page << report_page(data);
    page.close();
    if (!page) out.complain(arguments.out + ": offset 0: cannot be written: " + std::generic_category().message(errno));
    else out.tell("wrote " + arguments.out);
}

}  // namespace bartizan_cli
