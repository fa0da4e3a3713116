// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include "cause_drawing.hpp"
#include "cause_graph_words.hpp"
#include "commands.hpp"
#include "plan_json.hpp"
#include "policy_file.hpp"
#include "replay.hpp"
#include "text_file.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

/// One finding that the user asked about.
struct request {
    std::string file;
    uint32_t line = 0;
    std::string rule;  ///< empty: whatever rule
    bool answered = false;
};

std::optional<uint32_t> read_line_number(const std::string& digits) {
    if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string::npos) return {};
    return static_cast<uint32_t>(std::stoul(digits));
}

/// FILE:LINE or FILE:LINE:RULE, read from the right, since a path may hold colons.
std::optional<request> read_place(const std::string& argument) {
    const size_t last = argument.rfind(':');
    if (last == std::string::npos || last == 0) return {};
    if (const auto line = read_line_number(argument.substr(last + 1))) return request{argument.substr(0, last), *line, ""};
    const size_t before = argument.rfind(':', last - 1);
    if (before == std::string::npos || before == 0) return {};
    const auto line = read_line_number(argument.substr(before + 1, last - before - 1));
    return line ? std::optional(request{argument.substr(0, before), *line, argument.substr(last + 1)}) : std::nullopt;
}

/// The findings that `replay --json` printed into a file, but for those where a rule only did not see.
void read_findings(const std::string& path, std::vector<request>& out, console& to) {
    const std::string text = read_text_file(path, [&to](const std::string& sentence) { to.complain(sentence); });
    size_t number = 0;
    for (size_t begin = 0; begin < text.size(); ++number) {
        const size_t end = std::min(text.find('\n', begin), text.size());
        const ordered_json finding = ordered_json::parse(text.begin() + static_cast<std::ptrdiff_t>(begin), text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
        const bool is_finding = finding.is_object() && finding.contains("line") && finding["line"].is_number_unsigned() && !text_of(finding, "rule").empty() && !text_of(finding, "file").empty();
        const std::string_view line(text.data() + begin, end - begin);
        if (!is_finding && line.find_first_not_of(" \t\r") != std::string_view::npos)
            return to.complain(path + ": line " + std::to_string(number) + ", offset " + std::to_string(begin) +
                               ": no finding as replay --json prints it; for a finding in a recording, give FILE:LINE");
        if (is_finding && text_of(finding, "verdict") != "blind") out.push_back({text_of(finding, "file"), finding["line"].get<uint32_t>(), text_of(finding, "rule")});
        begin = end + 1;
    }
    if (out.empty()) to.complain(path + ": offset 0: holds no finding to explain");
}

class explanation {
  public:
    explanation(const ordered_json& finding, console& out) : finding_(finding), out_(out) {}

    void print() {
        const ordered_json& graph = finding_["graph"];
        out_.print_line(verdict_words(text_of(finding_, "verdict")) + ": " + spaced(text_of(finding_, "rule")) + " (ATT&CK " + text_of(finding_, "technique") + ")");
        line(text_of(finding_, "t") + "  " + text_of(finding_, "host") + "  " + text_of(finding_, "file") + ", line " + finding_["line"].dump());
        head("Who began it");
        if (graph["root"].is_null()) line("No process is blamed.");
        else {
            const ordered_json& root = graph["nodes"][graph["root"].get<size_t>()];
            line(node_words(root) + ", " + text_of(root, "label") + ", since " + text_of(root, "time"));
            if (const std::string command = text_of(root, "command_line"); !command.empty()) line("  " + command);
            const std::vector<cause_node> nodes = read_cause_drawing(finding_).nodes;
            if (std::any_of(nodes.begin(), nodes.end(), [](const cause_node& n) { return n.is_first_seen; }))
                line("It was first seen then; what started it was not recorded.");
            if (text_of(root, "role") == "culprit") line("It is the culprit itself: nothing was recorded that explains it further.");
        }
        head("What happened");
        constexpr size_t lines_at_most = 60;
        for (const std::string& sentence : story_lines(graph, lines_at_most)) line(sentence);
        head("Why");
        for (const ordered_json& atom : finding_["atoms"]) line(text_of(atom, "sentence") + " (" + text_of(atom, "name") + ")");
        if (finding_["atoms"].empty()) line("No evidence held.");
        if (text_of(finding_, "trust_basis") == "path") line("No signature of the program was recorded; its folder stood in for one.");
        head("What was not seen");
        for (const ordered_json& field : finding_["blind"]) line(blind_words(field.get<std::string>()));
        if (finding_["blind"].empty()) line("Nothing that could have changed the verdict.");
        head("Evidence");
        line(std::string(finding_["evidence_is_minimal"].get<bool>() ? "These lines alone give the same finding, and none can be spared: " : "Not minimised: ") +
             finding_["evidence_lines"].dump());
        head("Graph");
        for (const std::string& sentence : tree_lines(graph)) line(sentence);
        if (const std::string cut = cut_words(graph); !cut.empty()) line(cut);
        head("Response");
        line(text_of(finding_["disposition"], "title") + ": " + plan_words(finding_["plan"]));
        clean_up("remove", "Clean-up, to be confirmed step by step", "Nothing that must go is known.");
        clean_up("check", "To be looked at before anything is done", "");
        left_alone();
        out_.print_line("");
    }

  private:
    void clean_up(const char* grade, const char* title, const char* nothing) {
        std::vector<std::string> lines;
        for (const ordered_json& step : finding_["clean_up"])
            if (text_of(step, "grade") == grade) lines.push_back(clean_up_words(step));
        if (lines.empty() && *nothing == '\0') return;
        head(title);
        for (const std::string& words : lines) line(words);
        if (lines.empty()) line(nothing);
    }
    /// How many, by reason: --json names each.
    void left_alone() {
        std::vector<std::pair<std::string, size_t>> counts;
        for (const ordered_json& step : finding_["clean_up"]) {
            if (text_of(step, "grade") != "leave") continue;
            const std::string ground = ground_words(text_of(step, "reason"));
            if (counts.empty() || counts.back().first != ground) counts.emplace_back(ground, 0);
            ++counts.back().second;
        }
        if (!counts.empty()) head("To be left alone");
        for (const auto& [ground, count] : counts) line(counted(count, "object") + ": " + ground);
    }
    void head(const char* words) { out_.print_line(words); }
    void line(const std::string& words) { out_.print_line("  " + visible_text(words)); }

    const ordered_json& finding_;
    console& out_;
};

void give(const ordered_json& finding, const explain_arguments& arguments, console& out) {
    if (arguments.form == "dot") return out.print_line(text_of(finding["exports"], "dot"));
    if (arguments.form == "ocsf" || arguments.form == "ecs") return out.print(finding["exports"][arguments.form]);
    ordered_json plain = finding;
    plain.erase("exports");
    if (arguments.form == "json") return out.print(plain);
    explanation(plain, out).print();
}

}  // namespace

