// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "cause_times.hpp"
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
               " <small class=\"soft mono\" title=\"" + words.html("finding.atom") + "\">" + html_text(text_of(atom, "name")) + "</small></li>";
    out += "</ul>";
    if (text_of(finding, "trust_basis") == "path") out += "<p class=\"soft\">" + words.html("finding.path_trust") + "</p>";
    return out;
}

/// What the rule would have liked to know, and which sensor tells it.
std::string not_seen(const ordered_json& finding, const report_words& words) {
    const ordered_json& blind = list_of(finding, "blind");
    if (blind.empty()) return "<p class=\"soft\">" + words.html("finding.all_seen") + "</p>";
    std::string out = "<details class=\"fields\"><summary>" + words.html("finding.not_seen", {grouped(blind.size())}) + "</summary><p>" +
                      words.html("finding.blind_why") + "</p><ul>";
    for (const ordered_json& field : blind) {
        if (!field.is_string()) continue;
        const std::string name = field.get<std::string>();
        out += "<li>" + html_text(blind_words(name, words.in)) + " <span class=\"soft\">– " + html_text(sensor_words(name, words.in)) + "</span></li>";
    }
    return out + "</ul></details>";
}

/// What the response table demands for it, and the plan's steps.
std::string done(const reported_finding& found, const report_words& words) {
    const ordered_json& finding = found.json;
    const plan_state state = state_of(found);
    const phrase title = state == plan_state::would      ? phrase("finding.would")
                         : state == plan_state::reported ? phrase("finding.done")
                                                         : phrase("finding.plan");
    std::string out = "<h3>" + words.html(title) + "</h3>";
    const ordered_json& row = member_of(finding, "disposition");
    if (!row.is_object()) return out + "<p class=\"soft\">" + words.html("finding.no_response") + "</p>";
    if (text_of(finding, "mode") == "audit") return out + "<p>" + words.html("finding.audited") + "</p>";
    if (text_of(finding, "verdict") == "event" && is_alert(finding)) {
        out += "<p>" + words.html("finding.only_recorded") + "</p>";
    } else {
        const std::string health = text_of(row, "health");
        const std::string admin = text_of(row, "admin");
        const auto fact = [&out](const std::string& label, const std::string& value) { out += "<div><dt>" + label + "</dt><dd>" + value + "</dd></div>"; };
        out += "<dl class=\"facts\">";
        fact(words.html("row.detection"), html_text(row_title(text_of(row, "title"), words.in)));
        fact(words.html("row.process"), html_text(process_words(text_of(row, "process"), words.in)));
        fact(words.html("row.admin"), badge(admin == "alert" ? "convict" : "blind", html_text(admin_words(admin, words.in))));
        fact(words.html("row.health"), badge(health == "red" ? "convict" : "good", html_text(health_words(health, words.in))));
        out += "</dl>";
    }
    return out + plan_html(finding, state, words);
}

std::string next(const ordered_json& finding, const report_words& words) {
    return "<h3>" + words.html("finding.next") + "</h3><p>" + finding_advice(finding, words) + "</p>" + clean_up_html(finding, words);
}

/// Rule, technique, how to cite it, and which sensors saw it.
std::string particulars(const reported_finding& found, const report_words& words) {
    const ordered_json& json = found.json;
    std::string out = words.marked("finding.rule", {name_html(text_of(json, "rule")), name_html(text_of(json, "technique"))});
    if (const std::string id = citation(json); !id.empty()) out += " · " + words.marked("finding.cite", {"<code>" + name_html(id) + "</code>"});
    std::string seen;
    std::string lines;
    for (const sighting& s : found.seen) {
        if (!s.sensor.empty() && seen.find(s.sensor) == std::string::npos) seen += (seen.empty() ? "" : words.text("and")) + s.sensor;
        if (s.line >= 0) lines += (lines.empty() ? "" : words.text("comma")) + std::to_string(s.line);
    }
    if (found.seen.size() > 1) out += " · " + (seen.empty() ? words.html("finding.seen_twice", {lines}) : words.html("finding.seen_by", {seen, lines}));
    if (flag_of(json, "silent")) out += " " + words.html("finding.silent");
    return "<p class=\"soft\">" + out + "</p>";
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

std::string citation(const ordered_json& finding) {
    const ordered_json& line = member_of(finding, "line");
    if (!line.is_number_integer()) return "";
    return std::string(base_name(text_of(finding, "file"))) + ":" + line.dump() + ":" + text_of(finding, "rule");
}

std::string finding_title(const ordered_json& finding, const report_words& words) {
    std::string actor(base_name(text_of(member_of(finding, "actor"), "image")));
    if (actor.empty()) actor = words.text("unknown_program");
    std::string target(base_name(text_of(member_of(finding, "target"), "image")));
    if (const std::string object = reached_object(finding); !object.empty()) target = base_name(object);
    return shortened(actor, 60) + (target.empty() ? "" : " → " + shortened(target, 60));
}

std::string finding_html(const reported_finding& finding, const std::string& anchor, bool open, const cause_drawing& graph, graph_extent extent,
                         const report_words& words) {
    const ordered_json& json = finding.json;
    const std::string verdict = shown_verdict(json);
    const std::string account = account_of(json);
    std::string out = "<details class=\"finding\" id=\"" + anchor + "\"" + (open ? " open" : "") + "><summary><span>" +
                      verdict_badge(json, words) + "</span><span class=\"what\">" +
                      name_html(finding_title(json, words)) + "<span class=\"rule\">" + html_text(rule_title(text_of(json, "rule"), words.in)) +
                      "</span></span><span class=\"when\">" + html_text(readable_time(placed_time(json))) + " UTC · " + name_html(text_of(json, "host"), 40) +
                      (account.empty() ? "" : "<br>" + name_html(account, 40)) + "</span></summary><div class=\"body\">";
    out += particulars(finding, words);
    if (verdict != "blind") {
        out += "<h3>" + words.html("finding.story") + "</h3>" + story_html(json, graph, extent == graph_extent::words, words);
        out += "<h3>" + words.html("graph.title") + "</h3>";
        out += extent == graph_extent::words ? path_html(graph, words) : graph_html(graph, extent == graph_extent::whole, anchor, words);
        out += "<div class=\"pair\"><div>" + done(finding, words) + "</div><div>" + next(json, words) + "</div></div>";
    }
    return out + why(json, words) + not_seen(json, words) + evidence(finding, words) + "</div></details>\n";
}

}  // namespace bartizan_cli
