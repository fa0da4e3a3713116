// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "cause_graph_folder.hpp"
#include "commands.hpp"
#include "plan_json.hpp"
#include "policy_file.hpp"
#include "replay.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

std::string process_line(const ordered_json& process) {
    const std::string pid = process["pid"].is_number() ? " (pid " + process["pid"].dump() + ")" : "";
    const std::string image = text_of(process, "image");
    return (image.empty() ? "(unknown)" : image) + pid;
}

void print_finding(const ordered_json& finding, console& out) {
    const auto line = [&out](const char* label, const std::string& text) {
        std::string padded = std::string("  ") + label;
        padded.resize(12, ' ');
        out.print_line(padded + visible_text(text));
    };
    out.print_line(verdict_words(text_of(finding, "verdict")) + ": " + text_of(finding, "rule") + " (" +
                   text_of(finding, "technique") + ")  " +
                   visible_text(text_of(finding, "t") + "  " + text_of(finding, "host")));
    line("actor", process_line(finding["actor"]));
    if (finding["target"].is_object()) line("target", process_line(finding["target"]));
    if (finding.contains("object")) line("object", text_of(finding, "object"));
    for (const ordered_json& atom : finding["atoms"]) line("because", text_of(atom, "sentence"));
    for (const ordered_json& field : finding["blind"]) line("not seen", blind_words(field));
    if (const ordered_json& row = finding["disposition"]; row.is_object())
        line("response", text_of(row, "title") + ": process " + process_words(text_of(row, "process")) +
                             "; administrator: " + admin_words(text_of(row, "admin")) + "; health " +
                             text_of(row, "health"));
    line("plan", plan_words(finding["plan"]));
    line("evidence", text_of(finding, "file") + ", line " + finding["line"].dump());
    out.print_line("");
}

void tell_summary(const replay_summary& sum, console& out) {
    char speed[160];
    const double seconds = sum.seconds > 0 ? sum.seconds : 1e-9;
    std::snprintf(speed, sizeof speed, "%.2f s, %s events/s, %.0f %% of the time on gzip and JSON", seconds,
                  grouped(static_cast<uint64_t>(static_cast<double>(sum.events) / seconds)).c_str(),
                  100 * sum.parse_seconds / seconds);
    out.tell(counted(sum.files, "file") + ", " + counted(sum.events, "event") + " (" + grouped(sum.mapped) +
             " of kinds that rules read), " + counted(sum.bad_lines, "bad line") + "; " + speed);
    out.tell(grouped(sum.convictions) + " convicted, " + grouped(sum.events_found) + " recorded, " +
             grouped(sum.strips) + " stripped of rights, " + grouped(sum.blinds) + " not seen");
    if (sum.repetitions != 0) out.tell("repetitions left out: " + grouped(sum.repetitions));
    std::string blind;
    for (const auto& [name, count] : sum.blind_fields)
        blind += (blind.empty() ? "" : ", ") + name + " " + grouped(count);
    if (!blind.empty()) out.tell("findings that lacked a field: " + blind);
    if (sum.dropped != 0) out.tell("dropped by the policy: " + counted(sum.dropped, "answer"));
    if (sum.evicted_processes != 0)
        out.tell("the process table was full: " + counted(sum.evicted_processes, "process record") +
                 " dropped, so facts may be missing");
}

}  // namespace

void run_replay(const replay_arguments& arguments, console& out) {
    replay_sinks sinks;
    sinks.problem = [&out](const std::string& sentence) { out.complain(sentence); };
    graph_folder graphs(arguments.graphs);
    sinks.finding = [&](const ordered_json& finding, std::string_view) {
        if (!arguments.graphs.empty()) {
            for (const std::string& sentence : graphs.write(finding)) out.complain(sentence);
            ordered_json plain = finding;
            for (const char* member : {"exports", "graph", "clean_up", "evidence_is_minimal"})
                if (member == std::string("exports") || !arguments.root_cause) plain.erase(member);
            if (!arguments.root_cause) plain["evidence_lines"] = {plain["line"]};
            if (arguments.json) return out.print(plain);
        }
        if (arguments.json)
            out.print(finding);
        else
            print_finding(finding, out);
    };
    policy_file policy;
    replay_options options;
    const auto problem = [&out](const std::string& sentence) { out.complain(sentence); };
    if (!read_policy_arguments(arguments.policy, arguments.path_trust, policy, options, problem)) return;
    options.exports = !arguments.graphs.empty();
    if (arguments.root_cause || options.exports) options.analysis = analysis_scope::called_for;
    const replay_summary sum = replay(arguments.paths, options, sinks);
    if (sum.convictions != 0) out.note_conviction();
    tell_summary(sum, out);
}

}  // namespace bartizan_cli
