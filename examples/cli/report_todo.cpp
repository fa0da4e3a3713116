// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// What to do next, in the order of doing it.
#include <algorithm>
#include <set>

#include "report_incident.hpp"
#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

std::string strong(const std::vector<std::string>& names, const report_words& words) { return "<b>" + names_html(names, words) + "</b>"; }

/// Accounts that people sign in with.
std::vector<std::string> people(const incident& one) {
    std::vector<std::string> out;
    for (const std::string& user : one.accounts)
        if (!is_built_in_account(user)) out.push_back(user);
    return out;
}

class list {
  public:
    void add(const std::string& step) { html_ += "<li>" + step + "</li>"; }
    [[nodiscard]] const std::string& html() const { return html_; }

  private:
    std::string html_;
};

std::string lead_link(const incident& one, const report_words& words) {
    const std::string name = one.lead.kind == "process" ? process_html(one.lead, words) : "<b>" + name_html(std::string(base_name(one.lead.label))) + "</b>";
    return "<a href=\"#" + anchor_of(finding_kind::convict, one.lead_finding) + "\">" + name + "</a>";
}

void add_begin(list& out, const incident& one, const report_words& words) {
    if (one.lead.kind.empty()) return;
    const bool is_injected = std::any_of(one.injected.begin(), one.injected.end(), [&one](const cause_node& n) { return n.pid == one.lead.pid; });
    const phrase how = one.lead.kind == "file"                ? phrase("todo.begin_file")
                       : is_injected                          ? phrase("todo.begin_injected")
                       : is_windows_program(one.lead.label) ? phrase("todo.begin_tool")
                                                              : phrase("todo.begin");
    out.add(words.marked(how, {lead_link(one, words)}));
}

void add_credentials(list& out, const incident& one, const std::string& host, const report_words& words) {
    if (one.rows.count("Credential theft") == 0) return;
    std::string seen;
    if (!people(one).empty()) seen.append(words.blank()).append(words.marked("todo.accounts_seen", {strong(people(one), words)}));
    if (one.has_lsass) out.add(words.html("todo.passwords") + seen);
    if (one.has_hive) out.add(words.marked("todo.local_passwords", {host}));
    if (!one.has_lsass && !one.has_hive) out.add(html_text(row_advice("Credential theft", words.in)));
}

void add_lockdown(list& out, const incident& one, const report_words& words) {
    const bool locked = one.rows.count("Lockdown: PowerShell from a browser") + one.rows.count("Lockdown: HTA from a browser") != 0;
    if (!locked) return;
    if (one.root.is_first_seen) out.add(words.marked("todo.find_starter", {process_html(one.root, words)}));
    if (one.has_browser) out.add(words.html("todo.ask_page"));
}

void add_machine(list& out, const incident& one, const report_words& words) {
    const std::string host = one.host.empty() ? words.html("no_host") : "<b>" + name_html(one.host, 60) + "</b>";
    const bool harmed = one.is_alert || one.too_late != 0;
    if (one.is_alert) out.add(words.marked("todo.isolate", {host}));
    if (harmed) out.add(words.marked("todo.evidence", {host}));
    add_begin(out, one, words);
    if (!one.starts_itself.empty()) out.add(words.marked("todo.starts_itself", {strong(one.starts_itself, words)}));
    if (!one.addresses.empty()) out.add(words.marked("todo.addresses", {strong(one.addresses, words)}));
    for (const cause_node& n : one.injected) {
        const bool is_needed = is_windows_program(n.label) && n.is_system_parent;
        const phrase what = n.is_gone ? phrase("todo.injected_gone") : is_needed ? phrase("todo.injected_system") : phrase("todo.injected");
        out.add(words.marked(what, {process_html(n, words)}));
    }
    add_credentials(out, one, host, words);
    if (!one.copies.empty()) out.add(words.marked("todo.copies", {strong(one.copies, words)}));
    if (one.rows.count("Privilege escalation") != 0) out.add(words.marked("todo.system", {html_text(readable_time(one.first))}));
    if (!one.ran.empty() && !one.is_alert && harmed) out.add(words.marked("todo.ran", {strong(one.ran, words)}));
    add_lockdown(out, one, words);
    if (one.is_alert && !people(one).empty() && !one.has_lsass)
        out.add(words.marked("todo.accounts", {strong(people(one), words)}));
}

