// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

constexpr size_t evidence_value_columns = 2000;

std::string why(const ordered_json& finding, const report_words& words) {
    std::string out = "<h3>" + words.html("finding.why") + "</h3>";
    const ordered_json& atoms = list_of(finding, "atoms");
    if (atoms.empty()) return out + "<p class=\"soft\">" + words.html("finding.no_atoms") + "</p>";
    out += "<ul>";
    for (const ordered_json& atom : atoms)
        out += "<li>" + html_text(atom_words(text_of(finding, "rule"), text_of(atom, "name"), text_of(atom, "sentence"), words.in)) +
               " <span class=\"soft mono\">" + html_text(text_of(atom, "name")) + "</span></li>";
    out += "</ul>";
    if (text_of(finding, "trust_basis") == "path") out += "<p class=\"soft\">" + words.html("finding.path_trust") + "</p>";
    return out;
}

std::string not_seen(const ordered_json& finding, const report_words& words) {
    std::string out = "<h3>" + words.html("finding.not_seen") + "</h3>";
    const ordered_json& blind = list_of(finding, "blind");
    if (blind.empty()) return out + "<p class=\"soft\">" + words.html("finding.all_seen") + "</p>";
    out += "<ul>";
    for (const ordered_json& field : blind)
        if (field.is_string()) out += "<li>" + html_text(blind_words(field.get<std::string>(), words.in)) + "</li>";
    return out + "</ul>";
}

/// What the response table demands for it, and the plan's steps.
std::string done(const ordered_json& finding, const report_words& words) {
    std::string out = "<h3>" + words.html("finding.done") + "</h3>";
    const ordered_json& row = member_of(finding, "disposition");
    if (!row.is_object()) return out + "<p class=\"soft\">" + words.html("finding.no_response") + "</p>";
    const std::string health = text_of(row, "health");
    const std::string admin = text_of(row, "admin");
    const auto fact = [&out](const std::string& label, const std::string& value) {
        out += "<div><dt>" + label + "</dt><dd>" + value + "</dd></div>";
    };
    out += "<dl class=\"facts\">";
    fact(words.html("row.detection"), html_text(row_title(text_of(row, "title"), words.in)));
    fact(words.html("row.process"), html_text(process_words(text_of(row, "process"), words.in)));
    fact(words.html("row.admin"), badge(admin == "alert" ? "convict" : "blind", html_text(admin_words(admin, words.in))));
    fact(words.html("row.health"), badge(health == "red" ? "convict" : "good", html_text(health_words(health, words.in))));
    out += "</dl>";
    if (text_of(finding, "mode") == "audit") return out + "<p>" + words.html("finding.audited") + "</p>";
    if (const std::string plan = plan_html(finding, words); !plan.empty()) out += "<p class=\"soft\">" + words.html("plan.intro") + "</p>" + plan;
    return out;
}

std::string next(const ordered_json& finding, const report_words& words) {
    std::string out = "<h3>" + words.html("finding.next") + "</h3>";
    const ordered_json& row = member_of(finding, "disposition");
    const std::string advice = row_advice(text_of(row, "title"), words.in);
    out += "<p>" + (advice.empty() ? words.html("finding.no_advice") : html_text(advice)) + "</p>";
    return out + clean_up_html(finding, words);
}

/// The recorded event, field by field.
std::string evidence(const reported_finding& finding, const report_words& words) {
    const ordered_json& number = member_of(finding.json, "line");
    std::string out = "<details class=\"fields\"><summary>" +
                      words.marked("finding.evidence", {name_html(text_of(finding.json, "file")), number.is_number_integer() ? number.dump() : "?"}) +
                      "</summary>";
    if (finding.evidence.empty()) return out + "<p class=\"soft\">" + words.html("finding.no_evidence") + "</p></details>";
    out += "<dl class=\"mono\" translate=\"no\">";
    const ordered_json line = ordered_json::parse(finding.evidence, nullptr, false);
    if (!line.is_object())
        return out + "<dt>" + words.html("finding.line") + "</dt><dd>" + name_html(finding.evidence, evidence_value_columns) + "</dd></dl></details>";
    for (const auto& [key, value] : line.items()) {
        const std::string text = value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
        out += "<dt>" + html_text(shortened(key, 60)) + "</dt><dd>" + html_text(shortened(text, evidence_value_columns)) + "</dd>";
    }
    return out + "</dl></details>";
}

}  // namespace

std::string readable_time(const std::string& time) {
    std::string out = time.substr(0, 19);
    if (out.size() > 10) out[10] = ' ';
    return out;
}

std::string badge(const std::string& tone, const std::string& words) {
    return "<span class=\"badge " + tone + "\">" + words + "</span>";
}

std::string name_html(const std::string& name, size_t columns) { return "<bdi>" + html_text(shortened(name, columns)) + "</bdi>"; }

std::string anchor_of(finding_kind kind, size_t n) { return std::string(name(kind)) + "-" + std::to_string(n + 1); }

std::string finding_title(const ordered_json& finding, const report_words& words) {
    std::string actor(base_name(text_of(member_of(finding, "actor"), "image")));
    if (actor.empty()) actor = words.text("unknown_program");
    std::string target(base_name(text_of(member_of(finding, "target"), "image")));
    if (const std::string object = reached_object(finding); !object.empty()) target = base_name(object);
    return shortened(actor, 60) + (target.empty() ? "" : " → " + shortened(target, 60));
}

std::string finding_html(const reported_finding& finding, const std::string& anchor, bool open, const cause_drawing* graph, const report_words& words) {
    const ordered_json& json = finding.json;
    const std::string verdict = text_of(json, "verdict");
    std::string out = "<details class=\"finding\" id=\"" + anchor + "\"" + (open ? " open" : "") + "><summary><span>" +
                      badge(html_text(verdict), html_text(verdict_words(verdict, words.in))) + "</span><span class=\"what\">" +
                      name_html(finding_title(json, words)) + "<span class=\"rule\">" + html_text(rule_title(text_of(json, "rule"), words.in)) +
                      "</span></span><span class=\"when\">" + html_text(readable_time(text_of(json, "t"))) + " · " + name_html(text_of(json, "host"), 40) +
                      "</span></summary><div class=\"body\">";
    out += "<p class=\"soft\">" + words.marked("finding.rule", {name_html(text_of(json, "rule")), name_html(text_of(json, "technique"))}) +
           (flag_of(json, "silent") ? " " + words.html("finding.silent") : "") + "</p>";
    const bool saw = verdict != "blind";
    const cause_drawing drawn = saw && graph == nullptr ? read_cause_drawing(json) : cause_drawing();
    const cause_drawing& cause = graph != nullptr ? *graph : drawn;
    if (saw) {
        out += "<h3>" + words.html("finding.story") + "</h3>" + story_html(json, cause, words);
        out += "<h3>" + words.html("graph.title") + "</h3>";
        out += graph != nullptr ? graph_html(cause, anchor, words) : "<p class=\"soft\">" + words.html("graph.left_out") + "</p>";
    }
    out += "<div class=\"pair\"><div>" + why(json, words) + "</div><div>" + not_seen(json, words) + "</div></div>";
    if (saw) out += "<div class=\"pair\"><div>" + done(json, words) + "</div><div>" + next(json, words) + "</div></div>";
    return out + evidence(finding, words) + "</div></details>\n";
}

}  // namespace bartizan_cli
