// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "report_data.hpp"

#include <algorithm>

#include "file_scan.hpp"
#include "finding_json.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

constexpr finding_kind kinds[] = {finding_kind::convict, finding_kind::event, finding_kind::strip, finding_kind::blind};

finding_kind kind_of(const ordered_json& finding) {
    const std::string verdict = text_of(finding, "verdict");
    // Nothing is done about what a policy only watches.
    if (verdict == "convict" && text_of(finding, "mode") == "audit") return finding_kind::event;
    for (const finding_kind kind : kinds)
        if (verdict == name(kind)) return kind;
    return finding_kind::blind;
}

}  // namespace

bool is_alert_row(const ordered_json& disposition) { return text_of(disposition, "admin") == "alert"; }
bool is_alert(const ordered_json& finding) { return is_alert_row(member_of(finding, "disposition")); }

bool was_too_late(const ordered_json& finding) {
    const ordered_json& plan = list_of(finding, "plan");
    return std::any_of(plan.begin(), plan.end(), [](const ordered_json& step) { return text_of(step, "step") == "not_prevented"; });
}

void report_data::add_act(reported_finding&& found) {
    const ordered_json& finding = found.json;
    const finding_kind kind = kind_of(finding);
    ++finding_count_[index(kind)];
    if (kind == finding_kind::convict && was_too_late(finding)) ++too_late;
    if (kind == finding_kind::strip && was_too_late(finding)) ++stripped_late;
    if (kind == finding_kind::convict) {
        convicted_hosts.insert(text_of(finding, "host"));
        is_red = is_red || text_of(member_of(finding, "disposition"), "health") == "red";
        if (is_alert(finding)) ++alerts_by_host[text_of(finding, "host")];
    }
    // The row of an alert is for convictions; nothing of it is done about what is only recorded.
    if (kind == finding_kind::event && is_alert(finding)) ++only_watched;
    else if (text_of(finding, "mode") != "audit") count_row(member_of(finding, "disposition"), kind == finding_kind::convict);
    has_clean_up_ = has_clean_up_ || !list_of(finding, "clean_up").empty();
    if (findings_[index(kind)].size() < report_findings_at_most)
        findings_[index(kind)].push_back(std::move(found));
}

void report_data::count_row(const ordered_json& disposition, bool convicted) {
    if (!disposition.is_object()) return;
    constexpr size_t rows_at_most = 64;  // the table has fewer; a results file may hold anything
    auto row = std::find_if(response_.begin(), response_.end(), [&](const response_row& r) { return r.disposition == disposition; });
    if (row == response_.end()) {
        if (response_.size() == rows_at_most) return;
        row = response_.insert(row, {disposition, 0, false});
    }
    ++row->count;
    row->convicted = row->convicted || convicted;
}

std::vector<response_row> report_data::response() const {
    std::vector<response_row> out = response_;
    const auto rank = [](const response_row& r) { return is_alert_row(r.disposition) ? 0 : !r.convicted ? 3 : flag_of(r.disposition, "clean_up") ? 1 : 2; };
    std::stable_sort(out.begin(), out.end(), [&rank](const response_row& a, const response_row& b) { return rank(a) < rank(b); });
    return out;
}

bool report_data::has_findings() const {
    return replayed.files != 0 || std::any_of(finding_count_.begin(), finding_count_.end(), [](uint64_t n) { return n != 0; });
}

size_t report_data::shown(finding_kind kind) const {
    size_t room = report_findings_at_most;
    for (const finding_kind stronger : kinds) {
        const size_t here = std::min(room, findings_[index(stronger)].size());
        if (stronger == kind) return here;
        room -= here;
    }
    return 0;
}

void report_data::add_file(const ordered_json& file) {
    const std::string verdict = text_of(file, "verdict");
    ++file_count_;
    // One place for each file: a list's word, then the score's, whatever else is hidden in it.
    const bool listed = listed_verdict(file) != verdict;
    const bool hides = !listed && hides_program(file) && verdict != "malware" && verdict != "pua";
    ++files_by_verdict_[hides ? std::string(hidden_program) : listed_verdict(file)];
    if (is_conviction(file)) {
        ++convicted_files_;
        const bartizan::detection row = hides_program(file) && verdict != "malware" && verdict != "pua" ? bartizan::detection::code_cave
                                        : verdict == "pua"                                             ? bartizan::detection::pua_before_execution
                                                                                                       : bartizan::detection::malware_before_execution;
        count_row(disposition_json(bartizan::policy::disposition_of(row), {}), true);
    }
    has_clean_up_ = has_clean_up_ || !list_of(file, "clean_up").empty();
    const size_t group = is_conviction(file) ? 0 : verdict == "legitimate" ? 2 : 1;
    if (files_[group].size() < report_files_at_most) files_[group].push_back(file);
}

std::vector<const ordered_json*> report_data::files() const {
    std::vector<const ordered_json*> out;
    for (const auto& group : files_)
        for (const ordered_json& file : group)
            if (out.size() < report_files_at_most) out.push_back(&file);
    return out;
}

uint64_t report_data::file_count(const std::string& verdict) const {
    const auto found = files_by_verdict_.find(verdict);
    return found == files_by_verdict_.end() ? 0 : found->second;
}

void report_data::add_problem(const std::string& sentence) {
    ++problem_count_;
    if (problems_.size() < report_problems_at_most) problems_.push_back(sentence);
}

}  // namespace bartizan_cli
