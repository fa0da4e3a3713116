// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "report_incident.hpp"

#include <algorithm>
#include <tuple>

#include "cause_path.hpp"
#include "cause_routine.hpp"
#include "cause_times.hpp"
#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

constexpr size_t machines_at_most = 10;
constexpr size_t names_at_most = 12;

void add(std::vector<std::string>& to, const std::string& name) {
    if (!name.empty() && to.size() < names_at_most && std::find(to.begin(), to.end(), name) == to.end()) to.push_back(name);
}

bool is_installed(const std::string& path) { return is_windows_program(path) || holds(path, ":\\program files"); }

/// Of the way from the beginning to the culprit: the first program, or script, that is neither Windows' own nor installed; else the culprit.
size_t lead_of(const cause_drawing& graph, const std::vector<size_t>& line) {
    for (const size_t i : line) {
        const cause_node& n = graph.nodes[i];
        if (n.kind == "process" && !is_installed(n.label) && !n.label.empty()) return i;
    }
    for (size_t i = 0; i < graph.nodes.size(); ++i)
        if (const cause_node& n = graph.nodes[i]; n.kind == "file" && n.role == "ancestor" && is_runnable(n.label) && !is_installed(n.label)) return i;
    return line.back();
}

/// How bad it is to begin with this: a program that somebody brought before a tool of Windows.
int lead_rank(const cause_node& n) { return n.kind == "process" && !is_installed(n.label) ? 0 : n.kind == "file" ? 1 : 2; }

void set_lead(incident& out, const cause_drawing& graph, const std::vector<size_t>& line, size_t finding) {
    const size_t at = lead_of(graph, line);
    const cause_node& lead = graph.nodes[at];
    if (!out.lead.kind.empty() && lead_rank(lead) >= lead_rank(out.lead)) return;
    out.lead = lead;
    out.lead_finding = finding;
    out.writer.clear(), out.starter.clear(), out.writer_file.clear(), out.writer_addresses.clear();
    size_t file = lead.kind == "file" ? at : graph.nodes.size();
    for (const cause_edge& e : graph.edges)
        if (e.to == at && e.kind == "started" && graph.nodes[e.from].kind == "file") file = e.from;
    for (const cause_edge& e : graph.edges) {
        const cause_node& from = graph.nodes[e.from];
        if (e.to == at && e.kind == "created" && out.starter.empty()) out.starter = std::string(base_name(from.label));
        if (e.to != file || from.kind != "process" || (e.kind != "wrote" && e.kind != "renamed") || !out.writer.empty()) continue;
        out.writer = std::string(base_name(from.label));
        out.writer_file = graph.nodes[file].label;
        for (const cause_edge& c : graph.edges)
            if (c.from == e.from && c.kind == "connected" && c.placed <= e.placed) add(out.writer_addresses, graph.nodes[c.to].label);
    }
    for (const cause_node& n : graph.nodes)
        if (n.is_root) out.root = n;
}

/// Where the attacking program, those on its way and what was injected connected to; what they put where it starts by itself; what ran.
void add_acts(incident& out, const cause_drawing& graph, const std::vector<size_t>& line) {
    std::vector<bool> attacks(graph.nodes.size());
    for (const size_t i : line) attacks[i] = graph.nodes[i].kind == "process" && !graph.nodes[i].is_system_parent && !is_browser(graph.nodes[i].label);
    for (const cause_edge& e : graph.edges) {  // in the order of time: children after their parents
        const cause_node& to = graph.nodes[e.to];
        if (e.kind == "created" && attacks[e.from] && !to.is_system_parent && to.role != "target" && !is_routine(graph, e)) attacks[e.to] = true;
        if (e.kind == "injected" && attacks[e.from]) {
            attacks[e.to] = true;
            if (std::none_of(out.injected.begin(), out.injected.end(), [&](const cause_node& n) { return n.pid == to.pid && n.label == to.label; }))
                out.injected.push_back(to);
        }
    }
    for (const cause_edge& e : graph.edges) {
        const cause_node& from = graph.nodes[e.from];
        const cause_node& to = graph.nodes[e.to];
        if (e.kind == "connected" && attacks[e.from]) add(out.addresses, to.label);
        if (e.kind == "connected" && attacks[e.to] && from.kind == "network") add(out.addresses, from.label);
        if (!attacks[e.from]) continue;
        if (to.kind == "file" && (e.kind == "wrote" || e.kind == "renamed") && holds(to.label, "\\start menu\\programs\\startup\\")) add(out.starts_itself, to.label);
        if (to.kind == "registry" && e.kind == "registered" && is_autostart(to.label)) add(out.starts_itself, to.label);
        if (e.kind == "created" && to.role != "target" && !is_routine(graph, e)) add(out.ran, std::string(base_name(to.label)));
    }
    for (const size_t i : line) {
        if (is_browser(graph.nodes[i].label)) out.has_browser = true;
        if (graph.nodes[i].kind == "process" && !graph.nodes[i].is_system_parent) add(out.accounts, graph.nodes[i].user);
    }
}