void run_explain(const explain_arguments& arguments, console& out) {
    std::vector<request> requests;
    for (const std::string& argument : arguments.findings) {
        std::error_code ignored;
        if (std::filesystem::is_regular_file(argument, ignored)) read_findings(argument, requests, out);
        else if (const auto place = read_place(argument)) requests.push_back(*place);
        else out.complain(argument + ": offset 0: neither a file of findings nor FILE:LINE or FILE:LINE:RULE");
    }
    policy_file policy;
    replay_options options;
    const auto problem = [&out](const std::string& sentence) { out.complain(sentence); };
    if (!read_policy_arguments(arguments.policy, arguments.path_trust, policy, options, problem)) return;
    options.analysis = analysis_scope::every;
    options.exports = !arguments.form.empty() && arguments.form != "json";
    std::map<std::string, std::set<uint32_t>> lines_by_file;
    for (const request& r : requests) lines_by_file[r.file].insert(r.line);
    for (const auto& [file, lines] : lines_by_file) {
        options.only_lines = lines;
        const auto take = [&](const ordered_json& finding, std::string_view) {
            if (!finding.contains("graph")) return;
            bool asked = false;
            for (request& r : requests) {
                const bool same = r.file == text_of(finding, "file") && r.line == finding["line"].get<uint32_t>() && (r.rule.empty() || r.rule == text_of(finding, "rule"));
                asked = asked || same;
                r.answered = r.answered || same;
            }
            if (!asked) return;
            if (text_of(finding, "verdict") == "convict") out.note_conviction();
            give(finding, arguments, out);
        };
        replay({file}, options, {take, problem});
    }
    for (const request& r : requests)
        if (!r.answered) out.complain(r.file + ": line " + std::to_string(r.line) + ": " + (r.rule.empty() ? "no rule" : "rule " + r.rule + " has not") + " found anything there");
}

}  // namespace bartizan_cli
