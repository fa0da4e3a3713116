// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The top of the page: the verdict in one sentence, what to do next, and the rows of the response table that apply.
#include <vector>

#include "report_incident.hpp"
#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

std::string tile(const std::string& value, const std::string& label, const char* tone) {
    return "<div><dt>" + label + "</dt><dd class=\"tone-" + tone + "\">" + value + "</dd></div>";
}

std::string tiles(const report_data& data, const report_words& words) {
    std::string out = "<dl class=\"tiles\">";
    out += tile(html_text(health_words(data.is_red ? "red" : "green", words.in)), words.html("tile.health"), data.is_red ? "convict" : "good");
    const auto count = [&](uint64_t n, phrase label, const char* tone, bool always) {
        if (n != 0 || always) out += tile(grouped(n), words.html(label, {grouped(n)}), n != 0 ? tone : "blind");
    };
    if (data.has_findings()) {
        count(data.finding_count(finding_kind::convict), "tile.convicted", "convict", true);
        count(data.finding_count(finding_kind::event), "tile.recorded", "event", true);
        count(data.finding_count(finding_kind::strip), "tile.stripped", "strip", true);
        count(data.finding_count(finding_kind::blind), "tile.blind", "blind", true);
    }
    if (data.file_count() != 0) {
        count(data.file_count("malware"), "tile.malware", "convict", true);
        count(data.file_count("pua"), "tile.pua", "event", true);
        count(data.file_count(hidden_program), "tile.hidden", "convict", false);
        count(data.file_count("legitimate"), "tile.legitimate", "good", true);
        count(data.file_count("blocked"), "tile.blocked", "convict", false);
        count(data.file_count("suppressed"), "tile.suppressed", "good", false);
    }
    count(data.problem_count(), "tile.problems", "event", false);
    return out + "</dl>";
}

std::string input_words(const report_data& data, const report_words& words) {
    const std::string events = grouped(data.replayed.events), recordings = grouped(data.replayed.files), files = grouped(data.file_count());
    if (data.replayed.files != 0 && data.file_count() != 0) return words.html("input.both", {events, recordings, files}) + words.blank();
    if (data.replayed.files != 0) return words.html("input.replayed", {events, recordings}) + words.blank();
    return data.file_count() != 0 ? words.html("input.scanned", {files}) + words.blank() : "";
}

std::string verdict_sentence(const report_data& data, const report_words& words) {
    if (data.is_red) return words.html("advice.red");
    if (data.too_late != 0) return words.html("advice.too_late", {grouped(data.too_late)});
    if (data.finding_count(finding_kind::convict) + data.convicted_files() != 0) return words.html("advice.stopped");
    return words.html(data.problem_count() != 0 ? phrase("advice.unread") : phrase("advice.green"));
}

/// Nothing is stopped by whoever reads a recording.
std::string replay_banner(const report_data& data, const report_words& words) {
    const bool found = data.finding_count(finding_kind::convict) + data.finding_count(finding_kind::strip) != 0;
    return data.replayed.files != 0 && found ? "<p class=\"banner\"><strong>" + words.html("replay.banner") + "</strong></p>" : "";
}

std::string response_table(const report_data& data, const report_words& words) {
    const std::vector<response_row> rows = data.response();
    const std::string watched = data.only_watched == 0 ? "" : "<p class=\"soft\">" + words.html("response.only_watched", {grouped(data.only_watched)}) + "</p>";
    if (rows.empty()) return watched;
    std::string out = "<h2 id=\"response\">" + words.html("response.title") + "</h2><div class=\"card scroll\" tabindex=\"0\" role=\"group\" aria-label=\"" +
                      words.html("response.title") + "\"><table class=\"row-table\"><thead><tr>";
    constexpr phrase heads[] = {"row.detection", "row.count", "row.user", "row.rca", "row.admin", "row.health", "row.process", "row.clean_up"};
    for (const phrase head : heads) out += "<th scope=\"col\">" + words.html(head) + "</th>";
    out += "</tr></thead><tbody>";
    for (const response_row& r : rows) {
        const ordered_json& row = r.disposition;
        size_t column = 1;
        // Below 700 px a row is a card, and each cell says its own heading.
        const auto cell = [&](const std::string& value, const char* classes = "") {
            out += "<td" + std::string(classes) + " data-head=\"" + words.html(heads[column++]) + "\">" + value + "</td>";
        };
        const auto yes_no = [&](const char* name) { return words.html(flag_of(row, name) ? phrase("yes") : phrase("no")); };
        const std::string health = text_of(row, "health");
        const std::string admin = html_text(admin_words(text_of(row, "admin"), words.in));
        out += "<tr><th scope=\"row\">" + html_text(row_title(text_of(row, "title"), words.in)) + "</th>";
        cell(grouped(r.count), " class=\"number\"");
        cell(yes_no("user_notified"));
        cell(yes_no("root_cause_analysis"));
        cell(is_alert_row(row) ? badge("convict", admin) : admin);
        cell(badge(health == "red" ? "convict" : "good", html_text(health_words(health, words.in))));
        cell(html_text(process_words(text_of(row, "process"), words.in)));
        cell(yes_no("clean_up"));
        out += "</tr>";
    }
    out += "</tbody></table></div>" + watched;
    if (data.replayed.files != 0) out += "<p class=\"soft\">" + words.html("response.replayed") + "</p>";
    return out;
}

}  // namespace

std::string headline_words(const report_data& data, const report_words& words) {
    const std::string convictions = grouped(data.finding_count(finding_kind::convict)), machines = grouped(data.convicted_hosts.size());
    const std::string files = grouped(data.convicted_files());
    std::string out;
    if (convictions != "0") out = words.text("headline.convicted", {convictions, machines});
    if (convictions != "0" && files != "0") out += words.text("headline.and_files", {files});
    if (convictions == "0" && files != "0") out = words.text("headline.files", {files});
    if (data.is_red) return out + words.text("headline.act");
    if (data.too_late != 0) return out + words.text("headline.too_late");
    if (!out.empty()) return out;
    return words.text(data.problem_count() != 0 ? phrase("headline.unread") : phrase("headline.nothing"));
}

std::string summary_html(const report_data& data, const report_words& words) {
    const bool amber = data.finding_count(finding_kind::convict) + data.convicted_files() + data.problem_count() != 0;
    const std::vector<incident> incidents = incidents_of(data);
    return std::string("<section class=\"headline ") + (data.is_red ? "red" : amber ? "amber" : "green") + "\"><h1>" + html_text(headline_words(data, words)) + "</h1>" +
           replay_banner(data, words) + "<p>" + input_words(data, words) + verdict_sentence(data, words) + "</p>" + tiles(data, words) + "</section>\n" +
           brief_html(data, incidents, words) + todo_html(data, incidents, words) + response_table(data, words);
}

}  // namespace bartizan_cli
