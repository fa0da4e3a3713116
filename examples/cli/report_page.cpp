// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>

#include <algorithm>
#include <bartizan/core/config.hpp>
#include <bartizan/core/sha256.hpp>

#include "report_parts.hpp"
#include "report_script.hpp"
#include "report_style.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

/// Nodes that are drawn on one page, of whole graphs and of ways of attacks: a drawing takes about 1.5 KB for each.
constexpr size_t page_nodes_at_most = 600;
constexpr size_t path_nodes_on_page = 300;
/// The first few are open; a page of hundreds is for searching.
constexpr size_t open_at_most = 5;

struct finding_section {
    finding_kind kind;
    phrase title;
    phrase sentence;
};

constexpr finding_section sections[] = {
    {finding_kind::convict, "convict.title", "convict.sentence"},
    {finding_kind::event, "event.title", "event.sentence"},
    {finding_kind::strip, "strip.title", "strip.sentence"},
};
/// What could not be judged comes last, and folded.
constexpr finding_section blind_section{finding_kind::blind, "blind.title", "blind.sentence"};

constexpr const char* turret =
    "<svg viewBox=\"0 0 20 20\" aria-hidden=\"true\"><path d=\"M3 2h3v2h2.5V2h3v2H14V2h3v6l-2 2v2l-5 7-5-7v-2L3 8zM9 7v4h2V7z\" "
    "fill-rule=\"evenodd\"/></svg>";

