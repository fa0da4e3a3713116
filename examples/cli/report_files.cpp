// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "file_scan.hpp"
#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

constexpr size_t reasons_at_most = 3;
/// Scores are Q15: 32,768 is certain.
constexpr int64_t score_one = 32768;

std::string file_badge(const ordered_json& file, const report_words& words) {
    const std::string verdict = text_of(file, "verdict");
    if (!text_of(file, "blocked_by").empty()) return badge("convict", words.html("file.blocked"));
    if (!text_of(file, "suppressed_by").empty()) return badge("good", text_of(file, "outcome") == "event" ? words.html("file.lowered") : words.html("file.suppressed"));
    if (verdict == "malware") return badge("convict", words.html("file.malware"));
    if (verdict == "pua") return badge("event", words.html("file.pua"));
    if (verdict == "legitimate") return badge("good", words.html("file.legitimate"));
    if (verdict.empty()) return badge("blind", words.html("file.not_read"));
    return badge("blind", verdict == "unsupported" ? words.html("file.unsupported") : html_text(verdict));
}

constexpr const char* no_value = "<span class=\"soft\">–</span>";

/// Per cent and a bar. The PUA head speaks of unwanted files only: whether they are PUA rather than malware.
std::string score_cell(const ordered_json& file, const char* head, const char* tone) {
    const auto score = file.find("score");
    if (score == file.end() || !score->is_object() || !score->contains(head) || !(*score)[head].is_number_integer())
        return no_value;
    const int64_t q15 = std::clamp<int64_t>((*score)[head].get<int64_t>(), 0, score_one);
    char percent[16];
    std::snprintf(percent, sizeof percent, "%.1f %%", static_cast<double>(q15) * 100 / static_cast<double>(score_one));
    constexpr int64_t bar_width = 88;
    const auto bar = [](const std::string& classes, int64_t width) {
        return "<rect class=\"" + classes + "\" width=\"" + std::to_string(width) + "\" height=\"5\" rx=\"2.5\"/>";
    };
    return percent + ("<svg class=\"bar\" viewBox=\"0 0 88 5\" aria-hidden=\"true\">" + bar("back", bar_width) +
                      bar(std::string("fill-") + tone, q15 * bar_width / score_one) + "</svg>");
}

/// Which list's entry had the word.
std::string list_words(const ordered_json& file) {
    const std::string by = text_of(file, "blocked_by") + text_of(file, "suppressed_by");
    return by.empty() ? "" : "<div>" + name_html(by, 300) + "</div>";
}

std::string reasons_cell(const ordered_json& file, const report_words& words) {
    if (const std::string error = text_of(file, "error"); !error.empty()) return "<bdi lang=\"en\">" + html_text(shortened(error, 400)) + "</bdi>";
    if (const auto failure = file.find("failure"); failure != file.end())
        return "<bdi lang=\"en\">" + html_text(shortened(text_of(*failure, "reason"), 400)) + "</bdi> <span class=\"soft\">" +
               words.html("file.offset", {member_of(*failure, "offset").is_number() ? (*failure)["offset"].dump() : "?"}) + "</span>";
    const auto reasons = file.find("reasons");
    if (reasons == file.end() || !reasons->is_array() || reasons->empty()) return no_value;
    std::string out;
    size_t n = 0;
    for (const ordered_json& reason : *reasons) {
        if (n++ == reasons_at_most) break;
        out += "<div>" + html_text(feature_words(text_of(reason, "feature"), words.in)) + " <span class=\"soft\">" +
               html_text(direction_words(reason, words.in)) + "</span></div>";
    }
    return out;
}

std::string size_words(const ordered_json& file, const report_words& words) {
    const auto size = file.find("size");
    return size != file.end() && size->is_number_unsigned() ? words.html("file.bytes", {grouped(size->get<uint64_t>())}) : "";
}

std::string row(const ordered_json& file, const report_words& words) {
    const std::string verdict = text_of(file, "verdict");
    const bool unwanted = verdict == "malware" || verdict == "pua";
    const char* tone = verdict == "malware" ? "convict" : verdict == "pua" ? "event" : "good";
    const std::string hash = text_of(file, "sha256");
    std::string facts = size_words(file, words);
    if (const std::string kind = text_of(file, "kind"); !kind.empty())
        facts += (facts.empty() ? "" : " · ") + name_html(kind);
    const bool listed = listed_verdict(file) != verdict;
    std::string out = "<tr><td>" + (hides_program(file) && !unwanted && !listed ? badge("convict", words.html("file.hides")) : file_badge(file, words)) + "</td><td><div class=\"path\">" +
                      name_html(text_of(file, "path"), 300) + "</div><div class=\"soft\">" + facts +
                      "</div>";
    if (!hash.empty()) out += "<div class=\"soft mono path\">" + name_html(hash) + "</div>";
    out += "</td><td class=\"number\">" + score_cell(file, "malware", tone) + "</td><td class=\"number\">" +
           (unwanted ? score_cell(file, "pua", tone) : no_value) + "</td><td>" + list_words(file) + reasons_cell(file, words) + "</td></tr>\n";
    std::string steps = plan_html(file, plan_state::unknown, words);
    steps += clean_up_html(file, words);
    if (!steps.empty()) out += "<tr><td></td><td colspan=\"4\">" + steps + "</td></tr>\n";
    if (const std::string cave = cave_html(file, words); !cave.empty()) out += "<tr><td colspan=\"5\">" + cave + "</td></tr>\n";
    return out;
}

}  // namespace

std::string files_html(const report_data& data, const report_words& words) {
    if (data.file_count() == 0) return "";
    const auto files = data.files();
    std::string out = "<h2 id=\"files\">" + words.html("files.title") + "<span class=\"n\">" + grouped(data.file_count()) +
                      "</span></h2><div class=\"card scroll\" tabindex=\"0\" role=\"group\" aria-label=\"" + words.html("files.title") +
                      "\"><table class=\"files\"><thead><tr>";
    for (const phrase head : {phrase("files.verdict"), phrase("files.file"), phrase("files.unwanted"), phrase("files.pua"), phrase("files.reasons")})
        out += "<th scope=\"col\">" + words.html(head) + "</th>";
    out += "</tr></thead><tbody>";
    for (const ordered_json* file : files) out += row(*file, words);
    out += "</tbody></table></div>";
    if (files.size() < data.file_count()) out += "<p class=\"soft\">" + words.html("files.left_out", {grouped(data.file_count() - files.size())}) + "</p>";
    if (data.other_files() != 0) out += "<p class=\"soft\">" + words.html("files.other", {grouped(data.other_files())}) + "</p>";
    return out;
}

}  // namespace bartizan_cli
