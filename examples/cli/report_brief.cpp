// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// What happened on a machine, in two or three sentences and a box of facts.
#include <algorithm>
#include <set>

#include "report_incident.hpp"
#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

constexpr size_t acts_at_most = 5;

/// The rule sentences of the convictions, in the order of time; what repeats is said once.
std::string acts_html(const incident& one, const report_data& data, const report_words& words) {
    std::vector<std::string> acts;
    std::set<std::string> said;
    for (const size_t i : one.findings) {
        const ordered_json& finding = data.findings(finding_kind::convict)[i].json;
        const std::string act = rule_sentence_html(finding, account_of(finding), words);
        if (said.insert(act).second) acts.push_back("<a href=\"#" + anchor_of(finding_kind::convict, i) + "\">" + act + "</a>");
    }
    std::string out;
    for (size_t i = 0; i < acts.size() && i < acts_at_most; ++i) out += (i == 0 ? "" : words.html("brief.then")) + acts[i];
    if (acts.size() > acts_at_most) out += words.html("brief.then") + words.html("and_more", {grouped(acts.size() - acts_at_most)});
    return out;
}

/// "09:10:31" of "2026-03-02 09:10:31".
std::string clock_of(const std::string& time) { return time.size() > 11 ? time.substr(11) : time; }

std::string story(const incident& one, const report_data& data, const report_words& words) {
    const std::string time = readable_time(one.first);
    const std::string lead = "<b>" + name_html(std::string(base_name(one.lead.label))) + "</b>";
    const std::string host = one.host.empty() ? words.html("no_host") : name_html(one.host, 60);
    std::string out = "<p class=\"brief\">" + words.marked("brief.acts", {html_text(time.substr(0, 10)), html_text(clock_of(time)), "<b>" + host + "</b>", acts_html(one, data, words)});
    const phrase written = one.lead.kind == "file" ? phrase("brief.file_written") : phrase("brief.written");
    if (!one.writer.empty()) out.append(words.blank()).append(words.marked(written, {lead, "<b>" + name_html(one.writer) + "</b>"}));
    if (!one.starter.empty()) out.append(words.blank()).append(words.marked("brief.started", {lead, "<b>" + name_html(one.starter) + "</b>"}));
    if (one.root.is_first_seen) out.append(words.blank()).append(words.marked("brief.first_seen", {process_html(one.root, words)}));
    return out + "</p>";
}

/// The program's file, and what was recorded of it.
std::string program_html(const incident& one, const report_words& words) {
    std::string out = name_html(one.lead.label, 300);
    if (one.lead.kind != "process") return out;
    if (is_windows_program(one.lead.label)) out += " – " + words.html("facts.misused");
    out += "<br><span class=\"soft\">" + (one.lead.sha256.empty() ? words.html("node.no_hash") : "SHA-256 <span class=\"mono path\">" + name_html(one.lead.sha256) + "</span>");
    const std::string signer = one.lead.signer.empty() ? words.html("facts.no_signer") : words.marked("facts.signer", {name_html(one.lead.signer)});
    out += words.html("comma") + signer;
    if (!one.lead.company.empty()) out += words.html("comma") + words.marked("facts.company", {name_html(one.lead.company)});
    return out + "</span>";
}

std::string came_in(const incident& one, const report_words& words) {
    if (one.writer.empty()) return words.html("facts.not_recorded");
    const phrase how = is_browser(one.writer)          ? phrase("facts.downloaded")
                       : one.writer_addresses.empty() ? phrase("facts.written")
                                                      : phrase("facts.fetched");
    return words.marked(how, {name_html(one.writer), name_html(one.writer_file, 300), names_html(one.writer_addresses, words)});
}

std::string stopped(const incident& one, const report_words& words) {
    if (one.replayed == 0) return words.html("facts.see_steps");
    std::string out = "<b>" + words.html("facts.not_stopped") + "</b>";
    if (one.too_late != 0) out.append(words.blank()).append(words.html("facts.too_late", {grouped(one.too_late), grouped(one.findings.size())}));
    if (one.too_late < one.findings.size()) out.append(words.blank()).append(words.html(one.too_late == 0 ? phrase("facts.after_all") : phrase("facts.after")));
    return out;
}

std::string facts(const incident& one, const report_words& words) {
    std::string out = "<dl class=\"facts wide\">";
    const auto fact = [&](phrase label, const std::string& value) { out += "<div><dt>" + words.html(label) + "</dt><dd>" + value + "</dd></div>"; };
    const std::string first = readable_time(one.first), last = readable_time(one.last);
    const std::string until = first.substr(0, 10) == last.substr(0, 10) ? clock_of(last) : last;
    const std::string span = html_text(first + (first == last ? "" : " – " + until) + " UTC");
    fact("facts.machine", one.host.empty() ? words.html("no_host") : name_html(one.host, 60));
    fact("facts.when", span);
    fact("facts.accounts", one.accounts.empty() ? words.html("facts.not_recorded") : names_html(one.accounts, words));
    if (!one.lead.kind.empty()) fact("facts.program", program_html(one, words));
    fact("facts.came_in", came_in(one, words));
    if (!one.root.kind.empty())
        fact(one.root.is_first_seen ? phrase("facts.first_seen") : phrase("facts.root"),
             process_html(one.root, words) + (one.root.is_first_seen ? words.html("facts.no_starter") : ""));
    fact("facts.addresses", one.addresses.empty() ? words.html("facts.none_recorded") : names_html(one.addresses, words));
    if (!one.ran.empty()) fact("facts.ran", names_html(one.ran, words));
    fact("facts.stopped", stopped(one, words));
    return out + "</dl>";
}

}  // namespace

std::string brief_html(const report_data& data, const std::vector<incident>& incidents, const report_words& words) {
    if (incidents.empty()) return "";
    std::string out = "<h2 id=\"brief\">" + words.html("brief.title") + "</h2>";
    for (const incident& one : incidents) out += "<div class=\"card\">" + story(one, data, words) + facts(one, words) + "</div>";
    return out;
}

}  // namespace bartizan_cli