/// A source of a content-security policy: the one text that is allowed.
std::string source_hash(std::string_view text) {
    const auto digest = bartizan::sha256_of({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
    unsigned char base64[64];
    const int size = EVP_EncodeBlock(base64, digest.bytes, sizeof digest.bytes);
    return "'sha256-" + std::string(reinterpret_cast<const char*>(base64), static_cast<size_t>(size)) + "'";
}

std::string heading(const char* id, const std::string& title, uint64_t count) {
    return std::string("<h2 id=\"") + id + "\">" + title + "<span class=\"n\">" + grouped(count) + "</span></h2>";
}

std::string jump_list(const report_data& data, bool has_timeline, const report_words& words) {
    std::string out;
    const auto entry = [&out](const char* id, const std::string& title, uint64_t count) {
        out += std::string("<li><a href=\"#") + id + "\">" + title + (count == 0 ? "" : " (" + grouped(count) + ")") + "</a></li>";
    };
    const auto section = [&](const finding_section& s) {
        if (data.finding_count(s.kind) != 0) entry(name(s.kind), words.html(s.title), data.finding_count(s.kind));
    };
    for (const finding_section& s : sections) section(s);
    if (data.has_clean_up()) entry("clean-up", words.html("clean_up.title"), 0);
    if (has_timeline) entry("timeline", words.html("timeline.title"), 0);
    if (data.file_count() != 0) entry("files", words.html("files.title"), data.file_count());
    section(blind_section);
    if (!data.replayed.blind_fields.empty()) entry("blind-fields", words.html("blind_fields.title"), 0);
    if (data.problem_count() != 0) entry("problems", words.html("problems.title"), data.problem_count());
    return out.empty() ? "" : "<nav aria-label=\"" + words.html("nav.label") + "\"><ul class=\"jump\">" + out + "</ul></nav>";
}

/// How many nodes may still be drawn.
struct drawing_room {
    size_t whole = page_nodes_at_most;
    size_t path = path_nodes_on_page;

    graph_extent take(const cause_drawing& graph) {
        const size_t on_path = static_cast<size_t>(std::count_if(graph.nodes.begin(), graph.nodes.end(), [](const cause_node& n) { return n.is_on_path; }));
        if (on_path > path) return graph_extent::words;
        path -= on_path;
        if (graph.nodes.size() > whole) return graph_extent::path;
        whole -= graph.nodes.size();
        return graph_extent::whole;
    }
};

std::string finding_list(const report_data& data, const finding_section& s, drawing_room& room, const report_words& words) {
    const uint64_t count = data.finding_count(s.kind);
    if (count == 0) return "";
    const size_t shown = data.shown(s.kind);
    const phrase sentence = s.kind == finding_kind::strip && data.stripped_late != 0 ? phrase("strip.late") : s.sentence;
    const bool is_blind = s.kind == finding_kind::blind;
    std::string out = heading(name(s.kind), words.html(s.title), count) +
                      (is_blind ? "<details class=\"fields\"><summary>" + words.html(sentence) + "</summary>" : "<p class=\"soft\">" + words.html(sentence) + "</p>");
    for (size_t i = 0; i < shown; ++i) {
        const reported_finding& finding = data.findings(s.kind)[i];
        cause_drawing graph;
        if (!is_blind) graph = read_cause_drawing(finding.json);
        out += finding_html(finding, anchor_of(s.kind, i), s.kind == finding_kind::convict && i < open_at_most, graph, room.take(graph), words);
    }
    if (shown < count) out += "<p class=\"soft\">" + words.html("findings.left_out", {grouped(count - shown)}) + "</p>";
    return is_blind ? out + "</details>" : out;
}

std::string blind_fields(const report_data& data, const report_words& words) {
    if (data.replayed.blind_fields.empty()) return "";
    std::string out = "<h2 id=\"blind-fields\">" + words.html("blind_fields.title") + "</h2><details class=\"fields\"><summary>" + words.html("blind_fields.sentence") +
                      "</summary><div class=\"card\"><table><thead><tr><th scope=\"col\">" + words.html("blind_fields.field") + "</th><th scope=\"col\">" +
                      words.html("blind_fields.count") + "</th><th scope=\"col\">" + words.html("blind_fields.sensor") + "</th></tr></thead><tbody>";
    for (const auto& [field, count] : data.replayed.blind_fields)
        out += "<tr><td>" + html_text(blind_words(field, words.in)) + "</td><td class=\"number\">" + grouped(count) + "</td><td>" +
               html_text(sensor_words(field, words.in)) + "</td></tr>";
    return out + "</tbody></table></div></details>";
}

std::string problems(const report_data& data, const report_words& words) {
    if (data.problem_count() == 0) return "";
    std::string out = heading("problems", words.html("problems.title"), data.problem_count()) + "<p class=\"soft\">" + words.html("problems.sentence") +
                      "</p><div class=\"card\"><ul>";
    for (const std::string& sentence : data.problems()) out += "<li class=\"path\" lang=\"en\">" + name_html(sentence, 600) + "</li>";
    if (data.problems().size() < data.problem_count())
        out += "<li>" + words.html("and_more", {grouped(data.problem_count() - data.problems().size())}) + "</li>";
    return out + "</ul></div>";
}

}  // namespace

std::string report_page(const report_data& data, const report_words& words) {
    std::string out = std::string("<!doctype html>\n<html lang=\"") + name(words.in) + "\"><head><meta charset=\"utf-8\">\n";
    out += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src " + source_hash(report_style) + "; script-src " +
           source_hash(report_script) + "; base-uri 'none'; form-action 'none'\">\n";
    out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"referrer\" content=\"no-referrer\">\n<title>";
    out += html_text(headline_words(data, words)) + " – " + words.html("page.title") + "</title>\n<style>" + report_style + "</style></head>\n<body><main>\n";
    out += std::string("<div class=\"brand\">") + turret + "<span>" + words.html("page.title") + "</span></div>\n";
    const std::string timeline = timeline_svg(data, words);
    out += summary_html(data, words) + jump_list(data, !timeline.empty(), words) + "\n" + clean_up_lists_html(data, words);
    drawing_room room;
    for (const finding_section& s : sections) out += finding_list(data, s, room, words);
    if (!timeline.empty()) out += "<h2 id=\"timeline\">" + words.html("timeline.title") + "</h2><div class=\"card\">" + timeline + "</div>\n";
    out += files_html(data, words) + finding_list(data, blind_section, room, words) + blind_fields(data, words) + problems(data, words);
    out += "<footer>" + words.html("page.footer", {BARTIZAN_VERSION_STRING}) + "</footer>\n</main><script>" + report_script + "</script></body></html>\n";
    return out;
}

}  // namespace bartizan_cli
