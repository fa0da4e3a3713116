// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <bartizan/core/config.hpp>

#include "report_parts.hpp"
#include "report_style.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

struct finding_section {
    finding_kind kind;
    const char* title;
    const char* sentence;
};

constexpr finding_section sections[] = {
    {finding_kind::convict, "Convicted", "Evidence that convicts; the row of the response table applies."},
    {finding_kind::event, "Recorded", "Worth knowing, not enough to convict."},
    {finding_kind::strip, "Rights removed",
     "The program asked for rights over a protected process that it does not need. They were taken off the handle, and "
     "the program went on."},
    {finding_kind::blind, "Not seen",
     "The sensor left out what these rules needed, so they did not judge. That is not the same as clean."},
};

constexpr const char* turret =
    "<svg viewBox=\"0 0 20 20\" aria-hidden=\"true\"><path d=\"M3 2h3v2h2.5V2h3v2H14V2h3v6l-2 2v2l-5 7-5-7v-2L3 8zM9 "
    "7v4h2V7z\" "
    "fill-rule=\"evenodd\"/></svg>";

uint64_t convicted_files(const report_data& data) { return data.convicted_files(); }

std::string tile(const std::string& value, const char* label, const char* tone) {
    return "<div><dt>" + std::string(label) + "</dt><dd class=\"tone-" + tone + "\">" + value + "</dd></div>";
}

const char* tile_label(finding_kind kind) {
    return kind == finding_kind::event ? "recorded" : kind == finding_kind::strip ? "stripped of rights" : "not seen";
}

std::string headline_words(const report_data& data) {
    const uint64_t convictions = data.finding_count(finding_kind::convict);
    if (convictions != 0)
        return counted(convictions, "conviction") + " on " + counted(data.convicted_hosts.size(), "machine") +
               (data.is_red ? ": an administrator must look" : "");
    if (convicted_files(data) != 0) return counted(convicted_files(data), "file") + " convicted before it could run";
    if (data.problem_count() != 0) return "Nothing was convicted, but not everything could be read";
    return "Nothing was convicted";
}

std::string advice(const report_data& data) {
    if (data.is_red)
        return "Health is red and stays red until an administrator has finished the investigation and clears the "
               "alerts. Each finding below "
               "says what was seen, what was not, and what the response table demands.";
    if (data.finding_count(finding_kind::convict) + convicted_files(data) != 0)
        return "What was convicted was stopped; nothing here demands an administrator.";
    return "Health is green. What follows is for the record.";
}

std::string input_words(const report_data& data) {
    std::string out;
    if (data.replayed.files != 0) {
        out = "Replayed " + counted(data.replayed.events, "event") + " of " + counted(data.replayed.files, "recording");
        if (data.file_count() != 0) out += " and scanned " + counted(data.file_count(), "file");
    } else if (data.file_count() != 0) {
        out = "Scanned " + counted(data.file_count(), "file");
    }
    return out.empty() ? "" : out + ". ";
}

std::string summary(const report_data& data) {
    const uint64_t convictions = data.finding_count(finding_kind::convict);
    const char* ground = data.is_red                                                       ? "red"
                         : convictions + convicted_files(data) + data.problem_count() != 0 ? "amber"
                                                                                           : "green";
    std::string out = std::string("<section class=\"headline ") + ground + "\"><h1>" + headline_words(data) +
                      "</h1><p>" + input_words(data) + advice(data) + "</p><dl class=\"tiles\">";
    out += tile(data.is_red ? "red" : "green", "health", data.is_red ? "convict" : "good");
    if (data.replayed.files != 0) {
        out += tile(grouped(convictions), "convicted", convictions != 0 ? "convict" : "good");
        for (const finding_kind kind : {finding_kind::event, finding_kind::strip, finding_kind::blind})
            out += tile(grouped(data.finding_count(kind)), tile_label(kind),
                        data.finding_count(kind) != 0 ? name(kind) : "blind");
    }
    if (data.file_count() != 0) {
        out += tile(grouped(data.file_count("malware")), "malware files",
                    data.file_count("malware") != 0 ? "convict" : "good");
        out += tile(grouped(data.file_count("pua")), "unwanted files", data.file_count("pua") != 0 ? "event" : "good");
        if (data.file_count(hidden_program) != 0)
            out += tile(grouped(data.file_count(hidden_program)), "hiding a program", "convict");
        out += tile(grouped(data.file_count("legitimate")), "legitimate files", "good");
        if (data.file_count("blocked") != 0) out += tile(grouped(data.file_count("blocked")), "blocked by a list", "convict");
        if (data.file_count("suppressed") != 0) out += tile(grouped(data.file_count("suppressed")), "suppressed by a list", "good");
    }
    if (data.problem_count() != 0) out += tile(grouped(data.problem_count()), "could not be read", "event");
    return out + "</dl></section>";
}