bool has_own_steps(const std::string& title) {
    for (const char* one : {"Credential theft", "Privilege escalation", "Remote reflective DLL injection", "Lockdown: PowerShell from a browser",
                            "Lockdown: HTA from a browser"})
        if (title == one) return true;
    return false;
}

std::string false_alarm(const report_words& words) {
    std::string out = "<h2 id=\"false-alarm\">" + words.html("false.title") + "</h2><details class=\"fields\"><summary>" + words.html("false.sentence") +
                      "</summary><ol class=\"todo\">";
    out += "<li>" + words.html("false.explain") + " <code>bartizan explain RECORDING:LINE:RULE</code></li>";
    out += "<li>" + words.html("false.release") + " <code>bartizan quarantine release --vault DIR --allow hash --allow-list FILE.jsonl ID</code> (docs/quarantine.md)</li>";
    out += "<li>" + words.html("false.list") + " <code>bartizan lists build FILE.jsonl --out FILE.bzl</code> (docs/lists.md)</li>";
    out += "<li>" + words.html("false.policy") + " <code>bartizan policy check FILE.json</code> (docs/policy.md)</li>";
    out += "<li>" + words.html("false.report") + "</li>";
    return out + "</ol></details>";
}

}  // namespace

std::string finding_advice(const ordered_json& finding, const report_words& words) {
    const std::string title = text_of(member_of(finding, "disposition"), "title");
    if (text_of(finding, "verdict") == "event" && is_alert(finding)) return words.html("advice.recorded");
    if (title == "Credential theft" && text_of(finding, "family") != "cred_lsass") return words.html("advice.local_passwords");
    if (title.rfind("Lockdown: ", 0) == 0) {
        const cause_drawing graph = read_cause_drawing(finding);
        const auto is_open_page = [](const cause_node& n) { return n.kind == "process" && is_browser(n.label); };
        const bool browser = std::any_of(graph.nodes.begin(), graph.nodes.end(), is_open_page);
        return words.html(was_too_late(finding) ? phrase("advice.ran") : phrase("advice.blocked")) + (browser ? words.blank() + words.html("todo.ask_page") : "");
    }
    const std::string advice = row_advice(title, words.in);
    return advice.empty() ? words.html("finding.no_advice") : html_text(advice);
}

std::string todo_html(const report_data& data, const std::vector<incident>& incidents, const report_words& words) {
    std::string steps;
    for (const incident& one : incidents) {
        list machine;
        add_machine(machine, one, words);
        const auto alerts = data.alerts_by_host.find(one.host);
        const std::string count = grouped(alerts == data.alerts_by_host.end() ? 0 : alerts->second);
        const std::string name = "<b>" + (one.host.empty() ? words.html("no_host") : name_html(one.host, 60)) + "</b>";
        const std::string head = one.is_alert ? words.marked("next.machine", {name, count}) : words.marked("next.machine_events", {name, grouped(one.findings.size())});
        steps += "<li>" + head + "<ol type=\"a\">" + machine.html() + "</ol></li>";
    }
    if (data.convicted_hosts.size() > incidents.size())
        steps += "<li>" + words.html("next.more_machines", {grouped(data.convicted_hosts.size() - incidents.size())}) + "</li>";
    std::set<std::string> said;
    for (const response_row& row : data.response()) {
        const std::string title = text_of(row.disposition, "title");
        if (row.convicted && !has_own_steps(title) && said.insert(title).second)
            steps += "<li><b>" + html_text(row_title(title, words.in)) + "</b>" + words.html("colon") + html_text(row_advice(title, words.in)) + "</li>";
    }
    if (data.has_clean_up()) steps += "<li>" + words.html("next.clean_up") + "</li>";
    if (data.problem_count() != 0) steps += "<li>" + words.marked("next.problems", {"<a href=\"#problems\">" + words.html("problems.title") + "</a>"}) + "</li>";
    if (data.is_red) steps += "<li>" + words.html("next.clear") + "</li>";
    return "<h2 id=\"next\">" + words.html("next.title") + "</h2>" +
           (steps.empty() ? "<p>" + words.html("next.nothing") + "</p>" : "<div class=\"card\"><ol class=\"todo\">" + steps + "</ol></div>" + false_alarm(words));
}

}  // namespace bartizan_cli
