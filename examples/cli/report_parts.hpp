// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_REPORT_PARTS_HPP
#define BARTIZAN_EXAMPLES_CLI_REPORT_PARTS_HPP

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "cause_drawing.hpp"
#include "report_data.hpp"
#include "report_incident.hpp"
#include "report_words.hpp"

namespace bartizan_cli {

/// The parts of the report's page. Each gives HTML in which every text that came from outside is escaped.

/// The whole page: no network, one script of its own, and a content-security policy that allows nothing else.
std::string report_page(const report_data& data, const report_words& words);

/// The verdict in one sentence, as plain text.
std::string headline_words(const report_data& data, const report_words& words);
/// The headline with its tiles, what to do next, and the rows of the response table that apply.
std::string summary_html(const report_data& data, const report_words& words);

/// What happened on each machine, in short; and what to do next, in the order of doing it.
std::string brief_html(const report_data& data, const std::vector<incident>& incidents, const report_words& words);
std::string todo_html(const report_data& data, const std::vector<incident>& incidents, const report_words& words);

/// How much of a finding's cause graph the page has room for.
enum class graph_extent : uint8_t { whole, path, words };

/// One finding as a <details> element with the id `anchor`.
std::string finding_html(const reported_finding& finding, const std::string& anchor, bool open, const cause_drawing& graph, graph_extent extent,
                         const report_words& words);
/// What happened, in the order of time, in sentences; `in_short`: the most telling, and the routine only as a number.
std::string story_html(const nlohmann::ordered_json& finding, const cause_drawing& graph, bool in_short, const report_words& words);
/// A cause graph as inline SVG, and the same in words: the way of the attack, and behind it all of it if `with_all`. Ids begin
/// with `anchor`.
std::string graph_html(const cause_drawing& graph, bool with_all, const std::string& anchor, const report_words& words);
/// The way of the attack in one line: "cmd.exe (pid 7) → rundll32.exe (pid 9) → lsass.exe (pid 1)".
std::string path_html(const cause_drawing& graph, const report_words& words);
/// Whether the steps of a finding's plan were carried out.
enum class plan_state : uint8_t {
    would,     ///< replayed from a recording: what a protected machine would have done
    reported,  ///< a host says of its steps what became of them (`state`: done, deferred, failed)
    unknown,   ///< results that do not say
};
plan_state state_of(const reported_finding& finding);
/// The plan's steps in sentences; "" where there is none.
std::string plan_html(const nlohmann::ordered_json& finding, plan_state state, const report_words& words);
/// What a step is about: a text, or a process, a handle, a file or a key (plan_json.hpp).
std::string object_html(const nlohmann::ordered_json& object, const report_words& words);
/// A link to its machine's clean-up list, and how much of its own `clean_up` is in there; "" without any.
std::string clean_up_html(const nlohmann::ordered_json& object, const report_words& words);
/// One clean-up list for each machine, by grade; "" where there is nothing.
std::string clean_up_lists_html(const report_data& data, const report_words& words);

/// One lane a host with a mark for every finding that is shown; the marks link to the findings.
std::string timeline_svg(const report_data& data, const report_words& words);
/// Verdict, score and reasons of the scanned files.
std::string files_html(const report_data& data, const report_words& words);
/// What was found in a scanned file's unused space: a picture of the file as inline SVG, and sentences. "" where nothing was.
std::string cave_html(const nlohmann::ordered_json& file, const report_words& words);

/// The id of the n-th shown finding of a kind.
std::string anchor_of(finding_kind kind, size_t n);
/// A coloured label: `tone` is a class of the style sheet, `words` HTML.
std::string badge(const std::string& tone, const std::string& words);
/// A name that came from outside, kept apart from the sentence around it in direction and language.
std::string name_html(const std::string& name, size_t columns = 120);
/// Names one after the other, as name_html gives them.
std::string names_html(const std::vector<std::string>& names, const report_words& words);
/// "2026-03-02 09:10:31" of an ISO 8601 time, as plain text.
std::string readable_time(const std::string& time);
/// "powershell.exe → lsass.exe", as plain text.
std::string finding_title(const nlohmann::ordered_json& finding, const report_words& words);
/// By what a finding can be cited, and given to `bartizan explain`: recording, line and rule; "" without a line.
std::string citation(const nlohmann::ordered_json& finding);
/// What an administrator does about a finding.
std::string finding_advice(const nlohmann::ordered_json& finding, const report_words& words);
/// An edge's kind for `edge_words` and `act_words`: a process that was created was started.
std::string act_of(const cause_drawing& graph, const cause_edge& e);
/// An edge as a sentence: "cmd.exe started ping.exe"; `full`: with PIDs, accounts and command lines.
std::string act_html(const cause_drawing& graph, const cause_edge& e, bool full, const report_words& words);
/// "cmd.exe (pid 7, CONTOSO\\dana)"; what is no process by its name alone.
std::string process_html(const cause_node& node, const report_words& words);
std::string process_html(const nlohmann::ordered_json& process, const std::string& user, const report_words& words);
/// The finding's `verdict`, but "event" for what a policy in audit mode only watches.
std::string shown_verdict(const nlohmann::ordered_json& finding);
/// A conviction that demands an administrator is an alert.
std::string verdict_badge(const nlohmann::ordered_json& finding, const report_words& words);
/// The account of the finding's actor, as far as recorded.
std::string account_of(const nlohmann::ordered_json& finding);
/// What the rule says happened, with the actor's account.
std::string rule_sentence_html(const nlohmann::ordered_json& finding, const std::string& user, const report_words& words);
/// "culprit", or "root cause, culprit" where it began with it; "" where a node has no role.
std::string role_text(const cause_node& node, const report_words& words);
/// What a node is called in a sentence or on a label: a program by its file's name, anything else whole.
std::string node_name(const cause_node& node, const report_words& words);

}  // namespace bartizan_cli

#endif
