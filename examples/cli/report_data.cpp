// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "report_data.hpp"

#include <algorithm>

#include "file_scan.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

constexpr finding_kind kinds[] = {finding_kind::convict, finding_kind::event, finding_kind::strip, finding_kind::blind};

finding_kind kind_of(const ordered_json& finding) {
    const std::string verdict = text_of(finding, "verdict");
    for (const finding_kind kind : kinds)
        if (verdict == name(kind)) return kind;
    return finding_kind::blind;
}

}  // namespace

void report_data::add_finding(const ordered_json& finding, std::string_view evidence) {
    const finding_kind kind = kind_of(finding);
    ++finding_count_[index(kind)];
    if (kind == finding_kind::convict) {
        convicted_hosts.insert(text_of(finding, "host"));
        is_red = is_red || text_of(finding["disposition"], "health") == "red";
    }
    if (findings_[index(kind)].size() < report_findings_at_most)
        findings_[index(kind)].push_back({finding, std::string(evidence)});
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
    convicted_files_ += is_conviction(file) ? 1 : 0;
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
