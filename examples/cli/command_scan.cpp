// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <map>

#include "commands.hpp"
#include "file_scan.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

std::string score_words(const ordered_json& score) {
    if (!score["malware"].is_number()) return "";
    char text[64];
    std::snprintf(text, sizeof text, "  malware %.1f %%, PUA %.1f %%", score["malware"].get<double>() * 100 / 32768,
                  score["pua"].get<double>() * 100 / 32768);
    return text;
}

void print_file(const ordered_json& file, console& out) {
    if (file.contains("error")) return;  // its sentence went to standard error
    std::string line = listed_verdict(file);
    line.resize(std::max<size_t>(line.size(), 12), ' ');
    out.print_line(line + visible_text(text_of(file, "path")) + score_words(file["score"]));
    if (const std::string by = text_of(file, "blocked_by") + text_of(file, "suppressed_by"); !by.empty())
        out.print_line("            " + visible_text(by));
    if (!is_conviction(file)) return;
    if (hides_program(file)) out.print_line("            another program is hidden in it, at offset " + file["code_cave"]["offset"].dump());
    for (const ordered_json& reason : file["reasons"])
        out.print_line("            " + feature_words(text_of(reason, "feature")) + ": " + direction_words(reason));
}

}  // namespace

void run_scan(const scan_arguments& arguments, console& out) {
    verdict_model model;
    if (const std::string problem = model.open(arguments.model); !problem.empty()) {
        out.complain(problem);
        return;
    }
    file_lists lists;
    if (const std::string problem = lists.open(arguments.lists, arguments.lists_key); !problem.empty()) {
        out.complain(problem);
        return;
    }
    file_scanner scanner(model, lists);
    const std::vector<found_file> files = find_files(arguments.paths);
    std::map<std::string, uint64_t> count;
    uint64_t hiding = 0;
    for (size_t i = 0; i < files.size(); ++i) {
        out.progress(i, files.size(), files[i].path);
        const ordered_json scanned = scanner.scan(files[i]);
        ++count[listed_verdict(scanned)];
        if (hides_program(scanned) && text_of(scanned, "suppressed_by").empty()) ++hiding;
        if (is_conviction(scanned)) out.note_conviction();
        if (arguments.json)
            out.print(scanned);
        else
            print_file(scanned, out);
        if (const std::string error = text_of(scanned, "error"); !error.empty())
            out.complain(files[i].path + ": offset 0: " + error);
        // A folder may hold thousands of files that are no programs; those that claim to be, and those named, are worth a sentence.
        else if (scanned.contains("failure") && (text_of(scanned, "kind") == "malformed" || files[i].is_argument))
            out.remark(files[i].path + ": offset " + scanned["failure"]["offset"].dump() + ": " +
                       text_of(scanned["failure"], "reason"));
    }
    out.tell(counted(files.size(), "file") + ": " + grouped(count["legitimate"]) + " legitimate, " +
             grouped(count["pua"]) + " PUA, " + grouped(count["malware"]) + " malware, " +
             grouped(count["unsupported"]) + " unsupported, " + grouped(count[""]) + " not read" +
             (arguments.lists.empty() ? "" : ", " + grouped(count["blocked"]) + " blocked and " + grouped(count["suppressed"]) + " suppressed by lists") +
             (hiding == 0 ? "" : "; " + grouped(hiding) + " of them hide another program"));
}

}  // namespace bartizan_cli