std::string jump_list(const report_data& data) {
    std::string out;
    const auto entry = [&out](const char* id, const std::string& words) {
        out += std::string("<li><a href=\"#") + id + "\">" + words + "</a></li>";
    };
    for (const finding_section& s : sections)
        if (data.finding_count(s.kind) != 0)
            entry(name(s.kind), std::string(s.title) + " (" + grouped(data.finding_count(s.kind)) + ")");
    if (data.file_count() != 0) entry("files", "Files scanned (" + grouped(data.file_count()) + ")");
    if (!data.replayed.blind_fields.empty()) entry("blind-fields", "What the sensor left out");
    if (data.problem_count() != 0) entry("problems", "Problems (" + grouped(data.problem_count()) + ")");
    return out.empty() ? "" : "<nav aria-label=\"On this page\"><ul class=\"jump\">" + out + "</ul></nav>";
}

std::string finding_list(const report_data& data, const finding_section& s) {
    const uint64_t count = data.finding_count(s.kind);
    if (count == 0) return "";
    const size_t shown = data.shown(s.kind);
    std::string out = std::string("<h2 id=\"") + name(s.kind) + "\">" + s.title + "<span class=\"n\">" +
                      grouped(count) + "</span></h2><p class=\"soft\">" + s.sentence + "</p>";
    // The first few are open; a page of hundreds is for searching.
    constexpr size_t open_at_most = 10;
    for (size_t i = 0; i < shown; ++i)
        out += finding_html(data.findings(s.kind)[i], anchor_of(s.kind, i),
                            s.kind == finding_kind::convict && i < open_at_most);
    if (shown < count)
        out += "<p class=\"soft\">" + counted(count - shown, "more finding") +
               " left out here; bartizan replay --json lists all.</p>";
    return out;
}

std::string blind_fields(const report_data& data) {
    if (data.replayed.blind_fields.empty()) return "";
    std::string out =
        "<h2 id=\"blind-fields\">What the sensor left out</h2><p class=\"soft\">Findings whose verdict could have been "
        "stronger with it.</p>"
        "<div class=\"card scroll\"><table><thead><tr><th>Not recorded</th><th>Findings</th></tr></thead><tbody>";
    for (const auto& [field, count] : data.replayed.blind_fields)
        out +=
            "<tr><td>" + html_text(blind_words(field)) + "</td><td class=\"number\">" + grouped(count) + "</td></tr>";
    return out + "</tbody></table></div>";
}

std::string problems(const report_data& data) {
    if (data.problem_count() == 0) return "";
    std::string out =
        "<h2 id=\"problems\">Problems<span class=\"n\">" + grouped(data.problem_count()) +
        "</span></h2><p class=\"soft\">What could not be read was not judged.</p><div class=\"card\"><ul>";
    for (const std::string& sentence : data.problems())
        out += "<li class=\"path\">" + html_text(shortened(sentence, 600)) + "</li>";
    if (data.problems().size() < data.problem_count())
        out += "<li>and " + grouped(data.problem_count() - data.problems().size()) + " more</li>";
    return out + "</ul></div>";
}

}  // namespace

std::string report_page(const report_data& data) {
    std::string out =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"referrer\" "
        "content=\"no-referrer\">\n<title>";
    out +=
        headline_words(data) + " – bartizan report</title>\n<style>" + report_style + "</style></head>\n<body><main>\n";
    out += std::string("<div class=\"brand\">") + turret + "<span>bartizan report</span></div>\n";
    out += summary(data) + jump_list(data) + "\n";
    if (const std::string timeline = timeline_svg(data); !timeline.empty())
        out += "<h2>Time line</h2><div class=\"card\">" + timeline + "</div>\n";
    for (const finding_section& s : sections) out += finding_list(data, s);
    out += files_html(data) + blind_fields(data) + problems(data);
    out += "<footer>bartizan " BARTIZAN_VERSION_STRING ". Times are UTC as recorded.</footer>\n</main></body></html>\n";
    return out;
}

}  // namespace bartizan_cli
