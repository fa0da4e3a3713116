// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_REPORT_PARTS_HPP
#define BARTIZAN_EXAMPLES_CLI_REPORT_PARTS_HPP

#include <nlohmann/json.hpp>
#include <string>

#include "report_data.hpp"

namespace bartizan_cli {

/// The parts of the report's page. Each gives HTML in which every text that came from outside is escaped.

/// The whole page: no script, no network, and a content-security policy that forbids both.
std::string report_page(const report_data& data);

/// One finding as a <details> element with the id `anchor`.
std::string finding_html(const reported_finding& finding, const std::string& anchor, bool open);
/// The ancestors of the actor, the actor, and what it reached for, as an inline SVG.
std::string chain_svg(const nlohmann::ordered_json& finding);
/// One lane a host with a mark for every finding that is shown; the marks link to the findings.
std::string timeline_svg(const report_data& data);
/// Verdict, score and reasons of the scanned files.
std::string files_html(const report_data& data);

/// What was found in a scanned file's unused space: a picture of the file as inline SVG, and sentences. "" where nothing was.
std::string cave_html(const nlohmann::ordered_json& file);

/// What the actor reached for besides a process: a file, a key, a device. "" where the finding's object is only the command line
/// that the chain shows anyway.
std::string reached_object(const nlohmann::ordered_json& finding);

/// The id of the n-th shown finding of a kind.
std::string anchor_of(finding_kind kind, size_t n);
/// A coloured label: `tone` is a class of the style sheet, `words` trusted text.
std::string badge(const std::string& tone, const std::string& words);

}  // namespace bartizan_cli

#endif
