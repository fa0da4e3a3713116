// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The top of the page: the verdict in one sentence, what to do next, and the rows of the response table that apply.
#include <algorithm>
#include <set>

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
    if (data.replayed.files != 0 && data.file_count() != 0) return words.html("input.both", {events, recordings, files}) + " ";
    if (data.replayed.files != 0) return words.html("input.replayed", {events, recordings}) + " ";
    return data.file_count() != 0 ? words.html("input.scanned", {files}) + " " : "";
}

std::string verdict_sentence(const report_data& data, const report_words& words) {
    if (data.is_red) return words.html("advice.red");
    if (data.finding_count(finding_kind::convict) + data.convicted_files() != 0) return words.html("advice.stopped");
    return words.html(data.problem_count() != 0 ? phrase("advice.unread") : phrase("advice.green"));
}

/// Where to begin on each machine.
std::string machines_html(const report_data& data, const report_words& words) {
    constexpr size_t machines_at_most = 10;
    std::string out;
    size_t told = 0;
    for (const auto& [host, count] : data.alerts_by_host) {
        if (told++ == machines_at_most) return out + "<li>" + words.html("next.more_machines", {grouped(data.alerts_by_host.size() - machines_at_most)}) + "</li>";
        std::string begin;
        for (size_t i = 0; i < data.shown(finding_kind::convict) && begin.empty(); ++i) {
            const ordered_json& finding = data.findings(finding_kind::convict)[i].json;
            if (text_of(finding, "host") == host && is_alert(finding))
                begin += ' ' + words.marked("next.begin", {"<a href=\"#" + anchor_of(finding_kind::convict, i) + "\">" + name_html(finding_title(finding, words)) + "</a>"});
        }
        const std::string machine = host.empty() ? words.html("no_host") : name_html(host, 60);
        out += "<li>" + words.marked("next.machine", {"<b>" + machine + "</b>", grouped(count)}) + begin + "</li>";
    }
    return out;
}

std::string next_steps(const report_data& data, const report_words& words) {
    std::string steps = machines_html(data, words);
    std::set<std::string> said;
    for (const response_row& row : data.response()) {
        const std::string title = text_of(row.disposition, "title");
        const std::string advice = row_advice(title, words.in);
        if (row.convicted && said.insert(title).second) steps += "<li><b>" + html_text(row_title(title, words.in)) + "</b>: " + html_text(advice) + "</li>";
    }
    if (data.has_clean_up()) steps += "<li>" + words.html("next.clean_up") + "</li>";
    if (data.problem_count() != 0) steps += "<li>" + words.marked("next.problems", {"<a href=\"#problems\">" + words.html("problems.title") + "</a>"}) + "</li>";
    if (data.is_red) steps += "<li>" + words.html("next.clear") + "</li>";
    return "<h2 id=\"next\">" + words.html("next.title") + "</h2>" +
           (steps.empty() ? "<p>" + words.html("next.nothing") + "</p>" : "<div class=\"card\"><ol class=\"todo\">" + steps + "</ol></div>");
}

std::string response_table(const report_data& data, const report_words& words) {
    const std::vector<response_row> rows = data.response();
    if (rows.empty()) return "";
    std::string out = "<h2 id=\"response\">" + words.html("response.title") + "</h2><div class=\"card scroll\" tabindex=\"0\" role=\"group\" aria-label=\"" +
                      words.html("response.title") + "\"><table class=\"row-table\"><thead><tr>";
    for (const phrase head : {phrase("row.detection"), phrase("row.count"), phrase("row.user"), phrase("row.rca"), phrase("row.admin"), phrase("row.health"),
                              phrase("row.process"), phrase("row.clean_up")})
        out += "<th scope=\"col\">" + words.html(head) + "</th>";
    out += "</tr></thead><tbody>";
    for (const response_row& r : rows) {
        const ordered_json& row = r.disposition;
        const auto yes_no = [&](const char* name) { return "<td>" + words.html(flag_of(row, name) ? phrase("yes") : phrase("no")) + "</td>"; };
        const std::string health = text_of(row, "health");
        const std::string admin = html_text(admin_words(text_of(row, "admin"), words.in));
        out += "<tr><th scope=\"row\">" + html_text(row_title(text_of(row, "title"), words.in)) + "</th><td class=\"number\">" + grouped(r.count) + "</td>" +
               yes_no("user_notified") + yes_no("root_cause_analysis") + "<td>" + (is_alert_row(row) ? badge("convict", admin) : admin) + "</td><td>" +
               badge(health == "red" ? "convict" : "good", html_text(health_words(health, words.in))) + "</td><td>" +
               html_text(process_words(text_of(row, "process"), words.in)) + "</td>" + yes_no("clean_up") + "</tr>";
    }
    out += "</tbody></table></div>";
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
    if (!out.empty()) return out;
    return words.text(data.problem_count() != 0 ? phrase("headline.unread") : phrase("headline.nothing"));
}

std::string summary_html(const report_data& data, const report_words& words) {
    const bool amber = data.finding_count(finding_kind::convict) + data.convicted_files() + data.problem_count() != 0;
    return std::string("<section class=\"headline ") + (data.is_red ? "red" : amber ? "amber" : "green") + "\"><h1>" + html_text(headline_words(data, words)) +
           "</h1><p>" + input_words(data, words) + verdict_sentence(data, words) + "</p>" + tiles(data, words) + "</section>\n" + next_steps(data, words) +
           response_table(data, words);
}

}  // namespace bartizan_cli