bool is_hive_rule(const std::string& rule) {
    for (const char* one : {"hive_save", "hive_file_read", "hive_copy_written", "hive_command", "secret_value_read", "boot_key_read", "raw_disk_read"})
        if (rule == one) return true;
    return false;
}

void add_finding(incident& out, const reported_finding& found, size_t position) {
    const ordered_json& json = found.json;
    const std::string time = placed_time(json), rule = text_of(json, "rule");
    out.findings.push_back(position);
    if (out.first.empty() || time < out.first) out.first = time;
    if (time > out.last) out.last = time;
    out.rows.insert(text_of(member_of(json, "disposition"), "title"));
    out.is_alert = out.is_alert || is_alert(json);
    out.too_late += was_too_late(json) ? 1 : 0;
    out.replayed += found.evidence.empty() ? 0 : 1;
    out.has_hive = out.has_hive || is_hive_rule(rule);
    out.has_lsass = out.has_lsass || text_of(json, "family") == "cred_lsass";
    if (rule == "hive_copy_written" || rule == "lsass_dump_file") add(out.copies, reached_object(json));
    add(out.accounts, account_of(json));
    const cause_drawing graph = read_cause_drawing(json);
    const std::vector<size_t> line = main_line(graph);
    if (line.empty()) return;
    set_lead(out, graph, line, position);
    add_acts(out, graph, line);
    if (text_of(json, "family") == "lockdown") add(out.ran, std::string(base_name(graph.nodes[line.back()].label)));
}

}  // namespace

bool is_windows_program(const std::string& path) { return holds(path, ":\\windows\\") || holds(path, "\\systemroot\\") || holds(path, "volume2\\windows\\"); }

bool is_browser(const std::string& path) {
    std::string name(base_name(path));
    for (const char* one : {"msedge.exe", "chrome.exe", "firefox.exe", "iexplore.exe", "brave.exe", "opera.exe", "vivaldi.exe", "chromium.exe", "msedgewebview2.exe"})
        if (name.size() == std::string_view(one).size() && holds(name, one)) return true;
    return false;
}

bool is_built_in_account(const std::string& user) {
    for (const char* authority : {"nt authority\\", "nt service\\", "window manager\\", "font driver host\\", "autorite nt\\"})
        if (holds(user, authority)) return true;
    return false;
}

std::vector<incident> incidents_of(const report_data& data) {
    std::vector<incident> out;
    const std::vector<reported_finding>& all = data.findings(finding_kind::convict);
    std::vector<size_t> order(data.shown(finding_kind::convict));
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&all](size_t a, size_t b) { return placed_time(all[a].json) < placed_time(all[b].json); });
    for (const size_t i : order) {
        const std::string host = text_of(all[i].json, "host");
        auto at = std::find_if(out.begin(), out.end(), [&host](const incident& one) { return one.host == host; });
        if (at == out.end() && out.size() == machines_at_most) continue;
        if (at == out.end()) at = out.insert(out.end(), incident{}), at->host = host;
        add_finding(*at, all[i], i);
    }
    for (incident& one : out) std::stable_partition(one.accounts.begin(), one.accounts.end(), [](const std::string& user) { return !is_built_in_account(user); });
    std::stable_sort(out.begin(), out.end(), [](const incident& a, const incident& b) { return a.is_alert > b.is_alert; });
    return out;
}

}  // namespace bartizan_cli
