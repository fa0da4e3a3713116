// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

constexpr size_t evidence_value_columns = 2000;

/// What stands in the closed card: "powershell.exe → lsass.exe".
std::string headline(const ordered_json& finding) {
    std::string actor(base_name(text_of(finding["actor"], "image")));
    if (actor.empty()) actor = "an unknown program";
    std::string target(base_name(text_of(finding["target"], "image")));
    if (const std::string object = reached_object(finding); !object.empty()) target = base_name(object);
    return html_text(shortened(actor, 60)) + (target.empty() ? "" : " → " + html_text(shortened(target, 60)));
}

std::string why(const ordered_json& finding) {
    std::string out = "<h3>Why</h3>";
    if (finding["atoms"].empty()) return out + "<p class=\"soft\">No evidence held; see what was not seen.</p>";
    out += "<ul>";
    for (const ordered_json& atom : finding["atoms"])
        out += "<li>" + html_text(text_of(atom, "sentence")) + " <span class=\"soft mono\">" +
               html_text(text_of(atom, "name")) + "</span></li>";
    out += "</ul>";
    if (text_of(finding, "trust_basis") == "path")
        out += "<p class=\"soft\">No signature of the program was recorded; its folder stood in for one.</p>";
    return out;
}

std::string not_seen(const ordered_json& finding) {
    std::string out = "<h3>What was not seen</h3>";
    if (finding["blind"].empty()) return out + "<p class=\"soft\">Nothing that could have changed the verdict.</p>";
    out += "<ul>";
    for (const ordered_json& field : finding["blind"])
        if (field.is_string()) out += "<li>" + html_text(blind_words(field.get<std::string>())) + "</li>";
    return out + "</ul>";
}

/// The row of the response table that the finding falls under.
std::string response_row(const ordered_json& row) {
    std::string out = "<h3>Response</h3>";
    if (!row.is_object()) return out + "<p class=\"soft\">None: a rule that did not see demands nothing.</p>";
    const auto yes_no = [&row](const char* name) { return row.value(name, false) ? "yes" : "no"; };
    const std::string health = text_of(row, "health");
    const std::string admin = text_of(row, "admin");
    out +=
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Response\"><table "
        "class=\"row-table\"><thead><tr><th>Detection</th>"
        "<th>User told</th><th>Root-cause "
        "analysis</th><th>Administrator</th><th>Health</th><th>Process</th><th>Clean-up</th></tr></thead>";
    out += "<tbody><tr><td>" + html_text(text_of(row, "title")) + "</td><td>" + yes_no("user_notified") + "</td><td>" +
           yes_no("root_cause_analysis") + "</td><td>" +
           (admin == "alert" ? badge("convict", html_text(admin_words(admin))) : html_text(admin_words(admin))) +
           "</td><td>" + badge(health == "red" ? "convict" : "good", html_text(health)) + "</td><td>" +
           html_text(process_words(text_of(row, "process"))) + "</td><td>" + yes_no("clean_up") +
           "</td></tr></tbody></table></div>";
    return out;
}

/// The recorded event, field by field.
std::string evidence(const reported_finding& finding) {
    std::string out = "<details class=\"fields\"><summary>Evidence: " + html_text(text_of(finding.json, "file")) +
                      ", line " + finding.json["line"].dump() + "</summary><dl class=\"mono\">";
    const ordered_json line = ordered_json::parse(finding.evidence, nullptr, false);
    if (!line.is_object())
        return out + "<dt>line</dt><dd>" + html_text(shortened(finding.evidence, evidence_value_columns)) +
               "</dd></dl></details>";
    for (const auto& [key, value] : line.items()) {
        const std::string text = value.is_string() ? value.get<std::string>()
                                                   : value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
        out += "<dt>" + html_text(shortened(key, 60)) + "</dt><dd>" +
               html_text(shortened(text, evidence_value_columns)) + "</dd>";
    }
    return out + "</dl></details>";
}

std::string readable_time(const std::string& time) {
    std::string out = time.substr(0, 19);
    if (out.size() > 10) out[10] = ' ';
    return html_text(out);
}

}  // namespace

std::string badge(const std::string& tone, const std::string& words) {
    return "<span class=\"badge " + tone + "\">" + words + "</span>";
}

std::string anchor_of(finding_kind kind, size_t n) { return name(kind) + ("-" + std::to_string(n + 1)); }

std::string finding_html(const reported_finding& finding, const std::string& anchor, bool open) {
    const ordered_json& json = finding.json;
    const std::string verdict = text_of(json, "verdict");
    std::string out = "<details class=\"finding\" id=\"" + anchor + "\"" + (open ? " open" : "") + "><summary>" +
                      "<span>" + badge(html_text(verdict), html_text(verdict_words(verdict))) +
                      "</span><span class=\"what\">" + headline(json) + "</span><span class=\"when\">" +
                      readable_time(text_of(json, "t")) + " · " + html_text(shortened(text_of(json, "host"), 40)) +
                      "</span></summary><div class=\"body\">";
    out += "<p class=\"soft\">" + html_text(spaced(text_of(json, "rule"))) + " · ATT&amp;CK " +
           html_text(text_of(json, "technique")) +
           (json.value("silent", false) ? " · done in silence: the program goes on without the rights" : "") + "</p>";
    out += "<div class=\"pair\"><div>" + why(json) + "</div><div>" + not_seen(json) + "</div></div>";
    out += response_row(json["disposition"]);
    out += "<h3>Process chain</h3>" + chain_svg(json);
    out += evidence(finding);
    return out + "</div></details>\n";
}

}  // namespace bartizan_cli
